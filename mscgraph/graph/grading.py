"""Findings and a rubric in, a grade with its reasons out. Pure: reads no file, changes nothing.

The rubric is ``ontology/curation/rubric.toml``; its numbers are added up in the open, so every grade can
be checked by hand.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mscgraph.model import Grade, Reason, Rung

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mscgraph.model import Finding
    from mscgraph.tables.rubric import Rubric

__all__ = ["grade", "independent_studies"]


def independent_studies(findings: Iterable[Finding], rubric: Rubric) -> frozenset[str]:
    """The primary studies behind findings: trials or cohorts where named, else papers."""
    return frozenset(
        finding.cohort for finding in findings if not rubric.is_secondary(finding.study_design)
    )


def grade(supporting: Sequence[Finding], disputing: Sequence[Finding], rubric: Rubric) -> Grade:
    """Grade an association from what speaks for it and against it.

    Costs add up: best design + best significance + number of independent studies + share of studies
    against. Without support the letter is ``"–"`` and the cost None.
    """
    if not supporting:
        return _UNSUPPORTED
    if len(supporting) == 1 and not disputing:  # most associations: nothing to choose between
        (only,) = supporting
        _, rung, secondary = rubric.designs[only.study_design]
        return _graded(rubric, only.study_design, only.significance, rung, 0 if secondary else 1, 0, 0)
    design = min({f.study_design for f in supporting}, key=lambda name: (rubric.designs[name][0], name))
    significance = min(
        {f.significance for f in supporting}, key=lambda name: (rubric.significance[name], name)
    )
    pro = len(independent_studies(supporting, rubric))
    contra = len(independent_studies(disputing, rubric)) if disputing else 0
    rung = max(rubric.designs[f.study_design][1] for f in supporting)
    return _graded(rubric, design, significance, rung, pro, contra, len(disputing))


_UNSUPPORTED = Grade("–", None, Rung.STATEMENT, 0, (Reason("no finding that counts supports it", 0),))


@cache
def _graded(  # noqa: PLR0913, PLR0917 - the facts that a grade depends on, so that equal facts share one
    rubric: Rubric,
    design: str,
    significance: str,
    rung: Rung,
    pro: int,
    contra: int,
    disputing: int,
) -> Grade:
    reasons = [
        Reason(f"best design: {design.replace('_', ' ')}", rubric.designs[design][0]),
        Reason(f"significance: {significance.replace('_', ' ')}", rubric.significance[significance]),
        Reason(_studies_in_words(pro), rubric.studies[min(pro, 3)]),
    ]
    if disputing:
        against = max(contra, 1)
        share = against / (against + max(pro, 1))
        reasons.append(
            Reason(
                f"against it: {_against_in_words(disputing, contra)}",
                round(rubric.disputed * share),
            )
        )
    cost = sum(reason.cost for reason in reasons)
    worst = rubric.letters[-1][0]
    letter = next((letter for letter, at_most, _ in rubric.letters if cost <= at_most), worst)
    return Grade(letter, cost, rung, pro, tuple(reasons))


def _against_in_words(findings: int, studies: int) -> str:
    what = "1 finding" if findings == 1 else f"{findings} findings"
    if studies == 0:
        return f"{what} of reviews"
    return f"{what} of {_studies_in_words(studies)}"


def _studies_in_words(count: int) -> str:
    if count == 0:
        return "only reviews say so, no primary study is curated"
    return "1 independent study" if count == 1 else f"{count} independent studies"
