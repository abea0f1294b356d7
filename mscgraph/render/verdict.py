"""Findings and verdicts as plain values for the templates. A verdict names every side that has findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mscgraph.model import NOT_REPORTED, PredicateKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Finding

__all__ = ["KINDS", "Card", "Kind", "Verdict", "card", "direction", "verdict"]


class Kind(NamedTuple):
    """What a finding says of a cause and a target: a sign for the eye, words for everybody."""

    id: str
    sign: str
    words: str


KINDS = {
    kind.id: kind
    for kind in (
        Kind("both", "±", "both directions"),
        Kind("up", "↑", "increase"),
        Kind("down", "↓", "decrease"),
        Kind("null", "○", "no significant effect"),
        Kind("open", "?", "direction not stated"),
        Kind("correlation", "~", "correlation"),
        Kind("description", "·", "description, no effect claimed"),
        Kind("void", "×", "nothing that counts"),
    )
}
_COUNTED = ("up", "down", "null", "open", "correlation", "description")
_PLAIN = {
    PredicateKind.NULL: "null",
    PredicateKind.CORRELATION: "correlation",
    PredicateKind.DESCRIPTION: "description",
    PredicateKind.STRUCTURE: "description",
}


class Verdict(NamedTuple):
    """What all findings on one cause and target say together, never only what most of them say.

    ``counts`` holds each kind that has findings that count, so a side is never left out; ``inconclusive``
    counts the findings that count for nothing.
    """

    kind: Kind
    counts: tuple[tuple[Kind, int], ...]
    inconclusive: int

    @property
    def words(self) -> str:
        """All sides with their counts: ``↓ 5 decrease, ○ 2 no significant effect``."""
        parts = [f"{kind.sign} {count} {kind.words}" for kind, count in self.counts]
        if self.inconclusive:
            parts.append(f"× {self.inconclusive} inconclusive")
        return ", ".join(parts) or "no finding"


def direction(kg: KnowledgeGraph, association: Association) -> str:
    """The kind of what an association's own findings say."""
    kind = kg.predicates[association.predicate].kind
    if kind in _PLAIN:
        return _PLAIN[kind]
    return {1: "up", -1: "down"}.get(int(association.sign or 0), "open")


def verdict(kg: KnowledgeGraph, associations: Iterable[Association]) -> Verdict:
    """Return what the associations between one cause and one target say together."""
    counts = dict.fromkeys(_COUNTED, 0)
    inconclusive = 0
    for association in associations:
        counts[direction(kg, association)] += len(association.supporting)
        inconclusive += len(association.inconclusive)
    if counts["up"] and counts["down"]:
        kind = "both"
    else:
        kind = next((name for name in _COUNTED if counts[name]), "void")
    said = tuple((KINDS[name], counts[name]) for name in _COUNTED if counts[name])
    return Verdict(KINDS[kind], said, inconclusive)


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
    """Why a finding counts for nothing; nothing where it counts."""
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
