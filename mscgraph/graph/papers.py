"""Papers, trials and sentences by what people know of them: an id, an author, words of a title."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mscgraph.errors import AmbiguousName, NotFound
from mscgraph.text.names import nearest

if TYPE_CHECKING:
    from mscgraph.graph.knowledge import KnowledgeGraph
    from mscgraph.model import Finding, Publication

_PREFIX = re.compile(r"^\s*(?:pmid|doi|pmcid|pmc|https?://(?:dx\.)?doi\.org)\s*[:/]\s*", re.IGNORECASE)


def the_publication(kg: KnowledgeGraph, identifier: str) -> Publication:
    """The one paper of an id, or of an author, a trial or words of its title."""
    if found := kg.publications.get(identifier):
        return found
    papers = find_publications(kg, identifier)
    if len(papers) == 1:
        return papers[0]
    if papers:
        raise AmbiguousName(
            f"{identifier!r} names several publications.",
            suggestions=[f"{paper.id} ({_by(paper)}: {paper.title})" for paper in papers],
        )
    raise NotFound(
        f"No publication is known as {identifier!r}.", suggestions=nearest(identifier, kg.publications)
    )


def find_publications(kg: KnowledgeGraph, text: str) -> list[Publication]:
    """Return the papers of an id; where it is none, those of which it says author, year, journal or title.

    Every word must begin a word of the paper's line, or the text be the id of its trial.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> paper = next(iter(kg.publications.values()))
    >>> find_publications(kg, paper.authors.split()[0] + " " + paper.year)[0].year == paper.year
    True
    """
    wanted = _PREFIX.sub("", text).strip().lower()
    papers = list(kg.publications.values())
    by_id = [p for p in papers if wanted and wanted in {p.pmid, p.pmcid.lower(), p.doi.lower()}]
    if by_id or not wanted:
        return by_id
    reporting = {f.publication for f in kg.findings.values() if f.study.lower() == wanted}
    return [
        p for p in papers if p.id in reporting or has_words(text, p.title, p.authors, p.journal, p.year)
    ]


def find_studies(kg: KnowledgeGraph, text: str) -> dict[str, list[Finding]]:
    """Return the findings of each trial or cohort of that id, or reported in a paper that says it."""
    wanted = text.strip().lower()
    told = {p.id for p in find_publications(kg, text)}
    found: dict[str, list[Finding]] = {}
    for finding in kg.findings.values():
        if finding.study and (finding.study.lower() == wanted or finding.publication in told):
            found.setdefault(finding.study, []).append(finding)
    return found


def find_said(kg: KnowledgeGraph, text: str) -> list[Finding]:
    """Return the findings whose sentence or note has every word of a text."""
    return [f for _, f in sorted(kg.findings.items()) if has_words(text, f.statement, f.note)]


def has_words(text: str, *parts: str) -> bool:
    """Whether every word of a text begins a word of the parts.

    >>> has_words("kynurenine path", "The kynurenine pathway"), has_words("nurenine", "kynurenine")
    (True, False)
    """
    words = re.findall(r"\w+", text.lower())
    known = " " + " ".join(re.findall(r"\w+", " ".join(parts).lower()))
    return bool(words) and all(f" {word}" in known for word in words)


def _by(paper: Publication) -> str:
    return f"{paper.authors.partition(' ')[0] or '?'} {paper.year}"
