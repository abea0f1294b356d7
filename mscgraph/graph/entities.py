"""Entities by any of their names, and the hierarchy that they stand in."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from mscgraph.errors import AmbiguousName, NotFound
from mscgraph.model import Entity
from mscgraph.tables.rows import many, rows_of
from mscgraph.text.names import fold, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mscgraph.model import Aspect
    from mscgraph.text.spelling import NameIndex

_Record = TypeVar("_Record")


_NAME, _PARENTS = map(Entity._fields.index, ("name", "parents"))


class EntityDirectory:
    """Looks entities up by id, name, symbol, synonym or cross-reference; indexes are made when asked."""

    def __init__(
        self, entities: Mapping[str, Entity], aspects: Mapping[str, Aspect] | None = None
    ) -> None:
        self.entities = entities
        self.aspects = aspects or {}

    def entity(self, name: str) -> Entity:
        """Return the one entity of a name: see :meth:`mscgraph.KnowledgeGraph.entity`."""
        if name in self.entities:
            return self.entities[name]
        exact = [key for key, row in rows_of(self.entities).items() if row[_NAME] == name]
        if len(exact) == 1:
            return self.entities[exact[0]]
        folded = fold(name)
        by_name = self._names.get(folded, ())
        if len(by_name) == 1:
            return self.entities[by_name[0]]
        found = by_name or self._synonyms.get(folded, ()) or self._identifiers.get(name.lower(), ())
        found = found or self._spoken.find(name)
        if len(found) == 1:
            return self.entities[found[0]]
        if found:
            raise AmbiguousName(
                f"{name!r} names several entities.",
                suggestions=[f"{self.entities[i].name} ({i})" for i in found],
            )
        if said := self._said_aspect(name):
            raise NotFound(
                f"{name!r} is no entity but the {said[1]} of {said[0].name}, and that is an aspect.",
                suggestions=[said[0].name],
            )
        raise NotFound(f"No entity is called {name!r}.", suggestions=lambda: self.suggestions(name))

    def suggestions(self, name: str) -> list[str]:
        """Return the names that resemble one that nothing has, each with the synonym that does."""
        everything = [n for e in self.entities.values() for n in (e.name, *e.synonyms)]
        return self._named(nearest(name, everything))

    def named(self, name: str) -> tuple[Entity, str]:
        """Return the entity and the aspect of a name: see :meth:`mscgraph.KnowledgeGraph.named`."""
        try:
            return self.entity(name), ""
        except AmbiguousName:
            raise
        except NotFound:
            if said := self._said_aspect(name):
                return said
            raise

    def _said_aspect(self, name: str) -> tuple[Entity, str] | None:
        from mscgraph.text.spelling import split_aspect

        for part, aspect in split_aspect(name, self.aspects):
            try:
                return self.entity(part), aspect
            except NotFound:
                continue
        return None

    @cached_property
    def _spoken(self) -> NameIndex:
        """Names as people say them; made only for what no table has as it was typed."""
        from mscgraph.text.spelling import NameIndex

        names = ((e.id, e.category, (e.name, e.label, *e.synonyms)) for e in self.entities.values())
        return NameIndex(names, self.ancestors)

    def _named(self, texts: Iterable[str]) -> list[str]:
        """Suggestions by entity: the name, and the synonym that resembles what was typed."""
        said: dict[str, str] = {}
        for text in texts:
            for identifier in self._names.get(fold(text), ()) or self._synonyms[fold(text)]:
                name = self.entities[identifier].name
                said.setdefault(identifier, name if text == name else f"{name} ({text})")
        return list(said.values())

    @cached_property
    def _names(self) -> Mapping[str, tuple[str, ...]]:
        return _by_text((key, (fold(row[_NAME]),)) for key, row in rows_of(self.entities).items())

    @cached_property
    def _synonyms(self) -> Mapping[str, tuple[str, ...]]:
        texts = ((e.id, (*e.synonyms, e.label)) for e in self.entities.values())
        return _by_text((key, [fold(text) for text in found if text]) for key, found in texts)

    @cached_property
    def _identifiers(self) -> Mapping[str, tuple[str, ...]]:
        return _by_text((e.id, map(str.lower, (e.id, *e.xrefs))) for e in self.entities.values())

    @cached_property
    def _children(self) -> Mapping[str, tuple[str, ...]]:
        rows = ((key, row[_PARENTS]) for key, row in rows_of(self.entities).items())
        return _by_text((key, many(p) if isinstance(p, str) else p) for key, p in rows if p)

    def find_entities(self, text: str) -> list[Entity]:
        """Return the entities whose id, name, synonym or cross-reference contains ``text``.

        Exact matches first, then by name; an empty list when there are none.
        """
        wanted = fold(text)
        if not wanted:
            return []
        ranked = []
        for entity in self.entities.values():
            texts = (entity.name, entity.label, entity.id, *entity.synonyms, *entity.xrefs)
            folded = [fold(t) for t in texts]
            if any(wanted in f for f in folded):
                rank = 0 if wanted == folded[0] else 1 if wanted in folded else 2
                ranked.append((rank, entity.name.lower(), entity.id))
        if not ranked and (said := self._spoken.find(text)):
            return [self.entities[identifier] for identifier in said]
        if not ranked and (parted := self._said_aspect(text)):
            return [parted[0]]
        return [self.entities[identifier] for _, _, identifier in sorted(ranked)]

    def kinds_of(self, identifier: str) -> frozenset[str]:
        """Return an entity and all its subclasses, by id."""
        found = {identifier}
        frontier = [identifier]
        while frontier:
            # each once, or the time doubles with every level where two lead to the same two
            below = {c for p in frontier for c in self._children.get(p, ())}
            frontier = [c for c in below if c not in found]
            found.update(frontier)
        return frozenset(found)

    def ancestors(self, identifier: str) -> frozenset[str]:
        """Return all superclasses of an entity, by id, without itself."""
        found: set[str] = set()
        frontier = {identifier}
        while frontier:
            known = [self.entities[one] for one in frontier if one in self.entities]
            frontier = {parent for one in known for parent in one.parents} - found
            found |= frontier
        return frozenset(found - {identifier})


def _by_text(texts: Iterable[tuple[str, Iterable[str]]]) -> dict[str, tuple[str, ...]]:
    """Ids by each of their texts."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for identifier, names in texts:
        for name in names:
            found[name][identifier] = None
    return {key: tuple(ids) for key, ids in found.items()}


def held(records: Mapping[str, _Record], identifier: str, kind: str) -> _Record:
    """Return the record of an id; raise :class:`NotFound` with suggestions."""
    try:
        return records[identifier]
    except KeyError:
        raise NotFound(
            f"No {kind} has the id {identifier!r}.", suggestions=nearest(identifier, records)
        ) from None
