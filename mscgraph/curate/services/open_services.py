"""Europe PMC, Crossref, NCBI's id converter, ClinicalTrials.gov: papers, notices, texts and trials.

Written to "Europe PMC RESTful Web Service" (europepmc.org/RestfulWebService): ``search`` with
``resultType=core``, paged by ``cursorMark``, and ``{PMCID}/fullTextXML`` in JATS; to "Crossref REST API"
(api.crossref.org/swagger-ui) and "Get Retraction Watch metadata from Crossref's API"
(crossref.gitlab.io/tutorials): ``works/{DOI}`` with ``updated-by``, and ``works`` with the filter
``updates``, whose items say in ``update-to`` what they update; to "PMC ID Converter API"
(pmc.ncbi.nlm.nih.gov/tools/id-converter-api); and to "ClinicalTrials.gov API v2"
(clinicaltrials.gov/data-api/api): ``studies/{NCT id}`` and ``studies`` with ``query.cond``, ``query.intr``
and ``pageToken``. No answer, or one about something else, is a ``ServiceError``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mscgraph.curate.services.bibliography import (
    Notice,
    PaperRecord,
    Section,
    abstract_sections,
    bare_doi,
    field,
    needs_list,
    other_id,
    plain_text,
    sections_of_jats,
    string,
)
from mscgraph.curate.services.client import Search, Service
from mscgraph.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from mscgraph.curate.services.client import Services

# -- Europe PMC -------------------------------------------------------------------------------------

EUROPE_PMC = Service(
    "Europe PMC", "europe-pmc", "https://www.ebi.ac.uk/europepmc/webservices/rest",
    ("ebi.ac.uk", "europepmc.org"), 0.2,
)  # fmt: skip
_RESULTS = ("resultList", "result")
_PAPERS = Search(
    "search", _RESULTS, "nextCursorMark", "cursorMark", 100, 50, "papers",
    lambda one: (field(one, "source"), field(one, "id")),
)  # fmt: skip
_ASKED = {
    "pmid": "EXT_ID:{} AND SRC:MED",
    "pmcid": "PMCID:{}",
    "doi": 'DOI:"{}"',
    "preprint": "EXT_ID:{} AND SRC:PPR",
}
# The beginning of a link's type, such as "Retraction in"; "Retraction of" stands in the notice itself.
_LINKS = {
    "retraction in": "retraction", "partial retraction in": "retraction",
    "expression of concern in": "concern", "erratum in": "correction", "correction in": "correction",
    "corrected and republished in": "correction",
}  # fmt: skip
# "Retraction of Publication" and "Expression of Concern" are the types of the notices themselves.
_TYPES = {"retracted publication", "preprint withdrawal", "preprint removal"}
_VERSIONS = ("preprint", "update")


def find_record(
    services: Services, kind: str, identifier: str, *, days: int | None = None
) -> PaperRecord | None:
    """Return Europe PMC's record of a ``pmid``, ``pmcid``, ``doi`` or ``preprint``; None without one."""
    query = _ASKED[kind].format(identifier)
    asked = {"query": query, "resultType": "core", "format": "json", "pageSize": "25"}

    def is_it(result: Any) -> bool:
        return _identifier(result, kind).lower() == identifier.lower()

    def fault(answer: Any) -> str:
        results = field(answer, *_RESULTS)
        if not isinstance(results, list):
            return needs_list(*_RESULTS)(answer)
        found = sorted(filter(None, (_identifier(one, kind) for one in results)))
        return other_id([*found, "no known paper"][0], identifier) if (
            results and not any(map(is_it, results))
        ) else ""  # fmt: skip

    kept = services.get(EUROPE_PMC, "search", asked, check=fault, days=days)
    results = field(kept.value, *_RESULTS) or ()
    found = [_europe_pmc(one, kept.fetched) for one in results if is_it(one)]
    return min(found, key=lambda record: (record.is_preprint, not record.pmid), default=None)


def search_records(services: Services, query: str) -> Iterator[PaperRecord]:
    """Give every record that a query finds in Europe PMC, each once."""
    asked = {"query": query, "resultType": "core", "cursorMark": "*"}
    for one, fetched in services.search(EUROPE_PMC, _PAPERS, asked, days=1):
        yield _europe_pmc(one, fetched)


def full_text(services: Services, pmcid: str, *, days: int | None = None) -> tuple[Section, ...]:
    """Return the sections of an open paper's text; none where it is not open."""

    def fault(article: Element) -> str:
        ids = {
            (one.text or "").strip().upper().removeprefix("PMC")
            for one in article.iterfind("./front/article-meta/article-id")
            if one.get("pub-id-type") in {"pmc", "pmcid", "pmcaid"}
        }
        is_it = pmcid.upper().removeprefix("PMC") in ids
        return "" if is_it else f"answered with a text that is not {pmcid}"

    path = f"{pmcid}/fullTextXML"
    article = services.get(EUROPE_PMC, path, check=fault, form="xml", days=days, may_lack=True).value
    return () if article is None else sections_of_jats(article)


def _identifier(result: Any, kind: str) -> str:
    of_preprint = field(result, "source") == "PPR"
    if kind == "preprint":
        return string(result, "id") if of_preprint else ""
    return "" if kind == "pmid" and of_preprint else string(result, kind)


def _europe_pmc(result: Any, fetched: str) -> PaperRecord:
    journal = field(result, "journalInfo", "journal")
    names = [string(journal, key) for key in ("title", "isoabbreviation", "medlineAbbreviation")]
    is_preprint = field(result, "source") == "PPR"
    if is_preprint:
        names[0] = string(result, "bookOrReportDetails", "publisher")
    links = field(result, "commentCorrectionList", "commentCorrection") or []
    return PaperRecord(
        source=EUROPE_PMC.name,
        fetched=fetched,
        pmid=string(result, "pmid"),
        pmcid=string(result, "pmcid"),
        doi=bare_doi(string(result, "doi")),
        title=_title(result, "title"),
        authors=_joined(_europe_pmc_authors(result)),
        journal=names[0],
        year=string(result, "pubYear"),
        licence=string(result, "license"),
        published=string(result, "firstPublicationDate"),
        journals=tuple(filter(None, names[1:])),
        versions=tuple(
            found
            for link in links
            if string(link, "type").lower().startswith(_VERSIONS) and (found := _linked(link))
        ),
        notices=tuple(_linked_notices(result, links)),
        sections=_sections(_title(result, "title"), field(result, "abstractText")),
        is_preprint=is_preprint,
        is_open=field(result, "isOpenAccess") == "Y",
    )


def _title(record: Any, *keys: str | int) -> str:
    return plain_text(field(record, *keys)).replace("\n", " ").removesuffix(".")


def _sections(title: str, abstract: Any) -> tuple[Section, ...]:
    return ((Section("title", title),) if title else ()) + abstract_sections(abstract)


def _joined(authors: list[str]) -> str:
    return "; ".join(" ".join(name.replace(";", ",").split()) for name in authors if name.strip())


def _europe_pmc_authors(result: Any) -> list[str]:
    found = []
    for one in field(result, "authorList", "author") or ():
        family = string(one, "lastName")
        name = f"{family} {string(one, 'initials')}" if family else string(one, "collectiveName")
        found.append(name or string(one, "fullName"))
    return (
        found
        if any(map(str.strip, found))
        else string(result, "authorString").removesuffix(".").split(", ")
    )


def _linked_notices(result: Any, links: list[Any]) -> Iterator[Notice]:
    linked = set()
    for link in links:
        if kind := _LINKS.get(string(link, "type").lower().strip()):
            linked.add(kind)
            yield Notice(kind, _linked(link), "", EUROPE_PMC.name)
    types = {
        str(word).lower().replace("-", " ") for word in field(result, "pubTypeList", "pubType") or ()
    }
    if types & _TYPES and "retraction" not in linked:
        yield Notice("retraction", "", "", EUROPE_PMC.name)


def _linked(link: Any) -> str:
    prefix = {"MED": "PMID:", "PMC": "PMC:"}.get(string(link, "source"), "")
    number = string(link, "id")
    return f"{prefix}{number}" if number else string(link, "reference")


# -- Crossref ---------------------------------------------------------------------------------------

CROSSREF = Service("Crossref", "crossref", "https://api.crossref.org", ("crossref.org",), 0.2)
_CREATIVE_COMMONS = re.compile(
    r"creativecommons\.org/(?:licenses/(by[a-z-]*)/([0-9.]+)|publicdomain/zero)"
)
_KINDS = {
    "retraction": "retraction", "partial_retraction": "retraction", "withdrawal": "retraction",
    "removal": "retraction", "expression_of_concern": "concern", "correction": "correction",
    "corrigendum": "correction", "erratum": "correction", "addendum": "correction",
    "clarification": "correction",
}  # fmt: skip


def find_work(services: Services, doi: str, *, days: int | None = None) -> PaperRecord | None:
    """Return Crossref's record of a DOI; None where it has none."""

    def fault(answer: Any) -> str:
        return other_id(string(answer, "message", "DOI") or "nothing", doi)

    asked, path = _named(services), f"works/{doi}"
    kept = services.get(CROSSREF, path, asked, check=fault, days=days, may_lack=True)
    work = field(kept.value, "message")
    return None if work is None else _crossref(work, kept.fetched)


def find_notices(services: Services, doi: str, *, days: int | None = None) -> tuple[Notice, ...]:
    """Return the notices that say of themselves, to Crossref, that they update a DOI."""
    asked = {"filter": f"updates:{doi}", "rows": "100"} | _named(services)
    items = ("message", "items")
    answer = services.get(CROSSREF, "works", asked, check=needs_list(*items), days=days).value
    found = [
        _notice(update, item)
        for item in field(answer, *items) or ()
        for update in field(item, "update-to") or ()
        if bare_doi(string(update, "DOI")) == doi.lower()
    ]
    return tuple(dict.fromkeys(found))


def _named(services: Services) -> dict[str, str]:
    return {"mailto": services.mail} if services.mail else {}


def _crossref(work: Any, fetched: str) -> PaperRecord:
    title = _title(work, "title", 0)
    journals = [*(field(work, "container-title") or ()), *(field(work, "short-container-title") or ())]
    day = _day(work, "issued")
    related = (field(work, "relation", name) or () for name in ("has-preprint", "is-preprint-of"))
    versions = (bare_doi(string(one, "id")) for found in related for one in found)
    return PaperRecord(
        source=CROSSREF.name,
        fetched=fetched,
        doi=bare_doi(string(work, "DOI")),
        title=title,
        authors=_joined([_crossref_author(one) for one in field(work, "author") or ()]),
        journal=plain_text(journals[0] if journals else field(work, "institution", 0, "name")),
        year=day[:4],
        licence=_licence(work),
        published=day,
        journals=tuple(map(plain_text, journals[1:])),
        versions=tuple(f"DOI:{doi}" for doi in versions if doi),
        notices=tuple(_notice(one, one) for one in field(work, "updated-by") or ()),
        sections=_sections(title, field(work, "abstract")),
        is_preprint=field(work, "subtype") == "preprint",
    )


def _licence(work: Any) -> str:
    """A Creative Commons licence as Europe PMC names it, such as ``cc by-nc 4.0``; others are not open."""
    for one in field(work, "license") or ():
        if found := _CREATIVE_COMMONS.search(string(one, "URL").lower()):
            return f"cc {found[1]} {found[2]}" if found[1] else "cc0"
    return ""


def _crossref_author(author: Any) -> str:
    words = string(author, "given").replace(".", " ").replace("-", " ").split()
    # "JA" are initials already
    initials = "".join(word if word.isupper() and len(word) <= 3 else word[0] for word in words)  # noqa: PLR2004
    family = string(author, "family")
    return f"{family} {initials.upper()}" if family else string(author, "name")


def _day(record: Any, key: str) -> str:
    """``[2024, 3]`` as ``2024-03``; empty where it is no date."""
    numbers = field(record, key, "date-parts", 0) or ()
    return "-".join(f"{one:02}" for one in numbers if isinstance(one, int))


def _notice(update: Any, notice: Any) -> Notice:
    kind = string(update, "type").lower().replace("-", "_").replace(" ", "_")
    watched = string(update, "source") == "retraction-watch"
    said = "Retraction Watch by Crossref" if watched else CROSSREF.name
    doi = bare_doi(string(notice, "DOI"))
    return Notice(_KINDS.get(kind, "other"), doi and f"DOI:{doi}", _day(update, "updated"), said)


# -- NCBI -------------------------------------------------------------------------------------------

ID_CONVERTER = Service(
    "NCBI's id converter", "id-converter", "https://pmc.ncbi.nlm.nih.gov/tools/idconv/api/v1/articles/",
    ("nih.gov",), 0.4,
)  # fmt: skip


def convert_id(
    services: Services, kind: str, identifier: str, *, days: int | None = None
) -> dict[str, str]:
    """Return ``pmid``, ``pmcid`` and ``doi`` of a paper, if it is in PubMed Central and NCBI knows them."""
    asked = {"ids": identifier, "idtype": kind, "format": "json", "versions": "no", "tool": "mscgraph"}
    if services.mail:
        asked["email"] = services.mail

    def fault(answer: Any) -> str:
        record = field(answer, "records", 0)
        found = string(record, kind) or string(record, "requested-id") or identifier
        return needs_list("records")(answer) or other_id(found, identifier)

    answer = services.get(ID_CONVERTER, "", asked, check=fault, days=days).value
    record = field(answer, "records", 0)
    if field(record, "status") == "error" or field(record, "errmsg"):
        return {}
    found = {name: string(record, name) for name in ("pmid", "pmcid", "doi")}
    found["doi"] = bare_doi(found["doi"])
    return {name: value for name, value in found.items() if value}


# -- ClinicalTrials.gov -----------------------------------------------------------------------------

TRIAL_REGISTRY = Service(
    "ClinicalTrials.gov", "clinical-trials", "https://clinicaltrials.gov/api/v2",
    ("clinicaltrials.gov",), 1.2,
)  # fmt: skip


def _nct(study: Any) -> str:
    return string(study, "protocolSection", "identificationModule", "nctId")


_TRIALS = Search("studies", ("studies",), "nextPageToken", "pageToken", 100, 20, "trials", _nct)


class Registration(NamedTuple):
    """What the registry says of a trial. ``arms`` are pairs of a label and what is given in it."""

    id: str
    fetched: str
    title: str
    status: str
    phases: tuple[str, ...]
    enrolment: str
    arms: tuple[tuple[str, str], ...]
    results: str
    updated: str


def find_registration(services: Services, nct: str, *, days: int | None = 1) -> Registration | None:
    """Return a trial's registration; None where the registry has none."""

    def fault(answer: Any) -> str:
        return other_id(_nct(answer) or "no trial", nct)

    path, asked = f"studies/{nct}", {"format": "json"}
    kept = services.get(TRIAL_REGISTRY, path, asked, check=fault, days=days, may_lack=True)
    return None if kept.value is None else _registration(kept.value, kept.fetched)


def search_registrations(
    services: Services, condition: str, intervention: str, *, days: int | None = 1
) -> Iterator[Registration]:
    """Give every trial of a condition and an intervention, each once."""
    asked = {"query.cond": condition, "query.intr": intervention}
    for one, fetched in services.search(TRIAL_REGISTRY, _TRIALS, asked, days=days):
        yield _registration(one, fetched)


def _registration(study: Any, fetched: str) -> Registration:
    plan = field(study, "protocolSection")
    status, design = field(plan, "statusModule"), field(plan, "designModule")
    posted = string(status, "resultsFirstPostDateStruct", "date")
    enrolled = (field(design, "enrollmentInfo", key) for key in ("count", "type"))
    arms = field(plan, "armsInterventionsModule", "armGroups") or ()
    return Registration(
        id=_nct(study),
        fetched=fetched,
        title=string(plan, "identificationModule", "briefTitle"),
        status=string(status, "overallStatus").lower().replace("_", " "),
        phases=tuple(map(str, field(design, "phases") or ())),
        enrolment=" ".join(str(part).lower() for part in enrolled if part is not None),
        arms=tuple(
            (string(arm, "label"), "; ".join(map(str, field(arm, "interventionNames") or ())))
            for arm in arms
        ),
        results=(posted or "posted") if field(study, "hasResults") else "",
        updated=string(status, "lastUpdatePostDateStruct", "date"),
    )
