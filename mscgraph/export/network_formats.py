r"""The network of :mod:`~mscgraph.export.network` in the formats of programs that draw or compute on it.

CX2: the aspects and their order are those of the CX2 specification 2.0; nodes and edges are numbered, as it
asks, and carry the ids that they have everywhere as ``id``. An empty list is left out.

Cytoscape.js: elements, places and style in one object, which ``cytoscape()`` takes as it is; Cytoscape's
"Import network from file" reads the same file. Ids are those of the graph, as ``data.id``.

GraphML and GEXF: through networkx, with nothing in them that changes from day to day. networkx takes lxml
where it finds it, and another writer would write other bytes, so its plain writer is named. The id of an
association is the edge's id and, once more, its attribute ``id``: igraph 1.0 reads an edge's own id wrongly
(it answers with the ids of nodes) unless there is such an attribute, which it prefers with a warning.
Booleans are always there: igraph reads one that is missing as false.

DOT: a drawing from left to right, every column kept as an attribute. A backslash is written twice and a
line break as ``\n``, as GraphViz's own texts (escString) are; labels also write ``&`` as ``&amp;``.
``dot -Tsvg`` draws a path or a slice, ``sfdp -Tsvg`` all.

SIF: subject, interaction and object, tab-separated, and nothing else. The interaction is
``predicate|aspect|sign``, such as ``increases|apoptosis|-``: the sign is the effect on the object itself
(``+``, ``-``, ``0`` for unknown, empty for what is no effect). Subject, predicate, object and aspect are
what an association's id is made from, so it comes back by :func:`mscgraph.model.association_id`.
"""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError
from mscgraph.export.network import (
    DASHED,
    HEADS,
    INK,
    NO_DIRECTION,
    NODE_COLUMNS,
    beside_ends,
    counts_of,
    flat,
    network,
    text_network,
)
from mscgraph.export.part import HERE, associations_by_id
from mscgraph.render.verdict import WIDTHS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx

    from mscgraph.export.export import Written
    from mscgraph.export.network import ExportNetwork
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association

_TYPES = {str: "string", int: "integer", float: "double", bool: "boolean", list: "list_of_string"}
_ABOUT = {
    "name": "mscgraph",
    "description": (
        "How mesenchymal stem/stromal cells modulate immunity, above all in multiple sclerosis. Every edge "
        "is an association with its findings for and against."
    ),
    "rights": "",
}
_LOOKS: dict[str, dict[str, Any]] = json.loads((HERE / "looks.json").read_bytes())


def _dashed(look: str) -> str:
    return "dashed" if look in DASHED else "solid"


# -- CX2 ----------------------------------------------------------------------------------------------


def cx2(kg: KnowledgeGraph, _form: str) -> Written:
    """The network, its columns' types, its places and its visual style."""
    net = network(kg)
    number = {node["id"]: i for i, node in enumerate(net.nodes)}
    nodes = [
        {"id": i, "v": _held(node) | {"represents": node["id"]}}
        | (dict(zip("xy", net.places[node["id"]], strict=True)) if net.places else {})
        for i, node in enumerate(net.nodes)
    ]
    edges = [
        {
            "id": i,
            "s": number[edge["subject"]],
            "t": number[edge["object"]],
            "v": _held(edge) | {"interaction": edge["predicate"]},
        }
        for i, edge in enumerate(net.edges)
    ]
    declared = {
        "networkAttributes": {name: {"d": "string"} for name in _ABOUT},
        "nodes": _declared({**NODE_COLUMNS, "represents": str}),
        "edges": _declared({**net.edge_columns, "interaction": str}),
    }
    aspects: dict[str, list[Any]] = {
        "attributeDeclarations": [declared],
        "networkAttributes": [_ABOUT | {"rights": net.rights}],
        "nodes": nodes,
        "edges": edges,
        "visualProperties": [_style()],
        # The end of a line follows its effect; what has no direction is styled one by one.
        "edgeBypasses": [
            {"id": i, "v": {"EDGE_TARGET_ARROW_SHAPE": NO_DIRECTION}}
            for i, edge in enumerate(net.edges)
            if edge["drawn_as"] == "effect_and_no_effect"
        ],
        "visualEditorProperties": [
            {"properties": {"nodeSizeLocked": False, "arrowColorMatchesEdge": True}}
        ],
    }
    held = {name: elements for name, elements in aspects.items() if elements}
    document: list[Any] = [
        {"CXVersion": "2.0", "hasFragments": False},
        {"metaData": [{"name": name, "elementCount": len(part)} for name, part in held.items()]},
        *({name: part} for name, part in held.items()),
        {"status": [{"success": True}]},
    ]
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    return text.replace(',{"id":', ',\n{"id":') + "\n", counts_of(kg, net)


def _held(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value != []}


def _declared(columns: Mapping[str, type]) -> dict[str, dict[str, str]]:
    return {name: {"d": _TYPES[kind]} for name, kind in columns.items()}


def _style() -> dict[str, Any]:
    line = dict.fromkeys(("EDGE_LINE_COLOR", "EDGE_TARGET_ARROW_COLOR"), INK["unknown"])
    default = _LOOKS["cx2"]
    return {
        "default": default | {"edge": default["edge"] | line},
        "nodeMapping": {
            "NODE_LABEL": {
                "type": "PASSTHROUGH",
                "definition": {"attribute": "name", "type": "string"},
            },
            "NODE_SHAPE": _mapping("category", {"Cell": "ellipse"}),
        },
        "edgeMapping": {
            "EDGE_LINE_COLOR": _mapping("drawn_as", INK),
            "EDGE_TARGET_ARROW_COLOR": _mapping("drawn_as", INK),
            "EDGE_LINE_STYLE": _mapping("drawn_as", dict.fromkeys(DASHED, "dashed")),
            "EDGE_TARGET_ARROW_SHAPE": _mapping("effect", HEADS),
            "EDGE_WIDTH": _mapping("grade", WIDTHS),
        },
    }


def _mapping(column: str, look: Mapping[str, Any]) -> dict[str, Any]:
    """A discrete mapping: the value of a column → how it looks."""
    values = [{"v": value, "vp": shown} for value, shown in look.items()]
    return {"type": "DISCRETE", "definition": {"attribute": column, "type": "string", "map": values}}


# -- Cytoscape.js -------------------------------------------------------------------------------------


def cyjs(kg: KnowledgeGraph, _form: str) -> Written:
    """The options of a ``cytoscape()`` call, one element a line."""
    net = network(kg)
    nodes = [
        {"data": node}
        | ({"position": dict(zip("xy", net.places[node["id"]], strict=True))} if net.places else {})
        for node in net.nodes
    ]
    edges = [
        {"data": edge | {"source": edge["subject"], "target": edge["object"]}} for edge in net.edges
    ]
    rest = {
        "format_version": "1.0",
        "generated_by": "mscgraph",
        "data": {"name": "mscgraph", "rights": net.rights},
        "layout": {"name": "preset" if net.places else "cose"},
        "style": _selectors(),
    }
    # A script may hold this text: nothing in it can end a script element.
    lines = [
        "{" + json.dumps(rest, ensure_ascii=True)[1:-1] + ', "elements": {"nodes": [',
        ",\n".join(json.dumps(node, ensure_ascii=True) for node in nodes),
        '], "edges": [',
        ",\n".join(json.dumps(edge, ensure_ascii=True) for edge in edges),
        "]}}\n",
    ]
    return "\n".join(lines).replace("<", "\\u003c"), counts_of(kg, net)


def _selectors() -> list[dict[str, Any]]:
    boxes = _LOOKS["cyjs"]
    boxes = boxes | {"edge": boxes["edge"] | {"line-color": INK["unknown"]}}
    lines = {
        look: {"line-color": ink, "target-arrow-color": ink, "line-style": _dashed(look)}
        for look, ink in INK.items()
    }
    styles: list[tuple[str, Mapping[str, object]]] = [
        *boxes.items(),
        *((f'edge[drawn_as = "{look}"]', line) for look, line in lines.items()),
        *((f'edge[effect = "{one}"]', {"target-arrow-shape": head}) for one, head in HEADS.items()),
        ('edge[drawn_as = "effect_and_no_effect"]', {"target-arrow-shape": NO_DIRECTION}),
        *((f'edge[grade = "{letter}"]', {"width": width}) for letter, width in WIDTHS.items()),
    ]
    return [{"selector": selector, "style": style} for selector, style in styles]


# -- GraphML and GEXF ---------------------------------------------------------------------------------


def _graph(net: ExportNetwork) -> nx.MultiDiGraph[str]:
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for row in net.nodes:
        graph.add_node(row["id"], **{name: v for name, v in flat(row).items() if name != "id"})
    for row in net.edges:
        rest: dict[str, Any] = beside_ends(row)
        graph.add_edge(row["subject"], row["object"], key=row["id"], **rest)
    return graph


def graphml(kg: KnowledgeGraph, form: str) -> Written:
    """GraphML, UTF-8, with the places as ``x`` and ``y``."""
    from networkx.readwrite.graphml import GraphMLWriter

    net = text_network(kg, form)
    graph = _graph(net)
    for identifier, (x, y) in net.places.items():
        graph.nodes[identifier].update(x=x, y=y)
    writer = GraphMLWriter(graph, encoding="utf-8", prettyprint=True, named_key_ids=True)
    truths = {key.get("id") for key in writer.xml.iter("key") if key.get("attr.type") == "boolean"}
    for data in writer.xml.iter("data"):
        if data.get("key") in truths:
            data.text = data.text.lower()  # networkx writes True, XML and igraph say true
    content = BytesIO()
    writer.dump(content)
    return content.getvalue(), counts_of(kg, net)


def gexf(kg: KnowledgeGraph, form: str) -> Written:
    """GEXF 1.2, UTF-8, with places and colours."""
    from networkx.readwrite.gexf import GEXFWriter

    net = text_network(kg, form)
    graph = _graph(net)
    for identifier, data in graph.nodes(data=True):
        data["label"] = data["name"]
        if net.places:
            x, y = net.places[identifier]
            data["viz"] = {"position": {"x": x, "y": -y, "z": 0}}  # Gephi's y grows upwards
    for _, _, data in graph.edges(data=True):
        red, green, blue = bytes.fromhex(INK[data["drawn_as"]][1:])
        data |= {
            "label": data["predicate"],
            "viz": {
                "color": {"r": red, "g": green, "b": blue},
                "thickness": WIDTHS.get(data["grade"], 1.0),
                "shape": _dashed(data["drawn_as"]),
            },
        }
    writer = GEXFWriter(graph, version="1.2draft")
    writer.xml.remove(writer.xml.find("meta"))  # the date of today and networkx's version
    content = BytesIO()
    writer.write(content)
    return content.getvalue(), counts_of(kg, net)


# -- DOT ----------------------------------------------------------------------------------------------

_DOT_HEADS = {
    "increase": "normal",
    "decrease": "tee",
    "unknown": "diamond",
    "no_effect": "odot",
    "not_an_effect": "none",
}
_HEAD = """\
digraph mscgraph {
  graph [rankdir=LR, outputorder=edgesfirst];
  node [shape=box, style="rounded,filled", fillcolor="#f5f7f9", color="#55606c", fontname=Helvetica];
  edge [color="#5a6570"];
"""


def dot(kg: KnowledgeGraph, form: str) -> Written:
    """One statement a line."""
    net = text_network(kg, form)
    lines = []
    for node in net.nodes:
        look: dict[str, object] = {"label": node["name"].replace("&", "&amp;")}
        if node["category"] == "Cell":
            look["shape"] = "ellipse"
        lines.append(f"  {_quoted(node['id'])} [{_listed(look | flat(node))}];\n")
    for edge in net.edges:
        undirected = edge["drawn_as"] == "effect_and_no_effect"
        look = {
            "arrowhead": "box" if undirected else _DOT_HEADS[edge["effect"]],
            "color": INK[edge["drawn_as"]],
            "style": _dashed(edge["drawn_as"]),
            "penwidth": WIDTHS.get(edge["grade"], 1.0),
        }
        ends = f"{_quoted(edge['subject'])} -> {_quoted(edge['object'])}"
        lines.append(f"  {ends} [{_listed(look | beside_ends(edge))}];\n")
    return _HEAD + "".join(lines) + "}\n", counts_of(kg, net)


def _listed(row: Mapping[str, object]) -> str:
    texts = ((n, str(v).lower() if isinstance(v, bool) else str(v)) for n, v in row.items())
    return ", ".join(f"{name}={_quoted(text)}" for name, text in texts)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


# -- SIF ----------------------------------------------------------------------------------------------

_SIGNS = {1: "+", -1: "-", 0: "0", None: ""}


def sif(kg: KnowledgeGraph, _form: str) -> Written:
    """One association a line, in the order of their ids."""
    held = associations_by_id(kg)
    ends = {end for association in held for end in (association.subject, association.object)}
    return "".join(map(_line, held)), {
        "cited": len({finding.publication for finding in kg.findings.values()}),
        "ends": len(ends),
        "unconnected": len(kg.entities) - len(ends),
    }


def _line(edge: Association) -> str:
    cells = (edge.subject, f"{edge.predicate}|{edge.aspect}|{_SIGNS[edge.sign]}", edge.object)
    for cell in cells:
        if re.search(r"[\x00-\x20\x7f-\xa0\u2028\u2029]", cell):
            raise DataError(
                f"{edge.id}: {cell!r} holds white space, which ends a cell in SIF", value=cell
            )
    return "\t".join(cells) + "\n"
