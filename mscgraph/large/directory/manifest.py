"""The manifest of a graph directory: written last, checked first."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from mscgraph.errors import DataError
from mscgraph.large.directory.parquet_columns import FORMAT, MANIFEST, TABLES, VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = [
    "Manifest",
    "Source",
    "check_parts",
    "checksum",
    "read_description",
    "read_manifest",
    "write_manifest",
]


class Source(NamedTuple):
    """Where a part of a graph comes from: its name (an infores CURIE where there is one) and terms."""

    name: str
    licence: str = ""
    version: str = ""
    url: str = ""


class Manifest(NamedTuple):
    """What a graph directory says of itself. ``content`` changes exactly when a row of it does.

    ``parts`` are the size and checksum of each Parquet file by its name in the folder; a directory of an
    earlier program has none.
    """

    content: str
    counts: Mapping[str, int]
    sources: tuple[Source, ...]
    parts: Mapping[str, tuple[int, int]] = {}


def checksum(file: Path) -> tuple[int, int]:
    """The size and CRC-32 of a file."""
    size = value = 0
    with file.open("rb") as opened:
        while block := opened.read(1 << 20):
            size, value = size + len(block), zlib.crc32(block, value)
    return size, value


def write_manifest(
    folder: Path, *, content: str, counts: Mapping[str, int], sources: Sequence[Source]
) -> Manifest:
    """Write ``manifest.json``; the caller moves the whole folder into its place."""
    parts = {
        file.relative_to(folder).as_posix(): checksum(file)
        for file in sorted(folder.glob("*/part-*.parquet"))
    }
    manifest = Manifest(content, dict(sorted(counts.items())), tuple(sorted(set(sources))), parts)
    text = {
        "format": FORMAT,
        "version": VERSION,
        "content": manifest.content,
        "counts": manifest.counts,
        "sources": [source._asdict() for source in manifest.sources],
        "parts": parts,
    }
    (folder / MANIFEST).write_text(
        json.dumps(text, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n"
    )
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest of a graph directory."""
    place = folder / MANIFEST
    text = read_description(folder)
    try:
        manifest = _parsed(text)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"lacks or misspells {error}", file=str(place)) from None
    check_parts(folder, manifest.parts)
    for table in TABLES:
        if not list((folder / table).glob("part-*.parquet")):
            raise DataError(f"the parts of the table {table} are missing", file=str(folder))
    return manifest


def check_parts(folder: Path, parts: Mapping[str, tuple[int, int]]) -> None:
    """Raise :class:`DataError` where a Parquet file is not the one that was written."""
    for name, noted in parts.items():
        try:
            found = checksum(folder / name)
        except FileNotFoundError:
            raise DataError(f"the part {name} is missing; write it again", file=str(folder)) from None
        except OSError as error:
            raise DataError(f"{name} cannot be read: {error.strerror}", file=str(folder)) from None
        if found != tuple(noted):
            raise DataError(
                f"the part {name} is damaged: it is not what was written; write it again",
                file=str(folder),
            )


def read_description(folder: Path) -> dict[str, Any]:
    """Read ``manifest.json`` as it stands; nothing but its format and version is checked."""
    place = folder / MANIFEST
    try:
        text = json.loads(place.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        what = "there is no such folder" if not folder.exists() else f"it has no {MANIFEST}"
        raise DataError(f"not a graph directory: {what}", file=str(folder)) from None
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"cannot be read: {error}", file=str(place)) from None
    if not isinstance(text, dict) or text.get("format") != FORMAT:
        raise DataError("not the manifest of a graph directory", file=str(place))
    if text.get("version") != VERSION:
        raise DataError(
            f"its version is {text.get('version')!r}, this program reads {VERSION}; write it again with "
            "mscgraph merge",
            file=str(place),
        )
    return text


def _parsed(text: dict[str, Any]) -> Manifest:
    return Manifest(
        content=str(text["content"]),
        counts={table: int(text["counts"][table]) for table in TABLES},
        sources=tuple(Source(**source) for source in text["sources"]),
        parts={str(name): (int(s), int(c)) for name, (s, c) in text.get("parts", {}).items()},
    )
