"""SIF: subject, relation and objects a line, by tabs or else by spaces; names or CURIEs.

The format names no source and no papers: ``--knowledge-source`` says whose statements they are. Our own
export comes back with its aspects and signs; ``1`` and ``-1`` are signs, as CARNIVAL writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.errors import DataError
from mscgraph.large.directory import Statement
from mscgraph.large.importers.intake import Mapped
from mscgraph.large.importers.lines import read_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mscgraph.large.importers.intake import Intake
    from mscgraph.model import Entity

__all__ = ["FILES", "SOURCE", "read"]

FILES = ("FILE",)
SOURCE = ""
_LEAST = 3
_HEADERS = frozenset({"interaction", "interaction type", "relation", "relationship", "sign", "effect"})
_SIGNS = {"1": "increases", "+1": "increases", "+": "increases", "-1": "decreases"}


def read(files: Sequence[Path], intake: Intake) -> Iterator[Entity | Statement]:
    """The entities, each as it first comes up, and the statements."""
    (path,) = files
    ids: dict[str, str] = {}
    for number, line in read_lines(path, intake.progress):
        cells = [cell.strip() for cell in (line.rstrip().split("\t") if "\t" in line else line.split())]
        if not any(cells):
            continue
        if len(cells) == _LEAST - 1:
            raise DataError(
                "2 cells: a line is one entity, or subject, relation and objects",
                file=str(path),
                line=number,
            )
        place = f"{path.name}:{number}"
        if number == 1 and cells[1:2] and cells[1].lower() in _HEADERS:
            intake.notes.add("header left out", " ".join(cells), place)
            continue
        if not intake.has_all(dict(enumerate(cells)), place):
            continue
        if len(cells) == 1:
            intake.notes.add("entity without a relation", cells[0], place)
        for name in (cells[0], *cells[2:]):
            if name not in ids:
                ids[name] = intake.meant(name, place)
                yield intake.entity(ids[name], name)
        for name in cells[2:]:
            mapped = _mapped(cells[1], place, intake)
            ends = ids[cells[0]], mapped.predicate, ids[name], mapped.aspect
            yield Statement(*ends, intake.source, relation=cells[1])


def _mapped(relation: str, place: str, intake: Intake) -> Mapped:
    """A relation of a SIF file: one of ours with its aspect, a sign, or one of the mapping table."""
    predicate, bar, rest = relation.partition("|")
    aspect = rest.partition("|")[0]
    if bar and predicate in intake.base.predicates and aspect in intake.base.aspects:
        return Mapped(predicate, aspect)
    if relation in _SIGNS and not intake.knows("sif", relation):
        return Mapped(_SIGNS[relation], "activity_or_abundance")
    return intake.relation("sif", relation, place)
