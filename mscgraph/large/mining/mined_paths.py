"""What mining writes: one Parquet file, whole or not at all, that says what was asked and what was cut."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from mscgraph.errors import DataError, OutputError
from mscgraph.files import whole_file
from mscgraph.large.directory.database import connect, read_files

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    import pyarrow as pa


NOTE = b"mscgraph"
_FORMAT = "mscgraph mined paths"
_VERSION = 2
_COUNTS = "SELECT count(DISTINCT (source, target)), count(*) FROM mined"
_MEDIATORS = """
    SELECT entity, count(DISTINCT (source, target)) AS pairs, count(*) AS paths,
        count(*) FILTER (sign = 1), count(*) FILTER (sign = -1), count(*) FILTER (sign = 0),
        min(cost) AS cost, fsum(exp(-cost / 1e6) ORDER BY cost)
    FROM (SELECT source, target, sign, cost, unnest(entities[2:-2]) AS entity FROM mined)
    GROUP BY entity ORDER BY pairs DESC, paths DESC, cost, entity
"""


class MinedMediator(NamedTuple):
    """An entity between the ends of mined paths: on how many pairs and paths, by net effect.

    ``cost`` is the cheapest path through it; ``strength`` the sum of exp(−cost) of all of them: it
    ranks, it is no probability.
    """

    entity: str
    pairs: int
    paths: int
    increase: int
    decrease: int
    unknown: int
    cost: int
    strength: float

    def to_dict(self) -> dict[str, Any]:
        """The mediator as JSON-ready values."""
        return self._asdict()


class MinedSummary(NamedTuple):
    """All pairs of a result at a glance. ``question`` is what was asked, ``cut`` the edges a cap dropped.

    ``complete`` is False when something was cut: better paths may exist.
    """

    question: dict[str, Any]
    complete: bool
    cut: int
    pairs: int
    paths: int
    mediators: tuple[MinedMediator, ...]

    def to_dict(self) -> dict[str, Any]:
        """The summary as JSON-ready values, as ``mscgraph mine --json`` prints it."""
        return {**self._asdict(), "mediators": [one.to_dict() for one in self.mediators]}


def write_rows(
    output: str | os.PathLike[str],
    batches: Iterable[Sequence[tuple[Any, ...]]],
    note: dict[str, Any],
) -> tuple[int, int]:
    """Write the plan's rows as Parquet next to the target, then move it into its place.

    Returns how many rows there are, and how many pairs have a path.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = json.dumps({"format": _FORMAT, "version": _VERSION, **note}, sort_keys=True)
    schema = _schema().with_metadata({NOTE: text.encode()})
    rows = pairs = 0
    try:
        with (
            whole_file(output) as beside,
            beside.open("wb") as part,  # a name that pyarrow takes for no address
            pq.ParquetWriter(part, schema) as writer,
        ):
            for batch in batches:
                rows += len(batch)
                pairs += sum(row[2] == 1 for row in batch)
                writer.write_table(_table(batch, schema))
    except pa.ArrowException as error:
        raise OutputError(f"cannot write {output}: {str(error).splitlines()[0]}") from error
    return rows, pairs


def _schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [
            ("source", pa.string()),
            ("target", pa.string()),
            ("rank", pa.int32()),
            ("steps", pa.int8()),
            ("sign", pa.int8()),
            ("cost", pa.int64()),
            ("demonstrated", pa.bool_()),
            ("entities", pa.list_(pa.string())),
            ("associations", pa.list_(pa.string())),
        ]
    )


def _table(batch: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    columns: list[list[Any]] = [[] for _ in schema]
    for row in batch:
        *said, demonstrated, start, finish = row[:9]
        between, ids, steps = row[9:12], row[12:16], row[3]
        entities = [start, *between[: steps - 1], finish]
        values = (*said, bool(demonstrated), entities, [i for i in ids if i])
        for column, value in zip(columns, values, strict=True):
            column.append(value)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def summarize_mined(output: str | os.PathLike[str]) -> MinedSummary:
    """Rank the mediators over all pairs of a mined result.

    Parameters
    ----------
    output
        The Parquet file that :func:`mscgraph.mine` wrote.

    Returns
    -------
    MinedSummary
        Mediators on most pairs first, then most paths, the cheapest path, and id.

    Raises
    ------
    DataError
        When the file is no result of mining.

    Examples
    --------
    >>> import mscgraph as mg
    >>> _ = mg.mine(mg.load(), ["MSC"], ["Th17 cell", "Treg"], "mined.parquet")
    >>> summary = mg.summarize_mined("mined.parquet")
    >>> summary.complete, len(summary.mediators) > 0
    (True, True)
    """
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_schema(pa.OSFile(str(output))).metadata  # a name is no address
        note = json.loads((metadata or {}).get(NOTE, b"{}"))
        if note.get("format") != _FORMAT:
            raise DataError("no result of mscgraph mine", file=str(output))
        with contextlib.closing(connect()) as base:
            base.execute(f"CREATE VIEW mined AS FROM {read_files([str(output)])}")
            rows = base.execute(_MEDIATORS).fetchall()
            ((pairs, paths),) = base.execute(_COUNTS).fetchall()
    except (pa.ArrowException, duckdb.Error, OSError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"no Parquet file that can be read ({reason})", file=str(output)) from error
    mediators = tuple(MinedMediator(*row) for row in rows)
    return MinedSummary(
        dict(note["question"]), bool(note["complete"]), int(note["cut"]), pairs, paths, mediators
    )
