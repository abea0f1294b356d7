"""A figure as SBGN-ML, an activity flow (level 1), for Newt, CellDesigner, Cytoscape, VANTED."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from mscgraph.figure.drawn_shapes import Box
from mscgraph.render.placement import column_of

if TYPE_CHECKING:
    from mscgraph.figure.drawn_shapes import Scene
    from mscgraph.figure.mechanism import Mechanism

_VERSION = "http://identifiers.org/combine.specifications/sbgn.af.level-1.version-1.2"
_SCALE = 5.0  # pixels in a millimetre
# What has no one direction is an unknown influence; what has none is no arc.
_ARCS = {"up": "positive influence", "down": "negative influence", "both": "unknown influence",
         "mixed": "unknown influence"}  # fmt: skip
_NOWHERE = Box(0, 0, 14, 5, 0, "", "")


def to_sbgn(held: Mechanism, scene: Scene) -> str:
    """Return an activity flow of the figure: an activity for each entity, an arc for each relation.

    What SBGN has no sign for stands in the notes of the arc: the counts of each side, and the papers. Cells
    that act on nothing are phenotypes, from which no arc may leave; all else are biological activities.
    Entities stand where the figure has them.
    """
    places = {
        shape.name: shape for shape in reversed(scene.shapes) if isinstance(shape, Box) and shape.name
    }
    relations = {(r.cause, r.target): r for r in held.relations if r.kind.id in _ARCS}
    number = {
        end: f"e{i}" for i, end in enumerate(dict.fromkeys(e for ends in relations for e in ends))
    }
    causes = {cause for cause, _ in relations}
    rows = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<sbgn xmlns="http://sbgn.org/libsbgn/0.3">',
        f'<map id="figure" language="activity flow" version="{_VERSION}">',
    ]
    for entity, name in number.items():
        only_ends = column_of(held.kg.entities[entity]) == "cell" and entity not in causes
        box = places.get(entity, _NOWHERE)
        rows += [
            f'<glyph id="{name}" class="{"phenotype" if only_ends else "biological activity"}">',
            f"<label text={quoteattr(held.kg.name(entity))}/>",
            f'<bbox {_at(box.x, box.y)} w="{box.width * _SCALE:.1f}" h="{box.height * _SCALE:.1f}"/>',
            "</glyph>",
        ]
    for i, ((cause, target), relation) in enumerate(relations.items()):
        start, end = places.get(cause), places.get(target)
        counts = ", ".join(f"{n} {kind.words}" for kind, n in relation.counts)
        against = f"; against: {', '.join(relation.disputing)}" if relation.disputing else ""
        text = f"{counts}; grade {relation.grade}; for: {', '.join(relation.supporting)}{against}"
        ends = f'source="{number[cause]}" target="{number[target]}"'
        rows += [
            f'<arc id="a{i}" class="{_ARCS[relation.kind.id]}" {ends}>',
            f'<notes><p xmlns="http://www.w3.org/1999/xhtml">{escape(text)}</p></notes>',
            f"<start {_at(start.x + start.width, start.y + start.height / 2) if start else _at(0, 0)}/>",
            f"<end {_at(end.x, end.y + end.height / 2) if end else _at(0, 0)}/>",
            "</arc>",
        ]
    return "\n".join([*rows, "</map>", "</sbgn>"]) + "\n"


def _at(x: float, y: float) -> str:
    return f'x="{x * _SCALE:.1f}" y="{y * _SCALE:.1f}"'
