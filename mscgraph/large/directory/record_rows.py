"""Records into rows of the graph directory, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.large.directory.parquet_columns import OURS, TABLES
from mscgraph.model import NOT_REPORTED, Entity, Finding, KnowledgeSource, Publication
from mscgraph.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association

__all__ = [
    "association_row",
    "finding_row",
    "keys_of",
    "node_row",
    "publication_row",
    "to_entity",
    "to_finding",
    "to_publication",
    "to_sources",
]

Row = dict[str, Any]
_LEVEL = "knowledge_assertion"


def keys_of(texts: Iterable[str]) -> list[str]:
    """The folded forms of names, without doubles, sorted.

    >>> keys_of(["IL-10", "interleukin 10", "il10"])
    ['il10', 'interleukin10']
    """
    return sorted({fold(text) for text in texts} - {""})


def node_row(entity: Entity, source: str = OURS) -> Row:
    """An entity as a row of ``nodes``."""
    return {
        "id": entity.id,
        "name": entity.name,
        "category": entity.category,
        "label": entity.label,
        "taxon": entity.taxon,
        "definition": entity.definition,
        "role": entity.role,
        "more_is": entity.more_is,
        "synonyms": list(entity.synonyms),
        "xrefs": list(entity.xrefs),
        "parents": list(entity.parents),
        "part_of": list(entity.part_of),
        "derives_from": list(entity.derives_from),
        "keys": keys_of((entity.id, entity.name, entity.label, *entity.synonyms, *entity.xrefs)),
        "source": source,
    }


def to_entity(row: Mapping[str, Any]) -> Entity:
    """An entity from a row of ``nodes``."""
    return Entity(
        id=row["id"],
        name=row["name"],
        category=row["category"],
        label=row["label"],
        synonyms=tuple(row["synonyms"]),
        xrefs=tuple(row["xrefs"]),
        parents=tuple(row["parents"]),
        part_of=tuple(row["part_of"]),
        derives_from=tuple(row["derives_from"]),
        taxon=row["taxon"],
        definition=row["definition"],
        role=row["role"],
        more_is=row["more_is"],
    )


def association_row(kg: KnowledgeGraph, edge: Association) -> Row:
    """An association that has findings as a row of ``associations``."""
    supporting = edge.supporting
    papers = sorted({finding.publication for finding in supporting})
    years = [int(y) for y in (kg.publications[paper].year for paper in papers) if y.isdigit()]
    agents = {finding.agent_type for finding in edge.findings}
    return {
        "id": edge.id,
        "subject": edge.subject,
        "predicate": edge.predicate,
        "object": edge.object,
        "aspect": edge.aspect,
        "sign": None if edge.sign is None else int(edge.sign),
        "cost": edge.grade.cost,
        "ends": bool(supporting) and edge.is_readout,
        "contested": edge.is_contested,
        "grade": edge.grade.letter,
        "rung": int(edge.grade.rung),
        "studies": edge.grade.studies,
        "supporting": len(supporting),
        "disputing": len(edge.disputing),
        "inconclusive": len(edge.inconclusive),
        "other_settings": len(edge.other_settings),
        "year": max(years, default=None),
        "taxa": sorted(set().union(*(finding.taxa for finding in supporting))),
        "systems": sorted({finding.system for finding in supporting} - {"", NOT_REPORTED}),
        "primary_knowledge_source": OURS,
        "knowledge_level": _LEVEL,
        "agent_type": _most_trusted(agents),
        "publications": papers,
        "sources": [],
    }


_AGENTS = ("manual_agent", "manual_validation_of_automated_agent", "text_mining_agent")


def _most_trusted(agents: set[str]) -> str:
    return next((agent for agent in _AGENTS if agent in agents), "not_provided")


def finding_row(finding: Finding) -> Row:
    """A finding as a row of ``findings``: every field under its own name."""
    return {
        column.name: list(value) if isinstance(value, tuple) else value
        for column in TABLES["findings"]
        for value in (getattr(finding, column.name),)
    }


def to_finding(row: Mapping[str, Any]) -> Finding:
    """A finding from a row of ``findings``."""
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    return Finding(**values)


def publication_row(paper: Publication) -> Row:
    """A publication as a row of ``publications``."""
    row = {c.name: getattr(paper, c.name) for c in TABLES["publications"]}
    return row | {"included_studies": [f"{count} {plan}" for count, plan in paper.included_studies]}


def to_publication(row: Mapping[str, Any]) -> Publication:
    """A publication from a row of ``publications``."""
    parts = (part.partition(" ") for part in row["included_studies"])
    studies = tuple((int(count), design) for count, _, design in parts)
    return Publication(**{**row, "included_studies": studies})


def to_sources(rows: Iterable[Mapping[str, Any]]) -> tuple[KnowledgeSource, ...]:
    """The statements of others from the column ``sources``."""
    return tuple(KnowledgeSource(**{**row, "publications": tuple(row["publications"])}) for row in rows)
