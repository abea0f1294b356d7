"""The few shapes that a figure is made of, in millimetres, and their drawing as SVG."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "INK",
    "POINT",
    "Box",
    "Polygon",
    "Scene",
    "Stroke",
    "Text",
    "along",
    "text_width",
    "to_svg",
    "wrapped",
]

POINT = 0.3528  # millimetres
INK = "#1b2733"
FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
_NARROW, _WIDE = frozenset("ijlI.,;:'|!()[]ft- "), frozenset("mwMW@%↑↓±○→")
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Text(NamedTuple):
    """A line of text; ``y`` is its middle, ``size`` in points."""

    x: float
    y: float
    text: str
    size: float = 7.0
    anchor: str = "middle"
    bold: bool = False
    colour: str = INK


class Box(NamedTuple):
    """A rounded box with a label in its middle; an ellipse where ``oval``."""

    x: float
    y: float
    width: float
    height: float
    radius: float
    fill: str
    stroke: str
    thick: float = 0.3
    label: Text | None = None
    name: str = ""
    oval: bool = False


class Stroke(NamedTuple):
    """A line from point to point, straight, or of cubic bends where ``bent``."""

    points: tuple[tuple[float, float], ...]
    colour: str
    thick: float
    dashes: tuple[float, ...] = ()
    bent: bool = False
    name: str = ""


class Polygon(NamedTuple):
    """A filled shape of straight sides."""

    points: tuple[tuple[float, float], ...]
    fill: str
    stroke: str = "none"
    thick: float = 0.0


@dataclass(slots=True)
class Scene:
    """A figure: its size, what is drawn from back to front, and what it says in words."""

    width: float
    height: float
    title: str
    caption: str
    shapes: list[Box | Stroke | Polygon | Text] = field(default_factory=list)

    def add(self, *shapes: Box | Stroke | Polygon | Text) -> None:
        """Draw shapes on top of the others."""
        self.shapes.extend(shapes)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a text in millimetres, on the safe side for any common sans serif."""
    ems = sum(
        0.36 if c in _NARROW else 0.95 if c in _WIDE else 0.74 if c.isupper() else 0.61 for c in text
    )
    return ems * size * POINT * (1.08 if bold else 1.0)


def along(line: Stroke, steps: int = 16) -> list[tuple[float, float]]:
    """Return points on a line from its start to its end: its corners, or ``steps`` of each bend."""
    if not line.bent:
        return list(line.points)
    found = [line.points[0]]
    for i in range(0, len(line.points) - 1, 3):
        p, a, b, q = line.points[i : i + 4]
        if p[1] == a[1] == b[1] == q[1]:
            found.append(q)
            continue
        for step in range(1, steps + 1):
            t = step / steps
            shares = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3)
            x, y = (sum(s * r[k] for s, r in zip(shares, (p, a, b, q), strict=True)) for k in (0, 1))
            found.append((x, y))
    return found


def wrapped(text: str, size: float, width: float, most: int = 99) -> list[str]:
    """Return a text as lines that fit a width; what is beyond ``most`` lines ends in an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1].rstrip('.,;')} …"]
    return lines


def to_svg(scene: Scene) -> str:
    """Return a figure as SVG text: plain shapes, no style sheet, no script, nothing loaded."""
    width, height = _n(scene.width), _n(scene.height)
    size = f'width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}"'
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}" role="img">',
        f"<title>{_x(scene.title)}</title>",
        f"<desc>{_x(scene.caption)}</desc>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *(row for shape in scene.shapes for row in _drawn(shape)),
        "</svg>",
    ]
    return "\n".join(rows) + "\n"


def _drawn(shape: Box | Stroke | Polygon | Text) -> Iterable[str]:
    if isinstance(shape, Text):
        weight = ' font-weight="700"' if shape.bold else ""
        size = shape.size * POINT
        yield (
            f'<text x="{_n(shape.x)}" y="{_n(shape.y + size * 0.35)}" font-size="{_n(size)}" '
            f'text-anchor="{shape.anchor}" fill="{shape.colour}"{weight}>{_x(shape.text)}</text>'
        )
    elif isinstance(shape, Box):
        name = f' data-name="{_x(shape.name)}"' if shape.name else ""
        half, tall = shape.width / 2, shape.height / 2
        form = (
            f'<ellipse cx="{_n(shape.x + half)}" cy="{_n(shape.y + tall)}" rx="{_n(half)}" ry="{_n(tall)}"'
            if shape.oval
            else f'<rect x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.width)}" '
            f'height="{_n(shape.height)}" rx="{_n(shape.radius)}"'
        )
        look = f'fill="{shape.fill}" stroke="{shape.stroke}" stroke-width="{_n(shape.thick)}"'
        yield f"{form} {look}{name}/>"
        if shape.label:
            yield from _drawn(shape.label)
    elif isinstance(shape, Polygon):
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
        edge = f' stroke="{shape.stroke}" stroke-width="{_n(shape.thick)}"' if shape.thick else ""
        yield f'<polygon points="{points}" fill="{shape.fill}"{edge}/>'
    else:
        dashes = f' stroke-dasharray="{" ".join(map(_n, shape.dashes))}"' if shape.dashes else ""
        name = f' data-name="{_x(shape.name)}"' if shape.name else ""
        yield (
            f'<path d="{_path(shape)}" fill="none" stroke="{shape.colour}" '
            f'stroke-width="{_n(shape.thick)}"{dashes}{name}/>'
        )


def _path(line: Stroke) -> str:
    points: Sequence[str] = [f"{_n(x)},{_n(y)}" for x, y in line.points]
    if not line.bent:
        return "M" + "L".join(points)
    return f"M{points[0]}C" + " ".join(points[1:])


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _x(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text), {'"': "&quot;"})
