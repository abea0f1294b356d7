"""An Oxigraph store on disk: written whole or not at all, asked without taking it from who serves it."""

from __future__ import annotations

import gc
import json
import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import pyoxigraph as ox

from mscgraph.errors import DataError
from mscgraph.files import identity, read_unchanged, write_whole_folder
from mscgraph.rdf.build import Graph, to_quads
from mscgraph.rdf.query import ask_store
from mscgraph.sparql.asking import Asked

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.rdf.limits import QueryLimits
    from mscgraph.rdf.query import Answer

T = TypeVar("T")
_AGAIN = "write it again with mscgraph store load"
_MARK, _CURRENT = "mscgraph-store.json", "CURRENT"
FORMAT = {"format": "mscgraph store", "version": 1}


def write_store(kg: KnowledgeGraph, folder: str | os.PathLike[str]) -> dict[str, int]:
    """Write the five named graphs into a new Oxigraph store on disk, whole or not at all.

    Parameters
    ----------
    kg
        The graph.
    folder
        The folder to write.

    Returns
    -------
    dict
        The number of triples by the graph's IRI.

    Raises
    ------
    OutputError
        When the folder holds something else than a store written here, or cannot be written. A store that
        stood there stays until the new one takes its place.

    Examples
    --------
    >>> import mscgraph as mg
    >>> triples = mg.write_store(mg.load(), "mscgraph.store")
    >>> all(count > 0 for count in triples.values())
    True
    """
    quads = to_quads(kg)
    counts = {kg.prefixes.expand(graph.value): 0 for graph in Graph}
    for quad in quads:
        counts[str(quad.graph_name)[1:-1]] += 1

    def fill(beside: Path) -> None:
        store = ox.Store(str(beside))
        store.bulk_extend(quads)
        store.optimize()
        store.flush()
        del store  # closes it, so that no lock and no file is open when the folder moves
        gc.collect()
        text = json.dumps(FORMAT | {"triples": counts}, indent=1) + "\n"
        (beside / _MARK).write_text(text, encoding="utf-8")

    write_whole_folder(folder, fill, mark=_MARK)
    return counts


def open_store(folder: str | os.PathLike[str], *, kg: KnowledgeGraph | None = None) -> LocalStore:
    """Open an Oxigraph store on disk, to read: also while a server serves it.

    Parameters
    ----------
    folder
        The folder that :func:`write_store` wrote.
    kg
        The graph whose prefixes, stored questions and names are used; None for the shipped one.

    Returns
    -------
    LocalStore
        The open store; its ``query`` takes what :func:`query` takes.

    Raises
    ------
    DataError
        When the folder is missing, holds no store, a damaged one, or one of another version.

    Examples
    --------
    >>> import mscgraph as mg
    >>> _ = mg.write_store(mg.load(), "mscgraph.store")
    >>> mg.open_store("mscgraph.store").query("ASK { ?finding a mscgraph:Finding }").answer
    True
    """
    return LocalStore(folder, kg)


class LocalStore(Asked):
    """An Oxigraph store on disk; :func:`open_store` opens one."""

    def __init__(self, folder: str | os.PathLike[str], kg: KnowledgeGraph | None = None) -> None:
        super().__init__(kg)
        self._path = Path(folder)
        self.place = str(self._path)
        self._opened: tuple[int, int, int] | None = None
        self.unchanged(self._current)

    def answer(self, sparql: str, limits: QueryLimits | None = None) -> Answer:
        """Ask; the default graph is the union of the named graphs."""
        # a process of its own opens the store anew: the threads of this one are not in it
        opened = partial(ox.Store.read_only, str(self._path)) if limits else self._current
        return cast("Answer", self.unchanged(lambda: ask_store(opened, sparql, self.prefixes, limits)))

    def unchanged(self, read: Callable[[], T]) -> T:
        """What a function reads of the store, all of it from before or from after a rewriting."""
        return read_unchanged(self._path / _CURRENT, read)

    def _current(self) -> ox.Store:
        """The store as it stands there: opened anew where it was replaced."""
        now = identity(self._path / _CURRENT)
        if now is None:  # every RocksDB has one; without, one would be made
            raise DataError(
                "no Oxigraph store is here: write one with mscgraph store load", file=str(self._path)
            )
        if now != self._opened:
            _check_mark(self._path / _MARK)
            self._store, self._opened = _opened(self._path), now
        return self._store

    def counts(self) -> dict[str, int]:
        """The number of triples by the IRI of each named graph that it holds."""
        rows = self.rows("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        return {g.value: int(n.value) for g, n in sorted(rows, key=lambda row: row[0].value)}


def serve_line(folder: str | os.PathLike[str], bind: str = "127.0.0.1:7878") -> str:
    """Return the line for a shell that serves a store, to this machine alone unless ``bind`` says more."""
    place = shlex.quote(str(Path(folder).resolve()))
    return f"oxigraph serve-read-only --location {place} --bind {shlex.quote(bind)}"


def _opened(folder: Path) -> ox.Store:
    try:
        return ox.Store.read_only(str(folder))
    except (OSError, ValueError, RuntimeError) as error:
        said = f"the store is damaged or cannot be read ({error}): {_AGAIN}"
        if "ulimit" in str(error) or "Too many open files" in str(error):
            said = f"the store cannot be read, as too few files may be open: {error}"
        raise DataError(said, file=str(folder)) from None


def _check_mark(mark: Path) -> None:
    """Refuse a store of another version; one that another program wrote has no mark."""
    if not mark.exists():
        return
    try:
        version = json.loads(mark.read_text(encoding="utf-8"))["version"]
    except (ValueError, KeyError, TypeError, OSError):
        raise DataError(
            "damaged: write the store again with mscgraph store load", file=str(mark)
        ) from None
    if version != FORMAT["version"]:
        said = f"the store has version {version}, this program reads {FORMAT['version']}: {_AGAIN}"
        raise DataError(said, file=str(mark))
