"""Check RDF against the SHACL shapes and the violation queries of ``ontology/``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mscgraph.tables import resource_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

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

    from mscgraph.rdf.terms import to_rdflib

    data = rdflib.Graph()
    for quad in store:
        data.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    for name, text in resource_text("shapes", "*.ttl", folder=folder).items():
        shapes = rdflib.Graph().parse(data=text, format="turtle")
        _, report, _ = validate(data, shacl_graph=shapes, inference="none", advanced=False)
        if not isinstance(report, rdflib.Graph):
            raise TypeError(f"shapes/{name}.ttl: {report}")
        for result in report.subjects(SH.resultSeverity, None):
            message = report.value(result, SH.resultMessage)
            path = report.value(result, SH.resultPath)
            where = f"{str(path).rpartition('/')[2].rpartition('#')[2]}: " if path else ""
            yield Violation(
                f"{name}-shape", str(report.value(result, SH.focusNode)), f"{where}{message}"
            )
