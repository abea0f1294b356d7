"""The pages that list and lead on, and the words that several pages share."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.sax.saxutils import escape

from mscgraph.explain.words import counted, dependence_in_words, difference_in_words
from mscgraph.graph.conflicts import Difference
from mscgraph.graph.stats import stats
from mscgraph.page.script import bundle
from mscgraph.render.verdict import KINDS, finding_kind
from mscgraph.site.downloads import WHOLE
from mscgraph.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.conflicts import Conflict
    from mscgraph.graph.trials import Outcome, Trial
    from mscgraph.model import Association
    from mscgraph.rdf import Question
    from mscgraph.render.verdict import Kind
    from mscgraph.site.site_records import Line, SiteRecords

__all__ = [
    "MOST_ROWS",
    "Answered",
    "by_verdict",
    "context",
    "counts",
    "description",
    "in_words",
    "outcomes",
    "search_script",
    "seen_from",
    "sides_in_words",
    "site_map",
]

MOST_ROWS = 500  # of an answer on its page; its download holds all


class Answered(NamedTuple):
    """A stored question, where its page stands, and how many rows answer it."""

    question: Question
    page: str
    rows: int


class Rival(NamedTuple):
    """A conflict seen from one of its two sides: the other, and each setting in which they differ."""

    other: Association
    differences: tuple[tuple[str, str, str], ...]


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
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.verdict.kind.id].append(line)
    return [
        (kind, sorted(groups[name], key=lambda line: (-_weight(line), line.cause, line.target)))
        for name, kind in KINDS.items()
        if name in groups
    ]


def _weight(line: Line) -> int:
    return sum(len(association.findings) for association in line.associations)


def seen_from(
    kg: KnowledgeGraph, association: Association, conflicts: Iterable[Conflict]
) -> list[Rival]:
    """Return the conflicts of an association as it sees them: its own side first."""
    found = []
    for conflict in conflicts:
        own = conflict.first.id == association.id
        rows = []
        for difference in conflict.differences:
            sides = [_one_side(kg, difference, side) for side in (difference.first, difference.second)]
            rows.append((difference.setting.replace("_", " "), *(sides if own else reversed(sides))))
        found.append(Rival(conflict.second if own else conflict.first, tuple(rows)))
    return found


def _one_side(kg: KnowledgeGraph, difference: Difference, values: tuple[str, ...]) -> str:
    words = difference_in_words(kg, Difference(difference.setting, values, ()))
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


def context(records: SiteRecords, name: str) -> dict[str, Any]:
    """What one of the listing pages needs in addition to what all of them get."""
    kg = records.kg
    if name == "entities":
        return {"categories": _by_category(records)}
    if name == "associations":
        pairs = sorted(
            records.lines.values(),
            key=lambda line: (fold(kg.name(line.cause)), fold(kg.name(line.target))),
        )
        return {"lines": pairs}
    if name == "publications":
        papers = sorted(records.papers, key=lambda p: (kg.publications[p].year, p), reverse=True)
        return {"papers": [(kg.publications[p], len(records.papers[p])) for p in papers]}
    if name == "conflicts":
        return {
            "conflicts": records.conflicts,
            "dependences": records.dependences,
            "difference_in_words": difference_in_words,
            "dependence_in_words": dependence_in_words,
        }
    if name == "index":
        most = sorted(records.entities, key=lambda e: (-_findings_on(records, e), e))[:24]
        return {"most": [(e, _findings_on(records, e)) for e in most if _findings_on(records, e)]}
    return {"downloads": WHOLE} if name == "dataset" else {}


def outcomes(kg: KnowledgeGraph, trial: Trial) -> list[tuple[str, list[tuple[Outcome, Kind]]]]:
    """What a trial followed, with the sign of each: its end point, then what moved or not, then harms."""
    groups: dict[str, list[tuple[Outcome, Kind]]] = {
        heading: [] for heading in ("Primary end point", "What was seen", "Harms")
    }
    for outcome in trial.outcomes:
        heading = (
            "Primary end point"
            if outcome.is_primary
            else "Harms"
            if outcome.is_harm
            else "What was seen"
        )
        groups[heading].append((outcome, KINDS[finding_kind(kg, outcome.findings[0])]))
    return [(heading, found) for heading, found in groups.items() if found]


def _findings_on(records: SiteRecords, entity: str) -> int:
    lines = (*records.arriving.get(entity, ()), *records.leaving.get(entity, ()))
    return sum(map(_weight, lines))


def _by_category(records: SiteRecords) -> list[tuple[str, list[tuple[str, int]]]]:
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for entity in sorted(records.entities.values(), key=lambda e: (fold(e.name), e.id)):
        found[entity.category].append((entity.id, _findings_on(records, entity.id)))
    return sorted(found.items())


def search_script(records: SiteRecords) -> str:
    """The script of the search: the names of all entities, the explorer's search, and a list to show it.

    The data is JSON, which is script as it stands but for two line ends.
    """
    held = list(records.entities.values())
    data = {
        "id": [entity.id for entity in held],
        "name": [entity.name for entity in held],
        "label": [entity.label for entity in held],
        "synonyms": [list(entity.synonyms) for entity in held],
        "xrefs": [list(entity.xrefs) for entity in held],
        "page": [records.pages[entity.id] for entity in held],
        "findings": [_findings_on(records, entity.id) for entity in held],
    }
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return bundle("site/assets/search.js", f"const ENTITIES = {text};\n")


def site_map(pages: Sequence[str], address: str) -> bytes:
    """The site map: every page at its whole address (sitemaps.org, protocol 0.9)."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">')
    lines += [f"<url><loc>{escape(address + page)}</loc></url>" for page in sorted(pages)]
    lines.append("</urlset>")
    return ("\n".join(lines) + "\n").encode()
