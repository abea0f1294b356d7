"""What an answer shows of its entities and associations, by id, without reading Parquet.

``…_text`` holds blocks of rows in the order of the ids, each row a JSON array, each block compressed with a
checksum of its own, and ``…_starts`` where each block begins. An entity's row is found by its number; an
association's by ``associations_key``, the number that its id ends in. Opening an index looks only at the
size of ``…_text``; a block is checked as it is read.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError
from mscgraph.large.index.arrays import Names
from mscgraph.model import Entity, KnowledgeSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mscgraph.large.index.arrays import Array


BLOCK = 64  # rows that are compressed together
ROWS = {
    "nodes": Entity._fields,
    "associations": ("subject", "predicate", "object", "aspect", "sources"),
}
_PREFIX = "MSCGA:"


def row_query(table: str) -> str:
    """The SQL that gives the rows of a table as lines of JSON, in the order of their ids.

    Associations lie in that order in a directory; what is called ``key`` there is of use to check it.
    """
    said = ", ".join(f"s.{name}" for name in KnowledgeSource._fields)
    sources = f"list_transform(sources, lambda s: json_array({said}))"
    columns = ", ".join(sources if name == "sources" else name for name in ROWS[table])
    query = f"SELECT json_array({columns})::VARCHAR || chr(10) AS text"
    if table == "nodes":
        return f"{query} FROM nodes ORDER BY id"
    return f"{query}, ('0x' || substr(id, {len(_PREFIX) + 1}))::UBIGINT AS key FROM associations"


def packed(lines: bytes | memoryview) -> bytes:
    """A block of rows."""
    return zlib.compress(lines, 1)


class StoredRows:
    """The rows of one table of a graph directory, as far as an answer shows them."""

    def __init__(self, table: str, arrays: Mapping[str, Array], nodes: Names, place: str) -> None:
        self.fields, self.place, self.nodes = ROWS[table], place, nodes
        self.blocks = Names(arrays[f"{table}_text"], arrays[f"{table}_starts"])
        keys = arrays.get(f"{table}_key")
        self.keys = None if keys is None else keys.data

    def _find(self, identifier: str) -> int:
        if self.keys is None:
            return self.nodes.find(identifier)
        try:
            key = int(identifier.removeprefix(_PREFIX), 16)
        except ValueError:
            return -1
        place = bisect_left(self.keys, key)
        return place if place < len(self.keys) and self.keys[place] == key else -1

    def fetch(self, ids: Iterable[str]) -> Iterator[dict[str, Any]]:
        """The rows of those of some ids that are there, as the table has them."""
        for identifier in ids:
            if (place := self._find(identifier)) < 0:
                continue
            try:
                rows = zlib.decompress(self.blocks.raw(place // BLOCK)).split(b"\n")
                row = dict(zip(self.fields, json.loads(rows[place % BLOCK]), strict=True))
                row["sources"] = [
                    dict(zip(KnowledgeSource._fields, one, strict=True))
                    for one in row.get("sources", ())
                ]
            except (zlib.error, IndexError, TypeError, ValueError) as error:
                raise DataError(
                    f"the path index is damaged: its row of {identifier} was changed; run mscgraph index",
                    file=self.place,
                ) from error
            yield {"id": identifier, **row}
