"""The familiar pyvis look: vis-network with boxes to drag, yet with fixed places and nothing fetched.

pyvis's own page fetches two style sheets and a script, and lets physics move the picture until it may
settle; a graph of thousands of lines never does. Here pyvis assembles nodes, lines and options, our
template holds the library that pyvis ships, and every place is computed beforehand.
"""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup
from pyvis.edge import Edge
from pyvis.network import Network
from pyvis.node import Node

from mscgraph.explain.words import counted, relation_in_words
from mscgraph.page.template import asset, json_element, policy, templates
from mscgraph.render.placement import (
    BOX_HEIGHT,
    ROLES,
    ROW,
    column_of,
    place_by_role,
    role_words,
    short,
)
from mscgraph.render.verdict import KINDS, WIDTHS, Verdict, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association
    from mscgraph.render.drawing import Contents, Pair

_LIBRARY = "templates/lib/vis-9.1.2"
_UNTANGLED = 1_500  # lines; ordering more so that few cross takes long and shows nothing
_TALLEST = 40  # boxes that stand above each other in a column of a large graph, at least
_WIDE, _HIGH, _GAP = 190, ROW + BOX_HEIGHT // 2, 120  # space of a box there, and between two roles
_TOLD = 6  # statements of a tooltip
# How a line ends, by kind: sign is never colour alone.
_ENDS = {
    "up": "arrow", "down": "bar", "both": "diamond", "mixed": "box", "null": "circle", "open": "vee",
}  # fmt: skip
_GROUPS = {
    "source": "#d5dae0", "cue": "#f1dca7", "factor": "#bfe0f5", "receptor": "#bfe8d6",
    "signal": "#e6e2ad", "cell": "#cfd8f8", "effect": "#f5cfc4", "outcome": "#f0cbe0",
}  # fmt: skip


def render_classic(kg: KnowledgeGraph, contents: Contents, *, title: str) -> str:
    """Return the page as text."""
    net = _assemble(kg, contents)
    library = files("pyvis").joinpath(_LIBRARY)
    script = library.joinpath("vis-network.min.js").read_text(encoding="utf-8")
    style = library.joinpath("vis-network.css").read_text(encoding="utf-8")
    own_script, own_style = asset("classic.js"), asset("classic.css")
    net.templateEnv = templates()
    net.path = "classic.html.jinja"
    net.templateEnv.globals.update(
        title=title,
        kinds=[(kind, _ENDS.get(name, "")) for name, kind in KINDS.items()],
        scripts=[Markup(script), Markup(own_script)],  # noqa: S704 - our own files and the library's
        styles=[Markup(style), Markup(own_style)],  # noqa: S704
        policy=policy(scripts=(script, own_script), styles=(style, own_style)),
        embed=lambda nodes, edges: json_element({"nodes": nodes, "edges": edges}, name="data"),
    )
    html: str = net.generate_html()
    return html


def _assemble(kg: KnowledgeGraph, contents: Contents) -> Network:
    shown = contents.drawn
    at = {identifier: i for i, identifier in enumerate(shown)}
    middles = _places(kg, shown, list(contents.pairs))
    # Undirected, pyvis would drop the second of two opposite lines.
    net = Network(directed=True)
    net.options.physics.enabled = False
    for identifier in shown:
        x, y = middles[identifier]
        entity = kg.entities[identifier]
        words = [entity.name, role_words(kg, entity), entity.id, entity.definition]
        node = Node(
            at[identifier], "box", label=short(entity.name), title="\n".join(w for w in words if w),
            color=_GROUPS[column_of(entity)], x=x, y=y, physics=False,
        )  # fmt: skip
        net.nodes.append(node.options)
    for (cause, target), found in contents.pairs.items():
        said = verdict(kg, found)
        kind, end = said.kind, _ENDS.get(said.kind.id, "")
        edge = Edge(
            at[cause], at[target], directed=True, color=kind.colour, title=_tooltip(kg, found, said)
        )
        edge.options["width"] = WIDTHS.get(said.grade, 1.2)
        edge.options["arrows"] = {"to": {"enabled": bool(end), "type": end or "arrow"}}
        if kind.dashes:
            edge.options["dashes"] = list(kind.dashes)
        net.edges.append(edge.options)
    return net


def _tooltip(kg: KnowledgeGraph, found: Sequence[Association], said: Verdict) -> str:
    """Every side with its counts, and the statements with most support."""
    rows = [f"{said.kind.words}: {said.words}"]
    ranked = sorted(found, key=lambda a: (-len(a.supporting), a.id))
    for one in ranked[:_TOLD]:
        against = f", {len(one.disputing)} against" if one.disputing else ""
        support = counted(len(one.supporting), "finding")
        rows.append(f"{relation_in_words(kg, one)}: {support} for{against}")
    if len(ranked) > _TOLD:
        rows.append(f"and {counted(len(ranked) - _TOLD, 'more statement')}")
    return "\n".join(rows)


def _places(
    kg: KnowledgeGraph, shown: Sequence[str], lines: Sequence[Pair]
) -> dict[str, tuple[int, int]]:
    """The middle of every box; a large graph stands in blocks by role, best connected on top."""
    if len(lines) <= _UNTANGLED:
        middles = place_by_role(kg, shown, lines)
        xs, ys = zip(*middles.values(), strict=True) if middles else ((0,), (0,))
        wide, tall = max(xs) - min(xs), max(ys) - min(ys)
        # A wide picture is drawn as tall as a screen is, so that its lines lie apart.
        stretch = min(3.0, max(1.0, wide / (2 * tall))) if tall else 1.0
        return {identifier: (x, round(y * stretch)) for identifier, (x, y) in middles.items()}
    degree = Counter(end for pair in lines for end in pair)
    middles, left = {}, 0
    # As many in a column as make the whole about twice as wide as it is high.
    tall = max(_TALLEST, round((_WIDE * len(shown) / (2 * _HIGH)) ** 0.5))
    for name in ROLES:
        members = sorted(
            (e for e in shown if column_of(kg.entities[e]) == name), key=lambda e: (-degree[e], e)
        )
        for i, identifier in enumerate(members):
            middles[identifier] = (left + (i // tall) * _WIDE, (i % tall) * _HIGH)
        left += -(-len(members) // tall) * _WIDE + (_GAP if members else 0)
    return middles
