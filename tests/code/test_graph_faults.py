"""Killed, interrupted, out of disk or memory: the old graph stays whole, and the next run works."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mscgraph as mg
from benchmarks.invented import invented_graph
from mscgraph.files import left_over
from mscgraph.graph import KnowledgeGraph

pytestmark = pytest.mark.slow

# Merges into argv[1]; says a line when the tables are being written, and waits there.
MERGE = """
import sys, mscgraph as mg
def progress(stage, done, total):
    if stage == "writing nodes":
        print("writing", flush=True)
        sys.stdin.readline()
try:
    mg.merge_graphs(["curated"], sys.argv[1], progress=progress)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
SMALL_FILES = """
import resource, signal, sys, mscgraph as mg
kg = mg.load()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
try:
    mg.write_graph(kg, sys.argv[1])
except mg.OutputError as error:
    print(error)
"""


@pytest.fixture(scope="session")
def small(kg: KnowledgeGraph) -> KnowledgeGraph:
    return mg.keep_paths(kg, mg.find_paths(kg, "MSC", "Th17 cell", k=2))


@pytest.fixture
def target(small: KnowledgeGraph, tmp_path: Path) -> Path:
    """A directory that a fault must leave as it is."""
    return mg.write_graph(small, tmp_path / "old.graph")


def is_whole(target: Path, small: KnowledgeGraph) -> bool:
    again = mg.open_graph(target, base=small)
    return again.entities == small.entities and set(again.associations) == set(small.associations)


@contextlib.contextmanager
def merging(target: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that has begun to write the merged tables beside the target."""
    child = subprocess.Popen(
        [sys.executable, "-c", MERGE, str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        try:
            assert child.stdout.readline() == "writing\n"
            yield child
        except BaseException:
            child.kill()
            raise


def test_a_killed_merge_leaves_the_old_graph(
    kg: KnowledgeGraph, small: KnowledgeGraph, target: Path
) -> None:
    with merging(target) as child:
        child.send_signal(signal.SIGKILL)
    assert is_whole(target, small)
    assert {path for path in target.parent.iterdir() if path != target} == set(left_over(target))
    done = mg.merge_graphs(["curated"], target, base=kg)
    assert done.counts["findings"] == len(kg.findings)
    assert list(target.parent.iterdir()) == [target]


def test_an_interrupted_merge_cleans_up(small: KnowledgeGraph, target: Path) -> None:
    with merging(target) as child:
        child.send_signal(signal.SIGINT)
        assert child.stdout is not None
        assert child.stdout.readline() == "interrupted\n"
    assert is_whole(target, small)
    assert list(target.parent.iterdir()) == [target]


def test_a_file_that_cannot_grow_is_an_error(small: KnowledgeGraph, target: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SMALL_FILES, str(target)], capture_output=True, text=True, check=True
    )
    assert f"cannot write {target}" in done.stdout
    assert "too large" in done.stdout
    assert is_whole(target, small)
    assert list(target.parent.iterdir()) == [target]


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 100 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(place)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk; the limit on file size is tested everywhere")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # of a file collected late
def test_a_full_disk_is_an_error(full_disk: Path) -> None:
    kg = invented_graph(300, 1500)
    with pytest.raises(mg.OutputError, match="No space left"):
        mg.write_graph(kg, full_disk / "x.graph")
    assert list(full_disk.iterdir()) == []


def test_too_little_memory_is_an_error(small: KnowledgeGraph, target: Path) -> None:
    with pytest.raises(mg.OutputError, match=r"not enough memory.*give more with --memory-limit"):
        mg.write_graph(small, target, memory_limit="1MB")
    assert is_whole(target, small)
    with pytest.raises(mg.DataError, match="'lots' is no amount of memory: write it like 1GiB"):
        mg.write_graph(small, target, memory_limit="lots")
