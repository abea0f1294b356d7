"""The knowledge graph: load it, look things up by id, name or synonym, slice it, walk its hierarchy."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from mscgraph.errors import NotFound
from mscgraph.graph.associating import Associations, Associator, Key, Keyed, by_key, walkable_of
from mscgraph.graph.entities import EntityDirectory, held
from mscgraph.lazy import provided
from mscgraph.tables.reading import read_tables
from mscgraph.tables.rows import rows_of

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

    import networkx as nx
    import pandas as pd

    from mscgraph.model import (
        Aspect,
        Association,
        Edge,
        Entity,
        Finding,
        KnowledgeSource,
        Place,
        Predicate,
        Publication,
        Term,
    )
    from mscgraph.tables.reading import Rubric, Tables
    from mscgraph.text.curie import Prefixes


def load(folder: str | os.PathLike[str] | None = None) -> KnowledgeGraph:
    """Return the curated graph: the one that ships with the program, or another ontology folder.

    Parameters
    ----------
    folder
        A folder with ``terms/`` and ``curation/``. The default is the folder that the environment variable
        ``MSCGRAPH_ONTOLOGY`` names, else the shipped one.

    Raises
    ------
    TableError, DanglingReference
        When a table is malformed; the message names file, line and column.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mg.load().entity("SDF-1").name
    'CXCL12'
    """
    return KnowledgeGraph(read_tables(folder))


class KnowledgeGraph:
    """Entities, publications and findings, and the associations that the findings make.

    A graph is never changed: ``keep_…`` and ``exclude_…`` return a new one. An association's disputing
    findings are always those of the whole curated graph, also in a slice: what speaks against an
    answer is never filtered away.

    Parameters
    ----------
    tables
        What ``ontology/`` holds, as :func:`mscgraph.tables.reading.read_tables` returns it.
    kept
        The ids of the findings in this slice; None for all.
    whole
        The graph that this is a slice of.
    stated
        What others state in this slice, by the key of the association.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> "IDO" in kg, len(kg) == len(kg.entities)
    (True, True)
    >>> len(kg.keep_settings(design="animal_model").findings) < len(kg.findings)
    True
    """

    def __init__(
        self,
        tables: Tables,
        *,
        kept: Collection[str] | None = None,
        whole: KnowledgeGraph | None = None,
        stated: Mapping[Key, tuple[KnowledgeSource, ...]] | None = None,
    ) -> None:
        self._tables = tables
        self._stated = tables.stated if kept is None else stated or {}
        self._kept = kept
        self._whole = whole
        #: What :meth:`keep_settings` selected a slice by; empty where a test of one's own did.
        self.filters: Mapping[str, str] = {}

    def __repr__(self) -> str:
        return (
            f"<KnowledgeGraph: {len(self.entities)} entities, {len(self.associations)} associations, "
            f"{len(self.findings)} findings, {len(self.publications)} publications>"
        )

    def _repr_html_(self) -> str | None:
        """The graph as a notebook shows it: drawn, or a sentence with its counts when it is large."""
        draw = provided("html")
        return draw(self) if draw else None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, KnowledgeGraph):
            return NotImplemented
        return (
            self.entities == other.entities
            and self.publications == other.publications
            and self.findings == other.findings
            and self.stated == other.stated
        )

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        """How many entities it has, as of a networkx graph."""
        return len(self.entities)

    def __bool__(self) -> bool:
        """True: a graph without entities is a graph."""
        return True

    def __iter__(self) -> Iterator[str]:
        """The ids of its entities."""
        return iter(self.entities)

    def __contains__(self, name: object) -> bool:
        """Whether exactly one entity has this id, name, symbol or synonym."""
        try:
            return isinstance(name, str) and bool(self.entity(name))
        except NotFound:
            return False

    @property
    def tables(self) -> Tables:
        """The tables that it was made of, whole also in a slice.

        ``KnowledgeGraph(kg.tables._replace(findings=…))`` is a graph of other findings.
        """
        return self._tables

    @property
    def entities(self) -> Mapping[str, Entity]:
        """All entities by id."""
        return self._tables.entities

    @property
    def predicates(self) -> Mapping[str, Predicate]:
        """The sign lexicon by predicate name."""
        return self._tables.predicates

    @property
    def aspects(self) -> Mapping[str, Aspect]:
        """The aspects by name."""
        return self._tables.aspects

    @property
    def vocabulary(self) -> Mapping[str, Mapping[str, Term]]:
        """The permitted values by column of the findings."""
        return self._tables.vocabulary

    @property
    def publications(self) -> Mapping[str, Publication]:
        """All publications by id."""
        return self._tables.publications

    @property
    def prefixes(self) -> Prefixes:
        """The prefixes of the CURIEs."""
        return self._tables.prefixes

    @property
    def rubric(self) -> Rubric:
        """The rubric that the grades are made by."""
        return self._tables.rubric

    @property
    def folder(self) -> Path:
        """The ontology folder it was read from."""
        from pathlib import Path  # it costs a tenth of the start-up, and most questions need none

        return Path(self._tables.folder)

    @property
    def graph_folder(self) -> Path | None:
        """The graph directory that it is read from as it is asked; None when it is all in memory."""
        return None

    @property
    def places(self) -> Mapping[str, Place]:
        """Where each record stands: id → file and line."""
        return self._tables.places

    @cached_property
    def whole(self) -> KnowledgeGraph:
        """The graph that this is a slice of; itself when it is whole."""
        if self._kept is None:
            return self
        return self._whole or KnowledgeGraph(self._tables)

    @cached_property
    def findings(self) -> Mapping[str, Finding]:
        """The findings of this slice by id, in the order of the whole graph."""
        if self._kept is None:
            return self._tables.findings
        return {key: found for key, found in self._tables.findings.items() if key in self._kept}

    @cached_property
    def associations(self) -> Mapping[str, Association]:
        """The associations by id: one for each key that a finding of this slice, or a statement, has."""
        return Associations(self._tables, self.keyed, self.whole.keyed, self._stated)

    @cached_property
    def keyed(self) -> Keyed:
        """The findings of this slice, or their rows, by what an association is keyed by."""
        return by_key(rows_of(self.findings).values())

    @property
    def stated(self) -> Mapping[Key, tuple[KnowledgeSource, ...]]:
        """What others state, by (subject, predicate, object, aspect)."""
        return self._stated

    def fetch_associations(self, ids: Iterable[str]) -> Mapping[str, Association]:
        """Return at least the associations of these ids, by id: a graph on disk reads them together."""
        del ids
        return self.associations

    @cached_property
    def walkable(self) -> tuple[Edge, ...]:
        """The associations that a path may walk: effects with at least one finding that counts."""
        return walkable_of(self.associations, self.predicates)

    @cached_property
    def _associator(self) -> Associator:
        return Associator(self._tables)

    def counts(self, finding: Finding) -> bool:
        """Whether a finding may support or dispute anything.

        It may not when its paper was retracted or is under concern, nor when it reports a direction without
        significance. A null result counts.
        """
        return self._associator.counts(finding)

    def entity(self, name: str) -> Entity:
        """Return the one entity that has this id, name, symbol or synonym.

        An exact id or name goes first. Case, hyphens and Greek letters do not matter, nor do plurals,
        British spelling, the order of words, ``human`` and ``-derived``; a plus or a minus does.

        Raises
        ------
        NotFound
            With suggestions, when nothing matches.
        AmbiguousName
            With its meanings, when the name means several entities.
        """
        return self._directory.entity(name)

    def named(self, name: str) -> tuple[Entity, str]:
        """Return the entity of a name, as :meth:`entity` does, and the aspect of it that the name says.

        >>> import mscgraph as mg
        >>> mg.load().named("activated microglia")
        (<Entity CL:0000129: microglia, Cell>, 'activation')
        """
        return self._directory.named(name)

    def find_entities(self, text: str) -> list[Entity]:
        """Return the entities whose id, name, synonym or cross-reference contains ``text``.

        Exact matches first, then by name; an empty list when there are none.
        """
        return self._directory.find_entities(text)

    @cached_property
    def _directory(self) -> EntityDirectory:
        return EntityDirectory(self.entities, self.aspects)

    def association(self, identifier: str) -> Association:
        """Return an association by id; raise :class:`NotFound` with suggestions."""
        return held(self.associations, identifier, "association")

    def finding(self, identifier: str) -> Finding:
        """Return a finding by id; raise :class:`NotFound` with suggestions."""
        return held(self.findings, identifier, "finding")

    def publication(self, identifier: str) -> Publication:
        """Return the publication of an id, PMID, PMCID or DOI, or the one of an author, trial or title."""
        from mscgraph.graph.papers import the_publication

        return the_publication(self, identifier)

    def find_publications(self, text: str) -> list[Publication]:
        """Return the papers of an id, an author, a year, a trial or words of a title."""
        from mscgraph.graph.papers import find_publications

        return find_publications(self, text)

    def name(self, identifier: str) -> str:
        """Return an entity's name for its id; the id itself where no such entity is held."""
        entity = self.entities.get(identifier)
        return entity.name if entity else identifier

    def find_findings(self, **filters: str | None) -> list[Finding]:
        """Return the findings that pass every filter given, in the order of their ids.

        Parameters
        ----------
        **filters
            ``subject``, ``predicate``, ``object``, ``aspect``, ``publication``, ``taxon``, ``system``,
            ``design``: all that :func:`mscgraph.schema.filters` lists. Names of entities cover their
            subclasses, subjects also what MSC of that tissue did. Everyday words do, such as ``rct``.

        Raises
        ------
        NotFound
            When there is no such filter, or it names nothing that exists, with suggestions.

        Examples
        --------
        >>> all("NCBITaxon:9606" in f.taxa for f in load().find_findings(taxon="human", object="Treg"))
        True
        """
        from mscgraph.graph.filtering import finding_tests

        tests = finding_tests(self, filters)
        return [f for _, f in sorted(self.findings.items()) if all(test(f) for test in tests)]

    def find_associations(self, **filters: str | None) -> list[Association]:
        """Return the associations that a finding passing the filters belongs to.

        The filters are those of :meth:`find_findings`. Each association is whole: all its findings for
        and against, also those that the filters would hide.
        """
        keys = {finding.key for finding in self.find_findings(**filters)}
        return [a for a in self.associations.values() if a.key in keys]

    def keep_findings(self, test: Callable[[Finding], bool]) -> KnowledgeGraph:
        """Return the slice of the findings that pass a test."""
        kept = frozenset(key for key, finding in self.findings.items() if test(finding))
        return KnowledgeGraph(self._tables, kept=kept, whole=self.whole)

    def keep_settings(self, **filters: str | None) -> KnowledgeGraph:
        """Return the slice of the findings that pass filters, such as ``taxon`` or ``system``."""
        passed = {finding.id for finding in self.find_findings(**filters)}
        kept = self.keep_findings(lambda finding: finding.id in passed)
        given = {name: value for name, value in filters.items() if value is not None}
        kept.filters = {**self.filters, **given}
        return kept

    def neighbors(self, name: str) -> list[str]:
        """Return the ids of the entities that a supported association leads to from one, sorted.

        Examples
        --------
        >>> "CL:0000899" in load().neighbors("MSC")
        True
        """
        subject = self.entity(name).id
        found = self.associations.values()
        return sorted({a.object for a in found if a.subject == subject and a.grade.cost is not None})

    def to_frame(self, what: Any = "findings") -> pd.DataFrame:
        """Return a table as a pandas DataFrame: see :func:`mscgraph.to_frame`."""
        from mscgraph.graph.views import to_frame

        return to_frame(self, what)

    def to_networkx(self, associations: Any = None) -> nx.MultiDiGraph[str]:
        """Return the associations as a networkx graph: see :func:`mscgraph.to_networkx`."""
        from mscgraph.graph.views import to_networkx

        return to_networkx(self, associations)

    def kinds_of(self, identifier: str) -> frozenset[str]:
        """Return an entity and all its subclasses, by id."""
        return self._directory.kinds_of(identifier)

    def ancestors(self, identifier: str) -> frozenset[str]:
        """Return all superclasses of an entity, by id, without itself."""
        return self._directory.ancestors(identifier)
