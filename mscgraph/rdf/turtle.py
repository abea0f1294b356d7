"""Which column becomes which RDF property: one table that building and reading share.

A finding's column ``route`` is the property ``mscgraph:route``, so that somebody who knows the tables
knows the graph. A value that is the column's default ("not reported", or nothing) has no triple.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from mscgraph.model import NOT_REPORTED

__all__ = [
    "DIRECT",
    "ENTITY_COLUMNS",
    "FINDING_COLUMNS",
    "PUBLICATION_COLUMNS",
    "Column",
    "Graph",
    "Kind",
    "term_curie",
]


class Kind(Enum):
    """How a cell becomes an RDF term."""

    TEXT = auto()
    IRI = auto()  # a CURIE
    TERM = auto()  # a value of vocabulary.tsv, or an aspect
    TERM_OR_IRI = auto()
    FLAG = auto()
    INTEGER = auto()
    YEAR = auto()
    DATE = auto()
    DURATION = auto()


class Graph(Enum):
    """The named graphs of the dataset, as CURIEs."""

    DIRECT = "MSCGG:direct"
    ASSOCIATIONS = "MSCGG:associations"
    FINDINGS = "MSCGG:findings"
    ENTITIES = "MSCGG:entities"
    ONTOLOGY = "MSCGG:ontology"


@dataclass(frozen=True, slots=True)
class Column:
    """A column, its property as a CURIE, how its value is written, and the value that is left out."""

    name: str
    predicate: str
    kind: Kind
    default: str = ""
    many: bool = False


def _column(
    name: str, kind: Kind, *, predicate: str = "", default: str = "", many: bool = False
) -> Column:
    return Column(name, predicate or f"mscgraph:{name}", kind, default, many)


def _setting(name: str, kind: Kind, *, many: bool = False) -> Column:
    return _column(name, kind, default=NOT_REPORTED, many=many)


FINDING_COLUMNS = (
    _column("in_cell", Kind.IRI),
    _column("readout", Kind.FLAG),
    _column("via", Kind.IRI, many=True),
    _column("directness", Kind.TERM),
    _column("publication", Kind.IRI),
    _column("locator", Kind.TEXT),
    _column("anchor", Kind.TEXT),
    _column("study_design", Kind.TERM),
    _column("evidence_type", Kind.IRI),
    _setting("taxon", Kind.IRI),
    _setting("host_taxon", Kind.IRI),
    _setting("system", Kind.TERM),
    _setting("msc_source", Kind.IRI, many=True),
    _setting("donor", Kind.TERM),
    _setting("product", Kind.TERM),
    _setting("priming", Kind.TERM_OR_IRI, many=True),
    _setting("route", Kind.TERM),
    _setting("specimen", Kind.IRI),
    _setting("timepoint", Kind.DURATION),
    _setting("comparator", Kind.TEXT),
    _setting("n", Kind.INTEGER),
    _setting("significance", Kind.TERM),
    _setting("p_value", Kind.TEXT),
    _setting("effect", Kind.TEXT),
    _column("study", Kind.TEXT),
    _column("note", Kind.TEXT),
    _column("statement", Kind.TEXT),
    _column("curated_by", Kind.TEXT),
    _column("curated_on", Kind.DATE),
    _column("reviewed_by", Kind.TEXT),
)

ENTITY_COLUMNS = (
    _column("name", Kind.TEXT, predicate="rdfs:label"),
    _column("label", Kind.TEXT, predicate="mscgraph:ontology_label"),
    _column("synonyms", Kind.TEXT, predicate="skos:altLabel", many=True),
    _column("xrefs", Kind.IRI, predicate="biolink:xref", many=True),
    _column("taxon", Kind.IRI, predicate="biolink:in_taxon"),
    _column("definition", Kind.TEXT, predicate="skos:definition"),
)

# Structural relations: columns of an entity whose triples lie in the direct graph.
DIRECT = (
    _column("parents", Kind.IRI, predicate="rdfs:subClassOf", many=True),
    _column("part_of", Kind.IRI, predicate="mscgraph:part_of", many=True),
    _column("derives_from", Kind.IRI, predicate="mscgraph:derives_from", many=True),
)

PUBLICATION_COLUMNS = (
    _column("pmid", Kind.TEXT, predicate="bibo:pmid"),
    _column("pmcid", Kind.TEXT),
    _column("doi", Kind.TEXT, predicate="bibo:doi"),
    _column("title", Kind.TEXT, predicate="dcterms:title"),
    _column("journal", Kind.TEXT),
    _column("year", Kind.YEAR, predicate="dcterms:issued"),
    _column("study_design", Kind.TERM),
    _column("status", Kind.TERM),
)


def term_curie(column: str, value: str) -> str:
    """The CURIE of a vocabulary value, such as ``MSCGT:route.intrathecal``.

    ``host_taxon`` and the like never come here; a column that shares its vocabulary with another, such
    as a publication's study design with a finding's, shares its terms.
    """
    return f"MSCGT:{column}.{value}"
