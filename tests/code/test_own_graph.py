"""The code tests have a graph of their own, which is clean and holds every kind of finding."""

from pathlib import Path

import pytest

import mscgraph as mg
from mscgraph.model import EvidenceLevel, PredicateKind
from tests.code import small


def test_a_curated_table_is_closed_to_code_tests(root: Path) -> None:
    with pytest.raises(AssertionError, match=r"test_own_graph reads .*code tests run on"):
        mg.load(root / "ontology")


def test_the_small_graph_is_what_is_read_where_no_folder_is_named(kg: mg.KnowledgeGraph) -> None:
    assert mg.load() == kg
    assert mg.validate() == []


def test_it_fits_on_a_screen() -> None:
    for name in ("entities.tsv", "publications.tsv", "findings.tsv"):
        assert len(small.rows(name)) <= 50


def test_it_holds_every_kind_of_finding(kg: mg.KnowledgeGraph) -> None:
    kinds = {kg.predicates[f.predicate].kind for f in kg.findings.values()}
    assert kinds == set(PredicateKind) - {PredicateKind.STRUCTURE}
    assert {f.significance for f in kg.findings.values()} == {
        "not_reported",
        *kg.vocabulary["significance"],
    }
    assert {p.status for p in kg.publications.values()} >= {"published", "preprint", "retracted"}
    evidence_levels = {a.grade.evidence_level for a in kg.associations.values()}
    assert evidence_levels == set(EvidenceLevel)
    assert {a.grade.letter for a in kg.associations.values()} == set("ABCD–")
    assert any(f.readout for f in kg.findings.values())
    assert any(f.via for f in kg.findings.values())
    assert mg.find_conflicts(kg)
    assert {loop.sign for loop in mg.find_loops(kg, "IFN-γ").loops} == {-1, 1}
