"""RDF files out: Turtle, TriG, N-Triples, N-Quads, RDF/XML and JSON-LD 1.1, the same bytes each time."""

from __future__ import annotations

import json
from bisect import bisect_left
from functools import cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from mscgraph.files import write_whole
from mscgraph.rdf.build import quad_order, to_quads, triple_order, unsorted_quads
from mscgraph.text.names import pick

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import rdflib

    from mscgraph.graph import KnowledgeGraph

# name → (Oxigraph's format, whether it keeps named graphs)
FORMATS = {
    "turtle": (ox.RdfFormat.TURTLE, False),
    "trig": (ox.RdfFormat.TRIG, True),
    "ntriples": (ox.RdfFormat.N_TRIPLES, False),
    "nquads": (ox.RdfFormat.N_QUADS, True),
    "rdfxml": (ox.RdfFormat.RDF_XML, False),
    "jsonld": (ox.RdfFormat.JSON_LD, True),
}
# Those that can hold a triple as a term; Oxigraph writes no such JSON-LD, and rdflib reads no such RDF/XML.
RDF12 = ("turtle", "trig", "ntriples", "nquads")

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def serialize(kg: KnowledgeGraph, format: str, *, rdf12: bool = False) -> bytes:  # noqa: A002
    """Return the whole graph in an RDF format, as UTF-8.

    Turtle, N-Triples and RDF/XML hold all triples in one graph; TriG, N-Quads and JSON-LD keep the five
    named graphs. All describe the same triples.

    Parameters
    ----------
    kg
        The graph.
    format
        One of :data:`FORMATS`.
    rdf12
        Add, in the formats of :data:`RDF12`, one triple of RDF 1.2 an association: it ``rdf:reifies`` the
        triple that its findings speak of, which is so named and not asserted.

    Raises
    ------
    NotFound
        When the format is none of :data:`FORMATS`.
    ValueError
        When ``rdf12`` is asked of a format that cannot say it.
    """
    _, keeps_graphs = pick(format, FORMATS, f"No RDF format is called {format!r}.")
    if rdf12 and format not in RDF12:
        raise ValueError(f"{format} cannot say RDF 1.2; write one of {', '.join(RDF12)}")
    quads: Iterable[ox.Quad] = unsorted_quads(kg, rdf12=rdf12)
    if keeps_graphs:  # the others are sorted as triples of one graph, and once is enough
        quads = sorted(quads, key=quad_order)
    return serialize_quads(list(quads), format, kg.prefixes.namespaces)


def serialize_quads(quads: Sequence[ox.Quad], format: str, namespaces: dict[str, str]) -> bytes:  # noqa: A002
    """Return sorted quads in one of :data:`FORMATS`, with the prefixes that shorten something in them."""
    if format == "jsonld":
        return _json_ld(quads, used_prefixes(namespaces, quads))
    return write_quads(quads, format, namespaces)


def write_quads(quads: Sequence[ox.Quad], format: str, namespaces: dict[str, str]) -> bytes:  # noqa: A002
    """Return sorted quads in any of :data:`FORMATS` but JSON-LD, with the prefixes that they use."""
    syntax, keeps_graphs = FORMATS[format]
    prefixes = used_prefixes(namespaces, quads)
    held: Iterable[ox.Quad] | Iterable[ox.Triple] = quads
    if not keeps_graphs:
        held = dict.fromkeys(sorted((q.triple for q in quads), key=triple_order))
    text = ox.serialize(held, format=syntax, prefixes=prefixes) or b""
    return _sorted_root(text) if format == "rdfxml" else tidy(text)


def used_prefixes(namespaces: dict[str, str], quads: Iterable[ox.Quad]) -> dict[str, str]:
    """The prefixes that shorten something in these quads."""
    terms = (term for quad in quads for term in (*quad.triple, quad.graph_name))
    iris = sorted({term.value for term in terms if isinstance(term, ox.NamedNode)})

    def shortens(namespace: str) -> bool:
        place = bisect_left(iris, namespace)  # what starts with it stands from here on
        return place < len(iris) and iris[place].startswith(namespace)

    return {prefix: namespace for prefix, namespace in namespaces.items() if shortens(namespace)}


def tidy(text: bytes) -> bytes:
    """Sort the prefix lines: Oxigraph writes them in the changing order of a hash table."""
    lines = text.splitlines(keepends=True)
    head = [line for line in lines if line.startswith(b"@prefix ")]
    return b"".join(sorted(head) + lines[len(head) :])


def _sorted_root(text: bytes) -> bytes:
    """Sort the namespaces of the root element, for the same reason."""
    start = text.index(b"<rdf:RDF")
    end = text.index(b">", start)
    names = sorted(set(text[start + len(b"<rdf:RDF") : end].split()))
    return text[:start] + b" ".join([b"<rdf:RDF", *names]) + text[end:]


def write_rdf(kg: KnowledgeGraph, path: str | os.PathLike[str], format: str) -> Path:  # noqa: A002
    """Write the whole graph to a file, whole or not at all; return the path.

    Parameters
    ----------
    kg
        The graph.
    path
        The file to write; with ``.gz`` at its end it is compressed.
    format
        ``"turtle"``, ``"trig"``, ``"ntriples"``, ``"nquads"``, ``"jsonld"`` or ``"rdfxml"``.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mg.write_rdf(mg.load(), "mscgraph.ttl", "turtle").name
    'mscgraph.ttl'
    """
    return write_whole(path, serialize(kg, format))


def to_rdf(kg: KnowledgeGraph) -> rdflib.Dataset:
    """Return the graph as an rdflib Dataset with five named graphs, held in memory by Oxigraph.

    Queries on it run at Oxigraph's speed.

    Examples
    --------
    >>> import mscgraph as mg
    >>> dataset = mg.to_rdf(mg.load())
    >>> len(list(dataset.query("SELECT ?f WHERE { GRAPH ?g { ?f a mscgraph:Finding } } LIMIT 3")))
    3
    """
    import rdflib
    from oxrdflib import OxigraphStore

    store = ox.Store()
    store.bulk_extend(to_quads(kg))
    dataset = rdflib.Dataset(store=OxigraphStore(store=store), default_union=True)
    for prefix, namespace in kg.prefixes.namespaces.items():
        dataset.bind(prefix, namespace, override=True)
    return dataset


# -- JSON-LD ----------------------------------------------------------------------------------------
# Oxigraph writes expanded JSON-LD without a context, rdflib's writer orders by hash; so the little that a
# context is good for, CURIEs and plain strings, is done here. Three independent readers check it.


def _json_ld(quads: Sequence[ox.Quad], prefixes: dict[str, str]) -> bytes:
    longest_first = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))

    @cache
    def short(iri: str) -> str:
        for prefix, namespace in longest_first:
            # "prefix://…" would be read as an absolute IRI
            if iri.startswith(namespace) and not iri.startswith(namespace + "//"):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri

    def name(term: object) -> str:
        if not isinstance(term, ox.NamedNode):
            raise TypeError(f"{term} is no IRI: what we write has no blank nodes")
        return short(term.value)

    graphs: dict[str, dict[str, dict[str, Any]]] = {}
    for quad in quads:
        subject = name(quad.subject)
        nodes = graphs.setdefault(name(quad.graph_name), {})
        node = nodes.setdefault(subject, {"@id": subject})
        if quad.predicate.value == _RDF_TYPE:
            node.setdefault("@type", []).append(name(quad.object))
        else:
            node.setdefault(name(quad.predicate), []).append(_value(quad.object, name))
    context = {prefix: {"@id": namespace, "@prefix": True} for prefix, namespace in prefixes.items()}
    document = {
        "@context": {"@version": 1.1, **context},
        "@graph": [
            {"@id": graph, "@graph": [_flat(node) for node in nodes.values()]}
            for graph, nodes in graphs.items()
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _value(term: object, name: Callable[[object], str]) -> Any:
    if not isinstance(term, ox.Literal):
        return {"@id": name(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value == _XSD_STRING:
        return term.value
    return {"@value": term.value, "@type": name(term.datatype)}


def _flat(node: dict[str, Any]) -> dict[str, Any]:
    """A list of one is written as its only value."""
    return {
        key: value[0] if isinstance(value, list) and len(value) == 1 else value
        for key, value in node.items()
    }
