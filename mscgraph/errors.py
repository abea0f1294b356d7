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
    ├── EndpointError (OSError)           a SPARQL endpoint that cannot be asked, or answers amiss
    ├── ValidationFailed                  problems were found where none may be; carries them
    ├── OutputError (OSError)             a target that cannot be written
    └── MissingExtra (ImportError)        an optional package is not installed

``DataError`` and its kin also subclass the builtin that a caller would catch. No path between two
entities is an empty answer, not an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mscgraph.model import Problem

__all__ = [
    "AmbiguousName",
    "CurieError",
    "DanglingReference",
    "DataError",
    "EndpointError",
    "MissingExtra",
    "MscGraphError",
    "NotFound",
    "OutputError",
    "QueryError",
    "TableError",
    "UnusableIndex",
    "ValidationFailed",
]


class MscGraphError(Exception):
    """The root of the tree: catch this to catch all of ours."""


class DataError(MscGraphError, ValueError):
    """Something in a file is wrong. ``str()`` gives file, line, column and reason in one line."""

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
    """Nothing by that name. ``suggestions`` holds the nearest names, best first."""

    def __init__(self, message: str, *, suggestions: Sequence[str] = ()) -> None:
        self.message = message
        self.suggestions = tuple(suggestions)
        super().__init__(message)

    def __str__(self) -> str:
        if not self.suggestions:
            return self.message
        return f"{self.message} Did you mean: {', '.join(self.suggestions)}?"


class AmbiguousName(NotFound):
    """A name that several entities share. ``suggestions`` holds the candidates."""

    def __str__(self) -> str:
        return f"{self.message} It may be any of: {', '.join(self.suggestions)}."


class QueryError(MscGraphError, ValueError):
    """A SPARQL query that does not parse, or a stored question asked with the wrong parameters."""


class EndpointError(MscGraphError, OSError):
    """A SPARQL endpoint that cannot be reached, refuses, or answers with something else than results.

    The message says what was asked of which address, what came back, and what to do; never a password or
    token. ``status`` is the HTTP status, None where there was no answer.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        self.status = status
        super().__init__(message)


class ValidationFailed(MscGraphError):
    """Problems were found where none may be. ``problems`` holds them all."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} problem(s) found")


class OutputError(MscGraphError, OSError):
    """A target that cannot be written. What stood there before is untouched."""


class MissingExtra(MscGraphError, ImportError):
    """An optional package is not installed; the message names the line that installs it."""
