"""What is wrong with rows, as values and as evidence.

Values that have not their form, and results that are stored twice, follow from no comparison, or are cut
off from the settings that limit them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from mscgraph.graph.conflicts import find_dependences
from mscgraph.model import NOT_REPORTED, EvidenceLevel, Finding, PredicateKind, Problem
from mscgraph.schema import columns_of, settings
from mscgraph.tables.cells import text_of
from mscgraph.tables.optional_tables import Withdrawn, read_optional
from mscgraph.text.names import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mscgraph.errors import DataError
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Publication
    from mscgraph.tables.contents import Tables

_RAW = frozenset({"null", "nan", "n/a", "#n/a", "nil"})  # and None, which is also a word of ours
_KNOCK_OUT = re.compile(
    r"knock(ed)?[- ]?(out|down)|silenc|deficien|\black(s|ed|ing)?\b|[-−]/[-−]|\bs[ih]rna\b|crispr|ablat",
    re.IGNORECASE,
)
_LIMIT = re.compile(r"\b(only|unless|at (a |the )?(high|low)(er|est)? doses?)\b", re.IGNORECASE)
_COMPARED = re.compile(r"compar|against what|held against", re.IGNORECASE)
# The settings that a limiting word may mean; the others are filled in almost every row.
_LIMITING = (
    "dose", "contact", "stimulus", "timing", "object_state", "subject_cell", "object_cell", "specimen",
    "timepoint", "priming", "model", "route", "comparator", "donor", "via",
)  # fmt: skip
_SETTINGS = ("via", *(column.name for column in settings()))


def check_evidence(kg: KnowledgeGraph) -> Iterator[Problem]:
    """Yield what is wrong with findings as evidence, and with the papers that they are from."""
    yield from _check_sentences(kg)
    yield from _check_dependences(kg)
    for finding in kg.findings.values():
        yield from _check_comparison(kg, finding)
        yield from _check_knock_out(kg, finding)
        yield from _check_limit(kg, finding)
    yield from _check_papers(kg)


def problem_of(
    tables: Tables, check: str, key: str, message: str, repair: str = "", *, severity: str = "error"
) -> Problem:
    """Return a problem of a record, at its place in the tables."""
    place = tables.places.get(key)
    file, line = place or (f"{Path(tables.folder).name}/", None)
    return Problem(check, severity, file, line, message, repair)


def _check_sentences(kg: KnowledgeGraph) -> Iterator[Problem]:
    """One sentence read twice as one relation must be of two settings."""
    seen: dict[tuple[str, ...], str] = {}
    for finding in kg.findings.values():
        if finding.anchor:
            apart = [text_of(getattr(finding, name)) for name in _SETTINGS]
            same = (finding.publication, finding.anchor, *finding.key, *apart)
            if same in seen:
                message = f"the same sentence and relation as {seen[same]}, and no setting differs"
                repair = "keep one of the two and list the other in curation/withdrawn.tsv"
                yield problem_of(kg.tables, "sentence", finding.id, message, repair)
            seen.setdefault(same, finding.id)


def _check_dependences(kg: KnowledgeGraph) -> Iterator[Problem]:
    """A study that saw both of two things that disagree saw them in two settings."""
    for found in find_dependences(kg):
        if found.differences:
            continue
        one, other = found.first_findings[0], found.second_findings[0]
        noted = one.note != other.note
        message = f"{found.study} also reports the opposite, {other.id}, and no setting differs"
        repair = "fill in the column in which the two differ"
        yield problem_of(
            kg.tables, "dependence", one.id, f"{message}{' but the note' if noted else ''}", repair,
            severity="warning" if noted else "error",
        )  # fmt: skip


def _check_comparison(kg: KnowledgeGraph, finding: Finding) -> Iterator[Problem]:
    """What was seen in patients is an effect, or none, if it was held against something."""
    if kg.rubric.evidence_level(finding.study_design) < EvidenceLevel.HUMAN_OBSERVATIONAL:
        return
    silent = finding.comparison == NOT_REPORTED
    if _is_effect_or_null(kg, finding.predicate):
        unexplained = silent and not _COMPARED.search(finding.note)
        if finding.comparison == "none" or unexplained:
            message = f"column comparison: {finding.predicate} in patients, held against nothing"
            repair = (
                "write what it was compared with; else followed_by or not_followed_by; or say in the note "
                "that the source does not say what it compares"
            )
            yield problem_of(kg.tables, "comparison", finding.id, message, repair)
    if silent and finding.significance == "not_tested":
        message = "column significance: not_tested, but no comparison that a test could be of"
        repair = f"write {NOT_REPORTED}, or fill in comparison"
        yield problem_of(kg.tables, "not-tested", finding.id, message, repair)


def _is_effect_or_null(kg: KnowledgeGraph, name: str) -> bool:
    predicate = kg.predicates[name]
    effects = {p.id for p in kg.predicates.values() if p.kind is PredicateKind.EFFECT}
    null = predicate.kind is PredicateKind.NULL and not effects.isdisjoint(predicate.disputes)
    return null or name in effects


def _check_knock_out(kg: KnowledgeGraph, finding: Finding) -> Iterator[Problem]:
    """A gene that was knocked out is the subject, or the mediator; the product without it is neither."""
    is_product = kg.entities[finding.subject].role == "source_product"
    if (
        is_product
        and not (finding.subject_cell or finding.via)
        and _KNOCK_OUT.search(finding.statement)
    ):
        message = (
            f"column subject: the statement knocks something out, {finding.subject} is the product"
        )
        repair = "make the gene the subject and the cell that lost it subject_cell, or name it in via"
        yield problem_of(kg.tables, "knock-out", finding.id, message, repair)


def _check_limit(kg: KnowledgeGraph, finding: Finding) -> Iterator[Problem]:
    word = _LIMIT.search(f"{finding.statement} {finding.note}")
    open_ = ("", NOT_REPORTED)
    if word and all(text_of(getattr(finding, name)) in open_ for name in _LIMITING):
        message = f"{word[0]!r} limits the result, and no column says to what"
        repair = f"fill in one of {', '.join(_LIMITING)}"
        yield problem_of(kg.tables, "limit", finding.id, message, repair, severity="warning")


def _check_papers(kg: KnowledgeGraph) -> Iterator[Problem]:
    """One warning for each part of a citation that papers lack, with their number."""
    for column, said in (("title", "title"), ("authors", "first author"), ("year", "year")):
        lacking = [key for key, paper in kg.publications.items() if not getattr(paper, column)]
        if lacking:
            shown = f"{', '.join(lacking[:3])}{', …' if len(lacking) > 3 else ''}"  # noqa: PLR2004
            message = f"column {column}: {len(lacking)} paper(s) without {said}: {shown}"
            repair = "fill it in from the paper, or from a reference list that cites it"
            yield problem_of(kg.tables, "paper", lacking[0], message, repair, severity="warning")


def check_raw_nulls(tables: Tables) -> Iterator[Problem]:
    """Yield the cells in which a program wrote that it had no value."""
    records: Iterable[tuple[str, Iterable[object]]] = [
        *tables.findings.items(), *tables.entities.items(), *tables.publications.items()
    ]  # fmt: skip
    for key, record in records:
        names = columns_of(type(record))
        for name, value in zip(names, record, strict=True):
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, str) and (one.lower() in _RAW or one == "None"):
                    column = names[name]
                    message = f"column {name}: {one!r} is no value"
                    repair = f"write {column.open}" if column.open else "leave the cell empty"
                    yield problem_of(tables, "raw-null", key, message, repair)


def check_withdrawn(
    folder: Path, tables: Tables, report: Callable[[DataError], None]
) -> Iterator[Problem]:
    """Yield withdrawn ids that are used again, and those that lead to no finding."""
    withdrawn = read_optional(Withdrawn, folder, report=report)
    gone: dict[str, int] = defaultdict(int)
    for place, row in withdrawn:
        gone[row.id] += 1
        if row.id in tables.findings:
            message = f"column id: {row.id} was withdrawn and is used again; an id is never used twice"
        elif gone[row.id] > 1:
            message = f"column id: {row.id} stands here twice"
        elif row.into and row.into not in tables.findings:
            message = f"column into: {row.into!r} is no finding of the tables"
        elif not row.reason:
            message = f"column reason: it is not said why {row.id} was withdrawn"
        else:
            continue
        yield Problem("withdrawn", "error", place.file, place.line, message)


def check_cells(tables: Tables, finding: Finding) -> Iterator[Problem]:
    """Whether values have their form, terms are of the vocabulary, and durations compare."""
    yield from check_forms(tables, finding)
    for name, column in columns_of(Finding).items():
        if column.kind not in {"term", "duration"}:
            continue
        value = getattr(finding, name)
        for one in value if column.many else (value,):
            if one == column.open and not column.required:
                continue
            if column.kind == "term" and one not in (known := tables.vocabulary.get(name, {})):
                message = f"column {name}: {one!r} is not in terms/vocabulary.tsv"
                near = ", ".join(nearest(one, known) or sorted(known))
                repair = (
                    f"write one of {near}, or {column.open}" if column.open else f"write one of {near}"
                )
                yield problem_of(tables, "vocabulary", finding.id, message, repair)
            elif column.kind == "duration" and not _DURATION.fullmatch(one):
                message = f"column {name}: {one!r} is no ISO 8601 duration in its shortest form"
                yield problem_of(tables, name, finding.id, message, f"write {column.form}")


def check_forms(tables: Tables, record: Finding | Publication) -> Iterator[Problem]:
    """Whether dates, numbers and other values of one form can be read as such."""
    for name, column in columns_of(type(record)).items():
        value = getattr(record, name)
        pattern, form = _FORMS.get(column.kind, (column.pattern, column.form))
        if not pattern or column.kind == "entity" or (value == column.open and not column.required):
            continue
        if not re.fullmatch(pattern, value) or (column.kind == "date" and not _is_date(value)):
            message = f"column {name}: {value!r} has not the form of this column"
            other = f", or {column.open}" if column.open else ""
            yield problem_of(tables, "table", record.id, message, f"write {form}{other}")


_FORMS = {
    "date": (r"\d{4}-\d\d-\d\d", "a date such as 2026-11-21: year, month, day"),
    "year": (r"\d{4}", "a year of four digits"),
    "whole number": (r"0*[1-9]\d*", "a whole number from 1"),
}


def _is_date(value: str) -> bool:
    from datetime import date

    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


# One way to write each duration, so that equal time points compare equal for every reader.
_DURATION = re.compile(r"P(?=.)(\d+Y)?((1[01]|\d)M)?(\d+D)?(T(?=\d)((1\d|2[0-3]|\d)H)?([1-5]?\dM)?)?")
