"""Evidence and a rubric in, a grade with its reasons out: of findings of ours, and of what others state.

The rubric is ``ontology/curation/rubric.toml``; its numbers are added up in the open, so every grade can
be checked by hand.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from mscgraph.model import EvidenceLevel, Finding, Grade, Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from mscgraph.model import KnowledgeSource
    from mscgraph.tables.optional_tables import ExternalCosts
    from mscgraph.tables.reading import Rubric


# A finding and the cells of its row are equally good: both hold these columns at these places.
Row: TypeAlias = "Sequence[Any]"
_DESIGN, _COMPARISON, _SIGNIFICANCE, _STUDY, _PUBLICATION = map(
    Finding._fields.index, ("study_design", "comparison", "significance", "study", "publication")
)


def independent_studies(findings: Iterable[Row], rubric: Rubric) -> frozenset[str]:
    """The primary studies behind findings: trials or cohorts where named, else papers."""
    secondary = rubric.secondary
    return frozenset(
        [row[_STUDY] or row[_PUBLICATION] for row in findings if row[_DESIGN] not in secondary]
    )


def grade(
    supporting: Sequence[Row],
    disputing: Sequence[Row],
    rubric: Rubric,
    *,
    other: int = 0,
    preprints: Collection[str] = (),
) -> Grade:
    """Grade an association from the findings that speak for it and against it, or from their rows.

    Costs add up: best experiment (design, comparison, whether a preprint) + best significance + number of
    independent studies + share of studies against. Without support the letter is ``"–"`` and the cost
    None.

    Parameters
    ----------
    supporting, disputing
        The findings for and against, or their rows.
    rubric
        The costs, in micro-nats.
    other
        How many findings say otherwise and are not comparable: they cost nothing, and a reason says how
        many they are.
    preprints
        The ids of the publications that are preprints.
    """
    if not supporting:
        return _UNSUPPORTED
    made = {(row[_DESIGN], row[_COMPARISON], row[_PUBLICATION] in preprints) for row in supporting}
    said = {row[_SIGNIFICANCE] for row in supporting}
    level = max([rubric.designs[design][1] for design, _, _ in made])
    if len(made) > 1:
        made = {min(made, key=lambda m: (rubric.experiment_cost(m[0], m[1], preprint=m[2]), m))}
    if len(said) > 1:
        said = {min(said, key=lambda name: (rubric.significance[name], name))}
    pro, contra = (len(independent_studies(side, rubric)) for side in (supporting, disputing))
    return _graded(rubric, (*made.pop(), said.pop()), level, (pro, contra), len(disputing), other)


_UNSUPPORTED = Grade(
    "–", None, EvidenceLevel.STATEMENT, 0, (Reason("no finding that counts supports it", 0),)
)


@cache
def _graded(
    rubric: Rubric,
    best: tuple[str, str, bool, str],
    level: EvidenceLevel,
    studies: tuple[int, int],
    disputing: int,
    other: int,
) -> Grade:  # equal facts share one grade
    (design, comparison, is_preprint, significance), (pro, contra) = best, studies
    reasons = [Reason(f"best design: {_words(design)}", rubric.designs[design][0])]
    if cost := rubric.comparison[comparison]:
        reasons.append(Reason(f"compared with: {_words(comparison)}", cost))
    if is_preprint:
        reasons.append(Reason("a preprint, not yet reviewed by peers", rubric.preprint))
    reasons += [
        Reason(f"significance: {_words(significance)}", rubric.significance[significance]),
        Reason(_studies_in_words(pro), rubric.studies[min(pro, 3)]),
    ]
    if disputing:
        against = _studies_in_words(contra) if contra else "reviews"
        said = f"against it: {_findings_in_words(disputing)} of {against}"
        reasons.append(Reason(said, _cost_against(contra, pro, rubric)))
    if other:
        said = f"{_findings_in_words(other)} of the same study or in another setting"
        reasons.append(Reason(f"not comparable: {said}", 0))
    return _sum(reasons, rubric, level, pro)


def _words(name: str) -> str:
    return name.replace("_", " ")


def grade_stated(
    sources: Sequence[KnowledgeSource],
    disputing: Sequence[Row],
    rubric: Rubric,
    costs: ExternalCosts,
) -> Grade:
    """Grade an association that others state and no finding of ours supports.

    Costs add up: knowledge level + agent type of the cheapest statement + share of our findings against,
    as if the statement were one study. The numbers stand in the section ``external`` of the rubric.
    """
    first = min(sources, key=lambda s: (costs.cost(*s[1:3]), *s[:3]))
    level, agent = (name.replace("_", " ") for name in (first.knowledge_level, first.agent_type))
    said = f"{first.primary_knowledge_source} states it ({level}, {agent})"
    base = costs.cost(first.knowledge_level, first.agent_type)
    reasons = [Reason(f"not graded by us: {said}", base)]
    if disputing:
        cost = cost_against_stated(disputing, rubric)
        reasons.append(Reason(f"against it: {_findings_in_words(len(disputing))}", cost))
    return _sum(reasons, rubric, EvidenceLevel.STATEMENT, 0)


def cost_against_stated(disputing: Sequence[Row], rubric: Rubric) -> int:
    """What our findings against a statement of others cost it, in micro-nats."""
    if not disputing:
        return 0
    return _cost_against(len(independent_studies(disputing, rubric)), 1, rubric)


def _cost_against(contra: int, pro: int, rubric: Rubric) -> int:
    """The cost of the share of studies against; reviews alone, on either side, weigh as one study."""
    against = max(contra, 1)
    return round(rubric.disputed * (against / (against + max(pro, 1))))


def _sum(
    reasons: Sequence[Reason], rubric: Rubric, evidence_level: EvidenceLevel, studies: int
) -> Grade:
    cost = sum(reason.cost for reason in reasons)
    last = rubric.letters[-1][0]  # holds all that costs more
    letter = next((letter for letter, at_most, _ in rubric.letters if cost <= at_most), last)
    return Grade(letter, cost, evidence_level, studies, tuple(reasons))


def _findings_in_words(count: int) -> str:
    return "1 finding" if count == 1 else f"{count} findings"


def _studies_in_words(count: int) -> str:
    if count == 0:
        return "only reviews say so, no primary study is curated"
    return "1 independent study" if count == 1 else f"{count} independent studies"
