"""Single records as RDF: what the whole graph says of some entities, associations, findings and papers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mscgraph.errors import CurieError
from mscgraph.rdf.build import to_quads
from mscgraph.rdf.formats import serialize_quads
from mscgraph.rdf.turtle import Graph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mscgraph.graph import KnowledgeGraph


class Describer:
    """A graph made ready once to describe many of its records; ``quads`` are all that is said in it.

    Examples
    --------
    >>> import mscgraph as mg
    >>> text = Describer(mg.load()).serialize(["CL:0000134"], "turtle")
    >>> b"CL:0000134" in text
    True
    """

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._prefixes = kg.prefixes
        self._direct_graph = ox.NamedNode(kg.prefixes.expand(Graph.DIRECT.value))
        self._parts = kg.prefixes.expand("MSCGS:x").removesuffix("x")
        self.quads = to_quads(kg)
        self._of: dict[str, list[int]] = defaultdict(list)  # places in the sorted quads
        for place, quad in enumerate(self.quads):
            if isinstance(quad.subject, ox.NamedNode):
                self._of[quad.subject.value].append(place)

    def holds(self, record: str) -> bool:
        """Whether anything is said of a record."""
        try:
            return self._prefixes.expand(record) in self._of
        except CurieError:
            return False

    def serialize(self, records: Iterable[str], format: str) -> bytes:  # noqa: A002
        """Return all that is said of these records, by CURIE, and the direct triples between them."""
        wanted = {self._prefixes.expand(record) for record in records}
        found: list[int] = []
        for iri in wanted:
            for place in self._of.get(iri, ()):
                quad = self.quads[place]
                value = quad.object.value if isinstance(quad.object, ox.NamedNode) else ""
                if quad.graph_name == self._direct_graph and value not in wanted:
                    continue
                found.append(place)
                # the studies of a review, and what others state, have no page of their own
                if value.startswith((self._parts, f"{iri}.")):
                    found += self._of.get(value, ())
        quads = [self.quads[place] for place in sorted(found)]
        return serialize_quads(quads, format, self._prefixes.namespaces)
