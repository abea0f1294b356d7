"""import: statements of other sources as graph directories."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.options import memory_option
from mscgraph.cli.output import graph
from mscgraph.cli.streams import terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from mscgraph.large.directory import NoteCounts

FORMS = ("kgx", "rdf", "sif", "sssom", "signor", "omnipath", "indra")  # as exchange.importing.IMPORTERS


@click.command("import")
@click.argument("form", metavar="FORMAT", type=click.Choice(FORMS))
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("-o", "--output", required=True, help="The graph directory to write.")
@click.option(
    "--knowledge-source",
    default="",
    help="Whose statements they are (infores CURIE) if no column says so.",
)
@click.option("--licence", default="", help="The licence of the source, for the manifest.")
@click.option("--release", default="", help="The release of the source, for the manifest.")
@click.option("--report", help="A file for all that could not be taken as it stood.")
@memory_option("1GiB")
@click.pass_context
def import_command(
    ctx: click.Context, /, form: str, files: tuple[str, ...], output: str, **options: Any
) -> None:
    """Take the statements of another source into a graph directory, apart from the curated tables.

    FORMAT is kgx (NODES EDGES), rdf (ours), sif, sssom, signor, omnipath or indra; files may end in .gz.

    They keep their knowledge source, knowledge level and agent type, and get the letter D at best. What
    could not be taken as it stood is counted on standard error, and listed whole with --report.

    \b
    mscgraph import kgx nodes.tsv edges.tsv -o other.graph
    mscgraph import signor signor.tsv -o signor.graph
    mscgraph --graph other.graph paths IFNG CXCL9
    """
    from mscgraph.large.importers import import_graph

    with shown_progress() as progress:
        done = import_graph(form, files, output, base=graph(ctx), progress=progress, **options)
    print_done(done.folder, done.counts, done.notes)


@click.command("merge")
@click.argument("graphs", nargs=-1, required=True, metavar="GRAPH...")
@click.option("-o", "--output", required=True, help="The graph directory to write.")
@click.option("--report", help="A file for all that did not fit, and all that disagrees.")
@memory_option("1GiB")
@click.pass_context
def merge_command(
    ctx: click.Context, graphs: tuple[str, ...], output: str, report: str | None, memory_limit: str
) -> None:
    """Merge graph directories into one; "curated" names the graph that ships with the program.

    Entities meet by id and cross-reference, and the graphs named first give ids and names. Every statement
    keeps its source; findings stay findings.

    \b
    mscgraph merge curated other.graph -o merged.graph
    mscgraph --graph merged.graph paths MSC "Th17 cell"
    """
    from mscgraph.large.directory import merge_graphs

    with shown_progress() as progress:
        done = merge_graphs(
            graphs, output, base=graph(ctx), report=report, memory_limit=memory_limit, progress=progress
        )
    print_done(done.folder, done.counts, done.notes)


@contextlib.contextmanager
def shown_progress() -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar a stage on standard error, where that is a terminal."""
    import sys

    bars = contextlib.ExitStack()
    open_bar: dict[str, tuple[Any, int]] = {}

    def show(stage: str, done: int, total: int | None) -> None:
        if stage not in open_bar:
            bars.close()
            open_bar.clear()
            new = bars.enter_context(
                click.progressbar(length=total or 0, label=stage, file=terminal(), show_pos=not total)
            )
            open_bar[stage] = new, 0
        bar, before = open_bar[stage]
        if total is None:
            bar.length = max(done, 1)
        bar.update(done - before)
        open_bar[stage] = bar, done

    with bars:
        if sys.stderr.isatty():
            yield show
        else:
            yield lambda stage, done, total: None  # noqa: ARG005


def print_done(folder: Path, counts: dict[str, int], notes: Sequence[NoteCounts]) -> None:
    """Say what was written, and what could not be taken as it stood."""
    numbers = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    click.echo(f"wrote {folder}: {numbers or 'nothing'}", err=True)
    for kind in notes:
        first = "; ".join(
            note.what + (f" ({note.example})" if note.example else "") for note in kind.first
        )
        more = "; …" if kind.things > len(kind.first) else ""
        click.echo(
            f"{kind.kind}: {kind.things:,} in {kind.records:,} record(s): {first}{more}", err=True
        )
