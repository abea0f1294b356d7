"""One table, row by row: a fault is reported with file, line and column, and the reading goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from mscgraph.errors import DataError, TableError
from mscgraph.model import Place
from mscgraph.tables.cells import CELLS
from mscgraph.tables.folder import utf8_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Reading", "Report", "raise_it", "read_rows"]

Record = TypeVar("Record")
Report = Callable[[DataError], None]


def raise_it(error: DataError) -> NoReturn:
    """The default report: the first fault ends the reading."""
    raise error


def read_rows(
    path: Path, columns: tuple[str, ...], *, shown: str, report: Report
) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table as line numbers and cells; a header or row that is not whole is reported."""
    try:
        text = utf8_text(path, shown)
    except TableError as error:
        return report(error)
    lines = text.split("\n")
    header = tuple(lines[0].rstrip("\r").split("\t"))
    if header != columns:
        return report(TableError(_header_fault(header, columns), file=shown, line=1))
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            cells = line.rstrip("\r").split("\t")
            if len(cells) == len(columns):
                yield number, cells
            else:
                report(
                    TableError(
                        f"{len(cells)} cells where the header has {len(columns)}; "
                        f"the last one read is {cells[-1][:40]!r}",
                        file=shown,
                        line=number,
                    )
                )


def _header_fault(header: tuple[str, ...], columns: tuple[str, ...]) -> str:
    missing = [name for name in columns if name not in header]
    unknown = [name for name in header if name not in columns]
    if missing or unknown:
        parts = [f"missing {', '.join(missing)}"] if missing else []
        parts += [f"unknown {', '.join(repr(name) for name in unknown)}"] if unknown else []
        return f"the header is wrong: {'; '.join(parts)}"
    return f"the columns are out of order: write {', '.join(columns)}"


def _read(
    path: Path, record: type[Record], *, shown: str, report: Report
) -> Iterator[tuple[int, Record]]:
    columns: tuple[str, ...] = record._fields  # type: ignore[attr-defined]
    parsers = [(i, CELLS[record][name]) for i, name in enumerate(columns) if name in CELLS[record]]
    for number, cells in read_rows(path, columns, shown=shown, report=report):
        values: list[Any] = cells.copy()
        try:
            for index, parse in parsers:
                values[index] = parse(cells[index])
        except ValueError:
            for index, parse in parsers:
                _report_cell(cells[index], parse, Place(shown, number), columns[index], report)
        else:
            yield number, record(*values)


def _report_cell(
    cell: str, parse: Callable[[str], Any], place: Place, column: str, report: Report
) -> None:
    try:
        parse(cell)
    except ValueError as error:
        report(TableError(str(error), file=place.file, line=place.line, column=column, value=cell))


class Reading:
    """One reading of a folder: where records stand, and what to do with a fault."""

    def __init__(self, folder: Path, report: Report) -> None:
        self.folder = folder
        self.report = report
        self.places: dict[str, Place] = {}

    def name(self, path: Path) -> str:
        """The path as messages show it: below the name of the ontology folder."""
        try:
            return f"{self.folder.name}/{path.relative_to(self.folder).as_posix()}"
        except ValueError:
            return str(path)

    def rows(self, path: Path, record: type[Record]) -> Iterator[tuple[Place, Record]]:
        """The records of a table with their places."""
        shown = self.name(path)
        for number, item in _read(path, record, shown=shown, report=self.report):
            yield Place(shown, number), item

    def keyed(self, path: Path, record: type[Record]) -> dict[str, Record]:
        """The records of a table by id."""
        found: dict[str, Record] = {}
        for place, item in self.rows(path, record):
            self.add(found, item, place)
        return found

    def add(self, found: dict[str, Record], item: Record, place: Place) -> None:
        """Put a record under its id; report an id that is used twice."""
        key: str = item.id  # type: ignore[attr-defined]
        if key in found:
            first = self.places[key]
            self.report(
                TableError(
                    f"{key} stands here again; it was first used in {first.file}:{first.line}. "
                    "An id is never used twice",
                    file=place.file,
                    line=place.line,
                    column="id",
                    value=key,
                )
            )
            return
        found[key] = item
        self.places[key] = place
