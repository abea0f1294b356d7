"""Our own KGX JSON Lines back into the graph that wrote them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError
from mscgraph.export.kgx import KEPT
from mscgraph.export.kgx_edges import OWN
from mscgraph.export.record_reading import graph_of, record_of
from mscgraph.model import Entity, Finding, Place, Publication

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from mscgraph.export.record_reading import Located
    from mscgraph.graph import KnowledgeGraph

__all__ = ["read_kgx"]


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
    entities, publications = [], []
    for where, node in _lines(place / "nodes.jsonl"):
        if "biolink:Publication" in node.get("category", ()):
            values = _fields("Publication", node)
            publications.append((where, record_of(Publication, values, where)))
        elif f"{OWN}category" in node:
            entities.append((where, record_of(Entity, _fields("Entity", node), where)))
    findings = [
        (where, record_of(Finding, values, where)) for where, values in _lines(place / "findings.jsonl")
    ]
    statements = [
        (where, _statement(edge))
        for where, edge in _lines(place / "edges.jsonl")
        if f"{OWN}licence" in edge
    ]
    return graph_of(entities, publications, findings, statements)


def _statement(edge: dict[str, Any]) -> dict[str, Any]:
    """What another source states, from its edge, under the names of our columns."""
    own = {name.removeprefix(OWN): value for name, value in edge.items() if name.startswith(OWN)}
    relation = {"relation": edge["original_predicate"]} if "original_predicate" in edge else {}
    return {**edge, **own, **relation}


def _fields(kind: str, node: dict[str, Any]) -> dict[str, Any]:
    return {field: node[name] for field, name in KEPT[kind].items() if name in node}


def _lines(path: Path) -> Iterator[Located]:
    try:
        file = path.open(encoding="utf-8", newline="\n")
    except OSError as error:
        raise DataError(
            f"cannot be read: {error.strerror}; a folder of kgx-jsonl holds nodes.jsonl, edges.jsonl and "
            "findings.jsonl",
            file=str(path),
        ) from None
    with file:
        for number, line in enumerate(_decoded(file, path), start=1):
            where = Place(str(path), number)
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:  # also a number of too many digits
                raise DataError(f"broken JSON: {error}", file=where.file, line=number) from None
            if not isinstance(record, dict):
                raise DataError("a line is no JSON object", file=where.file, line=number)
            yield where, record


def _decoded(file: Any, path: Path) -> Iterator[str]:
    try:
        yield from file
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 at byte {error.start}", file=str(path)) from None
