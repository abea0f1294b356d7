"""Every format: whole or not at all, the same bytes twice, the same ids, and what it lost said."""

import csv
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import rdflib
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.export import FORMATS
from mscgraph.graph import KnowledgeGraph
from tests.losses import PAGE, loss_table


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


@pytest.mark.slow
# -- what holds for every format --------------------------------------------------------------------
def test_two_builds_are_the_same_bytes(
    part: KnowledgeGraph, written: dict[str, Any], tmp_path: Path
) -> None:
    """The second in another process, where sets have another order."""
    script = (
        "import sys, mscgraph as mg\n"
        "from mscgraph.export import FORMATS\n"
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
    left_out = (n for field, n in losses.items() if re.match(r"Association(?![.\w])", field))
    assert len(missing) == sum(left_out)


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_graph_can_be_written(kg: KnowledgeGraph, name: str, tmp_path: Path) -> None:
    written = mg.export(kg.keep_findings(lambda _: False), name, tmp_path / "empty")
    assert written.target.exists()


@pytest.mark.slow
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


def test_a_part_on_the_command_line(kg: KnowledgeGraph, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    done = run("kgx-jsonl", "-o", out, "--taxon", "human", "--object", "T cell")
    assert done.exit_code == 0, done.output
    expected = mg.keep_matching(kg, taxon="human", object="T cell")
    assert mg.read_kgx(out).findings == expected.findings
    both = str(tmp_path / "both")
    run("kgx-jsonl", "-o", both, "--paths", "MSC", "Th17 cell", "--taxon", "human")
    paths = mg.keep_paths(kg, mg.find_paths(kg, "MSC", "Th17 cell", taxon="human"))
    assert mg.read_kgx(both).findings == paths.findings


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["turtle", "-o", "-", "--species", "human"], 2, "No such option"),
        (["turtle", "-o", "-", "--via", "IDO1"], 2, "--via goes with --paths"),
        (["turtle", "-o", "-", "--paths", "MSC", "Treg", "--category", "Protien"], 1, "Protein"),
        (["turtle", "-o", "-", "--predicate", "increases", "--predicate", "alters"], 2, "with --paths"),
        (["turtle", "-o", "-", "--taxon", "humann"], 1, "Did you mean"),
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
    plain, more = (run("nquads", "-o", "-", "--object", "Treg", *o) for o in ([], ["--rdf12"]))
    assert "#reifies" not in plain.stdout
    assert "#reifies" in more.stdout


# -- single formats ---------------------------------------------------------------------------------


def test_an_aspect_without_a_biolink_word_gives_no_wrong_direction(kg: KnowledgeGraph) -> None:
    """Fewer apoptotic cells is not fewer cells."""
    from mscgraph.export.kgx import edges_of

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
    from mscgraph.export.kgx import edges_of

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
