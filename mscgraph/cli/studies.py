"""trials and compare: what treated patients showed, and what two entities share."""

from __future__ import annotations

from typing import Any

import click

from mscgraph.cli.options import FILTERS, count_option, filter_options, format_options, json_option
from mscgraph.cli.output import graph, print_json, print_rows, print_text
from mscgraph.cli.streams import echo


@click.command("trials")
@filter_options
@click.option("--study", help="One trial, by its id in a registry.")
@format_options("text", "tsv", "csv", "json", "markdown")
@click.pass_context
def trials_command(ctx: click.Context, /, form: str, study: str | None, **filters: str | None) -> None:
    """List trials and treated cohorts, in MS unless --system names other patients.

    What was given, to how many, against what, whether the primary end point was met, what got better or
    worse, harms, papers. A trial is shown whole where one of its findings passes the filters.

    \b
    mscgraph trials
    mscgraph trials --source UC-MSC
    mscgraph trials --system GvHD
    mscgraph trials --format tsv
    """
    from mscgraph.explain.compared import COLUMNS, trial_in_words, trial_row
    from mscgraph.explain.terminal import listing_text
    from mscgraph.graph.trials import find_trials

    kg = graph(ctx)
    filters["system"] = filters.pop("system") or "MS_patients"
    found = find_trials(kg, study=study, **filters)
    if form == "json":
        return print_json([trial.to_dict() for trial in found])
    if form != "text":
        return print_rows(COLUMNS, [list(trial_row(kg, trial).values()) for trial in found], form)
    for trial in found:
        print_text(f"{listing_text(trial_in_words(kg, trial))}\n")
        echo()
    echo(
        f"{len(found)} trial(s) or treated cohort(s); better and worse for the patient against what is "
        "named; trend: not significant; seen or not seen (in most or all) after it: compared with nothing",
        err=True,
    )
    return None


def _filters(command: Any) -> Any:
    for name in reversed(FILTERS):
        if name != "subject":
            command = click.option(f"--{name}", help=FILTERS[name])(command)
    return command


@click.command("compare")
@click.argument("first")
@click.argument("second")
@_filters
@count_option(8, "How many are listed under each heading.")
@json_option
@click.pass_context
def compare_command(
    ctx: click.Context, /, first: str, second: str, k: int, as_json: bool, **filters: str | None
) -> None:
    """Compare what FIRST and SECOND were seen to do: shared, opposite, of one alone; nulls included.

    \b
    mscgraph compare BM-MSC UC-MSC
    mscgraph compare MSC MSC-EV --taxon human
    mscgraph compare IDO1 PGE2
    """
    from mscgraph.explain.compared import compared_in_words
    from mscgraph.explain.terminal import listing_text
    from mscgraph.graph.comparison import compare

    kg = graph(ctx)
    found = compare(kg, first, second, **filters)
    if as_json:
        return print_json(found.to_dict())
    print_text("\n\n".join(listing_text(one) for one in compared_in_words(kg, found, k)))
    return None
