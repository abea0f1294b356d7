"""The graph as a static site: one readable page a record, the explorer, the stored questions, the data.

``site_records`` knows what stands on which page and where, and writes tables; ``listings`` in which order,
words and pictures; ``linked_data`` describes each page to machines (schema.org); ``fill`` fills the folder.
Templates, style and the script of the search are files under ``assets/``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.files import write_whole_folder

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph

__all__ = ["write_site"]

_MARK = "site.mscgraph"


def write_site(
    kg: KnowledgeGraph,
    path: str | os.PathLike[str],
    *,
    title: str | None = None,
    address: str | None = None,
) -> Path:
    """Write the graph as a folder of linked HTML pages that any web server, or none, can show.

    Every entity, association, publication, trial and stored question has a page at an address made from
    its id alone, readable without script, with its findings for and against side by side. The records
    of entities and associations stand next to their pages as Turtle, the findings on an entity as TSV
    too, everything in more formats under ``data/``. All links inside are relative, nothing is loaded
    from elsewhere.

    Parameters
    ----------
    kg
        The graph, or a slice; of a slice, what the whole graph says against it is shown too.
    path
        The folder to write. A folder that stands there is replaced only if it is empty or was written by
        this function.
    title
        The heading of the first page.
    address
        Where the site will stand, such as ``"https://example.org/mscgraph/"``. The site map needs whole
        addresses; without one, the namespace of the graph's own identifiers is taken.

    Returns
    -------
    pathlib.Path
        The folder. The same graph gives the same bytes.

    Raises
    ------
    ValueError
        When ``address`` is no web address.
    OutputError
        When the folder cannot be written, or holds something else; what stood there is untouched.

    Examples
    --------
    >>> import mscgraph as mg
    >>> (mg.write_site(mg.load(), "site") / "index.html").exists()
    True
    """
    from mscgraph.site.fill import fill  # Jinja and Oxigraph load only when a site is made

    if address is not None and not address.startswith(("https://", "http://")):
        raise ValueError(f"the address is {address!r}; write one that starts with https:// or http://")
    return write_whole_folder(
        path, lambda folder: fill(kg, folder, title=title, address=address), mark=_MARK
    )
