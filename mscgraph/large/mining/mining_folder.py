"""A graph directory of Parquet, opened for mining: manifest checked, every part's end read, names found.

The form is that of :mod:`mscgraph.large.directory`;
mining needs ``nodes/`` and ``associations/``. pyarrow looks
names up in one pass over the nodes, for Spark mines where there is no DuckDB to ask.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mscgraph.errors import AmbiguousName, DataError, MissingExtra, NotFound
from mscgraph.large.directory.manifest import check_parts, read_description
from mscgraph.text.names import fold, nearest

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pyarrow as pa

__all__ = ["GraphFolder", "open_folder"]

_COLUMNS = {
    "nodes": ("id", "name", "category", "keys"),
    "associations": (
        "id", "subject", "predicate", "object", "sign", "cost", "ends", "grade", "year", "taxa", "systems",
    ),
}  # fmt: skip
_SUGGESTED_FROM = 200_000


class GraphFolder(NamedTuple):
    """The checked parts of a graph directory. ``content`` names what it holds; ``counts`` its sizes."""

    place: Path
    content: str
    counts: dict[str, int]
    nodes: tuple[str, ...]
    associations: tuple[str, ...]

    def resolve(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """Ids of entities by id, name, symbol, synonym, or ``category:Cell`` for all of a category.

        Raises
        ------
        NotFound
            When a name or category fits nothing, with suggestions.
        AmbiguousName
            When a synonym is shared by several entities.
        """
        names = {text: fold(text) for text in wanted if not text.startswith(_CATEGORY)}
        categories = {text.removeprefix(_CATEGORY) for text in wanted if text.startswith(_CATEGORY)}
        found = self._look_up(names, categories)
        ids: list[str] = []
        for text in wanted:
            if text.startswith(_CATEGORY):
                members = found.members.get(text.removeprefix(_CATEGORY), [])
                if not members:
                    raise NotFound(
                        f"No entity of {self.place} has the category {text.removeprefix(_CATEGORY)!r}.",
                        suggestions=sorted(found.categories),
                    )
                ids += sorted(members)
            else:
                ids.append(self._one(text, names[text], found))
        return tuple(dict.fromkeys(ids))

    def covered(self, wanted: Sequence[str], *, exact: bool) -> dict[str, frozenset[str]]:
        """The ids that are asked for, as :meth:`resolve` finds them, each with what it covers.

        A name covers its subclasses unless ``exact``; what is asked for by category covers itself alone.
        """
        ids = {one: frozenset({one}) for one in self.resolve(wanted)}
        named = [text for text in wanted if not text.startswith(_CATEGORY)]
        children = {} if exact or not named else self._children()
        if children:
            ids |= {one: _kinds(one, children) for one in self.resolve(named)}
        return ids

    def _children(self) -> dict[str, list[str]]:
        """The subclasses of each entity that has any."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        children: dict[str, list[str]] = {}
        if not all("parents" in pq.read_schema(pa.OSFile(part)).names for part in self.nodes):
            return children
        for batch in self._batches("nodes", ["id", "parents"]):
            ids = batch["id"].take(pc.list_parent_indices(batch["parents"])).to_pylist()
            for child, parent in zip(ids, pc.list_flatten(batch["parents"]).to_pylist(), strict=True):
                children.setdefault(parent, []).append(child)
        return children

    def distinct(self, column: str) -> tuple[str, ...]:
        """The values of a column of the associations that are effects, or ``category`` of the nodes."""
        import pyarrow as pa
        import pyarrow.compute as pc

        seen: set[str] = set()
        of_nodes = column == "category"
        table, columns = ("nodes", [column]) if of_nodes else ("associations", [column, "sign"])
        for batch in self._batches(table, columns):
            values = (batch if of_nodes else batch.filter(batch["sign"].is_valid()))[column]
            if pa.types.is_list(values.type):
                values = pc.list_flatten(values)
            seen.update(value for value in pc.unique(values).to_pylist() if value)
        return tuple(sorted(seen))

    def _one(self, text: str, key: str, found: _Found) -> str:
        if text in found.ids:
            return text
        candidates = found.by_name.get(key) or found.by_key.get(key) or []
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise AmbiguousName(
                f"{text!r} names several entities.", suggestions=sorted(candidates)[:10]
            )
        near: Sequence[str] = ()
        if self.counts.get("nodes", 0) <= _SUGGESTED_FROM:
            near = nearest(text, self._every_name())
        raise NotFound(f"No entity of {self.place} is called {text!r}.", suggestions=near)

    def _look_up(self, names: dict[str, str], categories: set[str]) -> _Found:
        """One pass over the nodes, part by part: nothing but what was asked for is kept."""
        import pyarrow as pa
        import pyarrow.compute as pc

        found = _Found(set(), {}, {}, {}, set())
        ids = pa.array(sorted(names), pa.string())
        keys = pa.array(sorted(set(names.values())), pa.string())
        for batch in self._batches("nodes", ["id", "name", "category", "keys"]):
            found.categories.update(pc.unique(batch["category"]).to_pylist())
            found.ids.update(batch["id"].filter(pc.is_in(batch["id"], value_set=ids)).to_pylist())
            if categories:
                mask = pc.is_in(batch["category"], value_set=pa.array(sorted(categories), pa.string()))
                chosen = batch.filter(mask).select(["id", "category"])
                for row in chosen.to_pylist():
                    found.members.setdefault(row["category"], []).append(row["id"])
            if not len(keys):
                continue
            flat, parents = pc.list_flatten(batch["keys"]), pc.list_parent_indices(batch["keys"])
            hits = pc.is_in(flat, value_set=keys)
            rows = parents.filter(hits)
            hit_keys = flat.filter(hits).to_pylist()
            hit_ids = batch["id"].take(rows).to_pylist()
            hit_names = batch["name"].take(rows).to_pylist()
            for key, identifier, name in zip(hit_keys, hit_ids, hit_names, strict=True):
                _add(found.by_key, key, identifier)
                if fold(name or "") == key:
                    _add(found.by_name, key, identifier)
        return found

    def members(self, categories: Iterable[str]) -> Iterator[str]:
        """The ids of all entities of some categories."""
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = pa.array(sorted(set(categories)), pa.string())
        for batch in self._batches("nodes", ["id", "category"]):
            yield from batch["id"].filter(pc.is_in(batch["category"], value_set=wanted)).to_pylist()

    def _every_name(self) -> Iterator[str]:
        for batch in self._batches("nodes", ["name"]):
            yield from (name for name in batch["name"].to_pylist() if name)

    def names_of(self, ids: Iterable[str]) -> dict[str, str]:
        """The names of entities by id; an entity without a name is left out."""
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = pa.array(sorted(set(ids)), pa.string())
        names: dict[str, str] = {}
        for batch in self._batches("nodes", ["id", "name"]):
            kept = batch.filter(pc.is_in(batch["id"], value_set=wanted))
            names.update(zip(kept["id"].to_pylist(), kept["name"].to_pylist(), strict=True))
        return {key: name for key, name in names.items() if name}

    def _batches(self, table: str, columns: list[str]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        for part in self.nodes if table == "nodes" else self.associations:
            try:
                with Path(part).open("rb") as file:  # a name that pyarrow takes for no address
                    yield from pq.ParquetFile(file).iter_batches(columns=columns)
            except (pa.ArrowException, OSError) as error:
                raise _damaged(part, error) from error

    def edges(self, columns: list[str]) -> Iterator[pa.RecordBatch]:
        """The associations, some columns, batch by batch."""
        return self._batches("associations", columns)


class _Found(NamedTuple):
    ids: set[str]
    by_name: dict[str, list[str]]
    by_key: dict[str, list[str]]
    members: dict[str, list[str]]
    categories: set[str]


_CATEGORY = "category:"


def _kinds(entity: str, children: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """An entity and all its subclasses."""
    seen, rim = {entity}, [entity]
    while rim:
        rim = [child for one in rim for child in children.get(one, ()) if child not in seen]
        seen.update(rim)
    return frozenset(seen)


def _add(table: dict[str, list[str]], key: str, identifier: str) -> None:
    row = table.setdefault(key, [])
    if identifier not in row:
        row.append(identifier)


def open_folder(folder: str | os.PathLike[str]) -> GraphFolder:
    """Open a graph directory and check what can be checked without reading it all.

    Raises
    ------
    DataError
        When it is no graph directory, one of another version, or a part is missing, cut or lacks a column;
        the message names the file.
    MissingExtra
        When pyarrow is not installed.
    """
    try:
        import pyarrow  # noqa: F401, ICN001
    except ImportError:
        raise MissingExtra('mining reads Parquet: pip install "mscgraph[large]"') from None
    place = Path(folder)
    manifest = read_description(place)
    check_parts(place, manifest.get("parts", {}))
    parts = {table: _parts(place, table, columns) for table, columns in _COLUMNS.items()}
    return GraphFolder(
        place=place,
        content=str(manifest.get("content", "")),
        counts={str(k): int(v) for k, v in dict(manifest.get("counts", {})).items()},
        nodes=parts["nodes"],
        associations=parts["associations"],
    )


def _parts(place: Path, table: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = sorted((place / table).glob("*.parquet"))
    if not files:
        raise DataError(f"the graph directory lacks {table}/*.parquet", file=str(place))
    for file in files:
        try:
            with file.open("rb") as opened:
                held = set(pq.read_schema(opened).names)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(str(file), error) from error
        if missing := [column for column in columns if column not in held]:
            raise DataError(f"lacks the column {', '.join(missing)}", file=str(file))
    return tuple(str(file) for file in files)


def _damaged(file: str, error: Exception) -> DataError:
    reason = str(error).splitlines()[0]
    return DataError(
        f"the Parquet file is damaged or cut ({reason}); write the directory again", file=file
    )
