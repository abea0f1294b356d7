"""The manifest of a graph directory: written last, checked first.

::

    DIR/
      manifest.json               format, version, content, counts, sources; no clock in it
      nodes/part-00000.parquet    every table sorted by its id, a part for every million rows
      associations/…
      findings/…
      publications/…
      index/                      the path index, where one was built

This is the one place that names the columns. A walkable association has a sign, a cost, and a subject that
is not its object.
"""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from mscgraph.errors import DataError
from mscgraph.large.checked_files import INDEX, CheckedFiles, checksum
from mscgraph.schema import Finding, Publication, columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa


FORMAT = "mscgraph graph directory"
VERSION = 3
MANIFEST = "manifest.json"
MARK = "graph.mscgraph"  # every folder written here holds it, so that only such a folder is replaced
PART_ROWS = 1_000_000
OURS = "infores:mscgraph"


class ParquetColumn(NamedTuple):
    """A column: its name, and what it holds (a key of the types below)."""

    name: str
    kind: str


def _columns(text: str) -> tuple[ParquetColumn, ...]:
    """Columns from lines of ``kind: name name …``, in the order that they are written in."""
    found = []
    for line in text.strip().splitlines():
        kind, _, names = line.partition(":")
        found += [ParquetColumn(name, kind.strip()) for name in names.split()]
    return tuple(found)


def _of_schema(record: type) -> tuple[ParquetColumn, ...]:
    return tuple(
        ParquetColumn(name, "texts" if column.many else "flag" if column.kind == "flag" else "text")
        for name, column in columns_of(record).items()
    )


TABLES: dict[str, tuple[ParquetColumn, ...]] = {
    # keys: mscgraph.text.names.fold of id, name, label, synonyms and xrefs
    "nodes": _columns("""
        text: id name category role label taxon more_is definition
        texts: synonyms xrefs parents part_of derives_from keys
        text: source
    """),
    # sign: null is no effect, 0 unknown. cost: micro-nats, null where nothing supports it.
    # ends: only a read-out. year: the latest of what supports it. sources: statements of others.
    "associations": _columns("""
        text: id subject predicate object aspect
        int8: sign
        int32: cost
        flag: ends contested
        text: grade
        int8: evidence_level
        int32: studies supporting disputing inconclusive other_settings
        int16: year
        texts: taxa systems
        text: primary_knowledge_source knowledge_level agent_type
        texts: publications
        sources: sources
    """),
    "findings": _of_schema(Finding),
    "publications": _of_schema(Publication),
}

_SOURCE_FIELDS = ("primary_knowledge_source", "knowledge_level", "agent_type", "relation", "record")


def arrow_schema(table: str) -> pa.Schema:
    """The Arrow schema of a table; lists and their items are never null."""
    import pyarrow as pa

    texts = pa.list_(pa.string())
    kinds = {
        "text": pa.string(),
        "texts": texts,
        "flag": pa.bool_(),
        "int8": pa.int8(),
        "int16": pa.int16(),
        "int32": pa.int32(),
        "sources": pa.list_(
            pa.struct([*((name, pa.string()) for name in _SOURCE_FIELDS), ("publications", texts)])
        ),
    }
    return pa.schema([(column.name, kinds[column.kind]) for column in TABLES[table]])


class Source(NamedTuple):
    """Where a part of a graph comes from: its name (an infores CURIE where there is one) and terms."""

    name: str
    licence: str = ""
    version: str = ""
    url: str = ""


class Manifest(NamedTuple):
    """What a graph directory says of itself. ``content`` changes exactly when a row of it does.

    ``parts`` are the size and checksum of each Parquet file by its name in the folder; ``relations`` each
    predicate with each of its aspects. A directory of an earlier program names none.
    """

    content: str
    counts: Mapping[str, int]
    sources: tuple[Source, ...]
    parts: Mapping[str, tuple[int, int]] = {}
    relations: tuple[tuple[str, str], ...] = ()


def write_manifest(
    folder: Path, *, content: str, counts: Mapping[str, int], sources: Sequence[Source]
) -> Manifest:
    """Write ``manifest.json``; the caller moves the whole folder into its place."""
    parts = {
        file.relative_to(folder).as_posix(): checksum(file)
        for file in sorted(folder.glob("*/part-*.parquet"))
    }
    relations = _relations(folder)
    known = tuple(sorted(set(sources)))
    manifest = Manifest(content, dict(sorted(counts.items())), known, parts, relations)
    text = {
        "format": FORMAT,
        "version": VERSION,
        "content": manifest.content,
        "counts": manifest.counts,
        "sources": [source._asdict() for source in manifest.sources],
        "relations": relations,
        "parts": parts,
    }
    (folder / MANIFEST).write_text(
        json.dumps(text, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n"
    )
    return manifest


def _relations(folder: Path) -> tuple[tuple[str, str], ...]:
    from mscgraph.large.directory.database import connect, parquet

    with closing(connect()) as base:
        said = f"SELECT DISTINCT predicate, aspect FROM {parquet(folder, 'associations')} ORDER BY ALL"
        return tuple(base.execute(said).fetchall())


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest of a graph directory."""
    place = folder / MANIFEST
    text = read_description(folder)
    try:
        manifest = _parsed(text)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"lacks or misspells {error}", file=str(place)) from None
    check_parts(folder, manifest.parts)
    return manifest


def check_parts(
    folder: Path, parts: Mapping[str, tuple[int, int]], *, every_byte: bool = False
) -> None:
    """Raise :class:`DataError` where a Parquet file is not the one that was written.

    One that looks as it did when it was last read is read again only where ``every_byte`` is.
    """
    checked = CheckedFiles(folder / INDEX, trust=not every_byte)
    for name, (size, crc) in parts.items():
        try:
            whole = checked.is_whole(name, folder / name, (size, crc))
        except FileNotFoundError:
            raise DataError(f"the part {name} is missing; write it again", file=str(folder)) from None
        except OSError as error:
            raise DataError(f"{name} cannot be read: {error.strerror}", file=str(folder)) from None
        if not whole:
            raise DataError(
                f"the part {name} is damaged: it is not what was written; write it again",
                file=str(folder),
            )
    if checked.has_read:
        checked.keep()


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
            f"its version is {text.get('version')!r}, this program reads {VERSION}; make it again from its "
            "sources with mscgraph import or merge",
            file=str(place),
        )
    return text


def _parsed(text: dict[str, Any]) -> Manifest:
    return Manifest(
        content=str(text["content"]),
        counts={table: int(text["counts"][table]) for table in TABLES},
        sources=tuple(Source(**source) for source in text["sources"]),
        parts={str(name): (int(s), int(c)) for name, (s, c) in text.get("parts", {}).items()},
        relations=tuple((str(p), str(a)) for p, a in text.get("relations", ())),
    )
