"""Statements of other sources are never passed on as ours, under our licence (issue 12 A 5)."""

import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import mscgraph as mg
from mscgraph.export import FORMATS, export
from mscgraph.graph import keep_associations, stated_associations

SOURCE = "infores:strict"
LICENCE = "CC-BY-NC-4.0"
NODES = "id\tname\tcategory\nHGNC:5438\tIFNG\tbiolink:Gene\nX:7098\tCXCL99\tbiolink:Gene\n"
EDGES = (
    "id\tsubject\tpredicate\tobject\tqualified_predicate\tobject_direction_qualifier\t"
    "primary_knowledge_source\tpublications\n"
    f"e1\tHGNC:5438\tbiolink:affects\tX:7098\tbiolink:causes\tdecreased\t{SOURCE}\tPMID:12345678\n"
    f"e2\tCL:0000134\tbiolink:affects\tCL:0000899\tbiolink:causes\tdecreased\t{SOURCE}\tDOI:10.1/a<b\n"
    f"e3\tCL:0000134\tbiolink:related_to\tX:7098\t\t\t{SOURCE}\t\n"
)
SUFFIXES = {
    "turtle": ".ttl", "trig": ".trig", "ntriples": ".nt", "nquads": ".nq", "rdfxml": ".rdf",
    "jsonld": ".jsonld",
}  # fmt: skip
BIBLIOGRAPHIES = ("bibtex", "ris", "csl-json")


@pytest.fixture(scope="module")
def merged(kg: mg.KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> mg.KnowledgeGraph:
    folder = tmp_path_factory.mktemp("merged")
    (folder / "nodes.tsv").write_text(NODES)
    (folder / "edges.tsv").write_text(EDGES)
    mg.import_graph(
        "kgx",
        [folder / "nodes.tsv", folder / "edges.tsv"],
        folder / "other",
        knowledge_source=SOURCE,
        licence=LICENCE,
        base=kg,
    )
    mg.merge_graphs(["curated", folder / "other"], folder / "merged", base=kg)
    return mg.open_graph(folder / "merged", base=kg)


def written(target: Path, form: str) -> str:
    """All that stands in a file or folder, as text."""
    if form == "parquet":
        return str([pq.read_table(file).to_pylist() for file in target.glob("*.parquet")])
    if form == "xlsx":
        with zipfile.ZipFile(target) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    files = [target] if target.is_file() else [file for file in target.rglob("*") if file.is_file()]
    return "".join(file.read_bytes().decode() for file in files)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("cut", [False, True], ids=["whole", "slice"])
def test_they_are_kept_with_source_papers_and_licence_or_left_out_with_a_word(
    form: str, cut: bool, merged: mg.KnowledgeGraph, tmp_path: Path
) -> None:
    edges = [edge for edge in merged.associations.values() if edge.sources]
    kg = keep_associations(merged, edges) if cut else merged
    done = export(kg, form, tmp_path / "out")
    text = written(done.target, form)
    (left_out,) = [x.records for x in done.losses if x.field == "Association.sources"] or [0]
    assert left_out == (0 if FORMATS[form].stated else len(edges))
    if form in BIBLIOGRAPHIES:
        assert "12345678" in text
        assert SOURCE not in text
        assert "KnowledgeSource" in {loss.field for loss in done.losses}
    elif FORMATS[form].stated:
        assert all(said in text for said in (SOURCE, LICENCE, "12345678", "X:7098"[2:]))
        assert "infores:mscgraph" not in text or form in {"kgx", "kgx-jsonl"}  # the aggregator
    else:
        alone = [edge.id for edge in edges if not edge.findings]
        assert not any(said in text for said in (SOURCE, "12345678", *alone))


@pytest.mark.parametrize("form", [*SUFFIXES, "kgx-jsonl", "parquet", "directory"])
@pytest.mark.parametrize("cut", [False, True], ids=["whole", "slice"])
def test_they_come_back(form: str, cut: bool, merged: mg.KnowledgeGraph, tmp_path: Path) -> None:
    kg = keep_associations(merged, stated_associations(merged)) if cut else merged
    target = tmp_path / f"out{SUFFIXES.get(form, '')}"
    if form == "directory":
        back: mg.KnowledgeGraph = mg.open_graph(mg.write_graph(kg, target))
    else:
        export(kg, form, target)
        readers = {"kgx-jsonl": mg.read_kgx, "parquet": mg.read_parquet}
        back = readers.get(form, mg.read_rdf)(target)
    assert len(kg.stated) == 3
    assert back.stated == kg.stated
    assert dict(back.associations.items()) == dict(kg.associations.items())
    assert back.tables.licence_of(SOURCE) == LICENCE
    if not cut:
        assert back == kg


def test_a_licence_that_is_only_known_of_an_import_is_named_with_it(
    merged: mg.KnowledgeGraph,
) -> None:
    assert merged.tables.licence_of("infores:unheard-of") == f"{LICENCE} ({SOURCE})"
    named = merged.tables._replace(licences={SOURCE: LICENCE, "infores:primary": ""})  # by a statement
    assert named.licence_of("infores:primary") == f"{LICENCE} ({SOURCE})"
    assert merged.tables._replace(licences={}).licence_of(SOURCE) == "not stated"


def test_rows_that_are_gone_are_told(merged: mg.KnowledgeGraph, tmp_path: Path) -> None:
    export(merged, "parquet", tmp_path / "p")
    (tmp_path / "p" / "statements.parquet").unlink()
    with pytest.raises(mg.DataError, match=r"associations\.parquet: it holds 50 associations"):
        mg.read_parquet(tmp_path / "p")
    export(merged, "kgx-jsonl", tmp_path / "k")
    edges = (tmp_path / "k" / "edges.jsonl").read_text().replace('"decreases"', '"lessens"')
    (tmp_path / "k" / "edges.jsonl").write_text(edges)
    with pytest.raises(mg.DataError, match=r"edges\.jsonl:\d+: column predicate: 'lessens'"):
        mg.read_kgx(tmp_path / "k")


def test_a_statement_about_something_that_is_gone_is_refused(
    merged: mg.KnowledgeGraph, tmp_path: Path
) -> None:
    lines = export(merged, "nquads", tmp_path / "a.nq").target.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("<https://bioregistry.io/X:7098>")]
    assert len(kept) < len(lines)
    (tmp_path / "a.nq").write_text("".join(kept))
    with pytest.raises(mg.DataError, match=r"column object: a statement: 'X:7098' is not described"):
        mg.read_rdf(tmp_path / "a.nq")
    alone = next(n for n, line in enumerate(lines) if "/stated_by>" in line)
    (tmp_path / "a.nq").write_text("".join(lines[:alone] + lines[alone + 1 :]))
    with pytest.raises(mg.DataError, match="has lost its type, or what names it"):
        mg.read_rdf(tmp_path / "a.nq")


@pytest.mark.parametrize("name", ["findings", "edges"])
def test_a_line_of_kgx_that_is_gone_is_told(
    name: str, merged: mg.KnowledgeGraph, tmp_path: Path
) -> None:
    file = export(merged, "kgx-jsonl", tmp_path / "k").target / f"{name}.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    for gone in range(0, len(lines), len(lines) // 8):
        file.write_text("".join(lines[:gone] + lines[gone + 1 :]))
        with pytest.raises(
            mg.DataError, match=r"edges\.jsonl: nodes, edges and findings do not belong"
        ):
            mg.read_kgx(tmp_path / "k")
