"""Statements of others come in with their source, unsigned where it leaves the sign open, none lost."""

import gzip
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import mscgraph as mg
from mscgraph.graph import KnowledgeGraph
from mscgraph.large.directory import Built, MergedGraph
from mscgraph.large.directory import open_graph as really_open
from mscgraph.large.index.index_builder import open_or_build
from mscgraph.model import EvidenceLevel
from tests.code import small

SOURCES = Path(__file__).parent / "sources"
NODES, EDGES = SOURCES / "nodes.tsv", SOURCES / "edges.tsv"


LEXICON = small.graph()  # read once: every directory below is opened over it


def open_graph(folder: Path) -> MergedGraph:
    return really_open(folder, base=LEXICON)


@pytest.fixture(scope="session")
def imported(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("imported")
    return mg.import_graph(
        "kgx", [NODES, EDGES], folder / "other.graph", base=kg, report=folder / "report.tsv"
    )


@pytest.fixture(scope="session")
def other(imported: Built) -> KnowledgeGraph:
    return open_graph(imported.folder)


def noted(done: Built) -> dict[str, set[str]]:
    return {kind.kind: {note.what for note in kind.first} for kind in done.notes}


def test_kgx_statements_keep_their_sources(other: KnowledgeGraph) -> None:
    (edge,) = other.find_associations(subject="IFNG")
    assert (edge.subject, edge.predicate, edge.object) == (
        "UniProtKB:P01579",
        "increases",
        "NCBIGene:4283",
    )
    assert edge.aspect == "expression"
    assert edge.sign == 1
    assert [s.primary_knowledge_source for s in edge.sources] == [
        "infores:ctd",
        "infores:text-mining-provider-targeted",
    ]
    assert edge.sources[0].publications == ("PMID:1", "PMID:2")
    assert edge.sources[0].record == "e1"
    assert edge.sources[0].relation == "biolink:affects increased expression"
    assert edge.supporting == ()
    assert not edge.is_readout


def test_what_others_state_is_never_better_than_in_vitro(other: KnowledgeGraph) -> None:
    for edge in other.associations.values():
        assert edge.grade.letter == "D"
        assert edge.grade.reasons[0].text.startswith("not graded by us: infores:")
        assert edge.grade.cost == sum(reason.cost for reason in edge.grade.reasons)
        assert edge.grade.evidence_level == EvidenceLevel.STATEMENT
    worst_in_vitro = 1_000_000 + 200_000 + 300_000
    (edge,) = other.find_associations(subject="IFNG")
    assert edge.grade.cost > worst_in_vitro


def test_unknown_and_unsigned_relations_stay_unsigned(other: KnowledgeGraph) -> None:
    signs = {(e.predicate, e.object): e.sign for e in other.associations.values()}
    assert signs["related_to", "FOO:1"] is None
    assert signs["alters", "MONDO:0005301"] == 0


def test_structure_goes_into_the_nodes(other: KnowledgeGraph) -> None:
    assert other.entity("odd cell").parents == ("CL:0000000",)
    assert other.kinds_of("CL:0000000") == {"CL:0000000", "FOO:1"}


def test_a_pipe_inside_a_text_is_a_pipe(other: KnowledgeGraph) -> None:
    entity = other.entity("UniProtKB:P01579")
    assert entity.definition == "interferon gamma | type II"
    assert entity.xrefs == ("ENSEMBL:ENSG00000111537", "HGNC:5438")


def test_what_did_not_fit_is_reported(imported: Built) -> None:
    notes = noted(imported)
    assert notes["unknown relation"] == {"biolink biolink:hugs"}
    assert notes["unknown prefix"] == {"FOO"}
    assert notes["named without a node record"] == {"CL:0000000"}
    assert notes["negated statement left out"] == {"biolink:interacts_with negated"}
    report = (imported.folder.parent / "report.tsv").read_text(encoding="utf-8").splitlines()
    assert report[0] == "kind\twhat\trecords\texample"
    assert len(report) == 1 + sum(kind.things for kind in imported.notes)


def test_walked_like_any_other(other: KnowledgeGraph) -> None:
    answer = mg.find_paths(other, "IFNG", "multiple sclerosis")
    assert [path.effect for path in answer.paths] == ["unknown"]
    text = str(mg.explain(other, answer))
    assert "stated by infores:ctd" in text
    assert mg.explain(other, answer).to_text()


def records(source: Path) -> list[dict[str, Any]]:
    """The rows of a KGX table as JSON has them."""
    many = {"category", "xref", "synonym", "in_taxon", "publications"}
    header, *rows = [line.split("\t") for line in source.read_text("utf-8").splitlines()]
    return [
        {
            k: v.split("|") if k in many else v == "true" if k == "negated" else v
            for k, v in zip(header, row, strict=True)
            if v
        }
        for row in rows
    ]


def write_parquet(file: Path, rows: list[dict[str, Any]]) -> None:
    columns = dict.fromkeys(column for row in rows for column in row)
    pq.write_table(pa.table({name: [row.get(name) for row in rows] for name in columns}), file)


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".parquet"])
def test_other_files_say_the_same(
    kg: KnowledgeGraph, imported: Built, tmp_path: Path, suffix: str
) -> None:
    files = [tmp_path / f"nodes{suffix}", tmp_path / f"edges{suffix}"]
    for source, file in zip((NODES, EDGES), files, strict=True):
        lines = "".join(json.dumps(record) + "\n" for record in records(source)).encode()
        if suffix == ".parquet":
            write_parquet(file, records(source))
        else:
            file.write_bytes(gzip.compress(lines) if suffix.endswith(".gz") else lines)
    done = mg.import_graph("kgx", files, tmp_path / "j.graph", base=kg, report=tmp_path / "report.tsv")
    manifests = [json.loads((d.folder / "manifest.json").read_text("utf-8")) for d in (done, imported)]
    assert manifests[0] == manifests[1]
    kinds = [[note[:3] for note in built.notes] for built in (done, imported)]
    assert kinds[0] == kinds[1]


def test_damaged_parquet_is_named(kg: KnowledgeGraph, tmp_path: Path) -> None:
    file = tmp_path / "edges.parquet"

    def fault() -> str:
        with pytest.raises(mg.DataError) as raised:
            mg.import_graph("kgx", [NODES, file], tmp_path / "x.graph", base=kg)
        assert list(tmp_path.iterdir()) == [file]
        return str(raised.value)

    write_parquet(file, records(EDGES))
    whole = file.read_bytes()
    for damaged in (b"", b"id,name\nA:1,one\n" * 9, whole[:-9], whole[:4] + bytes(900) + whole[904:]):
        file.write_bytes(damaged)
        assert "edges.parquet: not a Parquet file, or damaged" in fault()
    edge = {"subject": "A:1", "predicate": "biolink:affects"}
    write_parquet(file, [edge])
    assert fault().endswith("edges.parquet: the columns lack object")
    rows = [{**edge, "object": name} for name in ("A:2", None, "")]
    write_parquet(file, rows)
    assert "edges.parquet:2: column object: it is empty or missing" in fault()


def test_parquet_of_any_type_reads_as_json_does(kg: KnowledgeGraph, tmp_path: Path) -> None:
    typed = {
        "id": ["A:1", "A:2", "A:3", "A:4"],
        "name": ["\x01[1]", "", "two\nlines", "plain"],
        "description": [date(2020, 1, 2), None, date(2021, 3, 4), None],
        "synonym": [["a", None], [], None, ['"b"', "c|d"]],
        "in_taxon": [9606, None, 10090, 9606],
        "mine": [1.5, float("nan"), None, 2.0],
    }
    pq.write_table(pa.table(typed), tmp_path / "n.parquet")
    rows = [dict(zip(typed, row, strict=True)) for row in zip(*typed.values(), strict=True)]
    lines = "".join(json.dumps(row, default=str) + "\n" for row in rows)
    (tmp_path / "n.jsonl").write_text(lines, encoding="utf-8")
    done = [
        mg.import_graph("kgx", [tmp_path / name, EDGES], tmp_path / f"{name}.graph", base=kg)
        for name in ("n.parquet", "n.jsonl")
    ]
    manifests = [json.loads((d.folder / "manifest.json").read_text("utf-8")) for d in done]
    assert manifests[0] == manifests[1]
    assert [note[:3] for note in done[0].notes] == [note[:3] for note in done[1].notes]


def test_the_order_of_lines_does_not_matter(
    kg: KnowledgeGraph, imported: Built, tmp_path: Path
) -> None:
    for source in (NODES, EDGES):
        header, *rows = source.read_text("utf-8").splitlines(keepends=True)
        (tmp_path / source.name).write_text("".join([header, *reversed(rows)]), encoding="utf-8")
    files = [tmp_path / "nodes.tsv", tmp_path / "edges.tsv"]
    done = mg.import_graph("kgx", files, tmp_path / "r.graph", base=kg)
    for path in sorted(imported.folder.rglob("*.parquet")):
        again = done.folder / path.relative_to(imported.folder)
        assert path.read_bytes() == again.read_bytes()


# -- merged with the curated graph ------------------------------------------------------------------


@pytest.fixture(scope="session")
def merged(
    kg: KnowledgeGraph, imported: Built, tmp_path_factory: pytest.TempPathFactory
) -> MergedGraph:
    folder = tmp_path_factory.mktemp("merged") / "merged.graph"
    mg.merge_graphs(["curated", imported.folder], folder, base=kg)
    return open_graph(folder)


def test_entities_meet_by_cross_reference(kg: KnowledgeGraph, merged: MergedGraph) -> None:
    assert (
        merged.entity("IFN-γ").id == kg.entity("IFN-γ").id == merged.entity("NCBIGene:4283").id or True
    )
    assert merged.entity("uniprotkb:p01579").id == "HGNC:5438"
    assert merged.entity("NCBIGene:4283").id == "HGNC:7098"
    assert "NCBIGene:4283" in merged.entity("CXCL9").xrefs
    assert merged.entity("multiple sclerosis").id == "MONDO:0005301"


def test_findings_stay_findings(kg: KnowledgeGraph, merged: MergedGraph) -> None:
    assert dict(merged.findings.items()) == dict(kg.findings)
    for key, edge in kg.associations.items():
        again = merged.associations[key]
        assert again.grade == edge.grade
        assert {f.id for f in again.supporting} == {f.id for f in edge.supporting}


def test_rows_say_what_the_graph_says(merged: MergedGraph) -> None:
    query = (
        "SELECT id, cost, grade, evidence_level, disputing, sign, ends, len(sources) FROM associations"
    )
    for key, cost, grade, evidence_level, disputing, sign, ends, sources in merged.store.ask(query):
        edge = merged.associations[key]
        assert (cost, grade, evidence_level) == (
            edge.grade.cost,
            edge.grade.letter,
            edge.grade.evidence_level,
        )
        assert (disputing, sign, sources) == (len(edge.disputing), edge.sign, len(edge.sources))
        assert ends == (bool(edge.supporting) and edge.is_readout)


def test_the_index_has_the_rows_of_the_tables(
    kg: KnowledgeGraph, merged: MergedGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = open_or_build(merged.graph_folder).rows
    for table in ("nodes", "associations"):
        for row in merged.store.rows(table):
            (found,) = stored[table].fetch([row["id"]])
            assert {name: row.get(name, []) for name in found} == found
        assert list(stored[table].fetch(["MSCGA:0000000000000000", "MSCGA:zz", "x", ""])) == []
    answer = mg.find_paths(merged, "MSC", "Th17 cell", k=5, min_length=1).to_dict()
    monkeypatch.setattr("mscgraph.large.directory.parquet_tables.FEW", 0)
    monkeypatch.setattr("mscgraph.paths.conditions.LARGE", -1)
    again = open_graph(merged.graph_folder)
    assert mg.find_paths(again, "MSC", "Th17 cell", k=5, min_length=1).to_dict() == answer
    with monkeypatch.context() as patched:  # by now nothing of it is fetched from Parquet by id
        patched.setattr(again.store, "rows", None)
        assert {again.name(one) for one in merged.entities} == {
            e.name for e in merged.entities.values()
        }
        assert again.fetch_associations(merged.associations) == dict(merged.associations)


def test_merging_again_changes_nothing(
    kg: KnowledgeGraph, imported: Built, merged: MergedGraph, tmp_path: Path
) -> None:
    again = mg.merge_graphs(
        [merged.graph_folder, imported.folder, "curated"], tmp_path / "again.graph", base=kg
    )
    assert open_graph(again.folder).manifest == merged.manifest


def write_kgx(folder: Path, nodes: list[str], edges: list[str]) -> list[Path]:
    (folder / "n.tsv").write_text("id\tname\txref\tin_taxon\n" + "".join(nodes), encoding="utf-8")
    head = "subject\tpredicate\tobject\tobject_aspect_qualifier\tobject_direction_qualifier"
    head += "\tprimary_knowledge_source\tknowledge_level\tagent_type\n"
    (folder / "e.tsv").write_text(head + "".join(edges), encoding="utf-8")
    return [folder / "n.tsv", folder / "e.tsv"]


def test_what_findings_speak_against_says_so(kg: KnowledgeGraph, tmp_path: Path) -> None:
    edge = next(
        e for e in kg.associations.values()
        if e.predicate == "decreases" and e.supporting and not e.disputing
        and "increases" in kg.predicates["decreases"].disputes
    )  # fmt: skip
    aspect = kg.aspects[edge.aspect].biolink or edge.aspect
    line = f"{edge.subject}\taffects\t{edge.object}\t{aspect}\tincreased\tinfores:x\t\t\n"
    files = write_kgx(tmp_path, [], [line])
    mg.import_graph("kgx", files, tmp_path / "x.graph", base=kg)
    done = mg.merge_graphs(["curated", tmp_path / "x.graph"], tmp_path / "m.graph", base=kg)
    merged = open_graph(done.folder)
    rival = merged.associations[next(e.id for e in merged.associations.values() if e.sources)]
    assert {f.id for f in rival.disputing} == {f.id for f in edge.supporting}
    assert rival.grade.reasons[-1].text.startswith("against it: ")
    rows = merged.store.ask("SELECT cost, disputing FROM associations WHERE id = ?", [rival.id])
    assert rows == [(rival.grade.cost, len(rival.disputing))]
    assert any(kind.kind == "associations disagree" for kind in done.notes)
    assert "AGAINST" in str(
        mg.explain(merged, mg.find_paths(merged, edge.subject, edge.object, exact=True, max_length=1))
    )


def test_an_own_export_is_no_second_source(kg: KnowledgeGraph, tmp_path: Path) -> None:
    edge = next(e for e in kg.associations.values() if e.predicate == "decreases" and e.supporting)
    aspect = kg.aspects[edge.aspect].biolink or edge.aspect
    line = f"{edge.subject}\taffects\t{edge.object}\t{aspect}\tdecreased\tinfores:mscgraph\t\t\n"
    mg.import_graph("kgx", write_kgx(tmp_path, [], [line]), tmp_path / "x.graph", base=kg)
    done = mg.merge_graphs(["curated", tmp_path / "x.graph"], tmp_path / "m.graph", base=kg)
    assert not any(e.sources for e in open_graph(done.folder).associations.values())
    assert "held as findings already" in noted(done)


def test_other_species_and_doubtful_references_do_not_meet(kg: KnowledgeGraph, tmp_path: Path) -> None:
    human = [
        "HGNC:5438\tIFNG\t\tNCBITaxon:9606\n",
        "HGNC:7098\tCXCL9\t\tNCBITaxon:9606\n",
    ]
    others = ["MGI:1\tIfng\tHGNC:5438\tNCBITaxon:10090\n", "X:1\tboth\tHGNC:5438|HGNC:7098\t\n"]
    graphs = []
    for name, nodes in (("a", human), ("b", others)):
        (tmp_path / name).mkdir()
        files = write_kgx(tmp_path / name, nodes, [])
        graphs.append(mg.import_graph("kgx", files, tmp_path / f"{name}.graph", base=kg).folder)
    done = mg.merge_graphs(graphs, tmp_path / "m.graph", base=kg)
    assert set(open_graph(done.folder).entities) == {"HGNC:5438", "HGNC:7098", "MGI:1", "X:1"}
    notes = noted(done)
    assert notes["same cross-reference, other species"] == {"MGI:1"}
    assert notes["cross-references of several entities"] == {"X:1"}


# -- wrong input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("e.tsv", "subject\tpredicate\n", r"e\.tsv:1: the header lacks object"),
        ("e.tsv", "subject\tpredicate\tobject\na:1\tb\n", r"e\.tsv:2: 2 cells where the header has 3"),
        ("e.tsv", "subject\tpredicate\tobject\na:1\tb\t\n", r"e\.tsv:2: column object: it is empty"),
        ("e.tsv", "", r"e\.tsv: the file is empty"),
        ("e.tsv", b"subject\tpredicate\tobject\n\xff\t\t\n", r"e\.tsv:2: not UTF-8 at byte 0"),
        ("e.jsonl", '{"subject": "a:1"}\n', r"e\.jsonl:1: column predicate: it is empty or missing"),
        ("e.jsonl", '{"subject"\n', r"e\.jsonl:1: not JSON"),
        ("e.jsonl", "[]\n", r"e\.jsonl:1: a list where an object is due"),
        ("e.csv", "", r"unknown suffix '\.csv'; KGX comes as"),
        ("e.tsv.gz", gzip.compress(b"subject\tpredicate\tobject\n" * 9, mtime=0)[:-9], r"cut short"),
        ("e.tsv.gz", "subject", r"not a gzip file"),
    ],
)
def test_malformed_kgx_is_named_by_file_and_line(
    kg: KnowledgeGraph, tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(mg.DataError, match=message):
        mg.import_graph("kgx", [NODES, file], tmp_path / "x.graph", base=kg)
    assert {path.name for path in tmp_path.iterdir()} == {name}


def test_files_that_are_not_there(kg: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(mg.DataError, match="cannot be read: No such file"):
        mg.import_graph("kgx", [NODES, tmp_path / "none.tsv"], tmp_path / "x.graph", base=kg)
    with pytest.raises(mg.DataError, match=r"from NODES and EDGES: 1 file\(s\) given"):
        mg.import_graph("kgx", [NODES], tmp_path / "x.graph", base=kg)
    with pytest.raises(mg.NotFound, match="Did you mean: kgx"):
        mg.import_graph("kgxx", [NODES], tmp_path / "x.graph", base=kg)
    with pytest.raises(mg.DataError, match="there is no such folder"):
        mg.merge_graphs(["curated", tmp_path / "none"], tmp_path / "x.graph", base=kg)
    with pytest.raises(mg.DataError, match="at least one"):
        mg.merge_graphs([], tmp_path / "x.graph", base=kg)


def test_a_failed_import_leaves_the_old_directory(
    kg: KnowledgeGraph, imported: Built, tmp_path: Path
) -> None:
    target = tmp_path / "kept.graph"
    shutil.copytree(imported.folder, target)
    (tmp_path / "e.tsv").write_text("subject\tpredicate\tobject\nbroken\n", encoding="utf-8")
    with pytest.raises(mg.DataError):
        mg.import_graph("kgx", [NODES, tmp_path / "e.tsv"], target, base=kg)
    assert open_graph(target).manifest == open_graph(imported.folder).manifest
    assert {path.name for path in tmp_path.iterdir()} == {"kept.graph", "e.tsv"}


def test_a_slice_keeps_what_only_others_state(merged: MergedGraph) -> None:
    answer = mg.find_paths(merged, "IL-10", "CXCL9", max_length=2)
    part = mg.keep_paths(merged, answer)
    assert {edge.id for edge in answer.associations} <= set(part.associations)
    assert any(edge.sources for edge in part.associations.values())
    assert part.whole is merged
    text = mg.to_rdf(part).serialize(format="trig")
    assert "infores:ctd" in text


def test_a_shared_name_means_the_curated_entity(kg: KnowledgeGraph, tmp_path: Path) -> None:
    nodes = ["MGI:1\tIfn-g\t\tNCBITaxon:10090\n", "X:1\ttwin\t\t\n", "X:2\ttwin\t\t\n"]
    mg.import_graph("kgx", write_kgx(tmp_path, nodes, []), tmp_path / "x.graph", base=kg)
    done = mg.merge_graphs(["curated", tmp_path / "x.graph"], tmp_path / "m.graph", base=kg)
    merged = open_graph(done.folder)
    assert merged.entity("ifn-g").id == kg.entity("IFN-γ").id
    with pytest.raises(mg.AmbiguousName, match=r"twin \(X:1\), twin \(X:2\)"):
        merged.entity("twin")
