"""Complete records of papers from what services say; what they do not agree on is left to a person."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mscgraph.errors import DataError, NotFound
from mscgraph.files import write_whole
from mscgraph.named_tuples import NamedTuple
from mscgraph.tables.formatting import add_row, change_cells
from mscgraph.text.anchors import anchor
from mscgraph.text.names import fold, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mscgraph.curate.fetching import FetchedPaper
    from mscgraph.curate.services.bibliography import PaperRecord
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Publication

_COLUMNS = ("pmid", "pmcid", "doi", "title", "authors", "journal", "year", "licence")


class Completion(NamedTuple):
    """What services say of a cell: ``said`` holds each value that differs, with who says it.

    ``what`` is ``fill`` (the cell is empty and all who say something agree), ``differ`` (somebody says
    something else than the cell) or ``disagree`` (the cell is empty, and the services do not agree).
    """

    publication: str
    column: str
    what: str
    old: str
    said: tuple[tuple[str, str], ...]


def completions(kg: KnowledgeGraph, paper: FetchedPaper) -> list[Completion]:
    """Return what the services add to a paper's record, and where they say something else.

    Values that only look different (a journal's abbreviation, small letters, first names) agree.

    Parameters
    ----------
    kg
        The graph; a paper that it lacks is proposed with all its columns.
    paper
        What was fetched.

    Returns
    -------
    list of Completion
        One for each cell that is empty or disputed, in the order of the columns.
    """
    held = _held(kg, paper)
    found = []
    for column in _COLUMNS:
        old = getattr(held, column) if held else ""
        said: dict[str, list[PaperRecord]] = {}
        for record in paper.records:
            if value := getattr(record, column):
                same = (v for v in said if _agree(column, v, value, *said[v], record))
                said.setdefault(next(same, value), []).append(record)
        others = [value for value in said if not (old and _agree(column, old, value, *said[value]))]
        if others:
            what = "differ" if old else "disagree" if len(others) > 1 else "fill"
            values = tuple((v, ", ".join(record.source for record in said[v])) for v in others)
            found.append(
                Completion(held.id if held else paper.records[0].id, column, what, old, values)
            )
    return found


def write_completions(
    kg: KnowledgeGraph, papers: Sequence[FetchedPaper], *, design: str = ""
) -> list[Completion]:
    """Fill the empty cells of papers on which all services agree, and return what was filled.

    A paper that the table lacks gets a row; what is disputed stays empty. The table is written whole or
    not at all.

    Parameters
    ----------
    kg
        The graph of the folder that is written to.
    papers
        What was fetched.
    design
        The study design of the papers that are new.

    Raises
    ------
    DataError
        When a paper is new and no design is given: only a reader knows it.
    NotFound
        When no study design is called so.
    OutputError
        When the table cannot be written.
    """
    designs = kg.vocabulary["study_design"]
    if design and design not in designs:
        raise NotFound(f"No study design is called {design!r}.", suggestions=nearest(design, designs))
    path = kg.folder / "curation" / "publications.tsv"
    filled: list[Completion] = []
    old: dict[str, dict[str, str]] = {}
    new: dict[str, dict[str, str]] = {}
    for paper in papers:
        proposed = [one for one in completions(kg, paper) if one.what == "fill"]
        if not proposed:
            continue
        filled += proposed
        cells = {one.column: one.said[0][0] for one in proposed}
        if _held(kg, paper) is not None:
            old[proposed[0].publication] = cells
        elif not design:
            raise DataError(
                f"{proposed[0].publication} is new: say its study design, such as --design in_vitro"
            )
        else:
            status = "preprint" if paper.records[0].is_preprint else "published"
            new[proposed[0].publication] = cells | {"study_design": design, "status": status}
    for place, text in change_cells(kg.folder, old).items():
        write_whole(place, text.encode())
    for identifier, cells in new.items():
        write_whole(path, add_row(path, cells | {"id": identifier}).encode())
    return filled


def _held(kg: KnowledgeGraph, paper: FetchedPaper) -> Publication | None:
    if paper.id in kg.publications:
        return kg.publications[paper.id]
    ids = {(kind, getattr(r, kind)) for r in paper.records for kind in ("pmid", "pmcid", "doi")}
    for held in kg.publications.values():
        own = {("pmid", held.pmid), ("pmcid", held.pmcid), ("doi", held.doi.lower())}
        if any(value and (kind, value) in ids for kind, value in own):
            return held
    return None


def _agree(column: str, one: str, other: str, *records: PaperRecord) -> bool:
    """Whether two values of a column say the same; ``records`` are those who say them."""
    if column == "authors":
        return _families(one) == _families(other)
    if column == "licence":
        return _licence(one) == _licence(other)
    if column == "journal":
        names = {_letters(name) for record in records for name in (record.journal, *record.journals)}
        return _letters(one) == _letters(other) or {_letters(one), _letters(other)} <= names
    return one.lower() == other.lower() if column != "title" else anchor(one) == anchor(other)


def _letters(name: str) -> str:
    return fold(name).removeprefix("the")


def _families(authors: str) -> list[str]:
    names = (name.strip() for name in authors.split(";") if name.strip())
    return [fold(name.rpartition(" ")[0] or name) for name in names]


def _licence(text: str) -> str:
    """A licence without its version: ``cc by`` says the same as ``CC BY 4.0``."""
    return re.sub(r"[\s_-]+", "-", re.sub(r"[\s_-]*[0-9.]+$", "", text.lower().strip()))
