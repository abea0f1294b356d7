"""The description of the API (OpenAPI 3.1), made from what the commands declare."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mscgraph.serve.problems import MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mscgraph.serve.operation import Operation
    from mscgraph.serve.served import Served

__all__ = ["EXPORTED", "MOST_ROWS", "PAGED", "describe_api"]

PAGED = ("findings", "associations", "trials", "query")
MOST_ROWS = 10_000
# The media types of what is exported as one file, and the ending of its name.
EXPORTED = {
    "turtle": ("text/turtle; charset=utf-8", "ttl"),
    "trig": ("application/trig; charset=utf-8", "trig"),
    "ntriples": ("application/n-triples", "nt"),
    "nquads": ("application/n-quads", "nq"),
    "rdfxml": ("application/rdf+xml", "rdf"),
    "jsonld": ("application/ld+json", "jsonld"),
    "void": ("text/turtle; charset=utf-8", "ttl"),
    "cx2": ("application/json", "cx2"),
    "cyjs": ("application/json", "cyjs"),
    "graphml": ("application/graphml+xml", "graphml"),
    "gexf": ("application/gexf+xml", "gexf"),
    "csl-json": ("application/vnd.citationstyles.csl+json", "json"),
    "indra": ("application/json", "json"),
    "bibtex": ("application/x-bibtex", "bib"),
    "ris": ("application/x-research-info-systems", "ris"),
}
_PROBLEMS = {
    "400": "A parameter is unknown, missing, or has a value that it does not take.",
    "404": "Nothing is called so; `suggestions` are the nearest names.",
    "414": "The address is too long.",
    "421": "The server is not called so.",
    "422": "The answer would take more than the limits of the server.",
    "503": "Too many questions are being answered: ask again after Retry-After.",
}
_ADDED = {
    "limit": ({"type": "integer", "minimum": 1, "maximum": MOST_ROWS}, "Rows at most."),
    "offset": (
        {"type": "integer", "minimum": 0, "maximum": 10**9, "default": 0},
        "Rows to leave out before.",
    ),
}


def describe_api(served: Served, address: str) -> dict[str, Any]:
    """Return the OpenAPI document of a server at an address."""
    program = import_module(__name__.partition(".")[0])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "mscgraph",
            "summary": "How mesenchymal stem cells modulate immunity in multiple sclerosis",
            "description": "Every read command of the command line, with the same names, parameters and "
            "answers. Rows were curated by a program and are reviewed by a person only where they say so.",
            "version": program.__version__,
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": (served.settings.base or address).rstrip("/")}],
        "paths": {f"/api/{name}": {"get": _operation(one)} for name, one in served.operations.items()},
        "components": {
            "schemas": {"Problem": _PROBLEM},
            "responses": {
                status: {
                    "description": text,
                    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                for status, text in _PROBLEMS.items()
            },
        },
    }


_PROBLEM = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "suggestions": {"type": "array", "items": {"type": "string"}},
    },
}


def _operation(operation: Operation) -> dict[str, Any]:
    parameters = [_parameter(operation, one.name, one.schema, one.help) for one in operation.inputs]
    for one, said in zip(operation.inputs, parameters, strict=True):
        said["required"] = one.required
    if operation.name in PAGED:
        parameters += [_parameter(operation, name, *said) for name, said in _ADDED.items()]
    answers: dict[str, Any] = {
        media: {"schema": {} if "json" in media else {"type": "string"}}
        for media in operation.media.values()
    }
    if operation.name == "export":
        answers = {"application/json": {"schema": {}}}
        more = ("application/zip", "text/plain", *(media for media, _ in EXPORTED.values()))
        for media in (*more, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"):
            answers.setdefault(media.partition(";")[0], {"schema": {}})
    if operation.name == "query":
        answers["text/plain"] = answers["text/turtle"] = {"schema": {"type": "string"}}
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "parameters": parameters,
        "responses": {
            "200": {"description": "The answer.", "headers": _headers(operation), "content": answers},
            "304": {"description": "The data are those of If-None-Match."},
            **{status: {"$ref": f"#/components/responses/{status}"} for status in _PROBLEMS},
        },
    }


def _parameter(operation: Operation, name: str, schema: Mapping[str, Any], text: str) -> dict[str, Any]:
    said: dict[str, Any] = {"name": name, "in": "query", "description": text, "schema": schema}
    several = schema["type"] == "array"
    if several:
        said |= {"style": "form", "explode": True}
    shown = [
        _typed(example[name] if several else example[name][-1], schema)
        for example in operation.examples
        if name in example
    ]
    if shown:
        said["examples"] = {f"{at}": {"value": value} for at, value in enumerate(shown, start=1)}
    return said


def _typed(value: Any, schema: Mapping[str, Any]) -> Any:
    if schema["type"] == "boolean":
        return value == "true"
    return {"integer": int, "number": float}.get(schema["type"], lambda text: text)(value)


def _headers(operation: Operation) -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    said: dict[str, Any] = {
        "ETag": {"description": "The version of the data and of the program.", **text},
        "Mscgraph-Notes": {"description": "What the command line says on standard error.", **text},
    }
    if operation.name in PAGED:
        said["X-Total-Count"] = {"description": "Rows in all.", "schema": {"type": "integer"}}
        said["Link"] = {"description": "The next and the previous rows (RFC 8288).", **text}
    return said
