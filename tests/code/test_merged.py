"""The graph directory holds the graph, says what it is, and is never half there."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.errors import CurieError
from mscgraph.graph import KnowledgeGraph, associations_of
from mscgraph.large.directory.manifest import TABLES
from mscgraph.large.directory.record_rows import (
    finding_row,
    node_row,
    publication_row,
    to_entity,
    to_finding,
    to_publication,
)


@pytest.fixture(scope="session")
def directory(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped graph as a directory."""
    return mg.write_graph(kg, tmp_path_factory.mktemp("graphs") / "curated.graph")


def test_records_come_back_from_their_rows(kg: KnowledgeGraph) -> None:
    for entity in kg.entities.values():
        assert to_entity(node_row(entity)) == entity
    for finding in kg.findings.values():
        assert to_finding(finding_row(finding)) == finding
    for paper in kg.publications.values():
        assert to_publication(publication_row(paper)) == paper


def test_every_table_is_there_sorted_and_counted(kg: KnowledgeGraph, directory: Path) -> None:
    counts = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))["counts"]
    held = {
        "nodes": kg.entities,
        "associations": kg.associations,
        "findings": kg.findings,
        "publications": kg.publications,
    }
    for table, records in held.items():
        read = pq.read_table(directory / table / "part-00000.parquet")
        assert read.column("id").to_pylist() == sorted(records)
        assert counts[table] == len(records)
        assert read.column_names == [column.name for column in TABLES[table]]


def test_walkable_rows_are_what_the_search_walks(kg: KnowledgeGraph, directory: Path) -> None:
    rows = pq.read_table(directory / "associations" / "part-00000.parquet").to_pylist()
    for row in rows:
        edge = kg.associations[row["id"]]
        assert row["sign"] == (None if edge.sign is None else int(edge.sign))
        assert row["cost"] == edge.grade.cost
        assert (row["cost"] is None) == (not edge.supporting)
        assert row["ends"] == (bool(edge.supporting) and edge.is_readout)


def test_the_relations_are_noted(kg: KnowledgeGraph, directory: Path) -> None:
    used = {(edge.predicate, edge.aspect) for edge in kg.associations.values()}
    assert mg.open_graph(directory).manifest.relations == tuple(sorted(used))


def test_the_same_graph_gives_the_same_bytes(
    kg: KnowledgeGraph, directory: Path, tmp_path: Path
) -> None:
    again = mg.write_graph(kg, tmp_path / "again.graph")
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (again / path.relative_to(directory)).read_bytes()


def test_the_content_hash_tells_graphs_apart(
    kg: KnowledgeGraph, directory: Path, tmp_path: Path
) -> None:
    part = kg.keep_findings(lambda finding: finding.id != max(kg.findings))
    other = mg.write_graph(part, tmp_path / "part.graph")
    manifests = [json.loads((d / "manifest.json").read_text("utf-8")) for d in (directory, other)]
    assert manifests[0]["content"] != manifests[1]["content"]


def test_somebodys_folder_is_not_overwritten(kg: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(mg.OutputError, match="did not write there"):
        mg.write_graph(kg, tmp_path / "mine")


# -- read as it is asked ----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def by_id(kg: KnowledgeGraph) -> KnowledgeGraph:
    """The shipped graph with its findings in the order of their ids, as files have them."""
    return mg.from_rdf(mg.to_rdf(kg))


@pytest.fixture(scope="session")
def opened(directory: Path, kg: KnowledgeGraph) -> KnowledgeGraph:
    return mg.open_graph(directory, base=kg)


@pytest.fixture(scope="session", params=["small", "large"])
def either(
    request: pytest.FixtureRequest, directory: Path, kg: KnowledgeGraph
) -> Iterator[KnowledgeGraph]:
    """The directory read whole, and the same one read row by row, as a large one is."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "large":
            patch.setattr("mscgraph.large.directory.parquet_tables.FEW", 10)
        yield mg.open_graph(directory, base=kg)


def test_the_graph_comes_back(by_id: KnowledgeGraph, either: KnowledgeGraph) -> None:
    kg = by_id
    assert either == kg
    assert dict(either.associations.items()) == dict(kg.associations)
    assert either.graph_folder is not None
    assert kg.graph_folder is None
    assert len(either.associations) == len(list(either.associations)) == len(kg.associations)


@pytest.mark.parametrize(
    "name",
    ["SDF-1", "nf kappa b", "MSCs", "UniProtKB:P22301", "uniprotkb:p22301", "CL:0000134", "Th17"],
)
def test_names_mean_the_same(kg: KnowledgeGraph, either: KnowledgeGraph, name: str) -> None:
    assert either.entity(name) == kg.entity(name)


@pytest.mark.parametrize("name", ["MSCC", "interleukin tenn", "zzzzzzzz", "Th 71 cel"])
def test_misspelt_names_are_refused_alike(
    kg: KnowledgeGraph, either: KnowledgeGraph, name: str
) -> None:
    with pytest.raises(mg.NotFound) as wanted:
        kg.entity(name)
    with pytest.raises(mg.NotFound) as got:
        either.entity(name)
    assert str(got.value) == str(wanted.value)


def test_look_ups_find_the_same(by_id: KnowledgeGraph, either: KnowledgeGraph) -> None:
    kg = by_id
    assert either.find_entities("il 1") == kg.find_entities("il 1")
    assert either.find_entities("---") == []
    treg = kg.entity("T cell").id
    assert either.kinds_of(treg) == kg.kinds_of(treg)
    assert either.ancestors("CL:0000899") == kg.ancestors("CL:0000899")
    assert associations_of(either, treg) == associations_of(kg, treg)
    assert either.name("CL:0000134") == "MSC"
    assert either.name("CL:none") == "CL:none"
    assert "MSCGA:none" not in either.associations
    with pytest.raises(mg.NotFound, match="No association"):
        either.association("MSCGA:none")


@pytest.mark.parametrize(
    "filters",
    [
        {"object": "Treg"},
        {"subject": "MSC", "taxon": "human"},
        {"predicate": "increases", "aspect": "proliferation"},
        {"publication": "PMID:9"},
        {"design": "in_vitro", "system": "monoculture"},
    ],
)
def test_filters_select_the_same(
    by_id: KnowledgeGraph, either: KnowledgeGraph, filters: dict[str, str]
) -> None:
    kg = by_id
    found = sorted(either.find_associations(**filters), key=lambda edge: edge.key)
    assert found == kg.find_associations(**filters)
    assert found


def test_paths_and_conflicts_are_the_same(kg: KnowledgeGraph, opened: KnowledgeGraph) -> None:
    for conditions in ({}, {"taxon": "mouse"}, {"since": 2015, "min_grade": "C"}):
        asked = [mg.find_paths(g, "MSC", "Th17 cell", max_length=3, **conditions) for g in (kg, opened)]
        assert asked[0].to_dict()["verdict"] == asked[1].to_dict()["verdict"]
        assert [p.cost for p in asked[0].paths] == [p.cost for p in asked[1].paths]
        assert [[s.association.id for s in p.steps] for p in asked[0].paths] == [
            [s.association.id for s in p.steps] for p in asked[1].paths
        ]
    pairs = [{(c.first.id, c.second.id) for c in mg.find_conflicts(g)} for g in (kg, opened)]
    assert pairs[0] == pairs[1]


def test_a_slice_knows_its_whole(opened: KnowledgeGraph) -> None:
    part = mg.keep_paths(opened, mg.find_paths(opened, "MSC", "Th17 cell"))
    assert part.whole is opened
    assert 0 < len(part.associations) < len(opened.associations)


def test_an_unknown_prefix_has_an_address(opened: KnowledgeGraph) -> None:
    assert opened.prefixes.expand("ENSEMBL:ENSG1") == "https://bioregistry.io/ENSEMBL:ENSG1"
    with pytest.raises(CurieError):
        opened.prefixes.expand("ENSG1")


# -- damaged --------------------------------------------------------------------------------------


@pytest.fixture
def damaged(directory: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(directory, tmp_path / "damaged.graph"))


def test_a_truncated_part_is_named(damaged: Path) -> None:
    part = damaged / "associations" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:-100])
    with pytest.raises(mg.DataError, match=r"damaged\.graph.*part-00000\.parquet"):
        mg.open_graph(damaged)


def test_a_part_cut_in_the_middle_is_named_when_it_is_read(damaged: Path) -> None:
    part = damaged / "nodes" / "part-00000.parquet"
    content = bytearray(part.read_bytes())
    content[100:2000] = b"\xff" * 1900
    part.write_bytes(bytes(content))
    with pytest.raises(mg.DataError, match=r"damaged\.graph.*write it again"):
        dict(mg.open_graph(damaged).entities.items())


def test_missing_parts_are_seen(kg: KnowledgeGraph, damaged: Path) -> None:
    shutil.copy(damaged / "nodes" / "part-00000.parquet", damaged / "nodes" / "part-00001.parquet")
    with pytest.raises(
        mg.DataError, match=rf"has {2 * len(kg.entities)} rows where {len(kg.entities)} were written"
    ):
        mg.open_graph(damaged)
    shutil.rmtree(damaged / "nodes")
    with pytest.raises(mg.DataError, match=r"the part nodes/part-00000\.parquet is missing"):
        mg.open_graph(damaged)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 4}, "version is 4, this program reads 3"),
        ({"format": "x"}, "not the manifest of a graph directory"),
        ({"counts": {}}, "lacks or misspells 'nodes'"),
        ({"sources": [{"nom": ""}]}, "lacks or misspells"),
        ({"relations": [["cures", ""]]}, "it uses 'cures'"),
        ({"relations": ["cures"]}, "lacks or misspells"),
    ],
)
def test_a_strange_manifest_is_refused(damaged: Path, change: dict[str, object], message: str) -> None:
    manifest = json.loads((damaged / "manifest.json").read_text(encoding="utf-8")) | change
    (damaged / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(mg.DataError, match=message):
        mg.open_graph(damaged)


def test_what_is_no_graph_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(mg.DataError, match=r"not a graph directory: it has no manifest\.json"):
        mg.open_graph(tmp_path)
    with pytest.raises(mg.DataError, match="there is no such folder"):
        mg.open_graph(tmp_path / "nowhere")
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(mg.DataError, match="cannot be read"):
        mg.open_graph(tmp_path)


def test_foreign_columns_and_predicates_are_refused(kg: KnowledgeGraph, damaged: Path) -> None:
    part = damaged / "associations" / "part-00000.parquet"
    table = pq.read_table(part)
    manifest = json.loads((damaged / "manifest.json").read_text(encoding="utf-8")) | {"parts": {}}
    (damaged / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    pq.write_table(table.drop_columns(["cost"]), part)
    with pytest.raises(mg.DataError, match="associations lacks cost"):
        mg.open_graph(damaged)
    place = table.column_names.index("predicate")
    renamed = table.set_column(place, "predicate", [["cures"] * table.num_rows])
    pq.write_table(renamed, part)
    with pytest.raises(mg.DataError, match="it uses 'cures"):
        mg.open_graph(damaged)


def test_without_the_extra_the_line_that_installs_it_is_named(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(mg.MissingExtra, match=r'pip install "mscgraph\[large\]"'):
        mg.open_graph(directory)


def test_the_program_ends_without_a_word_of_its_libraries(tmp_path: Path) -> None:
    """DuckDB lists on standard error what nobody collected before the interpreter ended."""
    line = [sys.executable, "-m", "mscgraph", "merge", "curated", "-o", str(tmp_path / "one.graph")]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    assert done.stderr.startswith("wrote ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "command",
    [
        "mine MSC Treg --summary", "paths MSC Treg", "export kgx -o out", "page -o out.html", "site -o out",
        "figure MSC Treg -o out.svg", "stats", "index",
    ],
)  # fmt: skip
def test_a_directory_of_an_earlier_program_is_refused_with_what_to_do(
    command: str, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no role of an entity, so that what may stand between the ends is not known."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(directory, "old")
    part = Path("old/nodes/part-00000.parquet")
    pq.write_table(pq.read_table(part).drop_columns(["role", "more_is"]), part)
    manifest = json.loads(Path("old/manifest.json").read_text(encoding="utf-8"))
    del manifest["parts"]
    Path("old/manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    done = CliRunner().invoke(main, ["--graph", "old", *command.split()])
    assert done.exit_code == 1
    assert (
        "old: the table nodes lacks role, more_is: an earlier program wrote it; make it" in done.stderr
    )
    Path("old/manifest.json").write_text(json.dumps({**manifest, "version": 1}), encoding="utf-8")
    done = CliRunner().invoke(main, ["--graph", "old", *command.split()])
    assert done.exit_code == 1
    assert "its version is 1" in done.stderr
    assert "make it again from its sources with mscgraph import or merge" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old"]
