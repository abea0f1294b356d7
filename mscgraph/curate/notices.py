"""Retractions, expressions of concern and corrections of the graph's papers, and what hangs on each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.curate.changes import diff
from mscgraph.curate.fetching import Unfetched, known_ids
from mscgraph.curate.services.bibliography import Notice
from mscgraph.curate.services.crossref import find_notices, find_work
from mscgraph.curate.services.europe_pmc import find_record
from mscgraph.errors import ServiceError
from mscgraph.graph import KnowledgeGraph
from mscgraph.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mscgraph.curate.services.client import Services
    from mscgraph.model import Publication

_STATUS = {"retraction": "retracted", "concern": "concern"}
_KINDS = ("retraction", "concern", "correction", "other")
_REMEMBERED = "notices"


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
    progress: Callable[[int, str], None] = lambda _number, _id: None,
) -> tuple[list[NoticedPaper], list[Unfetched]]:
    """Return the papers on which Europe PMC or Crossref know a notice, and those they were not asked of.

    What was seen is remembered next to the cache, for ``is_new`` of the next run.

    Raises
    ------
    ServiceError
        When a service gives no answer to anything.
    """
    before = services.remembered(_REMEMBERED)
    seen: dict[str, list[str]] = dict(before) if isinstance(before, dict) else {}
    found, without = [], []
    for number, paper in enumerate(papers):
        progress(number, paper.id)
        try:
            notices = _notices(services, paper)
        except ServiceError as error:
            if not error.about_one:
                raise
            without.append(Unfetched(paper.id, str(error)))
            continue
        now = sorted({f"{notice.kind} {notice.id}" for notice in notices})
        if notices:
            known = seen.get(paper.id)
            is_new = not set(now) <= set(known if isinstance(known, list) else ())
            found.append(_noticed(kg, paper, notices, is_new=is_new))
        seen[paper.id] = now
    progress(len(papers), "")
    services.remember(_REMEMBERED, seen)
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
    unsupported, questions = _hanging_on(kg, paper, status) if paper.counts and status else ((), ())
    findings = tuple(f.id for f in kg.findings.values() if f.publication == paper.id)
    return NoticedPaper(
        paper.id, notices, is_new, paper.status, status, findings, unsupported, questions
    )


def _hanging_on(
    kg: KnowledgeGraph, paper: Publication, status: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What nothing would support, and which questions would be answered differently."""
    papers = {**kg.publications, paper.id: paper._replace(status=status)}
    without = KnowledgeGraph(kg.tables._replace(publications=papers))
    lost = [
        key
        for key, edge in kg.associations.items()
        if edge.supporting and not without.associations[key].supporting
    ]
    return tuple(lost), tuple(answer.question for answer in diff(kg, without).answers)
