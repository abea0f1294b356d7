"""Whatever stands in a graph comes back from KGX and Parquet, and stays in its cell in tables."""

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.export.table_files import TABLES
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import Entity, Finding, Publication
from mscgraph.tables.reading import Tables

pytestmark = pytest.mark.slow


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def lines(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a small graph as KGX JSON Lines."""
    folder = tmp_path_factory.mktemp("kgx") / "out"
    return files(mg.export(mg.keep_matching(kg, object="Treg"), "kgx-jsonl", folder).target)


# -- any graph --------------------------------------------------------------------------------------

CLEAN = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12)
NASTY = st.sampled_from(
    [
        "=cmd|' /C calc'!A0",
        "a\tb",
        "a\nb",
        "a\r\nb",
        'say "it"',
        "a|b",
        "+1 or more",
        "-",
        "@x",
        "¦",
        "'",
        ";",
    ]
)
TEXTS = st.one_of(CLEAN, NASTY)
LISTS = st.lists(TEXTS, max_size=3).map(tuple)
LIST_FIELDS = {
    "synonyms", "xrefs", "parents", "part_of", "derives_from", "via", "msc_source", "priming",
}  # fmt: skip
KEYS = ("MSCG:a", "MSCG:b", "MSCG:c")


@st.composite
def graphs(draw: st.DrawFn, base: KnowledgeGraph) -> KnowledgeGraph:
    """Small graphs with anything in their texts and lists."""

    def record(kind: type, **given: Any) -> Any:
        return kind(**{
            name: given[name] if name in given else draw(LISTS if name in LIST_FIELDS else TEXTS)
            for name in kind.__match_args__
        })  # fmt: skip

    categories = st.sampled_from(["Cell", "Protein", "Disease", "ExposureEvent", "ClinicalAttribute"])
    entities = {key: record(Entity, id=key, category=draw(categories)) for key in KEYS}
    papers = {}
    for key in ("PMID:1", "DOI:10.1/x"):
        included = tuple(draw(st.lists(st.tuples(st.integers(0, 99), st.just("phase_1")), max_size=2)))
        status = draw(st.sampled_from(["published", "preprint", "retracted"]))
        papers[key] = record(
            Publication, id=key, included_studies=included, status=status, study_design="phase_1"
        )
    findings = {}
    for number in range(draw(st.integers(0, 5))):
        key = f"MSCGF:{number:07}"
        findings[key] = record(
            Finding,
            id=key,
            subject=draw(st.sampled_from(KEYS)),
            object=draw(st.sampled_from(KEYS)),
            predicate=draw(st.sampled_from(sorted(base.predicates))),
            aspect=draw(st.sampled_from(sorted(base.aspects))),
            publication=draw(st.sampled_from(sorted(papers))),
            study_design=draw(st.sampled_from(sorted(base.rubric.designs))),
            comparison=draw(st.sampled_from(sorted(base.rubric.comparison))),
            significance=draw(st.sampled_from(sorted(base.rubric.significance))),
            readout=draw(st.booleans()),
        )
    whole = base.tables
    return KnowledgeGraph(
        Tables(
            folder=whole.folder, prefixes=whole.prefixes, entities=entities, predicates=whole.predicates,
            aspects=whole.aspects, vocabulary=whole.vocabulary,
            publications=papers, findings=findings, rubric=whole.rubric,
        )
    )  # fmt: skip


def any_graph(examples: int) -> Any:
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


READERS = {"kgx-jsonl": mg.read_kgx, "parquet": mg.read_parquet}


@pytest.mark.parametrize("name", READERS)
@any_graph(15)
@given(data=st.data())
def test_any_graph_comes_back(
    kg: KnowledgeGraph, name: str, data: st.DataObject, tmp_path: Path
) -> None:
    graph = data.draw(graphs(kg))
    written = mg.export(graph, name, tmp_path / "out")
    assert written.losses == ()
    back = READERS[name](written.target)
    assert back == graph
    assert back.associations == graph.associations
    assert files(mg.export(back, name, tmp_path / "again").target) == files(written.target)


def test_xml_says_what_it_cannot_hold(kg: KnowledgeGraph, tmp_path: Path) -> None:
    base = kg.findings["MSCGF:0000001"]
    values = {name: getattr(base, name) for name in Finding.__match_args__}
    odd = Finding(**{**values, "statement": "a\x01b", "note": "c\r\nd & <e>"})
    tables = {name: getattr(kg.tables, name) for name in Tables.__match_args__}
    graph = KnowledgeGraph(Tables(**{**tables, "findings": {odd.id: odd}}))
    written = mg.export(graph, "rdfxml", tmp_path / "out.rdf")
    (loss,) = written.losses
    assert loss.records == 1
    back = mg.read_rdf(written.target).findings[odd.id]
    assert (back.statement, back.note) == ("a\ufffdb", odd.note)


@pytest.mark.parametrize("name", READERS)
def test_the_shipped_graph_comes_back(kg: KnowledgeGraph, name: str, tmp_path: Path) -> None:
    back = READERS[name](mg.export(kg, name, tmp_path / "out").target)
    assert back == kg
    for key, edge in kg.associations.items():
        assert back.associations[key].grade == edge.grade
        assert set(back.associations[key].disputing) == set(edge.disputing)


@any_graph(20)
@given(data=st.data())
def test_kgx_tables_stay_tables(kg: KnowledgeGraph, data: st.DataObject, tmp_path: Path) -> None:
    """No tab, line break or bar of a value becomes a column, a row or an item."""
    graph = data.draw(graphs(kg))
    folder = mg.export(graph, "kgx", tmp_path / "out").target
    for name in ("nodes", "edges"):
        header, *rows = (folder / f"{name}.tsv").read_text(encoding="utf-8").split("\n")[:-1]
        columns = header.split("\t")
        assert all(len(row.split("\t")) == len(columns) for row in rows)
        for row in rows:
            values = dict(zip(columns, row.split("\t"), strict=True))
            if name == "nodes" and values["id"] in KEYS:
                entity = graph.entities[values["id"]]
                assert len(values.get("synonym", "").split("|")) == max(len(entity.synonyms), 1)


@pytest.mark.parametrize("form", ["csv", "tsv"])
@any_graph(12)
@given(data=st.data())
def test_spreadsheets_get_text_and_no_formula(
    kg: KnowledgeGraph, form: str, data: st.DataObject, tmp_path: Path
) -> None:
    graph = data.draw(graphs(kg))
    folder = mg.export(graph, form, tmp_path / "out").target
    for table in TABLES:
        path = folder / f"{table.name}.{form}"
        if form == "csv":
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file, strict=True))
        else:
            rows = [
                line.split("\t") for line in path.read_bytes().decode("utf-8").split("\n")[:-1]
            ]  # fmt: skip
        assert rows[0] == [column.name for column in table.columns]
        values = table.rows(graph)
        assert len(rows) == len(values) + 1
        for row, record in zip(rows[1:], values, strict=True):
            assert len(row) == len(table.columns)
            for cell, value in zip(row, record, strict=True):
                assert cell[:1] not in tuple("=@") or not cell
                if isinstance(value, str) and form == "csv":
                    assert value in (cell, cell.removeprefix("'"))


@any_graph(10)
@given(data=st.data())
def test_a_workbook_holds_text_as_text(kg: KnowledgeGraph, data: st.DataObject, tmp_path: Path) -> None:
    graph = data.draw(graphs(kg))
    book = openpyxl.load_workbook(mg.export(graph, "xlsx", tmp_path / "out.xlsx").target)
    assert book.sheetnames == ["README", *(table.name for table in TABLES)]
    for table in TABLES:
        rows = list(book[table.name].iter_rows())
        for row, record in zip(rows[1:], table.rows(graph), strict=False):
            for cell, value in zip(row, record, strict=True):
                assert cell.data_type != "f"
                if isinstance(value, str) and value.isprintable() and "_x" not in value:
                    assert (cell.value or "") == value


# -- broken input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "line", "fault", "says"),
    [
        ("nodes.jsonl", 2, "{", "broken JSON"),
        ("nodes.jsonl", 2, "[]", "no JSON object"),
        ("findings.jsonl", 3, '{"id": "MSCGF:1", "readout": "yes"}', "true or false"),
        ("findings.jsonl", 3, '{"id": "MSCGF:1", "via": "x"}', "no list"),
        ("findings.jsonl", 3, '{"subject": "x"}', "no id"),
        ("findings.jsonl", 3, '{"id": "MSCGF:1", "subject": "NO:1"}', "NO:1"),
    ],
)
def test_a_broken_line_is_named(
    lines: dict[str, bytes], tmp_path: Path, *, file: str, line: int, fault: str, says: str
) -> None:
    for name, content in lines.items():
        (tmp_path / name).write_bytes(content)
    rows = (tmp_path / file).read_text(encoding="utf-8").split("\n")
    rows[line - 1] = fault
    (tmp_path / file).write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(mg.DataError, match=says) as caught:
        mg.read_kgx(tmp_path)
    assert (caught.value.file, caught.value.line) == (str(tmp_path / file), line)


def test_a_record_twice_and_a_missing_file_are_named(lines: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(mg.DataError, match=r"nodes\.jsonl, edges\.jsonl and findings\.jsonl"):
        mg.read_kgx(tmp_path)
    with pytest.raises(mg.DataError, match=r"entities\.parquet.*missing"):
        mg.read_parquet(tmp_path)
    for name, content in lines.items():
        (tmp_path / name).write_bytes(content)
    findings = tmp_path / "findings.jsonl"
    text = findings.read_text(encoding="utf-8")
    findings.write_text(text + text.split("\n")[0] + "\n", encoding="utf-8")
    with pytest.raises(mg.DataError, match=r"stands here again.*findings\.jsonl:1"):
        mg.read_kgx(tmp_path)
    (tmp_path / "entities.parquet").write_bytes(b"no parquet")
    with pytest.raises(mg.DataError, match="no Parquet"):
        mg.read_parquet(tmp_path)


def test_a_comparison_that_the_rubric_lacks_is_refused_in_words(
    kg: KnowledgeGraph, tmp_path: Path
) -> None:
    mg.export(kg, "kgx-jsonl", tmp_path / "out")
    file = tmp_path / "out" / "findings.jsonl"
    text = file.read_text("utf-8")
    assert "concurrent_control" in text
    file.write_text(text.replace("concurrent_control", "hearsay", 1), encoding="utf-8")
    with pytest.raises(mg.DataError, match="'hearsay' is not a comparison of the rubric"):
        mg.read_kgx(tmp_path / "out")
