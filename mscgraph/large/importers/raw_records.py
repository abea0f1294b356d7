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

MARK = "\x01"  # before the JSON of a cell that is no text
_ODD = (b"\r", b"\0", MARK.encode())
_BLOCK = 1 << 20
_PLACES = ("[1-9A-CE-Fa-ce-f]...", "[dD][0-7]..", "0[1-9A-Fa-f]..", "00[1-9A-Fa-f].")  # after \u
_TEXT = rf'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u(?:{"|".join(_PLACES)})))*"'
_NUMBER = r"-?(?:0|[1-9]\d{0,17})(?:\.\d+)?(?:[eE][+-]?\d{1,2})?"
_SCALAR = rf"(?:{_TEXT}|{_NUMBER}|true|false|null)"
_LIST = rf"\[ *(?:{_SCALAR}(?: *, *{_SCALAR})*)? *\]"
_MEMBER = rf"{_TEXT} *: *(?:{_SCALAR}|{_LIST})"
# of what this matches, Python and DuckDB read the same
_PLAIN_OBJECT = rf" *\{{ *(?:{_MEMBER}(?: *, *{_MEMBER})*)? *\}} *"


class KeptColumns(NamedTuple):
    """The columns of a file that are kept, and those of them that every record must fill."""

    kept: Sequence[str]
    needed: Sequence[str]


def says(cell: str) -> str:
    """The SQL that is true of printable ASCII with single spaces that says something."""
    local = f"lower(substr({cell}, strpos({cell}, ':') + 1))"
    nothing = ", ".join(map(quoted, sorted(NO_LOCAL)))
    return f"regexp_full_match({cell}, '[!-~]+( [!-~]+)*') AND {local} NOT IN ({nothing})"


class _Seen(NamedTuple):
    """The cells of the first line of a text, its lines and its tabs."""

    header: list[str]
    lines: int
    tabs: int


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
        elif not path.is_file() or not self._take_plain(columns, kind):
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

    def _take_plain(self, columns: KeptColumns, kind: str) -> bool:
        """Read by DuckDB a file in which each line is a row of bare cells, or a plain object; or not."""
        import duckdb

        with contextlib.ExitStack() as closing:
            file, copy = self.path, None
            if file.suffix == ".gz":
                copy = closing.enter_context(tempfile.NamedTemporaryFile(dir=self.staging.folder))
                file = Path(copy.name)
            odd = _ODD if kind == ".jsonl" else (b'"', *_ODD)
            seen = _looked_through(self.path, copy, self.intake.progress, odd)
            take = self._take_objects if kind == ".jsonl" else self._take_table
            with contextlib.suppress(duckdb.InvalidInputException):  # our reader says what is wrong
                if seen is not None and take(file_list([file]), columns, seen):
                    return True
        self.staging.run("DROP TABLE IF EXISTS raw")
        return False

    def _take_table(self, files: str, columns: KeptColumns, seen: _Seen) -> bool:
        """Read a table, unless a line has not as many cells as it should, or lacks one it needs."""
        header, lines = seen.header, seen.lines - 1
        if (
            len(header) == 1  # then a blank line may be a row
            or len(set(header)) < len(header)
            or not set(columns.needed).issubset(header)
            or seen.tabs != seen.lines * (len(header) - 1)
        ):
            return False
        names = tuple(name for name in columns.kept if name in header)
        chosen = ", ".join(f"c{header.index(name)} AS {name}" for name in names)
        types = ", ".join(f"c{place}: 'VARCHAR'" for place in range(len(header)))
        self.staging.run(
            f"CREATE TABLE raw AS SELECT {chosen} FROM read_csv({files}, "
            f"columns = {{{types}}}, auto_detect = false, delim = '\t', header = false, "
            "skip = 1, quote = '', escape = '', compression = 'none')"
        )
        if not self._has(lines, columns.needed):
            return False
        self.names, self.line = names, "raw.rowid + 2"
        if lines:
            self._note_others(set(header) - set(names), f"{self.path.name}:2")
        return True

    def _take_objects(self, files: str, columns: KeptColumns, seen: _Seen) -> bool:
        """Read JSON Lines, unless a line is no plain object, has a key twice or lacks what it needs."""
        paths = [f"$.{name}" for name in self.names]
        cells = ", ".join(
            f"{_sql_cell(f'cells[{place}]', f'texts[{place}]')} AS {name}"
            for place, name in enumerate(self.names, start=1)
        )
        self.staging.run(
            f"CREATE TABLE raw AS SELECT {cells}, keys, is_plain FROM (SELECT json_keys(json) AS keys, "
            f"regexp_full_match(json, {quoted(_PLAIN_OBJECT)}) AS is_plain, "
            f"json_extract(json, {paths}) AS cells, json_extract_string(json, {paths}) AS texts "
            f"FROM read_ndjson_objects({files}, compression = 'uncompressed'))"
        )
        self.staging.run(
            "CREATE OR REPLACE TEMP TABLE seen AS SELECT keys, min(rowid) + 1 AS line, "
            "bool_and(is_plain) AND len(keys) = len(list_distinct(keys)) AS is_plain FROM raw GROUP BY keys"
        )
        odd = self.staging.number("SELECT count(*) FROM seen WHERE NOT is_plain")
        if odd or not self._has(seen.lines, columns.needed):
            return False
        for key, line in self.staging.run(
            "SELECT key, min(line) FROM (SELECT unnest(keys) AS key, line FROM seen) GROUP BY key"
        ):
            self._note_others({key} - set(self.names), f"{self.path.name}:{line}")
        for column in ("keys", "is_plain"):
            self.staging.run(f"ALTER TABLE raw DROP COLUMN {column}")
        self.line = "raw.rowid + 1"
        return True

    def _has(self, lines: int, needed: Sequence[str]) -> bool:
        """Whether so many records were read, none of which lacks a value that it needs."""
        empty = " OR ".join(f"{name} IS NULL" for name in needed)
        found = self.staging.run(f"SELECT count(*), count(*) FILTER ({empty}) FROM raw")
        return found == [(lines, 0)]

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
            texts = {
                name: name if types[name] == "VARCHAR" else f"json_extract_string(to_json({name}), '$')"
                for name in self.names
            }
            cells = ", ".join(
                f"{_sql_cell(f'to_json({name})', text)} AS {name}" for name, text in texts.items()
            )
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
    is_text = isinstance(value, str) and not value.startswith(MARK)
    return value if is_text else MARK + json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _sql_cell(cell: str, text: str) -> str:
    """The SQL of what :func:`_cell` makes of a value that is given as JSON and as text."""
    return (
        f"CASE WHEN starts_with({cell}, '\"') AND NOT starts_with({text}, {quoted(MARK)}) "
        f"THEN nullif({text}, '') WHEN {text} IS NOT NULL THEN {quoted(MARK)} || {cell} END"
    )


def _value(cell: Any) -> Any:
    return json.loads(cell[1:]) if cell is not None and cell.startswith(MARK) else cell


def _looked_through(
    path: Path,
    copy: IO[bytes] | None,
    progress: Callable[[str, int, int | None], None],
    odd: Sequence[bytes],
) -> _Seen | None:
    """What a text holds, which is copied without compression; nothing if it holds what is odd in it."""
    lines = tabs = 0
    head = last = b""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with opened(path) as (raw, stream):
            total = path.stat().st_size
            while block := stream.read(_BLOCK):
                if any(text in block for text in odd):
                    return None
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
        return None
    if copy:
        copy.flush()
    return _Seen(header, lines + (not last.endswith(b"\n")), tabs)
