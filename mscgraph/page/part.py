"""What a page holds: the whole graph, the neighbourhood of an entity, or the paths of an answer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mscgraph.model import PredicateKind, association_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association
    from mscgraph.paths import PathAnswer

__all__ = ["Line", "Part", "choose_part", "landing"]

# What a person can read on one screen. Above READABLE entities a page opens on the best evidenced ones.
READABLE = 90
LANDING_ENTITIES = 64
LANDING_LINES = 110

Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """The contents of a page.

    ``lines`` are the pairs (cause, target) that are drawn, with all associations between the two;
    ``own`` are the ids of the associations that lie in the graph asked for, the others only speak
    against one of them.
    """

    entities: tuple[str, ...]
    lines: Mapping[Line, tuple[Association, ...]]
    own: frozenset[str]
    focus: str | None = None
    answer: PathAnswer | None = None

    @property
    def associations(self) -> list[Association]:
        """All associations, in the order of the lines."""
        return [association for found in self.lines.values() for association in found]


def choose_part(
    kg: KnowledgeGraph,
    *,
    focus: str | None = None,
    steps: int = 1,
    answer: PathAnswer | None = None,
) -> Part:
    """Return what a page with these options holds.

    Raises
    ------
    ValueError
        When ``steps`` is less than 1, or both ``focus`` and ``answer`` are given.
    """
    if steps < 1:
        raise ValueError(f"steps is {steps}; write 1 or more")
    if focus is not None and answer is not None:
        raise ValueError("a page shows a focus or an answer, not both")
    lines = _lines(kg)
    own = frozenset(kg.associations)
    if answer is not None:
        walked = {(s.association.subject, s.association.object) for p in answer.paths for s in p.steps}
        kept = {pair: lines[pair] for pair in lines if pair in walked}
        ends = {answer.source, answer.target}
        return Part(_ends(kept, ends), kept, own, answer=answer)
    if focus is not None:
        centre = kg.entity(focus).id
        near = _within(centre, lines, steps)
        kept = {pair: found for pair, found in lines.items() if near.issuperset(pair)}
        return Part(_ends(kept, {centre}), kept, own, focus=centre)
    return Part(tuple(sorted(kg.entities)), lines, own)


def _lines(kg: KnowledgeGraph) -> dict[Line, tuple[Association, ...]]:
    """All associations but structure by (cause, target), with the rivals that a slice left out."""
    found = dict(kg.associations)
    for association in kg.associations.values():
        for finding in association.disputing:
            rival = association_id(*finding.key)
            if rival not in found:
                found[rival] = kg.whole.associations[rival]
    lines: dict[Line, list[Association]] = defaultdict(list)
    for association in sorted(found.values(), key=lambda a: (a.subject, a.object, a.key)):
        if kg.predicates[association.predicate].kind is not PredicateKind.STRUCTURE:
            lines[association.subject, association.object].append(association)
    return {pair: tuple(members) for pair, members in lines.items()}


def _ends(lines: Iterable[Line], more: set[str]) -> tuple[str, ...]:
    return tuple(sorted({end for pair in lines for end in pair} | more))


def _within(centre: str, lines: Iterable[Line], steps: int) -> set[str]:
    beside: dict[str, set[str]] = defaultdict(set)
    for cause, target in lines:
        beside[cause].add(target)
        beside[target].add(cause)
    near = frontier = {centre}
    for _ in range(steps):
        frontier = {other for one in frontier for other in beside[one]} - near
        near = near | frontier
    return near


def landing(part: Part) -> tuple[list[str], list[Line]]:
    """Return the entities and lines that the page opens on: all, or the backbone of a large graph.

    The backbone is the entities that are best evidenced as links of a mechanism, reached and leaving,
    and the best supported lines between them. Every entity shown keeps its best line.
    """
    drawn = _ends(part.lines, set())
    if len(drawn) <= READABLE:
        return list(_ends(part.lines, {part.focus} if part.focus else set())), list(part.lines)
    weight = {pair: _weight(found) for pair, found in part.lines.items()}
    arriving: dict[str, int] = defaultdict(int)
    leaving: dict[str, int] = defaultdict(int)
    for (cause, target), found in part.lines.items():
        count = sum(len(association.findings) for association in found)
        leaving[cause] += count
        arriving[target] += count
    # An entity that is both effect and cause is a link; counted thrice, links outrank mere ends.
    score = {e: arriving[e] + leaving[e] + 3 * min(arriving[e], leaving[e]) for e in drawn}
    best = set(sorted(drawn, key=lambda e: (-score[e], e))[:LANDING_ENTITIES])
    inside = sorted((p for p in part.lines if best.issuperset(p)), key=lambda p: (weight[p], p))
    lines = _keep_best(inside)
    return list(_ends(lines, set())), sorted(lines)


def _keep_best(ranked: Sequence[Line]) -> list[Line]:
    """The best lines, but first the best one into and the best one out of each entity."""
    into: set[str] = set()
    out: set[str] = set()
    needed, rest = [], []
    for cause, target in ranked:
        if cause not in out or target not in into:
            needed.append((cause, target))
        else:
            rest.append((cause, target))
        out.add(cause)
        into.add(target)
    return [*needed, *rest[: max(0, LANDING_LINES - len(needed))]]


def _weight(found: Iterable[Association]) -> tuple[int, int]:
    """Better supported first, then more findings: smaller is better."""
    costs = [a.grade.cost for a in found if a.sign and a.grade.cost is not None]
    return min(costs, default=1 << 40), -sum(len(a.findings) for a in found)
