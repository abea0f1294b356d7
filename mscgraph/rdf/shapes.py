"""Check RDF against the SHACL shapes and the violation queries of ``ontology/``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mscgraph.errors import DataError, QueryError
from mscgraph.rdf.build import DATATYPES, FINDING_COLUMNS
from mscgraph.rdf.limits import QueryLimits, has_keyword
from mscgraph.rdf.query import Solutions, ask_store
from mscgraph.schema import settings
from mscgraph.tables.folder import resource_text, shipped_folder
from mscgraph.text.curie import Prefixes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import rdflib
    from rdflib.term import Node

    from mscgraph.schema import Column


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One offence: the shape or check that was broken, the IRI at fault, and what is wrong with it."""

    check: str
    focus: str
    message: str


def find_violations(
    quads: Iterable[ox.Quad],
    prefixes: dict[str, str],
    *,
    folder: Path | None = None,
    shapes: bool = True,
) -> list[Violation]:
    """Return every breach of ``shapes/*.ttl`` and ``checks/*-violation.rq``, sorted.

    A check is a SELECT that returns the offenders: ``?focus``, and ``?message`` saying what is wrong.
    """
    store = ox.Store()
    store.bulk_extend(quads)
    found = set(_broken_checks(store, prefixes, folder))
    if shapes:
        texts = resource_text("shapes", "*.ttl", folder=folder)
        if "finding" in texts:
            texts["finding"] += finding_shapes(prefixes)
        found |= set(_broken_shapes(store, texts))
    return sorted(found)


def _broken_checks(
    store: ox.Store, prefixes: dict[str, str], folder: Path | None
) -> Iterable[Violation]:
    limits = None if folder is None or str(folder) == shipped_folder() else QueryLimits()
    for name, text in resource_text("checks", "*-violation.rq", folder=folder).items():
        place = f"checks/{name}.rq"
        try:
            rows = ask_store(lambda: store, _with_settings(text), Prefixes(prefixes), limits)
        except QueryError as error:
            raise DataError(str(error), file=place) from None
        if not isinstance(rows, Solutions) or {"focus", "message"} - {*rows.variables}:
            raise DataError("a check is a SELECT of ?focus and ?message", file=place)
        for row in rows.rows:
            said = dict(zip(rows.variables, row, strict=True))
            focus, message = said["focus"], said["message"]
            yield Violation(
                name.removesuffix("-violation"),
                focus.value if isinstance(focus, ox.NamedNode | ox.Literal) else str(focus),
                message.value if isinstance(message, ox.Literal) else str(message),
            )


def _with_settings(query: str) -> str:
    """A check in which ``mscgraph:settings`` stands for the property of every setting but flags."""
    named = " ".join(column.rdf for column in settings() if column.kind != "flag")
    return query.replace("mscgraph:settings ", f"{named} ")


def finding_shapes(prefixes: dict[str, str]) -> str:
    """Return a property shape for each column of a finding, as Turtle that follows ``finding.ttl``."""
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _SHAPE_PREFIXES.items())
    shapes = (_property_shape(column, prefixes) for column in FINDING_COLUMNS)
    return f"\n{head}" + "".join(f"mscgraph:FindingShape sh:property [ {s} ] .\n" for s in shapes)


_SHAPE_PREFIXES = {
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_CLASSES = {"term": "skos:Concept", "publication": "biolink:Publication"}


def _property_shape(column: Column, prefixes: dict[str, str]) -> str:
    kind, pattern = column.kind, column.pattern
    if pattern and kind in {"CURIE", "entity"}:
        prefix, _, local = pattern.partition(":")
        pattern = re.escape(prefixes[prefix]) + local
    parts = [
        f"sh:path {column.rdf}",
        "sh:minCount 1" if column.required else "",
        "" if column.many else "sh:maxCount 1",
        f"sh:class {_CLASSES[kind]}" if kind in _CLASSES else "",
        f"sh:datatype xsd:{DATATYPES[kind]}" if kind in DATATYPES else "",
        "sh:minInclusive 1" if kind == "whole number" else "",
        f"sh:pattern {json.dumps(f'^({pattern})$')}" if pattern else "",
        f"sh:message {json.dumps(_said(column))}",
    ]
    return " ; ".join(filter(None, parts))


def _said(column: Column) -> str:
    """What a column must hold, in words."""
    count = (
        "any number of values" if column.many else "exactly one" if column.required else "at most one"
    )
    kind = "of the vocabulary" if column.kind == "term" else ""
    return " ".join(filter(None, [f"a finding has {count} for {column.label}", kind or column.form]))


def _broken_shapes(store: ox.Store, texts: dict[str, str]) -> Iterable[Violation]:
    import rdflib
    from pyshacl import validate
    from rdflib.namespace import SH

    shapes = {}
    for name, text in texts.items():
        try:
            shapes[name] = rdflib.Graph().parse(data=text, format="turtle")
        except Exception as error:  # rdflib's reader raises whatever happens to it
            said = str(error).splitlines()[0]
            raise DataError(f"broken Turtle: {said}", file=f"shapes/{name}.ttl") from None
        if any(has_keyword(str(text), "SERVICE") for text in shapes[name].objects()):
            raise DataError("a shape may not ask another server", file=f"shapes/{name}.ttl")
    data = _what_shapes_see(store, shapes.values())
    for name, graph in shapes.items():
        _aim_at_targets(graph)
        _, report, _ = validate(data, shacl_graph=graph, inference="none", advanced=False)
        if not isinstance(report, rdflib.Graph):
            raise DataError(f"the shape cannot be checked: {report}", file=f"shapes/{name}.ttl")
        for result in report.subjects(SH.resultSeverity, None):
            message = report.value(result, SH.resultMessage)
            path = report.value(result, SH.resultPath)
            where = f"{str(path).rpartition('/')[2].rpartition('#')[2]}: " if path else ""
            yield Violation(
                f"{name}-shape", str(report.value(result, SH.focusNode)), f"{where}{message}"
            )


def _what_shapes_see(store: ox.Store, shapes: Iterable[rdflib.Graph]) -> rdflib.Graph:
    """The triples whose property a shape names, and those that make something one of a class."""
    import rdflib
    from rdflib.namespace import RDF, RDFS

    seen = {
        str(term) for graph in shapes for term in graph.objects() if isinstance(term, rdflib.URIRef)
    }
    seen |= {str(RDF.type), str(RDFS.subClassOf)}
    data = rdflib.Graph()
    for property_ in sorted(seen):
        for quad in store.quads_for_pattern(None, ox.NamedNode(property_), None):
            data.add((to_rdflib(quad.subject), rdflib.URIRef(property_), to_rdflib(quad.object)))
    return data


def to_rdflib(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    """Return rdflib's term for Oxigraph's."""
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, ox.Literal):
        raise TypeError(f"rdflib has no term for {term}")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype.value == _XSD_STRING:  # rdflib distinguishes "a" and "a"^^xsd:string
        return rdflib.Literal(term.value)
    # The lexical form is kept: rdflib would write 007 as 7.
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def _aim_at_targets(graph: rdflib.Graph) -> None:
    """Give each property shape the targets of the node shape that holds it.

    It says the same; but pyshacl then checks a property once for all nodes, not anew for each node.
    """
    from rdflib.namespace import SH

    kinds = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
    for shape, property_ in list(graph.subject_objects(SH.property)):
        targets = [(kind, target) for kind in kinds for target in graph.objects(shape, kind)]
        if targets and (None, None, shape) not in graph and (shape, SH.deactivated, None) not in graph:
            for kind, target in targets:
                graph.add((property_, kind, target))
            graph.remove((shape, SH.property, property_))
