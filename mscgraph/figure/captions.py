"""The words of a mechanism figure, its numbers, heads and legend."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from mscgraph.explain.words import counted
from mscgraph.figure.drawn_shapes import INK, Box, Polygon, Scene, Stroke, Text, text_width, wrapped
from mscgraph.figure.mechanism import cited
from mscgraph.figure.membranes import is_narrow
from mscgraph.render.verdict import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from mscgraph.figure.mechanism import Arrow, Lane, Mechanism

MARGIN = 3.0  # millimetres
SMALL = 6.0  # points: the least that journals print
QUIET = "#5b6b7a"
_BADGE = 1.75
_STEP = 2.55  # from line to line
_HALF = [i * math.pi / 8 for i in range(9)]
# The corners of what ends a line, in millimetres from the tip; a ring goes around the last.
_HEADS = {
    "up": ((0, 0), (-2.4, -1.15), (-2.4, 1.15)),
    "down": ((-0.75, -1.6), (0, -1.6), (0, 1.6), (-0.75, 1.6)),
    "both": ((0, 0), (-1.5, -1.4), (-3, 0), (-1.5, 1.4)),
    "open": ((0, 0), (-1.8, -0.9), (-1.3, 0), (-1.8, 0.9)),
    "mixed": tuple((1.1 * math.sin(a) - 1.1, -1.1 * math.cos(a)) for a in _HALF),
}  # fmt: skip
_LEGEND = {
    "up": "raises", "down": "lowers", "both": "contradicting", "mixed": "effect and no effect",
    "null": "no effect", "open": "direction not stated",
}  # fmt: skip


class Captions:
    """A figure's notes, and what is drawn alike on lines and in the legend."""

    def __init__(self, held: Mechanism, width: float) -> None:
        self.held, self.kg, self.width = held, held.kg, width
        self.narrow = is_narrow(width)  # no space at the lines for counts
        source, target = (self.kg.name(end) for end in (held.source, held.target))
        self.scene = Scene(width, 0, f"Mechanisms from {source} to {target}", "")
        self.notes: list[str] = []

    def _write(self, x: float, y: float, text: str, colour: str = INK) -> None:
        self.scene.add(Text(x, y, text, SMALL, "start", colour=colour))

    def _head(self, kind: str, x: float, y: float) -> None:
        colour = KINDS[kind].colour
        if kind in ("null", "mixed"):
            self.scene.add(Box(x - 2.2, y - 1.1, 2.2, 2.2, 1.1, "#ffffff", colour, 0.45))
        if kind in _HEADS:
            self.scene.add(Polygon(tuple((x + dx, y + dy) for dx, dy in _HEADS[kind]), colour))

    def _mark(self, mark: str, x: float, y: float) -> None:
        """What speaks against a line, on it."""
        kind = "null" if mark == "○" else "both"
        self.scene.add(Box(x - 1.5, y - 1.5, 3.0, 3.0, 1.5, "#ffffff", "none", 0))
        self._head(kind, x + (1.1 if kind == "null" else 1.5), y)

    def _badge(self, x: float, y: float, number: int, *, solid: bool) -> None:
        fill, ink = (INK, "#ffffff") if solid else ("#ffffff", INK)
        label = Text(x, y, str(number), SMALL, bold=True, colour=ink)
        size = 2 * _BADGE
        self.scene.add(Box(x - _BADGE, y - _BADGE, size, size, _BADGE, fill, INK, 0.25, label))

    def _note(self, text: str) -> int:
        """The number of a note."""
        self.notes.append(f"{text}.")
        return len(self.notes)

    def _note_route(self, lane: Lane, end: str) -> int:
        """The number of a route, with the papers behind it, for and against."""
        kg = self.kg
        stops = [self.held.source, lane.mediator, lane.inside, end]
        parts = [f"Shown whole: {cited(kg, lane.demonstrated)}"] if lane.demonstrated else []
        parts += [self._sides(r) for r in lane.relations if not r.inferred]
        return self._note(f"{' → '.join(kg.name(stop) for stop in stops if stop)}. {'; '.join(parts)}")

    def _sides(self, relation: Arrow) -> str:
        kg = self.kg
        ends = f"{kg.name(relation.cause)} {relation.kind.sign} {kg.name(relation.target)}"
        if self.narrow and relation.kind.id in ("both", "mixed"):
            ends += f" ({relation.sides})"
        against = f"; against: {cited(kg, relation.disputing)}" if relation.disputing else ""
        return f"{ends}: {cited(kg, relation.supporting)}{against}"

    def _below(self, y: float) -> None:
        """The legend, the notes in one or two columns, the foot; and all that as the caption."""
        held, y = self.held, self._legend(y + 1)
        columns = 2 if self.width > 120 else 1  # noqa: PLR2004 - millimetres
        room = (self.width - 2 * MARGIN - 5 * (columns - 1)) / columns
        notes = [wrapped(note, SMALL, room - 4.5) for note in self.notes]
        half = -(-sum(map(len, notes)) // columns)
        column, row, deepest = 0, 0, 0
        for number, lines in enumerate(notes, 1):
            if row and row + len(lines) / 2 > half and column + 1 < columns:
                column, row = column + 1, 0
            x = MARGIN + column * (room + 5)
            self.scene.add(Text(x, y + row * _STEP, str(number), SMALL, "start", bold=True))
            for text in lines:
                self._write(x + 4.5, y + row * _STEP, text, QUIET)
                row += 1
            deepest = max(deepest, row)
        y += deepest * _STEP + 1.5
        foot = (
            f"{counted(held.findings, 'finding')} from {counted(len(held.papers), 'paper')}. Drawn by "
            "mscgraph from its findings (curated by a program; see each row for its review). CC BY 4.0."
        )
        for text in wrapped(foot, SMALL, self.width - 2 * MARGIN):
            self._write(MARGIN, y, text, QUIET)
            y += _STEP
        self.scene.height = round(y + 0.5, 2)
        legend = "Solid number: the route was shown whole in one study; hollow: stitched from several."
        listed = " ".join(f"({i}) {note}" for i, note in enumerate(self.notes, 1))
        direct = f" Direct test: {held.direct.counted}." if held.direct else ""
        part = f" Filter on: {held.part}." if held.part else ""
        self.scene.caption = f"{self.scene.title}.{direct}{part} {legend} {listed} {foot}"

    def _legend(self, y: float) -> float:
        """What stands on this figure, each sign with its words; the height below."""
        held, x = self.held, MARGIN
        drawn = {r.kind.id for r in held.relations}
        drawn |= {"null" if r.mark == "○" else "both" for r in held.relations if r.mark}
        lanes = [*held.lanes, *(lane for branch in held.branches for lane in branch.lanes)]
        shown_whole = {bool(lane.demonstrated) for lane in lanes}
        shown_whole |= ({True} if held.direct else set()) | ({False} if held.branches else set())
        # what draws a sign and where, its width, where its words begin, and the words
        entries: list[tuple[Callable[[float, float], None], float, float, float, str]] = [
            (partial(self._sample, kind), 0, 11, 10.4, words)
            for kind, words in _LEGEND.items()
            if kind in drawn
        ]
        entries += [
            (partial(self._badge, number=1, solid=solid), 2, 6, 4.8, words)
            for solid, words in ((True, "shown whole in one study"), (False, "stitched from several"))
            if solid in shown_whole
        ]
        if any(lane.first is None for lane in held.lanes):
            entries.append((partial(self._sample, ""), 0, 10, 9, "acts through it, not tested alone"))
        for draw, at, sign, indent, words in entries:
            need = sign + text_width(words, SMALL) + 3
            if x + need > self.width - MARGIN:
                x, y = MARGIN, y + 3.6
            draw(x + at, y)
            self._write(x + indent, y, words)
            x += need
        words = "width: best grade, A thick to D thin; a mark on a line: what speaks against it"
        if x + text_width(words, SMALL) > self.width - MARGIN:
            x, y = MARGIN, y + 3.6
        for i, text in enumerate(wrapped(words, SMALL, self.width - x - MARGIN)):
            self._write(x, y + 2.6 * i, text, QUIET)
            y += 2.6 * (i > 0)
        return y + 5

    def _sample(self, kind: str, x: float, y: float) -> None:
        """A line of a kind, or one of none."""
        look = KINDS.get(kind)
        colour, thick = (look.colour, 0.48) if look else (QUIET, 0.36)
        dashes = tuple(d * 0.22 for d in look.dashes) if look else ()
        self.scene.add(Stroke(((x, y), (x + 7.5, y)), colour, thick, dashes))
        if look:
            self._head(kind, x + 9, y)
