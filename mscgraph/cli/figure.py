"""figure: the mechanisms between two entities as a drawing for a paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mscgraph.cli.options import filter_options, selected
from mscgraph.cli.output import graph, say_written


@click.command("figure")
@click.argument("cause", metavar="SOURCE")
@click.argument("effect", metavar="TARGET")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="The file: .svg, .png, .pdf, .pptx (shapes to move) or .sbgn (SBGN-ML).",
)
@click.option(
    "--width",
    type=float,
    default=175,
    show_default=True,
    metavar="MM",
    help="Millimetres: 85 for one column of a journal, 175 for two.",
)
@click.option(
    "--lanes",
    type=click.IntRange(min=1),
    default=8,
    show_default=True,
    help="How many mediators at most act on the target itself.",
)
@filter_options
@click.pass_context
def figure_command(
    ctx: click.Context,
    /,
    cause: str,
    effect: str,
    output: Path,
    width: float,
    lanes: int,
    **filters: Any,
) -> None:
    """Draw how one thing acts on another, as a figure for a paper.

    Cells are containers, mediators stand between them; arrow and bar show the sign, dashes and a diamond
    contradicting findings. Routes that one study showed whole come first; each is numbered, with its papers
    for and against.

    \b
    mscgraph figure MSC "Th17 cell" -o th17.svg
    mscgraph figure MSC-EV EAE -o eae.pptx --width 175
    mscgraph figure MSC "NK cell" -o nk.pdf --width 85 --taxon human
    """
    from mscgraph.figure import write_figure

    kg, _ = selected(graph(ctx), None, filters, strict=True)
    say_written(write_figure(kg, cause, effect, output, width=width, lanes=lanes))
