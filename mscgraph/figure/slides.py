"""A figure as a slide of shapes that can be moved: PowerPoint, LibreOffice Impress, Keynote."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from mscgraph.errors import MissingExtra
from mscgraph.figure.drawn_shapes import Box, Polygon, Stroke, Text, along, text_width

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mscgraph.figure.drawn_shapes import Scene

_EMU = 36_000  # in a millimetre
_DASHED = 0.4  # millimetres: shorter dashes are dots
_ALIGNED = {"start": "LEFT", "middle": "CENTER", "end": "RIGHT"}


def to_slide(scene: Scene) -> bytes:
    """Return a presentation of one slide, as large as the figure; each label stands in its own shape."""
    try:
        from pptx import Presentation  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        raise MissingExtra(
            "PPTX needs python-pptx: pip install 'mscgraph[figure]', or write .svg"
        ) from None
    make: Any = Presentation
    deck = make()
    deck.slide_width, deck.slide_height = _emu(scene.width), _emu(scene.height)
    deck.core_properties.title = scene.title
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    for shape in scene.shapes:
        _DRAW[type(shape)](slide.shapes, shape)
    slide.notes_slide.notes_text_frame.text = scene.caption
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _box(shapes: Any, box: Box) -> None:
    from pptx.enum.shapes import MSO_SHAPE

    round_ = box.oval or (box.width == box.height and box.radius * 2 >= box.width)
    kind = MSO_SHAPE.OVAL if round_ else MSO_SHAPE.ROUNDED_RECTANGLE
    made = shapes.add_shape(kind, *map(_emu, box[:4]))
    if not round_:
        made.adjustments[0] = min(0.5, box.radius / min(box.width, box.height))
    if box.name:
        made.name = box.name
    _paint(made, box)
    if box.label:
        _write(made.text_frame, box.label)


def _text(shapes: Any, text: Text) -> None:
    width = 1.4 * text_width(text.text, text.size, bold=text.bold) + 2  # one line in any font
    left = {"start": text.x, "middle": text.x - width / 2, "end": text.x - width}[text.anchor]
    made = shapes.add_textbox(*map(_emu, (left, text.y - 2, width, 4)))
    _write(made.text_frame, text)
    made.text_frame.word_wrap = True  # else some programs centre a text that is narrower than its box


def _write(frame: Any, text: Text) -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    frame.word_wrap = False
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.text = text.text
    paragraph = frame.paragraphs[0]
    paragraph.alignment = getattr(PP_ALIGN, _ALIGNED[text.anchor])
    font = paragraph.runs[0].font
    font.size, font.bold, font.name = Pt(text.size), text.bold, "Arial"
    font.color.rgb = _colour(text.colour)


def _line(shapes: Any, line: Stroke) -> None:
    from pptx.enum.dml import MSO_LINE
    from pptx.enum.shapes import MSO_CONNECTOR

    (x0, y0), *rest = along(line)
    if len({y for _, y in (line.points[0], *rest)}) == 1:
        made = shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *map(_emu, (x0, y0, *rest[-1])))
    else:
        builder = shapes.build_freeform(_emu(x0), _emu(y0))
        builder.add_line_segments([(_emu(x), _emu(y)) for x, y in rest], close=False)
        made = builder.convert_to_shape()
        made.fill.background()
    _edge(made, line.colour, line.thick)
    if line.name:
        made.name = line.name
    if line.dashes:
        styles = {2: MSO_LINE.DASH, 4: MSO_LINE.DASH_DOT, 6: MSO_LINE.DASH_DOT_DOT}
        dotted = line.dashes[0] < _DASHED + 0.1
        made.line.dash_style = MSO_LINE.ROUND_DOT if dotted else styles[len(line.dashes)]


def _polygon(shapes: Any, polygon: Polygon) -> None:
    points: Sequence[tuple[int, int]] = [(_emu(x), _emu(y)) for x, y in polygon.points]
    builder = shapes.build_freeform(*points[0])
    builder.add_line_segments(points[1:], close=True)
    _paint(builder.convert_to_shape(), polygon)


def _paint(made: Any, shape: Box | Polygon) -> None:
    if shape.fill == "none":
        made.fill.background()
    else:
        made.fill.solid()
        made.fill.fore_color.rgb = _colour(shape.fill)
    _edge(made, shape.stroke, shape.thick)


def _edge(made: Any, colour: str, thick: float) -> None:
    """The line of a shape, without the theme's look: its shadow stands in some programs for all that."""
    for style in made.element.findall(".//{*}style"):
        made.element.remove(style)
    if colour == "none":
        made.line.fill.background()
    else:
        made.line.color.rgb = _colour(colour)
        made.line.width = _emu(thick)


def _colour(text: str) -> Any:
    from pptx.dml.color import RGBColor

    colour: Any = RGBColor
    return colour.from_string(text.removeprefix("#").upper())


def _emu(millimetres: float) -> int:
    return round(millimetres * _EMU)


_DRAW: Mapping[type, Callable[[Any, Any], None]] = {
    Box: _box, Text: _text, Stroke: _line, Polygon: _polygon,
}  # fmt: skip
