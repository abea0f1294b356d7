"""A SPARQL 1.1 endpoint, asked by the SPARQL 1.1 Protocol.

Virtuoso writes a flag as 1 or 0, which XSD allows, and a duration as a number, which it does not: years and
months as a number of months, days and times as one of seconds. In XML and in N-Triples a whole number is
months and one with a point or an exponent is seconds; in JSON the two look alike.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

import pyoxigraph as ox

from mscgraph.errors import EndpointError, QueryError
from mscgraph.rdf.build import Graph
from mscgraph.rdf.limits import check_nesting, has_keyword
from mscgraph.rdf.query import Solutions, to_answer
from mscgraph.sparql.asking import Asked
from mscgraph.sparql.http import Client
from mscgraph.web import shown_address

if TYPE_CHECKING:
    from typing import Self

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.rdf.limits import QueryLimits
    from mscgraph.rdf.query import Answer
    from mscgraph.web import WebReply

_XSD = "http://www.w3.org/2001/XMLSchema#"
_BOOLEAN, _DURATION = ox.NamedNode(f"{_XSD}boolean"), ox.NamedNode(f"{_XSD}duration")
_FLAGS = {"1": "true", "0": "false"}
_NUMBER = re.compile(r"\d+(\.\d+)?(e\+?\d+)?")
_DAY = 86_400


def _is_number(term: Any) -> bool:
    """Whether a duration is written as a number."""
    return (
        isinstance(term, ox.Literal)
        and term.datatype == _DURATION
        and _NUMBER.fullmatch(term.value) is not None
    )


def _in_usual_form(found: Answer) -> Answer:
    """An answer with its flags as true and false, and its durations as ISO 8601 writes them."""
    if isinstance(found, Solutions):
        return found._replace(rows=[tuple(_term(term) for term in row) for row in found.rows])
    if isinstance(found, bool):
        return found
    return [ox.Triple(t.subject, t.predicate, _term(t.object)) for t in found]


def _term(term: Any) -> Any:
    if isinstance(term, ox.Literal) and term.datatype == _BOOLEAN:
        return ox.Literal(_FLAGS.get(term.value, term.value), datatype=_BOOLEAN)
    return ox.Literal(_duration(term.value), datatype=_DURATION) if _is_number(term) else term


def _duration(number: str) -> str:
    """The shortest form of months or seconds; a number that was rounded stays as it is."""
    if number.isdigit():
        years, months = divmod(int(number), 12)
        return f"P{_units(Y=years, M=months)}" if years or months else number
    seconds = float(number)
    if not seconds or not seconds.is_integer() or ("e" in number and seconds % _DAY):
        return number
    days, rest = divmod(int(seconds), _DAY)
    time = _units(H=rest // 3600, M=rest // 60 % 60, S=rest % 60)
    return f"P{_units(D=days)}" + (f"T{time}" if time else "")


def _units(**numbers: int) -> str:
    return "".join(f"{number}{unit}" for unit, number in numbers.items() if number)


_JSON, _XML = ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML
_RESULTS = {form.media_type: form for form in (_JSON, _XML)} | {"application/json": _JSON}
_TRIPLES = {
    form.media_type: form
    for form in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML)
}
_ACCEPT_XML = _XML.media_type
_ACCEPT_RESULTS = f"{_JSON.media_type}, {_ACCEPT_XML};q=0.5"
_ACCEPT_TRIPLES = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5"
_VIRTUOSO = "__ASK_RETVAL"  # its ASK is answered as a SELECT of this
_DISTINCT = re.compile(r"(?i)\s*DISTINCT\b")
_PROLOGUE = re.compile(
    r"(?:\s+|#[^\n]*+|(?i:PREFIX|BASE)\b|[^\s:<>#]*+:(?=\s*+<)|<[^<>\s]*>)*+"
    r"((?i:SELECT|ASK|CONSTRUCT|DESCRIBE))\b"
)
_DECLARED = re.compile(r"(?i)\bPREFIX\s+([^\s:<>#]*):")


def open_endpoint(
    url: str,
    *,
    timeout: float = 300.0,
    own_default_graph: bool = False,
    kg: KnowledgeGraph | None = None,
) -> Endpoint:
    """Return a SPARQL 1.1 endpoint to ask and find paths in; nothing is sent yet.

    Credentials come from the environment (``MSCGRAPH_ENDPOINT_USER`` and ``…_PASSWORD``, with
    ``…_AUTH=digest`` where it is wanted, or ``…_TOKEN``) or from netrc.

    Parameters
    ----------
    url
        Where it answers queries, such as ``http://127.0.0.1:7878/query``.
    timeout
        Seconds for one whole answer.
    own_default_graph
        Ask the endpoint's own default graph. Otherwise the default graph is the union of our five named
        graphs, as it is everywhere in this program.
    kg
        Whose prefixes, stored questions and names are used; those of the shipped graph without it.

    Raises
    ------
    EndpointError
        When the address is none or holds a password, or the credentials contradict each other.
    MissingExtra
        When requests is not installed.

    Examples
    --------
    >>> import mscgraph as mg
    >>> with mg.open_endpoint("http://127.0.0.1:7878/query") as endpoint:  # doctest: +SKIP
    ...     answer = endpoint.find_paths("MSC", "Th17 cell", effect="decrease")
    """
    return Endpoint(Client(url, timeout=timeout), kg, own_default_graph=own_default_graph)


class Endpoint(Asked):
    """A SPARQL 1.1 endpoint; :func:`open_endpoint` makes one."""

    def __init__(self, client: Client, kg: KnowledgeGraph | None, *, own_default_graph: bool) -> None:
        super().__init__(kg)
        self.client = client
        self.place = shown_address(client.url)
        self._own_default_graph = own_default_graph

    def close(self) -> None:
        """Let the connections go; leaving a ``with`` does so too."""
        self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def answer(self, sparql: str, limits: QueryLimits | None = None) -> Answer:
        """Ask, with the Accept header that the query's form needs; what the server may take it limits."""
        del limits
        match = _PROLOGUE.match(sparql)
        if match is None:
            raise QueryError(
                "The query is no SELECT, ASK, CONSTRUCT or DESCRIBE; nothing else is sent."
            )
        form = match[1].upper()
        accept = _ACCEPT_RESULTS if form in {"SELECT", "ASK"} else _ACCEPT_TRIPLES
        data = [("query", self._declared(sparql))]
        if not self._own_default_graph and not has_keyword(sparql, "FROM"):
            graphs = [self.prefixes.expand(graph.value) for graph in Graph]
            data += [(key, g) for key in ("default-graph-uri", "named-graph-uri") for g in graphs]
        found, media_type = self._once(form, data, accept)
        rows = found.rows if isinstance(found, Solutions) else []
        if media_type != _ACCEPT_XML and any(_is_number(term) for row in rows for term in row):
            found, _ = self._once(form, data, _ACCEPT_XML)  # which alone says what they count
        found = _in_usual_form(found)
        if isinstance(found, Solutions) and _DISTINCT.match(sparql, match.end()):
            # Virtuoso repeats rows in which an OPTIONAL found nothing, now more, now fewer.
            return found._replace(rows=list(dict.fromkeys(found.rows)))
        return found

    def _once(self, form: str, data: list[tuple[str, str]], accept: str) -> tuple[Answer, str]:
        """One answer as it was sent, and its media type."""
        reply = self.client.send(
            form, "POST", data=data, headers={"Accept": accept}, follow_redirects=True
        )
        kind = reply.media_type
        if kind not in (_RESULTS if form in {"SELECT", "ASK"} else _TRIPLES):
            self._odd(form, reply, f"{kind or 'no media type'} where results were asked for")
        found: Answer
        try:
            check_nesting(reply.body, (_RESULTS | _TRIPLES)[kind], self.place)
            if kind in _RESULTS:
                found = to_answer(ox.parse_query_results(reply.body, format=_RESULTS[kind]))
            else:
                quads = ox.parse(reply.body, format=_TRIPLES[kind], base_iri=self.place)
                found = [quad.triple for quad in quads]
        except (SyntaxError, ValueError, OSError):
            self._odd(form, reply, "results that are broken or break off")
        if form == "ASK" and isinstance(found, Solutions) and found.variables == (_VIRTUOSO,):
            return bool(found.rows) and found.rows[0][0].value not in {"0", "false"}, kind
        if isinstance(found, bool) != (form == "ASK"):
            self._odd(form, reply, "results of another form of query")
        return found, kind

    def _odd(self, form: str, reply: WebReply, what: str) -> NoReturn:
        said = self.client.words(reply)
        raise EndpointError(
            f"{form} at {self.place}: the server answered with {what}. Check that this is the address of "
            f"the SPARQL endpoint itself." + (f" It begins: {said}" if said else "")
        ) from None

    def _declared(self, sparql: str) -> str:
        """The query with the prefixes that it uses and does not declare, in its first line."""
        declared = set(_DECLARED.findall(sparql))
        used = set(re.findall(r"([A-Za-z][\w.-]*):", sparql)) - declared
        namespaces = self.prefixes.namespaces
        lines = [f"PREFIX {p}: <{namespaces[p]}> " for p in sorted(used & set(namespaces))]
        return "".join(lines) + sparql
