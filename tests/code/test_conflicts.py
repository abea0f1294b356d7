"""Conflicts and dependences against the rules written a second time, pair by pair."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.graph.conflicts import differences
from tests.code.test_graph import finding, with_findings

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph

ROWS = st.lists(
    st.tuples(
        st.sampled_from(("increases", "decreases", "has_no_effect_on")),
        st.sampled_from("123"),  # papers
        st.sampled_from(("", "", "NCT1", "NCT2")),  # trials, which join papers
        st.sampled_from(("not_reported", "UBERON:0000178", "UBERON:0001359")),
        st.sampled_from(("not_reported", "1e6 cells", "2e6 cells")),
    ),
    min_size=2,
    max_size=8,
)


def made(kg: KnowledgeGraph, rows: list[tuple[str, ...]]) -> list[mg.Finding]:
    return [
        finding(
            kg, number, predicate=predicate, publication=f"PMID:{paper}", study=trial,
            specimen=specimen, dose=dose, significance="significant",
        )
        for number, (predicate, paper, trial, specimen, dose) in enumerate(rows)
    ]  # fmt: skip


def studies(findings: list[mg.Finding]) -> list[set[str]]:
    """The names of papers and trials that stand for one study, joined until nothing more joins."""
    groups = [{name for name in (f.publication, f.study) if name} for f in findings]
    while True:
        pair = next(((a, b) for n, a in enumerate(groups) for b in groups[n + 1 :] if a & b), None)
        if pair is None:
            return groups
        groups = [group for group in groups if group is not pair[0] and group is not pair[1]]
        groups.append(pair[0] | pair[1])


@given(rows=ROWS)
def test_a_study_that_saw_both_is_a_dependence(kg: KnowledgeGraph, rows: list[tuple[str, ...]]) -> None:
    findings = made(kg, rows)
    expected = set()
    for predicate, rival in product(("decreases", "has_no_effect_on", "increases"), repeat=2):
        if predicate < rival and rival in kg.predicates[predicate].disputes:
            both = [f for f in findings if f.predicate in (predicate, rival)]
            for group in studies(both):
                inside = [f for f in both if f.publication in group or f.study in group]
                sides = [
                    frozenset(f.id for f in inside if f.predicate == name)
                    for name in (predicate, rival)
                ]
                if all(sides):
                    expected.add((predicate, rival, *sides))
    found = {
        (
            d.first.predicate,
            d.second.predicate,
            frozenset(f.id for f in d.first_findings),
            frozenset(f.id for f in d.second_findings),
        )
        for d in mg.find_dependences(with_findings(kg, *findings))
    }
    assert found == expected


@given(rows=ROWS)
def test_a_conflict_holds_comparable_findings_and_no_study_twice(
    kg: KnowledgeGraph, rows: list[tuple[str, ...]]
) -> None:
    for conflict in mg.find_conflicts(with_findings(kg, *made(kg, rows))):
        assert conflict.first_findings
        assert conflict.second_findings
        names = [
            {name for f in side for name in (f.publication, f.study) if name}
            for side in (conflict.first_findings, conflict.second_findings)
        ]
        assert not names[0] & names[1]
        for own, rivals in (
            (conflict.first_findings, conflict.second_findings),
            (conflict.second_findings, conflict.first_findings),
        ):
            for f in own:
                assert any("not_reported" in (f.specimen, g.specimen) or f.specimen == g.specimen
                           for g in rivals)  # fmt: skip


def test_differences_say_each_value_once_and_in_words(kg: KnowledgeGraph) -> None:
    here = [
        finding(kg, 1, dose="2e6 cells", readout=True, priming=("hypoxia", "IFN-γ")),
        finding(kg, 2, dose="1e6 cells", readout=True, priming=()),
        finding(kg, 3, dose="not_reported", readout=True, priming=()),
    ]
    there = [finding(kg, 4, dose="not_reported", readout=False, priming=())]
    assert {d.setting: (d.first, d.second) for d in differences(here, there)} == {
        "dose": (("1e6 cells", "2e6 cells"), ("not_reported",)),
        "readout": (("yes",), ("no",)),
        "priming": (("hypoxia|IFN-γ",), ("not_reported",)),
    }
    assert differences(here, here[::-1]) == ()
