"""Take the files of another source into a graph directory, whole or not at all."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mscgraph.errors import DataError, NotFound, OutputError
from mscgraph.graph import load
from mscgraph.large.directory import Built, GraphSource, build_graph, open_graph, write_graph
from mscgraph.large.directory.graph_writer import Writing
from mscgraph.large.importers.intake import Intake
from mscgraph.text.names import nearest

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.large.directory.graph_writer import WritingKeywords


class Importer(NamedTuple):
    """What is imported: a label, the files that are asked for, what reads them, and whose they are."""

    label: str
    files: tuple[str, ...]
    reader: str
    source: str = ""


IMPORTERS = {
    "kgx": Importer(
        "nodes and edges of a KGX graph, TSV, JSON Lines or Parquet", ("NODES", "EDGES"), "kgx.read"
    ),
    "rdf": Importer("a graph that mscgraph wrote as RDF, in any of its syntaxes", ("FILE",), ""),
    "sif": Importer("a simple interaction file, names or CURIEs", ("FILE",), "tabular.read_sif"),
    "sssom": Importer("mappings; those that say the same cross-refer", ("FILE",), "tabular.read_sssom"),
    "signor": Importer(
        "SIGNOR's causal relations, TSV with header", ("TSV",), "tabular.read_signor", "infores:signor"
    ),
    "omnipath": Importer(
        "OmniPath's interactions, TSV", ("TSV",), "tabular.read_omnipath", "infores:omnipath"
    ),
    "indra": Importer("INDRA statements, JSON", ("JSON",), "indra.read", "infores:indra"),
}


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
) -> Built:
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
    Built
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
    importer = IMPORTERS[form]
    if len(files) != len(importer.files):
        wanted = " and ".join(importer.files)
        raise DataError(f"{form} is imported from {wanted}: {len(files)} file(s) given")
    if form == "rdf":
        return _import_rdf(files[0], folder, how)
    base = base or load()
    source = knowledge_source or importer.source
    intake = Intake(base, source=source, progress=how.progress)
    module, _, reader = importer.reader.partition(".")
    read = getattr(import_module(f"mscgraph.large.importers.{module}"), reader)
    return build_graph(
        folder,
        base=base,
        items=read([Path(file) for file in files], intake),
        notes=intake.notes,
        source=source,
        sources=[GraphSource(source, licence, release)] if licence or release else [],
        **keywords,
    )


def _import_rdf(file: str | os.PathLike[str], folder: str | os.PathLike[str], how: Writing) -> Built:
    """Our own RDF comes back as it went: findings stay findings."""
    from mscgraph.rdf.read import read_rdf

    kg = read_rdf(file)
    if not kg.entities:
        raise DataError("it holds no graph that mscgraph wrote", file=str(file))
    written = write_graph(kg, folder, memory_limit=how.memory_limit, progress=how.progress)
    return Built(written, dict(open_graph(written).manifest.counts), ())
