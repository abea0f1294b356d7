"""The plan on DuckDB: embedded, out of core, within a memory limit and with a folder to spill to."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError, MissingExtra, OutputError
from mscgraph.large.directory.database import open_tables
from mscgraph.large.mining.plan import ANSWER, COLUMNS, CUT, make_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mscgraph.large.directory.parquet_tables import Store
    from mscgraph.large.mining.mining_question import MineQuestion, MiningEngine


_BATCH = 10_000


@contextmanager
def mine_on_duckdb(
    store: Store, question: MineQuestion, how: MiningEngine, time_limit: float | None
) -> Iterator[tuple[int, Iterator[Sequence[tuple[Any, ...]]]]]:
    """Run the plan; give the number of edges that a cap cut, and the rows in batches."""
    try:
        import duckdb
    except ImportError:
        raise MissingExtra('DuckDB is not installed: pip install "mscgraph[large]"') from None
    spill = None if how.spill is None else str(how.spill)
    try:
        with tempfile.TemporaryDirectory(prefix="mscgraph-spill-", dir=spill) as beside:
            settings: dict[str, Any] = {
                "memory_limit": how.memory_limit,
                "temp_directory": beside,
                "preserve_insertion_order": "false",
                # the plan's joins stand in the order that fits: DuckDB's own guess can pair every edge
                # that leaves a source with every edge that enters a target
                "disabled_optimizers": "join_order",
                "autoinstall_known_extensions": "false",
            }
            if how.threads:
                settings["threads"] = how.threads
            with (
                duckdb.connect(":memory:", config=settings) as connection,
                called_after(time_limit, connection.interrupt),
            ):
                prepare(connection, store, question)
                for stage in make_plan(question):
                    kind = "TEMP TABLE" if stage.keep else "TEMP VIEW"
                    connection.execute(f"CREATE {kind} {stage.name} AS {stage.sql}")
                cut = connection.execute(f"SELECT edges FROM {CUT}").fetchone()
                yield int(cut[0]) if cut else 0, _rows(connection)
    except duckdb.InterruptException as error:
        if time_limit is None:
            raise
        raise out_of_time(time_limit) from error
    except duckdb.Error as error:
        raise _named(error, store, how.memory_limit) from error
    except FileNotFoundError as error:
        raise OutputError(f"cannot spill to {spill}: {error.strerror}") from error


@contextmanager
def called_after(seconds: float | None, stop: Callable[[], object]) -> Iterator[None]:
    """Call ``stop`` from another thread when the time is up before the work within is done."""
    if seconds is None:
        yield
        return
    from threading import Timer

    timer = Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def out_of_time(seconds: float) -> OutputError:
    """The error of a plan that did not finish."""
    return OutputError(
        f"not finished within the time limit of {seconds:g} s, and nothing was written; raise it, lower"
        " max_length, or set hop_cap"
    )


def prepare(connection: Any, store: Store, question: MineQuestion) -> None:
    """Name the tables that the plan reads."""
    open_tables(connection, store.folder, {"nodes": (), "associations": ()})
    for name, table in arrow_tables(question):
        connection.register(name, table)


def arrow_tables(question: MineQuestion) -> Iterator[tuple[str, Any]]:
    """The tables of a question by name, as both engines take them."""
    import pyarrow as pa

    for name, (columns, rows) in question.tables().items():
        arrays = [pa.array([row[place] for row in rows], pa.string()) for place in range(len(columns))]
        yield name, pa.table(arrays, names=list(columns))


def _rows(connection: Any) -> Iterator[Sequence[tuple[Any, ...]]]:
    connection.execute(f"SELECT {', '.join(COLUMNS)} FROM {ANSWER} ORDER BY source, target, rank")
    while rows := connection.fetchmany(_BATCH):
        yield rows


def _named(error: Exception, store: Store, memory_limit: str) -> Exception:
    """DuckDB's error as one of ours, with the cause and what to do about it."""
    reason = str(error).splitlines()[0]
    if "No space left" in str(error) or "max_temp_directory_size" in str(error):
        return OutputError(f"no space to spill to: {reason}; name a larger folder with spill")
    if type(error).__name__ == "OutOfMemoryException":
        return OutputError(
            f"the plan does not fit in memory_limit {memory_limit}: {reason}; raise it, name a spill"
            " folder with space, lower max_length, or set hop_cap"
        )
    return DataError(f"DuckDB cannot read the graph directory: {reason}", file=str(store.folder))
