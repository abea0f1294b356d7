"""What all requests of a server share: the graph, its version, what runs SPARQL, and who waits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from jinja2 import FunctionLoader

from mscgraph.graph.stats import data_version
from mscgraph.page.template import asset
from mscgraph.rdf.limits import LimitReached
from mscgraph.serve.query_runner import QueryRunner
from mscgraph.serve.turns import Turns
from mscgraph.site.fill import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.serve.operation import Operation

__all__ = ["Served", "Settings"]

_SHORT = 1.5  # seconds


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
        """The files of the site, each made when it is asked for."""
        site = Site(self.kg, address=self.settings.base or None, ask=self.runner.stored)
        site.templates.loader = FunctionLoader(_template)
        return site

    def make_ready(self) -> None:
        """Make what the first requests would wait for."""
        self.runner.make_ready()
        _ = self.site.files, self.runner.answers

    @cached_property
    def runner(self) -> QueryRunner:
        """What runs SPARQL."""
        return QueryRunner(
            self.kg,
            self.settings.store,
            self.settings.time_limit,
            lambda: self.site.describer.quads,
        )


def _template(name: str) -> str:
    """A template of ours, or of the site."""
    return asset(name, "mscgraph.serve" if name == "sparql.html.jinja" else "mscgraph.site")
