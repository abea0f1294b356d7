"""A column of a finding is added in one place and comes out everywhere, checked, described, asked for.

The program and its ontology are copied, lines are added to ``schema.py`` of the copy, and the copy is run.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mscgraph.graph import KnowledgeGraph
from mscgraph.schema import NOT_REPORTED, Finding, columns_of, filters, settings, shown_columns
from tests.code import small

LINES = """
    amount: Annotated[str, Column("text", "How much was given.", open=NOT_REPORTED, setting=40,
        filter="amount", shown=True)]
    nearness: Annotated[str, Column("term", "Whether the cells touched.", open=NOT_REPORTED, setting=41,
        filter="nearness", shown=True, label="cell nearness")]
    carriers: Annotated[tuple[str, ...], Column("entity", "The cells that carry it.", setting=42,
        filter="carrier", shown=True)]
"""
TERMS = "nearness\ttranswell\ttranswell\t\tApart.\t\nnearness\ttouching\ttouching\t\tTogether.\t\n"
ADDED = ("amount", "nearness", "carriers")
CELLS = {"amount": "1e6 cells/kg", "nearness": "transwell", "carriers": "CL:0000236|CL:0000623"}
WRONG = {"nearness": "transwel", "carriers": "CL:9999999"}

SCRIPT = """
import csv, json, sys
from pathlib import Path
import mscgraph as mg
from mscgraph.graph.conflicts import differences
from mscgraph.page.data import page_data
from mscgraph.render.drawing import choose_contents
from mscgraph.rdf.build import to_quads
from mscgraph.rdf.formats import serialize
from mscgraph.rdf.shapes import find_violations
from mscgraph.site.site_records import card

out, first = Path(sys.argv[1]), sys.argv[2]
kg = mg.load()
one, other = kg.findings[first], next(f for f in kg.findings.values() if f.id != first)
said = {"value": [one.amount, one.nearness, list(one.carriers)]}
said["problems"] = [str(p) for p in mg.validate()]

said["turtle"] = serialize(kg, "turtle").decode()
(out / "graph.ttl").write_text(said["turtle"], encoding="utf-8")
said["rdf"] = mg.read_rdf(out / "graph.ttl") == kg
import pyoxigraph as ox
node = lambda curie: ox.NamedNode(kg.prefixes.expand(curie))
another = (node(first), node("mscgraph:amount"), ox.Literal("another"), node("MSCGG:findings"))
found = find_violations([*to_quads(kg), ox.Quad(*another)], kg.prefixes.namespaces)
said["violations"] = [violation.message for violation in found]

for form in ("csv", "xlsx", "parquet", "kgx-jsonl"):
    mg.export(kg, form, out / form)
with open(out / "csv" / "findings.csv", encoding="utf-8", newline="") as file:
    row = next(row for row in csv.DictReader(file) if row["id"] == first)
said["csv"] = [row["amount"], row["nearness"], row["carriers"]]
import openpyxl
with open(out / "xlsx", "rb") as file:
    lines = [line for sheet in openpyxl.load_workbook(file) for line in sheet.iter_rows()]
said["xlsx"] = [str(cell.value) for line in lines for cell in line]
said["parquet"] = mg.read_parquet(out / "parquet") == kg
said["kgx"] = mg.read_kgx(out / "kgx-jsonl") == kg
mg.write_graph(kg, out / "graph")
said["directory"] = mg.open_graph(out / "graph").findings[first] == one
said["frame"] = list(mg.to_frame(kg).columns)

said["found"] = {
    name: [f.id for f in kg.find_findings(**{name: value})]
    for name, value in {"amount": "1E6 cells/kg", "nearness": "transwell", "carrier": "NK cell"}.items()
}
said["differences"] = [tuple(d) for d in differences([one], [other])]
said["card"] = card(kg, one, "", "").setting
part = choose_contents(kg)
said["page"] = repr(page_data(kg, part))
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def grown(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with three more columns, and of an ontology of a dozen rows that fills one."""
    folder = tmp_path_factory.mktemp("grown")
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "mscgraph", folder / "mscgraph", ignore=skip)
    small.write(folder / "ontology")
    vocabulary = folder / "ontology" / "terms" / "vocabulary.tsv"
    vocabulary.write_text(vocabulary.read_text() + TERMS)

    schema = folder / "mscgraph" / "schema.py"
    text = schema.read_text(encoding="utf-8")
    schema.write_text(text.replace("    n: Annotated", f"{LINES.lstrip(chr(10))}    n: Annotated", 1))
    assert schema.read_text() != text
    run(folder, "-m", "mscgraph", "format")
    fill(folder, CELLS)
    return folder


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def fill(folder: Path, cells: dict[str, str]) -> str:
    """Write cells into the first row of findings; return its id."""
    table, *_ = sorted((folder / "ontology" / "curation" / "findings").glob("*.tsv"))
    header, first, *rest = table.read_text(encoding="utf-8").splitlines()
    row = dict(zip(header.split("\t"), first.split("\t"), strict=True)) | cells
    table.write_text("\n".join([header, "\t".join(row.values()), *rest]) + "\n", encoding="utf-8")
    return row["id"]


@pytest.fixture(scope="module")
def said(grown: Path) -> dict[str, Any]:
    out = grown / "out"
    out.mkdir()
    found: dict[str, Any] = json.loads(run(grown, "-c", SCRIPT, str(out), fill(grown, {})))
    return found


def test_format_adds_a_column_to_the_tables_and_describes_it(grown: Path) -> None:
    table, *_ = sorted((grown / "ontology" / "curation" / "findings").glob("*.tsv"))
    header, _, second, *_ = (line.split("\t") for line in table.read_text().splitlines())
    assert [second[header.index(name)] for name in ADDED] == [NOT_REPORTED, NOT_REPORTED, ""]
    notes = (grown / "ontology" / "curation" / "README.md").read_text()
    assert "| `amount` | How much was given. | `not_reported` |" in notes
    assert "| `nearness` | Whether the cells touched. Of `terms/vocabulary.tsv`. |" in notes


def test_a_column_is_read_and_valid(said: dict[str, Any]) -> None:
    assert said["value"] == ["1e6 cells/kg", "transwell", ["CL:0000236", "CL:0000623"]]
    assert said["problems"] == []


def test_a_column_is_checked(grown: Path, said: dict[str, Any]) -> None:
    try:
        fill(grown, WRONG)
        problems = run(grown, "-m", "mscgraph", "validate")
    finally:
        fill(grown, CELLS)
    assert "column nearness: 'transwel' is not in terms/vocabulary.tsv" in problems
    assert "column carriers: 'CL:9999999' is no entity of the graph" in problems
    assert any("at most one for amount" in message for message in said["violations"])


def test_a_column_is_rdf_and_comes_back(said: dict[str, Any]) -> None:
    assert 'mscgraph:amount "1e6 cells/kg"' in said["turtle"]
    assert "mscgraph:nearness MSCGT:nearness.transwell" in said["turtle"]
    assert '"How much was given."' in said["turtle"]
    assert '"cell nearness"' in said["turtle"]
    assert said["rdf"] is True


@pytest.mark.parametrize("form", ["parquet", "kgx", "directory"])
def test_a_column_comes_back_from(said: dict[str, Any], form: str) -> None:
    assert said[form] is True


def test_a_column_stands_in_spreadsheets_and_frames(said: dict[str, Any]) -> None:
    assert said["csv"] == list(CELLS.values())
    assert {"1e6 cells/kg", "How much was given."} <= set(said["xlsx"])
    assert set(ADDED) <= set(said["frame"])


def test_a_column_is_a_filter(grown: Path, said: dict[str, Any]) -> None:
    first = fill(grown, {})
    assert said["found"] == {"amount": [first], "nearness": [first], "carrier": [first]}
    asked = run(grown, "-m", "mscgraph", "findings", "--nearness", "transwell", "--format", "tsv")
    assert asked.splitlines()[1].startswith(first)
    export = ("-m", "mscgraph", "export", "tsv", "-o", "only", "--amount", "1e6 cells/kg")
    run(grown, *export)
    assert first in (grown / "only" / "findings.tsv").read_text()


def test_a_setting_can_explain_a_difference(said: dict[str, Any]) -> None:
    assert ["amount", ["1e6 cells/kg"], [NOT_REPORTED]] in said["differences"]


def test_a_column_is_shown_on_page_and_site(said: dict[str, Any]) -> None:
    assert ["amount", "1e6 cells/kg"] in said["card"]
    assert ["cell nearness", "transwell"] in said["card"]
    for text in ("amount", "1e6 cells/kg", "cell nearness", "transwell", "carriers", "NK cell"):
        assert text in said["page"], text


def test_every_column_is_described() -> None:
    columns = columns_of(Finding)
    assert list(columns) == list(Finding._fields)
    assert all(column.definition.endswith(".") for column in columns.values())
    places = [column.setting for column in settings()]
    assert len(places) == len(set(places)), "two settings stand at one place of a reader's order"
    assert {c.name for c in shown_columns()} <= set(columns)
    assert all(found[0].help for found in filters().values())


@pytest.mark.parametrize(
    ("curated_by", "reviewed_by", "agent_type"),
    [
        ("agent:writer", "", "text_mining_agent"),
        ("agent:writer", "ORCID:0000-0002-1825-0097", "manual_validation_of_automated_agent"),
        ("ORCID:0000-0001-5109-3700", "", "manual_agent"),
        ("ORCID:0000-0001-5109-3700", "ORCID:0000-0002-1825-0097", "manual_agent"),
    ],
)
def test_who_stands_behind_a_row(
    kg: KnowledgeGraph, curated_by: str, reviewed_by: str, agent_type: str
) -> None:
    finding = next(iter(kg.findings.values()))
    signed = finding._replace(curated_by=curated_by, reviewed_by=reviewed_by)
    assert signed.agent_type == agent_type
