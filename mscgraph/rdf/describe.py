"""What is published of a graph besides the whole: its catalogue entry, nanopublications, single records."""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox

from mscgraph.errors import CurieError
from mscgraph.rdf.build import Builder, Graph, quad_order, to_quads
from mscgraph.rdf.formats import serialize_quads, write_quads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Finding

_LICENCE = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")
_PLACE = "https://w3id.org/mscgraph/"
_DATASET = ox.NamedNode(f"{_PLACE}dataset")
_NAMESPACES = {
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "np": "http://www.nanopub.org/nschema#",
}
_CLASSES = ("mscgraph:Finding", "mscgraph:Association", "mscgraph:Entity", "biolink:Publication")


def _agents(findings: Iterable[Finding]) -> set[tuple[ox.NamedNode, str]]:
    """The IRIs of who curated and who reviewed, an ORCID or a program of ours; and what each is."""
    found = set()
    names = {name for f in findings for name in (f.curated_by, f.reviewed_by) if name}
    for name in names:
        kind, _, rest = name.partition(":")
        own = f"{_PLACE}agent/{quote(rest or name)}"
        iri = ox.NamedNode(f"https://orcid.org/{rest}" if kind == "ORCID" else own)
        found.add((iri, "prov:SoftwareAgent" if name.startswith("agent:") else "prov:Person"))
    return found


def _written(builder: Builder, findings: Iterable[Finding]) -> ox.Literal | None:
    """The day on which the newest of some findings was written."""
    day = max((finding.curated_on for finding in findings), default="")
    return ox.Literal(day, datatype=builder.node("xsd:date")) if day else None


# -- the data set -----------------------------------------------------------------------------------


def describe(kg: KnowledgeGraph, quads: Sequence[ox.Quad] | None = None) -> bytes:
    """Return the data set as catalogues want it, as Turtle.

    VoID for counts and vocabularies, DCAT for version and licence, PROV for the papers behind it. ``quads``
    are those of the graph, where they are at hand. Every number is counted from the graph. The date is the
    day on which its newest row was written.
    """
    builder = Builder(kg, _NAMESPACES)
    said = _described(builder, quads or to_quads(kg))
    return write_quads(sorted(set(said), key=quad_order), "turtle", builder.prefixes.namespaces)


def _described(builder: Builder, quads: Sequence[ox.Quad]) -> Iterator[ox.Quad]:
    findings = builder.kg.findings.values()
    version = ox.Literal(import_module(__name__.partition(".")[0]).__version__)
    title = "mscgraph: how mesenchymal stem/stromal cells modulate immunity in multiple sclerosis"
    words = ("mesenchymal stem cell", "multiple sclerosis", "immunology")
    union = {quad.triple for quad in quads}
    used = {triple.predicate.value for triple in union}
    graphs = [builder.node(graph.value) for graph in Graph]
    papers = [finding.publication for finding in findings]
    agents = _agents(findings)
    parts = {kind: ox.NamedNode(f"{_DATASET.value}#{kind.partition(':')[2]}") for kind in _CLASSES}
    yield from builder.say(_DATASET, _DATASET, {
        "rdf:type": ["void:Dataset", "dcat:Dataset", "prov:Entity"],
        "dcterms:title": ox.Literal(title, language="en"),
        "dcterms:license": _LICENCE,
        "dcat:version": version,
        "owl:versionInfo": version,
        "dcat:keyword": [ox.Literal(word, language="en") for word in words],
        "dcterms:modified": _written(builder, findings),
        "void:uriSpace": ox.Literal(_PLACE),
        "void:subset": [*graphs],
        "void:classPartition": [*parts.values()],
        "void:vocabulary": [
            ox.NamedNode(namespace)
            for namespace in builder.kg.prefixes.namespaces.values()
            if any(iri.startswith(namespace) for iri in used)
        ],
        "prov:wasDerivedFrom": [*papers],
        "dcterms:source": [*papers],
        "prov:wasAttributedTo": [iri for iri, _ in agents],
    })  # fmt: skip
    held = {graph: {q.triple for q in quads if q.graph_name == graph} for graph in graphs}
    for place, triples in {_DATASET: union, **held}.items():
        yield from builder.say(_DATASET, place, {
            "rdf:type": "void:Dataset",
            "void:triples": len(triples),
            "void:distinctSubjects": len({triple.subject for triple in triples}),
            "void:properties": len({triple.predicate for triple in triples}),
            "void:distinctObjects": len({triple.object for triple in triples}),
        })  # fmt: skip
    type_ = builder.node("rdf:type")
    for kind, part in parts.items():
        members = sum(t.predicate == type_ and t.object == builder.node(kind) for t in union)
        yield from builder.say(_DATASET, part, {"void:class": kind, "void:entities": members})
    for iri, kind in agents:
        yield from builder.say(_DATASET, iri, {"rdf:type": kind})


# -- nanopublications ---------------------------------------------------------------------------------


def nanopublications(kg: KnowledgeGraph) -> Iterator[tuple[str, bytes]]:
    """Yield the id of each association that something supports, and its nanopublication as TriG, unsigned.

    The model of http://nanopub.net/guidelines/working_draft/: four named graphs, of which the head ties
    assertion, provenance and publication info to the nanopublication. Findings, for and against, are the
    provenance of the assertion. Its date is the day on which the newest of them was written.
    """
    builder = Builder(kg, {"np": _NAMESPACES["np"]})
    for key, edge in sorted(kg.associations.items()):
        if edge.supporting:
            quads = sorted(set(_published(builder, edge)), key=quad_order)
            yield key, write_quads(quads, "trig", builder.prefixes.namespaces)


def _published(builder: Builder, edge: Association) -> Iterator[ox.Quad]:
    itself = ox.NamedNode(f"{_PLACE}nanopub/{edge.id.partition(':')[2]}")
    head, assertion, provenance, about = (
        ox.NamedNode(f"{itself.value}#{part}")
        for part in ("Head", "assertion", "provenance", "pubinfo")
    )
    yield from builder.say(head, itself, {
        "rdf:type": "np:Nanopublication",
        "np:hasAssertion": assertion,
        "np:hasProvenance": provenance,
        "np:hasPublicationInfo": about,
    })  # fmt: skip
    evidence = (builder.node("SEPIO:0").value, builder.node("mscgraph:other_setting").value)
    findings = (*edge.findings, *edge.contrary)
    for quad in builder.association(edge):
        place = provenance if quad.predicate.value.startswith(evidence) else assertion
        yield _moved(quad, place)
    for finding in findings:
        yield from (_moved(quad, provenance) for quad in builder.finding(finding))
    who = {"prov:wasAttributedTo": [iri for iri, _ in _agents(edge.findings)]}
    papers = [finding.publication for finding in edge.findings]
    yield from builder.say(provenance, assertion, {"prov:wasDerivedFrom": [*papers], **who})
    made = {"dcterms:created": _written(builder, findings), "dcterms:license": _LICENCE}
    yield from builder.say(about, itself, {**made, **who})


def _moved(quad: ox.Quad, graph: ox.NamedNode) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, graph)


# -- single records -----------------------------------------------------------------------------------


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
