"""Graphs into a graph directory: whole or not at all."""

from __future__ import annotations

import contextlib
import shutil
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from mscgraph.files import write_whole, write_whole_folder
from mscgraph.large.directory.assembling import assemble
from mscgraph.large.directory.database import MEMORY, connect, writing
from mscgraph.large.directory.manifest import (
    MARK,
    OURS,
    PART_ROWS,
    TABLES,
    Manifest,
    Source,
    arrow_schema,
    write_manifest,
)
from mscgraph.large.directory.record_rows import finding_row, node_row, publication_row
from mscgraph.large.directory.staging import Note, Staging, Statement, batches

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Sequence
    from typing import Unpack

    import duckdb
    import pyarrow as pa

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.large.directory.staging import NoteCounts, Notes
    from mscgraph.model import Entity


_ROW_GROUP = 32_768


def silent(stage: str, done: int, total: int | None) -> None:
    """Take progress and say nothing. What a progress callback is given: stage, rows done, rows in all."""


class Writing(NamedTuple):
    """How a graph directory is written. Its fields are keywords of what writes one.

    ``report``
        A file for all that could not be taken as it stood, as tab-separated values.
    ``memory_limit``
        The most that may be held in memory before spilling to disk, such as ``"1GiB"``.
    ``progress``
        Called with the stage, how much is done, and of how much (None where that is not known).
    """

    report: str | os.PathLike[str] | None = None
    memory_limit: str = MEMORY
    progress: Callable[[str, int, int | None], None] = silent


class WritingKeywords(TypedDict, total=False):
    """The fields of :class:`Writing` as keywords."""

    report: str | os.PathLike[str] | None
    memory_limit: str
    progress: Callable[[str, int, int | None], None]


def write_tables(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    *,
    sources: Sequence[Source],
    associations: str,
    progress: Callable[[str, int, int | None], None] = silent,
) -> Manifest:
    """Write every table as sorted Parquet parts, then the manifest; a query gives the associations."""
    counts, hashes = {}, []
    for table, columns in TABLES.items():
        parts = _Parts(folder / table, table)
        query = f"SELECT {', '.join(column.name for column in columns)} FROM {table} ORDER BY id"
        query = associations if table == "associations" else query
        total = connection.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0]
        for batch in connection.sql(query).to_arrow_reader(_ROW_GROUP):
            parts.write(batch)
            progress(f"writing {table}", parts.rows, total)
        parts.close()
        counts[table] = parts.rows
        hashes.append(f"{table}:{parts.digest.hexdigest()}")
    (folder / MARK).touch()
    content = sha256("\n".join(hashes).encode()).hexdigest()
    return write_manifest(folder, content=content, counts=counts, sources=sources)


class _Parts:
    """The parts of one table, opened one after another, in row groups of one size."""

    def __init__(self, folder: Path, table: str) -> None:
        folder.mkdir()
        self.folder = folder
        self.schema = arrow_schema(table)
        self.digest = sha256()
        self.rows = 0
        self._waiting = self.schema.empty_table()
        self._open()

    def _open(self) -> None:
        import pyarrow.parquet as pq

        self._file = (self.folder / f"part-{self.rows // PART_ROWS:05d}.parquet").open("wb")
        self._writer = pq.ParquetWriter(self._file, self.schema, compression="zstd")

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows that lie above all before; begin a new part when one is full."""
        import pyarrow as pa

        rows = pa.Table.from_batches([batch]).cast(self.schema)
        self._waiting = pa.concat_tables([self._waiting, rows])
        while self._waiting.num_rows >= _ROW_GROUP:
            self._write()

    def _write(self) -> None:
        """Write a row group of what waits."""
        if self.rows and not self.rows % PART_ROWS:
            self._end()
            self._open()
        taken = self._waiting.slice(0, min(_ROW_GROUP, PART_ROWS - self.rows % PART_ROWS))
        self._waiting = self._waiting.slice(taken.num_rows)
        taken = taken.combine_chunks()
        for column in taken.columns:
            _take_in(self.digest, column.chunk(0))
        self._writer.write_table(taken)
        self.rows += taken.num_rows

    def _end(self) -> None:
        self._writer.close()
        self._file.close()

    def close(self) -> None:
        """Write what waits, and end the part that is open."""
        while self._waiting.num_rows:
            self._write()
        self._end()


def _take_in(digest: Any, array: pa.Array) -> None:
    """Let a digest take in what an array says, however it is laid out: nulls, lengths and values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def add(numbers: pa.Array) -> None:
        digest.update(numbers.to_numpy(zero_copy_only=False).tobytes())

    add(array.is_null())
    if pa.types.is_struct(array.type):
        for field in array.flatten():
            _take_in(digest, field)
    elif pa.types.is_list(array.type):
        add(array.value_lengths().fill_null(0))
        _take_in(digest, array.flatten())
    elif pa.types.is_string(array.type):
        texts = array.fill_null("")
        add(pc.binary_length(texts))
        joined = pc.binary_join(pa.ListArray.from_arrays([0, len(texts)], texts), "")
        digest.update(joined[0].as_buffer())
    else:
        add(array.fill_null(pa.scalar(0).cast(array.type)))


CURATED = Source(OURS, licence="CC-BY-4.0")
_SPILL = "spill"


def write_graph(
    kg: KnowledgeGraph,
    folder: str | os.PathLike[str],
    *,
    memory_limit: str = MEMORY,
    progress: Callable[[str, int, int | None], None] = silent,
) -> Path:
    """Write a graph or a slice of it as a graph directory (Parquet), and return the folder.

    Parameters
    ----------
    kg
        The graph.
    folder
        What to write; a graph directory that stands there is replaced when all is written.
    memory_limit
        The most that may be held in memory before spilling to disk.
    progress
        Called with the stage, the rows done, and the rows in all where known.

    Raises
    ------
    MissingExtra
        When ``mscgraph[large]`` is not installed.
    OutputError
        When the folder cannot be written, or holds something else. What stood there is untouched.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mg.write_graph(mg.load(), "curated.graph")
    PosixPath('curated.graph')
    """

    def fill(staging: Staging, beside: Path) -> Built:
        add_graph(staging, kg)
        others = {Source(name, licence) for name, licence in kg.tables.licences.items() if name != OURS}
        sources = [CURATED, *others]
        return finish(staging, beside, base=kg, sources=sources, how=Writing(progress=progress))

    return fill_graph_folder(folder, fill, memory_limit=memory_limit).folder


def add_graph(staging: Staging, kg: KnowledgeGraph, *, into: str = "") -> None:
    """Stage what a graph in memory holds, into the tables whose names begin so."""
    entities = (node_row(entity) for entity in kg.entities.values())
    staging.add_rows("nodes", entities, into=f"{into}nodes")
    findings = map(finding_row, kg.findings.values())
    staging.add_rows("findings", findings, into=f"{into}findings")
    papers = map(publication_row, kg.publications.values())
    staging.add_rows("publications", papers, into=f"{into}publications")
    said = (Statement(*key, **one._asdict()) for key, sources in kg.stated.items() for one in sources)
    staging.add_statements(said, into=f"{into}said")


class Built(NamedTuple):
    """A graph directory that was written: how much it holds, and what did not fit."""

    folder: Path
    counts: dict[str, int]
    notes: tuple[NoteCounts, ...]


def build_graph(
    folder: str | os.PathLike[str],
    *,
    base: KnowledgeGraph,
    items: Iterable[Entity | Statement] | Callable[[Staging], None],
    notes: Notes,
    source: str = "",
    sources: Sequence[Source] = (),
    **keywords: Unpack[WritingKeywords],
) -> Built:
    """Write a graph directory of entities and statements, or of what stages them, whole or not at all."""
    how = Writing(**keywords)

    def fill(staging: Staging, beside: Path) -> Built:
        if callable(items):
            items(staging)
        for batch in batches(() if callable(items) else items):
            entities = (item for item in batch if not isinstance(item, Statement))
            staging.add_rows("nodes", (node_row(entity, source) for entity in entities))
            staging.add_statements(item for item in batch if isinstance(item, Statement))
        staging.add_notes(notes)
        return finish(staging, beside, base=base, sources=sources, how=how)

    return fill_graph_folder(folder, fill, memory_limit=how.memory_limit)


def finish(
    staging: Staging,
    beside: Path,
    *,
    base: KnowledgeGraph,
    sources: Sequence[Source],
    how: Writing,
) -> Built:
    """Make the graph of what is staged: tables, manifest, report."""
    how.progress("putting together", 0, None)
    associations = assemble(staging, base)
    named = {source.name for source in sources}
    said = staging.run("SELECT DISTINCT primary_knowledge_source FROM keyed ORDER BY 1")
    more = [Source(name) for (name,) in said if name not in named]
    manifest = write_tables(
        staging.connection,
        beside,
        sources=[*sources, *more],
        associations=associations,
        progress=how.progress,
    )
    if how.report is not None:
        _write_report(staging, Path(how.report))
    return Built(beside, dict(manifest.counts), staging.note_counts())


def _write_report(staging: Staging, report: Path) -> None:
    lines = ["\t".join(Note._fields)]
    lines += ["\t".join(" ".join(str(cell).split()) for cell in note) for note in staging.all_notes()]
    write_whole(report, ("\n".join(lines) + "\n").encode())


def fill_graph_folder(
    folder: str | os.PathLike[str],
    fill: Callable[[Staging, Path], Built],
    *,
    memory_limit: str = MEMORY,
) -> Built:
    """Write a graph directory whole or not at all.

    ``fill`` is given where to stage rows, which spills next to the target, and the folder to write to.
    """
    target = Path(folder)
    built: list[Built] = []

    def fill_beside(beside: Path) -> None:
        spill = beside / _SPILL
        connection = connect(spill=spill, memory_limit=memory_limit)
        with writing(target), contextlib.closing(connection):
            built.append(fill(Staging(connection, beside), beside))
        shutil.rmtree(spill, ignore_errors=True)  # DuckDB may have removed it

    written = write_whole_folder(target, fill_beside, mark=MARK)
    return built[0]._replace(folder=written)
