"""Building the index of a graph directory in bounded memory: DuckDB reads and sorts, arrays stream."""

from __future__ import annotations

import shutil
import tempfile
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from mscgraph.errors import DataError, OutputError, UnusableIndex
from mscgraph.files import left_over, read_unchanged, write_whole_folder
from mscgraph.large.checked_files import INDEX
from mscgraph.large.directory.database import MEMORY, connect, open_tables, reading
from mscgraph.large.directory.manifest import check_parts, read_description
from mscgraph.large.index.arrays import FACETS, LARGEST, placed, starts_of
from mscgraph.large.index.index_files import MANIFEST, MARK, IndexFolder, open_index
from mscgraph.large.index.stored_rows import BLOCK, ROWS, packed, row_query
from mscgraph.paths.deadline import Progress

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator

    import duckdb
    import pyarrow as pa

    from mscgraph.large.index.arrays import PathIndex


def open_or_build(
    folder: str | os.PathLike[str],
    *,
    content: str | None = None,
    progress: Callable[[Progress], object] | None = None,
) -> PathIndex:
    """Open the index of a graph directory; build it where it is missing, stale, foreign or damaged.

    What was wrong and what is done is logged as a warning, which goes to stderr unless logging is set up
    otherwise. Where the directory cannot be written, the index lasts as long as the program. ``content`` is
    what the directory must hold: that of another graph is not searched in its place.
    """
    place = Path(folder)
    key = _content(place)
    if content not in (None, key):
        raise DataError(
            "the graph directory was replaced while it was open; open it again", file=str(place)
        )
    try:
        return _open(place, key)
    except UnusableIndex as error:
        _warn(_found(place, error))
    try:
        _build(place, key, progress)
        return _open(place, key)
    except OutputError as error:
        _warn(f"{error}; the index is built for this run alone")
    with tempfile.TemporaryDirectory(prefix="mscgraph.") as elsewhere:
        beside = Path(elsewhere)
        fill_index(place, beside, key, _reporter(progress))
        return open_index(beside, key=key)  # its files stay mapped when their names are gone


def refresh(
    folder: str | os.PathLike[str], *, progress: Callable[[Progress], object] | None = None
) -> str:
    """Build the index of a graph directory unless it is there and fits; return what was done, in words."""
    place = Path(folder)
    key = _content(place)
    check_parts(place, read_description(place).get("parts", {}), every_byte=True)
    try:
        index = _open(place, key, whole=True)
    except UnusableIndex as error:
        why = _found(place, error)
    else:
        return (
            f"{place / INDEX} is there and fits: {len(index):,} edges, {len(index.nodes):,} entities."
        )
    _build(place, key, progress)
    index = _open(place, key)
    return f"{why}\nBuilt {place / INDEX}: {len(index):,} edges, {len(index.nodes):,} entities."


def _open(place: Path, key: str, *, whole: bool = False) -> PathIndex:
    """The index, also while another process puts a new one in its place."""
    folder = place / INDEX
    return read_unchanged(folder / MANIFEST, lambda: open_index(folder, key=key, whole=whole))


def _build(place: Path, key: str, progress: Callable[[Progress], object] | None) -> None:
    write_whole_folder(
        place / INDEX, lambda beside: fill_index(place, beside, key, _reporter(progress)), mark=MARK
    )


def _reporter(progress: Callable[[Progress], object] | None) -> Callable[[str, int], None]:
    begun = monotonic()

    def report(doing: str, done: int) -> None:
        if progress is not None:
            progress(Progress(monotonic() - begun, 0, done, f"building the path index: {doing}"))

    return report


def _content(place: Path) -> str:
    """What names the content of a graph directory."""
    content = read_description(place).get("content")
    if not isinstance(content, str):
        raise DataError("not a graph directory: its manifest names no content", file=str(place))
    return content


def _found(place: Path, error: UnusableIndex) -> str:
    """What was found instead of an index, in words."""
    target = place / INDEX
    left = [path.name for path in left_over(target)]
    killed = f" An earlier run was killed while it wrote: {', '.join(left)}." if left else ""
    if not target.exists():
        return f"{target}: there is no path index yet; building it.{killed}"
    return f"{error}; building it.{killed}".replace(
        "; build it again; building it", "; building it again"
    )


def _warn(text: str) -> None:
    import logging  # only where there is something to say

    logging.getLogger("mscgraph").warning("%s", text)


_BATCH = 1 << 19
_WALKABLE = "sign IS NOT NULL AND cost IS NOT NULL"
# the columns that make a label, as FACETS name them
_COLUMNS = {
    "predicate": "predicate",
    "grade": "grade",
    "source": "primary_knowledge_source",
}
_LABEL = ", ".join(("sign", "ends", *_COLUMNS.values()))


def fill_index(
    graph: Path, folder: Path, key: str, progress: Callable[[str, int], None], *, memory: str = MEMORY
) -> None:
    """Fill a folder with the index of a graph directory.

    DuckDB sorts within ``memory`` and spills to disk; this code then holds about 40 bytes an edge.
    """
    spill = folder / "spill"
    with IndexFolder(folder) as inside:
        nodes, edges, values = _sorted(graph, inside, spill, memory, progress)
        shutil.rmtree(spill, ignore_errors=True)
        _backward(inside, nodes, edges)
        progress("checking", edges)
        inside.finish(values, key=key, nodes=nodes, edges=edges)


def _sorted(
    graph: Path, inside: IndexFolder, spill: Path, memory: str, progress: Callable[[str, int], None]
) -> tuple[int, int, dict[str, list[Any]]]:
    """Write entities, labels and forward rows; return how many there are, and what labels stand for."""
    with connect(spill=spill, memory_limit=memory) as base, reading(graph):
        columns = ("id", "subject", "object", "aspect", "cost", "sources", *_LABEL.split(", "))
        open_tables(base, graph, {"nodes": ROWS["nodes"], "associations": columns})
        progress("reading entities", 0)
        nodes, categories = _nodes(base, inside)
        progress("reading labels", 0)
        values = write_labels(base, inside) | {"category": categories}
        progress("sorting associations", 0)
        edges = _forward(base, inside, nodes, progress)
        for table in ROWS:
            progress(f"writing rows of {table}", edges)
            _rows(base, inside, table)
        progress("sorting them backwards", edges)
    return nodes, edges, values


def _nodes(base: duckdb.DuckDBPyConnection, inside: IndexFolder) -> tuple[int, list[str]]:
    """Number the entities in the order of their ids, and write their names and categories."""
    base.execute("CREATE TABLE number AS SELECT id, (row_number() OVER (ORDER BY id) - 1)::INTEGER AS n, "
                 "coalesce(category, '') AS category FROM nodes")  # fmt: skip
    known_categories = base.execute("SELECT DISTINCT category FROM number ORDER BY 1").fetchall()
    categories = [category for (category,) in known_categories] or [""]
    place = {name: number for number, name in enumerate(categories)}
    known, file = _Texts(inside, "node"), inside.array("category", np.int16)
    for batch in base.sql("SELECT id, category FROM number ORDER BY n").to_arrow_reader(_BATCH):
        known.append(batch.column("id"))
        file.append(np.array([place[c] for c in batch.column("category").to_pylist()], np.int16))
    return file.shape[0], categories


def write_labels(base: duckdb.DuckDBPyConnection, inside: IndexFolder) -> dict[str, list[Any]]:
    """Number what associations have in common, and write what each number stands for."""
    base.execute(
        f"CREATE TABLE label AS SELECT *, (row_number() OVER (ORDER BY {_LABEL}) - 1)::INTEGER AS n FROM "
        f"(SELECT DISTINCT {_LABEL} FROM associations WHERE {_WALKABLE})"
    )
    names = ("sign", "ends", *_COLUMNS)
    rows = base.execute(f"SELECT {_LABEL} FROM label ORDER BY n").fetchall()
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    values: dict[str, list[Any]] = {}
    table = [np.array(columns["sign"], np.int32), np.array(columns["ends"], bool).astype(np.int32)]
    for facet in FACETS:
        known, places = placed(columns[facet])
        values[facet] = list(known)
        table.append(places.astype(np.int32))
    labels = np.stack(table)
    inside.array("labels", np.int32).append(labels)
    return values


def _forward(
    base: duckdb.DuckDBPyConnection,
    inside: IndexFolder,
    nodes: int,
    progress: Callable[[str, int], None],
) -> int:
    """Write the forward rows, sorted by cost, and the names of the edges; return how many there are."""
    ((count, low, high),) = base.execute(
        "SELECT count(*), coalesce(min(cost), 0), coalesce(max(cost), 0) "
        f"FROM associations WHERE {_WALKABLE}"
    ).fetchall()
    if low < 0 or high > LARGEST:
        raise DataError(f"a cost lies outside 0 … {LARGEST} micro-nats")
    same = " AND ".join(f"l.{c} IS NOT DISTINCT FROM a.{c}" for c in _LABEL.split(", "))
    query = (
        "SELECT s.n AS source, t.n AS target, a.cost AS cost, l.n AS label, a.id AS id "
        f"FROM (SELECT * FROM associations WHERE {_WALKABLE}) a "
        "JOIN number s ON s.id = a.subject JOIN number t ON t.id = a.object "
        f"JOIN label l ON {same} ORDER BY 1, 3, 5"
    )
    labels = len(inside.mapped("labels")[0])
    small = np.uint16 if labels <= 1 << 16 else np.uint32
    degrees = np.zeros(nodes, np.int64)
    names = _Texts(inside, "edge")
    kinds = {"target": np.int32, "cost": np.int32, "label": small}
    columns = {name: inside.array(name, kind) for name, kind in kinds.items()}
    written = 0
    for batch in base.sql(query).to_arrow_reader(_BATCH):
        degrees += np.bincount(batch.column("source").to_numpy(), minlength=nodes)
        for name, file in columns.items():
            file.append(batch.column(name).to_numpy())
        names.append(batch.column("id"))
        written += batch.num_rows
        progress(f"{written:,} of {count:,} associations written", written)
    if written != count:
        raise DataError("associations name entities that the nodes lack; write the directory again")
    inside.array("forward", np.int64).append(np.concatenate([[0], np.cumsum(degrees)]))
    return int(count)


def _rows(base: duckdb.DuckDBPyConnection, inside: IndexFolder, table: str) -> None:
    """Write what an answer shows of a table's rows, in the order of their ids, in compressed blocks."""
    text, starts = inside.array(f"{table}_text", np.uint8), inside.array(f"{table}_starts", np.int64)
    keys = inside.array("associations_key", np.uint64) if table == "associations" else None
    starts.append(np.zeros(1, np.int64))
    last = -1
    for batch in _in_blocks(base.sql(row_query(table)).to_arrow_reader(_BATCH)):
        if keys is not None:
            key = batch.column("key").to_numpy()
            if last >= int(key[0]) or bool((key[1:] <= key[:-1]).any()):
                raise DataError("associations are not in the order of their ids; write it again")
            last = int(key[-1])
            keys.append(key)
        rows = batch.column("text")
        _, offsets, letters = rows.buffers()
        ends = np.frombuffer(offsets, np.int32)[rows.offset : rows.offset + len(rows) + 1]
        places = pairwise([*ends[:-1:BLOCK].tolist(), int(ends[-1])])
        blocks = [packed(memoryview(letters)[begin:end]) for begin, end in places]
        starts.append(text.shape[0] + np.cumsum([len(block) for block in blocks]))
        text.append(np.frombuffer(b"".join(blocks), np.uint8))


def _in_blocks(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of whole blocks, but for the last."""
    import pyarrow as pa

    left: list[pa.RecordBatch] = []
    for batch in batches:
        (joined,) = pa.Table.from_batches([*left, batch]).combine_chunks().to_batches()
        whole = joined.num_rows - joined.num_rows % BLOCK
        yield from [joined.slice(0, whole)] if whole else []
        left = [joined.slice(whole)]
    yield from (batch for batch in left if batch.num_rows)


def _backward(inside: IndexFolder, nodes: int, edges: int) -> None:
    """Write the backward rows, sorted by cost."""
    target, forward = inside.mapped("target"), inside.mapped("forward")
    keys = target.astype(np.int64) << 32
    keys |= inside.mapped("cost")
    order = np.argsort(keys, kind="stable")
    del keys
    source = np.repeat(np.arange(nodes, dtype=np.int32), np.diff(forward))
    near, edge = (inside.array(name, np.int32) for name in ("source", "edge"))
    for begin in range(0, edges, _BATCH):
        part = order[begin : begin + _BATCH]
        near.append(source[part])
        edge.append(part)
    inside.array("backward", np.int64).append(starts_of(target, nodes))


class _Texts:
    """Names that are written one after the other, and where each begins."""

    def __init__(self, inside: IndexFolder, what: str) -> None:
        self._text = inside.array(f"{what}_text", np.uint8)
        self._starts = inside.array(f"{what}_starts", np.int64)
        self._starts.append(np.zeros(1, np.int64))

    def append(self, names: pa.StringArray) -> None:
        """Write the next names."""
        if not len(names):
            return
        _, offsets, text = names.buffers()
        starts = np.frombuffer(offsets, np.int32)[names.offset : names.offset + len(names) + 1]
        first = int(starts[0])
        self._starts.append(starts[1:].astype(np.int64) + (self._text.shape[0] - first))
        self._text.append(np.frombuffer(text, np.uint8)[first : int(starts[-1])])
