"""The mechanism figure: what it holds, that nothing lies on anything else, that other programs read it."""

from __future__ import annotations

import io
from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from benchmarks.invented import invented_graph
from mscgraph.errors import NotFound
from mscgraph.figure import figure_svg, write_figure
from mscgraph.figure.composition import compose
from mscgraph.figure.drawn_shapes import POINT, Box, Scene, Stroke, Text, along, text_width
from mscgraph.figure.mechanism import cited, mechanism
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import Entity
from mscgraph.paths import find_paths
from mscgraph.render.verdict import verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MSC, TH17, PGE2, IDO1, TREG, EP4, IL6 = (
    "CL:0000134", "CL:0000899", "CHEBI:15551", "HGNC:6059", "CL:0000815", "HGNC:9596", "HGNC:6018",
)  # fmt: skip
ENTITIES = {
    MSC: ("MSC", "Cell", "source_product"),
    TH17: ("Th17 cell", "Cell", "cell"),
    PGE2: ("PGE2", "ChemicalEntity", "secreted_factor"),
    IDO1: ("IDO1", "Protein", "enzyme"),
    TREG: ("Treg", "Cell", "cell"),
    EP4: ("EP4", "Protein", "receptor"),
    IL6: ("IL-6", "Protein", "secreted_factor"),
}
ROWS = (
    (MSC, "decreases", TH17, (IDO1,)),
    (MSC, "decreases", TH17, ()),
    (MSC, "has_no_effect_on", TH17, ()),
    (MSC, "produces", PGE2, ()),
    (PGE2, "decreases", TH17, ()),
    (PGE2, "increases", TH17, ()),
    (MSC, "increases", IDO1, ()),
    (IDO1, "decreases", TH17, ()),
    (PGE2, "increases", EP4, ()),
    (EP4, "decreases", TH17, ()),
    (MSC, "increases", TREG, ()),
    (TREG, "decreases", TH17, ()),
    (MSC, "followed_by", IL6, ()),
    (IL6, "increases", TH17, ()),
)


@pytest.fixture(scope="module")
def drawn(kg: KnowledgeGraph) -> KnowledgeGraph:
    """A graph with each kind of route: shown whole, stitched, through a receptor, through a cell, none."""
    pattern = next(f for f in kg.findings.values() if kg.counts(f))
    findings = {}
    for n, (subject, predicate, object_, via) in enumerate(ROWS):
        key = f"MSCGF:88{n:05d}"
        findings[key] = pattern._replace(
            id=key, subject=subject, predicate=predicate, object=object_, via=via, aspect="abundance",
            significance="significant", readout=False, object_cell="", specimen="not_reported",
        )  # fmt: skip
    entities = {
        key: Entity(key, name, category, role) for key, (name, category, role) in ENTITIES.items()
    }
    return KnowledgeGraph(kg.tables._replace(entities=entities, findings=findings, places={}))


def test_routes_are_those_of_the_findings(drawn: KnowledgeGraph) -> None:
    held = mechanism(drawn, "MSC", "Th17 cell")
    lanes = {lane.mediator: lane for lane in held.lanes if not lane.inside}
    assert held.lanes[0].mediator == IDO1  # shown whole
    assert lanes[IDO1].demonstrated
    assert not lanes[PGE2].demonstrated
    assert IL6 not in lanes  # only seen after MSC, compared with nothing
    assert [lane.inside for lane in held.lanes] == ["", "", EP4]  # on the membrane of the target
    assert [branch.cell for branch in held.branches] == [TREG]
    assert held.direct is not None
    assert (held.direct.kind.id, held.direct.mark) == ("down", "○")
    for relation in (r for lane in held.lanes for r in lane.relations):
        pair = [
            a
            for a in drawn.associations.values()
            if (a.subject, a.object) == (relation.cause, relation.target)
        ]
        assert relation.kind == verdict(drawn, pair).kind
        assert relation.counts == verdict(drawn, pair).counts


def test_what_contradicts_stands_on_both_sides(drawn: KnowledgeGraph) -> None:
    held = mechanism(drawn, "MSC", "Th17 cell")
    (second,) = [e.second for e in held.lanes if e.mediator == PGE2 and not e.inside]
    assert second is not None
    assert second.kind.id == "both"
    assert second.supporting
    assert second.disputing
    assert sorted(second.sides) == sorted("1↑ 1↓")


def test_a_part_of_the_graph_is_named(drawn: KnowledgeGraph) -> None:
    design = next(iter(drawn.findings.values())).study_design
    part = drawn.keep_settings(design=design)
    assert "Filter on: only study design" in figure_svg(part, "MSC", "Th17 cell")
    assert "Filter on" not in figure_svg(drawn, "MSC", "Th17 cell")


def test_the_direct_test_of_a_figure_is_that_of_paths(drawn: KnowledgeGraph) -> None:
    """Findings on kinds of the target count, for and against, as they do in an answer about paths."""
    child = Entity("CL:0000901", "Tr1 cell", "Cell", "immune_cell", parents=(TH17,))
    key, pattern = next(
        (k, f) for k, f in drawn.findings.items() if (f.subject, f.object) == (MSC, TH17)
    )
    rows = {
        f"{key}{n}": pattern._replace(id=f"{key}{n}", object=child.id, predicate=predicate)
        for n, predicate in enumerate(("increases", "has_no_effect_on"))
    }
    kg = KnowledgeGraph(
        drawn.tables._replace(
            entities={**drawn.tables.entities, child.id: child},
            findings={**drawn.tables.findings, **rows},
        )
    )
    direct = mechanism(kg, "MSC", "Th17 cell").direct
    assert direct is not None
    counts = {kind.id: count for kind, count in direct.counts}
    senses = {t.sense: len(t.findings) for t in find_paths(kg, "MSC", "Th17 cell").direct.senses}
    assert counts["up"] == senses["increase"] == 1
    assert (counts["down"], counts["null"]) == (senses["decrease"], senses["no effect"])


def test_a_legend_explains_what_is_drawn_and_no_more(drawn: KnowledgeGraph) -> None:
    """At one column too, where the counts of both sides stand in the notes and nothing is cut off."""
    plain = drawn.keep_findings(lambda f: (f.subject, f.object) in {(MSC, IDO1), (MSC, TH17)})
    for width in (85, 175):
        said = {text for *_, text in texts(compose(mechanism(plain, "MSC", "Th17 cell"), width))}
        assert {"raises", "lowers", "shown whole in one study"} <= said
        assert not {"contradicting", "effect and no effect", "stitched from several"} & said
        every = [text for *_, text in texts(compose(mechanism(drawn, "MSC", "Th17 cell"), width))]
        assert {"contradicting", "no effect", "stitched from several"} <= set(every)
        seen_in = " ".join(every[every.index(next(t for t in every if t.startswith("SEEN IN"))) :])
        assert all(place in seen_in for place in mechanism(drawn, "MSC", "Th17 cell").places)
        assert ("(1↑ 1↓)" in " ".join(every)) == (width == 85)


def test_a_paper_without_a_year_is_named_by_its_id(drawn: KnowledgeGraph) -> None:
    key, paper = next((k, p) for k, p in drawn.publications.items() if p.author_names)
    old = drawn.tables._replace(
        publications={**drawn.tables.publications, key: paper._replace(year="")}
    )
    assert cited(KnowledgeGraph(old), [key]) == f"{paper.author_names[0][0]} ({key})"
    assert cited(drawn, [key]) == f"{paper.author_names[0][0]} {paper.year}"


def texts(scene: Scene) -> Iterator[tuple[float, float, float, float, str]]:
    """The extent of every text that stands free, and its words."""
    for text in scene.shapes:
        if isinstance(text, Text):
            width = text_width(text.text, text.size, bold=text.bold) * 0.94
            left = {"start": text.x, "middle": text.x - width / 2, "end": text.x - width}[text.anchor]
            half = text.size * POINT * 0.36
            yield left, text.y - half, left + width, text.y + half, text.text


def inside(box: Box, point: tuple[float, float]) -> bool:
    x, y = point
    if box.oval:
        across = (x - box.x - box.width / 2) / (box.width / 2 - 0.3)
        down = (y - box.y - box.height / 2) / (box.height / 2 - 0.3)
        return across**2 + down**2 < 1
    return box.x + 0.2 < x < box.x + box.width - 0.2 and box.y + 0.2 < y < box.y + box.height - 0.2


def dense(way: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points at every half millimetre of a way."""
    found = []
    for (x0, y0), (x1, y1) in pairwise(way):
        count = max(1, round(max(x1 - x0, abs(y1 - y0)) / 0.5))
        found += [(x0 + (x1 - x0) * i / count, y0 + (y1 - y0) * i / count) for i in range(count)]
    return [*found, way[-1]]


def crossing(one: list[tuple[float, float]], two: list[tuple[float, float]]) -> bool:
    """Whether two ways change sides where both run."""
    low, high = max(one[0][0], two[0][0]), min(one[-1][0], two[-1][0])
    if high - low < 3:
        return False
    sides = set()
    for step in range(61):
        x = low + (high - low) * step / 60
        a, b = (min(way, key=lambda p: abs(p[0] - x))[1] for way in (one, two))
        if abs(a - b) > 0.7:
            sides.add(a < b)
    return len(sides) > 1


def number_on_words(scene: Scene) -> list[tuple[str, str]]:
    """The numbers of routes that lie on a text, with the text."""
    labelled = [(s, s.label.text) for s in scene.shapes if isinstance(s, Box) and s.label]
    return [
        (number, text)
        for (box, number), (left, top, right, bottom, text) in product(labelled, texts(scene))
        if number.isdigit() and text != number
        if left < box.x + box.width and box.x < right and top < box.y + box.height and box.y < bottom
    ]


def check(scene: Scene) -> int:
    """No line crosses another, a label or an entity, no text another; return how many lines there are."""
    boxes = [s for s in scene.shapes if isinstance(s, Box) and s.name]
    lines = [s for s in scene.shapes if isinstance(s, Stroke) and s.name]
    words = list(texts(scene))
    ways = {line.name: along(line) for line in lines}
    for name, way in ways.items():
        assert all(x0 <= x1 for (x0, _), (x1, _) in pairwise(way)), name
        for box in boxes:
            if not inside(box, way[0]) and not inside(box, way[-1]):
                assert not any(inside(box, point) for point in dense(way)), (name, box.name)
        for left, top, right, bottom, text in words:
            assert not any(left < x < right and top < y < bottom for x, y in dense(way)), (name, text)
    for one, two in combinations(ways, 2):
        assert not crossing(dense(ways[one]), dense(ways[two])), (one, two)
    for one, two in combinations(words, 2):
        overlap = one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
        assert not overlap, (one, two)
    assert not number_on_words(scene)
    for left, top, right, bottom, text in words:
        assert left >= 0, text
        assert right <= scene.width + 0.5, text
        assert 0 <= top < bottom <= scene.height, text
    labels = [s.label for s in scene.shapes if isinstance(s, Box) and s.label]
    assert min(t.size for t in (*labels, *(s for s in scene.shapes if isinstance(s, Text)))) >= 6
    for box in boxes:
        if box.label:
            assert text_width(box.label.text, box.label.size) <= box.width
    return len(lines)


@pytest.mark.parametrize("width", [85, 175])
def test_nothing_lies_on_anything_else(drawn: KnowledgeGraph, width: float) -> None:
    assert check(compose(mechanism(drawn, "MSC", "Th17 cell"), width)) > 7
    invented = invented_graph(60, 700)
    names = sorted(e.id for e in invented.entities.values())
    seen = 0
    for source, target in zip(names[:24], names[9:33], strict=True):
        try:
            held = mechanism(invented, source, target, cells=1 if width == 85 else 2)
        except NotFound:
            continue
        seen += check(compose(held, width)) > 3
    assert seen > 3


def test_a_line_across_a_box_is_seen(drawn: KnowledgeGraph) -> None:
    scene = compose(mechanism(drawn, "MSC", "Th17 cell"), 175)
    box = next(s for s in scene.shapes if isinstance(s, Box) and s.name == PGE2)
    y = box.y + 1
    scene.add(Stroke(((box.x - 5, y), (box.x + 30, y)), "#000000", 0.3, name="across"))
    with pytest.raises(AssertionError, match="across"):
        check(scene)


def test_the_same_graph_gives_the_same_picture_and_it_stands_alone(
    drawn: KnowledgeGraph, tmp_path: Path
) -> None:
    one = write_figure(drawn, "MSC", "Th17 cell", tmp_path / "a.svg").read_text(encoding="utf-8")
    assert one == figure_svg(drawn, "MSC", "Th17 cell")
    root = ET.fromstring(one)
    assert (root.attrib["width"], root.attrib["viewBox"].split()[2]) == ("175mm", "175")
    assert not [n for e in root.iter() for n in e.attrib if n.endswith("href") or n.startswith("on")]
    caption = root.findtext("{http://www.w3.org/2000/svg}desc") or ""
    assert "Direct test: 2 decrease ↓, 1 no significant effect ○." in caption
    assert "against:" in caption
    for entity in (IDO1, PGE2, TREG):
        assert drawn.name(entity) in one


def test_an_activity_flow_has_an_arc_for_each_relation(drawn: KnowledgeGraph, tmp_path: Path) -> None:
    root = ET.parse(write_figure(drawn, "MSC", "Th17 cell", tmp_path / "a.sbgn")).getroot()
    assert root is not None
    space = {"s": "http://sbgn.org/libsbgn/0.3"}
    names = {
        glyph.attrib["id"]: glyph.find("s:label", space).attrib["text"]  # type: ignore[union-attr]
        for glyph in root.iterfind(".//s:glyph", space)
    }
    arcs = {
        (names[arc.attrib["source"]], names[arc.attrib["target"]]): arc.attrib["class"]
        for arc in root.iterfind(".//s:arc", space)
    }
    assert arcs["IDO1", "Th17 cell"] == "negative influence"
    assert arcs["PGE2", "Th17 cell"] == "unknown influence"
    assert arcs["MSC", "Treg"] == "positive influence"


def test_an_activity_flow_keeps_the_rules_of_sbgn(drawn: KnowledgeGraph, tmp_path: Path) -> None:
    """Schema, specification and schematron rules, as libsbgn has them."""
    libsbgnpy = pytest.importorskip("libsbgnpy")
    file = write_figure(drawn, "MSC", "Th17 cell", tmp_path / "a.sbgn")
    assert libsbgnpy.validate(file) == []
    assert libsbgnpy.validate_schematron(file) == []
    wrong = tmp_path / "wrong.sbgn"
    wrong.write_text(file.read_text("utf-8").replace("biological activity", "phenotype"), "utf-8")
    assert libsbgnpy.validate_schematron(wrong)


def test_a_slide_has_shapes_to_move(drawn: KnowledgeGraph, tmp_path: Path) -> None:
    pptx = pytest.importorskip("pptx")
    file = write_figure(drawn, "MSC", "Th17 cell", tmp_path / "a.pptx")
    (slide,) = pptx.Presentation(io.BytesIO(file.read_bytes())).slides
    shapes = {shape.name: shape for shape in slide.shapes}
    assert shapes[PGE2].text_frame.text == "PGE2"
    assert not [shape for shape in slide.shapes if shape.shape_type is None]
    assert f"{MSC} up {PGE2}" in shapes
    assert "against:" in slide.notes_slide.notes_text_frame.text


@pytest.mark.parametrize(("ending", "start"), [(".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_pictures_for_print(drawn: KnowledgeGraph, tmp_path: Path, ending: str, start: bytes) -> None:
    pytest.importorskip("cairosvg")
    file = write_figure(drawn, "MSC", "Th17 cell", tmp_path / f"a{ending}", width=85)
    assert file.read_bytes().startswith(start)


def test_what_cannot_be_drawn_is_said(drawn: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"one of \.svg"):
        write_figure(drawn, "MSC", "Th17 cell", tmp_path / "a.gif")
    with pytest.raises(ValueError, match="width is 20"):
        write_figure(drawn, "MSC", "Th17 cell", tmp_path / "a.svg", width=20)
    with pytest.raises(NotFound, match="Nothing curated"):
        write_figure(drawn, "Th17 cell", "MSC", tmp_path / "a.svg")
    design = next(f.study_design for f in drawn.findings.values())
    part = drawn.keep_settings(design=design).keep_findings(lambda f: f.subject != TREG)
    with pytest.raises(
        NotFound, match=r"under the filter, .* but 1 finding without it, says what Treg"
    ):
        write_figure(part, "Treg", "Th17 cell", tmp_path / "a.svg")
    with pytest.raises(NotFound, match="both ends"):
        write_figure(drawn, "MSC", "MSC", tmp_path / "a.svg")
