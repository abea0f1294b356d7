"""An explanation of any answer about paths, made of its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.explain.explained import (
    Evidence,
    ExplainedPath,
    ExplainedStep,
    Explanation,
    Listing,
    Reference,
)
from mscgraph.explain.words import (
    apart_in_words,
    cite,
    direct_in_words,
    elsewhere_in_words,
    paper_of,
    path_setting_in_words,
    question_in_words,
    relation_in_words,
    route_in_words,
    setting_in_words,
    shown_first,
    sources_in_words,
    verdict_in_words,
)
from mscgraph.paths.answer import PathAnswer
from mscgraph.paths.direct import senses_against

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mscgraph.explain.explained import Answer
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Finding
    from mscgraph.paths.path import Path, Step


def explain(kg: KnowledgeGraph, answer: Answer) -> Explanation:
    """Explain an answer about paths, in words that can be pasted into a paper's discussion.

    Parameters
    ----------
    kg
        The graph that was asked.
    answer
        What :func:`mscgraph.find_paths`, :func:`mscgraph.block`, :func:`mscgraph.mediators`,
        :func:`mscgraph.find_loops`, :func:`mscgraph.upstream` or :func:`mscgraph.downstream` returned.

    Returns
    -------
    Explanation
        Question and verdict; for each path its evidence for and against, what its cost is the sum of, its
        weakest link, how its steps were seen together, and numbered references; lists for other answers.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> page = mg.explain(kg, mg.find_paths(kg, "MSC", "Th17 cell", effect="decrease", k=1))
    >>> page.to_markdown().splitlines()[0]
    '# By which mechanisms does MSC lower Th17 cell, in 2 to 4 steps?'
    >>> str(mg.explain(kg, mg.find_loops(kg, "IDO1", max_length=2))).splitlines()[0]
    'Which feedback loops of at most 2 steps run through IDO1?'
    """
    if not isinstance(answer, PathAnswer):
        from mscgraph.explain.summaries import summarize

        question, verdict, listings = summarize(kg, answer)
        return Explanation(question, verdict, answer, listings=listings)
    numbers: dict[str, int] = {}
    starts, ends = answer.covered_sources, answer.covered_targets
    best = [route.best for route in answer.routes]
    settings = {}
    for place, path in enumerate(best):  # first what the short text shows
        if len(path.steps) > 1:
            settings[place] = path_setting_in_words(kg, path.setting, numbers)
        for step in path.steps:
            edge = step.association
            shown = (shown_first(kg, edge), edge.disputing, edge.other_settings)
            for finding in (finding for side in shown for finding in side[:1]):
                numbers.setdefault(finding.publication, len(numbers) + 1)
    cited_first = len(numbers)

    def evidence(findings: Iterable[Finding]) -> tuple[Evidence, ...]:
        return tuple(
            Evidence(f, setting_in_words(kg, f), numbers.setdefault(f.publication, len(numbers) + 1))
            for f in findings
        )

    def explained(path: Path, step: Step) -> ExplainedStep:
        edge = step.association
        via = f" via {kg.name(path.demonstrated.mediator)}" if path.demonstrated else ""
        return ExplainedStep(
            step=step,
            relation=relation_in_words(kg, edge) + via,
            supporting=evidence(shown_first(kg, edge)),
            disputing=evidence(edge.disputing),
            other_settings=evidence(edge.other_settings),
            stated=tuple(sources_in_words(edge)),
            apart=apart_in_words(kg, edge),
            elsewhere=elsewhere_in_words(
                kg, senses_against(kg, edge), in_direct=edge.subject in starts and edge.object in ends
            ),
        )

    paths = tuple(
        ExplainedPath(
            number=place + 1,
            path=path,
            route=route_in_words(kg, path, aspects=len(path.entities) == 2),  # noqa: PLR2004 - its ends
            setting=settings.get(place, ""),
            steps=tuple(explained(path, step) for step in path.steps),
            others=tuple(_other(kg, other) for other in answer.routes[place].paths[1:]),
            against_others=sum(map(_against, answer.routes[place].paths[1:])),
        )
        for place, path in enumerate(best)
    )
    stated = (*answer.direct.stated, *answer.associations)
    for source in (source for edge in stated for source in edge.sources):
        for paper in source.publications:
            numbers.setdefault(paper, len(numbers) + 1)
    title, rows = direct_in_words(kg, answer)
    return Explanation(
        question=question_in_words(kg, answer),
        verdict=verdict_in_words(kg, answer),
        answer=answer,
        direct=Listing(title, ("findings", "say", "seen in"), tuple(rows)),
        paths=paths,
        listings=(Listing("Nearest", ("", "ask"), tuple(map(tuple, answer.nearest))),)
        if answer.nearest
        else (),
        references=tuple(
            Reference(number, paper_of(kg, paper), cite(kg, paper)) for paper, number in numbers.items()
        ),
        cited_first=cited_first,
    )


def _other(kg: KnowledgeGraph, path: Path) -> str:
    """A further path of a route in one line."""
    shown = "demonstrated, " if path.demonstrated else ""
    route = route_in_words(kg, path, aspects=True)
    against = f", AGAINST: {_against(path)}" if _against(path) else ""
    return f"{route}: {path.effect}, {shown}cost {path.cost / 1e6:.2f}{against}"


def _against(path: Path) -> int:
    return sum(len(step.association.disputing) for step in path.steps)
