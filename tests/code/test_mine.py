"""Mining writes the routes of the plain search, on every engine, with nothing half-written."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.large.mining.plan import Stage
from tests.code import small
from tests.code.small_graphs import QUESTIONS, ROWS, TAXA, small_graph
from tests.code.spark_session import spark_session

pytestmark = pytest.mark.slow

KG = small.graph()  # hypothesis asks for no fixtures
EDGES = [
    (*ends.split(), "in_vitro", ends.startswith("A decreases D"), TAXA[0], "EAE", "2015", tuple(via), "")
    for ends, *via in (
        ("A increases B",), ("A decreases B",), ("A alters B",), ("B decreases D",), ("B increases C",),
        ("C increases D",), ("A decreases D", "E"), ("D increases D",), ("C increases E",),
        ("E decreases D",), ("B increases A",), ("D increases E",), ("E increases F",), ("B increases F",),
    )
]  # fmt: skip
ROUTES = 3  # from A to D


def rows_of(output: Path) -> list[dict]:
    return pq.read_table(output).to_pylist()


def asked_plainly(
    graph: mg.KnowledgeGraph, sources: list[str], targets: list[str], asked: dict[str, Any]
) -> list[dict]:
    """The rows that mining must write: the routes of each pair, one question each."""
    pairs = [(s, t) for s in sorted(sources) for t in sorted(targets) if s != t]
    return [
        {
            "source": source, "target": target, "rank": rank, "steps": len(route.entities) - 1,
            "sign": int(route.best.sign), "cost": route.best.cost, "demonstrated": route.is_demonstrated,
            "entities": list(route.entities), "associations": [a.id for a in route.best.associations],
        }
        for source, target in pairs
        for rank, route in enumerate(mg.find_paths(graph, source, target, **asked).routes, start=1)
    ]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(ROWS, QUESTIONS)
def test_mining_answers_each_pair_as_a_question_about_paths(rows: list, asked: dict) -> None:
    graph = small_graph(KG, rows)
    ends = ["A", "B", "E"], ["B", "C", "D", "F"]
    with tempfile.TemporaryDirectory() as beside:
        out = Path(beside) / "mined.parquet"
        mined = mg.mine(graph, *ends, out, **asked)
        assert rows_of(out) == asked_plainly(graph, *ends, asked)
        assert (mined.cut, mined.complete, mined.asked) == (0, True, 11)


def test_a_directory_is_mined_as_the_graph_it_holds(kg: mg.KnowledgeGraph, tmp_path: Path) -> None:
    folder = mg.write_graph(kg, tmp_path / "graph")
    ends = (
        [kg.entity("MSC").id],
        sorted(kg.entity(name).id for name in ("Th17 cell", "Treg", "NK cell")),
    )
    for asked in ({}, {"via": ["IL-10"], "max_length": 4}, {"taxon": "mouse", "damping": 0.4}):
        mg.mine(folder, *ends, tmp_path / "o", **{"max_length": 3, **asked})
        rows = rows_of(tmp_path / "o")
        assert rows == asked_plainly(kg, *ends, {"max_length": 3, **asked})
        assert rows or "taxon" in asked


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return mg.write_graph(small_graph(KG, EDGES), tmp_path / "graph")


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning:pyspark")
def test_spark_gives_the_same_rows(folder: Path, tmp_path: Path) -> None:
    asked = {
        "damping": 0.5, "hop_cap": 2, "max_length": 4, "via": ["C"], "taxon": TAXA[0],
        "through": ["Disease"],
    }  # fmt: skip
    with spark_session() as spark:
        found = {}
        for how in ({"engine": "duckdb"}, {"engine": "spark", "session": spark}):
            out = tmp_path / how["engine"]
            mined = mg.mine(folder, ["A", "B"], ["D", "F"], out, **how, **asked)
            found[how["engine"]] = (mined.cut, rows_of(out))
        with pytest.raises(mg.OutputError, match="not finished within the time limit"):
            mg.mine(folder, ["A"], ["D"], out, engine="spark", session=spark, time_limit=1e-6)
        assert found["spark"] == found["duckdb"]
        assert found["spark"][1]


class LosingWorker:
    """A session that loses the process of one of its workers, by -9, as the second stage begins."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.stages = 0
        self.lost = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.session, name)

    def sql(self, text: str) -> Any:
        self.stages += 1
        if self.stages == 2:
            self.lost = workers()[0]
            os.kill(self.lost, signal.SIGKILL)
        return self.session.sql(text)


def workers() -> list[int]:
    """The processes of Spark's workers that this process has started."""
    found, waiting = [], [os.getpid()]
    while waiting:
        for file in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            children = [int(number) for number in file.read_text().split()]
            waiting += children
            found += [
                n for n in children if b"ExecutorBackend" in Path(f"/proc/{n}/cmdline").read_bytes()
            ]
    return found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux")
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning:pyspark")
def test_three_workers_of_which_one_is_killed_and_then_a_full_disk(
    folder: Path, tmp_path: Path
) -> None:
    asked: Any = {"sources": ["A", "B"], "targets": ["D", "F"], "max_length": 2}
    mg.mine(folder, **asked, output=tmp_path / "duckdb")
    out = tmp_path / "o.parquet"
    with spark_session("local-cluster[3,1,1024]") as spark:
        losing = LosingWorker(spark)
        mg.mine(folder, **asked, output=out, engine="spark", session=losing)
        assert losing.lost not in workers()
        assert rows_of(out) == rows_of(tmp_path / "duckdb") != []
        with small_disk(tmp_path / "small", "20k") as spill:
            with pytest.raises(mg.OutputError, match="no space to spill to"):
                mg.mine(folder, **asked, output=out, engine="spark", session=spark, spill=spill)
            assert not [*spill.iterdir()]
    assert rows_of(out) == rows_of(tmp_path / "duckdb")


def test_a_cap_follows_the_cheapest_steps_alone_and_counts_what_it_cuts(
    folder: Path, tmp_path: Path
) -> None:
    every = mg.mine(folder, ["A", "B"], ["D", "F"], tmp_path / "every", max_length=4, k=50)
    capped = mg.mine(folder, ["A", "B"], ["D", "F"], tmp_path / "capped", max_length=4, k=50, hop_cap=1)
    assert every.complete
    assert not capped.complete
    assert capped.cut > 0
    known = [(r["entities"], r["associations"]) for r in rows_of(tmp_path / "every")]
    found = [(r["entities"], r["associations"]) for r in rows_of(tmp_path / "capped")]
    assert 0 < len(found) < len(known)
    assert all(one in known for one in found)


def test_names_categories_and_ids_are_found(folder: Path, tmp_path: Path) -> None:
    mined = mg.mine(folder, ["a"], ["category:Cell"], tmp_path / "o.parquet", max_length=2)
    assert mined.asked == 2
    with pytest.raises(mg.NotFound, match="No entity is called"):
        mg.mine(folder, ["nane A"], ["D"], tmp_path / "p.parquet")
    with pytest.raises(mg.NotFound, match="Cell"):
        mg.mine(folder, ["A"], ["category:Cells"], tmp_path / "p.parquet")
    assert not (tmp_path / "p.parquet").exists()


def test_typed_values_are_never_sql(tmp_path: Path) -> None:
    odd = "s' OR '1'='1"
    graph = small_graph(KG, EDGES)
    entities = {**graph.entities, odd: graph.entities["A"]._replace(id=odd, name=odd)}
    findings = {
        k: f._replace(subject=odd) if f.subject == "A" else f for k, f in graph.findings.items()
    }
    odd_graph = mg.KnowledgeGraph(graph.tables._replace(entities=entities, findings=findings))
    asked = {"max_length": 1, "avoid": ["C"]}
    assert mg.mine(odd_graph, [odd, "C"], ["B"], tmp_path / "o.parquet", **asked).rows == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--category", "Protien"), "Protein"),
        (("--predicate", "increse"), "increases"),
        (("--system", "EAEE"), "EAE"),
        (("--knowledge-source", "infores:mscgrap"), "infores:mscgraph"),
        (("--taxon", "IDO1"), "no species"),
        (("--min-grade", "E"), "A, B, C, D"),
        (("--via", "IDO11"), "IDO1"),
    ],
)
def test_a_misspelt_condition_is_an_error(tmp_path: Path, wrong: tuple[str, str], said: str) -> None:
    out = tmp_path / "o.parquet"
    done = CliRunner().invoke(main, ["mine", "MSC", "Treg", "-o", str(out), *wrong])
    assert done.exit_code == 1
    assert said in done.stderr
    assert not out.exists()


def test_a_time_limit_ends_it_with_nothing_written(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.parquet"
    with (
        patch("mscgraph.large.mining.duckdb_engine.make_plan", return_value=ENDLESS),
        pytest.raises(mg.OutputError, match="time limit"),
    ):
        mg.mine(folder, ["A"], ["D"], out, time_limit=0.05)
    assert not out.exists()


ENDLESS = (Stage("endless", "SELECT count(*) AS n FROM range(1000000) a, range(1000000) b", keep=True),)


def test_a_folder_with_odd_letters(tmp_path: Path) -> None:
    odd = mg.write_graph(small_graph(KG, EDGES), tmp_path / "it's [a] *graph*?")
    assert mg.mine(odd, ["A"], ["D"], tmp_path / "ü o.parquet").rows == ROUTES


def test_what_a_cap_cuts_is_told(folder: Path, tmp_path: Path) -> None:
    asked = [
        "--graph",
        str(folder),
        "mine",
        "A",
        "D",
        "-o",
        str(tmp_path / "o.parquet"),
        "--hop-cap",
        "1",
    ]
    told = CliRunner().invoke(main, [*asked, "--summary", "--json"])
    assert told.exit_code == 0
    assert "incomplete: the hop cap cut" in told.stderr
    summary = json.loads(told.stdout)
    assert summary["complete"] is False
    assert summary["cut"] > 0


def test_the_same_question_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        mg.mine(folder, ["A", "B"], ["D", "F"], tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_summary_ranks_by_pairs(folder: Path, tmp_path: Path) -> None:
    mg.mine(folder, ["A", "B"], ["D"], tmp_path / "o.parquet", max_length=2)
    summary = mg.summarize_mined(tmp_path / "o.parquet")
    found = [(m.entity, m.pairs, m.paths, m.cost) for m in summary.mediators]
    assert [one[:3] for one in found] == [("E", 1, 1), ("A", 1, 1), ("B", 1, 1), ("C", 1, 1)]
    with pytest.raises(mg.DataError, match="no result"):
        mg.summarize_mined(folder / "nodes" / "part-00000.parquet")


# -- faults -----------------------------------------------------------------------------------------


def refused(folder: Path, output: Path, match: str, **more: object) -> None:
    with pytest.raises(mg.DataError, match=match):
        mg.mine(folder, ["A"], ["D"], output, **more)
    assert not output.exists()
    assert [p.name for p in output.parent.iterdir() if p.name.endswith(".part")] == []


def test_another_version_is_refused(tmp_path: Path) -> None:
    folder = mg.write_graph(small_graph(KG, EDGES), tmp_path / "graph")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "version": 99}))
    refused(folder, tmp_path / "o.parquet", "version is 99")


def test_no_graph_directory_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, tmp_path / "o.parquet", "manifest.json")


@pytest.mark.parametrize("harm", ["cut", "emptied", "gone", "garbled"])
def test_a_damaged_part_is_named_and_a_second_run_succeeds(
    harm: str, folder: Path, tmp_path: Path
) -> None:
    part = folder / "associations" / "part-00000.parquet"
    whole = part.read_bytes()
    if harm == "gone":
        part.unlink()
    else:
        garbled = whole[:4] + b"\xff" * 400 + whole[404:]
        part.write_bytes({"cut": whole[:-20], "emptied": b"", "garbled": garbled}[harm])
    refused(folder, tmp_path / "o.parquet", "graph|associations")
    part.write_bytes(whole)
    assert mg.mine(folder, ["A"], ["D"], tmp_path / "o.parquet").rows == ROUTES


def test_an_output_that_cannot_be_written_is_named(folder: Path, tmp_path: Path) -> None:
    for place in (tmp_path / "none" / "o.parquet", tmp_path):
        with pytest.raises(mg.OutputError, match="cannot write"):
            mg.mine(folder, ["A"], ["D"], place)
    with pytest.raises(mg.OutputError, match="spill"):
        mg.mine(folder, ["A"], ["D"], tmp_path / "o.parquet", spill=tmp_path / "none")


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    """A folder with no more space than that; the test is skipped where it cannot be made."""
    place.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if not mounted or mounted.returncode:
        pytest.skip("only root may mount a small file system")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)  # a JVM may hold a file still


def test_a_full_disk_leaves_the_old_result(folder: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "16k") as small:
        (small / "o.parquet").write_bytes(b"old")
        with pytest.raises(OSError, match="space"):
            (small / "filler").write_bytes(b"x" * 65536)
        with pytest.raises(mg.OutputError, match="cannot write"):
            mg.mine(folder, ["A", "B", "C"], ["D", "E", "F"], small / "o.parquet", k=50, max_length=4)
        assert (small / "o.parquet").read_bytes() == b"old"
        assert sorted(p.name for p in small.iterdir()) == ["filler", "o.parquet"]
        (small / "filler").unlink()
        assert mg.mine(folder, ["A"], ["D"], small / "o.parquet", k=1, max_length=1).rows == 1


KILLED = """
import os, signal, sys
import mscgraph.large.mining.mined_paths as result
table = result._table
def killed(*given):
    os.kill(os.getpid(), signal.SIGKILL)
result._table = killed
import mscgraph as mg
mg.mine(sys.argv[1], ["A"], ["D"], sys.argv[2])
"""


def test_a_killed_process_leaves_the_old_result(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.parquet"
    out.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(out)], check=False)
    assert done.returncode == -9
    assert out.read_bytes() == b"old"
    assert mg.mine(folder, ["A"], ["D"], out).rows == ROUTES


def test_a_missing_java_is_named(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(mg.MissingExtra, match="Java is not installed"):
        mg.mine(folder, ["A"], ["D"], tmp_path / "o.parquet", engine="spark")
    assert not (tmp_path / "o.parquet").exists()


def test_an_old_java_is_named(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "java8" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_402\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "java8"))
    with pytest.raises(mg.MissingExtra, match="is Java 8"):
        mg.mine(folder, ["A"], ["D"], tmp_path / "o.parquet", engine="spark")
    assert not (tmp_path / "o.parquet").exists()


@pytest.mark.parametrize("wrong", [{"max_length": 5}, {"k": 0}, {"effect": "both"}, {"damping": -1.0}])
def test_options_out_of_range_are_refused(folder: Path, tmp_path: Path, wrong: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        mg.mine(folder, ["A"], ["D"], tmp_path / "o.parquet", **wrong)


def test_an_empty_graph_is_an_empty_answer(tmp_path: Path) -> None:
    out = tmp_path / "mined.parquet"
    place = mg.write_graph(small_graph(KG, []), tmp_path / "graph")
    assert mg.mine(place, ["A"], ["D"], out, max_length=4).rows == 0
    assert mg.summarize_mined(out).mediators == ()
