"""The index of a graph directory: opened where it fits, built and kept next to the tables where not."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from mscgraph.errors import DataError, OutputError, UnusableIndex
from mscgraph.files import left_over, read_unchanged, write_whole_folder
from mscgraph.large.directory.manifest import read_description
from mscgraph.large.index.index_builder import fill_index
from mscgraph.large.index.index_files import MANIFEST, MARK, open_index
from mscgraph.paths.deadline import Progress

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from mscgraph.large.index.arrays import PathIndex

__all__ = ["open_or_build", "refresh"]

FOLDER = "index"


def open_or_build(
    folder: str | os.PathLike[str],
    *,
    content: str | None = None,
    progress: Callable[[Progress], object] | None = None,
) -> PathIndex:
    """Open the index of a graph directory; build it where it is missing, stale, foreign or damaged.

    What was wrong and what is done is logged as a warning, which goes to stderr unless logging is set up
    otherwise. Where the directory cannot be written, the index lasts as long as the program. ``content`` is
    what the directory must hold: that of another graph is not searched in its place.
    """
    place = Path(folder)
    key = _content(place)
    if content not in (None, key):
        raise DataError(
            "the graph directory was replaced while it was open; open it again", file=str(place)
        )
    try:
        return _open(place, key)
    except UnusableIndex as error:
        _warn(_found(place, error))
    try:
        _build(place, key, progress)
        return _open(place, key)
    except OutputError as error:
        _warn(f"{error}; the index is built for this run alone")
    with tempfile.TemporaryDirectory(prefix="mscgraph.") as elsewhere:
        beside = Path(elsewhere)
        fill_index(place, beside, key, _reporter(progress))
        return open_index(beside, key=key)  # its files stay mapped when their names are gone


def refresh(
    folder: str | os.PathLike[str], *, progress: Callable[[Progress], object] | None = None
) -> str:
    """Build the index of a graph directory unless it is there and fits; return what was done, in words."""
    place = Path(folder)
    key = _content(place)
    try:
        index = _open(place, key)
    except UnusableIndex as error:
        why = _found(place, error)
    else:
        return (
            f"{place / FOLDER} is there and fits: {len(index):,} edges, {len(index.nodes):,} entities."
        )
    _build(place, key, progress)
    index = _open(place, key)
    return f"{why}\nBuilt {place / FOLDER}: {len(index):,} edges, {len(index.nodes):,} entities."


def _open(place: Path, key: str) -> PathIndex:
    """The index, also while another process puts a new one in its place."""
    folder = place / FOLDER
    return read_unchanged(folder / MANIFEST, lambda: open_index(folder, key=key))


def _build(place: Path, key: str, progress: Callable[[Progress], object] | None) -> None:
    write_whole_folder(
        place / FOLDER, lambda beside: fill_index(place, beside, key, _reporter(progress)), mark=MARK
    )


def _reporter(progress: Callable[[Progress], object] | None) -> Callable[[str, int], None]:
    begun = monotonic()

    def report(doing: str, done: int) -> None:
        if progress is not None:
            progress(Progress(monotonic() - begun, 0, done, f"building the path index: {doing}"))

    return report


def _content(place: Path) -> str:
    """What names the content of a graph directory."""
    content = read_description(place).get("content")
    if not isinstance(content, str):
        raise DataError("not a graph directory: its manifest names no content", file=str(place))
    return content


def _found(place: Path, error: UnusableIndex) -> str:
    """What was found instead of an index, in words."""
    target = place / FOLDER
    left = [path.name for path in left_over(target)]
    killed = f" An earlier run was killed while it wrote: {', '.join(left)}." if left else ""
    if not target.exists():
        return f"{target}: there is no path index yet; building it.{killed}"
    return f"{error}; building it.{killed}".replace(
        "; build it again; building it", "; building it again"
    )


def _warn(text: str) -> None:
    import logging  # only where there is something to say

    logging.getLogger("mscgraph").warning("%s", text)
