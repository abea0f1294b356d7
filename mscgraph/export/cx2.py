"""CX2, the network of Cytoscape 3.10 and later, Cytoscape Web and NDEx, with its look.

The aspects and their order are those of the CX2 specification 2.0; nodes and edges are numbered, as it
asks, and carry the ids that they have everywhere as ``id``. An empty list is left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mscgraph.export.network import (
    DASHED,
    HEADS,
    INK,
    NO_DIRECTION,
    NODE_COLUMNS,
    WIDTHS,
    network,
    network_losses,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mscgraph.export.format_table import Loss
    from mscgraph.graph import KnowledgeGraph

_TYPES = {str: "string", int: "integer", float: "double", bool: "boolean", list: "list_of_string"}
_ABOUT = {
    "name": "mscgraph",
    "description": (
        "How mesenchymal stem/stromal cells modulate immunity, above all in multiple sclerosis. Every edge "
        "is an association with its findings for and against."
    ),
    "rights": "",
}


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write the network, its columns' types, its places and its visual style."""
    del form
    net = network(kg)
    number = {node["id"]: i for i, node in enumerate(net.nodes)}
    nodes = []
    for node in net.nodes:
        row: dict[str, Any] = {"id": number[node["id"]], "v": _held(node) | {"represents": node["id"]}}
        if net.places:
            row["x"], row["y"] = net.places[node["id"]]
        nodes.append(row)
    edges = [
        {
            "id": i,
            "s": number[edge["subject"]],
            "t": number[edge["object"]],
            "v": _held(edge) | {"interaction": edge["predicate"]},
        }
        for i, edge in enumerate(net.edges)
    ]
    aspects: dict[str, list[Any]] = {
        "attributeDeclarations": [
            {
                "networkAttributes": {name: {"d": "string"} for name in _ABOUT},
                "nodes": _declared(NODE_COLUMNS, "represents"),
                "edges": _declared(net.edge_columns, "interaction"),
            }
        ],
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
    document: list[Any] = [
        {"CXVersion": "2.0", "hasFragments": False},
        {
            "metaData": [
                {"name": name, "elementCount": len(held)} for name, held in aspects.items() if held
            ]
        },
        *({name: held} for name, held in aspects.items() if held),
        {"status": [{"success": True}]},
    ]
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    target.write_text(text.replace(',{"id":', ',\n{"id":') + "\n", encoding="ascii", newline="\n")
    return network_losses(kg, net)


def _held(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value != []}


def _declared(columns: Mapping[str, type], *more: str) -> dict[str, dict[str, str]]:
    return {name: {"d": _TYPES[kind]} for name, kind in columns.items()} | {
        n: {"d": "string"} for n in more
    }


def _style() -> dict[str, Any]:
    return {
        "default": {
            "network": {"NETWORK_BACKGROUND_COLOR": "#FFFFFF"},
            "node": {
                "NODE_SHAPE": "round-rectangle",
                "NODE_WIDTH": 110,
                "NODE_HEIGHT": 26,
                "NODE_BACKGROUND_COLOR": "#f5f7f9",
                "NODE_BORDER_COLOR": "#55606c",
                "NODE_BORDER_WIDTH": 1,
                "NODE_LABEL_COLOR": "#1b1f24",
                "NODE_LABEL_FONT_SIZE": 12,
            },
            "edge": {
                "EDGE_LINE_COLOR": INK["unknown"],
                "EDGE_LINE_STYLE": "solid",
                "EDGE_WIDTH": 1.4,
                "EDGE_SOURCE_ARROW_SHAPE": "none",
                "EDGE_TARGET_ARROW_SHAPE": "none",
                "EDGE_TARGET_ARROW_COLOR": INK["unknown"],
            },
        },
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
    return {
        "type": "DISCRETE",
        "definition": {
            "attribute": column,
            "type": "string",
            "map": [{"v": value, "vp": shown} for value, shown in look.items()],
        },
    }
