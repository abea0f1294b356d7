"""A paper as the services have it: records, identifiers, text by section; and what they add to its row.

What they do not agree on is left to a person. A service that gives no answer to anything, or none that can
be used, is a ``ServiceError``, here and wherever services are asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from mscgraph.curate.services.bibliography import identifiers
from mscgraph.curate.services.open_services import convert_id, find_record, find_work, full_text
from mscgraph.errors import DataError, NotFound, ServiceError
from mscgraph.files import write_whole
from mscgraph.named_tuples import NamedTuple
from mscgraph.tables.formatting import add_row, change_cells
from mscgraph.text.anchors import anchor
from mscgraph.text.names import fold, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mscgraph.curate.services.bibliography import PaperRecord, Section
    from mscgraph.curate.services.client import Services
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Publication

    # Called before each paper with how many are done and its id.
    Progress = Callable[[int, str], None]

Named = TypeVar("Named", bound="Publication | str")
Result = TypeVar("Result")
_IDS = ("pmid", "pmcid", "doi")
_COLUMNS = (*_IDS, "title", "authors", "journal", "year", "licence")


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


class Unfetched(NamedTuple):
    """A paper that could not be fetched, and why."""

    id: str
    why: str


def known_ids(paper: Publication | str) -> dict[str, str]:
    """The identifiers of a paper, by the names of the columns.

    Raise :class:`DataError` where a text is no PMID, PubMed Central id or DOI.
    """
    if isinstance(paper, str):
        kind, identifier = identifiers(paper)
        if not kind:
            raise DataError(f"{paper!r} is no PMID, PubMed Central id or DOI: write PMID:12345")
        return {kind: identifier}
    return _ids_of(paper) or known_ids(paper.id)


def _ids_of(paper: Publication | PaperRecord) -> dict[str, str]:
    named = {"pmid": paper.pmid, "pmcid": paper.pmcid, "doi": paper.doi.lower()}
    return {kind: value for kind, value in named.items() if value}


def fetch(services: Services, paper: Publication | str, *, days: int | None = None) -> FetchedPaper:
    """Return a paper's records from Europe PMC and Crossref, and its text as far as it is open.

    What one identifier does not lead to, another may: NCBI's converter, which knows what is in PubMed
    Central, is asked for those that Europe PMC does not say. ``days`` is how old an answer may be; None for
    any age.
    Raise :class:`NotFound` where no service knows the paper.
    """
    ids = known_ids(paper)
    record = _in_europe_pmc(services, ids, days)
    if record is None or (record.pmcid and not (record.pmid and record.doi)):
        have = _ids_of(record) if record else {}
        kind, identifier = next(iter((ids | have).items()))
        more = convert_id(services, kind, identifier, days=days)
        ids |= more | have
        record = record or _in_europe_pmc(services, more, days)
    if record is not None:
        ids |= _ids_of(record)
        pmid, pmcid, doi = (ids.get(kind, "") for kind in _IDS)
        record = record._replace(pmid=pmid, pmcid=pmcid, doi=doi)
    work = find_work(services, ids["doi"], days=days) if "doi" in ids else None
    records = tuple(one for one in (record, work) if one is not None)
    if not records:
        raise NotFound(f"Neither Europe PMC nor Crossref knows {_name(paper)}: check the number.")
    is_open = record is not None and record.pmcid and record.is_open
    open_text = full_text(services, ids["pmcid"], days=days) if is_open else ()
    found = dict.fromkeys(records[0].sections)
    held = {_bare(section.text) for section in found}
    for section in (*open_text, *(s for one in records[1:] for s in one.sections)):
        if _bare(section.text) not in held:
            held.add(_bare(section.text))
            found[section] = None
    return FetchedPaper(records[0].id or _name(paper), records, tuple(found), bool(open_text))


def fetch_all(
    services: Services,
    papers: Sequence[Publication | str],
    *,
    days: int | None = None,
    progress: Progress | None = None,
) -> tuple[list[FetchedPaper], list[Unfetched]]:
    """Return what :func:`fetch` returns of each paper, and those that could not be fetched.

    What was fetched before a service gave no answer to anything is in the cache.
    """

    def fetched(paper: Publication | str) -> FetchedPaper:
        return fetch(services, paper, days=days)._replace(id=_name(paper))

    return of_each(papers, fetched, progress)


def of_each(
    papers: Sequence[Named], ask: Callable[[Named], Result], progress: Progress | None
) -> tuple[list[Result], list[Unfetched]]:
    """What a function returns of each paper, and those of which the services do not say it."""
    found, without = [], []
    report = progress or (lambda *_: None)
    for number, paper in enumerate(papers):
        name = _name(paper)
        report(number, name)
        try:
            found.append(ask(paper))
        except (NotFound, DataError, ServiceError) as error:
            if isinstance(error, ServiceError) and not error.about_one:
                raise
            without.append(Unfetched(name, str(error)))
    report(len(papers), "")
    return found, without


def _name(paper: Publication | str) -> str:
    return paper if isinstance(paper, str) else paper.id


def _in_europe_pmc(services: Services, ids: dict[str, str], days: int | None) -> PaperRecord | None:
    for kind in _IDS:
        if kind in ids and (record := find_record(services, kind, ids[kind], days=days)):
            return record
    return None


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


# -- completing rows --------------------------------------------------------------------------------


class Completion(NamedTuple):
    """What services say of a cell: ``said`` holds each value that differs, with who says it.

    ``what`` is ``fill`` (the cell is empty and all who say something agree), ``differ`` (somebody says
    something else than the cell) or ``disagree`` (the cell is empty, and the services do not agree).
    """

    publication: str
    column: str
    what: str
    old: str
    said: tuple[tuple[str, str], ...]


def completions(kg: KnowledgeGraph, paper: FetchedPaper) -> list[Completion]:
    """Return what the services add to a paper's record, and where they say something else.

    Values that only look different (a journal's abbreviation, small letters, first names) agree. A paper
    that the graph lacks is proposed with all its columns.
    """
    held = _held(kg, paper)
    found = []
    for column in _COLUMNS:
        old = getattr(held, column) if held else ""
        said: dict[str, list[PaperRecord]] = {}
        for record in paper.records:
            if value := getattr(record, column):
                same = (v for v in said if _agree(column, v, value, *said[v], record))
                said.setdefault(next(same, value), []).append(record)
        others = [value for value in said if not (old and _agree(column, old, value, *said[value]))]
        if others:
            what = "differ" if old else "disagree" if len(others) > 1 else "fill"
            values = tuple((v, ", ".join(record.source for record in said[v])) for v in others)
            key = held.id if held else paper.records[0].id
            found.append(Completion(key, column, what, old, values))
    return found


def write_completions(
    kg: KnowledgeGraph, papers: Sequence[FetchedPaper], *, design: str = ""
) -> list[Completion]:
    """Fill the empty cells of papers on which all services agree, and return what was filled.

    A paper that the table lacks gets a row, with ``design`` as its study design; what is disputed stays
    empty. The table is written whole or not at all.
    Raise :class:`DataError` where a paper is new and no design is given: only a reader knows it.
    """
    designs = kg.vocabulary["study_design"]
    if design and design not in designs:
        raise NotFound(f"No study design is called {design!r}.", suggestions=nearest(design, designs))
    path = kg.folder / "curation" / "publications.tsv"
    filled: list[Completion] = []
    old: dict[str, dict[str, str]] = {}
    new: dict[str, dict[str, str]] = {}
    for paper in papers:
        proposed = [one for one in completions(kg, paper) if one.what == "fill"]
        filled += proposed
        cells = {one.column: one.said[0][0] for one in proposed}
        for key in {one.publication for one in proposed}:
            if key in kg.publications:
                old[key] = cells
            elif not design:
                raise DataError(f"{key} is new: say its study design, such as --design in_vitro")
            else:
                status = "preprint" if paper.records[0].is_preprint else "published"
                new[key] = cells | {"id": key, "study_design": design, "status": status}
    for place, text in change_cells(kg.folder, old).items():
        write_whole(place, text.encode())
    for cells in new.values():
        write_whole(path, add_row(path, cells).encode())
    return filled


def _held(kg: KnowledgeGraph, paper: FetchedPaper) -> Publication | None:
    if paper.id in kg.publications:
        return kg.publications[paper.id]
    ids = {pair for record in paper.records for pair in _ids_of(record).items()}
    held = kg.publications.values()
    return next((one for one in held if not ids.isdisjoint(_ids_of(one).items())), None)


def _agree(column: str, one: str, other: str, *records: PaperRecord) -> bool:
    """Whether two values of a column say the same; ``records`` are those who say them."""
    form = _FORMS.get(column, str.lower)
    if form(one) == form(other):
        return True
    names = {_letters(name) for record in records for name in (record.journal, *record.journals)}
    return column == "journal" and {_letters(one), _letters(other)} <= names


def _letters(name: str) -> str:
    return fold(name).removeprefix("the")


def _families(authors: str) -> list[str]:
    names = (name.strip() for name in authors.split(";") if name.strip())
    return [fold(name.rpartition(" ")[0] or name) for name in names]


def _licence(text: str) -> str:
    """A licence without its version: ``cc by`` says the same as ``CC BY 4.0``."""
    return re.sub(r"[\s_-]+", "-", re.sub(r"[\s_-]*[0-9.]+$", "", text.lower().strip()))


_FORMS: dict[str, Callable[[str], object]] = {
    "authors": _families, "licence": _licence, "journal": _letters, "title": anchor
}  # fmt: skip
