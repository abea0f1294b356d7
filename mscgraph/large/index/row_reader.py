"""Reading rows up to a cost, and tables of cheapest costs that forget only what was written to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mscgraph.paths.search import hub_penalty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mscgraph.large.index.arrays import Array, PathIndex


INFINITE = 1 << 62
# Costs are searched as 16 · cost + 1 an edge: a sum of them orders paths by cost and then by steps (≤ 8).
STEP = 16
# Reading this many edges too many costs no more than finding out where to stop.
SLACK = 1024


class Damping(NamedTuple):
    """What a step costs more, in micro-nats, by the node that it leaves and the node that it enters."""

    leaving: Array
    entering: Array

    @classmethod
    def of(
        cls,
        index: PathIndex,
        damping: float,
        degrees: tuple[Mapping[str, int], Mapping[str, int]] | None = None,
    ) -> Damping:
        """Damp by the degrees of the index, or by those of the graph that it is a slice of, by id."""
        if degrees is None:
            known = (index.degrees(entering=False), index.degrees(entering=True))
        else:
            names = [index.nodes[number] for number in range(len(index.nodes))]
            leaving, entering = (
                np.array([part.get(n, 0) for n in names], np.int64) for part in degrees
            )
            known = (leaving, entering)
        return cls(*(_penalties(degree, damping) for degree in known))


def _penalties(degrees: Array, damping: float) -> Array:
    known, places = np.unique(degrees, return_inverse=True)
    costs = np.array([hub_penalty(degree, damping) for degree in known.tolist()], np.int64)
    return costs[places] if len(known) else np.zeros(0, np.int64)


def spread(begin: Array, counts: Array) -> tuple[Array, Array]:
    """The places in spans that begin there and are so long: which span each is of, and the place."""
    of = np.repeat(np.arange(len(counts)), counts)
    return of, np.arange(len(of)) + (begin - np.cumsum(counts) + counts)[of]


class Rows:
    """One direction of an index: whole rows, or what of them costs no more than a limit."""

    def __init__(self, index: PathIndex, damping: Damping | None, *, backward: bool) -> None:
        self.damping = damping
        if damping is not None:
            out, into = damping.leaving, damping.entering
            self.near_more, self.far_more = (into, out) if backward else (out, into)
        self.starts = index.backward if backward else index.forward
        self.far = index.source if backward else index.target
        self.edge = index.edge if backward else None
        self.cost = index.cost

    def spans(self, nodes: Array, limits: Array) -> tuple[Array, Array, bool]:
        """Where the rows of ``nodes`` begin, and how much to read so as to miss nothing up to ``limits``.

        The flag says whether anything is left unread. Bisection stops when few are in doubt.
        """
        begin, end = self.starts[nodes], self.starts[nodes + 1]
        if self.damping is not None:  # the far end's part can only add to it
            limits = limits - self.near_more[nodes] * STEP
        whole = counts = end - begin
        if int(counts.sum()) <= SLACK:
            return begin, counts, False
        left, right, dearest = begin, end, (limits - 1) // STEP
        while int((right - left).sum()) > SLACK + len(nodes):
            middle = (left + right) >> 1
            cheap = (self._cost(np.minimum(middle, end - 1)) <= dearest) & (middle < end)
            left, right = np.where(cheap, middle + 1, left), np.where(cheap, right, middle)
        counts = right - begin
        return begin, counts, bool((counts < whole).any())

    def read(self, nodes: Array, begin: Array, counts: Array) -> tuple[Array, Array, Array, Array]:
        """The edges of spans: which span each is of, the far node, the edge's number, its cost."""
        of, places = spread(begin, counts)
        edges = places if self.edge is None else self.edge[places]
        far, cost = self.far[places], self.cost[edges] * np.int64(STEP) + 1
        if self.damping is not None:
            cost += (self.near_more[nodes][of] + self.far_more[far]) * STEP
        return of, far, edges, cost

    def _cost(self, places: Array) -> Array:
        return self.cost[places if self.edge is None else self.edge[places]]


class Scratch:
    """Dense tables over all states, lent by an index and given back as they came.

    They hold costs less ``INFINITE``, so that an empty table is all zeros, which take no memory.
    """

    def __init__(self, index: PathIndex, size: int) -> None:
        self._lent = index.scratch
        self._size = size
        self._tables: list[Array] = []
        self._written: list[list[Array]] = []
        self.marks = self._borrow("marks", np.int32)

    def _borrow(self, what: str, of: type[np.integer[Any]]) -> Array:
        try:  # two threads may ask at once: whoever comes second makes one
            lent: Array = self._lent.setdefault((what, self._size), []).pop()
        except IndexError:
            lent = np.zeros(self._size, of)
        return lent

    def table(self) -> int:
        """The number of a table that holds infinity everywhere."""
        self._tables.append(self._borrow("costs", np.int64))
        self._written.append([])
        return len(self._tables) - 1

    def read(self, number: int, states: Array) -> Array:
        """A table's values."""
        return np.asarray(self._tables[number][states] + INFINITE)

    def lower(self, number: int, states: Array, costs: Array) -> Array:
        """Lower a table where ``costs`` are cheaper; return the states that became cheaper, each once."""
        table = self._tables[number]
        costs = costs - INFINITE
        cheaper = (costs < table[states]).nonzero()[0]
        states, costs = states[cheaper], costs[cheaper]
        np.minimum.at(table, states, costs)
        states = self.once(states)
        self._written[number].append(states)
        return states

    def once(self, states: Array) -> Array:
        """The states without doubles."""
        places = np.arange(len(states), dtype=np.int32)
        self.marks[states] = places
        return np.asarray(states[self.marks[states] == places])

    def clear(self, number: int) -> None:
        """Forget what a table holds."""
        for states in self._written[number]:
            self._tables[number][states] = 0
        self._written[number].clear()

    def give_back(self) -> None:
        """Return clean tables to the index. Not called after an interruption: those are dropped."""
        for number, table in enumerate(self._tables):
            self.clear(number)
            self._lent.setdefault(("costs", self._size), []).append(table)
        self._lent.setdefault(("marks", self._size), []).append(self.marks)
        self._tables.clear()
