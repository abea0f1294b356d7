"""An explanation as plain text, whole and in short, and as Markdown (CommonMark with tables)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mscgraph.explain.explained import (
    brief_lines,
    effect_of,
    evidence_lines,
    first_listed,
    how_to_read,
    nats,
    step_in_words,
    sum_of,
    sum_of_step,
    weakest_link,
)
from mscgraph.explain.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mscgraph.explain.explained import ExplainedPath, Explanation, Listing, Reference


def text(page: Explanation, most: int | None) -> str:
    """Return the page as plain text: ``most`` findings for a step, and what each cost is the sum of."""
    first = first_listed(page)
    blocks = [*_head(page), *(_path(path, first, most) for path in page.paths)]
    blocks += [listing_text(listing) for listing in page.listings]
    if page.paths:
        blocks.append(f"How to read it\n{how_to_read(page)}")
    return _joined(blocks, page.references)


def brief_text(page: Explanation) -> str:
    """Return the page in short: for each step the best finding for it and the first against it."""
    first = first_listed(page)
    blocks = [*_head(page), *(_brief_path(path, first) for path in page.paths)]
    blocks += [listing_text(listing) for listing in page.listings]
    return _joined(blocks, page.references[: page.cited_first])


def _head(page: Explanation) -> list[str]:
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


def markdown(page: Explanation, most: int | None) -> str:
    """Return the page as Markdown: ``most`` findings for a step, all without it."""
    first = first_listed(page)
    asked, *conditions = page.question.splitlines()
    verdict = _plain(page.verdict).replace("\n", "  \n")
    blocks = [
        f"# {_plain(asked)}",
        *map(_plain, conditions),
        *([] if page.direct is None else _listing(page.direct)),
        f"**Verdict.** {verdict}",
    ]
    for path in page.paths:
        blocks += _path_markdown(path, first, most)
    blocks += [block for listing in page.listings for block in _listing(listing)]
    if page.paths:
        blocks += ["## How to read it", how_to_read(page)]
    if page.references:
        lines = [f"{reference.number}. {_plain(reference.text)}" for reference in page.references]
        blocks += ["## References", "\n".join(lines)]
    return "\n\n".join(blocks) + "\n"


def _path_markdown(path: ExplainedPath, first: dict[str, int], most: int | None) -> list[str]:
    facts = [
        f"- Net effect: **{path.path.effect}**{effect_of(path).removeprefix(path.path.effect)}",
        f"- Support: {sum_of(path)}",
        f"- Weakest link: {_plain(weakest_link(path))}",
        f"- Weakest evidence: {path.path.evidence_level.words}",
    ]
    if path.setting:
        facts.append(f"- Seen together: {_plain(path.setting)}")
    blocks = [f"## {path.number}. {_plain(path.route)}", "\n".join(facts), _table(path)]
    for place, step in enumerate(path.steps, start=1):
        lines = evidence_lines(step, first[step.key], path.number, most)
        items = [re.sub(r"^AGAINST:", "**Against:**", _plain(line)) for line in lines]
        items = [item[:1].upper() + item[1:] for item in items]
        head = f"**Step {place}.** {_plain(step_in_words(step))} (`{step.step.association.id}`)"
        blocks += [head, "\n".join(f"- {item}" for item in items)]
    if path.others:
        listed = "\n".join(f"- {_plain(line)}" for line in path.others)
        blocks += ["Along the same route:", listed]
    return blocks


def _table(path: ExplainedPath) -> str:
    """What the cost is the sum of: one row a part, a sum for each step and for the path."""
    rows = ["| step | part | cost |", "|---|---|---:|"]
    for place, step in enumerate(path.steps, start=1):
        rows += [f"| {place} | {_plain(r.text)} | {nats(r.cost)} |" for r in step.reasons if r.cost]
        if len(path.steps) > 1:
            rows.append(f"| {place} | *sum of the step* | *{nats(step.step.cost)}* |")
    rows.append(f"| | **sum of the path** | **{nats(path.path.cost)}** |")
    return "\n".join(rows)


def _listing(listing: Listing) -> list[str]:
    title = [f"## {_plain(listing.title)}"] if listing.title else []
    if not listing.rows:
        return title
    rows = [listing.columns, tuple("---" for _ in listing.columns), *listing.rows]
    lines = [f"| {' | '.join(map(_plain, row))} |" for row in rows]
    return [*title, "\n".join(lines)]


def _plain(line: str) -> str:
    """Text in which Markdown sees nothing of its own."""
    return re.sub(r"([\\`*_<>|#~])", r"\\\1", line)
