"""The page as text: valid, safe, and the same bytes every time."""

import base64
import gzip
import hashlib
import json
import re
from html.parser import HTMLParser
from itertools import accumulate
from pathlib import Path
from typing import Any

import html5rdf
import pytest

from benchmarks.invented import invented_graph
from mscgraph.errors import NotFound, OutputError
from mscgraph.graph import KnowledgeGraph
from mscgraph.page import page_html, write_page
from mscgraph.page.template import join_modules
from mscgraph.paths import find_paths
from mscgraph.render.drawing import OPENING_ENTITIES, READABLE, choose_contents, opening_view
from mscgraph.render.placement import BOX_HEIGHT, ROW, box_width, column_of, place


def unpacked(html: str, name: str) -> bytes:
    """A block of the page, as its script unpacks it."""
    found = re.search(rf'<script type="application/gzip" id="{name}">(.*?)</script>', html, re.DOTALL)
    assert found
    return gzip.decompress(base64.b85decode(found[1].translate(str.maketrans("./,:", "<>&`"))))


def data_of(html: str) -> dict[str, Any]:
    """What the page holds, its findings named."""
    data: dict[str, Any] = json.loads(unpacked(html, "data"))
    ids = data["findings"]["id"]
    if isinstance(ids, dict):
        numbers = accumulate(ids["steps"])
        data["findings"]["id"] = [f"{ids['stem']}{n:0{ids['width']}d}" for n in numbers]
    return data


def test_the_same_graph_gives_the_same_bytes(kg: KnowledgeGraph, tmp_path: Path) -> None:
    one = write_page(kg, tmp_path / "one.html")
    other = write_page(kg, tmp_path / "other.html")
    assert one.read_bytes() == other.read_bytes()


def test_it_is_valid_html(kg: KnowledgeGraph) -> None:
    html = page_html(kg)
    parser = html5rdf.HTMLParser(strict=False)
    parser.parse(html)
    assert parser.errors == []


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_nothing_in_it_is_loaded_from_elsewhere(kg: KnowledgeGraph) -> None:
    elements = Elements()
    elements.feed(page_html(kg))
    for tag, attributes in elements.found:
        assert "src" not in attributes, tag
        assert "style" not in attributes, tag
        assert not any(name.startswith("on") for name in attributes), tag
        assert attributes.get("href", "data:,") in ("data:,", "#main"), tag
    ids = [a["id"] for _, a in elements.found if "id" in a]
    assert len(ids) == len(set(ids))
    policy = next(a["content"] for t, a in elements.found if a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    digest = hashlib.sha256(unpacked(page_html(kg), "script")).digest()
    assert f"'sha256-{base64.b64encode(digest).decode()}'" in policy


def test_it_holds_every_entity_and_every_finding(kg: KnowledgeGraph) -> None:
    data = data_of(page_html(kg))
    assert data["entities"]["id"] == sorted(kg.entities)
    assert sorted(data["findings"]["id"]) == sorted(kg.findings)


def test_a_focus_holds_only_the_neighbourhood(kg: KnowledgeGraph) -> None:
    data = data_of(page_html(kg, focus="Treg"))
    ends = [(a.subject, a.object) for a in kg.associations.values()]
    beside = {end for pair in ends if "CL:0000815" in pair for end in pair}
    assert set(data["entities"]["id"]) == beside
    assert len(beside) < len(kg.entities)
    assert "Around Treg" in page_html(kg, focus="Treg")


def test_an_answer_holds_its_paths(kg: KnowledgeGraph) -> None:
    answer = find_paths(kg, "MSC", "Th17 cell")
    data = data_of(page_html(kg, answer=answer))
    ids = data["associations"]["id"]
    paths = [
        [ids[a] for a in path] for route in data["start"]["answer"]["routes"] for path in route["paths"]
    ]
    assert paths == [[step.association.id for step in path.steps] for path in answer.paths]


def test_a_slice_still_holds_what_speaks_against_it(kg: KnowledgeGraph) -> None:
    pattern = kg.findings["MSCGF:0000001"]
    against = pattern._replace(id="MSCGF:9999999", predicate="increases", system="EAE")
    tables = kg.tables._replace(findings={**kg.findings, against.id: against})
    whole = KnowledgeGraph(tables)
    data = data_of(page_html(whole.keep_findings(lambda finding: finding.id != against.id)))
    assert against.id in data["findings"]["id"]


def test_a_slice_that_holds_a_part_of_the_other_side_still_makes_a_page(kg: KnowledgeGraph) -> None:
    sides = next(a for a in kg.associations.values() if a.supporting and len(a.disputing) > 1)
    left_out = sides.disputing[0].id
    data = data_of(page_html(kg.keep_findings(lambda finding: finding.id != left_out)))
    assert data["findings"]["outside"] == [data["findings"]["id"].index(left_out)]


@pytest.mark.parametrize("options", [{"steps": 0}, {"focus": "Treg", "answer": ...}])
def test_options_that_make_no_sense_are_refused(kg: KnowledgeGraph, options: dict[str, object]) -> None:
    if "answer" in options:
        options = {**options, "answer": find_paths(kg, "MSC", "Treg")}
    with pytest.raises(ValueError, match=r"steps|not both"):
        page_html(kg, **options)  # type: ignore[arg-type]


def test_an_unknown_focus_is_told(kg: KnowledgeGraph) -> None:
    with pytest.raises(NotFound):
        page_html(kg, focus="no such thing")


def test_a_page_in_no_folder_is_told(kg: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write_page(kg, tmp_path / "nowhere" / "page.html")


def test_ids_that_follow_no_scheme_stay_as_they_are(kg: KnowledgeGraph) -> None:
    names = ["a:1", "a:22", "b:03", "plain"]
    rows = {n: f._replace(id=n) for n, f in zip(names, kg.findings.values(), strict=False)}
    graph = KnowledgeGraph(kg.tables._replace(findings=rows, places={}))
    assert json.loads(unpacked(page_html(graph), "data"))["findings"]["id"] == names


def test_an_empty_graph_makes_a_page(kg: KnowledgeGraph) -> None:
    assert data_of(page_html(kg.keep_findings(lambda _: False)))["findings"]["id"] == []


def test_boxes_never_overlap_and_stand_where_they_stood() -> None:
    names = [f"entity number {n}" for n in range(120)]
    columns = [names[:50], names[50:55], names[55:90], names[90:]]
    lines = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :: 7] if i % 3 == 0]
    widths = {name: box_width(name) for name in names}
    found = place(columns, lines, widths)
    assert found == place([list(reversed(c)) for c in columns], list(reversed(lines)), widths)
    assert set(found) == set(names)
    assert ROW > BOX_HEIGHT
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            (x, y), (u, v) = found[one], found[other]
            beside = abs(x - u) >= (widths[one] + widths[other]) / 2
            assert beside or abs(y - v) >= BOX_HEIGHT, (one, other)


def test_a_graph_too_large_to_read_opens_on_its_backbone() -> None:
    kg = invented_graph(400, 1600)
    contents = choose_contents(kg)
    assert len({end for pair in contents.pairs for end in pair}) > READABLE
    shown, lines = opening_view(kg, contents)
    assert len(shown) <= OPENING_ENTITIES
    assert set(lines) <= set(contents.pairs)
    assert set(shown) == {end for pair in lines for end in pair}


@pytest.mark.parametrize(
    ("role", "category", "column"),
    [("source_product", "Cell", "source"), ("secreted_factor", "Protein", "factor"),
     ("enzyme", "Protein", "factor"), ("drug", "ChemicalEntity", "cue"), ("", "Cell", "cell"),
     ("", "Disease", "outcome"), ("", "Protein", "factor"), ("disease", "", "outcome")],
)  # fmt: skip
def test_an_entity_stands_in_the_column_of_its_curated_role(
    kg: KnowledgeGraph, role: str, category: str, column: str
) -> None:
    entity = next(iter(kg.entities.values()))
    assert column_of(entity._replace(role=role, category=category)) == column


def test_modules_are_joined_in_the_order_of_their_imports() -> None:
    modules = {
        "a/main.js": 'import { one } from "../b/parts.js";\nimport { two } from "./x.js";\nrun(one);\n',
        "b/parts.js": 'import { two } from "../a/x.js";\nexport const one = two + 1;\n',
        "a/x.js": "// first\nexport function two() {}\n",
    }
    assert join_modules(modules, "a/main.js").split() == (
        ["function", "two()", "{}", "const", "one", "=", "two", "+", "1;", "run(one);"]
    )


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [
        ({"b.js": "const one = 1;\n"}, "imports one, not exported by b.js"),
        ({"b.js": 'import { two } from "./a.js";\nexport const one = 1;\n'}, "break the circle"),
        ({"b.js": "export const one = 1;\nconst two = 2;\n"}, "both declare two"),
        ({"b.js": "export const one = 1;\nexport default one;\n"}, "cannot be joined"),
        ({"b.js": "export const one = `a\nb`;\n"}, "end a text in its line"),
        ({"b.js": "export const one = 1;\nconst { x } = one;\n"}, "cannot be joined"),
    ],
)
def test_modules_that_cannot_be_joined_are_refused(parts: dict[str, str], complaint: str) -> None:
    main = {"a.js": 'import { one } from "./b.js";\nexport const two = one;\n'}
    with pytest.raises(ValueError, match=complaint):
        join_modules(main | parts, "a.js")


def test_every_module_has_less_than_400_lines_and_a_use(root: Path) -> None:
    folder = root / "mscgraph/page/assets"
    for module in folder.glob("*.js"):
        assert len(module.read_text(encoding="utf-8").splitlines()) < 400, module.name
    used = {
        name for text in folder.glob("*.js") for name in re.findall(r'from "./(.*?)"', text.read_text())
    }
    assert {module.name for module in folder.glob("*.js")} - used == {
        "main.js",
        "classic.js",
        "unpack.js",
    }
