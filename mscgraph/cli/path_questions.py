"""What is asked of all paths at once: explain, block, mediators, loops, upstream, downstream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.mechanisms import end, print_answer
from mscgraph.cli.options import (
    condition_options,
    count_option,
    effect_option,
    format_options,
    together,
    with_progress,
)
from mscgraph.cli.output import graph, print_json, print_text
from mscgraph.cli.streams import echo

if TYPE_CHECKING:
    from collections.abc import Callable

    from mscgraph.cli.options import Decorator


def _question(name: str, ends: str, *own: Decorator) -> Decorator:
    """A command that asks about paths: arguments, its own options, then those that all have."""
    formats = format_options("text", "markdown", "json")
    shared = (condition_options(), formats, click.pass_context)
    return together(click.command(name), *map(click.argument, ends.split()), *own, *shared)


def _ask(ctx: click.Context, question: Callable[..., Any], form: str, **options: Any) -> None:
    """Ask a question about paths, and print the answer."""
    kg = graph(ctx)
    print_answer(kg, question(kg, **with_progress(options)), form)


@click.command("explain")
@click.argument("source")
@click.argument("target")
@effect_option("The net effect wanted.")
@count_option(5, "How many routes.")
@condition_options()
@click.option("--all", "everything", is_flag=True, help="List all findings, not five for a step.")
@click.option("--bib", type=click.Path(dir_okay=False), help="Write the references here as BibTeX.")
@format_options("text", "markdown", "json")
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
    end(answer)


@_question(
    "block",
    "source target",
    click.option(
        "--without", multiple=True, required=True, help="An entity that does nothing; may be repeated."
    ),
    count_option(10, "How many of those that die, and of those that remain, are listed."),
)
def block_command(ctx: click.Context, /, **options: Any) -> None:
    """Ask which paths from SOURCE to TARGET would die without an entity, and what would remain.

    A hypothesis: it knows no dose, no compensation and no time.

    \b
    mscgraph block MSC "Th17 cell" --without IDO1 --without PGE2
    """
    from mscgraph.paths.interventions import block

    _ask(ctx, block, **options)


@_question(
    "mediators",
    "source target",
    effect_option("Only paths of this net effect."),
)
def mediators_command(ctx: click.Context, /, **options: Any) -> None:
    """Rank what stands between SOURCE and TARGET, and find the fewest entities that cut all paths.

    \b
    mscgraph mediators MSC "Th17 cell" --max-length 3
    mscgraph mediators MSC "NK cell" --effect decrease
    """
    from mscgraph.paths.interventions import mediators

    _ask(ctx, mediators, **options)


@_question(
    "loops",
    "entity",
    click.option(
        "--kind",
        type=click.Choice(["reinforcing", "damping", "unknown", "any"]),
        default="any",
        show_default=True,
        help="What a round does: more of ENTITY (+), less (−), or unknown.",
    ),
    count_option(10, "How many loops."),
)
def loops_command(ctx: click.Context, /, **options: Any) -> None:
    """Find signed feedback loops through ENTITY: reinforcing or damping.

    \b
    mscgraph loops IFN-γ --kind damping
    """
    from mscgraph.paths.loops import find_loops

    _ask(ctx, find_loops, **options)


@_question(
    "upstream",
    "entity",
    effect_option("What it does to ENTITY."),
    count_option(30, "How many are listed, each an entity with a net effect."),
)
def upstream_command(ctx: click.Context, /, **options: Any) -> None:
    """List everything that raises or lowers ENTITY, with the best path each.

    \b
    mscgraph upstream "Th17 cell" --effect decrease --max-length 2
    """
    from mscgraph.paths.influences import upstream

    _ask(ctx, upstream, **options)


@_question(
    "downstream",
    "entity",
    effect_option("What ENTITY does to it."),
    count_option(30, "How many are listed, each an entity with a net effect."),
)
def downstream_command(ctx: click.Context, /, **options: Any) -> None:
    """List everything that ENTITY raises or lowers, with the best path each.

    \b
    mscgraph downstream IDO1 --max-length 2
    """
    from mscgraph.paths.influences import downstream

    _ask(ctx, downstream, **options)
