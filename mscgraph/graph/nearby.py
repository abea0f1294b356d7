"""What is known near a look-up that finds nothing: by fewer or wider filters, of a related entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mscgraph.graph.knowledge import KnowledgeGraph

_MOST = 3


def nearest_known(kg: KnowledgeGraph, identifier: str) -> list[str]:
    """Return entities with findings near one without: called alike, or its classes.

    Examples
    --------
    >>> import mscgraph as mg
    >>> nearest_known(mg.load(), "CL:0000134")
    []
    """
    known = {end for f in kg.findings.values() for end in (f.subject, f.object, *f.msc_source, *f.via)}
    if not known.isdisjoint(kg.kinds_of(identifier)):
        return []
    entity = kg.entities[identifier]
    alike = [e.id for e in kg.find_entities(entity.name) if e.category == entity.category]
    classes = sorted(kg.ancestors(identifier), key=lambda one: (len(kg.kinds_of(one)), one))
    near = dict.fromkeys((*alike, *classes))
    return [one for one in near if not known.isdisjoint(kg.kinds_of(one))][:_MOST]


def wider_filters(
    kg: KnowledgeGraph, given: Mapping[str, str | None]
) -> list[tuple[dict[str, str], int]]:
    """Return wider filters that find something where the given ones find nothing, each with how much.

    One filter is left away, or names the class of what it names; narrowest first.
    """
    asked = {name: value for name, value in given.items() if value is not None}
    found = [(wider, len(kg.find_findings(**wider))) for wider in _wider(kg, asked)]
    return sorted((one for one in found if one[1]), key=lambda one: one[1])[:_MOST]


def _wider(kg: KnowledgeGraph, asked: dict[str, str]) -> Iterator[dict[str, str]]:
    for name in asked if len(asked) > 1 else ():
        yield {other: value for other, value in asked.items() if other != name}
    for name in ("subject", "object"):
        if name in asked:
            entity, _ = kg.named(asked[name])
            near = nearest_known(kg, entity.id)
            for wider in dict.fromkeys((*near, *(p for p in entity.parents if p in kg.entities))):
                yield asked | {name: kg.name(wider)}
