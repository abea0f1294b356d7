"""What the values of a finding are called where page and site print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.model import NOT_REPORTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Finding, Publication

__all__ = ["citation", "curation_words", "value_words"]

_SILENT = {"", NOT_REPORTED, "not_applicable", "unknown"}


def value_words(kg: KnowledgeGraph, column: str, values: str | Iterable[str]) -> tuple[str, ...]:
    """Return what the value or values of a column are called, without those that say nothing."""
    terms = kg.vocabulary.get(column, {})
    held = (values,) if isinstance(values, str) else values
    return tuple(
        terms[value].label if value in terms else kg.name(value)
        for value in held
        if value not in _SILENT
    )


def curation_words(finding: Finding) -> str:
    """Return who curated and reviewed a finding."""
    if finding.reviewed_by:
        return "reviewed by a person"
    by_program = finding.curated_by.startswith("agent:")
    return "curated by a program, not yet reviewed" if by_program else "curated by a person"


def citation(paper: Publication) -> str:
    """Return a paper as readers name it: first author and year, or journal and year.

    Examples
    --------
    >>> import mscgraph as mg
    >>> citation(next(iter(mg.load().publications.values())))[-4:].isdigit()
    True
    """
    first = paper.authors.partition(";")[0].strip()
    name, _, initials = first.rpartition(" ")
    who = name if name and initials.isupper() else first
    return f"{who or paper.journal or paper.id} {paper.year}".strip()
