"""What every store can be asked, wherever it is: queries, stored questions, names and paths.

A path question is answered here, over what lies between its two entities: a path of at most H steps is
walked from both ends, ⌈H/2⌉ steps forwards and ⌊H/2⌋ backwards, so that each of its steps is seen from one
end or the other. Only steps on a walk of at most H steps are kept, and all associations on their two
entities are fetched, so that what speaks against a step comes along.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

import pyoxigraph as ox

from mscgraph.errors import AmbiguousName, CurieError, DataError, EndpointError, NotFound
from mscgraph.graph import load
from mscgraph.model import NOT_REPORTED
from mscgraph.paths import find_paths
from mscgraph.paths.conditions import read_conditions
from mscgraph.rdf.query import Asker, Solutions
from mscgraph.rdf.read import from_quads

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Entity
    from mscgraph.paths import PathAnswer
    from mscgraph.paths.conditions import ConditionKeywords, Conditions
    from mscgraph.rdf.limits import QueryLimits
    from mscgraph.rdf.query import Answer, QueryResult

T = TypeVar("T")
_LARGEST = 200_000
_BATCH = 200
_TRIPLES = "?s ?p ?o"
_KEY = "VALUES ?p { rdf:subject rdf:predicate rdf:object mscgraph:aspect } ?s ?p ?o"
_WALKED = "?a rdf:subject ?s ; rdf:object ?o ; mscgraph:net_sign ?sign"
_Pair = tuple[str, str]


class Asked(ABC):
    """A store that holds our named graphs. Prefixes, vocabulary and stored questions are the program's.

    ``place`` is where it is, as an error says it.
    """

    place: str

    def __init__(self, kg: KnowledgeGraph | None = None) -> None:
        self._kg = load() if kg is None else kg
        self.prefixes, self.folder = self._kg.prefixes, self._kg.folder

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.place}>"

    @abstractmethod
    def answer(self, sparql: str, limits: QueryLimits | None = None) -> Answer:
        """The answer to a query in which every prefix of the project may be used."""

    def rows(self, sparql: str) -> list[tuple[Any, ...]]:
        """The rows of a SELECT of ours."""
        found = self.answer(sparql)
        return found.rows if isinstance(found, Solutions) else []

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
        largest: int = _LARGEST,
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
        rows = self.rows(
            "SELECT DISTINCT ?e ?p WHERE { VALUES ?p { rdfs:label skos:altLabel } "
            f"?e a mscgraph:Entity ; ?p ?n FILTER(LCASE(STR(?n)) = {ox.Literal(name.lower())}) }} LIMIT 50"
        )
        label = self.prefixes.expand("rdfs:label")
        named = {e.value for e, p in rows if p.value == label} or {e.value for e, _ in rows}
        return sorted(self.prefixes.contract(iri) for iri in named)


class Fetcher:
    """Asks a store in batches, and never takes a part of an answer for the whole."""

    def __init__(self, store: Asked, largest: int = _LARGEST) -> None:
        self._store = store
        self._largest = largest
        self.iri = store.prefixes.expand

    def entity(self, identifier: str) -> Entity:
        """One entity, read from what the store says of it."""
        quads = self.said_of([self.iri(identifier)])
        return from_quads(quads, self._store.place).entities[identifier]

    def neighbourhood(self, source: str, target: str, asked: Conditions) -> KnowledgeGraph:
        """The part of the store in which all paths between two entities lie, with all their evidence.

        Names in the conditions are ids. What they speak of comes along: every association of the entities
        there, where damping counts them, and an entity of every category, where one is asked for.
        """
        sources, targets = (
            {self.iri(end)} if asked.exact else self.kinds(end) for end in (source, target)
        )
        steps = self.steps(sources, targets, asked.max_length)
        between = sources | targets | {end for step in steps for end in step}
        # also what has no sign between the two: the direct test shows nulls and correlations
        direct = {pair for s in sources for o in targets for pair in ((s, o), (o, s))}
        associations = self.associations(steps | direct, ("s", "o"))
        if asked.damping:
            for key in ("s", "o"):
                associations |= self.associations(between, (key,))
                self._bound(len(associations))
        taxa = () if asked.taxon in (None, NOT_REPORTED) else (asked.taxon,)
        entities = between | {self.iri(one) for one in (*asked.via, *asked.avoid, *taxa)}
        if asked.categories:
            rows = self._store.rows(
                "SELECT (SAMPLE(?e) AS ?one) WHERE { ?e a mscgraph:Entity , ?category } GROUP BY ?category"
            )
            entities |= {one.value for (one,) in rows if one is not None}
        return self.graph(associations, entities)

    # -- from both ends -----------------------------------------------------------------------------

    def kinds(self, identifier: str) -> set[str]:
        """The IRIs of an entity and all its subclasses."""
        found = new = {self.iri(identifier)}
        while new:
            rows = self.rows("?s", ("o",), new, "?s rdfs:subClassOf ?o")
            new = {s.value for (s,) in rows} - found
            found = found | new
        return found

    def steps(self, sources: set[str], targets: set[str], length: int) -> set[_Pair]:
        """The steps, as (subject, object), on walks of at most ``length`` steps from one to the other."""
        seen: set[_Pair] = set()
        for near, key, far, times in (
            (sources, "s", 1, (length + 1) // 2),
            (targets, "o", 0, length // 2),
        ):
            reached = frontier = set(near)
            for _ in range(times):
                rows = self.rows("?s ?o", (key,), frontier, _WALKED)
                pairs = {(s.value, o.value) for s, o in rows}
                seen |= pairs
                self._bound(len(seen))
                frontier = {pair[far] for pair in pairs} - reached
                reached = reached | frontier
        forwards, backwards = _distances(seen, sources), _distances({(o, s) for s, o in seen}, targets)
        none = length + 1
        return {(s, o) for s, o in seen if forwards.get(s, none) + 1 + backwards.get(o, none) <= length}

    def associations(self, of: Collection[str] | Collection[_Pair], keys: tuple[str, ...]) -> set[str]:
        """The IRIs of all associations between pairs of entities, or with one end among some entities."""
        rows = self.rows("?a", keys, of, "?a rdf:subject ?s ; rdf:object ?o")
        self._bound(len(rows))
        return {a.value for (a,) in rows}

    # -- with all that is said of them --------------------------------------------------------------

    def graph(self, associations: set[str], entities: set[str]) -> KnowledgeGraph:
        """The graph of some associations with their findings, papers and entities, and of more entities."""
        quads = self.said_of(associations, _KEY)
        rows = self.rows("?s", ("a",), associations, "?s mscgraph:reports ?a")
        findings = self.said_of(s.value for (s,) in rows)
        ends = {self.iri("rdf:subject"), self.iri("rdf:object")}
        apart = {self.iri(c) for c in ("rdf:type", "mscgraph:reports", "mscgraph:publication")}
        entities = entities | _objects(q for q in quads if q.predicate.value in ends)
        entities |= _objects(q for q in findings if q.predicate.value not in apart)
        vocabulary = self.iri("MSCGT:x").removesuffix("x")
        new = {one for one in entities if not one.startswith(vocabulary)}
        papers = self.said_of(self._linked(findings, "mscgraph:publication"))
        parts = self.said_of(self._linked(papers, "mscgraph:includes"))
        quads += [*findings, *papers, *parts]
        known = set(new)
        while new:  # with their ancestors
            said = self.said_of(new)
            quads += said
            new = self._linked(said, "rdfs:subClassOf") - known
            known |= new
        return self._read(quads)

    def _linked(self, quads: Iterable[ox.Quad], property_: str) -> set[str]:
        iri = self.iri(property_)
        return _objects(quad for quad in quads if quad.predicate.value == iri)

    def _read(self, quads: list[ox.Quad]) -> KnowledgeGraph:
        """The graph, where this program knows all the words that it is in."""
        kg = from_quads(quads, self._store.place)
        for finding in kg.findings.values():
            for what, known in (
                ("predicate", kg.predicates),
                ("aspect", kg.aspects),
                ("publication", kg.publications),
            ):
                value = getattr(finding, what)
                if value not in known:
                    said = f"{finding.id} has the unknown {what} {value!r}"
                    raise DataError(said, file=self._store.place)
        return kg

    def said_of(self, iris: Iterable[str], pattern: str = _TRIPLES) -> list[ox.Quad]:
        """Everything that the store says of some subjects."""
        return [ox.Quad(s, p, o) for s, p, o in self.rows(_TRIPLES, ("s",), iris, pattern)]

    # -- batches ------------------------------------------------------------------------------------

    def rows(
        self, wanted: str, keys: tuple[str, ...], values: Iterable[Any], pattern: str
    ) -> list[tuple[Any, ...]]:
        """The distinct rows of a pattern, for IRIs (or tuples of them) that stand for its keys."""
        found: list[tuple[Any, ...]] = []
        # Sorted, so that the same question is the same requests.
        given = sorted(values)
        for start in range(0, len(given), _BATCH):
            found += self._batch(wanted, keys, given[start : start + _BATCH], pattern)
        return found

    def _batch(
        self, wanted: str, keys: tuple[str, ...], values: Sequence[Any], pattern: str
    ) -> list[tuple[Any, ...]]:
        given = " ".join(
            "(" + " ".join(str(ox.NamedNode(iri)) for iri in ([v] if isinstance(v, str) else v)) + ")"
            for v in values
        )
        variables = " ".join(f"?{key}" for key in keys)
        select = f"SELECT DISTINCT {wanted} WHERE {{ VALUES ({variables}) {{ {given} }} {pattern} }}"
        counted = self._store.rows(f"SELECT (COUNT(*) AS ?n) WHERE {{ {{ {select} }} }}")
        count = int(counted[0][0].value) if counted else 0
        if count == 0:
            return []
        if wanted != _TRIPLES:
            self._bound(count)
        rows = self._store.rows(select)
        if len(rows) >= count:
            return rows
        # A server that cuts long answers says so nowhere in them.
        if len(values) == 1:
            raise EndpointError(
                f"{self._store.place} gave {len(rows)} of {count} rows: it cuts long answers. Have its "
                "limit on rows raised."
            )
        half = len(values) // 2
        return [
            row
            for part in (values[:half], values[half:])
            for row in self._batch(wanted, keys, part, pattern)
        ]

    def _bound(self, number: int) -> None:
        if number > self._largest:
            raise EndpointError(
                f"More than {self._largest:,} relations of {self._store.place} lie between the two: ask "
                "for fewer steps, or let more be fetched."
            )


def _distances(steps: set[_Pair], start: set[str]) -> dict[str, int]:
    """How many steps each entity is away."""
    after: dict[str, set[str]] = defaultdict(set)
    for one, other in steps:
        after[one].add(other)
    found, frontier, distance = dict.fromkeys(start, 0), set(start), 0
    while frontier:
        distance += 1
        frontier = set().union(*(after[one] for one in frontier)) - found.keys()
        found.update(dict.fromkeys(frontier, distance))
    return found


def _objects(quads: Iterable[ox.Quad]) -> set[str]:
    return {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}
