"""What-if answers, mediators, loops and influences in words; paths go to ``words``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.explain.words import (
    conditions_in_words,
    counted,
    explain_paths,
    route_in_words,
    unfinished_in_words,
)
from mscgraph.paths.answer import PathAnswer
from mscgraph.paths.influences import InfluenceAnswer
from mscgraph.paths.interventions import BlockAnswer, MediatorAnswer
from mscgraph.paths.loops import LoopAnswer, loop_word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.paths.interventions import Totals
    from mscgraph.paths.path import Path

__all__ = ["Answer", "describe"]

Answer = PathAnswer | BlockAnswer | MediatorAnswer | LoopAnswer | InfluenceAnswer


def describe(kg: KnowledgeGraph, answer: Answer) -> str:
    """Return any answer about paths as plain text, as the command line prints it.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> mg.describe(kg, mg.find_loops(kg, "IDO1", max_length=2)).splitlines()[0]
    'Which feedback loops of at most 2 steps run through IDO1?'
    """
    if isinstance(answer, PathAnswer):
        return explain_paths(kg, answer)
    if isinstance(answer, BlockAnswer):
        blocks = _block(kg, answer)
    elif isinstance(answer, MediatorAnswer):
        blocks = _mediators(kg, answer)
    elif isinstance(answer, LoopAnswer):
        blocks = _loops(kg, answer)
    else:
        blocks = _influences(kg, answer)
    if not answer.complete:
        blocks.append(unfinished_in_words(answer.stopped))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _named(kg: KnowledgeGraph, ids: Iterable[str]) -> str:
    return ", ".join(sorted(map(kg.name, ids), key=str.lower))


def _covers(kg: KnowledgeGraph, entity: str, covered: tuple[str, ...]) -> str:
    kinds = len(covered) - 1
    return f"{kg.name(entity)} covers its {counted(kinds, 'subclass', 'subclasses')}." if kinds else ""


def _cover_ends(kg: KnowledgeGraph, answer: BlockAnswer | MediatorAnswer) -> str:
    start = _covers(kg, answer.source, answer.covered_sources)
    return " ".join(filter(None, (start, _covers(kg, answer.target, answer.covered_targets))))


def _tally(verdict: Totals) -> str:
    total = counted(verdict.total, "path")
    if not verdict.total:
        return total
    paths = verdict.counts
    return (
        f"{total}: {paths['increase']} raise it, {paths['decrease']} lower it, "
        f"{paths['unknown']} leave the direction open; summed strength {verdict.total_strength:.2f}"
    )


def _listed(kg: KnowledgeGraph, title: str, paths: Iterable[Path]) -> str:
    rows = [
        f"{number:>4}. {route_in_words(kg, path, aspects=True)}: {path.effect}, cost {path.cost / 1e6:.2f}"
        for number, path in enumerate(paths, start=1)
    ]
    return "\n".join([title, *rows]) if rows else ""


def _block(kg: KnowledgeGraph, answer: BlockAnswer) -> list[str]:
    names = " and ".join(map(kg.name, answer.entities))
    kinds = set(answer.blocked) - set(answer.entities)
    ends = f"from {kg.name(answer.source)} to {kg.name(answer.target)}"
    share = answer.lost.total_strength / (answer.before.total_strength or 1)
    return [
        _lines(
            f"What would be left of the paths {ends}, of at most {counted(answer.max_length, 'step')}, "
            f"if {names} did nothing?",
            conditions_in_words(kg, answer.filters),
            _cover_ends(kg, answer),
            f"Blocked with it: {_named(kg, kinds)} (kinds of it)." if kinds else "",
            "A hypothesis: it knows no dose, no compensation and no time.",
        ),
        _lines(
            f"before: {_tally(answer.before)}",
            f"dies:   {_tally(answer.lost)} ({share:.0%} of it)",
            f"after:  {_tally(answer.after)}",
        ),
        _listed(kg, "Best of those that die", answer.died),
        _listed(kg, "Best of those that remain", answer.remaining),
    ]


def _mediators(kg: KnowledgeGraph, answer: MediatorAnswer) -> list[str]:
    ends = f"{kg.name(answer.source)} and {kg.name(answer.target)}"
    asked = f"What stands between {ends}, on paths of at most {counted(answer.max_length, 'step')}?"
    rows = [
        f"{mediator.share:>6.1%}  {mediator.through.total:>5}  {_split(mediator.through)}  "
        f"{kg.name(mediator.entity)}"
        for mediator in answer.mediators
    ]
    head = " share  paths  raise/lower/open  mediator"
    return [
        _lines(
            asked, conditions_in_words(kg, answer.filters),
            _cover_ends(kg, answer), f"{_tally(answer.verdict)}.",
            f"Without any mediator: {_tally(answer.direct)}.",
        ),
        "\n".join([head, *rows]) if rows else "No mediator was found.",
        _cut(kg, answer),
    ]  # fmt: skip


def _split(verdict: Totals) -> str:
    paths = verdict.counts
    return f"{paths['increase']}/{paths['decrease']}/{paths['unknown']}".rjust(16)


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


def _loops(kg: KnowledgeGraph, answer: LoopAnswer) -> list[str]:
    name = kg.name(answer.entity)
    kind = "" if answer.kind == "any" else f"{answer.kind} "
    verdict = answer.verdict
    total = counted(sum(verdict.values()), "loop")
    rows = [
        f"{number:>4}. {route_in_words(kg, loop, aspects=True)}: "
        f"{loop_word(loop.sign)}, cost {loop.cost / 1e6:.2f}, {loop.rung.words}"
        for number, loop in enumerate(answer.loops, start=1)
    ]
    return [
        _lines(
            f"Which {kind}feedback loops of at most {counted(answer.max_length, 'step')} run through "
            f"{name}?",
            conditions_in_words(kg, answer.filters),
            _covers(kg, answer.entity, answer.covered),
        ),
        (
            f"{total}: {verdict['reinforcing']} reinforcing (more of it leads to more of it), "
            f"{verdict['damping']} damping (more leads to less), {verdict['unknown']} of open direction."
        ),
        "\n".join(rows),
    ]


def _influences(kg: KnowledgeGraph, answer: InfluenceAnswer) -> list[str]:
    name, steps = kg.name(answer.entity), counted(answer.max_length, "step")
    upstream = answer.direction == "upstream"
    asked = f"What raises or lowers {name}" if upstream else f"What does {name} raise or lower"
    verbs = ("raises it", "lowers it") if upstream else ("is raised", "is lowered")
    verdict = answer.verdict
    groups = [
        _listed(kg, title, [i.path for i in answer.influences if i.effect == effect])
        for effect, title in zip(
            ("increase", "decrease", "unknown"), (*verbs, "direction open"), strict=True
        )
    ]
    return [
        _lines(
            f"{asked}, in at most {steps}?",
            conditions_in_words(kg, answer.filters),
            _covers(kg, answer.entity, answer.covered),
        ),
        (
            f"{verbs[0]}: {verdict['increase']}; {verbs[1]}: {verdict['decrease']}; direction open: "
            f"{verdict['unknown']}. {len(answer.both_ways)} count twice, as raised and lowered on "
            f"different paths. The {len(answer.influences)} best supported paths are shown, one "
            "for each entity and net effect."
        ),
        *groups,
    ]
