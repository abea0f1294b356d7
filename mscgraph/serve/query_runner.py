"""What runs SPARQL for many at the same time: each query in a process of its own that can be ended."""

from __future__ import annotations

import os
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mscgraph.errors import NotFound
from mscgraph.rdf import Asker, QueryLimits, ask_store, load_questions, to_answer
from mscgraph.rdf.limits import run_limited

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyoxigraph as ox

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.rdf import Answer, QueryResult, Question

__all__ = ["QueryRunner"]

_MEMORY = "256MB"
_NICE = 10  # queries of anybody work when nothing else does
_STORED = 60.0  # seconds for all stored questions together


class QueryRunner:
    """A graph, or a store on disk, under SPARQL; the backend of stored questions too.

    Parameters
    ----------
    kg
        The graph, whose prefixes and stored questions are used.
    store
        The folder of an Oxigraph store that is asked instead; empty for the graph itself.
    time_limit
        The longest time that a query may take, in seconds.
    quads
        The quads of the graph.
    """

    def __init__(
        self, kg: KnowledgeGraph, store: str, time_limit: float, quads: Callable[[], Sequence[ox.Quad]]
    ) -> None:
        self.prefixes, self.folder, self.entity = kg.prefixes, kg.folder, kg.entity
        self.limits = QueryLimits(seconds=time_limit, memory=_MEMORY)
        self._quads, self._place = quads, store
        self._making = threading.Lock()
        self._memory: ox.Store | None = None

    def answer(self, sparql: str, limits: QueryLimits | None = None) -> Answer:
        """Return the answer to a query; the limits are those of the server."""
        del limits
        answer: Answer = self.run(sparql, to_answer)
        return answer

    def run(
        self,
        sparql: str,
        read: Callable[[Any], Any],
        *,
        limits: QueryLimits | None = None,
        **dataset: Any,
    ) -> Any:
        """Run a query, and return what ``read`` makes of its results, which has to pickle.

        Raises
        ------
        QueryError
            When it does not parse, cannot run, or takes more than its limits.
        """
        self.make_ready()
        limits = limits or self.limits
        return ask_store(self._opened, sparql, self.prefixes, limits, read=read, **dataset)

    def _opened(self) -> ox.Store:
        """The store, in the process of a query."""
        os.nice(_NICE)
        if self._memory is not None:
            return self._memory
        import pyoxigraph as ox

        return ox.Store.read_only(self._place)

    def make_ready(self) -> None:
        """Put the graph into memory. This process never asks it: a child of it could find it locked."""
        if self._place:
            return
        with self._making:
            if self._memory is None:
                import pyoxigraph as ox

                store = ox.Store()
                store.bulk_extend(self._quads())
                self._memory = store

    def stored(self, question: Question) -> QueryResult:
        """Return the answer to a stored question, asked with the values that it carries itself.

        Raises
        ------
        NotFound
            When the graph does not hold what it asks about.
        """
        answer = self.answers[question.name]
        if isinstance(answer, str):
            raise NotFound(answer)
        return answer

    @cached_property
    def answers(self) -> dict[str, QueryResult | str]:
        """The answers to all stored questions, or why there is none; one process answers them all."""
        self.make_ready()

        def ask() -> dict[str, QueryResult | str]:
            asker = Asker(_Opened(self, self._opened()))
            found: dict[str, QueryResult | str] = {}
            for question in load_questions(self).values():
                try:
                    found[question.name] = asker.ask(question)
                except NotFound as error:
                    found[question.name] = str(error)
            return found

        answers: dict[str, QueryResult | str] = run_limited(
            ask, QueryLimits(_STORED, self.limits.memory)
        )
        return answers


class _Opened:
    """A backend that asks an open store: for a process of its own."""

    def __init__(self, runner: QueryRunner, store: ox.Store) -> None:
        self.prefixes, self.folder, self.entity = runner.prefixes, runner.folder, runner.entity
        self._store = store

    def answer(self, sparql: str, limits: QueryLimits | None = None) -> Answer:
        """The answer to a query."""
        del limits
        answer: Answer = ask_store(lambda: self._store, sparql, self.prefixes)
        return answer
