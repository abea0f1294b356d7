"""What went wrong, as a problem document (RFC 9457): what, why, and what may have been meant."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import Response

from mscgraph.errors import AmbiguousName, DataError, MscGraphError, NotFound
from mscgraph.rdf.limits import LimitReached

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Refused(Exception):
    """A request that is not answered: the status, why, and after how many seconds to ask again."""

    def __init__(self, status: int, why: str, *, retry: float = 0) -> None:
        self.status = status
        self.why = why
        self.retry = retry
        super().__init__(why)


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, suggestions: Sequence[str] = ()
) -> Response:
    """Return a problem document as an answer."""
    more = {"suggestions": [*suggestions]} if suggestions else {}
    said = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    text = json.dumps({**said, "detail": detail, **more}, ensure_ascii=False, indent=2) + "\n"
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return Response(text.encode("utf-8", "replace"), status, kept, "application/problem+json")


def refusal(error: Exception) -> Response:
    """Return what an error says; nothing of this machine is in it."""
    if isinstance(error, Refused):
        headers = {"Retry-After": f"{max(1, round(error.retry))}"} if error.retry else {}
        return problem(error.status, error.why, headers=headers)
    if isinstance(error, NotFound):
        detail = str(error) if isinstance(error, AmbiguousName) else error.message
        return problem(404, detail, suggestions=error.suggestions)
    if isinstance(error, LimitReached):
        return problem(422, error.what)
    # what is wrong in a file of this machine, or cannot be read here, is no fault of who asks
    of_ours = isinstance(error, OSError) or (isinstance(error, DataError) and error.file is not None)
    if isinstance(error, MscGraphError | ValueError) and not of_ours:
        return problem(400, str(error))
    return problem(500, "A fault of this program; its log says more.")
