"""Every block of the README and of docs/ runs as it stands, in order, and prints what it says it prints."""

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest

import mscgraph as mg
from mscgraph.cli.main import COMMANDS
from tests.docs.outputs import PAGES, ROOT, blocks, commands, shown

SOURCES = ROOT / "tests" / "code" / "sources"  # small files of other sources
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
LINES = [(page, line) for page in NAMES for line, _ in commands(ROOT / page)]
MEASURED = "gene\tlog2 fold change\nIDO1\t2.4\nIFN-γ\t-2.8\nmy own gene\t1\n"


@pytest.fixture(scope="session")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph directories that lines of the pages begin from."""
    folder = tmp_path_factory.mktemp("graphs")
    nodes, edges = SOURCES / "nodes.tsv", SOURCES / "edges.tsv"
    mg.import_graph("kgx", [nodes, edges], folder / "other.graph")
    mg.merge_graphs(["curated", folder / "other.graph"], folder / "merged.graph")
    return folder


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the pages speak of."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "abstract.txt").write_text(
        "A text in which no sentence of ours stands.", encoding="utf-8"
    )
    (tmp_path / "measured.tsv").write_text(MEASURED, encoding="utf-8")
    for file in SOURCES.iterdir():
        shutil.copy(file, tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", NAMES)
def test_python_blocks_run(page: str, place: Path) -> None:
    names: dict[str, object] = {}
    for block in blocks(ROOT / page, "python"):
        exec(compile(block, page, "exec"), names)


def test_python_prints_what_the_readme_says() -> None:
    text = "\n".join(blocks(ROOT / "README.md", "pycon"))
    test = doctest.DocTestParser().get_doctest(text, {}, "README.md", None, None)
    assert len(test.examples) >= 5
    result = doctest.DocTestRunner().run(test)
    assert not result.failed


@pytest.mark.parametrize(("page", "line"), LINES)
def test_shell_lines_run(page: str, line: str, place: Path, request: pytest.FixtureRequest) -> None:
    if ".graph" in line:
        shutil.copytree(request.getfixturevalue("graphs"), place, dirs_exist_ok=True)
    if "yesterday.ttl" in line:
        mg.write_rdf(mg.load(), place / "yesterday.ttl", "turtle")
        (place / "ontology").symlink_to(ROOT / "ontology")
    expected = dict(commands(ROOT / page))[line]
    code, output = shown(line)
    assert code == (1 if " verify " in line else 0), output
    assert output
    if expected:
        found = output.splitlines()
        wrong = [one for one in expected if one != "…" and one not in found]
        assert not wrong, "the output has changed: python -m tests.docs.outputs writes it anew"


def test_every_command_is_named() -> None:
    named = {shlex.split(line.rpartition("|")[2])[1] for _, line in LINES} | {"index", "serve"}
    assert set(COMMANDS) - named == set(), "show it in README.md or docs/"


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if not link.startswith("https:") and "generated/" not in link:  # the build checks those
                assert (page.parent / link).exists(), f"{page}: {link}"


def test_the_readme_is_short() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 150


def test_the_picture_is_what_the_program_draws(tmp_path: Path) -> None:
    drawn = mg.write_figure(mg.load(), "MSC", "Th17 cell", tmp_path / "th17.svg")
    assert drawn.read_bytes() == (ROOT / "docs" / "th17.svg").read_bytes(), "run make outputs"
