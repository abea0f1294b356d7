"""find, show and the tables of findings and associations: by kind, readable, safe."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main, output
from mscgraph.graph.filtering import nearest_known, wider_filters

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph


def ask(*arguments: str) -> tuple[str, str]:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("sdf-1", "entity", "CXCL12"),
        ("human MSCs", "entity", "MSC"),
        ("T cell proliferation", "entity", "aspect proliferation"),
        ("two years on", "paper", "PMID:6"),
        ("trials 2018", "paper", "PMID:5"),
        ("PMID:5", "paper", "PMID:5"),
        ("conflicts", "question", "conflicts"),
    ],
)
def test_find_finds_each_kind(text: str, kind: str, found: str) -> None:
    rows = [line for line in ask("find", text)[0].splitlines() if line.startswith(kind)]
    assert any(found in row for row in rows), rows


def test_find_lists_all_of_one_kind_when_asked(kg: KnowledgeGraph) -> None:
    said = kg.find_findings(subject="MSC")[0].statement.split()[0]
    value = json.loads(ask("find", said, "--kind", "finding", "--json")[0])
    assert list(value) == ["finding"]
    assert {one["id"] for one in value["finding"]} <= set(kg.findings)
    few, hint = ask("find", said)
    if len(value["finding"]) > 10:
        assert f"mscgraph find {said} --kind finding" in hint
        assert sum(line.startswith("finding") for line in few.splitlines()) == 10


def test_show_takes_papers_trials_associations_and_aspects(kg: KnowledgeGraph) -> None:
    finding = next(f for f in kg.findings.values() if f.study)
    assert finding.id in ask("show", finding.study.lower())[0]
    assert finding.id in ask("show", finding.publication)[0]
    paper = kg.publications[finding.publication]
    assert paper.title in ask("show", paper.title)[0]
    edge = next(iter(kg.associations))
    assert f"[{edge}]" in ask("show", edge)[0]
    shown = ask("show", "T cell proliferation")[0]
    assert "aspect: proliferation" in shown
    assert all(
        kg.associations[line.split()[0]].aspect == "proliferation"
        for line in shown.splitlines()
        if line.startswith("MSCGA:")
    )


def test_what_has_no_finding_says_so_and_where_to_look(kg: KnowledgeGraph) -> None:
    said, _ = ask("show", "CSF")
    assert "No finding is on CSF itself." in said
    assert "mscgraph findings --specimen CSF" in said
    silent = [e.id for e in kg.entities.values() if nearest_known(kg, e.id)]
    for identifier in silent:
        assert all(near != identifier for near in nearest_known(kg, identifier))


def test_a_filter_too_narrow_says_what_a_wider_one_gives(kg: KnowledgeGraph) -> None:
    asked = {"subject": "IDO1", "object": "Th17 cell", "design": "rct"}
    assert not kg.find_findings(**asked)
    offered = wider_filters(kg, asked)
    assert offered
    for wider, count in offered:
        assert len(kg.find_findings(**wider)) == count > 0
    said = ask("findings", *(word for name, v in asked.items() for word in (f"--{name}", v)))[1]
    assert f"{offered[0][1]} finding(s): mscgraph findings --" in said


def test_a_table_of_findings_does_not_mislead() -> None:
    said, _ = ask("findings", "--subject", "MSC")
    head = said.splitlines()[0]
    assert all(name in head for name in ("relation", "design", "species", "significance", "paper"))
    assert "has_no_effect_on" not in said
    assert "MSC decreases Th17 cell (polarization)" in said


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize(
    "command", [("findings",), ("findings", "--wide"), ("associations", "--wide"), ("find", "MSC")]
)
def test_a_table_fits_the_terminal(
    command: tuple[str, ...], columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, _ = ask(*command)
    monkeypatch.setattr(output, "terminal_width", lambda: columns)
    said, _ = ask(*command)
    assert max(map(len, said.splitlines())) <= columns
    assert set(plain.split()) <= set(said.split())


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_csv_and_tsv_hold_ids_and_names_and_no_formula(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text, _ = ask("associations", "--format", form)
    rows = list(csv.DictReader(io.StringIO(text), delimiter="," if form == "csv" else "\t"))
    assert {(r["subject"], r["subject_name"]) for r in rows} >= {("CL:0000134", "MSC")}
    output.print_rows(("a", "b"), [("=1+1", "-0.5"), ("@x", "+ve")], form)
    said = capsys.readouterr().out
    assert all(safe in said for safe in ("'=1+1", "'@x", "'+ve"))
    assert "'-0.5" not in said


def test_markdown_is_a_table() -> None:
    lines = ask("associations", "--object", "Treg", "--format", "markdown")[0].splitlines()
    assert lines[1].strip("| ").split(" | ") == ["---"] * lines[0].count(" | ") + ["---"]
    assert all(line.startswith("| ") and line.endswith(" |") for line in lines)


def test_a_query_table_names_what_it_lists() -> None:
    question = "SELECT ?cell { VALUES ?cell { CL:0000134 } }"
    result = CliRunner().invoke(main, ["query", "-"], input=question)
    assert "CL:0000134 (MSC)" in result.stdout
    result = CliRunner().invoke(main, ["query", "-", "--format", "csv"], input=question)
    assert result.stdout.split() == ["cell", "CL:0000134"]


def test_one_spelling_of_relations_in_all_tables(kg: KnowledgeGraph) -> None:
    label = kg.predicates["has_no_effect_on"].label
    null = next(f for f in kg.findings.values() if f.predicate == "has_no_effect_on")
    subject, aim = kg.name(null.subject), kg.name(null.object)
    for command in ("findings", "associations"):
        assert label in ask(command, "--subject", subject, "--object", aim)[0]
    question = "SELECT DISTINCT ?p { ?association rdf:predicate ?p }"
    assert ("mscgraph:has_no_effect_on",) in mg.query(kg, question).rows
    table = CliRunner().invoke(main, ["query", "-"], input=question).stdout
    assert label in table


def test_a_source_may_be_named_by_its_tissue(kg: KnowledgeGraph) -> None:
    for tissue in ("adipose", "fat", "adipose tissue", "AD-MSC"):
        assert kg.find_findings(source=tissue) == kg.find_findings(source="CL:0002570")
    assert kg.find_findings(source="fat")


def test_a_paper_of_another_year_is_suggested(kg: KnowledgeGraph) -> None:
    author = next(p.authors.split()[0] for p in kg.publications.values() if p.authors)
    result = CliRunner().invoke(main, ["show", f"{author} 1066"])
    assert result.exit_code == 1
    assert any(p.id in result.stderr for p in kg.find_publications(author))
