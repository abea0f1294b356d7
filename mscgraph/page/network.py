"""pyvis assembles nodes, lines and options; the page around them is ours.

pyvis's own page draws a moving picture with a library of 500 kB and puts every string of the data into
markup. So only its ``Network`` is used, with our Jinja environment, which escapes, and our template.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup
from pyvis.edge import Edge
from pyvis.network import Network
from pyvis.node import Node

from mscgraph.page.data import page_data
from mscgraph.page.embedding import json_block, policy
from mscgraph.page.overlay import on_page
from mscgraph.page.packing import lay_out, pack, to_letters
from mscgraph.page.part import landing
from mscgraph.render.layered import box_width, place
from mscgraph.render.roles import ROLES, roles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.page.overlay import Overlay
    from mscgraph.page.part import Part

__all__ = ["render"]

# Inlined in this order: each file uses only what those before it define, but for the wiring in main.
_SCRIPTS = (
    "unpack", "read", "grading", "names", "state", "evidence", "facets", "search", "selection", "place",
    "routes", "draw", "camera", "forest", "panel", "conditions",
    "answer", "side", "table", "figure", "export", "overlay", "main",
)  # fmt: skip
_STYLES = ("ground", "base", "graph", "panels", "overlay")
_TEMPLATE = "index.html.jinja"


def render(kg: KnowledgeGraph, part: Part, *, title: str, overlay: Overlay | None = None) -> str:
    """Return the page as text."""
    role = roles(kg, part)
    net = _assemble(kg, part, role)
    data = page_data(kg, part, role)
    data |= {"title": title, "version": _version(data)}
    script, style = _script(), _joined(_STYLES, "css")
    net.templateEnv = Environment(
        loader=FunctionLoader(_asset), autoescape=True, undefined=StrictUndefined
    )
    net.path = _TEMPLATE
    net.templateEnv.globals.update(
        title=title,
        script=Markup(script),  # noqa: S704 - our own files, no data in them
        style=Markup(style),  # noqa: S704
        policy=policy(scripts=(script,), styles=(style,)),
        embed=lambda nodes, edges: _embed(data, nodes, edges),
        overlay=json_block(on_page(overlay, part), "overlay"),
    )
    html: str = net.generate_html()
    return html


def _assemble(kg: KnowledgeGraph, part: Part, role: Mapping[str, str]) -> Network:
    """The opening picture as a pyvis network with fixed positions and no physics."""
    shown, lines = landing(part)
    widths = {identifier: box_width(kg.name(identifier)) for identifier in shown}
    columns = [[e for e in shown if role[e] == name] for name in ROLES]
    middles = place(columns, lines, widths)
    at = {identifier: i for i, identifier in enumerate(part.entities)}
    # Undirected, pyvis would drop the second of two opposite edges. Its add_node and add_edge look
    # every id up in a list, which is quadratic; they append what is appended here.
    net = Network(directed=True)
    net.options.physics.enabled = False
    for identifier in shown:
        x, y = middles[identifier]
        node = Node(
            at[identifier], "box", label=kg.name(identifier), group=role[identifier], x=x, y=y,
            physics=False,
        )  # fmt: skip
        net.nodes.append(node.options)
        net.node_ids.append(at[identifier])
        net.node_map[at[identifier]] = node.options
    for cause, target in lines:
        net.edges.append(Edge(at[cause], at[target], directed=True).options)
    return net


def _embed(data: dict[str, Any], nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> Markup:
    """The data block: letters in which nothing can end the script element."""
    picture = {
        "nodes": [[node["id"], node["x"], node["y"]] for node in nodes],
        "lines": [[edge["from"], edge["to"]] for edge in edges],
    }
    text = to_letters(pack(data | {"picture": picture}))
    return Markup(f'<script type="application/octet-stream" id="data">{text}</script>')  # noqa: S704


def _asset(name: str) -> str:
    return files("mscgraph.page").joinpath("assets", name).read_text(encoding="utf-8")


def _joined(names: tuple[str, ...], suffix: str) -> str:
    return "\n".join(_asset(f"{name}.{suffix}") for name in names)


def _script() -> str:
    return f'(async () => {{\n"use strict";\n{_joined(_SCRIPTS, "js")}}})();\n'


def _version(data: dict[str, Any]) -> str:
    """The data by its content: two pages with one version hold the same findings."""
    return hashlib.sha256(lay_out(data)).hexdigest()[:12]
