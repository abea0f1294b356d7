"""What lists and pages show in groups and orders of their own, words that several share, and pictures."""

from __future__ import annotations

import json
from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape as xml_escape

from markupsafe import Markup, escape

from mscgraph.explain.words import counted, difference_in_words
from mscgraph.graph.conflicts import Difference
from mscgraph.graph.stats import stats
from mscgraph.page.template import bundle
from mscgraph.render.verdict import KINDS, WIDTHS, finding_kind
from mscgraph.site.site_records import grouped
from mscgraph.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.conflicts import Conflict
    from mscgraph.graph.trials import Outcome, Trial
    from mscgraph.model import Association, Publication
    from mscgraph.render.verdict import Kind
    from mscgraph.site.site_records import Line, SiteRecords

MOST = 7  # lines on a side
_ROW, _BOX, _GAP, _TALL = 34, 190, 90, 24


def sides_in_words(association: Association) -> str:
    """How many findings stand on each side; neither side is ever left out.

    >>> import mscgraph as mg
    >>> sides_in_words(mg.load().association("MSCGA:aaa6e12cc70f769a")).count("for")
    1
    """
    parts = [
        f"{counted(len(association.supporting), 'finding')} for",
        f"{len(association.disputing)} against",
    ]
    if association.inconclusive:
        parts.append(f"{len(association.inconclusive)} inconclusive")
    if association.other_settings:
        parts.append(f"{len(association.other_settings)} otherwise in another setting")
    return ", ".join(parts)


def by_verdict(lines: Iterable[Line]) -> list[tuple[Kind, list[Line]]]:
    """Return lines in groups by their verdict, those with most findings first."""
    groups = grouped((line.verdict.kind.id, line) for line in lines)
    return [
        (kind, sorted(groups[name], key=lambda line: (-line.weight, line.cause, line.target)))
        for name, kind in KINDS.items()
        if name in groups
    ]


def seen_from(
    kg: KnowledgeGraph, association: Association, conflicts: Iterable[Conflict]
) -> list[tuple[Association, list[tuple[str, str, str]]]]:
    """Return what disagrees with an association, and the settings in which they differ: its side first."""
    found = []
    for conflict in conflicts:
        own = conflict.first.id == association.id
        rows = []
        for setting, *values in conflict.differences:
            sides = [_one_side(kg, setting, side) for side in (values if own else reversed(values))]
            rows.append((setting.replace("_", " "), sides[0], sides[1]))
        found.append((conflict.second if own else conflict.first, rows))
    return found


def _one_side(kg: KnowledgeGraph, setting: str, values: tuple[str, ...]) -> str:
    words = difference_in_words(kg, Difference(setting, values, ()))
    return words.partition(": ")[2].removesuffix(" / ")


def in_words(kg: KnowledgeGraph, cell: str) -> str:
    """A cell of an answer as people say it: a predicate's or a permitted value's label, else as it is.

    >>> import mscgraph as mg
    >>> in_words(mg.load(), "MSCGT:significance.significant")
    'significant'
    """
    prefix, _, name = cell.partition(":")
    if prefix == "mscgraph" and name in kg.predicates:
        return kg.predicates[name].label.rstrip(",")
    if prefix == "MSCGT":
        column, _, value = name.partition(".")
        known = kg.aspects if column == "aspect" else kg.vocabulary.get(column, {})
        return known[value].label if value in known else value
    return cell


def counts(records: SiteRecords) -> dict[str, Any]:
    """What the site holds, as ``mscgraph stats`` counts it; of a slice, only its own entities."""
    categories = Counter(entity.category for entity in records.entities.values())
    own = {"entities": len(records.entities), "by_category": dict(categories.most_common())}
    return stats(records.kg) | own


def description(found: dict[str, Any]) -> str:
    """The data set in a paragraph."""
    reviewed = found["reviewed_by_a_human"]
    return (
        "A knowledge graph of how mesenchymal stem/stromal cells (MSC) modulate immunity, above all in "
        "multiple sclerosis. Every relation carries its findings for and against, each with the paper, "
        f"species, system, cell source, design and significance: {found['findings']:,} findings from "
        f"{found['publications']:,} publications on {found['associations']:,} associations between "
        f"{found['entities']:,} entities; studies disagree on {found['conflicts']:,} of them. "
        f"Rows were drafted by a program from the papers; {reviewed:,} have been reviewed by a person."
    )


def outcomes(kg: KnowledgeGraph, trial: Trial) -> list[tuple[str, list[tuple[Outcome, Kind]]]]:
    """What a trial followed, with the sign of each: its end point, then what moved or not, then harms."""
    groups = grouped(
        (
            "Primary end point" if o.is_primary else "Harms" if o.is_harm else "What was seen",
            (o, KINDS[finding_kind(kg, o.findings[0])]),
        )
        for o in trial.outcomes
    )
    headings = ("Primary end point", "What was seen", "Harms")
    return [(heading, groups[heading]) for heading in headings if heading in groups]


def _findings_on(records: SiteRecords, entity: str) -> int:
    return sum(line.weight for line in records.lines_of(entity))


def by_category(records: SiteRecords) -> list[tuple[str, list[tuple[str, int]]]]:
    """The entities of each category by name, with how many findings are on each."""
    held = sorted(records.entities.values(), key=lambda e: (fold(e.name), e.id))
    return sorted(grouped((e.category, (e.id, _findings_on(records, e.id))) for e in held).items())


def most_studied(records: SiteRecords) -> list[tuple[str, int]]:
    """The entities that most findings are on, with how many."""
    found = [(e, count) for e in records.entities if (count := _findings_on(records, e))]
    return sorted(found, key=lambda one: (-one[1], one[0]))[:24]


def lines_by_name(records: SiteRecords) -> list[Line]:
    """All lines, by the names of cause and target."""
    name = records.kg.name
    return sorted(records.lines.values(), key=lambda e: (fold(name(e.cause)), fold(name(e.target))))


def papers_by_year(records: SiteRecords) -> list[tuple[Publication, int]]:
    """All papers, the newest first, with how many findings are of each."""
    held = records.kg.publications
    papers = sorted(records.papers, key=lambda p: (held[p].year, p), reverse=True)
    return [(held[p], len(records.papers[p])) for p in papers]


def search_script(records: SiteRecords) -> str:
    """The script of the search: the names of all entities, the explorer's search, and a list to show it.

    The data is JSON, which is script as it stands but for two line ends.
    """
    held = records.entities.values()
    fields = ("id", "name", "label", "synonyms", "xrefs")
    data = {field: [getattr(entity, field) for entity in held] for field in fields} | {
        "page": [records.pages[entity.id] for entity in held],
        "findings": [_findings_on(records, entity.id) for entity in held],
    }
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return bundle("site/assets/search.js", f"const ENTITIES = {text};\n")


def site_map(pages: Sequence[str], address: str) -> bytes:
    """The site map: every page at its whole address (sitemaps.org, protocol 0.9)."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
        *(f"<url><loc>{xml_escape(address + page)}</loc></url>" for page in sorted(pages)),
        "</urlset>",
    ]
    return ("\n".join(lines) + "\n").encode()


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
