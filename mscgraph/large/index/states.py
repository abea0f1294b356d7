"""What is searched: entities doubled by what must still happen, so that the guide is exact.

A state is an entity, the net sign so far, and which of the ``via`` entities have been passed. Signs are
only distinguished where the question does: three states where unknown is asked for but not everything, two
where one direction is, one otherwise. A step into a ``via`` entity that was passed before is no step of a
simple path, so every state has one predecessor along an edge, but for unknown signs, which absorb.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from mscgraph.large.index.arrays import Array, PathIndex
    from mscgraph.large.index.row_reader import Damping

__all__ = ["Space", "StepMasks"]

_PLUS, _MINUS, _UNKNOWN = 0, 1, 2
_STATE = {1: _PLUS, -1: _MINUS, 0: _UNKNOWN}


class StepMasks(NamedTuple):
    """What a question filters, in the numbers of an index.

    ``walked`` is one flag a label: whether its edges may be steps; ``inside`` one a category: whether its
    entities may stand between the ends. None allows all. ``damping`` is what steps cost more by the degrees
    of their ends; ``outside`` the numbers of more entities that may not stand between the ends.
    """

    walked: Array | None = None
    inside: Array | None = None
    damping: Damping | None = None
    outside: Array | None = None

    def inner(self, category: Array) -> Array | None:
        """One flag a node: whether it may stand between the ends; None where all may."""
        if self.inside is None and (self.outside is None or not len(self.outside)):
            return None
        flags = np.ones(len(category), bool) if self.inside is None else self.inside[category]
        if self.outside is not None:
            flags[self.outside] = False
        return np.asarray(flags)


class Space(NamedTuple):
    """The states of one question, and how an edge leads from one to another."""

    signs: int
    via: tuple[int, ...]
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
        via: tuple[int, ...],
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
        subsets = 1 << len(via)
        bit = {node: 1 << place for place, node in enumerate(via)}
        starts = [
            (node * subsets + bit.get(node, 0)) * signs for node in sorted(set(sources) - set(avoid))
        ]
        goals = [
            (node * subsets + subsets - 1) * signs + sign
            for node in sorted(set(targets) - set(avoid))
            for sign in sorted(ends)
        ]
        return cls(
            signs, via, sign_of, index.labels[1].astype(bool), walked, barred,
            np.array(starts, np.int64), np.array(goals, np.int64), masks.inner(index.category),
        )  # fmt: skip

    @property
    def each(self) -> int:
        """How many states an entity has."""
        return self.signs << len(self.via)

    def inner(self, nodes: Array) -> Array:
        """Whether nodes may stand between the ends of a path."""
        if self.inside is None:
            return np.ones(len(nodes), bool)
        return np.asarray(self.inside[nodes])

    def ahead(self, states: Array, nodes: Array, labels: Array) -> tuple[Array, Array | None]:
        """Where steps from ``states`` to ``nodes`` lead, and which of them a simple path may take."""
        if self.each == 1:
            return nodes.astype(np.int64), None
        sign = states % self.signs
        mask = states // self.signs % (1 << len(self.via))
        step = self.sign_of[labels]
        if self.signs > 1:
            turned = sign ^ (step < 0)
            sign = turned if self.signs == 2 else np.where((step == 0) | (sign == 2), 2, turned)  # noqa: PLR2004
        good = np.ones(len(nodes), bool) if self.via else None
        for place, node in enumerate(self.via):
            here = nodes == node
            good &= ~(here & (mask >> place & 1 == 1))
            mask = mask | (here.astype(np.int64) << place)
        return (nodes * np.int64(1 << len(self.via)) + mask) * self.signs + sign, good

    def behind(self, states: Array, nodes: Array, labels: Array) -> tuple[Array, Array | None]:
        """From where steps out of ``nodes`` lead to ``states``, and which of the steps each one is."""
        if self.each == 1:
            return nodes.astype(np.int64), None
        sign = states % self.signs
        mask = states // self.signs % (1 << len(self.via))
        step = self.sign_of[labels]
        take = None
        if self.via:
            good = np.ones(len(nodes), bool)
            for place, node in enumerate(self.via):
                mask = mask & ~((states // self.each == node).astype(np.int64) << place)
            for place, node in enumerate(self.via):
                good &= (nodes != node) | (mask >> place & 1 == 1)
            take = np.flatnonzero(good)
            sign, mask, step, nodes = sign[take], mask[take], step[take], nodes[take]
        base = (nodes * np.int64(1 << len(self.via)) + mask) * self.signs
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
