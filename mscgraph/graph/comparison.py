"""Two entities compared by what each was seen to do: what they share, where they differ or are opposite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mscgraph.graph.parts import sense_of
from mscgraph.named_tuples import NamedTuple

if TYPE_CHECKING:
    from mscgraph.graph.knowledge import KnowledgeGraph
    from mscgraph.model import Finding

# How what two entities do to a third can relate, in the order in which an answer lists it.
RELATIONS = (
    "opposite", "one alone has an effect", "both lower", "both raise", "neither has an effect", "unclear",
    "only first", "only second",
)  # fmt: skip
_MOST = 3  # findings of one direction to one of the other
_SENSES = ("increase", "decrease", "unknown", "no effect")


class Compared(NamedTuple):
    """What both were seen to do to one entity: the findings of each, and how the two relate.

    ``is_via`` says that the findings are of others' effects, shown to run by way of the two.
    """

    entity: str
    is_via: bool
    first: tuple[Finding, ...]
    second: tuple[Finding, ...]
    first_counts: dict[str, int]
    second_counts: dict[str, int]

    @property
    def relation(self) -> str:
        """One of :data:`RELATIONS`."""
        one, other = _verdict(self.first_counts), _verdict(self.second_counts)
        if not one or not other:
            return "only first" if one else "only second"
        if one == other and one in _SAME:
            return _SAME[one]
        if {one, other} == {"raises", "lowers"}:
            return "opposite"
        if "none" in (one, other) and {one, other} <= {"none", "raises", "lowers", "changes"}:
            return "one alone has an effect"
        return "unclear"

    def to_dict(self) -> dict[str, Any]:
        """The row as JSON-ready values, findings by id."""
        sides = {side: [finding.id for finding in getattr(self, side)] for side in ("first", "second")}
        return self._asdict() | sides | {"relation": self.relation}


_SAME = {"raises": "both raise", "lowers": "both lower", "none": "neither has an effect"}


def _verdict(counts: dict[str, int]) -> str:
    """What findings say together: a direction where three of four of those with one have it.

    ``mixed`` otherwise, and where as many find no effect.
    """
    up, down, open_, none = (counts.get(sense, 0) for sense in _SENSES)
    if not up + down + open_:
        return "none" if none else ""
    if none >= up + down + open_ or (up and down and max(up, down) < _MOST * min(up, down)):
        return "mixed"
    return "raises" if up > down else "lowers" if down else "changes"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two entities, and what each was seen to do, row by row: an entity that either acts on.

    ``studies`` are those that have findings of both.

    Examples
    --------
    >>> import mscgraph as mg
    >>> found = mg.compare(mg.load(), "MSC", "IDO1")
    >>> sum(row.relation == "only first" for row in found.rows) <= len(found.rows)
    True
    """

    first: str
    second: str
    filters: dict[str, str]
    rows: tuple[Compared, ...]

    @property
    def studies(self) -> tuple[str, ...]:
        """The trials, cohorts or papers that have findings of both."""
        one = {finding.cohort for row in self.rows for finding in row.first}
        other = {finding.cohort for row in self.rows for finding in row.second}
        return tuple(sorted(one & other))

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON-ready values, as ``mscgraph compare --json`` prints it."""
        return {
            "first": self.first,
            "second": self.second,
            "filters": self.filters,
            "studies": self.studies,
            "rows": [row.to_dict() for row in self.rows],
        }


def compare(kg: KnowledgeGraph, first: str, second: str, **filters: str | None) -> Comparison:
    """Compare what two entities were seen to do: shared, opposite, or seen of one alone; nulls included.

    Parameters
    ----------
    kg
        The graph.
    first, second
        Two entities by any name, such as BM-MSC and UC-MSC, MSC and MSC-EV; their subclasses count.
    **filters
        Those of :meth:`mscgraph.KnowledgeGraph.find_findings` but for ``subject``.

    Returns
    -------
    Comparison
        A row for each entity that one of them acts on, and for each on which others act by way of them,
        by relation and number of findings. A direction is named where three of four findings with one have
        it, and fewer find no effect. Findings that do not count, and what was seen or went along without
        comparison, are left out.

    Raises
    ------
    NotFound, AmbiguousName
        When a name fits nothing, or several entities.

    Examples
    --------
    >>> import mscgraph as mg
    >>> compared = mg.compare(mg.load(), "IDO1", "PGE2")
    >>> {row.relation for row in compared.rows} <= set(mg.graph.comparison.RELATIONS)
    True
    """
    ends = kg.entity(first).id, kg.entity(second).id
    seen: dict[tuple[bool, str], tuple[list[Finding], list[Finding]]] = {}
    for side, end in enumerate(ends):
        kinds = kg.kinds_of(end)
        acting = kg.find_findings(**filters | {"subject": end})
        via = [f for f in kg.find_findings(**filters) if not kinds.isdisjoint(f.via)]
        for is_via, findings in ((False, acting), (True, via)):
            for finding in findings:
                if sense_of(kg, finding) in _SENSES:
                    seen.setdefault((is_via, finding.object), ([], []))[side].append(finding)
    rows = [
        Compared(entity, is_via, tuple(one), tuple(other), _counts(kg, one), _counts(kg, other))
        for (is_via, entity), (one, other) in seen.items()
    ]
    given = {name: value for name, value in filters.items() if value is not None}
    return Comparison(*ends, given, tuple(sorted(rows, key=_order)))


def _counts(kg: KnowledgeGraph, findings: list[Finding]) -> dict[str, int]:
    senses = [sense_of(kg, finding) for finding in findings]
    return {sense: senses.count(sense) for sense in _SENSES if sense in senses}


def _order(row: Compared) -> tuple[bool, int, int, str]:
    number = len(row.first) + len(row.second)
    return row.is_via, RELATIONS.index(row.relation), -number, row.entity
