"""The mechanism figure for a paper: cells, mediators, receptors, and for each arrow what speaks against it.

``mechanism`` chooses what is drawn, ``composition`` where it stands, ``captions`` what it says, and
``drawn_shapes`` draws it as SVG; ``slides`` makes a presentation of the same shapes, ``sbgn`` an activity
flow for pathway editors.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mscgraph.errors import MissingExtra
from mscgraph.files import write_whole

if TYPE_CHECKING:
    import os

    from mscgraph.figure.drawn_shapes import Scene
    from mscgraph.figure.mechanism import Mechanism
    from mscgraph.graph import KnowledgeGraph

__all__ = ["FORMATS", "figure_png", "figure_svg", "write_figure"]

FORMATS = (".svg", ".png", ".pdf", ".pptx", ".sbgn")
_WIDEST, _NARROWEST = 400, 80
_DPI = 600


def write_figure(
    kg: KnowledgeGraph,
    source: str,
    target: str,
    path: str | os.PathLike[str],
    *,
    width: float = 175,
    lanes: int = 8,
) -> Path:
    """Write a figure of the mechanisms by which one thing acts on another, as a review draws them.

    Cells are containers, mediators stand between them, receptors on membranes; arrow and bar show the sign,
    dashes and a diamond contradicting findings; each route is numbered, with its papers for and against.
    Routes that one study showed whole come first.

    Parameters
    ----------
    kg
        The graph, or a slice: the figure then says which.
    source, target
        Entities by any name, symbol, synonym or id.
    path
        The file. Its ending gives the format: ``.svg``; ``.png`` (600 dots an inch) and ``.pdf`` with
        ``pip install 'mscgraph[figure]'``; ``.pptx`` with shapes that can be moved, of the same extra;
        ``.sbgn``, an SBGN-ML activity flow.
    width
        Millimetres: 85 for one column of most journals, 175 for two. Letters are 6 points and more.
    lanes
        How many mediators at most act on the target itself.

    Returns
    -------
    pathlib.Path
        The file written. The same graph gives the same SVG and SBGN.

    Raises
    ------
    NotFound, AmbiguousName
        When a name fits nothing or several entities, or nothing leads from one to the other.
    ValueError
        When the ending or the width is none of those.
    MissingExtra
        When the format needs a package that is not installed.
    OutputError
        When the file cannot be written.

    Examples
    --------
    >>> import mscgraph as mg
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> mg.write_figure(mg.load(), "MSC", "Th17 cell", folder / "th17.svg").name
    'th17.svg'
    """
    ending = Path(path).suffix.lower()
    if ending not in FORMATS:
        raise ValueError(f"the file ends in {ending!r}; write one of {', '.join(FORMATS)}")
    held, scene = _drawn(kg, source, target, width, lanes)
    if ending == ".sbgn":
        from mscgraph.figure.sbgn import to_sbgn

        return write_whole(path, to_sbgn(held, scene).encode())
    if ending == ".pptx":
        from mscgraph.figure.slides import to_slide

        return write_whole(path, to_slide(scene))
    pixels = round(scene.width / 25.4 * _DPI) if ending == ".png" else None
    return write_whole(path, _converted(_svg(scene), ending, pixels))


def figure_svg(
    kg: KnowledgeGraph, source: str, target: str, *, width: float = 175, lanes: int = 8
) -> str:
    """Return the figure that :func:`write_figure` writes, as SVG text, such as for a notebook."""
    return _svg(_drawn(kg, source, target, width, lanes)[1])


def figure_png(kg: KnowledgeGraph, source: str, target: str, *, pixels: int = 1600) -> bytes:
    """Return the figure as a PNG image so many pixels wide, such as for a chat."""
    return _converted(figure_svg(kg, source, target), ".png", pixels)


def _drawn(
    kg: KnowledgeGraph, source: str, target: str, width: float, lanes: int
) -> tuple[Mechanism, Scene]:
    from mscgraph.figure.composition import compose
    from mscgraph.figure.mechanism import mechanism
    from mscgraph.figure.membranes import is_narrow

    if not _NARROWEST <= width <= _WIDEST:
        raise ValueError(f"width is {width}; write {_NARROWEST} to {_WIDEST} millimetres")
    if lanes < 1:
        raise ValueError(f"lanes is {lanes}; write 1 or more")
    most, cells = (min(lanes, 6), 1) if is_narrow(width) else (lanes, 2)
    held = mechanism(kg, source, target, lanes=most, cells=cells)
    return held, compose(held, width)


def _svg(scene: Scene) -> str:
    from mscgraph.figure.drawn_shapes import to_svg

    return to_svg(scene)


def _converted(svg: str, ending: str, pixels: int | None) -> bytes:
    """SVG as it is, or as PDF or PNG."""
    text = svg.encode()
    if ending == ".svg":
        return text
    try:
        import cairosvg  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        raise MissingExtra(
            "PNG and PDF need cairosvg: pip install 'mscgraph[figure]', or write .svg"
        ) from None
    except OSError as error:  # the library of the system that it draws with
        raise MissingExtra(f"PNG and PDF need the cairo library ({error}); write .svg") from None
    convert = cairosvg.svg2pdf if ending == ".pdf" else cairosvg.svg2png
    content: bytes = convert(bytestring=text, output_width=pixels)
    return content
