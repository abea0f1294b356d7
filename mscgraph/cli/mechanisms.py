"""paths and what is asked of them all: by which mechanisms one thing leads to another."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.output import graph, json_option, print_json, print_table, tell_progress

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
_CONDITIONS = (
    click.option(
        "--max-length", type=click.IntRange(1, 8), default=4, show_default=True, help="Steps at most."
    ),
    click.option("--via", multiple=True, help="An entity that must lie on the path; may be repeated."),
    click.option(
        "--avoid", multiple=True, help="An entity that must not lie on the path; may be repeated."
    ),
    click.option("--taxon", help="Only findings in this species support a step."),
    click.option("--system", help="Only findings in this system support a step."),
    click.option(
        "--since",
        type=int,
        metavar="YEAR",
        help="Only findings published in this year or later support a step.",
    ),
    click.option(
        "--predicate",
        "predicates",
        multiple=True,
        help="Only this relation, such as decreases, may be a step; may be repeated.",
    ),
    click.option(
        "--category",
        "categories",
        multiple=True,
        help="Only this category, such as Protein, may stand between the ends; may be repeated.",
    ),
    click.option(
        "--knowledge-source",
        "knowledge_sources",
        multiple=True,
        help="Only associations of this source, such as infores:mscgraph, may be steps; may be repeated.",
    ),
    click.option("--min-grade", help="The lowest grade that a step may have: A (best) to D."),
    click.option(
        "--damping",
        type=click.FloatRange(0, 10),
        default=0.0,
        help="How much dearer hubs are made: 0.4 is usual. Default: off.",
    ),
    click.option(
        "--time-limit",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="Stop after this time, and tell what is proven by then.",
    ),
    click.option("--exact", is_flag=True, help="Do not cover subclasses of what is asked for."),
    json_option,
)


def _conditioned(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every question about paths takes."""
    for option in reversed(_CONDITIONS):
        command = option(command)
    return command


def _k_option(default: int, text: str) -> Callable[..., Any]:
    """How many answers are listed."""
    return click.option("-k", type=click.IntRange(min=1), default=default, show_default=True, help=text)


def _effect_option(text: str) -> Callable[..., Any]:
    """The net effect wanted."""
    words = click.Choice(["increase", "decrease", "unknown", "any"])
    return click.option("--effect", type=words, default="any", show_default=True, help=text)


def _print(kg: KnowledgeGraph, answer: Any, *, as_json: bool) -> None:
    if as_json:
        print_json(answer.to_dict())
    else:
        from mscgraph.explain.summaries import describe

        click.echo(describe(kg, answer), nl=False)
    _end(answer)


def _options(options: dict[str, Any]) -> dict[str, Any]:
    """The options of a question; to a person who waits at a terminal its progress is told."""
    if sys.stderr.isatty():
        options["progress"] = tell_progress()
    return options


def _end(answer: Any) -> None:
    """Say so, and exit as an interrupted program does, where Ctrl-C cut the answer short."""
    if answer.stopped == "interrupt":
        click.echo("Interrupted: what was proven by then is told.", err=True)
        raise click.exceptions.Exit(_INTERRUPTED)


@click.command("paths")
@click.argument("source")
@click.argument("target")
@_effect_option("The net effect wanted.")
@_k_option(10, "How many paths.")
@_conditioned
@click.option("--as-graph", is_flag=True, help="List the associations that the paths are made of.")
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL 1.1 endpoint instead.")
@click.pass_context
def paths_command(
    ctx: click.Context,
    /,
    source: str,
    target: str,
    as_json: bool,
    as_graph: bool,
    endpoint: str | None,
    **options: Any,
) -> None:
    """Find the best supported signed paths from SOURCE to TARGET, with what speaks against each step.

    The net effect is the product of the steps' signs: a hypothesis, not a result.

    \b
    mscgraph paths MSC "Th17 cell" --effect decrease
    mscgraph paths MSC EAE --taxon mouse --min-grade C
    mscgraph paths MSC EAE --as-graph
    mscgraph paths MSC EAE --endpoint http://127.0.0.1:7878/query
    """
    from mscgraph.paths.answer import find_paths

    kg = graph(ctx)
    if endpoint is None:
        answer = find_paths(kg, source, target, **_options(options))
    else:
        from mscgraph.sparql import open_endpoint

        with open_endpoint(endpoint, kg=kg) as store:
            answer = store.find_paths(source, target, **_options(options))
        kg = answer.kg or kg
    if as_graph:
        _print_graph(kg, answer, as_json=as_json)
    elif as_json:
        print_json(answer.to_dict())
    else:
        from mscgraph.explain.words import explain_paths

        click.echo(explain_paths(kg, answer), nl=False)
    _end(answer)


def _print_graph(kg: KnowledgeGraph, answer: PathAnswer, *, as_json: bool) -> None:
    """The union of the paths: entities and associations, each with the paths that it is on."""
    from mscgraph.explain.words import relation_in_words

    on: dict[str, list[int]] = {}
    for number, path in enumerate(answer.paths, start=1):
        for step in path.steps:
            on.setdefault(step.association.id, []).append(number)
    if as_json:
        ids = dict.fromkeys(entity for path in answer.paths for entity in path.entities)
        nodes = [{"id": i, "name": kg.name(i), "category": kg.entities[i].category} for i in ids]
        steps = {s.association.id: s.to_dict() for path in answer.paths for s in path.steps}
        edges = [step | {"paths": on[identifier]} for identifier, step in steps.items()]
        return print_json({"complete": answer.complete, "nodes": nodes, "edges": edges})
    rows = [
        (
            a.id, a.grade.letter, len(a.supporting), len(a.disputing),
            ",".join(map(str, on[a.id])), relation_in_words(kg, a),
        )
        for a in answer.associations
    ]  # fmt: skip
    print_table(("association", "grade", "for", "against", "paths", "relation"), rows)
    click.echo(f"{len(rows)} association(s) on {len(answer.paths)} path(s)", err=True)
    return None


@click.command("explain")
@click.argument("source")
@click.argument("target")
@_effect_option("The net effect wanted.")
@_k_option(5, "How many paths.")
@_conditioned
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text",
    show_default=True, help="How to print.",
)  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="List all findings, not five for a step.")
@click.option("--bib", type=click.Path(dir_okay=False), help="Write the references here as BibTeX.")
@click.pass_context
def explain_command(
    ctx: click.Context,
    /,
    source: str,
    target: str,
    as_json: bool,
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
    from mscgraph.explain.discussion import explain
    from mscgraph.paths.answer import find_paths

    kg = graph(ctx)
    answer = find_paths(kg, source, target, **_options(options))
    page = explain(kg, answer)
    if bib is not None:
        from mscgraph.files import write_whole

        written = write_whole(bib, page.to_bibtex().encode())
        click.echo(f"wrote {written} ({len(page.references)} references)", err=True)
    if as_json or form == "json":
        print_json(page.to_dict())
    else:
        text = page.to_markdown if form == "markdown" else page.to_text
        click.echo(text(everything=everything), nl=False)
    _end(answer)


@click.command("block")
@click.argument("entities", nargs=-1, required=True, metavar="ENTITY...")
@click.option("--from", "source", required=True, help="Where the paths start.")
@click.option("--to", "target", required=True, help="Where the paths end.")
@_k_option(10, "How many of those that die, and of those that remain, are listed.")
@_conditioned
@click.pass_context
def block_command(
    ctx: click.Context,
    /,
    entities: tuple[str, ...],
    source: str,
    target: str,
    as_json: bool,
    **options: Any,
) -> None:
    """Ask which paths would die if ENTITY did nothing, and what would remain: a hypothesis.

    \b
    mscgraph block IDO1 PGE2 --from MSC --to "Th17 cell"
    """
    from mscgraph.paths.interventions import block

    kg = graph(ctx)
    _print(kg, block(kg, entities, source, target, **_options(options)), as_json=as_json)


@click.command("mediators")
@click.argument("source")
@click.argument("target")
@_conditioned
@click.pass_context
def mediators_command(
    ctx: click.Context, /, source: str, target: str, as_json: bool, **options: Any
) -> None:
    """Rank what stands between SOURCE and TARGET, and find the fewest entities that cut all paths.

    \b
    mscgraph mediators MSC "Th17 cell" --max-length 3
    """
    from mscgraph.paths.interventions import mediators

    kg = graph(ctx)
    _print(kg, mediators(kg, source, target, **_options(options)), as_json=as_json)


@click.command("loops")
@click.argument("entity")
@click.option(
    "--kind", type=click.Choice(["reinforcing", "damping", "unknown", "any"]), default="any",
    show_default=True, help="What a round does: more of ENTITY (+), less (−), or open.",
)  # fmt: skip
@_k_option(10, "How many loops.")
@_conditioned
@click.pass_context
def loops_command(ctx: click.Context, /, entity: str, as_json: bool, **options: Any) -> None:
    """Find signed feedback loops through ENTITY: reinforcing or damping.

    \b
    mscgraph loops IFN-γ --kind damping
    """
    from mscgraph.paths.loops import find_loops

    kg = graph(ctx)
    _print(kg, find_loops(kg, entity, **_options(options)), as_json=as_json)


@click.command("upstream")
@click.argument("entity")
@_effect_option("What it does to ENTITY.")
@_k_option(30, "How many are listed, each an entity with a net effect.")
@_conditioned
@click.pass_context
def upstream_command(ctx: click.Context, /, entity: str, as_json: bool, **options: Any) -> None:
    """List everything that raises or lowers ENTITY, with the best path each.

    \b
    mscgraph upstream "Th17 cell" --effect decrease --max-length 2
    """
    from mscgraph.paths.influences import upstream

    kg = graph(ctx)
    _print(kg, upstream(kg, entity, **_options(options)), as_json=as_json)


@click.command("downstream")
@click.argument("entity")
@_effect_option("What ENTITY does to it.")
@_k_option(30, "How many are listed, each an entity with a net effect.")
@_conditioned
@click.pass_context
def downstream_command(ctx: click.Context, /, entity: str, as_json: bool, **options: Any) -> None:
    """List everything that ENTITY raises or lowers, with the best path each.

    \b
    mscgraph downstream IDO1 --max-length 2
    """
    from mscgraph.paths.influences import downstream

    kg = graph(ctx)
    _print(kg, downstream(kg, entity, **_options(options)), as_json=as_json)


@click.command("index")
@click.argument("folder", type=click.Path(exists=True, file_okay=False), metavar="DIR")
def index_command(folder: str) -> None:
    """Build the path index of the graph directory DIR, unless it is there and fits.

    Questions about paths build it themselves where it is missing: this is for doing it beforehand.

    \b
    mscgraph index merged/
    """
    from mscgraph.large.index.directory import refresh

    progress = tell_progress() if sys.stderr.isatty() else None
    click.echo(refresh(folder, progress=progress))
