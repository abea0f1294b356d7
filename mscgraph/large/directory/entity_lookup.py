"""Names in a graph of many entities: looked up in the folded keys on disk, with the same rules."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from mscgraph.errors import AmbiguousName, NotFound
from mscgraph.graph.entities import EntityDirectory
from mscgraph.text.names import fold, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.large.directory.parquet_tables import Records
    from mscgraph.model import Aspect, Entity

__all__ = ["LargeDirectory"]

_NEAR = 200


class LargeDirectory(EntityDirectory):
    """What :class:`EntityDirectory` answers, without an index of all names in memory."""

    def __init__(
        self, entities: Records[Entity], aspects: Mapping[str, Aspect], curated: KnowledgeGraph
    ) -> None:
        super().__init__(entities, aspects)
        self.curated = curated
        self.records = entities
        self.store = entities.store

    def entity(self, name: str) -> Entity:
        """Return the one entity of a name: see :meth:`mscgraph.KnowledgeGraph.entity`."""
        if name in self.entities:
            return self.entities[name]
        folded = fold(name)
        sharing = [e for _, e in self.records.pairs("WHERE list_contains(keys, ?)", [folded])]
        named = [e for e in sharing if fold(e.name) == folded]
        found = named if len(named) == 1 else named or [
            e for e in sharing if folded in {fold(text) for text in (*e.synonyms, e.label) if text}
        ]  # fmt: skip
        if not found:
            lowered = name.lower()
            found = [e for e in sharing if lowered in {i.lower() for i in (e.id, *e.xrefs)}]
        if not found:
            with suppress(NotFound):  # as people say it: only names of our own entities
                found = [self.entities[i] for i in [self.curated.entity(name).id] if i in self.entities]
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousName(
                f"{name!r} names several entities.", suggestions=[f"{e.name} ({e.id})" for e in found]
            )
        raise NotFound(f"No entity is called {name!r}.", suggestions=self._near(name))

    def _near(self, name: str) -> list[str]:
        """Suggestions among the names whose keys resemble what was typed most."""
        ids = self.store.ask(
            "SELECT id FROM (SELECT id, unnest(keys) AS key FROM nodes) GROUP BY id "
            "ORDER BY max(jaro_winkler_similarity(key, $1)) DESC, id LIMIT $2",
            [fold(name), _NEAR],
        )
        entities = self.records.fetch(identifier for (identifier,) in ids).values()
        owners: dict[str, str] = {}
        for entity in entities:
            for text in (entity.name, *entity.synonyms):
                owners.setdefault(text, entity.name)
        said: dict[str, str] = {}
        for text in nearest(name, owners):
            said.setdefault(owners[text], text)
        return [n if n == text else f"{n} ({text})" for n, text in said.items()]

    def find_entities(self, text: str) -> list[Entity]:
        """Return the entities whose id, name, synonym or cross-reference contains ``text``."""
        wanted = fold(text)
        if not wanted:
            return []
        where = "WHERE list_bool_or(list_transform(keys, lambda k: contains(k, ?)))"
        found = dict(self.records.pairs(where, [wanted]))
        return EntityDirectory(found).find_entities(text)

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        children: dict[str, list[str]] = {}
        rows = self.store.ask("SELECT id, unnest(parents) AS parent FROM nodes ORDER BY id")
        for identifier, parent in rows:
            children.setdefault(parent, []).append(identifier)
        return {parent: tuple(identifiers) for parent, identifiers in children.items()}
