"""Cytoscape.js JSON: elements, places and style in one object, which ``cytoscape()`` takes as it is.

Cytoscape's "Import network from file" reads the same file. Ids are those of the graph, as ``data.id``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mscgraph.export.network import DASHED, HEADS, INK, NO_DIRECTION, WIDTHS, network, network_losses

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.export.format_table import Loss
    from mscgraph.graph import KnowledgeGraph


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write the options of a ``cytoscape()`` call, one element a line."""
    del form
    net = network(kg)
    nodes = []
    for node in net.nodes:
        element: dict[str, Any] = {"data": node}
        if net.places:
            x, y = net.places[node["id"]]
            element["position"] = {"x": x, "y": y}
        nodes.append(element)
    edges = [
        {"data": edge | {"source": edge["subject"], "target": edge["object"]}} for edge in net.edges
    ]
    rest = {
        "format_version": "1.0",
        "generated_by": "mscgraph",
        "data": {"name": "mscgraph", "rights": net.rights},
        "layout": {"name": "preset" if net.places else "cose"},
        "style": _style(),
    }
    # A script may hold this text: nothing in it can end a script element.
    lines = [
        "{" + json.dumps(rest, ensure_ascii=True)[1:-1] + ', "elements": {"nodes": [',
        ",\n".join(json.dumps(node, ensure_ascii=True) for node in nodes),
        '], "edges": [',
        ",\n".join(json.dumps(edge, ensure_ascii=True) for edge in edges),
        "]}}\n",
    ]
    target.write_text("\n".join(lines).replace("<", "\\u003c"), encoding="ascii", newline="\n")
    return network_losses(kg, net)


def _style() -> list[dict[str, Any]]:
    node = {
        "label": "data(name)",
        "shape": "round-rectangle",
        "width": 110,
        "height": 26,
        "font-size": 12,
        "color": "#1b1f24",
        "background-color": "#f5f7f9",
        "border-width": 1,
        "border-color": "#55606c",
        "text-valign": "center",
        "text-wrap": "ellipsis",
        "text-max-width": "104px",
    }
    edge = {"curve-style": "bezier", "width": 1.4, "line-color": INK["unknown"]}
    return [
        {"selector": "node", "style": node},
        {"selector": 'node[category = "Cell"]', "style": {"shape": "ellipse"}},
        {"selector": "edge", "style": edge},
        *(
            {
                "selector": f'edge[drawn_as = "{look}"]',
                "style": {
                    "line-color": ink,
                    "target-arrow-color": ink,
                    "line-style": "dashed" if look in DASHED else "solid",
                },
            }
            for look, ink in INK.items()
        ),
        *(
            {"selector": f'edge[effect = "{effect}"]', "style": {"target-arrow-shape": head}}
            for effect, head in HEADS.items()
        ),
        {
            "selector": 'edge[drawn_as = "effect_and_no_effect"]',
            "style": {"target-arrow-shape": NO_DIRECTION},
        },
        *(
            {"selector": f'edge[grade = "{letter}"]', "style": {"width": width}}
            for letter, width in WIDTHS.items()
        ),
    ]
