"""The places and ways of a figure: its columns, the membranes of its ends, and the bends of its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Body", "Point", "Strips", "number_place", "on_way", "strips_across", "way_along"]

Point = tuple[float, float]


class Strips(NamedTuple):
    """The left and right sides of what stands side by side, in millimetres."""

    source: tuple[float, float]
    mediators: tuple[float, float]
    cells: tuple[float, float]
    target: tuple[float, float]


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


def strips_across(width: float, *, branched: bool) -> Strips:
    """Return the columns of a figure, narrower for one column of a journal."""
    if width < 120:  # noqa: PLR2004 - a single column of a journal
        unit = width / 85
        if branched:
            return Strips(
                (2.5, 17 * unit),
                (26 * unit, 41 * unit),
                (46 * unit, 61 * unit),
                (69 * unit, width - 2.5),
            )
        return Strips((2.5, 20 * unit), (31 * unit, 50 * unit), (0, 0), (64 * unit, width - 2.5))
    unit = width / 175
    if branched:
        return Strips(
            (4, 35 * unit), (55 * unit, 80 * unit), (92 * unit, 115 * unit), (139 * unit, width - 4)
        )
    return Strips((4, 38 * unit), (66 * unit, 96 * unit), (0, 0), (134 * unit, width - 4))


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
        edge = source.port(lane, 1)[0]
        bend(max(start[0], edge), columns.mediators[0] - 3, lane)
    if end[1] != lane:
        bend(max(points[-1][0], columns.mediators[1], columns.cells[1]), end[0], end[1])
    if points[-1] != end:
        points.extend((points[-1], end, end))
    return tuple(points)


def number_place(way: Sequence[Point]) -> Point:
    """Return where the number of a route stands: in the first bend, or a little off its start."""
    (x0, y0), (x1, _) = way[0], way[-1]
    if y0 == way[3][1]:
        return (
            (x0 + min(0.42 * (x1 - x0), x1 - x0 - 7.5), y0)
            if way[3] == way[-1]
            else on_way(way, way[3][0] + 2)
        )
    return (way[0][0] + way[3][0]) / 2, (y0 + way[3][1]) / 2


def on_way(way: Sequence[Point], x: float) -> Point:
    """Return the point of a way at an x: bends run from left to right."""
    for i in range(0, len(way) - 1, 3):
        p, a, b, q = way[i : i + 4]
        if x <= q[0] or i + 4 >= len(way):
            low, high = 0.0, 1.0
            for _ in range(30):
                t = (low + high) / 2
                u = 1 - t
                at = tuple(
                    u**3 * p[k] + 3 * u * u * t * a[k] + 3 * u * t * t * b[k] + t**3 * q[k]
                    for k in (0, 1)
                )
                low, high = (t, high) if at[0] < x else (low, t)
            return at[0], at[1]
    return way[-1]
