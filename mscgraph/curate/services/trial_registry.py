"""ClinicalTrials.gov: what a trial's registration says, and trials found by search.

Written to "ClinicalTrials.gov API v2" (clinicaltrials.gov/data-api/api) and its study data structure:
``studies/{NCT id}`` and ``studies`` with ``query.cond``, ``query.intr`` and ``pageToken``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.curate.services.bibliography import field
from mscgraph.curate.services.client import Service
from mscgraph.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mscgraph.curate.services.client import Services

TRIAL_REGISTRY = Service(
    "ClinicalTrials.gov", "clinical-trials", "https://clinicaltrials.gov/api/v2",
    ("clinicaltrials.gov",), 1.2,
)  # fmt: skip
_PAGE = 100
_MOST_PAGES = 20


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
    """Return a trial's registration; None where the registry has none.

    Raises
    ------
    ServiceError
        When there is no answer, or it is about another trial.
    """

    def fault(answer: Any) -> str:
        found = _id(answer) or "no trial"
        return "" if found == nct else f"answered with {found} where {nct} was asked for"

    path, asked = f"studies/{nct}", {"format": "json"}
    kept = services.get(TRIAL_REGISTRY, path, asked, check=fault, days=days, may_lack=True)
    return None if kept.value is None else _registration(kept.value, kept.fetched)


def search_registrations(
    services: Services, condition: str, intervention: str, *, days: int | None = 1
) -> Iterator[Registration]:
    """Give every trial of a condition and an intervention, each once, asking page by page.

    Raises
    ------
    ServiceError
        When a page cannot be had.
    """
    asked = {
        "format": "json",
        "query.cond": condition,
        "query.intr": intervention,
        "pageSize": str(_PAGE),
    }
    seen, tokens = set(), {""}
    for _ in range(_MOST_PAGES):
        kept = services.get(TRIAL_REGISTRY, "studies", asked, check=_no_list, days=days)
        for one in field(kept.value, "studies") or ():
            if (nct := _id(one)) and nct not in seen:
                seen.add(nct)
                yield _registration(one, kept.fetched)
        token = str(field(kept.value, "nextPageToken") or "")
        if token in tokens:  # none, or a page that comes again
            return
        tokens.add(token)
        asked = asked | {"pageToken": token}
    services.notes[f"Only the first {_PAGE * _MOST_PAGES} trials of a search are read."] = None


def _no_list(answer: Any) -> str:
    return "" if isinstance(field(answer, "studies"), list) else "answered without a list of studies"


def _id(study: Any) -> str:
    return str(field(study, "protocolSection", "identificationModule", "nctId") or "")


def _registration(study: Any, fetched: str) -> Registration:
    plan = field(study, "protocolSection")
    status, design = field(plan, "statusModule"), field(plan, "designModule")
    posted = field(status, "resultsFirstPostDateStruct", "date")
    count, kind = (field(design, "enrollmentInfo", key) for key in ("count", "type"))
    return Registration(
        id=_id(study),
        fetched=fetched,
        title=str(field(plan, "identificationModule", "briefTitle") or ""),
        status=str(field(status, "overallStatus") or "").lower().replace("_", " "),
        phases=tuple(str(phase) for phase in field(design, "phases") or ()),
        enrolment=" ".join(str(part).lower() for part in (count, kind) if part is not None),
        arms=tuple(_arms(plan)),
        results=str(posted or "posted") if field(study, "hasResults") else "",
        updated=str(field(status, "lastUpdatePostDateStruct", "date") or ""),
    )


def _arms(plan: Any) -> Iterator[tuple[str, str]]:
    for arm in field(plan, "armsInterventionsModule", "armGroups") or ():
        given = "; ".join(str(name) for name in field(arm, "interventionNames") or ())
        yield str(field(arm, "label") or ""), given
