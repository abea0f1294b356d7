"""The commands of curate that ask services: fetch."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.options import table_options
from mscgraph.cli.output import graph, print_rows
from mscgraph.cli.streams import overwrite_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mscgraph.curate.fetching import Unfetched
    from mscgraph.curate.services.client import Services

__all__ = ["fetch_command", "service_options"]


def service_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Whom a command asks: the keyword ``services``; what is to know of them is said at the end."""

    @functools.wraps(command)
    def asking(*args: Any, cache: Path | None, offline: bool, **options: Any) -> Any:
        from mscgraph.curate.services.client import Services

        services = Services(cache, offline=offline)
        try:
            return command(*args, services=services, **options)
        finally:
            for note in services.notes:
                click.echo(note, err=True)

    at = click.Path(file_okay=False, path_type=Path)
    asking = click.option("--offline", is_flag=True, help="Ask no service: use what was fetched.")(
        asking
    )
    return click.option(
        "--cache", type=at, metavar="DIRECTORY",
        help="Where fetched papers are kept. Default: the user's cache folder, or MSCGRAPH_CACHE.",
    )(asking)  # fmt: skip


@click.command("fetch", short_help="Fetch records and open texts of papers.")
@click.argument("papers", nargs=-1)
@click.option("--missing", is_flag=True, help="Every paper of the graph that was not fetched yet.")
@click.option("--again", is_flag=True, help="Ask again for what was fetched before.")
@service_options
@table_options
@click.pass_context
def fetch_command(
    ctx: click.Context,
    papers: tuple[str, ...],
    missing: bool,
    again: bool,
    services: Services,
    form: str,
) -> None:
    """Fetch papers by PMID, PubMed Central id or DOI: record, abstract and, where it is open, full text.

    From Europe PMC, Crossref and NCBI's id converter. What is fetched is kept in a cache folder of yours;
    a run that broke off continues where it was. MSCGRAPH_MAIL says who you are to the services; HTTPS_PROXY
    and REQUESTS_CA_BUNDLE name a proxy and certificates.

    \b
    mscgraph curate fetch PMID:40734866
    mscgraph curate fetch --missing
    """
    from mscgraph.curate.fetching import fetch_all

    if missing is bool(papers):
        raise click.UsageError("Name papers, or give --missing.")
    wanted = list(graph(ctx).publications.values()) if missing else list(papers)
    days = 0 if again else None
    found, without = fetch_all(services, wanted, days=days, progress=counter(len(wanted)))
    columns = ("paper", "sections", "full_text", "licence", "sources", "title")
    rows = [
        (p.id, len(p.sections), "yes" if p.has_full_text else "no", p.first("licence"), p.sources,
         p.first("title"))
        for p in found
    ]  # fmt: skip
    print_rows(columns, rows, form)
    click.echo(f"{len(found)} paper(s) in {services.cache}", err=True)
    say_unfetched(ctx, without)


def counter(total: int) -> Callable[[int, str], None]:
    """What shows a person at a terminal how many of so many are done."""

    def show(number: int, name: str) -> None:
        if total > 1 and sys.stderr.isatty():
            done = 20 * number // total
            bar = f"{'█' * done}{'·' * (20 - done)} {number} of {total} {name}"
            overwrite_line(bar if number < total else "")

    return show


def say_unfetched(ctx: click.Context, without: Sequence[Unfetched]) -> None:
    """Say which papers could not be fetched, and end with exit code 1 if there is one."""
    for paper in without:
        click.echo(f"{paper.id}: {paper.why}", err=True)
    if without:
        ctx.exit(1)
