"""Where the boxes stand: a layered layout in plain Python, the same on every machine.

Boxes stand in columns. Within a column they are ordered so that few lines cross (the barycentre and
transpose passes of Sugiyama, Tagawa and Toda 1981, with a dummy box wherever a line passes a column),
then each is drawn as near to its neighbours as the order allows (isotonic regression by pooling).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BOX_HEIGHT = 26
ROW = 40
NARROWEST = 104  # space for the head of a column
CHANNEL = 64  # the space between two columns in which lines bend
MOST_ROWS = 26  # a taller column is split in two that stand side by side
LONGEST = 20  # characters of a name that a box shows
SWEEPS = 12

_Layers = list[list[str]]
_Beside = dict[str, list[str]]


def short(name: str) -> str:
    """The name as a box shows it: the page's script shortens in the same way."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"


def box_width(name: str) -> int:
    """The width of the box of a name, wide enough for any sans serif of 12 pixels."""
    return 24 + 7 * len(short(name))


def place(
    columns: Sequence[Sequence[str]], lines: Iterable[tuple[str, str]], widths: Mapping[str, int]
) -> dict[str, tuple[int, int]]:
    """Return the middle of every box, in pixels.

    Parameters
    ----------
    columns
        The ids in each column from left to right.
    lines
        The pairs (cause, target) that are drawn.
    widths
        The width of the box of every id.

    Notes
    -----
    Boxes never overlap: in a column they are at least ``ROW`` apart, and columns are apart by half
    their widest boxes and a channel. Time O(sweeps · lines · log lines), lines counted once for each
    column that they pass.
    """
    pairs = sorted({(a, b) for a, b in lines if a != b})
    ordered = _split(_order([sorted(c) for c in columns if c], pairs))
    beside = _neighbours(pairs)
    heights = _heights(ordered, beside)
    found: dict[str, tuple[int, int]] = {}
    right = 0
    for column in ordered:
        widest = max(NARROWEST, *(widths[name] for name in column))
        middle = right + widest // 2
        right += widest + CHANNEL
        for name in column:
            found[name] = (middle, round(heights[name]))
    return found


# -- order ------------------------------------------------------------------------------------------


def _order(columns: _Layers, pairs: Sequence[tuple[str, str]]) -> _Layers:
    """Order the ids within each column so that few lines cross."""
    layers, left, right = _with_dummies(columns, pairs)
    best, fewest = [list(layer) for layer in layers], _crossings(layers, right)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        beside = left if forward else right
        indices = range(1, len(layers)) if forward else range(len(layers) - 2, -1, -1)
        for i in indices:
            fixed = layers[i - 1] if forward else layers[i + 1]
            _sort_by_barycentre(layers[i], fixed, beside)
        _transpose(layers, left, right)
        crossed = _crossings(layers, right)
        if crossed < fewest:
            best, fewest = [list(layer) for layer in layers], crossed
    real = {name for column in columns for name in column}
    return [[name for name in layer if name in real] for layer in best]


def _with_dummies(
    columns: _Layers, pairs: Sequence[tuple[str, str]]
) -> tuple[_Layers, _Beside, _Beside]:
    """Break every line into hops of one column; neighbours to the left and to the right by name."""
    layers = [list(column) for column in columns]
    at = {name: i for i, column in enumerate(columns) for name in column}
    left: _Beside = defaultdict(list)
    right: _Beside = defaultdict(list)
    for one, other in pairs:
        a, b = sorted((one, other), key=lambda name: at[name])
        hop = a
        for i in range(at[a] + 1, at[b] + 1):
            # Lines between the same two columns from one box share their way: fewer dummies, fewer
            # crossings that nobody would see.
            following = b if i == at[b] else f"\0{one}\0{other}\0{i}"
            if i < at[b]:
                layers[i].append(following)
            right[hop].append(following)
            left[following].append(hop)
            hop = following
    return layers, left, right


def _sort_by_barycentre(layer: list[str], fixed: Sequence[str], beside: _Beside) -> None:
    rank = {name: i for i, name in enumerate(fixed)}
    own = {name: i for i, name in enumerate(layer)}
    scale = len(fixed) / max(len(layer), 1)

    def barycentre(name: str) -> float:
        near = beside.get(name, ())
        return sum(rank[n] for n in near) / len(near) if near else own[name] * scale

    layer.sort(key=lambda name: (barycentre(name), own[name]))


def _transpose(layers: _Layers, left: _Beside, right: _Beside) -> None:
    """Swap neighbours in a column while that unties crossings."""
    ranks = [{name: i for i, name in enumerate(layer)} for layer in layers]
    for i, layer in enumerate(layers):
        for j in range(len(layer) - 1):
            one, other = layer[j], layer[j + 1]
            gain = 0
            for beside, k in ((left, i - 1), (right, i + 1)):
                if 0 <= k < len(layers):
                    a = [ranks[k][n] for n in beside.get(one, ())]
                    b = [ranks[k][n] for n in beside.get(other, ())]
                    gain += _inverted(a, b) - _inverted(b, a)
            if gain > 0:
                layer[j], layer[j + 1] = other, one
                ranks[i][one], ranks[i][other] = j + 1, j


def _inverted(upper: Iterable[int], lower: Sequence[int]) -> int:
    return sum(low < up for up in upper for low in lower)


def _crossings(layers: _Layers, right: _Beside) -> int:
    total = 0
    for one, other in pairwise(layers):
        rank = {name: i for i, name in enumerate(other)}
        seen: list[int] = []
        for name in one:
            ends = sorted(rank[n] for n in right.get(name, ()))
            total += sum(len(seen) - bisect_left(seen, end + 1) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _split(columns: _Layers) -> _Layers:
    """Stand a column that is too tall as several side by side, keeping who is above whom."""
    parts: _Layers = []
    for column in columns:
        count = -(-len(column) // MOST_ROWS)
        parts += [column[i::count] for i in range(count)]
    return [part for part in parts if part]


# -- heights ----------------------------------------------------------------------------------------


def _neighbours(pairs: Iterable[tuple[str, str]]) -> _Beside:
    beside: _Beside = defaultdict(list)
    for a, b in pairs:
        beside[a].append(b)
        beside[b].append(a)
    return beside


def _heights(columns: _Layers, beside: _Beside) -> dict[str, float]:
    """Draw every box near its neighbours, at least a row apart; the topmost box stands at 0."""
    tallest = max((len(column) for column in columns), default=0)
    height = {
        name: (i + (tallest - len(column)) / 2) * ROW
        for column in columns
        for i, name in enumerate(column)
    }
    low, high = 0.0, max(tallest - 1, 0) * ROW
    for sweep in range(6):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            wanted = [
                sum(height[n] for n in beside[name]) / len(beside[name])
                if beside.get(name)
                else height[name]
                for name in column
            ]
            height.update(zip(column, _apart(wanted, low, high), strict=True))
    return height


def _apart(wanted: Sequence[float], low: float, high: float) -> list[float]:
    """The heights nearest to those wanted (least squares) that keep the order and a row between."""
    pools: list[tuple[float, int]] = []  # (mean, members) of what is wanted less the rows above
    for i, value in enumerate(wanted):
        mean, count = value - i * ROW, 1
        while pools and pools[-1][0] >= mean:
            before, members = pools.pop()
            mean = (before * members + mean * count) / (members + count)
            count += members
        pools.append((mean, count))
    bound = high - (len(wanted) - 1) * ROW  # the last box must fit above ``high``
    flat = [min(max(mean, low), bound) for mean, count in pools for _ in range(count)]
    return [value + i * ROW for i, value in enumerate(flat)]
