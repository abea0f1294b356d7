"""ClinicalTrials.gov: what a trial's registration says, and trials found by search.

Written to "ClinicalTrials.gov API v2" (clinicaltrials.gov/data-api/api) and its study data structure:
``studies/{NCT id}`` and ``studies`` with ``query.cond``, ``query.intr`` and ``pageToken``. No answer,
or one about another trial, is a ``ServiceError``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.curate.services.bibliography import field, other_id, string
from mscgraph.curate.services.client import Search, Service
from mscgraph.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mscgraph.curate.services.client import Services

TRIAL_REGISTRY = Service(
    "ClinicalTrials.gov", "clinical-trials", "https://clinicaltrials.gov/api/v2",
    ("clinicaltrials.gov",), 1.2,
)  # fmt: skip
_SEARCH = Search("studies", ("studies",), "nextPageToken", "pageToken", 100, 20, "trials")


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
        return other_id(_id(answer) or "no trial", nct)

    path, asked = f"studies/{nct}", {"format": "json"}
    kept = services.get(TRIAL_REGISTRY, path, asked, check=fault, days=days, may_lack=True)
    return None if kept.value is None else _registration(kept.value, kept.fetched)


def search_registrations(
    services: Services, condition: str, intervention: str, *, days: int | None = 1
) -> Iterator[Registration]:
    """Give every trial of a condition and an intervention, each once."""
    asked = {"query.cond": condition, "query.intr": intervention}
    seen = set()
    for one, fetched in services.search(TRIAL_REGISTRY, _SEARCH, asked, days=days):
        if (nct := _id(one)) and nct not in seen:
            seen.add(nct)
            yield _registration(one, fetched)


def _id(study: Any) -> str:
    return string(study, "protocolSection", "identificationModule", "nctId")


def _registration(study: Any, fetched: str) -> Registration:
    plan = field(study, "protocolSection")
    status, design = field(plan, "statusModule"), field(plan, "designModule")
    posted = string(status, "resultsFirstPostDateStruct", "date")
    enrolled = (field(design, "enrollmentInfo", key) for key in ("count", "type"))
    arms = field(plan, "armsInterventionsModule", "armGroups") or ()
    return Registration(
        id=_id(study),
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
