"""page and site: the graph to look at, as one file and as a folder of linked pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mscgraph.cli.options import filter_options, part_options, selected
from mscgraph.cli.output import graph, say_stated, say_written


@click.command("page")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The file.")
@click.option("--focus", help="Only this entity and what is at most --max-length steps (1) from it.")
@part_options
@click.option("--title", help="The title of the page.")
@click.option(
    "--overlay",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="TSV",
    help="Your own values, entity and number: they colour the entities.",
)
@click.option("--classic", is_flag=True, help="The look of pyvis: boxes to drag, tooltips, no panels.")
@click.option("--open", "open_it", is_flag=True, help="Open it in the browser.")
@click.pass_context
def page_command(
    ctx: click.Context,
    /,
    output: Path,
    focus: str | None,
    paths: tuple[str, str] | None,
    title: str | None,
    overlay: Path | None,
    classic: bool,
    open_it: bool,
    **part: Any,
) -> None:
    """Write one self-contained HTML page: it opens offline and asks nothing of the network.

    \b
    mscgraph page -o mscgraph.html
    mscgraph page -o th17.html --paths MSC "Th17 cell"
    mscgraph page -o human.html --taxon human
    mscgraph page -o mine.html --overlay measured.tsv
    """
    from mscgraph.page import write_page
    from mscgraph.page.overlay import read_overlay

    if focus and paths:
        raise click.UsageError("Give --focus or --paths, not both.")
    if classic and overlay:
        raise click.UsageError("--overlay colours the explorer; leave --classic out.")
    steps = part["max_length"] or 1
    kg, answer = selected(graph(ctx), paths, part, strict=True)
    values = read_overlay(kg, overlay) if overlay else None
    for problem in values.problems if values else ():
        click.echo(f"{problem.file}:{problem.line}: {problem.message}", err=True)
    written = write_page(
        kg, output, focus=focus, steps=steps, answer=answer, title=title, classic=classic,
        overlay=values,
    )  # fmt: skip
    if values:
        click.echo(f"{len(values.values)} values of {values.title!r} on the page", err=True)
    say_stated(kg, "not drawn: the page shows findings; list them with mscgraph associations")
    say_written(written)
    if open_it:
        click.launch(str(written))


@click.command("site")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="The folder to write."
)
@filter_options
@click.option("--title", help="The heading of the first page.")
@click.option("--address", metavar="URL", help="Where it will stand; the site map needs it.")
@click.option("--open", "open_it", is_flag=True, help="Open its first page in the browser.")
@click.pass_context
def site_command(
    ctx: click.Context,
    /,
    output: Path,
    title: str | None,
    address: str | None,
    open_it: bool,
    **filters: str | None,
) -> None:
    """Write a static site that any web server, or none, can show.

    One readable page for every entity, association, publication, trial and stored question, the explorer,
    and the data next to each page. A folder that stands there is replaced only if this command wrote it.

    \b
    mscgraph site -o site
    mscgraph site -o th17 --object "Th17 cell"
    mscgraph site -o site --address https://example.org/mscgraph/
    """
    from mscgraph.site import write_site

    if address is not None and not address.startswith(("https://", "http://")):
        raise click.UsageError(f"--address takes a web address, not {address!r}.")
    kg, _ = selected(graph(ctx), None, filters, strict=True)
    written = write_site(kg, output, title=title, address=address)
    say_stated(kg, "drawn nowhere: the site shows findings; list them with mscgraph associations")
    files = [path for path in written.rglob("*") if path.is_file()]
    pages = sum(path.suffix == ".html" for path in files)
    size = sum(path.stat().st_size for path in files)
    click.echo(
        f"wrote {written} ({pages:,} pages, {len(files):,} files, {size:,} bytes); begin at "
        f"{written / 'index.html'}",
        err=True,
    )
    if open_it:
        click.launch(str(written / "index.html"))
