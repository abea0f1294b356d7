"""KGX: Biolink nodes and edges, as a folder of TSV or of JSON Lines.

JSON Lines lose nothing: the findings lie in a third file, and :func:`read` gives the same graph
back. TSV has no way to write a line break, a tab or a bar inside a value, and holds no findings table.

KGX 2.6 keys edges in memory by subject, predicate and object alone, and so merges associations that differ
in a qualifier, such as increase and decrease: transform with ``--stream``, which keeps every edge.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from mscgraph.biolink import category
from mscgraph.export.format_table import Loss
from mscgraph.export.kgx_edges import OWN, described, edges_of, treatments_of
from mscgraph.export.part import findings_of, publications_of
from mscgraph.tables.cells import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Entity, Finding, Publication

# field of an entity or publication → KGX property; those of ours carry the prefix
KEPT = {
    "Entity": {
        "id": "id", "name": "name", "definition": "description", "synonyms": "synonym", "xrefs": "xref",
        "taxon": "taxon", "label": "full_name", "category": f"{OWN}category", "parents": f"{OWN}parents",
        "part_of": f"{OWN}part_of", "derives_from": f"{OWN}derives_from", "role": f"{OWN}role",
        "more_is": f"{OWN}more_is",
    },
    "Publication": {
        "id": "id", "title": "name", "authors": f"{OWN}authors", "pmid": f"{OWN}pmid",
        "pmcid": f"{OWN}pmcid", "doi": f"{OWN}doi",
        "journal": f"{OWN}journal", "year": f"{OWN}year", "study_design": f"{OWN}study_design",
        "status": f"{OWN}status", "included_studies": f"{OWN}included_studies",
        "licence": f"{OWN}licence",
    },
}  # fmt: skip

STATED = f"{OWN}statements"
_JOURNAL_ARTICLE = "fabio:JournalArticle"
_PREPRINT = "fabio:Preprint"


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write nodes, edges and, as JSON Lines, findings."""
    target.mkdir(exist_ok=True)
    nodes, edges = nodes_of(kg), edges_of(kg)
    if form == "kgx-jsonl":
        _write_lines(target / "nodes.jsonl", nodes)
        _write_lines(target / "edges.jsonl", edges)
        _write_lines(target / "findings.jsonl", map(finding_record, findings_of(kg)))
        return ()
    changed = _write_table(target / "nodes.tsv", nodes) + _write_table(target / "edges.tsv", edges)
    return (
        Loss(
            "Finding", len(kg.findings), "KGX TSV has nodes and edges; an edge names its findings by id"
        ),
        Loss("bars, tabs and line breaks in a value", changed, "KGX TSV has no way to escape them"),
    )


def nodes_of(kg: KnowledgeGraph) -> list[dict[str, Any]]:
    """Return entities, publications and treatments as Biolink nodes, by id."""
    stated = Counter(subject for (subject, *_), found in kg.stated.items() for _ in found)
    nodes = [
        *(_entity(entity) | _counted(stated[entity.id]) for entity in described(kg)),
        *map(_publication, publications_of(kg)),
        *(node for node, _ in treatments_of(kg)),
    ]
    return sorted(nodes, key=lambda node: str(node["id"]))


def _entity(entity: Entity) -> dict[str, Any]:
    node: dict[str, Any] = {"id": entity.id, "category": [category(entity.category)]}
    node |= _properties("Entity", entity)
    if entity.category == "ClinicalAttribute":  # Biolink requires it of every attribute
        node["has_attribute_type"] = entity.id
    return node


def _counted(statements: int) -> dict[str, int]:
    """How many statements of others have a node as subject, so that a reader sees when one is gone."""
    return {STATED: statements} if statements else {}


def _publication(paper: Publication) -> dict[str, Any]:
    kind = _PREPRINT if paper.status == "preprint" else _JOURNAL_ARTICLE
    node = {"id": paper.id, "category": ["biolink:Publication"], "publication_type": [kind]}
    same = [f"PMC:{paper.pmcid}" if paper.pmcid else "", f"DOI:{paper.doi}" if paper.doi else ""]
    xrefs = [name for name in same if name not in ("", paper.id)]
    return node | ({"xref": xrefs} if xrefs else {}) | _properties("Publication", paper)


def _properties(kind: str, record: Entity | Publication) -> dict[str, Any]:
    values = {}
    for field, name in KEPT[kind].items():
        value = getattr(record, field)
        if field == "included_studies":
            value = [f"{count} {design}" for count, design in value]
        if value:
            values[name] = list(value) if isinstance(value, tuple) else value
    return values


def finding_record(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON: its fields, lists as lists."""
    return {
        name: list(value) if isinstance(value := getattr(finding, name), tuple) else value
        for name in type(finding).__match_args__
    }


def _write_lines(path: Path, records: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _write_table(path: Path, records: list[dict[str, Any]]) -> int:
    """Write KGX TSV: no quotes, lists joined by ``|``; return in how many records a value changed."""
    first = ("id", "category", "name", "subject", "predicate", "object")
    used = {key for record in records for key in record}
    columns = [key for key in first if key in used]
    columns += sorted(used.difference(first), key=lambda key: (key.startswith(OWN), key))
    changed = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("\t".join(columns) + "\n")
        for record in records:
            cells = [[_text(v) for v in _each(record.get(key))] for key in columns]
            clean = [[_clean(text) for text in cell] for cell in cells]
            changed += clean != cells
            file.write("\t".join("|".join(cell) for cell in clean) + "\n")
    return changed


def _each(value: object) -> Iterator[object]:
    if isinstance(value, list):
        yield from value
    elif value is not None:
        yield value


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else text_of(value)


def _clean(text: str) -> str:
    """A value that stays one value: a bar looks like a bar and separates nothing."""
    text = text.replace("|", "¦")
    return text if text.isprintable() else " ".join(text.split())
