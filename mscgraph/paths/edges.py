"""What a path may walk: the edges of a slice in which findings support steps, and what may lie between.

No detour, no outcome, and no tissue that a cell came from stands between the ends of a path.
"""

# Annotations are evaluated, not kept as text: NamedTuple would compile the text of each.

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mscgraph.errors import NotFound
from mscgraph.graph import entities_with_roles
from mscgraph.graph.associating import made_of_rows
from mscgraph.model import NOT_REPORTED, Edge, Entity, Finding, association_id
from mscgraph.named_tuples import NamedTuple
from mscgraph.paths.search import Bounds, hub_penalty
from mscgraph.schema import KEY
from mscgraph.tables.rows import rows_of

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph


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


class WalkedEdges:
    """The edges that may be steps, by the two entities that they join.

    A question needs few of them, so ``make`` makes each when it is asked for, of what ``pairs`` holds by
    source and target; it returns None for what may be no step.
    """

    def __init__(
        self, pairs: Mapping[str, Mapping[str, Sequence[Any]]], make: Callable[[Any], Edge | None]
    ) -> None:
        self._pairs = pairs
        self._make = make

    @classmethod
    def of(cls, edges: Iterable[Edge]) -> "WalkedEdges":
        """Hold edges that are made already."""
        pairs: dict[str, dict[str, list[Edge]]] = {}
        for edge in edges:
            pairs.setdefault(edge.source, {}).setdefault(edge.target, []).append(edge)
        return cls(pairs, lambda edge: edge)

    def __iter__(self) -> Iterator[Edge]:
        return self._made((s, o) for s, objects in self._pairs.items() for o in objects)

    def from_to(self, sources: Collection[str], targets: Collection[str]) -> Iterator[Edge]:
        """The edges from one of the sources to one of the targets."""
        return self._made((s, o) for s in sources for o in targets)

    def between(
        self, sources: Collection[str], targets: Collection[str], bounds: Bounds
    ) -> Iterator[Edge]:
        """At least the edges that lie on a path from one of the sources to one of the targets."""
        entering: dict[str, list[str]] = {}
        for source, objects in self._pairs.items():
            for target in objects:
                entering.setdefault(target, []).append(source)
        ahead = _distances(sources, self._pairs, bounds)
        behind = _distances(targets, entering, bounds)
        return self._made(
            (source, target)
            for source, distance in ahead.items()
            for target in self._pairs.get(source, ())
            if distance + behind.get(target, bounds.max_length) < bounds.max_length
        )

    def _made(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Edge]:
        for source, target in pairs:
            for key in self._pairs.get(source, _NONE).get(target, ()):
                if edge := self._make(key):
                    yield edge


_NONE: Mapping[str, Sequence[Any]] = {}


def _distances(
    start: Collection[str], leaving: Mapping[str, Iterable[str]], bounds: Bounds
) -> dict[str, int]:
    """How many steps it is to each entity that a path may pass, as far as a path may reach."""
    found, frontier = dict.fromkeys(start, 0), set(start)
    for steps in range(1, bounds.max_length):
        further = {far for near in frontier for far in leaving.get(near, ())}
        frontier = further.difference(found, bounds.only_ends)
        found.update(dict.fromkeys(frontier, steps))
    return found


def walked_edges(kg: "KnowledgeGraph", part: "KnowledgeGraph", steps: StepFilter) -> WalkedEdges:
    """The edges of a slice that may be steps."""

    def may_be(edge: Edge) -> bool:
        if steps.predicates and edge.predicate not in steps.predicates:
            return False
        if steps.knowledge_sources and edge.knowledge_source not in steps.knowledge_sources:
            return False
        return edge.letter in steps.letters

    if not steps.damping and (rows := made_of_rows(part.associations)) is not None:
        made = rows.edge
        return WalkedEdges(rows.pairs, lambda key: e if (e := made(key)) and may_be(e) else None)
    edges: Iterable[Edge] = filter(may_be, part.walkable)
    if steps.damping:
        leaving, entering = degrees_of(kg)

        def penalty(edge: Edge) -> int:
            ends = leaving[edge.source], entering[edge.target]
            return sum(hub_penalty(degree, steps.damping) for degree in ends)

        edges = (edge._replace(cost=edge.cost + penalty(edge)) for edge in edges)
    return WalkedEdges.of(edges)


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


# A disease, a symptom, a clinical measure or a model of a disease ends a mechanism: what follows it is its
# course, not a step of the mechanism.
END_CATEGORIES = frozenset({"Disease", "PhenotypicFeature", "ClinicalAttribute"})
END_ROLES = frozenset({"disease", "outcome"})
_PRODUCT = "source_product"
_ID, _CATEGORY, _ROLE = map(Entity._fields.index, ("id", "category", "role"))


def may_pass(category: str, role: str, categories: Collection[str], through: Collection[str]) -> bool:
    """Whether an entity of a category and a role may stand between the ends of a path.

    ``categories`` are those that alone may, where there are any; ``through`` are categories and roles that
    may although they would end a path. What is named in one of them is not held back.
    """
    if categories and category not in categories:
        return False
    if category in through or role in through or category in categories:
        return True
    return category not in END_CATEGORIES and role not in END_ROLES


def only_ends(
    kg: "KnowledgeGraph", categories: Collection[str], through: Collection[str]
) -> frozenset[str]:
    """Return the ids of the entities that by category or role may not stand between the ends."""
    seen: dict[tuple[str, str], bool] = {}
    barred = []
    for row in rows_of(kg.entities).values():
        said = (row[_CATEGORY], row[_ROLE])
        if said not in seen:
            seen[said] = may_pass(*said, categories, through)
        if not seen[said]:
            barred.append(row[_ID])
    return frozenset(barred)


def only_ends_by_role(
    kg: "KnowledgeGraph", categories: Collection[str], through: Collection[str]
) -> frozenset[str]:
    """Return those of them whose role says so, which may be of any category."""
    return frozenset(
        entity.id
        for entity in entities_with_roles(kg, END_ROLES)
        if not may_pass(entity.category, entity.role, categories, through)
    )


def tissue_sources(kg: "KnowledgeGraph") -> frozenset[str]:
    """Return the kinds of a cell product by tissue, such as BM-MSC: conditions of findings, not steps.

    They have the role of a product, as what they are a kind of has.
    """
    kept: frozenset[str] | None = vars(kg.whole).get("tissue_sources")
    if kept is None:
        products = {entity.id: entity for entity in entities_with_roles(kg, {_PRODUCT})}
        kept = frozenset(e.id for e in products.values() if not products.keys().isdisjoint(e.parents))
        vars(kg.whole)["tissue_sources"] = kept
    return kept


def detours(kg: "KnowledgeGraph", ends: Iterable[str]) -> frozenset[str]:
    """Return the classes of the ends of a path, above and below them: a route does not come back to one."""
    return frozenset().union(*(kg.kinds_of(one) | kg.ancestors(one) for one in ends))
