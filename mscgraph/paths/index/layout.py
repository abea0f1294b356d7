"""The arrays of a path index: compressed sparse rows, rows sorted by cost, 18 bytes an edge.

Forward rows hold target, cost and label (the number of a combination of predicate, sign and read-out);
an edge's number is its place in them. Backward rows hold source and edge number only. Names of nodes are
kept in order, so that one is found by bisection without a dictionary; names of edges by edge number.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from mscgraph.errors import DataError
from mscgraph.paths.search import Edge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Array", "Columns", "Names", "PathIndex", "build_index"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
LARGEST = int(np.iinfo(np.int32).max)


@dataclass(frozen=True, slots=True)
class Names:
    """Many strings in two arrays: UTF-8 one after the other, and where each begins."""

    text: Array
    starts: Array

    @classmethod
    def of(cls, names: Sequence[str]) -> Names:
        """Pack strings."""
        encoded = [name.encode("utf-8", "surrogatepass") for name in names]
        starts = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=starts[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def raw(self, number: int) -> bytes:
        """One name as UTF-8, whose order is that of the strings."""
        begin, end = self.starts[number : number + 2].tolist()
        return self.text[begin:end].tobytes()

    def __getitem__(self, number: int) -> str:
        return self.raw(number).decode("utf-8", "surrogatepass")

    def find(self, name: str) -> int:
        """The number of a name among names in order, or −1."""
        wanted = name.encode("utf-8", "surrogatepass")
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.raw(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self.raw(low) == wanted else -1

    def take(self, order: Array) -> Names:
        """The same names in another order."""
        lengths = np.diff(self.starts)[order]
        starts = np.zeros(len(order) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        places = np.repeat(self.starts[:-1][order] - starts[:-1], lengths) + np.arange(starts[-1])
        return Names(self.text[places], starts)


@dataclass(frozen=True, slots=True)
class Columns:
    """Edges as columns, for graphs too large for tuples. ``nodes`` are in order and without doubles.

    ``source`` and ``target`` are places in ``nodes``, ``predicate`` places in ``predicates``.
    """

    nodes: Names
    source: Array
    target: Array
    sign: Array
    cost: Array
    ids: Names
    ends: Array
    predicate: Array
    predicates: tuple[str, ...] = ("",)


@dataclass(frozen=True, eq=False)
class PathIndex:
    """A graph laid out for search. Made by :func:`build_index` or ``open_index``; never changed.

    ``labels`` has one row a label: predicate, sign, read-out. ``key`` names the content it was built from.
    """

    forward: Array
    target: Array
    cost: Array
    label: Array
    backward: Array
    source: Array
    edge: Array
    labels: Array
    node_text: Array
    node_starts: Array
    edge_text: Array
    edge_starts: Array
    predicates: tuple[str, ...] = ("",)
    key: str = ""
    scratch: dict[tuple[str, int], list[Array]] = field(default_factory=dict, init=False, repr=False)

    @property
    def nodes(self) -> Names:
        """The ids of the nodes, in order."""
        return Names(self.node_text, self.node_starts)

    @property
    def ids(self) -> Names:
        """The ids of the edges, by edge number."""
        return Names(self.edge_text, self.edge_starts)

    @property
    def bytes_per_edge(self) -> float:
        """What search reads for an edge, names and the rows' beginnings left out."""
        arrays = (self.target, self.cost, self.label, self.source, self.edge)
        return float(sum(array.dtype.itemsize for array in arrays))

    def __len__(self) -> int:
        return len(self.target)

    def arrays(self) -> dict[str, Array]:
        """Every array by its name."""
        values = ((f.name, getattr(self, f.name)) for f in fields(self))
        return {name: value for name, value in values if isinstance(value, np.ndarray)}

    def path(self, source: int, numbers: Sequence[int]) -> tuple[Edge, ...]:
        """Edges in a row, from a node by number, as the plain search knows them."""
        places = np.array(numbers, np.int64)
        targets, costs = self.target[places].tolist(), self.cost[places].tolist()
        labels = self.labels[self.label[places]].tolist()
        names, ids = self.nodes, self.ids
        at = names[source]
        path = []
        for number, target, cost, (_, sign, ends) in zip(numbers, targets, costs, labels, strict=True):
            path.append(Edge(at, names[target], sign, cost, ids[number], bool(ends)))
            at = path[-1].target
        return tuple(path)


def build_index(
    edges: Iterable[Edge] | Columns,
    *,
    predicate_of: Sequence[str] | None = None,
    key: str = "",
) -> PathIndex:
    """Lay a graph out for search.

    Parameters
    ----------
    edges
        Edges one by one, or as columns. Self-loops are left out: no simple path uses one.
    predicate_of
        The predicate of each edge, where ``edges`` are given one by one and predicates are asked for.
    key
        What names the content of the graph: an index that is opened with another key is stale.

    Raises
    ------
    DataError
        If a cost is negative or above 2³¹ − 1 micro-nats, or there are more than 65,536 combinations of
        predicate, sign and read-out.
    """
    columns = edges if isinstance(edges, Columns) else _columns(list(edges), predicate_of)
    keep = np.flatnonzero(np.asarray(columns.source) != np.asarray(columns.target))
    cost = np.asarray(columns.cost, np.int64)[keep]
    if len(cost) and (cost.min() < 0 or cost.max() > LARGEST):
        raise DataError(f"a cost lies outside 0 … {LARGEST} micro-nats")
    nodes, count = len(columns.nodes), len(keep)
    source = np.asarray(columns.source, np.int32)[keep]
    target = np.asarray(columns.target, np.int32)[keep]
    # predicate, sign and read-out in one number, and the numbers that occur, counted through
    packed = np.asarray(columns.predicate, np.int64)[keep] * 6
    packed += (np.asarray(columns.sign, np.int64)[keep] + 1) * 2 + np.asarray(columns.ends, bool)[keep]
    kinds, label = np.unique(packed, return_inverse=True)
    if len(kinds) > 1 << 16:
        raise DataError(f"{len(kinds)} combinations of predicate, sign and read-out are too many")
    labels = np.stack([kinds // 6, kinds % 6 // 2 - 1, kinds % 2], axis=1).astype(np.int16)
    order = np.lexsort((cost, source))
    source, target, cost = source[order], target[order], cost[order].astype(np.int32)
    edge = np.lexsort((cost, target)).astype(np.int32)
    ids = columns.ids.take(keep[order])
    return PathIndex(
        forward=_starts(source, nodes),
        target=target,
        cost=cost,
        label=label.reshape(count)[order].astype(np.uint16),
        backward=_starts(target[edge], nodes),
        source=source[edge],
        edge=edge,
        labels=labels.reshape(-1, 3),
        node_text=columns.nodes.text,
        node_starts=columns.nodes.starts,
        edge_text=ids.text,
        edge_starts=ids.starts,
        predicates=tuple(columns.predicates),
        key=key,
    )


def _starts(rows: Array, nodes: int) -> Array:
    starts = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(rows, minlength=nodes), out=starts[1:])
    return starts


def _columns(edges: list[Edge], predicate_of: Sequence[str] | None) -> Columns:
    nodes = sorted({e.source for e in edges} | {e.target for e in edges})
    number = {name: place for place, name in enumerate(nodes)}
    predicates = tuple(sorted(set(predicate_of or ("",))))
    place = {name: number for number, name in enumerate(predicates)}
    return Columns(
        nodes=Names.of(nodes),
        source=np.array([number[e.source] for e in edges], np.int32),
        target=np.array([number[e.target] for e in edges], np.int32),
        sign=np.array([e.sign for e in edges], np.int8),
        cost=np.array([e.cost for e in edges], np.int64),
        ids=Names.of([e.id for e in edges]),
        ends=np.array([e.ends for e in edges], bool),
        predicate=np.array([place[p] for p in predicate_of or ("",) * len(edges)], np.int16),
        predicates=predicates,
    )
