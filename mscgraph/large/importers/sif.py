"""SIF: subject, relation and objects a line, by tabs or else by spaces; names or CURIEs.

The format names no source and no papers: ``--source`` says whose statements they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.errors import DataError
from mscgraph.large.directory import Statement
from mscgraph.large.importers.intake import NOT_PROVIDED
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


def read(files: Sequence[Path], intake: Intake) -> Iterator[Entity | Statement]:
    """The entities, each as it first comes up, and the statements."""
    (path,) = files
    ids: dict[str, str] = {}
    for number, line in read_lines(path, intake.progress):
        cells = [cell.strip() for cell in (line.split("\t") if "\t" in line else line.split())]
        cells = [cell for cell in cells if cell]
        if not cells:
            continue
        if len(cells) == _LEAST - 1:
            raise DataError(
                "2 cells: a line is one entity, or subject, relation and objects",
                file=str(path),
                line=number,
            )
        place = f"{path.name}:{number}"
        for name in (cells[0], *cells[2:]):
            if name not in ids:
                ids[name] = intake.meant(name, place)
                yield intake.entity(ids[name], name)
        for name in cells[2:]:
            mapped = intake.relation("sif", cells[1], place)
            yield Statement(
                subject=ids[cells[0]],
                predicate=mapped.predicate,
                object=ids[name],
                aspect=mapped.aspect,
                primary_knowledge_source=intake.source,
                knowledge_level=NOT_PROVIDED,
                agent_type=NOT_PROVIDED,
                relation=cells[1],
                record="",
            )
