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
from mscgraph.schema import columns_of
from mscgraph.tables.contents import Refinement, Tables
from mscgraph.tables.curators import Cue, CueKind, SecondReading
from mscgraph.tables.folder import ontology_folder, utf8_text
from mscgraph.tables.rows import Reading, Report, raise_it, read_rows
from mscgraph.tables.rubric import Rubric
from mscgraph.text.curie import Prefixes, is_namespace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mscgraph.schema import Column

__all__ = ["dangling", "read_cues", "read_second_readings", "read_tables"]


def read_tables(folder: Path | None = None, *, report: Report = raise_it) -> Tables:
    """Read a whole ontology folder (default: the one that ships with the program).

    Parameters
    ----------
    folder
        A folder with ``terms/`` and ``curation/``.
    report
        What to do with a fault: raise it (default), or take it and let the reading go on without the
        faulty row.

    Raises
    ------
    TableError
        On a malformed table, with file, line and column.
    DanglingReference
        When a finding names an entity, predicate, aspect or publication that no table holds.
    """
    folder = folder or ontology_folder()
    if not (folder / "terms").is_dir():
        raise TableError("not an ontology folder: it has no folder terms/", file=str(folder))
    reading = Reading(folder, report)
    terms, curation = folder / "terms", folder / "curation"
    vocabulary: dict[str, dict[str, Term]] = {}
    for _, term in reading.rows(terms / "vocabulary.tsv", Term):
        vocabulary.setdefault(term.column, {})[term.id] = term
    findings: dict[str, Finding] = {}
    tables = Tables(
        folder=str(folder),
        prefixes=_read_prefixes(reading),
        entities=reading.keyed(terms / "entities.tsv", Entity),
        predicates=reading.keyed(terms / "predicates.tsv", Predicate),
        aspects=reading.keyed(terms / "aspects.tsv", Aspect),
        vocabulary=vocabulary,
        refinements=tuple(r for _, r in reading.rows(terms / "refinements.tsv", Refinement)),
        publications=reading.keyed(curation / "publications.tsv", Publication),
        findings=findings,
        rubric=_read_rubric(curation / "rubric.toml", reading.name(curation / "rubric.toml")),
        places=reading.places,
    )
    for path in sorted((curation / "findings").glob("*.tsv")):
        _read_findings(path, tables, findings, reading)
    return tables


def read_second_readings(
    folder: Path, *, report: Report = raise_it
) -> list[tuple[Place, SecondReading]]:
    """Read which findings a second reader has read, with their places.

    Apart from :func:`read_tables`, because only a check and a count ask for it.
    """
    reading = Reading(folder, report)
    return list(reading.rows(folder / "curation" / "second_reading.tsv", SecondReading))


def _read_prefixes(reading: Reading) -> Prefixes:
    path = reading.folder / "terms" / "prefixes.tsv"
    rows = read_rows(path, ("prefix", "namespace"), shown=reading.name(path), report=reading.report)
    found = {}
    for line, (prefix, namespace) in rows:
        if is_namespace(namespace):
            found[prefix] = namespace
        else:
            message = f"{namespace!r} begins no IRI: write it whole, such as http://example.org/"
            place = {"file": reading.name(path), "line": line, "column": "namespace"}
            reading.report(TableError(message, value=namespace, **place))  # type: ignore[arg-type]
    return Prefixes(found)


def read_cues(folder: Path | None = None, *, report: Report = raise_it) -> dict[str, Cue]:
    """Read the cue words of an ontology folder by id, faults as in :func:`read_tables`.

    They are no part of the knowledge, so a graph is read without them: an older folder has none.
    """
    folder = folder or ontology_folder()
    reading = Reading(folder, report)
    terms = folder / "terms"
    predicates = reading.keyed(terms / "predicates.tsv", Predicate)
    cues = reading.keyed(terms / "cues.tsv", Cue)
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


def _read_findings(path: Path, tables: Tables, findings: dict[str, Finding], reading: Reading) -> None:
    for place, finding in reading.rows(path, Finding):
        if not (faults := dangling(finding, tables)):
            reading.add(findings, finding, place)
        for column in faults:
            value = getattr(finding, column.name)
            reading.report(
                DanglingReference(
                    f"{value!r} is not in {_FILES[column.names]}; add it there or correct it here",
                    file=place.file,
                    line=place.line,
                    column=column.name,
                    value=value,
                )
            )


_FILES = {
    "entities": "terms/entities.tsv",
    "predicates": "terms/predicates.tsv",
    "aspects": "terms/aspects.tsv",
    "publications": "curation/publications.tsv",
    "designs": "curation/rubric.toml",
    "significance": "curation/rubric.toml",
}


_NAMING = tuple(column for column in columns_of(Finding).values() if column.names)


def dangling(finding: Finding, tables: Tables) -> list[Column]:
    """Return the columns in which a finding names what no table holds and a graph cannot do without."""
    return [
        column for column in _NAMING if getattr(finding, column.name) not in _held(tables, column.names)
    ]


def _held(tables: Tables, names: str) -> Mapping[str, Any]:
    held: Mapping[str, Any] = getattr(
        tables.rubric if names in {"designs", "significance"} else tables, names
    )
    return held


def _read_rubric(path: Path, shown: str) -> Rubric:
    import tomllib

    try:
        table = tomllib.loads(utf8_text(path, shown))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DataError(f"not valid TOML: {error}", file=shown) from None
    rubric = Rubric.from_toml(table, file=shown)
    if not rubric.letters:
        raise DataError("the rubric has no grades", file=shown)
    return rubric
