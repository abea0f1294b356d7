"""The read commands of the command line under ``/api``, with their description (OpenAPI 3.1)."""

from __future__ import annotations

import json
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from mscgraph.errors import QueryError
from mscgraph.page.template import asset

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence

    from starlette.requests import Request

    from mscgraph.cli.answering import Operation
    from mscgraph.cli.streams import Captured
    from mscgraph.serve.served import Served

_PAGED = ("findings", "associations", "trials", "query")
# What is the same in every description, how a page of rows is asked for, the media types of exported files
_SAID: dict[str, Any] = json.loads(asset("api.json", "mscgraph.serve"))
_AT_ONCE = 500  # lines of a table that are sent together
_MOST_NOTES = 2000  # characters of notes that a header carries
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def api_routes(served: Served) -> list[Route]:
    """Return a route for each read command, and for the list and the description of all."""
    described = served.address("/api/openapi.json")

    async def index(_: Request) -> Response:
        listed = [
            {"name": name, "summary": operation.summary, "address": served.address(f"/api/{name}")}
            for name, operation in served.operations.items()
        ]
        return JSONResponse({"description": described, "operations": listed})

    async def moved(_: Request) -> Response:
        return RedirectResponse(described)

    async def description(request: Request) -> Response:
        return JSONResponse(_description(served, str(request.base_url)))

    def asked(operation: Operation) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        async def endpoint(request: Request) -> Response:
            if served.etag in request.headers.get("if-none-match", ""):
                return Response(status_code=304, headers={"ETag": served.etag})
            turns = served.long if operation.name in ("query", "export") else served.questions
            return await turns.run(lambda: _answer(served, operation, request))

        return endpoint

    at = {"/api": index, "/api/": index, "/openapi.json": moved, "/api/openapi.json": description}
    at |= {f"/api/{name}": asked(operation) for name, operation in served.operations.items()}
    return [Route(path, endpoint, methods=["GET"]) for path, endpoint in at.items()]


def _answer(served: Served, operation: Operation, request: Request) -> Response:
    """Ask the command, and make what it says an answer; runs in a thread."""
    query = request.query_params
    given = {name: query.getlist(name) for name in query}
    page = _Page(operation.name, given)
    heard = operation.ask(
        given, kg=served.kg, backend=served.runner, time_limit=served.settings.time_limit
    )
    headers = {"ETag": served.etag, "Cache-Control": "no-cache"} | _notes(heard)
    form = given.get("format", ["json"])[-1]
    if heard.file:
        return Response(heard.file, headers=headers | _file_headers(form, heard.file))
    media = operation.media.get(form, "text/plain")
    text = "".join(heard.text)
    if heard.value is not None:
        value = page.of(heard.value)
        if isinstance(value, dict) and value.get("stopped") in ("time", "budget"):
            headers = _notes(heard) | {"Cache-Control": "no-store"}
        headers |= page.headers(request, given)
        text, media = json.dumps(value, ensure_ascii=False, indent=2) + "\n", "application/json"
    if text:
        return Response(text.encode("utf-8", "replace"), headers=headers, media_type=media)
    return StreamingResponse(page.lines(heard.lines), headers=headers, media_type=media)


class _Page:
    """Which part of a list is wanted: ``limit`` rows after ``offset``."""

    def __init__(self, name: str, given: dict[str, list[str]]) -> None:
        self._total = 0
        self._whole = name not in _PAGED or "limit" not in given
        paged = given if name in _PAGED else {}
        self._limit, self._offset = _number(paged, "limit"), _number(paged, "offset")

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


def _number(given: dict[str, list[str]], name: str) -> int:
    """How many rows, or after how many; it is no parameter of the command."""
    bounds = _SAID["page"][name]["schema"]
    least, most = bounds["minimum"], bounds["maximum"]
    text = given.pop(name, [str(bounds.get("default", most))])[-1]
    if not (text.isascii() and text.isdecimal() and least <= int(text[:12]) <= most):
        raise QueryError(
            f"The parameter {name!r} is a whole number from {least} to {most:,}, not {text!r}."
        )
    return int(text)


def _notes(heard: Captured) -> dict[str, str]:
    """What the command line says on standard error, as a header: JSON in ASCII."""
    text = json.dumps([note.strip() for note in heard.notes])
    return {"Mscgraph-Notes": text} if heard.notes and len(text) <= _MOST_NOTES else {}


def _file_headers(form: str, content: bytes) -> dict[str, str]:
    """What an exported file is, and what to call it."""
    media, ending = _SAID["exported"].get(form, ("text/plain; charset=utf-8", "txt"))
    if content.startswith(b"PK\x03\x04"):
        media, ending = (_SHEET, "xlsx") if form == "xlsx" else ("application/zip", "zip")
    name = f'attachment; filename="mscgraph-{form}.{ending}"'
    return {"Content-Type": media, "Content-Disposition": name}


# -- the description ------------------------------------------------------------------------------------


def _description(served: Served, address: str) -> dict[str, Any]:
    """The OpenAPI document of a server at an address, made from what the commands declare."""
    document: dict[str, Any] = _SAID["document"]
    version = import_module(__name__.partition(".")[0]).__version__
    return document | {
        "info": document["info"] | {"version": version},
        "servers": [{"url": (served.settings.base or address).rstrip("/")}],
        "paths": {f"/api/{name}": {"get": _operation(one)} for name, one in served.operations.items()},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    paged = operation.name in _PAGED
    content: dict[str, Any] = {
        media: {"schema": {} if "json" in media else {"type": "string"}}
        for media in operation.media.values()
    }
    if operation.name == "export":
        several = ("application/json", "application/zip", "text/plain")
        media_types = (*several, *(media for media, _ in _SAID["exported"].values()), _SHEET)
        content = {media.partition(";")[0]: {"schema": {}} for media in media_types}
    if operation.name == "query":
        content["text/plain"] = content["text/turtle"] = {"schema": {"type": "string"}}
    statuses = _SAID["document"]["components"]["responses"]
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [*_parameters(operation), *(_SAID["page"].values() if paged else ())],
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": _SAID["headers"] | (_SAID["page_headers"] if paged else {}),
                "content": content,
            },
            "304": {"description": "The data are those of If-None-Match."},
            **{status: {"$ref": f"#/components/responses/{status}"} for status in statuses},
        },
    }


def _parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    for one in operation.inputs:
        said: dict[str, Any] = {"name": one.name, "in": "query"}
        said |= {"description": one.help or _SAID["arguments"][one.name], "schema": one.schema}
        several = one.schema["type"] == "array"
        if several:
            said |= {"style": "form", "explode": True}
        shown = [example[one.name] for example in operation.examples if one.name in example]
        if shown:
            values = (texts if several else _typed(texts[-1], one.schema) for texts in shown)
            said["examples"] = {f"{at}": {"value": value} for at, value in enumerate(values, start=1)}
        yield said | {"required": one.required}


def _typed(value: str, schema: Mapping[str, Any]) -> Any:
    return value if schema["type"] == "string" else json.loads(value)
