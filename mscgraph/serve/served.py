"""What all requests of a server share: the graph, its version, what runs SPARQL, and who waits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING

from mscgraph.serve.query_runner import QueryRunner
from mscgraph.serve.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.serve.operation import Operation

__all__ = ["Served", "Settings", "data_version"]


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
        # a graph directory is read through one connection, which answers one question at a time
        self.questions = Turns(1 if kg.graph_folder else 4, waiting=60)

    @property
    def etag(self) -> str:
        """The entity tag of every answer: it changes with the data and with the program."""
        program = import_module(__name__.partition(".")[0]).__version__
        return f'W/"{program}-{self.version}"'

    @cached_property
    def runner(self) -> QueryRunner:
        """What runs SPARQL."""
        return QueryRunner(self.kg, self.settings.store, self.settings.time_limit)


def data_version(kg: KnowledgeGraph) -> str:
    """Return twelve hex digits that change when a row of the graph's tables does.

    Examples
    --------
    >>> import mscgraph as mg
    >>> len(data_version(mg.load()))
    12
    """
    if kg.graph_folder is not None:
        from mscgraph.large.directory.manifest import read_manifest

        return read_manifest(kg.graph_folder).content[:12]
    digest = sha256()
    for file in sorted(kg.folder.rglob("*.tsv")):
        digest.update(file.relative_to(kg.folder).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:12]
