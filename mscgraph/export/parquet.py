"""Findings, associations, entities and publications as Parquet: typed, described, and read back whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mscgraph.errors import DataError, MissingExtra
from mscgraph.export.columns import STATEMENTS, TABLES, tables_of
from mscgraph.export.record_reading import graph_of, record_of
from mscgraph.model import Entity, Finding, Place, Publication
from mscgraph.schema import KEY

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from mscgraph.export.columns import Table
    from mscgraph.export.format_table import Loss
    from mscgraph.graph import KnowledgeGraph

_Record = TypeVar("_Record", Entity, Publication, Finding)


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write one file a table; a field's metadata says what the column is."""
    del form
    pa, pq = _arrow()
    types = {
        "text": pa.string(),
        "list": pa.list_(pa.string()),
        "flag": pa.bool_(),
        "whole number": pa.int64(),
        "number": pa.float64(),
    }
    target.mkdir(exist_ok=True)
    for table in tables_of(kg):
        fields = [
            pa.field(
                column.name,
                types[column.type],
                metadata={"description": column.description, "derived": str(column.derived).lower()},
            )
            for column in table.columns
        ]
        schema = pa.schema(fields, metadata={"description": table.description})
        columns = list(zip(*table.rows(kg), strict=True)) or [()] * len(fields)
        arrays = [pa.array(list(c), type=f.type) for c, f in zip(columns, fields, strict=True)]
        pq.write_table(
            pa.Table.from_arrays(arrays, schema=schema), target / f"{table.name}.parquet",
            compression="zstd",
        )  # fmt: skip
    return ()


def read_parquet(folder: str | os.PathLike[str]) -> KnowledgeGraph:
    """Read a graph from a folder that ``export(kg, "parquet", folder)`` wrote.

    Derived columns and the associations are derived anew from the findings.

    Returns
    -------
    KnowledgeGraph
        The graph, equal to the one that was exported.

    Raises
    ------
    DataError
        When a file is missing, no Parquet, or lacks a column; with file, row and column.
    MissingExtra
        When pyarrow is not installed.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> mg.read_parquet(mg.export(kg, "parquet", "tables").target) == kg
    True
    """
    place = Path(folder)
    tables = {table.name: table for table in TABLES}
    statements = place / "statements.parquet"
    kg = graph_of(
        _records(place, tables["entities"], Entity),
        _records(place, tables["publications"], Publication),
        _records(place, tables["findings"], Finding),
        _rows(place, STATEMENTS) if statements.exists() else (),
    )
    written = {row["id"] for _, row in _rows(place, tables["associations"])}
    if written != set(kg.associations):
        raise DataError(
            f"it holds {len(written)} associations, where the findings and statements of the folder make "
            f"{len(kg.associations)}: rows or a file were lost; export it again",
            file=str(place / "associations.parquet"),
        )
    return kg


def _records(folder: Path, table: Table, kind: type[_Record]) -> Iterator[tuple[Place, _Record]]:
    for where, row in _rows(folder, table):
        yield where, record_of(kind, row, where)


def _rows(folder: Path, table: Table) -> Iterator[tuple[Place, dict[str, Any]]]:
    pa, pq = _arrow()
    path = folder / f"{table.name}.parquet"
    keys = {"id", *(KEY if table is STATEMENTS else ())}
    wanted = [column.name for column in table.columns if not column.derived or column.name in keys]
    try:
        with pq.ParquetFile(path) as file:
            missing = [name for name in wanted if name not in file.schema_arrow.names]
            if missing:
                raise DataError(f"the column is missing: {', '.join(missing)}", file=str(path))
            rows: list[dict[str, Any]] = file.read(columns=wanted).to_pylist()
    except FileNotFoundError:
        raise DataError("the file is missing", file=str(path)) from None
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"no Parquet that can be read: {error}", file=str(path)) from None
    for number, row in enumerate(rows, start=1):
        yield Place(str(path), number), row


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtra(
            'Parquet needs pyarrow: pip install "mscgraph[large]"', name="pyarrow"
        ) from error
    return pa, pq
