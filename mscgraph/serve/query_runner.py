"""What runs SPARQL for many at the same time: each query in a process of its own that can be ended."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from mscgraph.rdf import QueryLimits, ask_store, to_answer, to_quads

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyoxigraph as ox

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.rdf import Answer

__all__ = ["QueryRunner"]

_MEMORY = "256MB"
_NICE = 10  # queries of anybody work when nothing else does


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
    """

    def __init__(self, kg: KnowledgeGraph, store: str, time_limit: float) -> None:
        self.prefixes, self.folder, self.entity = kg.prefixes, kg.folder, kg.entity
        self.limits = QueryLimits(seconds=time_limit, memory=_MEMORY)
        self._kg, self._place = kg, store
        self._making = threading.Lock()
        self._memory: ox.Store | None = None

    def answer(self, sparql: str, limits: QueryLimits | None = None) -> Answer:
        """Return the answer to a query; the limits are those of the server."""
        del limits
        answer: Answer = self.run(sparql, to_answer)
        return answer

    def run(self, sparql: str, read: Callable[[Any], Any], **dataset: Any) -> Any:
        """Run a query, and return what ``read`` makes of its results, which has to pickle.

        Raises
        ------
        QueryError
            When it does not parse, cannot run, or takes more than its limits.
        """
        store = None if self._place else self._store()

        def opened() -> ox.Store:
            os.nice(_NICE)
            if store is not None:
                return store
            import pyoxigraph as ox

            return ox.Store.read_only(self._place)

        return ask_store(opened, sparql, self.prefixes, self.limits, read=read, **dataset)

    def _store(self) -> ox.Store:
        """The graph in memory. This process never asks it: a child of it could find it locked."""
        with self._making:
            if self._memory is None:
                import pyoxigraph as ox

                self._memory = ox.Store()
                self._memory.bulk_extend(to_quads(self._kg))
            return self._memory
