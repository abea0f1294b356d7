"""What every store can be asked, wherever it is: queries, stored questions, names and paths."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, TypeVar

import pyoxigraph as ox

from mscgraph.errors import AmbiguousName, CurieError, NotFound
from mscgraph.graph import load
from mscgraph.model import NOT_REPORTED
from mscgraph.paths import find_paths
from mscgraph.paths.conditions import read_conditions
from mscgraph.rdf import Asker, Solutions
from mscgraph.sparql.neighbourhood import LARGEST, Fetcher

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Entity
    from mscgraph.paths import PathAnswer
    from mscgraph.paths.conditions import ConditionKeywords, Conditions
    from mscgraph.rdf import Answer, QueryLimits, QueryResult
    from mscgraph.text.curie import Prefixes

T = TypeVar("T")


class Asked(ABC):
    """A store that holds our named graphs. Prefixes, vocabulary and stored questions are the program's."""

    def __init__(self, kg: KnowledgeGraph | None = None) -> None:
        self._kg = load() if kg is None else kg

    @property
    def prefixes(self) -> Prefixes:
        """The prefixes of the CURIEs."""
        return self._kg.prefixes

    @property
    def folder(self) -> Path:
        """The ontology folder that holds the stored questions."""
        return self._kg.folder

    @property
    @abstractmethod
    def place(self) -> str:
        """Where it is, as an error says it."""

    @abstractmethod
    def answer(self, sparql: str, limits: QueryLimits | None = None) -> Answer:
        """The answer to a query in which every prefix of the project may be used."""

    def query(
        self,
        sparql: str,
        *,
        parameters: Mapping[str, str] | None = None,
        limits: QueryLimits | None = None,
    ) -> QueryResult:
        """Run a SPARQL 1.1 query, or a stored question by its name; see :func:`mscgraph.query`."""
        return self.unchanged(lambda: Asker(self, limits).query(sparql, parameters))

    def unchanged(self, read: Callable[[], T]) -> T:
        """What a function reads in several questions; again from the beginning where that would mix."""
        return read()

    def entity(self, name: str) -> Entity:
        """Return the one entity of this id, name or synonym that the store holds.

        What the shipped graph calls by this name goes first; then labels and synonyms of the store, by
        their letters, upper and lower case alike.
        """
        missing = NotFound(f"{self.place} holds no entity called {name!r}.")
        try:
            known = self._kg.entity(name)
        except AmbiguousName:
            raise
        except NotFound as error:
            missing = error
        else:
            if self._holds(known.id):
                return known
        found = self._named(name)
        if not found:
            raise missing
        if len(found) > 1:
            raise AmbiguousName(f"{name!r} names several entities.", suggestions=found)
        return Fetcher(self).entity(found[0])

    def find_paths(
        self,
        source: str,
        target: str,
        conditions: Conditions | None = None,
        *,
        effect: str = "any",
        k: int = 10,
        largest: int = LARGEST,
        **keywords: Unpack[ConditionKeywords],
    ) -> PathAnswer:
        """Find the k best signed paths, as :func:`mscgraph.find_paths` does over the same graph.

        What lies between the two, within ``max_length`` steps, is fetched in batches with its findings,
        those that speak against it included, graded here, and searched here.

        Parameters
        ----------
        source, target, conditions, effect, k, **keywords
            As :func:`mscgraph.find_paths` takes them.
        largest
            How many pairs of entities, and associations, may be fetched before it is given up.

        Raises
        ------
        NotFound, AmbiguousName, ValueError
            As :func:`mscgraph.find_paths` does.
        EndpointError
            When the store cannot be asked, cuts its answers short, or more than ``largest`` lie between.
        """
        asked, limits = read_conditions(conditions, keywords)

        def fetch() -> tuple[KnowledgeGraph, str, str, Conditions]:
            start, end = self.entity(source).id, self.entity(target).id
            named = asked._replace(
                via=[self.entity(name).id for name in asked.via],
                avoid=[self.entity(name).id for name in asked.avoid],
            )
            fetched = named
            if named.taxon and named.taxon != NOT_REPORTED:
                fetched = named._replace(taxon=self.entity(named.taxon).id)
            return Fetcher(self, largest).neighbourhood(start, end, fetched), start, end, named

        part, start, end, named = self.unchanged(fetch)
        answer = find_paths(part, start, end, named, effect=effect, k=k, **limits._asdict())
        return answer._replace(nearest=())  # of what is near the question nothing was fetched

    def _holds(self, identifier: str) -> bool:
        node = ox.NamedNode(self.prefixes.expand(identifier))
        return self.answer(f"ASK {{ {node} a mscgraph:Entity }}") is True

    def _named(self, name: str) -> list[str]:
        """The ids of what the store calls so, labels before synonyms."""
        try:
            if self._holds(name):
                return [name]
        except (CurieError, ValueError):  # no CURIE, so a name
            pass
        found = self.answer(
            "SELECT DISTINCT ?e ?p WHERE { VALUES ?p { rdfs:label skos:altLabel } "
            f"?e a mscgraph:Entity ; ?p ?n FILTER(LCASE(STR(?n)) = {ox.Literal(name.lower())}) }} LIMIT 50"
        )
        rows = found.rows if isinstance(found, Solutions) else []
        label = self.prefixes.expand("rdfs:label")
        named = {e.value for e, p in rows if p.value == label} or {e.value for e, _ in rows}
        return sorted(self.prefixes.contract(iri) for iri in named)
