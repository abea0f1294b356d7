"""KGX, nodes and edges, as TSV or JSON Lines (``.gz`` too): Biolink's graphs.

Predicates and qualifiers map through ``terms/relations.tsv``. A direction counts where Biolink's reading is
plain: ``affects`` or ``regulates``, qualified by ``causes`` or nothing, no direction on the subject's side.
Wherever else a direction is qualified, and where a gene causes a disease, which its variants do, the sign
is unknown, and noted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError
from mscgraph.large.directory import Statement
from mscgraph.large.importers.intake import NOT_PROVIDED, Intake
from mscgraph.large.importers.lines import has_value, json_lines, table_rows
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
_TRUE = frozenset({"true", "t", "1", "1.0", "yes", "y", "on"})
_FALSE = frozenset({"", "false", "f", "0", "0.0", "no", "n", "off"})
_CAUSE_DISEASE = frozenset(
    {"biolink:causes", "biolink:contributes_to", "biolink:predisposes_to_condition"}
)
_GENES = frozenset({"ENSEMBL", "HGNC", "MGI", "NCBIGene", "RGD", "UniProtKB", "ZFIN"})
_DISEASES = frozenset(
    {"DOID", "EFO", "HP", "MEDGEN", "MESH", "MONDO", "NCIT", "OMIM", "ORPHANET", "UMLS"}
)
# Biolink's classes from which others descend say less than those
_MIXINS = frozenset(
    (
        "BiologicalEntity", "BiologicalProcessOrActivity", "ChemicalEntityOrGeneOrGeneProduct",
        "ChemicalEntityOrProteinOrPolypeptide", "ChemicalOrDrugOrTreatment", "DiseaseOrPhenotypicFeature",
        "Entity", "EpigenomicEntity", "GeneOrGeneProduct", "GeneProductMixin", "GenomicEntity",
        "MacromolecularMachineMixin", "NamedThing", "Occurrent", "OntologyClass", "OrganismalEntity",
        "PhysicalEntity", "PhysicalEssence", "PhysicalEssenceOrOccurrent", "SubjectOfInvestigation",
        "ThingWithTaxon",
    )
)  # fmt: skip
_GENERAL = frozenset({"AnatomicalEntity", "ChemicalEntity", "MolecularEntity", "Polypeptide"})


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
            if row.get(column) in (None, ""):
                raise DataError("it is empty or missing", file=str(path), line=line, column=column)
        place = f"{path.name}:{line}"
        if intake.has_all({column: _first(row[column]) for column in needed}, place):
            yield line, row


def _many(value: Any) -> list[str]:
    """A multivalued slot: a JSON list, or texts joined by ``|`` in TSV. Never asked of names and texts."""
    return [str(part).strip() for part in _parts(value) if has_value(part)]


def _first(value: Any) -> Any:
    return (value[0] if value else "") if isinstance(value, list) else value


def _one(value: Any) -> str:
    value = _first(value)
    return " ".join(str(value).split()) if has_value(value) else ""


def _category(names: list[str]) -> str:
    """The most specific of Biolink's categories, whose lists have no order.

    >>> _category(["biolink:NamedThing", "biolink:Gene", "biolink:GeneOrGeneProduct"])
    'Gene'
    """
    known = sorted({name.removeprefix("biolink:") for name in names})
    return min(known, key=lambda name: (name in _MIXINS, name in _GENERAL, name), default="NamedThing")


def _entity(row: dict[str, Any], path: Path, line: int, intake: Intake) -> Entity:
    place = f"{path.name}:{line}"
    identifier = intake.curie(str(row["id"]), place)
    for column in ("name", "description", "category"):
        intake.value(_first(row.get(column)), column, place)  # a note, where that is no value
    same = [i for column in _SAME for i in _parts(row.get(column))]
    taxa = _many(row.get("in_taxon"))
    return Entity(
        id=identifier,
        name=_one(row.get("name")) or identifier,
        category=_category(_many(row.get("category"))),
        synonyms=tuple(sorted({" ".join(s.split()) for s in _many(row.get("synonym"))})),
        xrefs=tuple(x for x in intake.identifiers(same, place) if x != identifier),
        taxon=intake.curie(taxa[0], place) if taxa else "",
        definition=_one(row.get("description")),
    )


def _statement(row: dict[str, Any], path: Path, line: int, intake: Intake) -> Statement | None:
    place = f"{path.name}:{line}"
    relation, is_open = _relation(row, place, intake)
    negated = _one(row.get("negated")).lower()
    if negated not in _FALSE:
        if negated not in _TRUE:
            intake.notes.add("statement left out: negated or not?", negated, place)
            return None
        relation += " negated"
        if not intake.knows("biolink", relation):
            intake.notes.add("negated statement left out", relation, place)
            return None
    aspect = _one(row.get("object_aspect_qualifier")) if relation.split()[0] in _DIRECTED else ""
    mapped = intake.relation("biolink", relation, place, aspect=aspect)
    subject, object_ = (intake.curie(_one(row[end]), place) for end in ("subject", "object"))
    if relation in _CAUSE_DISEASE and _is_gene_to_disease(subject, object_):
        intake.notes.add("sign left open: variants of the gene cause the disease", relation, place)
        is_open = True
    if is_open:
        mapped = intake.unsigned(mapped)
    source = _one(row.get("primary_knowledge_source")) or _one(row.get("knowledge_source"))
    return Statement(
        subject=subject,
        predicate=mapped.predicate,
        object=object_,
        aspect=mapped.aspect,
        primary_knowledge_source=source or intake.source,
        knowledge_level=_one(row.get("knowledge_level")) or NOT_PROVIDED,
        agent_type=_one(row.get("agent_type")) or NOT_PROVIDED,
        relation=f"{relation} {aspect}".rstrip(),
        record=_one(row.get("id")),
        publications=intake.papers(_parts(row.get("publications")), place),
    )


def _parts(value: Any) -> list[Any]:
    """The parts of a multivalued slot as they stand, also those that say there is no value."""
    if isinstance(value, str):
        return [part for part in value.split("|") if part.strip()]
    return value if isinstance(value, list) else [value]


def _is_gene_to_disease(subject: str, object_: str) -> bool:
    return subject.partition(":")[0] in _GENES and object_.partition(":")[0] in _DISEASES


def _relation(row: dict[str, Any], place: str, intake: Intake) -> tuple[str, bool]:
    """The predicate with the direction that its qualifiers give, and whether they leave the sign open."""
    predicate = _one(row["predicate"])
    relation = predicate if ":" in predicate else f"biolink:{predicate}"
    directions = sorted(set(_many(row.get("object_direction_qualifier"))))
    ahead = _many(row.get("subject_direction_qualifier"))
    if not directions and not ahead:
        return relation, False
    if relation not in _DIRECTED:
        why = "a direction qualifies a predicate that has its own"
    elif ahead or _one(row.get("qualified_predicate")) not in _CAUSES:
        why = "qualifiers on the subject's side"
    elif len(directions) > 1:
        why = "qualified by several directions"
    else:
        return f"{relation} {directions[0]}", False
    intake.notes.add(f"direction left open: {why}", relation, place)
    return relation, True
