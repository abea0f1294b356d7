"""Mining writes the rows of the plain search, on every engine, with nothing half-written."""

import json
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.large.mining.plan import Stage
from mscgraph.paths.answer import EFFECTS
from mscgraph.paths.between import END_CATEGORIES, END_ROLES, only_ends
from mscgraph.paths.conditions import open_search
from mscgraph.paths.engines import PlainEngine
from tests.code.mining_reference import SIGNS, mine_plainly
from tests.code.spark_session import spark_session

pytestmark = pytest.mark.slow

NODES = "ABCDEF"
TEXTS = pa.list_(pa.string())
EDGE = pa.schema(
    [
        ("id", pa.string()), ("subject", pa.string()), ("predicate", pa.string()), ("object", pa.string()),
        ("sign", pa.int8()), ("cost", pa.int32()), ("ends", pa.bool_()), ("grade", pa.string()),
        ("year", pa.int16()), ("taxa", TEXTS), ("systems", TEXTS),
    ]
)  # fmt: skip
NODE = pa.schema(
    [("id", pa.string()), ("name", pa.string()), ("category", pa.string()), ("keys", TEXTS)]
)


def directory(folder: Path, edges: list[dict], *, version: int = 1) -> Path:
    """A graph directory of the nodes A to F: the first three are cells."""
    nodes = [
        {
            "id": n,
            "name": f"name {n}",
            "category": "Cell" if n < "D" else "Gene",
            "keys": ["name" + n.lower()],
        }
        for n in NODES
    ]
    for name, rows, schema in (("nodes", nodes, NODE), ("associations", edges, EDGE)):
        (folder / name).mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / name / "part-00000.parquet")
    manifest = {"format": "mscgraph graph directory", "version": version, "content": "x", "counts": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def row(
    name: str, subject: str, object_: str, sign: int | None, cost: int | None, **more: object
) -> dict:
    plain = {
        "predicate": "p",
        "ends": False,
        "grade": "B",
        "year": 2010,
        "taxa": ["t"],
        "systems": ["s"],
    }
    return {
        **plain,
        "id": name,
        "subject": subject,
        "object": object_,
        "sign": sign,
        "cost": cost,
        **more,
    }


@st.composite
def graphs(draw: st.DrawFn) -> list[dict]:
    """Parallel edges, loops, equal costs, unknown signs, read-outs, what is no effect, and filters."""
    node = st.sampled_from(NODES[: draw(st.integers(2, 6))])
    cost = st.one_of(st.integers(0, draw(st.sampled_from([0, 3, 5000]))), st.none())
    edge = st.tuples(
        node, node, st.sampled_from((-1, 0, 1, 1, None)), cost, st.booleans(), st.sampled_from("pq"),
        st.sampled_from("ABD"), st.sampled_from((2001, 2020, None)), st.sampled_from((["t"], ["u"], [])),
    )  # fmt: skip
    rows = draw(st.lists(edge, max_size=30))
    names = draw(st.permutations(range(len(rows))))
    words = [row(f"w{word}", "F", "F", 1, 0, predicate=word) for word in "pq"]
    return words + [
        row(f"e{name:02}", *r[:4], ends=r[4], predicate=r[5], grade=r[6], year=r[7], taxa=r[8])
        for r, name in zip(rows, names, strict=True)
    ]


questions = st.fixed_dictionaries(
    {
        "max_length": st.integers(1, 4),
        "k": st.integers(1, 6),
        "effect": st.sampled_from(sorted(SIGNS)),
        "predicates": st.sampled_from(((), ("p",))),
        "min_grade": st.sampled_from((None, "B")),
        "since": st.sampled_from((None, 2010)),
        "avoid": st.sampled_from(((), ("E",))),
        "system": st.sampled_from((None, "s")),
    }
)
extras = st.fixed_dictionaries(
    {
        "categories": st.sampled_from(((), ("Cell",))),
        "damping": st.sampled_from((0.0, 0.0005)),
        "via": st.sampled_from(((), ("D",), ("D", "E"))),
        "hop_cap": st.sampled_from((None, 1, 2)),
    }
)


def rows_of(output: Path) -> list[dict]:
    return pq.read_table(output).to_pylist()


@settings(max_examples=100, deadline=None)
@given(graphs(), questions, extras)
def test_mining_equals_the_plain_search(edges: list[dict], asked: dict, more: dict) -> None:
    with tempfile.TemporaryDirectory() as beside:
        folder = directory(Path(beside) / "graph", edges)
        expected = mine_plainly(folder, ["A", "B"], ["C", "B", "D"], {**asked, **more})
        out = Path(beside) / "mined.parquet"
        mined = mg.mine(folder, ["A", "B"], ["C", "B", "D"], out, **asked, **more)
        assert rows_of(out) == expected.rows
        assert (mined.rows, mined.cut) == (len(expected.rows), expected.cut)
        assert mined.complete == (not expected.cut)


@pytest.mark.parametrize("seed", range(4))
def test_every_path_of_a_dense_graph(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    ends = [rng.sample(NODES, 2) for _ in range(45)]
    edges = [
        row(f"e{i:02}", *pair, rng.choice((-1, 0, 1)), rng.randint(0, 9)) for i, pair in enumerate(ends)
    ]
    folder = directory(tmp_path / "graph", edges)
    asked = {"k": 5000, "max_length": 4}
    expected = mine_plainly(folder, ["A", "B"], ["B", "C", "D"], asked).rows
    assert len(expected) > 500
    mg.mine(folder, ["A", "B"], ["B", "C", "D"], tmp_path / "mined", **asked)
    assert rows_of(tmp_path / "mined") == expected


EDGES = [
    row("ab", "A", "B", 1, 7), row("ab-", "A", "B", -1, 7), row("ab?", "A", "B", 0, 7),
    row("bd", "B", "D", -1, 3), row("bc", "B", "C", 1, 1), row("cd", "C", "D", 1, 1),
    row("ad", "A", "D", -1, 11, ends=True), row("dd", "D", "D", 1, 1), row("ce", "C", "E", 1, 2),
    row("ed", "E", "D", -1, 2, taxa=["u"]), row("ba", "B", "A", 1, 1), row("ae", "A", "E", None, 1),
    row("de", "D", "E", 1, 4), row("ef", "E", "F", 1, 0), row("df", "D", "F", 1, 6),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return directory(tmp_path / "graph", EDGES)


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning:pyspark")
def test_spark_gives_the_same_rows(folder: Path, tmp_path: Path) -> None:
    asked = {"effect": "decrease", "damping": 0.5, "hop_cap": 2, "categories": ["Cell"]}
    expected = mine_plainly(folder, ["A", "B"], ["D", "F"], asked)
    assert expected.rows
    out = tmp_path / "mined.parquet"
    with spark_session() as spark:
        mined = mg.mine(folder, ["A", "B"], ["D", "F"], out, engine="spark", session=spark, **asked)
    assert (mined.cut, rows_of(out)) == (expected.cut, expected.rows)


def test_names_categories_and_ids_are_found(folder: Path, tmp_path: Path) -> None:
    mined = mg.mine(folder, ["name A"], ["category:Gene"], tmp_path / "o.parquet", max_length=2)
    assert mined.asked == 3
    with pytest.raises(mg.NotFound, match="name A"):
        mg.mine(folder, ["nane A"], ["D"], tmp_path / "p.parquet")
    with pytest.raises(mg.NotFound, match="Gene"):
        mg.mine(folder, ["A"], ["category:Cells"], tmp_path / "p.parquet")
    assert not (tmp_path / "p.parquet").exists()


def test_typed_values_are_never_sql(tmp_path: Path) -> None:
    odd = "s' OR '1'='1"
    edges = [row("ab", "A", "B", 1, 7), row("cb", "C", "B", 1, 7, systems=[odd])]
    folder = directory(tmp_path / "graph", edges)
    assert mg.mine(folder, ["A", "C"], ["B"], tmp_path / "o.parquet", system=odd).rows == 1


def mined_like_paths(kg: mg.KnowledgeGraph, out: Path, **asked: Any) -> None:
    """Mining one pair answers as the search of that pair, for which every entity but its ends may pass."""
    mined = mg.mine(kg, "MSC", "Th17 cell", out, k=7, max_length=3, **asked)
    signs = EFFECTS[asked.pop("effect", "any")]
    search = open_search(kg, None, {"max_length": 3, **asked})
    barred = only_ends(kg, search.conditions.categories, {*END_CATEGORIES, *END_ROLES})
    engine = PlainEngine(search.engine.edges, search.bounds._replace(only_ends=barred))
    ends = [kg.entity(name).id for name in ("MSC", "Th17 cell")]
    found = engine.search(*(search.kinds(end) for end in ends), k=7, signs=signs).paths
    rows = rows_of(out)
    assert [r["associations"] for r in rows] == [[edge.id for edge in path] for path in found]
    assert [r["entities"] for r in rows] == [
        [path[0].source, *(edge.target for edge in path)] for path in found
    ]
    assert [r["cost"] for r in rows] == [sum(edge.cost for edge in path) for path in found]
    assert {(r["source"], r["target"]) for r in rows} <= {tuple(ends)}
    assert mined.asked == 1


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"exact": True},
        {"damping": 0.4},
        {"via": ["IL-10"]},
        {"categories": ["protein"]},
        {"knowledge_sources": ["mscgraph"], "predicates": ["decreases"], "min_grade": "c"},
    ],
    ids=str,
)
def test_mining_a_pair_answers_as_a_question_about_paths(
    kg: mg.KnowledgeGraph, tmp_path: Path, asked: dict[str, Any]
) -> None:
    mined_like_paths(kg, tmp_path / "o.parquet", **asked)


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
    odd = directory(tmp_path / "it's [a] *graph*?", EDGES)
    assert mg.mine(odd, ["A"], ["D"], tmp_path / "ü o.parquet").rows == 7


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
    assert found == [("B", 1, 3, 10), ("C", 1, 1, 2), ("A", 1, 1, 12)]
    with pytest.raises(mg.DataError, match="no result"):
        mg.summarize_mined(folder / "nodes" / "part-00000.parquet")


# -- faults -----------------------------------------------------------------------------------------


def refused(folder: Path, output: Path, match: str, **more: object) -> None:
    with pytest.raises(mg.DataError, match=match):
        mg.mine(folder, ["A"], ["D"], output, **more)
    assert not output.exists()
    assert [p.name for p in output.parent.iterdir() if p.name.endswith(".part")] == []


def test_another_version_is_refused(tmp_path: Path) -> None:
    refused(directory(tmp_path / "graph", EDGES, version=2), tmp_path / "o.parquet", "version is 2")


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
    assert mg.mine(folder, ["A"], ["D"], tmp_path / "o.parquet").rows == 7


def test_an_output_that_cannot_be_written_is_named(folder: Path, tmp_path: Path) -> None:
    for place in (tmp_path / "none" / "o.parquet", tmp_path):
        with pytest.raises(mg.OutputError, match="cannot write"):
            mg.mine(folder, ["A"], ["D"], place)
    with pytest.raises(mg.OutputError, match="spill"):
        mg.mine(folder, ["A"], ["D"], tmp_path / "o.parquet", spill=tmp_path / "none")


def test_a_full_disk_leaves_the_old_result(folder: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(small)],
        capture_output=True,
        check=False,
    )
    if not mounted or mounted.returncode:
        pytest.skip("only root may mount a small file system")
    try:
        (small / "o.parquet").write_bytes(b"old")
        with pytest.raises(OSError, match="space"):
            (small / "filler").write_bytes(b"x" * 65536)
        with pytest.raises(mg.OutputError, match="cannot write"):
            mg.mine(folder, ["A", "B", "C"], ["D", "E", "F"], small / "o.parquet", k=50, max_length=4)
        assert (small / "o.parquet").read_bytes() == b"old"
        assert sorted(p.name for p in small.iterdir()) == ["filler", "o.parquet"]
        (small / "filler").unlink()
        assert mg.mine(folder, ["A"], ["D"], small / "o.parquet", k=1, max_length=1).rows == 1
    finally:
        subprocess.run(["umount", str(small)], check=True)


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
    assert mg.mine(folder, ["A"], ["D"], out).rows == 7


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
    place = directory(tmp_path / "graph", [])
    assert mg.mine(place, ["A"], ["D"], out, max_length=4).rows == 0
    assert mg.summarize_mined(out).mediators == ()
