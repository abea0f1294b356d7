"""What the values of a finding are called where page and site print them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mscgraph.model import NOT_REPORTED, Finding
from mscgraph.schema import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Publication

_DURATION = re.compile(r"P(T?)(\d+(?:\.\d+)?)([YMWDHS])")
_UNITS = {
    "Y": "year", "M": "month", "W": "week", "D": "day", "TH": "hour", "TM": "minute", "TS": "second",
}  # fmt: skip
_SILENT = {"", NOT_REPORTED, "not_applicable", "unknown"}


def value_words(kg: KnowledgeGraph, column: str, values: str | Iterable[str]) -> tuple[str, ...]:
    """Return what the value or values of a column are called, without those that say nothing."""
    terms = kg.vocabulary.get(column, {})
    held = (values,) if isinstance(values, str) else values
    if columns_of(Finding)[column].kind == "duration":
        return tuple(duration_words(value) for value in held if value not in _SILENT)
    return tuple(
        terms[value].label if value in terms else kg.name(value)
        for value in held
        if value not in _SILENT
    )


def duration_words(value: str) -> str:
    """Return a duration as people say it; what is none as it is.

    >>> duration_words("P6M"), duration_words("PT24H"), duration_words("day 3")
    ('6 months', '24 hours', 'day 3')
    """
    found = _DURATION.fullmatch(value)
    if not found:
        return value
    unit = _UNITS[found[1] + found[3]]
    return f"{found[2]} {unit}{'' if found[2] == '1' else 's'}"


def curation_words(finding: Finding) -> str:
    """Return who curated and reviewed a finding."""
    if finding.reviewed_by:
        return "reviewed by a person"
    by_program = finding.curated_by.startswith("agent:")
    return "curated by a program, not yet reviewed" if by_program else "curated by a person"


def citation(paper: Publication) -> str:
    """Return a paper as readers name it: first author and year, or journal and year.

    >>> import mscgraph as mg
    >>> citation(next(iter(mg.load().publications.values())))[-4:].isdigit()
    True
    """
    names = paper.author_names
    who = names[0][0] if names else ""
    return f"{who or paper.journal or paper.id.removeprefix('PMC:')} {paper.year}".strip()
