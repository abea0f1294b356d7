"""Best-first search among the few steps that are left of a graph, by numpy and plain Python.

An entry of the heap carries a lower bound on (cost, steps) and the ids so far, both of which only grow
along a path, so paths come out in order of (cost, steps, ids). Siblings are made only when their elder was
taken.
"""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mscgraph.large.index.narrowing import Narrowing
from mscgraph.large.index.row_reader import STEP

if TYPE_CHECKING:
    from mscgraph.large.index.arrays import Names, PathIndex
    from mscgraph.large.index.narrowing import Layer
    from mscgraph.large.index.row_reader import Damping
    from mscgraph.large.index.states import Space
    from mscgraph.paths.deadline import Deadline

__all__ = ["Layered", "LayeredRound", "Path"]

LOOK = 256
Path: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]  # the nodes that it leaves, and its edges


class Layered:
    """One question, in rounds of a growing bound."""

    def __init__(
        self,
        index: PathIndex,
        space: Space,
        steps: int,
        damping: Damping | None,
        deadline: Deadline | None,
        *,
        loops: bool,
        min_length: int = 1,
    ) -> None:
        self.index, self.loops = index, loops
        self.narrowing = Narrowing(index, space, steps, damping, deadline, min_length)

    @property
    def edges_read(self) -> int:
        """How many edges the last round read."""
        return self.narrowing.edges_read

    @property
    def truncated(self) -> bool:
        """Whether the last round left anything out that a higher bound lets in."""
        return self.narrowing.truncated

    def round(self, bound: int, most: int, proven: list[Path]) -> LayeredRound | None:
        """A search of all paths within a bound; None if that needs more than ``most`` edges to be read."""
        layers = self.narrowing.within(bound, most)
        if layers is None:
            return None
        return LayeredRound(self.index, layers, self.narrowing, bound, proven, loops=self.loops)

    def give_back(self) -> None:
        """Lend the tables to the next question."""
        self.narrowing.scratch.give_back()


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
        index: PathIndex,
        layers: list[Layer],
        narrowing: Narrowing,
        most: int,
        proven: list[Path],
        *,
        loops: bool,
    ) -> None:
        self.cost = index.cost
        self.names = index.ids
        self.layers = layers
        self.each = narrowing.space.each
        self.damping = narrowing.onward.damping
        self.loops = loops
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
            if self.loops and row.to[i] < 0 and row.far[i] == entry.seen[0]:
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


class _Entry:
    """A path as far as it goes, and the place of its next step among its siblings."""

    __slots__ = ("cost", "depth", "i", "ids", "path", "row", "seen")

    def __init__(
        self,
        cost: int,
        depth: int,
        row: _Row,
        i: int,
        path: tuple[int, ...],
        ids: tuple[bytes, ...],
        seen: tuple[int, ...],
    ) -> None:
        self.cost, self.depth, self.row, self.i = cost, depth, row, i
        self.path, self.ids, self.seen = path, ids, seen

    def at(self, i: int) -> _Entry:
        """The same path with another next step."""
        return _Entry(self.cost, self.depth, self.row, i, self.path, self.ids, self.seen)
