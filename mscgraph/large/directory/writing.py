"""Rows into sorted Parquet parts, streaming, with the hash of what they hold."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from mscgraph.large.directory.database import MEMORY
from mscgraph.large.directory.manifest import Manifest, Source, write_manifest
from mscgraph.large.directory.parquet_columns import MARK, PART_ROWS, TABLES, arrow_schema

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import duckdb
    import pyarrow as pa

__all__ = ["Writing", "WritingKeywords", "silent", "write_tables"]

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
    selections: Mapping[str, Sequence[str]] | None = None,
    progress: Callable[[str, int, int | None], None] = silent,
) -> Manifest:
    """Write every table as sorted Parquet parts, then the manifest."""
    counts, hashes = {}, []
    for table in TABLES:
        parts = _Parts(folder / table, table)
        for query in (selections or {}).get(table, (f"SELECT * FROM {table}",)):
            names = ", ".join(column.name for column in TABLES[table])
            sorted_query = (
                f"SELECT {names}, sha256(to_json(t)::VARCHAR) AS row_hash "
                f"FROM (SELECT {names} FROM ({query})) t ORDER BY id"
            )
            for batch in connection.sql(sorted_query).to_arrow_reader(_ROW_GROUP):
                parts.write(batch)
                progress(f"writing {table}", parts.rows, None)
        parts.close()
        counts[table] = parts.rows
        hashes.append(f"{table}:{parts.digest.hexdigest()}")
    (folder / MARK).touch()
    content = sha256("\n".join(hashes).encode()).hexdigest()
    return write_manifest(folder, content=content, counts=counts, sources=sources)


class _Parts:
    """The parts of one table, opened one after another."""

    def __init__(self, folder: Path, table: str) -> None:
        folder.mkdir()
        self.folder = folder
        self.schema = arrow_schema(table)
        self.digest = sha256()
        self.rows = 0
        self._number = -1
        self._left = 0
        self._writer: Any = None
        self._open()

    def _open(self) -> None:
        import pyarrow.parquet as pq

        self.close()
        self._number += 1
        self._left = PART_ROWS
        self._file = (self.folder / f"part-{self._number:05d}.parquet").open("wb")
        self._writer = pq.ParquetWriter(self._file, self.schema, compression="zstd")

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows that lie above all before; begin a new part when one is full."""
        import pyarrow as pa

        hashes = batch.column("row_hash").to_pylist()
        self.digest.update("".join(hashes).encode())
        rows = pa.Table.from_batches([batch.drop_columns(["row_hash"])]).cast(self.schema)
        while rows.num_rows:
            if not self._left:
                self._open()
            taken = rows.slice(0, self._left)
            self._writer.write_table(taken, row_group_size=_ROW_GROUP)
            self._left -= taken.num_rows
            self.rows += taken.num_rows
            rows = rows.slice(taken.num_rows)

    def close(self) -> None:
        """End the part that is open."""
        if self._writer is not None:
            self._writer.close()
            self._file.close()
