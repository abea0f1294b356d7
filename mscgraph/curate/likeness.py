"""Rows that may be one finding, and names that may be one entity."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from mscgraph.model import NOT_REPORTED
from mscgraph.schema import settings
from mscgraph.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Entity, Finding

_SHORTEST_WORD = 7
_COMPARED = (*(column.name for column in settings()), "via", "note", "n", "study")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two records that may be one: ``kind`` is ``"finding"`` or ``"entity"``, ``reason`` says why."""

    kind: str
    first: str
    second: str
    reason: str


def duplicates(kg: KnowledgeGraph) -> list[Duplicate]:
    """Return the pairs of findings and of entities that may be one, for a curator to judge.

    Two findings may be one when the same paper reports the same relation, and each setting is equal or
    reported by one of them only. Two entities may be one when they share a label or a cross-reference,
    or when names of theirs differ by one letter of a long word.

    Parameters
    ----------
    kg
        The graph to look through.

    Examples
    --------
    >>> import mscgraph as mg
    >>> all(pair.first < pair.second for pair in mg.duplicates(mg.load()))
    True
    """
    pairs = {*_same_findings(kg), *_same_entities(kg.entities.values())}
    return sorted(pairs, key=lambda d: (d.kind != "finding", d.first, d.second, d.reason))


def _same_findings(kg: KnowledgeGraph) -> Iterator[Duplicate]:
    groups: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for finding in kg.findings.values():
        groups[finding.publication, *finding.key].append(finding)
    for found in groups.values():
        for one, other in combinations(sorted(found, key=lambda f: f.id), 2):
            apart = [c for c in _COMPARED if getattr(one, c) != getattr(other, c)]
            if all(_is_open(getattr(one, c)) or _is_open(getattr(other, c)) for c in apart):
                said = ", ".join(c.replace("_", " ") for c in apart)
                reason = f"one of the two does not say: {said}" if said else "no setting differs"
                yield Duplicate("finding", one.id, other.id, f"same paper and relation; {reason}")


def _is_open(value: object) -> bool:
    return value in ("", NOT_REPORTED, (), (NOT_REPORTED,))


def _same_entities(entities: Iterable[Entity]) -> Iterator[Duplicate]:
    owners: dict[str, set[str]] = defaultdict(set)
    named: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for entity in entities:
        for shared in (*entity.xrefs, *filter(None, [fold(entity.label)])):
            owners[shared].add(entity.id)
        for name in {entity.name, entity.label, *entity.synonyms} - {""}:
            for key in _one_letter_less(name):
                named[key].add((entity.id, name))
    for shared, found in owners.items():
        for one, other in combinations(sorted(found), 2):
            what = "cross-reference" if ":" in shared else "label"
            yield Duplicate("entity", one, other, f"the same {what}: {shared}")
    yield from _slips(named.values())


def _slips(groups: Iterable[set[tuple[str, str]]]) -> Iterator[Duplicate]:
    told = set()
    for group in groups:
        for (one, name), (other, alike) in combinations(sorted(group), 2):
            pair = (one, other, fold(name), fold(alike))
            if one != other and pair not in told and _is_slip(name, alike):
                told.add(pair)
                yield Duplicate("entity", one, other, f"{name!r} is nearly {alike!r}")


def _one_letter_less(name: str) -> Iterator[str]:
    """Keys that two names share when they are equal but for one letter: the name, and each part of it."""
    folded = fold(name)
    yield folded
    yield from (folded[:i] + folded[i + 1 :] for i in range(len(folded)))


def _is_slip(name: str, alike: str) -> bool:
    """Whether two names differ inside one long word, by a letter.

    IL-6 is not IL-8, nor TNF-α TNF-β, nor is demyelination remyelination.
    """
    one, other = ([fold(w) for w in _words(n)] for n in (name, alike))
    differ = [(a, b) for a, b in zip(one, other, strict=False) if a != b]
    if len(one) != len(other) or len(differ) != 1:
        return False
    a, b = differ[0]
    return a[0] == b[0] and min(len(a), len(b)) >= _SHORTEST_WORD and (a + b).isalpha()


def _words(name: str) -> list[str]:
    return "".join(c if c.isalnum() or c == "+" else " " for c in name).split()
