"""Which part of the graph a command works on: the filters of findings, and the paths of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mscgraph.schema import filters

if TYPE_CHECKING:
    from collections.abc import Callable

    from mscgraph.graph import KnowledgeGraph

__all__ = ["FILTERS", "filter_options", "only_option", "part_options", "selected"]

FILTERS = {name: columns[0].help or columns[0].definition for name, columns in filters().items()}


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command one option a filter, as keywords ``subject``, ``predicate`` and so on."""
    for name, text in reversed(FILTERS.items()):
        command = click.option(f"--{name}", help=text)(command)
    return command


def part_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--paths`` and ``--only``, as keywords for :func:`selected`."""
    return click.option(
        "--paths", nargs=2, metavar="SOURCE TARGET", help="Only the paths from one to another."
    )(only_option(command))


def only_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--only``, as a keyword for :func:`selected`."""
    return click.option(
        "--only", multiple=True, metavar="FILTER=VALUE",
        help=f"Only findings that pass, with all that speaks against them. FILTER: {', '.join(FILTERS)}.",
    )(command)  # fmt: skip


def selected(
    kg: KnowledgeGraph, *, paths: tuple[str, str] | None = None, only: tuple[str, ...] = ()
) -> KnowledgeGraph:
    """Return the part of a graph that ``--paths`` and ``--only`` name; all of it without them."""
    if paths:
        from mscgraph.paths import find_paths, keep_paths

        kg = keep_paths(kg, find_paths(kg, *paths))
    if only:
        from mscgraph.graph import keep_matching

        kg = keep_matching(kg, **_filters(only))
    if (paths or only) and not kg.findings:
        click.echo("no finding is left: what is written is empty", err=True)
    return kg


def _filters(only: tuple[str, ...]) -> dict[str, str]:
    filters: dict[str, str] = {}
    for one in only:
        name, equals, value = one.partition("=")
        name, value = name.strip(), value.strip()
        if not equals or not value:
            raise click.UsageError(f"--only takes FILTER=VALUE, such as taxon=human, not {one!r}.")
        if name not in FILTERS:
            raise click.UsageError(f"--only has no filter {name!r}. Write one of {', '.join(FILTERS)}.")
        if name in filters:
            raise click.UsageError(f"--only {name} stands twice: a finding has one {name}.")
        filters[name] = value
    return filters
