"""Files of other sources, line by line: compressed or not, with the place of everything that is wrong."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import re
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO

from mscgraph.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    Progress = Callable[[str, int, int | None], None]


NO_VALUE = frozenset(
    (
        "", "nan", "NaN", "NAN", "-nan", "None", "none", "NONE", "NULL", "Null", "null", "NA", "N/A",
        "n/a", "#N/A", "#NA", "<NA>", "-", "--", ".", "?", "NoTermFound", "sssom:NoTermFound", "NOCODE",
    )
)  # fmt: skip
NO_LOCAL = frozenset(("unknown", *(value.lower() for value in NO_VALUE)))
_TELL = 20_000  # lines between two calls of progress
_LONGEST = 1 << 20
_LONGEST_LINE = 1 << 26
_LARGEST = 1 << 30  # bytes of a file that is read whole
_MOST_LINES = 1000  # of one cell
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_OPENING = re.compile(r'\t(?=")')


def has_value(cell: object) -> bool:
    """Whether a cell says anything: how pandas, R, databases and SSSOM write "nothing" is no value.

    >>> [has_value(cell) for cell in ("IL-10", "Na", "NaN", "N/A", "HGNC:nan", float("nan"), None)]
    [True, True, False, False, False, False, False]
    """
    if isinstance(cell, str):
        text = cell.strip()
        prefix, colon, local = text.partition(":")
        return text not in NO_VALUE and not (colon and local.lower() in NO_LOCAL and " " not in prefix)
    return cell is not None and cell == cell  # noqa: PLR0124 - NaN alone differs from itself


class Row(dict[str, Any]):
    """The cells of a record by column, and the file and line that it begins in."""

    __slots__ = ("line", "path", "place")

    def __init__(
        self, path: Path, line: int, cells: Mapping[str, Any] | Iterable[tuple[str, Any]]
    ) -> None:
        super().__init__(cells)
        self.path, self.line, self.place = path, line, f"{path.name}:{line}"

    def fault(self, message: str, column: str | None = None) -> DataError:
        """The error of a record that is malformed."""
        return DataError(message, file=str(self.path), line=self.line, column=column)

    def need(self, *columns: str) -> None:
        """Raise :class:`DataError` where one of these cells is empty."""
        for column in columns:
            if not str(self.get(column) or "").strip():
                raise self.fault("it is empty", column)


def read_lines(path: Path, progress: Progress) -> Iterator[tuple[int, str]]:
    """Number and text of each line of a file, ``.gz`` or plain, without its end.

    Lines end in LF, CR LF, or, where the file begins so, in a lone CR, as Excel for Mac saves text.
    """
    number = 0
    try:
        with opened(path) as (raw, stream):
            total = path.stat().st_size
            for number, line in enumerate(_split(stream), start=1):
                if number % _TELL == 0:
                    progress(f"reading {path.name}", raw.tell(), total)
                if len(line) > _LONGEST_LINE:
                    raise _fault(path, number, f"the line is longer than {_LONGEST_LINE:,} bytes")
                yield number, line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            progress(f"reading {path.name}", total, total)
    except UnicodeDecodeError as error:
        raise _fault(path, number, f"not UTF-8 at byte {error.start} of the line") from None
    except EOFError:
        raise _fault(path, number + 1, "the compressed file is cut short") from None


@contextlib.contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """A file, ``.gz`` or plain, and what it holds; raises where it cannot be read."""
    try:
        unpack: Any = gzip.open if path.suffix == ".gz" else contextlib.nullcontext
        with path.open("rb") as raw, unpack(raw) as stream:
            yield raw, stream
    except (gzip.BadGzipFile, zlib.error) as error:
        raise _fault(path, None, f"not a gzip file, or damaged: {error}") from None
    except OSError as error:
        raise _fault(path, None, f"cannot be read: {error.strerror}") from None


def _split(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream, by CR where its first line holds nothing else that ends one."""
    first = stream.readline(_LONGEST)
    if b"\r" not in first.rstrip(b"\r\n") or first.endswith(b"\n"):
        if first:
            yield first if first.endswith(b"\n") else first + stream.readline(_LONGEST_LINE)
        yield from iter(lambda: stream.readline(_LONGEST_LINE + 1), b"")
        return
    rest = first
    while block := stream.read(_LONGEST):
        *lines, rest = (rest + block).split(b"\r")
        yield from lines
        if len(rest) > _LONGEST_LINE:
            break
    yield from rest.removesuffix(b"\r").split(b"\r")


def table_rows(
    path: Path, needed: Sequence[str], progress: Progress, *, comment: str = ""
) -> Iterator[Row]:
    """The rows of a table with a header.

    A cell may stand in double quotes, as spreadsheets, pandas and R write it, and may then hold tabs and
    line ends. A quote that opens no such cell is a letter as any other.
    """
    header: list[str] = []
    for number, line in _joined(path, progress, header):
        if not header and comment and line.startswith(comment):
            continue
        cells = _cells(line, len(header)) if '"' in line else line.split("\t")
        if not header:
            header += [name.strip() for name in cells]
            missing = [name for name in needed if name not in header]
            if missing:
                raise _fault(path, number, f"the header lacks {', '.join(missing)}")
            continue
        if len(cells) != len(header):
            if not line.strip():
                continue
            raise _fault(path, number, f"{len(cells)} cells where the header has {len(header)}")
        yield Row(path, number, zip(header, cells, strict=True))
    if not header:
        raise _fault(path, None, "the file is empty")


def _joined(path: Path, progress: Progress, header: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines of a table; those that a quoted cell spans are one, with the number of the first."""
    begun = 0
    parts: list[str] = []
    for number, text in read_lines(path, progress):
        if not parts and '"' not in text:
            yield number, text
            continue
        wanted = len(header)
        if parts and text.count("\t") + 1 == wanted:  # a row of its own: the quote before was a letter
            yield begun, "\n".join(parts)
            parts = []
        begun = begun if parts else number
        parts.append(text)
        line = "\n".join(parts)
        is_row = (
            '"' not in line or not wanted or len(_cells(line, wanted)) > wanted or not _is_open(line)
        )
        if is_row or len(parts) > _MOST_LINES:
            yield begun, line
            parts = []
    if parts and len(_cells("\n".join(parts), len(header))) < len(header):
        raise _fault(path, begun, "a quoted cell does not end")
    if parts:
        yield begun, "\n".join(parts)


def _cells(line: str, wanted: int) -> list[str]:
    """The cells of a line, some of them in double quotes; of two readings the one that fits the header."""
    plain = line.split("\t")
    if len(plain) != wanted and wanted:
        read = list(csv.reader(io.StringIO(line, newline=""), delimiter="\t"))
        if len(read) == 1 and len(read[0]) == wanted:
            return read[0]
    return [cell[1:-1].replace('""', '"') if _QUOTED.fullmatch(cell) else cell for cell in plain]


def _is_open(line: str) -> bool:
    """Whether the last cell begins with a quote that does not end."""
    cell = line.rpartition("\t")[2] if line.count("\n") == 0 else _OPENING.split(line)[-1]
    return cell.startswith('"') and cell.count('"') % 2 == 1


def json_lines(path: Path, progress: Progress) -> Iterator[Row]:
    """The objects of a JSON Lines file."""
    for number, line in read_lines(path, progress):
        if not line.strip():
            continue
        value = _json(path, number, line)
        if not isinstance(value, dict):
            raise _fault(path, number, f"a {type(value).__name__} where an object is due")
        yield Row(path, number, value)


def _json(path: Path, number: int, text: str) -> Any:
    """The value of a JSON text; its strings hold characters only, so that every format can hold them."""
    try:
        value = json.loads(text, object_pairs_hook=_object)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise _fault(path, number + error.lineno - 1, f"not JSON: {error.msg}") from None
    except UnicodeEncodeError:
        raise _fault(path, number, "an escape \\uD800 to \\uDFFF alone is no character") from None
    except ValueError as error:  # such as a number of thousands of digits
        raise _fault(path, number, f"not JSON that can be read: {error}") from None
    except RecursionError:
        raise _fault(path, number, "the JSON is nested too deeply") from None
    return value


def read_json(path: Path, progress: Progress) -> Any:
    """The one JSON value that a file holds; raises :class:`DataError` as :func:`read_lines` does."""
    with opened(path) as (_, stream):
        try:
            text = stream.read(_LARGEST + 1)
        except EOFError:
            raise _fault(path, None, "the compressed file is cut short") from None
    if len(text) > _LARGEST:
        raise _fault(path, None, f"it holds more than {_LARGEST:,} bytes: write it as several files")
    progress(f"reading {path.name}", len(text), len(text))
    try:
        return _json(path, 1, text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise _fault(path, line, f"not UTF-8 at byte {error.start}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return made


def _fault(path: Path, line: int | None, message: str) -> DataError:
    return DataError(message, file=str(path), line=line)
