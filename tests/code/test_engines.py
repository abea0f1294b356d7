"""Two engines, one answer: whole questions, all filters, on random graphs; and what a directory adds."""

import json
import logging
import math
import re
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.graph.grading import grade
from mscgraph.large.index import index_builder
from mscgraph.paths import conditions, deadline
from mscgraph.paths.answer import MOST_PATHS
from mscgraph.paths.search import hub_penalty
from tests.code import small
from tests.code.small_graphs import (
    CATEGORIES,
    NODES,
    QUESTIONS,
    ROWS,
    small_graph,
    write_directory,
)

ENDS = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES))
KG = small.graph()  # hypothesis asks for no fixtures


def both(question: Any) -> tuple[dict, dict]:
    """The answer of the plain search and of the index, and that it was the one and the other."""
    plain = question()
    with patch.object(conditions, "LARGE", -1), patch.object(conditions, "PlainEngine", None):
        return plain.to_dict(), question().to_dict()


Walk = tuple[mg.Association, ...]


def walks(
    edges: list[mg.Association], starts: set[str], ends: set[str], most: int, barred: set[str]
) -> Iterator[Walk]:
    """Every entity-simple path with nothing barred between its ends, by trying everything."""

    def longer(route: Walk, at: str, seen: set[str]) -> Iterator[Walk]:
        for edge in edges:
            if edge.subject == at and edge.object not in seen:
                if edge.object in ends:
                    yield (*route, edge)
                if not edge.is_readout and len(route) + 1 < most and edge.object not in barred:
                    yield from longer((*route, edge), edge.object, seen | {edge.object})

    for start in starts:
        yield from longer((), start, {start})


def net(route: Walk) -> int:
    sign = 1
    for edge in route:
        sign *= edge.sign
    return sign


Ranked = tuple[bool, int, int, tuple[str, ...]]  # stitched, cost, steps, ids: what paths are ordered by
Forced = list[tuple[Ranked, tuple[str, ...], int]]  # with entities and sign


def by_force(kg: mg.KnowledgeGraph, ends: tuple[str, str], q: dict[str, Any]) -> Forced:
    """All paths that pass every filter, best first: those that a finding demonstrates, and the others."""
    part = kg.keep_settings(taxon=q.get("taxon"), system=q.get("system"))
    if "since" in q:
        recent = {p.id for p in kg.publications.values() if p.year and int(p.year) >= q["since"]}
        part = part.keep_findings(lambda f: f.publication in recent)
    every = [a for a in kg.associations.values() if a.sign is not None and a.supporting]
    effects = [
        a
        for a in part.associations.values()
        if a.sign is not None
        and a.supporting
        and (not q.get("predicates") or a.predicate in q["predicates"])
    ]
    edges = [a for a in effects if a.grade.letter <= q.get("min_grade", "Z")]
    kinds = [{"E", "F"} if n == "E" and not q.get("exact") else {n} for n in ends]
    vias = [{"E", "F"} if n == "E" and not q.get("exact") else {n} for n in q.get("via", ())]
    least = q.get("min_length", 1 if vias or q["max_length"] == 1 else 2)
    asked = {c.removeprefix("biolink:") for c in q.get("categories", ())}
    inside = asked or {"Protein", "Cell", *q.get("through", ())}
    barred = {n for n in NODES if CATEGORIES[n] not in inside}
    barred |= {m for n in ends for m in ({"E", "F"} if n in "EF" else {n})}
    barred -= set().union(*vias)

    def dearer(edge: mg.Association) -> int:
        out = sum(a.subject == edge.subject for a in every)
        into = sum(a.object == edge.object for a in every)
        return edge.grade.cost + sum(hub_penalty(d, q.get("damping", 0)) for d in (out, into))

    def passes(visited: set[str], cells: set[str], sign: int) -> bool:
        wanted = {"increase": 1, "decrease": -1, "unknown": 0}.get(q.get("effect"), sign)
        return (
            all(via & (visited | cells) for via in vias)
            and not visited & set(q.get("avoid", ()))
            and sign == wanted
        )

    found: Forced = []
    for route in walks(edges, *kinds, q["max_length"], barred):
        entities = (route[0].subject, *(a.object for a in route))
        cells = {f.object_cell for a in route for f in a.supporting}
        if len(route) >= least and passes(set(entities), cells, net(route)):
            ids = tuple(a.id for a in route)
            found.append(((True, sum(map(dearer, route)), len(route), ids), entities, net(route)))
    for edge in effects if least <= 2 <= q["max_length"] else ():
        if edge.subject in kinds[0] and edge.object in kinds[1] and edge.subject != edge.object:
            for mediator in {m for f in edge.supporting for m in f.via}:
                entities = (edge.subject, mediator, edge.object)
                supporting = [f for f in edge.supporting if mediator in f.via]
                graded = grade(supporting, edge.disputing, kg.rubric, other=len(edge.other_settings))
                if (
                    mediator not in barred | {edge.subject, edge.object}
                    and graded.letter <= q.get("min_grade", "Z")
                    and passes(set(entities), {f.object_cell for f in supporting}, edge.sign)
                ):
                    found.append(((False, graded.cost, 2, (mediator, edge.id)), entities, edge.sign))
    return sorted(found)


@pytest.mark.slow
@settings(max_examples=250, deadline=None)
@given(ROWS, ENDS, QUESTIONS)
def test_every_filter_of_both_engines_equals_brute_force(rows: list, ends: tuple, q: dict) -> None:
    graph = small_graph(KG, rows)
    plain, indexed = both(lambda: mg.find_paths(graph, *ends, **q))
    assert plain == indexed
    assert plain["complete"]
    expected = by_force(graph, ends, q)
    routes: dict[tuple[str, ...], list[Ranked]] = {}
    for ranked, entities, _ in expected:
        routes.setdefault(entities, []).append(ranked)
    found = {
        tuple(route["entities"]): [
            (p["demonstrated"], tuple(s["association"] for s in p["steps"])) for p in route["paths"]
        ]
        for route in plain["routes"]
    }
    assert list(found) == list(routes)[: q["k"]]
    for entities, paths in found.items():
        ids = [(not r[0], r[3] if r[0] else r[3][1:]) for r in routes[entities]]
        assert paths == ids[:MOST_PATHS]
    if "effect" in q:
        assert plain["verdict"][q["effect"]] == len(expected)
    else:
        assert sum(plain["verdict"].values()) == len(expected)
        for route in plain["routes"]:
            assert sum(route["counts"].values()) == len(routes[tuple(route["entities"])])
    for path in (path for route in plain["routes"] for path in route["paths"]):
        assert sum(r["cost"] for s in path["steps"] for r in s["reasons"]) == path["cost"]
        inner = set(path["entities"][1:-1])
        assert len(set(path["entities"])) == len(path["entities"])
        assert q.get("through") or q.get("via") or q.get("categories") or "D" not in inner


@settings(max_examples=100, deadline=None)
@given(ROWS, ENDS)
def test_the_direct_test_leaves_nothing_out(rows: list, ends: tuple) -> None:
    graph = small_graph(KG, rows)
    answer = mg.find_paths(graph, *ends, taxon="NCBITaxon:9606")
    kinds = [{"E", "F"} if n == "E" else {n} for n in ends]
    every = {f.id: f for f in graph.findings.values() if f.subject in kinds[0] and f.object in kinds[1]}
    assert {f.id for f in answer.direct.findings} == set(every)
    for sense in answer.direct.senses:
        assert all("NCBITaxon:9606" in f.taxa for f in sense.findings)
        assert all("NCBITaxon:9606" not in f.taxa for f in sense.outside)
        words = {"increase": "increases", "decrease": "decreases", "unknown": "alters"}
        predicate = words.get(sense.sense, "has_no_effect_on")
        assert {f.predicate for f in (*sense.findings, *sense.outside)} == {predicate}


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(ROWS, ENDS, QUESTIONS.map(lambda q: {n: v for n, v in q.items() if n not in ("k", "effect")}))
def test_what_is_asked_of_all_paths_is_the_same_from_both(rows: list, ends: tuple, q: dict) -> None:
    graph = small_graph(KG, rows)
    for question in (
        lambda: mg.find_loops(graph, ends[0], **q),
        lambda: mg.upstream(graph, ends[1], **q),
        lambda: mg.downstream(graph, ends[0], **q),
        lambda: mg.mediators(graph, *ends, **q),
        lambda: mg.block(graph, *ends, without=["C"], **q),
    ):
        plain, indexed = both(question)
        assert plain == indexed


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(ROWS, ENDS, QUESTIONS.map(lambda q: {n: v for n, v in q.items() if n not in ("k", "effect")}))
def test_influences_within_a_bound_that_grows_slowly_are_all_found(
    rows: list, ends: tuple, q: dict
) -> None:
    graph = small_graph(KG, rows)
    with (
        patch("mscgraph.large.index.engine.first_bound", lambda *_: 1000),
        patch("mscgraph.large.index.engine.growth", lambda *_: 1.5),
        patch("mscgraph.large.index.row_reader.SLACK", 0),
    ):
        for question in (
            lambda: mg.upstream(graph, ends[1], **q),
            lambda: mg.downstream(graph, ends[0], **q),
        ):
            plain, indexed = both(question)
            assert plain == indexed


def test_a_large_directory_answers_in_ten_seconds_unless_asked_otherwise(
    asked: mg.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What asks about all paths; the clock of this test passes a second at every look."""
    monkeypatch.setattr(conditions, "LARGE", -1)
    monkeypatch.setattr(conditions, "DIRECTORY_SECONDS", 1.5)
    monkeypatch.setattr(deadline, "monotonic", count().__next__)
    for question in (
        lambda **limit: mg.upstream(asked, "C", **limit),
        lambda **limit: mg.downstream(asked, "A", **limit),
        lambda **limit: mg.mediators(asked, "A", "C", **limit),
        lambda **limit: mg.block(asked, "A", "C", without=["B"], **limit),
        lambda **limit: mg.find_loops(asked, "A", **limit),
    ):
        assert question().stopped == "time"
        assert not question().complete
        assert question(time_limit=math.inf).complete
    assert mg.find_paths(asked, "A", "C").complete


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(ROWS, ENDS, QUESTIONS)
def test_a_directory_answers_as_its_columns_say(rows: list, ends: tuple, q: dict) -> None:
    graph = small_graph(KG, rows)
    with tempfile.TemporaryDirectory() as folder:
        asked = write_directory(graph, Path(folder) / "graph")
        index_builder.refresh(asked.graph_folder)
        q = {name: value for name, value in q.items() if name not in ("taxon", "system", "since")}
        with patch.object(conditions, "LARGE", -1):
            indexed = mg.find_paths(asked, *ends, **q).to_dict()
        for one in indexed["nearest"]:
            one["command"] = one["command"].replace(f" --graph {asked.graph_folder}", "")
        plain = mg.find_paths(graph, *ends, **q).to_dict()
        if not all(" paths " in one["command"] for one in plain["nearest"]):
            plain["nearest"] = []  # what one end does is not looked for among so many associations
        assert indexed == plain


ROWS_OF_A_DIRECTORY = [
    ("A", "increases", "B", "in_vitro", False, "NCBITaxon:9606", "EAE", "2015"),
    ("B", "decreases", "C", "animal_model", False, "NCBITaxon:9606", "EAE", "2001"),
    ("B", "increases", "C", "animal_model", False, "NCBITaxon:10090", "EAE", ""),
    ("A", "decreases", "C", "animal_model", True, "NCBITaxon:10090", "EAE", "2015"),
]


@pytest.fixture
def asked(kg: mg.KnowledgeGraph, tmp_path: Path) -> mg.KnowledgeGraph:
    return write_directory(small_graph(kg, ROWS_OF_A_DIRECTORY), tmp_path / "graph")


@pytest.mark.parametrize(
    ("filters", "counts"),
    [
        ({}, {"increase": 1, "decrease": 2, "unknown": 0}),
        ({"taxon": "NCBITaxon:9606"}, {"increase": 0, "decrease": 1, "unknown": 0}),
        ({"taxon": "not_reported"}, {"increase": 1, "decrease": 2, "unknown": 0}),
        ({"since": 2000}, {"increase": 0, "decrease": 2, "unknown": 0}),
        ({"since": 2010}, {"increase": 0, "decrease": 1, "unknown": 0}),
        ({"system": "eae"}, {"increase": 1, "decrease": 2, "unknown": 0}),
        ({"knowledge_sources": ["infores:mscgraph"]}, {"increase": 1, "decrease": 2, "unknown": 0}),
        ({"categories": ["cell"]}, {"increase": 0, "decrease": 1, "unknown": 0}),
        ({"predicates": ["increases"]}, {"increase": 1, "decrease": 0, "unknown": 0}),
        ({"min_grade": "A"}, {"increase": 0, "decrease": 0, "unknown": 0}),
    ],
)
def test_filters_of_a_directory(asked: mg.KnowledgeGraph, filters: dict, counts: dict) -> None:
    assert mg.find_paths(asked, "A", "C", min_length=1, **filters).verdict == counts


def test_a_role_opens_the_way_in_a_directory_too(
    kg: mg.KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D is a disease that has a role, G one that has none: neither is passed unless asked for."""
    row = ("in_vitro", False, "NCBITaxon:9606", "EAE", "2015")
    ends = [("A", "D"), ("D", "C"), ("A", "G"), ("G", "C")]
    made = small_graph(kg, [(one, "increases", other, *row) for one, other in ends])
    entities = dict(made.tables.entities)
    entities["G"] = entities["D"]._replace(id="G", name="G")
    entities["D"] = entities["D"]._replace(role="outcome")
    made = mg.KnowledgeGraph(made.tables._replace(entities=entities))
    folder = mg.write_graph(made, tmp_path / "graph")
    monkeypatch.setattr(conditions, "LARGE", -1)
    for graph in (made, mg.open_graph(folder, base=kg)):
        assert mg.find_paths(graph, "A", "C").routes == ()
        for through, inner in (("outcome", {"D"}), ("Disease", {"D", "G"})):
            found = mg.find_paths(graph, "A", "C", through=[through])
            assert {route.entities[1] for route in found.routes} == inner
        with pytest.raises(mg.NotFound, match="outcome"):
            mg.find_paths(graph, "A", "C", through=["outcomes"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"predicates": ["increse"]}, "increases"),
        ({"categories": ["Protien"]}, "Protein"),
        ({"knowledge_sources": ["hetionet"]}, "infores:mscgraph"),
        ({"system": "EEA"}, "EAE"),
        ({"min_grade": "Q"}, "A, B, C, D"),
    ],
)
def test_a_misspelt_filter_is_suggested(
    asked: mg.KnowledgeGraph, kg: mg.KnowledgeGraph, wrong: dict, said: str
) -> None:
    for graph, ends in ((asked, ("A", "C")), (kg, ("MSC", "Treg"))):
        with pytest.raises(mg.NotFound, match=said if graph is asked else "Did you mean"):
            mg.find_paths(graph, *ends, **wrong)


@pytest.mark.parametrize("wrong", [{"damping": -1}, {"damping": 11}, {"time_limit": 0}])
def test_options_out_of_range_are_refused(kg: mg.KnowledgeGraph, wrong: dict) -> None:
    with pytest.raises(ValueError, match="write"):
        mg.find_paths(kg, "MSC", "Treg", **wrong)


def test_an_unknown_option_is_refused(kg: mg.KnowledgeGraph) -> None:
    with pytest.raises(TypeError, match="maximum"):
        mg.find_paths(kg, "MSC", "Treg", maximum=3)


def test_damping_is_said_and_adds_up(kg: mg.KnowledgeGraph) -> None:
    answer = mg.find_paths(kg, "MSC", "Th17 cell", damping=0.4)
    assert answer.filters["damping"] == 0.4
    words = str(mg.explain(kg, answer))
    assert "damping 0.4" in words
    page = mg.explain(kg, answer).to_text()
    assert "penalty of high-degree nodes" in page
    for path in answer.paths:
        for step in path.steps:
            assert sum(reason.cost for reason in step.reasons) == step.cost


def test_the_index_of_a_slice_is_kept(kg: mg.KnowledgeGraph) -> None:
    graph = small_graph(kg, ROWS_OF_A_DIRECTORY)
    with patch.object(conditions, "LARGE", -1):
        mg.find_paths(graph, "A", "C")
        with patch("mscgraph.large.index.engine.build_index", None):
            mg.find_paths(graph, "A", "C", effect="increase", predicates=["increases"])
        mg.find_paths(graph, "A", "C", taxon="NCBITaxon:9606")
        assert len(vars(graph)["path_indexes"]) == 2


def test_a_stale_damaged_or_missing_index_is_rebuilt_and_said(
    asked: mg.KnowledgeGraph, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(conditions, "LARGE", -1)
    folder = asked.graph_folder

    def ask() -> str:
        caplog.clear()
        vars(asked).pop("path_indexes", None)
        assert mg.find_paths(asked, "A", "C", min_length=1).verdict["decrease"] == 2
        return caplog.text

    assert "no path index yet" in ask()
    assert ask() == ""
    (folder / "index" / "cost.npy").write_bytes(b"x")
    assert "damaged" in ask()
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "content": "other"}))
    assert "stale" in ask()
    (folder / "index" / "manifest.json").write_text('{"format": "another"}')
    assert "foreign" in ask()
    assert ask() == ""
    assert "is there and fits" in index_builder.refresh(folder)


def test_where_nothing_can_be_written_the_index_lasts_for_the_run(
    asked: mg.KnowledgeGraph, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conditions, "LARGE", -1)
    (asked.graph_folder / "index").mkdir()
    (asked.graph_folder / "index" / "thesis.txt").write_text("do not delete")
    assert mg.find_paths(asked, "A", "C", min_length=1).verdict["decrease"] == 2
    assert "for this run alone" in caplog.text
    assert (asked.graph_folder / "index" / "thesis.txt").exists()
    with pytest.raises(mg.OutputError, match="did not write"):
        index_builder.refresh(asked.graph_folder)


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (None, "not a graph directory"),
        ("hello", "manifest.json: cannot be read"),
        ("{}", "not the manifest of a graph directory"),
    ],
)
def test_what_is_no_directory_is_refused(tmp_path: Path, manifest: str | None, message: str) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(mg.DataError, match=re.escape(message)):
        index_builder.refresh(tmp_path)


def test_tables_that_do_not_fit_are_refused(asked: mg.KnowledgeGraph) -> None:
    import pyarrow.parquet as pq

    path = asked.graph_folder / "nodes" / "part-00000.parquet"
    pq.write_table(pq.read_table(path).slice(2), path)
    with pytest.raises(mg.DataError, match="nodes lack"):
        index_builder.refresh(asked.graph_folder)
    path.write_bytes(b"no parquet")
    with pytest.raises(mg.DataError, match="cannot be read"):
        index_builder.refresh(asked.graph_folder)
    assert not (asked.graph_folder / "index").exists()


def test_ctrl_c_while_duckdb_sorts_leaves_nothing(asked: mg.KnowledgeGraph) -> None:
    interrupted = RuntimeError("Query interrupted")
    with (
        patch("mscgraph.large.index.index_builder.write_labels", side_effect=interrupted),
        pytest.raises(KeyboardInterrupt),
    ):
        index_builder.refresh(asked.graph_folder)
    assert {p.name for p in asked.graph_folder.iterdir()} == {"manifest.json", "nodes", "associations"}


def test_without_duckdb_the_missing_extra_is_named(asked: mg.KnowledgeGraph) -> None:
    with (
        patch.dict("sys.modules", duckdb=None),
        pytest.raises(mg.MissingExtra, match=r"mscgraph\[large\]"),
    ):
        index_builder.refresh(asked.graph_folder)


def test_an_empty_directory_has_an_index(kg: mg.KnowledgeGraph, tmp_path: Path) -> None:
    asked = write_directory(small_graph(kg, []), tmp_path / "graph")
    assert mg.find_paths(asked, "A", "C").paths == ()
