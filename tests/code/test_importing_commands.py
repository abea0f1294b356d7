"""import, merge and --graph on the command line: what was done is told, and so is wrong use."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mscgraph.cli import main
from mscgraph.cli.large_graphs import shown_progress

SOURCES = Path(__file__).parent / "sources"
NODES, EDGES = SOURCES / "nodes.tsv", SOURCES / "edges.tsv"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_import_and_merge_say_what_they_did(tmp_path: Path) -> None:
    done = run(
        "import", "kgx", NODES, EDGES, "-o", tmp_path / "o.graph", "--knowledge-source", "infores:x"
    )
    assert done.exit_code == 0, done.output
    assert "o.graph: 3 associations, 5 nodes" in done.stderr
    assert "unknown relation: 1 in 1 record(s): biolink biolink:hugs (edges.tsv:4)" in done.stderr
    report = tmp_path / "report.tsv"
    done = run("merge", "curated", tmp_path / "o.graph", "-o", tmp_path / "m.graph", "--report", report)
    assert done.exit_code == 0, done.output
    assert "entity united by cross-reference\tNCBIGene:4283\t1\tHGNC:7098" in report.read_text("utf-8")
    asked = run("--graph", tmp_path / "m.graph", "paths", "IFN-γ", "CXCL9")
    assert "stated by others" in asked.stdout
    assert "infores:ctd (biolink:affects increased expression" in asked.stdout
    shown = run("--graph", tmp_path / "m.graph", "show", "NCBIGene:4283")
    assert "CXCL9 (HGNC:7098)" in shown.stdout
    key = next(line.split()[0] for line in shown.stdout.splitlines() if "increases CXCL9" in line)
    evidence = run("--graph", tmp_path / "m.graph", "evidence", key)
    assert (
        "not graded by us: infores:ctd states it (knowledge assertion, manual agent)" in evidence.stdout
    )
    assert "stated by others, not read by us: 2" in evidence.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ("import", "kgx", NODES, "-o", "x.graph"),
            1,
            "imported from NODES and EDGES: 1 file(s) given",
        ),
        (("import", "owl", NODES, "-o", "x.graph"), 2, "is not one of 'kgx', 'rdf'"),
        (("import", "sif", "none.sif", "-o", "x.graph"), 1, "none.sif: cannot be read: No such file"),
        (("merge", "curated", "-o", "no/where.graph"), 1, "cannot write no/where.graph: the folder"),
        (("merge", "x.graph", "-o", "m.graph"), 1, "x.graph: not a graph directory"),
        (
            ("merge", "curated", "-o", "m.graph", "--memory-limit", "lots"),
            1,
            "'lots' is no amount of memory",
        ),
        (("--graph", ".", "stats"), 1, "not a graph directory: it has no manifest.json"),
        (("--graph", ".", "validate"), 2, "validate does not read a graph directory"),
    ],
)
def test_wrong_use_is_told(
    arguments: tuple[str | Path, ...],
    code: int,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.exit_code == code
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_bar_is_shown_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with shown_progress() as silent:
        silent("reading", 1, 10)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    said: list[str] = []
    monkeypatch.setattr("sys.stderr.write", said.append, raising=False)
    with shown_progress() as progress:
        for done in (1, 5, 10):
            progress("reading x", done, 10)
        progress("putting together", 0, None)
        for done in (10, 1000):
            progress("writing y", done, 2000)
    reading, _, writing = "".join(said).partition("putting together")
    assert "reading x" in reading
    assert " MB/s" in reading
    assert re.search(r"writing y .* 50% .*[1-9][0-9,]* rows/s", writing)
