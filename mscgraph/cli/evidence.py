"""findings, associations, evidence and conflicts: who says so, and what speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.options import filter_options, format_options, json_option
from mscgraph.cli.output import as_json, graph, print_json, print_table, print_tsv

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Finding

__all__ = ["associations_command", "conflicts_command", "evidence_command", "findings_command"]


@click.command("findings")
@filter_options
@format_options("table", "tsv", "json")
@click.pass_context
def findings_command(ctx: click.Context, /, form: str, **filters: str | None) -> None:
    """List findings: what one publication reports about one relation in one setting.

    \b
    mscgraph findings --subject MSC --object "Th17 cell"
    mscgraph findings --taxon human --format tsv
    """
    from mscgraph.model import Finding
    from mscgraph.tables import text_of

    kg = graph(ctx)
    found = kg.find_findings(**filters)
    if form == "json":
        return print_json([_finding(finding) for finding in found])
    if form == "tsv":
        columns = list(Finding._fields)
        return print_tsv(columns, [[text_of(getattr(f, c)) for c in columns] for f in found])
    rows = [(f.id, _relation(kg, f), _species(kg, f), f.publication, f.statement) for f in found]
    print_table(("finding", "relation", "species", "publication", "statement"), rows)
    click.echo(f"{len(found)} finding(s)", err=True)
    return None


def _finding(finding: Finding) -> dict[str, Any]:
    value: dict[str, Any] = as_json(finding)
    return value


def _relation(kg: KnowledgeGraph, finding: Finding) -> str:
    return f"{kg.name(finding.subject)} {finding.predicate} {kg.name(finding.object)}"


def _species(kg: KnowledgeGraph, finding: Finding) -> str:
    return ", ".join(sorted(kg.name(taxon) for taxon in finding.taxa))


@click.command("associations")
@filter_options
@format_options("table", "tsv", "json")
@click.pass_context
def associations_command(ctx: click.Context, /, form: str, **filters: str | None) -> None:
    """List associations: all findings on one subject, predicate, object and aspect.

    Each comes whole, with what speaks against it, also where a filter would hide that.

    \b
    mscgraph associations --object Treg
    """
    from mscgraph.explain.words import relation_in_words

    kg = graph(ctx)
    found = kg.find_associations(**filters)
    if form == "json":
        return print_json([_association(edge) for edge in found])
    columns = ("association", "grade", "studies", "for", "against", "relation")
    rows = [
        (
            a.id, a.grade.letter, a.grade.studies, len(a.supporting), len(a.disputing),
            relation_in_words(kg, a),
        )
        for a in found
    ]  # fmt: skip
    if form == "tsv":
        return print_tsv(columns, rows)
    print_table(columns, rows)
    click.echo(f"{len(found)} association(s)", err=True)
    return None


def _association(edge: Association) -> dict[str, Any]:
    value: dict[str, Any] = as_json(edge)
    for side in ("supporting", "disputing", "inconclusive"):
        value[side] = [finding["id"] for finding in value[side]]
    value["sign"] = None if edge.sign is None else int(edge.sign)
    return value


@click.command("evidence")
@click.argument("association")
@json_option
@click.pass_context
def evidence_command(ctx: click.Context, association: str, as_json: bool) -> None:
    """Show an association's grade with its reasons, and every finding for and against it.

    \b
    mscgraph evidence MSCGA:aaa6e12cc70f769a
    """
    from mscgraph.explain.words import relation_in_words

    kg = graph(ctx)
    edge = kg.association(association)
    if as_json:
        sides = {
            side: [_finding(f) for f in getattr(edge, side)]
            for side in ("supporting", "disputing", "inconclusive")
        }
        return print_json(_association(edge) | sides)
    click.echo(f"{relation_in_words(kg, edge)} [{edge.id}]")
    cost = "" if edge.grade.cost is None else f", cost {edge.grade.cost / 1e6:.2f}"
    click.echo(f"grade {edge.grade.letter}{cost}, the sum of:")
    for reason in edge.grade.reasons:
        click.echo(f"  {reason.cost / 1e6:5.2f}  {reason.text}")
    _side(kg, "for", edge.supporting)
    _side(kg, "AGAINST", edge.disputing)
    _side(kg, "not counted (not significant, or retracted)", edge.inconclusive)
    if edge.sources:
        from mscgraph.explain.words import sources_in_words

        click.echo(f"\nstated by others, not read by us: {len(edge.sources)}")
        for line in sources_in_words(edge):
            click.echo(f"  {line}")
    return None


def _side(kg: KnowledgeGraph, title: str, findings: tuple[Finding, ...]) -> None:
    from mscgraph.explain.words import cite, setting_in_words

    click.echo(f"\n{title}: {len(findings) or 'nothing curated'}")
    for finding in findings:
        click.echo(f"  {finding.id}  {finding.statement}")
        click.echo(f"      {setting_in_words(kg, finding)}")
        click.echo(f"      {cite(kg, finding.publication)} ({finding.locator})")


@click.command("conflicts")
@click.argument("entity", required=False)
@json_option
@click.pass_context
def conflicts_command(ctx: click.Context, entity: str | None, as_json: bool) -> None:
    """List associations that disagree, and the settings in which they differ. Never a winner.

    \b
    mscgraph conflicts
    mscgraph conflicts "Th17 cell"
    """
    from mscgraph.explain.words import difference_in_words, relation_in_words, setting_in_words
    from mscgraph.graph.conflicts import find_conflicts

    kg = graph(ctx)
    found = find_conflicts(kg, entity)
    if as_json:
        return print_json([_conflict(c) for c in found])
    for conflict in found:
        for edge in (conflict.first, conflict.second):
            click.echo(f"{relation_in_words(kg, edge)}, grade {edge.grade.letter} [{edge.id}]")
            for finding in edge.supporting:
                click.echo(f"    {finding.statement} ({setting_in_words(kg, finding)})")
        for difference in conflict.differences:
            click.echo(f"  differs in {difference_in_words(kg, difference)}")
        if not conflict.differences:
            click.echo("  the settings curated do not differ")
        click.echo()
    click.echo(f"{len(found)} pair(s) of associations disagree", err=True)
    return None


def _conflict(conflict: Any) -> dict[str, Any]:
    return {
        "first": _association(conflict.first),
        "second": _association(conflict.second),
        "differences": as_json(conflict.differences),
    }
