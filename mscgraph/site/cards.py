"""Findings as they are printed: the statement, its setting, its paper, how it came into the graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mscgraph.model import NOT_REPORTED

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Finding

__all__ = ["Card", "card"]


@dataclass(frozen=True, slots=True)
class Card:
    """A finding as it is printed: the statement, its setting, its paper, how it came into the graph."""

    id: str
    anchor: str
    association: str
    publication: str
    statement: str
    setting: tuple[tuple[str, str], ...]
    brief: str
    curation: str
    inconclusive: str


# Columns of a finding in the order a reader asks for them, and what they are called on the page.
_SETTING = {
    "system": "system", "study_design": "design", "in_cell": "in cell", "msc_source": "MSC source",
    "donor": "donor", "product": "product", "priming": "primed with", "route": "route",
    "specimen": "specimen", "timepoint": "time", "comparator": "compared with", "n": "n",
    "significance": "significance", "p_value": "p", "effect": "effect", "via": "via",
    "directness": "directness", "evidence_type": "method", "study": "trial or cohort",
    "locator": "read in", "note": "note",
}  # fmt: skip
_SILENT = {"", NOT_REPORTED, "not_applicable", "unknown"}
_BRIEF = {"system", "design", "significance"}


def card(kg: KnowledgeGraph, finding: Finding, anchor: str, association: str) -> Card:
    """Return a finding ready to be printed."""
    setting = [("species", ", ".join(sorted(kg.name(taxon) for taxon in finding.taxa)))]
    for column, label in _SETTING.items():
        given = getattr(finding, column)
        values = given if isinstance(given, tuple) else (given,)
        setting.append((label, ", ".join(_word(kg, column, v) for v in values if v not in _SILENT)))
    if finding.readout:
        setting.append(("role", "measured as an outcome"))
    said = tuple((label, text) for label, text in setting if text)
    return Card(
        id=finding.id,
        anchor=anchor,
        association=association,
        publication=finding.publication,
        statement=finding.statement or "(no statement)",
        setting=said,
        brief="; ".join(text for label, text in said if label == "species" or label in _BRIEF),
        curation=_curation(finding),
        inconclusive=_why_not(kg, finding),
    )


def _word(kg: KnowledgeGraph, column: str, value: str) -> str:
    term = kg.vocabulary.get(column, {}).get(value)
    return term.label if term else kg.name(value)


def _why_not(kg: KnowledgeGraph, finding: Finding) -> str:
    """Why a finding is not counted; nothing where it is."""
    if kg.counts(finding):
        return ""
    status = kg.publications[finding.publication].status
    if status in ("retracted", "concern"):
        return {"retracted": "paper retracted", "concern": "expression of concern"}[status]
    return "direction reported, but not significant"


def _curation(finding: Finding) -> str:
    if finding.reviewed_by:
        return "reviewed by a person"
    by_program = finding.curated_by.startswith("agent:")
    return "drafted by a program, not yet reviewed by a person" if by_program else "curated by a person"
