"""From all pairs of two lists to their best paths in one Parquet file, on the engine that fits."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mscgraph.errors import NotFound
from mscgraph.graph import KnowledgeGraph
from mscgraph.large.directory import MergedGraph, open_graph, write_graph
from mscgraph.large.directory.parquet_tables import Store
from mscgraph.large.mining.mined_paths import write_rows
from mscgraph.large.mining.mining_question import MOST_STEPS, MiningEngine, read_question
from mscgraph.paths.conditions import ConditionKeywords, Conditions, read_conditions

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import Unpack

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


T = TypeVar("T")
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
    """Find the k best routes of every pair of two lists, as one plan over a graph of any size.

    Each pair is answered as :func:`mscgraph.find_paths` answers it, but for the direct test.

    Parameters
    ----------
    graph
        A graph directory, as ``mscgraph merge`` writes it, or a graph or slice in memory.
    sources, targets
        Lists of entities by id, name, symbol or synonym, which cover their subclasses unless ``exact``;
        ``category:Cell`` stands for all entities of a category, each for itself alone.
    output
        The Parquet file to write: source, target, rank, steps, sign, cost, whether a single study
        demonstrated it, entities, associations. A row is a route by its best path; it may start and end at
        a subclass of the source and target that were asked for.
    conditions
        What may be a step and what must lie on a path; at most 4 steps, 3 unless given.
    effect
        The net effect wanted: ``increase``, ``decrease``, ``unknown`` or ``any``.
    k
        How many routes a pair.
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
    Rows are in order of (source, target, rank); ranks of what was demonstrated first, then of (cost, steps,
    association ids). The plan prunes to edges between the lists, joins hops that meet in the middle, and
    bounds each pair by its k-th route.
    """
    given: Any = dict(keywords)
    fields = {name: given.pop(name) for name in MiningEngine._fields if name in given}
    how = MiningEngine(**fields)
    if how.engine not in ENGINES:
        raise NotFound(f"No engine is called {how.engine!r}.", suggestions=ENGINES)
    asked, limits = read_conditions(
        conditions or Conditions(max_length=DEFAULT_STEPS), given, most_steps=MOST_STEPS
    )
    kg = graph if isinstance(graph, KnowledgeGraph) else open_graph(graph)
    ends = tuple([names] if isinstance(names, str) else names for names in (sources, targets))
    with tempfile.TemporaryDirectory(prefix="mscgraph-") as beside:
        store = (
            kg.store if isinstance(kg, MergedGraph) else Store(write_graph(kg, Path(beside) / "graph"))
        )
        question = read_question(kg, store, (ends[0], ends[1]), asked, effect, k, how.hop_cap)
        with store.unchanged(), _run(store, question, how, limits.time_limit) as (cut, batches):
            note = {
                "question": question.to_dict(),
                "graph": store.manifest.content,
                "complete": not cut,
                "cut": cut,
            }
            rows, pairs = write_rows(output, _checked(batches, store), note)
    return Mined(
        Path(output), rows, pairs, question.pairs, not cut, cut, how.engine, question.to_dict()
    )


def _run(
    store: Store, question: MineQuestion, how: MiningEngine, time_limit: float | None
) -> AbstractContextManager[tuple[int, Iterator[Sequence[tuple[Any, ...]]]]]:
    if how.engine == "duckdb":
        from mscgraph.large.mining.duckdb_engine import mine_on_duckdb

        return mine_on_duckdb(store, question, how, time_limit)
    from mscgraph.large.mining.spark_engine import mine_on_spark

    return mine_on_spark(store, question, how, time_limit)


def _checked(rows: Iterator[T], store: Store) -> Iterator[T]:
    """Rows that were read of a directory; at their end it must still be the one that was opened."""
    yield from rows
    store.check_unchanged()
