"""The arrays of a path index: compressed sparse rows, rows sorted by cost, 18 bytes an edge.

Forward rows hold target, cost and label; an edge's number is its place in them. A label stands for all
that a filter may ask of an edge: sign, read-out and facets (predicate, grade, source), so that
a filter looks at labels, of which there are few, and never at edges. Backward rows hold
source and edge number only. Names of nodes are kept in order, so that one is found by bisection without a
dictionary; names of edges by edge number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from mscgraph.errors import DataError
from mscgraph.model import Edge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
LARGEST = int(np.iinfo(np.int32).max)
_REMEMBERED = 10_000
# What a filter may ask of an edge besides its sign and whether it is a read-out.
FACETS = ("predicate", "grade", "source")
_ARRAYS = (
    "forward", "target", "cost", "label", "backward", "source", "edge", "labels", "category",
    "node_text", "node_starts", "edge_text", "edge_starts",
)  # fmt: skip


class Names:
    """Many strings in two arrays: UTF-8 one after the other, and where each begins."""

    __slots__ = ("_begins", "_bytes", "_found", "starts", "text")

    def __init__(self, text: Array, starts: Array) -> None:
        self.text, self.starts = text, starts
        # one number of a memory view costs a tenth of one of an array
        self._bytes, self._begins = text.data, starts.data
        self._found: dict[str, int] = {}

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
        begins = self._begins
        return self._bytes[begins[number] : begins[number + 1]].tobytes()

    def __getitem__(self, number: int) -> str:
        return self.raw(number).decode("utf-8", "surrogatepass")

    def several(self, numbers: Array) -> list[str]:
        """Names by number."""
        text, begins, ends = (
            self._bytes,
            self.starts[numbers].tolist(),
            self.starts[numbers + 1].tolist(),
        )
        return [
            str(text[begin:end], "utf-8", "surrogatepass")
            for begin, end in zip(begins, ends, strict=True)
        ]

    def find(self, name: str) -> int:
        """The number of a name among names in order, or −1; those last asked for are remembered."""
        if (known := self._found.get(name)) is not None:
            return known
        wanted = name.encode("utf-8", "surrogatepass")
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.raw(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        if len(self._found) > _REMEMBERED:
            self._found.clear()
        number = low if low < len(self) and self.raw(low) == wanted else -1
        self._found[name] = number
        return number

    def numbers(self, names: Iterable[str]) -> set[int]:
        """The numbers of those of some names that are among names in order."""
        return {number for name in set(names) if (number := self.find(name)) >= 0}

    def take(self, order: Array) -> Names:
        """The same names in another order."""
        lengths = np.diff(self.starts)[order]
        starts = np.zeros(len(order) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        places = np.repeat(self.starts[:-1][order] - starts[:-1], lengths) + np.arange(starts[-1])
        return Names(self.text[places], starts)


class Columns(NamedTuple):
    """Edges as columns, for graphs too large for tuples. ``nodes`` are in order and without doubles.

    ``source`` and ``target`` are places in ``nodes``. A facet is given as the place of each edge in the
    facet's ``values``; one that is not given holds nothing. ``category`` is the place of each node in
    ``values["category"]``.
    """

    nodes: Names
    source: Array
    target: Array
    sign: Array
    cost: Array
    ids: Names
    ends: Array
    facets: Mapping[str, Array] = {}
    category: Array | None = None
    values: Mapping[str, Sequence[Any]] = {}


class PathIndex:
    """A graph laid out for search. Made by :func:`build_index` or ``open_index``; never changed.

    ``labels`` has a row for sign, read-out and each of ``FACETS``, and a column for each label; a facet is
    a place in ``values`` of its name. ``key`` names the content it was built from.
    """

    def __init__(
        self, arrays: Mapping[str, Array], *, values: Mapping[str, Sequence[Any]], key: str = ""
    ) -> None:
        self.forward, self.backward = arrays["forward"], arrays["backward"]
        self.target, self.source, self.edge = arrays["target"], arrays["source"], arrays["edge"]
        self.cost, self.label, self.labels = arrays["cost"], arrays["label"], arrays["labels"]
        self.category = arrays["category"]
        self.node_text, self.node_starts = arrays["node_text"], arrays["node_starts"]
        self.edge_text, self.edge_starts = arrays["edge_text"], arrays["edge_starts"]
        self.values = {name: tuple(known) for name, known in values.items()}
        self.key = key
        self.nodes = Names(self.node_text, self.node_starts)
        self.ids = Names(self.edge_text, self.edge_starts)
        self.rows: Mapping[str, Any] = {}  # of a graph directory: the StoredRows of each table
        self._of_categories = b"", np.empty(0, bool)
        self.scratch: dict[tuple[Any, ...], list[Any]] = {}  # what questions lend each other

    def __len__(self) -> int:
        return len(self.target)

    def arrays(self) -> dict[str, Array]:
        """Every array by its name."""
        return {name: getattr(self, name) for name in _ARRAYS}

    def of_categories(self, wanted: Array) -> Array:
        """One flag a node: whether it is of a category with a flag. The last answer is remembered."""
        key = wanted.tobytes()
        known, flags = self._of_categories  # as one: threads may ask at once
        if known != key:
            flags = wanted[self.category]
            self._of_categories = key, flags
        return flags

    def degrees(self, *, entering: bool) -> Array:
        """How many edges leave, or enter, each node."""
        return np.diff(self.backward if entering else self.forward)

    def edges(
        self, numbers: Sequence[int], sources: Sequence[int], damping: tuple[Array, Array] | None = None
    ) -> list[Edge]:
        """Edges by number, as the plain search knows them; ``sources`` are the nodes that they leave."""
        places, leaving = np.array(numbers, np.int64), np.array(sources, np.int64)
        target, cost = self.target[places], self.cost[places].astype(np.int64)
        if damping is not None:
            cost += damping[0][leaving] + damping[1][target]
        signs, ends = self.labels[:2, self.label[places]]
        columns = (
            self.nodes.several(leaving), self.nodes.several(target), signs.tolist(), cost.tolist(),
            self.ids.several(places), ends.astype(bool).tolist(),
        )  # fmt: skip
        return [Edge(*row) for row in zip(*columns, strict=True)]


def build_index(
    edges: Iterable[Edge] | Columns,
    *,
    facets: Mapping[str, Sequence[Any]] | None = None,
    categories: Mapping[str, str] | None = None,
    key: str = "",
) -> PathIndex:
    """Lay a graph out for search."""
    columns = edges if isinstance(edges, Columns) else _columns(list(edges), facets or {}, categories)
    cost = np.asarray(columns.cost, np.int64)
    if len(cost) and (cost.min() < 0 or cost.max() > LARGEST):
        raise DataError(f"a cost lies outside 0 … {LARGEST} micro-nats")
    nodes = len(columns.nodes)
    source, target = np.asarray(columns.source, np.int32), np.asarray(columns.target, np.int32)
    label, labels = _labels(columns)
    order = np.lexsort((cost, source))
    source, target, cost = source[order], target[order], cost[order].astype(np.int32)
    edge = np.lexsort((cost, target)).astype(np.int32)
    ids = columns.ids.take(order)
    category = columns.category if columns.category is not None else np.zeros(nodes, np.int16)
    arrays = {
        "forward": starts_of(source, nodes),
        "target": target,
        "cost": cost,
        "label": label[order],
        "backward": starts_of(target, nodes),
        "source": source[edge],
        "edge": edge,
        "labels": labels,
        "category": np.asarray(category, np.int16),
        "node_text": columns.nodes.text,
        "node_starts": columns.nodes.starts,
        "edge_text": ids.text,
        "edge_starts": ids.starts,
    }
    values = {name: tuple(columns.values.get(name, (None,))) for name in (*FACETS, "category")}
    return PathIndex(arrays, values=values, key=key)


def starts_of(rows: Array, nodes: int) -> Array:
    """Where each row begins, of edges sorted by row, and where the last one ends."""
    starts = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(rows, minlength=nodes), out=starts[1:])
    return starts


def _labels(columns: Columns) -> tuple[Array, Array]:
    """The label of each edge, and what each label stands for."""
    count = len(columns.source)
    parts: list[tuple[Array, int]] = [(np.asarray(columns.sign, np.int64) + 1, 3)]
    parts.append((np.asarray(columns.ends, np.int64), 2))
    for name in FACETS:
        given = columns.facets.get(name)
        values = len(columns.values.get(name, (None,)))
        parts.append(
            (np.zeros(count, np.int64) if given is None else np.asarray(given, np.int64), values)
        )
    size, packed = 1, np.zeros(count, np.int64)
    for places, values in parts:
        packed = packed * values + places
        size *= values
    if size >= 1 << 62:
        raise DataError("the edges differ in too many ways for one index")
    kinds, label = np.unique(packed, return_inverse=True)
    rows = []
    for _, values in reversed(parts):
        rows.append(kinds % values)
        kinds = kinds // values
    rows[-1] -= 1  # signs again
    labels = np.stack(rows[::-1]).astype(np.int32)
    return label.reshape(count).astype(np.uint16 if labels.shape[1] <= 1 << 16 else np.uint32), labels


def _columns(
    edges: list[Edge], facets: Mapping[str, Sequence[Any]], categories: Mapping[str, str] | None
) -> Columns:
    nodes = sorted({e.source for e in edges} | {e.target for e in edges})
    number = {name: place for place, name in enumerate(nodes)}
    values: dict[str, tuple[Any, ...]] = {}
    places: dict[str, Array] = {}
    for name, given in facets.items():
        values[name], places[name] = placed(given)
    category = None
    if categories is not None:
        values["category"], category = placed([categories.get(node, "") for node in nodes])
    return Columns(
        nodes=Names.of(nodes),
        source=np.array([number[e.source] for e in edges], np.int32),
        target=np.array([number[e.target] for e in edges], np.int32),
        sign=np.array([e.sign for e in edges], np.int8),
        cost=np.array([e.cost for e in edges], np.int64),
        ids=Names.of([e.id for e in edges]),
        ends=np.array([e.ends for e in edges], bool),
        facets=places,
        category=category,
        values=values,
    )


def placed(given: Sequence[Any]) -> tuple[tuple[Any, ...], Array]:
    """The values that occur, in order, and the place of each among them."""
    known = sorted(set(given), key=lambda value: (value is not None, value))
    place = {value: number for number, value in enumerate(known)}
    return tuple(known) or (None,), np.array([place[value] for value in given], np.int64)
