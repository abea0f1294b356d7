"""findings, associations, evidence and conflicts: who says so, and what speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.options import filter_options, format_options, json_option
from mscgraph.cli.output import as_json, graph, print_json, print_table, print_text, print_tsv

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.conflicts import Conflict, Dependence
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


_SIDES = ("supporting", "disputing", "inconclusive", "other_settings")


def _association(edge: Association) -> dict[str, Any]:
    value: dict[str, Any] = as_json(edge)
    for side in _SIDES:
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
        sides = {side: [_finding(f) for f in getattr(edge, side)] for side in _SIDES}
        return print_json(_association(edge) | sides)
    click.echo(f"{relation_in_words(kg, edge)} [{edge.id}]")
    cost = "" if edge.grade.cost is None else f", cost {edge.grade.cost / 1e6:.2f}"
    click.echo(f"grade {edge.grade.letter}{cost}, the sum of:")
    for reason in edge.grade.reasons:
        click.echo(f"  {reason.cost / 1e6:5.2f}  {reason.text}")
    _side(kg, "for", edge.supporting)
    _side(kg, "AGAINST", edge.disputing)
    if edge.other_settings:
        why = "the same study, or another specimen, cell or state"
        _side(kg, f"otherwise in another setting ({why})", edge.other_settings)
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
@click.argument("other", required=False)
@json_option
@click.pass_context
def conflicts_command(ctx: click.Context, entity: str | None, other: str | None, as_json: bool) -> None:
    """List what studies disagree on, and what one study saw both ways: in which settings each was seen.

    Of two entities also every sentence, once. A conflict is between studies, on comparable findings; a
    study that saw both may say by which setting it depends: dose, cell, specimen. Never a winner.

    \b
    mscgraph conflicts
    mscgraph conflicts EAE
    mscgraph conflicts MSC "Th17 cell"
    """
    from mscgraph.explain.contested import contested_in_words
    from mscgraph.explain.terminal import listing_text
    from mscgraph.graph.conflicts import find_conflicts, find_dependences, find_stated_conflicts

    kg = graph(ctx)
    found, both = find_conflicts(kg, entity, other), find_dependences(kg, entity, other)
    stated = find_stated_conflicts(kg, entity, other)
    if as_json:
        return print_json(
            {
                "conflicts": [_pair(c) for c in found],
                "dependences": [_pair(d) for d in both],
                "stated_by_others": [[_association(side) for side in pair] for pair in stated],
            }
        )
    for listing in contested_in_words(kg, [*found, *both], sentences=other is not None):
        print_text(("\n" if listing.title else "") + listing_text(listing))
    for pair in stated:
        click.echo()
        for edge in pair:
            _print_stated(kg, edge)
    click.echo(f"{len(found)} conflict(s) between studies, {len(both)} dependence(s) in one", err=True)
    if stated:
        click.echo(f"{len(stated)} more pair(s) of which another source states one side", err=True)
    if (found or both) and other is None:
        click.echo("What each finding says: mscgraph conflicts SUBJECT OBJECT", err=True)
    return None


def _print_stated(kg: KnowledgeGraph, edge: Association) -> None:
    from mscgraph.explain.words import relation_in_words, setting_in_words, sources_in_words

    click.echo(f"{relation_in_words(kg, edge)}, grade {edge.grade.letter} [{edge.id}]")
    for line in sources_in_words(edge):
        click.echo(f"    stated by {line}")
    for finding in edge.supporting:
        click.echo(f"    {finding.statement} ({setting_in_words(kg, finding)})")


def _pair(found: Conflict | Dependence) -> dict[str, Any]:
    """A conflict or a dependence, with the findings of its sides by id."""
    from mscgraph.graph.conflicts import Conflict

    value: dict[str, Any] = {} if isinstance(found, Conflict) else {"study": found.study}
    for side in ("first", "second"):
        value[side] = _association(getattr(found, side))
        value[f"{side}_findings"] = [finding.id for finding in getattr(found, f"{side}_findings")]
    value["differences"] = as_json(found.differences)
    if isinstance(found, Conflict):
        value["dependences"] = [_pair(dependence) for dependence in found.dependences]
    return value
