"""The graph directory holds the graph, says what it is, and is never half there."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import mscgraph as mg
from mscgraph.graph import KnowledgeGraph
from mscgraph.merged.layout import TABLES
from mscgraph.merged.rows import (
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
