"""A graph directory of Parquet, opened for mining: manifest and columns checked, names found in SQL.

The form is that of :mod:`mscgraph.large.directory`; mining needs ``nodes/`` and ``associations/``.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mscgraph.errors import AmbiguousName, DataError, NotFound
from mscgraph.files import identity, read_unchanged
from mscgraph.large.directory.database import connect, read_files, reading
from mscgraph.large.directory.manifest import check_parts, read_description
from mscgraph.large.directory.parquet_columns import MANIFEST
from mscgraph.text.names import fold, nearest

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence

    import duckdb

__all__ = ["GraphFolder", "open_folder"]

T = TypeVar("T")

_COLUMNS = {
    "nodes": ("id", "name", "category", "keys"),
    "associations": (
        "id", "subject", "predicate", "object", "sign", "cost", "ends", "grade", "year", "taxa", "systems",
    ),
}  # fmt: skip
_SUGGESTED_FROM = 200_000
_CATEGORY = "category:"
_GIVEN = "(SELECT unnest($1::VARCHAR[]))"
_KINDS = f"""
    WITH RECURSIVE kinds AS (
        SELECT id AS asked, id FROM nodes WHERE id IN {_GIVEN} UNION
        SELECT kinds.asked, below.id FROM kinds
        JOIN (SELECT id, unnest(parents) AS parent FROM nodes) AS below ON below.parent = kinds.id
    ) SELECT asked, id FROM kinds
"""


class GraphFolder(NamedTuple):
    """The checked parts of a graph directory. ``content`` names what it holds; ``counts`` its sizes."""

    place: Path
    content: str
    counts: dict[str, int]
    nodes: tuple[str, ...]
    associations: tuple[str, ...]
    base: duckdb.DuckDBPyConnection
    has_parents: bool
    opened: tuple[int, int, int] | None

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """What fails because the directory was replaced meanwhile says so."""
        try:
            yield
        except DataError:
            self._check_unchanged()
            raise

    def checked(self, rows: Iterable[T]) -> Iterator[T]:
        """Rows that were read of the directory; at their end it must still be the one that was opened."""
        yield from rows
        self._check_unchanged()

    def _check_unchanged(self) -> None:
        if identity(self.place / MANIFEST) != self.opened:
            raise DataError(
                "the graph directory was replaced or removed while it was open; mine again",
                file=str(self.place),
            )

    def resolve(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """Ids of entities by id, name, symbol, synonym, or ``category:Cell`` for all of a category.

        Raises
        ------
        NotFound
            When a name or category fits nothing, with suggestions.
        AmbiguousName
            When a synonym is shared by several entities.
        """
        names = [text for text in wanted if not text.startswith(_CATEGORY)]
        ids = {key for (key,) in self._ask(f"SELECT id FROM nodes WHERE id IN {_GIVEN}", [names])}
        called: dict[str, dict[str, str]] = {}
        for key, identifier, name in self._ask(
            "SELECT key, id, name FROM (SELECT id, name, unnest(keys) AS key FROM nodes) "
            f"WHERE key IN {_GIVEN} ORDER BY id",
            [[fold(text) for text in names if text not in ids]],
        ):
            called.setdefault(key, {})[identifier] = name or ""
        found: list[str] = []
        for text in wanted:
            if text.startswith(_CATEGORY):
                found += self._members(text.removeprefix(_CATEGORY))
            else:
                key = fold(text)
                found.append(text if text in ids else self._one(text, key, called.get(key, {})))
        return tuple(dict.fromkeys(found))

    def covered(self, wanted: Sequence[str], *, exact: bool) -> dict[str, frozenset[str]]:
        """The ids that are asked for, as :meth:`resolve` finds them, each with what it covers.

        A name covers its subclasses unless ``exact``; what is asked for by category covers itself alone.
        """
        ids = {one: frozenset({one}) for one in self.resolve(wanted)}
        named = [text for text in wanted if not text.startswith(_CATEGORY)]
        if named and self.has_parents and not exact:
            for asked, one in self._ask(_KINDS, [self.resolve(named)]):
                ids[asked] |= {one}
        return ids

    def distinct(self, column: str) -> tuple[str, ...]:
        """The values of a column of the associations that are effects, or ``category`` of the nodes."""
        value = f"unnest({column})" if column in {"taxa", "systems"} else column
        table = "nodes" if column == "category" else "associations WHERE sign IS NOT NULL"
        rows = self._ask(f"SELECT DISTINCT value FROM (SELECT {value} AS value FROM {table})")
        return tuple(sorted(value for (value,) in rows if value))

    def names_of(self, ids: Iterable[str]) -> dict[str, str]:
        """The names of entities by id; an entity without a name is left out."""
        query = f"SELECT id, name FROM nodes WHERE id IN {_GIVEN} AND name <> '' ORDER BY id"
        return dict(self._ask(query, [sorted(ids)]))

    def _members(self, category: str) -> list[str]:
        query = "SELECT id FROM nodes WHERE category = $1 ORDER BY id"
        if members := [key for (key,) in self._ask(query, [category])]:
            return members
        raise NotFound(
            f"No entity of {self.place} has the category {category!r}.",
            suggestions=self.distinct("category"),
        )

    def _one(self, text: str, key: str, called: dict[str, str]) -> str:
        """The entity that a text names; one whose name it is goes before those that share the synonym."""
        candidates = [i for i, name in called.items() if fold(name) == key] or list(called)
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise AmbiguousName(f"{text!r} names several entities.", suggestions=candidates[:10])
        near: Sequence[str] = ()
        if self.counts.get("nodes", 0) <= _SUGGESTED_FROM:
            near = nearest(text, [name for (name,) in self._ask("SELECT name FROM nodes") if name])
        raise NotFound(f"No entity of {self.place} is called {text!r}.", suggestions=near)

    def _ask(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with reading(self.place):
            return self.base.execute(query, list(parameters)).fetchall()


def open_folder(folder: str | os.PathLike[str]) -> GraphFolder:
    """Open a graph directory and check what can be checked without reading it all.

    Raises
    ------
    DataError
        When it is no graph directory, one of another version, or a part is missing, cut or lacks a column;
        the message names the file.
    MissingExtra
        When DuckDB or pyarrow is not installed.
    """
    place = Path(folder)
    return read_unchanged(place / MANIFEST, lambda: _read_folder(place))


def _read_folder(place: Path) -> GraphFolder:
    base = connect()
    opened = identity(place / MANIFEST)
    manifest = read_description(place)
    check_parts(place, manifest.get("parts", {}))
    parts: dict[str, tuple[str, ...]] = {}
    held: set[str] = set()
    for table, columns in _COLUMNS.items():
        parts[table] = tuple(map(str, sorted((place / table).glob("*.parquet"))))
        if not parts[table]:
            raise DataError(f"the graph directory lacks {table}/*.parquet", file=str(place))
        with reading(place):
            base.execute(f"CREATE VIEW {table} AS SELECT * FROM {read_files(parts[table])}")
            held = {name for name, *_ in base.execute(f"DESCRIBE {table}").fetchall()}
        if missing := [column for column in columns if column not in held]:
            raise DataError(f"lacks the column {', '.join(missing)}", file=str(place / table))
    return GraphFolder(
        place=place,
        content=str(manifest.get("content", "")),
        counts={str(k): int(v) for k, v in dict(manifest.get("counts", {})).items()},
        nodes=parts["nodes"],
        associations=parts["associations"],
        base=base,
        has_parents="parents" in [name for name, *_ in base.execute("DESCRIBE nodes").fetchall()],
        opened=opened,
    )
