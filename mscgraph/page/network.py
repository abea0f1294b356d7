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
from mscgraph.render.contents import opening_view
from mscgraph.render.roles import place_by_role, roles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.page.overlay import Overlay
    from mscgraph.render.contents import Contents

__all__ = ["render"]

# Inlined in this order: each file uses only what those before it define, but for the wiring in main.
_SCRIPTS = (
    "unpack", "read", "grading", "names", "state", "verdict", "evidence", "facets", "search",
    "selection", "place", "routes", "draw", "camera", "forest", "panel", "conditions",
    "answer", "side", "table", "figure", "export", "overlay", "main",
)  # fmt: skip
_STYLES = ("ground", "base", "graph", "panels", "overlay")
_TEMPLATE = "index.html.jinja"


def render(
    kg: KnowledgeGraph, contents: Contents, *, title: str, overlay: Overlay | None = None
) -> str:
    """Return the page as text."""
    role = roles(kg, contents)
    net = _assemble(kg, contents, role)
    data = page_data(kg, contents, role)
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
        overlay=json_block(on_page(overlay, contents), "overlay"),
    )
    html: str = net.generate_html()
    return html


def _assemble(kg: KnowledgeGraph, contents: Contents, role: Mapping[str, str]) -> Network:
    """The opening picture as a pyvis network with fixed positions and no physics."""
    shown, pairs = opening_view(contents)
    middles = place_by_role(kg, shown, pairs, role)
    at = {identifier: i for i, identifier in enumerate(contents.entities)}
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
    for cause, target in pairs:
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
    return "\n".join(_asset(f"{name}.{suffix}") for name in names).replace("\nexport ", "\n")


def _script() -> str:
    return f'(async () => {{\n"use strict";\n{_joined(_SCRIPTS, "js")}}})();\n'


def _version(data: dict[str, Any]) -> str:
    """The data by its content: two pages with one version hold the same findings."""
    return hashlib.sha256(lay_out(data)).hexdigest()[:12]
