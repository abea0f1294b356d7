"""What other sources state is asked, drawn and cited, or a word says that it is not (issue 12 A 5)."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.graph.conflicts import find_stated_conflicts, find_statements_against
from tests.code import small
from tests.code.cases.small_files import kgx

UP = {"id": "e1", "object_direction_qualifier": "increased", "publications": "PMID:11111111"}
DOWN = {"id": "e2", "object_direction_qualifier": "decreased", "publications": "DOI:10.1/x"}
NAMES = [{"id": "HGNC:5438", "name": "IFNG"}, {"id": "HGNC:7098", "name": "CXCL9"}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    qualified = {"qualified_predicate": "biolink:causes", "object_aspect_qualifier": "activity"}
    place = tmp_path_factory.mktemp("stated") / "in"
    return Path(kgx(place, NAMES, UP | qualified, DOWN | qualified).folder)


def run(folder: Path, *arguments: str) -> Result:
    done = CliRunner().invoke(main, ["--graph", str(folder), *arguments])
    assert done.exit_code == 0, done.output
    return done


def test_sources_that_disagree_are_a_pair(folder: Path) -> None:
    kg = mg.open_graph(folder)
    ((first, second),) = find_stated_conflicts(kg)
    assert {first.predicate, second.predicate} == {"increases", "decreases"}
    assert find_stated_conflicts(kg, "CXCL9") == find_stated_conflicts(kg)
    assert "1 more pair(s)" in run(folder, "conflicts").stderr
    (pair,) = json.loads(run(folder, "conflicts", "--json").stdout)["stated_by_others"]
    assert {side["id"] for side in pair} == {first.id, second.id}


def test_the_curated_graph_has_no_such_pair(kg: mg.KnowledgeGraph) -> None:
    assert find_stated_conflicts(kg) == []


def test_statements_against_findings_are_listed_whatever_the_aspect(
    kg: mg.KnowledgeGraph, tmp_path: Path
) -> None:
    own = next(a for a in kg.associations.values() if a.sign == 1 and a.supporting and a.aspect)
    ends = {"subject": own.subject, "object": own.object}
    names = [{"id": i, "name": kg.entities[i].name} for i in ends.values()]
    place = Path(kgx(tmp_path / "in", names, UP | ends, DOWN | ends).folder)
    mg.merge_graphs(["curated", place], tmp_path / "both", base=kg)
    pairs = find_statements_against(mg.open_graph(tmp_path / "both", base=kg))
    against = [edge for mine, edge in pairs if mine.id == own.id]
    assert [edge.predicate for edge in against] == ["decreases"]
    assert own.aspect != against[0].aspect
    assert find_statements_against(kg) == []
    said = run(tmp_path / "both", "conflicts", "--curated", own.subject, own.object)
    assert f"{len(pairs)} statement(s) of other sources" in said.stderr
    assert own.id in said.stdout


def test_papers_of_statements_are_references(folder: Path) -> None:
    kg = mg.open_graph(folder)
    page = mg.explain(kg, mg.find_paths(kg, "IFNG", "CXCL9", max_length=1))
    assert {r.publication.url for r in page.references} == {
        "https://pubmed.ncbi.nlm.nih.gov/11111111/",
        "https://doi.org/10.1/x",
    }
    assert page.to_bibtex().count("@misc") == 2


def test_papers_of_a_direct_statement_are_references_without_a_route(folder: Path) -> None:
    kg = mg.open_graph(folder)
    page = mg.explain(kg, mg.find_paths(kg, "IFNG", "CXCL9"))
    assert page.paths == ()
    assert page.to_bibtex().count("@misc") == 2


def test_an_export_of_statements_alone_is_not_called_empty(folder: Path, tmp_path: Path) -> None:
    done = run(folder, "export", "cx2", "-o", str(tmp_path / "g.cx2"))
    assert "empty" not in done.stderr
    assert (
        "is empty"
        in run(folder, "export", "sif", "--aspect", "proliferation", "-o", str(tmp_path / "g")).stderr
    )


def test_what_leaves_them_out_says_so(folder: Path, tmp_path: Path) -> None:
    for command in (
        ("site", "-o", str(tmp_path / "s")),
        ("query", "--name", "what-raises", "--set", "entity=CXCL9"),
    ):
        assert "2 association(s) that only other sources state are" in run(folder, *command).stderr


def test_rdf_that_holds_no_graph_replaces_none(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "e.ttl"
    empty.touch()
    with pytest.raises(mg.DataError, match="no graph that mscgraph wrote"):
        mg.import_graph("rdf", [empty], tmp_path / "g")
    assert not (tmp_path / "g").exists()


def test_a_cost_above_the_last_letter_has_the_last_letter(tmp_path: Path) -> None:

    place = Path(shutil.copytree(small.folder(), tmp_path / "o"))
    rubric = place / "curation/rubric.toml"
    text = rubric.read_text(encoding="utf-8")
    rubric.write_text(text.replace("at_most = 99.0", "at_most = 1.8"), encoding="utf-8")
    assert rubric.read_text(encoding="utf-8") != text
    letters = [a.grade.letter for a in mg.load(place).associations.values()]
    assert letters == [a.grade.letter for a in small.graph().associations.values()]
