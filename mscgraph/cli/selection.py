"""Which part of the graph a command works on: the filters of findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from mscgraph.graph import KnowledgeGraph

__all__ = ["FILTERS", "only_option", "selected"]

FILTERS = (
    "subject", "predicate", "object", "aspect", "publication", "taxon", "system", "design",
)  # fmt: skip


def only_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--only``, as the keyword for :func:`selected`."""
    return click.option(
        "--only", multiple=True, metavar="FILTER=VALUE",
        help=f"Only findings that pass, with all that speaks against them. FILTER: {', '.join(FILTERS)}.",
    )(command)  # fmt: skip


def selected(kg: KnowledgeGraph, *, only: tuple[str, ...] = ()) -> KnowledgeGraph:
    """Return the part of a graph that ``--only`` names; all of it without."""
    if not only:
        return kg
    found = frozenset(finding.id for finding in kg.find_findings(**_filters(only)))
    kg = kg.keep_findings(lambda finding: finding.id in found)
    if not kg.findings:
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
