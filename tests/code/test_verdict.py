"""The verdict of a pair of entities: the rules, and that everything that draws takes it from there."""

from __future__ import annotations

import pytest

from mscgraph.export.network import INK, network
from mscgraph.graph import KnowledgeGraph
from mscgraph.render.drawing import choose_contents
from mscgraph.render.verdict import FINDING_KINDS, KINDS, kind_of, mark_of, meaning_of, verdict
from mscgraph.site.site_records import SiteRecords


@pytest.mark.parametrize(
    ("found", "kind", "mark"),
    [
        ({}, "void", ""),
        ({"up": 9, "down": 1}, "both", "±"),
        ({"up": 1, "down": 1, "null": 5}, "both", "±"),
        ({"up": 2}, "up", ""),
        ({"down": 2, "null": 1}, "down", "○"),
        ({"down": 2, "null": 2}, "mixed", "◐"),
        ({"up": 1, "open": 4, "null": 3}, "mixed", "◐"),
        ({"open": 2, "null": 1}, "open", "○"),
        ({"open": 1, "null": 1}, "mixed", "◐"),
        ({"null": 3, "void": 4}, "null", ""),
        ({"correlation": 1, "description": 4}, "correlation", ""),
        ({"void": 4}, "void", ""),
        ({"observation": 9, "null": 1}, "null", ""),
        ({"observation": 9, "up": 1}, "up", ""),
        ({"observation": 1, "description": 4}, "observation", ""),
    ],
)
def test_a_verdict_is_never_a_majority(found: dict[str, int], kind: str, mark: str) -> None:
    assert kind_of(found) == kind
    assert mark_of(kind, found) == mark


@pytest.mark.parametrize(
    ("shown", "whole", "kind", "mark"),
    [
        ({"up": 1}, {"up": 1, "down": 3}, "up", "±"),
        ({"up": 1}, {"up": 1, "null": 3}, "up", "○"),
        ({"null": 1}, {"null": 1, "up": 3}, "null", "↑"),
        ({"null": 1}, {"null": 1, "up": 3, "down": 1}, "null", "±"),
        ({"open": 1}, {"open": 1, "down": 1}, "open", "↓"),
        ({"up": 1, "null": 1}, {"up": 1, "null": 1, "down": 1}, "mixed", "±"),
        ({"observation": 1}, {"observation": 1, "down": 1}, "observation", ""),
    ],
)
def test_what_a_filter_hides_leaves_a_mark(
    shown: dict[str, int], whole: dict[str, int], kind: str, mark: str
) -> None:
    assert kind_of(shown) == kind
    assert mark_of(kind, whole) == mark


def test_every_kind_has_a_sign_and_looks_of_its_own() -> None:
    assert len({kind.sign for kind in KINDS.values()}) == len(KINDS)
    drawn = [KINDS[name] for name in ("both", "mixed", "up", "down", "null", "void", "observation")]
    assert len({kind.dashes for kind in drawn}) == len(drawn)
    assert set(FINDING_KINDS) == set(KINDS) - {"both", "mixed"}


def test_page_site_and_exports_say_the_same(kg: KnowledgeGraph) -> None:
    pairs = choose_contents(kg).pairs
    lines = SiteRecords(kg).lines
    said = {pair: verdict(kg, found) for pair, found in pairs.items()}
    assert said == {pair: lines[pair].verdict for pair in said}
    drawn = {row["id"]: row["drawn_as"] for row in network(kg).edges}
    assert set(drawn.values()) <= set(INK)
    mixed = 0
    for found in pairs.values():
        for association in found:
            missed = verdict(kg, [association]).kind.id == "mixed" and association.supporting
            mixed += bool(missed and association.sign is not None)
            look = drawn[association.id]
            if association.sign is not None:
                assert (look == "effect_and_no_effect") == bool(missed)
    assert mixed


def test_a_filter_makes_the_verdict_from_what_passes_and_marks_what_does_not(
    kg: KnowledgeGraph,
) -> None:
    pattern = next(f for f in kg.findings.values() if kg.counts(f))
    rows = {
        f"MSCGF:99{n:05d}": pattern._replace(
            id=f"MSCGF:99{n:05d}", predicate=predicate, study_design=design, object="CL:0000899",
            aspect="abundance", significance="significant", subject="CL:0000134",
        )
        for n, (predicate, design) in enumerate(
            [("has_no_effect_on", "randomized_trial"), ("decreases", "animal_model"),
             ("decreases", "animal_model"), ("followed_by", "case_series")]
        )
    }  # fmt: skip
    whole = KnowledgeGraph(kg.tables._replace(findings=rows, places={}))
    trials = whole.keep_findings(lambda finding: finding.study_design == "randomized_trial")
    series = whole.keep_findings(lambda finding: finding.study_design == "case_series")
    said = {}
    for name, part in {"whole": whole, "trials": trials, "series": series}.items():
        (found,) = choose_contents(part).pairs.values()
        said[name] = verdict(part, found)
        assert SiteRecords(part).lines["CL:0000134", "CL:0000899"].verdict == said[name]
    looks = {name: (one.kind.id, one.mark) for name, one in said.items()}
    assert looks == {"whole": ("down", "○"), "trials": ("null", "↓"), "series": ("observation", "")}
    assert said["whole"].outside == ()
    assert said["trials"].outside == ((KINDS["down"], 2),)
    assert said["trials"].grade != said["whole"].grade


@pytest.mark.parametrize(
    ("kind", "more_is", "meaning"),
    [("up", "worse", "harm"), ("down", "worse", "benefit"), ("up", "better", "benefit"),
     ("both", "worse", ""), ("up", "", "")],
)  # fmt: skip
def test_a_direction_of_an_outcome_is_a_benefit_or_a_harm(
    kind: str, more_is: str, meaning: str
) -> None:
    assert meaning_of(kind, more_is) == meaning
