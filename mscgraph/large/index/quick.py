"""The search over an index by compiled loops, where numba is installed (``mscgraph[fast]``).

Loading them costs what some hundred questions cost without, so the first hundred of a process go without.
"""

from __future__ import annotations

import os
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from threading import Timer
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from types import ModuleType

    from mscgraph.large.index.layout import Array, PathIndex
    from mscgraph.large.index.question import Space
    from mscgraph.large.index.rows import Damping
    from mscgraph.paths.deadline import Deadline

__all__ = ["Quick", "QuickRound", "compiled_loops", "prepare"]

PATIENCE = 100
_PAUSE = 4096  # partial paths between two looks at the clock
_BEGIN = 1 << 10  # of what grows
_KEPT = 1 << 20
_NONE = np.zeros(0, np.int64)


class _Loops:
    """Whether the compiled loops are there, and how often they would have been of use."""

    asked = 0
    module: ModuleType | None = None
    missing = False


def compiled_loops(index: PathIndex) -> ModuleType | None:
    """The compiled loops; None where they do not pay yet, are missing, or cannot read the index."""
    if index.label.dtype != np.uint16:  # above 65,536 labels
        return None
    if _Loops.module is None and not _Loops.missing:
        _Loops.asked += 1
        if _Loops.asked > PATIENCE:
            prepare()
    return _Loops.module


def prepare() -> bool:
    """Load the compiled loops now, compiling them where this machine has not yet; whether they are there.

    Without numba, or where ``NUMBA_DISABLE_JIT`` is set, they are not, and numpy answers alone.
    """
    if _Loops.module is None and not _Loops.missing:
        if find_spec("numba") is None or os.environ.get("NUMBA_DISABLE_JIT", "0") != "0":
            _Loops.missing = True
            return False
        told = Timer(2, _say, ["compiling the path search, once on this machine: half a minute"])
        told.daemon = True
        told.start()
        try:
            _Loops.module = import_module("mscgraph.large.index.compiled")
        except Exception as error:  # whatever is wrong with numba, numpy has the same answers
            _Loops.missing = True
            _say(f"the path search goes without numba, which does not work here: {error}")
        finally:
            told.cancel()
    return _Loops.module is not None


class Quick:
    """One question to the compiled loops, in rounds of a growing bound; as ``Layered`` by numpy."""

    def __init__(  # noqa: PLR0913, PLR0917 - the conditions of a question
        self,
        compiled: ModuleType,
        index: PathIndex,
        space: Space,
        steps: int,
        damping: Damping | None,
        deadline: Deadline | None,
        *,
        loops: bool,
    ) -> None:
        self.compiled, self.index, self.deadline = compiled, index, deadline
        self.graph = _graph(compiled, index)
        ends = set((space.goals // space.each).tolist())
        self.asked = compiled.Asked(
            sign_of=space.sign_of,
            ends_of=space.ends_of,
            walked=np.array(space.walked, np.bool_),
            leaving=_NONE if damping is None else np.asarray(damping.leaving, np.int64),
            entering=_NONE if damping is None else np.asarray(damping.entering, np.int64),
            starts=space.starts,
            goals=space.goals,
            via=np.array(space.via, np.int64),
            barred=np.zeros(0, np.bool_) if space.barred is None else space.barred,
            inside=np.array([] if space.inside is None else space.inside, np.bool_),
            steps=steps,
            signs=space.signs,
            only=ends.pop() if len(ends) == 1 and not loops else -1,
            loops=loops,
            labelled=not (space.each == 1 and space.walked.all() and not space.ends_of.any()),
        )
        self.key = (len(index.nodes) * space.each, steps)
        try:  # two threads may ask at once: whoever comes second makes one
            self.room: _Room = index.scratch.setdefault(("quick", *self.key), []).pop()
        except IndexError:
            self.room = _Room(compiled, *self.key)
        self.edges_read = 0
        self.truncated = False

    def round(self, bound: int, most: int, proven: list[Any]) -> QuickRound | None:
        """A search of all paths within a bound; None if that needs more than ``most`` edges to be read."""
        room = self.room
        room.make_ready(len(self.asked.goals), len(self.asked.starts), most, self.asked.signs)
        fits = self.compiled.narrow(
            self.graph, self.asked, room.tables, room.rows, bound, most, room.told
        )
        self.edges_read, self.truncated = int(room.told[0]), bool(room.told[1])
        if self.deadline is not None:
            self.deadline.check(self.edges_read)
        return QuickRound(self, bound, proven) if fits else None

    def give_back(self) -> None:
        """Lend the arrays to the next question, unless this one has blown them up."""
        if len(self.room.heap.order) + len(self.room.rows.total) > _KEPT:
            return
        self.compiled.forget(self.room.tables, self.room.rows, self.room.told)
        self.index.scratch["quick", *self.key].append(self.room)


class QuickRound:
    """Best-first search within one bound."""

    def __init__(self, quick: Quick, bound: int, proven: list[Any]) -> None:
        self.quick, self.bound, self.proven = quick, bound, proven
        self.cut = False
        self._edges = self._nodes = np.zeros((0, 8), np.int32)
        self._lengths = _NONE
        self._count = 0

    @cached_property
    def found(self) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """The nodes that each path leaves, and its edges."""
        count = self._count
        return [
            (tuple(nodes[:length]), tuple(edges[:length]))
            for nodes, edges, length in zip(
                self._nodes[:count].tolist(),
                self._edges[:count].tolist(),
                self._lengths[:count].tolist(),
                strict=True,
            )
        ]

    def find(self, k: int, budget: int, deadline: Deadline | None) -> bool:
        """Find the k best; False if the budget was spent before."""
        quick, room, loops = self.quick, self.quick.room, self.quick.compiled
        self._edges, self._nodes = np.zeros((k, 8), np.int32), np.zeros((k, 8), np.int32)
        self._lengths = np.zeros(k, np.int64)
        while True:
            came = loops.find(
                quick.graph, quick.asked, room.tables, room.heap, room.rows, self._edges, self._nodes,
                self._lengths, self.bound, budget, _PAUSE, room.told,
            )  # fmt: skip
            told = dict(zip(loops.TOLD, room.told.tolist(), strict=True))
            self.cut, self._count = bool(told["cut"]), told["found"]
            self.__dict__.pop("found", None)
            if came in (loops.DONE, loops.SPENT):
                return bool(came == loops.DONE)
            if came == loops.FULL:
                room.grow(loops, heap=told["slots"] >= len(room.heap.order))
            if deadline is not None:
                deadline.check(told["expanded"], told["found"])


class _Room:
    """The arrays that the loops work in. Dense ones are all zeros, which take no memory."""

    def __init__(self, loops: ModuleType, states: int, steps: int) -> None:
        self.told = np.zeros(len(loops.TOLD), np.int64)
        self.tables = loops.Tables(
            guides=np.zeros((states, steps + 1), np.int64),
            known=np.zeros(states, np.bool_),
            met=np.zeros(states, np.int64),
            queue=_NONE, layers=_NONE, costs=_NONE,
        )  # fmt: skip
        self.heap = loops.Heap(
            *(np.zeros(_BEGIN, np.int64) for _ in range(6)),
            edges=np.zeros((_BEGIN, 8), np.int32), nodes=np.zeros((_BEGIN, 9), np.int32),
        )  # fmt: skip
        self.rows = loops.Rows(
            of=np.zeros((states, steps), np.int32),
            state=np.zeros(_BEGIN, np.int64),
            begin=np.zeros(_BEGIN, np.int64),
            end=np.zeros(_BEGIN, np.int64),
            sorted=np.zeros(_BEGIN, np.bool_),
            total=np.zeros(8 * _BEGIN, np.int64), to=np.zeros(8 * _BEGIN, np.int64),
            edge=np.zeros(8 * _BEGIN, np.int32), room=np.zeros(8 * _BEGIN, np.int64),
        )  # fmt: skip

    def make_ready(self, goals: int, starts: int, most: int, signs: int) -> None:
        """Have room for all states that may be met by reading so many edges."""
        queue, layers = goals + most * signs, starts + most + 1  # one for a row that is made late
        if len(self.tables.queue) < queue or len(self.tables.layers) < layers:
            self.tables = self.tables._replace(
                queue=_longer(self.tables.queue, queue),
                layers=_longer(self.tables.layers, layers),
                costs=_longer(self.tables.costs, layers),
            )

    def grow(self, loops: ModuleType, *, heap: bool) -> None:
        """Double the heap, or the rows."""
        if heap:
            self.heap = loops.Heap(*(_longer(array, 2 * len(array)) for array in self.heap))
        else:
            of, *rest = self.rows
            self.rows = loops.Rows(of, *(_longer(array, 2 * len(array)) for array in rest))


def _longer(array: Array, size: int) -> Array:
    longer = np.zeros((max(size, len(array)), *array.shape[1:]), array.dtype)
    longer[: len(array)] = array
    return longer


def _graph(loops: ModuleType, index: PathIndex) -> Any:
    """The arrays of an index as the loops know them."""
    if (known := index.scratch.get(("graph",))) is None:
        known = [
            loops.Graph(*map(_fixed, (
                index.forward, index.target, index.cost, index.label, index.backward, index.source,
                index.edge, index.category, index.edge_text, index.edge_starts,
            )))
        ]  # fmt: skip
        index.scratch["graph",] = known
    return known[0]


def _fixed(array: Array) -> Array:
    view = array.view()
    view.flags.writeable = False
    return view


def _say(text: str) -> None:
    import logging  # only where there is something to say

    logging.getLogger("mscgraph").warning("%s", text)
