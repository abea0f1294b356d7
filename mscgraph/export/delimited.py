"""Findings, associations, entities and publications as CSV or TSV, with a table of what each column is."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from mscgraph.export.columns import column_rows, tables_of
from mscgraph.export.format_table import Loss
from mscgraph.tables.cells import no_formula

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write four tables and ``columns``, which describes theirs: CSV (RFC 4180), or TSV without quotes."""
    target.mkdir(exist_ok=True)
    changed = {"formula": 0, "break": 0, "bar": 0}
    for table in tables_of(kg):
        rows = [[_cell(value, form, changed) for value in row] for row in table.rows(kg)]
        _write(target / f"{table.name}.{form}", [[c.name for c in table.columns], *rows], form)
    _write(target / f"columns.{form}", [list(map(cell_text, row)) for row in column_rows(kg)], form)
    losses = (
        Loss("texts that begin like a formula", changed["formula"], "an apostrophe stands before them"),
        Loss("bars in an item of a list", changed["bar"], "lists are joined by |; they are written ¦"),
    )
    if form == "csv":
        return losses
    return (*losses, Loss("tabs and line breaks", changed["break"], "TSV without quotes has none"))


def cell_text(value: object) -> str:
    """A value as the text of a cell: lists joined by ``|``, flags as true and false."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "|".join(item.replace("|", "¦") for item in value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)


def _cell(value: object, form: str, changed: dict[str, int]) -> str:
    if isinstance(value, list):
        changed["bar"] += sum("|" in item for item in value)
    text = cell_text(value)
    if form == "tsv" and any(c in text for c in "\t\n\r"):
        changed["break"] += 1
        text = re.sub(r"[\t\n\r]+", " ", text)
    safe = no_formula(text) if isinstance(value, str | list) else text
    changed["formula"] += safe != text
    return safe


def _write(path: Path, rows: Iterable[Sequence[str]], form: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        if form == "csv":
            csv.writer(file, lineterminator="\r\n").writerows(rows)
        else:
            file.writelines("\t".join(row) + "\n" for row in rows)
