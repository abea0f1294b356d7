"""The picture on a page of the site: what acts on an entity, and what it acts on, at one look."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from mscgraph.render.verdict import WIDTHS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mscgraph.site.site_records import Line, SiteRecords

__all__ = ["picture"]

MOST = 7  # lines on a side
_ROW, _BOX, _GAP, _TALL = 34, 190, 90, 24


def picture(
    records: SiteRecords, entity: str, arriving: Sequence[Line], leaving: Sequence[Line], root: str
) -> Markup:
    """Return an SVG of an entity between its best evidenced causes and targets; empty where it has none."""
    sides = [_best(arriving), _best(leaving)]
    rows = max(map(len, sides))
    if not rows:
        return Markup("")
    kg = records.kg
    width, height = 3 * _BOX + 2 * _GAP, rows * _ROW + 6
    left = 0 if sides[0] else _BOX + _GAP
    shown = width - left - (0 if sides[1] else _BOX + _GAP)
    said = f"{kg.name(entity)}: {len(arriving)} relations lead to it, {len(leaving)} from it"
    parts = [_box(kg.name(entity), _BOX + _GAP, height / 2, "")]
    for place, pair in enumerate(zip_longest(*sides)):
        for n, line in enumerate(pair):
            if line is None:
                continue
            other = (line.cause, line.target)[n]
            y = height / 2 + (place - (len(sides[n]) - 1) / 2) * _ROW
            address = "" if other == entity else f"{root}{records.pages.get(other, '')}"
            parts.append(_line(line, n, y, height / 2))
            parts.append(_box(kg.name(other), 2 * n * (_BOX + _GAP), y, address))
    return Markup(  # noqa: S704 - names are escaped, the rest is ours
        f'<svg class="picture" role="group" aria-label="{escape(said)}" width="{shown}" height="{height}" '
        f'viewBox="{left} 0 {shown} {height}">{"".join(parts)}</svg>'
    )


def _best(lines: Sequence[Line]) -> list[Line]:
    """Tested effects first, by grade, then by how many findings."""

    def rank(line: Line) -> tuple[bool, str, int, str, str]:
        said = line.verdict
        tested = said.kind.id in ("both", "mixed", "up", "down", "null")
        count = sum(n for _, n in said.counts)
        return not tested, said.grade.replace("–", "Z"), -count, line.cause, line.target

    return sorted(lines, key=rank)[:MOST]


def _line(line: Line, side: int, y: float, middle: float) -> str:
    """From its cause to its target, with the sign at its end."""
    kind = line.verdict.kind
    x0 = _BOX + side * (_BOX + _GAP)
    start, end = (y, middle) if side == 0 else (middle, y)
    half, x1 = x0 + _GAP / 2, x0 + _GAP
    dashes = f' stroke-dasharray="{" ".join(map(str, kind.dashes))}"' if kind.dashes else ""
    width = WIDTHS.get(line.verdict.grade, 1.2)
    sign_x, sign_y = (x0 + 12, start) if side == 0 else (x1 - 12, end)
    return (
        f'<g class="kind {kind.id}"><path d="M{x0},{start:g}C{half},{start:g} {half},{end:g} {x1},{end:g}" '
        f'stroke-width="{width}"{dashes}/><circle cx="{sign_x}" cy="{sign_y:g}" r="8"/>'
        f'<text x="{sign_x}" y="{sign_y + 4.5:g}">{kind.sign}</text></g>'
    )


def _box(name: str, x: float, y: float, address: str) -> str:
    shown = name if len(name) <= 26 else f"{name[:25].rstrip()}…"  # noqa: PLR2004 - what fits a box
    box = (
        f'<rect x="{x + 0.5:g}" y="{y - _TALL / 2:g}" width="{_BOX - 1}" height="{_TALL}" rx="4"/>'
        f'<text x="{x + _BOX / 2:g}" y="{y + 4.5:g}">{escape(shown)}</text>'
    )
    return f'<a href="{escape(address)}">{box}</a>' if address else f"<g>{box}</g>"
