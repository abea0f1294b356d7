"""RDF of anybody, before a parser sees it: how large it is, and how deeply nested."""

from __future__ import annotations

import contextlib
import gzip
import re
import zlib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mscgraph.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 1 << 30  # bytes, unpacked
_DEEPEST = 200  # what we write is a few levels deep; parsers overflow their stack at some thousands
_TURTLE = re.compile(
    rb"""#[^\n]*|<[^<>"{}|^`\x00-\x20]*>|\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}"""
    rb"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(<<|[\[({])|(>>|[\])}])""",
    re.DOTALL,
)
_JSON = re.compile(rb'"(?:[^"\\]|\\.)*"|([\[{])|([\]}])', re.DOTALL)
_XML = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^>]*>|<[^>]*/>|(<[^/!?][^>]*>)|(</[^>]*>)", re.DOTALL
)


def read_bytes(file: Path) -> bytes:
    """The content of a file, ``.gz`` or plain; raise :class:`DataError` where it cannot be read."""
    try:
        unpack = gzip.open if file.suffix == ".gz" else contextlib.nullcontext
        with file.open("rb") as raw, unpack(raw) as stream:
            text: bytes = stream.read(_LARGEST + 1)
    except FileNotFoundError:
        raise DataError("the file is missing", file=str(file)) from None
    except EOFError:
        raise DataError("the compressed file is cut short", file=str(file)) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"not a gzip file, or damaged: {error}", file=str(file)) from None
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror or error}", file=str(file)) from None
    if len(text) > _LARGEST:
        raise DataError(f"it holds more than {_LARGEST:,} bytes", file=str(file))
    return text


def check_nesting(text: bytes, form: ox.RdfFormat | ox.QueryResultsFormat, source: str) -> None:
    """Raise :class:`DataError` where brackets, elements or quoted triples lie too deep in one another.

    XML that declares entities is refused too: each may stand for a thousand times its size.
    """
    if form in {ox.RdfFormat.RDF_XML, ox.QueryResultsFormat.XML}:
        if b"<!ENTITY" in text:
            raise DataError("it declares XML entities: write it without them", file=source)
        tokens = _XML
    else:
        tokens = _JSON if form in {ox.RdfFormat.JSON_LD, ox.QueryResultsFormat.JSON} else _TURTLE
    depth = 0
    for found in tokens.finditer(text):
        if found[1]:
            depth += 1
            if depth > _DEEPEST:
                raise DataError(f"it is nested more than {_DEEPEST} levels deep", file=source)
        elif found[2]:
            depth -= 1
