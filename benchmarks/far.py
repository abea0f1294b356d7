"""How far each part goes: load, index, query and mine as the graph grows, and what is reckoned beyond.

``python -m benchmarks.far [--edges 10000 100000 …] [--largest-load N] [--again]``; prints the tables of
the README's "How far it goes" and writes ``build/bench/far.json`` after every stage, so that a run that was
stopped goes on where it was. A stage is measured again when the code has changed, or with ``--again``. Each
runs in a process of its own. Linux only; nothing here is asserted by the suite.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks import counting
from benchmarks.counting import LIMIT, LISTS, SETTINGS, K, Setting
from mscgraph.errors import MissingExtra
from mscgraph.large.directory.database import connect, quoted
from mscgraph.large.mining.spark_engine import check_java

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ROOT = Path(__file__).parents[1]
OUT = ROOT / "build" / "bench" / "far.json"
COLD, WARM = 7, 30
LARGEST = {"hubs": 1_000_000, "rows": counting.LARGEST, "spark": 1_000_000}
BEYOND, WORKERS = 10**9, 10
LARGER = (
    Setting(50, 50, 3),
    Setting(300, 80, 3),
    Setting(300, 80, 4),
    Setting(300, 80, 4, cap=50),
)
# What an ended process is said to have held counts in what its parent held: a small parent starts each.
# What a child leaves running (Spark's Java) becomes its child, and is waited for.
SHIM = """
import ctypes, json, os, resource, sys, time
ctypes.CDLL(None).prctl(36, 1)
start = time.perf_counter()
done = os.waitpid(os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ), 0)[1]
seconds = time.perf_counter() - start
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    json.dump({"seconds": seconds, "processor": used.ru_utime + used.ru_stime,
               "MiB": used.ru_maxrss / 1024}, file)
sys.exit(os.waitstatus_to_exitcode(done))
"""


# -- one process ------------------------------------------------------------------------------------


def run(*command: object, spill: Path | None = None) -> dict[str, Any]:
    """Seconds, processor seconds and peak memory of a command; what it printed as JSON, if it did.

    The most that lay in ``spill`` meanwhile is looked up ten times a second.
    """
    with tempfile.TemporaryDirectory() as beside:
        told, said, wrong = (Path(beside) / name for name in ("told", "said", "wrong"))
        most = 0
        with said.open("w") as out, wrong.open("w") as err:
            started = subprocess.Popen(
                [sys.executable, "-S", "-c", SHIM, str(told), sys.executable, "-m", *map(str, command)],
                stdout=out, stderr=err, cwd=ROOT,
            )  # fmt: skip
            while started.poll() is None:
                if spill is not None:
                    most = max(most, size(spill))
                time.sleep(0.1 if spill else 0.005)
        if started.returncode:
            sys.exit(f"failed: {' '.join(map(str, command))}\n{wrong.read_text(encoding='utf-8')}")
        found = json.loads(told.read_text(encoding="utf-8"))
        last = said.read_text(encoding="utf-8").strip().rpartition("\n")[2]
    if spill is not None:
        found["spilled"] = most
    return found | ({"said": json.loads(last)} if last.startswith("{") else {})


def size(place: Path) -> int:
    """Bytes of all files below a folder; files may go while they are counted."""
    total = 0
    for folder, _, files in os.walk(place):
        for file in files:
            try:
                total += (Path(folder) / file).stat().st_size
            except FileNotFoundError:
                continue
    return total


# -- the stages -------------------------------------------------------------------------------------


class Place:
    """Where one size is measured: the graph in both forms, written when a stage first asks for it."""

    def __init__(self, folder: Path, edges: int) -> None:
        self.folder = folder
        self.edges = edges

    def graph(self) -> Path:
        """The graph directory."""
        place = self.folder / "graph"
        if not place.exists():
            run("benchmarks.far", "--alone", "write", "graph", place, self.edges)
        return place

    def indexed(self) -> Path:
        """The graph directory with its index."""
        place = self.graph()
        run("mscgraph", "--graph", place, "index")
        return place

    def kgx(self) -> tuple[Path, Path]:
        """The graph as KGX."""
        files = self.folder / "nodes.tsv", self.folder / "edges.tsv"
        if not files[1].exists():
            run("benchmarks.far", "--alone", "write", "kgx", self.folder, self.edges)
        return files

    def names(self, what: str) -> Any:
        """What is asked about, drawn in a process of its own: the pairs, the lists."""
        return run("benchmarks.far", "--alone", "names", what, self.edges)["said"]["names"]

    def lists(self, what: str) -> list[str]:
        """Sources and targets as ``mscgraph mine`` takes them from files."""
        files = []
        for name, ids in zip(("sources", "targets"), self.names(what), strict=True):
            (self.folder / name).write_text("\n".join(ids), encoding="utf-8")
            files.append(f"@{self.folder / name}")
        return files


def load(place: Place) -> dict[str, Any]:
    """``mscgraph import kgx``."""
    nodes, edges = place.kgx()
    given = nodes.stat().st_size + edges.stat().st_size
    target = place.folder / "loaded"
    found = run("mscgraph", "import", "kgx", nodes, edges, "-o", target)
    found |= {"bytes": size(target), "given": given}
    shutil.rmtree(target)
    return found


def duckdb(place: Place) -> dict[str, Any]:
    """What DuckDB alone takes to read and sort the files that ``load`` imports, and to write them."""
    nodes, edges = place.kgx()
    found = run("benchmarks.far", "--alone", "sort", nodes, edges, place.folder / "sorted")
    shutil.rmtree(place.folder / "sorted")
    return found


def index(place: Place) -> dict[str, Any]:
    """``mscgraph index``."""
    target = place.graph() / "index"
    shutil.rmtree(target, ignore_errors=True)
    return run("mscgraph", "--graph", place.graph(), "index") | {"bytes": size(target)}


def query(place: Place) -> dict[str, Any]:
    """``mscgraph paths``, whole processes: medians, and the most memory of all."""
    graph = place.indexed()
    pairs = place.names("pairs")[:COLD]
    runs = [run("mscgraph", "--graph", graph, "paths", *pair) for pair in pairs]
    medians = {what: statistics.median(one[what] for one in runs) for what in ("seconds", "processor")}
    return medians | {"MiB": max(one["MiB"] for one in runs)}


def warm(place: Place) -> dict[str, Any]:
    """The same questions in one process that has asked before."""
    graph = place.indexed()
    found = run("benchmarks.far", "--alone", "warm", graph, json.dumps(place.names("pairs")))
    return found | found.pop("said")


def mine(place: Place, what: str = "lists") -> dict[str, Any]:
    """``mscgraph mine``, all pairs of two lists."""
    graph = place.graph()
    spill = place.folder / "spill"
    spill.mkdir(exist_ok=True)
    target = place.folder / "mined.parquet"
    asked = ["-o", target, "-k", K, "--memory-limit", LIMIT, "--spill", spill]
    found = run("mscgraph", "--graph", graph, "mine", *place.lists(what), *asked, spill=spill)
    return found | {"bytes": target.stat().st_size}


def hubs(place: Place) -> dict[str, Any]:
    """The worst lists: the largest hubs."""
    return mine(place, "hubs")


def rows(place: Place) -> dict[str, Any]:
    """Rows that DuckDB makes in every part of the plan, beside those that are reckoned."""
    return run("benchmarks.far", "--alone", "rows", place.graph(), place.edges)["said"]


def spark(place: Place) -> dict[str, Any]:
    """What Spark moves between tasks for the same question, by its own account."""
    log = place.folder / "log"
    log.mkdir(exist_ok=True)
    found = run("benchmarks.far", "--alone", "spark", place.graph(), log, *place.lists("lists"))
    return found | found.pop("said")


STAGES: dict[str, Callable[[Place], dict[str, Any]]] = {
    stage.__name__: stage for stage in (load, duckdb, index, query, warm, mine, hubs, rows, spark)
}


# -- what runs in a process of its own --------------------------------------------------------------


def draw_names(what: str, edges: str) -> dict[str, Any]:
    """The pairs or lists that are asked about."""
    from benchmarks.mine import lists
    from benchmarks.paths import graph, pairs

    if what == "pairs":
        return {"names": pairs(graph(int(edges)), "by degree", WARM + COLD)}
    return {"names": lists(int(edges), LISTS, hubs=what == "hubs")}


def write(form: str, folder: str, edges: str) -> dict[str, Any]:
    """Write the graph."""
    from benchmarks.generated import write_directory, write_kgx

    {"graph": write_directory, "kgx": write_kgx}[form](Path(folder), int(edges))
    return {}


def ask_warm(graph: str, asked: str) -> dict[str, float]:
    """Median and 95th percentile of questions in one process, in milliseconds."""
    import mscgraph as mg
    from benchmarks.paths import figures, timed

    pairs = json.loads(asked)
    kg = mg.open_graph(graph)
    timed(lambda a, b: mg.find_paths(kg, a, b), pairs[:COLD])  # the first touch files and tables
    begun = time.process_time()
    times, _ = timed(lambda a, b: mg.find_paths(kg, a, b), pairs[COLD:])
    spent = (time.process_time() - begun) / len(times)
    return {
        "ms": figures(times)["median"],
        "p95 ms": figures(times)["p95"],
        "processor ms": spent * 1000,
    }


def sort(nodes: str, edges: str, folder: str) -> dict[str, Any]:
    """Read both files, sort nodes by id and edges by what they say, and write them as Parquet."""
    place = Path(folder)
    place.mkdir()
    orders = {"nodes": (nodes, "id"), "edges": (edges, "subject, predicate, object")}
    with connect(spill=place / "spill") as base:
        for name, (file, order) in orders.items():
            base.execute(
                f"COPY (FROM read_csv({quoted(file)}, delim = '\t', header = true, all_varchar = true) "
                f"ORDER BY {order}) TO {quoted(place / name)} (FORMAT parquet, COMPRESSION zstd)"
            )
    return {}


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "write": write,
    "sort": sort,
    "names": draw_names,
    "warm": ask_warm,
    "rows": counting.count_settings,
    "spark": counting.ask_spark,
}


# -- keeping and printing ---------------------------------------------------------------------------


def code() -> str:
    """What names the program and the generator: with another of either, nothing that was kept counts."""
    digest = sha256()
    parts = [*sorted((ROOT / "mscgraph").rglob("*.py")), *sorted((ROOT / "ontology").rglob("*.t*"))]
    for part in [*parts, *(ROOT / "benchmarks" / f"{name}.py" for name in ("generated", "paths"))]:
        digest.update(part.read_bytes())
    return digest.hexdigest()[:16]


def keep(report: dict[str, Any]) -> None:
    """Write what is known so far, whole."""
    OUT.parent.mkdir(parents=True, exist_ok=True)
    beside = OUT.with_suffix(".part")
    beside.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    beside.replace(OUT)


def measure(edges: int, stages: Iterable[str], found: dict[str, Any], done: Callable[[], None]) -> None:
    """Measure the stages of one size that ``found`` lacks."""
    folder = OUT.parent / f"far-{edges}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        for name in stages:
            if name not in found:
                found[name] = STAGES[name](Place(folder, edges))
                done()
                told = {key: value for key, value in found[name].items() if key != "settings"}
                print(f"{edges:>12,} {name:6} {json.dumps(told)}", file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def slope(points: Sequence[tuple[float, float]]) -> str:
    """The exponent: a straight line through all logarithms, and through the last two."""
    logs = [(math.log(x), math.log(y)) for x, y in points if y]
    if len(logs) < 2:
        return "–"
    line = statistics.linear_regression(*zip(*logs, strict=True)).slope
    last = statistics.linear_regression(*zip(*logs[-2:], strict=True)).slope
    return f"{line:.1f} ({last:.1f})"


def seconds(value: float) -> str:
    """A time as it is read: 12 ms, 1.2 s, 12 s, 12 min."""
    if value < 0.1:
        return f"{value * 1000:.0f} ms"
    if value < 600:
        return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"
    return f"{value / 60:.0f} min"


def amount(value: float) -> str:
    """Bytes as they are read."""
    thousands = min(max(int(math.log10(max(value, 1)) // 3), 1), 4)
    value /= 1000**thousands
    return f"{value:.{0 if value >= 10 else 1}f} {('kB', 'MB', 'GB', 'TB')[thousands - 1]}"


def power(value: float) -> str:
    """A number by its power of ten: 4·10¹¹."""
    digit, exponent = f"{value:.0e}".split("e+")
    return f"{digit}·10" + "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(figure)] for figure in str(int(exponent)))


def memory(value: float) -> str:
    """Mebibytes as they are read."""
    return f"{value:.0f} MiB" if value < 1000 else f"{value / 1024:.1f} GiB"


LINES = (
    ("load", "load: `import kgx`"),
    ("duckdb", "DuckDB reads, sorts, writes the same"),
    ("index", "index"),
    ("query", "query, a fresh process"),
    ("warm", "query, warm: median (p95)"),
    ("mine", "mine 50 × 50, ≤ 3 steps"),
    ("hubs", "the same of the largest hubs"),
)


def table(report: dict[str, Any]) -> str:
    """Stages by sizes, with slopes, in Markdown."""
    sizes = sorted(map(int, report["sizes"]))
    lines = ["| edges | " + " | ".join(f"{n:,}" for n in sizes) + " | time | memory | disk |"]
    lines.append("|---|" + "---|" * (len(sizes) + 3))
    for stage, title in LINES:
        cells, points = [], {"processor": [], "MiB": [], "disk": []}
        for edges in sizes:
            found = report["sizes"][str(edges)].get(stage)
            if not found:
                cells.append("")
                continue
            disk = found.get("spilled") if stage in {"mine", "hubs"} else found.get("bytes")
            points["MiB"].append((edges, found["MiB"]))
            points["disk"].append((edges, disk or 0))
            points["processor"].append((edges, found.get("processor ms", 1000 * found["processor"])))
            took = seconds(found["seconds"])
            if stage == "warm":
                took = f"{found['ms']:.0f} ms ({found['p95 ms']:.0f})"
            cells.append(", ".join([took, memory(found["MiB"])] + ([amount(disk)] if disk else [])))
            if stage == "load" and (alone := report["sizes"][str(edges)].get("duckdb")):
                cells[-1] += (
                    f", {found['processor'] / alone['processor']:.1f} × DuckDB's processor time"
                )
        slopes = [slope(points[what]) for what in points]
        lines.append(f"| {title} | " + " | ".join([*cells, *slopes]) + " |")
    return "\n".join(lines)


def compared(report: dict[str, Any]) -> str:
    """Rows made and rows reckoned, in Markdown; ratios are reckoned to made."""
    lines = ["| edges | question | part | made | reckoned | from moments of the graph alone |"]
    lines.append("|---|---|---|---|---|---|")
    for edges in sorted(map(int, report["sizes"])):
        found = report["sizes"][str(edges)]
        for one in found.get("rows", {}).get("settings", []):
            asked = Setting(**one["setting"])
            for part, reckoned in one["of the lists"].items():
                if made := one["made"].get(part):
                    drawn = one["drawn"].get(part)
                    most = (
                        "≤ " if asked.cap and part != "near" else ""
                    )  # a cap bounds, and foretells nothing
                    ratios = [
                        f"{most}{value / made:.2f}×" if value else "" for value in (reckoned, drawn)
                    ]
                    lines.append(f"| {edges:,} | {asked} | {part} | {made:,} | {' | '.join(ratios)} |")
            sent = found.get("spark")
            if sent and asked == SETTINGS[0]:
                made = sent["sent edges"] + sent["sent rows"]
                ratio = (one["of the lists"]["sent edges"] + one["of the lists"]["sent rows"]) / made
                lines.append(f"| {edges:,} | {asked} | sent by Spark | {made:,} | {ratio:.2f}× | |")
    return "\n".join(lines)


def looked_at(rows: dict[str, float]) -> float:
    """The rows that the joins of the plan make, kept or not."""
    return rows["front"] + rows["walks of 3"] + rows.get("back", 0) + rows.get("meeting", 0)


def scanned(edges: float, steps: int) -> float:
    """How many edges the plan reads: for every level on either side, and once for ``near``."""
    return edges * (2 * steps - 1)


class Costs(NamedTuple):
    """What a row costs, from the measured runs: Spark's processor seconds and bytes, DuckDB's seconds."""

    spark: float
    edge_bytes: float
    row_bytes: float
    duckdb_edge: float
    duckdb_row: float


def costs(report: dict[str, Any]) -> Costs | None:
    """What a row costs, if enough was measured.

    On Spark every row, sent or joined, costs the same: the difference between the two largest graphs, so
    that starting up is not counted. On DuckDB edges read and rows joined are told apart, with what is
    constant, by least squares of relative errors.
    """
    import numpy as np

    sparks, ducks = [], []
    for edges in sorted(map(int, report["sizes"])):
        found = report["sizes"][str(edges)]
        settings = found.get("rows", {}).get("settings", [])
        counted = {Setting(**one["setting"]): one["made"] for one in settings}
        plain = counted.get(SETTINGS[0])
        if plain and "spark" in found:
            sparks.append(found["spark"] | {"looked at": looked_at(plain)})
        for stage, setting in (("mine", SETTINGS[0]), ("hubs", SETTINGS[1])):
            if stage in found and setting in counted:
                joined = looked_at(counted[setting])
                ducks.append((found[stage]["processor"], 1, scanned(edges, 3), joined))
    if len(sparks) < 2 or len(ducks) < 4:
        return None
    small, large = (
        (one["tasks"], one["sent edges"] + one["sent rows"] + one["looked at"]) for one in sparks[-2:]
    )
    points = np.array(ducks, float)
    shares = points[:, 1:] / points[:, :1]
    _, edge, row = np.linalg.lstsq(shares, np.ones(len(points)), rcond=None)[0]
    return Costs(
        spark=(large[0] - small[0]) / (large[1] - small[1]),
        edge_bytes=sum(one["edges bytes"] for one in sparks) / sum(one["sent edges"] for one in sparks),
        row_bytes=sum(one["rows bytes"] for one in sparks) / sum(one["sent rows"] for one in sparks),
        duckdb_edge=max(edge, 0.0),
        duckdb_row=max(row, 0.0),
    )


def laid_out(texts: int, numbers: int) -> int:
    """Bytes of a row in a Spark task's memory: eight a field, and texts of 17 to 24 bytes beside."""
    return 8 + 8 * (texts + numbers) + 24 * texts


def beyond(cost: Costs) -> str:
    """The estimate for a graph of 10⁹ edges, in Markdown."""
    from benchmarks.estimate import generated_degrees, reckoned_rows

    degrees = generated_degrees(BEYOND)
    heads = ("question", "rows joined", "sent", "a worker's share of the largest table")
    heads += ("Spark, core-hours", "DuckDB, core-hours")
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for one in LARGER:
        lists = degrees.drawn(one.sources, degrees.out), degrees.drawn(one.targets, degrees.into)
        rows = reckoned_rows(degrees, *lists, one.steps, cap=one.cap)
        joined = looked_at(rows)
        sent = rows["sent edges"] * cost.edge_bytes + rows["sent rows"] * cost.row_bytes
        # edges go by their ends; a half of a path has three entities, two ids and six numbers
        largest = max(BEYOND * laid_out(2, 0), max(rows["front"], rows.get("back", 0)) * laid_out(5, 6))
        on_spark = cost.spark * (rows["sent edges"] + rows["sent rows"] + joined)
        on_duckdb = cost.duckdb_edge * scanned(BEYOND, one.steps) + cost.duckdb_row * joined
        cells = [
            str(one),
            "≤ " * bool(one.cap) + power(joined),
            amount(sent),
            amount(largest / WORKERS),
        ]
        cells += [f"{spent / 3600:.1f}" for spent in (on_spark, on_duckdb)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def has_java() -> bool:
    """Whether Spark can be started; if not, why is told."""
    try:
        check_java()
    except MissingExtra as error:
        print(f"spark is left out: {error}", file=sys.stderr)
        return False
    return True


def main() -> None:
    """Measure what is not known yet, print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--alone", nargs="+", help=argparse.SUPPRESS)
    parser.add_argument("--edges", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--largest-load", type=int, default=10_000_000, help="edges to import at most")
    parser.add_argument("--again", action="store_true", help="measure also what is known")
    given = parser.parse_args()
    if given.alone:
        task, *more = given.alone
        print(json.dumps(TASKS[task](*more)))
        return
    report: dict[str, Any] = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {}
    if report.get("code") != code():
        report = {
            "code": code(),
            "machine": platform.machine(),
            "processors": os.cpu_count(),
            "sizes": {},
        }
    largest = LARGEST | {"load": given.largest_load}
    for edges in given.edges:
        found = report["sizes"].setdefault(str(edges), {})
        wanted = [name for name in given.stages if edges <= largest.get(name, edges)]
        for name in set(given.stages) - set(wanted):
            print(f"{edges:>12,} {name:6} left out: more than {largest[name]:,} edges", file=sys.stderr)
        if "spark" in wanted and not has_java():
            wanted.remove("spark")
        for name in wanted if given.again else ():
            found.pop(name, None)
        measure(edges, wanted, found, lambda: keep(report))
    print(table(report), compared(report), sep="\n\n")
    cost = costs(report)
    if cost is None:
        print("\nNo estimate: rows and spark of two sizes, mine and hubs are needed.")
        return
    per = ", ".join(f"{name} {value:.2g}" for name, value in cost._asdict().items())
    print(f"\nAn estimate for {power(BEYOND)} edges and {WORKERS} workers, reckoned from {per}:\n")
    print(beyond(cost))


if __name__ == "__main__":
    main()
