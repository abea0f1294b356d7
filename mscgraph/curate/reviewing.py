"""A row next to its sentence, and what a reviewer may do with it besides signing: mend it, withdraw it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.curate.checks import row_problems
from mscgraph.curate.verifying import verify_sections
from mscgraph.errors import DataError, NotFound
from mscgraph.explain.words import cite, relation_in_words, setting_in_words
from mscgraph.files import write_whole
from mscgraph.model import Finding
from mscgraph.named_tuples import NamedTuple
from mscgraph.render.finding_words import value_words
from mscgraph.schema import columns_of
from mscgraph.tables.cells import text_of
from mscgraph.tables.formatting import add_row, change_cells
from mscgraph.tables.reading import read_tables
from mscgraph.tables.rows import made

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mscgraph.curate.services.bibliography import Section
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.schema import Column

_CONTEXT = 400  # characters before and after a sentence
_WORDED = frozenset({"entity", "term", "term or entity", "duration"})
_FIXED = frozenset({"id", "publication", "curated_by", "curated_on", "reviewed_by"})


class ReadSentence(NamedTuple):
    """The sentence that a row is anchored to, what stands around it, and in which part of the paper."""

    before: str
    sentence: str
    after: str
    place: str


def sentence_of(
    kg: KnowledgeGraph, finding: Finding, sections: Sequence[Section]
) -> ReadSentence | None:
    """Return a finding's sentence in its context; None where it is not in these sections."""
    checks = verify_sections(kg, kg.publications[finding.publication], sections)
    found = next((one for one in checks if one.finding.id == finding.id and one.sentence), None)
    if found is None:
        return None
    words = " ".join(found.sentence.split())
    for section in sections:
        text = " ".join(section.text.split())
        if section.name == found.place and (at := text.find(words)) >= 0:
            before, after = text[:at], text[at + len(words) :]
            return ReadSentence(before[-_CONTEXT:], words, after[:_CONTEXT], found.place)
    return ReadSentence("", words, "", found.place)


def review_row(kg: KnowledgeGraph, finding: Finding) -> dict[str, Any]:
    """Return a row as a reviewer reads it, JSON-ready: in words, and its cells with what may be there."""
    key = (finding.subject, finding.predicate, finding.object, finding.aspect)
    edges = kg.associations.values()
    edge = next(e for e in edges if (e.subject, e.predicate, e.object, e.aspect) == key)
    place = kg.places[finding.id]
    choices = {
        "predicate": sorted(kg.predicates),
        "aspect": sorted(kg.aspects),
        "readout": ["no", "yes"],
    }
    cells = [
        {
            "name": column.name,
            "label": column.label or column.name.replace("_", " "),
            "definition": column.definition,
            "value": text_of(getattr(finding, column.name)),
            "words": ", ".join(value_words(kg, column.name, getattr(finding, column.name)))
            if column.kind in _WORDED
            else "",
            "choices": choices.get(column.name) or _terms(kg, column),
            "entity": column.kind in {"entity", "term or entity"},
        }
        for column in columns_of(Finding).values()
        if column.name not in _FIXED
    ]
    return {
        "id": finding.id,
        "relation": relation_in_words(kg, edge),
        "statement": finding.statement,
        "setting": setting_in_words(kg, finding),
        "paper": cite(kg, finding.publication),
        "url": kg.publications[finding.publication].url,
        "locator": finding.locator,
        "place": f"{place.file}:{place.line}",
        "curated_by": finding.curated_by,
        "reviewed_by": finding.reviewed_by,
        "cells": cells,
    }


def _terms(kg: KnowledgeGraph, column: Column) -> list[str]:
    """What a cell of terms may hold; nothing where it may hold anything."""
    if column.many or column.name not in kg.vocabulary:
        return []
    return [*(() if column.required else (column.open,)), *kg.vocabulary[column.name]]


def mend(folder: Path, finding: str, cells: Mapping[str, str]) -> Path:
    """Change cells of one row, and return its table; the row is as unreviewed as before.

    Raises
    ------
    DataError
        When the row would not pass the checks: then nothing is written.
    NotFound
        When no table has the row, or a column is none that may be mended.
    OutputError
        When the table cannot be written.
    """
    columns = columns_of(Finding)
    if wrong := [name for name in cells if name not in columns or name in _FIXED]:
        raise NotFound(f"The column {wrong[0]!r} is none that a reviewer mends.")
    ((path, text),) = change_cells(folder, {finding: cells}).items()
    tables = read_tables(folder)
    line = next(row for row in text.split("\n") if row.startswith(f"{finding}\t"))
    try:
        row = made(Finding, line.split("\t"))
    except ValueError as error:
        raise DataError(str(error), file=path.name) from None
    if problems := row_problems(tables, row):
        raise DataError("; ".join(problems), file=path.name)
    if row.reviewed_by:
        raise DataError(f"{finding} was reviewed by {row.reviewed_by}: it is not mended here")
    return write_whole(path, text.encode())


def withdraw(folder: Path, finding: str, reason: str, into: str = "") -> Path:
    """Take a row out of its table and list it as withdrawn; its id is never used again.

    Parameters
    ----------
    folder
        The ontology folder.
    finding
        The id of the row.
    reason
        Why, in a few words.
    into
        The finding that says the same, if there is one.

    Raises
    ------
    DataError
        When no reason is given.
    NotFound
        When no table has the row, or the other finding is none.
    OutputError
        When a table cannot be written.
    """
    if not reason.strip():
        raise DataError("say why the row is withdrawn")
    findings = read_tables(folder).findings
    if into and (into not in findings or into == finding):
        raise NotFound(f"No other row is called {into!r}.")
    ((path, text),) = change_cells(folder, {finding: {}}).items()
    gone = folder / "curation" / "withdrawn.tsv"
    if not gone.exists():
        write_whole(gone, b"id\tinto\treason\n")
    second = folder / "curation" / "second_reading.tsv"
    listed = add_row(gone, {"id": finding, "into": into, "reason": reason})
    # what was merged into the row before is now merged into what the row is merged into
    write_whole(gone, listed.replace(f"\t{finding}\t", f"\t{into}\t").encode())
    for place, held in ((path, text), (second, second.read_text(encoding="utf-8"))):
        kept = [line for line in held.split("\n") if not line.startswith(f"{finding}\t")]
        if len(kept) < held.count("\n") + 1:
            write_whole(place, "\n".join(kept).encode())
    return path
