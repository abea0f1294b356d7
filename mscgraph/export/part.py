"""What formats share: the records that are written, of a slice what it speaks of, and their values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError
from mscgraph.model import NOT_REPORTED
from mscgraph.schema import named_entities

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Entity, Finding, Publication

HERE = Path(__file__).parent
SIDES = ("supporting", "disputing", "inconclusive", "other_settings")
_BREAK = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def data_rows(table: str) -> list[list[str]]:
    """The rows of one of the tables next to this file."""
    lines = (HERE / f"{table}.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines[1:]]


def one_line(text: str, whose: str, form: str) -> str:
    """Return a text that a format holds in a line; raise :class:`DataError` where it holds a break."""
    if _BREAK.search(text):
        said = f"{whose}: {text!r} holds a line break or control character, which {form} cannot hold"
        raise DataError(said, value=text)
    return text


def findings_of(kg: KnowledgeGraph) -> list[Finding]:
    """The findings of a graph or slice, by id."""
    return [finding for _, finding in sorted(kg.findings.items())]


def publications_of(kg: KnowledgeGraph) -> list[Publication]:
    """All publications of a whole graph, those that report the findings of a slice; by id."""
    if kg.whole is kg:
        return [paper for _, paper in sorted(kg.publications.items())]
    return [kg.publications[key] for key in sorted({f.publication for f in kg.findings.values()})]


def entities_of(kg: KnowledgeGraph, *, also: Iterable[str] = ()) -> list[Entity]:
    """All entities of a whole graph; of a slice those that its findings name, and what they are part of.

    ``also`` are the ids of more that a format speaks of.
    """
    if kg.whole is kg:
        return [entity for _, entity in sorted(kg.entities.items())]
    reached: set[str] = set()
    todo = {name for finding in kg.findings.values() for _, name in named_entities(finding)}
    todo.update(also, *((subject, object_) for subject, _, object_, _ in kg.stated))
    while todo:
        name = todo.pop()
        if name in kg.entities and name not in reached:
            reached.add(name)
            entity = kg.entities[name]
            todo |= {*entity.parents, *entity.part_of, *entity.derives_from, entity.taxon}
    return [kg.entities[name] for name in sorted(reached)]


def hierarchy_of(kg: KnowledgeGraph, entities: Iterable[Entity]) -> Iterator[tuple[str, str, str]]:
    """What entities are kinds of, parts of and made from: id, column, id of an entity of the graph."""
    for entity in entities:
        for column in ("parents", "part_of", "derives_from"):
            for other in getattr(entity, column):
                if other in kg.entities:
                    yield entity.id, column, other


def associations_by_id(kg: KnowledgeGraph) -> list[Association]:
    """The associations of a graph or slice, by id."""
    return [edge for _, edge in sorted(kg.associations.items())]


def plain(value: Any) -> Any:
    """A value of a record as JSON and Arrow know it: lists, and the studies of a review as texts."""
    if not isinstance(value, tuple):
        return value
    return [" ".join(map(str, one)) if isinstance(one, tuple) else one for one in value]


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values without those that are empty."""
    return {name: value for name, value in values.items() if value}


def facts(edge: Association) -> dict[str, Any]:
    """What is said of an association, by the names that it has in every format."""
    return {
        "sign": None if edge.sign is None else int(edge.sign),
        "grade": edge.grade.letter,
        "cost": edge.grade.cost,
        "strength": edge.grade.strength,
        "evidence_level": edge.grade.evidence_level.name.lower(),
        "studies": edge.grade.studies,
        **{side: sorted(finding.id for finding in getattr(edge, side)) for side in SIDES},
        "publications": sorted({f.publication for f in edge.findings}),
        "disputing_publications": sorted({f.publication for f in edge.disputing}),
        "contested": edge.is_contested,
        "readout": edge.is_readout,
        "taxa": sorted({taxon for f in edge.findings for taxon in f.taxa}),
        "systems": sorted({f.system for f in edge.findings} - {NOT_REPORTED}),
    }
