"""The page for everybody: axe-core in all states, keyboard, touch, print, forced colours, Firefox."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from mscgraph.page import write_page

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Visitor
    from playwright.sync_api import Page

    from mscgraph.graph import KnowledgeGraph
LINE = "#line=CL:0000134|CL:0000899"
STATES = {
    "landing": "",
    "line": LINE,
    "hidden side": f"{LINE}&direction=increase",
    "effect sizes": "#line=CL:0000134|MSCG:gadolinium_enhancing_lesion",
    "entity": "#entity=CL:0000899",
    "paths": "#from=CL:0000134&to=CL:0000899&max=3&k=10&path=1&least=C",
    "table": "#view=table",
    "matrix": "#view=matrix",
    "timeline": f"{LINE}&view=timeline",
    "trials": "#view=trials",
    "compare": "#view=compare&one=CL:0000134&other=CHEBI:15551",
    "nothing passes": "#species=mouse&grade=A",
    "filters": "#species=mouse&contested=1",
    "broken link": "#entity=CL:9999999",
}
RUN_AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => [id, nodes.length, nodes[0].html.slice(0, 200)]);
}"""


@pytest.fixture(scope="session")
def around_page(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of one neighbourhood: every kind of element, few of each."""
    chosen = {
        "CL:0000134",
        "CL:0000899",
        "HGNC:5438",
        "CHEBI:15551",
        "CL:0000815",
        "HGNC:5991",
        "MSCG:gadolinium_enhancing_lesion",
    }
    part = kg.keep_findings(lambda finding: {finding.subject, finding.object} <= chosen)
    return write_page(part, tmp_path_factory.mktemp("pages") / "around.html")


@pytest.mark.parametrize("width", [1400, 768, 320])
def test_axe_finds_nothing_in_any_state_or_light(
    visit: Visitor, around_page: Path, axe: str, width: int
) -> None:
    visited = visit(around_page, viewport={"width": width, "height": 900})
    page = visited.open()
    page.evaluate(axe)
    for light in ("light", "dark"):
        page.evaluate("(light) => { document.documentElement.dataset.theme = light; }", light)
        for name, hash_ in STATES.items():
            visited.move_to(hash_)
            if name == "effect sizes":
                page.click(".forest summary")
            assert page.evaluate(RUN_AXE) == [], (name, light, width)
        page.evaluate("document.getElementById('help').click()")
        assert page.evaluate(RUN_AXE) == [], ("help", light, width)
        page.keyboard.press("Escape")
        page.click("#export")
        assert page.evaluate(RUN_AXE) == [], ("export", light, width)
        page.keyboard.press("Escape")
        page.fill("#search", "t")
        assert page.locator("#results li").count() > 1
        assert page.evaluate(RUN_AXE) == [], ("search", light, width)
        page.fill("#search", "what do MSC in human not lower, Th71?")
        assert page.locator("#asked .problem button").count() > 0
        assert page.evaluate(RUN_AXE) == [], ("ask", light, width)
        page.fill("#search", "")
    assert visited.complaints == []
    assert visited.requests == [around_page.as_uri()]


def test_a_shortened_name_is_read_as_it_is_seen(visit: Visitor, shipped_page: Path, axe: str) -> None:
    page = visit(shipped_page).open()
    page.evaluate(axe)
    assert page.locator("#scene .box text").filter(has_text="…").count() > 0
    only = """async () => (await axe.run(document, {
      runOnly: { type: "rule", values: ["label-content-name-mismatch"] },
    })).violations.map(({ nodes }) => nodes[0].html.slice(0, 300))"""
    assert page.evaluate(only) == []


def test_axe_sees_what_is_wrong(visit: Visitor, around_page: Path, axe: str) -> None:
    page = visit(around_page).open()
    page.evaluate(axe)
    page.evaluate("document.getElementById('verdict')?.remove()")
    page.evaluate("document.getElementById('summary').style.color = '#c9c9c9'")
    page.evaluate("document.getElementById('summary').style.background = '#ffffff'")
    assert "color-contrast" in [name for name, *_ in page.evaluate(RUN_AXE)]


def test_no_state_asks_for_anything_or_complains(visit: Visitor, shipped_page: Path) -> None:
    visited = visit(shipped_page)
    page = visited.open()
    for hash_ in STATES.values():
        visited.move_to(hash_)
    for hash_ in STATES.values():
        visited.move_to(hash_)
        page.reload()
        page.wait_for_selector("html[data-interactive]", state="attached")
    assert all(address.startswith(shipped_page.as_uri()) for address in visited.requests)
    assert visited.complaints == []


def focused(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        """() => { const e = document.activeElement; const box = e.getBoundingClientRect();
        return { id: e.id, text: e.textContent.trim(), outline: getComputedStyle(e).outlineStyle,
                 inView: box.bottom > 0 && box.top < innerHeight }; }"""
    )
    return found


def test_a_path_question_by_keyboard_alone(visit: Visitor, around_page: Path) -> None:
    visited = visit(around_page)
    page = visited.open()
    page.keyboard.press("/")
    page.keyboard.type("th17")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel h2")
    assert focused(page)["id"] == "panel-title"
    for _ in range(60):
        page.keyboard.press("Tab")
        seen = focused(page)
        assert seen["inView"]
        if seen["text"] == "Path to here":
            break
    assert seen["text"] == "Path to here"
    assert seen["outline"] == "solid"
    page.keyboard.press("Enter")
    assert focused(page)["id"] == "path-from"
    page.keyboard.type("MSC")
    page.keyboard.press("Enter")
    page.wait_for_selector("#path-verdict")
    assert "from MSC to Th17 cell" in page.inner_text("#path-verdict")


def scale_of(page: Page) -> float:
    found: float = page.evaluate(
        "new DOMMatrix(getComputedStyle(document.querySelector('#graph')).transform).a"
    )
    return found


def test_two_fingers_zoom_and_one_moves(visit: Visitor, around_page: Path) -> None:
    visited = visit(around_page, has_touch=True, viewport={"width": 390, "height": 800})
    page = visited.open()
    box = page.locator("#canvas").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    hand = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        fingers = [{"x": a, "y": b, "id": i} for i, (a, b) in enumerate(points)]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    before = scale_of(page)
    touch("touchStart", (x - 20, y), (x + 20, y))
    for far in (30, 40, 60):
        touch("touchMove", (x - far, y), (x + far, y))
    touch("touchEnd")
    assert scale_of(page) == pytest.approx(3 * before, rel=0.05)
    left = page.locator("#boxes .box").first.bounding_box()
    touch("touchStart", (x, y))
    for step in (10, 30, 50):
        touch("touchMove", (x + step, y))
    touch("touchEnd")
    moved = page.locator("#boxes .box").first.bounding_box()
    assert left
    assert moved
    assert moved["x"] - left["x"] == pytest.approx(50, abs=2)
    assert page.locator("#panel").is_hidden()


def test_in_print_only_the_evidence_stays(visit: Visitor, around_page: Path) -> None:
    page = visit(around_page).open(f"{LINE}&species=mouse")
    page.emulate_media(media="print")
    assert page.locator("#side").is_hidden()
    assert page.locator("#export").is_hidden()
    assert page.locator("#graph").is_visible()
    assert page.locator("#legend").is_visible()
    assert "Filters hide" in page.inner_text("#summary")
    panel = page.evaluate(
        "[document.getElementById('panel')].map((e) => [e.scrollHeight, e.clientHeight])[0]"
    )
    assert panel[0] <= panel[1] + 1  # nothing is cut off
    assert page.pdf().startswith(b"%PDF")


def test_signs_differ_without_colours(visit: Visitor, large_page: Path) -> None:
    page = visit(large_page, forced_colors="active").open("#all=1")
    looks = page.evaluate("""() => ["up", "down", "both", "mixed", "null"].map((kind) => {
      const style = getComputedStyle(document.querySelector(`#lines .line.${kind} .stroke`));
      return [style.stroke, style.strokeDasharray, style.markerEnd];
    })""")
    assert len({ink for ink, _, _ in looks}) == 1
    assert len({dash for _, dash, _ in looks}) == 5
    assert len({end for _, _, end in looks}) == 5


def test_nothing_moves_for_who_asked_for_less(visit: Visitor, around_page: Path) -> None:
    moving = """() => [...document.querySelectorAll("*")].filter((e) => {
      const { transitionDuration, animationName } = getComputedStyle(e);
      return transitionDuration !== "0s" || animationName !== "none";
    }).length"""
    visited = visit(around_page, reduced_motion="reduce")
    assert visited.open().evaluate(moving) == 0
    visited.page.emulate_media(reduced_motion="no-preference")
    assert visited.page.evaluate(moving) > 0


def test_firefox_draws_the_landing(around_page: Path, tmp_path: Path) -> None:
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        pytest.skip("Firefox is not installed; the page is tested in Chromium")
    image = tmp_path / "firefox.png"
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "MOZ_HEADLESS": "1"}
    subprocess.run(
        [program, "--headless", "--profile", str(tmp_path), "--window-size", "1200,800",
         "--screenshot", str(image), around_page.as_uri()],
        env=environment, timeout=120, check=True, capture_output=True,
    )  # fmt: skip
    assert image.stat().st_size > 30_000  # an empty frame without its graph has about 10 kB
