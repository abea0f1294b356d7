"""A curator's work: validate, format and anchor; draft rows, gaps, duplicates, review; what changed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

import mscgraph as mg
from mscgraph.cli.literature import curate_command, service_options
from mscgraph.cli.options import COUNT, command, flag, json_option, option
from mscgraph.cli.output import end, graph, ontology, print_json, print_rows, read_text
from mscgraph.errors import ValidationFailed

if TYPE_CHECKING:
    from mscgraph.curate import AnswerChange, Change
    from mscgraph.curate.services.client import Services
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Finding


@command("validate", json_option)
def validate_command(as_json: bool) -> None:
    """Run every check and list all problems: file, line, what is wrong, and how to repair it.

    Exit code 1 when there is an error; a warning is printed and counted.

    \b
    mscgraph validate
    mscgraph --ontology ontology validate --json
    """
    problems = mg.validate(ontology())
    errors = [problem for problem in problems if problem.severity == "error"]
    if as_json:
        print_json(problems)
        end(failed=bool(errors))
    if errors:
        raise ValidationFailed(problems)
    for problem in problems:
        click.echo(str(problem), err=True)
    click.echo(f"No error found, {len(problems)} warning(s)." if problems else "No problem found.")


@command("format", flag("--check check_only", "Change nothing; exit code 1 if a table would change."))
def format_command(check_only: bool) -> None:
    """Bring the tables into their canonical layout: trimmed, lists and rows sorted, one final newline.

    \b
    mscgraph format
    mscgraph format --check
    """
    changed = mg.format_tables(ontology(), write=not check_only)
    for path in changed:
        click.echo(f"{'would format' if check_only else 'formatted'} {path}")
    if not changed:
        click.echo("All tables are in the canonical layout.")
    end(failed=bool(changed) and check_only)


@command("anchor", "text", json_option)
def anchor_command(text: str, as_json: bool) -> None:
    """Print the fingerprint of a sentence; - reads it from standard input.

    \b
    mscgraph anchor "The sentence as it stands in the abstract."
    """
    if text == "-":
        text = sys.stdin.read()
    if not any(character.isalnum() for character in text):
        raise click.UsageError("The text has no letter or digit, so it has no fingerprint.")
    fingerprint = mg.anchor(text)
    print_json({"anchor": fingerprint}) if as_json else click.echo(fingerprint)


@command(
    "draft",
    option("--publication", "The paper, by PMID, PMCID or DOI.", required=True),
    option("--text file",
        "Its abstract or a part of it as plain text, UTF-8. Default: what curate fetch gets, by "
        "section.", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    service_options, json_option, short_help="Print draft rows for a text, to judge.",
    group=curate_command,
)  # fmt: skip
def draft_command(publication: str, file: Path | None, services: Services, as_json: bool) -> None:
    """Print draft rows for a text, in the layout of the findings: a proposal to judge.

    What the words do not say is "?". The last columns (cue, judge, known, sentence) are for the reader
    and no part of a row; a row that nobody has judged does not pass `mscgraph validate`.

    \b
    mscgraph curate draft --publication PMID:40734866 --text abstract.txt
    mscgraph curate draft --publication PMID:40734866
    """
    from mscgraph.curate import draft_row, draft_sections

    kg = graph()
    if file is not None:
        found = mg.draft(kg, publication, read_text(file))
    else:
        from mscgraph.curate.fetching import fetch

        found = draft_sections(kg, publication, fetch(services, kg.publication(publication)).sections)
    if as_json:
        return print_json(found)
    rows = [draft_row(kg, one) for one in found]
    if rows:
        print_rows(list(rows[0]), [list(row.values()) for row in rows], "tsv")
    click.echo(f"{len(rows)} draft(s) to judge", err=True)


@command(
    "gaps",
    option("--kind", "Only this kind, such as single_study."),
    json_option, short_help="List what the graph lacks.", group=curate_command,
)  # fmt: skip
def gaps_command(kind: str | None, as_json: bool) -> None:
    """List what the graph lacks: relations that rest on little, entities that lead nowhere.

    \b
    mscgraph curate gaps
    mscgraph curate gaps --kind animal_only
    """
    from mscgraph.curate import GAP_KINDS

    found = mg.gaps(graph(), kind)
    if as_json:
        return print_json(found)
    print_rows(("kind", "id", "what"), [(gap.kind, gap.id, gap.text) for gap in found])
    for name, meaning in GAP_KINDS.items():
        count = sum(gap.kind == name for gap in found)
        if count:
            click.echo(f"{count:>6}  {name}: {meaning}", err=True)


@command("duplicates", json_option, short_help="List what may stand there twice.", group=curate_command)
def duplicates_command(as_json: bool) -> None:
    """List findings that may be one finding, and entities that may be one entity.

    \b
    mscgraph curate duplicates
    """
    found = mg.duplicates(graph())
    if as_json:
        return print_json(found)
    rows = [(pair.kind, pair.first, pair.second, pair.reason) for pair in found]
    print_rows(("kind", "first", "second", "why"), rows)
    click.echo(f"{len(found)} pair(s) to judge", err=True)


@command(
    "review",
    option("--orcid", "Who reads: your ORCID. Without it the rows are only listed."),
    option("--topic", "Only one table of findings, such as clinical.", metavar="FILE"),
    option("--next count", "Only the next so many.", type=COUNT),
    flag("--page on_page", "Review on a page, each row next to its sentence."),
    flag("--open open_it", "Open it in the browser."),
    service_options, json_option, short_help="Go through rows that no human has reviewed.",
    group=curate_command,
)  # fmt: skip
def review_command(
    orcid: str | None,
    topic: str | None,
    count: int | None,
    on_page: bool,
    open_it: bool,
    services: Services,
    as_json: bool,
) -> None:
    """Go through the rows that no human has reviewed, one by one; yes writes your ORCID into the row.

    Answer yes only with the paper open: y for right, n for wrong (nothing is written; correct
    the row that is named), skip, or quit. With --page a page on this machine shows each row next to its
    sentence in the fetched text, to accept, mend or reject; the address that is printed is yours alone.

    \b
    mscgraph curate review --topic clinical --next 5
    mscgraph curate review --orcid 0000-0002-1825-0097
    mscgraph curate review --orcid 0000-0002-1825-0097 --page
    """
    from mscgraph.curate import checked_orcid

    if on_page and not orcid:
        raise click.UsageError("--page goes with --orcid: who reviews?")
    if orcid and as_json:
        raise click.UsageError("--json lists, --orcid reviews: give one of the two.")
    reviewer = checked_orcid(orcid) if orcid is not None else None
    kg = graph()
    found = mg.unreviewed(kg, topic)[:count]
    if as_json:
        return print_json(found)
    if reviewer is None:
        rows = [(f.id, f.publication, _place(kg, f), f.statement) for f in found]
        print_rows(("finding", "publication", "row", "statement"), rows)
        click.echo(f"{len(found)} finding(s) to review; --orcid starts", err=True)
        return None
    if not on_page:
        return _review(kg, found, reviewer)
    from mscgraph.curate.review_page import ReviewServer

    server = ReviewServer(kg.folder, [f.id for f in found], reviewer, services)
    click.echo(f"{len(found)} finding(s) to review at {server.address}\nCtrl-C ends it.", err=True)
    if open_it:
        click.launch(server.address)
    server.run()
    for what in ("accepted", "mended", "rejected"):
        click.echo(f"{sum(done == what for done in server.done.values())} {what}", err=True)


def _place(kg: KnowledgeGraph, finding: Finding) -> str:
    place = kg.places[finding.id]
    return f"{place.file}:{place.line}"


def _review(kg: KnowledgeGraph, found: list[Finding], orcid: str) -> None:
    signed = 0
    for finding in found:
        _show(kg, finding)
        answer = click.prompt("Right?", type=click.Choice(["y", "n", "skip", "quit"]))
        if answer == "quit":
            break
        if answer == "y":
            mg.review(kg.folder, finding.id, orcid)
            signed += 1
        elif answer == "n":
            click.echo(f"Not signed. Correct it in {_place(kg, finding)}")
    click.echo(f"{signed} finding(s) signed as {orcid}", err=True)


def _show(kg: KnowledgeGraph, finding: Finding) -> None:
    from mscgraph.explain.words import cite, setting_in_words

    relation = f"{kg.name(finding.subject)} {finding.predicate} {kg.name(finding.object)}"
    click.echo(f"\n{finding.id}  {relation} ({finding.aspect})")
    click.echo(f"  {finding.statement}")
    click.echo(f"  {setting_in_words(kg, finding)}")
    click.echo(f"  {cite(kg, finding.publication)} ({finding.locator})")


_STATE = click.Path(path_type=Path)


@command("diff", click.argument("old", type=_STATE), click.argument("new", type=_STATE), json_option)
def diff_command(old: Path, new: Path, as_json: bool) -> None:
    """List what changed from OLD to NEW, each an ontology folder, a checkout, or an exported RDF file.

    Findings, entities and papers added (+), changed (~) and withdrawn (-), with the columns that differ;
    and the stored questions whose answers differ, with the rows gained and lost.

    \b
    mscgraph diff yesterday.ttl ontology
    """
    changes = mg.diff(old, new)
    if as_json:
        return print_json(changes)
    for title in ("findings", "entities", "publications"):
        _records(title, getattr(changes, title))
    for answer in changes.answers:
        _answer(answer)
    if not changes:
        click.echo("Nothing changed.")


_MARKS = {"added": "+", "changed": "~", "withdrawn": "-"}


def _records(title: str, changes: tuple[Change, ...]) -> None:
    if changes:
        counts = (f"{sum(c.what == what for c in changes)} {what}" for what in _MARKS)
        click.echo(f"{title}: {', '.join(counts)}")
    for change in changes:
        click.echo(f"  {_MARKS[change.what]} {change.id}  {change.text}")
        for column, before, after in change.columns:
            click.echo(f"      {column}: {before or '(empty)'} → {after or '(empty)'}")


def _answer(answer: AnswerChange) -> None:
    if answer.problem:
        click.echo(f"question {answer.question} cannot be asked of both: {answer.problem}")
        return
    counts = f"{len(answer.gained)} row(s) gained, {len(answer.lost)} lost"
    click.echo(f"question {answer.question}: {counts}")
    for mark, rows in (("+", answer.gained), ("-", answer.lost)):
        for row in rows:
            click.echo(f"  {mark} " + " | ".join(cell or "" for cell in row))
