"""KGX, nodes and edges, as TSV or JSON Lines (``.gz`` too): Biolink's graphs.

Predicates and qualifiers map through ``terms/relations.tsv``. A direction counts where Biolink's reading is
plain: ``affects`` or ``regulates``, qualified by ``causes`` or nothing, no direction on the subject's side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError
from mscgraph.large.directory import Statement
from mscgraph.large.importers.intake import NOT_PROVIDED, Intake
from mscgraph.large.importers.lines import json_lines, table_rows
from mscgraph.model import Entity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["FILES", "SOURCE", "read"]

FILES = ("NODES", "EDGES")
SOURCE = ""
_NODE = ("id", "name", "category", "description", "synonym", "in_taxon")
_SAME = ("xref", "same_as", "equivalent_identifiers")
_EDGE = (
    "id", "subject", "predicate", "object", "qualified_predicate", "object_aspect_qualifier",
    "object_direction_qualifier", "subject_aspect_qualifier", "subject_direction_qualifier", "negated",
    "primary_knowledge_source", "knowledge_source", "knowledge_level", "agent_type", "publications",
    "category",
)  # fmt: skip
_DIRECTED = frozenset({"biolink:affects", "biolink:regulates"})
_CAUSES = frozenset({"", "biolink:causes", "causes"})
_TRUE = frozenset({"true", "1", "yes"})


def read(files: Sequence[Path], intake: Intake) -> Iterator[Entity | Statement]:
    """The nodes, then the edges."""
    nodes, edges = files
    for line, row in _records(nodes, ("id",), (*_NODE, *_SAME), intake):
        yield _entity(row, nodes, line, intake)
    for line, row in _records(edges, ("subject", "predicate", "object"), _EDGE, intake):
        statement = _statement(row, edges, line, intake)
        if statement is not None:
            yield statement


def _records(
    path: Path, needed: Sequence[str], kept: Sequence[str], intake: Intake
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The records of a file; columns that are not kept are noted, missing values are faults."""
    suffixes = [suffix for suffix in path.suffixes if suffix != ".gz"]
    kind = suffixes[-1] if suffixes else ""
    if kind == ".jsonl":
        records: Iterator[tuple[int, dict[str, Any]]] = json_lines(path, intake.progress)
    elif kind == ".tsv":
        records = table_rows(path, needed, intake.progress)
    else:
        raise DataError(
            f"unknown suffix {kind!r}; KGX comes as .tsv or .jsonl, each also as .gz", file=str(path)
        )
    known = set(kept)
    for line, row in records:
        if not row.keys() <= known:
            for column in sorted(row.keys() - known):
                intake.notes.add("column not kept", column, f"{path.name}:{line}")
            known |= row.keys()
        for column in needed:
            if not row.get(column):
                raise DataError("it is empty or missing", file=str(path), line=line, column=column)
        yield line, row


def _many(value: Any) -> list[str]:
    """A multivalued slot: a JSON list, or texts joined by ``|`` in TSV. Never asked of names and texts."""
    if not value:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split("|") if part.strip()]
    return [str(part) for part in value] if isinstance(value, list) else [str(value)]


def _one(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return "" if value is None else " ".join(str(value).split())


def _entity(row: dict[str, Any], path: Path, line: int, intake: Intake) -> Entity:
    place = f"{path.name}:{line}"
    identifier = intake.curie(str(row["id"]), place)
    category = (_many(row.get("category")) or ["NamedThing"])[0]
    same = [i for column in _SAME for i in _many(row.get(column))]
    taxa = _many(row.get("in_taxon"))
    return Entity(
        id=identifier,
        name=_one(row.get("name")) or identifier,
        category=category.removeprefix("biolink:"),
        label="",
        synonyms=tuple(sorted({" ".join(s.split()) for s in _many(row.get("synonym"))})),
        xrefs=tuple(x for x in intake.curies(same, place) if x != identifier),
        parents=(),
        part_of=(),
        derives_from=(),
        taxon=intake.curie(taxa[0], place) if taxa else "",
        definition=_one(row.get("description")),
    )


def _statement(row: dict[str, Any], path: Path, line: int, intake: Intake) -> Statement | None:
    place = f"{path.name}:{line}"
    relation = _relation(row, place, intake)
    if str(row.get("negated") or "").lower() in _TRUE:
        relation += " negated"
        if not intake.knows("biolink", relation):
            intake.notes.add("negated statement left out", relation, place)
            return None
    aspect = _one(row.get("object_aspect_qualifier")) if relation.split()[0] in _DIRECTED else ""
    mapped = intake.relation("biolink", relation, place, aspect=aspect)
    source = _one(row.get("primary_knowledge_source")) or _one(row.get("knowledge_source"))
    return Statement(
        subject=intake.curie(str(row["subject"]), place),
        predicate=mapped.predicate,
        object=intake.curie(str(row["object"]), place),
        aspect=mapped.aspect,
        primary_knowledge_source=source or intake.source,
        knowledge_level=_one(row.get("knowledge_level")) or NOT_PROVIDED,
        agent_type=_one(row.get("agent_type")) or NOT_PROVIDED,
        relation=f"{relation} {aspect}".rstrip(),
        record=_one(row.get("id")),
        publications=intake.curies(_many(row.get("publications")), place),
    )


def _relation(row: dict[str, Any], place: str, intake: Intake) -> str:
    """The predicate with the direction that its qualifiers give, as the mapping table names it."""
    predicate = str(row["predicate"])
    relation = predicate if ":" in predicate else f"biolink:{predicate}"
    direction = _one(row.get("object_direction_qualifier"))
    if direction and relation in _DIRECTED:
        plain = _one(row.get("qualified_predicate")) in _CAUSES
        if not plain or row.get("subject_direction_qualifier"):
            intake.notes.add("direction left open: qualifiers on the subject's side", relation, place)
        else:
            relation += f" {direction}"
    return relation
