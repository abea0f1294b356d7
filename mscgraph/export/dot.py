r"""DOT, the language of GraphViz: a drawing from left to right, every column kept as an attribute.

A backslash is written twice and a line break as ``\n``, as GraphViz's own texts (escString) are; names in
labels also write ``&`` as ``&amp;``. ``dot -Tsvg`` draws a path or a slice, ``sfdp -Tsvg`` all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.export.format_table import Loss
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
    from collections.abc import Mapping
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph

_HEADS = {
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


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write one statement a line."""
    net = text_network(kg, form)
    lines = []
    for node in net.nodes:
        label = node["name"].replace("&", "&amp;")
        shape = {"shape": "ellipse"} if node["category"] == "Cell" else {}
        lines.append(f"  {_quoted(node['id'])} [{_listed({'label': label} | shape | flat(node))}];\n")
    for edge in net.edges:
        look = {
            "arrowhead": _head(edge),
            "color": INK[edge["drawn_as"]],
            "style": "dashed" if edge["drawn_as"] in DASHED else "solid",
            "penwidth": WIDTHS.get(edge["grade"], 1.0),
        }
        ends = f"{_quoted(edge['subject'])} -> {_quoted(edge['object'])}"
        lines.append(f"  {ends} [{_listed(look | beside_ends(edge))}];\n")
    target.write_text(_HEAD + "".join(lines) + "}\n", encoding="utf-8", newline="\n")
    why = "every attribute is a text: true and 3 are read as such by whoever knows"
    typed = sum(not isinstance(value, str | list) for edge in net.edges for value in edge.values())
    return Loss("types of numbers and booleans", typed, why), flattened(net), *network_losses(kg, net)


def _head(edge: Mapping[str, object]) -> str:
    return "box" if edge["drawn_as"] == "effect_and_no_effect" else _HEADS[str(edge["effect"])]


def _listed(row: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={_quoted(_text(value))}" for name, value in row.items())


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
