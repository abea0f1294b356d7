"""Where rows wait before they are a graph: tables in a database that spills to disk."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mscgraph.large.directory.manifest import TABLES, arrow_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import duckdb
    import pyarrow as pa


NOT_PROVIDED = "not_provided"
T = TypeVar("T")


class Statement(NamedTuple):
    """What one source says about one relation, in our words and in its own."""

    subject: str
    predicate: str
    object: str
    aspect: str
    primary_knowledge_source: str
    knowledge_level: str = NOT_PROVIDED
    agent_type: str = NOT_PROVIDED
    relation: str = ""
    record: str = ""
    publications: tuple[str, ...] = ()


class Note(NamedTuple):
    """Something of an input that could not be taken as it stood: what, how often, and an example."""

    kind: str
    what: str
    records: int
    example: str


class NoteCounts(NamedTuple):
    """All notes of one kind: how many things, in how many records, and the first of them."""

    kind: str
    things: int
    records: int
    first: tuple[Note, ...]


class Notes:
    """Counts notes by kind and thing, with the first example of each.

    >>> notes = Notes()
    >>> notes.add("unknown relation", "likes", "edges.tsv:2")
    >>> notes.add("unknown relation", "likes", "edges.tsv:3")
    >>> list(notes)
    [Note(kind='unknown relation', what='likes', records=2, example='edges.tsv:2')]
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[int, tuple[int, ...], str]] = {}
        self._each: tuple[int, tuple[int, ...]] = (1, ())

    def stand_for(self, records: int, *order: int) -> None:
        """Let what is noted from now on be of so many records, the first of which comes in this order."""
        self._each = records, order

    def add(self, kind: str, what: str, example: str = "") -> None:
        """Note a record, or all that the next notes stand for."""
        each, order = self._each
        records, before, first = self._found.get((kind, what), (0, order, example))
        if order < before:
            before, first = order, example
        self._found[kind, what] = records + each, before, first

    def __iter__(self) -> Iterator[Note]:
        for (kind, what), (records, _, example) in sorted(self._found.items()):
            yield Note(kind, what, records, example)


_BATCH = 20_000
_FIRST = 3
# A list as the curated tables have it: no doubles, sorted with upper and lower case alike.
_TIDY = """
    CREATE MACRO tidy(items) AS list_transform(
        list_sort(list_transform(list_distinct(items), lambda s: {folded: lower(s), s: s})), lambda r: r.s
    )
"""


class Staging:
    """The staged tables of one graph to be: those of the layout, ``said`` and ``notes``.

    ``said`` holds the statements of others, one row each; ``notes`` what could not be taken as it stood.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.connection = connection
        self.folder = folder  # for what a file of ours must hold meanwhile
        for table in TABLES:
            connection.register("empty", arrow_schema(table).empty_table())
            connection.execute(f"CREATE TABLE {table} AS FROM empty")
        connection.execute(_TIDY)
        connection.execute(
            "CREATE MACRO papers(ids) AS "
            "CASE WHEN len(ids) < 2 THEN ids ELSE list_sort(list_distinct(ids)) END"
        )
        fields = ", ".join(f"{name} VARCHAR" for name in Statement._fields[:-1])
        connection.execute(f"CREATE TABLE said ({fields}, publications VARCHAR[])")
        connection.execute(
            "CREATE TABLE notes (kind VARCHAR, what VARCHAR, records BIGINT, example VARCHAR)"
        )

    def run(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run SQL and return its rows."""
        return self.connection.execute(query, list(parameters)).fetchall()

    def number(self, query: str, parameters: Sequence[object] = ()) -> int:
        """Run SQL that gives one number."""
        return int(self.run(query, parameters)[0][0])

    def add_rows(self, table: str, rows: Iterable[Mapping[str, Any]], *, into: str = "") -> int:
        """Put rows of a table of the layout there, or into another, a batch at a time; return how many."""
        schema = arrow_schema(table)
        return self._add(into or table, schema, ([row[f.name] for f in schema] for row in rows))

    def add_statements(self, statements: Iterable[Statement], *, into: str = "said") -> int:
        """Put statements into ``said``, or into another table; return how many."""
        import pyarrow as pa

        kinds = [pa.string()] * (len(Statement._fields) - 1) + [pa.list_(pa.string())]
        schema = pa.schema(list(zip(Statement._fields, kinds, strict=True)))
        return self._add(into, schema, statements)

    def add_notes(self, notes: Iterable[Note]) -> None:
        """Add notes."""
        import pyarrow as pa

        kinds = (pa.string(), pa.string(), pa.int64(), pa.string())
        self._add("notes", pa.schema(list(zip(Note._fields, kinds, strict=True))), notes)

    def make(self, table: str, columns: Mapping[str, str], rows: Iterable[tuple[Any, ...]]) -> int:
        """Make a table of columns by SQL type, fill it, and return how many rows it has."""
        typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self.connection.execute(f"CREATE TABLE {table} ({typed})")
        schema = self.connection.table(table).to_arrow_table().schema
        return self._add(table, schema, rows)

    def stream(self, query: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, a batch at a time; other questions may be asked meanwhile."""
        cursor = self.connection.cursor().execute(query, list(parameters))
        while batch := cursor.fetchmany(_BATCH):
            yield from batch

    def _add(self, table: str, schema: pa.Schema, rows: Iterable[Sequence[Any]]) -> int:
        """Put rows into a table, a batch at a time; return how many."""
        import pyarrow as pa

        done = 0
        for batch in batches(rows):
            columns = zip(*batch, strict=True)
            arrays = [pa.array(list(c), kind) for c, kind in zip(columns, schema.types, strict=True)]
            self.connection.register("arriving", pa.Table.from_arrays(arrays, schema=schema))
            self.connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM arriving")
            self.connection.unregister("arriving")
            done += len(batch)
        return done

    def note_counts(self) -> tuple[NoteCounts, ...]:
        """The notes by kind, with the first of each."""
        counted = self.run(
            "SELECT kind, count(*), sum(records)::BIGINT FROM notes GROUP BY kind ORDER BY kind"
        )
        return tuple(
            NoteCounts(kind, things, records, tuple(islice(self.all_notes(kind), _FIRST)))
            for kind, things, records in counted
        )

    def all_notes(self, kind: str | None = None) -> Iterator[Note]:
        """All notes, of one kind or all, those of most records first."""
        order = "kind, records DESC, what, example"
        query = f"SELECT * FROM notes WHERE $1 IS NULL OR kind = $1 ORDER BY {order}"
        return map(Note._make, self.stream(query, [kind]))


def batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """The rows, so many at a time."""
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        yield batch
