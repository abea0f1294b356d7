"""Exact k-best search for signed, entity-simple paths: plain Python, small graphs, the reference.

A path's cost is the sum of its edges' costs (integers, so ties are exact), its sign the product of their
signs, where unknown absorbs. No entity occurs twice in a path, whatever the sign: searching a graph whose
nodes are doubled by sign would return A→B→C→B→T as a path though it visits B twice.

Method: best-first search (A*, Hart, Nilsson and Raphael 1968) guided by the exact cheapest remaining walk
with the sign still needed and the steps still left, computed backwards over (entity, sign, steps left).
A walk may repeat entities, so the guide never overestimates a simple path and the order is exact.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

__all__ = ["Edge", "Found", "Network", "count_paths", "search"]

_INFINITE = 1 << 62
_SIGNS = (-1, 0, 1)


class Edge(NamedTuple):
    """A walkable edge. ``ends`` marks one that may only be the last step of a path (a read-out)."""

    source: str
    target: str
    sign: int
    cost: int
    id: str
    ends: bool = False


class Network:
    """Edges by source. Self-loops are left out: no simple path uses one."""

    __slots__ = ("leaving",)

    def __init__(self, edges: Iterable[Edge]) -> None:
        leaving: dict[str, list[Edge]] = defaultdict(list)
        for edge in edges:
            if edge.source != edge.target:
                leaving[edge.source].append(edge)
        for row in leaving.values():
            row.sort(key=lambda edge: (edge.cost, edge.id))
        self.leaving: Mapping[str, list[Edge]] = dict(leaving)


@dataclass(frozen=True, slots=True)
class Found:
    """Edge sequences in order of (cost, steps, ids), and whether the search was finished."""

    paths: tuple[tuple[Edge, ...], ...]
    complete: bool


# remaining[steps left][entity] = cheapest walk of 1 … steps left to a target, by sign
_Remaining = list[dict[str, dict[int, int]]]


def _remaining(network: Network, targets: Collection[str], steps: int) -> _Remaining:
    table: _Remaining = [{}]
    for _ in range(steps):
        shorter, longer = table[-1], {}
        for source, row in network.leaving.items():
            best: dict[int, int] = {}
            for edge in row:
                if edge.target in targets:
                    best[edge.sign] = min(best.get(edge.sign, _INFINITE), edge.cost)
                if not edge.ends:
                    for sign, cost in shorter.get(edge.target, {}).items():
                        net = sign * edge.sign
                        best[net] = min(best.get(net, _INFINITE), cost + edge.cost)
            if best:
                longer[source] = best
        table.append(longer)
    return table


def _guide(remaining: Mapping[int, int], so_far: int, wanted: Collection[int]) -> int:
    return min(
        (cost for sign, cost in remaining.items() if so_far * sign in wanted), default=_INFINITE
    )


def search(  # noqa: PLR0913 - each keyword is one condition of the question
    network: Network,
    sources: Collection[str],
    targets: Collection[str],
    *,
    k: int = 10,
    max_length: int = 4,
    signs: Collection[int] = _SIGNS,
    via: Collection[str] = (),
    avoid: Collection[str] = (),
    budget: int = 1_000_000,
) -> Found:
    """Return the k cheapest simple paths from any source to any target.

    Parameters
    ----------
    network
        The edges that may be walked.
    sources, targets
        Ids; a path starts at any source and ends at any target, and has at least one step.
    k, max_length
        How many paths, of at most how many steps.
    signs
        The net signs that are wanted, of −1, 0 (unknown) and +1.
    via, avoid
        Ids that must all lie on the path (ends included), and that must not.
    budget
        How many partial paths may be expanded before the search stops as incomplete.

    Notes
    -----
    Time O(steps · edges) for the guide, then proportional to the partial paths that are no dearer than
    the k-th answer.
    """
    wanted, must, barred = frozenset(signs), frozenset(via), frozenset(avoid)
    remaining = _remaining(network, targets, max_length)
    # Entries: (lower bound, steps if finished, ids, finished, sign, path). Finished paths of equal cost
    # come out in the order (steps, ids) because all of them are popped before the bound rises.
    heap: list[tuple[int, tuple[str, ...], bool, int, int, tuple[Edge, ...], str]] = []
    for source in sorted(set(sources) - barred):
        bound = _guide(remaining[max_length].get(source, {}), 1, wanted)
        if bound < _INFINITE:
            heapq.heappush(heap, (bound, (), False, 1, 0, (), source))
    found: list[tuple[int, int, tuple[str, ...], tuple[Edge, ...]]] = []
    expanded = 0
    complete = True
    while heap:
        bound, ids, finished, sign, cost, path, at = heapq.heappop(heap)
        if len(found) >= k and bound > _kth(found, k):
            break
        if finished:
            found.append((cost, len(path), ids, path))
            continue
        if expanded >= budget:
            complete = False
            break
        expanded += 1
        left = max_length - len(path) - 1
        visited = {edge.source for edge in path} | {at}
        for edge in network.leaving.get(at, ()):
            if edge.target in visited or edge.target in barred:
                continue
            reached, net = cost + edge.cost, sign * edge.sign
            longer, names = (*path, edge), (*ids, edge.id)
            if edge.target in targets and net in wanted and must <= visited | {edge.target}:
                heapq.heappush(heap, (reached, names, True, net, reached, longer, edge.target))
            if not edge.ends and left:
                ahead = _guide(remaining[left].get(edge.target, {}), net, wanted)
                if ahead < _INFINITE:
                    entry = (reached + ahead, names, False, net, reached, longer, edge.target)
                    heapq.heappush(heap, entry)
    found.sort(key=lambda item: item[:3])
    return Found(tuple(item[3] for item in found[:k]), complete)


def _kth(found: list[tuple[int, int, tuple[str, ...], tuple[Edge, ...]]], k: int) -> int:
    return found[k - 1][0]  # finished paths are popped in order of cost


def count_paths(  # noqa: PLR0913 - the conditions of search()
    network: Network,
    sources: Collection[str],
    targets: Collection[str],
    *,
    max_length: int = 4,
    via: Collection[str] = (),
    avoid: Collection[str] = (),
    budget: int = 1_000_000,
) -> tuple[dict[int, int], bool]:
    """Count all simple paths by net sign; the flag tells whether the count was finished.

    ``budget`` bounds the edges followed; only edges from which a target is still in reach are.
    """
    counts = dict.fromkeys(_SIGNS, 0)
    must, barred = frozenset(via), frozenset(avoid)
    reach = [frozenset(row) for row in _remaining(network, targets, max_length)]
    followed = 0
    for source in sorted(set(sources) - barred):
        stack: list[tuple[str, int, frozenset[str]]] = [(source, 1, frozenset((source,)))]
        while stack:
            at, sign, visited = stack.pop()
            left = max_length - len(visited)
            for edge in network.leaving.get(at, ()):
                if edge.target in visited or edge.target in barred:
                    continue
                followed += 1
                if followed > budget:
                    return counts, False
                net = sign * edge.sign
                seen = visited | {edge.target}
                if edge.target in targets and must <= seen:
                    counts[net] += 1
                if not edge.ends and left and edge.target in reach[left]:
                    stack.append((edge.target, net, seen))
    return counts, True
