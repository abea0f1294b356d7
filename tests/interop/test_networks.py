"""CX2, Cytoscape.js, GraphML, GEXF, DOT and SIF, read back by others than their writers."""

import json
import re
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import igraph
import networkx as nx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.errors import DataError
from mscgraph.export import export
from mscgraph.export.network import (
    DASHED,
    EDGE_COLUMNS,
    HEADS,
    INK,
    NO_DIRECTION,
    NODE_COLUMNS,
    ExportNetwork,
    network,
)
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import association_id
from mscgraph.text.names import fold

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from ndex2.cx2 import RawCX2NetworkFactory, SIFToCX2NetworkFactory

NETWORKS = ("cx2", "cyjs", "graphml", "gexf", "dot", "sif")
Rename = Callable[[str], KnowledgeGraph]
Rows = dict[str, dict[str, Any]]
Reader = Callable[[Path], tuple[Rows, Rows]]
RunNode = Callable[[str, str, Path], dict[str, list[dict[str, Any]]]]
Reading = Callable[[str], tuple[str, Reader]]
HERE = Path(__file__).parent


def split(text: str) -> list[str]:
    """The parts of a list that was written as one text."""
    parts, part, plain = [], "", iter(text)
    for character in plain:
        if character == "|":
            parts.append(part)
            part = ""
        else:
            part += next(plain) if character == "\\" else character
    return [*parts, part] if text else []


def typed(row: dict[str, Any], columns: dict[str, type]) -> dict[str, Any]:
    """A row of texts as a row of our types; what is not there is an empty text or list."""
    found: dict[str, Any] = {}
    for name, kind in columns.items():
        value = row.get(name)
        if kind is list:
            found[name] = split(value or "") if isinstance(value, str | None) else value
        elif kind is str:
            found[name] = "" if value is None else value
        elif kind is bool:
            found[name] = {"true": True, "false": False}.get(value, value)
        elif value is not None and str(value) != "nan":  # igraph has NaN for what is not there
            found[name] = kind(value)
    return found


def by_id(rows: list[dict[str, Any]], columns: dict[str, type]) -> Rows:
    return {row["id"]: typed(row, columns) for row in rows}


def read_cx2(path: Path) -> tuple[Rows, Rows]:
    held = RawCX2NetworkFactory().get_cx2network(json.loads(path.read_bytes()))
    nodes = {i: node["v"] for i, node in held.get_nodes().items()}
    edges = [
        edge["v"] | {"subject": nodes[edge["s"]]["id"], "object": nodes[edge["t"]]["id"]}
        for edge in held.get_edges().values()
    ]
    return by_id(list(nodes.values()), NODE_COLUMNS), by_id(edges, EDGE_COLUMNS)


def read_cyjs(path: Path) -> tuple[Rows, Rows]:
    held = json.loads(path.read_bytes())["elements"]
    edges = [
        e["data"] | {"subject": e["data"]["source"], "object": e["data"]["target"]}
        for e in held["edges"]
    ]
    return by_id([n["data"] for n in held["nodes"]], NODE_COLUMNS), by_id(edges, EDGE_COLUMNS)


def of_networkx(graph: nx.MultiDiGraph) -> tuple[Rows, Rows]:
    nodes = [{**data, "id": node} for node, data in graph.nodes(data=True)]
    edges = [
        {**data, "id": key, "subject": a, "object": b}
        for a, b, key, data in graph.edges(keys=True, data=True)
    ]
    return by_id(nodes, NODE_COLUMNS), by_id(edges, EDGE_COLUMNS)


def read_graphml(path: Path) -> tuple[Rows, Rows]:
    return of_networkx(nx.read_graphml(path, force_multigraph=True))


def read_gexf(path: Path) -> tuple[Rows, Rows]:
    return of_networkx(nx.MultiDiGraph(nx.read_gexf(path)))


def read_igraph(path: Path) -> tuple[Rows, Rows]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that it takes the attribute and not the edge's own id
        graph = igraph.Graph.Read_GraphML(str(path))
    names = graph.vs["id"] if graph.vcount() else []
    edges = [e.attributes() | {"subject": names[e.source], "object": names[e.target]} for e in graph.es]
    return by_id([v.attributes() for v in graph.vs], NODE_COLUMNS), by_id(edges, EDGE_COLUMNS)


@pytest.fixture(scope="session")
def run_node(node_package: Callable[[str], str]) -> RunNode:
    """What a program in JavaScript reads."""

    def run(form: str, package: str, path: Path) -> dict[str, list[dict[str, Any]]]:
        done = subprocess.run(
            [node_package(package), "networks.js", form, path],
            capture_output=True, cwd=HERE, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        found: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
        return found

    return run


@pytest.fixture(scope="session")
def reading(run_node: RunNode) -> Reading:
    """The format of a reader of :data:`READERS`, and what reads it."""

    def of(reader: str) -> tuple[str, Reader]:
        form, read = READERS[reader]
        return form, read if callable(read) else by_node(run_node, form, read)

    return of


def by_node(run: RunNode, form: str, package: str) -> Reader:
    def read(path: Path) -> tuple[Rows, Rows]:
        found = run(form, package, path)
        if form == "dot":
            found = {name: [unescaped(row) for row in rows] for name, rows in found.items()}
        return by_id(found["nodes"], NODE_COLUMNS), by_id(found["edges"], EDGE_COLUMNS)

    return read


def unescaped(row: dict[str, Any]) -> dict[str, Any]:
    """Texts without GraphViz's escapes."""
    return {
        name: re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], value)
        if isinstance(value, str)
        else value
        for name, value in row.items()
    }


# What reads each format: a function here, or a package of npm.
READERS: dict[str, tuple[str, Reader | str]] = {
    "ndex2": ("cx2", read_cx2),
    "json": ("cyjs", read_cyjs),
    "networkx": ("graphml", read_graphml),
    "igraph": ("graphml", read_igraph),
    "networkx-gexf": ("gexf", read_gexf),
    "cytoscape": ("cyjs", "cytoscape"),
    "graphology": ("gexf", "graphology-gexf"),
    "graphviz": ("dot", "@viz-js/viz"),
}

SLOW = ("cytoscape", "graphology", "graphviz")  # programs of their own, started anew for every file


def held(net: ExportNetwork) -> tuple[Rows, Rows]:
    return by_id(net.nodes, NODE_COLUMNS), by_id(net.edges, EDGE_COLUMNS)


@pytest.fixture(scope="module")
def slice_(kg: KnowledgeGraph) -> KnowledgeGraph:
    """A slice whose associations are disputed by findings outside it."""
    return mg.keep_paths(kg, mg.find_paths(kg, "MSC", "Th17 cell", max_length=2, k=20))


@pytest.mark.parametrize("reader", [name for name in READERS if name != "graphviz"])
def test_the_whole_graph_comes_back(
    kg: KnowledgeGraph, reading: Reading, reader: str, tmp_path: Path
) -> None:
    form, read = reading(reader)
    assert read(export(kg, form, tmp_path / "graph").target) == held(network(kg))


@pytest.mark.parametrize("reader", READERS)
def test_a_slice_comes_back_with_what_speaks_against_it(
    slice_: KnowledgeGraph, reading: Reading, reader: str, tmp_path: Path
) -> None:
    form, read = reading(reader)
    nodes, edges = read(export(slice_, form, tmp_path / "graph").target)
    assert (nodes, edges) == held(network(slice_))
    for identifier, association in slice_.associations.items():
        edge = edges[identifier]
        assert (edge["subject"], edge["object"]) == (association.subject, association.object)
        assert edge.get("sign") == (None if association.sign is None else int(association.sign))
        assert edge["disputing_findings"] == [f.id for f in association.disputing]
        assert edge["contested"] is association.is_contested
    assert any(edge["contested"] for edge in edges.values())


@pytest.mark.parametrize("reader", READERS)
def test_an_empty_graph(kg: KnowledgeGraph, reading: Reading, reader: str, tmp_path: Path) -> None:
    form, read = reading(reader)
    nothing = kg.keep_findings(lambda finding: False)
    done = export(nothing, form, tmp_path / "graph")
    assert read(done.target) == ({}, {})
    assert [loss.field for loss in done.losses] == ["Entity"]


HOSTILE = ('"</script> \\" \\N &amp; <b>😀</b> -> [a];\n\t|\\', "]]><!-- ' %s \\n é | \\| \\G")
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('\t\n"\\<>&|;{}[]'), min_size=1
)


@pytest.mark.parametrize("reader", [name for name in READERS if name not in SLOW])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts)
@example(HOSTILE[0])
@example(HOSTILE[1])
def test_any_text_comes_back(
    rename: Rename, reading: Reading, tmp_path: Path, reader: str, text: str
) -> None:
    form, read = reading(reader)
    if "\ufffe" in text or "\uffff" in text:
        text = fold(text) or "x"
    small = rename(text)
    assert read(export(small, form, tmp_path / "graph").target) == held(network(small))


@pytest.mark.parametrize("reader", SLOW)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back(
    rename: Rename, reading: Reading, tmp_path: Path, reader: str, text: str
) -> None:
    form, read = reading(reader)
    small = rename(text)
    assert read(export(small, form, tmp_path / "graph").target) == held(network(small))


@pytest.mark.parametrize("form", ["graphml", "gexf", "dot"])
@pytest.mark.parametrize("text", ["a\0b", "a\x1bb", "a\rb", "a\ufffeb", "a\x0bb"])
def test_what_xml_cannot_hold_is_refused_and_named(
    rename: Rename, tmp_path: Path, form: str, text: str
) -> None:
    with pytest.raises(DataError, match=r"CL:0000134.*control character"):
        export(rename(text), form, tmp_path / "graph")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("form", "read"), [("cx2", read_cx2), ("cyjs", read_cyjs)])
def test_json_holds_control_characters(rename: Rename, tmp_path: Path, form: str, read: Any) -> None:
    small = rename("a\0b\x1b\r\u2028")
    assert read(export(small, form, tmp_path / "graph").target) == held(network(small))


@pytest.mark.parametrize("form", NETWORKS)
def test_two_builds_are_the_same_bytes(kg: KnowledgeGraph, form: str, tmp_path: Path) -> None:
    one = export(kg, form, tmp_path / "one").target.read_bytes()
    assert export(mg.load(kg.folder), form, tmp_path / "two").target.read_bytes() == one


def test_gexf_knows_no_date_and_no_version(slice_: KnowledgeGraph, tmp_path: Path) -> None:
    text = export(slice_, "gexf", tmp_path / "graph.gexf").target.read_text(encoding="utf-8")
    assert "lastmodified" not in text
    assert "NetworkX" not in text


def test_graphml_never_leaves_a_boolean_out(kg: KnowledgeGraph, tmp_path: Path) -> None:
    root = ET.parse(export(kg, "graphml", tmp_path / "g").target).getroot()  # our own file
    space = "{http://graphml.graphdrawing.org/xmlns}"
    truths = {key.get("id") for key in root.iter(f"{space}key") if key.get("attr.type") == "boolean"}
    assert truths == {"contested", "readout"}
    for edge in root.iter(f"{space}edge"):
        held = {data.get("key"): data.text for data in edge if data.get("key") in truths}
        assert held.keys() == truths
        assert set(held.values()) <= {"true", "false"}


def test_cx2_declares_what_it_holds_and_draws_by_sign(kg: KnowledgeGraph, tmp_path: Path) -> None:
    raw = json.loads(export(kg, "cx2", tmp_path / "g.cx2").target.read_bytes())
    aspects = {name: value for part in raw for name, value in part.items()}
    declared = aspects["attributeDeclarations"][0]
    python = {"string": str, "integer": int, "double": float, "boolean": bool, "list_of_string": list}
    for kind in ("nodes", "edges"):
        for row in aspects[kind]:
            for name, value in row["v"].items():
                assert type(value) is python[declared[kind][name]["d"]]
    assert {m["name"]: m["elementCount"] for m in aspects["metaData"]}["edges"] == len(kg.associations)
    assert raw[0] == {"CXVersion": "2.0", "hasFragments": False}
    assert raw[-1] == {"status": [{"success": True}]}
    style = aspects["visualProperties"][0]["edgeMapping"]
    shown = {name: {m["v"]: m["vp"] for m in what["definition"]["map"]} for name, what in style.items()}
    assert shown["EDGE_TARGET_ARROW_SHAPE"]["increase"] == "triangle"
    assert shown["EDGE_TARGET_ARROW_SHAPE"]["decrease"] == "tee"
    assert shown["EDGE_LINE_STYLE"] == dict.fromkeys(DASHED, "dashed")
    looks = shown["EDGE_LINE_COLOR"]
    assert len({looks["increase"], looks["decrease"], looks["contested"], looks["null"]}) == 4
    read = RawCX2NetworkFactory().get_cx2network(raw)
    places = {node["v"]["id"]: (node["x"], node["y"]) for node in read.get_nodes().values()}
    assert places == network(kg).places


def test_cytoscape_draws_what_is_meant(
    slice_: KnowledgeGraph, run_node: RunNode, tmp_path: Path
) -> None:
    found = run_node("cyjs", "cytoscape", export(slice_, "cyjs", tmp_path / "g.cyjs").target)
    assert {row["id"]: (row["place"]["x"], row["place"]["y"]) for row in found["nodes"]} == network(
        slice_
    ).places
    for edge in found["edges"]:
        red, green, blue = bytes.fromhex(INK[edge["drawn_as"]][1:])
        assert edge["look"] == {
            "line-style": "dashed" if edge["drawn_as"] in DASHED else "solid",
            "target-arrow-shape": NO_DIRECTION
            if edge["drawn_as"] == "effect_and_no_effect"
            else HEADS[edge["effect"]],
            "line-color": f"rgb({red},{green},{blue})",
        }
    heads = {edge["effect"]: edge["look"]["target-arrow-shape"] for edge in found["edges"]}
    assert heads["increase"] == "triangle"
    assert heads["decrease"] == "tee"


def test_every_edge_has_a_look(kg: KnowledgeGraph, root: Path) -> None:
    edges = network(kg).edges
    assert {edge["drawn_as"] for edge in edges} <= INK.keys()
    assert {edge["effect"] for edge in edges} <= HEADS.keys()
    assert set(DASHED) <= INK.keys()
    style = (root / "mscgraph/page/assets/ground.css").read_text(encoding="utf-8")
    for variable, look in {
        "up": "increase",
        "down": "decrease",
        "both": "contested",
        "mixed": "effect_and_no_effect",
        "grey": "null",
    }.items():
        assert f"--{variable}: {INK[look]};" in style, (
            "the page and the exports draw in one set of colours"
        )
    effects: dict[tuple[str, str], set[str]] = {}
    for edge in edges:
        effects.setdefault((edge["subject"], edge["object"]), set()).add(edge["effect"])
    for edge in edges:
        assert (edge["drawn_as"] == "contested") <= edge["contested"]
        if edge["drawn_as"] == "effect_and_no_effect":  # of the pair: findings apart need not dispute
            seen = effects[edge["subject"], edge["object"]]
            assert "no_effect" in seen
            assert seen & {"increase", "decrease", "unknown"}


def test_boxes_do_not_lie_on_each_other(kg: KnowledgeGraph) -> None:
    net = network(kg)
    assert net.places.keys() == {node["id"] for node in net.nodes}
    assert len(set(net.places.values())) == len(net.nodes)


def test_sif_gives_back_ids_and_signs(kg: KnowledgeGraph, tmp_path: Path) -> None:
    text = export(kg, "sif", tmp_path / "g.sif").target.read_text(encoding="utf-8")
    theirs = SIFToCX2NetworkFactory().get_cx2network(text)
    names = {i: node["v"]["name"] for i, node in theirs.get_nodes().items()}
    found = {}
    for edge in theirs.get_edges().values():
        predicate, aspect, sign = edge["v"]["interaction"].split("|")
        key = names[edge["s"]], predicate, names[edge["t"]], aspect
        found[association_id(*key)] = {"+": 1, "-": -1, "0": 0, "": None}[sign]
    assert found == {a.id: a.sign for a in kg.associations.values()}


@pytest.mark.parametrize("form", NETWORKS)
def test_losses_are_true(slice_: KnowledgeGraph, form: str, tmp_path: Path) -> None:
    done = export(slice_, form, tmp_path / "graph")
    losses = {loss.field: loss.records for loss in done.losses}
    ends = {end for a in slice_.associations.values() for end in (a.subject, a.object)}
    assert losses["Entity"] == len(slice_.entities) - len(ends)
    assert losses["Finding"] == len(slice_.findings)
    text = done.target.read_text(encoding="utf-8")
    said = [f.statement for f in slice_.findings.values() if f.statement]
    assert not any(statement in text for statement in said)
    assert all(loss.why for loss in done.losses)
