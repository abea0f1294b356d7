"""SIF: subject, interaction and object, tab-separated, and nothing else.

The interaction is ``predicate|aspect|sign``, such as ``increases|apoptosis|-``: the sign is the effect on
the object itself (``+``, ``-``, ``0`` for unknown, empty for what is no effect). Subject, predicate, object
and aspect are what an association's id is made from, so it comes back by
:func:`mscgraph.model.association_id`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mscgraph.errors import DataError
from mscgraph.export.format_table import Loss

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association

_SIGNS = {1: "+", -1: "-", 0: "0", None: ""}


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write one association a line, in the order of their ids."""
    del form
    held = [association for _, association in sorted(kg.associations.items())]
    target.write_text("".join(map(_line, held)), encoding="utf-8", newline="\n")
    ends = {end for association in held for end in (association.subject, association.object)}
    why = "three columns: who, how, whom"
    return (
        Loss("Association.id", len(held), why),
        Loss("Association.grade", len(held), why),
        Loss("Association.supporting, .disputing, .inconclusive, .other_settings", len(held), why),
        Loss("Finding", len(kg.findings), why),
        Loss("Publication", len({finding.publication for finding in kg.findings.values()}), why),
        Loss("Entity but its id", len(ends), why),
        Loss("Entity", len(kg.entities) - len(ends), "no association here has it at an end"),
    )


def _line(edge: Association) -> str:
    cells = (edge.subject, f"{edge.predicate}|{edge.aspect}|{_SIGNS[edge.sign]}", edge.object)
    for cell in cells:
        if re.search(r"[\x00-\x20\x7f-\xa0\u2028\u2029]", cell):
            raise DataError(
                f"{edge.id}: {cell!r} holds white space, which ends a cell in SIF", value=cell
            )
    return "\t".join(cells) + "\n"
