"""The README's blocks run as they stand, in order."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main

SOURCES = Path(__file__).parents[1] / "code" / "sources"  # small files of other sources
TEXT = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
LINES = [
    line.removeprefix("$ ").partition("  #")[0]
    for block in re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("$ ") and "mscgraph " in line
]


@pytest.fixture(scope="session")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph directories that lines of the README begin from."""
    folder = tmp_path_factory.mktemp("graphs")
    nodes, edges = SOURCES / "nodes.tsv", SOURCES / "edges.tsv"
    mg.import_graph("kgx", [nodes, edges], folder / "other.graph")
    mg.merge_graphs(["curated", folder / "other.graph"], folder / "merged.graph")
    return folder


def test_there_are_blocks() -> None:
    assert len(LINES) > 15


MEASURED = "gene\tlog2 fold change\nIDO1\t2.4\nIFN-γ\t-2.8\nmy own gene\t1\n"


def test_python_blocks_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("measured.tsv").write_text(MEASURED, encoding="utf-8")
    names: dict[str, object] = {}
    blocks = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert len(blocks) > 5
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
    assert names["problems"] == []
    assert names["rows"]


@pytest.mark.parametrize("line", LINES)
def test_shell_lines_run(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("abstract.txt").write_text("A text in which no sentence of ours stands.", encoding="utf-8")
    Path("measured.tsv").write_text(MEASURED, encoding="utf-8")
    if ".graph" in line:
        shutil.copytree(request.getfixturevalue("graphs"), tmp_path, dirs_exist_ok=True)
    for file in SOURCES.iterdir():
        shutil.copy(file, tmp_path)
    before, _, after = line.rpartition("|")
    text = shlex.split(before)[1] if before else None
    arguments = shlex.split(after)[1:]
    result = CliRunner().invoke(main, arguments, input=text)
    expected = 1 if arguments[0] == "verify" else 0
    assert result.exit_code == expected, result.output
    assert result.output
