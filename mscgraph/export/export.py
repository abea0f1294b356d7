"""Write a graph, or a slice of it, in any format, whole or not at all, and say what the format lost."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from mscgraph.errors import NotFound
from mscgraph.export.format_table import FORMATS, Format, Loss
from mscgraph.files import whole_file, write_whole_folder
from mscgraph.graph import KnowledgeGraph
from mscgraph.named_tuples import NamedTuple
from mscgraph.text.names import nearest

if TYPE_CHECKING:
    import os


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
    """Write a graph in one of :data:`~mscgraph.export.format_table.FORMATS`.

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
    module = import_module(f"mscgraph.export.{form.module}")
    options = {"rdf12": True} if rdf12 else {}
    place = Path(target)
    losses: list[Loss] = []
    if not form.stated:
        kg, loss = _curated(kg)
        losses.append(loss)

    def fill(beside: Path) -> None:
        losses.extend(module.write(kg, beside, form.name, **options))

    if form.folder:
        write_whole_folder(place, fill, mark=f"{form.name}.mscgraph")
    else:
        with whole_file(place) as beside:
            fill(beside)
    lost = tuple(loss for loss in losses if loss.records)
    return Export(form.name, place, lost, tuple(losses))


def _curated(kg: KnowledgeGraph) -> tuple[KnowledgeGraph, Loss]:
    """A graph without what other sources state, for a format that cannot hold their licences."""
    loss = Loss(
        "Association.sources",
        sum(map(len, kg.stated.values())),
        "left out: it cannot hold whose statement it is and under which licence",
    )
    if not kg.stated:
        return kg, loss
    kept = None if kg.whole is kg else frozenset(kg.findings)
    return KnowledgeGraph(kg.tables._replace(stated={}), kept=kept, whole=kg.whole), loss


def find_format(name: str) -> Format:
    """Return a format by name; raise :class:`NotFound` with suggestions."""
    if name not in FORMATS:
        raise NotFound(
            f"No format is called {name!r}.", suggestions=nearest(name, FORMATS) or tuple(FORMATS)
        )
    return FORMATS[name]
