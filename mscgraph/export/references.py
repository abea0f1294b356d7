"""The papers behind a graph or a slice as BibTeX, RIS and CSL-JSON, for people who cite them.

Only what a :class:`~mscgraph.model.Publication` holds is written: what it lacks is left out. The
shape of the JSON is that of the CSL 1.0.2 schema.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mscgraph.explain.bibtex import STATUS_NOTES, to_bibtex
from mscgraph.export.part import filled, one_line
from mscgraph.schema import Publication

if TYPE_CHECKING:
    from mscgraph.export.export import Written
    from mscgraph.graph import KnowledgeGraph


def references(kg: KnowledgeGraph, form: str) -> Written:
    """The publications that the graph's findings come from, in the order of their ids."""
    keys = {f.publication for f in kg.findings.values()}
    keys |= {paper for found in kg.stated.values() for source in found for paper in source.publications}
    cited = [kg.publications.get(key) or _known_by_id(key) for key in sorted(keys)]
    write = {"bibtex": to_bibtex, "ris": _ris, "csl-json": _csl}[form]
    return write(cited), {"cited": len(cited)}


def _known_by_id(key: str) -> Publication:
    """A paper that another source names and nobody read for this graph."""
    names = {"PMID": "pmid", "PMC": "pmcid", "DOI": "doi"}
    prefix, _, local = key.partition(":")
    none: dict[str, Any] = dict.fromkeys(Publication._fields, "")
    known = {names[prefix]: local} if prefix in names else {}
    return Publication(**{**none, **known, "id": key, "included_studies": ()})


def _csl(papers: list[Publication]) -> str:
    text = ",\n".join(json.dumps(_item(paper), ensure_ascii=False) for paper in papers)
    return f"[\n{text}\n]\n" if text else "[]\n"


def _item(paper: Publication) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": paper.id,
        "type": "article-journal" if paper.journal else "article",
        "author": [
            {"family": family, "given": given} if given else {"literal": family}
            for family, given in paper.author_names
        ],
        "title": paper.title,
        "container-title": paper.journal,
        "DOI": paper.doi,
        "PMID": paper.pmid,
        "PMCID": paper.pmcid,
        "URL": paper.url,
        "note": STATUS_NOTES.get(paper.status, paper.status),
    }
    if paper.year.isdecimal():
        item["issued"] = {"date-parts": [[int(paper.year)]]}
    return filled(item)


def _ris(papers: list[Publication]) -> str:
    entries = []
    for paper in papers:
        for column in ("id", "authors", "title", "journal", "year", "doi", "pmid", "pmcid"):
            one_line(getattr(paper, column), f"{paper.id}: its {column}", "RIS")
        tags = {
            "ID": paper.id,
            "AU": "\nAU  - ".join(", ".join(filter(None, name)) for name in paper.author_names),
            "TI": paper.title,
            "JO": paper.journal,
            "PY": paper.year,
            "DO": paper.doi,
            "AN": paper.pmid and f"PMID:{paper.pmid}",
            "C2": paper.pmcid,
            "UR": paper.url,
            "N1": STATUS_NOTES.get(paper.status, paper.status),
        }
        lines = [f"{tag}  - {value}" for tag, value in filled(tags).items()]
        entries.append("\n".join([f"TY  - {'JOUR' if paper.journal else 'GEN'}", *lines, "ER  - "]))
    return "\n\n".join(entries).strip() + "\n" if entries else ""
