"""Studies that disagree, and studies that saw both: with the settings that differ. Never a winner."""

# Annotations are evaluated, not kept as text: NamedTuple would compile the text of each.

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from mscgraph.graph.associating import are_comparable, by_key, studies_of
from mscgraph.graph.parts import contested_associations, stated_associations
from mscgraph.model import NOT_REPORTED, Association, Finding, association_id
from mscgraph.named_tuples import NamedTuple
from mscgraph.schema import settings

if TYPE_CHECKING:
    from mscgraph.graph.knowledge import KnowledgeGraph


class Difference(NamedTuple):
    """One setting in which two groups of findings differ: what each of them reports, sorted."""

    setting: str
    first: tuple[str, ...]
    second: tuple[str, ...]


class Dependence(NamedTuple):
    """One study that saw both of two associations that disagree, and the settings that it saw them in.

    Without ``differences`` its two results differ in no curated column: something is missing.

    Examples
    --------
    >>> import mscgraph as mg
    >>> found = mg.find_dependences(mg.load())[0]
    >>> found.first.object == found.second.object
    True
    """

    study: str
    first: Association
    second: Association
    first_findings: tuple[Finding, ...]
    second_findings: tuple[Finding, ...]
    differences: tuple[Difference, ...]


class Conflict(NamedTuple):
    """Two associations on one subject, object and aspect of which different studies saw one each.

    The findings of the two sides are comparable, and no study stands on both; studies that saw both are
    ``dependences``, which may explain why the others disagree.

    Examples
    --------
    >>> import mscgraph as mg
    >>> conflict = mg.find_conflicts(mg.load(), "Th17 cell")[0]
    >>> conflict.first.object == conflict.second.object
    True
    """

    first: Association
    second: Association
    first_findings: tuple[Finding, ...]
    second_findings: tuple[Finding, ...]
    differences: tuple[Difference, ...]
    dependences: tuple[Dependence, ...]


def find_conflicts(
    kg: "KnowledgeGraph", entity: str | None = None, other: str | None = None
) -> list[Conflict]:
    """Return the pairs of associations on which studies disagree, each with the settings that differ.

    Parameters
    ----------
    kg
        The graph. In a slice, one side must lie in the slice; the other is shown as the whole graph has it.
    entity
        Only pairs that have it, or a subclass of it, as subject or object.
    other
        Only pairs that have this, or a subclass of it, at the other end.

    Raises
    ------
    NotFound
        When no entity is called so, with suggestions.

    Examples
    --------
    >>> import mscgraph as mg
    >>> conflicts = mg.find_conflicts(mg.load(), "Th17 cell")
    >>> [c for c in conflicts for f in c.first_findings for g in c.second_findings
    ...  if f.publication == g.publication]
    []
    """
    wanted = _wanted(kg, entity, other)
    depending: dict[tuple[str, str], list[Dependence]] = {}
    for found in find_dependences(kg, entity, other):
        depending.setdefault((found.first.id, found.second.id), []).append(found)
    conflicts = {}
    for association in contested_associations(kg):
        if not wanted(association.subject, association.object):
            continue
        for rival in sorted({f.predicate for f in association.disputing}):
            key = (association.subject, rival, association.object, association.aspect)
            against = kg.whole.associations[association_id(*key)]
            first, second = sorted((association, against), key=lambda a: (a.predicate, a.id))
            here, there = _sides(first, second)
            if here and there:
                ids = first.id, second.id
                both = tuple(depending.get(ids, ()))
                apart = differences(here, there)
                conflicts[ids] = Conflict(first, second, here, there, apart, both)
    return sorted(conflicts.values(), key=_order)


def find_dependences(
    kg: "KnowledgeGraph", entity: str | None = None, other: str | None = None
) -> list[Dependence]:
    """Return the studies that saw both of two associations that disagree, and in which settings.

    Parameters
    ----------
    kg
        The graph, or a slice of it that holds both results.
    entity, other
        As for :func:`mscgraph.find_conflicts`.

    Raises
    ------
    NotFound
        When no entity is called so, with suggestions.

    Examples
    --------
    >>> import mscgraph as mg
    >>> found = mg.find_dependences(mg.load())
    >>> sum(bool(d.differences) for d in found) >= 0.95 * len(found)
    True
    """
    wanted = _wanted(kg, entity, other)
    found = []
    counting = by_key(finding for finding in kg.findings.values() if kg.counts(finding))
    for key, own in counting.items():
        subject, predicate, object_, aspect = key
        if not wanted(subject, object_):
            continue
        for rival in kg.predicates[predicate].disputes:
            against = counting.get((subject, rival, object_, aspect), ())
            if predicate < rival and studies_of(own) & studies_of(against):
                ids = [association_id(subject, name, object_, aspect) for name in (predicate, rival)]
                edges = kg.fetch_associations(ids)
                for study, first, second in _shared(own, against):
                    apart = differences(first, second)
                    found.append(Dependence(study, edges[ids[0]], edges[ids[1]], first, second, apart))
    return sorted(found, key=lambda dependence: (_order(dependence), dependence.study))


def _wanted(kg: "KnowledgeGraph", entity: str | None, other: str | None) -> Callable[[str, str], bool]:
    """Whether a subject and an object are what is asked for, either way round."""
    near, far = (name and kg.kinds_of(kg.entity(name).id) for name in (entity, other))

    def wanted(subject: str, object_: str) -> bool:
        return any(
            (not near or one in near) and (not far or two in far)
            for one, two in ((subject, object_), (object_, subject))
        )

    return wanted


def _order(found: Conflict | Dependence) -> tuple[str, str, str, str, str]:
    first = found.first
    return first.subject, first.object, first.aspect, first.predicate, found.second.predicate


def _sides(first: Association, second: Association) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """What each of two associations has that disputes the other, and is comparable with what does."""
    against = [
        [finding for finding in edge.supporting if finding in rival.disputing]
        for edge, rival in ((first, second), (second, first))
    ]
    one, other = (
        tuple(f for f in own if any(are_comparable(f, rival) for rival in rivals))
        for own, rivals in (against, against[::-1])
    )
    return one, other


def _shared(
    first: Iterable[Finding], second: Iterable[Finding]
) -> Iterator[tuple[str, tuple[Finding, ...], tuple[Finding, ...]]]:
    """The studies that both have findings of, each with its findings here and there."""
    groups: list[tuple[frozenset[str], list[Finding]]] = []
    for finding in (*first, *second):
        names, members = studies_of([finding]), [finding]
        for group in [group for group in groups if group[0] & names]:
            groups.remove(group)
            names, members = names | group[0], [*group[1], *members]
        groups.append((names, members))
    for _, members in groups:
        here, there = (tuple(f for f in members if f in side) for side in (first, second))
        if here and there:
            yield min(finding.cohort for finding in members), here, there


def differences(first: Iterable[Finding], second: Iterable[Finding]) -> tuple[Difference, ...]:
    """Return the settings in which two sets of findings differ, in the order a reader asks for them."""
    found = []
    for setting in (column.name for column in settings()):
        one, other = _values(first, setting), _values(second, setting)
        if one != other:
            found.append(Difference(setting, one, other))
    return tuple(found)


def _values(findings: Iterable[Finding], setting: str) -> tuple[str, ...]:
    """The values of a setting, sorted; what no finding reports is left out, nothing is one value."""
    found: set[str] = set()
    for finding in findings:
        value = getattr(finding, setting)
        if isinstance(value, tuple):
            found.add("|".join(value))
        elif isinstance(value, bool):
            found.add("yes" if value else "no")
        else:
            found.add(value)
    return tuple(sorted(found - {"", NOT_REPORTED})) or (NOT_REPORTED,)


def find_stated_conflicts(
    kg: "KnowledgeGraph", entity: str | None = None, other: str | None = None
) -> list[tuple[Association, Association]]:
    """Return the pairs that cannot both hold in one setting, where another source states one of them.

    Of such a statement no setting is known, so none is compared. ``entity`` and ``other`` are as for
    :func:`mscgraph.find_conflicts`.
    """
    pairs = {}
    rivals = {predicate: _rivals(kg, predicate) for predicate in kg.predicates}
    against = [
        (edge, association_id(edge.subject, rival, edge.object, edge.aspect))
        for edge in _stated(kg, entity, other)
        for rival in rivals[edge.predicate]
    ]
    held = kg.whole.fetch_associations(identifier for _, identifier in against)
    for edge, identifier in against:
        rival = held.get(identifier)
        if rival is not None and (rival.sources or rival.supporting):
            first, second = sorted((edge, rival), key=lambda a: (a.predicate, a.id))
            pairs[first.id, second.id] = first, second
    return sorted(pairs.values(), key=lambda pair: (pair[0].key, pair[1].predicate))


def find_statements_against(
    kg: "KnowledgeGraph", entity: str | None = None, other: str | None = None
) -> list[tuple[Association, Association]]:
    """Return what findings support, each with what another source states against it, on any aspect.

    Most sources do not say which aspect they mean. ``entity`` and ``other`` are as for
    :func:`mscgraph.find_conflicts`.
    """
    stated: dict[tuple[str, str], list[Association]] = {}
    for edge in _stated(kg, entity, other):
        stated.setdefault((edge.subject, edge.object), []).append(edge)
    keys = sorted({f.key for f in kg.findings.values() if (f.subject, f.object) in stated})
    curated = (kg.whole.associations[association_id(*key)] for key in keys)
    return [
        (own, edge)
        for own in curated
        if own.supporting
        for edge in stated[own.subject, own.object]
        if _is_against(kg, own, edge)
    ]


def _stated(kg: "KnowledgeGraph", entity: str | None, other: str | None) -> list[Association]:
    wanted = _wanted(kg, entity, other)
    ends = [kg.kinds_of(kg.entity(name).id) for name in (entity, other) if name]
    return [edge for edge in stated_associations(kg, *ends) if wanted(edge.subject, edge.object)]


def _rivals(kg: "KnowledgeGraph", predicate: str) -> set[str]:
    """The predicates that one disputes, and those that dispute it."""
    disputing = {p.id for p in kg.predicates.values() if predicate in p.disputes}
    return disputing.union(kg.predicates[predicate].disputes)


def _is_against(kg: "KnowledgeGraph", own: Association, edge: Association) -> bool:
    """Whether the effects on the object are opposite; of what is no effect, whether they exclude it."""
    if own.sign is None or edge.sign is None:
        return edge.predicate in _rivals(kg, own.predicate)
    return own.sign * edge.sign < 0
