"""Questions about paths: by which mechanisms one thing leads to another, and what is asked of all paths."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import click

import mscgraph as mg
from mscgraph.cli.options import (
    command,
    condition_options,
    count_option,
    effect_option,
    flag,
    format_options,
    option,
    with_progress,
)
from mscgraph.cli.output import graph, print_associations, print_json, print_text
from mscgraph.cli.streams import echo

if TYPE_CHECKING:
    from collections.abc import Callable

    from mscgraph.cli.options import Decorator
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.paths.answer import PathAnswer

_INTERRUPTED = 130
_FORMATS = format_options("text", "markdown", "json")
_LISTED = count_option(30, "How many are listed, each an entity with a net effect.")


def _print_page(kg: KnowledgeGraph, answer: Any, form: str) -> None:
    """Print an answer with what it rests on."""
    if form == "json":
        print_json(answer.to_dict())
    else:
        page = mg.explain(kg, answer)
        print_text(page.to_markdown() if form == "markdown" else str(page))
    _end(answer)


def _end(answer: Any) -> None:
    """Say so, and exit as an interrupted program does, where Ctrl-C cut the answer short."""
    if answer.stopped == "interrupt":
        echo("Interrupted: these are the best results so far.", err=True)
        raise click.exceptions.Exit(_INTERRUPTED)


def _question(name: str, *own: Decorator | str, asks: str = "") -> Decorator:
    """A command that asks the library function of its name, and whose own function is only its help."""

    def made(described: Callable[[], None]) -> Any:
        @command(name, *own, condition_options(), _FORMATS)
        @functools.wraps(described)
        def ask(form: str, **options: Any) -> None:
            kg = graph()
            answer = getattr(mg, asks or name)(kg, **with_progress(options))
            _print_page(kg, answer, form)

        return ask

    return made


@command(
    "paths", "source", "target", effect_option("The net effect wanted."),
    count_option(10, "How many routes."), condition_options(),
    flag("--as-graph", "List the associations that the paths are made of."),
    option("--endpoint", "Ask this SPARQL 1.1 endpoint instead.", metavar="URL"),
    _FORMATS,
)  # fmt: skip
def paths_command(
    source: str, target: str, form: str, as_graph: bool, endpoint: str | None, **options: Any
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
    kg = graph()
    if endpoint is None:
        answer = mg.find_paths(kg, source, target, **with_progress(options))
    else:
        limit = {"timeout": options["time_limit"]} if options["time_limit"] else {}
        with mg.open_endpoint(endpoint, kg=kg, **limit) as store:
            answer = store.find_paths(source, target, **with_progress(options))
        kg = answer.kg
    if as_graph:
        _print_graph(kg, answer, as_json=form == "json")
        _end(answer)
    else:
        _print_page(kg, answer, form)


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


@command(
    "explain", "source", "target", effect_option("The net effect wanted."),
    count_option(5, "How many routes."), condition_options(),
    flag("--all everything", "List all findings, not five for a step."),
    option("--bib", "Write the references here as BibTeX.", type=click.Path(dir_okay=False)),
    _FORMATS,
)  # fmt: skip
def explain_command(
    source: str, target: str, form: str, everything: bool, bib: str | None, **options: Any
) -> None:
    """Explain the best paths from SOURCE to TARGET on a page that can go into a paper's discussion.

    Evidence for and against, what each step's cost is the sum of, the weakest link, numbered references.

    \b
    mscgraph explain MSC "Th17 cell" --effect decrease -k 3
    mscgraph explain MSC EAE --format markdown --bib references.bib
    """
    kg = graph()
    answer = mg.find_paths(kg, source, target, **with_progress(options))
    page = mg.explain(kg, answer)
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


@_question(
    "block", "source", "target",
    option("--without", "An entity that does nothing; may be repeated.", multiple=True, required=True),
    count_option(10, "How many of those that die, and of those that remain, are listed."),
)  # fmt: skip
def block_command() -> None:
    """Ask which paths from SOURCE to TARGET would die without an entity, and what would remain.

    A hypothesis: it knows no dose, no compensation and no time.

    \b
    mscgraph block MSC "Th17 cell" --without IDO1 --without PGE2
    """


@_question("mediators", "source", "target", effect_option("Only paths of this net effect."))
def mediators_command() -> None:
    """Rank what stands between SOURCE and TARGET, and find the fewest entities that cut all paths.

    \b
    mscgraph mediators MSC "Th17 cell" --max-length 3
    mscgraph mediators MSC "NK cell" --effect decrease
    """


@_question(
    "loops", "entity",
    option("--kind", "What a round does: more of ENTITY (+), less (−), or unknown.",
        type=click.Choice(["reinforcing", "damping", "unknown", "any"]), default="any"),
    count_option(10, "How many loops."), asks="find_loops",
)  # fmt: skip
def loops_command() -> None:
    """Find signed feedback loops through ENTITY: reinforcing or damping.

    \b
    mscgraph loops IFN-γ --kind damping
    """


@_question("upstream", "entity", effect_option("What it does to ENTITY."), _LISTED)
def upstream_command() -> None:
    """List everything that raises or lowers ENTITY, with the best path each.

    \b
    mscgraph upstream "Th17 cell" --effect decrease --max-length 2
    """


@_question("downstream", "entity", effect_option("What ENTITY does to it."), _LISTED)
def downstream_command() -> None:
    """List everything that ENTITY raises or lowers, with the best path each.

    \b
    mscgraph downstream IDO1 --max-length 2
    """
