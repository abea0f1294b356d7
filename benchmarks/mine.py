"""Mining as the graph grows: time and peak memory of every engine, and whether their rows are the same.

``python -m benchmarks.mine [--edges 10000 100000 …] [--engines duckdb spark] [--lists 50]``; prints
a table and writes ``build/bench/mine.json``. Every engine runs in a process of its own, which tells the
most memory that it ever held (Spark's Java is not counted). Nothing here is asserted by the suite.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks.generated import write_directory
from benchmarks.paths import graph


def lists(edges: int, length: int, seed: int = 5, *, hubs: bool = False) -> tuple[list[str], list[str]]:
    """Sources and targets: ends of edges drawn at random, so by degree; or the largest hubs."""
    columns = graph(edges)
    rng = np.random.default_rng(seed)
    picked = []
    for ends in (columns.source, columns.target):
        drawn = rng.choice(ends, 20 * length)
        if hubs:
            drawn = np.argsort(-np.bincount(ends), kind="stable")
        picked.append([columns.nodes[int(n)] for n in dict.fromkeys(drawn.tolist())][:length])
    return picked[0], picked[1]


def alone(task: str) -> None:
    """Run one engine in this process, and print what it took."""
    import mscgraph as mg

    asked = json.loads(task)
    start = time.perf_counter()
    mined = mg.mine(asked.pop("graph"), asked.pop("sources"), asked.pop("targets"), **asked)
    took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "MiB": peak, "rows": mined.rows, "pairs": mined.pairs}))


def measured(limit: float, **asked: object) -> dict:
    """One run of one engine in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.mine", "--alone", json.dumps(asked)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return {"seconds": None}
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure, print the table, write the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--alone")
    parser.add_argument("--edges", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--engines", nargs="+", default=["duckdb", "spark"])
    parser.add_argument("--steps", type=int, nargs="+", default=[2, 3])
    parser.add_argument("--lists", type=int, default=20)
    parser.add_argument("--hubs", action="store_true", help="the largest hubs, the worst case")
    parser.add_argument("--limit", type=float, default=180.0, help="seconds for one run")
    parser.add_argument("--memory-limit", default="2GiB")
    given = parser.parse_args()
    if given.alone:
        return alone(given.alone)
    rows = []
    for edges in given.edges:
        with tempfile.TemporaryDirectory() as beside:
            place = write_directory(Path(beside) / "graph", edges)
            sources, targets = lists(edges, given.lists, hubs=given.hubs)
            for steps in given.steps:
                answers = {}
                for engine in given.engines:
                    out = Path(beside) / f"{engine}.parquet"
                    row = measured(
                        given.limit, graph=str(place), sources=sources, targets=targets,
                        output=str(out), engine=engine, max_length=steps,
                        memory_limit=given.memory_limit, spill=beside,
                    )  # fmt: skip
                    rows.append({"edges": edges, "engine": engine, "steps": steps, **row})
                    if out.exists():
                        answers[engine] = pq.read_table(out)
                    print(json.dumps(rows[-1]), flush=True)
                same = all(a.equals(b) for a in answers.values() for b in answers.values())
                print(f"{edges:,} edges, {steps} steps: {'identical' if same else 'DIFFERENT'} rows")
    out = Path("build/bench")
    out.mkdir(parents=True, exist_ok=True)
    (out / "mine.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return None


if __name__ == "__main__":
    main()
