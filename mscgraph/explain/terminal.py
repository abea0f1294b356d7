"""An explanation as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.explain.explained import (
    effect_of,
    evidence_lines,
    first_listed,
    how_to_read,
    step_in_words,
    sum_of,
    sum_of_step,
    weakest_link,
)

if TYPE_CHECKING:
    from mscgraph.explain.explained import ExplainedAnswer, ExplainedPath, Listing

__all__ = ["listing_text", "text"]


def text(page: ExplainedAnswer, most: int | None, *, costs: bool = True) -> str:
    """Return the page as plain text: ``most`` findings for a step, and what each cost is the sum of."""
    first = first_listed(page)
    blocks = [page.question]
    if page.direct is not None:
        blocks.append(listing_text(page.direct))
    blocks.append(page.verdict)
    blocks += [_path(path, first, most, costs=costs) for path in page.paths]
    blocks += [listing_text(listing) for listing in page.listings]
    if page.paths and costs:
        blocks.append(f"How to read it\n{how_to_read(page)}")
    cited = page.references if costs else page.references[: page.cited_first]
    if cited:
        lines = [f"[{reference.number}] {reference.text}" for reference in cited]
        blocks.append("\n".join(["References", *lines]))
    return "\n\n".join(blocks) + "\n"


def _path(path: ExplainedPath, first: dict[str, int], most: int | None, *, costs: bool) -> str:
    cost = "" if costs else f"; cost {path.path.cost / 1e6:.2f}"
    lines = [
        f"{path.number}. {path.route}",
        f"   net effect: {effect_of(path)}{cost}; weakest rung: {path.path.rung.words}",
    ]
    if costs:
        lines += [f"   support: {sum_of(path)}.", f"   weakest link: {weakest_link(path)}."]
    if path.setting:
        lines.append(f"   setting: {path.setting}")
    for step in path.steps:
        edge = step.step.association.id
        lines.append(f"   • {step_in_words(step)} [{edge}]")
        if costs:
            lines.append(f"       cost {sum_of_step(step)}")
        found = evidence_lines(step, first[step.key], path.number, most, None if costs else most)
        if not costs:  # the papers of what is not shown are not listed
            found = [_pointed(line, edge) for line in found]
        lines += [f"       {line}" for line in found]
    lines += _others(path, None if costs else 0)
    return "\n".join(lines)


def _others(path: ExplainedPath, most: int | None) -> list[str]:
    """The other paths along a route, or how many there are."""
    if not path.others:
        return []
    if most == 0:
        number = len(path.others)
        word = "path" if number == 1 else "paths"
        against = f"; AGAINST them: {path.against_others}" if path.against_others else ""
        return [f"   and {number} more {word} along this route, of other aspects or relations{against}"]
    return ["   along the same route:", *(f"       {line}" for line in path.others)]


def _pointed(line: str, edge: str) -> str:
    head, more, _ = line.partition(" more [")
    is_rest = more and head.startswith(("for: and ", "AGAINST: and "))
    return f"{head} more (mscgraph evidence {edge})" if is_rest else line


def listing_text(listing: Listing) -> str:
    """A table with columns as wide as what they hold, numbers to the right."""
    if not listing.rows:
        return listing.title
    named = [listing.columns] if all(listing.columns) else []
    columns = list(zip(*named, *listing.rows, strict=True))
    for place, cells in enumerate(columns[:-1]):
        width = max(map(len, cells))
        numbers = all(row[place][:1].isdigit() or row[place] == "–" for row in listing.rows)
        columns[place] = tuple(c.rjust(width) if numbers else c.ljust(width) for c in cells)
    lines = ["  ".join(row).rstrip() for row in zip(*columns, strict=True)]
    return "\n".join([*([listing.title] if listing.title else []), *(f"  {line}" for line in lines)])
