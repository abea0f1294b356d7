"""The data of the pages: tables of what stands on them, and the whole data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.explain.bibtex import to_bibtex
from mscgraph.model import Entity, Finding, Publication
from mscgraph.rdf import Describer, serialize_quads
from mscgraph.tables.rows import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mscgraph.site.site_records import SiteRecords


# Each file of the whole data set: where it stands, what it is, and its media type.
WHOLE = (
    ("data/mscgraph.ttl", "everything as Turtle", "text/turtle"),
    ("data/mscgraph.trig", "everything as TriG, five named graphs", "application/trig"),
    ("data/mscgraph.jsonld", "everything as JSON-LD", "application/ld+json"),
    ("data/findings.tsv", "findings as TSV", "text/tab-separated-values"),
    ("data/entities.tsv", "entities as TSV", "text/tab-separated-values"),
    ("data/publications.tsv", "publications as TSV", "text/tab-separated-values"),
    ("data/references.bib", "publications as BibTeX", "application/x-bibtex"),
)
_RDF = {"data/mscgraph.ttl": "turtle", "data/mscgraph.trig": "trig", "data/mscgraph.jsonld": "jsonld"}


def table_tsv(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> bytes:
    """Return a table as TSV; nothing in it can break a row or run as a spreadsheet's formula."""
    lines = ["\t".join(columns)]
    lines += ["\t".join(_cell(cell or "") for cell in row) for row in rows]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _cell(text: str) -> str:
    plain = " ".join(text.split()) if any(c in text for c in "\t\r\n\v\f\x85\u2028\u2029") else text
    return f"'{plain}" if plain.startswith(("=", "+", "@")) else plain


def records_tsv(
    kind: type[Entity | Finding | Publication], held: Iterable[Entity | Finding | Publication]
) -> bytes:
    """Return records as TSV, a column for each field."""
    columns = kind.__match_args__
    return table_tsv(columns, ([text_of(getattr(r, column)) for column in columns] for r in held))


def whole(records: SiteRecords, describer: Describer, file: str) -> bytes:
    """Return a file of :data:`WHOLE`; ``describer`` is of the whole graph."""
    kg = records.kg
    if file in _RDF:
        quads = describer.quads if kg.whole is kg else Describer(kg).quads
        return serialize_quads(quads, _RDF[file], kg.prefixes.namespaces)
    if file == "data/findings.tsv":
        return records_tsv(Finding, records.findings.values())
    if file == "data/entities.tsv":
        return records_tsv(Entity, records.entities.values())
    papers = [kg.publications[identifier] for identifier in records.papers]
    if file == "data/publications.tsv":
        return records_tsv(Publication, papers)
    return to_bibtex(papers).encode("utf-8", "replace")
