"""What is read while another writer replaces it is the old or the new, or a word on it: never a mixture."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import mscgraph as mg
from mscgraph.errors import DataError
from mscgraph.files import read_unchanged
from mscgraph.graph import KnowledgeGraph
from mscgraph.large.directory import parquet_tables
from mscgraph.large.index.index_builder import open_or_build
from mscgraph.large.mining import all_pairs
from mscgraph.sparql import LocalStore

pytestmark = pytest.mark.slow


@pytest.fixture
def less(kg: KnowledgeGraph) -> KnowledgeGraph:
    return mg.keep_matching(kg, object="NK cell")


def once(then: Callable[[], object], first: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is followed, the first time, by what another process would do."""
    waiting = [then]

    def call(*args: Any, **keywords: Any) -> Any:
        found = first(*args, **keywords)
        if waiting:
            waiting.pop()()
        return found

    return call


def test_a_directory_that_is_replaced_while_it_is_opened_is_the_new_one(
    kg: KnowledgeGraph, less: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = mg.write_graph(kg, tmp_path / "g")
    reading = once(lambda: mg.write_graph(less, folder), parquet_tables.read_manifest)
    monkeypatch.setattr(parquet_tables, "read_manifest", reading)
    opened = mg.open_graph(folder)
    assert set(opened.findings) == set(less.findings)
    assert opened.manifest.counts["findings"] == len(opened.findings)


def test_a_directory_that_was_replaced_says_so_and_is_not_called_damaged(
    kg: KnowledgeGraph, less: KnowledgeGraph, tmp_path: Path
) -> None:
    folder = mg.write_graph(kg, tmp_path / "g")
    opened = mg.open_graph(folder)
    mg.write_graph(less, folder)
    with pytest.raises(DataError, match="replaced or removed while it was open; open it again"):
        opened.find_associations(object="NK cell")
    with pytest.raises(DataError, match="replaced while it was open; open it again"):
        open_or_build(folder, content=opened.manifest.content)


def test_mining_what_is_replaced_meanwhile_writes_nothing(
    kg: KnowledgeGraph, less: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = mg.write_graph(kg, tmp_path / "g")
    reading = once(lambda: mg.write_graph(less, folder), all_pairs.read_question)
    monkeypatch.setattr(all_pairs, "read_question", reading)
    with pytest.raises(DataError, match="replaced or removed while it was open"):
        mg.mine(folder, ["MSC"], ["NK cell", "Th17 cell"], tmp_path / "mined.parquet")
    assert not (tmp_path / "mined.parquet").exists()


def test_a_store_that_is_rewritten_while_it_is_opened_is_the_new_one(
    kg: KnowledgeGraph, less: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, other = tmp_path / "s", tmp_path / "other"
    mg.write_store(kg, folder)
    counts = mg.write_store(less, other)

    real = ox.Store.read_only

    class Exchanged:
        """Oxigraph, whose first opening fails as RocksDB does when its files are exchanged meanwhile."""

        @staticmethod
        def read_only(path: str) -> ox.Store:
            if not other.exists():
                return real(path)
            folder.rename(tmp_path / "old")
            other.rename(folder)
            raise OSError("Corruption: IO error: No such file or directory: 000012.sst")

    monkeypatch.setattr(ox, "Store", Exchanged)
    store = mg.open_store(folder)
    assert store.counts() == counts


def test_a_held_store_that_is_rewritten_answers_from_the_new_one(
    kg: KnowledgeGraph, less: KnowledgeGraph, tmp_path: Path
) -> None:
    mg.write_store(kg, tmp_path / "s")
    store = mg.open_store(tmp_path / "s")
    counts = mg.write_store(less, tmp_path / "s")
    assert store.counts() == counts


@pytest.mark.parametrize("after", [1, 4, 9, 14])
def test_a_path_question_never_mixes_two_stores(
    kg: KnowledgeGraph, less: KnowledgeGraph, tmp_path: Path, after: int
) -> None:
    class Rewritten(LocalStore):
        asked = 0

        def answer(self, *args: Any) -> Any:
            self.asked += 1
            if self.asked == after:
                mg.write_store(less, tmp_path / "s")
            return super().answer(*args)

    mg.write_store(kg, tmp_path / "s")
    found = Rewritten(tmp_path / "s", kg).find_paths("MSC", "NK cell", max_length=2)
    assert found.paths == mg.find_paths(less, "MSC", "NK cell", max_length=2).paths


def test_few_open_files_are_no_damage(
    kg: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Few:
        @staticmethod
        def read_only(path: str) -> ox.Store:
            raise OSError(f"Oxigraph needs at least 96 file descriptors for {path}: `ulimit -n 512`")

    mg.write_store(kg, tmp_path / "s")
    monkeypatch.setattr(ox, "Store", Few)
    with pytest.raises(DataError, match="too few files may be open") as caught:
        mg.open_store(tmp_path / "s")
    assert "damaged" not in str(caught.value)


def test_what_is_replaced_each_time_is_given_up(tmp_path: Path) -> None:
    mark = tmp_path / "mark"

    def read() -> None:
        mark.unlink(missing_ok=True)
        (tmp_path / "new").write_text("x")
        (tmp_path / "other").write_text("x")
        (tmp_path / "new").rename(mark)
        (tmp_path / "other").rename(tmp_path / "new")

    with pytest.raises(DataError, match="replaced each time that it was read"):
        read_unchanged(mark, read)
