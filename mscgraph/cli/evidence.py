"""Who says so, and what speaks against it: findings, associations, claims, conflicts, trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

import mscgraph as mg
from mscgraph.cli.options import (
    FILTERS,
    command,
    condition_options,
    count_option,
    filter_options,
    filters_but,
    flag,
    format_options,
    json_option,
    option,
    table_options,
    wide_option,
)
from mscgraph.cli.output import (
    association_counts,
    graph,
    jsonable,
    print_associations,
    print_json,
    print_listings,
    print_rows,
    say_wider,
)
from mscgraph.cli.streams import echo
from mscgraph.explain.words import (
    cite,
    finding_in_words,
    relation_in_words,
    setting_in_words,
    sources_in_words,
)
from mscgraph.render.finding_words import citation, value_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.conflicts import Conflict, Dependence
    from mscgraph.model import Association, Finding


@command("findings", filter_options, table_options, wide_option)
def findings_command(form: str, wide: bool, **filters: str | None) -> None:
    """List findings: what one publication reports about one relation in one setting.

    Tables show names; tsv and csv hold all columns of the tables, with ids, then the names of both ends.

    \b
    mscgraph findings --subject MSC --object "Th17 cell"
    mscgraph findings --object "activated microglia" --design in_vitro --wide
    mscgraph findings --publication Spaggiari
    mscgraph findings --taxon human --format csv
    """
    from mscgraph.model import Finding
    from mscgraph.tables.rows import text_of

    kg = graph()
    found = kg.find_findings(**filters)
    if form == "json":
        return print_json(found)
    if form in {"tsv", "csv"}:
        rows = [[*map(text_of, f), kg.name(f.subject), kg.name(f.object)] for f in found]
        return print_rows((*Finding._fields, "subject_name", "object_name"), rows, form)
    print_findings(kg, found, form, wide=wide)
    if not found:
        say_wider(kg, "findings", filters)


def print_findings(
    kg: KnowledgeGraph, found: Sequence[Finding], form: str = "table", *, wide: bool = False
) -> None:
    """Print findings as a table: what is said, how it was seen, by whom."""
    columns = ("study_design", "taxon", "significance")
    more = ("system", "msc_source", "specimen", "dose", "n", "p_value", "effect") if wide else ()

    def words(finding: Finding, column: str) -> str:
        values = sorted(finding.taxa) if column == "taxon" else getattr(finding, column)
        return ", ".join(value_words(kg, column, values))

    print_rows(
        (
            "finding", "design", "species", "significance", *more, *(["publication"] if wide else []),
            "paper", "relation", "statement",
        ),
        [
            (
                f.id, *(words(f, name) for name in (*columns, *more)), *([f.publication] if wide else []),
                citation(kg.publications[f.publication]), finding_in_words(kg, f), f.statement,
            )
            for f in found
        ],
        form,
    )  # fmt: skip
    echo(f"{len(found)} finding(s)", err=True)


@command("associations", filter_options, table_options, wide_option)
def associations_command(form: str, wide: bool, **filters: str | None) -> None:
    """List associations: all findings on one subject, predicate, object and aspect.

    Each comes whole, with what speaks against it, also where a filter would hide that.

    \b
    mscgraph associations --object Treg
    mscgraph associations --subject MSC --predicate inhibits --format csv
    """
    kg = graph()
    found = kg.find_associations(**filters)
    if form == "json":
        return print_json([_association(edge) for edge in found])
    if form in {"tsv", "csv"}:
        parts = ("id", "subject", "subject_name", "predicate", "object", "object_name", "aspect")
        columns, counts = association_counts(found)
        rows = [
            (a.id, a.subject, kg.name(a.subject), a.predicate, a.object, kg.name(a.object), a.aspect, *c)
            for a, c in zip(found, counts, strict=True)
        ]  # fmt: skip
        return print_rows((*parts, *columns), rows, form)
    print_associations(kg, found, form, wide=wide)
    echo(f"{len(found)} association(s)", err=True)
    if not found:
        say_wider(kg, "associations", filters)


_SIDES = ("supporting", "disputing", "inconclusive", "other_settings")


def _association(edge: Association) -> dict[str, Any]:
    value: dict[str, Any] = jsonable(edge)
    for side in _SIDES:
        value[side] = [finding["id"] for finding in value[side]]
    value["sign"] = None if edge.sign is None else int(edge.sign)
    return value


@command("evidence", "association", json_option)
def evidence_command(association: str, as_json: bool) -> None:
    """Show an association's grade with its reasons, and every finding for and against it.

    \b
    mscgraph evidence MSCGA:aaa6e12cc70f769a
    """
    kg = graph()
    edge = kg.association(association)
    if as_json:
        sides = {side: [jsonable(f) for f in getattr(edge, side)] for side in _SIDES}
        return print_json(_association(edge) | sides)
    echo(f"{relation_in_words(kg, edge)} [{edge.id}]")
    cost = "" if edge.grade.cost is None else f", cost {edge.grade.cost / 1e6:.2f}"
    echo(f"grade {edge.grade.letter}{cost}, the sum of:")
    for reason in edge.grade.reasons:
        echo(f"  {reason.cost / 1e6:5.2f}  {reason.text}")
    _side(kg, "for", edge.supporting)
    _side(kg, "AGAINST", edge.disputing)
    if edge.other_settings:
        why = "the same study, or another specimen, cell or state"
        _side(kg, f"otherwise in another setting ({why})", edge.other_settings)
    _side(kg, "not counted (not significant, or retracted)", edge.inconclusive)
    if edge.sources:
        echo(f"\nstated by others, not read by us: {len(edge.sources)}")
        for line in sources_in_words(edge):
            echo(f"  {line}")


def _side(kg: KnowledgeGraph, title: str, findings: tuple[Finding, ...]) -> None:
    echo(f"\n{title}: {len(findings) or 'nothing curated'}")
    for finding in findings:
        echo(f"  {finding.id}  {finding.statement}")
        echo(f"      {setting_in_words(kg, finding)}")
        echo(f"      {cite(kg, finding.publication)} ({finding.locator})")


@command(
    "conflicts", "[entity]", "[other]",
    flag("--curated", "Only what other sources state against findings, on any aspect."), json_option,
)  # fmt: skip
def conflicts_command(entity: str | None, other: str | None, curated: bool, as_json: bool) -> None:
    """List what studies disagree on, and what one study saw both ways: in which settings each was seen.

    Of two entities also every sentence, once. A conflict is between studies, on comparable findings; a
    study that saw both may say by which setting it depends: dose, cell, specimen. Never a winner.

    \b
    mscgraph conflicts
    mscgraph conflicts EAE
    mscgraph conflicts MSC "Th17 cell"
    mscgraph --graph merged.graph conflicts --curated
    """
    from mscgraph.explain.compared import contested_in_words
    from mscgraph.graph.conflicts import find_stated_conflicts, find_statements_against

    kg = graph()
    found = [] if curated else mg.find_conflicts(kg, entity, other)
    both = [] if curated else mg.find_dependences(kg, entity, other)
    stated = (find_statements_against if curated else find_stated_conflicts)(kg, entity, other)
    if as_json:
        pairs = {"conflicts": [*map(_pair, found)], "dependences": [*map(_pair, both)]}
        others = [[_association(side) for side in pair] for pair in stated]
        return print_json(pairs | {"stated_by_others": others})
    for listing in contested_in_words(kg, [*found, *both], sentences=other is not None):
        echo("\n" if listing.title else "", nl=False)
        print_listings([listing])
    for pair in stated:
        echo()
        for edge in pair:
            _print_stated(kg, edge)
    if curated:
        echo(f"{len(stated)} statement(s) of other sources against what findings support", err=True)
        return None
    echo(f"{len(found)} conflict(s) between studies, {len(both)} dependence(s) in one", err=True)
    if stated:
        echo(f"{len(stated)} more pair(s) of which another source states one side", err=True)
    if (found or both) and other is None:
        echo("What each finding says: mscgraph conflicts SUBJECT OBJECT", err=True)
    return None


@command(
    "claim",
    click.argument("subject", metavar="SUBJECT|SENTENCE"),
    "[relation]", "[target]",
    option("--aspect", FILTERS["aspect"]),
    condition_options("--via", "--taxon", "--system", "--since", "--min-grade", "--exact"),
    count_option(5, "How many findings are listed of each side; all that speak against are."),
    json_option,
)  # fmt: skip
def claim_command(
    subject: str, relation: str | None, target: str | None, k: int, as_json: bool, **conditions: Any
) -> None:
    """Check a claim: who reports it, who the opposite or no effect, and what there is elsewhere.

    It is supported, contradicted, both, effect and no effect, or not in the graph. With --via the claim is
    about a route: findings must name it, and the paths are asked too. One sentence is read as a claim where
    it says nothing else.

    \b
    mscgraph claim MSC decreases "Th17 cell" --taxon human
    mscgraph claim MSC lowers "Th17 cell" --via PGE2
    mscgraph claim "MSCs lower Th17 cells in humans."
    """
    from mscgraph.explain.claims import claim_in_words

    kg = graph()
    if relation is None:
        from mscgraph.curate.claim_reading import read_claims

        claims = read_claims(kg, subject)
    elif target is None:
        raise click.UsageError("Give a subject, a relation and a target, or one sentence in quotes.")
    else:
        claims = [{"subject": subject, "relation": relation, "target": target}]
    given = {name: value for name, value in conditions.items() if value}
    found = [mg.check_claim(kg, **(claim | given)) for claim in claims]
    if as_json:
        return print_json([check.to_dict() for check in found])
    print_listings(listing for check in found for listing in claim_in_words(kg, check, k))


def _print_stated(kg: KnowledgeGraph, edge: Association) -> None:
    echo(f"{relation_in_words(kg, edge)}, grade {edge.grade.letter} [{edge.id}]")
    for line in sources_in_words(edge):
        echo(f"    stated by {line}")
    for finding in edge.supporting:
        echo(f"    {finding.statement} ({setting_in_words(kg, finding)})")


def _pair(found: Conflict | Dependence) -> dict[str, Any]:
    """A conflict or a dependence, with the findings of its sides by id."""
    value: dict[str, Any] = {} if isinstance(found, mg.Conflict) else {"study": found.study}
    for side in ("first", "second"):
        value[side] = _association(getattr(found, side))
        value[f"{side}_findings"] = [finding.id for finding in getattr(found, f"{side}_findings")]
    value["differences"] = jsonable(found.differences)
    if isinstance(found, mg.Conflict):
        value["dependences"] = [_pair(dependence) for dependence in found.dependences]
    return value


@command(
    "trials", filter_options,
    option("--study", "One trial, by its id in a registry."),
    format_options("text", "tsv", "csv", "json", "markdown"),
)  # fmt: skip
def trials_command(form: str, study: str | None, **filters: str | None) -> None:
    """List trials and treated cohorts, in MS unless --system names other patients.

    What was given, to how many, against what, whether the primary end point was met, what got better or
    worse, harms, papers. A trial is shown whole where one of its findings passes the filters.

    \b
    mscgraph trials
    mscgraph trials --source UC-MSC
    mscgraph trials --system GvHD
    mscgraph trials --format tsv
    """
    from mscgraph.explain.compared import COLUMNS, trial_in_words, trial_row

    kg = graph()
    filters["system"] = filters.pop("system") or "MS_patients"
    found = mg.find_trials(kg, study=study, **filters)
    if form == "json":
        return print_json([trial.to_dict() for trial in found])
    if form != "text":
        return print_rows(COLUMNS, [list(trial_row(kg, trial).values()) for trial in found], form)
    for trial in found:
        print_listings([trial_in_words(kg, trial)])
        echo()
    echo(
        f"{len(found)} trial(s) or treated cohort(s); better and worse for the patient against what is "
        "named; trend: not significant; seen or not seen (in most or all) after it: compared with nothing",
        err=True,
    )


@command(
    "compare", "first", "second", filters_but("subject"),
    count_option(8, "How many are listed under each heading."),
    json_option,
)  # fmt: skip
def compare_command(first: str, second: str, k: int, as_json: bool, **filters: str | None) -> None:
    """Compare what FIRST and SECOND were seen to do: shared, opposite, of one alone; nulls included.

    \b
    mscgraph compare BM-MSC UC-MSC
    mscgraph compare MSC MSC-EV --taxon human
    mscgraph compare IDO1 PGE2
    """
    from mscgraph.explain.compared import compared_in_words

    kg = graph()
    found = mg.compare(kg, first, second, **filters)
    if as_json:
        return print_json(found.to_dict())
    print_listings(compared_in_words(kg, found, k))
