"""validate, format, anchor and verify: the checks of a curator's work."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mscgraph.cli.literature import counter, say_unfetched, service_options
from mscgraph.cli.options import json_option
from mscgraph.cli.output import as_json as to_json
from mscgraph.cli.output import folder, graph, print_json, print_rows, read_text
from mscgraph.errors import ValidationFailed

if TYPE_CHECKING:
    from mscgraph.curate.fetching import Unfetched
    from mscgraph.curate.services.client import Services
    from mscgraph.curate.verifying import Verified
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Publication


@click.command("validate")
@json_option
@click.pass_context
def validate_command(ctx: click.Context, as_json: bool) -> None:
    """Run every check and list all problems: file, line, what is wrong, and how to repair it.

    Exit code 1 when there is an error; a warning is printed and counted.

    \b
    mscgraph validate
    mscgraph --ontology ontology validate --json
    """
    from mscgraph.curate.checks import validate

    problems = validate(folder(ctx))
    errors = [problem for problem in problems if problem.severity == "error"]
    if as_json:
        print_json(to_json(problems))
        ctx.exit(1 if errors else 0)
    if errors:
        raise ValidationFailed(problems)
    for problem in problems:
        click.echo(str(problem), err=True)
    click.echo(f"No error found, {len(problems)} warning(s)." if problems else "No problem found.")


@click.command("format")
@click.option(
    "--check", "check_only", is_flag=True, help="Change nothing; exit code 1 if a table would change."
)
@click.pass_context
def format_command(ctx: click.Context, check_only: bool) -> None:
    """Bring the tables into their canonical layout: trimmed, lists and rows sorted, one final newline.

    \b
    mscgraph format
    mscgraph format --check
    """
    from mscgraph.curate.checks import format_tables

    changed = format_tables(folder(ctx), write=not check_only)
    for path in changed:
        click.echo(f"{'would format' if check_only else 'formatted'} {path}")
    if not changed:
        click.echo("All tables are in the canonical layout.")
    ctx.exit(1 if changed and check_only else 0)


@click.command("anchor")
@click.argument("text")
@json_option
def anchor_command(text: str, as_json: bool) -> None:
    """Print the fingerprint of a sentence; - reads it from standard input.

    \b
    mscgraph anchor "The sentence as it stands in the abstract."
    """
    from mscgraph.text.anchors import anchor

    if text == "-":
        text = sys.stdin.read()
    if not any(character.isalnum() for character in text):
        raise click.UsageError("The text has no letter or digit, so it has no fingerprint.")
    fingerprint = anchor(text)
    print_json({"anchor": fingerprint}) if as_json else click.echo(fingerprint)


@click.command("verify", short_help="Look for publications' sentences in their texts.")
@click.argument("publication", required=False)
@click.option(
    "--text", "place", type=click.Path(exists=True, path_type=Path),
    help="The abstract or article as plain text, UTF-8; with --all a folder of such files, named like "
    "PMID-40734866.txt. Default: what curate fetch gets.",
)  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Every paper of the graph that has anchors.")
@service_options
@json_option
@click.pass_context
def verify_command(
    ctx: click.Context,
    publication: str | None,
    place: Path | None,
    everything: bool,
    services: Services,
    as_json: bool,
) -> None:
    """List which findings' sentences stand in their papers, and which do not: exit code 1 if one does not.

    A sentence may be found elsewhere: in another part of the paper than the row says, or in another
    version, such as the preprint. With --all the list is a table by paper.

    \b
    mscgraph verify PMID:40734866 --text abstract.txt
    mscgraph curate verify --all
    """
    from mscgraph.curate.verifying import verify_fetched

    if everything is bool(publication):
        raise click.UsageError("Name one publication, or give --all.")
    kg = graph(ctx)
    anchored = {f.publication for f in kg.findings.values() if f.anchor}
    papers = (
        [paper for key, paper in kg.publications.items() if key in anchored]
        if publication is None
        else [kg.publication(publication)]
    )
    without: list[Unfetched] = []
    if place is not None:
        found = _verify_texts(kg, papers, place)
    else:
        found, without = verify_fetched(services, kg, papers, progress=counter(len(papers)))
    every = [check for checks in found.values() for check in checks]
    missing = [check for check in every if check.where == "not found"]
    if as_json:
        print_json(
            [{"finding": c.finding.id, "found": bool(c.sentence), "where": c.where, "place": c.place,
              "sentence": c.sentence} for c in every]
        )  # fmt: skip
    elif everything:
        _print_by_paper(found)
    for check in () if as_json else missing if everything else every:
        mark = {"not found": "MISSING", "no text": "NO TEXT"}.get(check.where, "found  ")
        at = f" [{check.place}]" if check.where == "elsewhere" else ""
        click.echo(f"{mark} {check.finding.id}  {check.finding.statement}{at}")
        if check.sentence:
            click.echo(f"        {check.sentence}")
    if not as_json:
        click.echo(
            f"{sum(bool(c.sentence) for c in every)} of {len(every)} sentences stand in the text."
        )
    say_unfetched(ctx, without)
    ctx.exit(1 if missing else 0)


_WHERE = ("found", "elsewhere", "not found", "no text")


def _print_by_paper(found: dict[str, list[Verified]]) -> None:
    counts = {key: [check.where for check in checks] for key, checks in found.items()}
    print_rows(
        ("paper", *_WHERE), [(key, *(seen.count(w) for w in _WHERE)) for key, seen in counts.items()]
    )


def _verify_texts(
    kg: KnowledgeGraph, papers: list[Publication], place: Path
) -> dict[str, list[Verified]]:
    """What is verified in a file, or in a folder of files that are named like their papers."""
    from mscgraph.curate.services.bibliography import Section
    from mscgraph.curate.verifying import verify_sections

    def text(paper: Publication) -> list[Section]:
        names = [re.sub(r"[^\w.]", "-", f"{paper.id}{suffix}") for suffix in (".txt", ".md")]
        files = (
            [place / name for name in names if (place / name).is_file()] if place.is_dir() else [place]
        )
        return [Section("", read_text(file)) for file in files]

    return {paper.id: verify_sections(kg, paper, text(paper)) for paper in papers}
