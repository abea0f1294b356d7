"""What the curated literature must hold: quantity, second reading, anchors, and no sentence of a paper."""

import csv
from collections import Counter
from pathlib import Path

import mscgraph as mg
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import PredicateKind


def topics(kg: KnowledgeGraph) -> dict[str, str]:
    """Finding → topic: the table it stands in."""
    return {key: Path(kg.places[key].file).stem for key in kg.findings}


def test_quantity(kg: KnowledgeGraph) -> None:
    counts = mg.stats(kg)
    assert counts["findings"] >= 600
    assert counts["publications"] >= 150
    assert counts["primary_publications"] >= 110
    assert counts["null_or_not_significant"] >= 50
    assert counts["conflicts"] >= 25


def test_clinical_findings_and_trials(kg: KnowledgeGraph) -> None:
    topic = topics(kg)
    clinical = [f for f in kg.findings.values() if topic[f.id] == "clinical"]
    assert len(clinical) >= 60
    assert len({f.cohort for f in clinical}) >= 12


def test_second_reading_covers_what_it_must(kg: KnowledgeGraph, root: Path) -> None:
    topic = topics(kg)
    with (root / "ontology/curation/second_reading.tsv").open(encoding="utf-8") as file:
        read = {row["finding"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    clinical = {key for key, name in topic.items() if name == "clinical"}
    assert clinical <= read
    rest = {key for key, name in topic.items() if name not in ("clinical", "seed_reviews")}
    assert len(rest & read) >= 0.4 * len(rest)


def test_abstract_based_rows_have_an_anchor(kg: KnowledgeGraph) -> None:
    based = [f for f in kg.findings.values() if f.locator.startswith(("abstract", "title"))]
    assert sum(bool(f.anchor) for f in based) >= 0.9 * len(based)


def test_every_conflict_names_what_differs_or_says_that_nothing_does(kg: KnowledgeGraph) -> None:
    pairs = mg.find_conflicts(kg)
    told_apart = [pair for pair in pairs if pair.differences]
    assert len(told_apart) >= 25


def test_th17_is_answered_in_both_directions(kg: KnowledgeGraph) -> None:
    answer = mg.find_paths(kg, "MSC", "Th17 cell", max_length=1, k=50)
    effects = {path.effect for path in answer.paths}
    assert {"increase", "decrease"} <= effects
    for path in answer.paths:
        assert path.steps[0].association.supporting


def test_a_contested_step_says_in_what_the_two_sides_differ(kg: KnowledgeGraph) -> None:
    text = str(mg.explain(kg, mg.find_paths(kg, "MSC", "Th17 cell")))
    assert "AGAINST:" in text
    assert text.count("the two sides differ in") >= 1
    assert "taxon:" in text


def test_a_null_result_is_never_walked(kg: KnowledgeGraph) -> None:
    answer = mg.find_paths(kg, "MSC", "EAE", k=100, max_length=2)
    kinds = Counter(
        kg.predicates[step.association.predicate].kind for path in answer.paths for step in path.steps
    )
    assert set(kinds) == {PredicateKind.EFFECT}


def test_statements_are_our_own_words(kg: KnowledgeGraph) -> None:
    """A statement that is the anchored sentence itself would be a copy."""
    for finding in kg.findings.values():
        assert mg.anchor(finding.statement) != finding.anchor, finding.id


def test_no_entity_is_obsolete_by_its_label(kg: KnowledgeGraph) -> None:
    for entity in kg.entities.values():
        assert "obsolete" not in entity.label.lower(), entity.id
        assert entity.label or entity.id.startswith("MSCG:"), entity.id


def test_retracted_papers_are_kept_and_count_for_nothing(kg: KnowledgeGraph) -> None:
    for association in kg.associations.values():
        for finding in (*association.supporting, *association.disputing):
            assert kg.publications[finding.publication].counts
