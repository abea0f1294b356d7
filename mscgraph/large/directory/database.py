"""DuckDB as the builder and the reader use it: bounded memory, a spill folder, our errors, no network."""

from __future__ import annotations

import contextlib
import os
import re
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError, MissingExtra, OutputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    import duckdb


MEMORY = "1GiB"
_AGAIN = "make it again from its sources with mscgraph import or merge"


def connect(*, spill: Path | None = None, memory_limit: str = MEMORY) -> duckdb.DuckDBPyConnection:
    """Open an in-memory database that spills to a folder and loads nothing from the network."""
    for needed in ("duckdb", "pyarrow"):  # which is loaded when something is written
        if not find_spec(needed):
            raise MissingExtra(f'a graph directory needs {needed}: pip install "mscgraph[large]"')
    import duckdb

    settings: dict[str, Any] = {
        "memory_limit": memory_limit,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,  # a table is never a variable of ours
    }
    try:
        connection = duckdb.connect(config=settings)
    except duckdb.Error as error:
        raise DataError(
            f"{memory_limit!r} is no amount of memory: write it like 1GiB ({error})"
        ) from None
    connection.execute("SET enable_progress_bar = false")
    if spill is not None:
        # tables in memory leave it too when it is used up, and cost no flush to disk while they fit
        connection.execute(f"SET temp_directory = {quoted(spill)}")
    else:
        connection.execute("SET temp_directory = ''")
    return connection


def quoted(value: object) -> str:
    """A text as an SQL literal.

    >>> quoted("d'Alembert")
    "'d''Alembert'"
    """
    return "'" + str(value).replace("'", "''") + "'"


def parquet(folder: Path, table: str) -> str:
    """The SQL source that reads all parts of a table of a graph directory."""
    files = sorted((folder / table).glob("part-*.parquet"))
    if not files:
        raise DataError(f"the parts of the table {table} are missing; {_AGAIN}", file=str(folder))
    return read_files(files)


def open_tables(
    connection: duckdb.DuckDBPyConnection, folder: Path, tables: Mapping[str, Collection[str]]
) -> None:
    """Make a view of each table of a graph directory, which must have these columns."""
    for table, columns in tables.items():
        connection.execute(f"CREATE VIEW {table} AS FROM {parquet(folder, table)}")
        held = {name for name, *_ in connection.execute(f"DESCRIBE {table}").fetchall()}
        if missing := ", ".join(name for name in columns if name not in held):
            raise DataError(
                f"the table {table} lacks {missing}: an earlier program wrote it; {_AGAIN}",
                file=str(folder),
            )


def read_files(files: Iterable[Path | str]) -> str:
    """The SQL source that reads Parquet files, whatever letters their paths hold."""
    return f"read_parquet({file_list(files)}, hive_partitioning = false)"


def file_list(files: Iterable[Path | str]) -> str:
    """Paths of files as an SQL list.

    DuckDB takes a path for a glob pattern, for an address where it begins with a scheme, and a folder
    ``a=b`` for a column: paths are made absolute and their wildcards are escaped.
    """
    paths = [os.path.abspath(file) for file in files]  # noqa: PTH100 - resolving links is not meant
    for path in paths:
        if os.sep == "/" and "\\" in path and re.search(r"[*?[]", path):
            raise DataError("rename the folder: its path holds a backslash and * ? or [", file=path)
    names = ", ".join(quoted(re.sub(r"([*?[])", r"[\1]", path)) for path in paths)
    return f"[{names}]"


@contextlib.contextmanager
def writing(target: Path) -> Iterator[None]:
    """Turn DuckDB's and Arrow's faults while writing into :class:`OutputError`."""
    import duckdb

    try:
        yield
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.OutOfMemoryException as error:
        raise OutputError(
            f"cannot write {target}: not enough memory ({_first_line(error)}); give more with"
            " --memory-limit"
        ) from error
    except (duckdb.IOException, duckdb.FatalException, duckdb.InternalException) as error:
        raise OutputError(f"cannot write {target}: {_first_line(error)}") from error


@contextlib.contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Turn DuckDB's faults while reading a graph directory into :class:`DataError`."""
    import duckdb

    try:
        yield
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.OutOfMemoryException as error:
        raise OutputError(f"not enough memory to read {folder}: {_first_line(error)}") from error
    except duckdb.Error as error:
        few = "Too many open files" in str(error)
        raise DataError(
            f"the graph directory cannot be read: {_first_line(error)}; "
            + ("let it open more files (ulimit -n)" if few else "write it again"),
            file=str(folder),
        ) from error
    except RuntimeError as error:
        if "interrupted" in str(error):  # how DuckDB takes Ctrl-C while a query runs
            raise KeyboardInterrupt from None
        raise


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]
