"""Effect sizes in the evidence panel: drawn only where a paper gives a number with an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mscgraph.graph import KnowledgeGraph
from mscgraph.page import write_page

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Visitor

pytestmark = pytest.mark.browser

READ = {
    "3.1 (95% CI 1.1-8.8) vs 12.3 (4.4-34.5)": [[3.1, 1.1, 8.8], [12.3, 4.4, 34.5]],
    "0% (95% CI 0-0.3%)": [[0, 0, 0.3]],
    "57.6 [37.9-77.3]": [[57.6, 37.9, 77.3]],
    "β 16.3; 95% CI 4.6–28.0": [[16.3, 4.6, 28]],
    "OR 0.62 (95% CI 0.41 to 0.93)": [[0.62, 0.41, 0.93]],
    "SMD −0.8 (95% CI −1.2 to −0.4)": [[-0.8, -1.2, -0.4]],
    "18 ± 3 to 9 ± 1 %": "a spread, not an interval",
    "6.1 (0.6) to 6.3 (0.4)": "no interval given",
    "-9.2% ± 18.2% vs -32.1% ± 30.0%": "a spread, not an interval",
    "9/15 vs 1/15; median -4449 vs +2450 pg/mL": "a count, without an interval",
    "7 of 18 improved; degree lost in 5": "a count, without an interval",
    "+1 to 2 points in 3": "no interval given",
    "19% of patients with improvement of at least 25%": "no interval given",
    "r=0.755": "no interval given",
    "33% vs 37%": "no interval given",
    "9.0 (95% CI 1-2)": "no interval given",  # an estimate outside its interval is a misprint
    "lower": "no number given",
}


def test_only_numbers_with_an_interval_are_drawn(visit: Visitor, shipped_page: Path) -> None:
    page = visit(shipped_page).open()
    for text, wanted in READ.items():
        read = page.evaluate("(text) => mscgraph.readEffect(text)", text)
        if isinstance(read, list):
            read = [[one["estimate"], one["low"], one["high"]] for one in read]
        assert read == wanted, text


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
