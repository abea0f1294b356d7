"""Associations that disagree, and the settings in which they differ. Never a winner."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mscgraph.graph import contested_associations
from mscgraph.model import NOT_REPORTED, association_id
from mscgraph.schema import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Finding

__all__ = ["Conflict", "Difference", "differences", "find_conflicts"]


class Difference(NamedTuple):
    """One setting in which two sides of a conflict differ: what each side reports, sorted."""

    setting: str
    first: tuple[str, ...]
    second: tuple[str, ...]


class Conflict(NamedTuple):
    """Two associations on one subject, object and aspect that cannot both hold in one setting.

    Examples
    --------
    >>> import mscgraph as mg
    >>> conflict = mg.find_conflicts(mg.load(), "Th17 cell")[0]
    >>> conflict.first.object == conflict.second.object
    True
    """

    first: Association
    second: Association
    differences: tuple[Difference, ...]


def find_conflicts(kg: KnowledgeGraph, entity: str | None = None) -> list[Conflict]:
    """Return the pairs of associations that disagree, each with the settings that differ.

    Both sides have at least one finding that counts.

    Parameters
    ----------
    kg
        The graph to look through. In a slice, one side must lie in the slice; the other is shown as the
        whole graph has it.
    entity
        Only pairs that have this entity, or a subclass of it, as subject or object.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> {kg.name(conflict.first.object) for conflict in mg.find_conflicts(kg, "Th17 cell")}
    {'Th17 cell'}
    """
    wanted = kg.kinds_of(kg.entity(entity).id) if entity is not None else None
    conflicts = {}
    for association in contested_associations(kg):
        if wanted is not None and not {association.subject, association.object} & wanted:
            continue
        for rival in sorted({f.predicate for f in association.disputing}):
            key = (association.subject, rival, association.object, association.aspect)
            other = kg.whole.associations[association_id(*key)]
            first, second = sorted((association, other), key=lambda a: (a.predicate, a.id))
            conflicts[first.id, second.id] = Conflict(
                first, second, differences(first.supporting, second.supporting)
            )
    return [conflict for _, conflict in sorted(conflicts.items(), key=lambda item: _order(item[1]))]


def _order(conflict: Conflict) -> tuple[str, str, str, str, str]:
    first = conflict.first
    return first.subject, first.object, first.aspect, first.predicate, conflict.second.predicate


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
