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
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from mscgraph.errors import CurieError, NotFound, QueryError
from mscgraph.names import nearest
from mscgraph.rdf.build import to_quads
from mscgraph.tables import resource_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph

__all__ = ["Parameter", "QueryResult", "Question", "load_questions", "query"]


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


def load_questions(kg: KnowledgeGraph) -> dict[str, Question]:
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
    kg: KnowledgeGraph, sparql: str, *, parameters: Mapping[str, str] | None = None
) -> QueryResult:
    """Run a SPARQL 1.1 query, or a stored question by its name.

    The default graph is the union of the five named graphs, and all prefixes of the project are
    declared.

    Parameters
    ----------
    kg
        The graph to ask.
    sparql
        SELECT, ASK, CONSTRUCT or DESCRIBE; or the name of a stored question.
    parameters
        For a stored question, parameter name → entity name, vocabulary value or text.

    Raises
    ------
    QueryError
        When the query does not parse, with the place, or a parameter is unknown.
    NotFound
        When a one-word ``sparql`` is no stored question, or an entity is unknown.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mg.query(mg.load(), "ASK { ?finding a mscgraph:Finding }").answer
    True
    """
    if re.fullmatch(r"[\w-]+", sparql.strip()):
        question = _stored(kg, sparql.strip())
        sparql = _bind(kg, question, dict(parameters or {}))
    elif parameters:
        raise QueryError("Only a stored question takes parameters; write the values into the query.")
    store = ox.Store()
    store.bulk_extend(to_quads(kg))
    try:
        found = store.query(
            sparql,
            prefixes=kg.prefixes.namespaces,
            use_default_graph_as_union=True,
        )
        return _result(kg, found)
    except SyntaxError as error:
        raise QueryError(f"The query does not parse: {error}") from None
    except (ValueError, OSError, RuntimeError) as error:
        raise QueryError(f"The query cannot run: {error}") from None


def _stored(kg: KnowledgeGraph, name: str) -> Question:
    questions = load_questions(kg)
    if name not in questions:
        raise NotFound(
            f"No stored question is called {name!r}.",
            suggestions=nearest(name, questions) or tuple(questions),
        )
    return questions[name]


def _bind(kg: KnowledgeGraph, question: Question, given: dict[str, str]) -> str:
    unknown = sorted(set(given) - {p.name for p in question.parameters})
    if unknown:
        known = ", ".join(p.name for p in question.parameters) or "none"
        raise QueryError(
            f"{question.name} has no parameter {', '.join(unknown)}; its parameters: {known}"
        )
    text = question.text
    for parameter in question.parameters:
        value = given.get(parameter.name, parameter.default)
        if not value:
            raise QueryError(f"{question.name} needs the parameter {parameter.name}")
        # str() of a term is its N-Triples form, so a quote in a value ends no string
        term = str(_term(kg, parameter.kind, value))
        text = re.sub(rf"\${parameter.name}\b", lambda _, term=term: term, text)  # type: ignore[misc]
    return text


def _term(kg: KnowledgeGraph, kind: str, value: str) -> ox.NamedNode | ox.Literal:
    if kind == "entity":
        return ox.NamedNode(kg.prefixes.expand(kg.entity(value).id))
    if kind == "term":
        return ox.NamedNode(kg.prefixes.expand(f"MSCGT:{value}"))
    return ox.Literal(value)


def _result(
    kg: KnowledgeGraph, found: ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean
) -> QueryResult:
    if isinstance(found, ox.QueryBoolean):
        return QueryResult("ask", answer=bool(found))
    if isinstance(found, ox.QuerySolutions):
        variables = found.variables
        rows = [tuple(_shown(kg, row[v]) for v in variables) for row in found]
        return QueryResult("select", tuple(v.value for v in variables), tuple(rows))
    triples: Sequence[ox.Triple] = sorted(found, key=str)
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=kg.prefixes.namespaces)
    lines = (text or b"").decode().splitlines(keepends=True)
    head = sorted(line for line in lines if line.startswith("@prefix "))
    return QueryResult("graph", turtle="".join([*head, *lines[len(head) :]]))


def _shown(kg: KnowledgeGraph, term: object) -> str | None:
    if isinstance(term, ox.NamedNode):
        try:
            return kg.prefixes.contract(term.value)
        except CurieError:
            return term.value
    return term.value if isinstance(term, ox.Literal) else None if term is None else str(term)
