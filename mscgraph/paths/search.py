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
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING

from mscgraph.model import Edge
from mscgraph.named_tuples import NamedTuple
from mscgraph.paths.deadline import TimeUp

if TYPE_CHECKING:
    from mscgraph.paths.deadline import Deadline

_INFINITE = 1 << 62
SIGNS = (-1, 0, 1)
LOOK = 256


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

    def cheapest(self) -> "Network":
        """The same steps, of parallel edges of one sign only the cheapest: the best path of every route.

        A read-out is kept where it is cheaper than what may be passed through.
        """
        kept: dict[tuple[str, str, int], list[Edge]] = {}
        for leaving in self.leaving.values():
            for edge in leaving:  # by cost and id
                found = kept.setdefault((edge.source, edge.target, edge.sign), [])
                if not found or (found[-1].ends and not edge.ends):
                    found.append(edge)
        return Network(edge for edges in kept.values() for edge in edges)


class Found(NamedTuple):
    """Edge sequences in order of (cost, steps, ids), and whether the search was finished.

    ``stopped`` says what ended it before: ``"budget"``, ``"time"`` or ``"interrupt"`` (Ctrl-C).
    """

    paths: tuple[tuple[Edge, ...], ...]
    complete: bool
    stopped: str = ""


class Counted(NamedTuple):
    """Simple paths counted by net sign, whether all were, and what ended the count before."""

    counts: dict[int, int]
    complete: bool
    stopped: str = ""


class Bounds(NamedTuple):
    """What every path of one question must be like, in ids, and how much work it may take.

    ``via``, ``avoid``
        What must all lie on the path (ends included), and the ids that must not. Each of ``via`` is the id
        of an entity, or a set of ids of entities and edges of which one must lie on it.
    ``only_ends``
        Ids that may be its ends but not lie between them.
    ``budget``
        How many partial paths may be expanded, or edges followed when counting, before the search stops as
        incomplete.
    ``min_length``
        How many steps a path has at least.
    """

    max_length: int = 4
    via: "Collection[str | frozenset[str]]" = ()
    avoid: Collection[str] = ()
    only_ends: Collection[str] = ()
    budget: int = 1_000_000
    deadline: "Deadline | None" = None
    min_length: int = 1

    @property
    def groups(self) -> tuple[frozenset[str], ...]:
        """``via`` as sets of ids, of each of which one must lie on the path."""
        return tuple(frozenset({one}) if isinstance(one, str) else one for one in self.via)


def hub_penalty(degree: int, damping: float) -> int:
    """What damping adds to a step, in micro-nats, for an end of so many edges: damping · ln(degree).

    Source: the path degree product of Himmelstein and Baranzini 2015, doi:10.1371/journal.pcbi.1004259,
    with the degrees of all edges that can be walked in place of those of one kind.
    """
    return round(damping * 1e6 * math.log(degree)) if degree > 1 else 0


# remaining[steps left][entity] = cheapest walk of 1 … steps left to a target, by sign
Remaining = list[dict[str, dict[int, int]]]


def remaining_costs(
    network: Network,
    targets: Collection[str],
    steps: int,
    *,
    only_ends: Collection[str] = (),
) -> Remaining:
    """The cheapest walks to a target by steps left, entity and sign: the guide of search and count.

    ``only_ends`` are ids that may not lie between the ends of a path.
    """
    table: Remaining = [{}]
    for _ in range(steps):
        shorter, longer = table[-1], {}
        for source, leaving in network.leaving.items():
            best: dict[int, int] = {}
            for _, target, step, cost, _, ends, _, _, _ in leaving:
                if target in targets and cost < best.get(step, _INFINITE):
                    best[step] = cost
                if not ends and target in shorter and target not in only_ends:
                    for sign, ahead in shorter[target].items():
                        if cost + ahead < best.get(sign * step, _INFINITE):
                            best[sign * step] = cost + ahead
            if best:
                longer[source] = best
        table.append(longer)
    return table


def search(
    network: Network,
    sources: Collection[str],
    targets: Collection[str],
    bounds: Bounds = Bounds(),  # noqa: B008 - it is frozen
    *,
    k: int = 10,
    signs: Collection[int] = SIGNS,
    remaining: Remaining | None = None,
    routes: bool = False,
) -> Found:
    """Return the k cheapest simple paths from any source to any target.

    Parameters
    ----------
    network
        The edges that may be walked.
    sources, targets
        Ids; a path starts at any source and ends at any target, and has at least one step.
    bounds
        What a path must be like, and how much work it may take.
    k
        How many paths.
    signs
        The net signs that are wanted, of −1, 0 (unknown) and +1.
    remaining
        The guide, if :func:`remaining_costs` has already been asked for these targets and steps.
    routes
        Only the best path of every route, which is a sequence of entities; ``k`` then counts routes. The
        network should be the :meth:`Network.cheapest` of a question about routes.

    Notes
    -----
    Time O(steps · edges) for the guide, then proportional to the partial paths that cost no more than the
    k-th answer.
    """
    heap: list[_Entry] = []
    found: list[_Entry] = []
    stopped = ""
    try:
        asked = _Asked(
            network,
            frozenset(targets),
            remaining
            or remaining_costs(network, targets, bounds.max_length, only_ends=bounds.only_ends),
            frozenset(signs),
            bounds._replace(
                via=bounds.groups,
                avoid=frozenset(bounds.avoid),
                only_ends=frozenset(bounds.only_ends),
            ),
        )
        heap += [entry for source in sorted(set(sources)) for entry in asked.start(source)]
        heapq.heapify(heap)
        if not _expand(asked, heap, found, k, routes=routes):
            stopped = "budget"
    except KeyboardInterrupt:
        stopped = "interrupt"
    except TimeUp:
        stopped = "time"
    found.sort(key=lambda entry: (entry.cost, len(entry.path), entry.ids))
    return Found(tuple(entry.path for entry in found[:k]), not stopped, stopped)


def _expand(
    asked: "_Asked", heap: "list[_Entry]", found: "list[_Entry]", k: int, *, routes: bool
) -> bool:
    """Move the best paths from the heap to ``found``; False if the budget was spent before."""
    expanded = 0
    best: dict[tuple[str, ...], tuple[str, ...]] = {}
    budget, deadline = asked.bounds.budget, asked.bounds.deadline
    # Finished paths are popped in order of cost; all that cost as much as the k-th are popped before the
    # end, so that ties are broken by (steps, ids) and not by chance.
    while heap and (len(found) < k or heap[0].bound <= found[k - 1].bound):
        if not heap[0].finished and expanded >= budget:
            return False
        entry = heapq.heappop(heap)
        if entry.finished:
            # of equal bound the smaller ids are popped first: the first of a route is its best
            if not routes or best.setdefault(entry.route, entry.ids) == entry.ids:
                found.append(entry)
            continue
        expanded += 1
        if deadline is not None and expanded % LOOK == 0:
            deadline.check(expanded, len(found))
        for longer in asked.lengthen(entry):
            heapq.heappush(heap, longer)
    return True


class _Entry(NamedTuple):
    """A path on the heap: a lower bound on what it can cost, and whether it is finished."""

    bound: int
    ids: tuple[str, ...]
    finished: bool
    at: str
    sign: int
    cost: int
    path: tuple[Edge, ...]

    @property
    def route(self) -> tuple[str, ...]:
        """The entities that it visits, in order."""
        return (*(edge.source for edge in self.path), self.at)


class _Asked(NamedTuple):
    """What is asked, and the guide to it."""

    network: Network
    targets: frozenset[str]
    remaining: Remaining
    wanted: frozenset[int]
    bounds: Bounds

    def guide(self, at: str, sign: int, left: int) -> int:
        """The cheapest walk on from here, of at most ``left`` steps, to a wanted net sign."""
        walks = self.remaining[left].get(at, {})
        return min((c for s, c in walks.items() if s * sign in self.wanted), default=_INFINITE)

    def passes(self, entry: _Entry) -> bool:
        """Whether all that must lie on the path does."""
        if not self.bounds.via:
            return True
        on = {*entry.route, *entry.ids}
        return not any(group.isdisjoint(on) for group in self.bounds.groups)

    def start(self, source: str) -> Iterable[_Entry]:
        """The empty path at a source, if a target can be reached from there."""
        bound = self.guide(source, 1, self.bounds.max_length)
        if source not in self.bounds.avoid and bound < _INFINITE:
            yield _Entry(bound, (), finished=False, at=source, sign=1, cost=0, path=())

    def lengthen(self, entry: _Entry) -> Iterable[_Entry]:
        """The paths one step longer: finished where they end at a target, open where they can continue."""
        steps, _, avoid, only_ends = self.bounds[:4]
        is_long = len(entry.path) + 1 >= self.bounds.min_length
        visited = {edge.source for edge in entry.path} | {entry.at}
        left = steps - len(entry.path) - 1
        for edge in self.network.leaving.get(entry.at, ()):
            at = edge.target
            if at in visited or at in avoid:
                continue
            cost, sign = entry.cost + edge.cost, entry.sign * edge.sign
            longer = _Entry(
                cost, (*entry.ids, edge.id), finished=True, at=at, sign=sign, cost=cost,
                path=(*entry.path, edge),
            )  # fmt: skip
            if is_long and at in self.targets and sign in self.wanted and self.passes(longer):
                yield longer
            last = edge.ends or at in only_ends
            ahead = _INFINITE if last else self.guide(at, sign, left)
            if ahead < _INFINITE:
                yield longer._replace(bound=cost + ahead, finished=False)


def count_paths(
    network: Network,
    sources: Collection[str],
    targets: Collection[str],
    bounds: Bounds = Bounds(),  # noqa: B008 - it is frozen
    *,
    remaining: Remaining | None = None,
) -> Counted:
    """Count all simple paths by net sign, within the bounds of :func:`search`."""
    counts = dict.fromkeys(SIGNS, 0)
    must, avoid = bounds.groups, frozenset(bounds.avoid)
    try:
        reach = remaining or remaining_costs(
            network, targets, bounds.max_length, only_ends=bounds.only_ends
        )
        walk = _follow(network, set(sources) - avoid, targets, reach, bounds)
        for followed, (sign, on) in enumerate(walk):
            if followed >= bounds.budget:
                return Counted(counts, complete=False, stopped="budget")
            if bounds.deadline is not None and followed % LOOK == 0:
                bounds.deadline.check(followed)
            if sign is not None and not (must and any(group.isdisjoint(on) for group in must)):
                counts[sign] += 1
    except KeyboardInterrupt:
        return Counted(counts, complete=False, stopped="interrupt")
    except TimeUp:
        return Counted(counts, complete=False, stopped="time")
    return Counted(counts, complete=True)


def _follow(
    network: Network,
    sources: Collection[str],
    targets: Collection[str],
    reach: Remaining,
    bounds: Bounds,
) -> Iterator[tuple[int | None, frozenset[str]]]:
    """Every edge that is followed: the net sign where it ends a path, and what is on the path by then.

    What is on it are, where something must lie on it, all its entities and edges.
    """
    avoid = frozenset(bounds.avoid)
    keep_edges = bool(bounds.via)
    for source in sorted(sources):
        stack: list[tuple[str, int, int, frozenset[str]]] = [(source, 1, 1, frozenset({source}))]
        while stack:
            at, sign, length, on = stack.pop()
            left = bounds.max_length - length
            ahead = reach[left] if left else {}
            for _, target, step, _, identifier, ends, _, _, _ in network.leaving.get(at, ()):
                if target in on or target in avoid:
                    continue
                ends_here = target in targets and length >= bounds.min_length
                goes_on = left and not ends and target in ahead and target not in bounds.only_ends
                if not (ends_here or goes_on):
                    continue
                seen = on
                if goes_on or keep_edges:
                    seen = on | {target, identifier} if keep_edges else on | {target}
                yield (sign * step if ends_here else None), seen
                if goes_on:
                    stack.append((target, sign * step, length + 1, seen))
