"""Named graphs into a server's store, by the Graph Store Protocol or by SPARQL Update."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mscgraph.errors import EndpointError
from mscgraph.rdf.build import Graph, to_quads
from mscgraph.rdf.formats import serialize_quads
from mscgraph.sparql.http import Client
from mscgraph.web import shown_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mscgraph.graph import KnowledgeGraph

BATCH = 1_000  # triples: servers compile an update as one program, and bound its length
_STAGED = ".loading"
_NO_UPDATE = "This is no SPARQL Update."
_REFUSED = frozenset({400, 422, 500})  # for a text that does not parse: the standard's, and others'
_DURATION = ox.NamedNode("http://www.w3.org/2001/XMLSchema#duration")


def put_graphs(
    kg: KnowledgeGraph,
    url: str,
    *,
    update: bool = False,
    timeout: float = 300.0,
    progress: Callable[[str, int], object] | None = None,
) -> dict[str, int]:
    """Put the five named graphs into a server's store, each in place of what was there.

    By the SPARQL 1.1 Graph Store Protocol each graph is replaced whole or not at all, one after the other.
    By SPARQL 1.1 Update they are first loaded in batches into other graphs, whose names end
    in ``.loading``, and then moved into their places by one last request: until it nothing is replaced,
    and a server that runs a request whole or not at all, as the standard asks, replaces all five or none.

    Parameters
    ----------
    kg
        The graph.
    url
        The address of the Graph Store, such as ``http://127.0.0.1:7878/store``, or that of updates, such as
        ``http://127.0.0.1:7878/update``. It is rarely that of the queries.
    update
        Load by SPARQL Update: the address takes updates.
    timeout
        Seconds for one request.
    progress
        Called with each graph's IRI and its number of triples once it is in.

    Returns
    -------
    dict
        The number of triples by the graph's IRI.

    Raises
    ------
    EndpointError
        When a request is refused or fails: it says what was replaced before. Load again when the cause is
        gone.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mg.put_graphs(mg.load(), "http://127.0.0.1:7878/store")  # doctest: +SKIP
    >>> mg.put_graphs(mg.load(), "http://127.0.0.1:7878/update", update=True)  # doctest: +SKIP
    """
    client = Client(url, timeout=timeout)
    parts: dict[str, list[ox.Quad]] = {kg.prefixes.expand(graph.value): [] for graph in Graph}
    for quad in to_quads(kg):
        parts[str(quad.graph_name)[1:-1]].append(quad)
    done: dict[str, int] = {}
    try:
        if update:
            _update(client, parts)
        for graph, quads in parts.items():
            if not update:
                body = serialize_quads(quads, "ntriples", kg.prefixes.namespaces)
                _put(client, graph, body, tuple(done))
            done[graph] = len(quads)
            if progress is not None:
                progress(graph, len(quads))
    finally:
        client.close()
    return done


def _name(graph: str) -> str:
    return graph.rpartition("/")[2]


# -- the Graph Store Protocol -----------------------------------------------------------------------


def _put(client: Client, graph: str, body: bytes, done: tuple[str, ...]) -> None:
    what = f"PUT of the graph {_name(graph)}"
    # N-Triples is Turtle, and every store takes Turtle.
    headers = {"Content-Type": "text/turtle", "Accept": "*/*"}
    try:
        client.send(what, "PUT", data=body, headers=headers, params={"graph": graph})
    except EndpointError as error:
        before = ", ".join(map(_name, done))
        left = (
            f"Replaced before it: {before}; load again." if done else "Nothing was replaced before it."
        )
        raise EndpointError(f"{error} {left}", status=error.status) from None


# -- SPARQL Update ----------------------------------------------------------------------------------


def _update(client: Client, parts: dict[str, list[ox.Quad]]) -> None:
    """Load into other graphs, then move them into their places."""
    staged = {graph: ox.NamedNode(graph + _STAGED) for graph in parts}
    clear = " ;\n".join(f"DROP SILENT GRAPH {node}" for node in staged.values())
    # SILENT would hide a move that failed. Without triples there is no graph to move in most stores.
    move = " ;\n".join(
        f"MOVE GRAPH {staged[graph]} TO GRAPH {ox.NamedNode(graph)}"
        if quads
        else f"DROP SILENT GRAPH {ox.NamedNode(graph)}"
        for graph, quads in parts.items()
    )
    try:
        _expect_updates(client)
        _send(client, "Update that clears the way", clear)
        for graph, quads in parts.items():
            for text in _inserts(quads, staged[graph]):
                _send(client, f"Update with a part of the graph {_name(graph)}", text)
    except EndpointError as error:
        if error.status is not None:  # it answers, so it can be asked to clear up
            with contextlib.suppress(EndpointError):
                _send(client, "Update that clears up", clear)
        raise EndpointError(f"{error} Nothing was replaced.", status=error.status) from None
    try:
        _send(client, "Update that moves the graphs into their places", move)
    except EndpointError as error:
        raise EndpointError(
            f"{error} Whether some of the graphs were replaced is not known: load again.",
            status=error.status,
        ) from None


def _send(client: Client, what: str, text: str) -> None:
    headers = {"Content-Type": "application/sparql-update", "Accept": "*/*"}
    client.send(what, "POST", data=text.encode(), headers=headers)


def _expect_updates(client: Client) -> None:
    """Raise where any text is taken, as a login page takes it: the graph would seem to be loaded there.

    The reply to an update has no form that all servers keep to; some answer with a page.
    """
    try:
        _send(client, "Update", _NO_UPDATE)
    except EndpointError as error:
        if error.status not in _REFUSED:
            raise
    else:
        raise EndpointError(
            f"Update at {shown_address(client.url)}: the server takes what is no update for one. Check "
            "that this is the address of SPARQL Update itself, which often ends in /update or /statements."
        )


def _inserts(quads: Sequence[ox.Quad], graph: ox.NamedNode) -> Iterator[str]:
    """Updates of bounded length that put triples into a graph; terms are written as in N-Triples."""
    blank, durations, plain = [], [], []
    for quad in quads:
        if ox.BlankNode in {type(quad.subject), type(quad.object)}:
            blank.append(quad)
        elif isinstance(quad.object, ox.Literal) and quad.object.datatype == _DURATION:
            durations.append((quad.subject, quad.predicate, ox.Literal(quad.object.value)))
        else:
            plain.append(quad)
    # A blank node is another one in each request, so all triples with one go together.
    if blank:
        yield _insert_data(blank, graph)
    for start in range(0, len(plain), BATCH):
        yield _insert_data(plain[start : start + BATCH], graph)
    # Virtuoso reads no duration that stands in an update, and makes one from its text.
    for start in range(0, len(durations), BATCH):
        rows = "\n".join(f"({s} {p} {text})" for s, p, text in durations[start : start + BATCH])
        made = f"VALUES (?s ?p ?text) {{\n{rows}\n}} BIND(STRDT(?text, {_DURATION}) AS ?o)"
        yield f"INSERT {{ GRAPH {graph} {{ ?s ?p ?o }} }} WHERE {{ {made} }}"


def _insert_data(quads: Sequence[ox.Quad], graph: ox.NamedNode) -> str:
    lines = "\n".join(f"{q.subject} {q.predicate} {q.object} ." for q in quads)
    return f"INSERT DATA {{ GRAPH {graph} {{\n{lines}\n}} }}"
