"""What only other sources state is drawn as they state it, and no filter on findings lets it pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.graph import KnowledgeGraph
from mscgraph.model import KnowledgeSource
from mscgraph.page import write_page

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import Visitor

SOURCE = KnowledgeSource("infores:other", "knowledge_assertion", "manual_agent", "affects", "1", ())


def test_statements_of_others_are_lines(kg: KnowledgeGraph, visit: Visitor, tmp_path: Path) -> None:
    key = ("CL:0000134", "decreases", "CL:0000899", "proliferation")
    kept = {
        f.id: f for f in kg.findings.values() if (f.subject, f.object) == ("CHEBI:15551", "CL:0000899")
    }
    tables = kg.tables._replace(findings=kept, places={}, stated={key: (SOURCE,)})
    visited = visit(write_page(KnowledgeGraph(tables), tmp_path / "stated.html", focus="Th17 cell"))
    page = visited.open()
    visited.settled()
    relations = page.locator("#panel .relations")
    assert "stated by infores:other" in relations.first.inner_text()
    assert page.locator("#scene .line.down").count() >= 1
    page.locator("#panel .relations button", has_text="infores:other").first.click()
    page.get_by_text("Stated by infores:other; no finding on it is curated.").first.wait_for()
    page.go_back()
    page.get_by_label("Only contradicting relations").check()
    relations.first.get_by_text("hidden by the filters").first.wait_for()
    assert "stated by" not in relations.first.inner_text()
    assert visited.complaints == []
