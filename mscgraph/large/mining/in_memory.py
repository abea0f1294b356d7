"""The same question asked of the path index, pair by pair: the engine that the other two are checked by."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from mscgraph.paths.search import Edge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mscgraph.large.mining.folder import GraphFolder
    from mscgraph.large.mining.question import MineQuestion

__all__ = ["mine_in_memory", "walkable_edges"]

_BATCH = 10_000
_SIGNS = (-1, 0, 1)
_COLUMNS = [
    "id",
    "subject",
    "predicate",
    "object",
    "sign",
    "cost",
    "ends",
    "grade",
    "year",
    "taxa",
    "systems",
]
_EVERYTHING = 1 << 40


@contextmanager
def mine_in_memory(
    folder: GraphFolder, question: MineQuestion
) -> Iterator[tuple[int, Iterator[Sequence[tuple[Any, ...]]]]]:
    """Read the edges, build the index, ask it for each pair."""
    edges = list(walkable_edges(folder, question))
    passable = _passable(folder, question)
    toll = _tolls(edges, question.damping)
    near = list(_near(edges, question, passable))
    kept = list(_capped(near, question.hop_cap))
    yield len(near) - len(kept), _rows(_Net(kept, toll, passable), question)


class _Net(NamedTuple):
    edges: list[Edge]
    toll: dict[str, int]
    passable: frozenset[str] | None


def walkable_edges(  # noqa: C901 - one line a filter
    folder: GraphFolder, question: MineQuestion
) -> Iterator[Edge]:
    """The associations that may be steps, read in Python: what the plan calls ``walkable``."""
    barred = set(question.avoid)
    for batch in folder.edges(_COLUMNS):
        for a in batch.to_pylist():
            if a["sign"] is None or a["cost"] is None or a["subject"] == a["object"]:
                continue
            if question.sign not in (None, 0) and a["sign"] == 0:
                continue
            if question.predicates and a["predicate"] not in question.predicates:
                continue
            if question.letters and a["grade"] not in question.letters:
                continue
            if question.taxon and question.taxon not in (a["taxa"] or ()):
                continue
            if question.system and question.system not in (a["systems"] or ()):
                continue
            if question.since and (a["year"] is None or a["year"] < question.since):
                continue
            if a["subject"] in barred or a["object"] in barred:
                continue
            yield Edge(a["subject"], a["object"], a["sign"], a["cost"], a["id"], bool(a["ends"]))


def _passable(folder: GraphFolder, question: MineQuestion) -> frozenset[str] | None:
    if not question.categories:
        return None
    return frozenset(folder.members(question.categories))


def _tolls(edges: Iterable[Edge], damping: int) -> dict[str, int]:
    degree: dict[str, int] = defaultdict(int)
    if damping:
        for edge in edges:
            degree[edge.source] += 1
            degree[edge.target] += 1
    return {name: damping * (count.bit_length() - 1) for name, count in degree.items()}


def _near(edges: list[Edge], question: MineQuestion, passable: frozenset[str] | None) -> Iterator[Edge]:
    """The edges on walks of at most so many steps from a source to a target."""
    steps = question.max_length
    onward = [edge for edge in edges if not edge.ends]
    ahead = dict.fromkeys(question.sources, 0)
    behind = dict.fromkeys(question.targets, 0)
    for level in range(1, steps):
        reached = {e.target for e in onward if ahead.get(e.source, steps) == level - 1}
        for name in reached if passable is None else reached & passable:
            ahead.setdefault(name, level)
        back = edges if level == 1 else onward
        reached = {e.source for e in back if behind.get(e.target, steps) == level - 1}
        for name in reached if passable is None else reached & passable:
            behind.setdefault(name, level)
    for edge in edges:
        left = behind.get(edge.target, steps)
        if ahead.get(edge.source, steps) + left < steps and (not edge.ends or left == 0):
            yield edge


def _capped(edges: list[Edge], cap: int) -> Iterator[Edge]:
    if not cap:
        yield from edges
        return
    kept = []
    for end in ("source", "target"):
        rows: dict[str, list[Edge]] = defaultdict(list)
        for edge in edges:
            rows[getattr(edge, end)].append(edge)
        kept.append(
            {e.id for row in rows.values() for e in sorted(row, key=lambda e: (e.cost, e.id))[:cap]}
        )
    yield from (edge for edge in edges if edge.id in kept[0] and edge.id in kept[1])


def _rows(net: _Net, question: MineQuestion) -> Iterator[Sequence[tuple[Any, ...]]]:
    from mscgraph.large.index import build_index, search_index

    # the toll of the last entity is the same for all paths of a pair, and is taken off again
    index = build_index([e._replace(cost=e.cost + net.toll.get(e.target, 0)) for e in net.edges])
    signs = _SIGNS if question.sign is None else (question.sign,)
    inner = {e.source for e in net.edges} & {e.target for e in net.edges}
    barred = frozenset() if net.passable is None else inner - net.passable
    rows: list[tuple[Any, ...]] = []
    for source in sorted(set(question.sources)):
        for target in sorted(set(question.targets)):
            if source == target:
                continue
            found = search_index(
                index, {source}, {target}, k=question.k, max_length=question.max_length,
                signs=signs, avoid=barred - {source, target}, budget=_EVERYTHING,
            )  # fmt: skip
            for rank, path in enumerate(found.paths, start=1):
                rows.append(_row(source, target, rank, path, net.toll.get(target, 0)))
            if len(rows) >= _BATCH:
                yield rows
                rows = []
    if rows:
        yield rows


def _row(source: str, target: str, rank: int, path: Sequence[Edge], toll: int) -> tuple[Any, ...]:
    sign, cost = 1, -toll
    for edge in path:
        sign, cost = sign * edge.sign, cost + edge.cost
    between = [edge.target for edge in path[:-1]]
    ids = [edge.id for edge in path]
    empty = [""] * 4
    return (
        source, target, rank, len(path), sign, cost, *(between + empty)[:3], *(ids + empty)[:4],
    )  # fmt: skip
