"""paths and what is asked of all paths: by which mechanisms one thing leads to another."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.options import (
    condition_options,
    count_option,
    effect_option,
    format_options,
    with_progress,
)
from mscgraph.cli.output import graph, print_associations, print_json, print_progress, print_text
from mscgraph.cli.streams import echo

if TYPE_CHECKING:
    from collections.abc import Callable

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.paths.answer import PathAnswer

__all__ = [
    "block_command",
    "downstream_command",
    "explain_command",
    "index_command",
    "loops_command",
    "mediators_command",
    "paths_command",
    "upstream_command",
]

_INTERRUPTED = 130
_format_options = format_options("text", "markdown", "json")


def _ask(
    ctx: click.Context, question: Callable[..., Any], *names: str, form: str, **options: Any
) -> None:
    """Ask a question about paths, and print the answer."""
    kg = graph(ctx)
    _print(kg, question(kg, *names, **with_progress(options)), form)


def _print(kg: KnowledgeGraph, answer: Any, form: str) -> None:
    """Print an answer in words or as JSON."""
    if form == "json":
        print_json(answer.to_dict())
    else:
        from mscgraph.explain import explain

        page = explain(kg, answer)
        print_text(page.to_markdown() if form == "markdown" else str(page))
    _end(answer)


def _end(answer: Any) -> None:
    """Say so, and exit as an interrupted program does, where Ctrl-C cut the answer short."""
    if answer.stopped == "interrupt":
        echo("Interrupted: these are the best results so far.", err=True)
        raise click.exceptions.Exit(_INTERRUPTED)


@click.command("paths")
@click.argument("source")
@click.argument("target")
@effect_option("The net effect wanted.")
@count_option(10, "How many routes.")
@condition_options()
@click.option("--as-graph", is_flag=True, help="List the associations that the paths are made of.")
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL 1.1 endpoint instead.")
@_format_options
@click.pass_context
def paths_command(
    ctx: click.Context,
    /,
    source: str,
    target: str,
    form: str,
    as_graph: bool,
    endpoint: str | None,
    **options: Any,
) -> None:
    """Show what is known of SOURCE's effect on TARGET, then the best routes that may explain it.

    First the direct test: all findings on the two themselves, nulls included. Then routes of two steps and
    more, those demonstrated in single studies before those put together from several, whose net effect is
    the product of the steps' signs: a hypothesis, not a result. What speaks against each step is shown.

    \b
    mscgraph paths MSC "Th17 cell" --effect decrease
    mscgraph paths MSC IL-10 --via macrophage
    mscgraph paths MSC EAE --taxon mouse --min-grade C
    mscgraph paths MSC EAE --as-graph
    mscgraph paths MSC EAE --endpoint http://127.0.0.1:7878/query
    """
    from mscgraph.paths.answer import find_paths

    kg = graph(ctx)
    if endpoint is None:
        answer = find_paths(kg, source, target, **with_progress(options))
    else:
        from mscgraph.sparql import open_endpoint

        limit = {"timeout": options["time_limit"]} if options["time_limit"] else {}
        with open_endpoint(endpoint, kg=kg, **limit) as store:
            answer = store.find_paths(source, target, **with_progress(options))
        kg = answer.kg or kg
    if as_graph:
        _print_graph(kg, answer, as_json=form == "json")
        _end(answer)
    else:
        _print(kg, answer, form)


def _print_graph(kg: KnowledgeGraph, answer: PathAnswer, *, as_json: bool) -> None:
    """The union of the paths: entities and associations, each with the paths that it is on."""
    on: dict[str, list[int]] = {}
    for number, path in enumerate(answer.paths, start=1):
        for association in path.associations:
            on.setdefault(association.id, []).append(number)
    if as_json:
        ids = dict.fromkeys(entity for path in answer.paths for entity in path.entities)
        nodes = [{"id": i, "name": kg.name(i), "category": kg.entities[i].category} for i in ids]
        steps = {s.association.id: s.to_dict() for path in answer.paths for s in path.steps}
        edges = [step | {"paths": on[identifier]} for identifier, step in steps.items()]
        return print_json({"complete": answer.complete, "nodes": nodes, "edges": edges})
    shown = answer.associations
    print_associations(kg, shown, more={"paths": [",".join(map(str, on[a.id])) for a in shown]})
    echo(f"{len(shown)} association(s) on {len(answer.paths)} path(s)", err=True)
    return None


@click.command("explain")
@click.argument("source")
@click.argument("target")
@effect_option("The net effect wanted.")
@count_option(5, "How many routes.")
@condition_options()
@click.option("--all", "everything", is_flag=True, help="List all findings, not five for a step.")
@click.option("--bib", type=click.Path(dir_okay=False), help="Write the references here as BibTeX.")
@_format_options
@click.pass_context
def explain_command(
    ctx: click.Context,
    /,
    source: str,
    target: str,
    form: str,
    everything: bool,
    bib: str | None,
    **options: Any,
) -> None:
    """Explain the best paths from SOURCE to TARGET on a page that can go into a paper's discussion.

    Evidence for and against, what each step's cost is the sum of, the weakest link, numbered references.

    \b
    mscgraph explain MSC "Th17 cell" --effect decrease -k 3
    mscgraph explain MSC EAE --format markdown --bib references.bib
    """
    from mscgraph.explain import explain
    from mscgraph.paths.answer import find_paths

    kg = graph(ctx)
    answer = find_paths(kg, source, target, **with_progress(options))
    page = explain(kg, answer)
    if bib is not None:
        from mscgraph.files import write_whole

        written = write_whole(bib, page.to_bibtex().encode())
        echo(f"wrote {written} ({len(page.references)} references)", err=True)
    if form == "json":
        print_json(page.to_dict())
    else:
        text = page.to_markdown if form == "markdown" else page.to_text
        print_text(text(everything=everything))
    _end(answer)


@click.command("block")
@click.argument("source")
@click.argument("target")
@click.option(
    "--without", multiple=True, required=True, help="An entity that does nothing; may be repeated."
)
@count_option(10, "How many of those that die, and of those that remain, are listed.")
@condition_options()
@_format_options
@click.pass_context
def block_command(ctx: click.Context, /, source: str, target: str, **options: Any) -> None:
    """Ask which paths from SOURCE to TARGET would die without an entity, and what would remain.

    A hypothesis: it knows no dose, no compensation and no time.

    \b
    mscgraph block MSC "Th17 cell" --without IDO1 --without PGE2
    """
    from mscgraph.paths.interventions import block

    _ask(ctx, block, source, target, **options)


@click.command("mediators")
@click.argument("source")
@click.argument("target")
@effect_option("Only paths of this net effect.")
@condition_options()
@_format_options
@click.pass_context
def mediators_command(ctx: click.Context, /, source: str, target: str, **options: Any) -> None:
    """Rank what stands between SOURCE and TARGET, and find the fewest entities that cut all paths.

    \b
    mscgraph mediators MSC "Th17 cell" --max-length 3
    mscgraph mediators MSC "NK cell" --effect decrease
    """
    from mscgraph.paths.interventions import mediators

    _ask(ctx, mediators, source, target, **options)


@click.command("loops")
@click.argument("entity")
@click.option(
    "--kind", type=click.Choice(["reinforcing", "damping", "unknown", "any"]), default="any",
    show_default=True, help="What a round does: more of ENTITY (+), less (−), or unknown.",
)  # fmt: skip
@count_option(10, "How many loops.")
@condition_options()
@_format_options
@click.pass_context
def loops_command(ctx: click.Context, /, entity: str, **options: Any) -> None:
    """Find signed feedback loops through ENTITY: reinforcing or damping.

    \b
    mscgraph loops IFN-γ --kind damping
    """
    from mscgraph.paths.loops import find_loops

    _ask(ctx, find_loops, entity, **options)


@click.command("upstream")
@click.argument("entity")
@effect_option("What it does to ENTITY.")
@count_option(30, "How many are listed, each an entity with a net effect.")
@condition_options()
@_format_options
@click.pass_context
def upstream_command(ctx: click.Context, /, entity: str, **options: Any) -> None:
    """List everything that raises or lowers ENTITY, with the best path each.

    \b
    mscgraph upstream "Th17 cell" --effect decrease --max-length 2
    """
    from mscgraph.paths.influences import upstream

    _ask(ctx, upstream, entity, **options)


@click.command("downstream")
@click.argument("entity")
@effect_option("What ENTITY does to it.")
@count_option(30, "How many are listed, each an entity with a net effect.")
@condition_options()
@_format_options
@click.pass_context
def downstream_command(ctx: click.Context, /, entity: str, **options: Any) -> None:
    """List everything that ENTITY raises or lowers, with the best path each.

    \b
    mscgraph downstream IDO1 --max-length 2
    """
    from mscgraph.paths.influences import downstream

    _ask(ctx, downstream, entity, **options)


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
