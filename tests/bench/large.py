"""Ten million edges: building against DuckDB's reading and sorting, a question in a fresh process.

``python -m tests.bench.large [EDGES]``; writes a graph directory to a temporary folder, and
``build/bench/large.json`` beside the table it prints. All is measured in turn, so that both see the same
load.
"""

from __future__ import annotations

import compileall
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import mscgraph
from tests.bench.paths import graph

if TYPE_CHECKING:
    from mscgraph.paths.index import Columns

PART = 1_000_000
ROUNDS, BUILDS = 15, 2
RESIDENT = """
import sys
if len(sys.argv) > 1:
    print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
SORTS = """
import duckdb, sys
base = duckdb.connect()
for near in ("subject", "object"):
    base.execute(f"create table by_{near} as select * from "
                 f"read_parquet('{sys.argv[1]}/associations/*.parquet') order by {near}, cost")
"""
BUILD = "import sys; from mscgraph.paths.index.directory import refresh; print(refresh(sys.argv[1]))"
ASK = """
import sys
from mscgraph.paths.index.store import open_index
from mscgraph.paths.index.best import search_index
search_index(open_index(sys.argv[1]), {sys.argv[2]}, {sys.argv[3]}, k=10)
"""


def write_directory(columns: Columns, folder: Path) -> None:
    """The columns that an index is built from, as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(2)
    names = pa.array([columns.nodes[number] for number in range(len(columns.nodes))])
    for table in ("nodes", "associations"):
        (folder / table).mkdir(parents=True)
    kinds = np.array(["Protein", "Cell", "Disease"])[np.arange(len(names)) % 3]
    pq.write_table(pa.table({"id": names, "category": kinds}), folder / "nodes" / "part-00000.parquet")
    predicates = np.array(columns.values["predicate"])
    for part, begin in enumerate(range(0, len(columns.source), PART)):
        some = slice(begin, begin + PART)
        count = len(columns.source[some])
        rows = {
            "id": [f"MSCGA:{number:016x}" for number in range(begin, begin + count)],
            "subject": names.take(pa.array(columns.source[some])),
            "predicate": predicates[columns.facets["predicate"][some]],
            "object": names.take(pa.array(columns.target[some])),
            "sign": columns.sign[some],
            "cost": columns.cost[some].astype(np.int32),
            "ends": columns.ends[some],
            "grade": np.array(list("ABCD"))[rng.integers(0, 4, count)],
            "year": rng.integers(1990, 2026, count).astype(np.int16),
            "taxa": pa.array([["NCBITaxon:9606"]] * count),
            "systems": pa.array([[]] * count, pa.list_(pa.string())),
            "primary_knowledge_source": np.array(["infores:a", "infores:b"])[rng.integers(0, 2, count)],
        }
        target = folder / "associations" / f"part-{part:05}.parquet"
        pq.write_table(pa.table(rows), target, compression="zstd")
    manifest = {"format": "mscgraph graph directory", "version": 1, "content": str(len(columns.source))}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def run(code: str, *arguments: str) -> tuple[float, float]:
    """Seconds of a fresh interpreter, and the most mebibytes that were resident."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code + RESIDENT, *arguments], capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - start
    # what the system tells of an ended process counts its parent's memory in
    return seconds, int(done.stdout.split()[-2]) / 1024 if "VmHWM" in done.stdout else 0.0


def main() -> None:
    """Measure, print, write the figures."""
    edges = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    compileall.compile_dir(Path(mscgraph.__file__).parent, quiet=1)  # as any installed package is
    report: dict[str, object] = {"edges": edges}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "graph"
        write_directory(graph(edges), folder)
        sorting, building, memory = [], [], []
        for _ in range(BUILDS):
            sorting.append(run(SORTS, str(folder))[0])
            shutil.rmtree(folder / "index", ignore_errors=True)
            seconds, most = run(BUILD, str(folder))
            building.append(seconds)
            memory.append(most)
        ratio = statistics.median(building) / statistics.median(sorting)
        print(f"building: {statistics.median(building):.1f} s, {max(memory):.0f} MiB")
        print(f"DuckDB reads and sorts twice: {statistics.median(sorting):.1f} s; ratio {ratio:.2f}")
        rng = random.Random(1)
        width = len(str(max(edges // 10, 10)))
        bare, numpy, asked = [], [], []
        for _ in range(ROUNDS):
            ends = [f"n{rng.randrange(max(edges // 10, 10)):0{width}}" for _ in "ab"]
            bare.append(run("pass")[0])
            numpy.append(run("import numpy")[0])
            asked.append(run(ASK, str(folder / "index"), *ends))
        base = statistics.median(bare)
        question = statistics.median(seconds for seconds, _ in asked)
        resident = max(most for _, most in asked)
        print(
            f"bare interpreter: {base * 1000:.1f} ms; with numpy {statistics.median(numpy) / base:.1f}×"
        )
        print(f"one question, fresh process: {question / base:.1f}×, {resident:.0f} MiB")
        report |= {
            "building": building,
            "building MiB": memory,
            "DuckDB reads and sorts twice": sorting,
            "building ratio": ratio,
            "question ratio": question / base,
            "numpy ratio": statistics.median(numpy) / base,
            "question MiB": resident,
        }
    out = Path("build/bench")
    out.mkdir(parents=True, exist_ok=True)
    (out / "large.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
