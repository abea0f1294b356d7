"""The verdict of a pair of entities: the rules, and that everything that draws takes it from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mscgraph.export.network import INK, network
from mscgraph.render.drawing import choose_contents
from mscgraph.render.verdict import FINDING_KINDS, KINDS, kind_of, mark_of, verdict
from mscgraph.site.site_records import Records

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph


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
    ],
)
def test_a_verdict_is_never_a_majority(found: dict[str, int], kind: str, mark: str) -> None:
    assert kind_of(found, found) == kind
    assert mark_of(kind, found) == mark


@pytest.mark.parametrize(
    ("shown", "whole", "kind", "mark"),
    [
        ({"up": 1}, {"up": 1, "down": 3}, "both", "±"),
        ({"up": 1}, {"up": 1, "null": 3}, "up", "○"),
        ({"null": 1}, {"null": 1, "up": 3}, "null", "↑"),
        ({"null": 1}, {"null": 1, "up": 3, "down": 1}, "null", "±"),
        ({"open": 1}, {"open": 1, "down": 1}, "open", "↓"),
    ],
)
def test_what_a_filter_hides_leaves_a_mark(
    shown: dict[str, int], whole: dict[str, int], kind: str, mark: str
) -> None:
    assert kind_of(shown, whole) == kind
    assert mark_of(kind, whole) == mark


def test_every_kind_has_a_sign_and_looks_of_its_own() -> None:
    assert len({kind.sign for kind in KINDS.values()}) == len(KINDS)
    drawn = [KINDS[name] for name in ("both", "mixed", "up", "down", "null", "void")]
    assert len({kind.dashes for kind in drawn}) == len(drawn)
    assert set(FINDING_KINDS) == set(KINDS) - {"both", "mixed"}


def test_page_site_and_exports_say_the_same(kg: KnowledgeGraph) -> None:
    pairs = choose_contents(kg).pairs
    lines = Records(kg).lines
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
