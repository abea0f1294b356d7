"""What the plan of mining makes on DuckDB and on Spark, counted, beside what is reckoned.

Each function is asked by ``benchmarks.far`` in a process of its own.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from benchmarks.estimate import Degrees
    from mscgraph.large.mining.mining_question import MineQuestion

LISTS, K, LIMIT = 50, 10, "2GiB"
LARGEST = 10_000_000
NARROW = 20  # bytes: what Spark sends of an edge by its ends alone is smaller, any other row larger


class Setting(NamedTuple):
    """A question of mining, as far as rows depend on it."""

    sources: int
    targets: int
    steps: int
    cap: int = 0
    hubs: bool = False
    largest: int = 1_000_000

    def __str__(self) -> str:
        which = " largest hubs" if self.hubs else ""
        cap = f", `--hop-cap {self.cap}`" if self.cap else ""
        return f"{self.sources} × {self.targets}{which}, ≤ {self.steps} steps{cap}"


SETTINGS = (
    Setting(LISTS, LISTS, 3, largest=LARGEST),
    Setting(LISTS, LISTS, 3, hubs=True),
    Setting(20, 20, 4, largest=100_000),
    Setting(LISTS, LISTS, 4, cap=50),
)


def count_settings(graph: str, edges: str) -> dict[str, Any]:
    """Rows for every setting that is not too large for this graph."""
    asked = [one for one in SETTINGS if int(edges) <= one.largest]
    return {"settings": [count_rows(graph, int(edges), one) for one in asked]}


def count_rows(graph: str, edges: int, setting: Setting) -> dict[str, Any]:
    """Rows of the plan as DuckDB makes them, as reckoned from the lists, and for lists drawn by degree."""
    import duckdb

    from benchmarks.estimate import reckoned_rows
    from benchmarks.mine import lists
    from mscgraph.large.directory.parquet_tables import Store
    from mscgraph.large.mining.duckdb_engine import prepare
    from mscgraph.large.mining.mining_question import MineQuestion
    from mscgraph.large.mining.plan import make_plan
    from mscgraph.paths.conditions import Conditions

    sources, targets = lists(edges, setting.sources, hubs=setting.hubs)
    question = MineQuestion(
        {name: frozenset({name}) for name in sources},
        {name: frozenset({name}) for name in targets},
        Conditions(max_length=setting.steps, min_length=1),
        hop_cap=setting.cap,
    )
    with duckdb.connect(config={"memory_limit": LIMIT, "disabled_optimizers": "join_order"}) as base:
        prepare(base, Store(Path(graph)), question)
        made: dict[str, float] = {}
        for stage in make_plan(question):
            base.execute(f"CREATE {'TABLE' if stage.keep else 'VIEW'} {stage.name} AS {stage.sql}")
            if stage.keep:
                made[stage.name] = base.execute(f"SELECT count(*) FROM {stage.name}").fetchone()[0]
        for name, query in joins(question).items():
            made[name] = base.execute(query).fetchone()[0]
        degrees, picked = degrees_of(base)
    drawn = [degrees.drawn(setting.sources, degrees.out), degrees.drawn(setting.targets, degrees.into)]
    conditions = {"steps": setting.steps, "cap": setting.cap}
    return {
        "setting": setting._asdict(),
        "made": made,
        "of the lists": reckoned_rows(degrees, *picked, **conditions),
        "drawn": {} if setting.hubs else reckoned_rows(degrees, *drawn, **conditions),
    }


def joins(question: MineQuestion) -> dict[str, str]:
    """How many rows pass through joins whose result no stage keeps."""
    first = "SELECT count(*) FROM first f"
    middle = "JOIN middle m ON m.subject = f.x"
    counted = {
        "front": f"{first} {middle} WHERE f.onward",
        "walks of 2": f"{first} JOIN last l ON l.y = f.x WHERE f.onward",
        "walks of 3": f"{first} {middle} JOIN last l ON l.y = m.object WHERE f.onward",
    }
    if question.conditions.max_length > 3:
        counted["front"] = "SELECT count(*) FROM front"
        counted["meeting"] = (
            "SELECT sum(f.n * b.n)::BIGINT FROM"
            " (SELECT y, count(DISTINCT source) AS n FROM front GROUP BY y) f"
            " JOIN (SELECT y, count(DISTINCT target) AS n FROM back GROUP BY y) b USING (y)"
        )
    return counted


def degrees_of(base: Any) -> tuple[Degrees, list[Any]]:
    """The degrees of the graph that a plan was made for, and which entities its lists hold."""
    from benchmarks.estimate import Degrees

    columns = base.execute(
        "SELECT coalesce(o.n, 0)::DOUBLE AS out, coalesce(i.n, 0)::DOUBLE AS into_,"
        " (id IN (SELECT id FROM sources))::DOUBLE AS sources,"
        " (id IN (SELECT id FROM targets))::DOUBLE AS targets FROM nodes"
        " LEFT JOIN (SELECT subject AS id, count(*) AS n FROM walkable GROUP BY 1) o USING (id)"
        " LEFT JOIN (SELECT object AS id, count(*) AS n FROM walkable GROUP BY 1) i USING (id)"
    ).fetchnumpy()
    through = base.execute("SELECT avg((NOT ends)::INT) FROM walkable").fetchone()[0]
    degrees = Degrees(columns["out"] ** 0, columns["out"], columns["into_"], through)
    return degrees, [columns["sources"], columns["targets"]]


def ask_spark(graph: str, log: str, *files: str) -> dict[str, Any]:
    """Mine on Spark, and read in its log what went from task to task.

    The largest table that may go to every worker whole is set so low that on this graph only those go which
    would on one of 10⁹ edges: lists, and the bounds of pairs.
    """
    import mscgraph as mg
    from mscgraph.large.mining.spark_engine import check_java

    check_java()
    from pyspark.sql import SparkSession

    settings = {
        "spark.driver.memory": "4g",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.local.dir": log,
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.autoBroadcastJoinThreshold": "32k",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": Path(log).absolute().as_uri(),
        "spark.eventLog.compress": "false",
    }
    builder = SparkSession.builder.master("local[*]").appName("mscgraph far")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    lists = [Path(file[1:]).read_text(encoding="utf-8").split() for file in files]
    start = time.perf_counter()
    mined = mg.mine(
        graph, *lists, Path(log) / "mined.parquet", engine="spark", session=session, k=K, spill=log
    )
    took = time.perf_counter() - start
    session.stop()
    sent: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    tasks = 0.0
    for line in chain.from_iterable(
        file.open(encoding="utf-8") for file in Path(log).rglob("events_*")
    ):
        told = json.loads(line)
        if told["Event"] == "SparkListenerTaskEnd" and told.get("Task Metrics"):
            written = told["Task Metrics"]["Shuffle Write Metrics"]
            sent[told["Stage ID"]][0] += written["Shuffle Records Written"]
            sent[told["Stage ID"]][1] += written["Shuffle Bytes Written"]
            tasks += told["Task Metrics"]["Executor CPU Time"] / 1e9
    found = {"clock": took, "rows": mined.rows, "tasks": tasks}
    for name, wide in (("edges", False), ("rows", True)):
        some = [pair for pair in sent.values() if pair[0] and (pair[1] / pair[0] > NARROW) is wide]
        found |= {f"sent {name}": sum(n for n, _ in some), f"{name} bytes": sum(b for _, b in some)}
    return found
