"""The plan on Spark: a cluster, an existing session, or this machine, for graphs that no machine holds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError, MissingExtra, OutputError
from mscgraph.large.mining.duckdb_engine import arrow_tables, called_after, out_of_time
from mscgraph.large.mining.plan import ANSWER, COLUMNS, CUT, make_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mscgraph.large.directory.parquet_tables import Store
    from mscgraph.large.mining.mining_question import MineQuestion, MiningEngine


_BATCH = 10_000
_LEAST_JAVA = 17
_PREFIX = "mscgraph_mine_"


@contextmanager
def mine_on_spark(
    store: Store, question: MineQuestion, how: MiningEngine, time_limit: float | None
) -> Iterator[tuple[int, Iterator[Sequence[tuple[Any, ...]]]]]:
    """Run the plan in ``session``, or in one of our own at ``master``; then let go of what was held.

    What a stage made lies as Parquet below ``spill`` until the end: on a cluster name a folder there that
    every worker sees.
    """
    try:
        from pyspark.errors import PySparkException
    except ImportError:
        raise MissingExtra('Spark is not installed: pip install "mscgraph[spark]"') from None
    spill = None if how.spill is None else str(how.spill)
    try:
        beside = tempfile.mkdtemp(prefix="mscgraph-spill-", dir=spill)
    except OSError as error:
        raise OutputError(f"cannot spill to {spill}: {error.strerror}") from error
    spark: Any = None
    late, over = Event(), Event()

    def stop() -> None:
        late.set()
        _cancel_jobs(spark, over)

    try:
        spark = how.session or start_session(how.master or "local[*]", how.memory_limit, spill)
        with called_after(time_limit, stop):
            _prepare(spark, store, question)
            for stage in make_plan(question):
                if late.is_set():
                    raise out_of_time(time_limit or 0)  # noqa: TRY301 - it is our own, and passes through
                frame = spark.sql(stage.sql)
                if stage.keep:
                    # as rows: a view's whole history would be planned again by each later stage
                    place = _address(Path(beside) / stage.name)
                    frame.write.parquet(place)
                    frame = _reader(spark).schema(frame.schema).parquet(place)
                frame.createOrReplaceTempView(stage.name)
            cut = int(spark.table(CUT).collect()[0]["edges"])
            yield cut, _rows(spark)
    except Exception as error:
        if not isinstance(error, PySparkException) and not _from_java(error):
            raise
        raise (out_of_time(time_limit or 0) if late.is_set() else _named(error, store)) from error
    finally:
        over.set()
        if spark is not None:
            _let_go(spark, question, own=how.session is None)
        shutil.rmtree(beside, ignore_errors=True)


def start_session(master: str, memory_limit: str, spill: str | None) -> Any:
    """A session of our own, quiet, bound to this machine's loopback where it is local."""
    from pyspark.sql import SparkSession

    check_java()
    builder = SparkSession.builder.master(master).appName("mscgraph mine")
    settings = {
        "spark.driver.memory": memory_limit.replace(" ", "").replace("GiB", "g").replace("GB", "g")
        .replace("MiB", "m").replace("MB", "m"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.sql.adaptive.enabled": "true",
        "spark.sql.ansi.enabled": "true",
    }  # fmt: skip
    if spill:
        settings["spark.local.dir"] = spill
    if master.startswith("local"):
        settings |= {
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
        }
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def check_java() -> int:
    """Return the version of the Java that Spark would start."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    need = f"Spark needs Java {_LEAST_JAVA} or newer: install a JRE, or set JAVA_HOME to one"
    if java is None:
        raise MissingExtra(f"Java is not installed. {need}.")
    try:
        done = subprocess.run(
            [java, "-version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingExtra(f"{java} cannot be started ({error}). {need}.") from error
    said = done.stderr + done.stdout
    match = re.search(r'version "(\d+)(?:\.(\d+))?', said)
    if done.returncode or match is None:
        raise MissingExtra(f"{java} does not say its version. {need}.")
    version = int(match[2] or 0) if match[1] == "1" else int(match[1])
    if version < _LEAST_JAVA:
        raise MissingExtra(f"{java} is Java {version}. {need}.")
    return version


def _cancel_jobs(spark: Any, over: Event) -> None:
    """Cancel jobs until it is over, those too that begin later: without workers each waits for ever."""
    while True:
        spark.sparkContext.cancelAllJobs()
        if over.wait(1):
            return


def _prepare(spark: Any, store: Store, question: MineQuestion) -> None:
    for name in ("nodes", "associations"):
        files = sorted((store.folder / name).glob("part-*.parquet"))
        frame = _reader(spark).parquet(*map(_address, files))
        frame.createOrReplaceTempView(name)
    for name, table in arrow_tables(question):  # of rows in Python each worker would start a Python
        spark.createDataFrame(table).createOrReplaceTempView(name)


def _reader(spark: Any) -> Any:
    """A reader that takes paths as they stand, and not as patterns."""
    return spark.read.option("__globPaths__", "false")


def _address(file: str | Path) -> str:
    """A file as Spark takes it: its address without percent-encoding, which Hadoop does not undo."""
    return f"file://{Path(file).absolute()}"


def _rows(spark: Any) -> Iterator[Sequence[tuple[Any, ...]]]:
    names = ", ".join(COLUMNS)
    frame = spark.sql(f"SELECT {names} FROM {ANSWER} ORDER BY source, target, rank")
    rows = (tuple(row) for row in frame.toLocalIterator())
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _let_go(spark: Any, question: MineQuestion, *, own: bool) -> None:
    """Give back what was held, and stop a session of our own: another's is left as it was."""
    if own:
        spark.stop()
        return
    names = ["nodes", "associations", *question.tables(), *(s.name for s in make_plan(question))]
    for name in names:
        spark.catalog.dropTempView(name)


def _from_java(error: BaseException) -> bool:
    return type(error).__module__.startswith("py4j")


def _named(error: BaseException, store: Store) -> Exception:
    """Spark's error as one of ours: its first line says the cause, the Java stack below it nothing."""
    if "No space left" in str(error):
        return OutputError(
            "no space to spill to: No space left on device; name a larger folder with spill"
        )
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    reason = next((line for line in lines if "Exception: " in line or "Error: " in line), "")
    reason = reason.lstrip(": ") or (lines[0] if lines else type(error).__name__)
    if "OutOfMemoryError" in str(error):
        return OutputError(f"Spark ran out of memory: {reason}; raise memory_limit, or set hop_cap")
    return DataError(f"Spark cannot run the plan: {reason}", file=str(store.folder))
