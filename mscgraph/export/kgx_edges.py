"""Associations as KGX edges in Biolink's words, with the evidence for and against as properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.biolink import KNOWLEDGE_SOURCE, agent_type, category, statement
from mscgraph.export.part import entities_of, findings_of, hierarchy_of
from mscgraph.graph import statements_of
from mscgraph.model import NOT_REPORTED, PredicateKind, association_id

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.parts import Stated
    from mscgraph.model import Association, Entity, Finding

# What Biolink has no slot for carries this prefix, and is what our reader and the loss table look for.
OWN = "mscgraph_"

_QUALIFIED = {
    # (category of subject, category of object, Biolink predicate; "" for any) → the class with qualifiers
    ("", "Disease", ""): "EntityToDiseaseAssociation",
    ("", "PhenotypicFeature", ""): "EntityToPhenotypicFeatureAssociation",
    ("Protein", "Protein", ""): "GeneToGeneAssociation",
    ("ChemicalEntity", "Protein", "biolink:affects"): "ChemicalAffectsGeneAssociation",
    ("Protein", "ChemicalEntity", "biolink:affects"): "GeneAffectsChemicalAssociation",
}
_PHASES = {
    "phase_1": "clinical_trial_phase_1",
    "phase_1_2": "clinical_trial_phase_1_to_2",
    "phase_2": "clinical_trial_phase_2",
    "phase_3": "clinical_trial_phase_3",
}
_CLINICAL = {*_PHASES, "randomized_trial", "nonrandomized_trial"}
_GIVEN = {"Cell", "MaterialSample", "CellularComponent"}


def edges_of(kg: KnowledgeGraph) -> list[dict[str, Any]]:
    """Return all edges by id: associations, the hierarchy of the entities, and treatments studied."""
    edges = [
        *(_association(kg, edge) for edge in kg.associations.values() if edge.findings),
        *(_stated(kg, statement) for statement in statements_of(kg)),
        *(
            _structure(one, "subclass_of" if column == "parents" else column, other)
            for one, column, other in hierarchy_of(kg, described(kg))
        ),
        *(edge for _, found in treatments_of(kg) for edge in found),
    ]
    return sorted(edges, key=lambda edge: str(edge["id"]))


def described(kg: KnowledgeGraph) -> list[Entity]:
    """Return the entities that nodes and edges speak of, the diseases of treatments among them."""
    diseases = {str(edge["object"]) for _, found in treatments_of(kg) for edge in found}
    return entities_of(kg, also=diseases)


def _association(kg: KnowledgeGraph, edge: Association) -> dict[str, Any]:
    aspect = kg.aspects[edge.aspect]
    predicate, qualifiers = _said(kg, edge)
    if not edge.supporting:  # nothing that counts supports it: say only that it was looked at
        is_effect = kg.predicates[edge.predicate].kind is PredicateKind.EFFECT
        predicate = "biolink:was_tested_for_effect_on" if is_effect else "biolink:related_to"
        qualifiers = {}
    taxa = sorted({taxon for finding in edge.findings for taxon in finding.taxa})
    systems = sorted({f.system for f in edge.findings} - {NOT_REPORTED})
    grade = edge.grade
    return _full({
        "id": edge.id,
        "category": [_class(kg, edge, predicate)],
        "subject": edge.subject,
        "predicate": predicate,
        "object": edge.object,
        **qualifiers,
        **_evidence(edge.findings),
        "has_confidence_score": round(grade.strength, 6),
        "species_context_qualifier": taxa[0] if len(taxa) == 1 else "",
        "original_predicate": f"mscgraph:{edge.predicate}",
        f"{OWN}predicate": edge.predicate,
        f"{OWN}aspect": edge.aspect,
        f"{OWN}aspect_go": aspect.go,
        f"{OWN}sign": None if edge.sign is None else int(edge.sign),
        f"{OWN}grade": grade.letter,
        f"{OWN}cost": grade.cost,
        f"{OWN}evidence_level": grade.evidence_level.name.lower() if edge.supporting else "",
        f"{OWN}studies": grade.studies,
        f"{OWN}supporting": sorted(f.id for f in edge.supporting),
        f"{OWN}disputing": sorted(f.id for f in edge.disputing),
        f"{OWN}inconclusive": sorted(f.id for f in edge.inconclusive),
        f"{OWN}other_settings": sorted(f.id for f in edge.other_settings),
        f"{OWN}disputing_publications": sorted({f.publication for f in edge.disputing}),
        f"{OWN}contested": edge.is_contested,
        f"{OWN}readout": bool(edge.supporting) and edge.is_readout,
        f"{OWN}taxa": taxa,
        f"{OWN}systems": systems,
    })  # fmt: skip


def _said(kg: KnowledgeGraph, edge: Association) -> tuple[str, dict[str, Any]]:
    """The Biolink predicate of an association, and its qualifiers."""
    said = statement(kg.predicates[edge.predicate], kg.aspects[edge.aspect])
    qualifiers = {
        "negated": said.negated,
        "qualified_predicate": said.qualified_predicate,
        "object_aspect_qualifier": said.object_aspect_qualifier,
        "object_direction_qualifier": said.object_direction_qualifier,
    }
    return said.predicate, qualifiers


def _stated(kg: KnowledgeGraph, stated: Stated) -> dict[str, Any]:
    """What another source states, as an edge of its own: its words, its papers, its licence."""
    edge, source = stated.association, stated.source
    predicate, qualifiers = _said(kg, edge)
    return _full({
        "id": stated.id,
        "category": [_class(kg, edge, predicate)],
        "subject": edge.subject,
        "predicate": predicate,
        "object": edge.object,
        **qualifiers,
        "primary_knowledge_source": source.primary_knowledge_source,
        "aggregator_knowledge_source": [KNOWLEDGE_SOURCE],
        "knowledge_level": source.knowledge_level,
        "agent_type": source.agent_type,
        "publications": list(source.publications),
        "original_predicate": source.relation,
        f"{OWN}predicate": edge.predicate,
        f"{OWN}aspect": edge.aspect,
        f"{OWN}sign": None if edge.sign is None else int(edge.sign),
        f"{OWN}record": source.record,
        f"{OWN}licence": stated.licence,
    })  # fmt: skip


def _class(kg: KnowledgeGraph, edge: Association, predicate: str) -> str:
    """The Biolink class of an edge: one that holds the qualifiers, where Biolink has one."""
    subject, object_ = (kg.entities[key].category for key in (edge.subject, edge.object))
    for (left, right, only), name in _QUALIFIED.items():
        if left in ("", subject) and right == object_ and only in ("", predicate):
            return f"biolink:{name}"
    return "biolink:Association"


def _evidence(findings: tuple[Finding, ...]) -> dict[str, Any]:
    return {
        "primary_knowledge_source": KNOWLEDGE_SOURCE,
        "knowledge_level": "knowledge_assertion",
        "agent_type": agent_type({f.agent_type for f in findings}),
        "publications": sorted({f.publication for f in findings}),
        "has_evidence_of_type": sorted({f.evidence_type for f in findings} - {"", NOT_REPORTED}),
        "has_evidence": sorted(f.id for f in findings),
    }


def _structure(subject: str, predicate: str, object_: str) -> dict[str, Any]:
    return {
        "id": association_id(subject, predicate, object_, ""),
        "category": ["biolink:Association"],
        "subject": subject,
        "predicate": f"biolink:{predicate}",
        "object": object_,
        "primary_knowledge_source": KNOWLEDGE_SOURCE,
        "knowledge_level": "knowledge_assertion",
        "agent_type": "manual_agent",
        f"{OWN}predicate": predicate,
    }


def treatments_of(kg: KnowledgeGraph) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Return the treatments that findings study, as nodes, each with its edges.

    Biolink lets a ``Treatment``, not a cell, be studied to treat a disease. A finding studies one when a
    cell or cell product was given by some route to animals or patients who have a disease. The edges say
    that a trial was made, never how it ended: that is on the associations of its findings.
    """
    studied: dict[str, dict[tuple[str, str], list[Finding]]] = {}
    for finding in findings_of(kg):
        trial = _trial(kg, finding)
        if trial:
            studied.setdefault(finding.subject, {}).setdefault(trial, []).append(finding)
    return [
        (_treatment(kg, given), [_studied(given, *key, found) for key, found in sorted(by.items())])
        for given, by in sorted(studied.items())
    ]


def _trial(kg: KnowledgeGraph, finding: Finding) -> tuple[str, str] | None:
    """What a finding studies a treatment for: the disease of its patients or model, not its outcome."""
    if finding.route in {NOT_REPORTED, "not_applicable", ""}:
        return None
    if kg.entities[finding.subject].category not in _GIVEN:
        return None
    if finding.study_design in _CLINICAL:
        predicate = "in_clinical_trials_for"
    elif finding.study_design == "animal_model":
        predicate = "in_preclinical_trials_for"
    else:
        return None
    term = kg.vocabulary.get("system", {}).get(finding.system)
    disease = kg.entities.get(term.maps_to) if term else None
    return (predicate, disease.id) if disease and disease.category == "Disease" else None


def _treatment_id(given: str) -> str:
    return "MSCG:treatment_" + given.replace(":", "_")


def _treatment(kg: KnowledgeGraph, given: str) -> dict[str, Any]:
    return {
        "id": _treatment_id(given),
        "category": [category("Treatment")],
        "name": f"{kg.name(given)} as a treatment",
        "description": f"{kg.name(given)}, given to animals or patients.",
        f"{OWN}given": given,
    }


def _studied(given: str, predicate: str, disease: str, found: list[Finding]) -> dict[str, Any]:
    treatment = _treatment_id(given)
    phase = "pre_clinical_research_phase"
    if predicate == "in_clinical_trials_for":  # a randomised trial may be of any phase
        phase = max(_PHASES.get(f.study_design, "clinical_trial_phase") for f in found)
        if any(f.study_design not in _PHASES for f in found):
            phase = "clinical_trial_phase"
    return {
        "id": association_id(treatment, predicate, disease, ""),
        "category": ["biolink:ChemicalOrDrugOrTreatmentToDiseaseOrPhenotypicFeatureAssociation"],
        "subject": treatment,
        "predicate": f"biolink:{predicate}",
        "object": disease,
        **_evidence(tuple(found)),
        "max_research_phase": phase,
    }


def _full(properties: dict[str, Any]) -> dict[str, Any]:
    """Without what is not said: no empty text, no empty list, nothing unknown, no ``negated: false``."""
    return {
        key: value
        for key, value in properties.items()
        if value not in ("", None, []) and not (key == "negated" and value is False)
    }
