"""An explanation set as plain text or as Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mscgraph.explain.discussion import effect_of, nats, reckoning, step_in_words, sum_of, weakest_link

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mscgraph.explain.discussion import Evidence, ExplainedPath, ExplainedStep, Explanation

__all__ = ["markdown", "text"]

_READING = (
    "A cost is −log(strength), added up from design, significance, number of independent studies and what "
    "speaks against; less is better. Strength ranks paths and is no probability."
)


def _reviewed(page: Explanation) -> str:
    reviewed, cited = page.reviewed
    others = "all were" if not reviewed else "the others were"
    return (
        f"Of the {cited} findings cited, {reviewed or 'none'} have been reviewed by a human; {others} "
        "drafted by a program that read the papers."
    )


def _ranges(numbers: Iterable[int]) -> str:
    """Reference numbers with runs drawn together: ``3, 7–9``."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 2 else ", ".join(map(str, r)) for r in runs)  # noqa: PLR2004


def _shown(evidence: Sequence[Evidence], most: int | None) -> tuple[Sequence[Evidence], str]:
    """What is listed, and one line for the rest with the numbers of their papers."""
    if most is None or len(evidence) <= most:
        return evidence, ""
    rest = evidence[most:]
    return evidence[:most], f"and {len(rest)} more [{_ranges(e.reference for e in rest)}]"


def _first_told(page: Explanation) -> dict[str, int]:
    """Where each association's evidence is listed: the first path that it is on."""
    first: dict[str, int] = {}
    for path in page.paths:
        for step in path.steps:
            first.setdefault(step.step.association.id, path.number)
    return first


# -- plain text -------------------------------------------------------------------------------------


def text(page: Explanation, most: int | None) -> str:
    """The page as plain text."""
    first = _first_told(page)
    blocks = [page.question, page.verdict]
    blocks += [_path_text(path, first, most) for path in page.paths]
    if page.paths:
        blocks.append("\n".join(["How to read it", _READING, _reviewed(page)]))
    if page.references:
        lines = [f"[{reference.number}] {reference.text}" for reference in page.references]
        blocks.append("\n".join(["References", *lines]))
    return "\n\n".join(blocks) + "\n"


def _path_text(path: ExplainedPath, first: dict[str, int], most: int | None) -> str:
    lines = [
        f"{path.number}. {path.route}",
        f"   Net effect: {effect_of(path)}.",
        f"   Support: {sum_of(path)}.",
        f"   Weakest link: {weakest_link(path)}.",
        f"   Weakest rung: {path.path.rung.words}.",
    ]
    if path.setting:
        lines.append(f"   Seen together: {path.setting}.")
    for place, step in enumerate(path.steps, start=1):
        lines.append(f"   Step {place}. {step_in_words(step)} [{step.step.association.id}]")
        lines.append(f"      cost {reckoning(step)}")
        lines += [f"      {line}" for line in _evidence(step, path.number, first, most)]
    return "\n".join(lines)


def _evidence(step: ExplainedStep, number: int, first: dict[str, int], most: int | None) -> list[str]:
    told = first[step.step.association.id]
    if told != number:
        against = len(step.disputing) or "nothing curated"
        return [f"for: {len(step.supporting)}, against: {against}; listed under path {told}"]
    shown, rest = _shown(step.supporting, most)
    lines = [f"for: {_told(evidence)}" for evidence in shown]
    lines += [f"for: {rest}"] if rest else []
    lines += [f"AGAINST: {_told(evidence)}" for evidence in step.disputing]
    return lines if step.disputing else [*lines, "against: nothing curated"]


def _told(evidence: Evidence) -> str:
    return f"{evidence.finding.statement} ({evidence.setting}) [{evidence.reference}]"


# -- Markdown ---------------------------------------------------------------------------------------


def markdown(page: Explanation, most: int | None) -> str:
    """The page as Markdown (CommonMark with tables)."""
    first = _first_told(page)
    asked, *conditions = page.question.splitlines()
    blocks = [f"# {_plain(asked)}", *map(_plain, conditions), f"**Verdict.** {_plain(page.verdict)}"]
    for path in page.paths:
        blocks += _path_markdown(path, first, most)
    if page.paths:
        blocks += ["## How to read it", f"{_READING} {_reviewed(page)}"]
    if page.references:
        lines = [f"{reference.number}. {_plain(reference.text)}" for reference in page.references]
        blocks += ["## References", "\n".join(lines)]
    return "\n\n".join(blocks) + "\n"


def _path_markdown(path: ExplainedPath, first: dict[str, int], most: int | None) -> list[str]:
    facts = [
        f"- Net effect: **{path.path.effect}**{effect_of(path).removeprefix(path.path.effect)}",
        f"- Support: {sum_of(path)}",
        f"- Weakest link: {_plain(weakest_link(path))}",
        f"- Weakest rung: {path.path.rung.words}",
    ]
    if path.setting:
        facts.append(f"- Seen together: {_plain(path.setting)}")
    blocks = [f"## {path.number}. {_plain(path.route)}", "\n".join(facts), _table(path)]
    for place, step in enumerate(path.steps, start=1):
        lines = _evidence(step, path.number, first, most)
        items = [re.sub(r"^AGAINST:", "**Against:**", _plain(line)) for line in lines]
        items = [item[:1].upper() + item[1:] for item in items]
        head = f"**Step {place}.** {_plain(step_in_words(step))} (`{step.step.association.id}`)"
        blocks += [head, "\n".join(f"- {item}" for item in items)]
    return blocks


def _table(path: ExplainedPath) -> str:
    """The reckoning: one row a part, a sum for each step and for the path."""
    rows = ["| step | part | cost |", "|---|---|---:|"]
    for place, step in enumerate(path.steps, start=1):
        rows += [f"| {place} | {_plain(r.text)} | {nats(r.cost)} |" for r in step.reasons if r.cost]
        if len(path.steps) > 1:
            rows.append(f"| {place} | *sum of the step* | *{nats(step.step.cost)}* |")
    rows.append(f"| | **sum of the path** | **{nats(path.path.cost)}** |")
    return "\n".join(rows)


def _plain(line: str) -> str:
    """Text in which Markdown sees nothing of its own."""
    return re.sub(r"([\\`*_<>|#~])", r"\\\1", line)
