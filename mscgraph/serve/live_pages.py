"""The site, each page made when it is asked for, and the records at their ids (linked data)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from mscgraph.errors import NotFound
from mscgraph.page import page_html
from mscgraph.rdf.describe import describe
from mscgraph.serve.problems import Refused
from mscgraph.serve.sparql_protocol import RDF_MEDIA, chosen

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from mscgraph.serve.served import Served


_HTML = "text/html"
_MEDIA = {
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8", "xml": "application/xml", "ttl": "text/turtle; charset=utf-8",
    "trig": "application/trig; charset=utf-8", "jsonld": "application/ld+json",
    "tsv": "text/tab-separated-values; charset=utf-8", "bib": "application/x-bibtex; charset=utf-8",
}  # fmt: skip
_RECORD_MEDIA = RDF_MEDIA | {"application/json": "jsonld"}
# The explorer as a file may ask nothing of the network; served, it may ask the server that it comes from.
_ALONE = b"default-src &#39;none&#39;;"
_SERVED = _ALONE + b" connect-src &#39;self&#39;;"
_KEPT = ("explorer.html", "search.js", "index.html", "site.css")  # the same for all, and often asked


async def page_or_record(served: Served, request: Request) -> Response:
    """Answer with a page or a download of the site, or with the record whose id the address is."""
    name = request.path_params["path"] or "index.html"
    accept = request.headers.get("accept", "")
    return await served.questions.run(lambda: _found(served, request, name, accept))


def _found(served: Served, request: Request, name: str, accept: str) -> Response:
    if served.is_large and name.startswith("entity/") and chosen(accept, [_HTML]):
        return _sent(served, request, _MEDIA["html"], lambda: _around(served, name))
    make = served.site.files.get(name)
    if make is None:
        return _record(served, name, accept)
    return _sent(served, request, _MEDIA[name.rpartition(".")[2]], lambda: _content(served, name, make))


def _around(served: Served, name: str) -> bytes:
    """The page around an entity of a large graph, which has no other pages."""
    page = page_html(served.kg, focus=name.removeprefix("entity/"))
    return page.encode().replace(_ALONE, _SERVED, 1)


def _content(served: Served, name: str, make: Callable[[], bytes]) -> bytes:
    if name not in served.kept:
        content = make()
        if name == "explorer.html":
            content = content.replace(_ALONE, _SERVED, 1)
        if name not in _KEPT:
            return content
        served.kept[name] = content
    return served.kept[name]


def _sent(served: Served, request: Request, media: str, make: Callable[[], bytes]) -> Response:
    headers = {"ETag": served.etag, "Cache-Control": "no-cache"}
    if served.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(make(), media_type=media, headers=headers)


# -- records --------------------------------------------------------------------------------------------


def _record(served: Served, name: str, accept: str) -> Response:
    """A record at the path of its id: a person is sent to its page, a program gets what is said of it."""
    identifier = _identifier(served, name)
    page = served.site.records.pages.get(identifier)
    media = chosen(accept, [*([_HTML] if page else ()), *_RECORD_MEDIA])
    if media is None:
        raise Refused(406, f"A record is answered as one of {', '.join([_HTML, *_RECORD_MEDIA])}.")
    headers = {"Vary": "Accept", "ETag": served.etag, "Cache-Control": "no-cache"}
    if media == _HTML and page:
        return RedirectResponse(served.address(f"/{quote(page, safe='/#~')}"), 303, headers)
    content = _described(served, identifier, _RECORD_MEDIA[media])
    return Response(content, media_type=media, headers=headers)


def _identifier(served: Served, name: str) -> str:
    """The id that a path stands for: ``finding/0000016``, ``entity/CL:0000134``, ``publication/PMID:1``."""
    prefixes = served.kg.prefixes
    root = prefixes.namespaces["MSCGA"].removesuffix("association/")
    kind, _, local = name.partition("/")
    iri = f"{root}{name}"
    ours = [f"{p}:{iri.removeprefix(n)}" for p, n in prefixes.namespaces.items() if iri.startswith(n)]
    held = {
        "entity": served.kg.entities,
        "association": served.kg.associations,
        "finding": served.kg.findings,
        "publication": served.kg.publications,
    }.get(kind)
    for candidate in (local, *ours):
        if candidate in held if held is not None else served.site.describer.holds(candidate):
            return candidate
    raise NotFound(f"Nothing is at /{name}.")


def _described(served: Served, identifier: str, form: str) -> bytes:
    """What is said of a record, with what its page shows."""
    kg, site = served.kg, served.site
    if identifier in kg.entities:
        return site.entity_rdf(kg.entities[identifier], form)
    if identifier in kg.associations:
        return site.association_rdf(kg.associations[identifier], form)
    if identifier in kg.findings:
        finding = kg.findings[identifier]
        about = {identifier, finding.publication, site.records.association_of[identifier]}
        return site.rdf(about, form)
    reported = (f.id for f in site.records.papers.get(identifier, ()))
    return site.rdf({identifier, *reported}, form)


async def void(served: Served, request: Request) -> Response:
    """The description of the data set (VoID), with where this server answers."""
    return await served.questions.run(
        lambda: _sent(served, request, "text/turtle; charset=utf-8", lambda: _void(served, request))
    )


def _void(served: Served, request: Request) -> bytes:
    if "void" not in served.kept:
        served.kept["void"] = describe(served.kg, served.site.describer.quads)
    here = served.settings.base or str(request.base_url)
    terms = {"sparqlEndpoint": "sparql", "dataDump": "data/mscgraph.trig"}
    lines = [
        f"<https://w3id.org/mscgraph/dataset> <http://rdfs.org/ns/void#{term}> "
        f"<{here.rstrip('/')}/{place}> .\n"
        for term, place in terms.items()
    ]
    return served.kept["void"] + "".join(lines).encode()
