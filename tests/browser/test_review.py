"""The review page in a browser: by keyboard, by axe-core, on narrow screens, and asking nobody else."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

import mscgraph as mg
from mscgraph.curate.review_page import ReviewServer
from mscgraph.curate.services.client import Services
from tests.code.endpoints import fake
from tests.code.literature import StoppedClock, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

ROWS = ["MSCGF:0000001", "MSCGF:0000015", "MSCGF:0000002", "MSCGF:0000003"]
PATIENCE = 30
RUN_AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => [id, nodes.length, nodes[0].html.slice(0, 200)]);
}"""


@pytest.fixture
def server(copy: Path, tmp_path: Path) -> Iterator[ReviewServer]:
    with fake(World()) as url:
        services = Services(
            tmp_path / "cache", clock=StoppedClock(), environment={"MSCGRAPH_SERVICES": url}
        )
        running = ReviewServer(copy, ROWS, "0000-0002-1825-0097", services)
        thread = threading.Thread(target=running.run)
        thread.start()
        yield running
        running.server.shutdown()
        thread.join(PATIENCE)


@pytest.fixture
def page(browser: Browser, server: ReviewServer) -> Iterator[Page]:
    context = browser.new_context(
        bypass_csp=True
    )  # for axe; that the page's own policy holds is seen below
    context.set_default_timeout(PATIENCE * 1000)
    opened = context.new_page()
    opened.goto(server.address)
    shown(opened, 0)
    yield opened
    context.close()


def shown(page: Page, at: int) -> None:
    expect(page.locator("html")).to_have_attribute("data-shown", ROWS[at])
    expect(page.locator("#count")).to_have_text(f"{at + 1} of {len(ROWS)}")


def test_a_reviewer_walks_through_by_keyboard(page: Page, copy: Path) -> None:
    expect(page.locator("mark")).to_have_text("MSCs lowered Th17 cells in co-culture.")
    page.keyboard.press("a")
    shown(page, 1)
    expect(page.locator("#said")).to_have_text(f"{ROWS[0]} accepted.")
    assert mg.load(copy).findings[ROWS[0]].reviewed_by == "ORCID:0000-0002-1825-0097"
    page.keyboard.press("p")
    shown(page, 0)
    expect(page.locator("#accept")).to_be_disabled()
    page.keyboard.press("n")
    shown(page, 1)
    page.keyboard.press("m")
    expect(page.locator("#mending")).to_be_visible()
    note = page.locator("#cell-note")
    note.focus()
    page.keyboard.type("a rat")  # letters in a field are no commands
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text(f"{ROWS[1]} mended.")
    assert mg.load(copy).findings[ROWS[1]].note == "a rat"
    page.keyboard.press("n")
    shown(page, 2)
    expect(page.locator("#fault")).to_contain_text("Neither Europe PMC nor Crossref knows")
    page.keyboard.press("r")
    expect(page.locator("#reason")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#rejecting")).to_be_hidden()
    page.keyboard.press("r")
    page.keyboard.type("not in the text")
    page.keyboard.press("Enter")
    shown(page, 3)
    assert ROWS[2] not in mg.load(copy).findings
    page.keyboard.press("p")
    expect(page.locator("#relation")).to_have_text(f"{ROWS[2]} was rejected")


def test_what_does_not_pass_the_checks_is_said(page: Page, copy: Path) -> None:
    page.click("#mend")
    page.fill("#cell-object", "CL:9999999")
    page.click("#mending button[type=submit]")
    expect(page.locator("#said")).to_contain_text("CL:9999999")
    expect(page.locator("#mending")).to_be_visible()
    assert mg.load(copy).findings[ROWS[0]].object != "CL:9999999"


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(page: Page, axe: str, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.evaluate(axe)
    for state, key in (("row", ""), ("mending", "m"), ("rejecting", "r"), ("no text", "n")):
        if key:
            page.keyboard.press("Escape")
            page.keyboard.press(key)
        assert page.evaluate(RUN_AXE) == [], state
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state


def test_its_policy_lets_it_run_and_nothing_else_is_asked(
    browser: Browser, server: ReviewServer
) -> None:
    context = browser.new_context()
    opened = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(server.address)
    shown(opened, 0)
    context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith((server.origin, "data:"))] == []
    assert json.dumps(asked).count(server.token) == len([u for u in asked if not u.startswith("data:")])
