"""The read commands of the command line under ``/api``: the same names, parameters and answers."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from mscgraph.errors import QueryError
from mscgraph.serve.openapi import EXPORTED, MOST_ROWS, PAGED, describe_api

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from mscgraph.serve.operation import Heard, Operation
    from mscgraph.serve.served import Served

__all__ = ["api_routes"]

_AT_ONCE = 500  # lines of a table that are sent together
_MOST_NOTES = 2000  # characters of notes that a header carries


def api_routes(served: Served) -> list[Route]:
    """Return a route for each read command, and for the list and the description of all."""
    from starlette.responses import JSONResponse, RedirectResponse
    from starlette.routing import Route

    described = served.address("/api/openapi.json")

    async def index(request: Request) -> Response:
        del request
        listed = [
            {"name": name, "summary": operation.summary, "address": served.address(f"/api/{name}")}
            for name, operation in served.operations.items()
        ]
        return JSONResponse({"description": described, "operations": listed})

    async def moved(request: Request) -> Response:
        del request
        return RedirectResponse(described)

    async def description(request: Request) -> Response:
        return JSONResponse(describe_api(served, str(request.base_url)))

    return [
        *(Route(path, index, methods=["GET"]) for path in ("/api", "/api/")),
        Route("/openapi.json", moved, methods=["GET"]),
        Route("/api/openapi.json", description, methods=["GET"]),
        *(
            Route(f"/api/{name}", _endpoint(served, operation), methods=["GET"])
            for name, operation in served.operations.items()
        ),
    ]


def _endpoint(served: Served, operation: Operation) -> Any:
    async def endpoint(request: Request) -> Response:
        from starlette.responses import Response

        if served.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers={"ETag": served.etag})
        given: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            given.setdefault(name, []).append(value)
        turns = served.long if operation.name in ("query", "export") else served.questions
        return await turns.run(lambda: _answer(served, operation, given, request))

    return endpoint


def _answer(
    served: Served, operation: Operation, given: dict[str, list[str]], request: Request
) -> Response:
    """Ask the command, and make what it says an answer; runs in a thread."""
    from starlette.responses import Response, StreamingResponse

    page = _Page(operation.name, given)
    heard = operation.ask(
        given, kg=served.kg, backend=served.runner, time_limit=served.settings.time_limit
    )
    headers = {"ETag": served.etag, "Cache-Control": "no-cache"} | _notes(heard)
    form = given.get("format", ["json"])[-1]
    if heard.file:
        return Response(heard.file, headers=headers | _file_headers(form, heard.file))
    if heard.value is not None:
        value = page.of(heard.value)
        if isinstance(value, dict) and value.get("stopped") in ("time", "budget"):
            headers = _notes(heard) | {"Cache-Control": "no-store"}
        text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
        headers |= page.headers(request, given)
        return Response(text.encode("utf-8", "replace"), headers=headers, media_type="application/json")
    media = operation.media.get(form, "text/plain")
    if heard.text:
        return Response(
            "".join(heard.text).encode("utf-8", "replace"), headers=headers, media_type=media
        )
    lines = page.lines(heard.lines)
    return StreamingResponse(lines, headers=headers, media_type=media)


class _Page:
    """Which part of a list is wanted: ``limit`` rows after ``offset``."""

    def __init__(self, name: str, given: dict[str, list[str]]) -> None:
        self._total = 0
        self._whole = name not in PAGED or "limit" not in given
        self._limit, self._offset = (
            _number(given, key, default, least) if name in PAGED else default
            for key, default, least in (("limit", MOST_ROWS, 1), ("offset", 0, 0))
        )

    def of(self, value: Any) -> Any:
        """The part of a value that is a list, or has rows; anything else whole."""
        if isinstance(value, list):
            self._total = len(value)
            return value[self._offset : self._offset + self._limit]
        if isinstance(value, dict) and "rows" in value:
            return value | {"rows": self.of(value["rows"])}
        return value

    def lines(self, lines: Iterable[str]) -> Iterator[bytes]:
        """The part of the lines of a table, below its first one; many at a time."""
        rest = iter(lines)
        yield from (line.encode("utf-8", "replace") for line in islice(rest, 1))
        part = islice(rest, self._offset, None if self._whole else self._offset + self._limit)
        while several := "".join(islice(part, _AT_ONCE)):
            yield several.encode("utf-8", "replace")

    def headers(self, request: Request, given: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """How many rows there are, and where the next and the previous ones are."""
        if not self._total:
            return {}
        links = []
        for relation, start in (
            ("next", self._offset + self._limit), ("prev", max(0, self._offset - self._limit)),
        ):  # fmt: skip
            if start < self._total and start != self._offset:
                asked = dict(given) | {"limit": self._limit, "offset": start}
                links.append(f'<{request.url.path}?{urlencode(asked, doseq=True)}>; rel="{relation}"')
        found = {"X-Total-Count": str(self._total)}
        return found | ({"Link": ", ".join(links)} if links else {})


def _number(given: dict[str, list[str]], name: str, default: int, least: int) -> int:
    text = given.pop(name, [str(default)])[-1]
    most = MOST_ROWS if name == "limit" else 10**9
    if not (text.isascii() and text.isdecimal() and least <= int(text[:12]) <= most):
        raise QueryError(
            f"The parameter {name!r} is a whole number from {least} to {most:,}, not {text!r}."
        )
    return int(text)


def _notes(heard: Heard) -> dict[str, str]:
    """What the command line says on standard error, as a header: JSON in ASCII."""
    text = json.dumps([note.strip() for note in heard.notes])
    return {"Mscgraph-Notes": text} if heard.notes and len(text) <= _MOST_NOTES else {}


def _file_headers(form: str, content: bytes) -> dict[str, str]:
    """What an exported file is, and what to call it."""
    packed = content.startswith(b"PK\x03\x04")
    if form == "xlsx":
        media, ending = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"
    elif packed:
        media, ending = "application/zip", "zip"
    else:
        media, ending = EXPORTED.get(form, ("text/plain; charset=utf-8", "txt"))
    return {
        "Content-Type": media,
        "Content-Disposition": f'attachment; filename="mscgraph-{form}.{ending}"',
    }
