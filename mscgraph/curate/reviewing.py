"""Human review: where sentences stand in papers, which wait, and to sign, mend or withdraw a row."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mscgraph.curate.checks import row_problems
from mscgraph.errors import DataError, NotFound
from mscgraph.explain.words import cite, relation_in_words, setting_in_words
from mscgraph.files import write_whole
from mscgraph.model import Finding
from mscgraph.named_tuples import NamedTuple
from mscgraph.render.finding_words import value_words
from mscgraph.schema import columns_of
from mscgraph.tables.folder import ontology_folder
from mscgraph.tables.formatting import add_row, change_cells
from mscgraph.tables.reading import read_tables
from mscgraph.tables.rows import made, text_of
from mscgraph.text.anchors import anchors_in
from mscgraph.text.names import nearest

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from mscgraph.curate.fetching import FetchedPaper, Progress, Unfetched
    from mscgraph.curate.services.bibliography import Section
    from mscgraph.curate.services.client import Services
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Publication
    from mscgraph.schema import Column

_ORCID = re.compile(
    r"(?:ORCID:|https?://orcid\.org/)?([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X])", re.IGNORECASE
)
# Each part of a text by name, with its sentences by fingerprint.
_Parts = list[tuple[str, dict[str, str]]]
_CONTEXT = 400  # characters before and after a sentence
_WORDED = frozenset({"entity", "term", "term or entity", "duration"})
_FIXED = frozenset({"id", "publication", "curated_by", "curated_on", "reviewed_by"})


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
    """Return for each anchored finding of a publication whether its sentence stands in a text.

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
    from mscgraph.curate.services.open_services import find_record

    found: dict[str, Sequence[Section]] = {}
    for version in dict.fromkeys(v for record in paper.records for v in record.versions):
        kind, identifier = ("preprint", version) if version.startswith("PPR") else identifiers(version)
        if kind and (record := find_record(services, kind, identifier)):
            found[version] = record.sections
    return found


# -- rows -------------------------------------------------------------------------------------------


def unreviewed(kg: KnowledgeGraph, topic: str | None = None) -> list[Finding]:
    """Return the findings that no human has reviewed, in the order of their tables.

    Parameters
    ----------
    kg
        The graph to look through.
    topic
        Only those of one table: ``"clinical"``, ``"clinical.tsv"`` or a path that ends so.

    Raises
    ------
    NotFound
        When no table of findings is called so, with suggestions.

    Examples
    --------
    >>> import mscgraph as mg
    >>> any(finding.reviewed_by for finding in mg.unreviewed(mg.load()))
    False
    """
    topics = {key: Path(kg.places[key].file).stem for key in kg.findings}
    wanted = None if topic is None else Path(topic).stem
    known = sorted(set(topics.values()))
    if wanted is not None and wanted not in known:
        near = nearest(wanted, known) or known
        raise NotFound(f"No table of findings is called {topic!r}.", suggestions=near)
    waiting = (f for f in kg.findings.values() if not f.reviewed_by and wanted in (None, topics[f.id]))
    return sorted(waiting, key=lambda f: kg.places[f.id])


def review(folder: str | os.PathLike[str] | None, finding: str, orcid: str) -> Path:
    """Write a human's ORCID into ``reviewed_by`` of one row, and return the table that holds it.

    The table is written whole or not at all, and no other byte of it changes. The mark says that this
    person read the source and found the row right: no program may set it.

    Parameters
    ----------
    folder
        The ontology folder; None for the one that ships with the program.
    finding
        The id of the row, such as ``"MSCGF:0000123"``.
    orcid
        The reviewer's ORCID, bare, as CURIE or as address.

    Raises
    ------
    DataError
        When the ORCID is malformed or its check digit wrong, when another has reviewed the row, or when
        the reviewer is who wrote it: a row is read by a second pair of eyes.
    NotFound
        When no table has the row.
    OutputError
        When the table cannot be written.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mg.review(None, "MSCGF:0000001", "0000-0002-1825-0098")
    Traceback (most recent call last):
    mscgraph.errors.DataError: '0000-0002-1825-0098' is no ORCID: its last digit should be 7
    """
    reviewer = checked_orcid(orcid)
    where = Path(folder) if folder is not None else ontology_folder()
    ((path, text),) = change_cells(where, {finding: {"reviewed_by": reviewer}}).items()
    row = read_tables(where).findings[finding]
    if row.reviewed_by not in ("", reviewer):
        raise DataError(f"{finding} was already reviewed by {row.reviewed_by}", file=str(path))
    if row.curated_by == reviewer:
        raise DataError(f"{finding} was written by {reviewer}: another must review it", file=str(path))
    return write_whole(path, text.encode())


def checked_orcid(orcid: str) -> str:
    """Return an ORCID as the CURIE that a row holds; raise :class:`DataError` where it is none.

    >>> checked_orcid("https://orcid.org/0000-0002-1825-0097")
    'ORCID:0000-0002-1825-0097'
    """
    match = _ORCID.fullmatch(orcid.strip())
    if match is None:
        raise DataError(f"{orcid!r} is no ORCID: write four groups of four, 0000-0002-1825-0097")
    digits = match[1].upper()
    expected = orcid_check_digit(digits.replace("-", "")[:-1])
    if digits[-1] != expected:
        raise DataError(f"{orcid!r} is no ORCID: its last digit should be {expected}")
    return f"ORCID:{digits}"


def orcid_check_digit(digits: str) -> str:
    """Return the check digit of an ORCID's first fifteen digits, by ISO 7064 MOD 11-2.

    >>> orcid_check_digit("000000021825009")
    '7'
    """
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11]


def sentence_of(
    kg: KnowledgeGraph, finding: Finding, sections: Sequence[Section]
) -> dict[str, str] | None:
    """Return a finding's sentence, JSON-ready: what stands before and after it, and its place in the paper.

    None where it is not in these sections.
    """
    checks = verify_sections(kg, kg.publications[finding.publication], sections)
    found = next((one for one in checks if one.finding.id == finding.id and one.sentence), None)
    if found is None:
        return None
    words = " ".join(found.sentence.split())
    texts = (" ".join(section.text.split()) for section in sections if section.name == found.place)
    before, _, after = next((text for text in texts if words in text), words).partition(words)
    return {
        "before": before[-_CONTEXT:], "sentence": words, "after": after[:_CONTEXT], "place": found.place,
    }  # fmt: skip


def review_row(kg: KnowledgeGraph, finding: Finding) -> dict[str, Any]:
    """Return a row as a reviewer reads it, JSON-ready: in words, and its cells with what may be there."""
    edge = next(edge for edge in kg.associations.values() if edge.key == finding.key)
    place = kg.places[finding.id]
    cells = [
        _cell(kg, column, getattr(finding, name))
        for name, column in columns_of(Finding).items()
        if name not in _FIXED
    ]
    return {
        "id": finding.id,
        "relation": relation_in_words(kg, edge),
        "statement": finding.statement,
        "setting": setting_in_words(kg, finding),
        "paper": cite(kg, finding.publication),
        "url": kg.publications[finding.publication].url,
        "locator": finding.locator,
        "place": f"{place.file}:{place.line}",
        "curated_by": finding.curated_by,
        "reviewed_by": finding.reviewed_by,
        "cells": cells,
    }


def _cell(kg: KnowledgeGraph, column: Column, value: Any) -> dict[str, Any]:
    choices = {"predicate": sorted(kg.predicates), "aspect": sorted(kg.aspects), "flag": ["no", "yes"]}
    terms = [*([] if column.required else [column.open]), *kg.vocabulary.get(column.name, ())]
    is_of_terms = column.name in kg.vocabulary and not column.many
    return {
        "name": column.name,
        "label": column.label,
        "definition": column.definition,
        "value": text_of(value),
        "words": ", ".join(value_words(kg, column.name, value)) if column.kind in _WORDED else "",
        "choices": choices.get(column.kind, terms if is_of_terms else []),
        "entity": column.kind in {"entity", "term or entity"},
    }


def mend(folder: Path, finding: str, cells: Mapping[str, str]) -> Path:
    """Change cells of one row, and return its table; the row is as unreviewed as before.

    Raise :class:`DataError` where the row would not pass the checks: then nothing is written.
    """
    columns = columns_of(Finding)
    if wrong := [name for name in cells if name not in columns or name in _FIXED]:
        raise NotFound(f"The column {wrong[0]!r} is none that a reviewer mends.")
    ((path, text),) = change_cells(folder, {finding: cells}).items()
    tables = read_tables(folder)
    line = next(row for row in text.split("\n") if row.startswith(f"{finding}\t"))
    try:
        row = made(Finding, line.split("\t"))
    except ValueError as error:
        raise DataError(str(error), file=path.name) from None
    if problems := row_problems(tables, row):
        raise DataError("; ".join(problems), file=path.name)
    if row.reviewed_by:
        raise DataError(f"{finding} was reviewed by {row.reviewed_by}: it is not mended here")
    return write_whole(path, text.encode())


def withdraw(folder: Path, finding: str, reason: str, into: str = "") -> Path:
    """Take a row out of its table and list it as withdrawn; its id is never used again.

    ``into`` is the finding that says the same, if there is one.
    """
    if not reason.strip():
        raise DataError("say why the row is withdrawn")
    findings = read_tables(folder).findings
    if into and (into not in findings or into == finding):
        raise NotFound(f"No other row is called {into!r}.")
    ((path, text),) = change_cells(folder, {finding: {}}).items()
    gone = folder / "curation" / "withdrawn.tsv"
    if not gone.exists():
        write_whole(gone, b"id\tinto\treason\n")
    second = folder / "curation" / "second_reading.tsv"
    listed = add_row(gone, {"id": finding, "into": into, "reason": reason})
    # what was merged into the row before is now merged into what the row is merged into
    write_whole(gone, listed.replace(f"\t{finding}\t", f"\t{into}\t").encode())
    for place, held in ((path, text), (second, second.read_text(encoding="utf-8"))):
        kept = [line for line in held.split("\n") if not line.startswith(f"{finding}\t")]
        if len(kept) < held.count("\n") + 1:
            write_whole(place, "\n".join(kept).encode())
    return path
