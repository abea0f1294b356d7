"""Options that several commands share: each has one name, one place in the order, and one help."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

import mscgraph as mg
from mscgraph.cli.output import print_progress, say_wider
from mscgraph.cli.streams import captured, echo
from mscgraph.schema import filters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from mscgraph.graph import KnowledgeGraph

    Decorator: TypeAlias = Callable[[Callable[..., Any]], Any]

COUNT = click.IntRange(min=1)
SECONDS = click.FloatRange(min=0, min_open=True)


def together(*options: Decorator) -> Decorator:
    """Several decorators as one, in the order of the help."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def command(
    name: str, *parts: Decorator | str, group: click.Group | None = None, **settings: Any
) -> Decorator:
    """A command; a part is an option, or the name of an argument.

    ``[name]`` may be left out, ``name...`` is given any number of times.
    """

    def argument(text: str) -> Decorator:
        several = text.endswith("...")
        needed = not several and text[0] != "["
        return click.argument(text.strip("[.]"), required=needed, nargs=-1 if several else 1)

    made = (argument(part) if isinstance(part, str) else part for part in parts)
    new = click.command if group is None else group.command
    return together(new(name, **settings), *made)


def option(names: str, text: str, **settings: Any) -> Decorator:
    """An option: its names with spaces between, and its help, which shows a default that says something."""
    return click.option(
        *names.split(), help=text, show_default=bool(settings.get("default")), **settings
    )


def flag(names: str, text: str, **settings: Any) -> Decorator:
    """An option that takes no value."""
    return click.option(*names.split(), help=text, is_flag=True, **settings)


json_option = flag("--json as_json", "Print JSON.")
wide_option = flag("--wide", "Show more columns in the table.")


def format_options(*formats: str) -> Decorator:
    """``--format``, and ``--json`` for ``--format json``; the keyword is ``form``, the first by default."""
    kind = click.Choice(formats)
    return together(
        option("--format form", "How to print.", type=kind, default=formats[0]),
        option("--json form", "The same as --format json.", flag_value="json"),
    )


# The keyword ``form`` of :func:`mscgraph.cli.output.print_rows`
table_options = format_options("table", "tsv", "csv", "json", "markdown")


def count_option(default: int, text: str) -> Decorator:
    """How many answers are listed: the keyword ``k``."""
    return option("-k --count k", text, type=COUNT, default=default)


def effect_option(text: str) -> Decorator:
    """The net effect wanted."""
    words = click.Choice(["increase", "decrease", "unknown", "any"])
    return option("--effect", text, type=words, default="any")


def memory_option(default: str, text: str = "Memory to use before spilling to disk.") -> Decorator:
    """How much memory may be used."""
    return option("--memory-limit", text, default=default, metavar="SIZE")


def time_option(text: str, default: float | None = None) -> Decorator:
    """The longest time for something."""
    return option("--time-limit", text, type=SECONDS, metavar="SECONDS", default=default)


def condition_options(*only: str, most_steps: int = 8, steps: int | None = 4) -> Decorator:
    """What may be a step and what must lie on a path: the keywords of a question about paths, or some."""
    several = {"multiple": True}
    length = {"type": click.IntRange(1, most_steps)}
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        "--max-length": ("Steps at most.", length | {"default": steps}),
        "--min-length": ("Steps at least. Default: 2 for paths, explain and mine, otherwise 1.", length),
        "--via": ("What must lie on the path, or make or carry what a step is about", several),
        "--avoid": ("An entity that must not lie on the path", several),
        "--taxon": ("Only findings in this species, such as human, support a step.", {}),
        "--system": ("Only findings in this system, such as EAE, support a step.", {}),
        "--since": (
            "Only findings published in this year or later support a step.",
            {"type": int, "metavar": "YEAR"},
        ),
        "--predicate predicates": ("Only this relation, such as decreases, may be a step", several),
        "--category categories": (
            "Only this category, such as Protein, may stand between the ends", several,
        ),
        "--through": (
            "Let paths pass through it, such as Disease or outcome, which end a path",
            several | {"metavar": "CATEGORY|ROLE"},
        ),
        "--knowledge-source knowledge_sources": (
            "Only associations of this source, such as infores:mscgraph, may be steps", several,
        ),
        "--min-grade": ("The lowest grade that a step may have: A (best) to D.", {}),
        "--damping": (
            "Penalise high-degree nodes (0.4 is typical). Default: off.",
            {"type": click.FloatRange(0, 10), "default": 0.0},
        ),
        "--exact": ("Do not cover subclasses of what is asked for.", {"is_flag": True}),
        "--time-limit": (
            (
                "Stop after this time, and return the best results so far. Default: none; 10 on large"
                " graph directories for what asks about all paths (inf for none)."
            ),
            {"type": SECONDS, "metavar": "SECONDS"},
        ),
    }  # fmt: skip
    return together(
        *(
            option(names, text + ("; may be repeated." if "multiple" in more else ""), **more)
            for names, (text, more) in asked.items()
            if not only or names in only
        )
    )


def with_progress(options: dict[str, Any]) -> dict[str, Any]:
    """The keywords of a question; to a person who waits at a terminal its progress is reported."""
    if captured() is None and sys.stderr.isatty():
        options["progress"] = print_progress()
    return options


# -- parts of a graph -------------------------------------------------------------------------------

FILTERS = {name: columns[0].help or columns[0].definition for name, columns in filters().items()}
_SHARED = ("taxon", "system")


def filters_but(*names: str) -> Decorator:
    """One option a filter of findings, as keywords ``subject``, ``predicate`` and so on, without those."""
    return together(*(option(f"--{name}", FILTERS[name]) for name in FILTERS if name not in names))


filter_options = filters_but()
# The filters of findings, ``--paths`` and its conditions, for :func:`selected`
part_options = together(
    option("--paths", "Only the paths from one to another.", nargs=2, metavar="SOURCE TARGET"),
    effect_option("The net effect wanted, with --paths."),
    count_option(10, "How many paths, with --paths."),
    filters_but(*_SHARED, "predicate"),
    condition_options(steps=None),
)


def selected(
    kg: KnowledgeGraph, part: dict[str, Any], *, strict: bool = False
) -> tuple[KnowledgeGraph, Any]:
    """Return the part of a graph that :func:`filter_options` name, and the answer to ``--paths``.

    Without ``--paths`` relation, species and system are filters of findings; with it they are conditions of
    its steps, as for ``mscgraph paths``. What speaks against the findings that pass is part of it, but not
    with ``strict``, for what takes its verdicts from the part and the other side from the whole graph.
    """
    paths = part.pop("paths", None)
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
        kg = kg.keep_settings(**kept) if strict else mg.keep_matching(kg, **kept)
    answer = None
    if paths:
        answer = mg.find_paths(kg, *paths, **with_progress(_given(part)))
    if not (kg.associations if answer is None else answer.paths):
        echo("no finding is left: what is written is empty", err=True)
        if kept:
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
