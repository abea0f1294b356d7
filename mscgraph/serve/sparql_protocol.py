"""SPARQL 1.1 Protocol at ``/sparql``, to read: queries, service description, and a form for people."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pyoxigraph as ox
from starlette.responses import Response

from mscgraph.errors import QueryError
from mscgraph.rdf.build import Graph
from mscgraph.rdf.formats import serialize_quads
from mscgraph.rdf.query import Solutions, to_answer, to_result
from mscgraph.serve.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.serve.served import Served


RDF_MEDIA = {
    "text/turtle": "turtle",
    "application/ld+json": "jsonld",
    "application/n-triples": "ntriples",
    "application/rdf+xml": "rdfxml",
    "application/trig": "trig",
    "application/n-quads": "nquads",
}
_RESULTS = (
    "application/sparql-results+json", "application/sparql-results+xml", "text/csv",
    "text/tab-separated-values", "application/json", "application/xml",
)  # fmt: skip
_TRIPLES = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")
_HTML = "text/html"
_FORM = "application/x-www-form-urlencoded"
_VARIES = {"Vary": "Accept", "Cache-Control": "no-cache"}
_MOST_BYTES = 50_000_000
_SHOWN = 1000  # rows on a page
_SD = "http://www.w3.org/ns/sparql-service-description#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def chosen(accept: str, offered: Sequence[str]) -> str | None:
    """Return the media type that an Accept header likes best; of equals the first offered.

    By RFC 9110, section 12.5.1.

    >>> chosen("text/html;q=0.5, text/*", ["text/html", "text/turtle"]), chosen("image/png", ["text/html"])
    ('text/turtle', None)
    """
    wanted: dict[str, float] = {}
    for part in filter(str.strip, accept.split(",")):
        media, *parameters = (word.strip().lower() for word in part.split(";"))
        wanted[media] = max(_quality(parameters), wanted.get(media, 0.0))

    def weight(media: str) -> float:
        """How much it is wanted: what names it most exactly decides."""
        patterns = (media, f"{media.partition('/')[0]}/*", "*/*")
        return next((wanted[one] for one in patterns if one in wanted), 0.0 if wanted else 1.0)

    best = max(offered, key=weight)
    return best if weight(best) > 0 else None


def _quality(parameters: Sequence[str]) -> float:
    for name, _, value in (parameter.partition("=") for parameter in parameters):
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0


async def sparql_endpoint(served: Served, request: Request) -> Response:
    """Answer a query; without one describe the service, to a person by a form."""
    given = await _parameters(request)
    queries = [value for name, value in given if name == "query"]
    if any(name == "update" for name, _ in given):
        raise Refused(403, "This endpoint answers queries; it takes no updates.")
    accept = request.headers.get("accept", "")
    if not queries and request.method != "POST":
        media = chosen(accept, [*RDF_MEDIA, _HTML])
        if media == _HTML:
            return _page(served, "", None, "")
        if media is None:
            raise _not_acceptable([*RDF_MEDIA, _HTML])
        address, form = _here(served, request), RDF_MEDIA[media]
        text = await served.questions.run(lambda: _description(served.kg, address, form))
        return Response(text, media_type=media, headers={"Vary": "Accept", "ETag": served.etag})
    if len(queries) != 1:
        raise Refused(400, f"A request has one query; this one has {len(queries)}.")
    # what is relative in a query is so to the address that it was sent to
    dataset = _dataset(given) | {"base_iri": _here(served, request)}
    if request.method != "POST" and chosen(accept, [*_RESULTS, *_TRIPLES, _HTML]) == _HTML:
        return await _shown(served, queries[0], dataset)
    media, content = await _answer(served, queries[0], accept, dataset)
    return Response(content, headers=_VARIES, media_type=media)


async def _parameters(request: Request) -> list[tuple[str, str]]:
    """What is asked, by the three ways of the protocol."""
    given = request.query_params.multi_items()
    if request.method != "POST":
        return given
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        body = (await request.body()).decode()
    except UnicodeDecodeError as error:
        raise Refused(400, f"The body is not UTF-8, at byte {error.start}.") from None
    if kind == _FORM:
        return [*given, *parse_qsl(body, keep_blank_values=True)]
    if kind == "application/sparql-query":
        return [*given, ("query", body)]
    if kind == "application/sparql-update":
        return [("update", body)]
    raise Refused(
        415, f"A query is sent as application/sparql-query or as {_FORM}, not as {kind or 'nothing'}."
    )


def _dataset(given: list[tuple[str, str]]) -> dict[str, Any]:
    """The graphs that a request names, as Oxigraph takes them; empty where it names none."""
    named = {
        key: [_node(value) for name, value in given if name == f"{key}-graph-uri"]
        for key in ("default", "named")
    }
    if not any(named.values()):
        return {}
    return {"default_graph": named["default"], "named_graphs": named["named"]}


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise Refused(400, f"{iri!r} is no IRI of a graph.") from None


async def _answer(
    served: Served, query: str, accept: str, dataset: dict[str, Any]
) -> tuple[str, bytes]:
    """The answer in the format that the client likes best, made by the process that runs the query."""
    results, triples = chosen(accept, _RESULTS), chosen(accept, _TRIPLES)

    def read(found: Any) -> tuple[str, bytes]:
        is_graph = isinstance(found, ox.QueryTriples)
        media = triples if is_graph else results
        if media is None:
            return "", ", ".join(_TRIPLES if is_graph else _RESULTS).encode()
        written = _Bounded()
        of = ox.RdfFormat if is_graph else ox.QueryResultsFormat
        found.serialize(written, format=of.from_media_type(media))
        return media, written.getvalue()

    media, content = await served.ask(query, read, dataset)
    if not media:
        raise _not_acceptable([content.decode()])
    return media, content


def _not_acceptable(offered: list[str]) -> Refused:
    return Refused(406, f"This is answered as one of {', '.join(offered)}.")


class _Bounded(BytesIO):
    """What is written, up to the largest answer."""

    def write(self, content: Any) -> int:
        if self.tell() + len(content) > _MOST_BYTES:
            raise QueryError(f"The answer is larger than {_MOST_BYTES:,} bytes. Ask with a LIMIT.")
        return super().write(content)


# -- for people -----------------------------------------------------------------------------------------


async def _shown(served: Served, query: str, dataset: dict[str, Any]) -> Response:
    """The form with the answer below it, or with what is wrong."""

    def read(found: Any) -> Any:
        if isinstance(found, ox.QuerySolutions):
            rows = [tuple(row) for _, row in zip(range(_SHOWN + 1), found, strict=False)]
            return Solutions(tuple(v.value for v in found.variables), rows)
        return to_answer(found)

    try:
        answer = await served.ask(query, read, dataset)
    except QueryError as error:
        return _page(served, query, None, getattr(error, "what", str(error)), status=400)
    return _page(served, query, to_result(served.runner, answer), "")


def _page(served: Served, query: str, result: Any, problem: str, status: int = 200) -> Response:
    text = served.site.page(
        "sparql.html", query=query or _EXAMPLE, result=result, problem=problem,
        most=_SHOWN,
    )  # fmt: skip
    return Response(text, status, _VARIES, _HTML)


_EXAMPLE = """SELECT ?finding ?statement WHERE {
  ?finding a mscgraph:Finding ;
    mscgraph:statement ?statement .
} LIMIT 10"""


def _here(served: Served, request: Request) -> str:
    """The address of the endpoint."""
    return served.address("/sparql") if served.settings.base else str(request.url).partition("?")[0]


def _description(kg: KnowledgeGraph, here: str, form: str) -> bytes:
    """What the endpoint can do (SPARQL 1.1 Service Description)."""
    service, dataset = ox.NamedNode(here), ox.NamedNode(f"{here}#dataset")

    def term(name: str) -> ox.NamedNode:
        return ox.NamedNode(_SD + name)

    said = [
        (service, _TYPE, term("Service")),
        (service, term("endpoint"), service),
        (service, term("supportedLanguage"), term("SPARQL11Query")),
        (service, term("feature"), term("UnionDefaultGraph")),
        (service, term("defaultDataset"), dataset),
        (dataset, _TYPE, term("Dataset")),
    ]
    formats = {
        *map(ox.QueryResultsFormat.from_media_type, _RESULTS),
        *map(ox.RdfFormat.from_media_type, _TRIPLES),
    }
    said += [(service, term("resultFormat"), ox.NamedNode(one.iri)) for one in formats if one]
    for number, graph in enumerate(Graph):
        named = ox.NamedNode(f"{here}#graph-{number}")
        said += [
            (dataset, term("namedGraph"), named),
            (named, _TYPE, term("NamedGraph")),
            (named, term("name"), ox.NamedNode(kg.prefixes.expand(graph.value))),
        ]
    quads = sorted((ox.Quad(*triple) for triple in said), key=str)
    return serialize_quads(quads, form, kg.prefixes.namespaces | {"sd": _SD})
