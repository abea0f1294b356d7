"""The graph directory: which tables it holds, and of which columns they are.

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

from typing import TYPE_CHECKING, NamedTuple

from mscgraph.schema import Finding, Publication, columns_of

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "FORMAT",
    "MANIFEST",
    "MARK",
    "OURS",
    "PART_ROWS",
    "TABLES",
    "VERSION",
    "ParquetColumn",
    "arrow_schema",
]

FORMAT = "mscgraph graph directory"
VERSION = 2
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
