"""Take the files of another source into a graph directory, whole or not at all."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mscgraph.errors import DataError, NotFound, OutputError
from mscgraph.graph import load
from mscgraph.large.directory import (
    GraphSource,
    NoteCounts,
    build_graph,
    open_graph,
    write_graph,
)
from mscgraph.large.directory.graph_writer import Writing
from mscgraph.large.importers.intake import Intake
from mscgraph.text.names import nearest

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.large.directory.graph_writer import WritingKeywords

__all__ = ["IMPORTERS", "Import", "import_graph"]

IMPORTERS = {
    "kgx": "nodes and edges of a KGX graph, TSV or JSON Lines",
    "rdf": "a graph that mscgraph wrote as RDF, in any of its syntaxes: nothing is lost",
    "sif": "a simple interaction file, names or CURIEs",
    "sssom": "mappings between vocabularies; those that say the same become cross-references",
    "signor": "SIGNOR's causal relations, TSV with header",
    "omnipath": "OmniPath's interactions, TSV",
    "indra": "INDRA statements, JSON",
}


class Import(NamedTuple):
    """What was written: the folder, how much it holds, and what could not be taken as it stood."""

    folder: Path
    counts: dict[str, int]
    notes: tuple[NoteCounts, ...]


def import_graph(
    form: str,
    files: Sequence[str | os.PathLike[str]],
    folder: str | os.PathLike[str],
    *,
    knowledge_source: str = "",
    licence: str = "",
    release: str = "",
    base: KnowledgeGraph | None = None,
    **keywords: Unpack[WritingKeywords],
) -> Import:
    """Take the statements of another source into a graph directory.

    They keep their primary knowledge source, knowledge level and agent type, get the letter D at best
    (``external`` in the rubric), and never enter the curated tables. Relations map through
    ``terms/relations.tsv``; what has no direction there stays unsigned.

    Parameters
    ----------
    form
        One of :data:`IMPORTERS`.
    files
        The files of the source, in the order that the importer names them.
    folder
        The graph directory to write; one that stands there is replaced when all is written.
    knowledge_source, licence, release
        Whose statements they are (an infores CURIE) where the file does not say, and for the manifest their
        licence and release.
    base
        The graph whose lexicon is used and whose names bare names may mean; the shipped one by default.
    **keywords
        ``report``, a file for all that could not be taken as it stood; ``memory_limit`` and ``progress``
        as in :func:`mscgraph.write_graph`.

    Returns
    -------
    Import
        The folder, how much it holds, and what could not be taken as it stood.

    Raises
    ------
    DataError
        When a line is malformed: file, line and reason. Nothing is written.
    OutputError
        When the folder cannot be written. What stood there is untouched.

    Examples
    --------
    >>> import mscgraph as mg
    >>> _ = mg.export(mg.load(), "kgx", "kgx")
    >>> done = mg.import_graph("kgx", ["kgx/nodes.tsv", "kgx/edges.tsv"], "other.graph")
    >>> done.counts["associations"] > 0, done.counts["findings"]
    (True, 0)
    """
    if form not in IMPORTERS:
        raise NotFound(
            f"Nothing imports {form!r}.", suggestions=nearest(form, IMPORTERS) or tuple(IMPORTERS)
        )
    how = Writing(**keywords)
    if how.report is not None and Path(how.report).resolve() in {
        Path(file).resolve() for file in files
    }:
        raise OutputError(
            f"the report {how.report} would overwrite a file that is imported; name another"
        )
    if form == "rdf":
        return _import_rdf(files, folder, how)
    module = import_module(f"mscgraph.large.importers.{form}")
    if len(files) != len(module.FILES):
        wanted = " and ".join(module.FILES)
        raise DataError(f"{form} is imported from {wanted}: {len(files)} file(s) given")
    base = base or load()
    source = knowledge_source or module.SOURCE
    intake = Intake(base, source=source, progress=how.progress)
    built = build_graph(
        folder,
        base=base,
        items=module.read([Path(file) for file in files], intake),
        notes=intake.notes,
        source=source,
        sources=[GraphSource(source, licence, release)] if licence or release else [],
        **keywords,
    )
    return Import(built.folder, built.counts, built.notes)


def _import_rdf(
    files: Sequence[str | os.PathLike[str]], folder: str | os.PathLike[str], how: Writing
) -> Import:
    """Our own RDF comes back as it went: findings stay findings."""
    from mscgraph.rdf import read_rdf

    if len(files) != 1:
        raise DataError(f"rdf is imported from FILE: {len(files)} file(s) given")
    kg = read_rdf(files[0])
    if not kg.entities:
        raise DataError("it holds no graph that mscgraph wrote", file=str(files[0]))
    written = write_graph(kg, folder, memory_limit=how.memory_limit, progress=how.progress)
    return Import(written, dict(open_graph(written).manifest.counts), ())
