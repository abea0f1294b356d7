"""The canonical layout of tables and of the table that describes their columns; changing cells."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from mscgraph.errors import NotFound
from mscgraph.model import Entity, Finding, Predicate, Publication
from mscgraph.schema import KEY, columns_of
from mscgraph.tables.optional_tables import Cue
from mscgraph.tables.rows import included, many, parsers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mscgraph.schema import Column

_START = "<!-- columns of a finding, written by `mscgraph format` -->\n"
_END = "<!-- end of the columns -->\n"


def canonical(text: str) -> str:
    """Return a table's text in the canonical layout: trimmed cells, sorted rows, one final newline.

    Lists are sorted too, so that two curators write the same bytes. Rows that are not whole are kept
    as they are: nothing is lost by formatting. A table of findings gets the columns that it lacks, each
    cell saying that the source leaves it open.
    """
    lines = [line.rstrip("\r") for line in text.split("\n")]
    header = lines[0].split("\t")
    rows = [line.split("\t") for line in lines[1:] if line.strip()]
    columns = columns_of(Finding)
    if {"id", *KEY} <= set(header) <= columns.keys():
        opened = {name: column.open for name, column in columns.items()}
        rows = [
            [*(opened | dict(zip(header, row, strict=True))).values()]
            if len(row) == len(header)
            else row
            for row in rows
        ]
        header = list(columns)
    rows = [[_tidy(name, cell) for name, cell in zip_longest(header[: len(row)], row)] for row in rows]
    rows.sort(key=lambda row: row[:2])
    return "".join("\t".join(row) + "\n" for row in [header, *rows])


def describe_columns(text: str) -> str:
    """Return ``curation/README.md`` with the table of a finding's columns as the schema has them."""
    before, start, rest = text.partition(_START)
    _, end, after = rest.partition(_END)
    if not end:
        return text
    lines = ["| column | what goes in | if the source does not say |", "|---|---|---|"]
    for column in columns_of(Finding).values():
        said = " ".join(filter(None, (column.definition, column.advice, _form(column))))
        unsaid = f"`{column.open}`" if column.open else "no row" if column.required else "empty"
        lines.append(f"| `{column.name}` | {said} | {unsaid} |")
    return f"{before}{start}" + "\n".join(lines) + f"\n{end}{after}"


def _form(column: Column) -> str:
    """How a value is written, as a sentence."""
    where = {
        "entity": "of `terms/entities.tsv`",
        "predicate": "of `terms/predicates.tsv`",
        "aspect": "of `terms/aspects.tsv`",
        "publication": "of `publications.tsv`: PMID first, then DOI, then PubMed Central id",
        "term": "of `terms/vocabulary.tsv`",
        "term or entity": "of `terms/vocabulary.tsv` or `terms/entities.tsv`",
        "flag": "`yes` or `no`",
        "date": "a date such as `2026-11-21`",
        "duration": "a duration of ISO 8601",
        "whole number": "a whole number",
    }.get(column.kind, "")
    form = ", ".join(filter(None, [where, column.form, "joined by a bar" if column.many else ""]))
    return f"{form[0].upper()}{form[1:]}." if form else ""


# Columns that hold lists: the layout sorts them.
_LISTS = {
    name
    for record in (Entity, Publication, Finding, Predicate, Cue)
    for name, parse in parsers(record).items()
    if parse in (many, included)
}


def _tidy(name: str | None, cell: str) -> str:
    cell = " ".join(cell.split())
    if "|" in cell and name in _LISTS:
        parts = set(map(str.strip, cell.split("|"))) - {""}
        return "|".join(sorted(parts, key=lambda p: (p.lower(), p)))
    return cell


def change_cells(folder: Path, changes: Mapping[str, Mapping[str, str]]) -> dict[Path, str]:
    """Return the new text of each table of a folder in which cells of findings or publications change.

    ``changes`` holds for each record's id the columns with their new values. Every other byte stays as it
    is, and nothing is written.
    """
    left, texts = dict(changes), {}
    curation = folder / "curation"
    for path in [curation / "publications.tsv", *sorted(curation.glob("findings/*.tsv"))]:
        lines = path.read_text(encoding="utf-8").split("\n")
        header = lines[0].split("\t")
        before = len(left)
        for number, line in enumerate(lines[1:], start=1):
            cells = line.split("\t")
            if cells[0] in left and len(cells) == len(header):
                for column, value in left.pop(cells[0]).items():
                    cells[header.index(column)] = _tidy(column, value)
                lines[number] = "\t".join(cells)
        if len(left) < before:
            texts[path] = "\n".join(lines)
    for key in left:
        raise NotFound(f"No table of findings or publications in {folder} has the row {key!r}.")
    return texts


def add_row(path: Path, cells: Mapping[str, str]) -> str:
    """Return a table's text with one more row, in the canonical layout; nothing is written."""
    text = path.read_text(encoding="utf-8")
    header = text.partition("\n")[0].split("\t")
    row = [" ".join(cells.get(column, "").split()) for column in header]
    return canonical(text.rstrip("\n") + "\n" + "\t".join(row) + "\n")
