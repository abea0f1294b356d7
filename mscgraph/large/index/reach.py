"""How cheaply walks lead from some entities to every other one, or back: the order of influences.

A walk may repeat entities, so it costs no more than the best path of its ends and net sign. Costs are found
step by step for entities tripled by sign, within a bound that grows until nothing was left unread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mscgraph.large.index.row_reader import Rows, Scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mscgraph.large.index.arrays import Array, PathIndex
    from mscgraph.large.index.states import StepMasks
    from mscgraph.paths.search import Bounds

Reached = tuple[int, int, int]  # what the cheapest walk costs, the entity's number, and the net sign
_SIGN = (1, -1, 0)


class Reach:
    """The cheapest walks from some entities, or to them where ``backward``, by net sign."""

    def __init__(
        self, index: PathIndex, bounds: Bounds, masks: StepMasks, members: Array, *, backward: bool
    ) -> None:
        self.index, self.bounds, self.members, self.backward = index, bounds, members, backward
        self.rows = Rows(index, masks.damping, backward=backward)
        self.walked = np.ones(index.labels.shape[1], bool) if masks.walked is None else masks.walked
        self.inner = masks.inner(index)
        self.open = np.ones(len(index.nodes), bool)
        self.open[list(index.nodes.numbers(bounds.avoid))] = False
        self.scratch = Scratch(index, 3 * len(index.nodes))
        self.walk, self.end = self.scratch.table(), self.scratch.table()
        self.edges_read, self.cut = 0, False  # in the last round

    def rounds(self, bound: int, growth: Callable[[int], float]) -> Iterator[tuple[int, list[Reached]]]:
        """Each bound in turn, and what is reached within it and was not within the one before."""
        known = 0
        while True:
            states, costs = self._within(bound)
            new = ((costs > known) & ~np.isin(states // 3, self.members)).nonzero()[0]
            rows = (costs[new].tolist(), (states[new] // 3).tolist(), (states[new] % 3).tolist())
            yield bound, [(cost, node, _SIGN[sign]) for cost, node, sign in zip(*rows, strict=True)]
            if not self.cut:
                break
            known, bound = bound, 1 + int(bound * growth(self.edges_read))
        self.scratch.give_back()

    def _within(self, bound: int) -> tuple[Array, Array]:
        """All states that walks of at most this cost reach, and the cost of the cheapest."""
        scratch, sign_of, ends = self.scratch, self.index.labels[0], self.index.labels[1].astype(bool)
        scratch.clear(self.walk)
        scratch.clear(self.end)
        self.edges_read, self.cut = 0, False
        states, costs = self.members * 3, np.zeros(len(self.members), np.int64)
        reached = [states[:0]]
        for step in range(self.bounds.max_length):
            begin, counts, cut = self.rows.spans(states // 3, bound - costs)
            self.edges_read += int(counts.sum())
            if self.bounds.deadline is not None:
                self.bounds.deadline.check(self.edges_read)
            of, far, edges, cost = self.rows.read(states // 3, begin, counts)
            label, total = self.index.label[edges], costs[of] + cost
            keep = self.walked[label] & self.open[far]
            if self.backward and step:  # only the last step of a path may be a read-out
                keep &= ~ends[label]
            self.cut |= cut or bool((keep & (total > bound)).any())
            chosen = (keep & (total <= bound)).nonzero()[0]
            of, far, label, total = of[chosen], far[chosen], label[chosen], total[chosen]
            sign, turn = states[of] % 3, sign_of[label]
            unknown = (turn == 0) | (sign == 2)  # noqa: PLR2004 - the state of an unknown sign
            after = far.astype(np.int64) * 3 + np.where(unknown, 2, sign ^ (turn < 0))
            reached.append(scratch.lower(self.end, after, total))
            further = np.ones(len(far), bool) if self.inner is None else self.inner[far]
            if not self.backward:
                further &= ~ends[label]
            states = scratch.lower(self.walk, after[further], total[further])
            costs = scratch.read(self.walk, states)
        states = scratch.once(np.concatenate(reached))
        return states, scratch.read(self.end, states)
