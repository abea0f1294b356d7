"""Options that several commands share: each has one name, one place in the order, and one help."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.streams import captured, echo
from mscgraph.schema import filters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from mscgraph.graph import KnowledgeGraph

if TYPE_CHECKING:
    Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]

json_option: Decorator = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def format_options(*formats: str) -> Decorator:
    """``--format``, and ``--json`` for ``--format json``; the keyword is ``form``, the first by default."""
    shown = click.option(
        "--format", "form", type=click.Choice(formats), default=formats[0], show_default=True,
        help="How to print.",
    )  # fmt: skip
    short = click.option("--json", "form", flag_value="json", help="The same as --format json.")
    return together(shown, short)


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The formats of a table: the keyword ``form`` of :func:`mscgraph.cli.output.print_rows`."""
    return format_options("table", "tsv", "csv", "json", "markdown")(command)


wide_option: Decorator = click.option("--wide", is_flag=True, help="Show more columns in the table.")


def count_option(default: int, text: str) -> Decorator:
    """How many answers are listed: the keyword ``k``."""
    return click.option(
        "-k", "--count", "k", type=click.IntRange(min=1), default=default, show_default=True, help=text
    )


def effect_option(text: str) -> Decorator:
    """The net effect wanted."""
    words = click.Choice(["increase", "decrease", "unknown", "any"])
    return click.option("--effect", type=words, default="any", show_default=True, help=text)


def memory_option(default: str) -> Decorator:
    """How much memory may be used."""
    return click.option(
        "--memory-limit", default=default, show_default=True, metavar="SIZE",
        help="Memory to use before spilling to disk.",
    )  # fmt: skip


def query_limits(command: Callable[..., Any]) -> Callable[..., Any]:
    """What a query may take and do: the keyword ``limits``."""

    @functools.wraps(command)
    def limited(*args: Any, **options: Any) -> Any:
        from mscgraph.rdf import QueryLimits

        names = ("time_limit", "memory_limit", "allow_service")
        limits = QueryLimits(*(options.pop(name) for name in names))
        return command(*args, limits=limits, **options)

    return together(
        click.option(
            "--time-limit", type=click.FloatRange(min=0, min_open=True), default=300.0, metavar="SECONDS",
            show_default=True, help="The longest time that the query may take.",
        ),
        click.option(
            "--memory-limit", default="2GB", show_default=True, metavar="SIZE",
            help="The most memory that the query may take in addition to the graph.",
        ),
        click.option("--allow-service", is_flag=True, help="Let it ask other servers by SERVICE."),
    )(limited)  # fmt: skip


def condition_options(*, most_steps: int = 8, steps: int | None = 4) -> Decorator:
    """What may be a step and what must lie on a path: the keywords of every question about paths."""
    many = "may be repeated."
    return together(
        click.option(
            "--max-length", type=click.IntRange(1, most_steps), default=steps,
            show_default=steps is not None, help="Steps at most.",
        ),
        click.option(
            "--min-length", type=click.IntRange(1, most_steps),
            help="Steps at least. Default: 2 for paths, explain and mine, otherwise 1.",
        ),
        click.option(
            "--via", multiple=True,
            help=f"What must lie on the path, or make or carry what a step is about; {many}",
        ),
        click.option("--avoid", multiple=True, help=f"An entity that must not lie on the path; {many}"),
        click.option("--taxon", help="Only findings in this species, such as human, support a step."),
        click.option("--system", help="Only findings in this system, such as EAE, support a step."),
        click.option(
            "--since", type=int, metavar="YEAR",
            help="Only findings published in this year or later support a step.",
        ),
        click.option(
            "--predicate", "predicates", multiple=True,
            help=f"Only this relation, such as decreases, may be a step; {many}",
        ),
        click.option(
            "--category", "categories", multiple=True,
            help=f"Only this category, such as Protein, may stand between the ends; {many}",
        ),
        click.option(
            "--through", multiple=True, metavar="CATEGORY|ROLE",
            help=f"Let paths pass through it, such as Disease or outcome, which end a path; {many}",
        ),
        click.option(
            "--knowledge-source", "knowledge_sources", multiple=True,
            help=f"Only associations of this source, such as infores:mscgraph, may be steps; {many}",
        ),
        click.option("--min-grade", help="The lowest grade that a step may have: A (best) to D."),
        click.option(
            "--damping", type=click.FloatRange(0, 10), default=0.0,
            help="Penalise high-degree nodes (0.4 is typical). Default: off.",
        ),
        click.option("--exact", is_flag=True, help="Do not cover subclasses of what is asked for."),
        click.option(
            "--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
            help="Stop after this time, and return the best results so far.",
        ),
    )  # fmt: skip


def some_of(options: Decorator, *names: str) -> Decorator:
    """Those of the options that a decorator gives whose keywords are named."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        given = vars(options(lambda: None))["__click_params__"]
        held = vars(command).setdefault("__click_params__", [])
        held += [parameter for parameter in given if parameter.name in names]
        return command

    return add


def together(*options: Decorator) -> Decorator:
    """Several decorators as one, in the order of the help."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def with_progress(options: dict[str, Any]) -> dict[str, Any]:
    """The keywords of a question; to a person who waits at a terminal its progress is reported."""
    from mscgraph.cli.output import print_progress

    if captured() is None and sys.stderr.isatty():
        options["progress"] = print_progress()
    return options


# -- parts of a graph -------------------------------------------------------------------------------

FILTERS = {name: columns[0].help or columns[0].definition for name, columns in filters().items()}
_SHARED = ("taxon", "system")


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command one option a filter of findings, as keywords ``subject``, ``predicate`` and so on."""
    return together(*(click.option(f"--{name}", help=text) for name, text in FILTERS.items()))(command)


def part_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the filters of findings, ``--paths`` and its conditions, for :func:`selected`."""
    unshared = (
        click.option(f"--{name}", help=text)
        for name, text in FILTERS.items()
        if name not in {*_SHARED, "predicate"}
    )
    return together(
        click.option(
            "--paths", nargs=2, metavar="SOURCE TARGET", help="Only the paths from one to another."
        ),
        effect_option("The net effect wanted, with --paths."),
        count_option(10, "How many paths, with --paths."),
        *unshared,
        condition_options(steps=None),
    )(command)


def selected(
    kg: KnowledgeGraph,
    paths: tuple[str, str] | None,
    part: dict[str, Any],
    *,
    strict: bool = False,
) -> tuple[KnowledgeGraph, Any]:
    """Return the part of a graph that :func:`filter_options` name, and the answer to ``--paths``.

    Without ``--paths`` relation, species and system are filters of findings; with it they are conditions of
    its steps, as for ``mscgraph paths``. What speaks against the findings that pass is part of it, but not
    with ``strict``, for what takes its verdicts from the part and the other side from the whole graph.
    """
    kept = {name: part.pop(name) for name in FILTERS if name in part}
    if paths:
        for name in _SHARED:
            part[name] = kept.pop(name, None)
    else:
        predicates = part.pop("predicates", ())
        if len(predicates) > 1:
            raise click.UsageError("More than one --predicate goes with --paths.")
        kept["predicate"] = predicates[0] if predicates else kept.get("predicate")
        unused = [name for name, value in _given(part).items() if name != "max_length"]
        if unused:
            option = _OPTIONS.get(unused[0], unused[0]).replace("_", "-")
            raise click.UsageError(f"--{option} goes with --paths.")
    kept = _given(kept)
    if kept:
        from mscgraph.graph import keep_matching

        kg = kg.keep_settings(**kept) if strict else keep_matching(kg, **kept)
    answer = None
    if paths:
        from mscgraph.paths import find_paths

        answer = find_paths(kg, *paths, **with_progress(_given(part)))
    if not (kg.findings or (not strict and kg.stated) if answer is None else answer.paths):
        echo("no finding is left: what is written is empty", err=True)
        if kept:
            from mscgraph.cli.output import say_wider

            say_wider(kg.whole, "findings", kept)
    return kg, answer


_DEFAULTS: Mapping[str, Any] = {"effect": "any", "k": 10}
_OPTIONS = {"k": "count", "categories": "category", "knowledge_sources": "knowledge-source"}


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """The options that a person gave."""
    return {
        name: value
        for name, value in options.items()
        if value not in (None, (), False, 0.0) and value != _DEFAULTS.get(name)
    }
