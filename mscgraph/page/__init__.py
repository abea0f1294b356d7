"""One self-contained page to look at the graph: no server, no internet, no physics.

What the page holds, where everything stands and what each pair of entities shows come from
:mod:`mscgraph.render`. ``data`` turns records into columns of plain values, ``template`` joins the modules
under ``assets/``, ``explorer`` fills our own template with both; ``classic`` has pyvis draw the same.
"""

from __future__ import annotations

import math
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mscgraph.errors import DataError, NotFound
from mscgraph.files import write_whole
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import Problem
from mscgraph.paths import PathAnswer
from mscgraph.render.drawing import choose_contents

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from mscgraph.render.drawing import Contents

__all__ = ["MOST_FINDINGS", "Overlay", "frame", "on_page", "page_html", "read_overlay", "write_page"]

# A notebook keeps every frame it drew: this many findings are a megabyte.
MOST_FINDINGS = 5000
_FRAME = """<iframe title="{title}" width="100%" height="640" \
sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads" \
style="border: 1px solid #8886; border-radius: 6px" srcdoc="{page}"></iframe>"""
_TOO_LARGE = """<p>{title}: more than the {most:,} findings that a notebook should keep. \
<code>mg.write_page(kg, &quot;{how})</code> writes the explorer, which begins with a search; \
<code>kg.keep_settings(…)</code>, <code>kg.keep_findings(…)</code> and <code>mg.keep_paths(…)</code> \
make a smaller graph.</p>"""


class Overlay(NamedTuple):
    """Values by entity id, what they are called, and the lines of the table that could not be used."""

    title: str
    values: Mapping[str, float]
    problems: tuple[Problem, ...] = ()


def write_page(
    kg: KnowledgeGraph,
    path: str | os.PathLike[str],
    *,
    focus: str | None = None,
    steps: int = 1,
    answer: PathAnswer | None = None,
    title: str | None = None,
    classic: bool = False,
    overlay: Overlay | None = None,
) -> Path:
    """Write the explorer page: one HTML file that opens offline, with every finding in it.

    Parameters
    ----------
    kg
        The graph to show. Of a slice, verdicts come from its findings; what the whole graph says against
        them is a mark, and the page says which part of the graph it shows.
    path
        The file to write; its folder must exist.
    focus, steps
        An entity by id, name or synonym: the page then holds what lies at most ``steps`` associations
        away from it, whichever way they point.
    answer
        A path answer: the page then holds the associations on its paths, with all that speaks against
        them, and opens on the paths.
    title
        The page's heading.
    classic
        Whether to draw with vis-network, as pyvis does: boxes to drag, tooltips, no panels. All places are
        fixed and nothing is fetched.
    overlay
        Your own values, from :func:`read_overlay`: they colour the entities, with a legend. The page holds
        them, so it is no longer only about published work.

    Returns
    -------
    pathlib.Path
        The file written. The same graph gives the same bytes.

    Raises
    ------
    NotFound, AmbiguousName
        When ``focus`` fits nothing, or several entities.
    ValueError
        When ``steps`` is less than 1, both ``focus`` and ``answer`` are given, or both ``classic`` and
        ``overlay``.
    OutputError
        When the file cannot be written.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mg.write_page(mg.load(), "explorer.html").name
    'explorer.html'
    """
    html = page_html(
        kg, focus=focus, steps=steps, answer=answer, title=title, classic=classic, overlay=overlay
    )
    return write_whole(path, html.encode())


def page_html(
    kg: KnowledgeGraph,
    *,
    title: str | None = None,
    classic: bool = False,
    overlay: Overlay | None = None,
    **part: Any,
) -> str:
    """Return the text of the page that :func:`write_page` writes; the options are the same."""
    if classic and overlay is not None:
        raise ValueError("the classic page shows no overlay; leave one of the two out")
    contents = choose_contents(kg, **part)
    heading = title or _heading(kg, contents)
    # Jinja, and for the classic page pyvis, load only when a page is made
    if classic:
        from mscgraph.page.classic import render_classic

        shown = f"{heading} ({contents.part})" if contents.part else heading
        return render_classic(kg, contents, title=shown)
    from mscgraph.page.explorer import render_explorer

    return render_explorer(kg, contents, title=heading, overlay=overlay)


def _heading(kg: KnowledgeGraph, contents: Contents) -> str:
    if contents.answer is not None:
        return _between(contents.answer)
    return f"Around {kg.name(contents.focus)}" if contents.focus else "How MSC modulate immunity"


def _between(answer: PathAnswer) -> str:
    return f"From {answer.kg.name(answer.source)} to {answer.kg.name(answer.target)}"


def frame(record: object) -> str:
    """Return a graph or a path answer as an HTML frame, or a sentence where it is too large to read.

    The page is the text of the frame, so a notebook fetches nothing; the frame is sandboxed, so its script
    sees neither the notebook nor what the notebook is allowed to do.
    """
    if isinstance(record, PathAnswer):
        kg, contents = record.kg, choose_contents(record.kg, answer=record)
        title, how = _between(record), "answer.html&quot;, answer=answer"
    elif isinstance(record, KnowledgeGraph):
        kg, whole = record, choose_contents(record)
        contents = replace(whole, entities=whole.drawn)  # those that findings are about
        title = f"{len(kg.findings):,} findings on {len(kg.associations):,} associations"
        how = "graph.html&quot;"
    else:
        raise TypeError(f"a {type(record).__name__} cannot be drawn")
    if sum(len(association.findings) for association in contents.associations) > MOST_FINDINGS:
        return _TOO_LARGE.format(title=escape(title), most=MOST_FINDINGS, how=how)
    from mscgraph.page.explorer import render_explorer

    page = escape(render_explorer(kg, contents, title=title), quote=True)
    return _FRAME.format(title=escape(title, quote=True), page=page)


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
