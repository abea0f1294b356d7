"""The papers behind a graph or a slice as RIS and as CSL-JSON, for reference managers.

Only what a :class:`~mscgraph.model.Publication` holds is written: it holds no authors, and a title that it
does not hold is left out. RIS goes through rispy; CSL-JSON is JSON, and its shape the CSL 1.0.2 schema's.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError
from mscgraph.export.formats import Loss

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Publication

__all__ = ["write"]

_NOTES = {
    "published": "",
    "preprint": "Preprint",
    "concern": "Expression of concern",
    "retracted": "Retracted",
}


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write the publications that the graph's findings come from, in the order of their ids."""
    cited = [kg.publications[key] for key in sorted({f.publication for f in kg.findings.values()})]
    text = {"ris": _ris, "csl-json": _csl}[form](cited)
    target.write_text(text, encoding="utf-8", newline="\n")
    why = "a bibliography holds papers, not what they say"
    return (
        Loss("Finding", len(kg.findings), why),
        Loss("Association", len(kg.associations), why),
        Loss("Entity", len(kg.entities), why),
        Loss("Publication.study_design, .included_studies", len(cited), why),
    )


def _csl(papers: list[Publication]) -> str:
    items = [json.dumps(_item(paper), ensure_ascii=False) for paper in papers]
    text = ",\n".join(items)
    return f"[\n{text}\n]\n" if items else "[]\n"


def _item(paper: Publication) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": paper.id,
        "type": "article-journal" if paper.journal else "article",
        "title": paper.title,
        "container-title": paper.journal,
        "DOI": paper.doi,
        "PMID": paper.pmid,
        "PMCID": paper.pmcid,
        "URL": paper.url,
        "note": _NOTES.get(paper.status, paper.status),
    }
    if paper.year.isdecimal():
        item["issued"] = {"date-parts": [[int(paper.year)]]}
    return {name: value for name, value in item.items() if value}


def _ris(papers: list[Publication]) -> str:
    import rispy

    if not papers:
        return ""
    entries = []
    for paper in papers:
        entry = {
            "type_of_reference": "JOUR" if paper.journal else "GEN",
            "id": paper.id,
            "title": paper.title,
            "journal_name": paper.journal,
            "year": paper.year,
            "doi": paper.doi,
            "accession_number": paper.pmid and f"PMID:{paper.pmid}",
            "custom2": paper.pmcid,
            "urls": [paper.url],
            "notes": [note] if (note := _NOTES.get(paper.status, paper.status)) else [],
        }
        _one_line(paper)
        entries.append({name: value for name, value in entry.items() if value})
    text: str = rispy.dumps(entries)
    return re.sub(r"(?m)^\d+\.\n", "", text).strip() + "\n"


def _one_line(paper: Publication) -> None:
    for column in ("id", "title", "journal", "year", "doi", "pmid", "pmcid"):
        text = getattr(paper, column)
        if re.search(r"[\x00-\x1f\x7f\x85\u2028\u2029]", text):
            raise DataError(
                f"{paper.id}: its {column} holds a line break or control character, which RIS cannot hold: "
                f"{text!r}",
                column=column,
                value=text,
            )
