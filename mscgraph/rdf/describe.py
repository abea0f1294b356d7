"""The data set as catalogues want it: VoID for counts, DCAT for version and licence, PROV for sources."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox

from mscgraph.rdf.build import quad_order, to_quads
from mscgraph.rdf.formats import write_quads
from mscgraph.rdf.turtle import Graph

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mscgraph.graph import KnowledgeGraph

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
ATTRIBUTED = "http://www.w3.org/ns/prov#wasAttributedTo"
_DATASET = "https://w3id.org/mscgraph/dataset"
_AGENT = "https://w3id.org/mscgraph/agent/"
_NAMESPACES = {
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_CLASSES = ("mscgraph:Finding", "mscgraph:Association", "mscgraph:Entity", "biolink:Publication")


def agent(name: str) -> str:
    """Return the IRI of who curated or reviewed: an ORCID, or a program of ours."""
    kind, _, rest = name.partition(":")
    return f"https://orcid.org/{rest}" if kind == "ORCID" else _AGENT + quote(rest or name)


def describe(kg: KnowledgeGraph, quads: Sequence[ox.Quad] | None = None) -> bytes:
    """Return the description as Turtle: version, licence, counts, vocabularies and the papers behind it.

    ``quads`` are those of the graph, where they are at hand.

    Every number is counted from the graph. The date is the day on which its newest row was written.
    """
    triples = {ox.Quad(*triple) for triple in _Description(kg, quads or to_quads(kg)).triples()}
    return write_quads(sorted(triples, key=quad_order), "turtle", kg.prefixes.namespaces | _NAMESPACES)


class _Description:
    def __init__(self, kg: KnowledgeGraph, quads: Sequence[ox.Quad]) -> None:
        self.kg = kg
        self.quads = quads

    def node(self, name: str) -> ox.NamedNode:
        prefix, _, local = name.partition(":")
        if prefix in _NAMESPACES:
            return ox.NamedNode(_NAMESPACES[prefix] + local)
        return ox.NamedNode(name if local.startswith("//") else self.kg.prefixes.expand(name))

    def say(self, subject: str, predicate: str, value: str | int | ox.Literal) -> ox.Triple:
        """A triple; text that names something is a node, a literal stands for itself."""
        if isinstance(value, str):
            return ox.Triple(self.node(subject), self.node(predicate), self.node(value))
        literal = value if isinstance(value, ox.Literal) else ox.Literal(value)
        return ox.Triple(self.node(subject), self.node(predicate), literal)

    def triples(self) -> Iterator[ox.Triple]:
        yield from self.dataset()
        yield from self.counts()
        yield from self.sources()

    def dataset(self) -> Iterator[ox.Triple]:
        version = import_module(__name__.partition(".")[0]).__version__
        for kind in ("void:Dataset", "dcat:Dataset", "prov:Entity"):
            yield self.say(_DATASET, "rdf:type", kind)
        title = "mscgraph: how mesenchymal stem/stromal cells modulate immunity in multiple sclerosis"
        yield self.say(_DATASET, "dcterms:title", ox.Literal(title, language="en"))
        yield self.say(_DATASET, "dcterms:license", LICENCE)
        yield self.say(_DATASET, "dcat:version", ox.Literal(version))
        yield self.say(_DATASET, "owl:versionInfo", ox.Literal(version))
        for word in ("mesenchymal stem cell", "multiple sclerosis", "immunology"):
            yield self.say(_DATASET, "dcat:keyword", ox.Literal(word, language="en"))
        written = max((f.curated_on for f in self.kg.findings.values() if f.curated_on), default="")
        if written:
            day = ox.Literal(written, datatype=self.node("xsd:date"))
            yield self.say(_DATASET, "dcterms:modified", day)

    def counts(self) -> Iterator[ox.Triple]:
        union = {quad.triple for quad in self.quads}
        yield from self.sizes(_DATASET, union)
        yield self.say(_DATASET, "void:uriSpace", ox.Literal("https://w3id.org/mscgraph/"))
        for graph in Graph:
            name = self.node(graph.value)
            yield self.say(_DATASET, "void:subset", name.value)
            yield self.say(name.value, "rdf:type", "void:Dataset")
            yield from self.sizes(name.value, {q.triple for q in self.quads if q.graph_name == name})
        kind = self.node("rdf:type")
        for held in _CLASSES:
            part = f"{_DATASET}#{held.partition(':')[2]}"
            members = sum(t.predicate == kind and t.object == self.node(held) for t in union)
            yield self.say(_DATASET, "void:classPartition", part)
            yield self.say(part, "void:class", held)
            yield self.say(part, "void:entities", members)
        used = {t.predicate.value for t in union}
        for namespace in self.kg.prefixes.namespaces.values():
            if any(iri.startswith(namespace) for iri in used):
                yield self.say(_DATASET, "void:vocabulary", namespace)

    def sizes(self, subject: str, triples: set[ox.Triple]) -> Iterator[ox.Triple]:
        yield self.say(subject, "void:triples", len(triples))
        yield self.say(subject, "void:distinctSubjects", len({t.subject for t in triples}))
        yield self.say(subject, "void:properties", len({t.predicate for t in triples}))
        yield self.say(subject, "void:distinctObjects", len({t.object for t in triples}))

    def sources(self) -> Iterator[ox.Triple]:
        for paper in {finding.publication for finding in self.kg.findings.values()}:
            yield self.say(_DATASET, "prov:wasDerivedFrom", paper)
            yield self.say(_DATASET, "dcterms:source", paper)
        for finding in self.kg.findings.values():
            for name in filter(None, (finding.curated_by, finding.reviewed_by)):
                yield self.say(_DATASET, "prov:wasAttributedTo", agent(name))
                kind = "prov:SoftwareAgent" if name.startswith("agent:") else "prov:Person"
                yield self.say(agent(name), "rdf:type", kind)
