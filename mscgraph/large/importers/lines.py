"""Files of other sources, line by line: compressed or not, with the place of everything that is wrong."""

from __future__ import annotations

import contextlib
import csv
import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

__all__ = ["json_lines", "read_json", "read_lines", "table_rows"]

_TELL = 20_000  # lines between two words on how far the reading is


def read_lines(
    path: Path, progress: Callable[[str, int, int | None], None]
) -> Iterator[tuple[int, str]]:
    """Number and text of each line of a file, ``.gz`` or plain, without its end.

    Raises
    ------
    DataError
        When the file cannot be read, is cut short, or is not UTF-8, with the line.
    """
    number = 0
    try:
        total = path.stat().st_size
        unpack = gzip.open if path.suffix == ".gz" else contextlib.nullcontext
        with path.open("rb") as raw, unpack(raw) as stream:
            for number, line in enumerate(stream, start=1):
                if number % _TELL == 0:
                    progress(f"reading {path.name}", raw.tell(), total)
                yield number, line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            progress(f"reading {path.name}", total, total)
    except UnicodeDecodeError as error:
        raise _fault(path, number, f"not UTF-8 at byte {error.start} of the line") from None
    except EOFError:
        raise _fault(path, number + 1, "the compressed file is cut short") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise _fault(path, None, f"not a gzip file, or damaged: {error}") from None
    except OSError as error:
        raise _fault(path, None, f"cannot be read: {error.strerror}") from None


def table_rows(
    path: Path,
    needed: Sequence[str],
    progress: Callable[[str, int, int | None], None],
    *,
    comment: str = "",
    quoted: bool = False,
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with a header, by line number.

    Parameters
    ----------
    path
        The file.
    needed
        Columns that the header must have.
    progress
        Told how far the reading is.
    comment
        Lines before the header that begin so are passed over.
    quoted
        Whether a cell may stand in double quotes, as spreadsheets write it; TSV proper has no quoting.

    Raises
    ------
    DataError
        When the header lacks a column or a row has another number of cells, with file and line.
    """
    header: list[str] = []
    for number, line in read_lines(path, progress):
        if not header and comment and line.startswith(comment):
            continue
        cells = _unquoted(path, number, line) if quoted and '"' in line else line.split("\t")
        if not header:
            header = [name.strip() for name in cells]
            missing = [name for name in needed if name not in header]
            if missing:
                raise _fault(path, number, f"the header lacks {', '.join(missing)}")
            continue
        if len(cells) != len(header):
            if not line.strip():
                continue
            raise _fault(path, number, f"{len(cells)} cells where the header has {len(header)}")
        yield number, dict(zip(header, cells, strict=True))
    if not header:
        raise _fault(path, None, "the file is empty")


def _unquoted(path: Path, number: int, line: str) -> list[str]:
    """The cells of a line, some of them in double quotes."""
    try:
        return next(csv.reader([line], delimiter="\t", strict=True))
    except csv.Error as error:
        raise _fault(path, number, f"a quoted cell does not end: {error}") from None


def json_lines(
    path: Path, progress: Callable[[str, int, int | None], None]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON Lines file, by line number.

    Raises
    ------
    DataError
        When a line is no JSON object, with file and line.
    """
    for number, line in read_lines(path, progress):
        if not line.strip():
            continue
        value = _json(path, number, line)
        if not isinstance(value, dict):
            raise _fault(path, number, f"a {type(value).__name__} where an object is due")
        yield number, value


def _json(path: Path, number: int, text: str) -> Any:
    """The value of a JSON text; its strings hold characters only, so that every format can hold them."""
    try:
        value = json.loads(text)
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


def read_json(path: Path, progress: Callable[[str, int, int | None], None]) -> Any:
    """The one JSON value that a file holds; raises :class:`DataError` as :func:`read_lines` does."""
    return _json(path, 1, "\n".join(line for _, line in read_lines(path, progress)))


def _fault(path: Path, line: int | None, message: str) -> DataError:
    return DataError(message, file=str(path), line=line)
