"""Every format: whole or not at all, the same bytes twice, the same ids, and what it lost said."""

import csv
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
import rdflib
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.exchange import FORMATS
from mscgraph.exchange.columns import TABLES
from mscgraph.exchange.losses import loss_table
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import Entity, Finding, Publication
from mscgraph.tables import Tables
from tests.losses import PAGE


@pytest.fixture(scope="module")
def part(kg: KnowledgeGraph) -> KnowledgeGraph:
    """Contested findings among them, and one association that nothing supports."""
    unsupported = {f.id for a in kg.associations.values() if not a.supporting for f in a.findings}
    about = mg.keep_matching(kg, object="Treg").findings.keys() | unsupported
    return kg.keep_findings(lambda finding: finding.id in about)


@pytest.fixture(scope="module")
def written(part: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("formats")
    return {name: mg.export(part, name, folder / name) for name in FORMATS}


def contents(target: Path) -> dict[str, bytes]:
    if target.is_file():
        return {"": target.read_bytes()}
    return {p.relative_to(target).as_posix(): p.read_bytes() for p in target.rglob("*") if p.is_file()}


def text_of(target: Path) -> str:
    """All text of an export, whatever it is packed in."""
    texts = []
    for name, content in contents(target).items():
        if name.endswith(".parquet"):
            texts.append(json.dumps(pq.read_table(target / name).to_pylist()))
        elif content.startswith(b"PK"):
            with zipfile.ZipFile(target / name if name else target) as packed:
                texts += [packed.read(one).decode() for one in packed.namelist()]
        else:
            texts.append(content.decode())
    return "\n".join(texts)


# -- what holds for every format --------------------------------------------------------------------


def test_two_builds_are_the_same_bytes(
    part: KnowledgeGraph, written: dict[str, Any], tmp_path: Path
) -> None:
    """The second in another process, where sets have another order."""
    script = (
        "import sys, mscgraph as mg\n"
        "from mscgraph.exchange import FORMATS\n"
        "kept = set(sys.argv[2:])\n"
        "kg = mg.load().keep_findings(lambda finding: finding.id in kept)\n"
        "for name in FORMATS: mg.export(kg, name, f'{sys.argv[1]}/{name}')\n"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), *part.findings],
        env={**os.environ, "PYTHONHASHSEED": "4"},
        check=True,
    )
    for name in FORMATS:
        assert contents(tmp_path / name) == contents(written[name].target), name


@pytest.mark.parametrize("name", FORMATS)
def test_an_association_has_the_same_id_everywhere(
    part: KnowledgeGraph, written: dict[str, Any], name: str
) -> None:
    """A format that leaves some out says how many; one that has no ids says so as well."""
    losses = {loss.field: loss.records for loss in written[name].losses}
    if "Association.id" in losses:
        pytest.skip(f"{name} has no place for ids, and says so")
    text = text_of(written[name].target)
    missing = [key for key in part.associations if key.partition(":")[2] not in text]
    assert len(missing) == losses.get("Association", 0)


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_graph_can_be_written(kg: KnowledgeGraph, name: str, tmp_path: Path) -> None:
    written = mg.export(kg.keep_findings(lambda _: False), name, tmp_path / "empty")
    assert written.target.exists()


@pytest.mark.parametrize("name", FORMATS)
def test_what_cannot_be_written_leaves_what_was_there(
    part: KnowledgeGraph, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "old"
    if FORMATS[name].folder:
        target.mkdir()
    holds = target / "mine.txt" if FORMATS[name].folder else target
    holds.write_text("mine", encoding="utf-8")
    if not FORMATS[name].folder:
        monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(mg.OutputError):
        mg.export(part, name, target)
    assert holds.read_text(encoding="utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [target]


def test_the_table_of_losses_is_up_to_date(kg: KnowledgeGraph) -> None:
    assert PAGE.read_text(encoding="utf-8") == loss_table(kg), "run: make losses"


@pytest.mark.parametrize(("name", "package"), [("parquet", "pyarrow"), ("xlsx", "xlsxwriter")])
def test_a_missing_package_is_named(
    part: KnowledgeGraph, name: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(mg.MissingExtra, match=rf'pip install "mscgraph\[{FORMATS[name].extra}\]"'):
        mg.export(part, name, tmp_path / "out")
    assert not (tmp_path / "out").exists()


# -- parts ------------------------------------------------------------------------------------------


def test_a_part_keeps_what_speaks_against_it(kg: KnowledgeGraph) -> None:
    human = mg.keep_matching(kg, taxon="human")
    passed = {f.id for f in kg.find_findings(taxon="human")}
    against = human.findings.keys() - passed
    assert passed < human.findings.keys()
    for key in passed:
        edge = human.associations[mg.model.association_id(*kg.findings[key].key)]
        assert {f.id for f in edge.disputing} <= human.findings.keys()
    everything = {f.id for a in kg.associations.values() for f in a.disputing}
    assert against <= everything


def test_a_part_names_only_what_its_findings_speak_of(
    kg: KnowledgeGraph, part: KnowledgeGraph, written: dict[str, Any]
) -> None:
    back = mg.read_kgx(written["kgx-jsonl"].target)
    assert back.findings == part.findings
    assert back.publications.keys() == {f.publication for f in part.findings.values()}
    assert len(back.entities) < len(kg.entities)
    for finding in part.findings.values():
        assert {*finding.via, finding.subject, finding.object} <= back.entities.keys()


def run(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["export", *arguments])


def test_only_on_the_command_line(kg: KnowledgeGraph, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    done = run("kgx-jsonl", "-o", out, "--only", "taxon=human", "--only", "object=T cell")
    assert done.exit_code == 0, done.output
    expected = mg.keep_matching(kg, taxon="human", object="T cell")
    assert mg.read_kgx(out).findings == expected.findings
    both = str(tmp_path / "both")
    run("kgx-jsonl", "-o", both, "--paths", "MSC", "Th17 cell", "--only", "taxon=human")
    paths = mg.keep_paths(kg, mg.find_paths(kg, "MSC", "Th17 cell"))
    assert mg.read_kgx(both).findings == mg.keep_matching(paths, taxon="human").findings


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["turtle", "-o", "-", "--only", "taxon"], 2, "FILTER=VALUE"),
        (["turtle", "-o", "-", "--only", "species=human"], 2, "subject, predicate"),
        (["turtle", "-o", "-", "--only", "taxon=human", "--only", "taxon=mouse"], 2, "twice"),
        (["turtle", "-o", "-", "--only", "taxon=humann"], 1, "Did you mean"),
        (["kgx", "-o", "-"], 2, "several files"),
        (["csv", "-o", "out", "--rdf12"], 2, "turtle"),
        (["kgxx", "-o", "out"], 1, "kgx"),
        (["kgx"], 2, "-o"),
        ([], 2, "--list"),
    ],
)
def test_wrong_wishes_are_explained(
    arguments: list[str], code: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.exit_code == code, done.output
    assert says in done.output
    assert not list(tmp_path.iterdir())


def test_formats_are_listed() -> None:
    done = run("--list")
    assert done.exit_code == 0
    assert all(name in done.output for name in FORMATS)


def test_rdf_12_on_the_command_line() -> None:
    plain, more = (run("nquads", "-o", "-", "--only", "object=Treg", *o) for o in ([], ["--rdf12"]))
    assert "#reifies" not in plain.stdout
    assert "#reifies" in more.stdout


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

    categories = st.sampled_from(["Cell", "Protein", "Disease", "Exposure", "ClinicalAttribute"])
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
            significance=draw(st.sampled_from(sorted(base.rubric.significance))),
            readout=draw(st.booleans()),
        )
    whole = base._tables
    return KnowledgeGraph(
        Tables(
            folder=whole.folder, prefixes=whole.prefixes, entities=entities, predicates=whole.predicates,
            aspects=whole.aspects, vocabulary=whole.vocabulary, refinements=whole.refinements,
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
    assert contents(mg.export(back, name, tmp_path / "again").target) == contents(written.target)


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
    written: dict[str, Any], tmp_path: Path, *, file: str, line: int, fault: str, says: str
) -> None:
    for name, content in contents(written["kgx-jsonl"].target).items():
        (tmp_path / name).write_bytes(content)
    lines = (tmp_path / file).read_text(encoding="utf-8").split("\n")
    lines[line - 1] = fault
    (tmp_path / file).write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(mg.DataError, match=says) as caught:
        mg.read_kgx(tmp_path)
    assert (caught.value.file, caught.value.line) == (str(tmp_path / file), line)


def test_a_record_twice_and_a_missing_file_are_named(written: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(mg.DataError, match=r"nodes\.jsonl, edges\.jsonl and findings\.jsonl"):
        mg.read_kgx(tmp_path)
    with pytest.raises(mg.DataError, match=r"entities\.parquet.*missing"):
        mg.read_parquet(tmp_path)
    for name, content in contents(written["kgx-jsonl"].target).items():
        (tmp_path / name).write_bytes(content)
    findings = tmp_path / "findings.jsonl"
    text = findings.read_text(encoding="utf-8")
    findings.write_text(text + text.split("\n")[0] + "\n", encoding="utf-8")
    with pytest.raises(mg.DataError, match=r"stands here again.*findings\.jsonl:1"):
        mg.read_kgx(tmp_path)
    (tmp_path / "entities.parquet").write_bytes(b"no parquet")
    with pytest.raises(mg.DataError, match="no Parquet"):
        mg.read_parquet(tmp_path)


# -- single formats ---------------------------------------------------------------------------------


def test_an_aspect_without_a_biolink_word_gives_no_wrong_direction(kg: KnowledgeGraph) -> None:
    """Fewer apoptotic cells is not fewer cells."""
    from mscgraph.exchange.kgx_edges import edges_of

    edges = {edge["id"]: edge for edge in edges_of(kg)}
    seen = 0
    for key, edge in kg.associations.items():
        said = edges[key].get("object_direction_qualifier")
        if said and "object_aspect_qualifier" not in edges[key]:
            assert {"increased": 1, "decreased": -1}[said] == edge.sign
        if edge.aspect == "apoptosis" and edge.predicate == "decreases":
            assert said is None
            assert edges[key]["mscgraph_aspect"] == "apoptosis"
            seen += 1
    assert seen


def test_what_nothing_supports_is_only_said_to_be_tested(kg: KnowledgeGraph) -> None:
    from mscgraph.exchange.kgx_edges import edges_of

    for edge in edges_of(kg):
        association = kg.associations.get(edge["id"])
        if association and not association.supporting:
            assert edge["predicate"] in {"biolink:was_tested_for_effect_on", "biolink:related_to"}
            assert edge["has_confidence_score"] == 0
            assert "object_direction_qualifier" not in edge


def test_neo4j_finds_both_ends_and_every_file(written: dict[str, Any], part: KnowledgeGraph) -> None:
    folder: Path = written["neo4j"].target
    tables = {}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            tables[path.name] = list(csv.DictReader(file))
        assert path.name in (folder / "load.sh").read_text(encoding="utf-8")
    nodes = [row["id:ID"] for rows in tables.values() for row in rows if "id:ID" in row]
    assert len(nodes) == len(set(nodes))
    ends = [
        row[end]
        for rows in tables.values()
        for row in rows
        for end in (":START_ID", ":END_ID")
        if end in row
    ]
    assert len(ends) > len(part.associations)
    assert set(ends) <= set(nodes)
    contested = next(edge for edge in part.associations.values() if edge.is_contested)
    (row,) = (row for row in tables["associations.csv"] if row["id"] == contested.id)
    assert row["disputing:string[]"].split("|") == [f.id for f in contested.disputing]
    assert len(row["supporting_statements:string[]"].split("|")) == len(contested.supporting)


def test_the_description_counts_what_is_there(part: KnowledgeGraph, written: dict[str, Any]) -> None:
    graph = rdflib.Graph().parse(written["void"].target, format="turtle")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    dataset = rdflib.URIRef("https://w3id.org/mscgraph/dataset")
    triples = rdflib.Graph().parse(written["ntriples"].target, format="nt")
    assert int(graph.value(dataset, void.triples)) == len(triples)
    assert str(graph.value(dataset, rdflib.DCTERMS.license)).startswith("https://creativecommons.org/")
    assert str(graph.value(dataset, rdflib.OWL.versionInfo)) == mg.__version__
    papers = {f.publication for f in part.findings.values()}
    assert len(set(graph.objects(dataset, rdflib.PROV.wasDerivedFrom))) == len(papers)
    counts = {str(graph.value(p, void["class"])).rsplit("/", 1)[1]: int(graph.value(p, void.entities))
              for p in graph.objects(dataset, void.classPartition)}  # fmt: skip
    assert counts["Finding"] == len(part.findings)
    assert counts["Association"] == len(part.associations)
