"""Nodes with the keys that names are looked up by, folded in SQL where a name is plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.large.directory.database import quoted
from mscgraph.large.directory.record_rows import keys_of
from mscgraph.text.names import SPELLED

if TYPE_CHECKING:
    from mscgraph.large.directory.staging import Staging

_NAMES = "([id, name] || synonyms || xrefs)"
# a minus at the end of a word, or a Greek letter spelled out there, folds by rules of its own
_ODD = rf"[^ -~]|-([\s,;)\]/]|$)|({'|'.join(SPELLED)})([^a-z0-9+]|$)"
_FOLDED = (
    f"list_sort(list_distinct(list_filter(list_transform({_NAMES}, "
    "lambda name: regexp_replace(lower(name), '[^a-z0-9+]', '', 'g')), lambda key: key <> '')))"
)


def add_nodes(staging: Staging, source: str) -> None:
    """Put the rows of ``entities`` into ``nodes`` by their lines."""
    odd = f"regexp_matches(lower(array_to_string({_NAMES}, ' ')), {quoted(_ODD)})"
    rows = staging.stream(f"SELECT line, {_NAMES} FROM entities WHERE {odd}")
    staging.make(
        "folded",
        {"line": "BIGINT", "keys": "VARCHAR[]"},
        ((line, keys_of(names)) for line, names in rows),
    )
    staging.run(
        "INSERT INTO nodes BY NAME SELECT entities.* EXCLUDE line, "
        f"coalesce(folded.keys, {_FOLDED}) AS keys, $1 AS source FROM entities "
        "LEFT JOIN folded USING (line) ORDER BY line",
        [source],
    )
