"""What is wrong with rows, as values and as evidence.

Values that have not their form or name nothing, and results that are stored twice, follow from no
comparison, or are cut off from the settings that limit them.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mscgraph.errors import CurieError
from mscgraph.graph.conflicts import find_dependences
from mscgraph.model import NOT_REPORTED, EvidenceLevel, Finding, Place, PredicateKind, Problem
from mscgraph.schema import columns_of, settings
from mscgraph.tables.rows import text_of
from mscgraph.text.names import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Entity, Publication
    from mscgraph.schema import Column
    from mscgraph.tables.reading import Tables

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


def problem_of(
    tables: Tables,
    check: str,
    key: str | Place,
    message: str,
    repair: str = "",
    *,
    severity: str = "error",
) -> Problem:
    """Return a problem of a record, by its id, or of a line of another table, by its place."""
    place = key if isinstance(key, Place) else tables.places.get(key)
    file, line = place or (f"{Path(tables.folder).name}/", None)
    return Problem(check, severity, file, line, message, repair)


# -- values -----------------------------------------------------------------------------------------

_FORMS = {
    "date": (r"\d{4}-\d\d-\d\d", "a date such as 2026-11-21: year, month, day"),
    "year": (r"\d{4}", "a year of four digits"),
    "whole number": (r"0*[1-9]\d*", "a whole number from 1"),
}
# One way to write each duration, so that equal time points compare equal for every reader.
_DURATION = re.compile(r"P(?=.)(\d+Y)?((1[01]|\d)M)?(\d+D)?(T(?=\d)((1\d|2[0-3]|\d)H)?([1-5]?\dM)?)?")


def check_values(tables: Tables, record: Finding | Entity | Publication) -> Iterator[Problem]:
    """Yield what is wrong with the values of a record, column by column."""
    for name, column in columns_of(type(record)).items():
        value = getattr(record, name)
        for one in value if isinstance(value, tuple) else (value,):
            if not isinstance(one, str):
                continue
            if one.lower() in _RAW or one == "None":
                repair = f"write {column.open}" if column.open else "leave the cell empty"
                message = f"column {name}: {one!r} is no value"
                yield problem_of(tables, "raw-null", record.id, message, repair)
            if column.kind == "CURIE":
                yield from check_curie(tables, record.id, one)
            if (column.many or isinstance(record, Finding)) and one not in {"", NOT_REPORTED}:
                yield from _check_entity(tables, record.id, column, one)
            if column.required or one != column.open:
                yield from _check_form(tables, record, column, one)


def check_curie(tables: Tables, key: str, curie: str) -> Iterator[Problem]:
    """Yield a problem where a value is no CURIE, or its prefix is unknown."""
    try:
        tables.prefixes.expand(curie)
    except CurieError as error:
        yield problem_of(tables, "reference", key, error.message)


def _check_entity(tables: Tables, key: str, column: Column, value: str) -> Iterator[Problem]:
    is_of_entities = column.kind in {"entity", "term or entity"} and value not in tables.entities
    if is_of_entities and value not in tables.vocabulary.get(column.name, ()):
        near = nearest(value, [*tables.entities, *(e.name for e in tables.entities.values())])
        hint = f"did you mean {', '.join(near)}?" if near else "add it to terms/entities.tsv"
        message = f"column {column.name}: {value!r} is no entity of the graph"
        yield problem_of(tables, "reference", key, message, hint)


def _check_form(
    tables: Tables, record: Finding | Entity | Publication, column: Column, value: str
) -> Iterator[Problem]:
    """Whether a value has its form, is of the vocabulary, and as a duration compares."""
    name, known = column.name, tables.vocabulary.get(column.name, {})
    other = f", or {column.open}" if column.open else ""
    pattern, form = _FORMS.get(column.kind, (column.pattern, column.form))
    if column.kind == "term" and isinstance(record, Finding) and value not in known:
        message = f"column {name}: {value!r} is not in terms/vocabulary.tsv"
        near = ", ".join(nearest(value, known) or sorted(known))
        yield problem_of(tables, "vocabulary", record.id, message, f"write one of {near}{other}")
    elif column.kind == "duration" and not _DURATION.fullmatch(value):
        message = f"column {name}: {value!r} is no ISO 8601 duration in its shortest form"
        yield problem_of(tables, name, record.id, message, f"write {column.form}")
    elif pattern and column.kind != "entity" and not (
        re.fullmatch(pattern, value) and (column.kind != "date" or _is_date(value))
    ):  # fmt: skip
        message = f"column {name}: {value!r} has not the form of this column"
        yield problem_of(tables, "table", record.id, message, f"write {form}{other}")


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


# -- evidence ---------------------------------------------------------------------------------------


def check_evidence(kg: KnowledgeGraph) -> Iterator[Problem]:
    """Yield what is wrong with findings as evidence, and with the papers that they are from."""
    yield from _check_sentences(kg)
    yield from _check_dependences(kg)
    for finding in kg.findings.values():
        yield from _check_comparison(kg, finding)
        yield from _check_words(kg, finding)
    yield from _check_papers(kg)


def _check_sentences(kg: KnowledgeGraph) -> Iterator[Problem]:
    """One sentence read twice as one relation must be of two settings."""
    seen: dict[tuple[str, ...], str] = {}
    for finding in kg.findings.values():
        apart = [text_of(getattr(finding, name)) for name in _SETTINGS]
        first = seen.setdefault((finding.publication, finding.anchor, *finding.key, *apart), finding.id)
        if finding.anchor and first != finding.id:
            message = f"the same sentence and relation as {first}, and no setting differs"
            repair = "keep one of the two and list the other in curation/withdrawn.tsv"
            yield problem_of(kg.tables, "sentence", finding.id, message, repair)


def _check_dependences(kg: KnowledgeGraph) -> Iterator[Problem]:
    """A study that saw both of two things that disagree saw them in two settings."""
    for found in find_dependences(kg):
        if not found.differences:
            one, other = found.first_findings[0], found.second_findings[0]
            message = f"{found.study} also reports the opposite, {other.id}, and no setting differs"
            repair, severity = "fill in the column in which the two differ", "error"
            if one.note != other.note:
                message, severity = f"{message} but the note", "warning"
            yield problem_of(kg.tables, "dependence", one.id, message, repair, severity=severity)


def _check_comparison(kg: KnowledgeGraph, finding: Finding) -> Iterator[Problem]:
    """What was seen in patients is an effect, or none, if it was held against something."""
    if kg.rubric.evidence_level(finding.study_design) < EvidenceLevel.HUMAN_OBSERVATIONAL:
        return
    silent = finding.comparison == NOT_REPORTED
    unexplained = silent and not _COMPARED.search(finding.note)
    if (finding.comparison == "none" or unexplained) and _is_effect_or_null(kg, finding.predicate):
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
    null = predicate.kind is PredicateKind.NULL
    meant = [predicate, *(kg.predicates[other] for other in predicate.disputes if null)]
    return any(one.kind is PredicateKind.EFFECT for one in meant)


def _check_words(kg: KnowledgeGraph, finding: Finding) -> Iterator[Problem]:
    """What only the statement or the note says: that a gene was knocked out, what limits the result."""
    is_product = kg.entities[finding.subject].role == "source_product"
    named = finding.subject_cell or finding.via
    if is_product and not named and _KNOCK_OUT.search(finding.statement):
        message = (
            f"column subject: the statement knocks something out, {finding.subject} is the product"
        )
        repair = "make the gene the subject and the cell that lost it subject_cell, or name it in via"
        yield problem_of(kg.tables, "knock-out", finding.id, message, repair)
    word = _LIMIT.search(f"{finding.statement} {finding.note}")
    if word and all(text_of(getattr(finding, name)) in ("", NOT_REPORTED) for name in _LIMITING):
        message = f"{word[0]!r} limits the result, and no column says to what"
        repair = f"fill in one of {', '.join(_LIMITING)}"
        yield problem_of(kg.tables, "limit", finding.id, message, repair, severity="warning")


def _check_papers(kg: KnowledgeGraph) -> Iterator[Problem]:
    """One warning for each part of a citation that papers lack, with their number."""
    for column, said in (("title", "title"), ("authors", "first author"), ("year", "year")):
        lacking = [key for key, paper in kg.publications.items() if not getattr(paper, column)]
        if lacking:
            shown = ", ".join([*lacking[:3], *["…"] * (len(lacking) > 3)])  # noqa: PLR2004
            message = f"column {column}: {len(lacking)} paper(s) without {said}: {shown}"
            repair = "fill it in from the paper, or from a reference list that cites it"
            yield problem_of(kg.tables, "paper", lacking[0], message, repair, severity="warning")
