"""What is said of an answer, whatever format it is then written in: the model of its text."""

# Annotations are evaluated, not kept as text: NamedTuple would compile the text of each.

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mscgraph.explain.words import MOST_SHOWN, counted
from mscgraph.model import Finding, Publication, Reason, effect_word
from mscgraph.named_tuples import NamedTuple
from mscgraph.paths.path import Path, Step

if TYPE_CHECKING:
    from mscgraph.paths.answer import PathAnswer
    from mscgraph.paths.influences import InfluenceAnswer
    from mscgraph.paths.interventions import BlockAnswer, MediatorAnswer
    from mscgraph.paths.loops import LoopAnswer

    Answer = PathAnswer | BlockAnswer | MediatorAnswer | LoopAnswer | InfluenceAnswer


class Reference(NamedTuple):
    """A numbered paper, and how it is cited in one line."""

    number: int
    publication: Publication
    text: str


class Evidence(NamedTuple):
    """One finding: what was seen, in which setting, and the paper's number."""

    finding: Finding
    setting: str
    reference: int

    def __str__(self) -> str:
        return f"{self.finding.statement} ({self.setting}) [{self.reference}]"

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON-ready values."""
        return {
            "finding": self.finding.id,
            "statement": self.finding.statement,
            "setting": self.setting,
            "reference": self.reference,
        }


class ExplainedStep(NamedTuple):
    """A step with its relation in words and the evidence on both sides, nothing left out.

    ``other_settings`` say otherwise and are not comparable; ``stated`` is who else states it, a line each;
    ``apart`` the settings in which the two sides differ; ``elsewhere`` what speaks against it in another
    aspect, or of another kind or product.
    """

    step: Step
    relation: str
    supporting: tuple[Evidence, ...]
    disputing: tuple[Evidence, ...]
    other_settings: tuple[Evidence, ...] = ()
    stated: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    elsewhere: str = ""

    @property
    def key(self) -> str:
        """What is the same where the same findings are shown: the association, and a mediator shown."""
        return f"{self.step.association.id} {self.relation}"

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All that is cited: for, against, and in other settings."""
        return self.supporting + self.disputing + self.other_settings

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
            "other_settings": [evidence.to_dict() for evidence in self.other_settings],
            "against_elsewhere": self.elsewhere,
        }


class ExplainedPath(NamedTuple):
    """The best path of a route, in words, how its steps were seen together, and its weakest step.

    ``others`` are the other paths along the route, a line each, and ``against_others`` how many findings
    speak against them.
    """

    number: int
    path: Path
    route: str
    setting: str
    steps: tuple[ExplainedStep, ...]
    others: tuple[str, ...] = ()
    against_others: int = 0

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
            "other_paths": self.others,
            "steps": [step.to_dict() for step in self.steps],
        }


class Listing(NamedTuple):
    """A table of an explanation: its title, the names of its columns, and rows of text."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Explanation(NamedTuple):
    """An answer explained: as text, Markdown, JSON-ready values or BibTeX. ``str()`` is its short text.

    What was tested directly (``direct``) comes first. Paths, the best of each route, come with their
    evidence and numbered ``references``, of which the first ``cited_first`` are those of the short text;
    other answers come as ``listings``.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> page = mg.explain(kg, mg.find_paths(kg, "MSC", "Th17 cell", k=1))
    >>> page.to_markdown().startswith("#"), len(page.references) > 0
    (True, True)
    """

    question: str
    verdict: str
    answer: "Answer"
    direct: Listing | None = None
    paths: tuple[ExplainedPath, ...] = ()
    listings: tuple[Listing, ...] = ()
    references: tuple[Reference, ...] = ()
    cited_first: int = 0

    def __str__(self) -> str:
        from mscgraph.explain.written import brief_text

        return brief_text(self)

    def to_text(self, *, everything: bool = False) -> str:
        """The page as plain text; ``everything`` lists all findings for a step, not five at most."""
        from mscgraph.explain.written import text

        return text(self, None if everything else MOST_SHOWN)

    def to_markdown(self, *, everything: bool = False) -> str:
        """The page as Markdown; ``everything`` lists all findings for a step, not five at most."""
        from mscgraph.explain.written import markdown

        return markdown(self, None if everything else MOST_SHOWN)

    def to_bibtex(self) -> str:
        """The references as BibTeX, in the order of their numbers."""
        from mscgraph.explain.bibtex import to_bibtex

        return to_bibtex(reference.publication for reference in self.references)

    @property
    def reviewed(self) -> tuple[int, int]:
        """How many of the findings cited a human has compared with their source, and how many there are."""
        steps = [step for path in self.paths for step in path.steps]
        cited = {e.finding.id: e.finding for s in steps for e in s.evidence}
        return sum(bool(finding.reviewed_by) for finding in cited.values()), len(cited)

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON-ready values, as ``mscgraph explain --format json`` prints it."""
        reviewed, cited = self.reviewed
        return self.answer.to_dict() | {
            "question": self.question,
            "verdict_in_words": self.verdict,
            "direct_in_words": [] if self.direct is None else [self.direct.title, *self.direct.rows],
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


def nats(cost: int) -> str:
    """Micro-nats as nats with all their digits, so that what is printed adds up: ``0.90``.

    >>> nats(900_000), nats(333_333)
    ('0.90', '0.333333')
    """
    whole, rest = divmod(cost, 1_000_000)
    digits = f"{rest:06}".rstrip("0")
    return f"{whole}.{digits:0<2}"


def sum_of_step(step: ExplainedStep) -> str:
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
    if path.path.demonstrated is not None:
        studies = counted(path.steps[0].step.association.grade.studies, "study", "studies")
        return f"{path.path.effect}, demonstrated in {studies}"
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


def first_listed(page: Explanation) -> dict[str, int]:
    """Where the evidence of each relation is listed: the first path that it is on."""
    first: dict[str, int] = {}
    for path in page.paths:
        for step in path.steps:
            first.setdefault(step.key, path.number)
    return first


def evidence_lines(step: ExplainedStep, listed: int, number: int, most: int | None) -> list[str]:
    """Who says so and who does not, a line each; a step that was listed before points to where.

    At most ``most`` lines for it, None for all; what speaks against it is listed whole.
    """
    if listed != number:
        return _elsewhere_listed(step, listed)
    lines = [
        *_evidence("for", step.supporting, most),
        *(f"stated by {source}" for source in step.stated[:MOST_SHOWN]),
        *_evidence("AGAINST", step.disputing, None),
    ]
    if step.disputing:
        lines.append(f"the two sides differ in {'; '.join(step.apart)}")
    lines += _evidence("in another setting", step.other_settings, None)
    return lines + _against(step)


def brief_lines(step: ExplainedStep, listed: int, number: int) -> list[str]:
    """The best finding for a step and the first against it, and how many more there are where."""
    if listed != number:
        return _elsewhere_listed(step, listed)
    where = f"mscgraph evidence {step.step.association.id}"
    lines = [f"stated by {source}" for source in step.stated[:1]]
    for side, found in (
        ("for", step.supporting),
        ("AGAINST", step.disputing),
        ("in another setting", step.other_settings),
    ):
        if found:
            more = f" – and {len(found) - 1} more: {where}" if len(found) > 1 else ""
            lines.append(f"{side}: {found[0]}{more}")
        if found and found is step.disputing:
            more = f"; and in {len(step.apart) - 2} more settings" if len(step.apart) > 2 else ""  # noqa: PLR2004
            lines.append(f"the two sides differ in {'; '.join(step.apart[:2])}{more}")
    return lines + _against(step)


def _elsewhere_listed(step: ExplainedStep, listed: int) -> list[str]:
    nothing = "see elsewhere" if step.elsewhere else "nothing curated"
    parts = [str(len(step.disputing) or nothing)]
    if step.other_settings:
        parts.append(f"otherwise in another setting: {len(step.other_settings)}")
    said = f"for: {len(step.supporting)}, against: {', '.join(parts)}"
    return [f"{said}; listed under path {listed}"]


def _against(step: ExplainedStep) -> list[str]:
    """What speaks against a step elsewhere, or that nothing does."""
    if step.elsewhere:
        return [f"AGAINST, elsewhere: {step.elsewhere}"]
    comparable = " that is comparable" if step.other_settings else ""
    return [] if step.disputing else [f"against: nothing curated{comparable}"]


def _evidence(side: str, evidence: tuple[Evidence, ...], most: int | None) -> list[str]:
    """The first so many, and the papers of the others."""
    lines = [f"{side}: {one}" for one in evidence[:most]]
    if rest := evidence[len(lines) :]:
        lines.append(f"{side}: and {len(rest)} more [{_ranges(one.reference for one in rest)}]")
    return lines


def _ranges(numbers: Iterable[int]) -> str:
    """Reference numbers with runs drawn together: ``3, 7–9``."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 2 else ", ".join(map(str, r)) for r in runs)  # noqa: PLR2004


def how_to_read(page: Explanation) -> str:
    """How costs are to be read, and how much of what is cited a human has reviewed."""
    reviewed, cited = page.reviewed
    others = "all were" if not reviewed else "the others were"
    return (
        "A cost is −log(strength), added up from design, significance, number of independent studies and "
        "what speaks against; less is better. Strength ranks paths and is no probability. Of the "
        f"{cited} findings cited, {reviewed or 'none'} have been reviewed by a human; {others} drafted by "
        "a program that read the papers."
    )
