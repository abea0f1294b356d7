"""Graph directories: import, merge, index, and mine: the best routes of all pairs of two lists."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import mscgraph as mg
from mscgraph.cli.options import (
    COUNT,
    command,
    condition_options,
    count_option,
    effect_option,
    flag,
    json_option,
    memory_option,
    option,
)
from mscgraph.cli.output import graph, print_json, print_progress, print_rows, read_text
from mscgraph.cli.streams import echo, invocation, terminal
from mscgraph.large.importers import IMPORTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mscgraph.large.directory import Built
    from mscgraph.large.mining.mined_paths import MinedSummary


_SHOWN = 20
_PLACE = click.Path(path_type=Path)


@command(
    "import",
    click.argument("form", metavar="FORMAT", type=click.Choice([*IMPORTERS])),
    click.argument("files", nargs=-1, required=True, metavar="FILE..."),
    option("-o --output", "The graph directory to write.", required=True),
    option("--knowledge-source", "Whose statements they are (infores CURIE) if no column says so.",
        default=""),
    option("--licence", "The licence of the source, for the manifest.", default=""),
    option("--release", "The release of the source, for the manifest.", default=""),
    option("--report", "A file for all that could not be taken as it stood."),
    memory_option("1GiB"),
)  # fmt: skip
def import_command(form: str, files: tuple[str, ...], output: str, **options: Any) -> None:
    """Take the statements of another source into a graph directory, apart from the curated tables.

    FORMAT is kgx (NODES EDGES), rdf (ours), sif, sssom, signor, omnipath or indra; files may end in .gz,
    and those of kgx in .tsv, .jsonl or .parquet.

    They keep their knowledge source, knowledge level and agent type, and get the letter D at best. What
    could not be taken as it stood is counted on standard error, and listed whole with --report.

    \b
    mscgraph import kgx nodes.tsv edges.tsv -o other.graph
    mscgraph import signor signor.tsv -o signor.graph
    mscgraph --graph other.graph paths IFNG CXCL9
    """
    with shown_progress() as progress:
        done = mg.import_graph(form, files, output, base=graph(), progress=progress, **options)
    _say(done)


@command(
    "merge",
    click.argument("graphs", nargs=-1, required=True, metavar="GRAPH..."),
    option("-o --output", "The graph directory to write.", required=True),
    option("--report", "A file for all that did not fit, and all that disagrees."),
    memory_option("1GiB"),
)  # fmt: skip
def merge_command(graphs: tuple[str, ...], output: str, **options: Any) -> None:
    """Merge graph directories into one; "curated" names the graph that ships with the program.

    Entities meet by id and cross-reference, and the graphs named first give ids and names. Every statement
    keeps its source; findings stay findings.

    \b
    mscgraph merge curated other.graph -o merged.graph
    mscgraph --graph merged.graph paths MSC "Th17 cell"
    """
    with shown_progress() as progress:
        done = mg.merge_graphs(graphs, output, base=graph(), progress=progress, **options)
    _say(done)


@contextlib.contextmanager
def shown_progress() -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar a stage on standard error, where that is a terminal, with the time left and how fast it is."""
    opened: dict[str, Any] = {}
    begun = first = 0.0

    def show(stage: str, done: int, total: int | None) -> None:
        nonlocal begun, first
        if not sys.stderr.isatty():
            return
        if stage not in opened:
            bars.close()
            opened.clear()
            begun, first = time.monotonic(), done
            bar = click.progressbar(
                length=total or 0,
                label=stage,
                file=terminal(),
                show_pos=not total,
                item_show_func=lambda rate: rate,
            )
            opened[stage] = bars.enter_context(bar)
        if total is None:
            opened[stage].length = max(done, 1)
        speed = (done - first) / max(time.monotonic() - begun, 0.001)
        rates = {"reading": f"{speed / 1e6:,.1f} MB/s", "writing": f"{speed:,.0f} rows/s"}
        rate = rates.get(stage.partition(" ")[0], "") if done > first else ""
        opened[stage].update(done - opened[stage].pos, rate)

    with contextlib.ExitStack() as bars:
        yield show


def _say(done: Built) -> None:
    """Say what was written, and what could not be taken as it stood."""
    numbers = ", ".join(f"{count:,} {name}" for name, count in done.counts.items() if count)
    click.echo(f"wrote {done.folder}: {numbers or 'nothing'}", err=True)
    for kind in done.notes:
        first = "; ".join(n.what + (f" ({n.example})" if n.example else "") for n in kind.first)
        more = "; …" if kind.things > len(kind.first) else ""
        counts = f"{kind.things:,} in {kind.records:,} record(s)"
        click.echo(f"{kind.kind}: {counts}: {first}{more}", err=True)


@command(
    "mine", "sources", "targets",
    option("-o --output", "The Parquet file to write.", type=_PLACE),
    option("--engine", "What runs the plan.", type=click.Choice(["duckdb", "spark"]), default="duckdb"),
    effect_option("The net effect wanted."), count_option(10, "How many routes for each pair."),
    condition_options(most_steps=4, steps=3),
    option("--hop-cap", "Follow only so many steps, the cheapest, out of and into an entity.",
        type=COUNT),
    memory_option("2GiB"),
    option("--spill", "The folder for what does not fit in memory.", type=_PLACE),
    option("--master", "Where Spark runs, such as local[4] or spark://host:7077."),
    flag("--summary", "Rank the mediators over all pairs."),
    json_option,
)  # fmt: skip
def mine_command(
    sources: str, targets: str, output: Path | None, summary: bool, as_json: bool, **options: Any
) -> None:
    """Find the k best routes from each of SOURCES to each of TARGETS, all pairs at once.

    SOURCES and TARGETS are names with commas between, @FILE with one name a line, or category:Cell. With
    --time-limit it is given up after that time, and nothing is written.

    \b
    mscgraph mine MSC,TSG-6 "Th17 cell,Treg" -o mined.parquet
    mscgraph mine MSC category:Cell --summary --max-length 2
    mscgraph --graph merged.graph mine @sources.txt @targets.txt -o mined.parquet
    """
    if output is None and not summary:
        raise click.UsageError("Give -o FILE.parquet, --summary, or both.")
    with tempfile.TemporaryDirectory(prefix="mscgraph-") as beside:
        ends = _listed(sources), _listed(targets)
        place = output or Path(beside) / "mined.parquet"
        mined = mg.mine(invocation().folder or graph(), *ends, place, **options)
        if not mined.complete:
            cut = f"the hop cap cut {mined.cut:,} edges on walks between the lists"
            echo(f"incomplete: {cut}; better paths may exist", err=True)
        what = mg.summarize_mined(mined.output) if summary else None
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


@command("index")
def index_command() -> None:
    """Build the path index of the graph directory given by --graph, unless it is there and fits.

    Questions about paths build it themselves where it is missing: this is for doing it beforehand.

    \b
    mscgraph --graph merged.graph index
    """
    from mscgraph.large.index.index_builder import refresh

    folder = invocation().folder
    if folder is None:
        raise click.UsageError("Name the graph directory: mscgraph --graph DIR index.")
    graph()  # a directory that no question can be asked of is refused
    echo(refresh(folder, progress=print_progress() if sys.stderr.isatty() else None))
