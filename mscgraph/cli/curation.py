"""validate, format, anchor and verify: the checks of a curator's work."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mscgraph.cli.options import json_option
from mscgraph.cli.output import as_json as to_json
from mscgraph.cli.output import folder, graph, print_json, read_text
from mscgraph.errors import ValidationFailed

__all__ = ["anchor_command", "format_command", "validate_command", "verify_command"]


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


@click.command("verify")
@click.argument("publication")
@click.option(
    "--text", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The abstract or article as plain text, UTF-8.",
)  # fmt: skip
@json_option
@click.pass_context
def verify_command(ctx: click.Context, publication: str, file: Path, as_json: bool) -> None:
    """List which findings' sentences are in a text, and which are not: exit code 1 if one is not.

    \b
    mscgraph verify PMID:40734866 --text abstract.txt
    """
    from mscgraph.curate import verify_anchors

    checks = verify_anchors(graph(ctx), publication, read_text(file))
    missing = [check for check in checks if not check.found]
    if as_json:
        rows = [{"finding": c.finding.id, "found": c.found, "sentence": c.sentence} for c in checks]
        print_json(rows)
        ctx.exit(1 if missing else 0)
    for check in checks:
        click.echo(
            f"{'found  ' if check.found else 'MISSING'} {check.finding.id}  {check.finding.statement}"
        )
        if check.found:
            click.echo(f"        {check.sentence}")
    click.echo(f"{len(checks) - len(missing)} of {len(checks)} sentences stand in the text.")
    ctx.exit(1 if missing else 0)
