"""The words of a mechanism figure, its numbers, heads and legend."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mscgraph.explain.words import counted
from mscgraph.figure.drawn_shapes import INK, Box, Polygon, Scene, Stroke, Text, text_width, wrapped
from mscgraph.figure.mechanism import cited
from mscgraph.render.verdict import KINDS

if TYPE_CHECKING:
    from mscgraph.figure.mechanism import Arrow, Lane, Mechanism

__all__ = ["MARGIN", "QUIET", "SMALL", "Captions", "sides_counted"]

MARGIN = 3.0  # millimetres
SMALL = 6.0  # points: the least that journals print
QUIET = "#5b6b7a"
_BADGE = 1.75


class Captions:
    """A figure's notes, and what is drawn alike on lines and in the legend."""

    def __init__(self, held: Mechanism, width: float) -> None:
        self.held, self.width = held, width
        self.narrow = width < 120  # noqa: PLR2004 - one column: no space at the lines for counts
        self.kg = held.kg
        source, target = (self.kg.name(end) for end in (held.source, held.target))
        self.scene = Scene(width, 0, f"Mechanisms from {source} to {target}", "")
        self.notes: list[str] = []

    def _head(self, kind: str, x: float, y: float) -> None:
        colour = KINDS[kind].colour
        heads = {
            "up": Polygon(((x, y), (x - 2.4, y - 1.15), (x - 2.4, y + 1.15)), colour),
            "down": Polygon(((x - 0.75, y - 1.6), (x, y - 1.6), (x, y + 1.6), (x - 0.75, y + 1.6)), colour),
            "both": Polygon(((x, y), (x - 1.5, y - 1.4), (x - 3, y), (x - 1.5, y + 1.4)), colour),
            "open": Polygon(((x, y), (x - 1.8, y - 0.9), (x - 1.3, y), (x - 1.8, y + 0.9)), colour),
        }  # fmt: skip
        if kind in heads:
            self.scene.add(heads[kind])
        elif kind in ("null", "mixed"):
            self.scene.add(Box(x - 2.2, y - 1.1, 2.2, 2.2, 1.1, "#ffffff", colour, 0.45))
            if kind == "mixed":
                arc = [(i * math.pi / 8 - math.pi / 2) for i in range(9)]
                half = tuple((x - 1.1 + 1.1 * math.cos(a), y + 1.1 * math.sin(a)) for a in arc)
                self.scene.add(Polygon(half, colour))

    def _mark(self, mark: str, x: float, y: float) -> None:
        """What speaks against a line, on it."""
        kind = "null" if mark == "○" else "both"
        self.scene.add(Box(x - 1.5, y - 1.5, 3.0, 3.0, 1.5, "#ffffff", "none", 0))
        self._head(kind, x + (1.1 if kind == "null" else 1.5), y)

    def _badge(self, x: float, y: float, number: int, *, solid: bool) -> None:
        fill, ink = (INK, "#ffffff") if solid else ("#ffffff", INK)
        label = Text(x, y, str(number), SMALL, bold=True, colour=ink)
        self.scene.add(
            Box(x - _BADGE, y - _BADGE, 2 * _BADGE, 2 * _BADGE, _BADGE, fill, INK, 0.25, label)
        )

    def _note(self, lane: Lane, end: str) -> int:
        """The number of a route, with the papers behind it, for and against."""
        kg = self.kg
        stops = [self.held.source, lane.mediator, lane.inside, end]
        name = " → ".join(kg.name(stop) for stop in stops if stop)
        parts = [f"Shown whole: {cited(kg, lane.demonstrated)}"] if lane.demonstrated else []
        parts += [self._sides(r) for r in lane.relations if not r.inferred]
        self.notes.append(f"{name}. {'; '.join(parts)}.")
        return len(self.notes)

    def _note_relation(self, relation: Arrow) -> int:
        self.notes.append(f"{self._sides(relation)}.")
        return len(self.notes)

    def _sides(self, relation: Arrow) -> str:
        kg = self.kg
        ends = f"{kg.name(relation.cause)} {relation.kind.sign} {kg.name(relation.target)}"
        if self.narrow and relation.kind.id in ("both", "mixed"):
            ends += f" ({relation.sides})"
        against = f"; against: {cited(kg, relation.disputing)}" if relation.disputing else ""
        return f"{ends}: {cited(kg, relation.supporting)}{against}"

    def _below(self, y: float) -> None:
        y = self._legend(y + 1)
        size, step = SMALL, 2.55
        columns = 2 if self.width > 120 else 1  # noqa: PLR2004 - millimetres
        room = (self.width - 2 * MARGIN - 5 * (columns - 1)) / columns
        notes = [wrapped(note, size, room - 4.5) for note in self.notes]
        half = -(-sum(map(len, notes)) // columns)
        column, row, deepest = 0, 0, 0
        for number, lines in enumerate(notes, 1):
            if row and row + len(lines) / 2 > half and column + 1 < columns:
                column, row = column + 1, 0
            x = MARGIN + column * (room + 5)
            self.scene.add(Text(x, y + row * step, str(number), size, "start", bold=True))
            for text in lines:
                self.scene.add(Text(x + 4.5, y + row * step, text, size, "start", colour=QUIET))
                row += 1
            deepest = max(deepest, row)
        y += deepest * step + 1.5
        held = self.held
        amount = f"{counted(held.findings, 'finding')} from {counted(len(held.papers), 'paper')}"
        foot = (
            f"{amount}. Drawn by mscgraph from its findings (curated by a program; see each row for its "
            "review). CC BY 4.0."
        )
        for text in wrapped(foot, size, self.width - 2 * MARGIN):
            self.scene.add(Text(MARGIN, y, text, size, "start", colour=QUIET))
            y += step
        self.scene.height = round(y + 0.5, 2)
        legend = "Solid number: the route was shown whole in one study; hollow: stitched from several."
        listed = " ".join(f"({i}) {note}" for i, note in enumerate(self.notes, 1))
        direct = f" Direct test: {sides_counted(held.direct)}." if held.direct else ""
        part = f" Filter on: {held.part}." if held.part else ""
        self.scene.caption = f"{self.scene.title}.{direct}{part} {legend} {listed} {foot}"

    def _legend(self, y: float) -> float:
        x = MARGIN
        entries = [("up", "raises"), ("down", "lowers"), ("both", "contradicting"),
                   ("mixed", "effect and no effect"), ("null", "no effect"),
                   ("open", "direction not stated")]  # fmt: skip
        drawn = self._drawn_kinds()
        for kind, words in (entry for entry in entries if entry[0] in drawn):
            need = 11 + text_width(words, SMALL) + 3
            if x + need > self.width - MARGIN:
                x, y = MARGIN, y + 3.6
            look = KINDS[kind]
            dashes = tuple(d * 0.22 for d in look.dashes)
            self.scene.add(Stroke(((x, y), (x + 7.5, y)), look.colour, 0.48, dashes))
            self._head(kind, x + 9, y)
            self.scene.add(Text(x + 10.4, y, words, SMALL, "start"))
            x += need
        badges = {bool(lane.demonstrated) for lane in self._lanes()} | (
            {True} if self.held.direct else set()
        )
        badges |= {False} if self.held.branches else set()
        for solid, words in ((True, "shown whole in one study"), (False, "stitched from several")):
            if solid not in badges:
                continue
            need = 6 + text_width(words, SMALL) + 3
            if x + need > self.width - MARGIN:
                x, y = MARGIN, y + 3.6
            self._badge(x + 2, y, 1, solid=solid)
            self.scene.add(Text(x + 4.8, y, words, SMALL, "start"))
            x += need
        if any(lane.first is None for lane in self.held.lanes):
            words = "acts through it, not tested alone"
            need = 10 + text_width(words, SMALL) + 3
            if x + need > self.width - MARGIN:
                x, y = MARGIN, y + 3.6
            self.scene.add(Stroke(((x, y), (x + 7.5, y)), QUIET, 0.36))
            self.scene.add(Text(x + 9, y, words, SMALL, "start"))
            x += need
        words = "width: best grade, A thick to D thin; a mark on a line: what speaks against it"
        if x + text_width(words, SMALL) > self.width - MARGIN:
            x, y = MARGIN, y + 3.6
        for i, text in enumerate(wrapped(words, SMALL, self.width - x - MARGIN)):
            self.scene.add(Text(x, y + 2.6 * i, text, SMALL, "start", colour=QUIET))
            y += 2.6 * (i > 0)
        return y + 5

    def _lanes(self) -> list[Lane]:
        """All routes, those to the cells between included."""
        return [*self.held.lanes, *(lane for branch in self.held.branches for lane in branch.lanes)]

    def _drawn_kinds(self) -> set[str]:
        """The kinds of lines and marks of this figure: what its legend explains."""
        found = [r for lane in self._lanes() for r in lane.relations]
        found += [branch.out for branch in self.held.branches]
        found += [self.held.direct] if self.held.direct else []
        return {r.kind.id for r in found} | {
            "null" if r.mark == "○" else "both" for r in found if r.mark
        }


def sides_counted(relation: Arrow) -> str:
    """Return how many findings say what, such as ``2 decrease ↓``."""
    return ", ".join(f"{n} {kind.words} {kind.sign}" for kind, n in relation.counts)
