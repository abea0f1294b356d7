"""The few shapes that a figure is made of, in millimetres, and their drawing as SVG."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

POINT = 0.3528  # millimetres
INK = "#1b2733"
FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
_NARROW, _WIDE = frozenset("ijlI.,;:'|!()[]ft- "), frozenset("mwMW@%↑↓±○→")
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Point: TypeAlias = tuple[float, float]


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

    points: tuple[Point, ...]
    colour: str
    thick: float
    dashes: tuple[float, ...] = ()
    bent: bool = False
    name: str = ""


class Polygon(NamedTuple):
    """A filled shape of straight sides."""

    points: tuple[Point, ...]
    fill: str
    stroke: str = "none"
    thick: float = 0.0


_Shape: TypeAlias = Box | Stroke | Polygon | Text


@dataclass(slots=True)
class Scene:
    """A figure: its size, what is drawn from back to front, and what it says in words."""

    width: float
    height: float
    title: str
    caption: str
    shapes: list[_Shape] = field(default_factory=list)

    def add(self, *shapes: _Shape) -> None:
        """Draw shapes on top of the others."""
        self.shapes.extend(shapes)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a text in millimetres, on the safe side for any common sans serif."""
    ems = sum(
        0.36 if c in _NARROW else 0.95 if c in _WIDE else 0.74 if c.isupper() else 0.61 for c in text
    )
    return ems * size * POINT * (1.08 if bold else 1.0)


def bend_at(bend: Sequence[Point], t: float) -> Point:
    """Return the point at a share of a cubic bend, from its four points."""
    shares = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3)
    x, y = (sum(s * r[k] for s, r in zip(shares, bend, strict=True)) for k in (0, 1))
    return x, y


def along(line: Stroke, steps: int = 16) -> list[Point]:
    """Return points on a line from its start to its end: its corners, or ``steps`` of each bend."""
    if not line.bent:
        return list(line.points)
    found = [line.points[0]]
    for i in range(0, len(line.points) - 1, 3):
        bend = line.points[i : i + 4]
        if len({y for _, y in bend}) == 1:
            found.append(bend[3])
        else:
            found += (bend_at(bend, step / steps) for step in range(1, steps + 1))
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
        *(row for shape in scene.shapes for row in _elements(shape)),
        "</svg>",
    ]
    return "\n".join(rows) + "\n"


def _elements(shape: _Shape) -> Iterable[str]:
    if isinstance(shape, Text):
        size = shape.size * POINT
        yield _element(
            "text", shape.text, x=shape.x, y=shape.y + size * 0.35, font_size=size,
            text_anchor=shape.anchor, fill=shape.colour, font_weight="700" if shape.bold else "",
        )  # fmt: skip
    elif isinstance(shape, Box):
        x, y, width, height = shape[:4]
        form: dict[str, Any] = {"x": x, "y": y, "width": width, "height": height, "rx": shape.radius}
        if shape.oval:
            rx, ry = width / 2, height / 2
            form = {"cx": x + rx, "cy": y + ry, "rx": rx, "ry": ry}
        yield _element(
            "ellipse" if shape.oval else "rect", **form, fill=shape.fill, stroke=shape.stroke,
            stroke_width=shape.thick, data_name=shape.name,
        )  # fmt: skip
        if shape.label:
            yield from _elements(shape.label)
    elif isinstance(shape, Polygon):
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
        edge: Any = {"stroke": shape.stroke, "stroke_width": shape.thick} if shape.thick else {}
        yield _element("polygon", points=points, fill=shape.fill, **edge)
    else:
        first, *rest = (f"{_n(x)},{_n(y)}" for x, y in shape.points)
        path = f"M{first}C{' '.join(rest)}" if shape.bent else f"M{'L'.join((first, *rest))}"
        yield _element(
            "path", d=path, fill="none", stroke=shape.colour, stroke_width=shape.thick,
            stroke_dasharray=" ".join(map(_n, shape.dashes)), data_name=shape.name,
        )  # fmt: skip


def _element(tag: str, text: str = "", **attributes: str | float) -> str:
    """An element with its attributes, without those that are empty."""
    said = "".join(
        f' {name.replace("_", "-")}="{_x(value) if isinstance(value, str) else _n(value)}"'
        for name, value in attributes.items()
        if value != ""
    )
    return f"<{tag}{said}>{_x(text)}</{tag}>" if text else f"<{tag}{said}/>"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _x(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text), {'"': "&quot;"})
