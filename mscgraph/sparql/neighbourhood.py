"""What lies between two entities of a store, as a graph: all that a path question there can touch.

A path of at most H steps is walked from both ends, ⌈H/2⌉ steps forwards and ⌊H/2⌋ backwards: each of its
steps is then seen from one end or the other. Only steps on a walk of at most H steps are kept, and all
associations on their two entities are fetched, so that what speaks against a step comes along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pyoxigraph as ox

from mscgraph.errors import DataError, EndpointError
from mscgraph.model import NOT_REPORTED
from mscgraph.rdf import Backend, Solutions, from_quads

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Entity
    from mscgraph.paths.conditions import Conditions

LARGEST = 200_000
_BATCH = 200
_TRIPLES = "?s ?p ?o"
_KEY = "VALUES ?p { rdf:subject rdf:predicate rdf:object mscgraph:aspect } ?s ?p ?o"
_WALKED = "?a rdf:subject ?s ; rdf:object ?o ; mscgraph:net_sign ?sign"
_Pair = tuple[str, str]


class _Store(Backend, Protocol):
    """A backend that says where it is."""

    @property
    def place(self) -> str:
        """Its folder or address, as an error names it."""


class Fetcher:
    """Asks a store in batches, and never takes a part of an answer for the whole."""

    def __init__(self, store: _Store, largest: int = LARGEST) -> None:
        self._store = store
        self._largest = largest

    def iri(self, curie: str) -> str:
        """The IRI of a CURIE."""
        return self._store.prefixes.expand(curie)

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
        associations = self.associations(steps | direct)
        if asked.damping:
            associations |= self.associations(between)
        taxa = () if asked.taxon in (None, NOT_REPORTED) else (asked.taxon,)
        entities = between | {self.iri(one) for one in (*asked.via, *asked.avoid, *taxa)}
        if asked.categories:
            entities |= self.one_of_each_category()
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

    def associations(self, of: Collection[str] | Collection[_Pair]) -> set[str]:
        """The IRIs of all associations between pairs of entities, or with one end among some entities."""
        paired = [one for one in of if isinstance(one, tuple)]
        alone = [one for one in of if isinstance(one, str)]
        pattern = "?a rdf:subject ?s ; rdf:object ?o"
        found = {a.value for (a,) in self.rows("?a", ("s", "o"), paired, pattern)}
        for key in ("s", "o"):
            found |= {a.value for (a,) in self.rows("?a", (key,), alone, pattern)}
            self._bound(len(found))
        return found

    def one_of_each_category(self) -> set[str]:
        """The IRI of an entity of every category."""
        query = (
            "SELECT (SAMPLE(?e) AS ?one) WHERE { ?e a mscgraph:Entity , ?category } GROUP BY ?category"
        )
        found = self._store.answer(query)
        rows = found.rows if isinstance(found, Solutions) else []
        return {one.value for (one,) in rows if one is not None}

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
        entities = {one for one in entities if not one.startswith(vocabulary)}
        papers = self.said_of(_objects_of(findings, self.iri("mscgraph:publication")))
        parts = self.said_of(_objects_of(papers, self.iri("mscgraph:includes")))
        quads += [*findings, *papers, *parts, *self._with_ancestors(entities)]
        return self._read(quads)

    def _with_ancestors(self, entities: set[str]) -> list[ox.Quad]:
        above = self.iri("rdfs:subClassOf")
        quads: list[ox.Quad] = []
        known, new = set(entities), set(entities)
        while new:
            said = self.said_of(new)
            quads += said
            new = _objects_of(said, above) - known
            known |= new
        return quads

    def _read(self, quads: list[ox.Quad]) -> KnowledgeGraph:
        """The graph, where this program knows all the words that it is in."""
        place = self._store.place
        kg = from_quads(quads, place)
        for finding in kg.findings.values():
            for what, value, known in (
                ("predicate", finding.predicate, kg.predicates),
                ("aspect", finding.aspect, kg.aspects),
                ("publication", finding.publication, kg.publications),
            ):
                if value not in known:
                    raise DataError(f"{finding.id} has the unknown {what} {value!r}", file=place)
        return kg

    def said_of(self, iris: Iterable[str], pattern: str = _TRIPLES) -> list[ox.Quad]:
        """Everything that the store says of some subjects."""
        rows = self.rows(_TRIPLES, ("s",), iris, pattern)
        return [ox.Quad(s, p, o) for s, p, o in rows]

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
        counted = self._store.answer(f"SELECT (COUNT(*) AS ?n) WHERE {{ {{ {select} }} }}")
        count = int(counted.rows[0][0].value) if isinstance(counted, Solutions) else 0
        if count == 0:
            return []
        if wanted != _TRIPLES:
            self._bound(count)
        found = self._store.answer(select)
        rows = found.rows if isinstance(found, Solutions) else []
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
    after: dict[str, list[str]] = {}
    for one, other in steps:
        after.setdefault(one, []).append(other)
    found, frontier, distance = dict.fromkeys(start, 0), set(start), 0
    while frontier:
        distance += 1
        frontier = {other for one in frontier for other in after.get(one, ())} - found.keys()
        found.update(dict.fromkeys(frontier, distance))
    return found


def _objects(quads: Iterable[ox.Quad]) -> set[str]:
    return {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}


def _objects_of(quads: Iterable[ox.Quad], predicate: str) -> set[str]:
    return _objects(quad for quad in quads if quad.predicate.value == predicate)
