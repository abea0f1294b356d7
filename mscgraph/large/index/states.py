"""What is searched: entities doubled by what must still happen, so that the guide is exact.

A state is an entity, the net sign so far, and which sets of ``via`` have been met by then. Signs are
only distinguished where the question does: three states where unknown is asked for but not everything, two
where one direction is, one otherwise. A step leads to one state; to a state, steps may lead from several:
unknown signs absorb, and what meets a set may have met it before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from mscgraph.large.index.arrays import Array, PathIndex
    from mscgraph.large.index.row_reader import Damping


_PLUS, _MINUS, _UNKNOWN = 0, 1, 2
_STATE = {1: _PLUS, -1: _MINUS, 0: _UNKNOWN}


class StepMasks(NamedTuple):
    """What a question filters, in the numbers of an index.

    ``walked`` is one flag a label: whether its edges may be steps; ``inside`` one a category: whether its
    entities may stand between the ends. None allows all. ``damping`` is what steps cost more by the degrees
    of their ends; ``admitted`` the numbers of entities that may stand between the ends whatever their
    category, ``outside`` of those that may not; ``numbers`` those of the edges that ``via`` names, by id.
    ``first`` is a bound on cost to begin with, where one is known.
    """

    walked: Array | None = None
    inside: Array | None = None
    damping: Damping | None = None
    admitted: Array | None = None
    outside: Array | None = None
    numbers: Mapping[str, int] = {}
    first: int = 0

    def inner(self, index: PathIndex) -> Array | None:
        """One flag a node: whether it may stand between the ends; None where all may."""
        if self.inside is None and (self.outside is None or not len(self.outside)):
            return None
        if self.inside is None:
            flags = np.ones(len(index.category), bool)
        else:
            flags = index.of_categories(self.inside).copy()
        if self.admitted is not None:
            flags[self.admitted] = True
        if self.outside is not None:
            flags[self.outside] = False
        return np.asarray(flags)


class Via(NamedTuple):
    """The sets of which one thing each must lie on a path: a bit each, by number of node and of edge."""

    sets: int
    nodes: Array
    edges: Array

    @classmethod
    def of(cls, index: PathIndex, groups: Collection[frozenset[str]], masks: StepMasks) -> Via | None:
        """The sets by number; None where nothing of one is in the index."""
        bits = cls(len(groups), np.zeros(len(index.nodes), np.int16), np.zeros(len(index), np.int16))
        for place, group in enumerate(groups):
            nodes = sorted(index.nodes.numbers(group))
            edges = [masks.numbers[name] for name in group if name in masks.numbers]
            if not nodes and not edges:
                return None
            bits.nodes[nodes] |= 1 << place
            bits.edges[edges] |= 1 << place
        return bits


class Space(NamedTuple):
    """The states of one question, and how an edge leads from one to another."""

    signs: int
    via: Via | None
    sign_of: Array
    ends_of: Array
    walked: Array
    barred: Array | None
    starts: Array
    goals: Array
    inside: Array | None = None

    @classmethod
    def of(
        cls,
        index: PathIndex,
        sources: Collection[int],
        targets: Collection[int],
        *,
        wanted: frozenset[int],
        via: Via | None,
        avoid: Collection[int],
        masks: StepMasks,
    ) -> Space:
        """Set up the states for a question about nodes by number."""
        sign_of = index.labels[0].astype(np.int8)
        walked = np.ones(len(sign_of), bool) if masks.walked is None else masks.walked
        if 0 not in wanted:
            walked = walked & (sign_of != 0)
        signs = 1 if wanted >= {-1, 1} else 3 if 0 in wanted else 2
        ends = {_STATE[sign] for sign in wanted} if signs > 1 else {0}
        barred = None
        if avoid:
            barred = np.zeros(len(index.nodes), bool)
            barred[list(avoid)] = True
        subsets = 1 << via.sets if via else 1
        starts = [
            (node * subsets + (int(via.nodes[node]) if via else 0)) * signs
            for node in sorted(set(sources) - set(avoid))
        ]
        goals = [
            (node * subsets + subsets - 1) * signs + sign
            for node in sorted(set(targets) - set(avoid))
            for sign in sorted(ends)
        ]
        return cls(
            signs, via, sign_of, index.labels[1].astype(bool), walked, barred,
            np.array(starts, np.int64), np.array(goals, np.int64), masks.inner(index),
        )  # fmt: skip

    @property
    def subsets(self) -> int:
        """How many subsets the sets of ``via`` have."""
        return 1 << self.via.sets if self.via else 1

    @property
    def each(self) -> int:
        """How many states an entity has."""
        return self.signs * self.subsets

    def inner(self, nodes: Array) -> Array:
        """Whether nodes may stand between the ends of a path."""
        if self.inside is None:
            return np.ones(len(nodes), bool)
        return np.asarray(self.inside[nodes])

    def ahead(self, states: Array, nodes: Array, edges: Array, labels: Array) -> Array:
        """Where steps from ``states`` to ``nodes`` lead."""
        if self.each == 1:
            return nodes.astype(np.int64)
        sign = states % self.signs
        if self.signs > 1:
            step = self.sign_of[labels]
            turned = sign ^ (step < 0)
            sign = turned if self.signs == 2 else np.where((step == 0) | (sign == 2), 2, turned)  # noqa: PLR2004
        ahead = nodes * np.int64(self.subsets)
        if self.via:
            met = states // self.signs % self.subsets
            ahead += met | self.via.nodes[nodes] | self.via.edges[edges]
        return np.asarray(ahead * self.signs + sign)

    def behind(
        self, states: Array, nodes: Array, edges: Array, labels: Array
    ) -> tuple[Array, Array | None]:
        """From where steps out of ``nodes`` lead to ``states``, and which of the steps each one is."""
        if self.each == 1:
            return nodes.astype(np.int64), None
        take: Array | None = None
        base = nodes * np.int64(self.subsets * self.signs)
        if self.via:
            take, met = self._met_before(states, nodes, edges)
            states, labels, base = states[take], labels[take], base[take] + met * self.signs
        sign, step = states % self.signs, self.sign_of[labels]
        if self.signs == 1:
            return base, take
        turned = sign ^ (step < 0)
        if self.signs == 2:  # noqa: PLR2004
            return base + turned, take
        known = np.flatnonzero(step != 0)
        absorbed = np.flatnonzero((step == 0) & (sign == _UNKNOWN))
        turned = np.where(sign == _UNKNOWN, _UNKNOWN, turned)
        pick = np.concatenate([known, absorbed, absorbed, absorbed])
        before = [base[known] + turned[known], *(base[absorbed] + s for s in (0, 1, 2))]
        return np.concatenate(before), pick if take is None else take[pick]

    def _met_before(self, states: Array, nodes: Array, edges: Array) -> tuple[Array, Array]:
        """Which steps lead to states, and what may have been met before each: what it meets, or not."""
        assert self.via is not None  # noqa: S101 - asked only then
        met = states // self.signs % self.subsets
        meets = self.via.nodes[states // self.each] | self.via.edges[edges]
        take = np.flatnonzero(met & meets == meets)
        met = met[take]
        for place in range(self.via.sets):
            both = np.flatnonzero(meets[take] >> place & 1)
            take, met = (
                np.concatenate([take, take[both]]),
                np.concatenate([met, met[both] & ~(1 << place)]),
            )
        there = self.via.nodes[nodes[take]]
        keep = np.flatnonzero(met & there == there)
        return take[keep], met[keep]
