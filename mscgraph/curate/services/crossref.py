"""Crossref: records of what has a DOI, and the editorial notices that update it.

Written to "Crossref REST API" (api.crossref.org/swagger-ui) and "Get Retraction Watch metadata from
Crossref's API" (crossref.gitlab.io/tutorials): ``works/{DOI}`` with ``updated-by``, and ``works`` with the
filter ``updates``, whose items say in ``update-to`` what they update.
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
    plain_text,
)
from mscgraph.curate.services.client import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mscgraph.curate.services.client import Services

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
    """Return Crossref's record of a DOI; None where it has none.

    Raises
    ------
    ServiceError
        When there is no answer, or it is about another DOI.
    """

    def fault(answer: Any) -> str:
        found = str(field(answer, "message", "DOI") or "nothing")
        return (
            "" if found.lower() == doi.lower() else f"answered with {found} where {doi} was asked for"
        )

    asked, path = _named(services), f"works/{doi}"
    kept = services.get(CROSSREF, path, asked, check=fault, days=days, may_lack=True)
    work = field(kept.value, "message")
    return None if work is None else _record(work, kept.fetched)


def find_notices(services: Services, doi: str, *, days: int | None = None) -> tuple[Notice, ...]:
    """Return the notices that say of themselves that they update a DOI.

    Raises
    ------
    ServiceError
        When there is no answer.
    """
    asked = {"filter": f"updates:{doi}", "rows": "100"} | _named(services)

    def fault(answer: Any) -> str:
        return "" if isinstance(field(answer, "message", "items"), list) else "answered without a list"

    answer = services.get(CROSSREF, "works", asked, check=fault, days=days).value
    found = [
        _notice(update, bare_doi(str(field(item, "DOI") or "")))
        for item in field(answer, "message", "items") or ()
        for update in field(item, "update-to") or ()
        if bare_doi(str(field(update, "DOI") or "")) == doi.lower()
    ]
    return tuple(dict.fromkeys(found))


def _named(services: Services) -> dict[str, str]:
    return {"mailto": services.mail} if services.mail else {}


def _record(work: Any, fetched: str) -> PaperRecord:
    title = plain_text(field(work, "title", 0)).replace("\n", " ").removesuffix(".")
    journals = [*(field(work, "container-title") or ()), *(field(work, "short-container-title") or ())]
    issued = field(work, "issued", "date-parts", 0)
    return PaperRecord(
        source=CROSSREF.name,
        fetched=fetched,
        doi=bare_doi(str(field(work, "DOI") or "")),
        title=title,
        authors="; ".join(_authors(work)),
        journal=plain_text(journals[0] if journals else field(work, "institution", 0, "name")),
        year=_day(issued)[:4],
        licence=_licence(work),
        published=_day(issued),
        journals=tuple(plain_text(name) for name in journals[1:]),
        versions=tuple(_versions(work)),
        notices=tuple(
            _notice(one, bare_doi(str(field(one, "DOI") or "")))
            for one in field(work, "updated-by") or ()
        ),
        sections=((Section("title", title),) if title else ())
        + abstract_sections(field(work, "abstract")),
        is_preprint=field(work, "subtype") == "preprint",
    )


def _licence(work: Any) -> str:
    """A Creative Commons licence as Europe PMC names it, such as ``cc by-nc 4.0``; others are not open."""
    for one in field(work, "license") or ():
        if found := _CREATIVE_COMMONS.search(str(field(one, "URL") or "").lower()):
            return f"cc {found[1]} {found[2]}" if found[1] else "cc0"
    return ""


def _authors(work: Any) -> Iterator[str]:
    for one in field(work, "author") or ():
        given = str(field(one, "given") or "")
        words = given.replace(".", " ").replace("-", " ").split()
        # "JA" are initials already
        initials = "".join(word if word.isupper() and len(word) <= 3 else word[0] for word in words)  # noqa: PLR2004
        family = field(one, "family")
        name = f"{family} {initials.upper()}" if family else str(field(one, "name") or "")
        if name.strip():
            yield " ".join(name.replace(";", ",").split())


def _day(parts: Any) -> str:
    """``[2024, 3]`` as ``2024-03``; empty where it is no date."""
    numbers = [one for one in parts or () if isinstance(one, int)]
    return "-".join(f"{one:02}" for one in numbers)


def _notice(update: Any, notice: str) -> Notice:
    kind = str(field(update, "type") or "").lower().replace("-", "_").replace(" ", "_")
    source = str(field(update, "source") or "")
    said = "Retraction Watch by Crossref" if source == "retraction-watch" else CROSSREF.name
    day = _day(field(update, "updated", "date-parts", 0))
    return Notice(_KINDS.get(kind, "other"), notice and f"DOI:{notice}", day, said)


def _versions(work: Any) -> Iterator[str]:
    for relation in ("has-preprint", "is-preprint-of"):
        for one in field(work, "relation", relation) or ():
            if doi := bare_doi(str(field(one, "id") or "")):
                yield f"DOI:{doi}"
