"""The index answers as the plain search does, and is never trusted when it should not be."""

import json
import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph import files
from mscgraph.errors import UnusableIndex
from mscgraph.large import index as index_room
from mscgraph.large.index import (
    build_index,
    index_files,
    k_best,
    open_index,
    row_reader,
    write_index,
)  # fmt: skip
from mscgraph.large.index.row_reader import Damping
from mscgraph.paths.search import Bounds, Edge, Found, Network, count_paths, hub_penalty, search
from tests.code.indexed import count_index, search_index

NODES = "ABCDEFG"
QUESTION = {"sources": {"A"}, "targets": {"D"}, "k": 5}
EDGES = [
    Edge("A", "B", 1, 7, "ab"),
    Edge("A", "B", -1, 7, "ab-"),
    Edge("B", "D", 1, 3, "bd"),
    Edge("B", "C", 0, 1, "bc"),
    Edge("C", "D", 1, 1, "cd"),
    Edge("A", "D", -1, 11, "ad", ends=True),
    Edge("D", "D", 1, 1, "dd"),
]


@st.composite
def graphs(draw: st.DrawFn) -> list[Edge]:
    """Small signed multigraphs: parallel edges, loops, cycles, unknown signs, read-outs, equal costs."""
    node, sign = st.sampled_from(NODES[: draw(st.integers(2, 7))]), st.sampled_from((-1, 0, 1))
    cost = st.integers(0, draw(st.sampled_from([0, 4, 5000])))
    edge = st.tuples(node, node, sign, cost, st.booleans())
    rows = draw(st.lists(edge, max_size=24))
    names = draw(st.permutations(range(len(rows))))
    return [Edge(*row[:4], f"e{name:02}", row[4]) for row, name in zip(rows, names, strict=True)]


questions = st.fixed_dictionaries(
    {
        "sources": st.sets(st.sampled_from(NODES), min_size=1, max_size=2),
        "targets": st.sets(st.sampled_from(NODES), min_size=1, max_size=2),
        "max_length": st.integers(1, 5),
        "k": st.integers(1, 8),
        "signs": st.sampled_from([(1,), (-1,), (0,), (-1, 0, 1), (-1, 1), (0, 1)]),
        "via": st.sets(st.sampled_from(NODES), max_size=2),
        "avoid": st.sets(st.sampled_from(NODES), max_size=1),
    }
)


def ask(index: index_room.PathIndex, question: dict) -> Found:
    rest = {name: value for name, value in question.items() if name not in ("sources", "targets")}
    return search_index(index, question["sources"], question["targets"], **rest)


def ask_plainly(edges: list[Edge], question: dict) -> Found:
    bounds = Bounds(**{name: question[name] for name in Bounds._fields if name in question})
    rest = {name: question[name] for name in ("k", "signs") if name in question}
    return search(Network(edges), question["sources"], question["targets"], bounds, **rest)


@pytest.mark.slow
@settings(max_examples=800, deadline=None)
@given(graphs(), questions, st.sampled_from([(1024, 30_000), (0, 30_000), (0, 4)]))
def test_the_index_equals_the_plain_search(edges: list[Edge], question: dict, limits: tuple) -> None:
    index = build_index(edges)
    expected = ask_plainly(edges, question)
    # small graphs are read whole; with these limits they are bisected, and rounds given up, as large ones
    with patch.object(row_reader, "SLACK", limits[0]), patch.object(k_best, "READ", limits[1]):
        assert ask(index, question) == expected
        assert ask(index, question) == expected, "what one question wrote down was seen by the next"


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(graphs(), questions, st.sets(st.sampled_from(("p", "q", "r"))), st.randoms())
def test_only_allowed_predicates_are_walked(edges: list[Edge], question: dict, names: set, rng) -> None:
    predicates = [rng.choice("pqr") for _ in edges]
    index = build_index(
        edges, facets={"predicate": predicates, "grade": [rng.choice("AB") for _ in edges]}
    )
    kept = [edge for edge, name in zip(edges, predicates, strict=True) if name in names]
    allowed = np.array([name in names for name in index.values["predicate"]])[index.labels[2]]
    assert ask(index, {**question, "walked": allowed}) == ask_plainly(kept, question)


def some_question(rng: random.Random, names: list[str]) -> dict:
    """A question that has paths more often than not, under several conditions."""
    return {
        "sources": set(rng.sample(names, rng.choice((1, 1, 2)))),
        "targets": set(rng.sample(names, rng.choice((1, 1, 2)))),
        "max_length": rng.randint(1, 5),
        "k": rng.randint(1, 12),
        "signs": rng.choice([(-1, 0, 1), (1,), (-1,), (0,), (-1, 1), (0, 1)]),
        "via": set(rng.sample(names, rng.choice((0, 0, 0, 1, 2)))),
        "avoid": set(rng.sample(names, rng.choice((0, 0, 1)))),
    }


@pytest.mark.parametrize("seed", range(15))
def test_on_dense_graphs_both_engines_agree_under_all_conditions(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(100):
        names = [f"n{number}" for number in range(rng.randint(3, 16))]
        most = rng.choice((0, 3, 5000))
        edges = [
            Edge(
                rng.choice(names), rng.choice(names), rng.choice((-1, 0, 1)), rng.randint(0, most),
                f"e{number:03}", rng.random() < 0.15,
            )
            for number in range(rng.randint(5, 6 * len(names)))
        ]  # fmt: skip
        predicates = [rng.choice("pqr") for _ in edges]
        only_ends = set(rng.sample(names, rng.randint(0, len(names) // 2)))
        wanted = rng.choice(("p", "pq", "pqr"))
        damping = rng.choice((0, 0, 0.4, 3))
        question = some_question(rng, names)
        index = build_index(
            edges,
            facets={"predicate": predicates},
            categories={name: "end" if name in only_ends else "any" for name in names},
        )
        conditions = {
            "inside": np.array([name != "end" for name in index.values["category"]]),
            "walked": np.array([name in wanted for name in index.values["predicate"]])[index.labels[2]],
        }
        damped = {"damping": Damping.of(index, damping)} if damping else {}
        leaving = Counter(edge.source for edge in edges)
        entering = Counter(edge.target for edge in edges)
        kept = [
            edge._replace(
                cost=edge.cost
                + hub_penalty(leaving[edge.source], damping)
                + hub_penalty(entering[edge.target], damping)
            )
            for edge, name in zip(edges, predicates, strict=True)
            if name in wanted
        ]
        with (
            patch.object(row_reader, "SLACK", rng.choice((0, 1024))),
            patch.object(k_best, "READ", rng.choice((4, 30_000))),
        ):
            found = ask(index, {**question, **conditions, **damped})
        assert found == ask_plainly(kept, {**question, "only_ends": only_ends})
        ends = question["sources"], question["targets"]
        rest = {name: question[name] for name in ("max_length", "via", "avoid")}
        counted = count_index(index, *ends, **conditions, **rest)
        assert counted == count_paths(Network(kept), *ends, Bounds(**rest, only_ends=only_ends))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_nothing_within_a_tight_bound_is_missed(seed: int) -> None:
    """A bound that grows by a twelfth a round ends just above the last path that is wanted."""
    rng = random.Random(seed)
    names = [f"n{number:02}" for number in range(20)]
    for _ in range(40):
        edges = [
            Edge(
                rng.choice(names),
                rng.choice(names),
                rng.choice((-1, 1)),
                rng.randint(1, 60),
                f"e{n:03}",
            )
            for n in range(160)
        ]
        question = {**some_question(rng, names), "k": rng.randint(1, 6), "max_length": 4}
        with (
            patch.object(k_best, "growth", lambda *_: 13 / 12),
            patch.object(k_best, "first_bound", lambda *_: 40),
        ):
            assert ask(build_index(edges), question) == ask_plainly(edges, question)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(graphs(), questions, st.sets(st.sampled_from(NODES), max_size=4), st.sampled_from((0, 0.4, 3)))
def test_ends_only_and_damped_hubs(
    edges: list[Edge], question: dict, only_ends: set, damping: float
) -> None:
    index = build_index(edges, categories={n: "end" if n in only_ends else "any" for n in NODES})
    inside = np.array([name != "end" for name in index.values["category"]])
    asked = {**question, "inside": inside}
    if damping:
        asked["damping"] = Damping.of(index, damping)
    leaving = Counter(edge.source for edge in edges)
    entering = Counter(edge.target for edge in edges)
    dearer = [
        edge._replace(
            cost=edge.cost
            + hub_penalty(leaving[edge.source], damping)
            + hub_penalty(entering[edge.target], damping)
        )
        for edge in edges
    ]
    with patch.object(row_reader, "SLACK", 0):
        assert ask(index, asked) == ask_plainly(dearer, {**question, "only_ends": only_ends})


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(graphs(), questions, st.integers(1, 8), st.sets(st.sampled_from(NODES), max_size=3))
def test_the_index_counts_as_the_plain_search(
    edges: list[Edge], question: dict, steps: int, only_ends: set
) -> None:
    index = build_index(edges, categories={n: "end" if n in only_ends else "any" for n in NODES})
    inside = np.array([name != "end" for name in index.values["category"]])
    rest = {"max_length": steps, "via": question["via"], "avoid": question["avoid"]}
    ends = question["sources"], question["targets"]
    expected = count_paths(Network(edges), *ends, Bounds(**rest, only_ends=only_ends))
    assert count_index(index, *ends, inside=inside, **rest) == expected


def test_a_count_beyond_its_budget_is_a_lower_bound() -> None:
    edges = [Edge(a, b, 1, 1, a + b) for a in NODES for b in NODES if a != b]
    whole = count_index(build_index(edges), {"A"}, {"G"}, max_length=4)
    part = count_index(build_index(edges), {"A"}, {"G"}, max_length=4, budget=40)
    assert (part.complete, part.stopped) == (False, "budget")
    assert 0 < part.counts[1] < whole.counts[1]


def test_long_rows_are_bisected() -> None:
    rng = np.random.default_rng(4)
    pairs = rng.integers(0, 60, (3000, 2))
    edges = [
        Edge(f"n{a}", f"n{b}", int(rng.integers(-1, 2)), int(rng.integers(0, 9000)), f"e{i}")
        for i, (a, b) in enumerate(pairs)
    ]
    index = build_index(edges)
    for number in range(12):
        question = {"sources": {f"n{number}"}, "targets": {f"n{59 - number}"}, "max_length": 4, "k": 20}
        for signs in [(1,), (-1, 0, 1), (0,)]:
            asked = {**question, "signs": signs}
            assert ask(index, asked) == ask_plainly(edges, asked)


def test_questions_at_once_do_not_meet() -> None:
    rng = random.Random(1)
    names = [f"n{number}" for number in range(40)]
    edges = [
        Edge(rng.choice(names), rng.choice(names), 1, rng.randint(0, 99), f"e{number}")
        for number in range(400)
    ]
    index = build_index(edges)
    pairs = [(rng.choice(names), rng.choice(names)) for _ in range(60)]
    with ThreadPoolExecutor(4) as pool:
        alone = [search_index(index, {a}, {b}) for a, b in pairs]
        assert list(pool.map(lambda pair: search_index(index, {pair[0]}, {pair[1]}), pairs)) == alone


@pytest.mark.parametrize("rows", [(0, 0), (0, 40), (40, 0), (40, 40)])
def test_no_way_out_or_in_ends_the_search(rows: tuple[int, int]) -> None:
    edges = [Edge("A", f"n{i}", 1, i, f"out{i}") for i in range(rows[0])]
    edges += [Edge(f"m{i}", "D", 1, i, f"in{i}") for i in range(rows[1])]
    edges += [Edge("B", "A", 1, 1, "ba"), Edge("D", "C", 1, 1, "dc")]
    assert ask(build_index(edges), QUESTION) == Found((), complete=True)


def test_an_edge_takes_at_most_twenty_bytes() -> None:
    edges = [Edge(f"n{i % 100}", f"n{i % 101}", 1, i, str(i)) for i in range(1000)]
    index = build_index(edges)
    searched = ("target", "cost", "label", "source", "edge", "forward", "backward", "category")
    assert sum(index.arrays()[name].nbytes for name in searched) <= 20 * len(index)


def test_a_spent_budget_is_said() -> None:
    edges = [Edge(a, b, 1, 1, a + b) for a in NODES for b in NODES if a != b]
    found = search_index(build_index(edges), {"A"}, {"G"}, k=500, max_length=5, budget=3)
    assert not found.complete


@pytest.mark.parametrize("length", [0, 9])
def test_a_wrong_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="write 1 to 8"):
        search_index(build_index(EDGES), {"A"}, {"D"}, max_length=length)


@pytest.mark.parametrize("cost", [-1, 1 << 31])
def test_a_cost_that_does_not_fit_is_refused(cost: int) -> None:
    with pytest.raises(mg.DataError, match="micro-nats"):
        build_index([Edge("A", "B", 1, cost, "ab")])


@pytest.mark.parametrize("edges", [EDGES, []])
def test_a_folder_gives_back_what_was_written(edges: list[Edge], tmp_path: Path) -> None:
    built = build_index(edges, key="this")
    write_index(built, tmp_path / "index")
    opened = open_index(tmp_path / "index", key="this")
    assert opened.key == "this"
    assert opened.values == built.values
    for name, array in built.arrays().items():
        assert np.array_equal(array, opened.arrays()[name])
        assert array.dtype == opened.arrays()[name].dtype
    assert ask(opened, QUESTION) == ask_plainly(edges, QUESTION)
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_names_beyond_ascii_keep_their_order(tmp_path: Path) -> None:
    edges = [Edge("α", "é", 1, 1, name) for name in ("ω", "a", "\U0001f9ec", "￿", "ab")]
    write_index(build_index(edges), tmp_path / "index")
    question = {"sources": {"α"}, "targets": {"é"}, "k": 4}
    assert ask(open_index(tmp_path / "index"), question) == ask_plainly(edges, question)


def refused(folder: Path, reason: str, key: str | None = None) -> None:
    with pytest.raises(UnusableIndex, match=reason) as error:
        open_index(folder, key=key)
    assert error.value.reason == reason


def test_a_stale_index_is_refused_and_replaced(tmp_path: Path) -> None:
    folder = write_index(build_index(EDGES[:2], key="before"), tmp_path / "index")
    refused(folder, "stale", key="now")
    write_index(build_index(EDGES, key="now"), folder)
    assert len(open_index(folder, key="now")) == len(EDGES)
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_what_is_not_ours_is_refused_and_left_alone(tmp_path: Path) -> None:
    refused(tmp_path / "nothing", "foreign")
    (tmp_path / "manifest.json").write_text('{"name": "an app"}')
    refused(tmp_path, "foreign")
    (tmp_path / "thesis.txt").write_text("do not delete")
    with pytest.raises(mg.OutputError, match="did not write"):
        write_index(build_index(EDGES), tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "do not delete"


def test_another_version_is_refused(tmp_path: Path) -> None:
    folder = write_index(build_index(EDGES), tmp_path / "index")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "version": 0}))
    refused(folder, "foreign")


NAMES = sorted(build_index(EDGES).arrays())


@pytest.mark.parametrize("name", [*(f"{name}.npy" for name in NAMES), "manifest.json"])
@pytest.mark.parametrize("harm", ["gone", "cut", "longer", "changed", "emptied"])
def test_a_damaged_index_is_refused(name: str, harm: str, tmp_path: Path) -> None:
    folder = write_index(build_index(EDGES), tmp_path / "index")
    path = folder / name
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    elif harm == "changed":
        path.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
        os.utime(path, ns=(1, 1))
    else:
        path.write_bytes({"cut": content[:-1], "longer": content + b"}", "emptied": b""}[harm])
    reason = "foreign" if (name, harm) == ("manifest.json", "gone") else "damaged"
    if (name, harm) == ("manifest.json", "cut"):
        assert open_index(folder)  # only the line's end was lost
    else:
        refused(folder, reason)


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("moment", [*range(len(NAMES)), "manifest", "move"])
def test_an_interrupted_writing_leaves_nothing_or_the_old(
    moment: int | str, old: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "index"
    if old:
        write_index(build_index(EDGES[:2], key="old"), folder)
    saved, append, exchange, dumps = 0, index_files.ArrayFile.append, files.exchange, json.dumps

    def failing_append(self: index_files.ArrayFile, part: np.ndarray) -> None:
        nonlocal saved
        if saved == moment:
            self._file.write(b"half")
            raise KeyboardInterrupt
        saved += 1
        append(self, part)

    def failing_exchange(*names: Path) -> None:
        if moment == "move":
            raise OSError(28, "No space left on device")
        exchange(*names)

    def failing_dumps(*values, **options) -> str:
        if moment == "manifest":
            raise KeyboardInterrupt
        return dumps(*values, **options)

    with monkeypatch.context() as patched:
        patched.setattr(index_files.ArrayFile, "append", failing_append)
        patched.setattr(files, "exchange", failing_exchange)
        patched.setattr(json, "dumps", failing_dumps)
        with pytest.raises((KeyboardInterrupt, mg.OutputError)):
            write_index(build_index(EDGES, key="new"), folder)
    assert [path.name for path in tmp_path.iterdir()] == ["index"] * old
    if old:
        assert len(open_index(folder, key="old")) == 2
    write_index(build_index(EDGES, key="new"), folder)
    assert ask(open_index(folder, key="new"), QUESTION) == ask_plainly(EDGES, QUESTION)
