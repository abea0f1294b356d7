"""Each association as a nanopublication: assertion, provenance, publication info; unsigned.

The model of http://nanopub.net/guidelines/working_draft/: four named graphs, of which the head ties the
other three to the nanopublication. Findings, for and against, are the provenance of the assertion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from mscgraph.rdf.build import Builder, quad_order
from mscgraph.rdf.describe import ATTRIBUTED, LICENCE, agent
from mscgraph.rdf.formats import write_quads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association

_NP = "http://www.nanopub.org/nschema#"
_PLACE = "https://w3id.org/mscgraph/nanopub/"


def nanopublications(kg: KnowledgeGraph) -> Iterator[tuple[str, bytes]]:
    """Yield the id of each association that something supports, and its nanopublication as TriG.

    Its date is the day on which the newest of its findings was written.
    """
    builder = Builder(kg)
    namespaces = {**kg.prefixes.namespaces, "np": _NP}
    for key, edge in sorted(kg.associations.items()):
        if edge.supporting:
            quads = sorted(_quads(builder, edge), key=quad_order)
            yield key, write_quads(quads, "trig", namespaces)


def _quads(builder: Builder, edge: Association) -> set[ox.Quad]:
    place = _PLACE + edge.id.partition(":")[2]
    itself = ox.NamedNode(place)
    head, assertion, provenance, about = (
        ox.NamedNode(f"{place}#{part}") for part in ("Head", "assertion", "provenance", "pubinfo")
    )
    node = builder.node
    quads = {ox.Quad(itself, node("rdf:type"), ox.NamedNode(_NP + "Nanopublication"), head)}
    for part, graph in (
        ("hasAssertion", assertion),
        ("hasProvenance", provenance),
        ("hasPublicationInfo", about),
    ):
        quads.add(ox.Quad(itself, ox.NamedNode(_NP + part), graph, head))
    for quad in builder.association(edge):
        name = quad.predicate.value
        evidence = (
            name.startswith(node("SEPIO:0").value) or name == node("mscgraph:other_setting").value
        )
        quads.add(_moved(quad, provenance if evidence else assertion))
    findings = (*edge.findings, *edge.contrary)
    for finding in findings:
        quads.update(_moved(quad, provenance) for quad in builder.finding(finding))
    for paper in {finding.publication for finding in edge.findings}:
        quads.add(ox.Quad(assertion, node("prov:wasDerivedFrom"), node(paper), provenance))
    for name in {n for f in edge.findings for n in (f.curated_by, f.reviewed_by) if n}:
        who = ox.NamedNode(agent(name))
        quads.add(ox.Quad(assertion, ox.NamedNode(ATTRIBUTED), who, provenance))
        quads.add(ox.Quad(itself, ox.NamedNode(ATTRIBUTED), who, about))
    written = max((finding.curated_on for finding in findings if finding.curated_on), default="")
    if written:
        day = ox.Literal(written, datatype=node("xsd:date"))
        quads.add(ox.Quad(itself, node("dcterms:created"), day, about))
    quads.add(ox.Quad(itself, node("dcterms:license"), ox.NamedNode(LICENCE), about))
    return quads


def _moved(quad: ox.Quad, graph: ox.NamedNode) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, graph)
