"""The places and ways of a figure: its columns, the membranes of its ends, and the bends of its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mscgraph.figure.drawn_shapes import Point, bend_at

if TYPE_CHECKING:
    from collections.abc import Sequence

_TWO_COLUMNS = 120  # millimetres: below it, a figure is for one column of a journal
# By whether it is for one column and whether cells stand between: the width of the whole and of its edge,
# then the right side of the source, both sides of mediators and of cells, the left side of the target.
_STRIPS = {
    (True, True): (85, 2.5, 17, 26, 41, 46, 61, 69),
    (True, False): (85, 2.5, 20, 31, 50, 0, 0, 64),
    (False, True): (175, 4, 35, 55, 80, 92, 115, 139),
    (False, False): (175, 4, 38, 66, 96, 0, 0, 134),
}


class Strips(NamedTuple):
    """The left and right sides of what stands side by side, in millimetres."""

    source: Point
    mediators: Point
    cells: Point
    target: Point


class Body(NamedTuple):
    """A source or target: where it stands, its shape, and which heights on it belong to which lanes."""

    x: float
    y: float
    width: float
    height: float
    is_cell: bool
    lanes: tuple[float, float]
    ports: tuple[float, float]

    def port(self, lane: float, side: int) -> Point:
        """Where the line of a lane meets the left (-1) or right (1) side."""
        (first, last), (low, high) = self.lanes, self.ports
        share = (lane - first) / (last - first) if last > first else 0.5
        y = low + share * (high - low)
        half, middle = self.width / 2, self.y + self.height / 2
        off = (y - middle) / (self.height / 2)
        reach = half * (max(0.0, 1 - off * off) ** 0.5 if self.is_cell else 1.0)
        return self.x + half + side * reach, y


def is_narrow(width: float) -> bool:
    """Whether a figure is for one column of a journal."""
    return width < _TWO_COLUMNS


def strips_across(width: float, *, branched: bool) -> Strips:
    """Return the columns of a figure, narrower for one column of a journal."""
    whole, edge, *sides = _STRIPS[is_narrow(width), branched]
    source, *middle, target = (side * (width / whole) for side in sides)
    left, right, inner, outer = middle
    return Strips((edge, source), (left, right), (inner, outer), (target, width - edge))


def way_along(
    start: Point, end: Point, lane: float, *, source: Body, columns: Strips
) -> tuple[Point, ...]:
    """Return the cubic bends from a point on the source's side along a lane to one on the target's side."""
    points = [start]

    def bend(x0: float, x1: float, y: float) -> None:
        x, before = points[-1]
        if x0 > x:
            points.extend(((x, before), (x0, before), (x0, before)))
        middle = (max(x0, x) + x1) / 2
        points.extend(((middle, before), (middle, y), (x1, y)))

    if start[1] != lane:
        bend(max(start[0], source.port(lane, 1)[0]), columns.mediators[0] - 3, lane)
    if end[1] != lane:
        bend(max(points[-1][0], columns.mediators[1], columns.cells[1]), end[0], end[1])
    if points[-1] != end:
        points.extend((points[-1], end, end))
    return tuple(points)


def number_place(way: Sequence[Point]) -> Point:
    """Return where the number of a route stands: in the first bend, or a little off its start."""
    (x0, y0), (x1, _), (x, y) = way[0], way[-1], way[3]
    if y0 != y:
        return (x0 + x) / 2, (y0 + y) / 2
    if way[3] == way[-1]:
        return x0 + min(0.42 * (x1 - x0), x1 - x0 - 7.5), y0
    return on_way(way, x + 2)


def on_way(way: Sequence[Point], x: float) -> Point:
    """Return the point of a way at an x: bends run from left to right."""
    start = next((i for i in range(0, len(way) - 1, 3) if x <= way[i + 3][0]), len(way) - 4)
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        at = bend_at(way[start : start + 4], middle)
        low, high = (middle, high) if at[0] < x else (low, middle)
    return at
