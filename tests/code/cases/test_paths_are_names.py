"""A path is a name: no pattern, no address, no option, whatever letters it holds (duckdb/duckdb#4699)."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main
from tests.code.spark_session import spark_session

NODES = "id\tname\tcategory\nHGNC:5438\tIFNG\tbiolink:Gene\nHGNC:10618\tCXCL9\tbiolink:Gene\n"
EDGES = (
    "subject\tpredicate\tobject\tobject_aspect_qualifier\tobject_direction_qualifier\n"
    "HGNC:5438\tbiolink:affects\tHGNC:10618\tactivity\t{direction}\n"
)
# each of these was read as something else by one of DuckDB, pyarrow, Hadoop, SQL or the shell
ODD = (
    "g[1]",
    "g*",
    "g{1,2}",
    "back\\slash",
    "new\nline",
    "k=v",
    "q'u",
    "100% #a b",
    "c:d",
    "s3:x",
    "-dash",
)


def run(*arguments: object) -> str:
    done = CliRunner().invoke(main, [str(a) for a in arguments])
    assert done.exit_code == 0, (done.output, done.stderr)
    return done.stdout


def written(folder: Path, direction: str) -> Path:
    """A graph directory in which IFNG raises or lowers CXCL9."""
    beside = folder.parent
    beside.mkdir(exist_ok=True)
    (beside / "nodes.tsv").write_text(NODES)
    (beside / "edges.tsv").write_text(EDGES.format(direction=direction))
    mg.import_graph("kgx", [beside / "nodes.tsv", beside / "edges.tsv"], folder)
    return folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Commands run in a folder of their own, with relative names, as people type them."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_brackets_do_not_answer_from_the_sibling(here: Path) -> None:
    written(Path("run[1]"), "increased")
    written(Path("run1"), "decreased")
    assert "increases" in run("--graph", "run[1]", "associations")
    run("merge", "run[1]", "run1", "-o", "both")
    assert {a.predicate for a in mg.open_graph("both").associations.values()} == {
        "increases",
        "decreases",
    }


@pytest.mark.parametrize("name", ODD)
def test_every_command_reads_the_folder_that_is_named(name: str, here: Path) -> None:
    written(here / "g1", "decreased")  # what a pattern would find
    plain = written(here / "plain", "increased")
    odd = Path(name)
    if os.name == "nt":
        pytest.skip("such names are none there")
    plain.rename(odd)
    given = Path(name) if name.startswith("-") else odd
    graph = f"--graph={os.path.join('.', name) if name.startswith('-') else name}"  # noqa: PTH118
    assert "increases" in run(graph, "associations")
    assert ": increase" in run(graph, "paths", "IFNG", "CXCL9", "--min-length", "1")
    run(graph, "index")
    run("merge", "-o", Path(name) / "again", "--", name)
    assert "increases" in run(f"--graph={Path(name) / 'again'}", "associations")
    out = Path(name) / "mined.parquet"
    assert mg.mine(given, ["IFNG"], ["CXCL9"], out, spill=given, min_length=1).rows == 1
    assert mg.summarize_mined(out).paths == 1


def test_what_cannot_be_said_to_duckdb_is_refused_by_name(here: Path) -> None:
    Path("b\\*").mkdir()
    with pytest.raises(mg.DataError, match="rename the folder"):
        mg.open_graph(written(here / "b\\*" / "g", "increased"))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning:pyspark")
def test_spark_reads_the_folder_that_is_named(here: Path) -> None:
    name = "g[1] {1,2} a%20b #k=v *?"
    graph = written(Path(name) / "g", "increased")
    with spark_session() as spark:
        asked = {"engine": "spark", "session": spark, "spill": Path(name), "max_length": 1}
        assert mg.mine(graph, ["IFNG"], ["CXCL9"], Path(name) / "mined.parquet", **asked).rows == 1
