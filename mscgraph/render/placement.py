"""Where the boxes stand: in columns by curated role, laid out in plain Python, the same on every machine.

Within a column boxes are ordered so that few lines cross (the barycentre and transpose passes of Sugiyama,
Tagawa and Toda 1981, with a dummy box wherever a line passes a column), then each is drawn as near to its
neighbours as the order allows (isotonic regression by pooling).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Entity

BOX_HEIGHT = 26
ROW = 40
NARROWEST = 104  # space for the head of a column
CHANNEL = 64  # the space between two columns in which lines bend
MOST_ROWS = 26  # a taller column is split in two that stand side by side
LONGEST = 20  # characters of a name that a box shows
SWEEPS = 12

# The columns from left to right.
ROLES: Mapping[str, str] = {
    "source": "Source",
    "cue": "Cue or drug",
    "factor": "Mediator",
    "receptor": "Receptor",
    "signal": "Signal in the cell",
    "cell": "Target cell",
    "effect": "Process or structure",
    "outcome": "Outcome or disease",
}
_COLUMNS = {
    "source_product": "source",
    "licensing_cue": "cue", "drug": "cue",
    "secreted_factor": "factor", "surface_molecule": "factor", "enzyme": "factor", "microrna": "factor",
    "receptor": "receptor",
    "intracellular_signal": "signal",
    "cell": "cell",
    "process": "effect", "structure": "effect", "anatomy": "effect", "other": "effect",
    "outcome": "outcome", "disease": "outcome", "species": "outcome",
}  # fmt: skip
# Of an entity without a role, as graphs from elsewhere have them.
_BY_CATEGORY = {
    "Treatment": "source", "ExposureEvent": "cue", "Cell": "cell", "BiologicalProcess": "effect",
    "AnatomicalEntity": "effect", "ClinicalAttribute": "outcome", "Disease": "outcome",
    "OrganismTaxon": "outcome", "PhenotypicFeature": "outcome",
}  # fmt: skip

_Layers = list[list[str]]
_Beside = dict[str, list[str]]


def column_of(entity: Entity) -> str:
    """Return the column in which an entity stands, a key of :data:`ROLES`."""
    return _COLUMNS.get(entity.role) or _BY_CATEGORY.get(entity.category, "factor")


def role_words(kg: KnowledgeGraph, entity: Entity) -> str:
    """Return what an entity is in the mechanisms: its curated role, or the head of its column."""
    term = kg.vocabulary.get("role", {}).get(entity.role)
    return term.label if term else ROLES[column_of(entity)]


def place_by_role(
    kg: KnowledgeGraph, shown: Sequence[str], pairs: Iterable[tuple[str, str]]
) -> dict[str, tuple[int, int]]:
    """Return the middle of the box of every entity shown, in columns by role, in pixels."""
    columns: dict[str, list[str]] = {name: [] for name in ROLES}
    for entity in shown:
        columns[column_of(kg.entities[entity])].append(entity)
    return place(list(columns.values()), pairs, {e: box_width(kg.name(e)) for e in shown})


def short(name: str) -> str:
    """The name as a box shows it: the page's script shortens in the same way."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"


def box_width(name: str) -> int:
    """The width of the box of a name, wide enough for any sans serif of 12 pixels."""
    return 24 + 7 * len(short(name))


def place(
    columns: Sequence[Sequence[str]], lines: Iterable[tuple[str, str]], widths: Mapping[str, int]
) -> dict[str, tuple[int, int]]:
    """Return the middle of the box of every id, in pixels, from the columns, lines and widths of boxes.

    Boxes never overlap: in a column they are at least ``ROW`` apart, and columns are apart by half
    their widest boxes and a channel. Time O(sweeps · lines · log lines), lines counted once for each
    column that they pass.
    """
    pairs = sorted({(a, b) for a, b in lines if a != b})
    ordered = _split(_order([sorted(c) for c in columns if c], pairs))
    heights = _heights(ordered, pairs)
    found: dict[str, tuple[int, int]] = {}
    right = 0
    for column in ordered:
        widest = max(NARROWEST, *(widths[name] for name in column))
        found |= {name: (right + widest // 2, round(heights[name])) for name in column}
        right += widest + CHANNEL
    return found


def _order(columns: _Layers, pairs: Sequence[tuple[str, str]]) -> _Layers:
    """Order the ids within each column so that few lines cross."""
    layers, left, right = _with_dummies(columns, pairs)
    best, fewest = [list(layer) for layer in layers], _crossings(layers, right)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for fixed, layer in pairwise(layers if forward else reversed(layers)):
            _sort_by_barycentre(layer, fixed, left if forward else right)
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
    counts = (-(-len(column) // MOST_ROWS) for column in columns)
    return [column[i::n] for column, n in zip(columns, counts, strict=True) for i in range(n)]


def _heights(columns: _Layers, pairs: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Draw every box near its neighbours, at least a row apart; the topmost box stands at 0."""
    beside: _Beside = defaultdict(list)
    for a, b in pairs:
        beside[a].append(b)
        beside[b].append(a)
    tallest = max((len(column) for column in columns), default=0)
    height = {
        name: (i + (tallest - len(column)) / 2) * ROW
        for column in columns
        for i, name in enumerate(column)
    }
    low, high = 0.0, max(tallest - 1, 0) * ROW
    for sweep in range(6):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            near = {name: beside.get(name) or [name] for name in column}
            wanted = [sum(height[n] for n in around) / len(around) for around in near.values()]
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
