"""A page around an entity of a large graph: the best supported associations, and how many are left out."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.graph import associations_shown
from mscgraph.graph.conflicts import find_stated_conflicts
from mscgraph.large.directory.parquet_tables import Store
from mscgraph.page import page_html
from mscgraph.page.data import page_data
from mscgraph.render import drawing
from mscgraph.render.drawing import choose_contents
from mscgraph.serve.tool_answers import ToolAnswers
from tests.code.cases.small_files import kgx

CENTRE = "HGNC:5438"
FAR = [f"HGNC:{number}" for number in (7098, 5962, 6018, 11892)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four statements of it, one on it, one on itself, and one among others."""
    raised = {"object_direction_qualifier": "increased", "object_aspect_qualifier": "abundance"}
    ends = [*((CENTRE, far) for far in FAR), (FAR[0], CENTRE), (CENTRE, CENTRE), (FAR[0], FAR[1])]
    edges = ({"subject": s, "object": o, **raised} for s, o in ends)
    nodes = [{"id": one, "category": "biolink:Protein"} for one in (CENTRE, *FAR)]
    return Path(kgx(tmp_path / "g", nodes, *edges).folder)


def test_around_an_entity_of_a_large_graph_are_its_best_associations(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = choose_contents(mg.open_graph(folder), focus=CENTRE)
    monkeypatch.setattr("mscgraph.large.directory.parquet_tables.FEW", 0)
    all_of_it = choose_contents(mg.open_graph(folder), focus=CENTRE)
    around = {a.id for a in plain.associations if CENTRE in (a.subject, a.object)}
    assert {a.id for a in all_of_it.associations} == around
    assert "left out" not in all_of_it.part
    assert choose_contents(mg.open_graph(folder), focus=CENTRE, steps=2).own == plain.own
    monkeypatch.setattr(drawing, "MOST_AROUND", 2)
    few = choose_contents(mg.open_graph(folder), focus=CENTRE)
    assert len(few.associations) == 2
    assert few.part == f"the 2 best supported associations around {CENTRE}; 4 more are left out"
    html = page_html(mg.open_graph(folder), focus=CENTRE)
    assert few.part in html


def test_the_page_knows_who_states_what_no_finding_is_about(
    folder: Path, kg: mg.KnowledgeGraph
) -> None:
    asked = mg.open_graph(folder)
    contents = choose_contents(asked, focus=CENTRE)
    stated = json.loads(json.dumps(page_data(asked, contents)))["stated_by"]
    sources = {source.primary_knowledge_source for a in contents.associations for source in a.sources}
    assert {name for names in stated.values() for name in names} == sources
    assert len(stated) == len(contents.associations)
    assert "stated by other sources" in page_html(asked, focus=CENTRE)
    assert "stated_by" not in page_data(kg, choose_contents(kg, focus="MSC"))


def test_an_entity_of_a_large_graph_is_shown_with_its_best_associations(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*arguments: str) -> tuple[str, str]:
        done = CliRunner().invoke(main, ["--graph", str(folder), *arguments])
        return done.stdout, done.stderr

    def shown(name: str = CENTRE) -> list[str]:
        ids: list[str] = json.loads(run("show", name, "--json")[0])["associations"]
        return ids

    plain, table = shown(), run("show", CENTRE)
    monkeypatch.setattr("mscgraph.large.directory.parquet_tables.FEW", 0)
    assert sorted(shown()) == sorted(plain)
    assert sorted(run("show", CENTRE)[0].splitlines()) == sorted(table[0].splitlines())
    monkeypatch.setattr("mscgraph.graph.parts.MOST_SHOWN", 2)
    best = shown()
    assert len(best) == 2
    assert json.loads(run("show", CENTRE, "--json")[0])["associations_left_out"] == 4
    said = run("show", CENTRE)
    assert all((one in said[0]) == (one in best) for one in plain)
    assert (
        f"the 2 best supported; 4 more are left out: mscgraph associations --subject {CENTRE}"
        in said[1]
    )
    missed = run("evidence", CENTRE)[1]
    assert f"{CENTRE} is an entity with 6 of them" in missed
    assert all(one in missed for one in best)
    assert run("evidence", "MSCGA:0000000000000000")[1].rstrip().endswith("'MSCGA:0000000000000000'.")
    answer = ToolAnswers(mg.open_graph(folder)).about(name=CENTRE)
    assert "2 associations" in answer.answer
    assert "4 more are left out" in answer.answer


def test_what_no_path_can_walk_is_shown_and_counted_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mscgraph.large.directory.parquet_tables.FEW", 0)
    raised = {"object_direction_qualifier": "increased", "object_aspect_qualifier": "abundance"}
    related = [{"object": far, "predicate": "biolink:correlated_with"} for far in FAR[1:]]
    kg = mg.open_graph(kgx(tmp_path / "g", [], raised, *related).folder)
    found, more = associations_shown(kg, CENTRE)
    assert {a.id for a in found} == set(kg.associations)
    assert (len(found), more) == (4, 0)
    assert found[0].sign is not None
    assert [(len(of), left) for of, left in (associations_shown(kg, CENTRE, n) for n in (1, 3))] == [
        (1, 3), (3, 1)
    ]  # fmt: skip


def test_associations_of_a_large_graph_are_listed_in_a_few_questions(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []
    rows = Store.rows

    def counted(
        self: Store,
        table: str,
        where: str = "",
        parameters: Sequence[object] = (),
        columns: Sequence[str] = (),
    ) -> Any:
        asked.append((table, len(columns)))
        return rows(self, table, where, parameters, columns)

    def listed() -> str:
        arguments = ["--graph", str(folder), "associations", "--subject", CENTRE]
        return CliRunner().invoke(main, arguments).stdout

    plain = listed()
    monkeypatch.setattr("mscgraph.large.directory.parquet_tables.FEW", 0)
    monkeypatch.setattr(Store, "rows", counted)
    assert listed() == plain
    assert len(plain.splitlines()) == 6
    assert asked.count(("nodes", 0)) == 2, "its name, and the names of all ends"
    assert [count for table, count in asked if table == "associations"] == [6], (
        "columns that are needed"
    )


def test_conflicts_of_an_entity_of_a_large_graph_read_only_its_associations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edges = [
        {
            "subject": s,
            "object": o,
            "object_aspect_qualifier": "abundance",
            "object_direction_qualifier": d,
        }
        for s, o in ((CENTRE, FAR[0]), (FAR[1], CENTRE), (FAR[1], FAR[2]), (CENTRE, FAR[3]))
        for d in ("increased", "decreased")
    ]
    folder = kgx(tmp_path / "g", [], *edges[:-1]).folder
    plain = find_stated_conflicts(mg.open_graph(folder), CENTRE)
    pair = find_stated_conflicts(mg.open_graph(folder), CENTRE, FAR[1])
    assert (len(plain), len(pair)) == (2, 1)
    monkeypatch.setattr("mscgraph.large.directory.parquet_tables.FEW", 0)
    made: list[str] = []
    rows = Store.rows

    def noted(self: Store, table: str, *arguments: Any) -> Iterator[dict[str, Any]]:
        for row in rows(self, table, *arguments):
            if table == "associations":
                made.append(row["id"])
            yield row

    monkeypatch.setattr(Store, "rows", noted)
    kg = mg.open_graph(folder)
    assert find_stated_conflicts(kg, CENTRE, FAR[1]) == pair
    assert set(made) == {edge.id for edge in pair[0]}
    assert find_stated_conflicts(kg, CENTRE) == plain
    assert {id_ for edges in plain for id_ in (edges[0].id, edges[1].id)} < set(made)
    assert len(set(made)) == 5, "nothing of the entities around it"
