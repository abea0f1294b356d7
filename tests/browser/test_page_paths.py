"""The page's path finder gives the answers of the Python engine."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from mscgraph.model import association_id
from mscgraph.paths import find_paths
from mscgraph.render.drawing import choose_contents
from mscgraph.render.finding_words import value_words
from mscgraph.render.verdict import KINDS, finding_kind, kind_of, mark_of, verdict

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Visitor

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Finding

MSC, TH17 = "CL:0000134", "CL:0000899"
ASK = """(questions) => questions.map(({ source, target, via, avoid, ...rest }) => {
  const at = (id) => mscgraph.entities.id.indexOf(id);
  const { complete, verdict, paths } = mscgraph.findPaths(at(source), at(target),
    { ...rest, via: via.map(at), avoid: avoid.map(at) });
  return { complete, verdict, paths: paths.map((path) => path.map((a) => mscgraph.associations.id[a])) };
})"""


def python_answer(kg: KnowledgeGraph, asked: dict[str, Any]) -> dict[str, Any]:
    found = find_paths(
        kg, asked["source"], asked["target"], max_length=asked["max"], effect=asked["effect"],
        k=asked["k"], via=asked["via"], avoid=asked["avoid"], taxon=asked["taxon"] or None,
        min_grade=asked["least"] or None,
    )  # fmt: skip
    return {
        "complete": found.complete,
        "verdict": [found.verdict[word] for word in ("increase", "decrease", "unknown")],
        "paths": [[step.association.id for step in path.steps] for path in found.paths],
    }


def questions(
    kg: KnowledgeGraph, count: int, *, steps: list[int], conditions: bool = True
) -> list[dict[str, Any]]:
    dice = random.Random(7)
    causes = [a.subject for a in kg.associations.values()]  # what has many relations is asked for often
    targets = [a.object for a in kg.associations.values()]
    if not conditions:
        causes, targets = sorted(set(causes)), sorted(set(targets))
    return [
        {
            "source": dice.choice(causes), "target": dice.choice(targets), "max": dice.choice(steps),
            "effect": dice.choice(["any", "any", "increase", "decrease", "unknown"]),
            "k": dice.choice([1, 3, 10]),
            "via": dice.sample(targets, dice.choice([0, 0, 0, 1]) if conditions else 0),
            "avoid": dice.sample(targets, dice.choice([0, 1, 2]) if conditions else 0),
            "taxon": dice.choice(["", "", "NCBITaxon:9606", "NCBITaxon:10090"]) if conditions else "",
            "least": dice.choice(["", "", "C"]) if conditions else "",
        }
        for _ in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("graph", "page", "count", "conditions"),
    [("kg", "shipped_page", 10, False), ("kg", "shipped_page", 40, True),
     ("small", "small_page", 1000, False), ("small", "small_page", 200, True)],
)  # fmt: skip
def test_random_pairs_of_a_graph(
    visit: Visitor,
    request: pytest.FixtureRequest,
    *,
    graph: str,
    page: str,
    count: int,
    conditions: bool,
) -> None:
    kg: KnowledgeGraph = request.getfixturevalue(graph)
    file: Path = request.getfixturevalue(page)
    asked = questions(
        kg, count, steps=[1, 2, 3] if graph == "kg" else [1, 2, 3, 4, 5], conditions=conditions
    )
    if graph == "kg":
        asked.append(asked[0] | {"source": "CL:0000134", "target": "CL:0000899", "max": 3, "via": []})
    answers = visit(file).open().evaluate(ASK, asked)
    expected = [python_answer(kg, one) for one in asked]
    assert sum(bool(answer["paths"]) for answer in expected) > count // 30
    for one, answer, wanted in zip(asked, answers, expected, strict=True):
        assert answer == wanted, one


DIRECT = """(questions) => questions.map(({ source, target, taxon }) => {
  const at = (id) => mscgraph.entities.id.indexOf(id);
  const ids = (some) => some.map((i) => mscgraph.findings.id[i]).sort();
  return [...mscgraph.directTest(at(source), at(target), taxon)]
    .map(([kind, { inside, outside }]) => [kind, ids(inside), ids(outside)]).sort();
})"""


def test_the_direct_test_tells_what_the_filter_leaves_out(
    visit: Visitor, kg: KnowledgeGraph, shipped_page: Path
) -> None:
    """Random pairs, the ends of correlations turned among them, by random species."""
    dice = random.Random(3)
    pairs = sorted({(a.subject, a.object) for a in kg.associations.values()})
    pairs += [(o, s) for s, o in pairs if dice.random() < 0.1]
    taxa = ["", "NCBITaxon:9606", "NCBITaxon:10090", "NCBITaxon:10116"]
    asked = [
        {"source": source, "target": target, "taxon": dice.choice(taxa)}
        for source, target in dice.sample(pairs, 120)
    ]
    asked.append({"source": MSC, "target": "CL:0000084", "taxon": taxa[1]})  # many kinds of both
    wanted = []
    for one in asked:
        direct = find_paths(
            kg, one["source"], one["target"], max_length=1, taxon=one["taxon"] or None
        ).direct
        sides: dict[str, tuple[list[str], list[str]]] = {}
        for tested in direct.senses:
            for side, some in enumerate((tested.findings, tested.outside)):
                for finding in some:
                    sides.setdefault(finding_kind(kg, finding), ([], []))[side].append(finding.id)
        wanted.append(sorted([kind, sorted(a), sorted(b)] for kind, (a, b) in sides.items()))
    assert sum(any(outside for _, _, outside in sides) for sides in wanted) > 30
    assert visit(shipped_page).open().evaluate(DIRECT, asked) == wanted


def test_a_filter_does_not_pass_for_an_answer(visit: Visitor, shipped_page: Path) -> None:
    for condition in ("taxon=NCBITaxon:10090", "species=mouse"):
        page = visit(shipped_page).open(f"#from=CHEBI:15551&to=CL:0000623&{condition}")
        assert "0 decrease (2 more outside the filter)" in page.inner_text("#direct-test")


SAME = """() => mscgraph.associations.id.map((id, a) => [id, {
  supporting: mscgraph.supporting(a).map((i) => mscgraph.findings.id[i]).sort(),
  disputing: mscgraph.disputing(a).map((i) => mscgraph.findings.id[i]).sort(),
  grade: mscgraph.gradeOf(mscgraph.supporting(a), mscgraph.disputing(a)),
  readout: mscgraph.isReadout(a),
}])"""


@pytest.mark.parametrize(("graph", "page"), [("kg", "shipped_page"), ("large", "large_page")])
def test_support_dispute_grades_and_ids_are_made_again_as_they_were(
    visit: Visitor, graph: str, page: str, request: pytest.FixtureRequest
) -> None:
    kg: KnowledgeGraph = request.getfixturevalue(graph)
    made = dict(visit(request.getfixturevalue(page)).open().evaluate(SAME))
    drawn = {
        a for a in kg.associations.values() if kg.predicates[a.predicate].kind.value != "structure"
    }
    assert made.keys() == {a.id for a in drawn}
    for association in drawn:
        grade = association.grade
        assert made[association.id] == {
            "supporting": sorted(f.id for f in association.supporting),
            "disputing": sorted(f.id for f in association.disputing),
            "grade": None if grade.cost is None else {"letter": grade.letter, "cost": grade.cost},
            "readout": association.is_readout,
        }


VERDICTS = """() => mscgraph.lines.map((line) => {
  const { verdict, mark, grade, counts } = mscgraph.judged(line.at);
  const ends = [line.cause, line.target].map((entity) => mscgraph.entities.id[entity]);
  return [ends, [verdict, mark, grade, Object.entries(counts).filter(([, count]) => count)]];
})"""


@pytest.mark.parametrize(("graph", "page"), [("kg", "shipped_page"), ("large", "large_page")])
def test_every_line_has_the_verdict_that_python_comes_to(
    visit: Visitor, graph: str, page: str, request: pytest.FixtureRequest
) -> None:
    kg: KnowledgeGraph = request.getfixturevalue(graph)
    shown = {
        tuple(ends): said
        for ends, said in visit(request.getfixturevalue(page)).open().evaluate(VERDICTS)
    }
    wanted = {}
    for pair, found in choose_contents(kg).pairs.items():
        said = verdict(kg, found)
        counts = [[kind.id, count] for kind, count in said.counts]
        wanted[pair] = [said.kind.id, said.mark, said.grade, counts]
    assert shown == wanted
    assert {"both", "mixed", "up", "down", "null"} <= {kind for kind, *_ in wanted.values()}


HUMAN, MOUSE = ("species", "human"), ("species", "mouse")
FILTERS = (
    (HUMAN,), (MOUSE,), (("direction", "increase"),), (("direction", "decrease"),),
    (("direction", "no significant effect"),), (("grade", "A"),), (("grade", "B"),), (("grade", "C"),),
    (("grade", "D"),), (("system", "EAE"),), (("system", "co-culture"),), (("system", "MS patients"),),
    (("design", "randomised trial"),), (("design", "in vitro"),), (("design", "animal model"),),
    (("source", "BM-MSC"),), (("source", "AD-MSC"), HUMAN), (HUMAN, ("design", "in vitro")),
    (MOUSE, ("grade", "C"), ("direction", "decrease")), (HUMAN, MOUSE, ("system", "co-culture")),
)  # fmt: skip
# All twenty take a minute; these meet every kind of filter and both ways to combine them.
SHORT = (0, 2, 5, 12, 15, 18, 19)


def passes(kg: KnowledgeGraph, finding: Finding, filters: tuple[tuple[str, str], ...]) -> bool:
    """Whether a finding passes: one of the values of each kind."""
    said = {
        "species": {kg.name(taxon) for taxon in finding.taxa},
        "direction": {KINDS[finding_kind(kg, finding)].words},
        "grade": {kg.associations[association_id(*finding.key)].grade.letter},
        "system": set(value_words(kg, "system", finding.system)),
        "design": set(value_words(kg, "study_design", finding.study_design)),
        "source": set(value_words(kg, "msc_source", finding.msc_source)),
    }
    asked: dict[str, set[str]] = {}
    for kind, value in filters:
        asked.setdefault(kind, set()).add(value)
    return all(said[kind] & values for kind, values in asked.items())


@pytest.mark.parametrize("filters", [FILTERS[i] for i in SHORT])
def test_a_filter_makes_one_verdict_for_graph_table_and_file(
    visit: Visitor, kg: KnowledgeGraph, shipped_page: Path, filters: tuple[tuple[str, str], ...]
) -> None:
    visited = visit(shipped_page, accept_downloads=True)
    asked = urlencode(filters)
    page = visited.open(f"#all=1&{asked}")
    wanted, passing = {}, set()
    for pair, found in choose_contents(kg).pairs.items():
        findings = {f.id: f for a in found for f in a.findings}.values()
        kept = [f for f in findings if passes(kg, f, filters)]
        counts = Counter(finding_kind(kg, f) for f in kept)
        kind = kind_of(counts) if kept else "hidden"
        whole = Counter(finding_kind(kg, f) for f in findings)
        wanted[pair] = (kind, mark_of(kind, whole), dict(counts))
        passing |= {f.id for f in kept}
    shown = {tuple(ends): (said[0], said[1], dict(said[3])) for ends, said in page.evaluate(VERDICTS)}
    assert shown == wanted
    lines = "(all) => all.map(({ dataset }) => dataset.line).sort()"
    drawn = page.locator("#lines .line").evaluate_all(lines)
    assert len(drawn) == sum(kind != "hidden" for kind, *_ in wanted.values())
    page = visited.move_to(f"#all=1&view=table&{asked}")
    while page.locator("#more-rows").count():
        page.click("#more-rows")
    assert page.locator("#table-body tr").evaluate_all(lines) == drawn
    page.click("#export")
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="TSV: findings of everything").click()
    rows = download.value.path().read_text("utf-8").splitlines()[1:]
    assert {row.split("\t")[0] for row in rows} == passing


def test_a_figure_of_the_question_is_one_command_away(visit: Visitor, shipped_page: Path) -> None:
    visited = visit(shipped_page)
    page = visited.open(f"#from={MSC}&to={TH17}&species=human")
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText(t) { window.copied = t; } } })"
    )
    page.click("#figure-of-this button")
    command = 'mscgraph figure MSC "Th17 cell" -o MSC-to-Th17-cell.svg --taxon human'
    assert page.evaluate("window.copied") == command
    visited.move_to(f"#line={MSC}|{TH17}&system=MS+patients&design=randomised+trial&grade=A")
    page.click("#panel .buttons button")
    command = 'mscgraph figure MSC "Th17 cell" -o MSC-to-Th17-cell.svg --system MS_patients'
    assert page.evaluate("window.copied") == f"{command} --design randomized_trial"
    assert "cannot have all of the filters" in page.inner_text("#said")


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
    page.click("#path-conditions summary")
    page.fill("#path-avoid", "IL-6; nobody knows this")
    page.click("#find-paths")
    assert "Nothing here is called nobody knows this" in page.inner_text("#path-avoid-problem")
    page.fill("#path-avoid", "IL-6")
    page.fill("#path-via", "PGE2")
    page.select_option("#path-taxon", "NCBITaxon:9606")
    page.select_option("#path-k", "10")
    page.click("#find-paths")
    visited.settled()
    asked = page.inner_text("#path-asked")
    assert asked == "Asked: via PGE2; without IL-6; supported in human only."
    names = page.locator(".paths > li > strong").all_inner_texts()
    assert names
    assert all("PGE2" in name and "IL-6" not in name for name in names)
