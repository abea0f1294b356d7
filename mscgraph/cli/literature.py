"""The commands of curate that ask services: fetch, complete, status, watch, trials, verify."""

from __future__ import annotations

import functools
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.options import (
    FILTERS,
    command,
    count_option,
    flag,
    json_option,
    option,
    table_options,
    together,
)
from mscgraph.cli.output import end, graph, print_json, print_rows, read_text
from mscgraph.cli.streams import overwrite_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from mscgraph.curate.fetching import Unfetched
    from mscgraph.curate.reviewing import Verified
    from mscgraph.curate.services.client import Services
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Publication


_MOST_SAID = 20  # papers that could not be fetched


def service_options(command: Callable[..., Any]) -> Any:
    """Whom a command asks: the keyword ``services``; what is to know of them is said at the end."""

    @functools.wraps(command)
    def asking(*args: Any, cache: Path | None, offline: bool, **options: Any) -> Any:
        from mscgraph.curate.services.client import Services

        services = Services(cache, offline=offline)
        try:
            return command(*args, services=services, **options)
        finally:
            for note in services.notes:
                click.echo(note, err=True)

    kept = "Where fetched papers are kept. Default: the user's cache folder, or MSCGRAPH_CACHE."
    place = click.Path(file_okay=False, path_type=Path)
    return together(
        option("--cache", kept, type=place, metavar="DIRECTORY"),
        flag("--offline", "Ask no service: use what was fetched."),
    )(asking)


@click.group("curate")
def curate_command() -> None:
    """Tools for curators: fetch papers, draft rows, see what is missing or double, sign what was read.

    \b
    mscgraph curate fetch PMID:40734866
    mscgraph curate draft --publication PMID:40734866 --text abstract.txt
    mscgraph curate gaps --kind mediator_without_target
    mscgraph curate duplicates
    mscgraph curate review --topic clinical --next 5
    """


@command(
    "fetch", "papers...",
    flag("--missing", "Every paper of the graph that was not fetched yet."),
    flag("--again", "Ask again for what was fetched before."),
    service_options, table_options, short_help="Fetch records and open texts of papers.",
    group=curate_command,
)  # fmt: skip
def fetch_command(
    papers: tuple[str, ...], missing: bool, again: bool, services: Services, form: str
) -> None:
    """Fetch papers by PMID, PubMed Central id or DOI: record, abstract and, where it is open, full text.

    From Europe PMC, Crossref and NCBI's id converter. What is fetched is kept in a cache folder of yours;
    a run that broke off continues where it was. MSCGRAPH_MAIL says who you are to the services; HTTPS_PROXY
    and REQUESTS_CA_BUNDLE name a proxy and certificates.

    \b
    mscgraph curate fetch PMID:40734866
    mscgraph curate fetch --missing
    """
    from mscgraph.curate.fetching import fetch_all

    if missing is bool(papers):
        raise click.UsageError("Name papers, or give --missing.")
    wanted = list(graph().publications.values()) if missing else list(papers)
    days = 0 if again else None
    found, without = fetch_all(services, wanted, days=days, progress=counter(len(wanted)))
    columns = ("paper", "sections", "full_text", "licence", "sources", "title")
    rows = [
        (p.id, len(p.sections), "yes" if p.has_full_text else "no", p.first("licence"), p.sources,
         p.first("title"))
        for p in found
    ]  # fmt: skip
    print_rows(columns, rows, form)
    click.echo(f"{len(found)} paper(s) in {services.cache}", err=True)
    say_unfetched(without)


@command(
    "complete", "papers...",
    option("--design", FILTERS["design"], default=""),
    flag("--write", "Write what is proposed into publications.tsv."),
    service_options, table_options, short_help="Complete the records of papers.",
    group=curate_command,
)  # fmt: skip
def complete_command(
    papers: tuple[str, ...], design: str, write: bool, services: Services, form: str
) -> None:
    """Complete papers: title, authors, journal, year, DOI, PMID, PubMed Central id, licence.

    Without papers, those of the graph that lack title, authors, journal or year; a paper that the graph
    lacks gets a row, for which you say the study design. What is "fill" is written with --write. Where the
    services disagree, or say something else than the table, both are shown and a person decides.

    \b
    mscgraph curate complete
    mscgraph curate complete PMID:40734866 --design in_vitro --write
    """
    from mscgraph.curate.fetching import completions, fetch_all, write_completions

    kg = graph()
    held = kg.publications.values()
    lacking = [p for p in held if not (p.title and p.authors and p.journal and p.year)]
    wanted = [kg.publications.get(paper, paper) for paper in papers] or lacking
    found, without = fetch_all(services, wanted, progress=counter(len(wanted)))
    said = [one for paper in found for one in completions(kg, paper)]
    filled = len(write_completions(kg, found, design=design)) if write else 0
    columns = ("paper", "column", "what", "now", "said", "by")
    rows = [
        (one.publication, one.column, one.what, one.old, *map(" / ".join, zip(*one.said, strict=True)))
        for one in said
    ]
    print_rows(columns, rows, form)
    open_ = sum(one.what != "fill" for one in said)
    click.echo(
        f"{filled} cell(s) written, {open_} to decide"
        if write
        else f"{len(said) - open_} cell(s) to write with --write, {open_} to decide",
        err=True,
    )
    say_unfetched(without)


@command(
    "status", "papers...", service_options, table_options,
    short_help="Look for retractions, concerns and corrections.", group=curate_command,
)  # fmt: skip
def status_command(papers: tuple[str, ...], services: Services, form: str) -> None:
    """List papers of the graph that were retracted, corrected or put under concern, and what hangs on them.

    From Europe PMC (with PubMed's publication types) and Crossref (with Retraction Watch), no older than a
    day. Exit code 1 when the table does not say what they say: the cell to change is named, and a person
    changes it.

    \b
    mscgraph curate status
    mscgraph curate status PMID:40734866
    """
    from mscgraph.curate.watching import find_noticed

    kg = graph()
    wanted = [kg.publication(paper) for paper in papers] or list(kg.publications.values())
    found, without = find_noticed(services, kg, wanted, progress=counter(len(wanted)))
    columns = ("paper", "notice", "new", "recorded", "findings", "unsupported", "answers", "by")
    rows = [
        (one.publication, ", ".join(f"{n.kind} {n.id}".strip() for n in one.notices),
         "new" if one.is_new else "", one.recorded, " ".join(one.findings), " ".join(one.unsupported),
         " ".join(one.questions), "; ".join(dict.fromkeys(n.source for n in one.notices)))
        for one in found
    ]  # fmt: skip
    print_rows(columns, rows, form)
    for one in (one for one in found if one.status):
        place = kg.places[one.publication]
        click.echo(
            f"{one.publication}: write {one.status} into the column status, {place.file}:{place.line}. "
            f"{len(one.findings)} finding(s) then support nothing, {len(one.unsupported)} association(s) "
            f"lose all support, {len(one.questions)} stored question(s) are answered differently.",
            err=True,
        )
    click.echo(f"{len(found)} of {len(wanted)} paper(s) have a notice", err=True)
    say_unfetched(without)
    end(failed=any(one.status for one in found))


@command(
    "watch",
    option("--since",
        "The first day, such as 2026-01-31. Default: that of the last look, else 90 days ago.",
        type=click.DateTime(["%Y-%m-%d"]), metavar="DATE"),
    count_option(50, "How many papers are listed."), service_options, table_options,
    short_help="List new papers of the stored searches.", group=curate_command,
)  # fmt: skip
def watch_command(since: datetime | None, k: int, services: Services, form: str) -> None:
    """List new papers that the graph lacks, ranked by how much of it they touch.

    The searches are stored in ontology/curation/searches.toml and asked of Europe PMC, preprints included.
    A paper touches an association when one of its sentences names both ends: its columns count those, and
    of them those in conflict, those that rest on a single study, and other gaps.

    \b
    mscgraph curate watch --since 2026-01-31
    mscgraph curate watch --format markdown > new-papers.md
    """
    from mscgraph.curate.watching import find_new_papers

    found = find_new_papers(services, graph(), since.date() if since else None)
    columns = ("paper", "published", "touches", "conflicts", "single_studies", "gaps", "title", "journal",
               "searches")  # fmt: skip
    rows = [
        (p.id, p.published, len(p.associations), len(p.conflicts), len(p.single_studies), len(p.gaps),
         p.title, f"{p.journal} (preprint)" if p.is_preprint else p.journal, "; ".join(p.searches))
        for p in found[:k]
    ]  # fmt: skip
    print_rows(columns, rows, form, found[:k])
    click.echo(f"{len(found)} new paper(s)", err=True)


@command(
    "trials", service_options, table_options,
    short_help="List registrations of trials, and new trials.", group=curate_command,
)  # fmt: skip
def registered_command(services: Services, form: str) -> None:
    """List what ClinicalTrials.gov says of the graph's trials, and new ones by the stored searches.

    Status, phase, enrolment, arms, results posted; and what has changed since the last look. The findings
    of a trial are listed by `mscgraph trials`.

    \b
    mscgraph curate trials
    mscgraph curate trials --format markdown
    """
    from mscgraph.curate.watching import watched_trials

    found, elsewhere = watched_trials(services, graph(), progress=counter(0))
    columns = ("trial", "changed", "findings", "status", "phase", "enrolment", "results", "updated", "arms",
               "title")  # fmt: skip
    rows = [
        (one.id, ", ".join(one.changed), len(one.findings), r.status, "/".join(r.phases), r.enrolment,
         r.results, r.updated, "; ".join(": ".join(filter(None, arm)) for arm in r.arms), r.title)
        if (r := one.registration)
        else (one.id, "", len(one.findings), "not registered", "", "", "", "", "", "")
        for one in found
    ]  # fmt: skip
    print_rows(columns, rows, form, found)
    for study in elsewhere:
        click.echo(f"{study} is not registered at ClinicalTrials.gov", err=True)
    new = sum(not one.findings for one in found)
    click.echo(f"{len(found) - new} trial(s) of the graph, {new} that it lacks", err=True)


def counter(total: int) -> Callable[[int, str], None]:
    """What shows a person at a terminal how many of so many are done."""

    def show(number: int, name: str) -> None:
        if total > 1 and sys.stderr.isatty():
            done = 20 * number // total
            bar = f"{'█' * done}{'·' * (20 - done)} {number} of {total} {name}"
            overwrite_line(bar if number < total else "")

    return show


def say_unfetched(without: Sequence[Unfetched]) -> None:
    """Say which papers could not be fetched, and end with exit code 1 if there is one."""
    for paper in without[:_MOST_SAID]:
        click.echo(f"{paper.id}: {paper.why}", err=True)
    if len(without) > _MOST_SAID:
        click.echo(f"… and {len(without) - _MOST_SAID} more papers", err=True)
    if without:
        end(failed=True)


@command(
    "verify", "[publication]",
    option("--text place",
        "The abstract or article as plain text, UTF-8; with --all a folder of such files, named "
        "like PMID-40734866.txt. Default: what curate fetch gets.",
        type=click.Path(exists=True, path_type=Path)),
    flag("--all everything", "Every paper of the graph that has anchors."),
    service_options, json_option, short_help="Look for publications' sentences in their texts.",
    group=curate_command,
)  # fmt: skip
def verify_command(
    publication: str | None, place: Path | None, everything: bool, services: Services, as_json: bool
) -> None:
    """List which findings' sentences stand in their papers, and which do not: exit code 1 if one does not.

    A sentence may be found elsewhere: in another part of the paper than the row says, or in another
    version, such as the preprint. With --all the list is a table by paper.

    \b
    mscgraph verify PMID:40734866 --text abstract.txt
    mscgraph curate verify --all
    """
    from mscgraph.curate.reviewing import verify_fetched

    if everything is bool(publication):
        raise click.UsageError("Name one publication, or give --all.")
    kg = graph()
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
    say_unfetched(without)
    end(failed=bool(missing))


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
    from mscgraph.curate.reviewing import verify_sections
    from mscgraph.curate.services.bibliography import Section

    def text(paper: Publication) -> list[Section]:
        names = [re.sub(r"[^\w.]", "-", f"{paper.id}{suffix}") for suffix in (".txt", ".md")]
        files = (
            [place / name for name in names if (place / name).is_file()] if place.is_dir() else [place]
        )
        return [Section("", read_text(file)) for file in files]

    return {paper.id: verify_sections(kg, paper, text(paper)) for paper in papers}
