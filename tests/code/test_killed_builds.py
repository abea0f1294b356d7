"""Killed while it builds an index, at any of fifty moments: the next start works and says what it did."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import mscgraph as mg
from tests.code.small_graphs import small_graph, write_directory

pytestmark = pytest.mark.slow

ROWS = [
    (a, "increases" if a < b else "decreases", b, "in_vitro", False, "NCBITaxon:9606", "EAE", "2015")
    for a in "ABCDEF"
    for b in "ABCDEF"
    if a != b
]
MOMENTS = 50


def test_killed_at_any_moment(kg: mg.KnowledgeGraph, tmp_path: Path, root: Path) -> None:
    graph = small_graph(kg, ROWS)
    folder = write_directory(graph, tmp_path / "graph").graph_folder
    done = subprocess.run(
        [sys.executable, "-m", "tests.code.killed_builds", str(folder), str(MOMENTS)],
        capture_output=True, text=True, cwd=root, timeout=200, check=False,
        env={"OPENBLAS_NUM_THREADS": "1", "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert not [line for line in told if "failed" in line], told
    starts = [line for line in told if "killed" in line]
    assert len(starts) == MOMENTS, done.stderr
    for start in starts:
        assert (start["edges"], start["paths"]) == (len(graph.associations), 3)
    said = [" ".join(start["said"]) for start in starts]
    assert all("building it" in text for text in said if text)
    # it may be killed when all was in its place: then there is nothing to say
    assert sum(not text for text in said) <= MOMENTS // 5, said
    assert any("stale" in text for text in said)
    assert any("no path index yet" in text for text in said)
    assert any("An earlier run was killed while it wrote" in text for text in said)
