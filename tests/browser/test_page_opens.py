"""The page opens from a file, asks for nothing, and shows its evidence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from mscgraph.model import PredicateKind

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Visitor

    from mscgraph.graph import KnowledgeGraph


@pytest.mark.parametrize("which", ["shipped_page", "large_page"])
def test_it_asks_for_nothing_and_complains_of_nothing(
    visit: Visitor, which: str, request: pytest.FixtureRequest
) -> None:
    file: Path = request.getfixturevalue(which)
    visited = visit(file)
    visited.open("#from=CL:0000134&to=CL:0000899")
    assert visited.requests == [file.as_uri()]
    assert visited.complaints == []


def test_a_click_on_a_line_shows_every_finding_with_its_paper(
    visit: Visitor, shipped_page: Path, kg: KnowledgeGraph
) -> None:
    page = visit(shipped_page).open("#focus=CL:0000899")
    line = page.get_by_role("button", name=re.compile("^MSC . Th17 cell:"))
    line.locator(".hit").dispatch_event("click")
    page.wait_for_selector("#panel .finding")
    expected = {
        f.id: kg.publications[f.publication].url
        for f in kg.find_findings(subject="CL:0000134", object="CL:0000899")
        if f.subject == "CL:0000134" and f.object == "CL:0000899"
    }
    shown = {
        card.get_attribute("data-finding"): card.locator("xpath=../p")
        .locator("a")
        .get_attribute("href")
        for card in page.locator("#panel .finding").all()
    }
    assert shown == expected
    assert f"of {len(expected)} findings shown" in page.inner_text("#verdict")


def test_a_synonym_finds_its_entity_and_is_named(visit: Visitor, shipped_page: Path) -> None:
    page = visit(shipped_page).open()
    page.fill("#search", "sdf 1")
    first = page.locator("#results li").first
    assert "CXCL12" in first.inner_text()
    assert "SDF-1" in first.inner_text()
    page.press("#search", "Enter")
    page.wait_for_selector("#panel h2:has-text('CXCL12')")


@pytest.mark.parametrize("typed", ["nfkb", "NF-κB", "nf kappa b"])
def test_greek_letters_and_hyphens_do_not_matter(
    visit: Visitor, shipped_page: Path, typed: str
) -> None:
    page = visit(shipped_page).open()
    page.fill("#search", typed)
    assert "NF-κB" in page.locator("#results li").first.inner_text()


OF_SPECIES = """(name) => mscgraph.findings.id
  .filter((_, i) => mscgraph.findings.species.get(i)[1].includes(name)).length"""


def test_a_filter_says_how_many_findings_it_hides(visit: Visitor, large_page: Path) -> None:
    visited = visit(large_page)
    page = visited.open()
    total = page.evaluate("mscgraph.findings.id.length")
    page.check('#facets input[value="mouse"]')
    visited.settled()
    left = page.evaluate(OF_SPECIES, "mouse")
    assert page.inner_text("#hidden").startswith(f"Filters hide {total - left} of {total}")
    # A kind's own filter does not lower its counts; those of the other kinds are what would be left.
    graded = page.evaluate(
        """() => mscgraph.findings.id.filter((_, i) => mscgraph.findings.species.get(i)[1].includes("mouse")
          && mscgraph.associations.grading.get(mscgraph.associationOf[i])[0] === "C").length"""
    )
    count = "label:has(input[value='{}']) .count"
    assert page.inner_text(f"#facets {count.format('C')}") == str(graded)
    humans = page.evaluate(OF_SPECIES, "human")
    assert page.inner_text(f"#facets {count.format('human')}") == str(humans)
    page.click("#show-all-findings")
    visited.settled()
    assert page.inner_text("#hidden") == f"All {total} findings shown."


def test_the_first_look_can_be_read_and_leads_on(visit: Visitor, shipped_page: Path) -> None:
    visited = visit(shipped_page, viewport={"width": 1280, "height": 800})
    page = visited.open()
    boxes = page.locator("#boxes .box")
    assert 25 <= boxes.count() <= 35
    size, scale, pane = page.evaluate("""() => {
      const text = document.querySelector("#boxes .box text");
      return [parseFloat(getComputedStyle(text).fontSize), text.getScreenCTM().a,
        document.getElementById("canvas").getBoundingClientRect().toJSON()];
    }""")
    assert size * scale >= 12
    for box in boxes.all():
        held = box.bounding_box()
        assert held
        assert pane["left"] <= held["x"]
        assert held["x"] + held["width"] <= pane["right"] + 1
        assert pane["top"] <= held["y"]
        assert held["y"] + held["height"] <= pane["bottom"] + 1
    intro = page.locator("#intro")
    assert "not yet reviewed" in intro.inner_text()
    questions = intro.locator("button")
    assert questions.count() == 3
    for n in range(3):
        visited.open().locator("#intro button").nth(n).click()
        visited.settled()
        assert page.locator("#lines .line").count() > 0
        assert intro.is_hidden()


def test_a_source_has_one_trunk_with_counts_and_lines_are_easy_to_hit(
    visit: Visitor, shipped_page: Path
) -> None:
    visited = visit(shipped_page, viewport={"width": 1280, "height": 800})
    page = visited.open()
    trunk = page.locator("#trunks .trunk[data-trunk]").first
    entity = int(trunk.get_attribute("data-entity") or "")
    verdicts = page.evaluate(
        """(entity) => [...document.querySelectorAll("#unlit .line")]
          .map((line) => Number(line.dataset.line))
          .filter((at) => mscgraph.lines[at].cause === entity).map((at) => mscgraph.judged(at).verdict)""",
        entity,
    )
    counts = [int(text[1:]) for text in trunk.locator("tspan").all_text_contents()]
    # those that lead back stand apart from the trunk
    assert len(verdicts) - 2 <= int(trunk.get_attribute("data-trunk") or "") <= len(verdicts)
    assert 0 < sum(counts) <= len(verdicts)
    for hash_ in ("", "#all=1"):
        visited.move_to(hash_)
        page.wait_for_selector("#canvas:not(.moving)")
        least = page.evaluate("""() => Math.min(...[...document.querySelectorAll(".line .hit")].map((hit) =>
          parseFloat(getComputedStyle(hit).strokeWidth) * hit.getScreenCTM().a))""")
        assert least >= 10, hash_


def test_the_pointer_lights_what_a_box_leads_to(visit: Visitor, shipped_page: Path) -> None:
    page = visit(shipped_page).open()
    box = page.locator("#boxes .box", has_text="Treg").first
    entity = int(box.get_attribute("data-entity") or "")
    box.hover()
    page.wait_for_selector("#scene.some-lit")
    ends = page.evaluate(
        "[...document.querySelectorAll('#lit .line')].map(({ dataset }) => mscgraph.lines[dataset.line])"
        ".map(({ cause, target }) => [cause, target])"
    )
    assert ends
    assert all(entity in pair for pair in ends)
    lit = page.locator("#boxes .box.lit").evaluate_all(
        "(all) => all.map((e) => Number(e.dataset.entity))"
    )
    assert set(lit) == {end for pair in ends for end in pair}
    page.mouse.move(5, 5)
    page.wait_for_selector("#scene:not(.some-lit)")


def test_an_entity_says_how_much_is_known_and_draws_it(
    visit: Visitor, shipped_page: Path, kg: KnowledgeGraph
) -> None:
    pge2 = "CHEBI:15551"
    findings = [
        f
        for f in kg.findings.values()
        if pge2 in (f.subject, f.object)
        and kg.predicates[f.predicate].kind is not PredicateKind.STRUCTURE
    ]
    pairs = {(f.subject, f.object) for f in findings}
    papers = {f.publication for f in findings}
    page = visit(shipped_page).open(f"#entity={pge2}")
    known = page.locator("#known")
    assert known.inner_text().startswith(
        f"{len(pairs)} relations known, from {len(findings)} findings of {len(papers)} papers; "
    )
    before = page.locator("#lit .line").count()
    assert 0 < before < len(pairs)
    assert f"{before} drawn here" in known.inner_text()
    page.click("#draw-known")
    expect(known).to_contain_text("all drawn here")
    assert page.locator("#lit .line").count() == len(pairs)


def test_a_finding_is_in_words_and_its_paper_can_be_cited(visit: Visitor, shipped_page: Path) -> None:
    page = visit(shipped_page).open("#line=CL:0000134|CL:0000899")
    assert "evidence" in page.inner_text("#panel .finding >> nth=0")
    assert not re.search(r"ECO:\d|\bPT?\d+[DHWMY]\b", page.inner_text("#panel"))
    chips = page.locator("#panel .chips li").all_inner_texts()
    assert max(map(len, chips)) <= 48
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText(t) { window.copied = t; } } })"
    )
    group = page.locator(".paper-group").first
    group.get_by_role("button", name="copy the reference").click()
    title = group.locator(".paper .quiet").inner_text().split(" · ")[0]
    expect(page.locator("#said")).to_have_text("The citation is copied.")
    assert title.rstrip(".") in page.evaluate("window.copied")


def test_the_settings_that_differ_stand_on_top_and_findings_by_paper(
    visit: Visitor, shipped_page: Path, kg: KnowledgeGraph
) -> None:
    page = visit(shipped_page).open("#line=CL:0000134|CL:0000899")
    found = [f for f in kg.findings.values() if (f.subject, f.object) == ("CL:0000134", "CL:0000899")]
    numbers = page.locator(".matrix tbody .number").all_inner_texts()
    listed = sum(int(text) for text in numbers if text)
    assert 0 < listed <= len(found)
    headings = page.locator(".matrix thead th").all_inner_texts()
    assert headings[-3:] == ["↑", "↓", "○"]
    papers = page.locator(".paper-group").count()
    assert len({f.publication for f in found}) <= papers < len(found)
