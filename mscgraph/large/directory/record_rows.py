"""Records into rows of the graph directory, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.large.directory.manifest import OURS
from mscgraph.model import NOT_REPORTED, Entity, Finding, KnowledgeSource, Publication
from mscgraph.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association


Row = dict[str, Any]
_LEVEL = "knowledge_assertion"


def keys_of(texts: Iterable[str]) -> list[str]:
    """The folded forms of names, without doubles, sorted.

    >>> keys_of(["IL-10", "interleukin 10", "il10"])
    ['il10', 'interleukin10']
    """
    return sorted({fold(text) for text in texts} - {""})


def _plain(record: Entity | Finding | Publication) -> Row:
    """Every field of a record under its own name, lists as lists."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in record._asdict().items()
    }


def _values(kind: type[Entity | Finding], row: Mapping[str, Any]) -> Row:
    """The fields of a kind of record from a row, lists as tuples."""
    return {
        name: tuple(value) if isinstance(value := row[name], list) else value for name in kind._fields
    }


def node_row(entity: Entity, source: str = OURS) -> Row:
    """An entity as a row of ``nodes``."""
    names = (entity.id, entity.name, entity.label, *entity.synonyms, *entity.xrefs)
    return _plain(entity) | {"keys": keys_of(names), "source": source}


def to_entity(row: Mapping[str, Any]) -> Entity:
    """An entity from a row of ``nodes``."""
    return Entity(**_values(Entity, row))


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
        "evidence_level": int(edge.grade.evidence_level),
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
    return _plain(finding)


def to_finding(row: Mapping[str, Any]) -> Finding:
    """A finding from a row of ``findings``."""
    return Finding(**_values(Finding, row))


def publication_row(paper: Publication) -> Row:
    """A publication as a row of ``publications``."""
    studies = [f"{count} {design}" for count, design in paper.included_studies]
    return _plain(paper) | {"included_studies": studies}


def to_publication(row: Mapping[str, Any]) -> Publication:
    """A publication from a row of ``publications``."""
    parts = (part.partition(" ") for part in row["included_studies"])
    studies = tuple((int(count), design) for count, _, design in parts)
    return Publication(**{**row, "included_studies": studies})


def to_sources(rows: Iterable[Mapping[str, Any]]) -> tuple[KnowledgeSource, ...]:
    """The statements of others from the column ``sources``."""
    return tuple(KnowledgeSource(**{**row, "publications": tuple(row["publications"])}) for row in rows)
