"""A paper as the services have it: its records, its identifiers and its text by section."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mscgraph.curate.services.bibliography import identifiers
from mscgraph.curate.services.crossref import find_work
from mscgraph.curate.services.europe_pmc import find_record, full_text
from mscgraph.curate.services.id_converter import convert_id
from mscgraph.errors import DataError, NotFound, ServiceError
from mscgraph.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mscgraph.curate.services.bibliography import PaperRecord, Section
    from mscgraph.curate.services.client import Services
    from mscgraph.model import Publication

_KINDS = ("pmid", "pmcid", "doi")


class FetchedPaper(NamedTuple):
    """A paper by the id that was asked for: a record a service, and its sections without repetitions."""

    id: str
    records: tuple[PaperRecord, ...]
    sections: tuple[Section, ...]
    has_full_text: bool

    @property
    def sources(self) -> str:
        """Who said it, and when: ``Europe PMC 2026-01-31``."""
        return ", ".join(f"{record.source} {record.fetched}" for record in self.records)

    def first(self, column: str) -> str:
        """The first service's word on a column of the publications."""
        return next((value for one in self.records if (value := getattr(one, column))), "")

    @property
    def text(self) -> str:
        """All its sections, one after another."""
        return "\n".join(section.text for section in self.sections)


class Unfetched(NamedTuple):
    """A paper that could not be fetched, and why."""

    id: str
    why: str


def known_ids(paper: Publication | str) -> dict[str, str]:
    """The identifiers of a paper, by the names of the columns.

    Raises
    ------
    DataError
        When a text is no PMID, PubMed Central id or DOI.
    """
    if isinstance(paper, str):
        kind, identifier = identifiers(paper)
        if not kind:
            raise DataError(f"{paper!r} is no PMID, PubMed Central id or DOI: write PMID:12345")
        return {kind: identifier}
    named = {"pmid": paper.pmid, "pmcid": paper.pmcid, "doi": paper.doi.lower()}
    return {kind: value for kind, value in named.items() if value} or known_ids(paper.id)


def fetch(services: Services, paper: Publication | str, *, days: int | None = None) -> FetchedPaper:
    """Return a paper's records from Europe PMC and Crossref, and its text as far as it is open.

    What one identifier does not lead to, another may: NCBI's converter, which knows what is in PubMed
    Central, is asked for those that Europe PMC does not say.

    Parameters
    ----------
    services
        Who is asked; answers are kept in its cache.
    paper
        A paper of the graph, or a PMID, PubMed Central id or DOI.
    days
        How old an answer may be, in days; None for any age.

    Raises
    ------
    DataError
        When the text is no identifier.
    NotFound
        When no service knows the paper.
    ServiceError
        When a service gives no answer that can be used.
    """
    ids = known_ids(paper)
    name = paper if isinstance(paper, str) else paper.id
    record = _in_europe_pmc(services, ids, days)
    if record is None or (record.pmcid and not (record.pmid and record.doi)):
        have = {kind: getattr(record, kind) for kind in _KINDS if record and getattr(record, kind)}
        kind, identifier = next(iter((ids | have).items()))
        more = convert_id(services, kind, identifier, days=days)
        ids = ids | have | {key: value for key, value in more.items() if key not in have}
        record = record or _in_europe_pmc(services, more, days)
    if record is not None:
        ids |= {kind: getattr(record, kind) for kind in _KINDS if getattr(record, kind)}
        pmid, pmcid, doi = (ids.get(kind, "") for kind in _KINDS)
        record = record._replace(pmid=pmid, pmcid=pmcid, doi=doi)
    work = find_work(services, ids["doi"], days=days) if "doi" in ids else None
    records = tuple(one for one in (record, work) if one is not None)
    if not records:
        raise NotFound(f"Neither Europe PMC nor Crossref knows {name}: check the number.")
    is_open = record and record.pmcid and record.is_open
    open_text = full_text(services, record.pmcid, days=days) if record and is_open else ()
    found = {section: None for one in records[:1] for section in one.sections}
    held = {_letters(section.text) for section in found}
    for section in (*open_text, *(s for one in records[1:] for s in one.sections)):
        if _letters(section.text) not in held:
            held.add(_letters(section.text))
            found[section] = None
    return FetchedPaper(records[0].id or name, records, tuple(found), bool(open_text))


def fetch_all(
    services: Services,
    papers: Sequence[Publication | str],
    *,
    days: int | None = None,
    progress: Callable[[int, str], None] = lambda _number, _id: None,
) -> tuple[list[FetchedPaper], list[Unfetched]]:
    """Return what :func:`fetch` returns of each paper, and those that could not be fetched.

    ``progress`` is called before each with how many are done and its id.

    Raises
    ------
    ServiceError
        When a service gives no answer to anything. What was fetched until then is in the cache.
    """
    found, without = [], []
    for number, paper in enumerate(papers):
        name = paper if isinstance(paper, str) else paper.id
        progress(number, name)
        try:
            found.append(fetch(services, paper, days=days)._replace(id=name))
        except (NotFound, DataError) as error:
            without.append(Unfetched(name, str(error)))
        except ServiceError as error:
            if not error.about_one:
                raise
            without.append(Unfetched(name, str(error)))
    progress(len(papers), "")
    return found, without


def _in_europe_pmc(services: Services, ids: dict[str, str], days: int | None) -> PaperRecord | None:
    for kind in _KINDS:
        if kind in ids and (record := find_record(services, kind, ids[kind], days=days)):
            return record
    return None


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()
