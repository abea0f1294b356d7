"""The user's own measurements on the page: a value for some entities, from a table of two columns."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mscgraph.errors import DataError, NotFound
from mscgraph.model import Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.render.drawing import Contents

__all__ = ["Overlay", "on_page", "read_overlay"]


class Overlay(NamedTuple):
    """Values by entity id, what they are called, and the lines of the table that could not be used."""

    title: str
    values: Mapping[str, float]
    problems: tuple[Problem, ...] = ()


def read_overlay(kg: KnowledgeGraph, path: str | os.PathLike[str]) -> Overlay:
    r"""Read a table of two tab-separated columns: an entity by any name, and a number.

    A first line whose second cell is no number is the header: its second cell is the title of the legend.
    Empty lines and lines that begin with ``#`` are passed over. What cannot be used is no error, but a
    problem that names its line: an unknown or ambiguous name, a value that is no number, an entity that
    stands twice (the first counts).

    Parameters
    ----------
    kg
        The graph whose entities are named.
    path
        The table, UTF-8.

    Returns
    -------
    Overlay
        The values by entity id, the title of the legend, and the lines that could not be used.

    Raises
    ------
    DataError
        When the file cannot be read or is not UTF-8.

    Examples
    --------
    >>> import mscgraph as mg, pathlib
    >>> _ = pathlib.Path("mine.tsv").write_text("entity\tlog2 fold change\nIDO\t2.5\nnonsense\t1\n")
    >>> overlay = mg.read_overlay(mg.load(), "mine.tsv")
    >>> overlay.title, overlay.values, [problem.line for problem in overlay.problems]
    ('log2 fold change', {'HGNC:6059': 2.5}, [3])
    """
    file = Path(path)
    values: dict[str, float] = {}
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    title = ""

    def problem(number: int, message: str, repair: str = "") -> None:
        problems.append(Problem("overlay", "warning", str(file), number, message, repair))

    rows = [
        (number, [cell.strip() for cell in line.split("\t")])
        for number, line in enumerate(_text(file).splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]
    for number, (name, *cells) in rows:
        if not cells:
            problem(number, f"{name!r} has no value", "Separate entity and value by a tab.")
        elif (value := _number(cells[0])) is None and number == rows[0][0]:
            title = cells[0]
        elif value is None:
            problem(number, f"the value {cells[0]!r} of {name!r} is no number")
        else:
            try:
                found = kg.entity(name).id
            except NotFound as error:
                problem(number, str(error))
                continue
            if found in values:
                problem(number, f"{name!r} stands on line {lines[found]} already; that value is shown")
            else:
                values[found], lines[found] = value, number
    return Overlay(title or file.stem, dict(sorted(values.items())), tuple(problems))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 at byte {error.start}: save it as UTF-8", file=str(file)) from None
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", file=str(file)) from None


def _number(text: str) -> float | None:
    try:
        value = float(text.replace("−", "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def on_page(overlay: Overlay | None, contents: Contents) -> dict[str, Any]:
    """Return an overlay as the page's script reads it: a title, and pairs of entity id and value."""
    title, values = (overlay.title, overlay.values) if overlay else ("", {})
    held = set(contents.entities)
    return {"title": title, "values": [list(pair) for pair in values.items() if pair[0] in held]}
