"""A path answer as a page for a paper's discussion: evidence, reckoning, weakest links, references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mscgraph.explain.bibtex import to_bibtex
from mscgraph.explain.words import (
    MOST_SHOWN,
    cite,
    counted,
    foremost,
    path_setting_in_words,
    question_in_words,
    relation_in_words,
    route_in_words,
    setting_in_words,
    verdict_in_words,
)
from mscgraph.model import effect_word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Finding, Publication, Reason
    from mscgraph.paths.answer import PathAnswer
    from mscgraph.paths.path import Path, Step

__all__ = ["Evidence", "ExplainedPath", "ExplainedStep", "Explanation", "Reference", "explain", "nats"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A numbered paper, and how it is cited in one line."""

    number: int
    publication: Publication
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding as the page tells it: what was seen, in which setting, and the paper's number."""

    finding: Finding
    setting: str
    reference: int

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON-ready values."""
        return {
            "finding": self.finding.id,
            "statement": self.finding.statement,
            "setting": self.setting,
            "reference": self.reference,
        }


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """A step with its relation in words and the evidence on both sides, nothing left out."""

    step: Step
    relation: str
    supporting: tuple[Evidence, ...]
    disputing: tuple[Evidence, ...]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What the step's cost is the sum of."""
        return self.step.reasons

    def to_dict(self) -> dict[str, Any]:
        """The step as JSON-ready values; findings with statement, setting and reference."""
        return self.step.to_dict() | {
            "relation": self.relation,
            "supporting": [evidence.to_dict() for evidence in self.supporting],
            "disputing": [evidence.to_dict() for evidence in self.disputing],
        }


@dataclass(frozen=True, slots=True)
class ExplainedPath:
    """A path with its route in words, how its steps were seen together, and its weakest step."""

    number: int
    path: Path
    route: str
    setting: str
    steps: tuple[ExplainedStep, ...]

    @property
    def weakest(self) -> int:
        """The place of the step that costs most, counted from 1; the first where several do."""
        return 1 + max(range(len(self.steps)), key=lambda place: self.steps[place].step.cost)

    def to_dict(self) -> dict[str, Any]:
        """The path as JSON-ready values."""
        return self.path.to_dict() | {
            "number": self.number,
            "route": self.route,
            "weakest_step": self.weakest,
            "setting_in_words": self.setting,
            "steps": [step.to_dict() for step in self.steps],
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """A path answer explained: as text, Markdown, JSON-ready values or BibTeX."""

    question: str
    verdict: str
    answer: PathAnswer
    paths: tuple[ExplainedPath, ...]
    references: tuple[Reference, ...]

    @property
    def reviewed(self) -> tuple[int, int]:
        """How many of the findings cited a human has read beside their source, and how many there are."""
        steps = [step for path in self.paths for step in path.steps]
        cited = {e.finding.id: e.finding for s in steps for e in (*s.supporting, *s.disputing)}
        return sum(bool(finding.reviewed_by) for finding in cited.values()), len(cited)

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON-ready values, as ``mscgraph explain --format json`` prints it."""
        reviewed, cited = self.reviewed
        return self.answer.to_dict() | {
            "question": self.question,
            "verdict_in_words": self.verdict,
            "paths": [path.to_dict() for path in self.paths],
            "findings_cited": cited,
            "findings_reviewed": reviewed,
            "references": [
                {
                    "number": reference.number,
                    "publication": reference.publication.id,
                    "url": reference.publication.url,
                    "text": reference.text,
                }
                for reference in self.references
            ],
        }

    def to_text(self, *, everything: bool = False) -> str:
        """The page as plain text; ``everything`` lists all findings for a step, not five at most."""
        from mscgraph.explain.typeset import text

        return text(self, MOST_SHOWN if not everything else None)

    def to_markdown(self, *, everything: bool = False) -> str:
        """The page as Markdown; ``everything`` lists all findings for a step, not five at most."""
        from mscgraph.explain.typeset import markdown

        return markdown(self, MOST_SHOWN if not everything else None)

    def to_bibtex(self) -> str:
        """The references as BibTeX, in the order of their numbers."""
        return to_bibtex(reference.publication for reference in self.references)


def explain(kg: KnowledgeGraph, answer: PathAnswer) -> Explanation:
    """Explain a path answer: a page that can be pasted into a paper's discussion.

    Parameters
    ----------
    kg
        The graph that was asked.
    answer
        What :func:`mscgraph.find_paths` returned.

    Returns
    -------
    Explanation
        Question, verdict, and for each path its evidence for and against, the reckoning of its
        strength, its weakest link, how its steps were seen together; and numbered references.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> page = mg.explain(kg, mg.find_paths(kg, "MSC", "Th17 cell", effect="decrease", k=1))
    >>> page.to_markdown().splitlines()[0]
    '# By which paths does MSC lower Th17 cell, in at most 4 steps?'
    """
    numbers: dict[str, int] = {}

    def evidence(findings: Iterable[Finding]) -> tuple[Evidence, ...]:
        return tuple(
            Evidence(f, setting_in_words(kg, f), numbers.setdefault(f.publication, len(numbers) + 1))
            for f in findings
        )

    paths = tuple(
        ExplainedPath(
            number=number,
            path=path,
            route=route_in_words(kg, path, aspects=len(path.steps) == 1),
            setting=path_setting_in_words(kg, path.setting, numbers) if len(path.steps) > 1 else "",
            steps=tuple(
                ExplainedStep(
                    step=step,
                    relation=relation_in_words(kg, step.association),
                    supporting=evidence(foremost(kg, step.association)),
                    disputing=evidence(step.association.disputing),
                )
                for step in path.steps
            ),
        )
        for number, path in enumerate(answer.paths, start=1)
    )
    return Explanation(
        question=question_in_words(kg, answer),
        verdict=verdict_in_words(kg, answer),
        answer=answer,
        paths=paths,
        references=tuple(
            Reference(number, kg.publications[paper], cite(kg, paper))
            for paper, number in numbers.items()
        ),
    )


def nats(cost: int) -> str:
    """Micro-nats as nats with all their digits, so that what is printed adds up: ``0.90``.

    >>> nats(900_000), nats(333_333)
    ('0.90', '0.333333')
    """
    whole, rest = divmod(cost, 1_000_000)
    digits = f"{rest:06}".rstrip("0")
    return f"{whole}.{digits:0<2}"


def reckoning(step: ExplainedStep) -> str:
    """A step's cost as the sum that it is: ``0.90 = 0.30 (best design: animal model) + …``."""
    parts = [f"{nats(reason.cost)} ({reason.text})" for reason in step.reasons if reason.cost]
    return f"{nats(step.step.cost)} = {' + '.join(parts) or '0'}"


def sum_of(path: ExplainedPath) -> str:
    """A path's strength from its steps' costs: ``strength 0.08 = exp(−2.50), and 2.50 = 1.20 + 1.30``."""
    cost = nats(path.path.cost)
    parts = " + ".join(nats(step.step.cost) for step in path.steps)
    added = f", and {cost} = {parts}" if len(path.steps) > 1 else ""
    return f"strength {path.path.strength:.2g} = exp(−{cost}){added}"


def weakest_link(path: ExplainedPath) -> str:
    """The step that costs most, how much of the whole, and what costs most in it."""
    step = path.steps[path.weakest - 1]
    worst = max(step.reasons, key=lambda reason: reason.cost)
    share = "" if len(path.steps) == 1 else f" of {nats(path.path.cost)}"
    where = "the one step" if len(path.steps) == 1 else f"step {path.weakest}, {step.relation}"
    return (
        f"{where}, at {nats(step.step.cost)}{share}; most of that is {worst.text} ({nats(worst.cost)})"
    )


def effect_of(path: ExplainedPath) -> str:
    """The net effect, and whether it was reported or is a product of signs."""
    if len(path.steps) == 1:
        return f"{path.path.effect}, as reported"
    signs = " × ".join({1: "+", -1: "−", 0: "?"}[int(step.step.sign)] for step in path.steps)
    return f"{path.path.effect} ({signs}, a product of signs: a hypothesis)"


def step_in_words(step: ExplainedStep) -> str:
    """A step with its sign, grade and number of studies."""
    grade = step.step.association.grade
    return (
        f"{step.relation}: {effect_word(step.step.sign)}, grade {grade.letter}, "
        f"{counted(grade.studies, 'independent study', 'independent studies')}"
    )
