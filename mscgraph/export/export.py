"""Write a graph, or a slice of it, in any format, whole or not at all, and say what the format lost.

A format is a line of ``formats.tsv``. Its function takes the graph and the format's name and returns what
is to be written, text or bytes (of several files: by their names), and how many records it concerns that
the format cannot hold something: the counts that ``losses.tsv`` names, but for those of whole tables. This
module puts it into its place, so that nothing is half-written, whichever format fails and whyever.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from mscgraph.export.part import data_rows
from mscgraph.files import whole_file, write_whole_folder
from mscgraph.graph import KnowledgeGraph
from mscgraph.named_tuples import NamedTuple
from mscgraph.text.names import pick

if TYPE_CHECKING:
    import os


class Loss(NamedTuple):
    """Something that a format cannot hold.

    ``field`` names it in our words (``Finding.anchor``, ``Association.aspect``), ``records`` how
    many records of this graph it concerned (0 is no loss, and is left out), ``why`` what the format lacks.
    """

    field: str
    records: int
    why: str


Written: TypeAlias = "tuple[str | bytes | Mapping[str, str | bytes], Mapping[str, int]]"


class Format(NamedTuple):
    """One line of ``formats.tsv``: what it is called, who opens it, and which function makes it.

    ``folder`` says that the format is several files; ``extra`` names the optional packages it needs, as
    in ``mscgraph[extra]``, or is empty. ``rdf12`` says that it can also be written as RDF 1.2,
    ``stated`` that it holds what other sources state with source, papers and licence.
    """

    name: str
    opens_in: str
    writer: str
    folder: bool
    extra: str
    rdf12: bool
    stated: bool


FORMATS = {
    name: Format(name, opens_in, writer, "folder" in is_, extra, "rdf12" in is_, "stated" in is_)
    for name, opens_in, writer, extra, is_ in data_rows("formats")
}


class Export(NamedTuple):
    """What was written: the format, the file or folder, and what the format could not hold.

    ``possible`` is all that the format cannot hold, also what this graph had none of.
    """

    format: str
    target: Path
    losses: tuple[Loss, ...]
    possible: tuple[Loss, ...] = ()


def export(
    kg: KnowledgeGraph,
    format: str,  # noqa: A002 - everybody's word for it
    target: str | os.PathLike[str],
    *,
    rdf12: bool = False,
) -> Export:
    """Write a graph in one of :data:`FORMATS`.

    Parameters
    ----------
    kg
        The graph or a slice of it.
    format
        The name of a format, such as ``"turtle"`` or ``"kgx"``.
    target
        The file, or for a format of several files the folder, to write; ``-`` is standard output. What
        stood there is replaced when all is written, and untouched when anything fails.
    rdf12
        Write RDF 1.2, in which each association ``rdf:reifies`` its triple, in the formats that can.

    Returns
    -------
    Export
        The format, the path that was written, and what the format could not hold.

    Raises
    ------
    NotFound
        When there is no such format, with suggestions.
    ValueError
        When ``rdf12`` is asked of a format that cannot say it.
    MissingExtra
        When the format needs a package that is not installed.
    OutputError
        When the target cannot be written, or is a folder that holds something else.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mg.export(mg.load(), "turtle", "mscgraph.ttl").losses
    ()
    """
    form = find_format(format)
    if rdf12 and not form.rdf12:
        raise ValueError(f"{form.name} cannot say RDF 1.2")
    module, _, function = form.writer.partition(".")
    writer = getattr(import_module(f"mscgraph.export.{module}"), function)
    options = {"rdf12": True} if rdf12 else {}
    place = Path(target)
    counts = {"statements": sum(map(len, kg.stated.values()))}
    if not form.stated:
        kg = _curated(kg)

    def fill(beside: Path) -> None:
        content, counted = writer(kg, form.name, **options)
        counts.update(counted)
        for name, held in (content if isinstance(content, Mapping) else {"": content}).items():
            (beside / name).write_bytes(held.encode() if isinstance(held, str) else held)

    if form.folder:
        write_whole_folder(place, fill, mark=f"{form.name}.mscgraph")
    else:
        with whole_file(place) as beside:
            fill(beside)
    losses = tuple(
        Loss(field, counts[count] if count in counts else len(getattr(kg, count)), why)
        for formats, field, count, why in data_rows("losses")
        if form.name in formats.split()
    )
    return Export(form.name, place, tuple(loss for loss in losses if loss.records), losses)


def _curated(kg: KnowledgeGraph) -> KnowledgeGraph:
    """A graph without what other sources state, for a format that cannot hold their licences."""
    if not kg.stated:
        return kg
    kept = None if kg.whole is kg else frozenset(kg.findings)
    return KnowledgeGraph(kg.tables._replace(stated={}), kept=kept, whole=kg.whole)


def find_format(name: str) -> Format:
    """Return a format by name; raise :class:`NotFound` with suggestions."""
    return pick(name, FORMATS, f"No format is called {name!r}.")
