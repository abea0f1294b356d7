"""The page's path finder gives the answers of the Python engine."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from mscgraph.names import fold
from mscgraph.paths import find_paths
from mscgraph.paths.search import Edge, Network, count_paths, search

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Visitor
    from playwright.sync_api import Page

    from mscgraph.graph import KnowledgeGraph

pytestmark = pytest.mark.browser

ASK = """(pairs) => pairs.map(([from, to, max, effect, k]) => {
  const at = (id) => mscgraph.entities.id.indexOf(id);
  const { complete, verdict, paths } = mscgraph.findPaths(at(from), at(to), { max, effect, k });
  return { complete, verdict, paths: paths.map((path) => path.map((a) => mscgraph.associations.id[a])) };
})"""


def python_answers(kg: KnowledgeGraph, pairs: list[tuple[str, str, int, str, int]]) -> list[Any]:
    answers = []
    for source, target, length, effect, k in pairs:
        found = find_paths(kg, source, target, max_length=length, effect=effect, k=k)
        answers.append(
            {
                "complete": found.complete,
                "verdict": [found.verdict[word] for word in ("increase", "decrease", "unknown")],
                "paths": [[step.association.id for step in path.steps] for path in found.paths],
            }
        )
    return answers


@pytest.mark.parametrize(("graph", "page"), [("kg", "shipped_page"), ("large", "large_page")])
def test_random_pairs_of_a_graph(
    visit: Visitor, graph: str, page: str, request: pytest.FixtureRequest
) -> None:
    kg: KnowledgeGraph = request.getfixturevalue(graph)
    file: Path = request.getfixturevalue(page)
    dice = random.Random(7)
    causes = sorted({a.subject for a in kg.associations.values()})
    targets = sorted({a.object for a in kg.associations.values()})
    pairs = [
        (
            dice.choice(causes), dice.choice(targets), dice.choice([1, 2, 3, 4]),
            dice.choice(["any", "increase", "decrease", "unknown"]), dice.choice([1, 3, 10]),
        )
        for _ in range(120)
    ]  # fmt: skip
    pairs.append(("CL:0000134", "CL:0000899", 3, "any", 10))
    opened = visit(file).open()
    answers = opened.evaluate(ASK, [list(pair) for pair in pairs])
    expected = python_answers(kg, pairs)
    assert any(answer["paths"] for answer in expected)
    for pair, answer, wanted in zip(pairs, answers, expected, strict=True):
        assert answer == wanted, pair


RAW = """({ edges, size, source, target, maxLength, k, signs }) => {
  const network = mscgraph.makeNetwork(edges, size);
  const [from, to] = [new Set([source]), new Set([target])];
  const { paths } = mscgraph.searchPaths(network, from, to, { k, maxLength, signs });
  return { paths: paths.map(({ path }) => path.map((edge) => edge.id)),
           counts: mscgraph.countPaths(network, from, to, maxLength).counts };
}"""


def test_random_networks_with_ties_loops_and_read_outs(visit: Visitor, shipped_page: Path) -> None:
    page = visit(shipped_page).open()
    dice = random.Random(11)
    for _ in range(60):
        compare_on_a_random_network(page, dice)


def compare_on_a_random_network(page: Page, dice: random.Random) -> None:
    size = dice.randrange(3, 9)
    edges = [
        {
            "source": dice.randrange(size), "target": dice.randrange(size),
            "sign": dice.choice([-1, 0, 1]), "cost": dice.choice([0, 100, 100, 250_000]),
            "id": f"e{n:02d}", "ends": dice.random() < 0.2,
        }
        for n in range(dice.randrange(2, 24))
    ]  # fmt: skip
    question = {
        "edges": edges, "size": size, "source": 0, "target": size - 1,
        "maxLength": dice.randrange(1, 6), "k": dice.choice([1, 4, 50]),
        "signs": dice.choice([[-1], [1], [0], [-1, 0, 1]]),
    }  # fmt: skip
    answer = page.evaluate(RAW, question)
    network = Network(
        Edge(
            str(e["source"]), str(e["target"]), int(e["sign"]), int(e["cost"]), str(e["id"]),
            bool(e["ends"]),
        )
        for e in edges
    )  # fmt: skip
    options = {"max_length": question["maxLength"]}
    wanted = search(
        network, ["0"], [str(size - 1)], k=question["k"], signs=question["signs"], **options
    )
    counts = count_paths(network, ["0"], [str(size - 1)], **options).counts
    assert answer["paths"] == [[edge.id for edge in path] for path in wanted.paths]
    assert answer["counts"] == [counts[-1], counts[0], counts[1]]


def test_names_fold_as_in_python(visit: Visitor, shipped_page: Path, kg: KnowledgeGraph) -> None:
    names = sorted({n for e in kg.entities.values() for n in (e.name, e.label, e.id, *e.synonyms)})
    page = visit(shipped_page).open()
    folded = page.evaluate("(names) => names.map(mscgraph.fold)", names)
    assert folded == [fold(name) for name in names]


def test_the_form_finds_paths_and_draws_them(visit: Visitor, shipped_page: Path) -> None:
    visited = visit(shipped_page)
    page = visited.open()
    page.fill("#path-from", "MSC")
    page.fill("#path-to", "nonsense that nobody says")
    page.click("#find-paths")
    assert "Nothing here is called" in page.inner_text("#path-to-problem")
    page.fill("#path-to", "t helper 17")
    page.press("#path-to", "Enter")
    page.wait_for_selector("#path-verdict")
    assert "from MSC to Th17 cell" in page.inner_text("#path-verdict")
    page.locator(".paths .path button.link").first.click()
    visited.settled()
    assert page.locator("#lines .line.lit").count() >= 1
    page.go_back()
    visited.settled()
    assert page.locator(".paths .path.picked").count() == 0
