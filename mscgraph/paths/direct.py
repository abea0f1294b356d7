"""The direct test: what is known of the effect of one entity on another itself, for, against and null."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from mscgraph.graph.parts import SENSES, sense_of
from mscgraph.model import NOT_REPORTED, Finding, effect_word
from mscgraph.named_tuples import NamedTuple
from mscgraph.tables.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association
    from mscgraph.paths.conditions import PathSearch


class TestedSense(NamedTuple):
    """All findings on the pair that say one thing, and those of them that the filters leave out.

    ``sense`` is one of ``increase``, ``decrease`` and ``unknown`` (effects, aspect counted in), ``no
    effect``, ``observation`` (seen or not seen after treatment, held against nothing), ``correlation``,
    ``other``, and ``not counted``: an effect that missed significance, or of a paper that was withdrawn.
    """

    sense: str
    findings: tuple[Finding, ...]
    outside: tuple[Finding, ...] = ()

    def counts(self, column: str) -> dict[str, int]:
        """How many of its findings have each value of a column, most first; what is open is left out."""
        found: Counter[str] = Counter()
        for finding in self.findings:
            value = finding.taxa if column == "taxon" else getattr(finding, column)
            values = (value,) if isinstance(value, str) else sorted(value)
            found.update(one for one in values if one not in ("", NOT_REPORTED))
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def to_dict(self) -> dict[str, Any]:
        """The findings by id and counted by design, species, specimen, cell and aspect."""
        columns = ("study_design", "taxon", "specimen", "object_cell", "aspect", "msc_source")
        return {
            "sense": self.sense,
            "findings": [finding.id for finding in self.findings],
            "outside_filters": [finding.id for finding in self.outside],
            "publications": sorted({finding.publication for finding in self.findings}),
            "by": {column: self.counts(column) for column in columns},
        }


class DirectTest(NamedTuple):
    """What is known of source → target itself, subclasses included.

    ``senses`` are the findings by what they say; ``associations`` the effects among them that the
    conditions let pass, those that only others state included.
    """

    senses: tuple[TestedSense, ...] = ()
    associations: tuple[Association, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, those outside the filters included."""
        return tuple(f for sense in self.senses for f in (*sense.findings, *sense.outside))

    @property
    def stated(self) -> tuple[Association, ...]:
        """The effects that others state and no finding of ours supports."""
        return tuple(edge for edge in self.associations if not edge.supporting and edge.sources)

    def to_dict(self) -> dict[str, Any]:
        """The direct test as JSON-ready values."""
        return {
            "senses": [sense.to_dict() for sense in self.senses],
            "associations": [edge.id for edge in self.associations],
        }


def direct_test(search: PathSearch, sources: Collection[str], targets: Collection[str]) -> DirectTest:
    """Return what is known of the sources' effect on the targets themselves."""
    kg = search.kg
    found: dict[str, tuple[list[Finding], list[Finding]]] = {}
    inside = rows_of(kg.findings)
    for finding in findings_between(kg.whole, sources, targets):
        sides = found.setdefault(sense_of(kg, finding), ([], []))
        sides[finding.id not in inside].append(finding)
    steps = search.engine.steps(sources, targets)
    known = kg.fetch_associations(edge.id for edge in steps)
    return DirectTest(
        tuple(TestedSense(sense, *map(tuple, found[sense])) for sense in SENSES if sense in found),
        tuple({edge.id: known[edge.id] for edge in steps}.values()),
    )


def senses_against(kg: KnowledgeGraph, edge: Association) -> tuple[TestedSense, ...]:
    """Return what speaks against a signed effect and is not among what is contrary to its association.

    Nulls and the opposite effect in another aspect, or of a subclass of its subject or object, from the
    whole graph.
    """
    if not edge.sign:
        return ()
    said = {finding.id for finding in edge.contrary}
    opposite = effect_word(-edge.sign)
    found: dict[str, list[Finding]] = {opposite: [], "no effect": []}
    for finding in findings_between(kg.whole, kg.kinds_of(edge.subject), kg.kinds_of(edge.object)):
        sense = sense_of(kg, finding)
        if sense in found and finding.id not in said:
            found[sense].append(finding)
    return tuple(TestedSense(sense, tuple(some)) for sense, some in found.items() if some)


def findings_between(
    kg: KnowledgeGraph, sources: Collection[str], targets: Collection[str]
) -> list[Finding]:
    """Return the findings of a graph from one of the sources to one of the targets, of any predicate.

    A symmetric one, such as a correlation, is found from either end. They are in the order of their ids.
    """
    between = kg.keyed.between
    found = {row[0] for s in sources for o in targets for row in between(s, o)}
    reverse = [kg.findings[row[0]] for s in targets for o in sources for row in between(s, o)]
    found |= {finding.id for finding in reverse if kg.predicates[finding.predicate].symmetric}
    return [kg.findings[identifier] for identifier in sorted(found)]
