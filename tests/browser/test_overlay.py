"""The reader's own values on the page: coloured, printed, told, and never sent anywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

import mscgraph as mg

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Visitor
    from playwright.sync_api import Page

    from mscgraph.graph import KnowledgeGraph
TABLE = "gene\tlog2 fold change\nIDO1\t2.4\nTGF-β\t−0.6\nIFN-γ\t-2.8\nno such thing\t3\nHGF\thigh\n"

DROP = """(text) => {
  const given = new DataTransfer();
  given.items.add(new File([text], "mine.tsv", { type: "text/tab-separated-values" }));
  for (const kind of ["dragover", "drop"]) {
    const told = { dataTransfer: given, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new DragEvent(kind, told));
  }
}"""


def printed(page: Page) -> dict[str, str]:
    """The values that stand at the boxes, by the name in the box."""
    return dict(
        page.evaluate(
            "[...document.querySelectorAll('#scene .box')].filter((b) => b.querySelector('.value'))"
            ".map((b) => [b.querySelector('title').textContent, b.querySelector('.value').textContent])"
        )
    )


def test_values_in_the_page_are_coloured_and_printed(
    visit: Visitor, kg: KnowledgeGraph, tmp_path: Path
) -> None:
    (tmp_path / "mine.tsv").write_text(TABLE, encoding="utf-8")
    overlay = mg.read_overlay(kg, tmp_path / "mine.tsv")
    visited = visit(mg.write_page(kg, tmp_path / "page.html", overlay=overlay))
    page = visited.open()
    assert printed(page) == {"IDO1": "+2.4", "TGF-β": "−0.6", "IFN-γ": "−2.8"}
    assert page.locator(".scale .ends").inner_text().split() == ["−2.8", "0", "+2.8"]
    colours = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('#scene .box')]"
        ".filter((b) => b.querySelector('.value')).map((b) => [b.querySelector('title').textContent,"
        "getComputedStyle(b.querySelector('.frame')).fill]))"
    )
    assert colours["IFN-γ"] == "rgb(84, 39, 136)"  # the purple end of the scale
    assert len(set(colours.values())) == 3
    box = page.get_by_role("button", name=re.compile(r"^IDO1 \+2\.4 \(log2 fold change\), "))
    box.dispatch_event("click")
    page.wait_for_selector("#panel .own-value")
    assert page.inner_text(".own-value") == "log2 fold change: +2.4 (your own value)"
    assert visited.requests == [visited.file.as_uri()]
    assert visited.complaints == []


def test_a_dropped_file_is_read_and_its_lines_are_told(visit: Visitor, shipped_page: Path) -> None:
    visited = visit(shipped_page)
    page = visited.open()
    assert printed(page) == {}
    page.evaluate(DROP, TABLE)
    page.wait_for_selector("#scene .box .value")
    assert printed(page) == {"IDO1": "+2.4", "TGF-β": "−0.6", "IFN-γ": "−2.8"}
    told = page.locator(".overlay-problems li").all_inner_texts()
    assert [line.split(":")[0] for line in told] == ["Line 5", "Line 6"]
    assert "no such thing" in told[0]
    assert visited.requests == [shipped_page.as_uri()]
    assert visited.complaints == []
    page.click("#overlay-off")
    expect(page.locator("#scene .value")).to_have_count(0)
    assert page.locator(".scale").count() == 0


def test_a_file_can_be_chosen_and_values_on_one_side_of_zero_run_from_dark_to_light(
    visit: Visitor, shipped_page: Path
) -> None:
    page = visit(shipped_page).open()
    page.set_input_files(
        "#overlay-file",
        {"name": "counts.tsv", "mimeType": "text/plain", "buffer": b"IDO1\t1\nTNF\t5\n"},
    )
    page.wait_for_selector("#scene .box .value")
    assert printed(page) == {"IDO1": "1", "TNF": "5"}
    assert "counts" in page.inner_text(".overlay-title")
    assert page.locator(".scale .ends").inner_text().split() == ["1", "3", "5"]


def test_values_stay_while_the_view_changes_and_reach_the_figure(
    visit: Visitor, shipped_page: Path
) -> None:
    visited = visit(shipped_page)
    page = visited.open()
    page.evaluate(DROP, TABLE)
    page.wait_for_selector("#scene .box .value")
    visited.move_to("#focus=HGNC:6059")
    assert printed(page)["IDO1"] == "+2.4"
    page.click("#export")
    with page.expect_download() as waiting:
        page.click("#export-menu [aria-label^='SVG: picture of this view']")
    text = waiting.value.path().read_text(encoding="utf-8")
    assert "own values, not from the graph" in text
    assert "+2.4" in text


def test_names_and_titles_in_a_dropped_file_stay_text(visit: Visitor, shipped_page: Path) -> None:
    visited = visit(shipped_page)
    page = visited.open()
    page.evaluate(DROP, "x\t<img src=x onerror=alert(1)>\nIDO1\t1\n<script>alert(1)</script>\t2\n")
    page.wait_for_selector("#scene .box .value")
    assert page.locator("#overlay-box img, #overlay-box script").count() == 0
    assert visited.complaints == []
