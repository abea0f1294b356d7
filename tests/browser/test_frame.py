"""A slice and an answer draw themselves in a notebook: in a frame, offline, apart from the notebook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import mscgraph as mg
from mscgraph.page import MOST_FINDINGS, frame

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from mscgraph.graph import KnowledgeGraph


def shown(browser: Browser, folder: Path, html: str | None) -> tuple[list[str], list[str], str]:
    """Requests, complaints, and the text of the frame's summary, of a notebook that shows some HTML."""
    assert html is not None
    file = folder / "notebook.html"
    file.write_text(f"<!DOCTYPE html><title>notebook</title><h1>A</h1>{html}", encoding="utf-8")
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    inside = page.frame_locator("iframe").first
    inside.locator("html[data-interactive]").wait_for(state="attached")
    inside.locator("#scene .box").first.wait_for()
    text = inside.locator("#summary").inner_text()
    inside.locator("#scene .line .hit").first.dispatch_event("click")
    inside.locator("#panel .finding").first.wait_for()
    page.close()
    return [url for url in asked if not url.startswith(("about:", file.as_uri()))], said, text


def test_an_answer_draws_its_paths(browser: Browser, kg: KnowledgeGraph, tmp_path: Path) -> None:
    answer = mg.find_paths(kg, "MSC", "Th17 cell", k=3)
    asked, said, text = shown(browser, tmp_path, answer._repr_html_())
    assert (asked, said) == ([], [])
    assert "3 routes" in text


def test_a_slice_draws_itself(browser: Browser, kg: KnowledgeGraph, tmp_path: Path) -> None:
    part = mg.keep_paths(kg, mg.find_paths(kg, "MSC", "Th17 cell"))
    asked, said, text = shown(browser, tmp_path, part._repr_html_())
    assert (asked, said) == ([], [])
    ends = {end for a in part.associations.values() for end in (a.subject, a.object)}
    assert text.startswith("Filter on: a part of the graph")
    assert f"{len(ends)} entities" in text


def test_a_frame_stands_apart_and_is_safe(hostile: KnowledgeGraph) -> None:
    html = frame(hostile)
    sandbox = re.search('sandbox="([^"]*)"', html)
    assert sandbox is not None
    assert "allow-same-origin" not in sandbox[1]
    assert "allow-top-navigation" not in sandbox[1]
    assert (
        html.count("<") == 2
    )  # the frame's own two tags: all of the page is text inside the attribute


def test_the_graph_and_an_answer_draw_themselves_in_one_notebook(
    browser: Browser, kg: KnowledgeGraph, tmp_path: Path
) -> None:
    answer = mg.find_paths(kg, "MSC", "Th17 cell", k=3)
    both = f"{kg._repr_html_()}{answer._repr_html_()}"
    asked, said, text = shown(browser, tmp_path, both)
    assert (asked, said) == ([], [])
    assert "best evidenced relations" in text
    page = browser.new_page()
    page.goto((tmp_path / "notebook.html").as_uri())
    for n in range(2):
        inside = page.frame_locator("iframe").nth(n)
        inside.locator("#scene .line").first.wait_for(state="attached")
    page.close()


def test_a_large_graph_says_how_to_look_at_it(kg: KnowledgeGraph) -> None:
    pattern = next(iter(kg.findings.values()))
    rows = (pattern._replace(id=f"MSCGF:{n:07d}") for n in range(MOST_FINDINGS + 1))
    large = mg.KnowledgeGraph(kg.tables._replace(findings={f.id: f for f in rows}, places={}))
    html = large._repr_html_()
    assert html is not None
    assert "<iframe" not in html
    assert f"{MOST_FINDINGS + 1:,} findings" in html
    assert "mg.write_page(kg" in html


def test_nothing_is_drawn_of_what_cannot_be(kg: KnowledgeGraph) -> None:
    with pytest.raises(TypeError, match="Entity"):
        frame(kg.entity("MSC"))
    assert mg.find_paths(kg, "MSC", "Th17 cell").to_dict().keys().isdisjoint({"kg"})
