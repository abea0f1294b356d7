"""What mining must answer: the plain search asked pair by pair, over the edges read in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow.parquet as pq

from mscgraph.paths.search import Bounds, Edge, Network, hub_penalty, search

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

SIGNS = {"increase": (1,), "decrease": (-1,), "unknown": (0,), "any": (-1, 0, 1)}
_EVERYTHING = 1 << 40


class Reference(NamedTuple):
    """The rows that mining must write, and how many edges the cap must cut."""

    rows: list[dict[str, Any]]
    cut: int


def mine_plainly(
    folder: Path, sources: Iterable[str], targets: Iterable[str], asked: dict[str, Any]
) -> Reference:
    """Mine by the plain search; sources, targets and ``avoid`` are ids."""
    edges = list(_walkable(folder, asked))
    passable = _passable(folder, asked.get("categories") or ())
    steps = asked.get("max_length", 3)
    near = list(_near(edges, set(sources), set(targets), steps, passable))
    kept = list(_capped(near, asked.get("hop_cap") or 0))
    network = Network(kept)
    inner = {e.source for e in kept} & {e.target for e in kept}
    barred = frozenset() if passable is None else inner - passable
    rows = []
    for source in sorted(set(sources)):
        for target in sorted(set(targets) - {source}):
            bounds = Bounds(
                steps, asked.get("via") or (), barred - {source, target}, budget=_EVERYTHING
            )
            signs = SIGNS[asked.get("effect", "any")]
            found = search(network, {source}, {target}, bounds, k=asked.get("k", 10), signs=signs)
            for rank, path in enumerate(found.paths, start=1):
                rows.append(_row(source, target, rank, path))
    return Reference(rows, len(near) - len(kept))


def _walkable(folder: Path, asked: dict[str, Any]) -> Iterator[Edge]:
    sign = SIGNS[asked.get("effect", "any")]
    barred = set(asked.get("avoid") or ())
    rows = pq.read_table(folder / "associations" / "part-00000.parquet").to_pylist()
    effects = [a for a in rows if a["sign"] is not None and a["cost"] is not None]
    leaving = Counter(a["subject"] for a in effects)
    entering = Counter(a["object"] for a in effects)
    damping = asked.get("damping", 0)
    for a in rows:
        wrong = (
            a["sign"] is None
            or a["cost"] is None
            or a["subject"] == a["object"]
            or (sign in ((1,), (-1,)) and a["sign"] == 0)
            or (asked.get("predicates") and a["predicate"] not in asked["predicates"])
            or (asked.get("min_grade") and a["grade"] > asked["min_grade"])
            or (asked.get("system") and asked["system"] not in a["systems"])
            or (asked.get("since") and (a["year"] or 0) < asked["since"])
            or {a["subject"], a["object"]} & barred
        )
        if not wrong:
            cost = a["cost"] + hub_penalty(leaving[a["subject"]], damping)
            cost += hub_penalty(entering[a["object"]], damping)
            yield Edge(a["subject"], a["object"], a["sign"], cost, a["id"], bool(a["ends"]))


def _passable(folder: Path, categories: Collection[str]) -> frozenset[str] | None:
    if not categories:
        return None
    nodes = pq.read_table(folder / "nodes" / "part-00000.parquet").to_pylist()
    return frozenset(node["id"] for node in nodes if node["category"] in categories)


def _near(
    edges: list[Edge], sources: set[str], targets: set[str], steps: int, passable: frozenset[str] | None
) -> Iterator[Edge]:
    """The edges on walks of at most so many steps from a source to a target."""
    onward = [edge for edge in edges if not edge.ends]
    ahead = dict.fromkeys(sources, 0)
    behind = dict.fromkeys(targets, 0)
    for level in range(1, steps):
        reached = {e.target for e in onward if ahead.get(e.source, steps) == level - 1}
        for name in reached if passable is None else reached & passable:
            ahead.setdefault(name, level)
        back = edges if level == 1 else onward
        reached = {e.source for e in back if behind.get(e.target, steps) == level - 1}
        for name in reached if passable is None else reached & passable:
            behind.setdefault(name, level)
    for edge in edges:
        left = behind.get(edge.target, steps)
        if ahead.get(edge.source, steps) + left < steps and (not edge.ends or left == 0):
            yield edge


def _capped(edges: list[Edge], cap: int) -> Iterator[Edge]:
    kept = []
    for end in ("source", "target"):
        rows: dict[str, list[Edge]] = defaultdict(list)
        for edge in edges:
            rows[getattr(edge, end)].append(edge)
        ranked = (sorted(row, key=lambda e: (e.cost, e.id)) for row in rows.values())
        kept.append({e.id for row in ranked for e in (row[:cap] if cap else row)})
    yield from (edge for edge in edges if edge.id in kept[0] and edge.id in kept[1])


def _row(source: str, target: str, rank: int, path: tuple[Edge, ...]) -> dict[str, Any]:
    sign = 1
    for edge in path:
        sign *= edge.sign
    return {
        "source": source, "target": target, "rank": rank, "steps": len(path), "sign": sign,
        "cost": sum(e.cost for e in path), "entities": [source, *(e.target for e in path)],
        "associations": [e.id for e in path],
    }  # fmt: skip
