"""Using the page: contradictions, links and Back, keyboard, table, export, hostile data, small screens."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import expect

from mscgraph.export import export
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import Finding, PredicateKind
from mscgraph.page import write_page
from mscgraph.paths import find_paths

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Visitor
    from playwright.sync_api import Page

MSC, TH17 = "CL:0000134", "CL:0000899"
CONTESTED = """() => mscgraph.lines.filter((line) => {
  const said = new Set(line.findings
    .map((i) => mscgraph.findings.direction.get(i)));
  return said.has("up") && said.has("down");
}).map((line) => line.at)"""


def contested_lines(page: Page) -> set[str]:
    return {str(line) for line in page.evaluate(CONTESTED)}


FILTERS = (
    "",
    "direction=increase",
    "direction=decrease",
    "species=mouse",
    "grade=C&system=EAE",
    "contested=1",
)


def test_a_contradiction_is_never_shown_one_sided(visit: Visitor, large_page: Path) -> None:
    visited = visit(large_page)
    page = visited.open()
    contested = contested_lines(page)
    assert contested
    for filters in FILTERS:
        for view, one_sided in (
            ("all=1", "#lines .line:is(.up, .down):not(:has([data-mark='±']))"),
            (
                "view=table&all=1",
                "#table-body tr:has(.verdict:is(.up, .down)):not(:has-text('± disputed'))",
            ),
        ):
            visited.move_to(f"#{view}&{filters}")
            if page.locator("#more-rows").count():
                page.click("#more-rows")
            found = set(page.locator(one_sided).evaluate_all("(all) => all.map((e) => e.dataset.line)"))
            assert found or filters == "contested=1", (filters, view)
            assert not contested & found, (filters, view)
            assert ("Filters hide" in page.inner_text("#summary")) == bool(filters)


def test_hidden_findings_of_a_line_are_one_click_away(visit: Visitor, large_page: Path) -> None:
    page = visit(large_page).open("#all=1&direction=increase")
    line = page.locator("#lines .line:has([data-mark='±'])").first
    line.locator(".hit").dispatch_event("click")
    page.wait_for_selector("#hidden-here")
    shown = page.locator("#panel .finding").count()
    page.click("#hidden-here button")
    assert page.locator("#panel .finding").count() > shown
    assert page.locator("#panel .finding.hidden-one").count() > 0


WATCH = """() => {
  window.touched = new Set();
  new MutationObserver((all) => all.forEach(({ target }) => touched.add(target.closest("[id]").id)))
    .observe(document.body, { childList: true, subtree: true });
}"""


def test_a_click_draws_anew_only_what_it_changes(visit: Visitor, large_page: Path) -> None:
    visited = visit(large_page)
    page = visited.open()
    page.evaluate(WATCH)
    page.locator("#lines .line .hit").first.dispatch_event("click")
    visited.settled()
    assert "panel" in page.evaluate("[...touched]")
    assert set(page.evaluate("[...touched]")) <= {"panel", "lit", "unlit"}
    page.evaluate("touched.clear()")
    page.check("#facets input[value='mouse']")
    visited.settled()
    touched = set(page.evaluate("[...touched]"))
    assert {"facets", "hidden", "unlit", "summary"} <= touched
    assert not touched & {"answer", "legend"}


def test_a_link_opens_what_it_says_and_back_returns(visit: Visitor, shipped_page: Path) -> None:
    visited = visit(shipped_page)
    page = visited.open("#entity=CL%3A0000815")
    assert page.inner_text("#panel h2") == "Treg"
    page.click("#show-table")
    visited.settled()
    assert page.locator("#table-body tr").count() > 0
    page.go_back()
    visited.settled()
    assert page.locator("#table-view").is_hidden()
    assert page.inner_text("#panel h2") == "Treg"


@pytest.mark.parametrize(
    "gone",
    [
        "#entity=CL:9999999",
        "#line=CL:0000134|CL:9999999",
        "#line=x",
        "#focus=%E0",
        "#spices=mouse",
        "#species=mouse&species=rqt",
        "#k=31",
        "#entity=CL:0000134&entity=CL:0000899",
    ],
)
def test_a_link_to_what_is_gone_says_so(visit: Visitor, shipped_page: Path, gone: str) -> None:
    visited = visit(shipped_page)
    page = visited.open(gone)
    assert "gone" in page.inner_text("#gone")
    assert visited.complaints == []


def test_everything_is_reached_by_keyboard(visit: Visitor, large_page: Path) -> None:
    visited = visit(large_page)
    page = visited.open()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    stops = 0
    while page.evaluate("document.activeElement.closest('#scene') === null"):
        page.keyboard.press("Tab")
        stops += 1
        assert stops <= 8
    before = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") != before
    page.keyboard.press("l")
    assert page.evaluate("document.activeElement.classList.contains('line')")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .finding")
    page.keyboard.press("Escape")
    page.wait_for_selector("#panel", state="hidden")
    assert page.evaluate("document.activeElement.classList.contains('line')")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"


def test_the_table_sorts(visit: Visitor, large_page: Path) -> None:
    page = visit(large_page).open("#view=table")
    page.click("#sort-up")
    counts = [int(t) for t in page.locator("#table-body tr td:nth-child(4)").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)
    assert page.locator("th[aria-sort='ascending']").count() == 1
    page.click("#sort-cause")
    names = page.locator("#table-body th").all_inner_texts()
    assert page.evaluate("(n) => n.every((x, i) => !i || n[i - 1].localeCompare(x, 'en') <= 0)", names)


FORMATS = {"svg": "SVG", "png": "PNG", "tsv": "TSV", "ris": "RIS", "bib": "BibTeX", "json": "CSL-JSON"}


def saved(page: Page, kind: str, folder: Path, scope: str = "this ", name: str | None = None) -> bytes:
    """What the menu saves of the last scope whose title begins so, such as the view."""
    page.click("#export")
    with page.expect_download() as download:
        group = page.locator(f"#export-menu [role=group][aria-label^='{scope}']").last
        group.get_by_text(FORMATS[kind], exact=True).click()
    assert name is None or download.value.suggested_filename == name
    file = folder / f"saved.{kind}"
    download.value.save_as(file)
    return file.read_bytes()


PASSING = """() => [...document.querySelectorAll("#lines .line, #table-body tr")]
  .flatMap((e) => mscgraph.lines[Number(e.dataset.line)].findings)
  .filter((i) => mscgraph.findings.direction.get(i) === "up").map((i) => mscgraph.findings.id[i]).sort()"""


@pytest.mark.parametrize("view", ["", "&view=table"])
def test_exports_hold_what_is_shown_and_tell_of_the_other_side(
    visit: Visitor, large_page: Path, tmp_path: Path, view: str
) -> None:
    visited = visit(large_page, accept_downloads=True)
    page = visited.open(f"#direction=increase{view}")
    if page.locator("#more-rows").count():
        page.click("#more-rows")
    rows = [row.split("\t") for row in saved(page, "tsv", tmp_path).decode().splitlines()]
    head, body = rows[0], rows[1:]
    assert sorted(row[0] for row in body) == page.evaluate(PASSING)
    assert {len(row) for row in rows} == {len(head)}
    contested = {
        tuple(ends)
        for ends in page.evaluate(
            f"({CONTESTED})().map((at) => mscgraph.lines[at])"
            ".map(({ cause, target }) => [mscgraph.entities.id[cause], mscgraph.entities.id[target]])"
        )
    }
    seen = set()
    for row in body:
        cell = dict(zip(head, row, strict=True))
        pair = (cell["cause_id"], cell["target_id"])
        assert ("(± disputed)" in cell["relation"]) == (pair in contested)
        assert cell["filters"] == "Direction of the finding: increase"
        if pair in contested:
            assert int(cell["relation_findings_hidden"]) > 0
            seen.add(pair)
    assert seen
    bib = saved(page, "bib", tmp_path).decode()
    assert bib.startswith("% Filters hide ")
    assert bib.count("{") == bib.count("}")
    assert visited.complaints == []


def test_papers_are_saved_as_the_program_writes_them(
    visit: Visitor, kg: KnowledgeGraph, shipped_page: Path, tmp_path: Path
) -> None:
    page = visit(shipped_page, accept_downloads=True).open()
    for kind, name in (("ris", "ris"), ("bib", "bibtex"), ("json", "csl-json")):
        text = saved(page, kind, tmp_path, "everything", f"mscgraph-all.{kind}").decode()
        expected = export(kg, name, tmp_path / name).target.read_text(encoding="utf-8")
        assert (json.loads(text) if kind == "json" else text) == (
            json.loads(expected) if kind == "json" else expected
        )
        assert "Uccelli" in text


def test_a_relation_and_everything_are_saved_under_what_was_asked(
    visit: Visitor, kg: KnowledgeGraph, shipped_page: Path, tmp_path: Path
) -> None:
    page = visit(shipped_page, accept_downloads=True).open("#line=CL:0000134|CL:0000899&species=human")
    before = page.inner_html("#scene")
    own = [f for f in kg.findings.values() if (f.subject, f.object) == (MSC, TH17)]
    human = {f.id for f in own if "NCBITaxon:9606" in f.taxa}
    assert human < {f.id for f in own}
    name = "mscgraph-MSC-to-Th17-cell-human"
    rows = saved(page, "tsv", tmp_path, "this relation", f"{name}.tsv").decode().splitlines()[1:]
    assert {row.split("\t")[0] for row in rows} == human
    root = check_figure(saved(page, "svg", tmp_path, "this relation", f"{name}.svg"))
    texts = ["".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"MSC", "Th17 cell"} <= set(texts)
    assert f"MSC → Th17 cell. Contradicting: of {plural(human)} shown" in " ".join(texts)
    assert len([e for e in root.iter() if e.get("data-line")]) == 1
    assert page.inner_html("#scene") == before
    rows = (
        saved(page, "tsv", tmp_path, "everything", "mscgraph-all-human.tsv").decode().splitlines()[1:]
    )
    assert {row.split("\t")[0] for row in rows} == {
        f.id for f in kg.findings.values() if "NCBITaxon:9606" in f.taxa and not is_structure(kg, f)
    }
    assert "mscgraph-all-human" in page.inner_text("#said")


def plural(findings: set[str]) -> str:
    return f"{len(findings)} finding{'' if len(findings) == 1 else 's'}"


def is_structure(kg: KnowledgeGraph, finding: Finding) -> bool:
    return kg.predicates[finding.predicate].kind is PredicateKind.STRUCTURE


def test_the_export_menu_works_by_keyboard(visit: Visitor, small_page: Path) -> None:
    page = visit(small_page, accept_downloads=True).open("#view=table")
    page.focus("#export")
    page.keyboard.press("ArrowDown")
    focused = "() => document.activeElement.textContent"
    walked = [page.evaluate(focused)]
    for key in ("ArrowRight", "End", "ArrowDown", "ArrowUp", "Home", "r"):
        page.keyboard.press(key)
        walked.append(page.evaluate(focused))
    assert walked == ["SVG", "PNG", "CSL-JSON", "SVG", "CSL-JSON", "SVG", "RIS"]
    page.keyboard.press("Escape")
    assert page.locator("#export-menu").is_hidden()
    assert page.evaluate("document.activeElement.id") == "export"
    page.keyboard.press("Enter")
    page.keyboard.press("t")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "mscgraph-overview.tsv"
    assert page.evaluate("document.activeElement.id") == "export"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("#export-menu").is_hidden()


def check_figure(svg: bytes) -> ET.Element:
    """A figure is well-formed, stands alone, and runs and loads nothing."""
    root = ET.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    elements = list(root.iter())
    kinds = {element.tag.rpartition("}")[2] for element in elements}
    assert kinds <= {"svg", "g", "path", "rect", "text", "tspan", "title", "circle", "marker", "defs"}
    names = [name for element in elements for name in element.attrib]
    assert not [name for name in names if name.lower().startswith("on") or name.endswith("href")]
    ids = [element.attrib["id"] for element in elements if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    used = {
        v[5:-1] for e in elements for n, v in e.attrib.items() if n.startswith("marker-") and "#" in v
    }
    assert used <= set(ids)
    return root


@pytest.mark.parametrize("hash_", ["#all=1", "#all=1&direction=increase"])
def test_the_figure_is_valid_and_says_what_it_is(
    visit: Visitor, large_page: Path, tmp_path: Path, hash_: str
) -> None:
    visited = visit(large_page, accept_downloads=True)
    page = visited.open(hash_)
    root = check_figure(saved(page, "svg", tmp_path))
    words = " ".join(root.itertext())
    assert "mscgraph data" in words
    assert ("they hide" in words) == ("direction" in hash_)
    titles = [t.text or "" for t in root.iter("{http://www.w3.org/2000/svg}title")]
    both = page.locator("#lines .line.both").count()
    assert sum("contradicting" in title for title in titles) == both
    assert bool(both) == ("direction" not in hash_)
    assert any("findings disagree" in title for title in titles)
    assert saved(page, "png", tmp_path).startswith(b"\x89PNG")
    assert visited.complaints == []


def test_every_mark_is_seen_in_a_figure_that_another_program_opens(
    visit: Visitor, large_page: Path, tmp_path: Path
) -> None:
    import cairosvg
    from PIL import Image

    visited = visit(large_page, accept_downloads=True)
    page = visited.open("#all=1&direction=increase&direction=no%20significant%20effect&species=mouse")
    svg = saved(page, "svg", tmp_path)
    assert (
        b"Filters: Direction of the finding: increase or no significant effect; Species: mouse" in svg
    )
    root = ET.fromstring(svg)
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    picture = Image.open(
        io.BytesIO(cairosvg.svg2png(bytestring=svg, output_width=round(3 * width)))
    ).convert("RGB")
    marks = [e for e in root.iter() if e.get("data-mark")]
    assert {e.attrib["data-mark"] for e in marks} >= {"±", "○", "◐"}
    assert len(marks) == page.locator("#lines .line .mark").count()
    for mark in marks:
        place = re.fullmatch(r"translate\(([\d.-]+) ([\d.-]+)\)", mark.attrib["transform"])
        assert place
        x, y = 3 * (float(place[1]) - left), 3 * (float(place[2]) - top)
        assert 0 < y < 3 * height
        box = picture.crop((round(x) - 18, round(y) - 18, round(x) + 18, round(y) + 18))
        red, green, blue = map(int, re.findall(r"\d+", mark.attrib["stroke"])[:3])
        inked = sum(
            count
            for count, pixel in box.getcolors(36 * 36)
            if abs(pixel[0] - red) + abs(pixel[1] - green) + abs(pixel[2] - blue) < 60
        )
        assert inked > 36 * 36 * 0.04, mark.attrib


def test_a_part_of_the_graph_says_which_and_takes_its_verdicts_from_it(
    visit: Visitor, large: KnowledgeGraph, tmp_path: Path
) -> None:
    part = large.keep_settings(design="randomized_trial")
    visited = visit(write_page(part, tmp_path / "part.html"))
    page = visited.open("#all=1")
    said = "only study design: randomised trial"
    assert said in page.title()
    assert said in page.inner_text("#summary")
    shown = page.evaluate(SHOWN)
    assert set(shown) == set(part.findings)
    marks = page.locator("#lines .line:not(.both):has([data-mark='±'])")
    marks.first.locator(".hit").dispatch_event("click")
    page.wait_for_selector("#hidden-here")
    assert "outside the filters there are" in page.inner_text("#verdict")
    assert said in page.inner_text("#hidden-here")


SHOWN = """() => mscgraph.lines.flatMap((line) => mscgraph.judged(line.at).shown)
  .map((i) => mscgraph.findings.id[i])"""


@pytest.mark.parametrize("filters", [*FILTERS, "design=randomised%20trial&species=mouse", "grade=A"])
def test_graph_and_table_of_a_filter_hold_the_same_without_empty_boxes(
    visit: Visitor, large_page: Path, filters: str
) -> None:
    visited = visit(large_page)
    drawn = set(
        visited.open(f"#{filters}")
        .locator("#lines .line")
        .evaluate_all("(all) => all.map((e) => e.dataset.line)")
    )
    assert visited.page.locator("#boxes .box.alone").count() == 0
    page = visited.move_to(f"#view=table&{filters}")
    listed = page.locator("#table-body tr").evaluate_all("(all) => all.map((e) => e.dataset.line)")
    assert set(listed) == drawn


def test_where_nothing_is_shown_the_page_says_why_and_leads_on(
    visit: Visitor, shipped_page: Path
) -> None:
    visited = visit(shipped_page)
    page = visited.open("#species=dog&grade=A")
    assert "Nothing here passes the filters" in page.inner_text("#empty")
    visited.move_to("#species=dog&grade=A&view=table")
    out = page.get_by_role("button", name="Leave out “Species: dog”")
    assert not page.locator("#table-body tr").count()
    out.click()
    visited.settled()
    assert page.locator("#table-body tr").count()
    page.fill("#search", "interluekin 17")
    assert page.inner_text("#search-said").startswith("Nothing is called interluekin 17; ")
    assert "IL-17" in page.inner_text("#results")
    page.keyboard.press("Escape")
    visited.move_to("#from=CL:0000899&to=CL:0000134&max=1")
    assert "No path from" in page.inner_text("#path-verdict")
    page.click("#next-steps button >> nth=0")
    visited.settled()
    assert "at most 2 steps" in page.inner_text("#path-verdict")


def test_a_click_leaves_no_focus_ring(visit: Visitor, shipped_page: Path) -> None:
    page = visit(shipped_page).open()
    ringed = "() => document.querySelectorAll(':focus-visible').length"
    page.locator("#boxes .box").first.click()
    page.wait_for_selector("#panel h2")
    assert page.evaluate(ringed) == 0
    page.click("#close-panel")
    assert page.evaluate(ringed) == 0
    page.keyboard.press("Tab")
    assert page.evaluate(ringed) == 1


def test_on_a_phone_names_can_be_read_and_the_answer_comes_into_view(
    visit: Visitor, shipped_page: Path
) -> None:
    visited = visit(shipped_page, viewport={"width": 390, "height": 844})
    page = visited.open()
    height = "() => { const t = document.querySelector('#boxes .box text'); "
    assert (
        page.evaluate(
            f"{height} return parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a }}"
        )
        >= 11
    )
    page.fill("#path-from", "MSC")
    page.fill("#path-to", "Th17 cell")
    page.click("#find-paths")
    visited.settled()
    expect(page.locator("#direct-test")).to_be_in_viewport()


def test_without_script_the_relations_can_be_read(
    visit: Visitor, kg: KnowledgeGraph, shipped_page: Path
) -> None:
    page = visit(shipped_page, java_script_enabled=False).page
    page.goto(shipped_page.as_uri())
    rows = page.locator("noscript tbody tr")
    assert rows.count() == 250
    assert page.locator("#frame").is_hidden()
    text = page.inner_text("noscript >> nth=-1")
    assert "MSC\t± contradicting\tTh17 cell" in text
    assert "250 best evidenced" in text


def test_print_shows_the_whole_picture_with_its_filters(visit: Visitor, large_page: Path) -> None:
    page = visit(large_page).open("#species=mouse")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    box = page.locator("#sheet svg").bounding_box()
    assert box
    assert box["width"] <= page.evaluate("innerWidth")
    words = page.locator("#sheet").text_content() or ""
    assert "Filters: Species: mouse" in words
    assert "CC BY 4.0" in words
    assert page.locator("#sheet .box").count() == 0
    ids = page.locator("[id]").evaluate_all("(all) => all.map((e) => e.id)")
    assert len(ids) == len(set(ids))
    ends = page.locator("#sheet [marker-end]").evaluate_all(
        "(all) => all.map((e) => /#([\\w-]+)/.exec(e.getAttribute('marker-end'))?.[1])"
    )
    assert any(ends)
    assert {end for end in ends if end} <= set(
        page.locator("#sheet marker").evaluate_all("(all) => all.map((e) => e.id)")
    )
    assert page.locator("#graph").is_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#graph").is_visible()


HOSTILE = (
    "</script><script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    '"onmouseover="window.hacked=1',
    "'; window.hacked=1; //",
    "javascript:window.hacked=1",
    "\u202edesrever\u202c שלום مرحبا",
    "🧫🧪👩‍🔬",
    "<!-- --> ]]> &lt;b&gt; {{ 7*7 }} {% raw %}",
    "__proto__",
    "constructor",
    "\x01\x02 signs \x00 of the packing",
    "long " * 2000,
)


def hostile_graph(kg: KnowledgeGraph) -> KnowledgeGraph:
    """The shipped graph with hostile text wherever text may stand."""
    entities = {
        key: e._replace(name=f"{HOSTILE[i % len(HOSTILE)]} {i}", definition=HOSTILE[(i + 1) % len(HOSTILE)],
                     synonyms=HOSTILE[:-1], label=HOSTILE[0], xrefs=(HOSTILE[4],))
        for i, (key, e) in enumerate(kg.entities.items())
    }  # fmt: skip
    findings = {
        key: f._replace(statement=HOSTILE[i % len(HOSTILE)], note=HOSTILE[1], n=HOSTILE[0],
                     p_value=HOSTILE[2], effect=HOSTILE[3], locator=HOSTILE[7])
        for i, (key, f) in enumerate(kg.findings.items())
    }  # fmt: skip
    papers = {
        key: p._replace(
            title=HOSTILE[0], journal=HOSTILE[1], pmid="", pmcid="", doi='"><script>1</script>'
        )
        for key, p in kg.publications.items()
    }
    tables = kg.tables._replace(entities=entities, findings=findings, publications=papers)
    return KnowledgeGraph(tables)


def test_hostile_text_stays_text(visit: Visitor, kg: KnowledgeGraph, tmp_path: Path) -> None:
    hostile = hostile_graph(kg)
    file = write_page(hostile, tmp_path / "hostile.html", title=HOSTILE[0])
    visited = visit(file, accept_downloads=True)
    for hash_ in ("", "#entity=CL:0000134", "#line=CL:0000134|CL:0000899", "#view=table"):
        page = visited.open(hash_)
        assert page.evaluate("window.hacked") is None
        assert page.inner_text("h1") == HOSTILE[0]
        assert page.locator("img, iframe, object, embed, body script[src]").count() == 0
        links = page.locator("a[href]").evaluate_all("(all) => all.map((a) => a.protocol)")
        assert set(links) <= {"https:", "http:", "file:"}
        assert visited.requests == [file.as_uri()]
    page.fill("#search", "<script")
    assert page.locator("#results li").count() > 0
    assert page.evaluate("window.hacked") is None
    page = visited.open()
    check_figure(saved(page, "svg", tmp_path))
    rows = saved(page, "tsv", tmp_path).decode().splitlines()
    assert len({row.count("\t") for row in rows}) == 1
    assert not [cell for row in rows for cell in row.split("\t") if cell.startswith(("=", "+", "@"))]
    shown = sum(
        page.evaluate(
            "[...document.querySelectorAll('#lines .line')].map((e) => mscgraph.lines[e.dataset.line].size)"
        )
    )
    assert len(rows) == shown + 1
    statements = page.evaluate(
        "() => { const { id } = mscgraph.findings;"
        " return [id, id.map((_, i) => mscgraph.statementOf(i))]; }"
    )
    wanted = hostile.findings
    assert all(wanted[key].statement == text for key, text in zip(*statements, strict=True))
    assert visited.complaints == []


def test_a_page_of_an_answer_opens_on_its_paths(
    visit: Visitor, kg: KnowledgeGraph, tmp_path: Path
) -> None:
    answer = find_paths(kg, "MSC", "Th17 cell", k=3)
    page = visit(write_page(kg, tmp_path / "answer.html", answer=answer)).open()
    assert page.locator(".paths .path").count() == len(answer.paths)
    assert str(sum(answer.verdict.values())) in page.inner_text("#path-verdict")
    assert "Direct test:" in page.inner_text("#direct-test")
    drawn = page.locator("#lines .line").evaluate_all(
        "(all) => all.map((e) => mscgraph.lines[e.dataset.line])"
        ".map(({ cause, target }) => [mscgraph.entities.id[cause], mscgraph.entities.id[target]].join())"
    )
    steps = {(s.association.subject, s.association.object) for p in answer.paths for s in p.steps}
    assert {",".join(step) for step in steps} <= set(drawn)


def test_a_page_of_a_focus_opens_on_its_entity(
    visit: Visitor, kg: KnowledgeGraph, tmp_path: Path
) -> None:
    page = visit(write_page(kg, tmp_path / "focus.html", focus="Treg")).open()
    assert page.inner_text("#panel h2") == "Treg"


@pytest.mark.parametrize("width", [320, 390, 768])
@pytest.mark.parametrize("hash_", ["", "#entity=CL:0000815", "#view=table"])
def test_nothing_spills_over_a_small_screen(
    visit: Visitor, shipped_page: Path, width: int, hash_: str
) -> None:
    page = visit(shipped_page, viewport={"width": width, "height": 700}).open(hash_)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_boxes_do_not_overlap_in_any_selection(visit: Visitor, large_page: Path) -> None:
    overlaps = """() => {
      const all = [...document.querySelectorAll(".box .frame")].map((e) => e.getBoundingClientRect());
      return all.some((a, i) => all.slice(i + 1).some((b) => a.left < b.right - 1 && b.left < a.right - 1
        && a.top < b.bottom - 1 && b.top < a.bottom - 1));
    }"""
    for hash_ in ("", "#focus=CL:0000134", "#focus=HGNC:5438&steps=2", "#all=1"):
        page = visit(large_page).open(hash_)
        assert page.locator(".box").count() > 5
        assert not page.evaluate(overlaps), hash_
