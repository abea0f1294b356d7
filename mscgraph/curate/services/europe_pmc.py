"""Europe PMC: records, abstracts, notices and open full texts of papers and preprints.

Written to "Europe PMC RESTful Web Service" (europepmc.org/RestfulWebService): ``search`` with
``resultType=core``, paged by ``cursorMark``, and ``{PMCID}/fullTextXML`` in JATS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.curate.services.bibliography import (
    Notice,
    PaperRecord,
    Section,
    abstract_sections,
    bare_doi,
    field,
    plain_text,
    sections_of_jats,
)
from mscgraph.curate.services.client import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from mscgraph.curate.services.client import Services

EUROPE_PMC = Service(
    "Europe PMC", "europe-pmc", "https://www.ebi.ac.uk/europepmc/webservices/rest",
    ("ebi.ac.uk", "europepmc.org"), 0.2,
)  # fmt: skip
_PAGE = 100
_MOST_PAGES = 50
_ASKED = {
    "pmid": "EXT_ID:{} AND SRC:MED",
    "pmcid": "PMCID:{}",
    "doi": 'DOI:"{}"',
    "preprint": "EXT_ID:{} AND SRC:PPR",
}
# The beginning of a link's type, such as "Retraction in"; "Retraction of" stands in the notice itself.
_LINKS = {
    "retraction in": "retraction",
    "partial retraction in": "retraction",
    "expression of concern in": "concern",
    "erratum in": "correction",
    "correction in": "correction",
    "corrected and republished in": "correction",
}
# "Retraction of Publication" and "Expression of Concern" are the types of the notices themselves.
_TYPES = {
    "retracted publication": "retraction",
    "preprint withdrawal": "retraction",
    "preprint removal": "retraction",
}
_VERSIONS = ("preprint", "update")


def find_record(
    services: Services, kind: str, identifier: str, *, days: int | None = None
) -> PaperRecord | None:
    """Return the record of a ``pmid``, ``pmcid``, ``doi`` or ``preprint``; None where there is none.

    Raises
    ------
    ServiceError
        When there is no answer, or it is about another paper.
    """
    query = _ASKED[kind].format(identifier)
    asked = {"query": query, "resultType": "core", "format": "json", "pageSize": "25"}

    def fault(answer: Any) -> str:
        results = field(answer, "resultList", "result")
        if not isinstance(results, list):
            return "answered without a list of results"
        about = {_identifier(one, kind) for one in results}
        other = next(iter(sorted(about - {""})), "no known paper")
        return f"answered with {other} where {identifier} was asked for" if (
            results and identifier.lower() not in {found.lower() for found in about}
        ) else ""  # fmt: skip

    kept = services.get(EUROPE_PMC, "search", asked, check=fault, days=days)
    found = [
        _record(one, kept.fetched)
        for one in field(kept.value, "resultList", "result") or ()
        if _identifier(one, kind).lower() == identifier.lower()
    ]
    return min(found, key=lambda record: (record.is_preprint, not record.pmid), default=None)


def search_records(services: Services, query: str) -> Iterator[PaperRecord]:
    """Give every record that a query finds, each once, asking page by page.

    Raises
    ------
    ServiceError
        When a page cannot be had.
    """
    mark, marks, seen = "*", {"*"}, set()
    for _ in range(_MOST_PAGES):
        asked = {"query": query, "resultType": "core", "format": "json", "pageSize": str(_PAGE),
                 "cursorMark": mark}  # fmt: skip
        kept = services.get(EUROPE_PMC, "search", asked, check=_no_list, days=1)
        results = field(kept.value, "resultList", "result") or []
        for one in results:
            key = (field(one, "source"), field(one, "id"))
            if key not in seen:
                seen.add(key)
                yield _record(one, kept.fetched)
        mark = str(field(kept.value, "nextCursorMark") or "")
        if not results or not mark or mark in marks:  # a page that comes again is the end
            return
        marks.add(mark)
    services.notes[f"Only the first {_PAGE * _MOST_PAGES} papers of a search are read."] = None


def _no_list(answer: Any) -> str:
    found = isinstance(field(answer, "resultList", "result"), list)
    return "" if found else "answered without a list of results"


def full_text(services: Services, pmcid: str, *, days: int | None = None) -> tuple[Section, ...]:
    """Return the sections of an open paper's text; none where it is not open.

    Raises
    ------
    ServiceError
        When there is no answer, or it is the text of another paper.
    """

    def fault(article: Element) -> str:
        ids = {
            (one.text or "").strip().upper().removeprefix("PMC")
            for one in article.iterfind("./front/article-meta/article-id")
            if one.get("pub-id-type") in {"pmc", "pmcid", "pmcaid"}
        }
        return (
            ""
            if pmcid.upper().removeprefix("PMC") in ids
            else f"answered with a text that is not {pmcid}"
        )

    path = f"{pmcid}/fullTextXML"
    article = services.get(EUROPE_PMC, path, check=fault, form="xml", days=days, may_lack=True).value
    return () if article is None else sections_of_jats(article)


def _identifier(result: Any, kind: str) -> str:
    of_preprint = field(result, "source") == "PPR"
    if kind == "preprint":
        return str(field(result, "id") or "") if of_preprint else ""
    return "" if kind == "pmid" and of_preprint else str(field(result, kind) or "")


def _record(result: Any, fetched: str) -> PaperRecord:
    title = plain_text(field(result, "title")).replace("\n", " ").removesuffix(".")
    journal = field(result, "journalInfo", "journal")
    names = [
        str(field(journal, key) or "") for key in ("title", "isoabbreviation", "medlineAbbreviation")
    ]
    is_preprint = field(result, "source") == "PPR"
    if is_preprint:
        names[0] = str(field(result, "bookOrReportDetails", "publisher") or "")
    links = field(result, "commentCorrectionList", "commentCorrection") or []
    abstract = abstract_sections(field(result, "abstractText"))
    return PaperRecord(
        source=EUROPE_PMC.name,
        fetched=fetched,
        pmid=str(field(result, "pmid") or ""),
        pmcid=str(field(result, "pmcid") or ""),
        doi=bare_doi(str(field(result, "doi") or "")),
        title=title,
        authors=_authors(result),
        journal=names[0],
        year=str(field(result, "pubYear") or ""),
        licence=str(field(result, "license") or ""),
        published=str(field(result, "firstPublicationDate") or ""),
        journals=tuple(name for name in names[1:] if name),
        versions=tuple(_versions(links)),
        notices=tuple(_notices(result, links)),
        sections=((Section("title", title),) if title else ()) + abstract,
        is_preprint=is_preprint,
        is_open=field(result, "isOpenAccess") == "Y",
    )


def _authors(result: Any) -> str:
    found = []
    for one in field(result, "authorList", "author") or ():
        family, initials = field(one, "lastName"), field(one, "initials")
        name = f"{family} {initials or ''}" if family else field(one, "collectiveName")
        found.append(str(name or field(one, "fullName") or "").strip())
    if not any(found):
        found = str(field(result, "authorString") or "").removesuffix(".").split(", ")
    return "; ".join(" ".join(name.replace(";", ",").split()) for name in found if name)


def _notices(result: Any, links: list[Any]) -> Iterator[Notice]:
    linked = set()
    for link in links:
        kind = _LINKS.get(str(field(link, "type") or "").lower().strip(), "")
        if kind:
            linked.add(kind)
            yield Notice(kind, _linked(link), "", EUROPE_PMC.name)
    for word in field(result, "pubTypeList", "pubType") or ():
        kind = _TYPES.get(str(word).lower().replace("-", " "), "")
        if kind and kind not in linked:
            yield Notice(kind, "", "", EUROPE_PMC.name)


def _versions(links: list[Any]) -> Iterator[str]:
    for link in links:
        if str(field(link, "type") or "").lower().startswith(_VERSIONS) and (found := _linked(link)):
            yield found


def _linked(link: Any) -> str:
    source, number = field(link, "source"), str(field(link, "id") or "")
    prefix = {"MED": "PMID:", "PMC": "PMC:"}.get(str(source), "")
    return f"{prefix}{number}" if number else str(field(link, "reference") or "")
