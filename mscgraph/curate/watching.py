"""What is new: notices on the graph's papers, papers and trials of the stored searches."""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from datetime import date, timedelta
from itertools import permutations, product
from typing import TYPE_CHECKING, Any

from mscgraph.curate.changes import diff
from mscgraph.curate.drafting import SentenceReader
from mscgraph.curate.fetching import known_ids, of_each
from mscgraph.curate.matching import sentences
from mscgraph.curate.missing import gaps
from mscgraph.curate.services.bibliography import Notice
from mscgraph.curate.services.open_services import (
    find_notices,
    find_record,
    find_registration,
    find_work,
    search_records,
    search_registrations,
)
from mscgraph.graph import KnowledgeGraph
from mscgraph.graph.conflicts import find_conflicts
from mscgraph.named_tuples import NamedTuple
from mscgraph.tables.optional_tables import read_searches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mscgraph.curate.fetching import Progress, Unfetched
    from mscgraph.curate.services.bibliography import PaperRecord
    from mscgraph.curate.services.client import Services
    from mscgraph.curate.services.open_services import Registration
    from mscgraph.model import Publication

_STATUS = {"retraction": "retracted", "concern": "concern"}
_KINDS = ("retraction", "concern", "correction", "other")
_FIRST = 90  # days that the first look goes back
_NCT = re.compile(r"NCT[0-9]{8}")
_REMEMBERED = "watched"


class NoticedPaper(NamedTuple):
    """A paper on which there are notices, the gravest first.

    ``is_new`` says that the last run saw fewer. ``status`` is what the table should say and does not,
    else empty. ``unsupported`` are the associations that nothing would support any more, ``questions`` the
    stored questions whose answers would differ.
    """

    publication: str
    notices: tuple[Notice, ...]
    is_new: bool
    recorded: str
    status: str
    findings: tuple[str, ...]
    unsupported: tuple[str, ...]
    questions: tuple[str, ...]


def find_noticed(
    services: Services,
    kg: KnowledgeGraph,
    papers: Sequence[Publication],
    *,
    progress: Progress | None = None,
) -> tuple[list[NoticedPaper], list[Unfetched]]:
    """Return the papers on which Europe PMC or Crossref know a notice, and those they were not asked of.

    What was seen is remembered next to the cache, for ``is_new`` of the next run.
    """
    seen = services.remembered("notices")

    def noticed(paper: Publication) -> NoticedPaper | None:
        notices = _notices(services, paper)
        known = seen.get(paper.id)
        seen[paper.id] = sorted({f"{notice.kind} {notice.id}" for notice in notices})
        is_new = not set(seen[paper.id]) <= set(known if isinstance(known, list) else ())
        return _noticed(kg, paper, notices, is_new=is_new) if notices else None

    asked, without = of_each(papers, noticed, progress)
    services.remember("notices", seen)
    found = (one for one in asked if one is not None)
    return sorted(found, key=lambda one: _KINDS.index(one.notices[0].kind)), without


def _notices(services: Services, paper: Publication) -> tuple[Notice, ...]:
    """The notices of all sources, one a kind and notice, no older than a day."""
    ids, found = known_ids(paper), list[Notice]()
    kind = next(iter(ids))
    if record := find_record(services, kind, ids[kind], days=1):
        found += record.notices
        ids.setdefault("doi", record.doi)
    if ids.get("doi"):
        work = find_work(services, ids["doi"], days=1)
        found += [*(work.notices if work else ()), *find_notices(services, ids["doi"], days=1)]
    merged: dict[tuple[str, str], Notice] = {}
    for notice in found:
        same = merged.setdefault((notice.kind, notice.id), notice)
        sources = dict.fromkeys((*same.source.split(", "), notice.source))
        merged[notice.kind, notice.id] = same._replace(
            source=", ".join(sources), date=same.date or notice.date
        )
    return tuple(sorted(merged.values(), key=lambda notice: _KINDS.index(notice.kind)))


def _noticed(
    kg: KnowledgeGraph, paper: Publication, notices: tuple[Notice, ...], *, is_new: bool
) -> NoticedPaper:
    status = _STATUS.get(notices[0].kind, "")
    if paper.status in {status, "retracted"}:
        status = ""
    without = kg
    if paper.counts and status:
        papers = {**kg.publications, paper.id: paper._replace(status=status)}
        without = KnowledgeGraph(kg.tables._replace(publications=papers))
    held = {key for key, edge in without.associations.items() if edge.supporting}
    return NoticedPaper(
        paper.id, notices, is_new, paper.status, status,
        findings=tuple(f.id for f in kg.findings.values() if f.publication == paper.id),
        unsupported=tuple(k for k, e in kg.associations.items() if e.supporting and k not in held),
        questions=tuple(answer.question for answer in diff(kg, without).answers),
    )  # fmt: skip


# -- the stored searches ----------------------------------------------------------------------------


class NewPaper(NamedTuple):
    """A paper that the graph lacks, with the associations whose two ends one of its sentences names.

    Of those associations ``conflicts`` are in conflict, ``single_studies`` rest on one study, and ``gaps``
    are listed as a gap of another kind; so are entities that lead nowhere.
    """

    id: str
    published: str
    title: str
    journal: str
    is_preprint: bool
    searches: tuple[str, ...]
    entities: tuple[str, ...]
    associations: tuple[str, ...]
    conflicts: tuple[str, ...]
    single_studies: tuple[str, ...]
    gaps: tuple[str, ...]


def _rank(paper: NewPaper) -> tuple[int, int, int, str]:
    settles = len(paper.conflicts) + len(paper.single_studies) + len(paper.gaps)
    return -len(paper.associations), -settles, -len(paper.entities), paper.id


class WatchedTrial(NamedTuple):
    """A registered trial: the graph's findings of it, and what is not as it was when last seen."""

    id: str
    registration: Registration | None
    findings: tuple[str, ...]
    changed: tuple[str, ...]


def find_new_papers(
    services: Services, kg: KnowledgeGraph, since: date | None = None
) -> list[NewPaper]:
    """Return the papers of the stored searches that came into Europe PMC since a date.

    Those that name most associations of the graph come first, then those that may settle most; those that
    the graph holds are left out. The default date is that of the last look, else 90 days ago.
    After a search without an answer, the next look begins where this one did.
    """
    today = services.clock.time().date()
    last = services.remembered(_REMEMBERED)
    if since is None:
        since = today - timedelta(days=_FIRST)
        with suppress(KeyError, TypeError, ValueError):
            since = date.fromisoformat(last["papers"])
    found: dict[str, tuple[PaperRecord, list[str]]] = {}
    for name, query in read_searches(kg.folder).papers.items():
        dated = f"({query}) AND (CREATION_DATE:[{since} TO {today}])"
        for record in search_records(services, dated):
            found.setdefault(record.id, (record, []))[1].append(name)
    held = {
        value
        for paper in kg.publications.values()
        for value in (paper.id, paper.pmid, paper.pmcid, paper.doi.lower())
    }
    reader = _Bearing(kg)
    papers = [
        reader.paper(record, names)
        for key, (record, names) in found.items()
        if key and not {key, record.pmid, record.pmcid, record.doi} & (held - {""})
    ]
    services.remember(_REMEMBERED, last | {"papers": today.isoformat()})
    return sorted(papers, key=_rank)


class _Bearing:
    """What of the graph a text bears on."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self.kg = kg
        self.names = SentenceReader(kg).entities
        self.pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
        for edge in kg.associations.values():
            self.pairs[edge.subject, edge.object].append(edge.id)
        self.conflicts = {edge.id for c in find_conflicts(kg) for edge in (c.first, c.second)}
        every = gaps(kg)
        self.single = {gap.id for gap in every if gap.kind == "single_study"}
        self.gaps = {gap.id for gap in every} - self.single - self.conflicts

    def paper(self, record: PaperRecord, searches: list[str]) -> NewPaper:
        """A paper with the associations of two entities of a sentence, or of what they are kinds of."""
        entities: dict[str, None] = {}
        touched: dict[str, None] = {}
        for section in record.sections:
            for sentence in sentences(section.text):
                named = dict.fromkeys(mention.value for mention in self.names.find(sentence))
                entities |= named
                kinds = {one: (one, *self.kg.ancestors(one)) for one in named}
                for one, other in permutations(named, 2):
                    for pair in product(kinds[one], kinds[other]):
                        touched |= dict.fromkeys(self.pairs.get(pair, ()))
        settled = {*touched, *entities}
        return NewPaper(
            record.id, record.published, record.title, record.journal, record.is_preprint,
            tuple(dict.fromkeys(searches)), tuple(entities), tuple(touched),
            tuple(key for key in touched if key in self.conflicts),
            tuple(key for key in touched if key in self.single),
            tuple(sorted(settled & self.gaps)),
        )  # fmt: skip


def watched_trials(
    services: Services, kg: KnowledgeGraph, *, progress: Progress | None = None
) -> tuple[list[WatchedTrial], list[str]]:
    """Return the registrations of the graph's trials and of new ones, and trials of other registries.

    New ones come from the stored searches, the last updated first. What was seen is remembered, so that the
    next look says what has changed: status, enrolment, results.
    """
    findings: dict[str, list[str]] = defaultdict(list)
    for finding in kg.findings.values():
        if finding.study:
            findings[finding.study].append(finding.id)
    ours = sorted(study for study in findings if _NCT.fullmatch(study))
    found: dict[str, Registration | None] = {}
    report = progress or (lambda *_: None)
    for number, nct in enumerate(ours):
        report(number, nct)
        found[nct] = find_registration(services, nct)
    report(len(ours), "")
    new = {
        one.id: one
        for condition, intervention in read_searches(kg.folder).trials
        for one in search_registrations(services, condition, intervention)
        if one.id not in found
    }
    found |= {one.id: one for one in sorted(new.values(), key=lambda r: r.updated, reverse=True)}
    last = services.remembered(_REMEMBERED)
    before = last["trials"] if isinstance(last.get("trials"), dict) else {}
    now = {key: one._asdict() for key, one in found.items() if one is not None}
    trials = [
        WatchedTrial(key, one, tuple(findings[key]), _changed(before.get(key), now.get(key)))
        for key, one in found.items()
    ]
    services.remember(_REMEMBERED, last | {"trials": before | now})
    return trials, sorted(study for study in findings if not _NCT.fullmatch(study))


def _changed(before: Any, now: dict[str, object] | None) -> tuple[str, ...]:
    if now is None:
        return ()
    if not isinstance(before, dict):
        return ("new",)
    return tuple(name for name in ("status", "enrolment", "results") if before.get(name) != now[name])
