"""From all pairs of two lists to their best paths in one Parquet file, on the engine that fits."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mscgraph.errors import NotFound
from mscgraph.large.mining.mined_paths import write_rows
from mscgraph.large.mining.mining_folder import GraphFolder, open_folder
from mscgraph.large.mining.mining_question import MOST_STEPS, MiningEngine, read_question
from mscgraph.paths.conditions import ConditionKeywords, Conditions, read_conditions

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.large.mining.mining_question import MineQuestion

    class MineKeywords(ConditionKeywords, total=False):
        """The fields of Conditions, Limits and MiningEngine as keywords of :func:`mine`."""

        engine: str
        hop_cap: int | None
        memory_limit: str
        spill: str | os.PathLike[str] | None
        threads: int | None
        master: str | None
        session: Any


__all__ = ["ENGINES", "Mined", "mine"]

ENGINES = ("duckdb", "spark")
DEFAULT_STEPS = 3


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


def mine(
    graph: str | os.PathLike[str] | KnowledgeGraph,
    sources: str | Sequence[str],
    targets: str | Sequence[str],
    output: str | os.PathLike[str],
    conditions: Conditions | None = None,
    *,
    effect: str = "any",
    k: int = 10,
    **keywords: Unpack[MineKeywords],
) -> Mined:
    """Find the k best signed paths of every pair of two lists, as one plan over a graph of any size.

    Parameters
    ----------
    graph
        A graph directory, as ``mscgraph merge`` writes it, or a graph or slice in memory.
    sources, targets
        Lists of entities by id, name, symbol or synonym, which cover their subclasses unless ``exact``;
        ``category:Cell`` stands for all entities of a category, each for itself alone.
    output
        The Parquet file to write: source, target, rank, steps, sign, cost, entities, associations. A path
        may start and end at a subclass of the source and target that were asked for.
    conditions
        What may be a step and what must lie on a path; at most 4 steps, 3 unless given. Grades are those of
        the whole graph: unlike :func:`mscgraph.find_paths`, species, system and year do not grade again.
    effect
        The net effect wanted: ``increase``, ``decrease``, ``unknown`` or ``any``.
    k
        How many paths a pair.
    **keywords
        The fields of :class:`mscgraph.Conditions` and of
        :class:`mscgraph.large.mining.mining_question.MiningEngine`, and ``time_limit``: seconds after
        which it is given up, with nothing written.

    Returns
    -------
    Mined
        Counts, and whether anything was cut.

    Raises
    ------
    DataError
        When the directory is of another version, damaged or incomplete; the message names the file.
    NotFound, AmbiguousName
        When a name or a condition fits nothing, or several entities; with suggestions.
    ValueError
        When a number is out of its range.
    OutputError
        When the output cannot be written, or memory, spill folder or time do not suffice.
    MissingExtra
        When the engine, or Java for Spark, is not installed.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mined = mg.mine(mg.load(), ["MSC"], ["Th17 cell", "Treg"], "mined.parquet")
    >>> mined.asked, mined.complete
    (2, True)

    Notes
    -----
    Rows are in order of (source, target, rank); ranks of (cost, steps, association ids). The plan prunes to
    edges between the lists, joins hops that meet in the middle, and bounds each pair by its k-th path.
    """
    given: Any = dict(keywords)
    fields = {name: given.pop(name) for name in MiningEngine._fields if name in given}
    how = MiningEngine(**fields)
    if how.engine not in ENGINES:
        raise NotFound(f"No engine is called {how.engine!r}.", suggestions=ENGINES)
    asked, limits = read_conditions(
        conditions or Conditions(max_length=DEFAULT_STEPS), given, most_steps=MOST_STEPS
    )
    with tempfile.TemporaryDirectory(prefix="mscgraph-") as beside:
        folder = _folder(graph, Path(beside))
        ends = [[names] if isinstance(names, str) else names for names in (sources, targets)]
        question = read_question(folder, (ends[0], ends[1]), asked, effect, k, how.hop_cap)
        with (
            folder.unchanged(),
            _run(folder, question, how, limits.time_limit) as (cut, batches),
        ):
            note = {
                "question": question.to_dict(),
                "graph": folder.content,
                "complete": not cut,
                "cut": cut,
            }
            rows, pairs = write_rows(output, folder.checked(batches), note)
    return Mined(
        Path(output), rows, pairs, question.pairs, not cut, cut, how.engine, question.to_dict()
    )


def _run(
    folder: GraphFolder, question: MineQuestion, how: MiningEngine, time_limit: float | None
) -> AbstractContextManager[tuple[int, Iterator[Sequence[tuple[Any, ...]]]]]:
    if how.engine == "duckdb":
        from mscgraph.large.mining.duckdb_engine import mine_on_duckdb

        return mine_on_duckdb(folder, question, how, time_limit)
    from mscgraph.large.mining.spark_engine import mine_on_spark

    return mine_on_spark(folder, question, how, time_limit)


def _folder(graph: str | os.PathLike[str] | KnowledgeGraph, beside: Path) -> GraphFolder:
    from mscgraph.graph import KnowledgeGraph

    if not isinstance(graph, KnowledgeGraph):
        return open_folder(graph)
    from mscgraph.large.directory import write_graph

    return open_folder(write_graph(graph, beside / "graph"))
