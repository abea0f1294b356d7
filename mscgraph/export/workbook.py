"""Findings, associations, entities and publications as one Excel workbook, its columns described first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mscgraph.errors import MissingExtra
from mscgraph.export.columns import column_rows, tables_of
from mscgraph.export.delimited import cell_text
from mscgraph.export.format_table import Loss

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph

_LONGEST = 32767  # characters in a cell
_MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(
    tzinfo=None
)  # a workbook has a date; ours has no clock


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write a sheet that describes the columns, and one a table. All text is text, never a formula."""
    del form
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtra(
            'An Excel workbook needs XlsxWriter: pip install "mscgraph[xlsx]"', name="xlsxwriter"
        ) from error
    lost = {"long": 0, "bar": 0}
    with xlsxwriter.Workbook(target) as book:
        book.set_properties({"title": "mscgraph", "created": _MADE})
        bold = book.add_format({"bold": True})
        names, *rows = column_rows(kg)
        _sheet(book.add_worksheet("README"), bold, names, rows, lost)
        for table in tables_of(kg):
            sheet = book.add_worksheet(table.name)
            _sheet(sheet, bold, [column.name for column in table.columns], table.rows(kg), lost)
    return (
        Loss("bars in an item of a list", lost["bar"], "lists are joined by |, so they are written ¦"),
        Loss("texts that are cut", lost["long"], f"a cell of Excel holds {_LONGEST:,} characters"),
    )


def _sheet(
    sheet: Any, bold: Any, names: list[str], rows: list[list[Any]], lost: dict[str, int]
) -> None:
    sheet.freeze_panes(1, 1)
    for place, name in enumerate(names):
        sheet.write_string(0, place, name, bold)
        sheet.set_column(place, place, 24)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, bool):
                sheet.write_boolean(number, place, value)
            elif isinstance(value, int | float):
                sheet.write_number(number, place, value)
            elif value not in (None, "", []):
                text = cell_text(value)
                lost["long"] += len(text) > _LONGEST
                lost["bar"] += isinstance(value, list) and any("|" in item for item in value)
                sheet.write_string(number, place, text[:_LONGEST])
    sheet.autofilter(0, 0, max(len(rows), 1), len(names) - 1)
