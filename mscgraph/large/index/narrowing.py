"""From a large graph to the few edges that lie on a walk within a cost bound.

Backwards from the targets, hop by hop, the cheapest remaining cost of every state within the bound;
forwards from the sources likewise, always from the end that has fewer edges to read, until both have taken
all steps between them. The last steps forward are read against the remaining costs, and the remaining
costs of all that was met are then settled, deepest first. What is left over are steps on walks within the
bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mscgraph.large.index.row_reader import INFINITE, Rows, Scratch

if TYPE_CHECKING:
    from mscgraph.large.index.arrays import Array, PathIndex
    from mscgraph.large.index.row_reader import Damping
    from mscgraph.large.index.states import Space
    from mscgraph.paths.deadline import Deadline


class Layer(NamedTuple):
    """The steps that may follow after so many steps.

    ``states`` were reached at cost ``costs``. A step leads from place ``of`` in them over ``edge`` to place
    ``to`` in the next layer's states; where ``last``, it may end at a target, where ``to`` ≥ 0, continue.
    """

    states: Array
    costs: Array
    of: Array
    to: Array
    far: Array
    edge: Array
    step: Array
    last: Array


class Narrowing:
    """One question, narrowed to a bound as often as the bound has to grow."""

    def __init__(
        self,
        index: PathIndex,
        space: Space,
        steps: int,
        damping: Damping | None,
        deadline: Deadline | None,
        min_length: int = 1,
    ) -> None:
        self.index = index
        self.space = space
        self.steps = steps
        self.min_length = min_length
        self.deadline = deadline
        self.onward = Rows(index, damping, backward=False)
        self.back = Rows(index, damping, backward=True)
        self.scratch = Scratch(index, len(index.nodes) * space.each)
        self.goal = self.scratch.table()
        self.scratch.lower(self.goal, space.goals, np.zeros(len(space.goals), np.int64))
        self.work = self.scratch.table()
        self.guides = [self.scratch.table() for _ in range(steps - 1)]
        self.all_walked = bool(space.walked.all())
        self.edges_read = 0  # in the last round
        self.truncated = False

    def within(self, bound: int, most: int) -> list[Layer] | None:
        """The steps of all walks of at most ``steps`` steps and ``bound`` cost, layer by layer.

        None if that needs more than ``most`` edges to be read. ``truncated`` says afterwards whether a
        costlier walk may exist.
        """
        self.truncated = False
        self.edges_read = 0
        for guide in self.guides:
            self.scratch.clear(guide)
        layers: list[Layer] = []
        states, costs = self.space.starts, np.zeros(len(self.space.starts), np.int64)
        edge_of = self._spans(self.onward, states, costs, bound)
        rim, known = self.space.goals, [self.space.goals]
        rim_spans = self._spans(self.back, rim, self._guide(0, rim), bound)
        done = 0
        while len(layers) < self.steps and len(states):
            left = self.steps - len(layers) - 1
            ahead, behind = int(edge_of[1].sum()), int(rim_spans[1].sum())
            turn = done < left and behind <= ahead
            if self.edges_read + (behind if turn else ahead) > most:
                return None
            if self.deadline is not None:
                self.deadline.check(self.edges_read)
            if turn:
                rim = self._back(rim, rim_spans, known, done, bound)
                rim = (
                    rim[self.space.inner(self.nodes_of(rim))] if self.space.inside is not None else rim
                )
                done += 1
                rim_spans = self._spans(self.back, rim, self._guide(done, rim), bound)
                continue
            layer, states, costs = self._onward(states, costs, edge_of, left, done, bound)
            layers.append(layer)
            if left:
                edge_of = self._spans(self.onward, states, costs, bound)
        return self._settle(layers, bound)

    def _spans(self, rows: Rows, states: Array, costs: Array, bound: int) -> tuple[Array, Array, bool]:
        return rows.spans(self.nodes_of(states), bound - costs)

    def nodes_of(self, states: Array) -> Array:
        """The node of each state."""
        return states if self.space.each == 1 else states // self.space.each

    def _guide(self, left: int, states: Array) -> Array:
        """The cheapest cost to a target in at most so many steps; none left means being there."""
        return self.scratch.read(self.guides[left - 1] if left else self.goal, states)

    def _read(
        self, rows: Rows, states: Array, spans: tuple[Array, Array, bool], costs: Array, bound: int
    ) -> tuple[Array, Array, Array, Array, Array]:
        """The edges of spans that may be walked and are within the bound."""
        begin, counts, cut = spans
        of, far, edge, step = rows.read(self.nodes_of(states), begin, counts)
        self.edges_read += len(of)
        keep = step <= (bound - costs)[of]
        self.truncated = self.truncated or cut or not bool(keep.all())
        if not self.all_walked:
            keep &= self.space.walked[self.index.label[edge]]
        if self.space.barred is not None:
            keep &= ~self.space.barred[far]
        chosen = keep.nonzero()[0]
        of, far, edge, step = of[chosen], far[chosen], edge[chosen], step[chosen]
        return of, far, edge, step, self.index.label[edge]

    def _back(
        self, rim: Array, spans: tuple[Array, Array, bool], known: list[Array], done: int, bound: int
    ) -> Array:
        """Take the guide one step further from the targets; return the states that became cheaper."""
        costs = self._guide(done, rim)
        of, far, edge, step, label = self._read(self.back, rim, spans, costs, bound)
        if done:  # only a last step may be a read-out
            inner = (~self.space.ends_of[label]).nonzero()[0]
            of, far, edge, step, label = of[inner], far[inner], edge[inner], step[inner], label[inner]
        before, take = self.space.behind(rim[of], far, edge, label)
        total = costs[of] + step
        if take is not None:
            total = total[take]
        table = self.guides[done]
        for states in known:
            self.scratch.lower(table, states, self._guide(done, states))
        rim = self.scratch.lower(table, before, total)
        known.append(rim)
        return rim

    def _onward(
        self,
        states: Array,
        costs: Array,
        spans: tuple[Array, Array, bool],
        left: int,
        done: int,
        bound: int,
    ) -> tuple[Layer, Array, Array]:
        """One step from ``states``: what ends at a target, and what may reach one in ``left`` steps."""
        of, far, edge, step, label = self._read(self.onward, states, spans, costs, bound)
        after = self.space.ahead(states[of], far, edge, label)
        total = costs[of] + step
        goals = self.space.goals  # one goal is compared in passing, without a look into a table
        last = after == goals[0] if len(goals) == 1 else self._guide(0, after) == 0
        if self.steps - left < self.min_length:
            last[:] = False
        further = ~self.space.ends_of[label]
        if self.space.inside is not None:
            further &= self.space.inner(far)
        if left == 0:
            further[:] = False
        elif left <= done:
            further = self._cut(total + self._guide(left, after), further, bound)
        keep = (last | further).nonzero()[0]
        of, far, edge, step, after = of[keep], far[keep], edge[keep], step[keep], after[keep]
        last, further, total = last[keep], further[keep], total[keep]
        goes = further.nonzero()[0]
        reached = self.scratch.lower(self.work, after[goes], total[goes])
        reached_costs = self.scratch.read(self.work, reached)
        self.scratch.clear(self.work)
        self.scratch.marks[reached] = np.arange(len(reached), dtype=np.int32)
        to = np.full(len(of), -1, np.int64)
        to[goes] = self.scratch.marks[after[goes]]
        return Layer(states, costs, of, to, far, edge, step, last), reached, reached_costs

    def _cut(self, walks: Array, among: Array, bound: int) -> Array:
        """Which walks are within the bound; remembers whether there are any beyond it."""
        within = among & (walks <= bound)
        self.truncated = self.truncated or bool((among & ~within & (walks < INFINITE)).any())
        return within

    def _settle(self, layers: list[Layer], bound: int) -> list[Layer]:
        """Turn ``step`` into the exact cost to a target over each step, and drop what is out of bounds.

        Each layer then has one entry for a step that ends (``to`` is −1) and one for a step that continues.
        """
        remaining = np.empty(0, np.int64)
        settled: list[Layer] = []
        for layer in reversed(layers):
            ending = layer.last.nonzero()[0]
            going = (layer.to >= 0).nonzero()[0]
            ahead = layer.step[going] + remaining[layer.to[going]] if len(remaining) else going[:0]
            if not len(remaining):
                going = going[:0]
            both = np.concatenate([ending, going])
            total = np.concatenate([layer.step[ending], ahead])
            to = np.concatenate([np.full(len(ending), -1, np.int64), layer.to[going]])
            of = layer.of[both]
            keep = np.flatnonzero(self._cut(layer.costs[of] + total, np.ones(len(of), bool), bound))
            keep = keep[np.lexsort((total[keep], of[keep]))]
            both, of, total = both[keep], of[keep], total[keep]
            remaining = np.full(len(layer.states), INFINITE, np.int64)
            np.minimum.at(remaining, of, total)
            settled.append(
                Layer(
                    layer.states, layer.costs, of, to[keep], layer.far[both], layer.edge[both], total,
                    layer.last[both],
                )
            )  # fmt: skip
        return settled[::-1]
