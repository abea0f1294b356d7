"""KGX: Biolink nodes and edges, with the evidence for and against, as a folder of TSV or of JSON Lines.

JSON Lines lose nothing: the findings lie in a third file, and ``read_kgx`` gives the same graph back. TSV
has no way to write a line break, a tab or a bar inside a value, and holds no findings table.

KGX 2.6 keys edges in memory by subject, predicate and object alone, and so merges associations that differ
in a qualifier, such as increase and decrease: transform with ``--stream``, which keeps every edge.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from mscgraph.biolink import KNOWLEDGE_SOURCE, agent_type, statement
from mscgraph.export.part import (
    entities_of,
    facts,
    findings_of,
    hierarchy_of,
    plain,
    publications_of,
)
from mscgraph.graph import statements_of
from mscgraph.model import NOT_REPORTED, PredicateKind, association_id
from mscgraph.tables.rows import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mscgraph.export.export import Written
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.parts import Stated
    from mscgraph.model import Association, Entity, Finding, Publication

# What Biolink has no slot for carries this prefix, and is what our reader and the loss table look for.
OWN = "mscgraph_"
STATED = f"{OWN}statements"
# field of an entity or publication → KGX property; those of ours carry the prefix
KEPT = {
    "Entity": {
        "id": "id", "name": "name", "definition": "description", "synonyms": "synonym", "xrefs": "xref",
        "taxon": "taxon", "label": "full_name",
    } | {
        name: OWN + name for name in ("category", "parents", "part_of", "derives_from", "role", "more_is")
    },
    "Publication": {"id": "id", "title": "name"} | {
        name: OWN + name
        for name in (
            "authors", "pmid", "pmcid", "doi", "journal", "year", "study_design", "status",
            "included_studies", "licence",
        )
    },
}  # fmt: skip
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
# Study design → what the trial says of a treatment and a disease.
_TRIALS = {
    **dict.fromkeys((*_PHASES, "randomized_trial", "nonrandomized_trial"), "in_clinical_trials_for"),
    "animal_model": "in_preclinical_trials_for",
}
_GIVEN = {"Cell", "MaterialSample", "CellularComponent"}
_Row = dict[str, Any]


def kgx(kg: KnowledgeGraph, _form: str) -> Written:
    """Nodes and edges as TSV."""
    nodes, changed_nodes = _table(nodes_of(kg))
    edges, changed_edges = _table(edges_of(kg))
    return {"nodes.tsv": nodes, "edges.tsv": edges}, {"changed": changed_nodes + changed_edges}


def kgx_jsonl(kg: KnowledgeGraph, _form: str) -> Written:
    """Nodes, edges and findings as JSON Lines."""
    findings = (
        {name: plain(value) for name, value in finding._asdict().items()} for finding in findings_of(kg)
    )
    files: dict[str, Iterable[_Row]] = {
        "nodes": nodes_of(kg), "edges": edges_of(kg), "findings": findings,
    }  # fmt: skip
    return {
        f"{name}.jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        for name, rows in files.items()
    }, {}


def _table(records: list[_Row]) -> tuple[str, int]:
    """KGX TSV: no quotes, lists joined by ``|``; and in how many records a value changed."""
    first = ("id", "category", "name", "subject", "predicate", "object")
    used = {key for record in records for key in record}
    columns = [key for key in first if key in used]
    columns += sorted(used.difference(first), key=lambda key: (key.startswith(OWN), key))
    changed = 0
    lines = ["\t".join(columns) + "\n"]
    for record in records:
        cells = [_texts(record.get(key, [])) for key in columns]
        clean = [[_clean(text) for text in cell] for cell in cells]
        changed += clean != cells
        lines.append("\t".join("|".join(cell) for cell in clean) + "\n")
    return "".join(lines), changed


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [str(value).lower() if isinstance(value, bool) else text_of(value)]


def _clean(text: str) -> str:
    """A value that stays one value: a bar looks like a bar and separates nothing."""
    text = text.replace("|", "¦")
    return text if text.isprintable() else " ".join(text.split())


# -- nodes --------------------------------------------------------------------------------------------


def nodes_of(kg: KnowledgeGraph) -> list[_Row]:
    """Return entities, publications and treatments as Biolink nodes, by id."""
    # how many statements of others have a node as subject, so that a reader sees when one is gone
    stated = Counter(subject for (subject, *_), found in kg.stated.items() for _ in found)
    nodes = [
        *(_entity(entity, stated[entity.id]) for entity in _described(kg)),
        *map(_publication, publications_of(kg)),
        *(node for node, _ in _treatments(kg)),
    ]
    return sorted(nodes, key=lambda node: str(node["id"]))


def _entity(entity: Entity, statements: int) -> _Row:
    # Biolink requires a type of every attribute
    kind = {"has_attribute_type": entity.id} if entity.category == "ClinicalAttribute" else {}
    count = {STATED: statements} if statements else {}
    return {
        "id": entity.id, "category": [f"biolink:{entity.category}"], **_properties(entity), **kind, **count,
    }  # fmt: skip


def _publication(paper: Publication) -> _Row:
    same = [f"PMC:{paper.pmcid}" if paper.pmcid else "", f"DOI:{paper.doi}" if paper.doi else ""]
    return _full({
        "id": paper.id,
        "category": ["biolink:Publication"],
        "publication_type": [
            "fabio:Preprint" if paper.status == "preprint" else "fabio:JournalArticle"
        ],
        "xref": [name for name in same if name not in ("", paper.id)],
    }) | _properties(paper)  # fmt: skip


def _properties(record: Entity | Publication) -> _Row:
    fields = KEPT[type(record).__name__].items()
    return {name: plain(value) for field, name in fields if (value := getattr(record, field))}


# -- edges --------------------------------------------------------------------------------------------


def edges_of(kg: KnowledgeGraph) -> list[_Row]:
    """Return all edges by id: associations, the hierarchy of the entities, and treatments studied."""
    edges = [
        *(_association(kg, edge) for edge in kg.associations.values() if edge.findings),
        *(_stated(kg, statement) for statement in statements_of(kg)),
        *(
            _structure(one, "subclass_of" if column == "parents" else column, other)
            for one, column, other in hierarchy_of(kg, _described(kg))
        ),
        *(edge for _, found in _treatments(kg) for edge in found),
    ]
    return sorted(edges, key=lambda edge: str(edge["id"]))


def _described(kg: KnowledgeGraph) -> list[Entity]:
    """The entities that nodes and edges speak of, the diseases of treatments among them."""
    return entities_of(kg, also={str(edge["object"]) for _, found in _treatments(kg) for edge in found})


def _association(kg: KnowledgeGraph, edge: Association) -> _Row:
    said, supported = facts(edge), bool(edge.supporting)
    if not supported:
        said |= {"evidence_level": "", "readout": False}
    taxa = said["taxa"]
    return _full({
        **_said(kg, edge, supported=supported),
        **_evidence(edge.findings),
        "has_confidence_score": round(said.pop("strength"), 6),
        "species_context_qualifier": taxa[0] if len(taxa) == 1 else "",
        "original_predicate": f"mscgraph:{edge.predicate}",
        f"{OWN}predicate": edge.predicate,
        f"{OWN}aspect": edge.aspect,
        f"{OWN}aspect_go": kg.aspects[edge.aspect].go,
        **{OWN + name: value for name, value in said.items() if name != "publications"},
    })  # fmt: skip


def _said(kg: KnowledgeGraph, edge: Association, *, supported: bool = True) -> _Row:
    """An association in Biolink's words: its class is one that holds the qualifiers, where there is one.

    Where nothing that counts supports it, only that it was looked at is said.
    """
    said = statement(kg.predicates[edge.predicate], kg.aspects[edge.aspect])._asdict()
    if not supported:
        is_effect = kg.predicates[edge.predicate].kind is PredicateKind.EFFECT
        said = {"predicate": "biolink:was_tested_for_effect_on" if is_effect else "biolink:related_to"}
    subject, object_ = (kg.entities[key].category for key in (edge.subject, edge.object))
    classes = (
        name
        for (left, right, only), name in _QUALIFIED.items()
        if left in ("", subject) and right == object_ and only in ("", said["predicate"])
    )
    return {
        "id": edge.id,
        "category": [f"biolink:{next(classes, 'Association')}"],
        "subject": edge.subject,
        "predicate": said.pop("predicate"),
        "object": edge.object,
        **said,
    }


def _stated(kg: KnowledgeGraph, stated: Stated) -> _Row:
    """What another source states, as an edge of its own: its words, its papers, its licence."""
    edge, source = stated.association, stated.source
    return _full({
        **_said(kg, edge),
        "id": stated.id,
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


def _evidence(findings: Iterable[Finding]) -> _Row:
    return {
        "primary_knowledge_source": KNOWLEDGE_SOURCE,
        "knowledge_level": "knowledge_assertion",
        "agent_type": agent_type({f.agent_type for f in findings}),
        "publications": sorted({f.publication for f in findings}),
        "has_evidence_of_type": sorted({f.evidence_type for f in findings} - {"", NOT_REPORTED}),
        "has_evidence": sorted(f.id for f in findings),
    }


def _structure(subject: str, predicate: str, object_: str) -> _Row:
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


def _treatments(kg: KnowledgeGraph) -> list[tuple[_Row, list[_Row]]]:
    """The treatments that findings study, as nodes, each with its edges.

    Biolink lets a ``Treatment``, not a cell, be studied to treat a disease. A finding studies one when a
    cell or cell product was given by some route to animals or patients who have a disease. The edges say
    that a trial was made, never how it ended: that is on the associations of its findings.
    """
    studied: dict[str, dict[tuple[str, str], list[Finding]]] = {}
    for finding in findings_of(kg):
        if trial := _trial(kg, finding):
            studied.setdefault(finding.subject, {}).setdefault(trial, []).append(finding)
    return [
        (_treatment(kg, given), [_studied(given, *key, found) for key, found in sorted(by.items())])
        for given, by in sorted(studied.items())
    ]


def _trial(kg: KnowledgeGraph, finding: Finding) -> tuple[str, str] | None:
    """What a finding studies a treatment for: the disease of its patients or model, not its outcome."""
    predicate = _TRIALS.get(finding.study_design)
    if predicate is None or finding.route in {NOT_REPORTED, "not_applicable", ""}:
        return None
    if kg.entities[finding.subject].category not in _GIVEN:
        return None
    term = kg.vocabulary.get("system", {}).get(finding.system)
    disease = kg.entities.get(term.maps_to) if term else None
    return (predicate, disease.id) if disease and disease.category == "Disease" else None


def _treatment_id(given: str) -> str:
    return "MSCG:treatment_" + given.replace(":", "_")


def _treatment(kg: KnowledgeGraph, given: str) -> _Row:
    return {
        "id": _treatment_id(given),
        "category": ["biolink:Treatment"],
        "name": f"{kg.name(given)} as a treatment",
        "description": f"{kg.name(given)}, given to animals or patients.",
        f"{OWN}given": given,
    }


def _studied(given: str, predicate: str, disease: str, found: list[Finding]) -> _Row:
    treatment = _treatment_id(given)
    phase = "pre_clinical_research_phase"
    if predicate == "in_clinical_trials_for":  # a randomised trial may be of any phase
        unknown = any(f.study_design not in _PHASES for f in found)
        phase = "clinical_trial_phase" if unknown else max(_PHASES[f.study_design] for f in found)
    return {
        "id": association_id(treatment, predicate, disease, ""),
        "category": ["biolink:ChemicalOrDrugOrTreatmentToDiseaseOrPhenotypicFeatureAssociation"],
        "subject": treatment,
        "predicate": f"biolink:{predicate}",
        "object": disease,
        **_evidence(found),
        "max_research_phase": phase,
    }


def _full(properties: _Row) -> _Row:
    """Without what is not said: no empty text, no empty list, nothing unknown, no ``negated: false``."""
    return {
        key: value
        for key, value in properties.items()
        if value not in ("", None, []) and not (key == "negated" and value is False)
    }
