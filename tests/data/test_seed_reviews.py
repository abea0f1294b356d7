"""Every entity and relation of the two first reviews is there, and nothing is guessed."""

import pytest

import mscgraph as mg
from mscgraph.graph import KnowledgeGraph

SYSTEMATIC = "PMID:40734866"
NARRATIVE = "DOI:10.1080/00207454.2022.2042690"
MARKERS = ["NF-L", "VEGF-A", "HGF", "NCAM-1", "LIF", "MCP-1", "SDF-1", "CXCL13", "MMP-9"]


@pytest.fixture(scope="module")
def rows(kg: KnowledgeGraph) -> set[tuple[str, str, str, str]]:
    return {(f.publication, f.subject, f.predicate, f.object) for f in kg.findings.values()}


@pytest.mark.parametrize(
    "name",
    [
        "MSC", "Treg", "Th17", "NK cells", "multiple sclerosis", "myelin degradation", "neuroinflammation",
        "neurodegeneration", "neuroprotection", "migration to injured tissue", "neuronal repair", "EDSS",
        "MRI lesion burden", "adverse events", "immune balance", "CSF", *MARKERS,
    ],
)  # fmt: skip
def test_every_entity_is_found_by_the_name_that_the_reviews_use(kg: KnowledgeGraph, name: str) -> None:
    assert kg.entity(name)


def test_two_names_in_one_legend_are_one_protein(kg: KnowledgeGraph) -> None:
    assert kg.entity("MCP-1") == kg.entity("CCL2")
    assert kg.entity("SDF-1").name == "CXCL12"


@pytest.mark.parametrize("marker", MARKERS)
def test_a_marker_listed_without_direction_has_none(kg: KnowledgeGraph, marker: str) -> None:
    found = kg.find_findings(publication=SYSTEMATIC, object=marker)
    assert [(f.predicate, f.readout, f.specimen, f.locator) for f in found] == [
        ("alters", True, kg.entity("CSF").id, "figure 2 legend")
    ]


@pytest.mark.parametrize(
    ("subject", "predicate", "object_"),
    [
        ("MSC", "increases", "Treg"),
        ("MSC", "decreases", "Th17 cell"),
        ("MSC", "alters", "NK cell"),
        ("MSC", "increases", "immune balance"),
        ("MSC", "decreases", "neuroinflammation"),
        ("MSC", "followed_by", "EDSS"),
        ("MSC", "followed_by", "MRI lesion burden"),
        ("MSC", "followed_by", "adverse event"),
        ("MS", "has_phenotype", "myelin degradation"),
        ("MS", "has_phenotype", "inflammation"),
        ("MS", "has_phenotype", "neurodegeneration"),
    ],
)
def test_the_systematic_review(
    kg: KnowledgeGraph, rows: set[tuple[str, str, str, str]], subject: str, predicate: str, object_: str
) -> None:
    assert (SYSTEMATIC, kg.entity(subject).id, predicate, kg.entity(object_).id) in rows


@pytest.mark.parametrize(
    ("predicate", "object_"),
    [
        ("increases", "neuroprotection"),
        ("decreases", "inflammation"),
        ("increases", "neuronal repair"),
        ("capable_of", "migration to injured tissue"),
    ],
)
def test_the_narrative_review(
    kg: KnowledgeGraph, rows: set[tuple[str, str, str, str]], predicate: str, object_: str
) -> None:
    assert (NARRATIVE, kg.entity("MSC").id, predicate, kg.entity(object_).id) in rows


def test_the_evidence_base_of_the_systematic_review(kg: KnowledgeGraph) -> None:
    included = {design: count for count, design in kg.publication(SYSTEMATIC).included_studies}
    assert included == {
        "randomized_trial": 2,
        "nonrandomized_trial": 2,
        "meta_analysis": 3,
        "narrative_review": 1,
    }


def test_reviews_alone_are_no_independent_study(kg: KnowledgeGraph) -> None:
    alone = kg.keep_findings(lambda f: f.publication in {SYSTEMATIC, NARRATIVE})
    assert {a.grade.studies for a in alone.associations.values()} == {0}


def test_no_finding_is_signed_as_a_human(kg: KnowledgeGraph) -> None:
    for finding in kg.findings.values():
        assert not finding.reviewed_by, "README and docs say that no row has been reviewed: mend them"
        drafted = finding.curated_by.startswith("agent:")
        assert (finding.agent_type == "text_mining_agent") == drafted


def test_every_answer_of_a_path_names_its_papers(kg: KnowledgeGraph) -> None:
    text = str(mg.explain(kg, mg.find_paths(kg, "MSC", "Treg")))
    assert "References" in text
    assert "https://" in text
