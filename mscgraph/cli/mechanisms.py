"""paths: by which mechanisms one thing leads to another."""

from __future__ import annotations

from typing import Any

import click

from mscgraph.cli.output import graph, json_option, print_json

__all__ = ["paths_command"]


@click.command("paths")
@click.argument("source")
@click.argument("target")
@click.option(
    "--effect", type=click.Choice(["increase", "decrease", "unknown", "any"]), default="any",
    show_default=True, help="The net effect wanted.",
)  # fmt: skip
@click.option("-k", type=click.IntRange(min=1), default=10, show_default=True, help="How many.")
@click.option(
    "--max-length", type=click.IntRange(1, 8), default=4, show_default=True, help="Steps at most."
)
@click.option("--via", multiple=True, help="An entity that must lie on the path; may be repeated.")
@click.option("--avoid", multiple=True, help="An entity that must not; may be repeated.")
@click.option("--taxon", help="Only findings in this species support a step.")
@click.option("--system", help="Only findings in this system support a step.")
@click.option("--min-grade", help="The lowest grade a step may have.")
@click.option("--exact", is_flag=True, help="Do not cover subclasses of source and target.")
@json_option
@click.pass_context
def paths_command(
    ctx: click.Context,
    /,
    source: str,
    target: str,
    as_json: bool,
    **options: Any,
) -> None:
    """Find the best supported signed paths from SOURCE to TARGET, with what speaks against each step.

    The net effect is the product of the steps' signs: a hypothesis, not a result.

    \b
    mscgraph paths MSC "Th17 cell" --effect decrease
    mscgraph paths MSC EAE --taxon mouse --min-grade C
    """
    from mscgraph.paths.answer import find_paths

    kg = graph(ctx)
    answer = find_paths(kg, source, target, **options)
    if as_json:
        return print_json(answer.to_dict())
    from mscgraph.paths.explain import explain_paths

    click.echo(explain_paths(kg, answer), nl=False)
    return None
