"""Path search equals brute force; its answers say what they should."""

import json
import random
import shlex
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.paths.search import Bounds, Edge, Network, count_paths, hub_penalty, search


def brute_force(
    edges: list[Edge], sources: set[str], targets: set[str], max_length: int
) -> Iterator[tuple[Edge, ...]]:
    """Every entity-simple path, by trying everything."""

    def walk(path: tuple[Edge, ...], at: str, seen: frozenset[str]) -> Iterator[tuple[Edge, ...]]:
        for edge in edges:
            if edge.source != at or edge.target in seen:
                continue
            longer = (*path, edge)
            if edge.target in targets:
                yield longer
            if not edge.ends and len(longer) < max_length:
                yield from walk(longer, edge.target, seen | {edge.target})

    for source in sources:
        yield from walk((), source, frozenset({source}))


def net_sign(path: tuple[Edge, ...]) -> int:
    product = 1
    for edge in path:
        product *= edge.sign
    return product


def order(path: tuple[Edge, ...]) -> tuple[int, int, tuple[str, ...]]:
    return sum(e.cost for e in path), len(path), tuple(e.id for e in path)


NODES = "ABCDEFG"


@st.composite
def graphs(draw: st.DrawFn) -> list[Edge]:
    """Small signed multigraphs: parallel edges, loops, cycles, unknown signs, read-outs, equal costs."""
    count = draw(st.integers(0, 18))
    node, sign = st.sampled_from(NODES), st.sampled_from((-1, 0, 1))
    return [
        Edge(
            draw(node), draw(node), draw(sign), draw(st.integers(0, 4)), f"e{i:02}", draw(st.booleans())
        )
        for i in range(count)
    ]


questions = st.fixed_dictionaries(
    {
        "sources": st.sets(st.sampled_from(NODES), min_size=1, max_size=2),
        "targets": st.sets(st.sampled_from(NODES), min_size=1, max_size=2),
        "max_length": st.integers(1, 5),
        "k": st.integers(1, 8),
        "signs": st.sampled_from([(1,), (-1,), (0,), (-1, 0, 1)]),
        "via": st.sets(st.sampled_from(NODES), max_size=1),
        "avoid": st.sets(st.sampled_from(NODES), max_size=1),
        "only_ends": st.sets(st.sampled_from(NODES), max_size=3),
    }
)


@pytest.mark.slow
@settings(max_examples=700, deadline=None)
@given(graphs(), questions)
def test_search_equals_brute_force(edges: list[Edge], question: dict) -> None:
    equals_brute_force(edges, question)


@pytest.mark.parametrize("seed", range(14))
def test_search_equals_brute_force_where_there_are_many_paths(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(100):
        names = NODES[: rng.randint(3, 7)]
        most = rng.choice((0, 3, 5000))
        edges = [
            Edge(
                rng.choice(names), rng.choice(names), rng.choice((-1, 0, 1)), rng.randint(0, most),
                f"e{number:02}", rng.random() < 0.15,
            )
            for number in range(rng.randint(4, 22))
        ]  # fmt: skip
        question = {
            "sources": set(rng.sample(names, rng.choice((1, 2, len(names))))),
            "targets": set(rng.sample(names, rng.choice((1, 2)))),
            "max_length": rng.randint(1, 5),
            "k": rng.randint(1, 12),
            "signs": rng.choice([(-1, 0, 1), (1,), (-1,), (0,)]),
            "via": set(rng.sample(names, rng.choice((0, 0, 1, 2)))),
            "avoid": set(rng.sample(names, rng.choice((0, 0, 1)))),
            "only_ends": set(rng.sample(names, rng.choice((0, 1, 2)))),
        }
        equals_brute_force(edges, question)


def equals_brute_force(edges: list[Edge], question: dict) -> None:
    q = question
    every = [
        path
        for path in brute_force(edges, q["sources"], q["targets"], q["max_length"])
        if not q["only_ends"] & {e.target for e in path[:-1]}
        and q["via"] <= {path[0].source, *(e.target for e in path)}
        and not q["avoid"] & {path[0].source, *(e.target for e in path)}
    ]
    expected = sorted((p for p in every if net_sign(p) in q["signs"]), key=order)[: q["k"]]
    network = Network(edges)
    bounds = Bounds(q["max_length"], q["via"], q["avoid"], q["only_ends"])
    found = search(network, q["sources"], q["targets"], bounds, k=q["k"], signs=q["signs"])
    assert list(found.paths) == expected
    assert found.complete
    counted = count_paths(network, q["sources"], q["targets"], bounds)
    assert counted.complete
    assert counted.counts == {s: sum(net_sign(p) == s for p in every) for s in (-1, 0, 1)}


def test_the_trap_of_sign_doubled_nodes() -> None:
    """A→B→C→B→T is negative only by visiting B twice: it is no path."""
    network = Network(
        [
            Edge("A", "B", 1, 1, "ab"),
            Edge("B", "C", -1, 1, "bc"),
            Edge("C", "B", 1, 1, "cb"),
            Edge("B", "T", 1, 1, "bt"),
        ]
    )
    assert search(network, {"A"}, {"T"}, Bounds(8), signs=(-1,)).paths == ()
    positive = search(network, {"A"}, {"T"}, Bounds(8), signs=(1,)).paths
    assert [[e.id for e in path] for path in positive] == [["ab", "bt"]]


def test_an_unknown_sign_is_not_skipped() -> None:
    network = Network([Edge("A", "B", 0, 1, "ab"), Edge("B", "T", -1, 1, "bt")])
    assert search(network, {"A"}, {"T"}, signs=(-1,)).paths == ()
    assert len(search(network, {"A"}, {"T"}, signs=(0,)).paths) == 1


def test_a_readout_ends_a_path_and_is_never_passed() -> None:
    network = Network([Edge("A", "M", -1, 1, "am", ends=True), Edge("M", "T", 1, 1, "mt")])
    assert search(network, {"A"}, {"T"}).paths == ()
    assert len(search(network, {"A"}, {"M"}).paths) == 1


def test_a_spent_budget_is_said() -> None:
    edges = [Edge(a, b, 1, 1, a + b) for a in NODES for b in NODES if a != b]
    found = search(Network(edges), {"A"}, {"G"}, Bounds(5, budget=3), k=50)
    assert not found.complete
    assert found.stopped == "budget"
    counted = count_paths(Network(edges), {"A"}, {"G"}, Bounds(5, budget=10))
    assert (counted.complete, counted.stopped) == (False, "budget")


def test_the_cheapest_of_many_sources_is_found_first() -> None:
    """Costs in an order that is no heap."""
    costs = dict(zip("ABCDE", (24, 26, 22, 9, 13), strict=True))
    network = Network(Edge(name, "T", 1, cost, name) for name, cost in costs.items())
    found = search(network, costs, {"T"}, Bounds(1), k=2)
    assert [path[0].id for path in found.paths] == ["D", "E"]


def test_the_cheapest_steps_of_a_network() -> None:
    """One edge a sign, in any order of the input; a read-out only where it is cheaper."""
    edges = [
        Edge("A", "B", 1, 3, "dear"), Edge("A", "B", 1, 2, "cheap"), Edge("A", "B", -1, 9, "minus"),
        Edge("A", "C", 1, 4, "passed"), Edge("A", "C", 1, 1, "read"), Edge("A", "C", 1, 5, "late"),
        Edge("A", "C", 1, 3, "read too"),
        Edge("A", "D", 1, 1, "first"), Edge("A", "D", 1, 2, "second"),
    ]  # fmt: skip
    edges = [edge._replace(ends=edge.id in {"read", "read too", "second"}) for edge in edges]
    kept = {edge.id for edge in Network(edges).cheapest().leaving["A"]}
    assert kept == {"cheap", "minus", "passed", "read", "first"}


def test_a_route_is_given_once_by_its_best_path() -> None:
    edges = [Edge("A", "B", 1, 2, "dear"), Edge("A", "B", 1, 1, "cheap"), Edge("B", "T", 1, 1, "bt")]
    found = search(Network(edges), {"A"}, {"T"}, k=5, routes=True)
    assert [[edge.id for edge in path] for path in found.paths] == [["cheap", "bt"]]


def test_damping_adds_nothing_for_a_node_of_one_edge() -> None:
    assert [hub_penalty(degree, 0.5) for degree in (0, 1, 2)] == [0, 0, 346574]


def test_a_budget_is_the_number_of_partial_paths(budget_network: Network) -> None:
    """A and B are expanded; what is finished costs nothing."""
    spent = [
        search(budget_network, {"A"}, {"T"}, Bounds(2, budget=budget), k=2).stopped for budget in (1, 2)
    ]
    assert spent == ["budget", ""]
    assert search(budget_network, {"A"}, {"T"}, Bounds(2, budget=1), k=1).complete
    followed = [count_paths(budget_network, {"A"}, {"T"}, Bounds(2, budget=n)).stopped for n in (2, 3)]
    assert followed == ["budget", ""]


def test_an_edge_may_be_what_must_lie_on_a_path(budget_network: Network) -> None:
    bounds = Bounds(2, via=[frozenset({"ab"})])
    assert count_paths(budget_network, {"A"}, {"T"}, bounds).counts == {-1: 0, 0: 0, 1: 1}
    (path,) = search(budget_network, {"A"}, {"T"}, bounds).paths
    assert [edge.id for edge in path] == ["ab", "bt"]


@pytest.fixture
def budget_network() -> Network:
    """A→T at once, and by B at a higher cost."""
    return Network([Edge("A", "T", 1, 1, "at"), Edge("A", "B", 1, 5, "ab"), Edge("B", "T", 1, 5, "bt")])


def test_the_answer_of_the_shipped_graph(kg: mg.KnowledgeGraph) -> None:
    answer = mg.find_paths(kg, "MSC", "Th17 cell", effect="decrease")
    assert answer.complete
    assert answer.paths
    assert all(path.effect == "decrease" for path in answer.paths)
    assert answer.verdict["decrease"] >= len(answer.paths)
    for demonstrated in (True, False):
        costs = [r.best.cost for r in answer.routes if r.is_demonstrated is demonstrated]
        assert costs == sorted(costs)
    shown = [route.is_demonstrated for route in answer.routes]
    assert shown == sorted(shown, reverse=True)
    for path in answer.paths:
        assert len(set(path.entities)) == len(path.entities)
        assert all(not step.association.is_readout for step in path.steps[:-1])


def test_json_has_the_promised_keys(kg: mg.KnowledgeGraph) -> None:
    value = mg.find_paths(kg, "MSC", "Treg").to_dict()
    assert {"source", "target", "complete", "verdict", "direct", "routes"} <= set(value)
    assert set(value["verdict"]) == {"increase", "decrease", "unknown"}
    path = value["routes"][0]["paths"][0]
    assert {
        "entities",
        "demonstrated",
        "effect",
        "cost",
        "evidence_level",
        "same_setting",
        "steps",
    } <= set(path)
    promised = {
        "association", "subject", "predicate", "object", "aspect", "sign", "grade", "studies",
        "supporting", "disputing",
    }  # fmt: skip
    assert promised <= set(path["steps"][0])


def test_no_path_is_an_empty_answer_that_says_what_was_searched(kg: mg.KnowledgeGraph) -> None:
    answer = mg.find_paths(kg, "CSF", "MSC")
    assert answer.paths == ()
    assert "No mechanism was found. Searched:" in str(mg.explain(kg, answer))


@pytest.mark.parametrize("wrong", [{"effect": "up"}, {"k": 0}, {"max_length": 9}])
def test_wrong_options_are_refused(kg: mg.KnowledgeGraph, wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"write|ask"):
        mg.find_paths(kg, "MSC", "Treg", **wrong)


def test_an_unknown_grade_lists_the_grades(kg: mg.KnowledgeGraph) -> None:
    with pytest.raises(mg.NotFound, match="A, B, C, D"):
        mg.find_paths(kg, "MSC", "Treg", min_grade="E")


def test_a_filter_never_hides_what_speaks_against(kg: mg.KnowledgeGraph) -> None:
    for association in kg.keep_settings(taxon="human").associations.values():
        assert association.disputing == kg.associations[association.id].disputing


def test_where_there_is_no_route_the_nearest_question_answers(kg: mg.KnowledgeGraph) -> None:
    """Each command that is offered finds a route when it is run."""
    asked = [
        ("CSF", "MSC"),
        ("Th17 cell", "PGE2"),
        ("PGE2", "Th17 cell"),
        ("EAE", "Treg"),
        ("MSC", "EAE"),
    ]
    offered = 0
    for source, target in asked:
        for more in ({}, {"taxon": "mouse"}, {"predicates": ["alters"]}, {"effect": "unknown"}):
            answer = mg.find_paths(kg, source, target, **{"max_length": 2, **more})
            assert not (answer.routes and answer.nearest)
            for hint in answer.nearest:
                result = CliRunner().invoke(main, [*shlex.split(hint.command)[1:], "--json"])
                there = json.loads(result.stdout)
                if " paths " in hint.command:
                    sides = [s["findings"] + s["outside_filters"] for s in there["direct"]["senses"]]
                    direct = sum(map(len, sides))
                    assert there["routes"] or (str(direct) in hint.text and direct), hint
                assert hint.command in str(mg.explain(kg, answer))
                offered += 1
    assert offered
