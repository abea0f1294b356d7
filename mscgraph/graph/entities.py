"""Entities by any of their names, and the hierarchy that they stand in."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from mscgraph.errors import AmbiguousName, NotFound
from mscgraph.text.names import fold, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mscgraph.model import Entity

__all__ = ["EntityDirectory"]


class EntityDirectory:
    """Looks entities up by id, name, symbol, synonym or cross-reference; indexes are made when asked."""

    def __init__(
        self, entities: Mapping[str, Entity], indexes: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        self.entities = entities
        self._indexes = indexes or {}

    def indexes(self) -> dict[str, Mapping[str, Any]]:
        """All indexes by name, made: what another directory of the same entities may be given."""
        return {name: self._index(name) for name in _MAKERS}

    def _index(self, name: str) -> Mapping[str, Any]:
        return self._indexes[name] if name in self._indexes else _MAKERS[name](self.entities)

    def entity(self, name: str) -> Entity:
        """Return the one entity that has this id, name, symbol or synonym.

        Case, hyphens, spaces and Greek letters do not matter; an exact id or name goes first.

        Raises
        ------
        NotFound
            With suggestions, when nothing matches.
        AmbiguousName
            With the candidates, when several entities share the synonym.
        """
        if name in self.entities:
            return self.entities[name]
        folded = fold(name)
        by_name = self._names.get(folded, ())
        if len(by_name) == 1:
            return self.entities[by_name[0]]
        found = by_name or self._synonyms.get(folded, ())
        if not found:
            found = self._identifiers.get(name.lower(), ())
        if len(found) == 1:
            return self.entities[found[0]]
        if found:
            raise AmbiguousName(
                f"{name!r} names several entities.",
                suggestions=[f"{self.entities[i].name} ({i})" for i in found],
            )
        everything = [n for e in self.entities.values() for n in (e.name, *e.synonyms)]
        raise NotFound(
            f"No entity is called {name!r}.", suggestions=self._named(nearest(name, everything))
        )

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
        return self._index("names")

    @cached_property
    def _synonyms(self) -> Mapping[str, tuple[str, ...]]:
        return self._index("synonyms")

    @cached_property
    def _identifiers(self) -> Mapping[str, tuple[str, ...]]:
        return self._index("identifiers")

    @cached_property
    def _children(self) -> Mapping[str, tuple[str, ...]]:
        return self._index("children")

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


_Index: TypeAlias = "dict[str, tuple[str, ...]]"


def _by_text(entities: Mapping[str, Entity], texts: Callable[[Entity], Iterable[str]]) -> _Index:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for entity in entities.values():
        for text in texts(entity):
            found[text][entity.id] = None
    return {key: tuple(ids) for key, ids in found.items()}


def _synonyms(entity: Entity) -> Iterable[str]:
    texts = (*entity.synonyms, entity.label) if entity.label else entity.synonyms
    return map(fold, texts)


_MAKERS: dict[str, Callable[[Mapping[str, Entity]], _Index]] = {
    "names": lambda entities: _by_text(entities, lambda e: (fold(e.name),)),
    "synonyms": lambda entities: _by_text(entities, _synonyms),
    "identifiers": lambda entities: _by_text(entities, lambda e: map(str.lower, (e.id, *e.xrefs))),
    "children": lambda entities: _by_text(entities, lambda e: e.parents),
}
