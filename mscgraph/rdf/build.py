"""From the graph to RDF quads: sorted, without blank nodes, the same for the same input.

A finding's column ``route`` is the property ``mscgraph:route``, so that somebody who knows the tables knows
the graph. A value that is the column's default ("not reported", or nothing) has no triple.

Each association is an IRI with ``rdf:subject``, ``rdf:predicate`` and ``rdf:object``, its Biolink
qualifiers and grade, and links to its findings by SEPIO: supporting, disputing, inconclusive. The direct
triple, which plain graph tools walk, is derived: only for an effect or structure, never for a null
result, and only where at least one finding that counts supports it.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

import pyoxigraph as ox

from mscgraph.biolink import statement
from mscgraph.graph import statements_of
from mscgraph.graph.conflicts import find_conflicts
from mscgraph.model import NOT_REPORTED, PredicateKind, association_id
from mscgraph.schema import KEY, Entity, Finding, Publication, columns_of
from mscgraph.tables.folder import resource_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association
    from mscgraph.schema import Column


class Graph(Enum):
    """The named graphs of the dataset, as CURIEs."""

    DIRECT = "MSCGG:direct"
    ASSOCIATIONS = "MSCGG:associations"
    FINDINGS = "MSCGG:findings"
    ENTITIES = "MSCGG:entities"
    ONTOLOGY = "MSCGG:ontology"


# Kinds of columns whose values are IRIs, those whose values are SKOS concepts of the vocabulary, and those
# whose values are literals of a type.
IRIS = ("entity", "CURIE", "publication")
TERMS = ("term", "term or entity")
DATATYPES = {
    "flag": "boolean",
    "whole number": "integer",
    "year": "gYear",
    "date": "date",
    "duration": "duration",
}
# How many values a finding, entity or publication has, its types among them.
VALUE_COUNT = "mscgraph:value_count"
# What others state: the fields of a KnowledgeSource, and the licence of its source.
STATED = {
    "primary_knowledge_source": "biolink:primary_knowledge_source",
    "knowledge_level": "biolink:knowledge_level",
    "agent_type": "biolink:agent_type",
    "relation": "mscgraph:original_relation",
    "record": "mscgraph:record",
    "publications": "mscgraph:cites",
}
LICENCE = "dcterms:license"
# The subject, predicate, object and aspect of a finding are those of the association that it reports on.
FINDING_COLUMNS = tuple(c for name, c in columns_of(Finding).items() if name not in {"id", *KEY})
# Structural relations: columns of an entity whose triples lie in the direct graph.
DIRECT = tuple(columns_of(Entity)[name] for name in ("parents", "part_of", "derives_from"))
ENTITY_COLUMNS = tuple(
    c for c in columns_of(Entity).values() if c.name not in {"id", "category"} and c not in DIRECT
)
PUBLICATION_COLUMNS = tuple(
    c for name, c in columns_of(Publication).items() if name not in {"id", "included_studies"}
)
_HIERARCHY = frozenset(column.name for column in DIRECT)
_WALKED = (PredicateKind.EFFECT, PredicateKind.STRUCTURE, PredicateKind.DESCRIPTION)
_Name: TypeAlias = "str | ox.NamedNode"
_Value: TypeAlias = "str | int | ox.NamedNode | ox.Literal | ox.Triple | None"
_Said: TypeAlias = "Mapping[str, _Value | Sequence[_Value]]"


def term_curie(column: str, value: str) -> str:
    """The CURIE of a vocabulary value, such as ``MSCGT:route.intrathecal``.

    ``host_taxon`` and the like never come here; a column that shares its vocabulary with another, such
    as a publication's study design with a finding's, shares its terms.
    """
    return f"MSCGT:{column}.{value}"


def to_quads(kg: KnowledgeGraph, *, rdf12: bool = False) -> list[ox.Quad]:
    """Return the whole graph as sorted quads in five named graphs, with RDF 1.2's reifiers if asked."""
    return sorted(unsorted_quads(kg, rdf12=rdf12), key=quad_order)


def unsorted_quads(kg: KnowledgeGraph, *, rdf12: bool = False) -> set[ox.Quad]:
    """Return the quads of :func:`to_quads` in no order, for who sorts them otherwise."""
    builder = Builder(kg)
    quads = set(builder.quads())
    if rdf12:
        quads.update(quad for edge in kg.associations.values() for quad in builder.reified(edge))
    return quads


def quad_order(quad: ox.Quad) -> tuple[str, str, bool, str, str]:
    """By graph and subject, what it is before what is said of it: the order of all that we write."""
    return str(quad.graph_name), *triple_order(quad)


def triple_order(triple: ox.Triple | ox.Quad) -> tuple[str, bool, str, str]:
    """The same within one graph."""
    predicate = triple.predicate.value
    return str(triple.subject), not predicate.endswith("#type"), predicate, str(triple.object)


def texts(*values: str) -> list[_Value]:
    """Literals of the texts that are not empty."""
    return [ox.Literal(value) for value in values if value]


class Builder:
    """Makes terms once and quads from records; ``more`` are namespaces besides those of the graph."""

    def __init__(self, kg: KnowledgeGraph, more: Mapping[str, str] | None = None) -> None:
        self.kg = kg
        self.prefixes = type(kg.prefixes)({**kg.prefixes.namespaces, **(more or {})})
        self._nodes: dict[str, ox.NamedNode] = {}

    def node(self, name: _Name) -> ox.NamedNode:
        """The IRI of a CURIE."""
        if isinstance(name, ox.NamedNode):
            return name
        if name not in self._nodes:
            self._nodes[name] = ox.NamedNode(self.prefixes.expand(name))
        return self._nodes[name]

    def say(self, graph: Graph | _Name, subject: _Name, said: _Said) -> Iterator[ox.Quad]:
        """What is said of a subject, by property; a text is a CURIE, a list several things, None none."""
        place = self.node(graph.value if isinstance(graph, Graph) else graph)
        about = self.node(subject)
        value: Any
        for property_, values in said.items():
            for value in values if isinstance(values, list | tuple) else [values]:
                if isinstance(value, str):
                    yield ox.Quad(about, self.node(property_), self.node(value), place)
                elif value is not None:
                    term = ox.Literal(value) if isinstance(value, int) else value
                    yield ox.Quad(about, self.node(property_), term, place)

    def columns(self, record: object, columns: Iterable[Column]) -> dict[str, list[_Value]]:
        """What a record's columns say, defaults left out."""
        held = {}
        for column in columns:
            value = getattr(record, column.name)
            values = value if isinstance(value, tuple) else (value,)
            held[column.rdf] = [self.term(column, v) for v in values if v not in ("", column.absent)]
        return held

    def term(self, column: Column, value: object) -> _Value:
        """The RDF term of one value."""
        if isinstance(value, bool):
            return value
        if not isinstance(value, str):
            raise TypeError(f"{value!r} in column {column.name} is neither text nor flag")
        if column.kind in IRIS or (column.kind == "term or entity" and ":" in value):
            return value
        if column.kind in TERMS:
            return term_curie(column.name, value)
        if column.kind in DATATYPES:
            return ox.Literal(value, datatype=self.node(f"xsd:{DATATYPES[column.kind]}"))
        return ox.Literal(value)

    def counted(self, graph: Graph, subject: str, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """A record's quads and how many values they give it, so that a reader sees when one is gone."""
        held = set(quads)
        yield from held
        yield from self.say(graph, subject, {VALUE_COUNT: len(held)})

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
        for conflict in find_conflicts(self.kg):  # in both directions
            pair = (conflict.first.id, conflict.second.id)
            for one, other in (pair, pair[::-1]):
                yield from self.say(Graph.ASSOCIATIONS, one, {"SEPIO:0000126": other})
        yield from self.ontology()

    def entity(self, entity: Entity) -> Iterator[ox.Quad]:
        """An entity's description, and its place in the hierarchy as direct triples."""
        kinds = (f"biolink:{entity.category}", "mscgraph:Entity")
        described: _Said = {"rdf:type": kinds, **self.columns(entity, ENTITY_COLUMNS)}
        quads = [
            *self.say(Graph.ENTITIES, entity.id, described),
            *self.say(Graph.DIRECT, entity.id, self.columns(entity, DIRECT)),
        ]
        return self.counted(Graph.ENTITIES, entity.id, quads)

    def publication(self, publication: Publication) -> Iterator[ox.Quad]:
        """A paper and, for a review, its evidence base."""
        graph, key = Graph.ENTITIES, publication.id
        place = f"MSCGS:{key.replace(':', '.').replace('/', '_')}"
        for count, design in publication.included_studies:
            said: _Said = {
                "rdf:type": "mscgraph:IncludedStudies",
                "mscgraph:study_design": term_curie("study_design", design),
                "mscgraph:study_count": count,
            }
            yield from self.say(graph, f"{place}.{design}", said)
        described: _Said = {
            "rdf:type": "biolink:Publication",
            **self.columns(publication, PUBLICATION_COLUMNS),
            "mscgraph:includes": [f"{place}.{design}" for _, design in publication.included_studies],
        }
        yield from self.counted(graph, key, self.say(graph, key, described))

    def finding(self, finding: Finding) -> Iterator[ox.Quad]:
        """A finding, tied to the association that it reports on."""
        said: _Said = {
            "rdf:type": "mscgraph:Finding",
            "mscgraph:reports": association_id(*finding.key),
            **self.columns(finding, FINDING_COLUMNS),
        }
        graph = Graph.FINDINGS
        return self.counted(graph, finding.id, self.say(graph, finding.id, said))

    def association(self, edge: Association) -> Iterator[ox.Quad]:
        """An association with its qualifiers, grade and evidence, and its direct triple.

        Behind it stand we, or those whose statement it is.
        """
        predicate, grade = self.kg.predicates[edge.predicate], edge.grade
        said = statement(predicate, self.kg.aspects[edge.aspect])
        others = edge.sources and not edge.findings
        level = edge.sources[0].knowledge_level if others else "knowledge_assertion"
        graded = grade.cost is not None
        yield from self.say(Graph.ASSOCIATIONS, edge.id, {
            "rdf:type": "mscgraph:Association",
            "rdf:subject": edge.subject,
            "rdf:predicate": f"mscgraph:{edge.predicate}",
            "rdf:object": edge.object,
            "mscgraph:aspect": term_curie("aspect", edge.aspect),
            "mscgraph:biolink_predicate": said.predicate,
            "biolink:qualified_predicate": said.qualified_predicate or None,
            "biolink:object_direction_qualifier": texts(said.object_direction_qualifier),
            "biolink:object_aspect_qualifier": texts(said.object_aspect_qualifier),
            "biolink:negated": said.negated or None,
            "biolink:knowledge_level": ox.Literal(level),
            "biolink:primary_knowledge_source": [
                ox.Literal(source.primary_knowledge_source) for source in edge.sources
            ],
            "biolink:agent_type": [
                *(ox.Literal(finding.agent_type) for finding in edge.findings),
                *(ox.Literal(source.agent_type) for source in edge.sources),
            ],
            "mscgraph:independent_studies": grade.studies,
            "mscgraph:grade": ox.Literal(grade.letter) if graded else None,
            "mscgraph:cost": grade.cost,
            "mscgraph:evidence_level": ox.Literal(grade.evidence_level.name.lower()) if graded else None,
            "mscgraph:net_sign": None if edge.sign is None else int(edge.sign),
            "SEPIO:0000007": [finding.id for finding in edge.supporting],
            "SEPIO:0000008": [finding.id for finding in edge.disputing],
            "SEPIO:0000009": [finding.id for finding in edge.inconclusive],
            "mscgraph:other_setting": [finding.id for finding in edge.other_settings],
        })  # fmt: skip
        # as of an entity: of whom the table says so, or it would be read back
        own = predicate.id in _HIERARCHY
        if predicate.kind in _WALKED and edge.supporting and not own:
            yield from self.say(Graph.DIRECT, edge.subject, {f"mscgraph:{edge.predicate}": edge.object})

    def statements(self, edge: Association) -> Iterator[ox.Quad]:
        """What others state of an association: in their words, with their papers and their licence."""
        graph = Graph.ASSOCIATIONS
        for key, _, source, licence in statements_of(self.kg, [edge]):
            yield from self.say(graph, edge.id, {"mscgraph:stated_by": key})
            held = {property_: getattr(source, name) for name, property_ in STATED.items()}
            said: _Said = {
                "rdf:type": "mscgraph:Statement",
                LICENCE: ox.Literal(licence),
                **{p: v if isinstance(v, tuple) else texts(v) for p, v in held.items()},
            }
            yield from self.counted(graph, key, self.say(graph, key, said))

    def reified(self, edge: Association) -> Iterator[ox.Quad]:
        """In RDF 1.2: the association names its triple as a term, and so does not assert it."""
        names = (edge.subject, f"mscgraph:{edge.predicate}", edge.object)
        triple = ox.Triple(*map(self.node, names))
        return self.say(Graph.ASSOCIATIONS, edge.id, {"rdf:reifies": triple})

    def ontology(self) -> Iterator[ox.Quad]:
        """The project's own classes and properties, and the vocabulary as SKOS concepts."""
        graph = self.node(Graph.ONTOLOGY.value)
        for text in resource_text("terms", "*.ttl", folder=self.kg.folder).values():
            for quad in ox.parse(text, format=ox.RdfFormat.TURTLE):
                yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        for column in FINDING_COLUMNS:
            kind = "Object" if column.kind in (*IRIS, *TERMS) else "Datatype"
            yield from self.say(graph, column.rdf, {
                "rdf:type": f"owl:{kind}Property",
                "rdfs:label": ox.Literal(column.label),
                "skos:definition": ox.Literal(column.definition),
                "rdfs:subPropertyOf": column.broader or None,
            })  # fmt: skip
        for name, terms in self.kg.vocabulary.items():
            for value in terms.values():
                curie = value.id if ":" in value.id else term_curie(name, value.id)
                yield from self.concept(curie, value.label, value.definition, value.maps_to)
        for aspect in self.kg.aspects.values():
            curie = term_curie("aspect", aspect.id)
            yield from self.concept(curie, aspect.label, aspect.definition, aspect.go)
            yield from self.say(graph, curie, {"mscgraph:polarity": int(aspect.polarity)})

    def concept(self, curie: str, label: str, definition: str, maps_to: str) -> Iterator[ox.Quad]:
        """A permitted value as a SKOS concept."""
        return self.say(Graph.ONTOLOGY, curie, {
            "rdf:type": "skos:Concept",
            "skos:prefLabel": ox.Literal(label),
            "skos:definition": texts(definition),
            "skos:relatedMatch": maps_to if maps_to not in ("", NOT_REPORTED) else None,
        })  # fmt: skip
