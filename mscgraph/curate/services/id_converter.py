"""NCBI's id converter: the PMID, PubMed Central id and DOI of one paper.

Written to "PMC ID Converter API" (pmc.ncbi.nlm.nih.gov/tools/id-converter-api).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.curate.services.bibliography import bare_doi, field
from mscgraph.curate.services.client import Service

if TYPE_CHECKING:
    from mscgraph.curate.services.client import Services

ID_CONVERTER = Service(
    "NCBI's id converter", "id-converter", "https://pmc.ncbi.nlm.nih.gov/tools/idconv/api/v1/articles/",
    ("nih.gov",), 0.4,
)  # fmt: skip


def convert_id(
    services: Services, kind: str, identifier: str, *, days: int | None = None
) -> dict[str, str]:
    """Return ``pmid``, ``pmcid`` and ``doi`` of a paper as far as NCBI knows them.

    It knows papers in PubMed Central alone.

    Raises
    ------
    ServiceError
        When there is no answer, or it is about another paper.
    """
    asked = {"ids": identifier, "idtype": kind, "format": "json", "versions": "no", "tool": "mscgraph"}
    if services.mail:
        asked["email"] = services.mail

    def fault(answer: Any) -> str:
        if not isinstance(field(answer, "records"), list):
            return "answered without a list of records"
        record = field(answer, "records", 0) or {}
        found = str(field(record, kind) or field(record, "requested-id") or identifier)
        other = found.lower() != identifier.lower()
        return f"answered with {found} where {identifier} was asked for" if other else ""

    answer = services.get(ID_CONVERTER, "", asked, check=fault, days=days).value
    record = field(answer, "records", 0) or {}
    if field(record, "status") == "error" or field(record, "errmsg"):
        return {}
    found = {name: str(field(record, name) or "") for name in ("pmid", "pmcid", "doi")}
    return {name: bare_doi(value) if name == "doi" else value for name, value in found.items() if value}
