"""Graphs into a graph directory: whole or not at all."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from mscgraph.files import write_whole_folder
from mscgraph.merged.database import MEMORY, connect, writing
from mscgraph.merged.layout import MARK, OURS
from mscgraph.merged.manifest import Source
from mscgraph.merged.rows import association_row, finding_row, node_row, publication_row
from mscgraph.merged.writing import make_tables, silent, stage, write_tables

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    import duckdb

    from mscgraph.graph import KnowledgeGraph

__all__ = ["CURATED", "fill_graph_folder", "write_graph"]

CURATED = Source(OURS, licence="CC-BY-4.0")
_SPILL = "spill"


def write_graph(
    kg: KnowledgeGraph,
    folder: str | os.PathLike[str],
    *,
    memory: str = MEMORY,
    progress: Callable[[str, int, int | None], None] = silent,
) -> Path:
    """Write a graph or a slice of it as a graph directory (Parquet), and return the folder.

    Parameters
    ----------
    kg
        The graph.
    folder
        What to write; a graph directory that stands there is replaced when all is written.
    memory
        The most that may be held in memory before spilling to disk.
    progress
        Told the stage, the rows done, and the rows in all where known.

    Raises
    ------
    MissingExtra
        When ``mscgraph[merge]`` is not installed.
    OutputError
        When the folder cannot be written, or holds something else. What stood there is untouched.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mg.write_graph(mg.load(), "curated.graph")  # doctest: +SKIP
    PosixPath('curated.graph')
    """

    def fill(connection: duckdb.DuckDBPyConnection, beside: Path) -> None:
        make_tables(connection)
        stage(connection, "nodes", (node_row(entity) for entity in kg.entities.values()))
        edges = (association_row(kg, edge) for edge in kg.associations.values())
        stage(connection, "associations", edges)
        stage(connection, "findings", map(finding_row, kg.findings.values()))
        stage(connection, "publications", map(publication_row, kg.publications.values()))
        write_tables(connection, beside, sources=[CURATED], progress=progress)

    return fill_graph_folder(folder, fill, memory=memory)


def fill_graph_folder(
    folder: str | os.PathLike[str],
    fill: Callable[[duckdb.DuckDBPyConnection, Path], None],
    *,
    memory: str = MEMORY,
) -> Path:
    """Write a graph directory whole or not at all.

    ``fill`` is given a database that spills beside the target, and the folder to write the tables to.
    """
    target = Path(folder)

    def fill_beside(beside: Path) -> None:
        spill = beside / _SPILL
        connection = connect(spill=spill, memory=memory)
        with writing(target), contextlib.closing(connection):
            fill(connection, beside)
        shutil.rmtree(spill)

    return write_whole_folder(target, fill_beside, mark=MARK)
