"""A page around an entity of a large graph: the best supported associations, and how many are left out."""

import json
from pathlib import Path

import pytest

import mscgraph as mg
from mscgraph.page import page_html
from mscgraph.page.data import page_data
from mscgraph.render import drawing
from mscgraph.render.drawing import choose_contents
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
