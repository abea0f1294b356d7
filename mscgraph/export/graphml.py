"""GraphML and GEXF through networkx, with nothing in them that changes from day to day.

The id of an association is the edge's id and, once more, its attribute ``id``: igraph 1.0 reads an edge's
own id wrongly (it answers with the ids of nodes) unless there is such an attribute, which it prefers with
a warning. Lists are texts with ``|`` between parts (:func:`~mscgraph.export.network.flat`). Booleans are
always there: igraph reads one that is missing as false. networkx takes lxml where it finds it, and another
writer would write other bytes, so its plain writer is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.export.network import (
    DASHED,
    INK,
    WIDTHS,
    beside_ends,
    flat,
    flattened,
    network_losses,
    text_network,
)

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx

    from mscgraph.export.format_table import Loss
    from mscgraph.export.network import ExportNetwork
    from mscgraph.graph import KnowledgeGraph


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write GraphML or GEXF 1.2, UTF-8."""
    net = text_network(kg, form)
    {"graphml": _write_graphml, "gexf": _write_gexf}[form](net, target)
    return (flattened(net), *network_losses(kg, net))


def _graph(net: ExportNetwork) -> nx.MultiDiGraph[str]:
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for row in net.nodes:
        graph.add_node(row["id"], **{name: v for name, v in flat(row).items() if name != "id"})
    for row in net.edges:
        rest: dict[str, Any] = beside_ends(row)
        graph.add_edge(row["subject"], row["object"], key=row["id"], **rest)
    return graph


def _write_graphml(net: ExportNetwork, target: Path) -> None:
    from networkx.readwrite.graphml import GraphMLWriter

    graph = _graph(net)
    for identifier, (x, y) in net.places.items():
        graph.nodes[identifier].update(x=x, y=y)
    writer = GraphMLWriter(graph, encoding="utf-8", prettyprint=True, named_key_ids=True)
    truths = {key.get("id") for key in writer.xml.iter("key") if key.get("attr.type") == "boolean"}
    for data in writer.xml.iter("data"):
        if data.get("key") in truths:
            data.text = data.text.lower()  # networkx writes True, XML and igraph say true
    with target.open("wb") as file:
        writer.dump(file)


def _write_gexf(net: ExportNetwork, target: Path) -> None:
    from networkx.readwrite.gexf import GEXFWriter

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
                "shape": "dashed" if data["drawn_as"] in DASHED else "solid",
            },
        }
    writer = GEXFWriter(graph, version="1.2draft")
    meta = writer.xml.find("meta")
    writer.xml.remove(meta)  # the date of today and networkx's version
    with target.open("wb") as file:
        writer.write(file)
