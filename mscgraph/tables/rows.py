"""One table, by cells and by rows: a fault is reported with file, line and column; reading continues.

Rows are checked when they are read and made into records when one is asked for: a question needs few. A
long row is at first parted only as far as every question looks; :func:`whole_row` parts the rest of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NewType, NoReturn, TypeVar

from mscgraph.errors import DataError, TableError
from mscgraph.model import Place, PredicateKind, Sign
from mscgraph.tables.folder import utf8_lines
from mscgraph.text.curie import is_namespace

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

Record = TypeVar("Record", bound=tuple[Any, ...])
Report = Callable[[DataError], None]
Namespace = NewType("Namespace", str)
_SIGNS = {"+": Sign.POSITIVE, "-": Sign.NEGATIVE, "?": Sign.UNKNOWN}


def many(cell: str) -> tuple[str, ...]:
    """The parts of a list."""
    return tuple(cell.split("|")) if cell else ()


def _yes(cell: str) -> bool:
    if cell not in ("yes", "no"):
        raise ValueError(f"{cell!r} is neither yes nor no")
    return cell == "yes"


def _sign(cell: str) -> Sign | None:
    if cell and cell not in _SIGNS:
        raise ValueError(f"{cell!r} is no sign: write +, -, ? or nothing")
    return _SIGNS[cell] if cell else None


def _polarity(cell: str) -> Sign:
    sign = _sign(cell)
    if sign is None:
        raise ValueError("an aspect needs a polarity: +, - or ?")
    return sign


def one_of(kinds: type[Enum], of: str, cell: str) -> Enum:
    """One of the kinds of something."""
    try:
        return kinds(cell)
    except ValueError:
        known = ", ".join(kind.value for kind in kinds)
        raise ValueError(f"{cell!r} is no kind of {of}: write one of {known}") from None


def _namespace(cell: str) -> str:
    if not is_namespace(cell):
        raise ValueError(f"{cell!r} begins no IRI: write it whole, such as http://example.org/")
    return cell


def included(cell: str) -> tuple[tuple[int, str], ...]:
    """The evidence base of a review: counts and study designs."""
    pairs = []
    for part in many(cell):
        count, space, design = part.partition(" ")
        if not (count.isdigit() and space and design):
            raise ValueError(f"{part!r} is not a count and a study design, such as '2 case_series'")
        pairs.append((int(count), design))
    return tuple(pairs)


# By the type of a record's field.
PARSERS: dict[Any, Callable[[str], Any]] = {
    tuple[str, ...]: many,
    tuple[tuple[int, str], ...]: included,
    bool: _yes,
    Sign: _polarity,
    Sign | None: _sign,
    Namespace: _namespace,
    PredicateKind: partial(one_of, PredicateKind, "predicate"),
}


@cache
def parsers(record: type) -> dict[str, Callable[[str], Any]]:
    """What turns cells of a record's columns into values, where the value is no text."""
    kinds = {
        name: kind.__origin__ if hasattr(kind, "__metadata__") else kind
        for name, kind in record.__annotations__.items()
    }
    return {name: PARSERS[kind] for name, kind in kinds.items() if kind in PARSERS}


def text_of(value: object) -> str:
    """The cell of a field's value: the inverse of parsing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sign):
        return {sign: cell for cell, sign in _SIGNS.items()}[value]
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return "|".join(f"{v[0]} {v[1]}" if isinstance(v, tuple) else str(v) for v in value)
    return "" if value is None else str(value)


_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def no_formula(text: str) -> str:
    """A text that no spreadsheet runs: what begins like a formula and is no number gets an apostrophe.

    >>> no_formula("=1+1"), no_formula("-0.5"), no_formula("IL-6")
    ("'=1+1", '-0.5', 'IL-6')
    """
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") and not _NUMBER.fullmatch(text) else text


# -- rows -------------------------------------------------------------------------------------------


def raise_it(error: DataError) -> NoReturn:
    """The default report: the first fault ends the reading."""
    raise error


def made(record: type[Record], cells: list[str]) -> Record:
    """A record of the cells of a row."""
    values: list[Any] = list(whole_row(cells))
    for place, parse in _parsed(record):
        values[place] = parse(values[place])
    return record(*values)


@cache
def _parsed(record: Any) -> list[tuple[int, Callable[[str], Any]]]:
    """The places of a record's columns whose values are no text, and what makes them."""
    return [(record._fields.index(name), parse) for name, parse in parsers(record).items()]


class TableRows(Mapping[str, Record]):
    """The records of a table by id, each made of its ``cells`` when it is asked for."""

    __slots__ = ("_made", "_record", "cells")

    def __init__(self, record: type[Record]) -> None:
        self.cells: dict[str, list[str]] = {}
        self._record = record
        self._made: dict[str, Record] = {}

    def __getitem__(self, key: str) -> Record:
        if key not in self._made:
            self._made[key] = made(self._record, self.cells[key])
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self.cells

    def __iter__(self) -> Iterator[str]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)


class Places(Mapping[str, Place]):
    """Where records stand, by id. Few ask, so lines are looked up only then."""

    __slots__ = ("_lines", "tables")

    def __init__(self) -> None:
        self.tables: list[tuple[str, dict[int, list[str]]]] = []
        self._lines: dict[str, tuple[str, int]] = {}

    @property
    def lines(self) -> dict[str, tuple[str, int]]:
        """File and line by id: where an id stands first."""
        for shown, rows in self.tables:
            for number, cells in rows.items():
                self._lines.setdefault(cells[0], (shown, number))
        self.tables.clear()
        return self._lines

    def __getitem__(self, key: str) -> Place:
        return Place._make(self.lines[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)


PARTED = 15  # cells: of a finding as far as what it was compared with


def whole_row(row: Sequence[Any]) -> Sequence[Any]:
    """All cells of a row; a record as it is."""
    if len(row) == PARTED + 1 and isinstance(row, list):
        row += row.pop().split("\t")
    return row


def column_values(rows: Iterable[list[str]], place: int, width: int) -> set[str]:
    """The values of a column of a table with so many; no row is parted for it."""
    if place < PARTED:
        return {row[place] for row in rows}
    back = place - width
    return {(row if len(row) == width else row[-1].rsplit("\t", -back))[back] for row in rows}


def rows_of(records: Mapping[str, Any]) -> Mapping[str, Sequence[Any]]:
    """The rows of records by id, with their columns in order: of a table the cells, else the records."""
    return records.cells if isinstance(records, TableRows) else records


class Reading:
    """One reading of a folder: where records stand, and what to do with a fault.

    A file is named by its path below the folder.
    """

    def __init__(self, folder: str | os.PathLike[str], report: Report = raise_it) -> None:
        self.folder = str(folder)
        self.report = report
        self.places = Places()

    def name(self, file: str) -> str:
        """A file as messages show it: below the name of the ontology folder."""
        return f"{self.folder.rstrip('/').rpartition('/')[2]}/{file}"

    def fault(
        self, place: tuple[str, int], message: str, column: str | None = None, value: str | None = None
    ) -> None:
        """Report what is wrong with a row."""
        file, line = place
        self.report(TableError(message, file=file, line=line, column=column, value=value))

    def rows(self, record: type[Record], file: str) -> dict[int, list[str]]:
        """The rows, by number of line, of a table whose cells hold values of their columns."""
        shown, columns = self.name(file), record._fields  # type: ignore[attr-defined]
        found = self._whole_rows(file, columns)
        for place, parse in _parsed(record):
            if parse is many:
                continue
            faults = {
                cell: _fault(cell, parse) for cell in column_values(found.values(), place, len(columns))
            }
            if not any(faults.values()):
                continue
            for number, cells in list(found.items()):
                if said := faults[value := whole_row(cells)[place]]:
                    del found[number]
                    self.fault((shown, number), said, columns[place], value)
        return found

    def _whole_rows(self, file: str, columns: tuple[str, ...]) -> dict[int, list[str]]:
        """The cells of a table by number of line; a header or row that is not whole is reported."""
        shown = self.name(file)
        try:
            header, *lines = utf8_lines(f"{self.folder}/{file}", shown)
        except TableError as error:
            self.report(error)
            return {}
        names = tuple(header.split("\t"))
        if names != columns:
            self.fault((shown, 1), _header_fault(names, columns))
            return {}
        found = dict(enumerate([line.split("\t", PARTED) for line in lines], start=2))
        width = len(columns)
        if {len(cells) + cells[-1].count("\t") for cells in found.values()} == {width}:
            return found
        for number, cells in list(found.items()):
            if len(whole_row(cells)) != width:
                del found[number]
                if any(map(str.strip, cells)):
                    last = f"the last one read is {cells[-1][:40]!r}"
                    message = f"{len(cells)} cells where the header has {width}; {last}"
                    self.fault((shown, number), message)
        return found

    def records(self, record: type[Record], file: str) -> Iterator[tuple[Place, Record]]:
        """The records of a table, which need have no id, with their places."""
        shown = self.name(file)
        for number, cells in self.rows(record, file).items():
            yield Place(shown, number), made(record, cells)

    def keyed(
        self, record: type[Record], file: str, into: TableRows[Record] | None = None
    ) -> TableRows[Record]:
        """The records of a table by id, added to those of another; an id used twice is reported."""
        found = TableRows(record) if into is None else into
        shown, read = self.name(file), self.rows(record, file)
        new = {cells[0]: cells for cells in read.values()}
        if len(new) < len(read) or not found.cells.keys().isdisjoint(new):
            new = self._first_of_each(read, found, shown)
        found.cells.update(new)
        self.places.tables.append((shown, read))
        return found

    def _first_of_each(
        self, read: dict[int, list[str]], found: TableRows[Any], shown: str
    ) -> dict[str, list[str]]:
        """The rows whose id was not used before, here or in another table; the others are reported."""
        new: dict[str, list[str]] = {}
        lines: dict[str, int] = {}
        for number, cells in read.items():
            key = cells[0]
            if key not in found.cells and key not in new:
                new[key], lines[key] = cells, number
                continue
            first = Place(shown, lines[key]) if key in new else self.places[key]
            message = (
                f"{key} stands here again; it was first used in {first.file}:{first.line}. "
                "An id is never used twice"
            )
            self.fault((shown, number), message, "id", key)
        return new


def _header_fault(header: tuple[str, ...], columns: tuple[str, ...]) -> str:
    missing = [name for name in columns if name not in header]
    unknown = [repr(name) for name in header if name not in columns]
    parts = [
        f"{what} {', '.join(of)}" for what, of in (("missing", missing), ("unknown", unknown)) if of
    ]
    if parts:
        return f"the header is wrong: {'; '.join(parts)}"
    return f"the columns are out of order: write {', '.join(columns)}"


def _fault(cell: str, parse: Callable[[str], Any]) -> str:
    """What is wrong with a cell; nothing where it holds a value of its column."""
    try:
        parse(cell)
    except ValueError as error:
        return str(error)
    return ""
