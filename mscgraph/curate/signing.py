"""Human review: is the sentence in the paper, what is unreviewed, and a reviewer's ORCID on a row."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from mscgraph.errors import DataError, NotFound
from mscgraph.files import write_whole
from mscgraph.named_tuples import NamedTuple
from mscgraph.tables.folder import ontology_folder
from mscgraph.tables.formatting import change_cells
from mscgraph.tables.reading import read_tables
from mscgraph.text.anchors import anchors_in
from mscgraph.text.names import nearest

if TYPE_CHECKING:
    import os

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Finding

_ORCID = re.compile(
    r"(?:ORCID:|https?://orcid\.org/)?([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X])", re.IGNORECASE
)


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
    topics = {key: Path(place.file).stem for key, place in kg.places.items()}
    if topic is not None:
        known = sorted({topics[key] for key in kg.findings})
        if Path(topic).stem not in known:
            raise NotFound(
                f"No table of findings is called {topic!r}.",
                suggestions=nearest(Path(topic).stem, known) or known,
            )
    waiting = [
        f
        for f in kg.findings.values()
        if not f.reviewed_by and (topic is None or topics[f.id] == Path(topic).stem)
    ]
    return sorted(waiting, key=lambda f: (kg.places[f.id].file, kg.places[f.id].line))


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


class AnchorCheck(NamedTuple):
    """Whether a finding's sentence stands in a text; ``sentence`` is empty where it does not."""

    finding: Finding
    sentence: str

    @property
    def found(self) -> bool:
        """Whether the text holds the sentence."""
        return bool(self.sentence)


def verify_anchors(kg: KnowledgeGraph, publication: str, text: str) -> list[AnchorCheck]:
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
    list of AnchorCheck
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
    paper = kg.publication(publication)
    sentences = anchors_in(text)
    return [
        AnchorCheck(finding, sentences.get(finding.anchor, ""))
        for finding in kg.findings.values()
        if finding.publication == paper.id and finding.anchor
    ]
