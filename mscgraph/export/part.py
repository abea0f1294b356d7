"""What of a graph is written: all of a whole one, and of a slice what its findings speak of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mscgraph.errors import DataError
from mscgraph.schema import named_entities

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Entity, Finding, Publication


_BREAK = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


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
