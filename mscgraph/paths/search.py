"""Exact k-best search for signed, entity-simple paths: plain Python, small graphs, the reference.

A path's cost is the sum of its edges' costs (integers, so ties are exact), its sign the product of their
signs, where unknown absorbs. No entity occurs twice in a path, whatever the sign: searching a graph whose
nodes are doubled by sign would return A→B→C→B→T as a path though it visits B twice.

Method: best-first search (A*, Hart, Nilsson and Raphael 1968) guided by the exact cheapest remaining walk
with the sign still needed and the steps still left, computed backwards over (entity, sign, steps left).
A walk may repeat entities, so the guide never overestimates a simple path and the order is exact.
"""

# Annotations are evaluated, not kept as text: NamedTuple would compile the text of each.
import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from operator import attrgetter
from typing import NamedTuple

__all__ = ["Edge", "Found", "Network", "Remaining", "count_paths", "remaining_costs", "search"]

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
            row.sort(key=attrgetter("cost", "id"))
        self.leaving: Mapping[str, list[Edge]] = dict(leaving)


class Found(NamedTuple):
    """Edge sequences in order of (cost, steps, ids), and whether the search was finished."""

    paths: tuple[tuple[Edge, ...], ...]
    complete: bool


# remaining[steps left][entity] = cheapest walk of 1 … steps left to a target, by sign
Remaining = list[dict[str, dict[int, int]]]


def remaining_costs(
    network: Network, targets: Collection[str], steps: int, *, sources: Collection[str] | None = None
) -> Remaining:
    """The cheapest walks to a target by steps left, entity and sign: the guide of search and count.

    With ``sources``, the walks of all ``steps`` are told for these only: no other path is so long.
    """
    table: Remaining = [{}]
    for left in range(1, steps + 1):
        shorter, longer = table[-1], {}
        starts = network.leaving if sources is None or left < steps else sources
        for source in starts:
            best: dict[int, int] = {}
            for _, target, step, cost, _, ends in network.leaving.get(source, ()):
                if target in targets and cost < best.get(step, _INFINITE):
                    best[step] = cost
                if not ends and target in shorter:
                    for sign, ahead in shorter[target].items():
                        if cost + ahead < best.get(sign * step, _INFINITE):
                            best[sign * step] = cost + ahead
            if best:
                longer[source] = best
        table.append(longer)
    return table


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
    remaining: Remaining | None = None,
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
    remaining
        The guide, if :func:`remaining_costs` has already been asked for these targets and steps.

    Notes
    -----
    Time O(steps · edges) for the guide, then proportional to the partial paths that are no dearer than
    the k-th answer.
    """
    asked = _Question(
        network=network,
        targets=frozenset(targets),
        remaining=remaining or remaining_costs(network, targets, max_length),
        max_length=max_length,
        wanted=frozenset(signs),
        via=frozenset(via),
        avoid=frozenset(avoid),
    )
    heap = [entry for source in sorted(set(sources)) for entry in asked.start(source)]
    heapq.heapify(heap)
    found: list[_Entry] = []
    expanded = 0
    # Finished paths are popped in order of cost; those as dear as the k-th are all popped before the end,
    # so that ties are broken by (steps, ids) and not by luck.
    while heap and (len(found) < k or heap[0].bound <= found[k - 1].bound):
        entry = heapq.heappop(heap)
        if entry.finished:
            found.append(entry)
        elif expanded >= budget:
            heapq.heappush(heap, entry)
            break
        else:
            expanded += 1
            for longer in asked.lengthen(entry):
                heapq.heappush(heap, longer)
    complete = not heap or (len(found) >= k and heap[0].bound > found[k - 1].bound)
    found.sort(key=lambda entry: (entry.cost, len(entry.path), entry.ids))
    return Found(tuple(entry.path for entry in found[:k]), complete)


class _Entry(NamedTuple):
    """A path on the heap: a lower bound on what it can cost, and whether it is finished."""

    bound: int
    ids: tuple[str, ...]
    finished: bool
    at: str
    sign: int
    cost: int
    path: tuple[Edge, ...]


class _Question(NamedTuple):
    """What is asked, and the guide to it."""

    network: Network
    targets: frozenset[str]
    remaining: Remaining
    max_length: int
    wanted: frozenset[int]
    via: frozenset[str]
    avoid: frozenset[str]

    def guide(self, at: str, sign: int, left: int) -> int:
        """The cheapest walk on from here, of at most ``left`` steps, to a wanted net sign."""
        walks = self.remaining[left].get(at, {})
        return min((c for s, c in walks.items() if s * sign in self.wanted), default=_INFINITE)

    def start(self, source: str) -> Iterable[_Entry]:
        """The empty path at a source, if a target can be reached from there."""
        bound = self.guide(source, 1, self.max_length)
        if source not in self.avoid and bound < _INFINITE:
            yield _Entry(bound, (), finished=False, at=source, sign=1, cost=0, path=())

    def lengthen(self, entry: _Entry) -> Iterable[_Entry]:
        """The paths one step longer: finished where they end at a target, open where they can go on."""
        visited = {edge.source for edge in entry.path} | {entry.at}
        left = self.max_length - len(entry.path) - 1
        for edge in self.network.leaving.get(entry.at, ()):
            at = edge.target
            if at in visited or at in self.avoid:
                continue
            cost, sign = entry.cost + edge.cost, entry.sign * edge.sign
            longer = _Entry(
                cost, (*entry.ids, edge.id), finished=True, at=at, sign=sign, cost=cost,
                path=(*entry.path, edge),
            )  # fmt: skip
            if at in self.targets and sign in self.wanted and self.via <= visited | {at}:
                yield longer
            ahead = self.guide(at, sign, left) if not edge.ends else _INFINITE
            if ahead < _INFINITE:
                yield longer._replace(bound=cost + ahead, finished=False)


def count_paths(  # noqa: PLR0913 - the conditions of search()
    network: Network,
    sources: Collection[str],
    targets: Collection[str],
    *,
    max_length: int = 4,
    via: Collection[str] = (),
    avoid: Collection[str] = (),
    budget: int = 1_000_000,
    remaining: Remaining | None = None,
) -> tuple[dict[int, int], bool]:
    """Count all simple paths by net sign; the flag tells whether the count was finished.

    ``budget`` bounds the edges followed: those that reach a target or from which one is still in reach.
    """
    counts = dict.fromkeys(_SIGNS, 0)
    must, barred = frozenset(via), frozenset(avoid)
    if must & barred:
        return counts, True
    reach = remaining or remaining_costs(network, targets, max_length)
    followed = 0
    for source in sorted(set(sources) - barred):
        stack: list[tuple[str, int, frozenset[str]]] = [(source, 1, barred | {source})]
        while stack:
            at, sign, barred_or_seen = stack.pop()
            left = max_length - (len(barred_or_seen) - len(barred))
            ahead = reach[left] if left else {}
            for _, target, step, _, _, ends in network.leaving.get(at, ()):
                if target in barred_or_seen:
                    continue
                ends_here = target in targets
                goes_on = left and not ends and target in ahead
                if not (ends_here or goes_on):
                    continue
                followed += 1
                if followed > budget:
                    return counts, False
                seen = barred_or_seen | {target}
                if ends_here and must <= seen:
                    counts[sign * step] += 1
                if goes_on:
                    stack.append((target, sign * step, seen))
    return counts, True
