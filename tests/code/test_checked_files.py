"""A file is not read again where it looks as it did when it was read, and only there."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.errors import UnusableIndex
from mscgraph.large.checked_files import CHECKED, INDEX, CheckedFiles, checksum
from mscgraph.large.index import index_builder, open_index
from tests.code.small_graphs import small_graph

ROWS = [
    (a, "increases", b, "in_vitro", False, "NCBITaxon:9606", "EAE", "2015")
    for a, b in ("AB", "BC", "CD", "AD")
]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands an hour later than the times of files that are written now."""
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() + 3_600_000_000_000)


@pytest.fixture
def folder(kg: mg.KnowledgeGraph, tmp_path: Path, later: None) -> Path:
    """A graph directory with its index, all of it checked."""
    del later
    place = mg.write_graph(small_graph(kg, ROWS), tmp_path / "graph")
    index_builder.refresh(place)
    mg.open_graph(place)
    return place


def harm(file: Path, place: int = -2) -> None:
    """Change a bit, as whoever writes to a file does."""
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(bytes(content))


def hide(folder: Path, name: str) -> None:
    """Let a changed file look as it did, as after a fault of the disk."""
    place = folder / INDEX / CHECKED
    stat = (folder / (name if "/" in name else f"{INDEX}/{name}")).stat()
    noted = json.loads(place.read_bytes())
    noted[name][1:3] = [stat.st_mtime_ns, stat.st_ctime_ns]
    place.write_text(json.dumps(noted))


def test_what_was_read_is_not_read_again_until_it_changes(tmp_path: Path, later: None) -> None:
    del later
    file = tmp_path / "data"
    file.write_bytes(b"some bytes")
    wanted = checksum(file)
    for mode, has_read in (("wb", True), ("r+b", False)):
        checked = CheckedFiles(tmp_path)
        assert checked.is_whole("data", file, wanted)
        assert checked.has_read == has_read
        checked.keep(mode)
    assert CheckedFiles(tmp_path, trust=False).is_whole("data", file, wanted)
    harm(file)
    assert not CheckedFiles(tmp_path).is_whole("data", file, wanted)
    file.write_bytes(b"longer than before")
    assert not CheckedFiles(tmp_path).is_whole("data", file, wanted)


def test_what_changed_just_now_is_read_again(tmp_path: Path) -> None:
    """Another change in the same moment would leave its time as it is."""
    file = tmp_path / "data"
    file.write_bytes(b"some bytes")
    first = CheckedFiles(tmp_path)
    first.note("data", file, checksum(file))
    first.keep("wb")
    again = CheckedFiles(tmp_path)
    assert again.is_whole("data", file, checksum(file))
    assert again.has_read


@pytest.mark.parametrize("noted", [b"", b"{", b"[1]", b'{"cost.npy": 1}'])
def test_notes_that_cannot_be_read_are_none(noted: bytes, folder: Path) -> None:
    (folder / INDEX / CHECKED).write_bytes(noted)
    harm(folder / INDEX / "cost.npy")
    with pytest.raises(UnusableIndex, match="changed"):
        open_index(folder / INDEX)


@pytest.mark.parametrize("name", ["cost.npy", "associations_key.npy"])
def test_a_hidden_fault_of_the_index_is_found_by_the_command(name: str, folder: Path) -> None:
    file = folder / INDEX / name
    before = file.read_bytes()
    harm(file)
    with pytest.raises(UnusableIndex, match="changed"):
        open_index(folder / INDEX)
    hide(folder, name)
    assert open_index(folder / INDEX)
    assert "damaged" in index_builder.refresh(folder)
    assert file.read_bytes() == before


def test_a_hidden_fault_of_a_part_is_found_by_the_command(folder: Path) -> None:
    name = "associations/part-00000.parquet"
    harm(folder / name, 40)  # in a column that is not read when the graph is opened
    with pytest.raises(mg.DataError, match="is damaged"):
        mg.open_graph(folder)
    hide(folder, name)
    said = CliRunner().invoke(main, ["--graph", str(folder), "index"])
    assert said.exit_code == 1
    assert f"the part {name} is damaged" in said.stderr


def test_a_path_question_loads_no_arrow(folder: Path) -> None:
    """It takes as long to load as all else that a question on a graph directory needs."""
    ask = "mg.find_paths(mg.open_graph(sys.argv[1]), 'A', 'C')"
    line = f"import sys, mscgraph as mg; {ask}; print({{'duckdb', 'pyarrow'}} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", line, str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "{'duckdb'}\n"


def test_nothing_is_noted_in_a_folder_of_somebody_else(
    kg: mg.KnowledgeGraph, tmp_path: Path, later: None
) -> None:
    del later
    place = mg.write_graph(small_graph(kg, ROWS), tmp_path / "graph")
    (place / INDEX).mkdir()
    mg.open_graph(place)
    assert list((place / INDEX).iterdir()) == []
