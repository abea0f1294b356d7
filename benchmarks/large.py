"""Ten million edges: building against DuckDB's reading and sorting, a question in a fresh process.

``python -m benchmarks.large [EDGES]``; writes a graph directory to a temporary folder, and
``build/bench/large.json`` beside the table it prints. All is measured in turn, so that both see the same
load.
"""

from __future__ import annotations

import compileall
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import mscgraph
from benchmarks.generated import write_directory
from benchmarks.paths import graph, pairs

ROUNDS, BUILDS = 15, 2
RESIDENT = """
import sys
if len(sys.argv) > 1:
    print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
SORTS = """
import duckdb, sys
base = duckdb.connect()
columns = "id, subject, predicate, object, sign, cost, ends, grade, year, taxa, primary_knowledge_source"
for near in ("subject", "object"):
    base.execute(f"create table by_{near} as select {columns} from "
                 f"read_parquet('{sys.argv[1]}/associations/*.parquet') order by {near}, cost")
"""
BUILD = (
    "import sys; from mscgraph.large.index.index_builder import refresh; print(refresh(sys.argv[1]))"
)
ASK = """
import sys
from mscgraph.large.index.index_files import open_index
from mscgraph.large.index.k_best import search_index
search_index(open_index(sys.argv[1]), {sys.argv[2]}, {sys.argv[3]}, k=10)
"""


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
        write_directory(folder, edges)
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
        bare, numpy, asked = [], [], []
        for ends in pairs(graph(edges), "random", ROUNDS):
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
