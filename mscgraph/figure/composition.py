"""Where everything of a mechanism figure stands: lanes from the source to the target, one route each.

Lines leave the membrane of the source side by side, bend into lanes that pass mediators and cells level,
and bend again to the membrane of the target. All bends of one side happen between the same two heights of
x, in the order of the lanes, so no line crosses another, a box or a label. A mediator that acts on a
receptor or a signal of the target ends there, on the membrane or inside. Cells between the two stand below
the lanes that pass them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.figure.captions import MARGIN, QUIET, SMALL, Captions, sides_counted
from mscgraph.figure.drawn_shapes import Box, Polygon, Scene, Stroke, Text, text_width, wrapped
from mscgraph.figure.membranes import Body, number_place, on_way, strips_across, way_along
from mscgraph.render.roles import column_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mscgraph.figure.mechanism import Arrow, Branch, Lane, Mechanism
    from mscgraph.figure.membranes import Point

__all__ = ["compose"]

_PITCH = 8.6
_PORTS, _PORTS_HELD = (
    5.2,
    6.4,
)  # millimetres between lines on a membrane; where something stands in the cell
_STEEP = 0.95  # how far a line may rise in a bend, by its length
_LABEL, _NAME, _TITLE = 6.8, 8.4, 9.5  # points
_ZONE = "#f5f7f9"
_PILL = 5.2
# fill and stroke by column of the entity
_LOOKS = {
    "source": ("#e9f1fa", "#5b87b8"), "cell": ("#fdf0ea", "#c46a3c"), "outcome": ("#faf4ea", "#b08045"),
    "effect": ("#f6efe9", "#93674a"), "factor": ("#ffffff", "#6f8699"), "receptor": ("#e4f3ec", "#2f7a5c"),
    "signal": ("#f5f3dc", "#8a8330"), "cue": ("#fdf6e3", "#a37b1c"),
}  # fmt: skip
_BRANCHES = (("#edf6ed", "#5f9a62"), ("#f5effa", "#8a64ad"))
_THICK = {"A": 0.75, "B": 0.62, "C": 0.48, "D": 0.36}


def compose(held: Mechanism, width: float) -> Scene:
    """Return the figure of a mechanism, ``width`` millimetres wide."""
    return _Composer(held, width).scene


class _Composer(Captions):
    def __init__(self, held: Mechanism, width: float) -> None:
        super().__init__(held, width)
        self.columns = strips_across(width, branched=bool(held.branches))
        self._compose()

    # -- the whole ----------------------------------------------------------------------------------

    def _compose(self) -> None:
        top = self._heading()
        lanes, branches = self.held.lanes, self.held.branches
        y = first = top + 12
        ys = [first + i * _PITCH for i in range(len(lanes))]
        y = first + len(lanes) * _PITCH
        tops = []
        for branch in branches:
            y += 1.5
            tops.append(y)
            y += max(len(branch.lanes), 2) * _PITCH
        last = y if self.held.direct else y - _PITCH
        self.source, self.target = self._bodies(first, last)
        ends = [end for body in (self.source, self.target) for end in (body.y, body.y + body.height)]
        seen_in = 2.4 * len(self._seen_in()) + 1.2
        over = max(
            0.0, top + max(6.0, seen_in) - min(ends)
        )  # the cells are taller than the lanes: all moves down
        if over:
            ys, tops = [y + over for y in ys], [y + over for y in tops]
            first, last = first + over, last + over
            self.source, self.target = self._bodies(first, last)
        bottom = max(last + 7, *(body.y + body.height + 4 for body in (self.source, self.target)))
        self._grounds(top, bottom)
        self._draw_body(self.held.source, self.source, -1)
        self._draw_body(self.held.target, self.target, 1)
        for lane, at in zip(lanes, ys, strict=True):
            self._lane(lane, at)
        for i, (branch, at) in enumerate(zip(branches, tops, strict=True)):
            self._branch(i, branch, at)
        if self.held.direct:
            self._direct(self.held.direct, last)
        self._below(bottom + 2)

    def _heading(self) -> float:
        scene, held = self.scene, self.held
        y = 5.0
        for text in wrapped(scene.title, _TITLE * 1.08, self.width - 2 * MARGIN, 2):
            scene.add(Text(MARGIN, y, text, _TITLE, "start", bold=True))
            y += 4.6
        rows = []
        if held.direct:
            rows.append(f"Direct test: {sides_counted(held.direct)}.")
        if held.part:
            rows.append(f"Filter on: {held.part}.")
        for row in rows or ["No direct test curated: the whole is a hypothesis."]:
            for text in wrapped(row, SMALL, self.width - 2 * MARGIN, 2):
                scene.add(Text(MARGIN, y, text, SMALL, "start", colour=QUIET))
                y += 3
        return y

    def _grounds(self, top: float, bottom: float) -> None:
        """The compartments: what is on the source's side, and where the effects on the target were seen."""
        right = self.columns.target[1] + 2
        split = self.columns.target[0] - 9
        end = min(right, self.width - 1.5)
        for left, width in ((1.5, split - 2.3), (split + 0.8, end - split - 0.8)):
            self.scene.add(Box(left, top, width, bottom - top, 3.5, _ZONE, "none", 0))
        for i, text in enumerate(self._seen_in()):
            self.scene.add(Text(end - 1.8, top + 2 + 2.4 * i, text, SMALL, "end", colour=QUIET))

    def _seen_in(self) -> list[str]:
        """Where the effects on the target were seen, all of it, in lines that fit above the target."""
        if not self.held.places:
            return []
        left, end = self.columns.target[0] - 8.2, min(self.columns.target[1] + 2, self.width - 1.5)
        return wrapped("SEEN IN: " + ", ".join(self.held.places), SMALL, end - left - 3)

    def _holds(self, end: str) -> bool:
        """Whether something of the routes stands in the source or target."""
        lanes = self.held.lanes
        if end == self.held.source:
            return any(lane.within for lane in lanes)
        return any(lane.inside or (lane.first and self._on_target(lane.mediator)) for lane in lanes)

    def _bodies(self, first: float, last: float) -> tuple[Body, Body]:
        """Source and target as tall as what meets them asks for."""
        columns = self.columns
        extent = last - first
        corridors = (
            columns.mediators[0] - 3 - columns.source[1],
            columns.target[0] - max(columns.mediators[1], columns.cells[1]),
        )
        bodies = []
        for end, (left, right), corridor in zip(
            (self.held.source, self.held.target),
            (columns.source, columns.target),
            corridors,
            strict=True,
        ):
            holds = self._holds(end)
            pitch = _PORTS_HELD if holds else _PORTS
            spread = min(extent, max(extent * pitch / _PITCH, extent - 2 * _STEEP * corridor))
            is_cell = column_of(self.kg.entities[end]) in ("cell", "source")
            low, high = ((0.24, 0.88) if holds else (0.14, 0.86)) if is_cell else (0.12, 0.88)
            height = max(spread / (high - low), 30.0 if is_cell else 16.0)
            spread = min(spread, height * (high - low))
            middle = (first + last) / 2
            y = middle - height * (low + high) / 2
            ports = (middle - spread / 2, middle + spread / 2)
            bodies.append(Body(left, y, right - left, height, is_cell, (first, last), ports))
        return bodies[0], bodies[1]

    def _draw_body(self, end: str, body: Body, side: int) -> None:
        """A cell with its two membranes and a nucleus, or a plain plate, with its name."""
        column = column_of(self.kg.entities[end])
        fill, stroke = _LOOKS["cell" if side > 0 and column == "source" else column]
        x, y, width, height = body[:4]
        radius = 4.0
        self.scene.add(
            Box(x, y, width, height, radius, fill, stroke, 0.55, name=end, oval=body.is_cell)
        )
        holds = self._holds(end)
        if body.is_cell:
            self.scene.add(
                Box(x + 1, y + 1, width - 2, height - 2, radius, "none", stroke, 0.18, oval=True)
            )
            self._kernel(end, body, _darker(fill), stroke)
        rows = wrapped(self.kg.name(end), _NAME, width - 4, 2)
        share = 0.12 if holds else 0.36 if body.is_cell else 0.5
        top = y + height * share - 1.7 * (len(rows) - 1)
        for i, text in enumerate(rows):
            room = width - 3.5
            size = min(_NAME, _NAME * room / text_width(text, _NAME, bold=True))
            shown = text if size >= SMALL else _fitted(text, room / 1.08)
            self.scene.add(Text(x + width / 2, top + 3.4 * i, shown, max(size, SMALL), bold=True))

    def _kernel(self, end: str, body: Body, fill: str, stroke: str) -> None:
        """The nucleus of a cell; of what is no cell, such as vesicles, a few of those."""
        x, y, width, height = body[:4]
        middle, low = x + width / 2, y + height * 0.62
        if self._holds(end):
            return
        if self.kg.entities[end].category == "Cell":
            wide, tall = min(15.0, width * 0.5), min(11.0, height * 0.2)
            self.scene.add(
                Box(middle - wide / 2, low - tall / 2, wide, tall, 2, fill, stroke, 0.22, oval=True),
                Box(middle + 0.6, low - 1.1, 2.2, 2.2, 1.1, _darker(fill), "none", 0),
            )
            return
        for dx, dy, size in (
            (-0.22, -0.05, 3.6),
            (0.12, -0.09, 2.8),
            (-0.04, 0.05, 4.4),
            (0.24, 0.04, 3.2),
        ):
            left, top = middle + dx * width - size / 2, low + dy * height - size / 2
            self.scene.add(
                Box(left, top, size, size, size / 2, "#ffffff", stroke, 0.4),
                Box(left + 0.5, top + 0.5, size - 1, size - 1, size / 2, fill, stroke, 0.12),
            )

    # -- routes -------------------------------------------------------------------------------------

    def _lane(self, lane: Lane, y: float) -> None:
        number = self._note(lane, self.held.target)
        end, solid = self.target.port(y, -1), bool(lane.demonstrated)
        if lane.first and lane.second and self._on_target(lane.mediator):
            steps = (lane.first, lane.second)
            self._inside(steps, self.source.port(y, 1), y, number, solid=solid)
            return
        right = self._mediator(lane, y, number)
        inner = number if lane.within else 0
        if lane.second and lane.third:
            self._inside((lane.second, lane.third), right, y, inner, solid=solid)
        elif lane.second:
            self._line(lane.second, (right, end, y), inner, solid=solid)

    def _on_target(self, entity: str) -> bool:
        """Whether an entity is a receptor, which a target that is a cell carries."""
        column = column_of(self.kg.entities[self.held.target])
        return column == "cell" and column_of(self.kg.entities[entity]) == "receptor"

    def _mediator(self, lane: Lane, y: float, number: int) -> Point:
        """The pill of a mediator and what leads to it; the middle of its right side."""
        low, high = self.columns.mediators
        name = self.kg.name(lane.mediator)
        label = _fitted(name, high - low - 2.4)
        width = min(high - low, max(11.0, text_width(label, _LABEL) + 3))
        left = (low + high - width) / 2
        fill, stroke = _LOOKS[column_of(self.kg.entities[lane.mediator])]
        start = self.source.port(y, 1)
        if lane.within:  # in the cell that makes it
            body, y = self.source, start[1]
            room = 2 * (start[0] - body.x - body.width / 2) - 3
            label = _fitted(name, room - 2.4)
            width = min(room, max(9.0, text_width(label, _LABEL) + 3))
            left = body.x + body.width / 2 - width / 2
        elif lane.first:
            self._line(lane.first, (start, (left, y), y), number, solid=bool(lane.demonstrated))
        else:
            way = way_along(start, (left, y), y, source=self.source, columns=self.columns)
            self.scene.add(Stroke(way, QUIET, 0.36, bent=True))
            self._badge(*number_place(way), number, solid=bool(lane.demonstrated))
        self.scene.add(
            Box(
                left, y - _PILL / 2, width, _PILL, _PILL / 2, fill, stroke, 0.3,
                Text(left + width / 2, y, label, _LABEL), lane.mediator,
            )
        )  # fmt: skip
        return left + width, y

    def _inside(
        self, steps: tuple[Arrow, Arrow], start: Point, lane: float, number: int, *, solid: bool
    ) -> None:
        """A receptor on the membrane of the target, or a signal in it, and what that does."""
        edge, y = self.target.port(lane, -1)
        second, third = steps
        inside = third.cause
        column = column_of(self.kg.entities[inside])
        fill, stroke = _LOOKS[column]
        far = 2 * (self.target.x + self.target.width / 2 - edge)  # to the other side of the cell
        label = _fitted(self.kg.name(inside), min(14, far - 10))
        if column == "receptor":
            self._line(second, (start, (edge - 2.2, y), lane), number, solid=solid)
            outline = ((-2.0, 1.7), (0.2, 0.9), (2.6, 0.9))
            cup = [(edge + dx, y - dy) for dx, dy in outline]
            cup += [(edge + dx, y + dy) for dx, dy in reversed(outline)] + [(edge - 0.7, y)]
            self.scene.add(Polygon(tuple(cup), fill, stroke, 0.3))
            x = edge + 3.4
            self.scene.add(Text(x, y, label, SMALL, "start", colour=stroke))
            x += text_width(label, SMALL) + 0.6
        else:
            width = text_width(label, SMALL) + 3
            self._line(second, (start, (edge + 2.4, y), lane), number, solid=solid)
            self.scene.add(
                Box(edge + 2.4, y - 2.1, width, 4.2, 1.2, fill, stroke, 0.25,
                    Text(edge + 2.4 + width / 2, y, label, SMALL), inside)
            )  # fmt: skip
            x = edge + 2.4 + width
        end = min(x + 5.5, edge + far - 2)
        if end - x > 3:  # noqa: PLR2004 - space for a line and its head
            self._line(third, ((x, y), (end, y), y), 0, solid=solid)
            room, width = edge + far - 1.2, text_width(third.aspect, SMALL)  # what the line acts on
            if end + 0.8 + width < room:
                self.scene.add(Text(end + 0.8, y, third.aspect, SMALL, "start", colour=QUIET))
            elif x + width < room:
                self.scene.add(Text(x, y + 2.8, third.aspect, SMALL, "start", colour=QUIET))

    def _branch(self, i: int, branch: Branch, top: float) -> None:
        rows = max(len(branch.lanes), 2)
        fill, stroke = _BRANCHES[i % 2]
        left, right = self.columns.cells
        height = rows * _PITCH - 1.6
        box_top = top - _PITCH / 2 + 0.8
        spare = (rows - len(branch.lanes)) * _PITCH / 2
        for j, lane in enumerate(branch.lanes):
            y = top + spare + j * _PITCH
            number = self._note(lane, branch.cell)
            if lane.mediator and lane.second:
                start = self._mediator(lane, y, number)
                inner = number if lane.within else 0
                self._line(lane.second, (start, (left, y), y), inner, solid=bool(lane.demonstrated))
            elif lane.first:
                start = self.source.port(y, 1)
                self._line(lane.first, (start, (left, y), y), number, solid=bool(lane.demonstrated))
        self.scene.add(
            Box(left, box_top, right - left, height, 6, fill, stroke, 0.5, name=branch.cell),
            Box(left + 0.8, box_top + 0.8, right - left - 1.6, height - 1.6, 5.2, "none", stroke, 0.16),
        )
        names = wrapped(self.kg.name(branch.cell), _LABEL, right - left - 2, 3)
        for k, text in enumerate(names):
            middle = box_top + height / 2 + (k - (len(names) - 1) / 2) * 3
            room = right - left - 2.4
            size = max(SMALL, min(_LABEL, _LABEL * room / text_width(text, _LABEL, bold=True)))
            shown = _fitted(text, room / 1.08 * _LABEL / size)
            self.scene.add(Text((left + right) / 2, middle, shown, size, bold=True))
        number = self._note_relation(branch.out)
        y = box_top + height / 2
        self._line(branch.out, ((right, y), self.target.port(y, -1), y), number, solid=False)

    def _direct(self, relation: Arrow, y: float) -> None:
        number = self._note_relation(relation)
        self._line(relation, (self.source.port(y, 1), self.target.port(y, -1), y), number, solid=True)
        low, high = self.columns.mediators
        counted = relation.kind.id in ("both", "mixed") and not self.narrow
        several = f" {relation.sides}" if counted else ""
        words = f"direct test{several}"
        self.scene.add(Text((low + high) / 2, y - 3.1, words, SMALL, colour=QUIET))

    # -- lines --------------------------------------------------------------------------------------

    def _line(
        self, relation: Arrow, ends: tuple[Point, Point, float], number: int, *, solid: bool
    ) -> None:
        """A line along a lane with its head, the number of its note, and the counts of its sides."""
        kind = relation.kind
        (x0, _), (x1, y1), lane = ends
        thick = _THICK.get(relation.grade, 0.36)
        dashes = tuple(d * 0.22 for d in kind.dashes)
        name = f"{relation.cause} {kind.id} {relation.target}"
        way = way_along(ends[0], (x1 - 1.2, y1), lane, source=self.source, columns=self.columns)
        self.scene.add(Stroke(way, kind.colour, thick, dashes, bent=True, name=name))
        self._head(kind.id, x1 - 0.35, y1)
        length = x1 - x0
        if relation.mark and relation.mark != kind.sign and length > 9:  # noqa: PLR2004
            self._mark(relation.mark, *on_way(way, x1 - 4.6))
        if number:
            self._badge(*number_place(way), number, solid=solid)
        direct = (relation.cause, relation.target) == (self.held.source, self.held.target)
        if kind.id in ("both", "mixed") and length > 12 and not direct and not self.narrow:  # noqa: PLR2004
            width = text_width(relation.sides, SMALL)
            if x0 >= self.columns.mediators[0]:  # next to the mediator, where lanes are farthest apart
                self.scene.add(
                    Text(x0 + 1, lane - 2.5, relation.sides, SMALL, "start", colour=kind.colour)
                )
            elif width < length:
                self.scene.add(Text(x1 - 1, y1 - 2.8, relation.sides, SMALL, "end", colour=kind.colour))


def _fitted(name: str, room: float) -> str:
    """A name, shortened where it does not fit."""
    if text_width(name, _LABEL) <= room:
        return name
    while name and text_width(f"{name}…", _LABEL) > room:
        name = name[:-1]
    return f"{name.rstrip()}…"


def _darker(colour: str) -> str:
    parts: Sequence[int] = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(part * 0.93):02x}" for part in parts)
