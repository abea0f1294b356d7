"""The tables of a graph directory as read-only mappings: looked up by id, read in a stream."""

from __future__ import annotations

import contextlib
from collections.abc import ItemsView, Mapping, ValuesView
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from mscgraph.errors import DataError
from mscgraph.files import identity, read_unchanged
from mscgraph.large.directory.database import connect, open_tables, reading
from mscgraph.large.directory.manifest import MANIFEST, TABLES, read_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    ReadRows = Callable[[Iterable[str]], Iterable[dict[str, Any]]]


Record = TypeVar("Record")
Row = dict[str, Any]

FEW = 50_000  # up to so many rows a table is read whole when it is first asked
_BATCH = 8192
_KEPT = 100_000


class Store:
    """An open graph directory: its manifest, and questions to its tables in SQL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        read_unchanged(self.folder / MANIFEST, self._read)

    def _read(self) -> None:
        self._opened = identity(self.folder / MANIFEST)
        self.manifest = read_manifest(self.folder)
        self._connection = connect()
        with reading(self.folder):
            self._connection.execute("SET enable_object_cache = true")
            named = {table: [column.name for column in columns] for table, columns in TABLES.items()}
            open_tables(self._connection, self.folder, named)
        for table, noted in self.manifest.counts.items():
            rows = self.ask(f"SELECT count(*) FROM {table}")[0][0]
            if rows != noted:
                raise DataError(
                    f"the table {table} has {rows} rows where {noted} were written: a part is missing or "
                    "foreign; write it again",
                    file=str(self.folder),
                )

    def check_unchanged(self) -> None:
        """Raise :class:`DataError` where the folder is no longer the one that was opened."""
        if identity(self.folder / MANIFEST) != self._opened:
            raise DataError(
                "the graph directory was replaced or removed while it was open; open it again",
                file=str(self.folder),
            )

    @contextlib.contextmanager
    def unchanged(self) -> Iterator[None]:
        """Read the files that were opened and no others; what fails where they were replaced says so."""
        self.check_unchanged()
        try:
            with reading(self.folder):
                yield
        except DataError:
            self.check_unchanged()
            raise
        self.check_unchanged()

    def ask(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.unchanged():
            return self._connection.cursor().execute(query, list(parameters)).fetchall()

    def rows(
        self,
        table: str,
        where: str = "",
        parameters: Sequence[object] = (),
        columns: Sequence[str] = (),
    ) -> Iterator[Row]:
        """The rows of a table by column, of all columns or some, a batch at a time."""
        names = columns or [column.name for column in TABLES[table]]
        query = f"SELECT {', '.join(names)} FROM {table} {where}"
        with self.unchanged():
            cursor = self._connection.cursor().execute(query, list(parameters))
        while True:
            with self.unchanged():
                batch = cursor.fetchmany(_BATCH)
            if not batch:
                return
            for values in batch:
                yield dict(zip(names, values, strict=True))


class Records(Mapping[str, Record], Generic[Record]):
    """A table as a mapping from id to record.

    A small table is read whole when it is first asked; of a large one, rows are fetched by id as asked, and
    the last ones are remembered. Iteration goes by id, in a small table by ``order`` where that is given.
    ``columns`` are those that a record is made from; without them all are read.
    """

    def __init__(
        self,
        store: Store,
        table: str,
        make: Callable[[Row], Record],
        *,
        order: str = "id",
        columns: Sequence[str] = (),
    ) -> None:
        self.store = store
        self.order = order
        self.columns = columns
        self.table = table
        self.make = make
        self.by_id: ReadRows | None = None  # what fetches rows by id faster, where there is something
        self.is_small = store.manifest.counts[table] <= FEW
        self._known: dict[str, Record] = {}
        self._is_read = False

    def __len__(self) -> int:
        return self.store.manifest.counts[self.table]

    def __iter__(self) -> Iterator[str]:
        if self.is_small:
            yield from self._all()
        else:
            for row in self.store.rows(self.table, "ORDER BY id", columns=("id",)):
                yield row["id"]

    def __getitem__(self, key: str) -> Record:
        if self.is_small:
            return self._all()[key]
        for record in self.fetch([key]).values():
            return record
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        try:
            self[key]  # type: ignore[index]
        except KeyError:
            return False
        return True

    def values(self) -> ValuesView[Record]:
        """The records, in the order of their ids."""
        return _Values(self)

    def items(self) -> ItemsView[str, Record]:
        """The ids with their records, in the order of the ids."""
        return _Items(self)

    def pairs(self, where: str = "", parameters: Sequence[object] = ()) -> Iterator[tuple[str, Record]]:
        """Ids and records of the rows that a WHERE clause selects, in the order of the ids."""
        if self.is_small and not where:
            yield from self._all().items()
            return
        for row in self.store.rows(self.table, f"{where} ORDER BY id", parameters, self.columns):
            yield row["id"], self.make(row)

    def fetch(self, keys: Iterable[str]) -> dict[str, Record]:
        """The records of these ids, as far as they exist, in one question."""
        wanted = list(dict.fromkeys(keys))
        if self.is_small:
            return {key: self._all()[key] for key in wanted if key in self._all()}
        known = self._known
        missing = [key for key in wanted if key not in known]
        if missing:
            if len(known) + len(missing) > _KEPT:
                known.clear()
                missing = wanted
            known.update(self._read(missing))
        return {key: known[key] for key in wanted if key in known}

    def _read(self, ids: list[str]) -> dict[str, Record]:
        """The records of these ids: what the faster store lacks comes from Parquet."""
        found: dict[str, Record] = {}
        if self.by_id is not None and ids:
            self.store.check_unchanged()
            found = {row["id"]: self.make(row) for row in self.by_id(ids)}
        if left := [one for one in ids if one not in found]:
            found |= self.pairs("WHERE id IN (SELECT unnest(?))", [left])
        return found

    def _all(self) -> dict[str, Record]:
        if not self._is_read:
            rows = self.store.rows(self.table, f"ORDER BY {self.order}", (), self.columns)
            self._known, self._is_read = {row["id"]: self.make(row) for row in rows}, True
        return self._known


class _Values(ValuesView[Record]):
    """Values in a stream, not one look-up each."""

    _mapping: Records[Record]

    def __iter__(self) -> Iterator[Record]:
        return (record for _, record in self._mapping.pairs())


class _Items(ItemsView[str, Record]):
    """Items in a stream, not one look-up each."""

    _mapping: Records[Record]

    def __iter__(self) -> Iterator[tuple[str, Record]]:
        return self._mapping.pairs()
