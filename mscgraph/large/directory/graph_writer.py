"""Graphs into a graph directory: whole or not at all."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mscgraph.files import write_whole, write_whole_folder
from mscgraph.large.directory.assembling import assemble
from mscgraph.large.directory.database import MEMORY, connect, writing
from mscgraph.large.directory.manifest import Source
from mscgraph.large.directory.parquet_columns import MARK, OURS
from mscgraph.large.directory.record_rows import finding_row, node_row, publication_row
from mscgraph.large.directory.staging import Staging
from mscgraph.large.directory.statements import Note, Statement
from mscgraph.large.directory.writing import Writing, silent, write_tables

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Sequence
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.large.directory.statements import NoteCounts, Notes
    from mscgraph.large.directory.writing import WritingKeywords
    from mscgraph.model import Entity

__all__ = ["CURATED", "Built", "add_graph", "build_graph", "fill_graph_folder", "finish", "write_graph"]

CURATED = Source(OURS, licence="CC-BY-4.0")
_SPILL = "spill"
_BATCH = 20_000


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
    items: Iterable[Entity | Statement],
    notes: Notes,
    source: str = "",
    sources: Sequence[Source] = (),
    **keywords: Unpack[WritingKeywords],
) -> Built:
    """Write a graph directory of a stream of entities and statements, whole or not at all."""
    how = Writing(**keywords)

    def fill(staging: Staging, beside: Path) -> Built:
        _feed(staging, items, source)
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
    selections = {"associations": assemble(staging, base)}
    named = {source.name for source in sources}
    said = staging.run("SELECT DISTINCT primary_knowledge_source FROM keyed ORDER BY 1")
    more = [Source(name) for (name,) in said if name not in named]
    manifest = write_tables(
        staging.connection,
        beside,
        sources=[*sources, *more],
        selections=selections,
        progress=how.progress,
    )
    if how.report is not None:
        _write_report(staging, Path(how.report))
    return Built(beside, dict(manifest.counts), staging.note_counts())


def _feed(staging: Staging, items: Iterable[Entity | Statement], source: str) -> None:
    entities: list[Entity] = []
    statements: list[Statement] = []

    def flush() -> None:
        staging.add_rows("nodes", (node_row(entity, source) for entity in entities))
        staging.add_statements(statements)
        entities.clear()
        statements.clear()

    for item in items:
        if isinstance(item, Statement):
            statements.append(item)
        else:
            entities.append(item)
        if len(statements) + len(entities) >= _BATCH:
            flush()
    flush()


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
            built.append(fill(Staging(connection), beside))
        shutil.rmtree(spill, ignore_errors=True)  # DuckDB may have removed it

    written = write_whole_folder(target, fill_beside, mark=MARK)
    return built[0]._replace(folder=written)
