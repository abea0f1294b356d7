"""The slice of a graph in which findings support steps, and its edges: cost, degrees, the cells of each."""

# Annotations are evaluated, not kept as text: NamedTuple would compile the text of each.

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mscgraph.errors import NotFound
from mscgraph.model import NOT_REPORTED, Edge, Finding, association_id
from mscgraph.paths.search import hub_penalty
from mscgraph.schema import KEY
from mscgraph.tables.rows import rows_of

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph

__all__ = ["StepFilter", "degrees_of", "keep_support", "species_of", "via_groups", "walked_edges"]


class StepFilter(NamedTuple):
    """Which associations may be steps, and what more they cost; every name as the graph has it.

    Empty ``predicates``, ``knowledge_sources`` and ``categories`` allow all. ``letters`` are the grades
    that are good enough; ``categories`` those of the entities that may stand between the ends, and
    ``admitted`` the ids of more that may.
    """

    predicates: Collection[str]
    knowledge_sources: Collection[str]
    categories: Collection[str]
    letters: Collection[str]
    damping: float
    admitted: Collection[str] = ()


def walked_edges(kg: "KnowledgeGraph", part: "KnowledgeGraph", steps: StepFilter) -> Sequence[Edge]:
    """The edges of a slice that may be steps."""
    edges: Sequence[Edge] = part.walkable
    if steps.predicates:
        edges = [edge for edge in edges if edge.predicate in steps.predicates]
    if steps.knowledge_sources:
        edges = [edge for edge in edges if edge.knowledge_source in steps.knowledge_sources]
    edges = [edge for edge in edges if edge.letter in steps.letters]
    if not steps.damping:
        return edges
    leaving, entering = degrees_of(kg)

    def penalty(edge: Edge) -> int:
        ends = leaving[edge.source], entering[edge.target]
        return sum(hub_penalty(degree, steps.damping) for degree in ends)

    return [edge._replace(cost=edge.cost + penalty(edge)) for edge in edges]


def degrees_of(kg: "KnowledgeGraph") -> tuple[dict[str, int], dict[str, int]]:
    """How many edges leave, and enter, each entity of a graph, whatever a question filters."""
    leaving: dict[str, int] = {}
    entering: dict[str, int] = {}
    for edge in kg.walkable:
        leaving[edge.source] = leaving.get(edge.source, 0) + 1
        entering[edge.target] = entering.get(edge.target, 0) + 1
    return leaving, entering


def via_groups(
    kg: "KnowledgeGraph", part: "KnowledgeGraph", via: Sequence[str], *, exact: bool
) -> tuple[frozenset[str], ...]:
    """For each of ``via`` what may lie on a path for it: entities, and edges on what such a cell makes."""
    groups = []
    for identifier in via:
        kinds = frozenset({identifier}) if exact else kg.kinds_of(identifier)
        rows = rows_of(part.findings).values()
        edges = {
            association_id(*map(row.__getitem__, _KEY_COLUMNS))
            for row in rows
            if (row[_SUBJECT_CELL] in kinds or row[_OBJECT_CELL] in kinds)
            and part.counts(part.findings[row[0]])
        }
        groups.append(kinds | edges)
    return tuple(groups)


_KEY_COLUMNS = tuple(map(Finding._fields.index, KEY))
_SUBJECT_CELL, _OBJECT_CELL = map(Finding._fields.index, ("subject_cell", "object_cell"))


def keep_support(
    kg: "KnowledgeGraph", taxon: str | None, system: str | None, since: int | None
) -> "KnowledgeGraph":
    """Return the slice of the findings that may support a step, graded anew; all of it without filters.

    Only curated findings have a setting and a year: what other sources state is not in a slice by these.
    """
    part = kg
    if taxon or system:
        part = kg.keep_settings(taxon=taxon and species_of(kg, taxon), system=system)
    if since is not None:
        # a paper of unknown year is not known to be recent
        recent = {p.id for p in kg.publications.values() if p.year.isdigit() and int(p.year) >= since}
        part = part.keep_findings(lambda finding: finding.publication in recent)
    return part


def species_of(kg: "KnowledgeGraph", given: str) -> str:
    """Return the id of a species by name; raise :class:`NotFound` where it is none."""
    if given == NOT_REPORTED:
        return given
    found = kg.entity(given)
    if found.category.removeprefix("biolink:") != "OrganismTaxon":
        names = sorted({kg.name(taxon) for f in kg.findings.values() for taxon in f.taxa})
        raise NotFound(f"{found.name} is no species.", suggestions=names)
    return found.id
