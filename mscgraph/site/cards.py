"""Findings as they are printed: the statement, its setting, its paper, how it came into the graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mscgraph.render.finding_words import curation_words, value_words
from mscgraph.schema import shown_columns

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


_BRIEF = {"species", "system", "study design", "significance"}


def card(kg: KnowledgeGraph, finding: Finding, anchor: str, association: str) -> Card:
    """Return a finding ready to be printed."""
    setting = [("species", ", ".join(sorted(kg.name(taxon) for taxon in finding.taxa)))]
    for column in shown_columns():
        words = value_words(kg, column.name, getattr(finding, column.name))
        setting.append((column.label, ", ".join(words)))
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
        brief="; ".join(text for label, text in said if label in _BRIEF),
        curation=curation_words(finding),
        inconclusive=_why_not(kg, finding),
    )


def _why_not(kg: KnowledgeGraph, finding: Finding) -> str:
    """Why a finding is not counted; nothing where it is."""
    if kg.counts(finding):
        return ""
    status = kg.publications[finding.publication].status
    if status in ("retracted", "concern"):
        return {"retracted": "paper retracted", "concern": "expression of concern"}[status]
    return "direction reported, but not significant"
