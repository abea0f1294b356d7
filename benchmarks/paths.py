"""The path index against its peers: the k cheapest simple paths of at most four steps, as the graph grows.

``python -m benchmarks.paths [--edges 10000 100000 …]``; prints a table and writes
``build/bench/paths.json``. Every peer is asked the same questions in the same run, each question under a
time limit, and must give the same costs. A question that a peer does not finish counts with the limit, so
that its median over all questions is one, or a lower bound where it finishes less than half. Nothing here
is asserted by the suite.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import peers
from mscgraph.large.index import (
    Columns,
    Names,
    build_index,
    open_index,
    search_index,
    write_index,
)  # fmt: skip
from mscgraph.large.index.path_counts import count_index
from mscgraph.large.index.row_reader import Damping
from mscgraph.large.index.states import StepMasks
from mscgraph.paths.search import SIGNS, Bounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from mscgraph.large.index import PathIndex

K, STEPS = 10, 4
KINDS = ("random", "by degree", "hubs")


def graph(edges: int, seed: int = 0, *, equal: bool = False) -> Columns:
    """A heavy-tailed, typed, signed multigraph with about ten edges a node.

    Ends are drawn with a Zipf-like weight (exponent 0.75) over nodes in random order, once for what an
    edge leaves and once, partly the same, for what it enters. Strengths are uniform over 0.05 … 0.99, or
    all the same.
    """
    rng = np.random.default_rng([edges, seed])
    nodes = max(edges // 10, 10)
    weight = (np.arange(nodes) + 3.0) ** -0.75
    cumulated = np.cumsum(weight / weight.sum())
    names = rng.permutation(nodes)
    source = names[np.searchsorted(cumulated, rng.random(edges)).clip(max=nodes - 1)]
    target = names[np.searchsorted(cumulated, rng.random(edges)).clip(max=nodes - 1)]
    strength = np.full(edges, 0.5) if equal else rng.uniform(0.05, 0.99, edges)
    return Columns(
        nodes=_numbered("NCBIGene:", nodes),
        source=source.astype(np.int32),
        target=target.astype(np.int32),
        sign=rng.choice(np.array([-1, 0, 1], np.int8), edges, p=[0.4, 0.1, 0.5]),
        cost=np.round(-np.log(strength) * 1e6).astype(np.int64),
        ids=_numbered("e", edges),
        ends=np.zeros(edges, bool),
        facets={"predicate": rng.integers(0, 12, edges).astype(np.int16)},
        values={"predicate": tuple(f"p{number:02}" for number in range(12))},
    )


def pairs(columns: Columns, kind: str, count: int, seed: int = 1) -> list[tuple[str, str]]:
    """Pairs of nodes to ask about: any, by degree (an edge's end), or among the hundred largest hubs."""
    rng = np.random.default_rng(seed)
    nodes = len(columns.nodes)
    degree = np.bincount(columns.source, minlength=nodes) + np.bincount(columns.target, minlength=nodes)
    hubs = np.argsort(-degree, kind="stable")[: min(100, nodes)]
    draw: dict[str, Callable[[], tuple[int, int]]] = {
        "random": lambda: (int(rng.integers(nodes)), int(rng.integers(nodes))),
        "by degree": lambda: (int(rng.choice(columns.source)), int(rng.choice(columns.target))),
        "hubs": lambda: (int(rng.choice(hubs)), int(rng.choice(hubs))),
    }
    found: list[tuple[str, str]] = []
    while len(found) < count:
        a, b = draw[kind]()
        if a != b:
            found.append((columns.nodes[a], columns.nodes[b]))
    return found


def figures(times: list[float]) -> dict[str, float]:
    """Median and 95th percentile in milliseconds."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, math.ceil(0.95 * len(ordered)) - 1)]
    return {"median": statistics.median(ordered) * 1000, "p95": p95 * 1000}


def timed(
    ask: Callable[[str, str], list[int]], asked: list[tuple[str, str]]
) -> tuple[list[float], list]:
    """The seconds that each question takes, and the costs of its paths."""
    times, answers = [], []
    for source, target in asked:
        start = time.perf_counter()
        answers.append(ask(source, target))
        times.append(time.perf_counter() - start)
    return times, answers


def ours(
    index: PathIndex, signs: tuple[int, ...] = SIGNS, **filters: object
) -> Callable[[str, str], list[int]]:
    """Our search under conditions."""
    bounds, masks = Bounds(STEPS), StepMasks(**filters)

    def ask(source: str, target: str) -> list[int]:
        found = search_index(index, {source}, {target}, bounds, masks, k=K, signs=signs)
        return [sum(edge.cost for edge in path) for path in found.paths]

    return ask


def verdict(index: PathIndex) -> Callable[[str, str], bool]:
    """Our count of all paths, within its budget: whether it was finished."""
    return lambda source, target: count_index(index, {source}, {target}, Bounds(STEPS)).complete


def measure(edges: int, count: int, limit: float, names: list[str], few: int) -> list[dict]:
    """All rows of the table for one size."""
    columns = graph(edges)
    start = time.perf_counter()
    built = build_index(columns)
    building = time.perf_counter() - start
    rows = [{"edges": edges, "pairs": "–", "who": "build", "median": building * 1000, "p95": None}]
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(write_index(built, Path(folder) / "index"))
        half = index.labels[2] < len(index.values["predicate"]) // 2
        for kind in KINDS:
            asked = pairs(columns, kind, count)
            timed(ours(index), asked[:5])  # the first questions touch the files and the tables
            times, _ = timed(ours(index), asked)
            rows.append({"edges": edges, "pairs": kind, "who": "mscgraph", **figures(times)})
            for name, conditions in {
                "mscgraph, increase": {"signs": (1,)},
                "mscgraph, half the predicates": {"walked": half},
                "mscgraph, hubs damped": {"damping": Damping.of(index, 0.4)},
            }.items():
                some, _ = timed(ours(index, **conditions), asked)
                rows.append({"edges": edges, "pairs": kind, "who": name, **figures(some)})
            counted, complete = timed(verdict(index), asked)
            share = sum(complete) / len(complete)
            who = f"mscgraph, verdict ({share:.0%} complete)"
            rows.append({"edges": edges, "pairs": kind, "who": who, **figures(counted)})
            rows.extend(
                against(name, columns, index, asked[:few], limit) | {"edges": edges, "pairs": kind}
                for name in names
            )
        rows.extend(pooled(edges, rows, name, limit) for name in names)
    equal = build_index(graph(edges, equal=True))
    rising = build_index(columns._replace(sign=np.ones(edges, np.int8)))
    worst = {"equal costs": ours(equal), "no answer": ours(rising, signs=(-1,))}
    for kind in KINDS:
        asked = pairs(columns, kind, max(count // 4, 5))
        for name, ask in worst.items():
            timed(ask, asked[:2])
            times, _ = timed(ask, asked)
            rows.append({"edges": edges, "pairs": kind, "who": f"mscgraph, {name}", **figures(times)})
    return rows


def against(
    name: str, columns: Columns, index: PathIndex, asked: list[tuple[str, str]], limit: float
) -> dict:
    """One peer, question by question in turn with us, so that both see the same load.

    A question over the limit ends the peer, which begins anew for the next; more than half of them settle
    that its median lies above.
    """
    mine: list[float] = []
    theirs: list[float] = []
    wrong = 0
    peer = peers.Peer(peers.PEERS[name], columns, K, STEPS)
    for source, target in asked:
        [seconds], [answer] = timed(ours(index), [(source, target)])
        mine.append(seconds)
        said = peer.ask(columns.nodes.find(source), columns.nodes.find(target), limit)
        if said is None:
            theirs.append(math.inf)
            peer.end()
            if 2 * theirs.count(math.inf) > len(asked):
                break
            peer = peers.Peer(peers.PEERS[name], columns, K, STEPS)
        else:
            theirs.append(said[1])
            wrong += said[0] != answer
    peer.end()
    return compared(name, {"ours": mine, "theirs": theirs}, limit) | {"different": wrong}


def compared(name: str, times: dict[str, list[float]], limit: float) -> dict:
    """Medians and their ratios; ``over`` where the peer's is only known to be above the limit."""
    finished = len(times["theirs"]) - times["theirs"].count(math.inf)
    median = statistics.median(times["theirs"])
    over = math.isinf(median)
    shown = [min(seconds, limit) for seconds in times["theirs"]]
    least = limit if over else median
    return {
        "who": name,
        **figures(shown),
        "finished": finished,
        "asked": len(times["theirs"]),
        "over": over,
        "ratio": least / statistics.median(times["ours"]),
        "seconds": {who: [min(s, limit) for s in taken] for who, taken in times.items()},
        "unfinished": len(shown) - finished,
    }


def pooled(edges: int, rows: list[dict], name: str, limit: float) -> dict:
    """One peer over all kinds of pairs of one size."""
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for row in rows:
        if (row["edges"], row["who"]) == (edges, name):
            for who, seconds in row["seconds"].items():
                times[who] += [math.inf if who == "theirs" and s >= limit else s for s in seconds]
    return compared(name, times, limit) | {"edges": edges, "pairs": "all"}


def exponents(rows: list[dict]) -> dict[str, float]:
    """How latency grows with edges: the slope of a straight line through the logarithms."""
    slopes = {}
    for kind in KINDS:
        for what in ("median", "p95"):
            points = [
                (math.log(row["edges"]), math.log(row[what]))
                for row in rows
                if row["pairs"] == kind and row["who"] == "mscgraph"
            ]
            if len(points) > 1:
                slopes[f"{kind}, {what}"] = float(np.polyfit(*zip(*points, strict=True), 1)[0])
    return slopes


def draw(rows: list[dict], slopes: dict[str, float], path: Path) -> None:
    """Latency against edges on logarithmic axes; ours with its exponent, peers dashed."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "mscgraph"
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(1, len(KINDS), figsize=(13, 4.2), sharey=True, layout="constrained")
    for panel, kind in zip(panels, KINDS, strict=True):
        for who in dict.fromkeys(row["who"] for row in rows if row["pairs"] == kind):
            if "," in who and "equal costs" not in who and "no answer" not in who:
                continue
            for what in ("median", "p95") if who == "mscgraph" else ("median",):
                points = [
                    (row["edges"], row[what])
                    for row in rows
                    if (row["pairs"], row["who"]) == (kind, who) and row[what]
                ]
                slope = slopes.get(f"{kind}, {what}") if who == "mscgraph" else None
                label = f"{who}, {what}" + (f" ∝ edges^{slope:.2f}" if slope is not None else "")
                style = "o-" if who == "mscgraph" else ("^:" if who.startswith("mscgraph") else "s--")
                if points:
                    panel.loglog(*zip(*points, strict=True), style, label=label, markersize=4)
        panel.set_title(f"{kind} pairs")
        panel.set_xlabel("edges")
        panel.grid(visible=True, which="major", alpha=0.3)
        panel.legend(fontsize=6)
    panels[0].set_ylabel("milliseconds a question (10 best of at most 4 steps)")
    figure.savefig(path, metadata={"Date": None})


def _numbered(head: str, count: int) -> Names:
    """Names of one length, so that packing them needs no loop."""
    width = len(str(count))
    digits = np.arange(count)[:, None] // 10 ** np.arange(width - 1, -1, -1) % 10
    heads = np.tile(np.frombuffer(head.encode(), np.uint8), (count, 1))
    text = np.concatenate([heads, digits + ord("0")], axis=1).astype(np.uint8)
    return Names(text.ravel(), np.arange(count + 1, dtype=np.int64) * text.shape[1])


def main() -> None:
    """Measure, print the table, write the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--edges", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--limit", type=float, default=2.0, help="seconds for a peer and question")
    parser.add_argument("--peer-pairs", type=int, default=21, help="questions of each kind for a peer")
    parser.add_argument("--peers", nargs="*", default=sorted(peers.PEERS))
    parser.add_argument(
        "--peers-up-to", type=int, default=1_000_000, help="edges; DuckDB has no such end"
    )
    asked = parser.parse_args()
    rows: list[dict] = []
    for edges in asked.edges:
        held = edges <= asked.peers_up_to
        names = [name for name in asked.peers if held or name == "duckdb join"]
        few = asked.peer_pairs if edges < asked.peers_up_to else asked.peer_pairs // 2
        for row in measure(edges, asked.pairs, asked.limit, names, few):
            rows.append(row)
            median = f"{'over' if row.get('over') else ''}{row['median']:10.2f} ms"
            p95 = "" if row["p95"] is None else f"{row['p95']:10.2f} ms"
            ratio = ""
            if "ratio" in row:
                least = "≥" if row["over"] else " "
                ratio = f"{least}{row['ratio']:8.1f}× ({row['finished']} of {row['asked']} finished)"
            odd = f"  {row['different']} DIFFERENT" if row.get("different") else ""
            place = f"{row['edges']:>10,}  {row['pairs']:10} {row['who']:30}"
            print(f"{place} {median:>14} {p95:>14} {ratio}{odd}", flush=True)
    slopes = exponents(rows)
    for name, slope in slopes.items():
        print(f"latency grows with edges to the power of {slope:.2f}  ({name})")
    out = Path("build/bench")
    out.mkdir(parents=True, exist_ok=True)
    report = {"machine": platform.machine(), "k": K, "steps": STEPS, "rows": rows, "exponents": slopes}
    draw(rows, slopes, out / "paths.svg")
    (out / "paths.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
