"""The canonical layout, and changing one cell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.errors import NotFound
from mscgraph.model import Finding
from mscgraph.tables.cells import LIST_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["canonical", "replace_cell"]


def canonical(text: str) -> str:
    """Return a table's text in the canonical layout: trimmed cells, sorted rows, one final newline.

    Lists are sorted too, so that two curators write the same bytes. Rows that are not whole are kept
    as they are: nothing is lost by formatting.
    """
    lines = [line.rstrip("\r") for line in text.split("\n")]
    header = lines[0].split("\t")
    rows = [line.split("\t") for line in lines[1:] if line.strip()]
    rows = [[_tidy(header, i, cell) for i, cell in enumerate(row)] for row in rows]
    rows.sort(key=lambda row: row[:2])
    return "".join("\t".join(row) + "\n" for row in [header, *rows])


def _tidy(header: list[str], index: int, cell: str) -> str:
    cell = " ".join(cell.split())
    name = header[index] if index < len(header) else ""
    if "|" in cell and name in LIST_COLUMNS:
        parts: Iterable[str] = (part.strip() for part in cell.split("|"))
        return "|".join(sorted({part for part in parts if part}, key=lambda p: (p.lower(), p)))
    return cell


def replace_cell(folder: Path, finding: str, column: str, value: str) -> tuple[Path, str]:
    """Return the table that holds a finding, and its text with one cell of that row replaced.

    Every other byte stays as it is; nothing is written.

    Raises
    ------
    NotFound
        When no table of findings has the row.
    """
    place = Finding._fields.index(column)
    for path in sorted((folder / "curation" / "findings").glob("*.tsv")):
        lines = path.read_text(encoding="utf-8").split("\n")
        for number, line in enumerate(lines):
            cells = line.split("\t")
            if cells[0] == finding and len(cells) > place:
                cells[place] = value
                lines[number] = "\t".join(cells)
                return path, "\n".join(lines)
    raise NotFound(f"No table of findings in {folder} has the row {finding!r}.")
