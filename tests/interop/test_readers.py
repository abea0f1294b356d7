"""Other people's programs read what we write: DuckDB the Parquet, nanopub the nanopublications."""

import json
import warnings
from pathlib import Path

import duckdb
import pytest

import mscgraph as mg
from mscgraph.graph import KnowledgeGraph


@pytest.fixture(scope="module")
def tables(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mg.export(kg, "parquet", tmp_path_factory.mktemp("parquet") / "out").target


def test_duckdb_joins_evidence_for_and_against(kg: KnowledgeGraph, tables: Path) -> None:
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"""
            SELECT a.id, count(*) FROM '{tables}/associations.parquet' a,
                unnest(a.supporting || a.disputing) e(finding)
            JOIN '{tables}/findings.parquet' f ON f.id = e.finding
            JOIN '{tables}/publications.parquet' p ON p.id = f.publication
            GROUP BY a.id
            """
        ).fetchall()
    expected = {
        edge.id: len(edge.supporting) + len(edge.disputing)
        for edge in kg.associations.values()
        if edge.supporting or edge.disputing
    }
    assert dict(rows) == expected


def test_duckdb_sees_types_and_descriptions(kg: KnowledgeGraph, tables: Path) -> None:
    with duckdb.connect() as connection:
        described = connection.execute(f"DESCRIBE SELECT * FROM '{tables}/findings.parquet'").fetchall()
        (readouts,) = connection.execute(
            f"SELECT count(*) FROM '{tables}/findings.parquet' WHERE readout"
        ).fetchone()
    types = {name: kind for name, kind, *_ in described}
    assert types["via"] == "VARCHAR[]"
    assert types["readout"] == "BOOLEAN"
    assert readouts == sum(f.readout for f in kg.findings.values())
    import pyarrow.parquet as pq

    for field in pq.read_schema(tables / "findings.parquet"):
        assert field.metadata[b"description"], field.name


def test_nanopublications_are_valid(
    kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it uses what rdflib deprecates
        from nanopub import Nanopub

        few = kg.keep_findings(lambda f: f.id.endswith("7"))
        folder = mg.export(few, "nanopub", tmp_path_factory.mktemp("nanopub") / "out").target
        files = sorted(folder.glob("*.trig"))
        supported = {edge.id for edge in few.associations.values() if edge.supporting}
        assert {path.stem.replace("_", ":") for path in files} == supported
        for path in files[::4]:
            publication = Nanopub(rdf=path)
            assert publication.is_valid
            assert publication.signed_with_public_key is None
            said = {str(p).rsplit("/", 1)[1]: str(o) for _, p, o in publication.pubinfo}
            assert "creativecommons.org" in said["license"]
            assert said["created"] in {f.curated_on for f in few.findings.values()}
            text = path.read_text(encoding="utf-8")
            edge = few.associations[path.stem.replace("_", ":")]
            assert all(f.statement in text or json.dumps(f.statement) in text for f in edge.disputing)


def test_a_broken_nanopublication_is_refused(kg: KnowledgeGraph, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nanopub import Nanopub
        from nanopub.utils import MalformedNanopubError

        one = kg.keep_findings(lambda f: f.id == "MSCGF:0000017")
        (path,) = mg.export(one, "nanopub", tmp_path / "out").target.glob("*.trig")
        path.write_text(path.read_text(encoding="utf-8").replace("#assertion>", "#other>", 1), "utf-8")
        with pytest.raises(MalformedNanopubError):
            assert Nanopub(rdf=path).is_valid
