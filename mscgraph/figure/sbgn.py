"""A figure as SBGN-ML, an activity flow (level 1), for Newt, CellDesigner, Cytoscape, VANTED."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from mscgraph.figure.drawn_shapes import Box
from mscgraph.render.roles import column_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mscgraph.figure.drawn_shapes import Scene
    from mscgraph.figure.mechanism import Arrow, Mechanism

__all__ = ["to_sbgn"]

_VERSION = "http://identifiers.org/combine.specifications/sbgn.af.level-1.version-1.2"
_SCALE = 5.0  # pixels in a millimetre
# What has no one direction is an unknown influence; what has none is no arc.
_ARCS = {"up": "positive influence", "down": "negative influence", "both": "unknown influence",
         "mixed": "unknown influence"}  # fmt: skip


def to_sbgn(held: Mechanism, scene: Scene) -> str:
    """Return an activity flow of the figure: an activity for each entity, an arc for each relation.

    What SBGN has no sign for stands in the notes of the arc: the counts of each side, and the papers. Cells
    that act on nothing are phenotypes, from which no arc may leave; all else are biological activities.
    Entities stand where the figure has them.
    """
    places = {
        shape.name: shape for shape in reversed(scene.shapes) if isinstance(shape, Box) and shape.name
    }
    relations = list({(r.cause, r.target): r for r in _relations(held)}.values())
    ends = dict.fromkeys(end for r in relations for end in (r.cause, r.target))
    causes = {r.cause for r in relations}
    number = {entity: f"e{i}" for i, entity in enumerate(ends)}
    rows = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<sbgn xmlns="http://sbgn.org/libsbgn/0.3">',
        f'<map id="figure" language="activity flow" version="{_VERSION}">',
        *(
            row
            for entity in ends
            for row in _glyph(held, number[entity], entity, places.get(entity), acts=entity in causes)
        ),
        *(row for i, relation in enumerate(relations) for row in _arc(i, relation, number, places)),
        "</map>",
        "</sbgn>",
    ]
    return "\n".join(rows) + "\n"


def _relations(held: Mechanism) -> Iterable[Arrow]:
    for lane in (*held.lanes, *(lane for branch in held.branches for lane in branch.lanes)):
        yield from lane.relations
    for branch in held.branches:
        yield branch.out
    if held.direct and held.direct.kind.id in _ARCS:
        yield held.direct


def _glyph(held: Mechanism, name: str, entity: str, box: Box | None, *, acts: bool) -> Iterable[str]:
    is_cell = column_of(held.kg.entities[entity]) == "cell"
    kind = "phenotype" if is_cell and not acts else "biological activity"
    x, y, width, height = (box.x, box.y, box.width, box.height) if box else (0, 0, 14, 5)
    yield f'<glyph id="{name}" class="{kind}">'
    yield f"<label text={quoteattr(held.kg.name(entity))}/>"
    yield f'<bbox {_at(x, y)} w="{width * _SCALE:.1f}" h="{height * _SCALE:.1f}"/>'
    yield "</glyph>"


def _arc(i: int, relation: Arrow, number: dict[str, str], places: dict[str, Box]) -> Iterable[str]:
    start, end = places.get(relation.cause), places.get(relation.target)
    x0, y0 = (start.x + start.width, start.y + start.height / 2) if start else (0.0, 0.0)
    x1, y1 = (end.x, end.y + end.height / 2) if end else (0.0, 0.0)
    counts = ", ".join(f"{n} {kind.words}" for kind, n in relation.counts)
    papers = ", ".join(relation.supporting)
    against = f"; against: {', '.join(relation.disputing)}" if relation.disputing else ""
    ends = f'source="{number[relation.cause]}" target="{number[relation.target]}"'
    yield f'<arc id="a{i}" class="{_ARCS[relation.kind.id]}" {ends}>'
    text = escape(f"{counts}; grade {relation.grade}; for: {papers}{against}")
    yield f'<notes><p xmlns="http://www.w3.org/1999/xhtml">{text}</p></notes>'
    yield f"<start {_at(x0, y0)}/>"
    yield f"<end {_at(x1, y1)}/>"
    yield "</arc>"


def _at(x: float, y: float) -> str:
    return f'x="{x * _SCALE:.1f}" y="{y * _SCALE:.1f}"'
