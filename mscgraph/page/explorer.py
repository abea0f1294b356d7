"""The explorer page: our own template, filled with styles, script and data."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING

from markupsafe import Markup

from mscgraph.page import on_page
from mscgraph.page.data import page_data
from mscgraph.page.template import asset, bundle, json_element, lean, policy, templates
from mscgraph.render.drawing import opening_view, weight
from mscgraph.render.placement import place_by_role
from mscgraph.render.verdict import KINDS, association_kind, kind_of, verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.page import Overlay
    from mscgraph.render.drawing import Contents

_BARE = "#frame, .tools { display: none !important; } html, body { height: auto; }"  # without script
_MOST_RELATIONS = 250
_SAFE = str.maketrans("<>&`", "./,:")
_STYLES = ("ground", "base", "graph", "panels", "overlay")


def render_explorer(
    kg: KnowledgeGraph, contents: Contents, *, title: str, overlay: Overlay | None = None
) -> str:
    """Return the page as text."""
    data = page_data(kg, contents) | {"part": contents.part}
    version = hashlib.sha256(_json(data)).hexdigest()[:12]
    data |= {"title": title, "version": version, "picture": _opening_picture(kg, contents)}
    script, unpack = bundle("page/assets/main.js"), bundle("page/assets/unpack.js")
    style = lean("\n".join(asset(f"{name}.css") for name in _STYLES))
    template = templates().get_template("explorer.html.jinja")
    return template.render(
        title=title,
        script=Markup(_packed(script.encode())),  # noqa: S704 - our own files, no data in them
        unpack=Markup(unpack),  # noqa: S704
        style=Markup(style),  # noqa: S704
        bare=Markup(_BARE),  # noqa: S704
        policy=policy(scripts=(script, unpack), styles=(style, _BARE)),
        relations=_best_relations(kg, contents),
        count=len(contents.pairs),
        part=data["part"],
        version=version,
        data=Markup(_packed(_json(data))),  # noqa: S704 - no character that HTML takes for markup
        overlay=json_element(on_page(overlay, contents), name="overlay"),
    )


def _opening_picture(kg: KnowledgeGraph, contents: Contents) -> dict[str, list[tuple[int, ...]]]:
    """The boxes and lines that the page opens on, with the place of every box."""
    shown, pairs = opening_view(kg, contents)
    at = {identifier: i for i, identifier in enumerate(contents.entities)}
    places = place_by_role(kg, shown, pairs)
    return {
        "nodes": [(at[entity], *places[entity]) for entity in shown],
        "lines": [(at[cause], at[target]) for cause, target in pairs],
    }


def _best_relations(kg: KnowledgeGraph, contents: Contents) -> list[tuple[str, ...]]:
    """What a reader without script sees: cause, effect, target, grade, and how many findings say what."""
    ranked = sorted(contents.pairs, key=lambda pair: (weight(contents.pairs[pair]), pair))
    best = sorted(ranked[:_MOST_RELATIONS], key=lambda pair: tuple(map(kg.name, pair)))
    rows: list[tuple[str, ...]] = []
    for cause, target in best:
        v = verdict(kg, contents.pairs[cause, target])
        kind, words = v.kind, v.words
        if not words:  # no finding says anything, other sources do
            kinds = Counter(association_kind(kg, a) for a in contents.pairs[cause, target])
            kind, words = KINDS[kind_of(kinds)], "stated by other sources"
        rows.append((kg.name(cause), f"{kind.sign} {kind.words}", kg.name(target), v.grade, words))
    return rows


def _packed(data: bytes) -> str:
    """Data compressed, five characters for four bytes; none of them means anything in HTML."""
    return base64.b85encode(gzip.compress(data, 9, mtime=0)).decode().translate(_SAFE)


def _json(data: Mapping[str, object]) -> bytes:
    return json.dumps(data, separators=(",", ":")).encode()
