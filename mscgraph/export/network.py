"""The graph as nodes and edges with plain values, for every format that is a picture or a network.

CX2, Cytoscape.js, GraphML, GEXF and DOT hold the same columns under the same names, listed in
:data:`NODE_COLUMNS` and :data:`EDGE_COLUMNS`; what they draw is in ``effect`` and ``drawn_as``, and
``INK``, ``HEADS`` and ``WIDTHS`` say how, in the colours of the page, which people who are blind to red
and green can distinguish.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError
from mscgraph.export.part import SIDES, associations_by_id, facts, plain
from mscgraph.model import Entity, PredicateKind, effect_word
from mscgraph.named_tuples import NamedTuple
from mscgraph.render.drawing import choose_contents
from mscgraph.render.placement import column_of, place_by_role
from mscgraph.render.verdict import KINDS, verdict
from mscgraph.schema import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association

Row = dict[str, Any]

# field of an entity → column of a node
_NODE = {
    name: {"label": "ontology_label", "parents": "subclass_of"}.get(name, name)
    for name in (
        "id", "name", "category", "label", "taxon", "definition", "role", "synonyms", "xrefs",
        "parents", "part_of", "derives_from",
    )
}  # fmt: skip
NODE_COLUMNS: Mapping[str, type] = {
    column: list if columns_of(Entity)[field].many else str for field, column in _NODE.items()
}
EDGE_COLUMNS: Mapping[str, type] = {
    **dict.fromkeys(("id", "subject", "object", "predicate", "aspect", "kind", "effect"), str),
    "sign": int, "drawn_as": str, "contested": bool, "readout": bool, "grade": str, "strength": float,
    "cost": int, "evidence_level": str, "studies": int,
    **dict.fromkeys((*SIDES, "year"), int),
    **{f"{side.removesuffix('s')}_findings": list for side in SIDES},
    **dict.fromkeys(("publications", "disputing_publications", "taxa", "systems"), list),
}  # fmt: skip
# Of what other sources state: only in a graph that holds such statements.
_STATED: Mapping[str, type] = dict.fromkeys(("knowledge_sources", "records", "licences"), list)

# drawn_as → colour: those of the page in daylight.
INK: Mapping[str, str] = {
    "increase": KINDS["up"].colour,
    "decrease": KINDS["down"].colour,
    "contested": KINDS["both"].colour,
    "effect_and_no_effect": KINDS["mixed"].colour,
    "unknown": KINDS["open"].colour,
    "null": KINDS["null"].colour,
    "correlation": KINDS["correlation"].colour,
    "observation": KINDS["observation"].colour,
    "description": KINDS["description"].colour,
    "unsupported": KINDS["void"].colour,
}
DASHED = ("effect_and_no_effect", "null", "correlation", "observation", "unsupported")
# effect → how the line ends: an arrow that is contested or unsupported still says which way. What was
# missed as often as it was seen has no direction: its edge ends in NO_DIRECTION.
HEADS: Mapping[str, str] = {
    "increase": "triangle",
    "decrease": "tee",
    "unknown": "diamond",
    "no_effect": "circle",
    "not_an_effect": "none",
}
NO_DIRECTION = "square"
# Beyond this many boxes no column fits a screen, and the tool that opens the file lays out better.
_MOST_PLACED = 2000

_NOT_TEXT = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class ExportNetwork(NamedTuple):
    """Nodes and edges in the order of their ids, and the middle of every box in pixels, y downwards.

    Rows hold the columns of :data:`NODE_COLUMNS` and :data:`EDGE_COLUMNS`. A number that there is not
    (``sign`` of what is no effect, ``cost`` of what nothing supports, ``year``) is left out of its row;
    texts, lists and booleans are always there. ``places`` is empty for graphs too large to be drawn.
    """

    nodes: list[Row]
    edges: list[Row]
    places: Mapping[str, tuple[int, int]]
    rights: str

    @property
    def edge_columns(self) -> Mapping[str, type]:
        """The columns of the edges: of a graph with statements of others, theirs too."""
        stated = any("licences" in row for row in self.edges)
        return {**EDGE_COLUMNS, **_STATED} if stated else EDGE_COLUMNS


def network(kg: KnowledgeGraph) -> ExportNetwork:
    """Return the associations of a graph or slice as edges, and the entities at their ends as nodes.

    Examples
    --------
    >>> import mscgraph as mg
    >>> net = network(mg.load())
    >>> net.edges[0]["id"].partition(":")[0]
    'MSCGA'
    """
    ends = {end for a in kg.associations.values() for end in (a.subject, a.object)}
    contents = choose_contents(kg)
    used = sorted(ends)
    places: Mapping[str, tuple[int, int]] = {}
    if len(used) <= _MOST_PLACED:
        pairs = [pair for pair in contents.pairs if ends.issuperset(pair)]
        places = place_by_role(kg, used, pairs)
    return ExportNetwork(
        [_node(kg.entities[end]) for end in used],
        [_edge(kg, association) for association in associations_by_id(kg)],
        places,
        _rights(kg),
    )


def _rights(kg: KnowledgeGraph) -> str:
    """Under which licence a graph may be passed on: ours, and those of what others state."""
    sources = {s.primary_knowledge_source for found in kg.stated.values() for s in found}
    theirs = sorted(f"{source}: {kg.tables.licence_of(source)}" for source in sources)
    return "; ".join(["CC BY 4.0", *(f"what is stated by {one}" for one in theirs)])


def _node(entity: Entity) -> Row:
    row = {column: plain(getattr(entity, field)) for field, column in _NODE.items()}
    return row | {"role": column_of(entity)}


def _edge(kg: KnowledgeGraph, edge: Association) -> Row:
    kind, said = kg.predicates[edge.predicate].kind, facts(edge)
    years = [kg.publications[finding.publication].year for finding in edge.supporting]
    papers = {paper for source in edge.sources for paper in source.publications}
    sources = {source.primary_knowledge_source for source in edge.sources}
    no_effect = "no_effect" if kind is PredicateKind.NULL else "not_an_effect"
    row = {
        **edge._asdict(),
        **said,
        "kind": kind.value,
        "effect": no_effect if edge.sign is None else effect_word(edge.sign),
        "drawn_as": _drawn_as(kg, kind, edge),
        "strength": round(said["strength"], 6),
        "year": max((int(year) for year in years if year.isdecimal()), default=None),
        "publications": sorted(papers.union(said["publications"])),
        "knowledge_sources": sorted(sources),
        "records": sorted({source.record for source in edge.sources} - {""}),
        "licences": sorted(set(map(kg.tables.licence_of, sources))),
    }
    for side in SIDES:
        row[side] = len(getattr(edge, side))
        row[f"{side.removesuffix('s')}_findings"] = [f.id for f in getattr(edge, side)]
    columns = (*EDGE_COLUMNS, *(_STATED if edge.sources else ()))
    return {name: row[name] for name in columns if row[name] is not None}


def _drawn_as(kg: KnowledgeGraph, kind: PredicateKind, edge: Association) -> str:
    if kind in {PredicateKind.STRUCTURE, PredicateKind.OBSERVATION}:  # as the verdict of a pair has it
        return "description"
    if kind is not PredicateKind.EFFECT:
        return str(kind.value)
    if not edge.supporting:
        return effect_word(edge.sign or 0) if edge.sources else "unsupported"
    if verdict(kg, [edge]).kind.id == "mixed":
        return "effect_and_no_effect"
    return "contested" if edge.is_contested else effect_word(edge.sign or 0)


def counts_of(kg: KnowledgeGraph, net: ExportNetwork) -> dict[str, int]:
    """How many papers are cited, entities left out and lists and numbers written as texts."""
    rows = (*net.nodes, *net.edges)
    cited = {p for row in net.edges for p in row["publications"] + row["disputing_publications"]}
    return {
        "cited": len(cited),
        "unconnected": len(kg.entities) - len(net.nodes),
        "lists": sum(isinstance(v, list) and bool(v) for row in rows for v in row.values()),
        "typed": sum(not isinstance(v, str | list) for row in net.edges for v in row.values()),
    }


def flat(row: Row) -> dict[str, str | int | float | bool]:
    r"""Return a row with every list as one text: ``|`` between parts, ``\|`` and ``\\`` inside them.

    >>> flat({"id": "X:1", "synonyms": ["a", "b|c"]})
    {'id': 'X:1', 'synonyms': 'a|b\\|c'}
    """
    return {
        name: "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in value)
        if isinstance(value, list)
        else value
        for name, value in row.items()
    }


def beside_ends(edge: Row) -> dict[str, str | int | float | bool]:
    """Return an edge's values without its two nodes, flat, for formats that name those apart."""
    return {name: value for name, value in flat(edge).items() if name not in ("subject", "object")}


def text_network(kg: KnowledgeGraph, form: str) -> ExportNetwork:
    """Return :func:`network` for a format that XML and C programs read: no control characters.

    Raises
    ------
    DataError
        Names the record, the column and the character.
    """
    net = network(kg)
    for row in chain(net.nodes, net.edges):
        for column, value in row.items():
            texts = value if isinstance(value, list) else [value] if isinstance(value, str) else ()
            for text in texts:
                if found := _NOT_TEXT.search(text):
                    raise DataError(
                        f"{row['id']!r} holds the control character {found[0]!r}, which {form} cannot "
                        f"hold: take it out of the {column}, or export cx2, cyjs or RDF",
                        column=column,
                        value=text,
                    )
    return net
