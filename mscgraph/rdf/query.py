"""SPARQL over the graph, and the stored questions of ``ontology/queries``.

A stored question is a ``.rq`` file whose header comments give its title and parameters::

    # title: What happened to a CSF marker after MSC treatment
    # parameter: marker entity NF-L | the marker, by any name

In its text a parameter is written ``$marker``, which SPARQL reads as a variable: the file is a valid query
by itself, and asked through the program the value stands in its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

import pyoxigraph as ox

from mscgraph.errors import CurieError, QueryError
from mscgraph.graph import KnowledgeGraph
from mscgraph.named_tuples import NamedTuple
from mscgraph.rdf.build import to_quads
from mscgraph.rdf.formats import tidy
from mscgraph.rdf.limits import QueryLimits, has_keyword, run_limited
from mscgraph.tables.folder import resource_text, shipped_folder
from mscgraph.text.names import pick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from mscgraph.model import Entity
    from mscgraph.text.curie import Prefixes


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a query returned.

    ``form`` is ``select``, ``ask`` or ``graph``. A SELECT has ``columns`` and ``rows`` (CURIEs where a
    prefix fits, literals as text, None where unbound); an ASK has ``answer``; a CONSTRUCT or DESCRIBE
    has ``turtle``.
    """

    form: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    answer: bool | None = None
    turtle: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON-ready values."""
        if self.form == "select":
            rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
            return {"columns": list(self.columns), "rows": rows}
        return {"answer": self.answer} if self.form == "ask" else {"turtle": self.turtle}


class Solutions(NamedTuple):
    """What a SELECT found: its variables, and the terms of each row, None where unbound."""

    variables: tuple[str, ...]
    rows: list[tuple[Any, ...]]


# SELECT, ASK, and CONSTRUCT or DESCRIBE
Answer: TypeAlias = "Solutions | bool | list[ox.Triple]"


class Backend(Protocol):
    """Where queries are answered: Oxigraph in memory, a store on disk, an endpoint.

    ``prefixes`` and ``folder`` are those of the stored questions; ``entity`` finds what a name stands for
    there; ``answer`` runs SPARQL in which every prefix of the project may be used.
    """

    prefixes: Prefixes
    folder: Path

    def entity(self, name: str) -> Entity:
        """The one entity of this name."""

    def answer(self, sparql: str, limits: QueryLimits | None = None) -> Answer:
        """The answer to a query; one of ours needs no limits."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a stored question: ``kind`` is entity, predicate or text."""

    name: str
    kind: str
    default: str
    help: str


@dataclass(frozen=True, slots=True)
class Question:
    """A stored question: ``text`` is SPARQL in which a parameter is written ``$name``."""

    name: str
    title: str
    parameters: tuple[Parameter, ...]
    text: str


_HEADER = re.compile(r"^# (title|parameter): *(.*)$", re.MULTILINE)
_PARAMETER = re.compile(r"(\w+) (entity|term|text) ([^|]*)\| *(.*)")


def load_questions(kg: KnowledgeGraph | Backend) -> dict[str, Question]:
    """Return the stored questions by name."""
    questions = {}
    for name, text in resource_text("queries", "*.rq", folder=kg.folder).items():
        headers = _HEADER.findall(text)
        parameters = []
        for value in (value for key, value in headers if key == "parameter"):
            match = _PARAMETER.fullmatch(value)
            if match is None:
                raise QueryError(f"queries/{name}.rq: the header {value!r} is no parameter")
            parameters.append(Parameter(match[1], match[2], match[3].strip(), match[4]))
        title = next((value for key, value in headers if key == "title"), name)
        questions[name] = Question(name, title, tuple(parameters), text)
    return questions


def query(
    kg: KnowledgeGraph,
    sparql: str,
    *,
    parameters: Mapping[str, str] | None = None,
    limits: QueryLimits | None = None,
) -> QueryResult:
    """Run a SPARQL 1.1 query, or a stored question by its name.

    The default graph is the union of the five named graphs unless the query names its own with FROM, and
    all prefixes of the project are declared. Nothing outside the graph is asked.

    Parameters
    ----------
    kg
        The graph to ask.
    sparql
        SELECT, ASK, CONSTRUCT or DESCRIBE; or the name of a stored question.
    parameters
        For a stored question, parameter name → entity name, vocabulary value or text.
    limits
        The most time and memory that it may take (300 s, 2 GB), and whether it may ask other servers by
        SERVICE (no).

    Returns
    -------
    QueryResult
        Its columns and rows, the answer of an ASK, or the triples of a CONSTRUCT.

    Raises
    ------
    QueryError
        When the query does not parse, with the place, takes more than its limits, or a parameter is
        unknown.
    NotFound
        When a one-word ``sparql`` is no stored question, or an entity is unknown.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mg.query(mg.load(), "ASK { ?finding a mscgraph:Finding }").answer
    True
    """
    return Asker(kg, limits).query(sparql, parameters)


class Asker:
    """A graph, or a backend that holds one, made ready once to be asked many questions."""

    def __init__(self, kg: KnowledgeGraph | Backend, limits: QueryLimits | None = None) -> None:
        self._limits = limits or QueryLimits()
        # a backend answers by itself; a graph is first put into Oxigraph
        self._backend = _Memory(kg) if isinstance(kg, KnowledgeGraph) else kg

    def query(self, sparql: str, parameters: Mapping[str, str] | None = None) -> QueryResult:
        """Run a query, or a stored question by its name; raises as :func:`query` does."""
        if re.fullmatch(r"[\w-]+", sparql.strip()):
            name = sparql.strip()
            said = f"No stored question is called {name!r}."
            return self.ask(pick(name, load_questions(self._backend), said), parameters)
        if parameters:
            raise QueryError(
                "Only a stored question takes parameters; write the values into the query."
            )
        return self.run(sparql)

    def ask(self, question: Question, parameters: Mapping[str, str] | None = None) -> QueryResult:
        """Ask a stored question; raises as :func:`query` does."""
        text = bind_parameters(self._backend, question, dict(parameters or {}))
        ours = str(self._backend.folder) == shipped_folder()
        return to_result(self._backend, self._backend.answer(text, None if ours else self._limits))

    def run(self, sparql: str) -> QueryResult:
        """Run a SPARQL query; raises as :func:`query` does."""
        return to_result(self._backend, self._backend.answer(sparql, self._limits))


class _Memory:
    """A graph in Oxigraph's memory."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self.prefixes, self.folder, self.entity = kg.prefixes, kg.folder, kg.entity
        self._store = ox.Store()
        self._store.bulk_extend(to_quads(kg))

    def answer(self, sparql: str, limits: QueryLimits | None = None) -> Answer:
        return cast("Answer", ask_store(lambda: self._store, sparql, self.prefixes, limits))


def ask_store(
    opened: Callable[[], ox.Store],
    sparql: str,
    prefixes: Prefixes,
    limits: QueryLimits | None = None,
    *,
    read: Callable[[Any], Any] | None = None,
    **dataset: Any,
) -> Any:
    """Ask a store of Oxigraph, in a process of its own where there are limits.

    The default graph is the union of the named graphs unless the query names its own, or ``dataset`` does,
    with the keywords of Oxigraph. ``read`` makes of what is found what is returned: by default an
    :data:`Answer`.

    Raises
    ------
    QueryError
        Where a query does not parse, cannot run, takes more than its limits, or would ask another server.
    """
    if has_keyword(sparql, "SERVICE") and not (limits and limits.service):
        raise QueryError(
            "The query asks another server by SERVICE, which is not done unasked: allow it with "
            "--allow-service."
        )
    if not dataset.keys() & {"default_graph", "named_graphs"}:
        dataset["use_default_graph_as_union"] = not has_keyword(sparql, "FROM")

    def ask() -> Any:
        try:
            found = opened().query(sparql, prefixes=prefixes.namespaces, **dataset)
            return (read or to_answer)(found)
        except SyntaxError as error:
            raise QueryError(f"The query does not parse: {error}") from None
        except (ValueError, OSError, RuntimeError) as error:
            raise QueryError(f"The query cannot run: {error}") from None

    return ask() if limits is None else run_limited(ask, limits)


def to_answer(found: ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]) -> Answer:
    """Return what Oxigraph found, read to its end."""
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QuerySolutions):
        variables = found.variables
        rows = [tuple(row[v] for v in variables) for row in found]
        return Solutions(tuple(v.value for v in variables), rows)
    return list(found)


def bind_parameters(kg: KnowledgeGraph | Backend, question: Question, given: dict[str, str]) -> str:
    """Return the SPARQL of a stored question with its parameters filled in."""
    unknown = sorted(set(given) - {p.name for p in question.parameters})
    if unknown:
        known = ", ".join(p.name for p in question.parameters) or "none"
        raise QueryError(
            f"{question.name} has no parameter {', '.join(unknown)}; its parameters: {known}"
        )
    terms = {}
    for parameter in question.parameters:
        value = given.get(parameter.name, parameter.default)
        if not value:
            raise QueryError(f"{question.name} needs the parameter {parameter.name}")
        # str() of a term is its N-Triples form, so a quote in a value ends no string
        terms[parameter.name] = str(_term(kg, parameter.kind, value))
    if not terms:
        return question.text
    # all at once: what one value holds is never taken for another parameter
    names = "|".join(map(re.escape, terms))
    return re.sub(rf"\$({names})\b", lambda found: terms[found[1]], question.text)


def _term(kg: KnowledgeGraph | Backend, kind: str, value: str) -> ox.NamedNode | ox.Literal:
    if kind == "entity":
        return ox.NamedNode(kg.prefixes.expand(kg.entity(value).id))
    if kind == "term":
        return ox.NamedNode(kg.prefixes.expand(f"MSCGT:{value}"))
    return ox.Literal(value)


def to_result(
    kg: KnowledgeGraph | Backend, found: Answer | ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean
) -> QueryResult:
    """Return what a store answered, its terms as they are shown."""
    answer = found if isinstance(found, Solutions | bool) else to_answer(found)
    if isinstance(answer, bool):
        return QueryResult("ask", answer=answer)
    if isinstance(answer, Solutions):
        rows = tuple(tuple(_shown(kg, term) for term in row) for row in answer.rows)
        return QueryResult("select", answer.variables, rows)
    triples = sorted(answer, key=str)
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=kg.prefixes.namespaces)
    return QueryResult("graph", turtle=tidy(text or b"").decode())


def _shown(kg: KnowledgeGraph | Backend, term: object) -> str | None:
    if isinstance(term, ox.NamedNode):
        try:
            return kg.prefixes.contract(term.value)
        except CurieError:
            return term.value
    return term.value if isinstance(term, ox.Literal) else None if term is None else str(term)
