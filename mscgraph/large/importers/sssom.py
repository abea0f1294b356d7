"""SSSOM: mappings that say "the same" become cross-references, by which graphs meet when they are merged.

Broader, narrower and related matches are no identity, nor is a mapping that is negated, or of a confidence
below 0.8: they are noted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.errors import DataError
from mscgraph.large.importers.lines import has_value, table_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mscgraph.large.importers.intake import Intake
    from mscgraph.model import Entity

__all__ = ["FILES", "SOURCE", "read"]

FILES = ("FILE",)
SOURCE = ""
_SURE = 0.8
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
        if not intake.has_all({column: row[column] for column in _NEEDED}, place):
            continue
        relation = f"{row.get('predicate_modifier', '')} {row['predicate_id']}".strip()
        if relation not in _SAME:
            intake.notes.add("mapping that is no identity", relation, place)
            continue
        if not _is_sure(row.get("confidence", "")):
            intake.notes.add("mapping of low confidence", row["confidence"].strip(), place)
            continue
        subject = intake.curie(row["subject_id"], place)
        label = intake.value(row.get("subject_label"), "subject_label", place)
        yield intake.entity(subject, label, xrefs=intake.identifiers([row["object_id"]], place))


def _is_sure(confidence: str) -> bool:
    """Whether a mapping is surer than not; one that gives no confidence is held for sure."""
    if not has_value(confidence):
        return True
    try:
        return _SURE <= float(confidence) <= 1
    except ValueError:
        return False
