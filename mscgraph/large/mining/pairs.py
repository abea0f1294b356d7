"""From all pairs of two lists to their best paths in one Parquet file, on the engine that fits."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mscgraph.errors import NotFound
from mscgraph.large.mining.folder import GraphFolder, open_folder
from mscgraph.large.mining.question import MineQuestion, check_question, letters_from, sign_of
from mscgraph.large.mining.result import write_rows

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from mscgraph.graph import KnowledgeGraph

__all__ = ["ENGINES", "Mined", "mine"]

ENGINES = ("duckdb", "spark")
_MICRO = 1_000_000


class Mined(NamedTuple):
    """What was mined: the file, how many rows and pairs it holds, and whether a cap cut anything.

    ``pairs`` counts the pairs with a path, ``asked`` all pairs. ``cut`` counts the edges on walks between
    the two lists that ``hop_cap`` dropped; with any, ``complete`` is False: better paths may exist.
    """

    output: Path
    rows: int
    pairs: int
    asked: int
    complete: bool
    cut: int
    engine: str
    question: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The outcome as JSON-ready values."""
        return {**self._asdict(), "output": str(self.output)}


def mine(  # noqa: PLR0913 - one keyword an option of the command line
    graph: str | os.PathLike[str] | KnowledgeGraph,
    sources: str | Sequence[str],
    targets: str | Sequence[str],
    output: str | os.PathLike[str],
    *,
    engine: str = "duckdb",
    k: int = 10,
    max_length: int = 3,
    effect: str = "any",
    predicates: Sequence[str] = (),
    categories: Sequence[str] = (),
    min_grade: str | None = None,
    taxon: str | None = None,
    system: str | None = None,
    since: int | None = None,
    avoid: Sequence[str] = (),
    damping: float = 0.0,
    hop_cap: int | None = None,
    memory_limit: str = "2GiB",
    spill: str | os.PathLike[str] | None = None,
    threads: int | None = None,
    master: str | None = None,
    session: Any = None,
) -> Mined:
    """Find the k best signed paths of every pair of two lists, as one plan over a graph of any size.

    Parameters
    ----------
    graph
        A graph directory, as ``mscgraph merge`` writes it, or a graph or slice in memory.
    sources, targets
        Lists of entities by id, name, symbol or synonym; ``category:Cell`` stands for all of a category.
        A name stands for itself alone, not for its subclasses.
    output
        The Parquet file to write: source, target, rank, steps, sign, cost, entities, associations.
    engine
        ``duckdb`` (in this process, out of core) or ``spark`` (see ``master``). Both write the same rows.
    k, max_length
        How many paths a pair, of at most how many steps (1 to 4).
    effect
        The net effect wanted: ``increase``, ``decrease``, ``unknown`` or ``any``.
    predicates, categories
        Only these relations may be steps; only entities of these categories may be mediators.
    min_grade, taxon, system, since
        The lowest grade of a step; a species, a system it was seen in; a year of its latest support.
        Grades are those of the whole graph: unlike :func:`mscgraph.find_paths`, a filter does not grade
        again.
    avoid
        Entities that no path may touch.
    damping
        Nats that passing through an entity costs for each whole doubling of its degree. 0 is off.
    hop_cap
        Follow only so many edges, the cheapest, out of and into one entity. What it cuts is counted.
    memory_limit, spill
        Memory of DuckDB, or of Spark's driver, such as ``"2GiB"``; and the folder for what does not fit.
    threads
        How many threads DuckDB takes; all by default.
    master, session
        Where Spark runs, such as ``"local[4]"`` or ``"spark://host:7077"``; or a session that exists.

    Returns
    -------
    Mined
        Counts, and whether anything was cut.

    Raises
    ------
    DataError
        When the directory is of another version, damaged or incomplete; the message names the file.
    NotFound, AmbiguousName
        When a name fits nothing, or several entities.
    OutputError
        When the output cannot be written, or memory and spill folder do not suffice.
    MissingExtra
        When the engine, or Java for Spark, is not installed.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mined = mg.mine(mg.load(), ["MSC"], ["Th17 cell", "Treg"], "mined.parquet")  # doctest: +SKIP
    >>> mined.complete  # doctest: +SKIP
    True

    Notes
    -----
    Rows are in order of (source, target, rank); ranks of (cost, steps, association ids). The plan prunes to
    edges between the lists, joins hops that meet in the middle, and bounds each pair by its k-th path.
    """
    if engine not in ENGINES:
        raise NotFound(f"No engine is called {engine!r}.", suggestions=ENGINES)
    with tempfile.TemporaryDirectory(prefix="mscgraph-") as beside:
        folder = _folder(graph, Path(beside))
        question = check_question(
            MineQuestion(
                sources=folder.resolve([sources] if isinstance(sources, str) else sources),
                targets=folder.resolve([targets] if isinstance(targets, str) else targets),
                k=k,
                max_length=max_length,
                sign=sign_of(effect),
                predicates=tuple(predicates),
                categories=tuple(name.removeprefix("biolink:") for name in categories),
                letters=letters_from(min_grade),
                taxon=folder.resolve([taxon])[0] if taxon else "",
                system=system or "",
                since=since or 0,
                avoid=folder.resolve(avoid),
                damping=round(damping * _MICRO),
                hop_cap=hop_cap or 0,
            )
        )
        space = str(spill) if spill is not None else None
        if engine == "duckdb":
            from mscgraph.large.mining.on_duckdb import mine_on_duckdb

            run = mine_on_duckdb(
                folder, question, memory_limit=memory_limit, spill=space, threads=threads
            )
        else:
            from mscgraph.large.mining.on_spark import mine_on_spark

            run = mine_on_spark(
                folder, question, memory_limit=memory_limit, spill=space, master=master, session=session
            )
        with run as (cut, batches):
            note = {
                "question": question.to_dict(),
                "graph": folder.content,
                "complete": not cut,
                "cut": cut,
            }
            rows, pairs = write_rows(output, batches, note)
    asked = len({(s, t) for s in question.sources for t in question.targets if s != t})
    return Mined(Path(output), rows, pairs, asked, not cut, cut, engine, question.to_dict())


def _folder(graph: str | os.PathLike[str] | KnowledgeGraph, beside: Path) -> GraphFolder:
    from mscgraph.graph import KnowledgeGraph

    if not isinstance(graph, KnowledgeGraph):
        return open_folder(graph)
    from mscgraph.large.directory import write_graph

    return open_folder(write_graph(graph, beside / "graph"))
