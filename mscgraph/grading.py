"""Findings and a rubric in, a grade with its reasons out. Pure: reads no file, changes nothing.

The rubric is ``ontology/curation/rubric.toml``; its numbers are added up in the open, so every grade can
be checked by hand.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError
from mscgraph.model import Grade, Reason, Rung

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mscgraph.model import Finding

__all__ = ["Rubric", "grade", "independent_studies"]

_MICRO = 1_000_000


class Rubric:
    """The numbers behind the grades, all costs in micro-nats. Two rubrics are never equal."""

    __slots__ = ("designs", "disputed", "letters", "significance", "studies")

    def __init__(
        self,
        *,
        letters: tuple[tuple[str, int, str], ...],
        designs: Mapping[str, tuple[int, Rung, bool]],
        significance: Mapping[str, int],
        studies: tuple[int, int, int, int],
        disputed: int,
    ) -> None:
        self.letters = letters
        self.designs = designs
        self.significance = significance
        self.studies = studies
        self.disputed = disputed

    @classmethod
    def from_toml(cls, table: Mapping[str, Any], *, file: str = "rubric.toml") -> Rubric:
        """Build a rubric from the parsed TOML; raise :class:`DataError` naming what is missing."""
        try:
            return cls(
                letters=tuple(
                    (line["letter"], _micro(line["at_most"]), line["meaning"])
                    for line in table["grades"]
                ),
                designs={
                    name: (
                        _micro(line["cost"]),
                        Rung[line["rung"].upper()],
                        bool(line.get("secondary", False)),
                    )
                    for name, line in table["designs"].items()
                },
                significance={name: _micro(cost) for name, cost in table["significance"].items()},
                studies=(
                    _micro(table["studies"]["none"]),
                    _micro(table["studies"]["one"]),
                    _micro(table["studies"]["two"]),
                    _micro(table["studies"]["three_or_more"]),
                ),
                disputed=_micro(table["disputed"]["cost"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"the rubric lacks or misspells {error}", file=file) from error

    def rung(self, design: str) -> Rung:
        """The place of a study design on the ladder of evidence."""
        return self.designs[design][1]

    def is_secondary(self, design: str) -> bool:
        """Whether a design reports other people's studies and so adds none of its own."""
        return self.designs[design][2]

    @property
    def letters_best_first(self) -> tuple[str, ...]:
        """The grade letters, best first."""
        return tuple(letter for letter, _, _ in self.letters)


def _micro(nats: float) -> int:
    return round(nats * _MICRO)


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
    letter = next(letter for letter, at_most, _ in rubric.letters if cost <= at_most)
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
