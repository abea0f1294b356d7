"""All tables of a folder together, with what their rows name in one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.errors import DanglingReference, DataError, TableError
from mscgraph.model import Aspect, Entity, Finding, Predicate, Publication, Term
from mscgraph.schema import KEY, columns_of
from mscgraph.tables.contents import Prefix, Rubric, Tables
from mscgraph.tables.folder import default_folder, finding_tables, is_ontology, read_toml
from mscgraph.tables.rows import Reading, Report, TableRows, column_values, raise_it, rows_of
from mscgraph.text.curie import Prefixes

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from mscgraph.schema import Column


def read_tables(folder: str | os.PathLike[str] | None = None, *, report: Report = raise_it) -> Tables:
    """Read a whole ontology folder (default: the one that ships with the program).

    ``report`` gets each fault: it raises it (default), or takes it, and the faulty row is left out.

    Raises
    ------
    TableError
        On a malformed table, with file, line and column.
    DanglingReference
        When a finding names an entity, predicate, aspect or publication that no table holds.
    """
    reading = Reading(folder or default_folder(), report)
    if not is_ontology(reading.folder):
        raise TableError("not an ontology folder: it has no folder terms/", file=reading.folder)
    vocabulary: dict[str, dict[str, Term]] = {}
    for _, term in reading.records(Term, "terms/vocabulary.tsv"):
        vocabulary.setdefault(term.column, {})[term.id] = term
    findings = TableRows(Finding)
    tables = Tables(
        folder=reading.folder,
        prefixes=Prefixes(dict(row for _, row in reading.records(Prefix, "terms/prefixes.tsv"))),
        entities=reading.keyed(Entity, "terms/entities.tsv"),
        predicates=dict(reading.keyed(Predicate, "terms/predicates.tsv")),
        aspects=dict(reading.keyed(Aspect, "terms/aspects.tsv")),
        vocabulary=vocabulary,
        publications=reading.keyed(Publication, "curation/publications.tsv"),
        findings=findings,
        rubric=_read_rubric(reading),
        places=reading.places,
    )
    for name in finding_tables(reading.folder):
        reading.keyed(Finding, f"curation/findings/{name}", findings)
    _leave_out_dangling(tables, findings, reading)
    return tables


def _leave_out_dangling(tables: Tables, findings: TableRows[Finding], reading: Reading) -> None:
    """Report the findings that name what a graph cannot do without and no table holds, and drop them."""
    known = {column: _held(tables, column.names) for column in _NAMING}
    places = {column: Finding._fields.index(column.name) for column in known}
    rows, width = findings.cells.values(), len(Finding._fields)
    if all(
        column_values(rows, places[one], width) <= rows_of(held).keys() for one, held in known.items()
    ):
        return
    for key in list(findings):
        place = reading.places[key]
        for column in (faults := dangling(findings[key], tables)):
            value = getattr(findings[key], column.name)
            file = _FILES.get(column.names, "curation/rubric.toml")
            message = f"{value!r} is not in {file}; add it there or correct it here"
            reading.report(
                DanglingReference(
                    message, file=place.file, line=place.line, column=column.name, value=value
                )
            )
        if faults:
            del findings.cells[key], reading.places.lines[key]


# What a column names is in one of these tables, else in the rubric.
_FILES = {
    "entities": "terms/entities.tsv",
    "predicates": "terms/predicates.tsv",
    "aspects": "terms/aspects.tsv",
    "publications": "curation/publications.tsv",
}
_NAMING = tuple(column for column in columns_of(Finding).values() if column.names)


def dangling(finding: Finding, tables: Tables) -> list[Column]:
    """Return the columns in which a finding names what no table holds and a graph cannot do without."""
    return [
        column for column in _NAMING if getattr(finding, column.name) not in _held(tables, column.names)
    ]


def dangling_key(key: tuple[str, str, str, str], tables: Tables) -> dict[str, str]:
    """Return the columns of an association's key in which it names what no table holds, with the values."""
    held = (tables.entities, tables.predicates, tables.entities, tables.aspects)
    return {
        name: value for name, value, known in zip(KEY, key, held, strict=True) if value not in known
    }


def _held(tables: Tables, names: str) -> Mapping[str, Any]:
    held: Mapping[str, Any] = getattr(tables if names in _FILES else tables.rubric, names)
    return held


def _read_rubric(reading: Reading) -> Rubric:
    shown = reading.name("curation/rubric.toml")
    rubric = Rubric.from_toml(read_toml(f"{reading.folder}/curation/rubric.toml", shown), file=shown)
    if not rubric.letters:
        raise DataError("the rubric has no grades", file=shown)
    return rubric
