"""Parts of a graph that one kept on disk finds in another way than by going through all of it.

Each function has a plain version here; a graph directory registers its own.
"""

from __future__ import annotations

from collections import Counter
from functools import singledispatch
from typing import TYPE_CHECKING

from mscgraph.graph.knowledge import KnowledgeGraph
from mscgraph.model import Association, Entity, KnowledgeSource, PredicateKind, effect_word
from mscgraph.named_tuples import NamedTuple
from mscgraph.tables.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from mscgraph.model import Finding


# What the findings on a pair can say, in the order in which an answer says it.
SENSES = (
    "increase", "decrease", "unknown", "no effect", "observation", "correlation", "other", "not counted",
)  # fmt: skip
MOST_SHOWN = 50  # associations of an entity of a large graph
_ROLE = Entity._fields.index("role")


def sense_of(kg: KnowledgeGraph, finding: Finding) -> str:
    """Return what a finding says of its pair: one of :data:`SENSES`."""
    predicate = kg.predicates[finding.predicate]
    if not kg.counts(finding):
        return "not counted"
    if predicate.kind is PredicateKind.EFFECT:
        return effect_word(int(predicate.sign or 0) * int(kg.aspects[finding.aspect].polarity))
    if predicate.kind is PredicateKind.NULL:
        return "no effect"
    if predicate.kind in (PredicateKind.OBSERVATION, PredicateKind.CORRELATION):
        return str(predicate.kind.value)
    return "other"


@singledispatch
def associations_of(kg: KnowledgeGraph, identifier: str) -> list[Association]:
    """Return the associations that an entity is the subject or the object of, by its id."""
    return [a for a in kg.associations.values() if identifier in (a.subject, a.object)]


@singledispatch
def best_associations_of(
    kg: KnowledgeGraph, identifier: str, most: int
) -> tuple[list[Association], int] | None:
    """Return the best supported associations of an entity of a large graph, and how many it has.

    Those that have findings are all among them, and those that no path can walk come last. None of a
    graph that is not large: it is shown whole.
    """
    del kg, identifier, most
    return None


def associations_shown(
    kg: KnowledgeGraph, identifier: str, most: int | None = None
) -> tuple[list[Association], int]:
    """Return the associations of an entity to list, and how many are left out: of a large graph only."""
    best = best_associations_of(kg, identifier, MOST_SHOWN if most is None else most)
    return (associations_of(kg, identifier), 0) if best is None else (best[0], best[1] - len(best[0]))


@singledispatch
def contested_associations(kg: KnowledgeGraph) -> list[Association]:
    """Return the associations with findings that count on both sides."""
    return [a for a in kg.associations.values() if a.is_contested]


@singledispatch
def stated_associations(kg: KnowledgeGraph, *ends: Collection[str]) -> list[Association]:
    """Return the associations that other sources state, whether or not a finding supports them.

    With ``ends`` those that have a subject or object in each of these sets of ids.
    """
    stated = [a for a in kg.associations.values() if a.sources]
    return [a for a in stated if all(a.subject in of or a.object in of for of in ends)]


class Stated(NamedTuple):
    """A statement of another source, as an export writes it: with an id of its own and its licence."""

    id: str
    association: Association
    source: KnowledgeSource
    licence: str


def statements_of(kg: KnowledgeGraph, edges: Iterable[Association] | None = None) -> list[Stated]:
    """Return what others state of some associations, or of all, by the ids of the associations."""
    chosen = stated_associations(kg) if edges is None else edges
    return [
        Stated(
            f"{edge.id}.{number}", edge, source, kg.tables.licence_of(source.primary_knowledge_source)
        )
        for edge in sorted(chosen, key=lambda edge: edge.id)
        for number, source in enumerate(sorted(edge.sources), start=1)
    ]


@singledispatch
def entities_with_roles(kg: KnowledgeGraph, roles: Collection[str]) -> list[Entity]:
    """Return the entities that have one of some roles."""
    rows = rows_of(kg.entities).items()
    return [kg.entities[identifier] for identifier, row in rows if row[_ROLE] in roles]


def keep_associations(kg: KnowledgeGraph, associations: Iterable[Association]) -> KnowledgeGraph:
    """Return the slice that associations are made of, with all that speaks against them."""
    chosen = tuple(associations)
    named = {f.id for a in chosen for f in (*a.findings, *a.contrary)}
    kept = frozenset(named.intersection(kg.findings))
    stated = {a.key: a.sources for a in chosen if a.sources}
    return KnowledgeGraph(kg.tables, kept=kept, whole=kg.whole, stated=stated)


def keep_matching(kg: KnowledgeGraph, **filters: str | None) -> KnowledgeGraph:
    """Return the slice of the findings that pass filters, with the findings that say otherwise.

    Parameters
    ----------
    kg
        The graph, or a slice of it that is cut down further.
    **filters
        Those of :meth:`~mscgraph.KnowledgeGraph.find_findings`: subject, predicate, object, aspect,
        publication, taxon, system, design. What says otherwise than the findings that pass is kept
        from everywhere, also where the filters would hide it.

    Raises
    ------
    NotFound
        When a filter names nothing that exists, with suggestions.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> len(mg.keep_matching(kg, taxon="human").findings) < len(kg.findings)
    True
    """
    passed = frozenset(finding.id for finding in kg.find_findings(**filters))
    narrow = kg.keep_findings(lambda finding: finding.id in passed)
    against = {f.id for edge in narrow.associations.values() for f in edge.contrary}
    return kg.whole.keep_findings(lambda finding: finding.id in passed or finding.id in against)


@singledispatch
def category_counts(kg: KnowledgeGraph) -> dict[str, int]:
    """Return how many entities each category has."""
    return dict(Counter(entity.category for entity in kg.entities.values()))


@singledispatch
def entity_roles(kg: KnowledgeGraph) -> set[str]:
    """Return the roles that entities have."""
    return {row[_ROLE] for row in rows_of(kg.entities).values()}


@singledispatch
def grade_counts(kg: KnowledgeGraph) -> dict[str, int]:
    """Return how many associations have each grade."""
    return dict(Counter(edge.grade.letter for edge in kg.associations.values()))
