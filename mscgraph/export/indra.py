"""INDRA statements as JSON: signed effects with an evidence for each finding that counts.

An effect that raises or lowers how much of the object there is becomes ``IncreaseAmount`` or
``DecreaseAmount``, any other ``Activation`` or ``Inhibition``; its sign is the effect on the object itself,
so that more apoptosis of a cell is less of that cell. A null result on the same subject, object and aspect
is an evidence of the statement that it disputes, with ``negated`` in its epistemics, as INDRA's readers
mark it. INDRA holds a paper's own words in ``text``: ours are no quotation, and stand in ``annotations``
with all other columns of the finding.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mscgraph.export.format_table import Loss
from mscgraph.graph import statements_of
from mscgraph.model import NOT_REPORTED, Finding, PredicateKind

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.parts import Stated
    from mscgraph.model import Association, Entity

_AMOUNTS = frozenset({
    "abundance", "cell_cycle_progression", "apoptosis", "degradation", "differentiation", "expression",
    "incidence", "infiltration", "polarization", "proliferation", "secretion", "stability", "survival",
    "viability",
})  # fmt: skip
_TYPES = {
    (True, 1): "IncreaseAmount",
    (True, -1): "DecreaseAmount",
    (False, 1): "Activation",
    (False, -1): "Inhibition",
}
# INDRA's names of databases, and whether it writes their prefix before the identifier.
_DATABASES = {
    "CHEBI": ("CHEBI", True),
    "CL": ("CL", True),
    "GO": ("GO", True),
    "HP": ("HP", True),
    "NCBITaxon": ("TAXONOMY", False),
    "UBERON": ("UBERON", True),
}
_OWN_NAMESPACE = "MSCG"


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write a list of statements, one a line, in the order of the ids of their associations."""
    del form
    written: set[str] = set()
    statements = []
    left: list[Association] = []
    for _, association in sorted(kg.associations.items()):
        if not association.sign or not (association.supporting or association.sources):
            left.append(association)
            continue
        statement = _statement(kg, association)
        statements.append(json.dumps(statement, ensure_ascii=True))
        written.update(evidence["source_id"] for evidence in statement["evidence"])
    text = ",\n".join(statements)
    target.write_text(f"[\n{text}\n]\n" if text else "[]\n", encoding="ascii", newline="\n")
    return _losses(kg, len(statements), left, written)


def _losses(
    kg: KnowledgeGraph, statements: int, left: list[Association], written: set[str]
) -> tuple[Loss, ...]:
    effect = PredicateKind.EFFECT
    kinds = [kg.predicates[a.predicate].kind for a in left]
    unknown = sum(
        k is effect and bool(a.supporting or a.sources) for k, a in zip(kinds, left, strict=True)
    )
    unsupported = sum(
        k is effect and not (a.supporting or a.sources) for k, a in zip(kinds, left, strict=True)
    )
    null = sum(kind is PredicateKind.NULL for kind in kinds)
    stated = sum(len(a.sources) for a in left)
    other = sum(kind not in (effect, PredicateKind.NULL) for kind in kinds)
    return (
        Loss("Association of unknown sign", unknown, "a statement raises or lowers"),
        Loss("Association without support", unsupported, "an evidence supports or negates"),
        Loss("KnowledgeSource of what no statement says", stated, "its association has no sign"),
        Loss("Association, null", null, "at most negated evidence of the statement it disputes"),
        Loss("Association, correlation or description", other, "no statement between agents says it"),
        Loss("Finding", sum(i not in written for i in kg.findings), "in no statement, or inconclusive"),
        Loss("Association.grade", statements, "INDRA computes a belief of its own"),
        Loss(
            "Association.disputing, .other_settings",
            _reversed(kg),
            "statements that contradict each other are not linked",
        ),
        Loss("Entity but name and id", len(kg.entities), "an agent is a name with ids, even a cell"),
        Loss(
            "Publication.title, .journal, .year, .status", len(kg.publications), "an evidence holds ids"
        ),
    )


def _reversed(kg: KnowledgeGraph) -> int:
    return sum(
        any(kg.predicates[f.predicate].kind is not PredicateKind.NULL for f in association.disputing)
        for association in kg.associations.values()
        if association.sign and association.supporting
    )


def _statement(kg: KnowledgeGraph, association: Association) -> dict[str, Any]:
    negating = [
        f for f in association.disputing if kg.predicates[f.predicate].kind is PredicateKind.NULL
    ]
    of_amount = association.aspect in _AMOUNTS or association.predicate == "produces"
    kind = _TYPES[of_amount, int(association.sign or 0)]
    return {
        "type": kind,
        "id": association.id,
        "subj": _agent(kg.entities[association.subject]),
        "obj": _agent(kg.entities[association.object]),
        **({} if of_amount else {"obj_activity": "activity"}),
        "evidence": [
            *(_evidence(kg, finding, negated=False) for finding in association.supporting),
            *(_evidence(kg, finding, negated=True) for finding in negating),
            *(_stated(stated) for stated in statements_of(kg, [association])),
        ],
    }


def _agent(entity: Entity) -> dict[str, Any]:
    return {"name": entity.name, "db_refs": _refs(entity.id, entity.name)}


def _refs(curie: str, name: str) -> dict[str, str]:
    """Return INDRA's ids; our own entities have none there, and their ids stand in the annotations."""
    prefix, _, local = curie.partition(":")
    if prefix == _OWN_NAMESPACE:
        return {"TEXT": name}
    database, with_prefix = _DATABASES.get(prefix, (prefix, False))
    return {database: curie if with_prefix else local}


def _stated(stated: Stated) -> dict[str, Any]:
    """What another source states, as evidence of it: its papers and its licence."""
    source = stated.source
    kinds = {"PMID": "PMID", "PMC": "PMCID", "DOI": "DOI"}
    papers = [paper.partition(":") for paper in source.publications]
    references = {kinds[prefix]: local for prefix, _, local in reversed(papers) if prefix in kinds}
    held = source._asdict() | {"publications": list(source.publications), "licence": stated.licence}
    evidence = {
        "source_api": source.primary_knowledge_source,
        "source_id": stated.id,
        "pmid": references.get("PMID", ""),
        "text_refs": references,
        "annotations": {name: value for name, value in held.items() if value},
    }
    return {name: value for name, value in evidence.items() if value}


def _evidence(kg: KnowledgeGraph, finding: Finding, *, negated: bool) -> dict[str, Any]:
    paper = kg.publications[finding.publication]
    columns = {name: getattr(finding, name) for name in Finding.__annotations__}
    held = {
        n: v
        for n, v in columns.items()
        if n != "id" and v not in ("", NOT_REPORTED, (), (NOT_REPORTED,))
    }
    references = {"PMID": paper.pmid, "PMCID": paper.pmcid, "DOI": paper.doi}
    evidence: dict[str, Any] = {
        "source_api": "mscgraph",
        "source_id": finding.id,
        "pmid": paper.pmid,
        "text_refs": {name: value for name, value in references.items() if value},
        "annotations": held,
        "epistemics": {"negated": True} if negated else {},
        "context": _context(kg, finding),
    }
    return {name: value for name, value in evidence.items() if value}


def _context(kg: KnowledgeGraph, finding: Finding) -> dict[str, Any]:
    named = {"cell_type": finding.object_cell, "species": finding.taxon}
    context = {
        name: {"name": kg.name(curie), "db_refs": _refs(curie, kg.name(curie))}
        for name, curie in named.items()
        if curie in kg.entities
    }
    return context | {"type": "bio"} if context else {}
