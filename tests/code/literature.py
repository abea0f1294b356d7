"""A made-up world of papers and trials, and a server that answers about it as the services say they do.

No answer was recorded and none is copied: names, numbers and texts are invented. Where each shape is from:

- Europe PMC ``search`` (``resultType=core``, ``cursorMark``) and ``fullTextXML``: "Europe PMC RESTful Web
  Service", europepmc.org/RestfulWebService, and its WSDL's types ``result``, ``commentCorrection``.
- JATS: jats.nlm.nih.gov/archiving/tag-library (``article-meta``, ``abstract``, ``sec``, ``p``).
- Crossref ``works/{DOI}``, ``works?filter=updates:``: "Crossref REST API", api.crossref.org/swagger-ui; for
  ``updated-by`` and ``update-to``, "Get Retraction Watch metadata from Crossref's API",
  crossref.gitlab.io/tutorials.
- NCBI id converter: "PMC ID Converter API", pmc.ncbi.nlm.nih.gov/tools/id-converter-api.
- ClinicalTrials.gov ``studies``: "ClinicalTrials.gov API v2", clinicaltrials.gov/data-api/api, and "Study
  Data Structure" there.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from mscgraph.curate.services.client import Clock

if TYPE_CHECKING:
    from tests.code.endpoints import Answer

# What the small graph's rows 1 and 15, of one paper, are anchored to.
SENTENCE = "MSCs lowered Th17 cells in co-culture."
OTHER = "PGE2 raised IL-10."
NEW = "MSCs decreased the proliferation of NK cells in vitro."
JSON = {"Content-Type": "application/json;charset=UTF-8"}


class StoppedClock(Clock):
    """A clock that waits in no time, and keeps how long it was asked to wait."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.waits: list[float] = []
        self.start = datetime(2026, 11, 28, 12, tzinfo=UTC)

    def now(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        if seconds:
            self.waits.append(seconds)
        self.seconds += seconds

    def time(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)


def core(**given: Any) -> dict[str, Any]:
    """A result of Europe PMC, as far as the program reads it, with parts it does not read."""
    return {
        "id": given.get("pmid", "0"), "source": "MED", "title": "A made-up paper.", "pubYear": "2026",
        "authorString": "Doe J, Roe RR.", "language": "eng", "isOpenAccess": "N", "inEPMC": "N",
        "authorList": {"author": [
            {"fullName": "Doe J", "firstName": "Jane", "lastName": "Doe", "initials": "J"},
            {"fullName": "Roe RR", "firstName": "Richard R", "lastName": "Roe", "initials": "RR"},
        ]},
        "journalInfo": {"volume": "1", "yearOfPublication": 2026, "journal": {
            "title": "Journal of invented results", "isoabbreviation": "J Invent Res",
            "medlineAbbreviation": "J Invent Res"}},
        "pubTypeList": {"pubType": ["research-article", "Journal Article"]},
        "firstPublicationDate": "2026-11-02",
    } | given  # fmt: skip


def work(**given: Any) -> dict[str, Any]:
    """A work of Crossref."""
    return {
        "title": ["A made-up paper"], "type": "journal-article", "publisher": "Nobody",
        "author": [{"given": "Jane", "family": "Doe", "sequence": "first", "affiliation": []},
                   {"given": "Richard R.", "family": "Roe", "sequence": "additional", "affiliation": []}],
        "container-title": ["Journal of Invented Results"], "short-container-title": ["J Invent Res"],
        "issued": {"date-parts": [[2026, 11, 2]]},
        "license": [{"URL": "https://creativecommons.org/licenses/by/4.0/", "content-version": "vor",
                     "delay-in-days": 0, "start": {"date-parts": [[2026, 11, 2]]}}],
    } | given  # fmt: skip


def jats(pmcid: str, abstract: str, **sections: str) -> str:
    """An article in JATS, with a table, a figure and a reference that are no part of its prose."""
    body = "".join(
        f"<sec sec-type='{name}'><title>{name.title()}</title><sec><title>Part</title><p>{text}</p>"
        "<fig><caption><p>A legend.</p></caption></fig></sec></sec>"
        for name, text in sections.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal '
        'Archiving and Interchange DTD v1.2 20190208//EN" "JATS-archivearticle1.dtd">'
        f'<article><front><article-meta><article-id pub-id-type="pmcid">{pmcid}</article-id>'
        f"<title-group><article-title>A title</article-title></title-group><abstract><p>{abstract}</p>"
        f"</abstract></article-meta></front><body>{body}</body><back><ref-list><ref id='r1'>"
        "<mixed-citation>A reference.</mixed-citation></ref></ref-list></back></article>"
    )


def study(nct: str, **given: Any) -> dict[str, Any]:
    """A study of ClinicalTrials.gov."""
    return {
        "protocolSection": {
            "identificationModule": {"nctId": nct, "briefTitle": f"MSC in MS, {nct}"},
            "statusModule": {"overallStatus": "COMPLETED",
                             "lastUpdatePostDateStruct": {"date": "2026-10-01", "type": "ACTUAL"}},
            "designModule": {"phases": ["PHASE1", "PHASE2"],
                             "enrollmentInfo": {"count": 24, "type": "ACTUAL"}},
            "armsInterventionsModule": {"armGroups": [
                {"label": "Cells", "type": "EXPERIMENTAL", "interventionNames": ["Biological: MSC"]},
                {"label": "Sham", "type": "SHAM_COMPARATOR"}]},
        },
        "hasResults": False,
    } | given  # fmt: skip


class World:
    """What the services know. ``asked`` holds every request's path; ``instead`` answers before all else."""

    def __init__(self) -> None:
        self.results: list[dict[str, Any]] = [
            core(id="1", pmid="1", pmcid="PMC11", title="MSC and T cells in culture.", pubYear="2015",
                 isOpenAccess="Y", license="cc by",
                 abstractText=f"<h4>Results</h4>{SENTENCE} {OTHER}"),
            core(id="900", pmid="900", doi="10.1000/new", title="MSC and NK cells: a made-up result.",
                 license="cc by", abstractText=f"We grew cells. {NEW} CD4<sup>+</sup> cells stayed."),
            core(id="PPR7", source="PPR", doi="10.1101/pre", title="A made-up preprint.", pmid=None,
                 bookOrReportDetails={"publisher": "bioRxiv"}, journalInfo=None),
        ]  # fmt: skip
        self.texts = {
            "PMC11": jats("PMC11", f"{SENTENCE} {OTHER}", results="Cells grew [1]. &#x3b1; was seen.")
        }
        self.works = {
            "10.1000/new": work(DOI="10.1000/new", title=["MSC and NK cells: a made-up result"]),
            "10.1000/2": work(DOI="10.1000/2", title=["MSC in mice with EAE"]),
        }
        self.updates: dict[str, list[dict[str, Any]]] = {}
        self.converter: dict[str, dict[str, Any]] = {}
        self.studies: list[dict[str, Any]] = []
        self.page = 100
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.instead: list[Answer | None] = []

    def __call__(self, request: Any) -> Answer | None:
        self.asked.append(request.path)
        self.agents.add(request.headers["User-Agent"])
        if self.instead:
            return self.instead.pop(0)
        parts = urlsplit(request.path)
        service, _, path = parts.path.strip("/").partition("/")
        params = {key: values[0] for key, values in parse_qs(parts.query).items()}
        answer = getattr(self, service.replace("-", "_"))(unquote(path), params)
        if isinstance(answer, str):
            return 200, {"Content-Type": "application/xml"}, answer.encode()
        if answer is None:
            return 404, {"Content-Type": "text/plain"}, b"Resource not found."
        return 200, JSON, json.dumps(answer).encode()

    def europe_pmc(self, path: str, params: dict[str, str]) -> Any:
        if path != "search":
            return self.texts.get(path.removesuffix("/fullTextXML"))
        query = params["query"]
        if one := re.fullmatch(r'(?:EXT_ID:(\S+) AND SRC:(MED|PPR)|PMCID:(\S+)|DOI:"(.+)")', query):
            number, source, pmcid, doi = one.groups()
            found = [r for r in self.results if (number and (r["id"], r["source"]) == (number, source))
                     or (pmcid and r.get("pmcid") == pmcid) or (doi and r.get("doi") == doi)]  # fmt: skip
        else:
            found = self.results
        start = int(params.get("cursorMark", "*").replace("*", "0"))
        shown = found[start : start + min(self.page, int(params["pageSize"]))]
        return {"version": "6.9", "hitCount": len(found), "nextCursorMark": str(start + len(shown) or "*"),
                "request": {"queryString": query}, "resultList": {"result": shown}}  # fmt: skip

    def crossref(self, path: str, params: dict[str, str]) -> Any:
        if path == "works":
            items = self.updates.get(params["filter"].removeprefix("updates:"), [])
            return {"status": "ok", "message-type": "work-list", "message-version": "1.0.0",
                    "message": {"total-results": len(items), "items": items}}  # fmt: skip
        message = self.works.get(path.removeprefix("works/"))
        return message and {"status": "ok", "message-type": "work", "message": message}

    def id_converter(self, path: str, params: dict[str, str]) -> Any:
        none = {
            "requested-id": params["ids"],
            "status": "error",
            "errmsg": "Identifier not found in PMC",
        }
        return {"status": "ok", "request": {"format": "json"},
                "records": [self.converter.get(params["ids"], none)]}  # fmt: skip

    def clinical_trials(self, path: str, params: dict[str, str]) -> Any:
        if path == "studies":
            start = int(params.get("pageToken", "0"))
            shown = self.studies[start : start + self.page]
            more = start + len(shown) < len(self.studies)
            return {"studies": shown} | ({"nextPageToken": str(start + len(shown))} if more else {})
        return next((s for s in self.studies if path.endswith(
            s["protocolSection"]["identificationModule"]["nctId"])), None)  # fmt: skip
