"""A claim is held against the findings: by the verdict of every pair, and never beyond the rows."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import settings as run_settings
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.cli.main import main
from mscgraph.curate import read_claims
from mscgraph.explain.claims import CONDITIONS, VERDICTS, claim_in_words
from mscgraph.paths.direct import findings_between
from mscgraph.render.verdict import kind_of
from tests.code.small_graphs import NODES, ROWS, SYSTEMS, TAXA, small_graph

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph


def numbers(findings: tuple[mg.Finding, ...]) -> list[int]:
    return [int(finding.id[-7:]) for finding in findings]


@pytest.mark.parametrize(
    ("claim", "verdict", "supporting", "contrary"),
    [
        ("MSC increases Treg", "supported", [31, 32], [46]),
        ("MSC promotes Treg", "supported", [31, 32], [46]),
        ("MSC decreases Treg", "contradicted", [], [31, 32, 46]),
        ("MSC decreases B cell", "both", [5], [6]),
        ("MSC decreases NF-L", "effect and no effect", [36], [49]),
        ("MSC increases NF-L", "contradicted", [], [36, 49]),
        ("MSC alters NF-L", "supported", [36, 38], [49]),
        ("MSC decreases NK cell", "undecided", [], []),
        ("MSC increases EP4", "not in the graph", [], []),
        ("MSC has_no_effect_on EDSS-score", "effect and no effect", [33], [34]),
        ("MSC produces PGE2", "supported", [8], []),
        ("MSC produces IL-10", "contradicted", [], [10]),
        ("MSC increases IL-10", "contradicted", [], [10]),
        ("MSC decreases CCL2", "undecided", [], []),
        ("NF-L positively_correlated_with EDSS-score", "supported", [37], []),
        ("EDSS-score positively_correlated_with NF-L", "supported", [37], []),
        ("EDSS-score negatively_correlated_with NF-L", "contradicted", [], [37]),
    ],
)
def test_the_verdict_of_a_claim(
    kg: KnowledgeGraph, claim: str, verdict: str, supporting: list[int], contrary: list[int]
) -> None:
    subject, relation, target = (word.replace("EDSS-score", "EDSS score") for word in _parts(claim))
    found = mg.check_claim(kg, subject, relation, target)
    assert (found.verdict, numbers(found.supporting), sorted(numbers(found.contrary))) == (
        verdict, supporting, contrary,
    )  # fmt: skip
    assert found.supporting_outside == found.contrary_outside == ()


def _parts(claim: str) -> tuple[str, str, str]:
    subject, relation, target = claim.split(" ", 2)
    return subject, relation, target


def test_conditions_make_the_verdict_and_hide_nothing_against_it(kg: KnowledgeGraph) -> None:
    human = mg.check_claim(kg, "MSC", "decreases", "Treg", taxon="human")
    assert human.verdict == "contradicted"
    assert numbers(human.contrary) == [31, 32]
    assert numbers(human.contrary_outside) == [46]
    mouse = mg.check_claim(kg, "MSC", "increases", "Treg", mg.Conditions(taxon="mouse"))
    assert mouse.verdict == "contradicted"
    assert (numbers(mouse.contrary), numbers(mouse.supporting_outside)) == ([46], [31, 32])
    nowhere = mg.check_claim(kg, "PGE2", "decreases", "Th17 cell", taxon="mouse")
    assert (nowhere.verdict, numbers(nowhere.supporting_outside)) == ("not in the graph", [14])


def test_an_aspect_is_a_condition_and_its_own_direction(kg: KnowledgeGraph) -> None:
    """Less apoptosis is more of the cell: of any aspect it speaks against, of apoptosis it speaks for."""
    whole = mg.check_claim(kg, "MSC", "decreases", "T cell")
    assert (whole.verdict, 41 in numbers(whole.contrary)) == ("both", True)
    part = mg.check_claim(kg, "MSC", "decreases", "T cell", aspect="apoptosis")
    assert (part.verdict, numbers(part.supporting)) == ("supported", [41])
    assert 4 in numbers(part.other_aspect)
    assert part.contrary_outside == ()
    assert any("another aspect" in one.title for one in claim_in_words(kg, part))
    assert mg.check_claim(kg, "MSC", "decreases", "T cell apoptosis") == part


def test_a_tissue_is_where_the_cells_came_from(kg: KnowledgeGraph) -> None:
    product = kg.entity("AD-MSC")._replace(role="source_product")
    kg = mg.KnowledgeGraph(kg.tables._replace(entities={**kg.entities, product.id: product}))
    from_fat = mg.check_claim(kg, "AD-MSC", "decreases", "EAE")
    assert 25 in numbers(from_fat.supporting)
    assert 24 not in numbers(from_fat.supporting)
    assert 26 in numbers(from_fat.contrary_outside)


def test_a_route_is_shown_by_who_names_it_or_is_a_hypothesis(kg: KnowledgeGraph) -> None:
    shown = mg.check_claim(kg, "MSC", "decreases", "Th17 cell", via=["PGE2"])
    assert (shown.verdict, numbers(shown.supporting), shown.contrary) == ("supported", [1], ())
    assert {2, 3, 47} <= set(numbers(shown.contrary_outside))
    assert shown.routes[0].is_demonstrated
    stitched = mg.check_claim(kg, "MSC", "decreases", "Th17 cell", via=["IDO1"])
    assert (stitched.verdict, stitched.supporting) == ("hypothesis", ())
    assert not stitched.routes[0].is_demonstrated
    assert 1 in numbers(stitched.supporting_outside)
    none = mg.check_claim(kg, "MSC", "decreases", "Th17 cell", via=["BBB"])
    assert (none.verdict, none.routes) == ("not in the graph", ())


def test_a_route_of_another_aspect_is_no_route_of_this_one(kg: KnowledgeGraph) -> None:
    """PGE2 was shown for polarization: of proliferation no one showed it, and it is not put together."""
    found = mg.check_claim(kg, "MSC", "decreases", "Th17 cell", aspect="proliferation", via=["PGE2"])
    assert (found.verdict, found.supporting) == ("undecided", ())
    assert 1 in numbers(found.other_aspect)


def test_the_grade_is_that_of_what_supports(kg: KnowledgeGraph) -> None:
    found = mg.check_claim(kg, "MSC", "increases", "Treg")
    edges = kg.find_associations(subject="MSC", object="Treg", predicate="increases")
    assert found.grade == min(edge.grade.letter for edge in edges)
    assert mg.check_claim(kg, "MSC", "decreases", "Treg").grade == "–"


def test_a_grade_leaves_out_what_is_weaker(kg: KnowledgeGraph) -> None:
    every = mg.check_claim(kg, "MSC", "increases", "Treg")
    weak = mg.check_claim(kg, "MSC", "increases", "Treg", min_grade="A")
    assert set(weak.supporting) | set(weak.supporting_outside) == set(every.supporting)
    assert weak.contrary == ()
    assert numbers(weak.contrary_outside) == [46]


def test_what_a_claim_cannot_have_is_refused(kg: KnowledgeGraph) -> None:
    given: dict[str, Any] = {
        "max_length": 2, "avoid": ["PGE2"], "predicates": ["increases"], "damping": 0.4,
        "knowledge_sources": ["x"], "through": ["Disease"], "categories": ["Protein"], "min_length": 1,
    }  # fmt: skip
    assert {*given, *CONDITIONS} == set(mg.Conditions._fields)
    for name, value in given.items():
        with pytest.raises(ValueError, match=f"{name} is no condition of a claim"):
            mg.check_claim(kg, "MSC", "increases", "Treg", **{name: value})
    with pytest.raises(mg.NotFound, match="Did you mean"):
        mg.check_claim(kg, "MSC", "increses", "Treg")
    with pytest.raises(mg.NotFound, match="aspect"):
        mg.check_claim(kg, "MSC", "increases", "Treg", aspect="loudness")


@run_settings(deadline=None)
@given(
    rows=ROWS,
    ends=st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)),
    word=st.sampled_from(("increases", "decreases")),
    settings=st.fixed_dictionaries(
        {}, optional={"taxon": st.sampled_from(TAXA), "system": st.sampled_from(SYSTEMS)}
    ),
)
def test_it_agrees_with_the_direct_test_and_the_verdict_of_the_pair(
    kg: KnowledgeGraph,
    rows: list[tuple[Any, ...]],
    ends: tuple[str, str],
    word: str,
    settings: dict[str, Any],
) -> None:
    graph = small_graph(kg, rows)
    found = mg.check_claim(graph, ends[0], word, ends[1], **settings)
    own, other = ("increase", "decrease") if word == "increases" else ("decrease", "increase")
    senses = {t.sense: t for t in mg.find_paths(graph, *ends, **settings).direct.senses}
    within = {sense: set(tested.findings) for sense, tested in senses.items()}
    outside = {sense: set(tested.outside) for sense, tested in senses.items()}
    assert set(found.supporting) == within.get(own, set())
    assert set(found.contrary) == within.get(other, set()) | within.get("no effect", set())
    assert set(found.supporting_outside) == outside.get(own, set())
    assert set(found.contrary_outside) == outside.get(other, set()) | outside.get("no effect", set())
    kind = kind_of(
        {"up": len(within.get(own, ())), "down": len(within.get(other, ())),
         "null": len(within.get("no effect", ()))}
    )  # fmt: skip
    assert (found.verdict == "supported") == (kind == "up")
    assert (found.verdict == "both") == (kind == "both")
    if not found.supporting:
        assert found.verdict in {"contradicted", "undecided", "not in the graph"}


def test_a_sentence_is_read_as_a_claim_or_refused(kg: KnowledgeGraph) -> None:
    assert read_claims(kg, "MSCs lower Th17 cells via PGE2 in humans.") == [
        {
            "subject": "MSC",
            "relation": "decreases",
            "target": "Th17 cell",
            "taxon": "human",
            "via": ["PGE2"],
        }
    ]
    (null,) = read_claims(kg, "MSCs had no effect on the proliferation of B cells.")
    assert (null["relation"], null["aspect"]) == ("has_no_effect_on", "proliferation")
    assert [one["target"] for one in read_claims(kg, "AD-MSCs inhibit B cells and NK cells.")] == [
        "B cell", "NK cell",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("MSC never increase Treg", "negated .'never'"),
        ("MSC don't increase Treg", 'negated ."don\'t"'),
        ("MSC don’t increase Treg", "negated .'don’t'"),
        ("MSC didn't increase Treg", "negated"),
        ("MSC hardly increase Treg", "negated"),
        ("MSC rarely increase Treg", "negated"),
        ("MSC lack the ability to increase Treg", "negated"),
        ("MSC fail to increase Treg", "negated"),
        ("It is false that MSC increase Treg", "negated"),
        ("Nobody showed that MSC increase Treg", "negated .'Nobody'"),
        ("MSC stop lowering Treg", "negated"),
        ("MSC do not lower Th17 cells", "without the negation and read both sides"),
        ("MSCs did not inhibit the proliferation of B cells.", "has_no_effect_on"),
        ("MSC improve Th17 cells", "'improve' says no direction: write increases or decreases"),
        ("MSC modulate Th17 cells", "alters and target apart"),
        ("MSC prevent the decrease of Treg", "more than one relation .'prevent', 'decrease'"),
        ("MSC reduced the inhibition of NK cells", "more than one relation"),
        ("MSC prevent an increase of Treg", "more than one relation"),
        ("Blocking PGE2 inhibited Th17 cells.", "more than one relation .'Blocking', 'inhibited'"),
        ("MSC inhibit the proliferation of T cells and B cells.", "aspect of one target or of all"),
        ("MSC from MS patients increase Treg", "'from', 'patients' is not understood"),
        ("MSC of MS increase Treg", "several subjects .MS, MSC"),
        ("MSC increase Treg in rabbits", "'rabbits' is not understood"),
        ("Dead MSC increase Treg", "'Dead' is not understood"),
        ("Primed MSC increase Treg", "'Primed'"),
        ("MSC increase Treg in 3 of 40 patients", "'3', '40', 'patients'"),
        ("MSC increase Treg less than dexamethasone", "'less', 'than', 'dexamethasone'"),
        ("In 1950, MSC increased Treg", "'1950'"),
        ("MSC-derived PGE2 increases Treg", "'derived'"),
        ("MSCs lower Th17 cells in serum.", "also names serum"),
        ("Treg are many.", "Treg is known"),
        ("Nothing is said here.", "nothing is known"),
        ("Th17 cells were reduced.", "no claim"),
    ],
)
def test_a_sentence_that_says_more_than_a_claim_is_refused(
    kg: KnowledgeGraph, sentence: str, wrong: str
) -> None:
    with pytest.raises(mg.DataError, match=wrong) as refused:
        read_claims(kg, sentence)
    assert re.search("apart|write increases", str(refused.value))


@pytest.mark.parametrize("name", ["IFN-γ", "IFN-gamma", "IFNg", "IFN gamma", "IFNG"])
def test_a_greek_letter_is_read_in_a_sentence_as_in_a_name(kg: KnowledgeGraph, name: str) -> None:
    assert kg.entity(name).name == "IFN-γ"
    (claim,) = read_claims(kg, f"MSC lower {name}.")
    assert claim["target"] == "IFN-γ"


def test_a_relation_that_is_an_aspect_is_no_second_one(kg: KnowledgeGraph) -> None:
    (claim,) = read_claims(kg, "MSC reduce the secretion of IL-10.")
    assert claim == {
        "subject": "MSC",
        "relation": "decreases",
        "target": "IL-10",
        "aspect": "secretion",
    }


def test_a_word_without_direction_is_no_relation_of_a_claim(kg: KnowledgeGraph) -> None:
    with pytest.raises(ValueError, match=r"'improves' says no direction.*alters for either"):
        mg.check_claim(kg, "MSC", "improves", "Th17 cell")
    assert mg.check_claim(kg, "MSC", "alters", "NF-L").verdict == "supported"


def test_the_meaning_says_what_stands_beside_the_verdict(kg: KnowledgeGraph) -> None:
    found = mg.check_claim(kg, "MSC", "increases", "Treg", since=3000)
    assert found.supporting_outside
    assert found.meaning.startswith("nothing is curated on this under these conditions")
    beside = mg.check_claim(kg, "MSC", "increases", "Treg")
    assert numbers(beside.contrary) == [46]
    assert beside.meaning == "findings report it, and none the opposite, and 1 report no effect"
    assert mg.check_claim(kg, "MSC", "produces", "PGE2").meaning == VERDICTS["supported"]
    assert beside._replace(verdict="contradicted").meaning == "most findings speak against it"
    assert mg.check_claim(kg, "MSC", "decreases", "Treg").meaning == VERDICTS["contradicted"]
    other = mg.check_claim(kg, "MSC", "increases", "Treg", aspect="viability")
    assert other.meaning.startswith("nothing is curated on this aspect, which")


def test_the_counts_say_how_much_was_compared(kg: KnowledgeGraph) -> None:
    found = mg.check_claim(kg, "MSC", "decreases", "EAE")
    assert "of them with a concurrent control" in found.counts
    first = found.supporting[0]._replace(comparison="baseline")
    seen = found.supporting[0]._replace(comparison="none")
    less = found._replace(supporting=(first,), other=(seen, first))
    assert less.counts.startswith("1 for, 0 of them with a concurrent control, best grade ")
    assert less.counts.endswith(" against, 1 not compared")


def test_the_findings_of_a_pair_are_in_the_order_of_their_ids(kg: KnowledgeGraph) -> None:
    """So that ties in what is said of them do not depend on the hashes of a run."""
    found = findings_between(kg, set(kg.entities), set(kg.entities))
    assert [f.id for f in found] == sorted(kg.findings)


def test_the_words_hold_every_finding_against_it(kg: KnowledgeGraph) -> None:
    found = mg.check_claim(kg, "MSC", "decreases", "Th17 cell", taxon="human")
    said = "\n".join(
        " ".join((one.title, *map(" ".join, one.rows))) for one in claim_in_words(kg, found, 1)
    )
    assert all(finding.id in said for finding in found.contrary)
    assert "Only support seen in human; what speaks against is shown from everywhere." in said
    assert "AGAINST, outside these conditions" in said
    assert f": {found.verdict} (" in said
    assert all(words[0].islower() for words in VERDICTS.values())


def test_the_command_asks_with_three_words_or_one_sentence() -> None:
    run = CliRunner().invoke
    shown = run(main, ["claim", "MSC", "lowers", "Th17 cell", "--via", "PGE2"])
    assert shown.exit_code == 0
    assert shown.output.startswith(
        "MSC decreases Th17 cell: supported "
        "(1 for, 0 of them with a concurrent control, best grade D, 0 against)\n"
    )
    assert "routes\n  MSC ↑ PGE2 ↓ Th17 cell: decrease, demonstrated in a study" in shown.output
    one = run(main, ["claim", "MSCs lower Th17 cells in humans", "--json"])
    three = run(main, ["claim", "MSC", "lowers", "Th17 cell", "--taxon", "human", "--json"])
    assert one.output == three.output
    (value,) = json.loads(one.output)
    assert value["verdict"] == "both"
    assert value["means"] == VERDICTS["both"]
    assert run(main, ["claim", "MSC", "lowers"]).exit_code == 2
    nowhere = run(main, ["claim", "MSC", "enhances", "EP4"]).output
    assert "which does not say whether it is true" in nowhere
