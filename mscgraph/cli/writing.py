"""What is written: export, page, site and figure; of the whole graph, or of a part of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import mscgraph as mg
from mscgraph.cli.options import COUNT, command, filter_options, flag, option, part_options, selected
from mscgraph.cli.output import graph, print_rows, say_stated, say_written
from mscgraph.cli.streams import echo

_NEEDED: dict[str, Any] = {"required": True, "type": click.Path(path_type=Path)}


@command(
    "export",
    click.argument("form", metavar="FORMAT", required=False),
    option("-o --output", "The file or folder to write; - is standard output."),
    flag("--rdf12", "RDF 1.2: each association reifies its triple."),
    part_options,
    flag("--list list_them", "List the formats and what opens them."),
)  # fmt: skip
def export_command(
    form: str | None, output: str | None, rdf12: bool, list_them: bool, **part: Any
) -> None:
    """Write the whole graph, or a part of it, in a format of other tools.

    What the format cannot hold is listed on standard error. Same input, same bytes.

    \b
    mscgraph export turtle -o mscgraph.ttl
    mscgraph export kgx -o th17 --paths MSC "Th17 cell"
    mscgraph export xlsx -o human.xlsx --taxon human --object Treg
    """
    from mscgraph.export import FORMATS, export, find_format

    if list_them:
        lines = [(f.name, "folder" if f.folder else "file", f.opens_in) for f in FORMATS.values()]
        return print_rows(("format", "writes", "opens in"), lines)
    if form is None or output is None:
        raise click.UsageError("Give a FORMAT and -o, or --list.")
    if output == "-" and find_format(form).folder:
        raise click.UsageError(f"{form} is several files: name a folder with -o.")
    if rdf12 and not find_format(form).rdf12:
        able = ", ".join(one.name for one in FORMATS.values() if one.rdf12)
        raise click.UsageError(f"{form} cannot say RDF 1.2; write one of {able}.")
    kg, answer = selected(graph(), part)
    if answer is not None:
        kg = mg.keep_paths(kg, answer)
    written = export(kg, form, output, rdf12=rdf12)
    say_written(written.target)
    for loss in written.losses:
        echo(f"lost: {loss.field} ({loss.records:,}): {loss.why}", err=True)


@command(
    "page",
    option("-o --output", "The file.", **_NEEDED),
    option("--focus", "Only this entity and what is at most --max-length steps (1) from it."),
    part_options,
    option("--title", "The title of the page."),
    option("--overlay", "Your own values, entity and number: they colour the entities.",
        type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="TSV"),
    flag("--classic", "The look of pyvis: boxes to drag, tooltips, no panels."),
    flag("--open open_it", "Open it in the browser."),
)  # fmt: skip
def page_command(
    output: Path,
    focus: str | None,
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
    if focus and part["paths"]:
        raise click.UsageError("Give --focus or --paths, not both.")
    if classic and overlay:
        raise click.UsageError("--overlay colours the explorer; leave --classic out.")
    steps = part["max_length"] or 1
    kg, answer = selected(graph(), part, strict=True)
    values = mg.read_overlay(kg, overlay) if overlay else None
    for problem in values.problems if values else ():
        click.echo(f"{problem.file}:{problem.line}: {problem.message}", err=True)
    look: dict[str, Any] = {"title": title, "classic": classic, "overlay": values}
    written = mg.write_page(kg, output, focus=focus, steps=steps, answer=answer, **look)
    if values:
        click.echo(f"{len(values.values)} values of {values.title!r} on the page", err=True)
    say_written(written)
    if open_it:
        click.launch(str(written))


@command(
    "site",
    option("-o --output", "The folder to write.", **_NEEDED),
    filter_options,
    option("--title", "The heading of the first page."),
    option("--address", "Where it will stand; the site map needs it.", metavar="URL"),
    flag("--open open_it", "Open its first page in the browser."),
)  # fmt: skip
def site_command(
    output: Path, title: str | None, address: str | None, open_it: bool, **filters: str | None
) -> None:
    """Write a static site that any web server, or none, can show.

    One readable page for every entity, association, publication, trial and stored question, the explorer,
    and the data next to each page. A folder that stands there is replaced only if this command wrote it.

    \b
    mscgraph site -o site
    mscgraph site -o th17 --object "Th17 cell"
    mscgraph site -o site --address https://example.org/mscgraph/
    """
    if address is not None and not address.startswith(("https://", "http://")):
        raise click.UsageError(f"--address takes a web address, not {address!r}.")
    kg, _ = selected(graph(), filters, strict=True)
    written = mg.write_site(kg, output, title=title, address=address)
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


@command(
    "figure",
    click.argument("cause", metavar="SOURCE"),
    click.argument("effect", metavar="TARGET"),
    option("-o --output", "The file: .svg, .png, .pdf, .pptx (shapes to move) or .sbgn (SBGN-ML).",
        **_NEEDED),
    option("--width", "Millimetres: 85 for one column of a journal, 175 for two.", type=float,
        default=175, metavar="MM"),
    option("--lanes", "How many mediators at most act on the target itself.", type=COUNT, default=8),
    filter_options,
)  # fmt: skip
def figure_command(
    cause: str, effect: str, output: Path, width: float, lanes: int, **filters: Any
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
    kg, _ = selected(graph(), filters, strict=True)
    say_written(mg.write_figure(kg, cause, effect, output, width=width, lanes=lanes))
