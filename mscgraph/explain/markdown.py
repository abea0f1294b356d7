"""An explanation as Markdown (CommonMark with tables)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mscgraph.explain.explained import (
    effect_of,
    evidence_lines,
    first_listed,
    how_to_read,
    nats,
    step_in_words,
    sum_of,
    weakest_link,
)

if TYPE_CHECKING:
    from mscgraph.explain.explained import ExplainedAnswer, ExplainedPath, Listing


def markdown(page: ExplainedAnswer, most: int | None) -> str:
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
