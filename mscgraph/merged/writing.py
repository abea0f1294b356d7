"""Rows into sorted Parquet parts, streaming, with the hash of what they hold."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mscgraph.merged.layout import MARK, PART_ROWS, TABLES, arrow_schema, sql_columns
from mscgraph.merged.manifest import Manifest, Source, write_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    import duckdb
    import pyarrow as pa

__all__ = ["insert", "make_tables", "silent", "stage", "write_tables"]

_BATCH = 20_000
_ROW_GROUP = 32_768


def silent(stage_name: str, done: int, total: int | None) -> None:
    """Take progress and say nothing. What a progress callback is given: stage, rows done, rows in all."""


def make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty tables that rows are staged in."""
    for table in TABLES:
        connection.execute(f"CREATE TABLE {table} ({sql_columns(table)})")


def stage(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Put rows into a table, a batch at a time; return how many."""
    import pyarrow as pa

    schema = arrow_schema(table)
    done = 0
    for batch in _batches(rows):
        columns = [pa.array([row[f.name] for row in batch], type=f.type) for f in schema]
        insert(connection, table, pa.Table.from_arrays(columns, schema=schema))
        done += len(batch)
    return done


def insert(connection: duckdb.DuckDBPyConnection, table: str, batch: pa.Table) -> None:
    """Append an Arrow table to a staged one, column by name."""
    connection.register("arriving", batch)
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM arriving")  # noqa: S608 - our names
    connection.unregister("arriving")


def _batches(rows: Iterable[Mapping[str, Any]]) -> Iterable[list[Mapping[str, Any]]]:
    from itertools import islice

    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def write_tables(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    *,
    sources: Sequence[Source],
    selections: Mapping[str, Sequence[str]] | None = None,
    progress: Callable[[str, int, int | None], None] = silent,
) -> Manifest:
    """Write every table as sorted Parquet parts, then the manifest.

    Parameters
    ----------
    connection
        Where the tables are staged.
    folder
        The folder to fill; it is moved into its place by whoever asks.
    sources
        Where the graph comes from.
    selections
        For a table, the queries that give its rows instead of the staged table: each one's ids lie above
        those of the one before.
    progress
        Told the stage, the rows done and the rows in all.
    """
    counts, hashes = {}, []
    for table in TABLES:
        parts = _Parts(folder / table, table)
        for query in (selections or {}).get(table, (f"SELECT * FROM {table}",)):  # noqa: S608
            names = ", ".join(column.name for column in TABLES[table])
            sorted_query = (
                f"SELECT {names}, sha256(to_json(t)::VARCHAR) AS row_hash "  # noqa: S608 - our own names
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
        self._writer = pq.ParquetWriter(
            self.folder / f"part-{self._number:05d}.parquet", self.schema, compression="zstd"
        )

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
