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
from collections import Counter
from typing import TYPE_CHECKING, Any

from mscgraph.export.export import Loss, Written
from mscgraph.export.part import associations_by_id, filled
from mscgraph.graph import statements_of
from mscgraph.model import NOT_REPORTED, PredicateKind

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.parts import Stated
    from mscgraph.model import Association, Finding

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
    **{name: (name, True) for name in ("CHEBI", "CL", "GO", "HP", "UBERON")},
    "NCBITaxon": ("TAXONOMY", False),
}
_PAPERS = {"PMID": "PMID", "PMC": "PMCID", "DOI": "DOI"}
_OWN_NAMESPACE = "MSCG"


def indra(kg: KnowledgeGraph, _form: str) -> Written:
    """A list of statements, one a line, in the order of the ids of their associations."""
    said: list[Association] = []
    left: list[Association] = []
    for edge in associations_by_id(kg):
        says = bool(edge.sign and (edge.supporting or edge.sources))
        (said if says else left).append(edge)
    statements = [_statement(kg, edge) for edge in said]
    written = {evidence["source_id"] for one in statements for evidence in one["evidence"]}
    text = ",\n".join(json.dumps(one, ensure_ascii=True) for one in statements)
    missing = Counter(_missing(kg, edge) for edge in left)
    contradicted = sum(
        any(not _is_null(kg, f) for f in edge.disputing) for edge in said if edge.supporting
    )
    return f"[\n{text}\n]\n" if text else "[]\n", (
        Loss("Association of unknown sign", missing["sign"], "a statement raises or lowers"),
        Loss("Association without support", missing["support"], "an evidence supports or negates"),
        Loss(
            "KnowledgeSource of what no statement says",
            sum(len(edge.sources) for edge in left),
            "its association has no sign",
        ),
        Loss(
            "Association, null",
            missing["effect"],
            "at most negated evidence of the statement it disputes",
        ),
        Loss(
            "Association, correlation or description",
            missing["word"],
            "no statement between agents says it",
        ),
        Loss("Finding", sum(i not in written for i in kg.findings), "in no statement, or inconclusive"),
        Loss("Association.grade", len(said), "INDRA computes a belief of its own"),
        Loss(
            "Association.disputing, .other_settings",
            contradicted,
            "statements that contradict each other are not linked",
        ),
        Loss("Entity but name and id", len(kg.entities), "an agent is a name with ids, even a cell"),
        Loss(
            "Publication.title, .journal, .year, .status", len(kg.publications), "an evidence holds ids"
        ),
    )


def _missing(kg: KnowledgeGraph, edge: Association) -> str:
    """What an association lacks of a statement."""
    kind = kg.predicates[edge.predicate].kind
    if kind is PredicateKind.EFFECT:
        return "sign" if edge.supporting or edge.sources else "support"
    return "effect" if kind is PredicateKind.NULL else "word"


def _is_null(kg: KnowledgeGraph, finding: Finding) -> bool:
    return kg.predicates[finding.predicate].kind is PredicateKind.NULL


def _statement(kg: KnowledgeGraph, edge: Association) -> dict[str, Any]:
    of_amount = edge.aspect in _AMOUNTS or edge.predicate == "produces"
    return {
        "type": _TYPES[of_amount, int(edge.sign or 0)],
        "id": edge.id,
        "subj": _agent(kg, edge.subject),
        "obj": _agent(kg, edge.object),
        **({} if of_amount else {"obj_activity": "activity"}),
        "evidence": [
            *(_evidence(kg, finding, {}) for finding in edge.supporting),
            *(_evidence(kg, f, {"negated": True}) for f in edge.disputing if _is_null(kg, f)),
            *(_stated(stated) for stated in statements_of(kg, [edge])),
        ],
    }


def _agent(kg: KnowledgeGraph, curie: str) -> dict[str, Any]:
    """A name with INDRA's ids; our own entities have none, and their ids stand in the annotations."""
    name = kg.entities[curie].name
    prefix, _, local = curie.partition(":")
    database, with_prefix = _DATABASES.get(prefix, (prefix, False))
    own = prefix == _OWN_NAMESPACE
    return {
        "name": name,
        "db_refs": {"TEXT": name} if own else {database: curie if with_prefix else local},
    }


def _stated(stated: Stated) -> dict[str, Any]:
    """What another source states, as evidence of it: its papers and its licence."""
    source = stated.source
    papers = [paper.partition(":") for paper in source.publications]
    references = {_PAPERS[prefix]: local for prefix, _, local in reversed(papers) if prefix in _PAPERS}
    held = source._asdict() | {"publications": list(source.publications), "licence": stated.licence}
    return filled({
        "source_api": source.primary_knowledge_source,
        "source_id": stated.id,
        "pmid": references.get("PMID", ""),
        "text_refs": references,
        "annotations": filled(held),
    })  # fmt: skip


def _evidence(kg: KnowledgeGraph, finding: Finding, epistemics: dict[str, bool]) -> dict[str, Any]:
    paper = kg.publications[finding.publication]
    empty = ("", NOT_REPORTED, (), (NOT_REPORTED,))
    named = {"cell_type": finding.object_cell, "species": finding.taxon}
    context = {name: _agent(kg, curie) for name, curie in named.items() if curie in kg.entities}
    return filled({
        "source_api": "mscgraph",
        "source_id": finding.id,
        "pmid": paper.pmid,
        "text_refs": filled({"PMID": paper.pmid, "PMCID": paper.pmcid, "DOI": paper.doi}),
        "annotations": {
            name: value
            for name, value in finding._asdict().items()
            if name != "id" and value not in empty
        },
        "epistemics": epistemics,
        "context": context and context | {"type": "bio"},
    })  # fmt: skip
