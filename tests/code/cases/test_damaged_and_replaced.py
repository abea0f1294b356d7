"""Folders of somebody else, damaged, replaced while they are open, or read with few file descriptors."""

import contextlib
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

import mscgraph as mg
from mscgraph.cli.main import main
from mscgraph.errors import UnusableIndex
from mscgraph.large.index import open_index
from tests.code.cases.small_files import kgx

RAISED = {"object_aspect_qualifier": "activity", "object_direction_qualifier": "increased"}
LOWERED = RAISED | {"object_direction_qualifier": "decreased"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return kgx(tmp_path / "g", [], RAISED).folder


def build_index_of(folder: Path) -> Path:
    from mscgraph.large.index.index_builder import refresh

    refresh(folder)
    return folder / "index"


def overwrite(index: Path, name: str, value: int) -> None:
    """Put a number into an array, with the checksums that whoever writes a folder can compute."""
    manifest = json.loads((index / "manifest.json").read_text())
    noted = manifest["arrays"][name]
    file = index / f"{name}.npy"
    data = bytearray(file.read_bytes())
    array = np.frombuffer(bytes(data[noted["offset"] :]), noted["dtype"]).copy()
    array[-1] = value
    data[noted["offset"] :] = array.tobytes()
    file.write_bytes(bytes(data))
    noted["crc32"] = zlib.crc32(bytes(data))
    del manifest["crc32"]
    manifest["crc32"] = zlib.crc32(json.dumps(manifest, sort_keys=True).encode())
    (index / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value)
        for name in ("target", "source", "edge", "label", "category", "labels", "forward")
        for value in (-1, 30_000)
        if (name, value) != ("label", -1)  # labels have no sign
    ],
)
def test_node_numbers_are_never_trusted(name: str, value: int, folder: Path) -> None:
    """An index of somebody else crashed the process, or raised IndexError."""
    index = build_index_of(folder)
    overwrite(index, name, value)
    with pytest.raises(UnusableIndex, match="damaged"):
        open_index(index)


def test_a_changed_index_is_seen_whatever_its_time(folder: Path) -> None:
    index = build_index_of(folder)
    file = index / "cost.npy"
    stat = file.stat()
    file.write_bytes(file.read_bytes()[:-1] + b"\x01")
    os.utime(file, ns=(stat.st_mtime_ns, stat.st_mtime_ns))
    with pytest.raises(UnusableIndex, match="changed"):
        open_index(index)


def test_a_changed_row_is_seen_when_it_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Opening an index does not read the rows, which may be larger than memory; building it again does."""
    monkeypatch.setattr("mscgraph.paths.conditions.LARGE", -1)
    monkeypatch.setattr("mscgraph.large.directory.parquet_tables.FEW", 0)
    build_index_of(folder)
    for table, one in (("associations", "MSCGA:cc13444f5b70befd"), ("nodes", "HGNC:5438")):
        (before,) = open_index(folder / "index").rows[table].fetch([one])
        file = folder / "index" / f"{table}_text.npy"
        data = bytearray(file.read_bytes())
        data[-5] ^= 1
        file.write_bytes(bytes(data))
        with pytest.raises(mg.DataError, match=rf"its row of {one} was changed; run mscgraph index"):
            list(open_index(folder / "index").rows[table].fetch([one]))
        assert main(["--graph", str(folder), "index"], standalone_mode=False) is None
        assert "is damaged" in capsys.readouterr().out
        assert list(open_index(folder / "index").rows[table].fetch([one])) == [before]


def explained(folder: Path) -> str:
    kg = mg.open_graph(folder)
    answer = mg.find_paths(kg, "HGNC:5438", "HGNC:7098", min_length=1)
    return mg.explain(kg, answer).to_text()


@pytest.mark.parametrize("name", ["associations_key", "associations_starts", "nodes_starts"])
@pytest.mark.parametrize("value", [0, 1, 1 << 62])
def test_numbers_of_rows_are_not_trusted(
    folder: Path, name: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mscgraph.paths.conditions.LARGE", -1)
    monkeypatch.setattr("mscgraph.large.directory.parquet_tables.FEW", 0)
    index = build_index_of(folder)
    before = explained(folder)
    overwrite(index, name, value)
    with contextlib.suppress(mg.DataError):  # a wrong row is refused, a missing one read from Parquet
        assert explained(folder) == before


def test_a_changed_part_is_seen_whatever_its_size(folder: Path, tmp_path: Path) -> None:
    part = folder / "nodes" / "part-00000.parquet"
    data = bytearray(part.read_bytes())
    data[40] ^= 1
    part.write_bytes(bytes(data))
    for read in (mg.open_graph, lambda place: mg.mine(place, ["IFNG"], ["CXCL9"], tmp_path / "o")):
        with pytest.raises(mg.DataError, match=r"nodes/part-00000\.parquet is damaged"):
            read(folder)


def test_a_graph_replaced_while_open_says_so(folder: Path, tmp_path: Path) -> None:
    """It answered from the new files under the old manifest."""
    kg = mg.open_graph(folder)
    assert kg.manifest.counts["associations"] == 1
    kgx(tmp_path / "g", [], LOWERED)
    with pytest.raises(mg.DataError, match="replaced or removed while it was open"):
        list(kg.associations.values())
    assert {a.predicate for a in mg.open_graph(folder).associations.values()} == {"decreases"}


FEW = """
import resource, sys
import mscgraph as mg
from mscgraph.cli.main import main
from mscgraph.errors import UnusableIndex
from mscgraph.large.index import open_index
import duckdb, pyarrow, numpy
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    open_index(sys.argv[1])
except UnusableIndex as error:
    print("called damaged:", error)
except (mg.DataError, OSError) as error:
    print(error)
else:
    print("Too many open files, not even these")
"""


def test_few_file_descriptors_are_no_damage(folder: Path) -> None:
    index = build_index_of(folder)
    done = subprocess.run(
        [sys.executable, "-c", FEW, str(index), "8"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Too many open files" in done.stdout, done.stderr
    assert "damaged" not in done.stdout
