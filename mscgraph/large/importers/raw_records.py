"""The records of a file in a table as they stand, and each distinct value of theirs once.

DuckDB reads a file that is plain, our reader any other. A cell that is empty or missing is NULL; one that
is no text, as in JSON, is its JSON after a mark.
"""

from __future__ import annotations

import codecs
import contextlib
import json
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from mscgraph.errors import DataError
from mscgraph.large.directory.database import file_list, quoted
from mscgraph.large.importers.lines import NO_LOCAL, Row, json_lines, opened, table_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mscgraph.large.directory.staging import Staging
    from mscgraph.large.importers.intake import Intake

_MARK = "\x01"
_ODD = (b'"', b"\r", b"\0", _MARK.encode())
_BLOCK = 1 << 20


class KeptColumns(NamedTuple):
    """The columns of a file that are kept, and those of them that every record must fill."""

    kept: Sequence[str]
    needed: Sequence[str]


def says(cell: str) -> str:
    """The SQL that is true of printable ASCII with single spaces that says something."""
    local = f"lower(substr({cell}, strpos({cell}, ':') + 1))"
    nothing = ", ".join(map(quoted, sorted(NO_LOCAL)))
    return f"regexp_full_match({cell}, '[!-~]+( [!-~]+)*') AND {local} NOT IN ({nothing})"


class RawRecords:
    """The records of a file in the table ``raw``, from which one that lacks a value it needs is left out.

    ``number`` is that of the file: what is noted of an earlier one comes first.
    """

    def __init__(
        self, staging: Staging, path: Path, columns: KeptColumns, intake: Intake, *, number: int
    ) -> None:
        self.staging, self.path, self.intake, self.number = staging, path, intake, number
        self.asked = 0
        intake.notes.stand_for(1, number)
        suffixes = [suffix for suffix in path.suffixes if suffix != ".gz"]
        kind = suffixes[-1] if suffixes else ""
        if kind not in {".jsonl", ".parquet", ".tsv"}:
            raise DataError(
                f"unknown suffix {kind!r}; KGX comes as .tsv or .jsonl, each also as .gz, or as .parquet",
                file=str(path),
            )
        self.names, self.line = tuple(columns.kept), "line"
        if kind == ".parquet":
            self._take_parquet(columns)
        elif kind == ".jsonl" or not path.is_file() or not self._take_plain(columns):
            rows = table_rows(path, columns.needed, intake.progress)
            self._take(json_lines(path, intake.progress) if kind == ".jsonl" else rows, columns)
        self._leave_out(columns.needed)

    def distinct(
        self, names: Sequence[str], where: str = "true"
    ) -> Iterator[tuple[tuple[Any, ...], Row]]:
        """Each combination of cells that stands in a column, as it stands and as a record.

        What is noted of it counts for all records that have it; the first of them is the example.
        """
        self.asked += 1  # of one record, what is asked first is noted first
        columns = ", ".join(names)
        for *cells, records, line in self.staging.stream(
            f"SELECT {columns}, count(*), min({self.line}) FROM raw WHERE {where} GROUP BY {columns}"
        ):
            self.intake.notes.stand_for(records, self.number, line, self.asked)
            yield tuple(cells), self._row(line, names, cells)

    def replace(self, name: str, stands: str, make: Callable[[Row], str]) -> str:
        """Put what ``make`` gives in the place of each cell of which ``stands`` is not true; its SQL."""
        if name not in self.names:
            return "NULL::VARCHAR"
        odd = self.distinct((name,), f"{name} IS NOT NULL AND NOT ({stands})")
        made = ((*cells, make(row)) for cells, row in odd)
        if self.staging.make("made", {"cell": "VARCHAR", "made": "VARCHAR"}, made):
            self.staging.run(f"UPDATE raw SET {name} = made FROM made WHERE cell = {name}")
        self.staging.run("DROP TABLE made")
        return name

    def _row(self, line: int, names: Sequence[str], cells: Sequence[Any]) -> Row:
        return Row(self.path, line, zip(names, map(_value, cells), strict=True))

    # -- reading --------------------------------------------------------------------------------------

    def _take(self, rows: Iterator[Row], columns: KeptColumns) -> None:
        """Read a file by our own reader."""

        def checked() -> Iterator[Row]:
            known = set(columns.kept)
            for row in rows:
                if not row.keys() <= known:
                    self._note_others(row.keys() - known, row.place)
                    known.update(row)
                for column in columns.needed:
                    if row.get(column) in (None, ""):
                        raise row.fault("it is empty or missing", column)
                yield row

        types = {"line": "BIGINT", **dict.fromkeys(self.names, "VARCHAR")}
        cells = ((row.line, *map(_cell, map(row.get, self.names))) for row in checked())
        self.staging.make("raw", types, cells)

    def _take_plain(self, columns: KeptColumns) -> bool:
        """Read a table in which each line is a row of bare cells by DuckDB; False for any other."""
        import duckdb

        with contextlib.ExitStack() as closing:
            file, copy = self.path, None
            if file.suffix == ".gz":
                copy = closing.enter_context(tempfile.NamedTemporaryFile(dir=self.staging.folder))
                file = Path(copy.name)
            header, lines = _looked_through(self.path, copy, self.intake.progress)
            if (
                len(header) == 1  # then a blank line may be a row
                or len(set(header)) < len(header)
                or not set(columns.needed).issubset(header)
            ):
                return False
            names = tuple(name for name in columns.kept if name in header)
            chosen = ", ".join(f"c{header.index(name)} AS {name}" for name in names)
            types = ", ".join(f"c{place}: 'VARCHAR'" for place in range(len(header)))
            empty = " OR ".join(f"{name} IS NULL" for name in columns.needed)
            with contextlib.suppress(duckdb.InvalidInputException):  # our reader says what is wrong
                self.staging.run(
                    f"CREATE TABLE raw AS SELECT {chosen} FROM read_csv({file_list([file])}, "
                    f"columns = {{{types}}}, auto_detect = false, delim = '\t', header = false, "
                    "skip = 1, quote = '', escape = '', compression = 'none')"
                )
                found = self.staging.run(f"SELECT count(*), count(*) FILTER ({empty}) FROM raw")
                if found == [(lines, 0)]:
                    self.names, self.line = names, "raw.rowid + 2"
                    if lines:
                        self._note_others(set(header) - set(names), f"{self.path.name}:2")
                    return True
        self.staging.run("DROP TABLE IF EXISTS raw")
        return False

    def _take_parquet(self, columns: KeptColumns) -> None:
        """Read a Parquet file by DuckDB; its rows are numbered from 1."""
        import duckdb

        with opened(self.path):
            pass  # it says why where it cannot
        options = "hive_partitioning = false, binary_as_string = true"
        source = f"read_parquet({file_list([self.path])}, {options})"
        try:
            types = {str(name): kind for name, kind, *_ in self.staging.run(f"DESCRIBE FROM {source}")}
            if missing := [name for name in columns.needed if name not in types]:
                raise DataError(f"the columns lack {', '.join(missing)}", file=str(self.path))
            self.names = tuple(name for name in columns.kept if name in types)
            cells = ", ".join(f"{_sql_cell(name, types[name])} AS {name}" for name in self.names)
            self.staging.run(f"CREATE TABLE raw AS SELECT {cells} FROM {source}")
        except (duckdb.InterruptException, duckdb.OutOfMemoryException):
            raise
        except duckdb.Error as error:
            why = str(error).partition("\n")[0]
            raise DataError(
                f"not a Parquet file, or damaged: {why}; get or write it again", file=str(self.path)
            ) from None
        self.line = "raw.rowid + 1"
        for name in columns.needed:
            line = self.staging.number(
                f"SELECT coalesce(min({self.line}), 0) FROM raw WHERE {name} IS NULL"
            )
            if line:
                raise Row(self.path, line, ()).fault("it is empty or missing", name)
        if self.staging.number("SELECT count(*) FROM raw"):
            self._note_others(types.keys() - set(self.names), f"{self.path.name}:1")
        size = self.path.stat().st_size
        self.intake.progress(f"reading {self.path.name}", size, size)

    def _note_others(self, columns: set[str], place: str) -> None:
        for column in sorted(columns):
            self.intake.notes.add("column not kept", column, place)

    def _leave_out(self, needed: Sequence[str]) -> None:
        """Delete, and note, the records that lack a value that is needed."""
        lacking = []
        for name in needed:
            for (cell,), row in self.distinct((name,), f"NOT ({says(name)})"):
                if not self.intake.has_all({name: first(row[name])}, row.place):
                    lacking.append((name, cell))
        if lacking:
            self.staging.make("lacking", {"name": "VARCHAR", "cell": "VARCHAR"}, lacking)
            cell = " ".join(f"WHEN '{name}' THEN raw.{name}" for name in needed)
            self.staging.run(f"DELETE FROM raw USING lacking WHERE cell = CASE lacking.name {cell} END")
            self.staging.run("DROP TABLE lacking")


def first(value: Any) -> Any:
    """The first value of a slot that should have one."""
    return (value[0] if value else "") if isinstance(value, list) else value


def _cell(value: Any) -> str | None:
    if value is None or value == "":
        return None
    is_text = isinstance(value, str) and not value.startswith(_MARK)
    return value if is_text else _MARK + json.dumps(value, ensure_ascii=False)


def _sql_cell(name: str, kind: str) -> str:
    """The SQL of what :func:`_cell` makes of a value of a column."""
    if kind == "VARCHAR":
        marked = f"starts_with({name}, {quoted(_MARK)})"
        return f"CASE WHEN {marked} THEN {quoted(_MARK)} || to_json({name}) ELSE nullif({name}, '') END"
    cell = f"to_json({name})::VARCHAR"
    text = f"nullif(json_extract_string({cell}, '$'), '')"  # such as a date
    return f"CASE WHEN starts_with({cell}, '\"') THEN {text} ELSE {quoted(_MARK)} || {cell} END"


def _value(cell: Any) -> Any:
    return json.loads(cell[1:]) if cell is not None and cell.startswith(_MARK) else cell


def _looked_through(
    path: Path, copy: IO[bytes] | None, progress: Callable[[str, int, int | None], None]
) -> tuple[list[str], int]:
    """The header of a plain table and the number of lines below; it is copied without compression.

    No column where the file is not plain: a quote, a CR, not as many tabs as the lines should have.
    """
    lines = tabs = 0
    head = last = b""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with opened(path) as (raw, stream):
            total = path.stat().st_size
            while block := stream.read(_BLOCK):
                if any(odd in block for odd in _ODD):
                    return [], 0
                if not block.isascii() or decoder.getstate()[0]:
                    decoder.decode(block)
                head, last = head or block.partition(b"\n")[0], block
                lines, tabs = lines + block.count(b"\n"), tabs + block.count(b"\t")
                if copy:
                    copy.write(block)
                progress(f"reading {path.name}", raw.tell(), total)
        decoder.decode(b"", final=True)
        header = [name.strip() for name in head.decode("utf-8-sig").split("\t")]
    except (DataError, EOFError, UnicodeDecodeError):  # our reader says where
        return [], 0
    if copy:
        copy.flush()
    lines += not last.endswith(b"\n")
    return (header, lines - 1) if tabs == lines * (len(header) - 1) else ([], 0)
