"""stats, find and show: what the graph holds, and what one entity is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.options import json_option
from mscgraph.cli.output import as_json, graph, print_json, print_table

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph

__all__ = ["find_command", "show_command", "stats_command"]


@click.command("stats")
@json_option
@click.pass_context
def stats_command(ctx: click.Context, as_json: bool) -> None:
    """Count what the graph holds: by kind, design, species and grade.

    \b
    mscgraph stats
    mscgraph stats --json
    """
    from mscgraph import stats

    counts = stats(graph(ctx))
    if as_json:
        return print_json(counts)
    for key, value in counts.items():
        if isinstance(value, dict):
            click.echo(f"\n{key.replace('_', ' ')}")
            for name, count in value.items():
                click.echo(f"  {count:>6}  {name}")
        else:
            click.echo(f"{value:>8}  {key.replace('_', ' ')}")
    return None


@click.command("find")
@click.argument("text")
@json_option
@click.pass_context
def find_command(ctx: click.Context, text: str, as_json: bool) -> None:
    """Find entities by a part of a name, symbol, synonym or id; case and Greek letters do not matter.

    \b
    mscgraph find "nf kappa b"
    """
    kg = graph(ctx)
    found = kg.find_entities(text)
    if as_json:
        return print_json([_entity(entity) for entity in found])
    if found:
        rows = [(e.id, e.name, e.category, ", ".join(e.synonyms)) for e in found]
        return print_table(("id", "name", "category", "synonyms"), rows)
    from mscgraph.text.names import nearest

    near = nearest(text, [n for e in kg.entities.values() for n in (e.name, *e.synonyms)])
    hint = f" Near it: {', '.join(near)}." if near else ""
    click.echo(f"Nothing is called anything like {text!r}.{hint}", err=True)
    return None


def _entity(entity: object) -> dict[str, Any]:
    value: dict[str, Any] = as_json(entity)
    return value


@click.command("show")
@click.argument("entity")
@json_option
@click.pass_context
def show_command(ctx: click.Context, entity: str, as_json: bool) -> None:
    """Show one entity: what it is, its kinds, and the associations that it takes part in.

    The id of a finding shows the finding; of one that was withdrawn, why, and what it was merged into.

    \b
    mscgraph show SDF-1
    mscgraph show MSCGF:0000016
    """
    from mscgraph.graph import associations_of

    kg = graph(ctx)
    if entity.upper().startswith("MSCGF:"):
        return _show_finding(kg, entity.upper(), as_json)
    it = kg.entity(entity)
    edges = associations_of(kg, it.id)
    kinds = sorted(kg.name(i) for i in kg.kinds_of(it.id) - {it.id})
    if as_json:
        return print_json(_entity(it) | {"kinds": kinds, "associations": [a.id for a in edges]})
    lines = {
        "": f"{it.name} ({it.id}), {it.category}",
        "label": it.label,
        "definition": it.definition,
        "synonyms": ", ".join(it.synonyms),
        "same as": ", ".join(it.xrefs),
        "is a": ", ".join(map(kg.name, it.parents)),
        "kinds of it": ", ".join(kinds),
        "part of": ", ".join(map(kg.name, it.part_of)),
        "made from": ", ".join(map(kg.name, it.derives_from)),
        "address": kg.prefixes.expand(it.id),
    }
    for key, value in lines.items():
        if value:
            click.echo(f"{key}: {value}" if key else value)
    from mscgraph.explain.words import relation_in_words

    if edges:
        click.echo()
        rows = [
            (a.id, a.grade.letter, len(a.supporting), len(a.disputing), relation_in_words(kg, a))
            for a in edges
        ]
        print_table(("association", "grade", "for", "against", "relation"), rows)
    return None


def _show_finding(kg: KnowledgeGraph, identifier: str, as_json: bool) -> None:
    """A finding, or why there is none any more."""
    from mscgraph.explain.words import cite, relation_in_words, setting_in_words
    from mscgraph.model import association_id
    from mscgraph.tables import read_withdrawn

    for _, row in read_withdrawn(kg.folder):
        if row.id == identifier and identifier not in kg.findings:
            if as_json:
                return print_json(
                    {"id": row.id, "withdrawn": True, "into": row.into, "reason": row.reason}
                )
            merged = f"; merged into {row.into}" if row.into else ""
            return click.echo(f"{row.id} was withdrawn: {row.reason}{merged}")
    finding = kg.finding(identifier)
    if as_json:
        return print_json(_entity(finding))
    edge = association_id(*finding.key)
    click.echo(f"{finding.id}: {finding.statement}")
    click.echo(f"relation: {relation_in_words(kg, kg.association(edge))} [{edge}]")
    click.echo(f"setting: {setting_in_words(kg, finding)}")
    click.echo(f"source: {cite(kg, finding.publication)} ({finding.locator})")
    return None
