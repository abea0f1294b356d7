"""Whether the sentences that findings are anchored to stand in the papers' texts, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.named_tuples import NamedTuple
from mscgraph.text.anchors import anchors_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mscgraph.curate.fetching import FetchedPaper, Progress, Unfetched
    from mscgraph.curate.services.bibliography import Section
    from mscgraph.curate.services.client import Services
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Finding, Publication

# Each part of a text by name, with its sentences by fingerprint.
_Parts = list[tuple[str, dict[str, str]]]


class Verified(NamedTuple):
    """Where a finding's sentence stands.

    ``where`` is ``found``, ``elsewhere`` (in another part than the row says, or in another version of the
    paper), ``not found``, or ``no text`` where only the title could be had. ``place`` names the part.
    """

    finding: Finding
    where: str
    place: str
    sentence: str

    @property
    def found(self) -> bool:
        """Whether the text holds the sentence."""
        return bool(self.sentence)


def verify_anchors(kg: KnowledgeGraph, publication: str, text: str) -> list[Verified]:
    """Look for the sentences of a publication's findings in a text, such as its abstract.

    Findings without an anchor (from tables and legends) are left out. The sentences come from ``text``
    alone: the graph holds none.

    Parameters
    ----------
    kg
        The graph.
    publication
        Its id, PMID or DOI.
    text
        The text to look in, such as an abstract.

    Returns
    -------
    list of Verified
        One for each finding with an anchor: the finding, and whether its sentence is in the text.

    Raises
    ------
    NotFound
        When the graph has no such publication.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> paper = next(finding.publication for finding in kg.findings.values() if finding.anchor)
    >>> {check.found for check in mg.verify_anchors(kg, paper, "Another text.")}
    {False}
    """
    from mscgraph.curate.services.bibliography import Section

    return verify_sections(kg, kg.publication(publication), [Section("", text)])


def verify_sections(
    kg: KnowledgeGraph,
    paper: Publication,
    sections: Sequence[Section],
    versions: Mapping[str, Sequence[Section]] | None = None,
) -> list[Verified]:
    """Return where the sentence of each anchored finding of a paper stands in its sections.

    ``versions`` are the texts of its other versions by their ids, such as of the preprint.
    """
    parts = [(s.name, anchors_in(s.text)) for s in sections]
    others = [
        (f"{version}, {s.name}", anchors_in(s.text))
        for version, texts in (versions or {}).items()
        for s in texts
    ]
    has_text = any(section.name != "title" for section in sections)
    return [
        _where(finding, parts, others, has_text=has_text)
        for finding in kg.findings.values()
        if finding.publication == paper.id and finding.anchor
    ]


def _where(finding: Finding, parts: _Parts, others: _Parts, *, has_text: bool) -> Verified:
    hits = [(name, held[finding.anchor]) for name, held in parts if finding.anchor in held]
    for name, sentence in hits:
        if _is_where(finding.locator, name):
            return Verified(finding, "found", name, sentence)
    hits += [(name, held[finding.anchor]) for name, held in others if finding.anchor in held]
    if hits:
        return Verified(finding, "elsewhere", *hits[0])
    return Verified(finding, "not found" if has_text else "no text", "", "")


def _is_where(locator: str, section: str) -> bool:
    """Whether a section is where a locator says; an abstract without headings holds all its parts."""
    part, _, heading = locator.lower().partition(":")
    found, _, within = section.partition(":")
    if (part == "title" and section) or (found in {"title", "abstract"} and part == "abstract"):
        return part == found and (not heading or not within or heading.strip() == within)
    return part != "abstract" or not section  # what else a locator says is not the name of a section


def verify_fetched(
    services: Services,
    kg: KnowledgeGraph,
    papers: Sequence[Publication],
    *,
    progress: Progress | None = None,
) -> tuple[dict[str, list[Verified]], list[Unfetched]]:
    """Return where the sentences of papers stand in what is fetched, by paper; and what is not fetched.

    Where a sentence is not in the paper, its other versions are looked into.
    """
    from mscgraph.curate.fetching import fetch, of_each

    def verified(paper: Publication) -> tuple[str, list[Verified]]:
        fetched = fetch(services, paper)
        found = verify_sections(kg, paper, fetched.sections)
        if any(one.where == "not found" for one in found):
            found = verify_sections(kg, paper, fetched.sections, _versions(services, fetched))
        return paper.id, found

    found, without = of_each(papers, verified, progress)
    return dict(found), without


def _versions(services: Services, paper: FetchedPaper) -> dict[str, Sequence[Section]]:
    from mscgraph.curate.services.bibliography import identifiers
    from mscgraph.curate.services.paper_services import find_record

    found: dict[str, Sequence[Section]] = {}
    for version in dict.fromkeys(v for record in paper.records for v in record.versions):
        kind, identifier = ("preprint", version) if version.startswith("PPR") else identifiers(version)
        if kind and (record := find_record(services, kind, identifier)):
            found[version] = record.sections
    return found
