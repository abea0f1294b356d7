"""A graph directory as a graph that every question can be asked of."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mscgraph.errors import AmbiguousName, DataError, NotFound
from mscgraph.graph import (
    KnowledgeGraph,
    associations_of,
    associations_shown,
    best_associations_of,
    category_counts,
    contested_associations,
    entities_with_roles,
    entity_roles,
    grade_counts,
    load,
    stated_associations,
)
from mscgraph.graph.entities import EntityDirectory
from mscgraph.graph.filtering import values_meant, with_aspect, words_of
from mscgraph.large.directory.manifest import OURS
from mscgraph.large.directory.parquet_tables import Records, Store
from mscgraph.large.directory.record_rows import to_entity, to_finding, to_publication, to_sources
from mscgraph.lazy import provided
from mscgraph.model import Finding, association_id
from mscgraph.schema import KEY, columns_of
from mscgraph.text.curie import OpenPrefixes
from mscgraph.text.names import fold

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from mscgraph.graph.associating import Key
    from mscgraph.large.directory.manifest import Manifest
    from mscgraph.large.directory.parquet_tables import ReadRows
    from mscgraph.model import Aspect, Association, Entity, KnowledgeSource


_NEAR = 200
_NEAREST = 5


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
        sharing = dict(self.records.pairs("WHERE list_contains(keys, ?)", [fold(name)]))
        try:
            return EntityDirectory(sharing).entity(name)
        except AmbiguousName:
            raise
        except NotFound:
            with suppress(NotFound):  # as people say it: only names of our own entities
                said = self.curated.entity(name).id
                if said in self.entities:
                    return self.entities[said]
        near = self.store.ask(
            "SELECT id FROM (SELECT id, unnest(keys) AS key FROM nodes) GROUP BY id "
            "ORDER BY max(jaro_winkler_similarity(key, $1)) DESC, id LIMIT $2",
            [fold(name), _NEAR],
        )
        resembling = EntityDirectory(self.records.fetch(identifier for (identifier,) in near))
        raise NotFound(f"No entity is called {name!r}.", suggestions=resembling.suggestions(name))

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
        below = "(SELECT id, parents FROM nodes WHERE len(parents) > 0)"
        rows = self.store.ask(f"SELECT id, unnest(parents) AS parent FROM {below} ORDER BY id")
        for identifier, parent in rows:
            children.setdefault(parent, []).append(identifier)
        return {parent: tuple(identifiers) for parent, identifiers in children.items()}


def open_graph(folder: str | os.PathLike[str], *, base: KnowledgeGraph | None = None) -> MergedGraph:
    """Open a graph directory: nothing but its manifest and headers is read before it is asked.

    Parameters
    ----------
    folder
        Where :func:`mscgraph.write_graph` or :func:`mscgraph.merge_graphs` wrote it.
    base
        The graph whose sign lexicon, vocabulary and rubric are used; the shipped one by default.

    Returns
    -------
    MergedGraph
        A :class:`~mscgraph.KnowledgeGraph` that every function takes.

    Raises
    ------
    DataError
        When the folder is no graph directory, of another version, or damaged; the message says which.
    MissingExtra
        When ``mscgraph[large]`` is not installed.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.open_graph(mg.write_graph(mg.load(), "curated.graph"))
    >>> kg.entity("IL-10").id
    'HGNC:5962'
    """
    store = Store(Path(folder))
    lexicon = base or load()
    known = {(p, a) for p in lexicon.predicates for a in ("", *lexicon.aspects)}
    used = store.manifest.parts and store.manifest.relations  # where the parts are those it speaks of
    for pair in used or store.ask("SELECT DISTINCT predicate, aspect FROM associations"):
        if pair not in known:
            raise DataError(
                f"it uses {' '.join(filter(None, pair))!r}, which terms/predicates.tsv and "
                "terms/aspects.tsv do not have; merge it again with this program",
                file=str(store.folder),
            )
    return MergedGraph(store, lexicon)


class MergedGraph(KnowledgeGraph):
    """A graph that is read from a graph directory as it is asked.

    Findings and papers are ours and few: they are read when one is first asked for. Entities and
    associations stay on disk when they are many. A slice of its findings holds the associations that have
    findings; ``whole`` is the graph that was opened.

    Examples
    --------
    >>> import mscgraph as mg
    >>> folder = mg.write_graph(mg.load(), "curated.graph")
    >>> kg = mg.open_graph(folder)
    >>> kg.graph_folder.name, kg == mg.load()
    ('curated.graph', True)
    """

    def __init__(self, store: Store, lexicon: KnowledgeGraph) -> None:
        self.store = store
        self._lexicon = lexicon
        self._with_roles: dict[frozenset[str], list[Entity]] = {}
        self._entities = Records(store, "nodes", to_entity)
        super().__init__(
            lexicon.tables._replace(
                prefixes=OpenPrefixes(lexicon.prefixes.namespaces),
                entities=self._entities,
                publications=Records(store, "publications", to_publication),
                findings=Records(store, "findings", to_finding),
                places={},
                stated={},
                licences={source.name: source.licence for source in store.manifest.sources},
            )
        )

    def __repr__(self) -> str:
        counts = self.manifest.counts
        return (
            f"<MergedGraph {self.store.folder}: {counts['nodes']} entities, {counts['associations']} "
            f"associations, {counts['findings']} findings>"
        )

    @property
    def graph_folder(self) -> Path:
        """The graph directory that it is read from."""
        return self.store.folder

    @property
    def manifest(self) -> Manifest:
        """What the graph directory says of itself: content, counts, sources."""
        return self.store.manifest

    def read_rows_by(self, stored: Mapping[str, ReadRows]) -> None:
        """Fetch entities and associations by id from a store that is faster than Parquet."""
        self._entities.by_id, self.associations.by_id = stored.get("nodes"), stored.get("associations")

    def fetch_associations(self, ids: Iterable[str]) -> Mapping[str, Association]:
        """Return the associations of these ids, by id, read in one question."""
        return self.associations.fetch(ids)

    @cached_property
    def associations(self) -> Records[Association]:
        """The associations by id."""
        order = "subject, predicate, object, aspect"  # as a graph in memory has them
        columns = ("id", *KEY, "sources")
        return Records(self.store, "associations", self._association, order=order, columns=columns)

    def _association(self, row: Mapping[str, Any]) -> Association:
        key = row["subject"], row["predicate"], row["object"], row["aspect"]
        made = self._associator.associate(key, self.keyed.get(key, []), self.keyed)
        return self._associator.stated(made, to_sources(row["sources"]))

    @cached_property
    def stated(self) -> Mapping[Key, tuple[KnowledgeSource, ...]]:
        """What others state, by (subject, predicate, object, aspect)."""
        return {edge.key: edge.sources for edge in stated_associations(self)}

    @cached_property
    def _directory(self) -> EntityDirectory:
        if self._entities.is_small:
            return super()._directory
        return LargeDirectory(self._entities, self.aspects, self._lexicon)

    def with_roles(self, roles: frozenset[str]) -> list[Entity]:
        """Return the entities that have one of some roles, which every question about paths asks for."""
        if roles not in self._with_roles:
            query = "SELECT id FROM nodes WHERE list_contains(?, role) ORDER BY id"
            ids = [identifier for (identifier,) in self.store.ask(query, [list(roles)])]
            self._with_roles[roles] = list(self._entities.fetch(ids).values())
        return self._with_roles[roles]

    def with_ends(self, edges: Iterable[Association]) -> list[Association]:
        """Return associations, with the entities at their ends read in one question: they get named."""
        found = list(edges)
        self._entities.fetch(end for edge in found for end in (edge.subject, edge.object))
        return found

    def association(self, identifier: str) -> Association:
        """Return an association by id; of an entity of a large graph say how many it has, and the best."""
        if self.associations.is_small or identifier in self.associations:
            return super().association(identifier)
        said = f"No association has the id {identifier!r}."
        try:
            entity = self.entity(identifier)
        except NotFound:
            raise NotFound(said) from None
        best, more = associations_shown(self, entity.id)
        count = f"{len(best) + more:,}"
        said += f" {entity.name} is an entity with {count} of them: mscgraph show lists the best."
        raise NotFound(said, suggestions=[edge.id for edge in best[:_NEAREST]])

    def selected(self, condition: str, parameters: Sequence[object] = ()) -> list[Association]:
        """Return the associations whose rows meet a condition in SQL, in the order of their keys."""
        found = self.associations.pairs(f"WHERE {condition}", parameters)
        return sorted(self.with_ends(edge for _, edge in found), key=lambda edge: edge.key)

    def find_associations(self, **filters: str | None) -> list[Association]:
        """Return the associations that pass the filters.

        Filters of a setting, such as taxon, ask for a finding, and pass no association that only
        others state; ``publication`` also finds what they cite.
        """
        given = {name: v for name, v in with_aspect(self, filters).items() if v is not None}
        of_setting = set(given) - {*KEY, "publication"}
        keys = {finding.key for finding in self._found(given)}
        known = [edge for edge in self._keyed(keys) if edge.key in keys]
        if of_setting or not given:
            return known if of_setting else list(self.associations.values())
        conditions, parameters = self._conditions(given)
        stated = self.selected(f"len(sources) > 0 AND {conditions}", parameters)
        both = {edge.id: edge for edge in (*known, *stated)}
        return sorted(both.values(), key=lambda edge: edge.key)

    def _found(self, filters: Mapping[str, str | None]) -> list[Finding]:
        try:
            return self.find_findings(**filters)
        except NotFound:
            if filters.get("publication") and self._cites(str(filters["publication"])):
                return []
            raise

    def _cites(self, publication: str) -> bool:
        query = "SELECT 1 FROM associations WHERE list_contains(publications, ?) LIMIT 1"
        return bool(self.store.ask(query, [publication]))

    def _keyed(self, keys: set[Key]) -> list[Association]:
        found = self.associations.fetch(association_id(*key) for key in sorted(keys))
        return list(found.values())

    def _conditions(self, given: Mapping[str, str]) -> tuple[str, list[object]]:
        parts: list[str] = []
        parameters: list[object] = []
        for name, value in given.items():
            if name in {"subject", "object"}:
                kinds = sorted(self.kinds_of(self.entity(value).id))
                parts.append(f"list_contains(?, {name})")
                parameters.append(kinds)
            elif name == "publication":
                parts.append("list_contains(publications, ?)")
                parameters.append(value)
            else:
                words = words_of(self.tables, columns_of(Finding)[name])
                parts.append(f"list_contains(?, {name})")
                parameters.append(sorted(values_meant(name, value, words)))
        return " AND ".join(parts), parameters

    def entity(self, name: str) -> Entity:
        """Return the one entity that has this id, name, symbol or synonym.

        A name that entities of several sources share means the curated one, where there is just one.
        """
        try:
            return super().entity(name)
        except AmbiguousName as error:
            query = "SELECT id FROM nodes WHERE source = ? AND list_contains(keys, ?)"
            ours = [key for (key,) in self.store.ask(query, [OURS, fold(name)])]
            meant = [key for key in ours if any(s.endswith(f"({key})") for s in error.suggestions)]
            if len(meant) != 1:
                raise
            return self.entities[meant[0]]


@associations_of.register(MergedGraph)
def _(kg: MergedGraph, identifier: str) -> list[Association]:
    return kg.selected("subject = $1 OR object = $1", [identifier])


@best_associations_of.register(MergedGraph)
def _(kg: MergedGraph, identifier: str, most: int) -> tuple[list[Association], int] | None:
    opener = provided("path index")
    if kg.associations.is_small or opener is None:
        return None
    ids, count = opener(kg, kg, (None, None, None), None).best_of(identifier, most)
    own = {f.key for f in kg.findings.values() if identifier in (f.subject, f.object)}
    beside: dict[str, None] = {}  # what no path can walk
    for column in (
        "sign",
        "cost",
    ):  # one question each: parts of the table without such rows are skipped
        query = f"SELECT id FROM associations WHERE {column} IS NULL AND (subject = $1 OR object = $1)"
        beside |= dict.fromkeys(one for (one,) in sorted(kg.store.ask(query, [identifier])))
    first = dict.fromkeys((*ids, *(association_id(*key) for key in sorted(own))))
    found = kg.associations.fetch(list(first | beside)[: max(most, len(first))])
    return kg.with_ends(found.values()), count + len(beside)


@contested_associations.register(MergedGraph)
def _(kg: MergedGraph) -> list[Association]:
    return kg.selected("contested")


@stated_associations.register(MergedGraph)
def _(kg: MergedGraph, *ends: Collection[str]) -> list[Association]:
    of_ends = (
        f" AND (list_contains(${at}, subject) OR list_contains(${at}, object))"
        for at in range(1, len(ends) + 1)
    )
    return kg.selected(f"len(sources) > 0{''.join(of_ends)}", [sorted(of) for of in ends])


@entities_with_roles.register(MergedGraph)
def _(kg: MergedGraph, roles: Collection[str]) -> list[Entity]:
    return kg.with_roles(frozenset(roles))


@entity_roles.register(MergedGraph)
def _(kg: MergedGraph) -> set[str]:
    return {role for (role,) in kg.store.ask("SELECT DISTINCT role FROM nodes")}


@category_counts.register(MergedGraph)
def _(kg: MergedGraph) -> dict[str, int]:
    return dict(kg.store.ask("SELECT category, count(*) FROM nodes GROUP BY category"))


@grade_counts.register(MergedGraph)
def _(kg: MergedGraph) -> dict[str, int]:
    return dict(kg.store.ask("SELECT grade, count(*) FROM associations GROUP BY grade"))
