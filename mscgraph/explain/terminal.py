"""An explanation as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.explain.explained import (
    brief_lines,
    effect_of,
    evidence_lines,
    first_listed,
    how_to_read,
    step_in_words,
    sum_of,
    sum_of_step,
    weakest_link,
)
from mscgraph.explain.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mscgraph.explain.explained import ExplainedAnswer, ExplainedPath, Listing, Reference


def text(page: ExplainedAnswer, most: int | None) -> str:
    """Return the page as plain text: ``most`` findings for a step, and what each cost is the sum of."""
    first = first_listed(page)
    blocks = [*_head(page), *(_path(path, first, most) for path in page.paths)]
    blocks += [listing_text(listing) for listing in page.listings]
    if page.paths:
        blocks.append(f"How to read it\n{how_to_read(page)}")
    return _joined(blocks, page.references)


def brief_text(page: ExplainedAnswer) -> str:
    """Return the page in short: for each step the best finding for it and the first against it."""
    first = first_listed(page)
    blocks = [*_head(page), *(_brief_path(path, first) for path in page.paths)]
    blocks += [listing_text(listing) for listing in page.listings]
    return _joined(blocks, page.references[: page.cited_first])


def _head(page: ExplainedAnswer) -> list[str]:
    direct = [] if page.direct is None else [listing_text(page.direct)]
    return [page.question, *direct, page.verdict]


def _joined(blocks: list[str], cited: Sequence[Reference]) -> str:
    lines = [f"[{reference.number}] {reference.text}" for reference in cited]
    references = ["\n".join(["References", *lines])] if lines else []
    return "\n\n".join([*blocks, *references]) + "\n"


def _path(path: ExplainedPath, first: dict[str, int], most: int | None) -> str:
    lines = [
        f"{path.number}. {path.route}",
        f"   net effect: {effect_of(path)}; weakest evidence: {path.path.evidence_level.words}",
        f"   support: {sum_of(path)}.",
        f"   weakest link: {weakest_link(path)}.",
    ]
    if path.setting:
        lines.append(f"   setting: {path.setting}")
    for step in path.steps:
        lines.append(f"   • {step_in_words(step)} [{step.step.association.id}]")
        found = evidence_lines(step, first[step.key], path.number, most)
        lines += [f"       {line}" for line in (f"cost {sum_of_step(step)}", *found)]
    if path.others:
        lines += ["   along the same route:", *(f"       {line}" for line in path.others)]
    return "\n".join(lines)


def _brief_path(path: ExplainedPath, first: dict[str, int]) -> str:
    evidence = f"cost {path.path.cost / 1e6:.2f}; weakest evidence: {path.path.evidence_level.words}"
    lines = [f"{path.number}. {path.route}: {effect_of(path)}; {evidence}"]
    if path.setting:
        lines.append(f"   {path.setting}")
    for step in path.steps:
        lines.append(f"   • {step_in_words(step)} [{step.step.association.id}]")
        lines += [f"     {line}" for line in brief_lines(step, first[step.key], path.number)]
    if path.others:
        against = f"; AGAINST them: {path.against_others}" if path.against_others else ""
        more = counted(len(path.others), "more path")
        lines.append(f"   and {more} along this route, of other aspects or relations{against}")
    return "\n".join(lines)


def listing_text(listing: Listing) -> str:
    """A table with columns as wide as what they hold, numbers to the right."""
    if not listing.rows:
        return listing.title
    named = [listing.columns] if all(listing.columns) else []
    columns = list(zip(*named, *listing.rows, strict=True))
    for place, cells in enumerate(columns[:-1]):
        width = max(map(len, cells))
        numbers = all(row[place][:1].isdigit() or row[place] in {"", "–"} for row in listing.rows)
        columns[place] = tuple(c.rjust(width) if numbers else c.ljust(width) for c in cells)
    lines = ["  ".join(row).rstrip() for row in zip(*columns, strict=True)]
    return "\n".join([*([listing.title] if listing.title else []), *(f"  {line}" for line in lines)])
