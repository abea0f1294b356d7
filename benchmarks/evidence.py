"""Evidence by id: what each store costs, and that answers are the same with ours and from Parquet.

``python -m benchmarks.evidence [--edges N …] [--questions N] [--folder DIR]``; prints two tables and writes
``build/bench/evidence.json``. All stores are asked in turn, so that they see the same load; the
milliseconds of the processor say what a question costs on a machine that does something else too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow.parquet as pq

import mscgraph as mg
from benchmarks.generated import write_directory
from benchmarks.paths import figures, graph, pairs
from mscgraph.large.directory.database import parquet
from mscgraph.large.index.index_builder import open_or_build

if TYPE_CHECKING:
    from collections.abc import Callable

    Fetch = Callable[[list[str]], list[Any]]

STEPS, ROUNDS = 40, 60  # associations of an answer, and how often such many are fetched
COLUMNS = "id, subject, predicate, object, aspect, sources"
JSON = f"SELECT id, to_json(t)::VARCHAR FROM (SELECT {COLUMNS} FROM {{}}) t"


def size(place: Path) -> float:
    """Mebibytes."""
    files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files) / 2**20


def in_sqlite(folder: Path, beside: Path) -> tuple[Fetch, Path]:
    """A table keyed by id, filled in the order of the ids."""
    place = beside / "evidence.sqlite"
    base = sqlite3.connect(place)
    base.execute("CREATE TABLE row (id TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID")
    cursor = duckdb.connect().execute(JSON.format(parquet(folder, "associations")))
    while batch := cursor.fetchmany(50_000):
        base.executemany("INSERT INTO row VALUES (?, ?)", batch)
    base.commit()

    def fetch(ids: list[str]) -> list[Any]:
        marks = ", ".join("?" * len(ids))
        return [
            json.loads(t) for (t,) in base.execute(f"SELECT text FROM row WHERE id IN ({marks})", ids)
        ]

    return fetch, place


def in_duckdb(folder: Path, beside: Path) -> tuple[Fetch, Path]:
    """A table of DuckDB's own file with a primary key."""
    place = beside / "evidence.duckdb"
    base = duckdb.connect(str(place))
    base.execute("CREATE TABLE row (id VARCHAR PRIMARY KEY, text VARCHAR)")
    base.execute(f"INSERT INTO row {JSON.format(parquet(folder, 'associations'))}")
    base.execute("CHECKPOINT")

    def fetch(ids: list[str]) -> list[Any]:
        found = base.execute(f"SELECT text FROM row WHERE id IN ({', '.join('?' * len(ids))})", ids)
        return [json.loads(text) for (text,) in found.fetchall()]

    return fetch, place


def in_row_groups(folder: Path, beside: Path) -> tuple[Fetch, Path]:
    """Parquet again, in groups of 1,024 rows, with the row number of each id in memory."""
    place = beside / "evidence.parquet"
    rows = duckdb.connect().sql(f"SELECT {COLUMNS} FROM {parquet(folder, 'associations')}")
    table = rows.to_arrow_table()
    pq.write_table(table, place, row_group_size=1024, compression="zstd")
    numbers = {one: number for number, one in enumerate(table.column("id").to_pylist())}
    file = pq.ParquetFile(place)

    def fetch(ids: list[str]) -> list[Any]:
        places = [divmod(numbers[one], 1024) for one in ids]
        return [file.read_row_group(group).slice(row, 1).to_pylist()[0] for group, row in places]

    return fetch, place


def in_index(folder: Path, _: Path) -> tuple[Fetch, Path]:
    """Blocks of compressed rows in the path index."""
    rows = open_or_build(folder).rows["associations"]
    return (lambda ids: list(rows.fetch(ids))), folder / "index" / "associations_text.npy"


def in_parquet(folder: Path, _: Path) -> tuple[Fetch, Path]:
    """The graph directory, as answers were put together before."""
    store = mg.open_graph(folder).store

    def fetch(ids: list[str]) -> list[Any]:
        return list(store.rows("associations", f"WHERE id IN ({', '.join('?' * len(ids))})", ids))

    return fetch, folder / "associations"


STORES = (in_parquet, in_row_groups, in_sqlite, in_duckdb, in_index)


def timed(ask: Callable[[], Any], times: list[float], spent: list[float]) -> Any:
    """What is asked for; its seconds, and those of the processor."""
    begun, worked = time.perf_counter(), time.process_time()
    answer = ask()
    times.append(time.perf_counter() - begun)
    spent.append(time.process_time() - worked)
    return answer


def stores(folder: Path) -> list[dict[str, Any]]:
    """Each store: seconds to build, mebibytes, and what fetching the rows of an answer takes."""
    query = f"SELECT id FROM {parquet(folder, 'associations')} USING SAMPLE 4000 ROWS (reservoir, 1)"
    ids = [one for (one,) in duckdb.connect().execute(query).fetchall()]
    rng, made = random.Random(1), []
    with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
        for store in STORES:
            begun = time.perf_counter()
            fetch, place = store(folder, Path(beside))
            made.append((store.__name__, fetch, time.perf_counter() - begun, size(place), [], []))
        for _ in range(ROUNDS):
            asked = rng.sample(ids, STEPS)
            for _, fetch, _, _, times, spent in made:
                found = timed(partial(fetch, asked), times, spent)
                assert len(found) == STEPS
    return [
        {"store": name, "build s": seconds, "MiB": mebibytes, **figures(times),
         "processor": figures(spent)["median"]}
        for name, _, seconds, mebibytes, times, spent in made
    ]  # fmt: skip


def answers(folder: Path, edges: int, questions: int) -> dict[str, Any]:
    """The same questions from Parquet and from the index: how long each took, and which differ."""
    before, after = mg.open_graph(folder), mg.open_graph(folder)
    asked = pairs(graph(edges), "by degree", questions + 10)
    taken: dict[str, list[float]] = {
        name: [] for name in ("Parquet", "its processor", "index", "processor")
    }
    different = 0
    for number, (source, target) in enumerate(asked):
        if number == 10:  # the first touch files and tables
            for times in taken.values():
                times.clear()
        found = []
        for name, more, kg in (("Parquet", "its processor", before), ("index", "processor", after)):
            answer = timed(partial(mg.find_paths, kg, source, target), taken[name], taken[more])
            found.append(answer.to_dict())
            if kg is before:
                kg.read_rows_by({})
        different += found[0] != found[1]
    return {"questions": len(asked), "different": different} | {n: figures(t) for n, t in taken.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--folder", help="where graphs are written, and kept")
    asked = parser.parse_args()
    report = []
    with tempfile.TemporaryDirectory() as beside:
        for edges in asked.edges:
            folder = Path(asked.folder or beside) / f"g{edges}"
            if not folder.exists():
                write_directory(folder, edges)
            row = {"edges": edges, "load": os.getloadavg()[0], "stores": stores(folder)}
            row["answers"] = answers(folder, edges, asked.questions)
            report.append(row)
            print(
                f"{edges:,} edges, load {row['load']:.1f}; build s, MiB, milliseconds for {STEPS} rows"
            )
            for one in row["stores"]:
                name, *numbers = one.values()
                print(f"  {name:14}" + "".join(f"{number:10.1f}" for number in numbers))
            print("  " + json.dumps(row["answers"]))
            sys.stdout.flush()
    out = Path("build/bench")
    out.mkdir(parents=True, exist_ok=True)
    (out / "evidence.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
