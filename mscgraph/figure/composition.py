"""Where everything of a mechanism figure stands: lanes from the source to the target, one route each.

Source and target are as tall as the lanes are many, so a line runs level from one to the other and crosses
no box and no label. A mediator that acts on a receptor or a signal of the target ends there, on the
membrane or inside. Cells between the two stand below the lanes that pass them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mscgraph.figure.captions import MARGIN, QUIET, SMALL, Captions, sides_counted
from mscgraph.figure.drawn_shapes import Box, Polygon, Scene, Stroke, Text, text_width, wrapped
from mscgraph.render.roles import column_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mscgraph.figure.mechanism import Arrow, Branch, Lane, Mechanism

__all__ = ["compose"]

_PITCH = 8.6
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


class _Columns(NamedTuple):
    """The left and right sides of what stands side by side, in millimetres."""

    source: tuple[float, float]
    mediators: tuple[float, float]
    cells: tuple[float, float]
    target: tuple[float, float]


def compose(held: Mechanism, width: float) -> Scene:
    """Return the figure of a mechanism, ``width`` millimetres wide."""
    return _Composer(held, width).scene


class _Composer(Captions):
    def __init__(self, held: Mechanism, width: float) -> None:
        super().__init__(held, width)
        self.columns = _columns(width, branched=bool(held.branches))
        self._compose()

    # -- the whole ----------------------------------------------------------------------------------

    def _compose(self) -> None:
        top = self._heading()
        lanes, branches = self.held.lanes, self.held.branches
        first = top + 19
        ys = [first + i * _PITCH for i in range(len(lanes))]
        y = first + len(lanes) * _PITCH
        tops = []
        for branch in branches:
            y += 1.5
            tops.append(y)
            y += max(len(branch.lanes), 2) * _PITCH
        last = y if self.held.direct else y - _PITCH
        bottom = last + 11
        self._grounds(top, bottom)
        self._ends(top + 6.6, bottom - 3)
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
        for left, end, words in (
            (1.5, split - 0.8, ""),
            (split + 0.8, min(right, self.width - 1.5), "SEEN IN: " + ", ".join(self.held.places)),
        ):
            self.scene.add(Box(left, top, end - left, bottom - top, 3.5, _ZONE, "none", 0))
            if words and self.held.places:
                rows = wrapped(words, SMALL, end - left - 3, 2)
                for i, text in enumerate(rows):
                    self.scene.add(Text(end - 1.8, top + 2 + 2.4 * i, text, SMALL, "end", colour=QUIET))

    def _ends(self, top: float, bottom: float) -> None:
        for end, (left, right) in (
            (self.held.source, self.columns.source),
            (self.held.target, self.columns.target),
        ):
            column = column_of(self.kg.entities[end])
            fill, stroke = _LOOKS[column]
            if end == self.held.target and column == "source":
                fill, stroke = _LOOKS["cell"]
            cell = column in ("cell", "source")
            self._body((left, top, right - left, bottom - top), fill, stroke, cell=cell, name=end)

    def _body(
        self, at: tuple[float, float, float, float], fill: str, stroke: str, *, cell: bool, name: str
    ) -> None:
        """A cell with its two membranes and a nucleus, or a plain plate, with its name on top."""
        x, y, width, height = at
        radius = min(width / 2, height / 2, 13.0) if cell else 2.5
        scene = self.scene
        scene.add(Box(x, y, width, height, radius, fill, stroke, 0.55, name=name))
        if cell:
            inner = Box(x + 0.9, y + 0.9, width - 1.8, height - 1.8, radius - 0.9, "none", stroke, 0.18)
            scene.add(inner)
            self._nucleus(name, at, _darker(fill), stroke)
        rows = wrapped(self.kg.name(name), _NAME, width - 4, 2)
        for i, text in enumerate(rows):
            size = min(_NAME, _NAME * (width - 3) / text_width(text, _NAME, bold=True))
            shown = text if size >= SMALL else _fitted(text, (width - 3) / 1.08)
            scene.add(Text(x + width / 2, y + 5.5 + 3.4 * i, shown, max(size, SMALL), bold=True))

    def _nucleus(
        self, name: str, at: tuple[float, float, float, float], fill: str, stroke: str
    ) -> None:
        """In the middle of a cell, or below what stands in it."""
        x, y, width, height = at
        wide = min(width - 8, 16.0)
        lanes = self.held.lanes
        filled = any(
            lane.within if name == self.held.source else lane.inside or self._on_target(lane.mediator)
            for lane in lanes
        )  # fmt: skip
        tall = 5.4 if filled else min(11.0, height / 4)
        if name not in (self.held.source, self.held.target):
            return
        top = y + height - tall - 3 if filled else y + height / 2 - tall / 2 + 3
        self.scene.add(Box(x + (width - wide) / 2, top, wide, tall, tall / 2, fill, stroke, 0.22))
        dot = tall / 3.4
        self.scene.add(
            Box(
                x + width / 2 - dot + 1,
                top + tall / 2 - dot / 2,
                dot,
                dot,
                dot / 2,
                _darker(fill),
                "none",
                0,
            )
        )  # fmt: skip

    # -- routes -------------------------------------------------------------------------------------

    def _lane(self, lane: Lane, y: float) -> None:
        number = self._note(lane, self.held.target)
        end, solid = self.columns.target[0], bool(lane.demonstrated)
        if lane.first and lane.second and self._on_target(lane.mediator):
            steps = (lane.first, lane.second)
            self._inside(steps, (self.columns.source[1], end, y), number, solid=solid)
            return
        right = self._mediator(lane, y, number)
        if lane.second and lane.third:
            self._inside((lane.second, lane.third), (right, end, y), number, solid=solid)
        elif lane.second:
            self._line(lane.second, (right, y), (end, y), number, solid=solid)

    def _on_target(self, entity: str) -> bool:
        """Whether an entity is a receptor, which a target that is a cell carries."""
        column = column_of(self.kg.entities[self.held.target])
        return column == "cell" and column_of(self.kg.entities[entity]) == "receptor"

    def _mediator(self, lane: Lane, y: float, number: int) -> float:
        """The pill of a mediator and what leads to it; its right side."""
        low, high = self.columns.mediators
        name = self.kg.name(lane.mediator)
        label = _fitted(name, high - low - 2.4)
        width = min(high - low, max(11.0, text_width(label, _LABEL) + 3))
        left = (low + high - width) / 2
        fill, stroke = _LOOKS[column_of(self.kg.entities[lane.mediator])]
        start = self.columns.source[1]
        if lane.within:  # in the cell that makes it
            middle = sum(self.columns.source) / 2
            width = min(width, self.columns.source[1] - self.columns.source[0] - 4)
            left = middle - width / 2
        elif lane.first:
            self._line(lane.first, (start, y), (left, y), number, solid=bool(lane.demonstrated))
        else:
            self.scene.add(Stroke(((start, y), (left, y)), QUIET, 0.36))
            self._badge((start + left) / 2, y, number, solid=bool(lane.demonstrated))
        self.scene.add(
            Box(
                left, y - _PILL / 2, width, _PILL, _PILL / 2, fill, stroke, 0.3,
                Text(left + width / 2, y, label, _LABEL), lane.mediator,
            )
        )  # fmt: skip
        return left + width

    def _inside(
        self, steps: tuple[Arrow, Arrow], at: tuple[float, float, float], number: int, *, solid: bool
    ) -> None:  # fmt: skip
        """A receptor on the membrane of the target, or a signal in it, and what that does."""
        right, edge, y = at
        second, third = steps
        inside = third.cause
        column = column_of(self.kg.entities[inside])
        fill, stroke = _LOOKS[column]
        label = _fitted(self.kg.name(inside), 14)
        if column == "receptor":
            self._line(second, (right, y), (edge - 2.2, y), number, solid=solid)
            outline = ((-2.0, 1.7), (0.2, 0.9), (2.6, 0.9))
            cup = [(edge + dx, y - dy) for dx, dy in outline]
            cup += [(edge + dx, y + dy) for dx, dy in reversed(outline)] + [(edge - 0.7, y)]
            self.scene.add(Polygon(tuple(cup), fill, stroke, 0.3))
            x = edge + 3.4
            self.scene.add(Text(x, y, label, SMALL, "start", colour=stroke))
            x += text_width(label, SMALL) + 0.6
        else:
            width = text_width(label, SMALL) + 3
            self._line(second, (right, y), (edge + 2.4, y), number, solid=solid)
            self.scene.add(
                Box(edge + 2.4, y - 2.1, width, 4.2, 1.2, fill, stroke, 0.25,
                    Text(edge + 2.4 + width / 2, y, label, SMALL), inside)
            )  # fmt: skip
            x = edge + 2.4 + width
        end = min(x + 6.5, self.columns.target[1] - 2)
        if end - x > 3:  # noqa: PLR2004 - space for a line and its head
            self._line(third, (x, y), (end, y), 0, solid=solid)

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
                self._line(lane.second, (start, y), (left, y), number, solid=bool(lane.demonstrated))
            elif lane.first:
                start = self.columns.source[1]
                self._line(lane.first, (start, y), (left, y), number, solid=bool(lane.demonstrated))
        self.scene.add(
            Box(left, box_top, right - left, height, 6, fill, stroke, 0.5, name=branch.cell),
            Box(left + 0.8, box_top + 0.8, right - left - 1.6, height - 1.6, 5.2, "none", stroke, 0.16),
        )
        for k, text in enumerate(
            names := wrapped(self.kg.name(branch.cell), _LABEL, right - left - 3, 3)
        ):
            middle = box_top + height / 2 + (k - (len(names) - 1) / 2) * 3
            shown = _fitted(text, (right - left - 3) / 1.08)
            self.scene.add(Text((left + right) / 2, middle, shown, _LABEL, bold=True))
        number = self._note_relation(branch.out)
        y = box_top + height / 2
        self._line(branch.out, (right, y), (self.columns.target[0], y), number, solid=False)

    def _direct(self, relation: Arrow, y: float) -> None:
        number = self._note_relation(relation)
        start, end = self.columns.source[1], self.columns.target[0]
        self._line(relation, (start, y), (end, y), 0, solid=True)
        self._badge(start + 4, y, number, solid=True)
        self.scene.add(Text(start + 7, y - 2.7, "direct test", SMALL, "start", colour=QUIET))

    # -- lines --------------------------------------------------------------------------------------

    def _line(
        self, relation: Arrow, start: tuple[float, float], end: tuple[float, float], number: int,
        *, solid: bool,
    ) -> None:  # fmt: skip
        """A level line with its head, the number of its note, and the counts of its sides."""
        kind = relation.kind
        (x0, y), (x1, _) = start, end
        thick = _THICK.get(relation.grade, 0.36)
        dashes = tuple(d * 0.22 for d in kind.dashes)
        name = f"{relation.cause} {kind.id} {relation.target}"
        self.scene.add(Stroke(((x0, y), (x1 - 1.2, y)), kind.colour, thick, dashes, name=name))
        self._head(kind.id, x1 - 0.35, y)
        length = x1 - x0
        if relation.mark and relation.mark != kind.sign and length > 9:  # noqa: PLR2004
            self._mark(relation.mark, x1 - 4.6, y)
        if number:
            self._badge(x0 + min(0.42 * length, length - 7.5), y, number, solid=solid)
        if kind.id in ("both", "mixed") and length > 12:  # noqa: PLR2004
            width = text_width(relation.sides, SMALL)
            if width < length:
                self.scene.add(Text(x1 - 1, y - 2.8, relation.sides, SMALL, "end", colour=kind.colour))


def _columns(width: float, *, branched: bool) -> _Columns:
    if width < 120:  # noqa: PLR2004 - a single column of a journal
        unit = width / 85
        if branched:
            return _Columns(
                (2.5, 18 * unit),
                (25 * unit, 41 * unit),
                (49 * unit, 61 * unit),
                (68 * unit, width - 2.5),
            )
        return _Columns((2.5, 19 * unit), (30 * unit, 51 * unit), (0, 0), (64 * unit, width - 2.5))
    unit = width / 175
    if branched:
        return _Columns(
            (4, 36 * unit), (50 * unit, 80 * unit), (94 * unit, 117 * unit), (135 * unit, width - 4)
        )
    return _Columns((4, 38 * unit), (60 * unit, 94 * unit), (0, 0), (128 * unit, width - 4))


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
