"""What all requests of a server share: the graph, its version, what runs SPARQL, and who waits."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

import pyoxigraph as ox
from anyio import CapacityLimiter, to_thread
from jinja2 import FunctionLoader

from mscgraph.errors import NotFound
from mscgraph.graph import best_associations_of
from mscgraph.graph.stats import data_version
from mscgraph.page.template import asset
from mscgraph.rdf.limits import LimitReached, QueryLimits, run_limited
from mscgraph.rdf.query import Asker, ask_store, load_questions, to_answer
from mscgraph.serve.problems import Refused
from mscgraph.site.fill import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mscgraph.cli.answering import Operation
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.rdf.query import Answer, QueryResult, Question


T = TypeVar("T")
_MEMORY = "256MB"
_NICE = 10  # queries of anybody work when nothing else does
_SHORT, _STORED = (
    1.5,
    60.0,
)  # seconds: of a query among the short ones; of all stored questions together


class Turns:
    """Threads for work of one sort: ``at_once`` are at work, and ``waiting`` more may wait for a turn."""

    def __init__(self, at_once: int, *, waiting: int) -> None:
        self._at_once = at_once
        self._most = at_once + waiting
        self._taken = 0
        self._limiter: CapacityLimiter | None = None

    async def run(self, work: Callable[[], T]) -> T:
        """Return what a function returns, in a thread of its own.

        Raises
        ------
        Refused
            When too many wait already.
        """
        if self._limiter is None:
            self._limiter = CapacityLimiter(self._at_once)
        if self._taken >= self._most:
            raise Refused(503, "Too many questions are being answered; ask again in a moment.", retry=1)
        self._taken += 1
        try:
            return await to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._taken -= 1


class QueryRunner:
    """A graph, or a store on disk, under SPARQL: each query in a process of its own that can be ended.

    It is the backend of stored questions too. ``store`` is the folder of an Oxigraph store that is asked
    instead of the graph, or empty; ``time_limit`` is how many seconds a query may take.
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
        return ox.Store.read_only(self._place)

    def make_ready(self) -> None:
        """Put the graph into memory. This process never asks it: a child of it could find it locked."""
        if self._place:
            return
        with self._making:
            if self._memory is None:
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
            store = self._opened()
            backend: Any = SimpleNamespace(
                prefixes=self.prefixes, folder=self.folder, entity=self.entity,
                answer=lambda sparql, _: ask_store(lambda: store, sparql, self.prefixes),
            )  # fmt: skip
            found: dict[str, QueryResult | str] = {}
            for question in load_questions(self).values():
                try:
                    found[question.name] = Asker(backend).ask(question)
                except NotFound as error:
                    found[question.name] = str(error)
            return found

        limits = QueryLimits(_STORED, self.limits.memory)
        answers: dict[str, QueryResult | str] = run_limited(ask, limits)
        return answers


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server is run.

    Parameters
    ----------
    base
        The address at which people reach it, such as ``"https://example.org/mscgraph"``; empty for the
        address that it listens at.
    hosts
        The names by which it may be called in addition to localhost, IP addresses and the host of ``base``.
    store
        The folder of an Oxigraph store that answers SPARQL; empty for the graph itself.
    time_limit
        The longest time that a request may take, in seconds.
    """

    base: str = ""
    hosts: tuple[str, ...] = ()
    store: str = ""
    time_limit: float = 10.0


class Served:
    """One graph, made ready to be asked by many requests at the same time."""

    def __init__(
        self, kg: KnowledgeGraph, operations: Mapping[str, Operation], settings: Settings | None = None
    ) -> None:
        self.kg = kg
        self.operations = operations
        self.settings = settings or Settings()
        self.version = data_version(kg)
        self.is_large = best_associations_of(kg, "", 0) is not None
        self.kept: dict[str, bytes] = {}
        self.queries = Turns(6, waiting=24)
        # a graph directory is read through one connection, which answers one question at a time
        self.questions = Turns(1 if kg.graph_folder else 4, waiting=60)
        # long queries and exports
        self.long = self.questions if kg.graph_folder else Turns(3, waiting=6)

    @property
    def etag(self) -> str:
        """The entity tag of every answer: it changes with the data and with the program."""
        program = import_module(__name__.partition(".")[0]).__version__
        return f'W/"{program}-{self.version}"'

    async def ask(self, sparql: str, read: Callable[[Any], Any], dataset: dict[str, Any]) -> Any:
        """Return what ``read`` makes of the answer to a query.

        A query that is not done in a short time begins again among the long ones, so that many without end
        do not keep those waiting that are quickly done.

        Raises
        ------
        QueryError, Refused
            When it cannot run, takes more than its limits, or too many wait.
        """
        limits = self.runner.limits
        short = replace(limits, seconds=min(_SHORT, limits.seconds))
        run = partial(self.runner.run, sparql, read, **dataset)
        try:
            return await self.queries.run(partial(run, limits=short))
        except LimitReached:
            if short == limits:
                raise
        return await self.long.run(run)

    def address(self, path: str) -> str:
        """Where a path of this server is, as people reach it."""
        return self.settings.base.rstrip("/") + path

    @cached_property
    def site(self) -> Site:
        """The files of the site, each made when it is asked for; refused of a large graph."""
        if self.is_large:
            raise Refused(
                404,
                "This graph is too large for a site, and for SPARQL from memory: open /entity/ID, ask /api,"
                " or serve a store of it with --store.",
            )
        site = Site(self.kg, address=self.settings.base or None, ask=self.runner.stored)
        site.templates.loader = FunctionLoader(_template)
        return site

    def make_ready(self) -> None:
        """Make what the first requests would wait for."""
        if self.is_large:
            return
        self.runner.make_ready()
        _ = self.site.files, self.runner.answers

    @cached_property
    def runner(self) -> QueryRunner:
        """What runs SPARQL."""
        store, limit = self.settings.store, self.settings.time_limit
        return QueryRunner(self.kg, store, limit, lambda: self.site.describer.quads)


def _template(name: str) -> str:
    """A template of ours, or of the site."""
    return asset(name, "mscgraph.serve" if name == "sparql.html.jinja" else "mscgraph.site")
