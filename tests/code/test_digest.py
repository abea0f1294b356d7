"""The digest says what the tables say, and is not believed when anything it came from has changed."""

import marshal
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import mscgraph as mg
from mscgraph.graph import digest
from mscgraph.tables import read_tables

LONG_AGO = 1_600_000_000_000_000_000


@pytest.fixture
def settled(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the ontology that nobody has touched for years, and a place for its digest."""
    folder = copy
    for path in folder.rglob("*"):
        os.utime(path, ns=(LONG_AGO, LONG_AGO))
    monkeypatch.setattr(digest, "_place", lambda: str(tmp_path / "kept.graph"))
    monkeypatch.setattr(digest, "_SETTLED", -1 << 62)  # times of change of a fresh copy are of today
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.delenv("MSCGRAPH_ONTOLOGY")
    return folder


@pytest.fixture
def curated(settled: Path) -> mg.KnowledgeGraph:
    kg = mg.KnowledgeGraph(read_tables(settled))
    assert digest.write_digest(kg)
    return kg


def test_a_graph_from_the_digest_is_the_graph(curated: mg.KnowledgeGraph, settled: Path) -> None:
    kept = digest.read_digest(str(settled))
    assert kept is not None
    again = mg.KnowledgeGraph(kept.tables, digest=kept)
    assert again == curated
    for name in ("predicates", "aspects", "vocabulary", "refinements", "places", "associations",
                 "walkable", "folder"):  # fmt: skip
        mine, theirs = getattr(again, name), getattr(curated, name)
        assert mine == theirs, name
        assert [type(x) for x in mine] == [type(x) for x in theirs] if name != "folder" else True
    assert list(again.associations) == list(curated.associations)
    assert list(again.findings) == list(curated.findings)
    assert again.prefixes.namespaces == curated.prefixes.namespaces
    for name in ("letters", "designs", "significance", "studies", "disputed"):
        assert getattr(again.rubric, name) == getattr(curated.rubric, name)
    assert again.name_indexes == curated.name_indexes
    some = next(iter(again.associations.values()))
    assert isinstance(some, mg.Association)
    assert isinstance(some.sign, mg.Sign)
    assert isinstance(some.grade.rung, mg.Rung)
    assert isinstance(next(iter(again.predicates.values())).kind, mg.PredicateKind)


def test_questions_are_answered_alike(curated: mg.KnowledgeGraph, settled: Path) -> None:
    kept = digest.read_digest(str(settled))
    assert kept is not None
    again = mg.KnowledgeGraph(kept.tables, digest=kept)
    for options in ({}, {"taxon": "mouse"}, {"min_grade": "B"}, {"since": 2015, "effect": "decrease"}):
        one = mg.find_paths(again, "MSC", "Th17 cell", **options)
        assert one == mg.find_paths(curated, "MSC", "Th17 cell", **options)
    assert mg.find_conflicts(again) == mg.find_conflicts(curated)
    assert again.keep_settings(taxon="human") == curated.keep_settings(taxon="human")
    assert [e.id for e in again.find_entities("nfkb")] == [e.id for e in curated.find_entities("nfkb")]


def touch(path: Path) -> None:
    os.utime(path, ns=(LONG_AGO + 1, LONG_AGO + 1))


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: touch(folder / "terms" / "entities.tsv"),
        lambda folder: touch(folder / "curation" / "rubric.toml"),
        lambda folder: next((folder / "curation" / "findings").glob("*.tsv")).unlink(),
        lambda folder: (folder / "curation" / "findings" / "new.tsv").write_text("", encoding="utf-8"),
    ],
)
def test_a_stale_digest_is_not_read(
    curated: mg.KnowledgeGraph, settled: Path, change: Callable[[Path], object]
) -> None:
    change(settled)
    assert digest.read_digest(str(settled)) is None


def test_other_code_makes_it_stale(
    curated: mg.KnowledgeGraph, settled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = Path(digest.__file__).parents[1]
    other = tmp_path / "mscgraph"
    shutil.copytree(package, other, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(digest, "__file__", str(other / "graph" / "digest.py"))
    assert digest.read_digest(str(settled)) is None


def test_a_damaged_digest_is_not_read(
    curated: mg.KnowledgeGraph, settled: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.graph"
    whole = kept.read_bytes()
    for content in (b"", whole[: len(whole) // 2], b"rubbish", marshal.dumps({}), marshal.dumps(7)):
        kept.write_bytes(content)
        assert digest.read_digest(str(settled)) is None
    kept.unlink()
    assert digest.read_digest(str(settled)) is None


def test_it_is_written_only_where_and_when_it_can_be_trusted(
    settled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kg = mg.KnowledgeGraph(read_tables(settled))
    with monkeypatch.context() as patched:
        patched.setattr(digest, "_SETTLED", 1 << 62)
        assert not digest.write_digest(kg), "a table that has just changed may change again"
    with monkeypatch.context() as patched:
        patched.setattr(sys, "dont_write_bytecode", True)
        assert not digest.write_digest(kg)
    with monkeypatch.context() as patched:
        patched.setattr(digest, "_place", lambda: str(tmp_path / "kept.graph" / "below" / "a" / "file"))
        (tmp_path / "kept.graph").write_text("a file, no folder", encoding="utf-8")
        assert not digest.write_digest(kg)
        (tmp_path / "kept.graph").unlink()
    assert not list(tmp_path.glob("kept*"))
    assert digest.write_digest(kg)
    assert [path.name for path in tmp_path.glob("kept*")] == ["kept.graph"]


def test_load_writes_it_and_then_reads_it(
    settled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mscgraph.graph import knowledge

    monkeypatch.setattr(knowledge, "shipped_folder", lambda: str(settled))
    monkeypatch.setattr(knowledge, "read_tables", lambda: read_tables(settled))
    first = mg.load()
    assert (tmp_path / "kept.graph").exists()
    monkeypatch.setattr(knowledge, "read_tables", lambda: pytest.fail("the digest was not used"))
    assert mg.load() == first
