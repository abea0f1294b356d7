"""The graph as nodes and edges with plain values, for every format that is a picture or a network.

CX2, Cytoscape.js, GraphML, GEXF and DOT hold the same columns under the same names, listed in
:data:`NODE_COLUMNS` and :data:`EDGE_COLUMNS`; what they draw is in ``effect`` and ``drawn_as``, and
``INK``, ``HEADS`` and ``WIDTHS`` say how, in the colours of the page, which people who are blind to red
and green can distinguish.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from mscgraph.errors import DataError
from mscgraph.export.format_table import Loss
from mscgraph.model import NOT_REPORTED, PredicateKind, Sign, effect_word
from mscgraph.render.drawing import choose_contents
from mscgraph.render.roles import column_of, place_by_role
from mscgraph.render.verdict import KINDS, WIDTHS, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Entity, Finding

__all__ = [
    "DASHED",
    "EDGE_COLUMNS",
    "HEADS",
    "INK",
    "NODE_COLUMNS",
    "NO_DIRECTION",
    "WIDTHS",
    "ExportNetwork",
    "beside_ends",
    "flat",
    "flattened",
    "network",
    "network_losses",
    "rights_of",
    "text_network",
]

Row = dict[str, Any]

NODE_COLUMNS: Mapping[str, type] = {
    "id": str,
    "name": str,
    "category": str,
    "ontology_label": str,
    "taxon": str,
    "definition": str,
    "role": str,
    "synonyms": list,
    "xrefs": list,
    "subclass_of": list,
    "part_of": list,
    "derives_from": list,
}
EDGE_COLUMNS: Mapping[str, type] = {
    "id": str,
    "subject": str,
    "object": str,
    "predicate": str,
    "aspect": str,
    "kind": str,
    "effect": str,
    "sign": int,
    "drawn_as": str,
    "contested": bool,
    "readout": bool,
    "grade": str,
    "strength": float,
    "cost": int,
    "evidence_level": str,
    "studies": int,
    "supporting": int,
    "disputing": int,
    "inconclusive": int,
    "other_settings": int,
    "year": int,
    "supporting_findings": list,
    "disputing_findings": list,
    "inconclusive_findings": list,
    "other_setting_findings": list,
    "publications": list,
    "disputing_publications": list,
    "taxa": list,
    "systems": list,
}
# Of what other sources state: only in a graph that holds such statements.
STATED_COLUMNS: Mapping[str, type] = {"knowledge_sources": list, "records": list, "licences": list}

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
        more = any(STATED_COLUMNS.keys() & row for row in self.edges)
        return {**EDGE_COLUMNS, **STATED_COLUMNS} if more else EDGE_COLUMNS


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
        [_edge(kg, association) for _, association in sorted(kg.associations.items())],
        places,
        rights_of(kg),
    )


def rights_of(kg: KnowledgeGraph) -> str:
    """Under which licence a graph may be passed on: ours, and those of what others state."""
    sources = {s.primary_knowledge_source for found in kg.stated.values() for s in found}
    theirs = sorted(f"{source}: {kg.tables.licence_of(source)}" for source in sources)
    return "; ".join(["CC BY 4.0", *(f"what is stated by {one}" for one in theirs)])


def _node(entity: Entity) -> Row:
    return {
        "id": entity.id,
        "name": entity.name,
        "category": entity.category,
        "ontology_label": entity.label,
        "taxon": entity.taxon,
        "definition": entity.definition,
        "role": column_of(entity),
        "synonyms": list(entity.synonyms),
        "xrefs": list(entity.xrefs),
        "subclass_of": list(entity.parents),
        "part_of": list(entity.part_of),
        "derives_from": list(entity.derives_from),
    }


def _edge(kg: KnowledgeGraph, edge: Association) -> Row:
    kind = kg.predicates[edge.predicate].kind
    years = [kg.publications[finding.publication].year for finding in edge.supporting]
    row = {
        "id": edge.id,
        "subject": edge.subject,
        "object": edge.object,
        "predicate": edge.predicate,
        "aspect": edge.aspect,
        "kind": kind.value,
        "effect": _effect(kind, edge.sign),
        "sign": None if edge.sign is None else int(edge.sign),
        "drawn_as": _drawn_as(kg, kind, edge),
        "contested": edge.is_contested,
        "readout": edge.is_readout,
        "grade": edge.grade.letter,
        "strength": round(edge.grade.strength, 6),
        "cost": edge.grade.cost,
        "evidence_level": edge.grade.evidence_level.name.lower(),
        "studies": edge.grade.studies,
        "supporting": len(edge.supporting),
        "disputing": len(edge.disputing),
        "inconclusive": len(edge.inconclusive),
        "other_settings": len(edge.other_settings),
        "year": max((int(year) for year in years if year.isdecimal()), default=None),
        "supporting_findings": _ids(edge.supporting),
        "disputing_findings": _ids(edge.disputing),
        "inconclusive_findings": _ids(edge.inconclusive),
        "other_setting_findings": _ids(edge.other_settings),
        "publications": sorted(
            {
                *(finding.publication for finding in edge.findings),
                *(paper for source in edge.sources for paper in source.publications),
            }
        ),
        "disputing_publications": sorted({finding.publication for finding in edge.disputing}),
        "taxa": sorted({taxon for finding in edge.findings for taxon in finding.taxa}),
        "systems": sorted({finding.system for finding in edge.findings} - {NOT_REPORTED}),
    }
    if edge.sources:
        sources = {source.primary_knowledge_source for source in edge.sources}
        row |= {
            "knowledge_sources": sorted(sources),
            "records": sorted({source.record for source in edge.sources} - {""}),
            "licences": sorted({kg.tables.licence_of(source) for source in sources}),
        }
    return {name: value for name, value in row.items() if value is not None}


def _ids(findings: Iterable[Finding]) -> list[str]:
    return [finding.id for finding in findings]


def _effect(kind: PredicateKind, sign: Sign | None) -> str:
    if sign is not None:
        return effect_word(sign)
    return "no_effect" if kind is PredicateKind.NULL else "not_an_effect"


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


def network_losses(kg: KnowledgeGraph, net: ExportNetwork) -> tuple[Loss, ...]:
    """Return what no network format holds: what findings and papers say, and what nothing connects."""
    cited = {p for row in net.edges for p in row["publications"] + row["disputing_publications"]}
    return (
        Loss(
            "Finding", len(kg.findings), "an edge holds ids, numbers and papers, not what each one says"
        ),
        Loss("Publication", len(cited), "an edge holds the ids of papers, not their titles"),
        Loss("Grade.reasons", len(net.edges), "an edge holds the grade, not its reasons"),
        Loss("Entity", len(kg.entities) - len(net.nodes), "no association here has it at an end"),
        Loss(
            "KnowledgeSource.relation, .knowledge_level, .agent_type",
            sum(map(len, kg.stated.values())),
            "an edge holds who states it, their records, papers and licences, not in which words",
        ),
    )


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


def flattened(net: ExportNetwork) -> Loss:
    """Return the loss of writing lists as texts, for formats without lists."""
    lists = sum(
        isinstance(v, list) and bool(v) for row in chain(net.nodes, net.edges) for v in row.values()
    )
    return Loss("lists", lists, r"no type for a list: one text with | between parts, \| inside them")


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
