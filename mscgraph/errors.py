"""Every error that mscgraph raises on purpose.

::

    MscGraphError
    ├── DataError (ValueError)            something in a file is wrong; knows file, line, column, value
    │   ├── CurieError                    not a CURIE, or an unknown prefix
    │   ├── TableError                    a malformed table, row or value
    │   ├── DanglingReference             a row names something that no table holds
    │   └── UnusableIndex                 a path index that is stale, foreign or damaged; knows the reason
    ├── NotFound (LookupError)            no such entity, association, question; knows suggestions
    │   └── AmbiguousName                 a name that several entities share; knows the candidates
    ├── QueryError (ValueError)           a SPARQL query that does not parse or cannot run
    ├── ServiceError (OSError)            a service on the web that cannot be asked, or answers amiss
    │   └── EndpointError                 a SPARQL endpoint; both know the HTTP status
    ├── ValidationFailed                  problems were found where none may be; carries them
    ├── OutputError (OSError)             a target that cannot be written
    └── MissingExtra (ImportError)        an optional package is not installed

``DataError`` and others also subclass the builtin that a caller would catch. No path between two
entities is an empty answer, not an error.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mscgraph.model import Problem


class MscGraphError(Exception):
    """The root of the tree: catch this to catch all of ours.

    Examples
    --------
    >>> import mscgraph as mg
    >>> issubclass(mg.NotFound, mg.MscGraphError)
    True
    """


class DataError(MscGraphError, ValueError):
    """Something in a file is wrong. ``str()`` gives file, line, column and reason in one line.

    Examples
    --------
    >>> import mscgraph as mg
    >>> raise mg.DataError("'yse' is neither yes nor no", file="cells.tsv", line=7, column="readout")
    Traceback (most recent call last):
    mscgraph.errors.DataError: cells.tsv:7: column readout: 'yse' is neither yes nor no
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.value = value
        super().__init__(message)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        column = f"column {self.column}" if self.column else ""
        return ": ".join(part for part in (place, column, self.message) if part)


class CurieError(DataError):
    """A value that should be a CURIE such as ``CL:0000134`` and is not."""


class TableError(DataError):
    """A malformed table: wrong header, wrong number of cells, a value outside its vocabulary."""


class DanglingReference(DataError):
    """A row names an entity, predicate or publication that no table holds."""


class UnusableIndex(DataError):
    """A path index that must be built again. ``reason`` is ``stale``, ``foreign`` or ``damaged``."""

    def __init__(self, message: str, *, reason: str, file: str | None = None) -> None:
        self.reason = reason
        super().__init__(message, file=file)


class NotFound(MscGraphError, LookupError):
    """Nothing by that name. ``suggestions`` holds the nearest names, best first.

    Examples
    --------
    >>> import mscgraph as mg
    >>> try:
    ...     mg.load().entity("Th71 cell")
    ... except mg.NotFound as error:
    ...     print(error.suggestions[0])
    Th17 cell
    """

    def __init__(
        self, message: str, *, suggestions: Sequence[str] | Callable[[], Sequence[str]] = ()
    ) -> None:
        self.message = message
        self._suggestions = suggestions
        super().__init__(message)

    @cached_property
    def suggestions(self) -> tuple[str, ...]:
        """The nearest names, which are looked for when they are read: most misses are caught."""
        return tuple(self._suggestions() if callable(self._suggestions) else self._suggestions)

    def __str__(self) -> str:
        if not self.suggestions:
            return self.message
        return f"{self.message} Did you mean: {', '.join(self.suggestions)}?"


_MOST_CANDIDATES = 8  # that a message lists; `suggestions` holds all


class AmbiguousName(NotFound):
    """A name that several entities share. ``suggestions`` holds the candidates.

    Examples
    --------
    >>> import mscgraph as mg
    >>> raise mg.AmbiguousName("Two proteins are called IL-17.", suggestions=["HGNC:5981", "HGNC:5982"])
    Traceback (most recent call last):
    mscgraph.errors.AmbiguousName: Two proteins are called IL-17. It may be any of: HGNC:5981, HGNC:5982.
    """

    def __str__(self) -> str:
        more = len(self.suggestions) - _MOST_CANDIDATES
        shown = [*self.suggestions[:_MOST_CANDIDATES], *([f"and {more} more"] if more > 0 else ())]
        return f"{self.message} It may be any of: {', '.join(shown)}."


class QueryError(MscGraphError, ValueError):
    """A SPARQL query that does not parse, or a stored question asked with the wrong parameters.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mg.query(mg.load(), "SELECT * WHERE { ?s ?p }")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    mscgraph.errors.QueryError: it cannot be parsed
    """


class ServiceError(MscGraphError, OSError):
    """A service on the web that cannot be reached, refuses, or answers with something else than asked for.

    The message says what was asked of which address, what came back, and what to do; never a password or
    token. ``status`` is the HTTP status, None where there was no answer; ``about_one`` says that only the
    answer to this question is at fault, so that others may be asked.
    """

    def __init__(self, message: str, *, status: int | None = None, about_one: bool = False) -> None:
        self.status = status
        self.about_one = about_one
        super().__init__(message)


class EndpointError(ServiceError):
    """A SPARQL endpoint that cannot be asked or answers with something else than results.

    Examples
    --------
    >>> import mscgraph as mg
    >>> try:
    ...     mg.open_endpoint("http://127.0.0.1:1/query").query("ASK {}")
    ... except mg.EndpointError as error:
    ...     print(error.status)
    None
    """


class ValidationFailed(MscGraphError):
    """Problems were found where none may be. ``problems`` holds them all.

    Examples
    --------
    >>> import mscgraph as mg
    >>> problem = mg.Problem("canonical", "error", "cells.tsv", 7, "row out of order")
    >>> raise mg.ValidationFailed([problem])
    Traceback (most recent call last):
    mscgraph.errors.ValidationFailed: 1 problem(s) found
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(f"{len(self.problems)} problem(s) found")


class OutputError(MscGraphError, OSError):
    """A target that cannot be written. What stood there before is untouched.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mg.export(mg.load(), "sif", "none/mscgraph.sif")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    mscgraph.errors.OutputError: cannot write none/mscgraph.sif: the folder does not exist
    """


class MissingExtra(MscGraphError, ImportError):
    """An optional package is not installed; the message names the line that installs it.

    Examples
    --------
    >>> import mscgraph as mg
    >>> raise mg.MissingExtra("pandas is not installed: pip install 'mscgraph[pandas]'")
    Traceback (most recent call last):
    mscgraph.errors.MissingExtra: pandas is not installed: pip install 'mscgraph[pandas]'
    """
