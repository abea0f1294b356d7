"""Run every check over an ontology folder and return all problems at once, with file, line and repair.

Three stages, each asking what the one before cannot: the tables (form, references, names), the RDF built
from them against SHACL shapes, and against the violation queries. Nothing is raised for a problem found.
"""

from __future__ import annotations

from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from mscgraph.curate.finding_checks import check_curie, check_evidence, check_values, problem_of
from mscgraph.errors import CurieError, DanglingReference, DataError, TableError
from mscgraph.files import write_whole
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import Problem, Sign
from mscgraph.schema import KEY, settings
from mscgraph.tables.folder import ontology_folder, table_files, utf8_text
from mscgraph.tables.formatting import canonical, describe_columns
from mscgraph.tables.optional_tables import (
    OtherPrefix,
    SecondReading,
    Withdrawn,
    read_cues,
    read_external_costs,
    read_optional,
    read_relations,
    read_searches,
)
from mscgraph.tables.reading import dangling, read_tables
from mscgraph.tables.rows import Report, raise_it, text_of
from mscgraph.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mscgraph.model import Finding, Predicate
    from mscgraph.tables.reading import Tables

_FORMAT = "mscgraph format"
_COPY = "copy them from the ontology folder that ships with the program"
# What two rows of one paper must differ in.
_SAME = (*KEY, "publication", "note", "via", *(c.name for c in settings() if c.kind != "flag"))


def validate(folder: Path | None = None) -> list[Problem]:
    """Return every problem of an ontology folder (default: the shipped one); an empty list is clean.

    A problem of severity ``warning`` may be one that nobody can mend yet; an ``error`` must be mended.
    When rows are malformed, or name what does not exist, the RDF stages wait until that is repaired; when
    a whole table cannot be read, so does all that would miss its rows.

    Examples
    --------
    >>> import mscgraph as mg
    >>> [problem for problem in mg.validate() if problem.severity == "error"]
    []
    """
    folder = folder or ontology_folder()
    problems: list[Problem] = []
    unread = False

    def report(error: DataError) -> None:
        nonlocal unread
        # a header or a file, not a row
        unread |= isinstance(error, TableError) and error.line in (None, 1) and not error.column
        if not (unread and isinstance(error, DanglingReference)):  # that follows from missing rows
            file = error.file or str(folder)
            problems.append(Problem("table", "error", file, error.line, _reason(error)))

    try:
        tables = read_tables(folder, report=report)
        if not unread:
            read_cues(folder, report=report)
            read_searches(folder)
    except DataError as error:
        report(error)
        return problems
    if not unread:
        problems += _check_layout(folder)
        problems += _check_records(tables)
        problems += _check_withdrawn(folder, tables, report)
        problems += _check_second_readings(folder, tables, report)
        problems += _check_relations(folder, tables, report)
        problems += _check_external(folder, tables, report)
        if not any(problem.check in {"table", "reference"} for problem in problems):
            kg = KnowledgeGraph(tables)
            problems += check_evidence(kg)
            problems += _check_rdf(kg)
        problems += _check_checks(folder)
    return sorted(problems, key=lambda p: (p.file, p.line or 0, p.check, p.message))


def _reason(error: DataError) -> str:
    return f"column {error.column}: {error.message}" if error.column else error.message


# -- tables -----------------------------------------------------------------------------------------


def _layouts(folder: Path, report: Report = raise_it) -> Iterator[tuple[Path, str, str]]:
    """Each file that has a canonical layout: its path, its text, and that text laid out."""
    for path in table_files(folder):
        try:
            text = utf8_text(path) if path.exists() else ""
        except TableError as error:
            report(error)
        else:
            yield path, text, canonical(text) if text else ""
    notes = folder / "curation" / "README.md"
    text = utf8_text(notes) if notes.is_file() else ""
    yield notes, text, describe_columns(text)


def _check_layout(folder: Path) -> Iterator[Problem]:
    for path, text, laid_out in _layouts(folder, lambda _: None):  # it was reported when it was read
        if text != laid_out:
            shown = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            lines = zip(text.split("\n"), laid_out.split("\n"), strict=False)
            first = next((i for i, (a, b) in enumerate(lines, start=1) if a != b), None)
            message = "not in the canonical layout from this line on"
            yield Problem("layout", "error", shown, first, message, _FORMAT)


def row_problems(tables: Tables, finding: Finding) -> list[str]:
    """Return what is wrong with one row as it stands, before it is in the tables."""
    names = (
        f"column {c.name}: {getattr(finding, c.name)!r} is not known" for c in dangling(finding, tables)
    )
    return [*names, *(problem.message for problem in check_values(tables, finding))]


def _check_records(tables: Tables) -> Iterator[Problem]:
    for records in (tables.entities, tables.findings, tables.publications):
        for record in records.values():
            yield from check_values(tables, record)
    for predicate in tables.predicates.values():
        yield from _check_predicate(tables, predicate)
    yield from _check_names(tables)
    yield from _check_hierarchy(tables)
    seen: dict[tuple[object, ...], str] = {}
    for finding in tables.findings.values():
        same = tuple(text_of(getattr(finding, c)) for c in _SAME)
        if same in seen:
            message = f"the same relation, paper and setting as {seen[same]}"
            repair = "keep one of the two, or give settings that differ"
            yield problem_of(tables, "duplicate", finding.id, message, repair)
        seen[same] = finding.id


def _check_names(tables: Tables) -> Iterator[Problem]:
    """No name or synonym may belong to two entities: a question by that name has no one answer."""
    owners: dict[str, dict[str, str]] = defaultdict(dict)
    for entity in tables.entities.values():
        for text in filter(None, (entity.name, entity.label, *entity.synonyms)):
            owners[fold(text)].setdefault(entity.id, text)
    for (first, _), *others in (found.items() for found in owners.values()):
        for other, text in others:
            message = f"{text!r} already names {tables.entities[first].name} ({first})"
            yield problem_of(tables, "name", other, message, "let one of the two give up the synonym")


def _check_hierarchy(tables: Tables) -> Iterator[Problem]:
    """No entity may be its own superclass."""
    known = {e.id: [p for p in e.parents if p in tables.entities] for e in tables.entities.values()}
    try:
        TopologicalSorter(known).prepare()
    except CycleError as error:
        circle = error.args[1]
        said = " is a ".join(tables.entities[one].name for one in circle)
        yield problem_of(tables, "reference", circle[0], f"column parents: a circle, {said}")


def _check_predicate(tables: Tables, predicate: Predicate) -> Iterator[Problem]:
    for curie in filter(None, (predicate.biolink, predicate.ro)):
        yield from check_curie(tables, predicate.id, curie)
    for disputed in predicate.disputes:
        rival = tables.predicates.get(disputed)
        if rival is None or predicate.id not in rival.disputes:
            message = f"column disputes: {disputed!r} does not dispute {predicate.id} in turn"
            yield problem_of(tables, "reference", predicate.id, message)


def _check_withdrawn(folder: Path, tables: Tables, report: Report) -> Iterator[Problem]:
    """Withdrawn ids that are used again, and those that lead to no finding."""
    gone = set()
    for place, row in read_optional(Withdrawn, folder, report=report):
        if row.id in tables.findings:
            message = f"column id: {row.id} was withdrawn and is used again; an id is never used twice"
        elif row.id in gone:
            message = f"column id: {row.id} stands here twice"
        elif row.into and row.into not in tables.findings:
            message = f"column into: {row.into!r} is no finding of the tables"
        elif not row.reason:
            message = f"column reason: it is not said why {row.id} was withdrawn"
        else:
            message = ""
        gone.add(row.id)
        if message:
            yield problem_of(tables, "withdrawn", place, message)


def _check_second_readings(folder: Path, tables: Tables, report: Report) -> Iterator[Problem]:
    for place, reading in read_optional(SecondReading, folder, report=report):
        finding = tables.findings.get(reading.finding)
        if finding is None:
            message = f"column finding: {reading.finding!r} is no finding of the tables"
            yield problem_of(tables, "second-reading", place, message)
        elif reading.reader == finding.curated_by:
            message = f"column reader: {reading.reader} wrote {reading.finding} and cannot second it"
            yield problem_of(tables, "second-reading", place, message)


def _check_relations(folder: Path, tables: Tables, report: Report) -> Iterator[Problem]:
    """What the relations of other databases are taken for fits the lexicon."""
    for relation, place in read_relations(folder, report=report).values():
        predicate = tables.predicates.get(relation.predicate)
        aspect = tables.aspects.get(relation.aspect)
        message = ""
        if predicate is None:
            message = f"column predicate: {relation.predicate!r} is not in terms/predicates.tsv"
        elif aspect is None:
            message = f"column aspect: {relation.aspect!r} is not in terms/aspects.tsv"
        else:
            sign = None if predicate.sign is None else Sign(predicate.sign * aspect.polarity)
            if relation.sign != text_of(sign):
                message = f"column sign: {predicate.id} and {aspect.id} give {text_of(sign)!r}"
        if message:
            yield problem_of(tables, "relation", place, message)


def _check_external(folder: Path, tables: Tables, report: Report) -> Iterator[Problem]:
    """What statements of other databases cost is said, and each spelling of a prefix means one thing."""
    try:
        read_external_costs(folder)
    except DataError as error:
        report(error)
    ours = tables.prefixes.namespaces
    owners = {prefix: prefix for prefix in ours}
    for place, other in read_optional(OtherPrefix, folder, report=report):
        if (other.prefix in ours) == bool(other.namespace):
            message = f"column namespace: of {other.prefix} it stands in terms/prefixes.tsv or here"
            yield problem_of(tables, "prefix", place, message)
        for synonym in other.synonyms:
            if owners.setdefault(synonym, other.prefix) != other.prefix:
                message = f"column synonyms: {synonym!r} already means {owners[synonym]}"
                yield problem_of(tables, "prefix", place, message)


def _check_checks(folder: Path) -> Iterator[Problem]:
    """A folder without shapes or checks of its own is a problem: nothing was checked."""
    for kind, pattern in (("shapes", "*.ttl"), ("checks", "*-violation.rq")):
        if not any((folder / kind).glob(pattern)):
            message = f"the folder holds no {kind}, so none was run"
            yield Problem("table", "error", f"{folder.name}/{kind}/", None, message, _COPY)


# -- RDF --------------------------------------------------------------------------------------------


def _check_rdf(kg: KnowledgeGraph) -> Iterator[Problem]:
    from mscgraph.rdf.build import to_quads
    from mscgraph.rdf.shapes import find_violations

    try:
        quads = to_quads(kg)
    except (ValueError, KeyError) as error:
        yield Problem("rdf", "error", f"{kg.folder.name}/", None, f"no RDF can be made: {error}")
        return
    try:
        violations = find_violations(quads, kg.prefixes.namespaces, folder=kg.folder)
    except DataError as error:
        yield Problem("rdf", "error", error.file or f"{kg.folder.name}/", error.line, _reason(error))
        return
    for violation in violations:
        file, line, name = _where(kg, violation.focus)
        message = f"{name}: {violation.message}"
        yield Problem(violation.check, "error", file, line, message)


def _where(kg: KnowledgeGraph, iri: str) -> tuple[str, int | None, str]:
    try:
        curie = kg.prefixes.contract(iri)
    except CurieError:
        return f"{kg.folder.name}/", None, iri
    edge = kg.associations.get(curie)
    place = kg.places.get(edge.findings[0].id if edge and edge.findings else curie)
    return (place.file, place.line, curie) if place else (f"{kg.folder.name}/", None, curie)


# -- layout -----------------------------------------------------------------------------


def format_tables(folder: Path | None = None, *, write: bool = True) -> list[Path]:
    """Bring every table into the canonical layout; return the files that were not in it.

    A column of the schema that a table of findings lacks is added, and ``curation/README.md`` describes
    the columns as the schema does.

    With ``write=False`` nothing is changed. Each file is written whole or not at all.

    Parameters
    ----------
    folder
        The ontology folder; None for the one that ships with the program.
    write
        False to change nothing, and only name the files.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mg.format_tables(write=False)
    []
    """
    changed = []
    for path, text, laid_out in _layouts(folder or ontology_folder()):
        if text != laid_out:
            changed.append(path)
            if write:
                write_whole(path, laid_out.encode())
    return changed
