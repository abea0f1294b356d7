"""The site in a browser: clean for axe, nothing asked of the network, readable without script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mscgraph.site.site_records import SiteRecords

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from mscgraph.graph import KnowledgeGraph
WIDTHS = (320, 768, 1280)


@pytest.fixture(scope="module")
def kinds(hostile: KnowledgeGraph) -> dict[str, str]:
    """One page of each kind, contested or retracted where there is a choice."""
    records = SiteRecords(hostile)
    contested = next(a for a in records.associations.values() if a.is_contested)
    retracted = next(p for p in hostile.publications.values() if p.status == "retracted")
    return {
        "first": "index.html",
        "entity": records.pages[contested.object],
        "association": records.pages[contested.id],
        "publication": records.pages[retracted.id],
        "question": "question/conflicts.html",
        "trials": "trials.html",
        "trial": next(iter(records.trials.values()))[1],
    }


KINDS = ("first", "entity", "association", "publication", "question", "trials", "trial")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(
    browser: Browser, hostile_site: Path, kinds: dict[str, str], axe: str, kind: str, scheme: Any
) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto((hostile_site / kinds[kind]).as_uri())
    page.evaluate(axe)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        said = [(v["id"], [n["html"][:90] for n in v["nodes"]][:3]) for v in found["violations"]]
        assert said == [], (kind, width)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{kind} scrolls sideways at {width}"
    context.close()


@pytest.mark.parametrize("kind", [*KINDS, "explorer"])
def test_it_asks_for_nothing_but_its_own_files_and_runs_nothing_hostile(
    browser: Browser, hostile_site: Path, kinds: dict[str, str], kind: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto((hostile_site / kinds.get(kind, "explorer.html")).as_uri())
    own = hostile_site.as_uri()
    assert [url for url in asked if not url.startswith((own, "data:", "blob:"))] == []
    assert said == []
    context.close()


def open_without_script(browser: Browser, file: Path) -> Page:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    return page


def test_a_page_reads_without_script(
    browser: Browser, hostile_site: Path, hostile: KnowledgeGraph, kinds: dict[str, str]
) -> None:
    page = open_without_script(browser, hostile_site / kinds["association"])
    association = next(a for a in SiteRecords(hostile).associations.values() if a.is_contested)
    for finding in (*association.supporting, *association.disputing):
        assert finding.statement[:40] in page.inner_text("main")
    page.get_by_role("link", name="Entities").click()
    page.wait_for_url("**/entities.html")
    assert page.locator("main a").count() > len(hostile.entities)
    page.context.close()


def test_for_and_against_stand_side_by_side_where_there_is_room(
    browser: Browser, hostile_site: Path, kinds: dict[str, str]
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto((hostile_site / kinds["association"]).as_uri())
    one, other = (page.locator(f"#side-{side}").bounding_box() for side in ("for", "against"))
    assert one is not None
    assert other is not None
    assert one["y"] == other["y"]
    assert one["x"] + one["width"] <= other["x"]
    page.close()


def test_the_search_finds_a_synonym_and_leads_on(browser: Browser, hostile_site: Path) -> None:
    page = browser.new_page()
    page.goto((hostile_site / "index.html").as_uri())
    page.fill("#search", "t helper 17")
    first = page.locator("#results li").first
    assert "Th17 cell" in first.inner_text()
    page.press("#search", "Enter")
    page.wait_for_url("**/entity/CL_0000899.html")
    assert page.inner_text("h1") == "Th17 cell"
    page.get_by_role("link", name="Open in the explorer").click()
    page.wait_for_selector("#panel h2:has-text('Th17 cell')")
    page.close()


def test_it_prints_without_its_navigation(browser: Browser, hostile_site: Path) -> None:
    page = browser.new_page()
    page.goto((hostile_site / "index.html").as_uri())
    page.emulate_media(media="print")
    assert page.locator("header nav").is_hidden()
    assert page.locator("h1").is_visible()
    page.close()
