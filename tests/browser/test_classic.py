"""The classic page: the look of pyvis, with fixed places, nothing fetched, and no side left out."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import mscgraph as mg
from mscgraph.page import page_html

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Visitor

    from mscgraph.graph import KnowledgeGraph


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html)
    assert found
    value: dict[str, Any] = json.loads(found[1])
    return value


def test_it_draws_asks_for_nothing_and_never_moves(
    visit: Visitor, kg: KnowledgeGraph, tmp_path: Path
) -> None:
    visited = visit(mg.write_page(kg, tmp_path / "classic.html", classic=True))
    page = visited.open()
    before = page.evaluate("network.getPositions()")
    page.mouse.move(300, 300)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("network.getPositions()") == before
    assert page.evaluate("network.physics.physicsEnabled") is False
    drawn = page.evaluate("[network.body.data.nodes.length, network.body.data.edges.length]")
    lines = {(a.subject, a.object) for a in kg.associations.values()}
    assert drawn == [len({end for line in lines for end in line}), len(lines)]
    assert visited.requests == [visited.file.as_uri()]
    assert visited.complaints == []


def test_a_line_with_findings_on_both_sides_looks_and_reads_like_one(kg: KnowledgeGraph) -> None:
    data = data_of(page_html(kg, classic=True))
    names = {node["id"]: node["title"].split("\n") for node in data["nodes"]}
    ids = {place: next(w for w in words if w in kg.entities) for place, words in names.items()}
    looks = {}
    for edge in data["edges"]:
        cause, target = ids[edge["from"]], ids[edge["to"]]
        found = [a for a in kg.associations.values() if (a.subject, a.object) == (cause, target)]
        up, down = (sum(len(a.supporting) for a in found if a.sign == s) for s in (1, -1))
        kind = edge["title"].partition(":")[0]
        assert (kind == "contradicting") == bool(up and down), edge["title"]
        if up and down:
            assert f"↑ {up} increase, ↓ {down} decrease" in edge["title"]
        looks[kind] = (edge["color"], str(edge.get("dashes")), edge["arrows"]["to"]["type"])
    told_apart = (
        "increase", "decrease", "contradicting", "effect and no effect", "no significant effect",
    )  # fmt: skip
    assert len({looks[kind][1:] for kind in told_apart}) == len(told_apart)  # without colour too


def test_a_tooltip_is_text(visit: Visitor, hostile: KnowledgeGraph, tmp_path: Path) -> None:
    visited = visit(mg.write_page(hostile, tmp_path / "hostile.html", classic=True))
    page = visited.open()
    place = page.evaluate(
        "(() => { const node = network.body.data.nodes.get().find((n) => n.title.includes('alert'));"
        "network.moveTo({ position: network.getPosition(node.id), scale: 1.5, animation: false });"
        "const at = network.canvasToDOM(network.getPosition(node.id));"
        "const box = document.querySelector('canvas').getBoundingClientRect();"
        "return [box.x + at.x, box.y + at.y]; })()"
    )
    page.mouse.move(*place)
    page.mouse.move(place[0] + 2, place[1])
    page.wait_for_selector(".vis-tooltip", state="visible")
    assert '<script>alert("x")</script>' in page.inner_text(".vis-tooltip")
    assert page.locator(".vis-tooltip :not(br)").count() == 0
    assert page.locator("img").count() == 0
    assert visited.complaints == []
    assert visited.requests == [visited.file.as_uri()]


def test_the_same_graph_gives_the_same_bytes(hostile: KnowledgeGraph) -> None:
    assert page_html(hostile, classic=True) == page_html(hostile, classic=True)
