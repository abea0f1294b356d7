"""mine: the best routes of all pairs of two lists; and the index of a graph directory."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.options import (
    condition_options,
    count_option,
    effect_option,
    json_option,
    memory_option,
)
from mscgraph.cli.output import graph, print_json, print_progress, print_rows, read_text
from mscgraph.cli.streams import echo

if TYPE_CHECKING:
    from mscgraph.large.mining.mined_paths import MinedSummary

_SHOWN = 20


@click.command("mine")
@click.argument("sources")
@click.argument("targets")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The Parquet file to write.")
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="What runs the plan.",
)
@effect_option("The net effect wanted.")
@count_option(10, "How many routes for each pair.")
@condition_options(most_steps=4, steps=3)
@click.option(
    "--hop-cap",
    type=click.IntRange(min=1),
    help="Follow only so many steps, the cheapest, out of and into an entity.",
)
@memory_option("2GiB")
@click.option(
    "--spill", type=click.Path(path_type=Path), help="The folder for what does not fit in memory."
)
@click.option("--master", help="Where Spark runs, such as local[4] or spark://host:7077.")
@click.option("--summary", is_flag=True, help="Rank the mediators over all pairs.")
@json_option
@click.pass_context
def mine_command(
    ctx: click.Context,
    /,
    sources: str,
    targets: str,
    output: Path | None,
    summary: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Find the k best routes from each of SOURCES to each of TARGETS, all pairs at once.

    SOURCES and TARGETS are names with commas between, @FILE with one name a line, or category:Cell. With
    --time-limit it is given up after that time, and nothing is written.

    \b
    mscgraph mine MSC,TSG-6 "Th17 cell,Treg" -o mined.parquet
    mscgraph mine MSC category:Cell --summary --max-length 2
    mscgraph --graph merged.graph mine @sources.txt @targets.txt -o mined.parquet
    """
    from mscgraph.large.mining import mine, summarize_mined

    if output is None and not summary:
        raise click.UsageError("Give -o FILE.parquet, --summary, or both.")
    place = ctx.meta.get("mscgraph.graph_folder")
    with tempfile.TemporaryDirectory(prefix="mscgraph-") as beside:
        mined = mine(
            place or graph(ctx),
            _listed(sources),
            _listed(targets),
            output or Path(beside) / "mined.parquet",
            **options,
        )
        if not mined.complete:
            echo(
                f"incomplete: the hop cap cut {mined.cut:,} edges on walks between the lists;"
                " better paths may exist",
                err=True,
            )
        what = summarize_mined(mined.output) if summary else None
    if output is not None:
        of = f"{mined.pairs:,} of {mined.asked:,} pairs"
        echo(f"wrote {output}: {mined.rows:,} routes for {of}", err=True)
    if what is not None and as_json:
        print_json(what.to_dict())
    elif what is not None:
        _print_summary(what)


def _listed(text: str) -> list[str]:
    """Names with commas between, or one a line in a file."""
    if text.startswith("@"):
        lines = read_text(Path(text[1:])).splitlines()
        names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    else:
        names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise click.UsageError(f"{text!r} names nothing.")
    return names


def _print_summary(summary: MinedSummary) -> None:
    echo(f"{summary.paths:,} routes of {summary.pairs:,} pairs, {len(summary.mediators):,} mediators")
    if summary.mediators:
        columns = ("pairs", "paths", "increase", "decrease", "unknown", "strength", "mediator")
        rows = [
            (m.pairs, m.paths, m.increase, m.decrease, m.unknown, f"{m.strength:.3g}", m.entity)
            for m in summary.mediators[:_SHOWN]
        ]
        print_rows(columns, rows)


@click.command("index")
@click.pass_context
def index_command(ctx: click.Context) -> None:
    """Build the path index of the graph directory given by --graph, unless it is there and fits.

    Questions about paths build it themselves where it is missing: this is for doing it beforehand.

    \b
    mscgraph --graph merged.graph index
    """
    from mscgraph.large.index.index_builder import refresh

    folder = ctx.meta.get("mscgraph.graph_folder")
    if folder is None:
        raise click.UsageError("Name the graph directory: mscgraph --graph DIR index.")
    graph(ctx)  # a directory that no question can be asked of is refused
    echo(refresh(folder, progress=print_progress() if sys.stderr.isatty() else None))
