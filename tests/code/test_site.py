"""The site as files: every link leads somewhere, every page is valid, no relation is told one-sided."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import html5rdf
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mscgraph.errors import OutputError
from mscgraph.explain.compared import trial_row
from mscgraph.graph.trials import find_trials
from mscgraph.rdf.query import load_questions
from mscgraph.render.drawing import part_in_words
from mscgraph.render.verdict import association_kind
from mscgraph.site import write_site
from mscgraph.site.site_records import SiteRecords, file_name, web_address
from mscgraph.text.curie import Prefixes

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph

PREFIXES = Prefixes(
    {
        "CL": "http://purl.obolibrary.org/obo/CL_",
        "cl": "http://example.org/cl/",
        "HGNC": "https://identifiers.org/hgnc:",
        "MSCG": "https://w3id.org/mscgraph/entity/",
        "NCBITaxon": "http://purl.obolibrary.org/obo/NCBITaxon_",
    }
)


class Page(HTMLParser):
    """What a page links to, the anchors it offers, and what it embeds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.embedded = ""
        self._inside = False
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        self.links += [value for name in ("href", "src") if (value := attributes.get(name))]
        if value := attributes.get("id"):
            self.ids.append(value)
        self._inside = tag == "script" and attributes.get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.embedded += data
        else:
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def pages(hostile_site: Path) -> dict[str, Page]:
    found = sorted(hostile_site.rglob("*.html"))
    return {
        path.relative_to(hostile_site).as_posix(): Page(path.read_text(encoding="utf-8"))
        for path in found
        if path.name != "explorer.html"
    }


def test_every_record_and_question_has_its_page(
    pages: dict[str, Page], hostile: KnowledgeGraph
) -> None:
    records = SiteRecords(hostile)
    for identifier in (*hostile.entities, *hostile.associations, *hostile.publications):
        assert records.pages[identifier] in pages, identifier
    questions = load_questions(hostile)
    assert sum(name.startswith("question/") for name in pages) == len(questions) > 40


def test_every_link_inside_leads_somewhere(pages: dict[str, Page], hostile_site: Path) -> None:
    checked = 0
    for name, page in pages.items():
        here = hostile_site / name
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("https", "http") or link == "data:,", (name, link)
                continue
            target = (here.parent / unquote(parts.path)).resolve() if parts.path else here
            assert target.is_file(), (name, link)
            other = pages.get(target.relative_to(hostile_site.resolve()).as_posix())
            if parts.fragment and other is not None:
                assert unquote(parts.fragment) in other.ids, (name, link)
            checked += 1
    assert checked > 1000


def test_every_page_can_be_reached_from_the_first(pages: dict[str, Page], hostile_site: Path) -> None:
    seen, frontier = {"index.html"}, ["index.html"]
    while frontier:
        name = frontier.pop()
        for link in (link for link in pages[name].links if not urlsplit(link).scheme):
            path = ((hostile_site / name).parent / unquote(urlsplit(link).path)).resolve()
            other = path.relative_to(hostile_site.resolve()).as_posix()
            if other in pages and other not in seen:
                seen.add(other)
                frontier.append(other)
    assert seen == set(pages)


def test_nothing_is_loaded_from_elsewhere_and_nothing_hostile_becomes_markup(
    pages: dict[str, Page],
) -> None:
    for name, page in pages.items():
        for tag, attributes in page.elements:
            assert not any(attribute.startswith("on") for attribute in attributes), name
            if tag in ("script", "img", "iframe", "link"):
                address = attributes.get("src") or attributes.get("href") or ""
                assert not urlsplit(address).netloc, (name, address)
            assert tag not in ("img", "iframe", "object", "style"), name
        scripts = [attributes for tag, attributes in page.elements if tag == "script"]
        allowed = ({"type": "application/ld+json"}, {"src": "search.js", "defer": None})
        assert all(attributes in allowed for attributes in scripts), name
        assert len(page.ids) == len(set(page.ids)), name


def test_pages_are_valid_html(hostile_site: Path) -> None:
    kinds = ["index.html", "conflicts.html", "dataset.html", "entities.html", "publications.html"]
    some = [hostile_site / kind for kind in kinds]
    for folder in ("entity", "association", "publication", "question"):
        some += sorted((hostile_site / folder).glob("*.html"))[:4]
        some += [path for path in sorted((hostile_site / folder).glob("*.html")) if "~" in path.name][
            :5
        ]
    for path in some:
        parser = html5rdf.HTMLParser(strict=False)
        parser.parse(path.read_text(encoding="utf-8"))
        assert parser.errors == [], path


def test_embedded_descriptions_are_json_ld(pages: dict[str, Page]) -> None:
    found = set()
    for name, page in pages.items():
        if not page.embedded:
            continue
        value = json.loads(page.embedded)
        assert value["@context"] == "https://schema.org/"
        # Nothing is fetched: schema.org's context makes every key one of its own terms, and so does this.
        local = value | {"@context": {"@vocab": "https://schema.org/"}}
        quads = list(
            ox.parse(json.dumps(local), format=ox.RdfFormat.JSON_LD, base_iri=f"https://e.org/{name}")
        )
        types = {
            quad.object.value.rpartition("/")[2]
            for quad in quads
            if quad.predicate.value.endswith("#type")
        }
        found |= types
        assert quads, name
    assert {"Dataset", "DataDownload", "Claim", "ScholarlyArticle", "DefinedTerm"} <= found


def test_a_relation_with_findings_on_both_sides_is_never_shown_as_one_sided(
    pages: dict[str, Page], hostile: KnowledgeGraph
) -> None:
    records = SiteRecords(hostile)
    contested = [a for a in records.associations.values() if a.is_contested]
    assert len(contested) > 1
    for association in contested:
        page = pages[records.pages[association.id]]
        for finding in (*association.supporting, *association.disputing):
            assert records.name_of(finding.id) in page.ids, association.id
        count = (len(association.supporting), len(association.disputing))
        said = json.loads(page.embedded)["text"]
        description = next(
            attributes["content"]
            for tag, attributes in page.elements
            if attributes.get("name") == "description"
        )
        for text in (page.text, said, description):
            assert re.search(rf"{count[0]} findings? for, {count[1]} against", str(text)), (
                association.id
            )
        # Wherever another page leads to it with its grade, the counts of both sides stand beside it.
        for name in (*[records.pages[e] for e in (association.subject, association.object)],
                     "associations.html"):  # fmt: skip
            assert f"{count[0]} for, {count[1]} against" in pages[name].text, (name, association.id)
    for line in records.lines.values():
        kinds = {association_kind(hostile, a) for a in line.associations if a.supporting}
        assert {kind.id for kind, _ in line.verdict.counts} - {"void"} == kinds
        assert (line.verdict.kind.id == "both") == ({"up", "down"} <= kinds)


def test_a_retracted_paper_is_marked_wherever_it_stands(
    pages: dict[str, Page], hostile: KnowledgeGraph
) -> None:
    records = SiteRecords(hostile)
    for key, paper in hostile.publications.items():
        if paper.status == "published":
            continue
        word = {"retracted": "[RETRACTED]", "concern": "[EXPRESSION OF CONCERN]"}.get(
            paper.status, "[PREPRINT]"
        )
        assert word in pages[records.pages[key]].text
        assert word in pages["publications.html"].text
        for finding in records.papers[key]:
            own = pages[records.pages[records.association_of[finding.id]]]
            assert word in own.text
            if paper.status != "preprint":
                assert "Not counted: " in own.text
        if paper.status == "retracted":
            assert "Its findings count for nothing" in pages[records.pages[key]].text


def test_downloads_beside_a_page_hold_its_records(hostile_site: Path, hostile: KnowledgeGraph) -> None:
    records = SiteRecords(hostile)
    association = next(a for a in records.associations.values() if a.is_contested)
    turtle = (hostile_site / records.pages[association.id].replace(".html", ".ttl")).read_bytes()
    triples = {str(quad.triple) for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)}
    for finding in (*association.supporting, *association.disputing):
        assert any(hostile.prefixes.expand(finding.id) in triple for triple in triples)
    entity = hostile_site / records.pages[association.object]
    lines = entity.with_suffix(".tsv").read_text(encoding="utf-8").split("\n")[:-1]
    rows = [dict(zip(lines[0].split("\t"), line.split("\t"), strict=True)) for line in lines[1:]]
    assert {f.id for f in association.supporting} <= {row["id"] for row in rows}
    assert all(association.object in (row["subject"], row["object"]) for row in rows)
    assert not [cell for row in rows for cell in row.values() if cell.startswith("=")]
    assert entity.with_suffix(".ttl").is_file()
    files = [path for path in hostile_site.rglob("*") if path.is_file()]
    assert len(files) < 2.6 * len(list(hostile_site.rglob("*.html")))


def test_entities_and_associations_have_a_picture_with_the_signs_of_their_lines(
    hostile_site: Path, hostile: KnowledgeGraph
) -> None:
    records = SiteRecords(hostile)
    for association in list(records.associations.values())[:40]:
        text = (hostile_site / records.pages[association.id]).read_text(encoding="utf-8")
        svg = text[text.index('<svg class="picture"') : text.index("</svg>")]
        line = records.lines[association.subject, association.object]
        assert f'class="kind {line.verdict.kind.id}"' in svg
        assert f">{line.verdict.kind.sign}</text>" in svg
    entity = max(records.arriving, key=lambda e: len(records.arriving[e]))
    text = (hostile_site / records.pages[entity]).read_text(encoding="utf-8")
    assert text.count('<g class="kind') >= min(7, len(records.arriving[entity]))


def test_a_trial_has_a_page_with_its_arms_findings_and_papers(
    pages: dict[str, Page], hostile: KnowledgeGraph
) -> None:
    trials = find_trials(hostile, system=None)
    assert trials
    assert sum(name.startswith("trial/") for name in pages) == len(trials)
    records = SiteRecords(hostile)
    for trial in trials:
        page = pages[records.trials[trial.study][1]]
        row = trial_row(hostile, trial)
        for part in (row["design"], row["given"] or "not reported", row["against"] or "not reported"):
            assert " ".join(part.split()) in page.text
        assert {records.name_of(f.id) for f in trial.findings} <= set(page.ids)
        assert {f"../{records.pages[paper]}" for paper in trial.publications} <= set(page.links)
        for finding in trial.findings:
            own = pages[records.pages[finding.id].partition("#")[0]]
            assert f"../{records.trials[trial.study][1]}" in own.links


def test_the_site_map_names_every_page(hostile_site: Path) -> None:
    text = (hostile_site / "sitemap.xml").read_text(encoding="utf-8")
    named = re.findall("<loc>(.*?)</loc>", text)
    held = {path.relative_to(hostile_site).as_posix() for path in hostile_site.rglob("*.html")}
    assert {name.removeprefix("https://w3id.org/mscgraph/") for name in named} == held


def test_no_two_files_have_one_name_where_case_does_not_matter(hostile_site: Path) -> None:
    names = [path.relative_to(hostile_site).as_posix() for path in hostile_site.rglob("*")]
    assert len({name.lower() for name in names}) == len(names)
    assert all(len(path.rpartition("/")[2]) < 120 for path in names)


def test_the_same_graph_gives_the_same_bytes_and_replaces_only_its_own(
    hostile: KnowledgeGraph, hostile_site: Path, tmp_path: Path
) -> None:
    other = write_site(hostile, tmp_path / "other")
    names = sorted(p.relative_to(other) for p in other.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(hostile_site) for p in hostile_site.rglob("*") if p.is_file())
    assert [n for n in names if (other / n).read_bytes() != (hostile_site / n).read_bytes()] == []
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(OutputError, match="something that mscgraph did not write"):
        write_site(hostile, mine)
    assert (mine / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_an_address_must_be_one(hostile: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="https://"):
        write_site(hostile, tmp_path / "site", address="example.org")


def test_an_empty_graph_makes_a_site(hostile: KnowledgeGraph, tmp_path: Path) -> None:
    site = write_site(
        hostile.keep_findings(lambda _: False), tmp_path / "site", address="https://e.org/g"
    )
    assert (site / "index.html").is_file()
    assert "<loc>https://e.org/g/index.html</loc>" in (site / "sitemap.xml").read_text(encoding="utf-8")


IDS = st.lists(
    st.one_of(
        st.text(min_size=1, max_size=30),
        st.from_regex(r"(CL|cl|HGNC|MSCG|NCBITaxon|Cl):[0-9A-Za-z_/.-]{1,6}", fullmatch=True),
    ),
    unique=True,
)


@given(IDS)
def test_names_of_files_are_safe_and_differ_in_more_than_case(ids: list[str]) -> None:
    names = [file_name(identifier, PREFIXES) for identifier in ids]
    assert len({name.lower() for name in names}) == len(ids)
    for name in names:
        assert re.fullmatch(r"[0-9A-Za-z._~-]{1,100}", name)
        assert not name.startswith(".")


@pytest.mark.parametrize(
    ("one", "other"),
    [("MSCG:abc", "MSCG:ABC"), ("CL:1", "cl:1"), ("HGNC:A_B", "HGNC:A-B"), ("HGNC:a/b", "HGNC:a b")],
)
def test_twins_get_names_of_their_own(one: str, other: str) -> None:
    assert file_name(one, PREFIXES).lower() != file_name(other, PREFIXES).lower()


def test_only_the_web_is_linked() -> None:
    assert web_address("javascript:alert(1)") == ""
    assert web_address("data:text/html,x") == ""
    assert web_address('https://e.org/"><b>') == "https://e.org/%22%3E%3Cb%3E"


def test_a_slice_shows_what_the_whole_graph_says_against_it(
    hostile: KnowledgeGraph, tmp_path: Path
) -> None:
    part = hostile.keep_settings(taxon="mouse")
    contested = [a for a in part.associations.values() if a.disputing]
    assert contested
    site = write_site(part, tmp_path / "site")
    records = SiteRecords(part)
    anchors = {
        path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8")).ids
        for path in site.glob("association/*.html")
    }
    for association in contested:
        for finding in association.disputing:
            assert records.name_of(finding.id) in anchors[records.pages[association.id]]
    for path in site.rglob("*.html"):  # the filter is named wherever a reader may come in
        assert part_in_words(part) in path.read_text(encoding="utf-8"), path
    for identifier in records.findings:
        page, _, anchor = records.pages[identifier].partition("#")
        assert not anchor or anchor in anchors[page]
