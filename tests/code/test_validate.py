"""Clean tables have no problem, and every faulty row is refused with its place."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli.main import main
from mscgraph.graph import KnowledgeGraph
from mscgraph.tables.folder import table_files
from mscgraph.tables.formatting import canonical
from tests.code import small


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests, each of which puts back what it changes."""
    return small.write(tmp_path_factory.mktemp("checkout") / "ontology")


def test_the_copy_that_faults_are_put_into_is_clean(copy: Path) -> None:
    assert [str(problem) for problem in mg.validate(copy)] == []


@pytest.mark.parametrize("path", small.example_files("invalid", "*.tsv"), ids=lambda p: p.stem)
def test_a_faulty_row_is_refused_with_its_place(copy: Path, path: Path) -> None:
    added = copy / "curation" / "findings" / "zz_fault.tsv"
    added.write_text(small.faulty(path), encoding="utf-8")
    try:
        problems = mg.validate(copy)
    finally:
        added.unlink()
    kind = path.stem.partition(".")[0]
    mine = [p for p in problems if p.check == kind]
    assert mine, problems
    assert all(p.file.endswith("zz_fault.tsv") for p in mine)
    assert all(p.line in (1, 2, 3) for p in mine)


def test_a_warning_is_printed_and_fails_nothing(copy: Path) -> None:
    (limit,) = small.example_files("invalid", "limit.*.tsv")
    added = copy / "curation" / "findings" / "zz_fault.tsv"
    added.write_text(small.faulty(limit), encoding="utf-8")
    run = CliRunner().invoke(main, ["--ontology", str(copy), "validate"])
    try:
        assert run.exit_code == 0, run.output
        assert "[limit]" in run.stderr
        assert "No error found, 1 warning(s)." in run.stdout
        assert CliRunner().invoke(main, ["--ontology", str(copy), "validate", "--json"]).exit_code == 0
    finally:
        added.unlink()


def test_papers_that_nobody_can_cite_are_counted(copy: Path) -> None:
    table = copy / "curation" / "publications.tsv"
    before = table.read_text(encoding="utf-8")
    table.write_text(before.replace("Tester A", "", 3), encoding="utf-8")
    try:
        (problem,) = mg.validate(copy)
    finally:
        table.write_text(before, encoding="utf-8")
    assert (problem.check, problem.severity) == ("paper", "warning")
    assert "3 paper(s) without first author" in problem.message


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("MSCGF:0000002\t\tstored twice", "is used again"),
        ("MSCGF:0000901\tMSCGF:0000902\tstored twice", "is no finding"),
        ("MSCGF:0000901\t\t", "it is not said why"),
    ],
)
def test_a_withdrawn_id_is_never_used_again(copy: Path, row: str, said: str) -> None:
    table = copy / "curation" / "withdrawn.tsv"
    before = table.read_text(encoding="utf-8")
    table.write_text(f"id\tinto\treason\n{row}\n", encoding="utf-8")
    try:
        (problem,) = mg.validate(copy)
    finally:
        table.write_text(before, encoding="utf-8")
    assert (problem.check, problem.severity, problem.line) == ("withdrawn", "error", 2)
    assert said in problem.message


def test_a_withdrawn_id_is_answered_with_the_reason(copy: Path) -> None:
    def show(identifier: str, *more: str) -> str:
        run = CliRunner().invoke(main, ["--ontology", str(copy), "show", identifier, *more])
        assert run.exit_code == 0, run.output
        return run.stdout

    said = show("MSCGF:0000900")
    assert said == (
        "MSCGF:0000900 was withdrawn: the same result, stored twice; merged into MSCGF:0000001\n"
    )
    assert json.loads(show("mscgf:0000900", "--json"))["into"] == "MSCGF:0000001"
    assert "blocking PGE2" in show("MSCGF:0000001")
    assert json.loads(show("MSCGF:0000001", "--json"))["predicate"] == "decreases"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("MSCGF:9\tx\tagent:other\tyes\tyes\tyes\tno", "is no finding"),
        ("MSCGF:0000001\tx\tagent:writer\tyes\tyes\tyes\tno", "cannot second it"),
    ],
)
def test_a_second_reading_is_by_somebody_else_and_of_something(copy: Path, row: str, said: str) -> None:
    table = copy / "curation" / "second_reading.tsv"
    header = table.read_text(encoding="utf-8")
    table.write_text(header.splitlines()[0] + "\n" + row + "\n", encoding="utf-8")
    try:
        (problem,) = mg.validate(copy)
    finally:
        table.write_text(header, encoding="utf-8")
    assert said in problem.message
    assert (problem.check, problem.line) == ("second-reading", 2)


def test_all_problems_come_at_once(copy: Path) -> None:
    header, *rows = small.faulty(small.example_files("invalid", "table.unknown-*.tsv")[0]).splitlines()
    added = copy / "curation" / "findings" / "zz_fault.tsv"
    row = rows[0].split("\t")
    other = [*row[:2], "nonsense", "CL:0", *row[4:]]
    other[0] = "MSCGF:9000002"
    added.write_text("\n".join([header, "\t".join(row), "\t".join(other)]) + "\n", encoding="utf-8")
    try:
        problems = mg.validate(copy)
    finally:
        added.unlink()
    assert {p.line for p in problems if p.file.endswith("zz_fault.tsv")} >= {2, 3}


@pytest.mark.parametrize(
    ("column", "value", "write"),
    [
        ("curated_on", "28.11.2026", "write a date such as 2026-11-21: year, month, day"),
        ("curated_on", "2026-13-01", "write a date"),
        ("curated_on", "", "write a date"),
        ("n", "-5", "write a whole number from 1, or not_reported"),
        ("n", "about 5", "write a whole number from 1, or not_reported"),
        ("anchor", "XYZ", "write 16 hex digits"),
        ("curated_by", "me", "write `agent:name` or `ORCID:0000-…`"),
    ],
)
def test_a_value_of_the_wrong_form_is_one_problem_that_says_what_to_write(
    copy: Path, column: str, value: str, write: str
) -> None:
    table = copy / "curation" / "findings" / "cells.tsv"
    before = table.read_text(encoding="utf-8")
    header, first, *rest = before.split("\n")
    cells = first.split("\t")
    cells[header.split("\t").index(column)] = value
    table.write_text("\n".join([header, "\t".join(cells), *rest]), encoding="utf-8")
    try:
        (problem,) = mg.validate(copy)
    finally:
        table.write_text(before, encoding="utf-8")
    assert (problem.check, problem.line) == ("table", 2)
    assert problem.message == f"column {column}: {value!r} has not the form of this column"
    assert problem.repair.startswith(write)


@pytest.mark.parametrize(
    "name", ["curation/publications.tsv", "terms/entities.tsv", "curation/findings/cells.tsv"]
)
def test_a_wrong_header_is_the_only_problem_that_it_makes(copy: Path, name: str) -> None:
    table = copy / name
    before = table.read_text(encoding="utf-8")
    table.write_text(before.replace("\t", "\tnew_", 1), encoding="utf-8")
    try:
        (problem,) = mg.validate(copy)
    finally:
        table.write_text(before, encoding="utf-8")
    assert problem.file.endswith(name)
    assert "the header is wrong" in problem.message


def test_a_name_may_belong_to_one_entity_only(copy: Path) -> None:
    table = copy / "terms" / "entities.tsv"
    before = table.read_text(encoding="utf-8")
    table.write_text(
        before.replace("neurofilament light chain", "neurofilament light chain|treg", 1),
        encoding="utf-8",
    )
    try:
        problems = mg.validate(copy)
    finally:
        table.write_text(before, encoding="utf-8")
    assert any(p.check == "name" and "Treg" in p.message for p in problems)


def test_canonical_layout_is_a_fixed_point(copy: Path) -> None:
    for path in table_files(copy):
        text = path.read_text(encoding="utf-8")
        assert canonical(text) == text
        assert canonical(text.replace("\n", "\r\n")) == text


def test_format_loses_nothing(copy: Path) -> None:
    table = copy / "terms" / "aspects.tsv"
    before = table.read_text(encoding="utf-8")
    lines = before.splitlines()
    shuffled = "\r\n".join([lines[0], *reversed(lines[1:])])
    table.write_bytes(shuffled.encode())
    assert mg.format_tables(copy, write=False) == [table]
    assert table.read_bytes() == shuffled.encode()
    assert mg.format_tables(copy) == [table]
    assert table.read_text(encoding="utf-8") == before


def test_an_empty_folder_is_refused_in_words(tmp_path: Path) -> None:
    (problem,) = mg.validate(tmp_path)
    assert "has no folder terms/" in problem.message


def test_anchors_are_found_in_a_text_that_has_them(kg: KnowledgeGraph) -> None:
    paper = "PMID:1"
    checks = mg.verify_anchors(kg, paper, "No such sentence.")
    assert checks
    assert not any(check.found for check in checks)
