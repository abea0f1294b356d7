"""Budget, clock and Ctrl-C: what is proven by then is told, and that it is not all."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.large.index import build_index, k_best
from mscgraph.paths import conditions, deadline, search
from mscgraph.paths.deadline import Deadline, Progress, TimeUp
from mscgraph.paths.search import Bounds, Edge, Network, count_paths
from tests.code.indexed import count_index, search_index

if TYPE_CHECKING:
    from collections.abc import Callable

NODES = "ABCDEFGH"
EDGES = [
    Edge(a, b, 1 if (i + j) % 3 else -1, (7 * i + 11 * j) % 23 + 1, f"{a}{b}")
    for i, a in enumerate(NODES)
    for j, b in enumerate(NODES)
    if a != b
]
ENGINES = {
    "plain": lambda **q: search.search(
        Network(EDGES), {"A"}, {"H"}, Bounds(5, deadline=q.pop("deadline", None)), **q
    ),
    "index": lambda **q: search_index(build_index(EDGES), {"A"}, {"H"}, max_length=5, **q),
}


class Ticks:
    """A clock that is one second later at every look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


class InterruptAt:
    """Ctrl-C at the n-th look."""

    def __init__(self, number: int, what: type[BaseException]) -> None:
        self.left, self.what = number, what

    def check(self, looked_at: int, found: int = 0) -> None:
        self.left -= 1
        if self.left < 0:
            raise self.what


@pytest.fixture(autouse=True)
def look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "LOOK", 4)
    monkeypatch.setattr(k_best, "LOOK", 4)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("what", "said"), [(KeyboardInterrupt, "interrupt"), (TimeUp, "time")])
def test_what_is_proven_by_then_is_the_beginning_of_the_answer(
    engine: str, what: type[BaseException], said: str
) -> None:
    whole = ENGINES[engine](k=300)
    costs = [sum(edge.cost for edge in path) for path in whole.paths]
    most = 0
    for number in range(60):
        part = ENGINES[engine](k=300, deadline=InterruptAt(number, what))
        assert (part.complete, part.stopped) == ((False, said) if not part.complete else (True, ""))
        found = [sum(edge.cost for edge in path) for path in part.paths]
        assert found == costs[: len(found)]
        most = max(most, len(found))
    assert most > 20


def test_the_index_proves_paths_in_their_exact_order(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ENGINES["index"](k=300).paths
    monkeypatch.setattr(k_best, "growth", lambda *_: 1.3)  # many rounds, looked at all the time
    monkeypatch.setattr(k_best, "first_bound", lambda *_: 40)
    monkeypatch.setattr(k_best, "LOOK", 1)
    before = 0
    for number in range(0, 400, 3):
        part = ENGINES["index"](k=300, deadline=InterruptAt(number, KeyboardInterrupt)).paths
        assert part == whole[: len(part)]
        assert len(part) >= before, "what an earlier round proved is kept"
        before = len(part)


def test_an_interrupted_question_leaves_the_index_clean() -> None:
    index = build_index(EDGES)
    whole = search_index(index, {"A"}, {"H"}, k=50)
    for number in range(12):
        search_index(index, {"A"}, {"H"}, k=50, deadline=InterruptAt(number, KeyboardInterrupt))
        assert search_index(index, {"A"}, {"H"}, k=50) == whole


@pytest.mark.parametrize(("what", "said"), [(KeyboardInterrupt, "interrupt"), (TimeUp, "time")])
def test_an_interrupted_count_is_a_lower_bound(what: type[BaseException], said: str) -> None:
    whole = count_paths(Network(EDGES), {"A"}, {"H"}, Bounds(5)).counts
    for count in (
        lambda w: count_paths(Network(EDGES), {"A"}, {"H"}, Bounds(5, deadline=w)),
        lambda w: count_index(build_index(EDGES), {"A"}, {"H"}, max_length=5, deadline=w),
    ):
        part = count(InterruptAt(2, what))
        assert (part.complete, part.stopped) == (False, said)
        assert all(part.counts[sign] <= whole[sign] for sign in whole)


def test_the_time_limit_is_the_clocks(kg: mg.KnowledgeGraph) -> None:
    said: list[Progress] = []
    timer = Deadline(3, said.append, Ticks())
    timer.check(10, 1)
    timer.check(20, 2)
    with pytest.raises(TimeUp):
        timer.check(30)
    assert said == [Progress(1, 1, 10), Progress(2, 2, 20), Progress(3, 0, 30)]
    assert str(said[1]) == "2 s, searching: 2 found, 20 steps looked at"


@pytest.mark.parametrize("large", [conditions.LARGE, -1])
def test_a_question_whose_time_is_up_says_so(kg: mg.KnowledgeGraph, large: int) -> None:
    said: list[Progress] = []
    with patch.object(deadline, "monotonic", Ticks()), patch.object(conditions, "LARGE", large):
        answer = mg.find_paths(
            kg, "MSC", "Th17 cell", k=100, max_length=6, time_limit=4, progress=said.append
        )
    assert (answer.complete, answer.stopped) == (False, "time")
    assert sum(answer.verdict.values()) >= len(answer.paths)
    assert "ran out of its time" in str(mg.explain(kg, answer))
    assert said


def ctrl_c_at(number: int) -> Callable[..., int]:
    """A hop over the heap that is interrupted, as by a person, at the n-th go."""
    pop, left = search.heapq.heappop, number

    def heappop(heap: list) -> object:
        nonlocal left
        left -= 1
        if left == 0:
            signal.raise_signal(signal.SIGINT)
        return pop(heap)

    return heappop


@pytest.mark.parametrize(
    "arguments",
    [
        ("paths", "MSC", "Th17 cell", "-k", "500"),
        ("paths", "MSC", "Th17 cell", "-k", "500", "--json"),
        ("paths", "MSC", "Th17 cell", "-k", "500", "--as-graph"),
        ("explain", "MSC", "Th17 cell", "-k", "500", "--format", "markdown"),
        ("block", "MSC", "Th17 cell", "--without", "IDO1"),
        ("mediators", "MSC", "Th17 cell"),
        ("loops", "IFN-γ"),
        ("upstream", "Th17 cell", "--max-length", "2"),
        ("downstream", "IDO1", "--max-length", "2"),
    ],
)
def test_ctrl_c_prints_what_is_proven_and_exits_130(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search.heapq, "heappop", ctrl_c_at(2))
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 130, result.output
    assert "Interrupted" in result.stderr
    assert result.stdout
    if "--json" in arguments:
        assert '"stopped": "interrupt"' in result.stdout
    elif arguments[0] != "explain" and "--as-graph" not in arguments:
        assert "was interrupted" in result.stdout


def test_the_time_limit_of_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "monotonic", Ticks())
    result = CliRunner().invoke(main, ("paths", "MSC", "Th17 cell", "--time-limit", "2", "--json"))
    assert result.exit_code == 0, result.output
    assert '"stopped": "time"' in result.stdout
    assert CliRunner().invoke(main, ("paths", "MSC", "Treg", "--time-limit", "0")).exit_code == 2


@pytest.mark.parametrize("question", ["upstream", "downstream"])
def test_influences_on_an_index_are_found_cheapest_first(kg: mg.KnowledgeGraph, question: str) -> None:
    """Whenever its time is up, those that were found are the first of all that there are."""

    def stitched(**options: float) -> tuple[list[mg.Influence], bool]:
        with patch.object(deadline, "monotonic", Ticks()), patch.object(conditions, "LARGE", -1):
            answer = getattr(mg, question)(
                kg, "Th17 cell" if question == "upstream" else "MSC", **options
            )
        assert answer.complete == (not answer.stopped)
        return [i for i in answer.influences if not i.path.demonstrated], answer.complete

    whole, complete = stitched()
    assert complete
    parts = [stitched(time_limit=seconds) for seconds in (2, 4, 8, 16, 32, 64)]
    for part, complete in parts:
        assert part == whole[: len(part)]
        assert part == whole or not complete
    assert len({len(part) for part, complete in parts if not complete}) > 1
