"""The k cheapest entity-simple paths over an index: the same answers as the plain search, in its order.

Method: the graph is narrowed to the steps of walks within a bound, which grows until k paths are found or
nothing was left unread. Among those steps, best-first search (A*, Hart, Nilsson and Raphael 1968) guided by
the exact remaining cost, in order of (cost, steps, ids), stops at the k-th. An entry of its heap carries a
lower bound on (cost, steps) and the ids so far, both of which only grow along a path; siblings are made
only when their elder was taken.
"""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from mscgraph.large.index.narrowing import Narrowing
from mscgraph.large.index.row_reader import STEP
from mscgraph.large.index.states import Space, StepMasks, Via
from mscgraph.paths.deadline import TimeUp
from mscgraph.paths.search import SIGNS, Bounds, Found

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mscgraph.large.index.arrays import Names, PathIndex
    from mscgraph.large.index.narrowing import Layer
    from mscgraph.large.index.row_reader import Damping
    from mscgraph.model import Edge
    from mscgraph.paths.deadline import Deadline


MOST_STEPS = 8
_MOST_VIA = 12
_WITHIN, _ALL = Bounds(), StepMasks()
_GROWTH = ((200, 3.5), (1500, 2.5), (4000, 1.8))
_LEAST = 1.5
READ = 30_000
_FLOOR = 2 * STEP
LOOK = 256
Path: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]  # the nodes that it leaves, and its edges


def search_index(
    index: PathIndex,
    sources: Collection[str],
    targets: Collection[str],
    bounds: Bounds = _WITHIN,
    masks: StepMasks = _ALL,
    *,
    k: int = 10,
    signs: Collection[int] = SIGNS,
    kind: str = "paths",
) -> Found:
    """Return the k cheapest simple paths from any source to any target.

    Of ``kind`` ``"routes"``, the best path of each of k sequences of entities; of ``"loops"``, those that
    return to where they started.
    """
    max_length, deadline = bounds.max_length, bounds.deadline
    if not 1 <= max_length <= MOST_STEPS:
        raise ValueError(f"max_length is {max_length}; write 1 to {MOST_STEPS}")
    start, end, barred = map(index.nodes.numbers, (sources, targets, bounds.avoid))
    wanted = frozenset(signs) & frozenset(SIGNS)
    groups = tuple(dict.fromkeys(bounds.groups))
    if len(groups) > _MOST_VIA:
        raise ValueError(f"via names {len(groups)} things; write at most {_MOST_VIA}")
    via = Via.of(index, groups, masks) if groups else None
    if (groups and not via) or k < 1 or not wanted or not start - barred or not end - barred:
        return Found((), complete=True)
    space = Space.of(index, start, end, wanted=wanted, via=via, avoid=barred, masks=masks)
    narrowing = Narrowing(index, space, max_length, masks.damping, deadline, bounds.min_length)
    best: LayeredRound | None = None
    stopped = ""
    try:
        for best in _rounds(narrowing, masks.first or first_bound(index, start, end), k, kind):
            if not best.find(k, bounds.budget, deadline):
                stopped = "budget"
                break
    except KeyboardInterrupt:
        stopped = "interrupt"
    except TimeUp:
        stopped = "time"
    found = max(best.found, best.proven, key=len) if best is not None else []
    if stopped in {"", "budget"}:
        narrowing.scratch.give_back()
    return Found(tuple(_paths(index, masks.damping, found)), not stopped, stopped)


def _rounds(narrowing: Narrowing, bound: int, k: int, kind: str) -> Iterator[LayeredRound]:
    """Searches within a growing bound, until one has found all that is wanted, or all there is."""
    known, above, most = 0, 0, READ
    proven: list[Path] = []
    while True:
        if (layers := narrowing.within(bound, most)) is None:  # first see whether less will do
            above, most = bound, 2 * most
            if 5 * bound > 6 * known:
                bound = max((known + bound) // 2, _FLOOR)
            continue
        best = LayeredRound(layers, narrowing, bound, proven, kind)
        yield best
        proven = best.found
        if len(proven) >= k or not (narrowing.truncated or best.cut):
            return
        known, most = bound, max(most, 4 * narrowing.edges_read)
        bound = 1 + int(bound * growth(narrowing.edges_read, k / max(len(proven), 0.1)))
        if known < above:
            bound = min(bound, max((known + above) // 2, known * 6 // 5 + 1))


def _paths(index: PathIndex, damping: Damping | None, found: list[Path]) -> Iterator[tuple[Edge, ...]]:
    """The paths that were found, their edges as the plain search knows them."""
    numbers = [number for _, path in found for number in path]
    sources = [node for nodes, _ in found for node in nodes]
    edges = index.edges(numbers, sources, damping)
    begin = 0
    for _, path in found:
        yield tuple(edges[begin : begin + len(path)])
        begin += len(path)


def total_of(path: tuple[Edge, ...]) -> int:
    """The cost of a path in the steps that costs are searched in."""
    return STEP * sum(edge.cost for edge in path) + len(path)


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


class _Row:
    """The steps from one state of a layer, cheapest first, equal ones by id."""

    __slots__ = ("far", "ids", "numbers", "to", "totals")

    def __init__(self, names: Names, layer: Layer, begin: int, end: int) -> None:
        part = slice(begin, end)
        self.totals: list[int] = layer.step[part].tolist()
        self.to: list[int] = layer.to[part].tolist()
        self.far: list[int] = layer.far[part].tolist()
        self.numbers: list[int] = layer.edge[part].tolist()
        self.ids: list[bytes | None] = [None] * len(self.to)
        if len(set(self.totals)) < len(self.totals):
            ids = [names.raw(number) for number in self.numbers]
            order = sorted(range(len(ids)), key=lambda i: (self.totals[i], ids[i]))
            self.totals = [self.totals[i] for i in order]
            self.to = [self.to[i] for i in order]
            self.far = [self.far[i] for i in order]
            self.numbers = [self.numbers[i] for i in order]
            self.ids = [ids[i] for i in order]


class LayeredRound:
    """Best-first search among the steps that are left."""

    def __init__(
        self,
        layers: list[Layer],
        narrowing: Narrowing,
        most: int,
        proven: list[Path],
        kind: str,
    ) -> None:
        self.cost = narrowing.index.cost
        self.names = narrowing.index.ids
        self.layers = layers
        self.each = narrowing.space.each
        self.damping = narrowing.onward.damping
        self.kind = kind
        self.routes: set[tuple[int, ...]] = set()
        self.proven = proven  # by an earlier round, whose bound was lower
        self.found: list[Path] = []
        self.expanded = 0
        self.most = most
        self.cut = (
            False  # whether a path that costs more than ``most`` was met: there, steps are missing
        )
        self._rows: dict[tuple[int, int], _Row] = {}
        self._begins: list[dict[int, tuple[int, int]]] = []
        for layer in layers:
            new = np.ones(len(layer.of), bool)
            new[1:] = layer.of[1:] != layer.of[:-1]
            edges = new.nonzero()[0]
            heads, first = layer.of[edges].tolist(), edges.tolist()
            ends = [*first, len(layer.of)][1:]
            self._begins.append(dict(zip(heads, zip(first, ends, strict=True), strict=True)))

    def find(self, k: int, budget: int, deadline: Deadline | None) -> bool:
        """Find the k best; False if the budget was spent before."""
        heap: list[tuple[int, tuple[bytes, ...], int, _Entry]] = []
        tick = count()
        costs = self.cost
        if self.layers:
            for place in self._begins[0]:
                node = int(self.layers[0].states[place]) // self.each
                self._push(heap, tick, _Entry(0, 0, self._row(0, place), 0, (), (), (node,)))
        while heap and len(self.found) < k:
            _, ids, _, entry = heapq.heappop(heap)
            row, i = entry.row, entry.i
            number, far, to = row.numbers[i], row.far[i], row.to[i]
            self._push(heap, tick, entry.at(i + 1))
            path = (*entry.path, number)
            if to < 0:
                route = (*entry.seen, far) if self.kind == "routes" else path
                if route not in self.routes:
                    self.routes.add(route)
                    self.found.append((entry.seen, path))
                continue
            if self.expanded >= budget:
                return False
            self.expanded += 1
            if deadline is not None and self.expanded % LOOK == 0:
                deadline.check(self.expanded, len(self.found))
            step = int(costs[number])
            if self.damping is not None:
                step += int(self.damping.leaving[entry.seen[-1]] + self.damping.entering[far])
            cost = entry.cost + step * STEP + 1
            ahead = self._row(entry.depth + 1, to)
            self._push(
                heap, tick, _Entry(cost, entry.depth + 1, ahead, 0, path, ids, (*entry.seen, far))
            )
        return True

    def _row(self, depth: int, place: int) -> _Row:
        if (row := self._rows.get((depth, place))) is None:
            row = _Row(self.names, self.layers[depth], *self._begins[depth][place])
            self._rows[depth, place] = row
        return row

    def _push(
        self, heap: list[tuple[int, tuple[bytes, ...], int, _Entry]], tick: count[int], entry: _Entry
    ) -> None:
        """Put the first step from here on that visits nothing twice on the heap."""
        row, i = entry.row, entry.i
        while i < len(row.far) and row.far[i] in entry.seen:
            if self.kind == "loops" and row.to[i] < 0 and row.far[i] == entry.seen[0]:
                break
            i += 1
        if i < len(row.far):
            name = row.ids[i]
            if name is None:
                name = row.ids[i] = self.names.raw(row.numbers[i])
            bound = entry.cost + row.totals[i]
            if bound > self.most:
                self.cut = True
                return
            heapq.heappush(heap, (bound, (*entry.ids, name), next(tick), entry.at(i)))


class _Entry(NamedTuple):
    """A path as far as it goes, and the place of its next step among its siblings."""

    cost: int
    depth: int
    row: _Row
    i: int
    path: tuple[int, ...]
    ids: tuple[bytes, ...]
    seen: tuple[int, ...]

    def at(self, i: int) -> _Entry:
        """The same path with another next step."""
        return _Entry(self.cost, self.depth, self.row, i, self.path, self.ids, self.seen)
