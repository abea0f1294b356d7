"""paths: by which mechanisms one thing leads to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.options import (
    condition_options,
    count_option,
    effect_option,
    format_options,
    with_progress,
)
from mscgraph.cli.output import graph, print_associations, print_json, print_text
from mscgraph.cli.streams import echo

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.paths.answer import PathAnswer

_INTERRUPTED = 130


def print_answer(kg: KnowledgeGraph, answer: Any, form: str) -> None:
    """Print an answer in words or as JSON."""
    if form == "json":
        print_json(answer.to_dict())
    else:
        from mscgraph.explain import explain

        page = explain(kg, answer)
        print_text(page.to_markdown() if form == "markdown" else str(page))
    end(answer)


def end(answer: Any) -> None:
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
@format_options("text", "markdown", "json")
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
        kg = answer.kg
    if as_graph:
        _print_graph(kg, answer, as_json=form == "json")
        end(answer)
    else:
        print_answer(kg, answer, form)


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
