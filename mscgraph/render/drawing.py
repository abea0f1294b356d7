"""What is drawn: the whole graph, the neighbourhood of an entity, or the paths of an answer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from mscgraph.graph import best_associations_of
from mscgraph.model import PredicateKind, association_id
from mscgraph.render.placement import ROLES, column_of
from mscgraph.schema import filters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association
    from mscgraph.paths import PathAnswer

# What a person can read on one screen, with names of 12 pixels. Above READABLE entities a page opens on the
# best evidenced ones of each column: a few receptors and signals would cost a column each.
READABLE = 40
OPENING: Mapping[str, int] = {
    "source": 2, "cue": 0, "factor": 9, "receptor": 0, "signal": 0, "cell": 9, "effect": 3, "outcome": 6,
}  # fmt: skip
OPENING_ENTITIES = sum(OPENING.values())
OPENING_PAIRS = 46
MOST_AROUND = 200  # associations around an entity of a large graph
OPENING_FEEDBACK = 2  # lines that lead back, which take space below the picture

Pair = tuple[str, str]  # cause and target


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a drawing.

    ``pairs`` are the pairs (cause, target) that are drawn, with all associations between the two;
    ``own`` are the ids of the associations that lie in the graph asked for, the others only speak
    against one of them.
    """

    entities: tuple[str, ...]
    pairs: Mapping[Pair, tuple[Association, ...]]
    own: frozenset[str]
    focus: str | None = None
    answer: PathAnswer | None = None
    part: str = ""

    @property
    def drawn(self) -> tuple[str, ...]:
        """The entities of the pairs, and the focus."""
        return _ends(self.pairs, {self.focus} if self.focus else set())

    @property
    def associations(self) -> list[Association]:
        """All associations, in the order of the pairs."""
        return [association for found in self.pairs.values() for association in found]


def choose_contents(
    kg: KnowledgeGraph, *, focus: str | None = None, steps: int = 1, answer: PathAnswer | None = None
) -> Contents:
    """Return what a drawing with these options holds; ValueError where they do not go together."""
    if steps < 1:
        raise ValueError(f"steps is {steps}; write 1 or more")
    if focus is not None and answer is not None:
        raise ValueError("a page shows a focus or an answer, not both")
    centre = kg.entity(focus).id if focus is not None else None
    around = _around(kg, centre, steps) if centre is not None else None
    held, part = around or (with_rivals(kg).values(), part_in_words(kg))
    pairs = pairs_of(
        association
        for association in held
        if kg.predicates[association.predicate].kind is not PredicateKind.STRUCTURE
    )
    own = frozenset(a.id for a in held) if around else frozenset(kg.associations)
    if answer is not None:
        walked = {(s.association.subject, s.association.object) for p in answer.paths for s in p.steps}
        walked |= {(f.subject, f.object) for f in answer.direct.findings}
        walked |= {pair for route in answer.routes for pair in pairwise(route.entities)}
        kept = {pair: pairs[pair] for pair in pairs if pair in walked}
        ends = {answer.source, answer.target}.union(*(route.entities for route in answer.routes))
        return Contents(_ends(kept, ends), kept, own, answer=answer, part=part)
    if centre is not None:
        near = _within(centre, pairs, steps)
        kept = {pair: found for pair, found in pairs.items() if near.issuperset(pair)}
        return Contents(_ends(kept, {centre}), kept, own, focus=centre, part=part)
    return Contents(tuple(sorted(kg.entities)), pairs, own, part=part)


def _around(kg: KnowledgeGraph, centre: str, steps: int) -> tuple[Collection[Association], str] | None:
    """The best supported associations around an entity of a large graph, and how many are left out."""
    found: dict[str, Association] = {}
    seen: set[str] = set()
    rim, left = {centre}, 0
    for _ in range(steps):
        for entity in sorted(rim):
            best = best_associations_of(kg, entity, max(1, MOST_AROUND // len(rim)))
            if best is None:
                return None
            found |= {association.id: association for association in best[0]}
            left += best[1] - len(best[0])
        seen |= rim
        rim = {end for a in found.values() for end in (a.subject, a.object)} - seen
    few = (
        "best supported association"
        if len(found) == 1
        else f"{len(found):,} best supported associations"
    )
    words = f"the {few} around {kg.name(centre)}"
    return found.values(), f"{words}; {left:,} more are left out" if left else words


def part_in_words(kg: KnowledgeGraph) -> str:
    """Return which part of the graph a slice is, by its filters; nothing for the whole graph."""
    if kg.whole is kg:
        return ""
    columns = filters()
    words = []
    for name, value in kg.filters.items():
        column = columns[name][0]
        term = kg.vocabulary.get(column.name, {}).get(value)
        words.append(f"{column.label}: {term.label if term else value}")
    counts = f"{len(kg.findings):,} of {len(kg.whole.findings):,} findings"
    return f"only {'; '.join(words)} ({counts})" if words else f"a part of the graph ({counts})"


def with_rivals(kg: KnowledgeGraph) -> dict[str, Association]:
    """Return the associations by id, sorted, with the rivals in the whole graph that a slice left out."""
    found = dict(kg.associations)
    waiting = list(found.values())
    while waiting:
        for finding in waiting.pop().contrary:
            rival = association_id(*finding.key)
            if rival not in found:
                found[rival] = kg.whole.associations[rival]
                waiting.append(found[rival])
    return dict(sorted(found.items()))


def pairs_of(associations: Iterable[Association]) -> dict[Pair, tuple[Association, ...]]:
    """Return the associations by (cause, target), sorted."""
    found: dict[Pair, list[Association]] = defaultdict(list)
    for association in sorted(associations, key=lambda a: (a.subject, a.object, a.key)):
        found[association.subject, association.object].append(association)
    return {pair: tuple(members) for pair, members in found.items()}


def _ends(pairs: Iterable[Pair], more: set[str]) -> tuple[str, ...]:
    return tuple(sorted({end for pair in pairs for end in pair} | more))


def _within(centre: str, pairs: Iterable[Pair], steps: int) -> set[str]:
    beside: dict[str, set[str]] = defaultdict(set)
    for cause, target in pairs:
        beside[cause].add(target)
        beside[target].add(cause)
    near = frontier = {centre}
    for _ in range(steps):
        frontier = {other for one in frontier for other in beside[one]} - near
        near = near | frontier
    return near


def opening_view(kg: KnowledgeGraph, contents: Contents) -> tuple[list[str], list[Pair]]:
    """Return the entities and pairs that the page opens on: all, or the backbone of a large graph.

    The backbone is, of each column, the entities that are best evidenced as links of a mechanism, reached
    and leaving, and the best supported lines between them. Every entity shown keeps its best line.
    """
    drawn = contents.drawn
    if len(drawn) <= READABLE:
        return list(drawn), list(contents.pairs)
    arriving: dict[str, int] = defaultdict(int)
    leaving: dict[str, int] = defaultdict(int)
    for (cause, target), found in contents.pairs.items():
        count = sum(len(association.findings) for association in found)
        leaving[cause] += count
        arriving[target] += count
    # An entity that is both effect and cause is a link; counted three times, links outrank mere ends.
    score = {e: arriving[e] + leaving[e] + 3 * min(arriving[e], leaving[e]) for e in drawn}
    best = _best_of_columns(kg, sorted(drawn, key=lambda e: (-score[e], e)))
    weights = {p: (weight(found), p) for p, found in contents.pairs.items() if best.issuperset(p)}
    inside = sorted(weights, key=lambda pair: weights[pair])
    at = {e: list(ROLES).index(column_of(kg.entities[e])) for e in best}
    back = [pair for pair in inside if at[pair[0]] > at[pair[1]]]
    pairs = _keep_best(pair for pair in inside if pair not in back[OPENING_FEEDBACK:])
    return list(_ends(pairs, set())), sorted(pairs)


def _best_of_columns(kg: KnowledgeGraph, ranked: Iterable[str]) -> set[str]:
    """As many of each column, from its first, as fit; more where a graph has few columns."""
    by_column: dict[str, list[str]] = defaultdict(list)
    for entity in ranked:
        by_column[column_of(kg.entities[entity])].append(entity)
    best = {e for column, held in by_column.items() for e in held[: OPENING[column]]}
    rest = [e for held in by_column.values() for e in held if e not in best]
    return best | set(rest[: max(0, OPENING_ENTITIES // 2 - len(best))])


def _keep_best(ranked: Iterable[Pair]) -> list[Pair]:
    """The best lines, but first the best one into and the best one out of each entity."""
    ends: set[tuple[str, int]] = set()
    needed: list[Pair] = []
    rest: list[Pair] = []
    for pair in ranked:
        own = set(zip(pair, (0, 1), strict=True))
        (rest if own <= ends else needed).append(pair)
        ends |= own
    return [*needed, *rest[: max(0, OPENING_PAIRS - len(needed))]]


def weight(found: Iterable[Association]) -> tuple[int, int]:
    """Return the rank of a pair: better supported first, then more findings; smaller is better."""
    costs = [a.grade.cost for a in found if a.sign and a.grade.cost is not None]
    return min(costs, default=1 << 40), -sum(len(a.findings) for a in found)
