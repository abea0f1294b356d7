"""Check RDF against the SHACL shapes and the violation queries of ``ontology/``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mscgraph.tables import resource_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import rdflib

__all__ = ["Violation", "find_violations"]


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
        found |= set(_broken_shapes(store, folder))
    return sorted(found)


def _broken_checks(
    store: ox.Store, prefixes: dict[str, str], folder: Path | None
) -> Iterable[Violation]:
    for name, text in resource_text("checks", "*-violation.rq", folder=folder).items():
        rows = store.query(text, prefixes=prefixes, use_default_graph_as_union=True)
        if not isinstance(rows, ox.QuerySolutions):
            raise TypeError(f"checks/{name}.rq must be a SELECT")
        for row in rows:
            focus, message = row["focus"], row["message"]
            yield Violation(
                name.removesuffix("-violation"),
                focus.value if isinstance(focus, ox.NamedNode | ox.Literal) else str(focus),
                message.value if isinstance(message, ox.Literal) else str(message),
            )


def _broken_shapes(store: ox.Store, folder: Path | None) -> Iterable[Violation]:
    import rdflib
    from pyshacl import validate
    from rdflib.namespace import SH

    texts = resource_text("shapes", "*.ttl", folder=folder)
    shapes = {name: rdflib.Graph().parse(data=text, format="turtle") for name, text in texts.items()}
    data = _what_shapes_see(store, shapes.values())
    for name, graph in shapes.items():
        _aim_at_targets(graph)
        _, report, _ = validate(data, shacl_graph=graph, inference="none", advanced=False)
        if not isinstance(report, rdflib.Graph):
            raise TypeError(f"shapes/{name}.ttl: {report}")
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

    from mscgraph.rdf.terms import to_rdflib

    seen = {
        str(term) for graph in shapes for term in graph.objects() if isinstance(term, rdflib.URIRef)
    }
    seen |= {str(RDF.type), str(RDFS.subClassOf)}
    data = rdflib.Graph()
    for property_ in sorted(seen):
        for quad in store.quads_for_pattern(None, ox.NamedNode(property_), None):
            data.add((to_rdflib(quad.subject), rdflib.URIRef(property_), to_rdflib(quad.object)))
    return data


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
