"""SIGNOR: causal relations between signalling entities, as its download page gives them (TSV)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.errors import DataError
from mscgraph.large.directory import Statement
from mscgraph.large.importers.lines import table_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mscgraph.large.importers.intake import Intake
    from mscgraph.model import Entity

__all__ = ["FILES", "SOURCE", "read"]

FILES = ("TSV",)
SOURCE = "infores:signor"
_NEEDED = (
    "ENTITYA", "TYPEA", "IDA", "DATABASEA", "ENTITYB", "TYPEB", "IDB", "DATABASEB", "EFFECT", "PMID",
)  # fmt: skip
CATEGORIES = {
    "chemical": "ChemicalEntity",
    "complex": "MacromolecularComplex",
    "mirna": "MicroRNA",
    "phenotype": "PhenotypicFeature",
    "protein": "Protein",
    "proteinfamily": "ProteinFamily",
    "smallmolecule": "ChemicalEntity",
    "stimulus": "ExposureEvent",
}


def read(files: Sequence[Path], intake: Intake) -> Iterator[Entity | Statement]:
    """The entities, each as it first comes up, and the statements."""
    (path,) = files
    for number, row in table_rows(path, _NEEDED, intake.progress):
        place = f"{path.name}:{number}"
        subject, object_ = (_entity(row, side, path, number, intake) for side in "AB")
        yield from intake.first(subject, object_)
        effect = row["EFFECT"].strip()
        if not effect:
            raise DataError("it is empty", file=str(path), line=number, column="EFFECT")
        mapped = intake.relation("signor", effect, place)
        ends = subject.id, mapped.predicate, object_.id, mapped.aspect
        yield Statement(
            *ends,
            SOURCE,
            knowledge_level="knowledge_assertion",
            agent_type="manual_agent",
            relation=" by ".join(filter(None, (effect, intake.value(row.get("MECHANISM"), "", place)))),
            record=intake.value(row.get("SIGNOR_ID"), "SIGNOR_ID", place),
            publications=intake.papers([row["PMID"]], place),
        )


def _entity(row: dict[str, str], side: str, path: Path, line: int, intake: Intake) -> Entity:
    place = f"{path.name}:{line}"
    name, identifier, database = (
        intake.value(row[f"{column}{side}"], column, place) for column in ("ENTITY", "ID", "DATABASE")
    )
    identifier = identifier.removeprefix("CID:").strip()
    if not name and not identifier:
        raise DataError("it is empty", file=str(path), line=line, column=f"ENTITY{side}")
    if identifier and database:
        found = intake.curie(f"{database}:{identifier}", place)
    else:
        found = intake.named(name, place)
    return intake.entity(found, name, CATEGORIES.get(row[f"TYPE{side}"].strip(), ""))
