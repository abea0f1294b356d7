"""Trials by registry entry or paper, and two entities compared."""

import json

import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.explain.compared import compared_in_words, trial_row
from mscgraph.explain.words import finding_in_words, relation_in_words
from mscgraph.graph import KnowledgeGraph
from tests.code.test_graph import finding, with_findings

TREATED = {
    "study_design": "single_arm_trial", "system": "MS_patients", "via": (), "n": "12",
    "significance": "not_reported", "comparison": "baseline", "timepoint": "P6M",
    "aspect": "abundance",
}  # fmt: skip


@pytest.fixture
def treated(kg: KnowledgeGraph) -> KnowledgeGraph:
    """Two papers of one registered trial, a cohort without an id, and what is no trial."""
    one = {**TREATED, "study": "NCT1", "study_design": "randomized_trial"}
    trend = {"publication": "PMID:3", "significance": "not_significant"}
    small = with_findings(
        kg,
        finding(kg, 1, object="MSCG:edss", note="primary end point", **one),
        finding(kg, 2, object="HGNC:5962", **{**one, "predicate": "increases", "n": "30"}),
        finding(
            kg, 3, object="HP:0007305", **{**TREATED, "system": "SPMS_patients", "predicate": "followed_by"}
        ),
        finding(kg, 4, object="HGNC:5962", **{**TREATED, **trend}),
        finding(kg, 5, object="MSCG:edss", **{**TREATED, "study_design": "observational"}),
        finding(kg, 6, object="MSCG:edss", **{**TREATED, "system": "GvHD"}),
    )  # fmt: skip
    ms, edss = small.entities["MONDO:0005301"], small.entities["MSCG:edss"]
    entities = {
        **small.tables.entities,
        "MSCG:edss": edss._replace(more_is="worse"),
        "MONDO:0005314": ms._replace(id="MONDO:0005314", name="RRMS", parents=(ms.id,)),
        "MONDO:0000450": ms._replace(id="MONDO:0000450", name="SPMS", parents=(ms.id,), synonyms=()),
    }
    return KnowledgeGraph(small.tables._replace(entities=entities))


def test_a_trial_is_its_registry_entry_or_its_paper(treated: KnowledgeGraph) -> None:
    first, second = mg.find_trials(treated)
    assert (first.study, first.n, first.primary) == ("NCT1", 30, "met")
    assert first.publications == ("PMID:1", "PMID:2")
    assert (second.study, second.n, second.primary) == ("PMID:3", 12, "")
    assert [f.id for f in second.findings] == ["MSCGF:3", "MSCGF:4"], "whole, whatever passes"
    assert [t.study for t in mg.find_trials(treated, system="SPMS_patients")] == ["PMID:3"]
    assert [t.study for t in mg.find_trials(treated, system="GvHD")] == ["PMID:6"]
    assert len(mg.find_trials(treated, system=None)) == 3
    assert [t.study for t in mg.find_trials(treated, study="nct1")] == ["NCT1"]


def test_what_moved_stands_where_a_trialist_looks(treated: KnowledgeGraph) -> None:
    first, second = (trial_row(treated, trial) for trial in mg.find_trials(treated))
    assert first["better"] == "EDSS score ↓ (6 mo)"
    assert first["changed"] == "IL-10 ↑ (6 mo)"
    assert first["end point"] == "met: EDSS score ↓ (6 mo)"
    assert second["harms"] == "demyelination (6 mo)"
    assert second["trend"] == "IL-10 ↓ (6 mo)"


def test_what_was_only_observed_is_said_as_such(kg: KnowledgeGraph) -> None:
    """Some patients may have had what most did not: the numbers are in the statement."""
    seen = {**TREATED, "object": "MSCG:edss", "aspect": "severity"}
    small = with_findings(
        kg,
        finding(kg, 1, **{**seen, "predicate": "followed_by"}),
        finding(kg, 2, **{**seen, "predicate": "not_followed_by"}),
    )
    said = [finding_in_words(small, small.findings[f"MSCGF:{n}"]) for n in (1, 2)]
    assert said == [
        "After MSC: EDSS score (severity) observed, not compared",
        "After MSC: EDSS score (severity) not seen in most or all, not compared",
    ]
    edges = {a.predicate: a for a in small.associations.values() if a.object == "MSCG:edss"}
    assert relation_in_words(small, edges["not_followed_by"]) == said[1]


def test_a_primary_end_point_that_shows_nothing_is_missed(kg: KnowledgeGraph) -> None:
    asked = {**TREATED, "object": "MSCG:edss", "note": "primary end point"}
    for changes, primary in (
        ({"predicate": "has_no_effect_on"}, "missed"),
        ({"significance": "not_significant"}, "missed"),
        ({"significance": "significant"}, "met"),
    ):
        (trial,) = mg.find_trials(with_findings(kg, finding(kg, 1, **{**asked, **changes})))
        assert trial.primary == primary
    both = (
        finding(kg, 1, **{**asked, "study": "X"}),
        finding(kg, 2, **{**asked, "study": "X", "predicate": "has_no_effect_on"}),
    )
    (trial,) = mg.find_trials(with_findings(kg, *both))
    assert trial.primary == "partly met"


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        (["decreases"], ["increases"], "opposite"),
        (["decreases"], ["decreases"], "both lower"),
        (["increases"] * 3 + ["decreases"], ["increases"], "both raise"),
        (["increases"] * 2 + ["decreases"], ["increases"], "unclear"),
        (["decreases", "has_no_effect_on"], ["decreases"], "unclear"),
        (["decreases"], ["has_no_effect_on"], "one alone has an effect"),
        (["has_no_effect_on"], ["has_no_effect_on"], "neither has an effect"),
        (["decreases"], ["alters"], "unclear"),
        (["decreases"], [], "only first"),
        ([], ["has_no_effect_on"], "only second"),
    ],
)
def test_two_entities_are_compared(
    kg: KnowledgeGraph, one: list[str], other: list[str], relation: str
) -> None:
    sides = [("HGNC:6059", p) for p in one] + [("CHEBI:15551", p) for p in other]
    rows = [
        finding(kg, i, subject=s, predicate=p, via=(), aspect="abundance")
        for i, (s, p) in enumerate(sides, start=1)
    ]
    small = with_findings(kg, *rows)
    found = mg.compare(small, "IDO1", "PGE2")
    (row,) = found.rows
    assert (row.relation, len(row.first), len(row.second)) == (relation, len(one), len(other))
    assert sum(row.first_counts.values()) == len(one), "nulls included"
    text = str(list(compared_in_words(small, found, 5)))
    assert small.name("CL:0000899") in text


def test_what_runs_by_way_of_them_is_compared_apart(kg: KnowledgeGraph) -> None:
    small = with_findings(
        kg, finding(kg, 1, via=("HGNC:6059",)), finding(kg, 2, via=("CHEBI:15551",), publication="PMID:1")
    )  # fmt: skip
    found = mg.compare(small, "IDO1", "PGE2")
    assert [(row.is_via, row.relation) for row in found.rows] == [(True, "both lower")]
    assert found.studies == ("PMID:1",)
    assert mg.compare(small, "IDO1", "PGE2", taxon="mouse").rows == ()


@pytest.mark.parametrize("arguments", [("trials",), ("compare", "IDO1", "PGE2")])
def test_they_print_json(arguments: tuple[str, ...]) -> None:
    assert json.loads(CliRunner().invoke(main, [*arguments, "--json"]).stdout) is not None
