"""What-if, mediators, loops and influences equal brute force, and say what they should."""

from collections.abc import Collection, Iterator
from itertools import combinations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.paths import Step

NODES = "ABCDEF"
DESIGNS = ("in_vitro", "animal_model")
Route = tuple[mg.Association, ...]
# one small graph a run: the shipped lexicon and rubric, entities A to F, where F is a kind of E
PREDICATES = ("increases", "decreases", "alters", "has_no_effect_on")
settings.register_profile(
    "small", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def edges(draw: st.DrawFn) -> list[tuple[str, str, str, str, bool]]:
    node = st.sampled_from(NODES)
    row = st.tuples(
        node, st.sampled_from(PREDICATES), node, st.sampled_from(DESIGNS), st.booleans()
    )  # fmt: skip
    return draw(st.lists(row, max_size=16))


def small_graph(
    kg: mg.KnowledgeGraph, rows: list[tuple[str, str, str, str, bool]]
) -> mg.KnowledgeGraph:
    tables = kg.tables
    entity, finding = next(iter(tables.entities.values())), next(iter(tables.findings.values()))
    bare = entity._replace(synonyms=(), xrefs=(), parents=(), label="", part_of=(), derives_from=())
    entities = {n: bare._replace(id=n, name=n, parents=("E",) if n == "F" else ()) for n in NODES}
    findings = {
        f"f{i:02}": finding._replace(id=f"f{i:02}", subject=s, predicate=p, object=o, aspect="abundance",
            study_design=design, readout=readout, study=f"s{i}", significance="significant",
        )
        for i, (s, p, o, design, readout) in enumerate(rows)
    }  # fmt: skip
    return mg.KnowledgeGraph(tables._replace(entities=entities, findings=findings))


def classes(node: str) -> set[str]:
    """An entity with what is above and below it."""
    return {"E", "F"} if node in "EF" else {node}


def walk(
    kg: mg.KnowledgeGraph, starts: set[str], ends: set[str], most: int, via: Collection[str] = ()
) -> Iterator[Route]:
    """Every entity-simple path that does not come back to the classes of its ends, by trying everything."""
    steps = [a for a in kg.associations.values() if a.sign is not None and a.supporting]

    barred = set().union(*map(classes, {*starts, *ends})) - set().union(*map(kinds, via))

    def longer(route: Route, at: str, seen: frozenset[str]) -> Iterator[Route]:
        for edge in steps:
            if edge.subject != at or edge.object in seen:
                continue
            if edge.object in ends:
                yield (*route, edge)
            if not edge.is_readout and len(route) + 1 < most and edge.object not in barred:
                yield from longer((*route, edge), edge.object, seen | {edge.object})

    for start in starts:
        yield from longer((), start, frozenset({start}))


def cycles(kg: mg.KnowledgeGraph, entity: str, most: int) -> Iterator[Route]:
    steps = [
        a for a in kg.associations.values() if a.sign is not None and a.supporting and not a.is_readout
    ]

    def longer(route: Route, at: str, seen: frozenset[str]) -> Iterator[Route]:
        for edge in steps:
            if edge.subject != at:
                continue
            if edge.object == entity:
                yield (*route, edge)
            elif edge.object not in seen | classes(entity) and len(route) + 1 < most:
                yield from longer((*route, edge), edge.object, seen | {edge.object})

    yield from longer((), entity, frozenset({entity}))


def kinds(node: str) -> set[str]:
    return {"E", "F"} if node == "E" else {node}


def order(route: Route) -> tuple[int, int, tuple[str, ...]]:
    return sum(a.grade.cost for a in route), len(route), tuple(a.id for a in route)


def ids(path: mg.Path) -> tuple[str, ...]:
    return tuple(step.association.id for step in path.steps)


def entities(route: Route) -> set[str]:
    return {route[0].subject, *(a.object for a in route)}


def sign(route: Route) -> int:
    product = 1
    for edge in route:
        product *= edge.sign
    return product


def word(value: int) -> str:
    return {1: "increase", -1: "decrease", 0: "unknown"}[value]


small = settings(settings.get_profile("small"), max_examples=150)
two = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES), st.integers(1, 4))


@pytest.mark.slow
@small
@given(edges(), two, st.sets(st.sampled_from(NODES), min_size=1, max_size=2))
def test_block_parts_all_paths_by_brute_force(
    kg: mg.KnowledgeGraph, rows: list, question: tuple[str, str, int], blocked: set[str]
) -> None:
    graph = small_graph(kg, rows)
    source, target, most = question
    every = sorted(walk(graph, kinds(source), kinds(target), most), key=order)
    barred = set().union(*(kinds(b) for b in blocked))
    answer = mg.block(graph, source, target, without=sorted(blocked), k=100, max_length=most)
    assert answer.complete
    assert [ids(p) for p in answer.died] == [order(r)[2] for r in every if entities(r) & barred]
    assert [ids(p) for p in answer.remaining] == [
        order(r)[2] for r in every if not entities(r) & barred
    ]
    for effect, count in answer.before.counts.items():
        assert count == answer.lost.counts[effect] + answer.after.counts[effect]
        assert count == sum(word(sign(r)) == effect for r in every)
    asked = {"max_length": most, "min_length": 1, "avoid": sorted(barred)}
    rest = mg.find_paths(graph, source, target, k=100, **asked)
    assert sorted(map(ids, rest.paths)) == sorted(map(ids, answer.remaining))
    assert rest.verdict == answer.after.counts


@pytest.mark.slow
@small
@given(edges(), two)
@example([("A", "increases", "E", "in_vitro", False), ("F", "increases", "A", "in_vitro", False)],
         ("E", "E", 2))  # fmt: skip
def test_mediators_and_cut_by_brute_force(
    kg: mg.KnowledgeGraph, rows: list, question: tuple[str, str, int]
) -> None:
    graph = small_graph(kg, rows)
    source, target, most = question
    ends = kinds(source) | kinds(target)
    every = list(walk(graph, kinds(source), kinds(target), most))
    answer = mg.mediators(graph, source, target, max_length=most)
    strength = {r: mg.Path(tuple(map(Step, r))).strength for r in every}
    whole = sum(strength.values())
    shares = {m.entity: m.share for m in answer.mediators}
    assert shares == pytest.approx(
        {
            node: sum(strength[r] for r in every if node in entities(r)) / whole
            for node in NODES
            if node not in ends and any(node in entities(r) for r in every)
        }
    )
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    mediated = [entities(r) - ends for r in every if entities(r) - ends]
    assert answer.direct.total == len(every) - len(mediated)
    assert all(set(answer.cut) & between for between in mediated), "the cut cuts"
    if answer.cut_is_smallest:
        smaller = combinations(sorted(set(NODES) - ends), max(len(answer.cut) - 1, 0))
        assert not mediated or not any(all(set(c) & b for b in mediated) for c in smaller)


@small
@given(edges(), st.sampled_from(NODES), st.integers(1, 5))
def test_loops_by_brute_force(kg: mg.KnowledgeGraph, rows: list, node: str, most: int) -> None:
    graph = small_graph(kg, rows)
    every = {frozenset(r): r for member in sorted(kinds(node)) for r in cycles(graph, member, most)}
    answer = mg.find_loops(graph, node, k=1000, max_length=most)
    assert answer.complete
    found = {frozenset(s.association for s in loop.steps): loop for loop in answer.loops}
    assert found.keys() == every.keys()
    assert len(found) == len(answer.loops), "each loop is told once"
    assert all(int(loop.sign) == sign(every[key]) for key, loop in found.items())
    assert list(answer.verdict.values()) == [
        sum(sign(r) == s for r in every.values()) for s in (1, -1, 0)
    ]
    assert [loop.cost for loop in answer.loops] == sorted(loop.cost for loop in answer.loops)
    damping = mg.find_loops(graph, node, k=1000, max_length=most, kind="damping")
    assert damping.loops == tuple(loop for loop in answer.loops if loop.sign == -1)


WAYS = ("upstream", "downstream")
one = st.sets(st.sampled_from(NODES), max_size=1)


@small
@given(edges(), st.sampled_from(NODES), st.integers(1, 4), st.tuples(st.sampled_from(WAYS), one, one))
@example(  # F is a kind of E: a path to E does not pass through it
    [("C", "increases", "F", "in_vitro", False), ("F", "increases", "E", "in_vitro", False)],
    "C",
    2,
    ("downstream", set(), set()),
)
def test_influences_are_the_best_paths(
    kg: mg.KnowledgeGraph, rows: list, node: str, most: int, asked: tuple[str, set[str], set[str]]
) -> None:
    direction, via, avoid = asked
    graph = small_graph(kg, rows)
    answer = getattr(mg, direction)(graph, node, max_length=most, via=sorted(via), avoid=sorted(avoid))
    assert answer.complete
    found = {(i.entity, i.effect): ids(i.path) for i in answer.influences}
    expected: dict = {}
    for far in set(NODES) - kinds(node):
        ends = ({far}, kinds(node)) if direction == "upstream" else (kinds(node), {far})
        for route in sorted(walk(graph, *ends, most, via), key=order):
            if all(kinds(v) & entities(route) for v in via) and not avoid & entities(route):
                expected.setdefault((far, word(sign(route))), order(route)[2])
    assert found == expected
    assert answer.verdict == {w: sum(e == w for _, e in expected) for w in answer.verdict}
    both = {far for far, e in expected if e == "increase"} & {
        far for far, e in expected if e == "decrease"
    }
    assert set(answer.both_ways) == both


@pytest.mark.parametrize("wrong", [{"kind": "odd"}, {"k": 0}, {"max_length": 9}])
def test_wrong_options_of_loops_are_refused(kg: mg.KnowledgeGraph, wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"write|ask"):
        mg.find_loops(kg, "MSC", **wrong)


@pytest.mark.parametrize("wrong", [{"effect": "odd"}, {"k": 0}, {"max_length": 0}])
def test_wrong_options_of_influences_are_refused(kg: mg.KnowledgeGraph, wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"write|ask"):
        mg.upstream(kg, "MSC", **wrong)


def test_a_spent_budget_is_said(kg: mg.KnowledgeGraph) -> None:
    for answer in (
        mg.block(kg, "MSC", "Th17 cell", without="EAE", budget=5),
        mg.mediators(kg, "MSC", "Th17 cell", budget=5),
        mg.find_loops(kg, "IFN-γ", budget=5),
        mg.upstream(kg, "Th17 cell", budget=0),
        mg.downstream(kg, "IDO1", budget=0),
    ):
        assert not answer.complete
        assert "ran out of its budget" in str(mg.explain(kg, answer))


def test_conditions_are_obeyed_and_said(kg: mg.KnowledgeGraph) -> None:
    answer = mg.find_paths(kg, "MSC", "Th17 cell", since=2015, predicates=["decreases"], k=50)
    assert answer.paths
    for path in answer.paths:
        for step in path.steps:
            assert step.association.predicate == "decreases"
            papers = {f.publication for f in step.association.supporting}
            assert all(int(kg.publications[paper].year) >= 2015 for paper in papers)
    text = str(mg.explain(kg, answer))
    assert "published in 2015 or later" in text
    assert "steps that say decreases" in text
    with pytest.raises(mg.NotFound, match="decreases"):
        mg.find_paths(kg, "MSC", "Th17 cell", predicates=["decreese"])
    with pytest.raises(mg.NotFound):
        mg.find_paths(kg, "MSC", "Th17 cell", predicates=["has_no_effect_on"])


def test_the_answer_says_what_a_name_covered(kg: mg.KnowledgeGraph) -> None:
    wide = mg.find_paths(kg, "MSC", "EAE", k=1)
    assert len(wide.covered_sources) > 1
    assert f"covers its {len(wide.covered_sources) - 1} subclasses" in str(mg.explain(kg, wide))
    narrow = mg.find_paths(kg, "MSC", "EAE", k=1, exact=True)
    assert narrow.to_dict()["covered"] == {"sources": (narrow.source,), "targets": (narrow.target,)}
    assert "Subclasses are not covered" in str(mg.explain(kg, narrow))


def test_answers_as_frames(kg: mg.KnowledgeGraph) -> None:
    blocked = mg.block(kg, "MSC", "Th17 cell", without="IDO1", max_length=3, k=4)
    frame = mg.to_frame(kg, blocked)
    assert len(frame.loc["dies"]) == len(blocked.died)
    assert list(frame.loc["remains", "cost"]) == [path.cost for path in blocked.remaining]
    ranked = mg.mediators(kg, "MSC", "Th17 cell", max_length=3)
    shares = mg.to_frame(kg, ranked)
    assert tuple(shares.index) == tuple(m.entity for m in ranked.mediators)
    assert set(shares[shares["in_cut"]].index) == set(ranked.cut)
    loops = mg.find_loops(kg, "IFN-γ", k=3)
    assert len(mg.to_frame(kg, loops)) == sum(len(loop.steps) for loop in loops.loops)
    above = mg.upstream(kg, "Th17 cell", max_length=2, k=5)
    assert len(mg.to_frame(kg, above)) == 5
    assert mg.to_frame(kg, mg.find_paths(kg, "CSF", "MSC")).empty


def test_the_mechanism_subgraph_as_networkx(kg: mg.KnowledgeGraph) -> None:
    answer = mg.find_paths(kg, "MSC", "Th17 cell", k=12)
    graph = mg.to_networkx(kg, answer)
    assert {key for *_, key in graph.edges(keys=True)} == {a.id for a in answer.associations}
    assert set(graph) == {entity for path in answer.paths for entity in path.entities}


def test_every_answer_says_which_subclasses_it_covered(kg: mg.KnowledgeGraph) -> None:
    for answer in (
        mg.block(kg, "MSC", "EAE", without="IDO1", max_length=2),
        mg.mediators(kg, "MSC", "EAE", max_length=2),
        mg.find_loops(kg, "MSC", max_length=2),
        mg.upstream(kg, "MSC", max_length=1),
    ):
        assert "MSC covers its" in str(mg.explain(kg, answer))
        assert answer.to_dict()["covered"]
    narrow = str(mg.explain(kg, mg.upstream(kg, "MSC", max_length=1, exact=True)))
    assert "Subclasses are not covered" in narrow
    assert "MSC covers" not in narrow


def test_the_words_of_a_block_hold_its_numbers(kg: mg.KnowledgeGraph) -> None:
    answer = mg.block(kg, "MSC", "Th17 cell", without=["IDO1", "PGE2"], k=2)
    text = str(mg.explain(kg, answer))
    assert "IDO1 and PGE2 did nothing" in text
    for verdict in (answer.before, answer.lost, answer.after):
        assert f"{verdict.total} paths: {verdict.counts['increase']} raise it" in text
    assert answer.died
    assert all(set(path.entities) & set(answer.blocked) for path in answer.died)


def increases(*pairs: str, sign: str = "increases") -> list[tuple[str, str, str, str, bool]]:
    return [(a, sign, b, "in_vitro", False) for a, b in pairs]


def test_downstream_never_comes_back_to_where_it_ends(kg: mg.KnowledgeGraph) -> None:
    """A→B→C→B would lower B, but visits it twice."""
    graph = small_graph(kg, increases("AB", "CB") + increases("BC", sign="decreases"))
    answer = mg.downstream(graph, "A")
    assert {(i.entity, i.effect) for i in answer.influences} == {("B", "increase"), ("C", "decrease")}


def test_downstream_breaks_ties_as_a_path_question_does(kg: mg.KnowledgeGraph) -> None:
    graph = small_graph(kg, increases("AB", "AD", "BE", "DE"))
    routes = [ids(path) for path in mg.find_paths(graph, "A", "E").paths]
    assert routes[0] != min(routes, key=lambda route: route[::-1]), "backwards another would be first"
    (found,) = [i for i in mg.downstream(graph, "A").influences if i.entity == "E"]
    assert ids(found.path) == routes[0]
