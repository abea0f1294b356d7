"""The loops of the search over an index, compiled by numba: the same answers, several times sooner.

Method: that of ``narrow`` and ``best``, edge by edge where those go frontier by frontier. :func:`narrow`
takes the guide back from the targets and walks on from the sources, always from the end that has fewer
edges to read, until they meet; the remaining costs of what was met are then settled, so that the guide is
exact wherever :func:`find` comes. That one is best-first search whose rows are made when first needed.

All arrays are lent by the caller. ``told`` holds what must be remembered between two calls; both functions
come back before an array would overflow, to be called again with a larger one.

All is in one file: numba's cache sees that a function has changed by the file it stands in, and not by
those of the functions that it calls.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import boolean, int64, njit, types, void
from numba.np.numpy_support import from_dtype

from mscgraph.large.index.rows import STEP

if TYPE_CHECKING:
    from mscgraph.large.index.names import Array

__all__ = [
    "DONE", "FULL", "PAUSED", "SPENT", "TOLD", "Asked", "Graph", "Heap", "Rows", "Tables",
    "find", "forget", "narrow",
]  # fmt: skip


class Graph(NamedTuple):
    """The arrays of the index."""

    forward: "Array"
    target: "Array"
    cost: "Array"
    label: "Array"
    backward: "Array"
    source: "Array"
    edge: "Array"
    category: "Array"
    text: "Array"
    begins: "Array"


class Asked(NamedTuple):
    """The question. What may be barred, dearer or left out by node or category is empty where nothing is.

    ``only`` is the node of all goals, if going on from it is of no use, or −1. Where it is all the same
    how edges are labelled, not ``labelled``.
    """

    sign_of: "Array"
    ends_of: "Array"
    walked: "Array"
    leaving: "Array"
    entering: "Array"
    starts: "Array"
    goals: "Array"
    via: "Array"
    barred: "Array"
    inside: "Array"
    steps: int
    signs: int
    only: int
    loops: bool
    labelled: bool


class Tables(NamedTuple):
    """By state: ``guides`` has the cheapest cost to a target and 1, by steps left; 0 is none.

    ``known`` tells whether a state has any, in a table that stays in the processor's cache, and ``met`` at
    what cost it was reached. All are zero when lent. ``queue`` are the states with a guide from behind,
    ``layers`` those that were reached, and their ``costs``.
    """

    guides: "Array"
    known: "Array"
    met: "Array"
    queue: "Array"
    layers: "Array"
    costs: "Array"


class Heap(NamedTuple):
    """Partial paths by number, each with its next step: ``order`` has the cheapest first."""

    order: "Array"
    bound: "Array"
    cost: "Array"
    depth: "Array"
    row: "Array"
    place: "Array"
    edges: "Array"
    nodes: "Array"


class Rows(NamedTuple):
    """The steps from a state after so many: ``of`` has each row's number and 1, or 0.

    A step has its cheapest ``total`` to a target, the state it leads ``to`` (−1 at the target) and its
    ``edge``. ``state`` tells of whom a row is; ``room`` is for sorting.
    """

    of: "Array"
    state: "Array"
    begin: "Array"
    end: "Array"
    sorted: "Array"
    total: "Array"
    to: "Array"
    edge: "Array"
    room: "Array"


def _type(record: Any, kinds: str, *, readonly: bool = False) -> Any:
    """The type of a record: numpy's codes, with a dash for each dimension."""
    known = [
        types.Array(from_dtype(np.dtype(kind.strip("-"))), kind.count("-"), "C", readonly=readonly)
        if "-" in kind
        else from_dtype(np.dtype(kind))
        for kind in kinds.split()
    ]
    return types.NamedTuple(known, record)


_GRAPH = _type(Graph, "i8- i4- i4- u2- i8- i4- i4- i2- u1- i8-", readonly=True)
_ASKED = _type(Asked, "i1- ?- ?- i8- i8- i8- i8- i8- ?- ?- i8 i8 i8 ? ?")
_TABLES = _type(Tables, "i8-- ?- i8- i8- i8- i8-")
_HEAP = _type(Heap, "i8- i8- i8- i8- i8- i8- i4-- i4--")
_ROWS = _type(Rows, "i4-- i8- i8- i8- ?- i8- i8- i4- i8-")
_NUMBERS, _PATHS = int64[::1], types.Array(types.int32, 2, "C")
_UNKNOWN = 2
# places in ``told``
TOLD = (
    "read", "cut", "queue", "layers", "heaped", "slots", "rows", "pool", "found", "expanded", "started",
    "first", "last", "done",
)  # fmt: skip
(
    _READ, _CUT, _QUEUE, _LAYERS, _HEAPED, _SLOTS, _ROWED, _POOLED, _FOUND, _EXPANDED, _STARTED,
    _FIRST, _LAST, _DONE,
) = range(len(TOLD))  # fmt: skip
# what ``find`` comes back with
DONE, SPENT, PAUSED, FULL = range(4)
_inner = njit(cache=True, nogil=True)


@_inner
def _among(node, nodes):
    for other in nodes:  # noqa: SIM110 - numba knows no generators here
        if node == other:
            return True
    return False


@_inner
def _after(sign_of, via, signs, state, node, kind):
    """Where a step from a state to a node leads; −1 if no simple path takes it."""
    masks = 1 << len(via)
    if signs * masks == 1:  # most questions; divisions are dear
        return node
    sign = state % signs
    mask = state // signs % masks
    if signs > 1:
        step = sign_of[kind]
        if sign == _UNKNOWN or step == 0:
            sign = np.int64(_UNKNOWN)
        elif step < 0:
            sign = 1 - sign
    for place in range(len(via)):
        if via[place] == node:
            if mask >> place & 1:
                return np.int64(-1)
            mask |= 1 << place
    return (node * masks + mask) * signs + sign


@_inner
def _count(starts, cost, edge, node, limit):
    """How many edges of a row are no dearer than a limit; of a short row, simply how many."""
    begin, end = starts[node], starts[node + 1]
    if end - begin <= STEP:
        return end - begin
    left, right, dearest = begin, end, (limit - 1) // STEP
    while left < right:
        middle = (left + right) >> 1
        if cost[edge[middle] if len(edge) else middle] <= dearest:
            left = middle + 1
        else:
            right = middle
    return left - begin


@_inner
def _backwards(graph, asked, tables, bound, told, rim, done):
    """Take the guide one step further from the targets; return how many edges the next step has to read."""
    guides, queue, seen = tables.guides, tables.queue, tables.known
    starts, edge, source, cost = graph.backward, graph.edge, graph.source, graph.cost
    label, category = graph.label, graph.category
    walked, ends_of, sign_of = asked.walked, asked.ends_of, asked.sign_of
    leaving, entering, barred, inside = asked.leaving, asked.entering, asked.barred, asked.inside
    via, signs, labelled = asked.via, asked.signs, asked.labelled
    damped, limited, barring = len(leaving) > 0, len(inside) > 0, len(barred) > 0
    masks = 1 << len(via)
    each = signs * masks
    bound -= told[_FIRST]  # what is read here is not where a path begins
    last = reached = told[_QUEUE]
    read = np.int64(0)
    for place in range(last):
        guides[queue[place], done + 1] = guides[queue[place], done]
    for place in range(rim, last):
        state = queue[place]
        node = state // each
        if done and limited and not inside[category[node]]:
            continue
        so_far = guides[state, done]  # and 1, as all that stands in the guide
        if damped:
            so_far += entering[node] * STEP
        sign = state % signs
        mask = state // signs % masks
        for passed in range(len(via)):
            if via[passed] == node:
                mask &= ~(1 << passed)
        for at in range(starts[node], starts[node + 1]):
            number = edge[at]
            total = so_far + cost[number] * np.int64(STEP) + 1
            read += 1
            if total - 1 > bound:
                told[_CUT] = 1
                break
            kind = label[number] if labelled else 0
            far = np.int64(source[at])
            if labelled and (not walked[kind] or (done and ends_of[kind])):
                continue
            if barring and barred[far]:
                continue
            if damped:
                total += leaving[far] * STEP
                if total - 1 > bound:
                    told[_CUT] = 1
                    continue
            due = 0  # a state of a node that must be passed has passed it
            for passed in range(len(via)):
                if via[passed] == far:
                    due = 1 << passed
            if mask & due != due:
                continue
            first = final = sign
            if signs > 1:
                step = sign_of[kind]
                if step == 0:
                    if sign != _UNKNOWN:
                        continue
                    first, final = np.int64(0), np.int64(_UNKNOWN)
                elif step < 0 and sign != _UNKNOWN:
                    first = final = 1 - sign
            base = (far * masks + mask) * signs
            for before in range(base + first, base + final + 1):
                old = guides[before, done + 1]
                if old == 0 or total < old:
                    if old == guides[before, done]:  # for the first time in this step
                        queue[reached] = before
                        seen[before] = True
                        reached += 1
                    guides[before, done + 1] = total
    told[_QUEUE] = reached
    told[_READ] += read
    ahead = np.int64(0)
    for place in range(last, reached):
        state = queue[place]
        ahead += _count(starts, cost, edge, state // each, bound - guides[state, done + 1] + 1)
    return ahead


@_inner
def _onwards(graph, asked, tables, bound, told, begin, end):
    """One step on from the states of a layer; return how many edges the next one has to read."""
    met, layers, costs = tables.met, tables.layers, tables.costs
    starts, target, cost, label, category = (
        graph.forward, graph.target, graph.cost, graph.label, graph.category,
    )  # fmt: skip
    walked, ends_of, sign_of = asked.walked, asked.ends_of, asked.sign_of
    leaving, entering, barred, inside = asked.leaving, asked.entering, asked.barred, asked.inside
    via, signs, only, labelled = asked.via, asked.signs, asked.only, asked.labelled
    damped, limited, barring = len(leaving) > 0, len(inside) > 0, len(barred) > 0
    each = signs << len(via)
    bound -= told[_LAST]  # nor does one end here
    reached = end
    read = np.int64(0)
    for place in range(begin, end):
        state = layers[place]
        node = state // each
        so_far = costs[place]
        if damped:
            so_far += leaving[node] * STEP
        for at in range(starts[node], starts[node + 1]):
            total = so_far + cost[at] * np.int64(STEP) + 1
            read += 1
            if total > bound:
                told[_CUT] = 1
                break
            kind = label[at] if labelled else 0
            far = np.int64(target[at])
            if far in (only, node) or (labelled and (not walked[kind] or ends_of[kind])):
                continue
            if (barring and barred[far]) or (limited and not inside[category[far]]):
                continue
            if damped:
                total += entering[far] * STEP
                if total > bound:
                    told[_CUT] = 1
                    continue
            after = _after(sign_of, via, signs, state, far, kind)
            if after < 0:
                continue
            if met[after] == 0:
                layers[reached] = after
                reached += 1
                met[after] = total + 1
            elif total + 1 < met[after]:
                met[after] = total + 1
    told[_LAYERS] = reached
    told[_READ] += read
    ahead = np.int64(0)
    for place in range(end, reached):
        state = layers[place]
        costs[place] = met[state] - 1
        met[state] = 0
        ahead += _count(starts, cost, graph.edge[:0], state // each, bound - costs[place])
    return ahead


@_inner
def _fill(graph, asked, tables, rows, bound, told, layer, begin, end):
    """Read the steps from the states of a layer; note the cheapest cost to a target in the guide.

    They are kept as the states' rows, in no order yet, where there is room: it can be done again. As every
    array that is taken out of a record is counted, this is done once for a layer and not for each state.
    """
    guides, known, layers, costs = tables.guides, tables.known, tables.layers, tables.costs
    starts, target, cost, label, category = (
        graph.forward, graph.target, graph.cost, graph.label, graph.category,
    )  # fmt: skip
    walked, ends_of, sign_of = asked.walked, asked.ends_of, asked.sign_of
    leaving, entering, barred, inside = asked.leaving, asked.entering, asked.barred, asked.inside
    via, signs, only, labelled = asked.via, asked.signs, asked.only, asked.labelled
    totals, tos, edges, row_of, row_state = rows.total, rows.to, rows.edge, rows.of, rows.state
    row_begin, row_end, row_sorted = rows.begin, rows.end, rows.sorted
    damped, limited, barring = len(entering) > 0, len(inside) > 0, len(barred) > 0
    each, left = signs << len(via), asked.steps - layer
    pool, row = told[_POOLED], told[_ROWED]
    cut = False
    for place in range(begin, end):
        state = layers[place]
        node = state // each
        limit = bound - costs[place]
        reading = limit
        if layer and told[_DONE] and guides[state, 1] == 0:  # no target is one step away
            reading -= told[_LAST]
        more = leaving[node] * STEP if damped else np.int64(0)
        size = 2 * (starts[node + 1] - starts[node])
        keep = row < len(row_state) and pool + size <= len(totals)
        first = pool
        best = np.int64(0)
        for at in range(starts[node], starts[node + 1]):
            step = more + cost[at] * np.int64(STEP) + 1
            if step > reading:
                cut = True
                break
            kind = label[at] if labelled else 0
            far = np.int64(target[at])
            if (labelled and not walked[kind]) or (barring and barred[far]):
                continue
            after = _after(sign_of, via, signs, state, far, kind)
            if after < 0 or not known[after]:
                continue
            if damped:
                step += entering[far] * STEP
            if guides[after, 0]:
                if step > limit:
                    cut = True
                else:
                    if keep:
                        totals[pool], tos[pool], edges[pool] = step, -1, at
                        pool += 1
                    if best == 0 or step < best:
                        best = step
            if left == 1 or guides[after, left - 1] == 0 or far == only or (labelled and ends_of[kind]):
                continue
            if limited and not inside[category[far]]:
                continue
            step += guides[after, left - 1] - 1
            if step > limit:
                cut = True
                continue
            if keep:
                totals[pool], tos[pool], edges[pool] = step, after, at
                pool += 1
            if best == 0 or step < best:
                best = step
        if best:
            guides[state, left] = best + 1
            known[state] = True
        if pool > first:
            row_of[state, layer] = row + 1
            row_state[row], row_begin[row], row_end[row] = state, first, pool
            row_sorted[row] = pool - first == 1
            row += 1
    told[_POOLED], told[_ROWED] = pool, row
    if cut:
        told[_CUT] = 1


@njit(void(_TABLES, _ROWS, _NUMBERS), cache=True, nogil=True)
def forget(tables, rows, told):
    """Empty the tables of all that was written; they can then serve another round or question."""
    guides, known, queue, layers = tables.guides, tables.known, tables.queue, tables.layers
    of, state = rows.of, rows.state
    for place in range(told[_QUEUE]):
        guides[queue[place]] = 0
        known[queue[place]] = False
    for place in range(told[_LAYERS]):
        guides[layers[place]] = 0
        known[layers[place]] = False
    for row in range(told[_ROWED]):
        of[state[row]] = 0
    told[:] = 0


@njit(boolean(_GRAPH, _ASKED, _TABLES, _ROWS, int64, int64, _NUMBERS), cache=True, nogil=True)
def narrow(graph, asked, tables, rows, bound, most, told):
    """Make the guide within a bound; False if that needs more than ``most`` edges to be read."""
    forget(tables, rows, told)
    each = asked.signs << len(asked.via)
    told[_FIRST] = told[_LAST] = bound
    leaves = enters = False
    for place in range(len(asked.goals)):
        state = asked.goals[place]
        tables.queue[place] = state
        tables.guides[state, 0] = 1
        tables.known[state] = True
        at = graph.backward[state // each]
        if at < graph.backward[state // each + 1]:
            enters = True
            told[_LAST] = min(told[_LAST], graph.cost[graph.edge[at]] * np.int64(STEP) + 1)
    told[_QUEUE] = len(asked.goals)
    for place in range(len(asked.starts)):
        state = asked.starts[place]
        tables.layers[place], tables.costs[place] = state, 0
        at = graph.forward[state // each]
        if at < graph.forward[state // each + 1]:
            leaves = True
            told[_FIRST] = min(told[_FIRST], graph.cost[at] * np.int64(STEP) + 1)
    told[_LAYERS] = len(asked.starts)
    if not (leaves and enters):
        return True
    behind = ahead = np.int64(0)
    for state in asked.goals:
        behind += _count(graph.backward, graph.cost, graph.edge, state // each, bound - told[_FIRST])
    for state in asked.starts:
        ahead += _count(graph.forward, graph.cost, graph.edge[:0], state // each, bound)
    ends = np.zeros(asked.steps + 1, np.int64)
    ends[1] = told[_LAYERS]
    rim = done = taken = 0
    while done < asked.steps - taken - 1:
        back = behind <= ahead
        if told[_READ] + (behind if back else ahead) > most:
            return False
        if back:
            last = told[_QUEUE]
            behind = _backwards(graph, asked, tables, bound, told, rim, done)
            rim = last
            done += 1
            told[_DONE] = done
        else:
            ahead = _onwards(graph, asked, tables, bound, told, ends[taken], ends[taken + 1])
            taken += 1
            ends[taken + 1] = told[_LAYERS]
    told[_READ] += ahead
    if told[_READ] > most:
        return False
    for layer in range(taken, -1, -1):
        _fill(graph, asked, tables, rows, bound, told, layer, ends[layer], ends[layer + 1])
    return True


@_inner
def _by_id(text, begins, one, other):
    """Which edge's id comes first: below, at or above 0."""
    if one == other:
        return 0
    a, b = begins[one], begins[other]
    ends_a, ends_b = begins[one + 1], begins[other + 1]
    while a < ends_a and b < ends_b:
        if text[a] != text[b]:
            return -1 if text[a] < text[b] else 1
        a += 1
        b += 1
    return int(a < ends_a) - int(b < ends_b)


@_inner
def _before(text, begins, bound, depth, edges, one, other):
    """Whether a partial path comes before another: by cost, then by the ids of its edges."""
    if bound[one] != bound[other]:
        return bound[one] < bound[other]
    for place in range(min(depth[one], depth[other]) + 1):
        order = _by_id(text, begins, edges[one, place], edges[other, place])
        if order:
            return order < 0
    return depth[one] < depth[other]


@_inner
def _lift(order, size, one, text, begins, bound, depth, edges):
    """Put a partial path on the heap of such a size."""
    at = size
    while at:
        above = (at - 1) >> 1
        if not _before(text, begins, bound, depth, edges, one, order[above]):
            break
        order[at] = order[above]
        at = above
    order[at] = one


@_inner
def _sink(order, size, text, begins, bound, depth, edges):
    """Take the first partial path off the heap, which then has such a size."""
    one = order[size]
    at = 0
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and _before(
            text, begins, bound, depth, edges, order[below + 1], order[below]
        ):
            below += 1
        if not _before(text, begins, bound, depth, edges, order[below], one):
            break
        order[at] = order[below]
        at = below
    order[at] = one


@_inner
def _sort(text, begins, total, to, edge, room, begin, end):
    """Bring a row into order, by cost and then by id: merge sort of places, then of what stands there."""
    size = end - begin
    for place in range(size):
        room[place] = begin + place
    here, there, width = 0, size, 1
    while width < size:
        for low in range(0, size, 2 * width):
            middle, high = min(low + width, size), min(low + 2 * width, size)
            one, other = low, middle
            for place in range(low, high):
                second = one >= middle
                if not second and other < high:
                    a, b = room[here + one], room[here + other]
                    second = total[a] > total[b]
                    if total[a] == total[b]:
                        second = _by_id(text, begins, edge[a], edge[b]) > 0
                if second:
                    room[there + place] = room[here + other]
                    other += 1
                else:
                    room[there + place] = room[here + one]
                    one += 1
        here, there = there, here
        width *= 2
    places = room[here : here + size]
    total[begin:end] = total[places]
    to[begin:end] = to[places]
    edge[begin:end] = edge[places]


@njit(
    int64(_GRAPH, _ASKED, _TABLES, _HEAP, _ROWS, _PATHS, _PATHS, _NUMBERS, int64, int64, int64, _NUMBERS),
    cache=True, nogil=True,
)  # fmt: skip
def find(
    graph, asked, tables, heap, rows, found_edges, found_nodes, lengths, most, budget, pause, told
):
    """Find the best paths within a bound, as many as ``lengths`` has room for; tell why it came back.

    ``budget`` partial paths are expanded in all, and ``pause`` before it comes back to be called again.
    """
    starts, steps, each = asked.starts, asked.steps, asked.signs << len(asked.via)
    leaving, entering, guides = asked.leaving, asked.entering, tables.guides
    target, step_cost, text, begins = graph.target, graph.cost, graph.text, graph.begins
    order, bound, cost, depth = heap.order, heap.bound, heap.cost, heap.depth
    row_of, place_of, edges, nodes = heap.row, heap.place, heap.edges, heap.nodes
    totals, tos, next_edge, room = rows.total, rows.to, rows.edge, rows.room
    known_row, row_begin, row_end, row_sorted = rows.of, rows.begin, rows.end, rows.sorted
    pause += told[_EXPANDED]
    while True:
        # the first partial path arrives at a state, as does one at each start, or has ended
        elder, row, steps_so_far, so_far = np.int64(-1), np.int64(-1), np.int64(0), np.int64(0)
        if told[_STARTED] < len(starts):
            state = starts[told[_STARTED]]
            arrives = guides[state, steps] > 0
        elif told[_HEAPED] == 0 or told[_FOUND] == len(lengths):
            return DONE
        else:
            elder = order[0]
            state = tos[place_of[elder]]
            arrives = state >= 0
            steps_so_far = depth[elder] + 1
        if arrives and elder >= 0:
            if told[_EXPANDED] >= budget:
                return SPENT
            if told[_EXPANDED] >= pause:
                return PAUSED
            number = edges[elder, steps_so_far - 1]
            so_far = cost[elder] + step_cost[number] * np.int64(STEP) + 1
            if len(leaving):
                so_far += (leaving[nodes[elder, steps_so_far - 1]] + entering[target[number]]) * STEP
        if arrives:
            if told[_SLOTS] == len(order):
                return FULL
            row = np.int64(known_row[state, steps_so_far]) - 1
            if row < 0:  # made by the first path that comes, which is the cheapest
                node = state // each
                size = 2 * (graph.forward[node + 1] - graph.forward[node])
                if told[_ROWED] == len(row_begin) or told[_POOLED] + size > len(totals):
                    return FULL
                one = told[_LAYERS]
                tables.layers[one], tables.costs[one] = state, so_far
                _fill(graph, asked, tables, rows, most, told, steps_so_far, one, one + 1)
                row = np.int64(known_row[state, steps_so_far]) - 1
            if row >= 0 and not row_sorted[row]:
                begin, end = row_begin[row], row_end[row]
                if 2 * (end - begin) > len(room):
                    return FULL
                _sort(text, begins, totals, tos, next_edge, room, begin, end)
                row_sorted[row] = True
        newer = np.int64(-1)
        if elder < 0:
            told[_STARTED] += 1
        else:
            told[_HEAPED] -= 1
            _sink(order, told[_HEAPED], text, begins, bound, depth, edges)
            if not arrives:
                number = told[_FOUND]
                told[_FOUND] += 1
                lengths[number] = steps_so_far
                for place in range(steps_so_far):
                    found_edges[number, place] = edges[elder, place]
                    found_nodes[number, place] = nodes[elder, place]
        if arrives and elder >= 0:
            told[_EXPANDED] += 1
        if row >= 0:
            newer = told[_SLOTS]
            told[_SLOTS] += 1
            cost[newer], depth[newer], row_of[newer] = so_far, steps_so_far, row
            place_of[newer] = row_begin[row] - 1
            nodes[newer, steps_so_far] = state // each
            for place in range(steps_so_far):
                edges[newer, place] = edges[elder, place]
                nodes[newer, place] = nodes[elder, place]
        for one in (newer, elder):  # each goes on with the next step that visits nothing twice
            if one < 0:
                continue
            place, end, long = place_of[one] + 1, row_end[row_of[one]], depth[one] + 1
            while place < end:
                far = target[next_edge[place]]
                if not _among(far, nodes[one, :long]):
                    break
                if asked.loops and tos[place] < 0 and far == nodes[one, 0]:
                    break
                place += 1
            if place == end:
                continue
            total = cost[one] + totals[place]
            if total > most:
                told[_CUT] = 1
                continue
            place_of[one], bound[one], edges[one, long - 1] = place, total, next_edge[place]
            _lift(order, told[_HEAPED], one, text, begins, bound, depth, edges)
            told[_HEAPED] += 1
