"""Our own KGX JSON Lines back into the graph that wrote them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError
from mscgraph.export.kgx import KEPT, STATED
from mscgraph.export.kgx_edges import OWN, edges_of
from mscgraph.export.record_reading import graph_of, record_of
from mscgraph.model import Entity, Finding, Place, Publication
from mscgraph.tables.folder import utf8_text

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from mscgraph.export.record_reading import Located
    from mscgraph.graph import KnowledgeGraph


def read_kgx(folder: str | os.PathLike[str]) -> KnowledgeGraph:
    """Read a graph from a folder that ``export(kg, "kgx-jsonl", folder)`` wrote.

    Nodes, findings and the statements of others are read; our edges are derived anew from the findings, so
    that a file cannot claim a grade that its findings do not earn. Lists and texts come back as they were.

    Returns
    -------
    KnowledgeGraph
        The graph, equal to the one that was exported.

    Raises
    ------
    DataError
        When a file is missing or a line is broken, with file, line and reason; or when there are no
        findings, because the KGX is somebody else's.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> mg.read_kgx(mg.export(kg, "kgx-jsonl", "kgx").target) == kg
    True
    """
    place = Path(folder)
    entities, publications, stated = [], [], Counter[str]()
    for where, node in _lines(place / "nodes.jsonl"):
        if "biolink:Publication" in node.get("category", ()):
            values = _fields("Publication", node)
            publications.append((where, record_of(Publication, values, where)))
        elif f"{OWN}category" in node:
            stated[node.get("id", "")] = node.get(STATED, 0)
            entities.append((where, record_of(Entity, _fields("Entity", node), where)))
    findings = [
        (where, record_of(Finding, values, where)) for where, values in _lines(place / "findings.jsonl")
    ]
    edges = list(_lines(place / "edges.jsonl"))
    statements = [(where, _statement(edge)) for where, edge in edges if f"{OWN}licence" in edge]
    kg = graph_of(entities, publications, findings, statements)
    named = {finding for _, edge in edges for finding in edge.get("has_evidence", ())}
    wrong = named.symmetric_difference(kg.findings)
    wrong |= {edge.get("id") for _, edge in edges} ^ {edge["id"] for edge in edges_of(kg)}
    stated.subtract(edge["subject"] for _, edge in edges if f"{OWN}licence" in edge)
    wrong |= {key for key, count in stated.items() if count}
    if wrong:
        raise DataError(
            f"nodes, edges and findings do not belong together, such as {min(map(str, wrong))}: a line was "
            "lost or added; export it again",
            file=str(place / "edges.jsonl"),
        )
    return kg


def _statement(edge: dict[str, Any]) -> dict[str, Any]:
    """What another source states, from its edge, under the names of our columns."""
    own = {name.removeprefix(OWN): value for name, value in edge.items() if name.startswith(OWN)}
    relation = {"relation": edge["original_predicate"]} if "original_predicate" in edge else {}
    return {**edge, **own, **relation}


def _fields(kind: str, node: dict[str, Any]) -> dict[str, Any]:
    return {field: node[name] for field, name in KEPT[kind].items() if name in node}


def _lines(path: Path) -> Iterator[Located]:
    if not path.is_file():
        raise DataError(
            "cannot be read; a folder of kgx-jsonl holds nodes.jsonl, edges.jsonl and findings.jsonl",
            file=str(path),
        )
    lines = utf8_text(path).removesuffix("\n").split("\n")
    for number, line in enumerate(lines if any(lines) else (), start=1):
        where = Place(str(path), number)
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:  # also a number of too many digits
            raise DataError(f"broken JSON: {error}", **where._asdict()) from None
        if not isinstance(record, dict):
            raise DataError("a line is no JSON object", **where._asdict())
        yield where, record
