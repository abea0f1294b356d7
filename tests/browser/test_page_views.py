"""Matrix, timeline, trials and comparison: the numbers of the findings, linked to and saved."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mscgraph.explain.compared import COLUMNS, trial_row
from mscgraph.graph.trials import find_trials
from mscgraph.render.drawing import pairs_of
from mscgraph.render.placement import column_of
from mscgraph.render.verdict import finding_kind, verdict

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Visitor
    from playwright.sync_api import Page

    from mscgraph.graph import KnowledgeGraph

MSC, TH17, IDO1 = "CL:0000134", "CL:0000899", "HGNC:6059"


def rows(page: Page, name: str) -> list[list[str]]:
    table = page.locator(f"#{name}-table tr")
    return [row.locator("th, td").all_inner_texts() for row in table.all()]


def table_saved(page: Page, folder: Path, name: str) -> list[list[str]]:
    page.click("#export")
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Table").click()
    assert download.value.suggested_filename == name
    download.value.save_as(folder / "table.tsv")
    return [line.split("\t") for line in (folder / "table.tsv").read_text("utf-8").splitlines()]


def test_the_matrix_holds_the_verdict_of_each_mediator_on_each_cell(
    visit: Visitor, kg: KnowledgeGraph, shipped_page: Path, tmp_path: Path
) -> None:
    page = visit(shipped_page, accept_downloads=True).open("#view=matrix&all=1")
    roles = {entity.id: column_of(entity) for entity in kg.entities.values()}
    expected = {}
    for (cause, target), found in pairs_of(kg.associations.values()).items():
        if (roles[cause], roles[target]) == ("factor", "cell"):
            said = verdict(kg, found)
            against = f" {said.mark}" if said.mark not in ("", said.kind.sign) else ""
            expected[kg.name(cause), kg.name(target)] = (
                f"{said.kind.sign} {sum(n for _, n in said.counts)}{against}"
            )
    head, *body = rows(page, "matrix")
    shown = {
        (row[0], cell): text
        for row in body
        for cell, text in zip(head[1:], row[1:], strict=True)
        if text
    }
    assert shown == expected
    assert table_saved(page, tmp_path, "mscgraph-matrix-table.tsv")[1:] == body
    page.locator("#matrix-table button.verdict").first.click()
    page.wait_for_selector("#panel .finding")
    assert "view=matrix" in page.url


def test_the_timeline_counts_the_findings_of_each_year(
    visit: Visitor, kg: KnowledgeGraph, shipped_page: Path, tmp_path: Path
) -> None:
    page = visit(shipped_page, accept_downloads=True).open(f"#view=timeline&line={MSC}|{TH17}")
    found = [f for f in kg.findings.values() if (f.subject, f.object) == (MSC, TH17)]
    years = Counter(
        (kg.publications[f.publication].year or "no year", finding_kind(kg, f)) for f in found
    )
    body = rows(page, "timeline")[1:]
    assert {row[0]: (row[1], row[2]) for row in body} == {
        year: tuple(str(years[year, kind] or "") for kind in ("up", "down")) for year, _ in years
    }
    bars = page.locator("#year-chart text.verdict.down").all_text_contents()
    assert sum(int(text[1:]) for text in bars) == sum(
        n for (year, kind), n in years.items() if kind == "down" and year != "no year"
    )
    page.click("#export")
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="SVG: picture of this timeline").click()
    assert download.value.suggested_filename == "mscgraph-timeline-MSC-to-Th17-cell.svg"
    text = download.value.path().read_text("utf-8")
    assert "↓3" in text
    assert "CC BY 4.0" in text


def test_trials_are_those_of_the_command(
    visit: Visitor, kg: KnowledgeGraph, shipped_page: Path
) -> None:
    visited = visit(shipped_page)
    page = visited.open("#view=trials")
    expected = [trial_row(kg, trial) for trial in find_trials(kg, system=None)]
    head, *body = rows(page, "trials")
    assert head == [name for name in COLUMNS if any(row[name] for row in expected)]
    assert [row[:-1] for row in body] == [[row[name] for name in head[:-1]] for row in expected]
    visited.move_to("#view=trials&design=randomised+trial")
    assert {row[1] for row in rows(page, "trials")[1:]} == {"randomised trial"}


def test_two_are_compared_by_what_each_acts_on(
    visit: Visitor, kg: KnowledgeGraph, shipped_page: Path
) -> None:
    visited = visit(shipped_page)
    page = visited.open("#view=compare")
    page.fill("#compare-one", "MSC")
    page.fill("#compare-other", "no such thing")
    page.click("#look form button")
    assert "no such thing" in page.inner_text("#compare-problem")
    page.fill("#compare-other", "IDO")
    page.click("#look form button")
    visited.settled()
    pairs = pairs_of(kg.associations.values())
    shared = {}
    for (cause, target), found in pairs.items():
        if cause == IDO1 and (MSC, target) in pairs:
            same = verdict(kg, pairs[MSC, target]).kind == verdict(kg, found).kind
            shared[kg.name(target)] = "the same" if same else "not the same"
    assert {row[0]: row[3] for row in rows(page, "compare")[1:] if row[3] != "of one alone"} == shared
