"""Other tools, asked for the costs of the k cheapest simple paths of at most so many steps.

The three graph libraries list all simple paths of entities and sort them; among parallel edges every
choice is then a path. DuckDB joins two steps from the source with two steps to the target, over one table
sorted by source and one by target. Each works in a process of its own, which is ended when time is up; the
clock runs inside it. It is no fork of ours, which would share our pages, so that we paid for each one that
is written to.
"""

from __future__ import annotations

import heapq
import itertools
import multiprocessing
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from mscgraph.large.index import Columns

__all__ = ["PEERS", "Peer"]

Ask: TypeAlias = Callable[[int, int], list[int]]
Between: TypeAlias = dict[tuple[int, int], list[int]]


class Edges(NamedTuple):
    """What a peer is told of a graph: how many nodes, and of each edge its ends and its cost."""

    nodes: int
    source: Any
    target: Any
    cost: Any


class Peer:
    """A tool in a process of its own."""

    def __init__(
        self, make: Callable[[Edges, int, int], Ask], columns: Columns, k: int, steps: int
    ) -> None:
        context = multiprocessing.get_context("spawn")
        edges = Edges(len(columns.nodes), columns.source, columns.target, columns.cost)
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(
            target=_serve, args=(make, (edges, k, steps), theirs), daemon=True
        )
        self.process.start()
        self.ready = False

    def ask(self, source: int, target: int, limit: float) -> tuple[list[int], float] | None:
        """The costs and the seconds that it took, or None if it took longer than the limit."""
        if not self.ready:
            self.pipe.recv()
            self.ready = True
        self.pipe.send((source, target))
        return self.pipe.recv() if self.pipe.poll(limit) else None

    def end(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()


def _serve(make: Callable[..., Ask], question: tuple[object, ...], pipe: Connection) -> None:
    ask = make(*question)
    pipe.send("ready")
    while True:
        source, target = pipe.recv()
        start = time.perf_counter()
        costs = ask(source, target)
        pipe.send((costs, time.perf_counter() - start))


def _between(columns: Edges) -> Between:
    """The costs of all parallel edges."""
    between: Between = defaultdict(list)
    rows = zip(columns.source.tolist(), columns.target.tolist(), columns.cost.tolist(), strict=True)
    for source, target, cost in rows:
        if source != target:
            between[source, target].append(cost)
    return between


def _best(paths: Iterable[Iterable[int]], between: Between, k: int) -> list[int]:
    def every() -> Iterator[int]:
        for path in paths:
            yield from map(
                sum, itertools.product(*(between[step] for step in itertools.pairwise(path)))
            )

    return heapq.nsmallest(k, every())


def with_networkx(columns: Edges, k: int, steps: int) -> Ask:
    """networkx: all_simple_paths with a cutoff."""
    import networkx as nx

    between = _between(columns)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(columns.nodes))
    graph.add_edges_from(between)
    return lambda a, b: _best(nx.all_simple_paths(graph, a, b, cutoff=steps), between, k)


def with_igraph(columns: Edges, k: int, steps: int) -> Ask:
    """igraph: get_all_simple_paths with a maximal length."""
    import igraph

    between = _between(columns)
    graph = igraph.Graph(n=columns.nodes, edges=list(between), directed=True)
    return lambda a, b: _best(graph.get_all_simple_paths(a, b, maxlen=steps, mode="out"), between, k)


def with_rustworkx(columns: Edges, k: int, steps: int) -> Ask:
    """rustworkx: all_simple_paths, whose cutoff counts nodes."""
    import rustworkx as rx

    between = _between(columns)
    graph = rx.PyDiGraph(multigraph=False)
    graph.add_nodes_from(range(columns.nodes))
    graph.add_edges_from_no_data(list(between))
    return lambda a, b: _best(rx.all_simple_paths(graph, a, b, cutoff=steps + 1), between, k)


JOIN = """
with f1 as (select target as x, cost from onward where source = $a and target <> $a),
f2 as (
    select f1.x, e.target as y, f1.cost + e.cost as cost from f1 join onward e on e.source = f1.x
    where f1.x <> $b and e.target <> $a and e.target <> f1.x
),
b1 as (select source as x, cost from back where target = $b and source <> $b),
b2 as (
    select b1.x, e.source as y, b1.cost + e.cost as cost from b1 join back e on e.target = b1.x
    where b1.x <> $a and e.source <> $b and e.source <> b1.x
)
select cost from (
    select cost from f1 where x = $b
    union all select cost from f2 where y = $b
    union all select f2.cost + b1.cost from f2 join b1 on f2.y = b1.x where f2.y <> $b
    union all select f2.cost + b2.cost from f2 join b2 on f2.y = b2.y and f2.x <> b2.x
        where f2.y <> $b and b2.y <> $a
) order by cost limit $k
"""


def with_duckdb(columns: Edges, k: int, steps: int) -> Ask:
    """DuckDB: the join that one would write by hand for four steps."""
    import duckdb
    import pyarrow as pa

    if steps != 4:
        raise ValueError("the join is written for four steps")
    edges = pa.table({"source": columns.source, "target": columns.target, "cost": columns.cost})
    base = duckdb.connect()
    base.register("edges", edges)
    base.execute(
        "create table onward as select * from edges where source <> target order by source, cost"
    )
    base.execute(
        "create table back as select * from edges where source <> target order by target, cost"
    )

    def ask(source: int, target: int) -> list[int]:
        rows = base.execute(JOIN, {"a": source, "b": target, "k": k}).fetchall()
        return [cost for (cost,) in rows]

    return ask


PEERS: dict[str, Callable[[Edges, int, int], Ask]] = {
    "duckdb join": with_duckdb,
    "igraph": with_igraph,
    "networkx": with_networkx,
    "rustworkx": with_rustworkx,
}
