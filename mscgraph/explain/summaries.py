"""Interventions, mediators, loops and influences explained: a verdict in words, and lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.explain.explained import Listing
from mscgraph.explain.words import (
    conditions_in_words,
    counted,
    covered_in_words,
    route_in_words,
    unfinished_in_words,
)
from mscgraph.paths.interventions import BlockAnswer, MediatorAnswer
from mscgraph.paths.loops import LoopAnswer, loop_word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.paths.influences import InfluenceAnswer
    from mscgraph.paths.interventions import Totals
    from mscgraph.paths.path import Path


def summarize(
    kg: KnowledgeGraph, answer: BlockAnswer | MediatorAnswer | LoopAnswer | InfluenceAnswer
) -> tuple[str, str, tuple[Listing, ...]]:
    """Return question, verdict and listings of an answer that looks at all paths at once."""
    question, verdict, listings = _SAID.get(type(answer), _influences)(kg, answer)
    if not answer.complete:
        verdict.append(unfinished_in_words(answer.stopped))
    if isinstance(answer, BlockAnswer | MediatorAnswer):
        ends = [(answer.source, answer.covered_sources), (answer.target, answer.covered_targets)]
    else:
        ends = [(answer.entity, answer.covered)]
    covered = " ".join(filter(None, (covered_in_words(kg, *end) for end in ends)))
    question[1:1] = [conditions_in_words(kg, answer.filters), covered]
    return (
        "\n".join(filter(None, question)),
        "\n".join(filter(None, verdict)),
        tuple(listing for listing in listings if listing.rows),
    )


_Parts = tuple[list[str], list[str], list[Listing]]


def _named(kg: KnowledgeGraph, ids: Iterable[str]) -> str:
    return ", ".join(sorted(map(kg.name, ids), key=str.lower))


def _tally(totals: Totals) -> str:
    total = counted(totals.total, "path")
    if not totals.total:
        return total
    counts = totals.counts
    return (
        f"{total}: {counts['increase']} raise it, {counts['decrease']} lower it, "
        f"{counts['unknown']} have unknown direction; summed strength {totals.total_strength:.2f}"
    )


def _paths(kg: KnowledgeGraph, title: str, paths: Iterable[Path]) -> Listing:
    return Listing(
        title,
        ("", "path"),
        tuple(
            (
                f"{number}.",
                f"{route_in_words(kg, path, aspects=True)}: {path.effect}, cost {path.cost / 1e6:.2f}",
            )
            for number, path in enumerate(paths, start=1)
        ),
    )


def _block(kg: KnowledgeGraph, answer: BlockAnswer) -> _Parts:
    names = " and ".join(map(kg.name, answer.entities))
    kinds = set(answer.blocked) - set(answer.entities)
    ends = f"from {kg.name(answer.source)} to {kg.name(answer.target)}"
    share = answer.lost.total_strength / (answer.before.total_strength or 1)
    question = [
        (
            f"What would be left of the paths {ends}, of at most {counted(answer.max_length, 'step')}, "
            f"if {names} did nothing?"
        ),
        f"Blocked with it: {_named(kg, kinds)} (kinds of it)." if kinds else "",
        "A hypothesis: it knows no dose, no compensation and no time.",
    ]
    verdict = [
        f"before: {_tally(answer.before)}",
        f"dies:   {_tally(answer.lost)} ({share:.0%} of it)",
        f"after:  {_tally(answer.after)}",
    ]
    listings = [
        _paths(kg, "Best of those that die", answer.died),
        _paths(kg, "Best of those that remain", answer.remaining),
    ]
    return question, verdict, listings


def _mediators(kg: KnowledgeGraph, answer: MediatorAnswer) -> _Parts:
    ends = f"{kg.name(answer.source)} and {kg.name(answer.target)}"
    asked = f"What stands between {ends}, on paths of at most {counted(answer.max_length, 'step')}?"
    rows = []
    for mediator in answer.mediators:
        through = mediator.through
        split = "/".join(str(through.counts[word]) for word in ("increase", "decrease", "unknown"))
        rows.append((f"{mediator.share:.1%}", str(through.total), split, kg.name(mediator.entity)))
    verdict = [f"{_tally(answer.verdict)}."]
    if answer.effect != "any":
        verdict.append(f"Below are those of net effect {answer.effect}.")
    verdict.append(f"Without any mediator: {_tally(answer.direct)}.")
    verdict.append(_cut(kg, answer) if rows else "No mediator was found.")
    columns = ("share", "paths", "raise/lower/unknown", "mediator")
    return [asked], verdict, [Listing("", columns, tuple(rows))]


def _cut(kg: KnowledgeGraph, answer: MediatorAnswer) -> str:
    if not answer.cut:
        return ""
    proof = (
        "No smaller set does: as many paths share no mediator."
        if answer.cut_is_smallest
        else "It cuts longer routes over the same steps too, so a smaller set may do for these paths."
    )
    spared = " Paths without a mediator stay." if answer.direct.total else ""
    size = counted(len(answer.cut), "entity", "entities")
    return f"All mediated paths are cut by {size}: {_named(kg, answer.cut)}. {proof}{spared}"


def _loops(kg: KnowledgeGraph, answer: LoopAnswer) -> _Parts:
    kind = "" if answer.kind == "any" else f"{answer.kind} "
    counts = answer.verdict
    rows = (
        (
            f"{number}.",
            (
                f"{route_in_words(kg, loop, aspects=True)}: {loop_word(loop.sign)}, "
                f"cost {loop.cost / 1e6:.2f}, {loop.evidence_level.words}"
            ),
        )
        for number, loop in enumerate(answer.loops, start=1)
    )
    asked = (
        f"Which {kind}feedback loops of at most {counted(answer.max_length, 'step')} run through "
        f"{kg.name(answer.entity)}?"
    )
    verdict = (
        f"{counted(sum(counts.values()), 'loop')}: {counts['reinforcing']} reinforcing (more of it leads "
        f"to more of it), {counts['damping']} damping (more leads to less), {counts['unknown']} of unknown "
        "direction."
    )
    return [asked], [verdict], [Listing("", ("", "loop"), tuple(rows))]


def _influences(kg: KnowledgeGraph, answer: InfluenceAnswer) -> _Parts:
    name, steps = kg.name(answer.entity), counted(answer.max_length, "step")
    upstream = answer.direction == "upstream"
    asked = f"What raises or lowers {name}" if upstream else f"What does {name} raise or lower"
    verbs = ("raises it", "lowers it") if upstream else ("is raised", "is lowered")
    counts = answer.verdict
    both = len(answer.both_ways)
    twice = f" {both} are in both, raised and lowered on different paths." if both else ""
    verdict = (
        f"{verbs[0]}: {counts['increase']}; {verbs[1]}: {counts['decrease']}; unknown direction: "
        f"{counts['unknown']}.{twice} The {len(answer.influences)} best supported paths are shown, "
        "one for each entity and net effect."
    )
    titles = {"increase": verbs[0], "decrease": verbs[1], "unknown": "unknown direction"}
    listings = [
        _paths(kg, title, [i.path for i in answer.influences if i.effect == effect])
        for effect, title in titles.items()
    ]
    return [f"{asked}, in at most {steps}?"], [verdict], listings


_SAID: dict[type, Callable[[KnowledgeGraph, Any], _Parts]] = {
    BlockAnswer: _block, MediatorAnswer: _mediators, LoopAnswer: _loops,
}  # fmt: skip
