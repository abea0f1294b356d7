"""Where everything of a mechanism figure stands: lanes from the source to the target, one route each.

Lines leave the membrane of the source side by side, bend into lanes that pass mediators and cells level,
and bend again to the membrane of the target. All bends of one side happen between the same two heights of
x, in the order of the lanes, so no line crosses another, a box or a label. A mediator that acts on a
receptor or a signal of the target ends there, on the membrane or inside. Cells between the two stand below
the lanes that pass them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.figure.captions import MARGIN, QUIET, SMALL, Captions
from mscgraph.figure.drawn_shapes import Box, Polygon, Scene, Stroke, Text, text_width, wrapped
from mscgraph.figure.membranes import Body, number_place, on_way, strips_across, way_along
from mscgraph.render.placement import column_of

if TYPE_CHECKING:
    from mscgraph.figure.drawn_shapes import Point
    from mscgraph.figure.mechanism import Arrow, Branch, Lane, Mechanism

# millimetres between lanes, and between lines on a membrane, without and with something in the cell
_PITCH, _PORTS, _PORTS_HELD = 8.6, 5.2, 6.4
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
_VESICLES = ((-0.22, -0.05, 3.6), (0.12, -0.09, 2.8), (-0.04, 0.05, 4.4), (0.24, 0.04, 3.2))
_CUP = ((-2.0, -1.7), (0.2, -0.9), (2.6, -0.9), (2.6, 0.9), (0.2, 0.9), (-2.0, 1.7), (-0.7, 0))
_THICK = {"A": 0.75, "B": 0.62, "C": 0.48, "D": 0.36}


def compose(held: Mechanism, width: float) -> Scene:
    """Return the figure of a mechanism, ``width`` millimetres wide."""
    return _Composer(held, width).scene


class _Composer(Captions):
    def __init__(self, held: Mechanism, width: float) -> None:
        super().__init__(held, width)
        self.columns = strips_across(width, branched=bool(held.branches))
        self.end = min(self.columns.target[1] + 2, width - 1.5)
        self._compose()

    def _column(self, entity: str) -> str:
        return column_of(self.kg.entities[entity])

    def _compose(self) -> None:
        held, top = self.held, self._heading()
        first = top + 12
        ys = [first + i * _PITCH for i in range(len(held.lanes))]
        y = first + len(held.lanes) * _PITCH
        tops = []
        for branch in held.branches:
            tops.append(y + 1.5)
            y += 1.5 + max(len(branch.lanes), 2) * _PITCH
        last = y if held.direct else y - _PITCH
        self._stand(first, last)
        seen_in = 2.4 * len(self._seen_in()) + 1.2
        over = top + max(6.0, seen_in) - min(self.source.y, self.target.y)
        if over > 0:  # the cells are taller than the lanes: all moves down
            ys, tops = [y + over for y in ys], [y + over for y in tops]
            first, last = first + over, last + over
            self._stand(first, last)
        bottom = max(last + 7, *(body.y + body.height + 4 for body in (self.source, self.target)))
        self._grounds(top, bottom)
        self._draw_body(held.source, self.source, -1)
        self._draw_body(held.target, self.target, 1)
        for lane, at in zip(held.lanes, ys, strict=True):
            self._lane(lane, at)
        for looks, branch, at in zip(_BRANCHES, held.branches, tops, strict=False):
            self._branch(looks, branch, at)
        if held.direct:
            self._direct(held.direct, last)
        self._below(bottom + 2)

    def _heading(self) -> float:
        held, y = self.held, 5.0
        for text in wrapped(self.scene.title, _TITLE * 1.08, self.width - 2 * MARGIN, 2):
            self.scene.add(Text(MARGIN, y, text, _TITLE, "start", bold=True))
            y += 4.6
        rows = [f"Direct test: {held.direct.counted}."] if held.direct else []
        rows += [f"Filter on: {held.part}."] if held.part else []
        for row in rows or ["No direct test curated: the whole is a hypothesis."]:
            for text in wrapped(row, SMALL, self.width - 2 * MARGIN, 2):
                self._write(MARGIN, y, text, QUIET)
                y += 3
        return y

    def _grounds(self, top: float, bottom: float) -> None:
        """The compartments: what is on the source's side, and where the effects on the target were seen."""
        split, end = self.columns.target[0] - 9, self.end
        for left, width in ((1.5, split - 2.3), (split + 0.8, end - split - 0.8)):
            self.scene.add(Box(left, top, width, bottom - top, 3.5, _ZONE, "none", 0))
        for i, text in enumerate(self._seen_in()):
            self.scene.add(Text(end - 1.8, top + 2 + 2.4 * i, text, SMALL, "end", colour=QUIET))

    def _seen_in(self) -> list[str]:
        """Where the effects on the target were seen, all of it, in lines that fit above the target."""
        if not self.held.places:
            return []
        room = self.end - (self.columns.target[0] - 8.2) - 3
        return wrapped("SEEN IN: " + ", ".join(self.held.places), SMALL, room)

    def _holds(self, end: str) -> bool:
        """Whether something of the routes stands in the source or target."""
        lanes = self.held.lanes
        if end == self.held.source:
            return any(lane.within for lane in lanes)
        return any(lane.inside or (lane.first and self._on_target(lane.mediator)) for lane in lanes)

    def _stand(self, first: float, last: float) -> None:
        """Place source and target, as tall as what meets them asks for."""
        source, mediators, cells, target = self.columns
        self.source, self.target = (
            self._body(end, strip, corridor, first, last)
            for end, strip, corridor in (
                (self.held.source, source, mediators[0] - 3 - source[1]),
                (self.held.target, target, target[0] - max(mediators[1], cells[1])),
            )
        )

    def _body(self, end: str, strip: Point, corridor: float, first: float, last: float) -> Body:
        extent, holds = last - first, self._holds(end)
        pitch = _PORTS_HELD if holds else _PORTS
        spread = min(extent, max(extent * pitch / _PITCH, extent - 2 * _STEEP * corridor))
        is_cell = self._column(end) in ("cell", "source")
        low, high = ((0.24, 0.88) if holds else (0.14, 0.86)) if is_cell else (0.12, 0.88)
        height = max(spread / (high - low), 30.0 if is_cell else 16.0)
        spread = min(spread, height * (high - low))
        middle = (first + last) / 2
        y = middle - height * (low + high) / 2
        ports = (middle - spread / 2, middle + spread / 2)
        return Body(strip[0], y, strip[1] - strip[0], height, is_cell, (first, last), ports)

    def _draw_body(self, end: str, body: Body, side: int) -> None:
        """A cell with its two membranes and a nucleus, or a plain plate, with its name."""
        column, holds = self._column(end), self._holds(end)
        fill, stroke = _LOOKS["cell" if side > 0 and column == "source" else column]
        x, y, width, height = body[:4]
        self.scene.add(Box(x, y, width, height, 4.0, fill, stroke, 0.55, name=end, oval=body.is_cell))
        if body.is_cell:
            self.scene.add(
                Box(x + 1, y + 1, width - 2, height - 2, 4.0, "none", stroke, 0.18, oval=True)
            )
            if not holds:
                self._kernel(end, body, _darker(fill), stroke)
        rows = wrapped(self.kg.name(end), _NAME, width - 4, 2)
        share = 0.12 if holds else 0.36 if body.is_cell else 0.5
        top = y + height * share - 1.7 * (len(rows) - 1)
        room = width - 3.5
        for i, text in enumerate(rows):
            size = min(_NAME, _NAME * room / text_width(text, _NAME, bold=True))
            shown = text if size >= SMALL else _fitted(text, room / 1.08)
            self.scene.add(Text(x + width / 2, top + 3.4 * i, shown, max(size, SMALL), bold=True))

    def _kernel(self, end: str, body: Body, fill: str, stroke: str) -> None:
        """The nucleus of a cell; of what is no cell, such as vesicles, a few of those."""
        x, y, width, height = body[:4]
        middle, low = x + width / 2, y + height * 0.62
        if self.kg.entities[end].category == "Cell":
            wide, tall = min(15.0, width * 0.5), min(11.0, height * 0.2)
            self.scene.add(
                Box(middle - wide / 2, low - tall / 2, wide, tall, 2, fill, stroke, 0.22, oval=True),
                Box(middle + 0.6, low - 1.1, 2.2, 2.2, 1.1, _darker(fill), "none", 0),
            )
            return
        for dx, dy, size in _VESICLES:
            left, top = middle + dx * width - size / 2, low + dy * height - size / 2
            self.scene.add(
                Box(left, top, size, size, size / 2, "#ffffff", stroke, 0.4),
                Box(left + 0.5, top + 0.5, size - 1, size - 1, size / 2, fill, stroke, 0.12),
            )

    def _lane(self, lane: Lane, y: float) -> None:
        number, solid = self._note_route(lane, self.held.target), bool(lane.demonstrated)
        if lane.first and lane.second and self._on_target(lane.mediator):
            steps = (lane.first, lane.second)
            self._inside(steps, self.source.port(y, 1), y, number, solid=solid)
            return
        right = self._mediator(lane, y, number)
        inner = number if lane.within else 0
        if lane.second and lane.third:
            self._inside((lane.second, lane.third), right, y, inner, solid=solid)
        elif lane.second:
            self._line(lane.second, (right, self.target.port(y, -1), y), inner, solid=solid)

    def _on_target(self, entity: str) -> bool:
        """Whether an entity is a receptor, which a target that is a cell carries."""
        return self._column(self.held.target) == "cell" and self._column(entity) == "receptor"

    def _mediator(self, lane: Lane, y: float, number: int) -> Point:
        """The pill of a mediator and what leads to it; the middle of its right side."""
        low, high = self.columns.mediators
        start, solid = self.source.port(y, 1), bool(lane.demonstrated)
        middle, room, least = (low + high) / 2, high - low, 11.0
        if lane.within:  # in the cell that makes it
            middle = self.source.x + self.source.width / 2
            room, least = 2 * (start[0] - middle) - 3, 9.0
        label = _fitted(self.kg.name(lane.mediator), room - 2.4)
        width = min(room, max(least, text_width(label, _LABEL) + 3))
        left = middle - width / 2
        if lane.within:
            y = start[1]
        elif lane.first:
            self._line(lane.first, (start, (left, y), y), number, solid=solid)
        else:
            way = way_along(start, (left, y), y, source=self.source, columns=self.columns)
            self.scene.add(Stroke(way, QUIET, 0.36, bent=True))
            self._badge(*number_place(way), number, solid=solid)
        place = (left, y - _PILL / 2, width, _PILL, _PILL / 2)
        text = Text(left + width / 2, y, label, _LABEL)
        self.scene.add(Box(*place, *_LOOKS[self._column(lane.mediator)], 0.3, text, lane.mediator))
        return left + width, y

    def _inside(
        self, steps: tuple[Arrow, Arrow], start: Point, lane: float, number: int, *, solid: bool
    ) -> None:
        """A receptor on the membrane of the target, or a signal in it, and what that does."""
        edge, y = self.target.port(lane, -1)
        second, third = steps
        far = 2 * (self.target.x + self.target.width / 2 - edge)  # to the other side of the cell
        label = _fitted(self.kg.name(third.cause), min(14, far - 10))
        width = text_width(label, SMALL)
        fill, stroke = _LOOKS[self._column(third.cause)]
        if self._column(third.cause) == "receptor":
            self._line(second, (start, (edge - 2.2, y), lane), number, solid=solid)
            cup = tuple((edge + dx, y + dy) for dx, dy in _CUP)
            self.scene.add(Polygon(cup, fill, stroke, 0.3))
            self._write(edge + 3.4, y, label, stroke)
            x = edge + 3.4 + width + 0.6
        else:
            left, width = edge + 2.4, width + 3
            self._line(second, (start, (left, y), lane), number, solid=solid)
            text = Text(left + width / 2, y, label, SMALL)
            self.scene.add(Box(left, y - 2.1, width, 4.2, 1.2, fill, stroke, 0.25, text, third.cause))
            x = left + width
        end = min(x + 5.5, edge + far - 2)
        if end - x > 3:  # noqa: PLR2004 - space for a line and its head
            self._line(third, ((x, y), (end, y), y), 0, solid=solid)
            room = edge + far - 1.2 - text_width(third.aspect, SMALL)  # what the line acts on
            if end + 0.8 < room:
                self._write(end + 0.8, y, third.aspect, QUIET)
            elif x < room:
                self._write(x, y + 2.8, third.aspect, QUIET)

    def _branch(self, looks: tuple[str, str], branch: Branch, top: float) -> None:
        rows = max(len(branch.lanes), 2)
        fill, stroke = looks
        left, right = self.columns.cells
        width, height = right - left, rows * _PITCH - 1.6
        box_top = top - _PITCH / 2 + 0.8
        y = top + (rows - len(branch.lanes)) * _PITCH / 2
        for lane in branch.lanes:
            number, start = self._note_route(lane, branch.cell), self.source.port(y, 1)
            step = lane.second or lane.first
            if lane.mediator:
                start = self._mediator(lane, y, number)
                number = number if lane.within else 0
            if step:
                self._line(step, (start, (left, y), y), number, solid=bool(lane.demonstrated))
            y += _PITCH
        self.scene.add(
            Box(left, box_top, width, height, 6, fill, stroke, 0.5, name=branch.cell),
            Box(left + 0.8, box_top + 0.8, width - 1.6, height - 1.6, 5.2, "none", stroke, 0.16),
        )
        names = wrapped(self.kg.name(branch.cell), _LABEL, width - 2, 3)
        y, room = box_top + height / 2, width - 2.4
        for k, text in enumerate(names):
            size = max(SMALL, min(_LABEL, _LABEL * room / text_width(text, _LABEL, bold=True)))
            shown = _fitted(text, room / 1.08 * _LABEL / size)
            line = y + (k - (len(names) - 1) / 2) * 3
            self.scene.add(Text((left + right) / 2, line, shown, size, bold=True))
        number = self._note(self._sides(branch.out))
        self._line(branch.out, ((right, y), self.target.port(y, -1), y), number, solid=False)

    def _direct(self, relation: Arrow, y: float) -> None:
        number = self._note(self._sides(relation))
        self._line(relation, (self.source.port(y, 1), self.target.port(y, -1), y), number, solid=True)
        counted = relation.kind.id in ("both", "mixed") and not self.narrow
        words = f"direct test {relation.sides}" if counted else "direct test"
        middle = sum(self.columns.mediators) / 2
        self.scene.add(Text(middle, y - 3.1, words, SMALL, colour=QUIET))

    def _line(
        self, relation: Arrow, ends: tuple[Point, Point, float], number: int, *, solid: bool
    ) -> None:
        """A line along a lane with its head, the number of its note, and the counts of its sides."""
        kind = relation.kind
        (x0, _), (x1, y1), lane = ends
        dashes = tuple(d * 0.22 for d in kind.dashes)
        name = f"{relation.cause} {kind.id} {relation.target}"
        way = way_along(ends[0], (x1 - 1.2, y1), lane, source=self.source, columns=self.columns)
        thick = _THICK.get(relation.grade, 0.36)
        self.scene.add(Stroke(way, kind.colour, thick, dashes, bent=True, name=name))
        self._head(kind.id, x1 - 0.35, y1)
        length = x1 - x0
        if relation.mark and relation.mark != kind.sign and length > 9:  # noqa: PLR2004
            self._mark(relation.mark, *on_way(way, x1 - 4.6))
        if number:
            self._badge(*number_place(way), number, solid=solid)
        if self.narrow or kind.id not in ("both", "mixed") or relation is self.held.direct:
            return
        if length > 12 and x0 >= self.columns.mediators[0]:  # noqa: PLR2004 - there lanes are far apart
            self._write(x0 + 1, lane - 2.5, relation.sides, kind.colour)
        elif length > max(12, text_width(relation.sides, SMALL)):
            self.scene.add(Text(x1 - 1, y1 - 2.8, relation.sides, SMALL, "end", colour=kind.colour))


def _fitted(name: str, room: float) -> str:
    """A name, shortened where it does not fit."""
    if text_width(name, _LABEL) <= room:
        return name
    while name and text_width(f"{name}…", _LABEL) > room:
        name = name[:-1]
    return f"{name.rstrip()}…"


def _darker(colour: str) -> str:
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(part * 0.93):02x}" for part in parts)
