"""A knowledge graph as the page reads it: columns of plain values, every repeated text once.

A column is a list, or ``{"values": […], "at": […]}`` where few different values repeat; the script's
``column()`` reads both. Everything refers to entities, associations, findings and publications by their
place in the columns.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mscgraph.model import NOT_REPORTED, PredicateKind, Rung
from mscgraph.page.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Entity, Finding
    from mscgraph.page.part import Part

__all__ = ["page_data"]

Columns = dict[str, Any]

# What a finding says about the line it lies on. "null" is also a direction that missed significance.
_KINDS = {
    PredicateKind.NULL: "null",
    PredicateKind.CORRELATION: "correlation",
    PredicateKind.DESCRIPTION: "description",
}
_DIRECTIONS = {1: "up", -1: "down", 0: "open"}

# Settings that are shown as they are where they are reported, and what they are called on the page.
_SETTINGS = {
    "product": "product", "donor": "donor", "route": "route", "specimen": "specimen",
    "timepoint": "time", "comparator": "compared with", "n": "n", "p_value": "p", "effect": "effect",
    "directness": "directness", "study": "trial or cohort", "locator": "read in", "note": "note",
}  # fmt: skip
_SILENT = {"", NOT_REPORTED, "not_applicable", "unknown"}


def page_data(kg: KnowledgeGraph, part: Part, roles: Mapping[str, str]) -> Columns:
    """Return everything that the page knows, ready for JSON."""
    entity_at = {identifier: i for i, identifier in enumerate(part.entities)}
    findings = _findings_of(part)
    finding_at = {finding.id: i for i, finding in enumerate(findings)}
    association_at = {a.key: i for i, a in enumerate(part.associations)}
    papers = sorted({finding.publication for finding in findings})
    paper_at = {identifier: i for i, identifier in enumerate(papers)}
    return {
        "roles": ROLES,
        "letters": kg.rubric.letters_best_first,
        "meanings": dict(letter[::2] for letter in kg.rubric.letters),
        "rungs": [rung.words for rung in Rung],
        "settings": list(_SETTINGS.values()),
        "namespaces": _namespaces(kg, part),
        "entities": _entities(kg, part, roles, entity_at),
        "associations": _associations(kg, part, entity_at, finding_at),
        "findings": _findings(kg, findings, association_at, paper_at),
        "publications": _publications(kg, papers),
        "start": _start(part, entity_at, {a.id: i for i, a in enumerate(part.associations)}),
    }


def _findings_of(part: Part) -> list[Finding]:
    found = {f.id: f for a in part.associations for f in a.findings}
    return [finding for _, finding in sorted(found.items())]


def _column(values: Iterable[Any]) -> Any:
    """A list, or its different values and where they stand when that is shorter."""
    items = list(values)
    written = [json.dumps(item, ensure_ascii=False) for item in items]
    different = dict(zip(written, items, strict=True))
    if 2 * len(different) > len(items):
        return items
    at = {text: i for i, text in enumerate(different)}
    return {"values": list(different.values()), "at": [at[text] for text in written]}


def _entities(
    kg: KnowledgeGraph, part: Part, roles: Mapping[str, str], entity_at: Mapping[str, int]
) -> Columns:
    held = [kg.entities[identifier] for identifier in part.entities]
    names = list(ROLES)

    def column(value: Callable[[Entity], Any]) -> Any:
        return _column(value(entity) for entity in held)

    return {
        "id": [entity.id for entity in held],
        "name": [entity.name for entity in held],
        "category": column(lambda e: e.category),
        "label": column(lambda e: "" if e.label == e.name else e.label),
        "synonyms": column(lambda e: [s for s in e.synonyms if s not in (e.name, e.label)]),
        "xrefs": column(lambda e: e.xrefs),
        "definition": column(lambda e: e.definition),
        "role": column(lambda e: names.index(roles[e.id])),
        "ancestors": column(
            lambda e: sorted(entity_at[a] for a in kg.ancestors(e.id) if a in entity_at)
        ),
    }


def _namespaces(kg: KnowledgeGraph, part: Part) -> dict[str, str]:
    """The namespaces of the identifiers: the page makes addresses from them."""
    used = {identifier.partition(":")[0] for identifier in part.entities}
    return {prefix: iri for prefix, iri in kg.prefixes.namespaces.items() if prefix in used}


def _associations(
    kg: KnowledgeGraph, part: Part, entity_at: Mapping[str, int], finding_at: Mapping[str, int]
) -> Columns:
    held = part.associations

    def column(value: Callable[[Association], Any]) -> Any:
        return _column(value(association) for association in held)

    def places(findings: Sequence[Finding]) -> list[int]:
        # what a slice left out, a rival from the whole graph may still be disputed by
        return [finding_at[finding.id] for finding in findings if finding.id in finding_at]

    return {
        "id": [association.id for association in held],
        "subject": column(lambda a: entity_at[a.subject]),
        "object": column(lambda a: entity_at[a.object]),
        "predicate": column(lambda a: kg.predicates[a.predicate].label.rstrip(",")),
        "aspect": column(lambda a: kg.aspects[a.aspect].label),
        "sign": column(lambda a: int(a.sign or 0)),
        "walked": column(lambda a: _is_walked(kg, part, a)),
        "readout": column(lambda a: a.is_readout),
        "grade": column(lambda a: a.grade.letter),
        "cost": column(lambda a: a.grade.cost or 0),
        "rung": column(lambda a: int(a.grade.rung)),
        "studies": column(lambda a: a.grade.studies),
        "reasons": column(lambda a: [[r.text, r.cost] for r in a.grade.reasons]),
        "for": column(lambda a: places(a.supporting)),
        "against": column(lambda a: places(a.disputing)),
    }


def _is_walked(kg: KnowledgeGraph, part: Part, association: Association) -> bool:
    """Whether the path finder walks it: the rule of :func:`mscgraph.paths.find_paths`."""
    kind = kg.predicates[association.predicate].kind
    return kind is PredicateKind.EFFECT and bool(association.supporting) and association.id in part.own


def _direction(kg: KnowledgeGraph, finding: Finding) -> str:
    predicate = kg.predicates[finding.predicate]
    if not kg.publications[finding.publication].counts:
        return "void"
    if predicate.kind in _KINDS:
        return _KINDS[predicate.kind]
    if not kg.counts(finding):
        return "null"
    return _DIRECTIONS[(predicate.sign or 0) * kg.aspects[finding.aspect].polarity]


def _findings(
    kg: KnowledgeGraph,
    held: Sequence[Finding],
    association_at: Mapping[tuple[str, str, str, str], int],
    paper_at: Mapping[str, int],
) -> Columns:
    def column(value: Callable[[Finding], Any]) -> Any:
        return _column(value(finding) for finding in held)

    def word(name: str, value: str) -> str:
        term = kg.vocabulary.get(name, {}).get(value)
        return term.label if term else kg.name(value)

    def words(name: str, values: Iterable[str]) -> list[str]:
        return [word(name, value) for value in values if value not in _SILENT]

    def setting(name: str) -> Any:
        return column(lambda f: "".join(words(name, [getattr(f, name)])))

    return {
        "id": [finding.id for finding in held],
        "association": column(lambda f: association_at[f.key]),
        "publication": column(lambda f: paper_at[f.publication]),
        "direction": column(lambda f: _direction(kg, f)),
        "counts": column(kg.counts),
        "statement": [finding.statement for finding in held],
        "species": column(lambda f: sorted(kg.name(taxon) for taxon in f.taxa)),
        "system": setting("system"),
        "design": column(lambda f: word("study_design", f.study_design)),
        "source": column(lambda f: words("msc_source", f.msc_source)),
        "significance": setting("significance"),
        "priming": column(lambda f: words("priming", f.priming)),
        "via": column(lambda f: words("via", f.via)),
        "cell": column(lambda f: "".join(words("in_cell", [f.in_cell]))),
        "method": setting("evidence_type"),
        "readout": column(lambda f: f.readout),
        "curation": column(_curation),
        "settings": [setting(name) for name in _SETTINGS],
    }


def _curation(finding: Finding) -> str:
    if finding.reviewed_by:
        return "reviewed by a person"
    by_program = finding.curated_by.startswith("agent:")
    return "curated by a program, not yet reviewed" if by_program else "curated by a person"


def _publications(kg: KnowledgeGraph, papers: Sequence[str]) -> Columns:
    held = [kg.publications[identifier] for identifier in papers]
    return {
        "id": papers,
        "title": [paper.title for paper in held],
        "journal": _column(paper.journal for paper in held),
        "year": _column(paper.year for paper in held),
        "status": _column(paper.status for paper in held),
        "doi": [paper.doi for paper in held],
        "url": [paper.url for paper in held],
    }


def _start(
    part: Part, entity_at: Mapping[str, int], association_at: Mapping[str, int]
) -> dict[str, Any]:
    """What the page opens on when its address asks for nothing."""
    start: dict[str, Any] = {}
    if part.focus is not None:
        start["entity"] = entity_at[part.focus]
    if part.answer is not None:
        answer = part.answer
        start["answer"] = {
            "from": entity_at[answer.source],
            "to": entity_at[answer.target],
            "complete": answer.complete,
            "verdict": [answer.verdict[word] for word in ("increase", "decrease", "unknown")],
            "length": answer.max_length,
            "paths": [
                [association_at[step.association.id] for step in path.steps] for path in answer.paths
            ],
        }
    return start
