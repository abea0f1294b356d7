"""OmniPath: interactions as its web service gives them (TSV), with what its resources say of direction.

A direction that its resources dispute is no direction. OmniPath is named as the source; its resources stand
in ``record``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.errors import DataError
from mscgraph.large.directory import Statement
from mscgraph.large.importers.intake import NOT_PROVIDED
from mscgraph.large.importers.lines import table_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mscgraph.large.importers.intake import Intake
    from mscgraph.model import Entity

__all__ = ["FILES", "SOURCE", "read"]

FILES = ("TSV",)
SOURCE = "infores:omnipath"
_NEEDED = ("source", "target", "is_directed", "is_stimulation", "is_inhibition")
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
KINDS = {
    "protein": ("UniProtKB", "Protein"),
    "mirna": ("MIRBASE", "MicroRNA"),
    "small_molecule": ("PUBCHEM.COMPOUND", "ChemicalEntity"),
    "drug": ("PUBCHEM.COMPOUND", "ChemicalEntity"),
    "complex": ("", "MacromolecularComplex"),
    "lncrna": ("", "RNAProduct"),
}


def read(files: Sequence[Path], intake: Intake) -> Iterator[Entity | Statement]:
    """The entities, each as it first comes up, and the statements."""
    (path,) = files
    for number, row in table_rows(path, _NEEDED, intake.progress):
        place = f"{path.name}:{number}"
        subject, object_ = (_entity(row, side, path, number, intake) for side in ("source", "target"))
        yield from intake.first(subject, object_)
        relation = _relation(row, path, number)
        kind = row.get("type", "").strip()
        typed = f"{relation} {kind}".strip()
        mapped = intake.relation(
            "omnipath", typed if intake.knows("omnipath", typed) else relation, place
        )
        papers = intake.papers(_references(row.get("references", "")), place)
        ends = subject.id, mapped.predicate, object_.id, mapped.aspect
        yield Statement(
            *ends,
            SOURCE,
            knowledge_level="knowledge_assertion" if papers else NOT_PROVIDED,
            relation=typed,
            record=intake.value(row.get("sources", ""), "sources", place),
            publications=papers,
        )


def _entity(row: dict[str, str], side: str, path: Path, line: int, intake: Intake) -> Entity:
    place = f"{path.name}:{line}"
    identifier = intake.value(row[side], side, place)
    if not identifier:
        raise DataError("it is empty", file=str(path), line=line, column=side)
    name = intake.value(row.get(f"{side}_genesymbol", ""), "name", place) or identifier
    prefix, category = KINDS.get(row.get(f"entity_type_{side}", "").strip() or "protein", ("", ""))
    if ":" in identifier:
        found = intake.curie(identifier, place)
    elif prefix:
        found = intake.curie(f"{prefix}:{identifier}", place)
    else:
        found = intake.named(identifier, place)
    return intake.entity(found, name, category)


def _relation(row: dict[str, str], path: Path, line: int) -> str:
    flags = {}
    for column in _NEEDED[2:]:
        value = row[column].strip().lower()
        if value not in _FLAGS:
            raise DataError(
                f"{row[column]!r} is neither True nor False", file=str(path), line=line, column=column
            )
        flags[column] = _FLAGS[value]
    signs = [word for word in ("stimulation", "inhibition") if flags[f"is_{word}"]]
    return " and ".join(signs) or ("directed" if flags["is_directed"] else "undirected")


def _references(text: str) -> list[str]:
    """The papers that ``SIGNOR:10704462;KEGG:;…`` names by resource; a resource may name none."""
    parts = [part.strip() for part in text.split(";")]
    return [p if p.startswith("http") or ":" not in p else p.partition(":")[2] for p in parts]
