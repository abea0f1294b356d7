"""From the graph to RDF quads: sorted, without blank nodes, the same for the same input.

Each association is an IRI with ``rdf:subject``, ``rdf:predicate`` and ``rdf:object``, its Biolink
qualifiers and grade, and links to its findings by SEPIO: supporting, disputing, inconclusive. The direct
triple, which plain graph tools walk, is derived: only for an effect or structure, never for a null
result, and only where at least one finding that counts supports it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from mscgraph.biolink import category, statement
from mscgraph.graph import statements_of
from mscgraph.graph.conflicts import find_conflicts
from mscgraph.model import NOT_REPORTED, PredicateKind, association_id
from mscgraph.rdf.turtle import (
    DIRECT,
    ENTITY_COLUMNS,
    FINDING_COLUMNS,
    IRIS,
    LICENCE,
    PUBLICATION_COLUMNS,
    STATED,
    TERMS,
    VALUE_COUNT,
    Graph,
    term_curie,
)
from mscgraph.tables.folder import resource_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Entity, Finding, Publication
    from mscgraph.schema import Column

_XSD = "http://www.w3.org/2001/XMLSchema#"
DATATYPES = {
    "flag": "boolean",
    "whole number": "integer",
    "year": "gYear",
    "date": "date",
    "duration": "duration",
}
_HIERARCHY = frozenset(column.name for column in DIRECT)
_WALKED = (PredicateKind.EFFECT, PredicateKind.STRUCTURE, PredicateKind.DESCRIPTION)


def to_quads(kg: KnowledgeGraph, *, rdf12: bool = False) -> list[ox.Quad]:
    """Return the whole graph as sorted quads in five named graphs, with RDF 1.2's reifiers if asked."""
    return sorted(unsorted_quads(kg, rdf12=rdf12), key=quad_order)


def unsorted_quads(kg: KnowledgeGraph, *, rdf12: bool = False) -> set[ox.Quad]:
    """Return the quads of :func:`to_quads` in no order, for who sorts them otherwise."""
    builder = Builder(kg)
    quads = set(builder.quads())
    if rdf12:
        quads.update(builder.reified(edge) for edge in kg.associations.values())
    return quads


def quad_order(quad: ox.Quad) -> tuple[str, str, bool, str, str]:
    """By graph and subject, what it is before what is said of it: the order of all that we write."""
    return str(quad.graph_name), *_order(quad)


def _order(quad: ox.Quad) -> tuple[str, bool, str, str]:
    predicate = quad.predicate.value
    return str(quad.subject), not predicate.endswith("#type"), predicate, str(quad.object)


class Builder:
    """Makes terms once and quads from records."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self.kg = kg
        self._nodes: dict[str, ox.NamedNode] = {}

    def node(self, curie: str) -> ox.NamedNode:
        """The IRI of a CURIE."""
        if curie not in self._nodes:
            self._nodes[curie] = ox.NamedNode(self.kg.prefixes.expand(curie))
        return self._nodes[curie]

    def quad(
        self, graph: Graph, subject: str, predicate: str, object_: ox.NamedNode | ox.Literal
    ) -> ox.Quad:
        """A quad from CURIEs and an object that is already a term."""
        return ox.Quad(self.node(subject), self.node(predicate), object_, self.node(graph.value))

    def link(self, graph: Graph, subject: str, predicate: str, object_: str) -> ox.Quad:
        """A quad from four CURIEs."""
        return self.quad(graph, subject, predicate, self.node(object_))

    def quads(self) -> Iterator[ox.Quad]:
        """All quads, in no particular order, some perhaps twice."""
        for entity in self.kg.entities.values():
            yield from self.entity(entity)
        for publication in self.kg.publications.values():
            yield from self.publication(publication)
        for finding in self.kg.findings.values():
            yield from self.finding(finding)
        for association in self.kg.associations.values():
            yield from self.association(association)
            yield from self.statements(association)
        yield from self.conflicts()
        yield from self.ontology()

    def columns(
        self, graph: Graph, subject: str, record: object, columns: tuple[Column, ...]
    ) -> Iterator[ox.Quad]:
        """The quads of a record's columns, defaults left out."""
        for column in columns:
            value = getattr(record, column.name)
            values = value if isinstance(value, tuple) else (value,)
            for one in values:
                if one not in ("", column.absent):
                    yield self.quad(graph, subject, column.rdf, self.term(column, one))

    def term(self, column: Column, value: object) -> ox.NamedNode | ox.Literal:
        """The RDF term of one value."""
        if isinstance(value, bool):
            return ox.Literal(value)
        if not isinstance(value, str):
            raise TypeError(f"{value!r} in column {column.name} is neither text nor flag")
        if column.kind in IRIS or (column.kind == "term or entity" and ":" in value):
            return self.node(value)
        if column.kind in TERMS:
            return self.node(term_curie(column.name, value))
        if column.kind in DATATYPES:
            return ox.Literal(value, datatype=ox.NamedNode(_XSD + DATATYPES[column.kind]))
        return ox.Literal(value)

    def counted(self, graph: Graph, subject: str, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """A record's quads and how many values they give it, so that a reader sees when one is gone."""
        held = set(quads)
        yield from held
        yield self.quad(graph, subject, VALUE_COUNT, ox.Literal(len(held)))

    def entity(self, entity: Entity) -> Iterator[ox.Quad]:
        """An entity's description, and its place in the hierarchy as direct triples."""
        yield from self.counted(Graph.ENTITIES, entity.id, self._entity(entity))

    def _entity(self, entity: Entity) -> Iterator[ox.Quad]:
        yield self.link(Graph.ENTITIES, entity.id, "rdf:type", category(entity.category))
        yield self.link(Graph.ENTITIES, entity.id, "rdf:type", "mscgraph:Entity")
        yield from self.columns(Graph.ENTITIES, entity.id, entity, ENTITY_COLUMNS)
        yield from self.columns(Graph.DIRECT, entity.id, entity, DIRECT)

    def publication(self, publication: Publication) -> Iterator[ox.Quad]:
        """A paper and, for a review, its evidence base."""
        graph, key = Graph.ENTITIES, publication.id
        quads = [
            self.link(graph, key, "rdf:type", "biolink:Publication"),
            *self.columns(graph, key, publication, PUBLICATION_COLUMNS),
        ]
        for count, design in publication.included_studies:
            part = f"MSCGS:{key.replace(':', '.').replace('/', '_')}.{design}"
            quads.append(self.link(graph, key, "mscgraph:includes", part))
            yield self.link(graph, part, "rdf:type", "mscgraph:IncludedStudies")
            yield self.link(graph, part, "mscgraph:study_design", term_curie("study_design", design))
            yield self.quad(graph, part, "mscgraph:study_count", ox.Literal(count))
        yield from self.counted(graph, key, quads)

    def finding(self, finding: Finding) -> Iterator[ox.Quad]:
        """A finding, tied to the association that it reports on."""
        yield from self.counted(Graph.FINDINGS, finding.id, self._finding(finding))

    def _finding(self, finding: Finding) -> Iterator[ox.Quad]:
        yield self.link(Graph.FINDINGS, finding.id, "rdf:type", "mscgraph:Finding")
        yield self.link(Graph.FINDINGS, finding.id, "mscgraph:reports", association_id(*finding.key))
        yield from self.columns(Graph.FINDINGS, finding.id, finding, FINDING_COLUMNS)

    def association(self, edge: Association) -> Iterator[ox.Quad]:
        """An association with its qualifiers, grade and evidence, and its direct triple."""
        graph = Graph.ASSOCIATIONS
        predicate = self.kg.predicates[edge.predicate]
        aspect = self.kg.aspects[edge.aspect]
        yield self.link(graph, edge.id, "rdf:type", "mscgraph:Association")
        yield self.link(graph, edge.id, "rdf:subject", edge.subject)
        yield self.link(graph, edge.id, "rdf:predicate", f"mscgraph:{edge.predicate}")
        yield self.link(graph, edge.id, "rdf:object", edge.object)
        yield self.link(graph, edge.id, "mscgraph:aspect", term_curie("aspect", edge.aspect))
        said = statement(predicate, aspect)
        yield self.link(graph, edge.id, "mscgraph:biolink_predicate", said.predicate)
        if said.qualified_predicate:
            yield self.link(graph, edge.id, "biolink:qualified_predicate", said.qualified_predicate)
        for name in ("object_direction_qualifier", "object_aspect_qualifier"):
            if getattr(said, name):
                value = ox.Literal(getattr(said, name))
                yield self.quad(graph, edge.id, f"biolink:{name}", value)
        if said.negated:
            yield self.quad(graph, edge.id, "biolink:negated", ox.Literal(True))  # noqa: FBT003
        yield from self.stated(edge)
        yield from self.grade(edge)
        for finding in edge.supporting:
            yield self.link(graph, edge.id, "SEPIO:0000007", finding.id)
        for finding in edge.disputing:
            yield self.link(graph, edge.id, "SEPIO:0000008", finding.id)
        for finding in edge.inconclusive:
            yield self.link(graph, edge.id, "SEPIO:0000009", finding.id)
        for finding in edge.other_settings:
            yield self.link(graph, edge.id, "mscgraph:other_setting", finding.id)
        own = (
            predicate.id in _HIERARCHY
        )  # as of an entity: of whom the table says so, or it would be read back
        if predicate.kind in _WALKED and edge.supporting and not own:
            yield self.link(Graph.DIRECT, edge.subject, f"mscgraph:{edge.predicate}", edge.object)

    def stated(self, edge: Association) -> Iterator[ox.Quad]:
        """Who stands behind an association: we, or those whose statement it is."""
        graph = Graph.ASSOCIATIONS
        others = edge.sources and not edge.findings
        level = ox.Literal(edge.sources[0].knowledge_level if others else "knowledge_assertion")
        yield self.quad(graph, edge.id, "biolink:knowledge_level", level)
        for source in sorted({source.primary_knowledge_source for source in edge.sources}):
            yield self.quad(graph, edge.id, "biolink:primary_knowledge_source", ox.Literal(source))
        agents = {finding.agent_type for finding in edge.findings}
        for agent in agents | {source.agent_type for source in edge.sources}:
            yield self.quad(graph, edge.id, "biolink:agent_type", ox.Literal(agent))

    def statements(self, edge: Association) -> Iterator[ox.Quad]:
        """What others state of an association: in their words, with their papers and their licence."""
        graph = Graph.ASSOCIATIONS
        for key, _, source, licence in statements_of(self.kg, [edge]):
            yield self.link(graph, edge.id, "mscgraph:stated_by", key)
            quads = [
                self.link(graph, key, "rdf:type", "mscgraph:Statement"),
                self.quad(graph, key, LICENCE, ox.Literal(licence)),
            ]
            for name, property_ in STATED.items():
                value = getattr(source, name)
                if isinstance(value, tuple):
                    quads += [self.link(graph, key, property_, paper) for paper in value]
                elif value:
                    quads.append(self.quad(graph, key, property_, ox.Literal(value)))
            yield from self.counted(graph, key, quads)

    def reified(self, edge: Association) -> ox.Quad:
        """In RDF 1.2: the association names its triple as a term, and so does not assert it."""
        terms = (
            self.node(edge.subject),
            self.node(f"mscgraph:{edge.predicate}"),
            self.node(edge.object),
        )
        return ox.Quad(
            self.node(edge.id),
            self.node("rdf:reifies"),
            ox.Triple(*terms),
            self.node(Graph.ASSOCIATIONS.value),
        )

    def grade(self, edge: Association) -> Iterator[ox.Quad]:
        """The grade with what a query wants to sort and filter by."""
        graph, grade = Graph.ASSOCIATIONS, edge.grade
        studies = ox.Literal(grade.studies)
        yield self.quad(graph, edge.id, "mscgraph:independent_studies", studies)
        if grade.cost is not None:
            yield self.quad(graph, edge.id, "mscgraph:grade", ox.Literal(grade.letter))
            yield self.quad(graph, edge.id, "mscgraph:cost", ox.Literal(grade.cost))
            evidence_level = ox.Literal(grade.evidence_level.name.lower())
            yield self.quad(graph, edge.id, "mscgraph:evidence_level", evidence_level)
        if edge.sign is not None:
            yield self.quad(graph, edge.id, "mscgraph:net_sign", ox.Literal(int(edge.sign)))

    def conflicts(self) -> Iterator[ox.Quad]:
        """``is inconsistent with`` in both directions between associations that disagree."""
        for conflict in find_conflicts(self.kg):
            pair = (conflict.first.id, conflict.second.id)
            for one, other in (pair, pair[::-1]):
                yield self.link(Graph.ASSOCIATIONS, one, "SEPIO:0000126", other)

    def ontology(self) -> Iterator[ox.Quad]:
        """The project's own classes and properties, and the vocabulary as SKOS concepts."""
        graph = self.node(Graph.ONTOLOGY.value)
        for text in resource_text("terms", "*.ttl", folder=self.kg.folder).values():
            for quad in ox.parse(text, format=ox.RdfFormat.TURTLE):
                yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        for column in FINDING_COLUMNS:
            yield from self.property(column)
        for name, terms in self.kg.vocabulary.items():
            for value in terms.values():
                curie = value.id if ":" in value.id else term_curie(name, value.id)
                yield from self.concept(curie, value.label, value.definition, value.maps_to)
        for aspect in self.kg.aspects.values():
            yield from self.concept(
                term_curie("aspect", aspect.id), aspect.label, aspect.definition, aspect.go
            )
            polarity = ox.Literal(int(aspect.polarity))
            yield self.quad(
                Graph.ONTOLOGY, term_curie("aspect", aspect.id), "mscgraph:polarity", polarity
            )

    def property(self, column: Column) -> Iterator[ox.Quad]:
        """A column of the findings as an RDF property."""
        graph = Graph.ONTOLOGY
        kind = "Object" if column.kind in (*IRIS, *TERMS) else "Datatype"
        yield self.link(graph, column.rdf, "rdf:type", f"owl:{kind}Property")
        yield self.quad(graph, column.rdf, "rdfs:label", ox.Literal(column.label))
        yield self.quad(graph, column.rdf, "skos:definition", ox.Literal(column.definition))
        if column.broader:
            yield self.link(graph, column.rdf, "rdfs:subPropertyOf", column.broader)

    def concept(self, curie: str, label: str, definition: str, maps_to: str) -> Iterator[ox.Quad]:
        """A permitted value as a SKOS concept."""
        graph = Graph.ONTOLOGY
        yield self.link(graph, curie, "rdf:type", "skos:Concept")
        yield self.quad(graph, curie, "skos:prefLabel", ox.Literal(label))
        if definition:
            yield self.quad(graph, curie, "skos:definition", ox.Literal(definition))
        if maps_to and maps_to != NOT_REPORTED:
            yield self.link(graph, curie, "skos:relatedMatch", maps_to)
