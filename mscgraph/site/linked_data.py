"""What each page says to machines: schema.org as JSON-LD. Addresses in it are relative to the page.

An association is a schema.org Claim whose text gives the findings on both sides, and whose papers are cited
on both sides: whoever reads only this reads no one-sided statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.page.template import json_element
from mscgraph.site.site_records import WHOLE, web_address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.trials import Trial
    from mscgraph.model import Association, Entity, Publication
    from mscgraph.rdf.query import Question
    from mscgraph.site.site_records import SiteRecords

_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_WHOLE = {"@type": "Dataset", "name": "mscgraph", "url": "../dataset.html"}
# Biolink categories for which schema.org has a type; everything else is a term of a vocabulary.
_TYPES = {
    "Protein": "Protein", "ChemicalEntity": "MolecularEntity", "Disease": "MedicalCondition",
    "PhenotypicFeature": "MedicalSignOrSymptom", "AnatomicalEntity": "AnatomicalStructure",
    "OrganismTaxon": "Taxon",
}  # fmt: skip


def script(value: Mapping[str, Any]) -> Markup:
    """Return the element that embeds what is said in a description; nothing in the data can end it."""
    held = {"@context": "https://schema.org/", **_said(value)}
    return json_element(held, media_type="application/ld+json", indent=1)


def _said(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if item not in ("", [], None)}


def _iri(records: SiteRecords, identifier: str) -> str:
    return web_address(records.kg.prefixes.expand(identifier))


def of_entity(records: SiteRecords, entity: Entity) -> dict[str, Any]:
    """An entity as a protein, condition, … or as a defined term."""
    names = dict.fromkeys((entity.label, *entity.synonyms))
    return {
        "@type": _TYPES.get(entity.category, "DefinedTerm"),
        "@id": _iri(records, entity.id),
        "identifier": entity.id,
        "name": entity.name,
        "alternateName": [name for name in names if name and name != entity.name],
        "description": entity.definition,
        "sameAs": [_iri(records, x) for x in entity.xrefs if _known(records, x)],
        "subjectOf": _WHOLE,
    }


def _known(records: SiteRecords, curie: str) -> bool:
    prefix, _, local = curie.partition(":")
    return bool(local) and prefix in records.kg.prefixes.namespaces and " " not in curie


def of_association(records: SiteRecords, association: Association, words: str) -> dict[str, Any]:
    """An association as a claim, with the papers for and against it."""
    kg = records.kg
    papers = sorted({f.publication for f in (*association.findings, *association.contrary)})
    return {
        "@type": "Claim",
        "@id": _iri(records, association.id),
        "identifier": association.id,
        "name": records.sentence(association),
        "text": f"{records.sentence(association)}: {words}",
        "about": [
            {"@id": _iri(records, end), "@type": "Thing", "name": kg.name(end)}
            for end in (association.subject, association.object)
        ],
        "citation": [_paper(records, kg.publications[paper]) for paper in papers],
        "isPartOf": _WHOLE,
        "license": _LICENCE,
    }


def _paper(records: SiteRecords, paper: Publication) -> dict[str, Any]:
    return _said(
        {
            "@type": "ScholarlyArticle",
            "@id": _iri(records, paper.id),
            "name": paper.title or paper.id,
            "creativeWorkStatus": "" if paper.status == "published" else paper.status.capitalize(),
        }
    )


def of_publication(records: SiteRecords, paper: Publication) -> dict[str, Any]:
    """A paper as a scholarly article; a retraction is said."""
    same = [web_address(paper.url), web_address(f"https://doi.org/{paper.doi}") if paper.doi else ""]
    return _paper(records, paper) | {
        "headline": paper.title,
        "datePublished": paper.year,
        "isPartOf": {"@type": "Periodical", "name": paper.journal} if paper.journal else None,
        "identifier": [name for name in (paper.id, paper.pmcid) if name],
        "sameAs": [address for address in dict.fromkeys(same) if address],
    }


def of_question(question: Question, file: str) -> dict[str, Any]:
    """A stored question and the table that answers it as a part of the data set."""
    return {
        "@type": "Dataset",
        "name": question.title,
        "description": f"The answer of the mscgraph data set to the stored question: {question.title}.",
        "license": _LICENCE,
        "isPartOf": _WHOLE,
        "distribution": _download(file, "text/tab-separated-values"),
    }


def _download(file: str, media_type: str, **more: str) -> dict[str, str]:
    return {"@type": "DataDownload", **more, "contentUrl": file, "encodingFormat": media_type}


def of_trial(kg: KnowledgeGraph, trial: Trial) -> dict[str, Any]:
    """A trial or treated cohort as a medical trial."""
    return {
        "@type": "MedicalTrial",
        "identifier": trial.study,
        "name": trial.study,
        "trialDesign": kg.vocabulary["study_design"][trial.design].label,
        "healthCondition": [kg.vocabulary["system"][s].label for s in trial.values("system")],
        "citation": [kg.publications[paper].url for paper in trial.publications],
    }


def of_dataset(title: str, description: str, version: str) -> dict[str, Any]:
    """The data set with its downloads."""
    return {
        "@type": "Dataset",
        "name": title,
        "alternateName": "mscgraph",
        "description": description,
        "version": version,
        "license": _LICENCE,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "The mscgraph authors"},
        "keywords": [
            "mesenchymal stem cells", "mesenchymal stromal cells", "multiple sclerosis",
            "immunomodulation", "knowledge graph",
        ],
        "distribution": [_download(file, media, name=words) for file, words, media in WHOLE],
    }  # fmt: skip
