"""The graph as RDF: datasets out and in, SPARQL, SHACL.

Oxigraph does the work; the public functions take and return datasets of rdflib, which Python users know.
``layout`` says which column becomes which property, ``build`` and ``read`` use it in the two directions,
``formats`` writes files, ``describe`` writes their catalogue entry, ``records`` takes single records out,
``nanopublications`` puts each association into one of its own, ``query`` asks, within ``limits``, and
``shapes`` checks.
"""

from mscgraph.rdf.build import Graph, to_quads
from mscgraph.rdf.describe import Describer, describe, nanopublications
from mscgraph.rdf.formats import FORMATS, serialize, serialize_quads, to_rdf, write_rdf
from mscgraph.rdf.limits import QueryLimits
from mscgraph.rdf.query import (
    Answer,
    Asker,
    Backend,
    Parameter,
    QueryResult,
    Question,
    Solutions,
    ask_store,
    load_questions,
    query,
    to_answer,
)
from mscgraph.rdf.read import from_quads, from_rdf, read_rdf
from mscgraph.rdf.shapes import find_violations

__all__ = [
    "FORMATS",
    "Answer",
    "Asker",
    "Backend",
    "Describer",
    "Graph",
    "Parameter",
    "QueryLimits",
    "QueryResult",
    "Question",
    "Solutions",
    "ask_store",
    "describe",
    "find_violations",
    "from_quads",
    "from_rdf",
    "load_questions",
    "nanopublications",
    "query",
    "read_rdf",
    "serialize",
    "serialize_quads",
    "to_answer",
    "to_quads",
    "to_rdf",
    "write_rdf",
]
