"""Counting all simple paths over an index: halves from both ends, joined in the middle.

Every simple path of L steps is one half of f steps from a source and one of L − f steps to a target that
meet in one node and share no other. Halves are listed; pairs are only counted. With F(m, U) the number
of first halves that end in m and pass through all of the set U, and B(m, U) likewise, the pairs without a
common node are Σ over m and U of (−1)^|U| · F(m, U) · B(m, U), by inclusion and exclusion; paths through
all of ``via`` are counted the same way, from those that avoid each part of it. So four steps cost two
steps of reading from either end, however many paths there are.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mscgraph.large.index.row_reader import spread
from mscgraph.large.index.states import StepMasks
from mscgraph.paths.deadline import TimeUp
from mscgraph.paths.search import SIGNS, Bounds, Counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from mscgraph.large.index.arrays import Array, PathIndex


_WITHIN, _ALL = Bounds(), StepMasks()


class _Halves(NamedTuple):
    """Simple half paths: where each ends, what else it visits (a column a step), its sign."""

    at: Array
    seen: Array
    sign: Array


def count_index(
    index: PathIndex,
    sources: Collection[str],
    targets: Collection[str],
    bounds: Bounds = _WITHIN,
    masks: StepMasks = _ALL,
) -> Counted:
    """Count all simple paths by net sign.

    ``bounds.budget`` bounds the edges that are read for the halves; damping does not matter.
    """
    start, end, barred = map(index.nodes.numbers, (sources, targets, bounds.avoid))
    start, end = start - barred, end - barred
    must = tuple(dict.fromkeys(bounds.groups))
    counts = dict.fromkeys(SIGNS, 0)
    if not start or not end:
        return Counted(counts, complete=True)
    stopped = ""
    try:
        for size in range(len(must) + 1):
            for groups in combinations(must, size):
                names = {name for group in groups for name in group}
                left_out = index.nodes.numbers(names)
                edges = [masks.numbers[name] for name in sorted(names & masks.numbers.keys())]
                count = _Count(index, barred | left_out, edges, bounds, masks)
                complete = count.run(start - left_out, end - left_out, bounds.max_length)
                for sign in SIGNS:
                    counts[sign] += (-1) ** size * count.counts[sign]
                if not complete:
                    stopped = "budget"
                    break
    except KeyboardInterrupt:
        stopped = "interrupt"
    except TimeUp:
        stopped = "time"
    if stopped and must:  # a part of a sum with both signs bounds nothing
        counts = dict.fromkeys(SIGNS, 0)
    return Counted(counts, not stopped, stopped)


class _Count:
    """One count, of paths that avoid some nodes and edges."""

    def __init__(
        self,
        index: PathIndex,
        barred: Collection[int],
        edges: Sequence[int],
        bounds: Bounds,
        masks: StepMasks,
    ) -> None:
        inside, walked = masks.inner(index), masks.walked
        if walked is None:
            walked = np.ones(index.labels.shape[1], bool)
        self.index = index
        self.open = np.ones(len(index.nodes), bool)
        self.open[list(barred)] = False
        self.inner = self.open if inside is None else self.open & inside
        self.place = np.zeros(len(index.nodes), np.int64)
        self.walked = walked
        self.inner_walked = walked & (index.labels[1] == 0)
        self.signs = index.labels[0].astype(np.int8)
        self.left = bounds.budget
        self.barred = np.array(edges, np.int64)
        self.counts = dict.fromkeys(SIGNS, 0)
        self.deadline = bounds.deadline
        self.min_length = bounds.min_length

    def run(self, start: Collection[int], end: Collection[int], steps: int) -> bool:
        """Count the paths of at most so many steps by sign; False if the budget was spent before."""
        if not start or not end:
            return True
        self.onward, self.back = self.inner.copy(), self.inner.copy()
        if len(start) == 1:  # a second half that passes the only start is half of no simple path
            self.back[list(start)] = False
        if len(end) == 1:
            self.onward[list(end)] = False
        firsts, seconds = [_begin(start)], [_begin(end)]
        for length in range(1, steps + 1):
            if not self._lengthen(firsts, seconds, last=length == steps):
                return False
            if length < self.min_length:
                continue
            first, second = firsts[-1], seconds[-1]
            if len(first.seen):  # they meet inside of a path
                first = _chosen(first, self.inner[first.at].nonzero()[0])
            for sign, number in self._meetings(first, second):
                self.counts[sign] += number
        return True

    def _lengthen(self, firsts: list[_Halves], seconds: list[_Halves], *, last: bool) -> bool:
        """Take one more step from the end that has less to read; False if the budget is spent.

        After the last one only what meets the other halves is wanted.
        """
        ahead = self._ahead(firsts[-1], backward=False)
        behind = self._ahead(seconds[-1], backward=True)
        backward = len(seconds) == 1 or behind <= ahead
        read = behind if backward else ahead
        self.left -= read
        if self.left < 0:
            return False
        if self.deadline is not None:
            self.deadline.check(read)
        halves, others = (seconds, firsts) if backward else (firsts, seconds)
        wanted = self.open & self._marked(others[-1].at) if last else self.open
        halves.append(self._step(halves[-1], wanted, backward=backward, first=len(halves) == 1))
        return True

    def _ahead(self, halves: _Halves, *, backward: bool) -> int:
        starts = self.index.backward if backward else self.index.forward
        return int((starts[halves.at + 1] - starts[halves.at]).sum())

    def _step(self, halves: _Halves, wanted: Array, *, backward: bool, first: bool) -> _Halves:
        """All halves that are one step longer, end where it is wanted and visit nothing twice."""
        index = self.index
        starts = index.backward if backward else index.forward
        if not first:  # what was the end of a half is now inside of a path
            inner = self.back if backward else self.onward
            halves = _chosen(halves, inner[halves.at].nonzero()[0])
        begin = starts[halves.at]
        of, places = spread(begin, starts[halves.at + 1] - begin)
        far = (index.source if backward else index.target)[places]
        chosen = wanted[far].nonzero()[0]
        of, far, places = of[chosen], far[chosen], places[chosen]
        edges = index.edge[places] if backward else places
        label = index.label[edges]
        # only the last step of a path may be a read-out
        keep = (self.walked if backward and first else self.inner_walked)[label]
        keep &= far != halves.at[of]
        if len(self.barred):
            keep &= ~np.isin(edges, self.barred)
        for column in halves.seen:
            keep &= far != column[of]
        chosen = keep.nonzero()[0]
        of, far = of[chosen], far[chosen]
        seen = np.concatenate([halves.seen[:, of], halves.at[of][None]])
        return _Halves(far.astype(np.int64), seen, halves.sign[of] * self.signs[label[chosen]])

    def _meetings(self, first: _Halves, second: _Halves) -> Iterator[tuple[int, int]]:
        """How many pairs of halves meet and share no other node, by net sign."""
        met = (self._marked(first.at) & self._marked(second.at)).nonzero()[0]
        first, second = (self._meeting(half, met) for half in (first, second))
        yield from _pairs((first.at, first.sign), (second.at, second.sign), len(met), 1)
        shared = self._marked(first.seen.ravel()) & self._marked(second.seen.ravel())
        for size in range(1, min(len(first.seen), len(second.seen)) + 1):
            (keys, signs), (others, more) = (_through(half, size, shared) for half in (first, second))
            count, keys, others = _numbered(keys, others)
            yield from _pairs((keys, signs), (others, more), count, (-1) ** size)

    def _meeting(self, halves: _Halves, met: Array) -> _Halves:
        """The halves that end in nodes that were met, which are numbered in their order."""
        self.place[met] = np.arange(1, len(met) + 1)
        place = self.place[halves.at]
        self.place[met] = 0
        chosen = place.nonzero()[0]
        return _chosen(halves, chosen)._replace(at=place[chosen] - 1)

    def _marked(self, nodes: Array) -> Array:
        marks = np.zeros(len(self.open), bool)
        marks[nodes] = True
        return marks


def _begin(nodes: Collection[int]) -> _Halves:
    at = np.array(sorted(nodes), np.int64)
    return _Halves(at, np.empty((0, len(at)), np.int64), np.ones(len(at), np.int8))


def _chosen(halves: _Halves, places: Array) -> _Halves:
    return _Halves(halves.at[places], halves.seen[:, places], halves.sign[places])


def _through(halves: _Halves, size: int, shared: Array) -> tuple[Array, Array]:
    """Where halves meet and what they visit besides, for every choice of so many nodes that are shared."""
    keys, signs = [], []
    for columns in combinations(range(len(halves.seen)), size):
        visited = halves.seen[list(columns)]
        chosen = np.flatnonzero(shared[visited].all(axis=0))
        visited = np.sort(visited[:, chosen], axis=0)
        keys.append(np.concatenate([halves.at[chosen][None], visited]))
        signs.append(halves.sign[chosen])
    return np.concatenate(keys, axis=1), np.concatenate(signs)


def _numbered(first: Array, second: Array) -> tuple[int, Array, Array]:
    """How many columns occur, and the number of each; rows are nodes, so their numbers are below 2³¹."""
    numbers, *rows = np.concatenate([first, second], axis=1)
    for row in rows:
        _, numbers = np.unique((numbers << 31) + row, return_inverse=True)
    return int(numbers.max(initial=-1)) + 1, numbers[: first.shape[1]], numbers[first.shape[1] :]


def _pairs(
    first: tuple[Array, Array], second: tuple[Array, Array], count: int, weight: int
) -> Iterator[tuple[int, int]]:
    """Pairs of the same key, of so many, by the product of their signs."""
    ones, others = (
        np.bincount(keys * 3 + signs + 1, minlength=3 * count).reshape(-1, 3).T
        for keys, signs in (first, second)
    )
    total = int((ones.sum(axis=0) * others.sum(axis=0)).sum())
    plus = int((ones[2] * others[2] + ones[0] * others[0]).sum())
    minus = int((ones[2] * others[0] + ones[0] * others[2]).sum())
    yield 1, weight * plus
    yield -1, weight * minus
    yield 0, weight * (total - plus - minus)
