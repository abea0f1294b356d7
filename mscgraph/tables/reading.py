"""All tables of a folder together, with what their rows name in one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.errors import DanglingReference, DataError, TableError
from mscgraph.model import (
    Aspect,
    Entity,
    Finding,
    Place,
    Predicate,
    Publication,
    Term,
)
from mscgraph.schema import KEY, columns_of
from mscgraph.tables.contents import Tables
from mscgraph.tables.folder import default_folder, finding_tables, is_ontology, utf8_text
from mscgraph.tables.rows import Reading, Report, TableRows, raise_it, read_rows
from mscgraph.tables.rubric import Rubric
from mscgraph.text.curie import Prefixes, is_namespace

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from pathlib import Path

    from mscgraph.schema import Column
    from mscgraph.tables.curators import Cue, SecondReading, Withdrawn


def read_tables(folder: str | os.PathLike[str] | None = None, *, report: Report = raise_it) -> Tables:
    """Read a whole ontology folder (default: the one that ships with the program).

    Parameters
    ----------
    folder
        A folder with ``terms/`` and ``curation/``.
    report
        What to do with a fault: raise it (default), or take it and continue without the
        faulty row.

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
    for _, term in reading.records(Term, "terms", "vocabulary.tsv"):
        vocabulary.setdefault(term.column, {})[term.id] = term
    findings = TableRows(Finding)
    tables = Tables(
        folder=reading.folder,
        prefixes=_read_prefixes(reading),
        entities=reading.keyed(Entity, "terms", "entities.tsv"),
        predicates=dict(reading.keyed(Predicate, "terms", "predicates.tsv")),
        aspects=dict(reading.keyed(Aspect, "terms", "aspects.tsv")),
        vocabulary=vocabulary,
        publications=reading.keyed(Publication, "curation", "publications.tsv"),
        findings=findings,
        rubric=_read_rubric(reading),
        places=reading.places,
    )
    for name in finding_tables(reading.folder):
        reading.keyed(Finding, "curation", "findings", name, into=findings)
    _leave_out_dangling(tables, findings, reading)
    return tables


def read_second_readings(
    folder: Path, *, report: Report = raise_it
) -> list[tuple[Place, SecondReading]]:
    """Read which findings a second reader has read, with their places.

    Apart from :func:`read_tables`, because only a check and a count ask for it.
    """
    from mscgraph.tables.curators import SecondReading

    return list(Reading(folder, report).records(SecondReading, "curation", "second_reading.tsv"))


def read_withdrawn(folder: Path, *, report: Report = raise_it) -> list[tuple[Place, Withdrawn]]:
    """Read which findings were withdrawn, with their places; a folder need not have the table."""
    from mscgraph.tables.curators import Withdrawn

    if not (folder / "curation" / "withdrawn.tsv").exists():
        return []
    return list(Reading(folder, report).records(Withdrawn, "curation", "withdrawn.tsv"))


def _read_prefixes(reading: Reading) -> Prefixes:
    parts = ("terms", "prefixes.tsv")
    columns, shown = ("prefix", "namespace"), reading.name(*parts)
    rows = read_rows(reading.path(*parts), columns, shown=shown, report=reading.report)
    found = {}
    for line, (prefix, namespace) in rows.items():
        if is_namespace(namespace):
            found[prefix] = namespace
        else:
            message = f"{namespace!r} begins no IRI: write it whole, such as http://example.org/"
            fault = TableError(message, file=shown, line=line, column="namespace", value=namespace)
            reading.report(fault)
    return Prefixes(found)


def read_cues(folder: Path | None = None, *, report: Report = raise_it) -> dict[str, Cue]:
    """Read the cue words of an ontology folder by id, faults as in :func:`read_tables`.

    They are no part of the knowledge, so a graph is read without them: an older folder has none.
    """
    from mscgraph.tables.curators import Cue, CueKind

    reading = Reading(folder or default_folder(), report)
    predicates = reading.keyed(Predicate, "terms", "predicates.tsv")
    cues = dict(reading.keyed(Cue, "terms", "cues.tsv"))
    for cue in cues.values():
        wanted = cue.kind is CueKind.RELATION
        if wanted and cue.predicate not in predicates:
            message = f"{cue.predicate!r} is not in terms/predicates.tsv; correct it here"
        elif not wanted and cue.predicate:
            message = f"a cue of the kind {cue.kind.value} has no predicate"
        elif not cue.forms:
            message = "a cue without forms is never found"
        else:
            continue
        place = reading.places[cue.id]
        report(TableError(message, file=place.file, line=place.line, value=cue.id))
    return cues


def _leave_out_dangling(tables: Tables, findings: TableRows[Finding], reading: Reading) -> None:
    """Report the findings that name what a graph cannot do without and no table holds, and drop them."""
    known = {c: _held(tables, c.names) for c in columns_of(Finding).values() if c.names}
    places = {column: Finding._fields.index(column.name) for column in known}
    rows = list(findings.cells.values())
    if all({row[place] for row in rows} <= known[column].keys() for column, place in places.items()):
        return
    for key in list(findings):
        place = reading.places[key]
        for column in (faults := dangling(findings[key], tables)):
            value = getattr(findings[key], column.name)
            message = f"{value!r} is not in {_FILES[column.names]}; add it there or correct it here"
            fault = DanglingReference(
                message, file=place.file, line=place.line, column=column.name, value=value
            )
            reading.report(fault)
        if faults:
            del findings.cells[key], reading.places.lines[key]


_FILES = {
    "entities": "terms/entities.tsv",
    "predicates": "terms/predicates.tsv",
    "aspects": "terms/aspects.tsv",
    "publications": "curation/publications.tsv",
    "designs": "curation/rubric.toml",
    "significance": "curation/rubric.toml",
    "comparison": "curation/rubric.toml",
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
    held: Mapping[str, Any] = getattr(
        tables.rubric if names in {"designs", "significance", "comparison"} else tables, names
    )
    return held


def _read_rubric(reading: Reading) -> Rubric:
    import tomllib

    shown = reading.name("curation", "rubric.toml")
    try:
        table = tomllib.loads(utf8_text(reading.path("curation", "rubric.toml"), shown))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DataError(f"not valid TOML: {error}", file=shown) from None
    rubric = Rubric.from_toml(table, file=shown)
    if not rubric.letters:
        raise DataError("the rubric has no grades", file=shown)
    return rubric
