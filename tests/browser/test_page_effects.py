"""Effect sizes in the evidence panel: drawn only where a paper gives a number with an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.graph import KnowledgeGraph
from mscgraph.page import write_page

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Visitor


def test_the_panel_draws_them_and_lists_the_rest(
    visit: Visitor, kg: KnowledgeGraph, tmp_path: Path
) -> None:
    pair = ("CL:0000134", "CL:0000899")
    there = [f for f in kg.findings.values() if (f.subject, f.object) == pair][:4]
    effects = ["OR 0.62 (95% CI 0.41-0.93)", "OR 1.4 (95% CI 0.9-2.2)", "57.6 [37.9-77.3]", "18 ± 3 %"]
    new = {f.id: f._replace(effect=e, p_value="0.03") for f, e in zip(there, effects, strict=True)}
    graph = KnowledgeGraph(kg.tables._replace(findings={**kg.findings, **new}))
    file = write_page(graph, tmp_path / "effects.html", focus="CL:0000899")
    page = visit(file).open(f"#line={'|'.join(pair)}")
    assert page.locator(".forest figure").count() == 2  # the two odds ratios share an axis
    assert page.locator(".forest-point").count() == 3
    assert "18 ± 3 %" in page.inner_text(".not-plottable")
    first, second = (page.locator(".forest-point").nth(i).bounding_box() for i in (0, 1))
    neutral = page.locator(".forest-neutral").bounding_box()
    assert first
    assert second
    assert neutral
    assert min(first["x"], second["x"]) < neutral["x"] < max(first["x"], second["x"])
    page.click(".forest summary")
    cells = page.locator(".forest tbody tr").all_inner_texts()
    assert len(cells) == 4
    assert sum("not plottable" in row for row in cells) == 1
    assert all("0.03" in row for row in cells)
