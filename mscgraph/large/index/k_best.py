"""The k cheapest entity-simple paths over an index: the same answers as the plain search, in its order.

Method: the graph is narrowed to the steps of walks within a bound, which grows until k paths are found or
nothing was left unread. Among those steps, best-first search (A*, Hart, Nilsson and Raphael 1968) guided by
the exact remaining cost, in order of (cost, steps, ids), stops at the k-th.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.large.index.best_first import Layered
from mscgraph.large.index.row_reader import STEP
from mscgraph.large.index.states import Space, StepMasks, Via
from mscgraph.paths.deadline import TimeUp
from mscgraph.paths.search import SIGNS, Bounds, Found

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mscgraph.large.index.arrays import PathIndex
    from mscgraph.large.index.best_first import LayeredRound, Path
    from mscgraph.large.index.row_reader import Damping
    from mscgraph.paths.search import Edge

__all__ = ["search_index"]

MOST_STEPS = 8
_MOST_VIA = 12
_WITHIN, _ALL = Bounds(), StepMasks()
_GROWTH = ((200, 3.5), (1500, 2.5), (4000, 1.8))
_LEAST = 1.5
READ = 30_000
_FLOOR = 2 * STEP


def search_index(
    index: PathIndex,
    sources: Collection[str],
    targets: Collection[str],
    bounds: Bounds = _WITHIN,
    masks: StepMasks = _ALL,
    *,
    k: int = 10,
    signs: Collection[int] = SIGNS,
    loops: bool = False,
) -> Found:
    """Return the k cheapest simple paths from any source to any target."""
    max_length, deadline = bounds.max_length, bounds.deadline
    if not 1 <= max_length <= MOST_STEPS:
        raise ValueError(f"max_length is {max_length}; write 1 to {MOST_STEPS}")
    nodes = index.nodes
    start = {number for name in set(sources) if (number := nodes.find(name)) >= 0}
    end = {number for name in set(targets) if (number := nodes.find(name)) >= 0}
    barred = {number for name in set(bounds.avoid) if (number := nodes.find(name)) >= 0}
    wanted = frozenset(signs) & frozenset(SIGNS)
    groups = tuple(dict.fromkeys(bounds.groups))
    if len(groups) > _MOST_VIA:
        raise ValueError(f"via names {len(groups)} things; write at most {_MOST_VIA}")
    via = Via.of(index, groups, masks) if groups else None
    if (groups and not via) or k < 1 or not wanted or not start - barred or not end - barred:
        return Found((), complete=True)
    space = Space.of(index, start, end, wanted=wanted, via=via, avoid=barred, masks=masks)
    engine = Layered(
        index, space, max_length, masks.damping, deadline, loops=loops, min_length=bounds.min_length
    )
    best: LayeredRound | None = None
    stopped = ""
    try:
        for best in _rounds(engine, first_bound(index, start, end), k):
            if not best.find(k, bounds.budget, deadline):
                stopped = "budget"
                break
    except KeyboardInterrupt:
        stopped = "interrupt"
    except TimeUp:
        stopped = "time"
    found = max(best.found, best.proven, key=len) if best is not None else []
    if stopped in {"", "budget"}:
        engine.give_back()
    return Found(tuple(_paths(index, masks.damping, found)), not stopped, stopped)


def _rounds(engine: Layered, bound: int, k: int) -> Iterator[LayeredRound]:
    """Searches within a growing bound, until one has found all that is wanted, or all there is."""
    known, above, most = 0, 0, READ
    proven: list[Path] = []
    while True:
        if (best := engine.round(bound, most, proven)) is None:  # first see whether less will do
            above, most = bound, 2 * most
            if 5 * bound > 6 * known:
                bound = max((known + bound) // 2, _FLOOR)
            continue
        yield best
        proven = best.found
        if len(proven) >= k or not (engine.truncated or best.cut):
            return
        known, most = bound, max(most, 4 * engine.edges_read)
        bound = 1 + int(bound * growth(engine.edges_read, k / max(len(proven), 0.1)))
        if known < above:
            bound = min(bound, max((known + above) // 2, known * 6 // 5 + 1))


def _paths(index: PathIndex, damping: Damping | None, found: list[Path]) -> Iterator[tuple[Edge, ...]]:
    """The paths that were found, their edges as the plain search knows them."""
    numbers = [number for _, path in found for number in path]
    sources = [node for nodes, _ in found for node in nodes]
    edges = index.edges(numbers, sources) if found else []
    if damping is not None:
        far = index.target[numbers]
        more = (damping.leaving[sources] + damping.entering[far]).tolist()
        edges = [e._replace(cost=e.cost + extra) for e, extra in zip(edges, more, strict=True)]
    begin = 0
    for _, path in found:
        yield tuple(edges[begin : begin + len(path)])
        begin += len(path)


def growth(read: int, missing: float) -> float:
    """By how much the bound grows: the less a round read, or the more are missing, the more.

    A round that read little was not much more work than one that reads three times as much, and the
    number of paths grows about with the fourth power of the bound. Neither is needed to be right.
    """
    by_work = next((factor for edges, factor in _GROWTH if read < edges), _LEAST)
    return float(max(1.2, min(by_work, (3 * missing) ** 0.25)))


def first_bound(index: PathIndex, sources: Collection[int], targets: Collection[int]) -> int:
    """A bound to begin with: the cheapest step out of a source and into a target, and some more."""
    out = [
        int(index.cost[index.forward[n]]) for n in sources if index.forward[n] < index.forward[n + 1]
    ]
    into = [
        int(index.cost[index.edge[index.backward[n]]])
        for n in targets
        if index.backward[n] < index.backward[n + 1]
    ]
    return max(_FLOOR, (min(out, default=0) + min(into, default=0)) * STEP * 6)
