"""SSSOM: mappings that say "the same" become cross-references, by which graphs meet when they are merged.

Broader, narrower and related matches are no identity, nor is a mapping that is negated: they are noted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.errors import DataError
from mscgraph.large.importers.lines import table_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mscgraph.large.importers.intake import Intake
    from mscgraph.model import Entity

__all__ = ["FILES", "SOURCE", "read"]

FILES = ("FILE",)
SOURCE = ""
_SAME = frozenset({"skos:exactMatch", "owl:equivalentClass", "owl:sameAs"})
_NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")


def read(files: Sequence[Path], intake: Intake) -> Iterator[Entity]:
    """The subjects of the mappings, with what they are the same as."""
    (path,) = files
    for number, row in table_rows(path, _NEEDED, intake.progress, comment="#"):
        place = f"{path.name}:{number}"
        for column in _NEEDED:
            if not row[column].strip():
                raise DataError("it is empty", file=str(path), line=number, column=column)
        relation = f"{row.get('predicate_modifier', '')} {row['predicate_id']}".strip()
        if relation not in _SAME:
            intake.notes.add("mapping that is no identity", relation, place)
            continue
        subject = intake.curie(row["subject_id"], place)
        same = intake.curie(row["object_id"], place)
        yield intake.entity(subject, row.get("subject_label", ""), xrefs=[same])
