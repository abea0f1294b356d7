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
from mscgraph.large.directory.staging import NOT_PROVIDED
from mscgraph.large.importers.lines import Row, has_value, json_lines, table_rows
from mscgraph.model import Entity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mscgraph.large.importers.intake import Intake


_NODE = ("id", "name", "category", "description", "synonym", "in_taxon")
_SAME = ("xref", "same_as", "equivalent_identifiers")
_SAID = (
    "predicate", "qualified_predicate", "object_aspect_qualifier", "object_direction_qualifier",
    "subject_aspect_qualifier", "subject_direction_qualifier", "negated", "primary_knowledge_source",
    "knowledge_source", "knowledge_level", "agent_type",
)  # fmt: skip
_EDGE = ("id", "subject", "object", "publications", "category", *_SAID)
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
    for row in _records(nodes, ("id",), (*_NODE, *_SAME), intake):
        yield _entity(row, intake)
    for row in _records(edges, ("subject", "predicate", "object"), _EDGE, intake):
        statement = _statement(row, intake)
        if statement is not None:
            yield statement


def _records(path: Path, needed: Sequence[str], kept: Sequence[str], intake: Intake) -> Iterator[Row]:
    """The records of a file; columns that are not kept are noted, missing values are faults."""
    suffixes = [suffix for suffix in path.suffixes if suffix != ".gz"]
    kind = suffixes[-1] if suffixes else ""
    if kind not in {".jsonl", ".tsv"}:
        raise DataError(
            f"unknown suffix {kind!r}; KGX comes as .tsv or .jsonl, each also as .gz", file=str(path)
        )
    lines = kind == ".jsonl"
    known = set(kept)
    for row in (
        json_lines(path, intake.progress) if lines else table_rows(path, needed, intake.progress)
    ):
        if not row.keys() <= known:
            for column in sorted(row.keys() - known):
                intake.notes.add("column not kept", column, row.place)
            known |= row.keys()
        for column in needed:
            if row.get(column) in (None, ""):
                raise row.fault("it is empty or missing", column)
        cells = tuple(_first(row[column]) for column in needed)
        if all(map(has_value, cells)) or intake.has_all(
            dict(zip(needed, cells, strict=True)), row.place
        ):
            yield row


def _parts(value: Any) -> list[Any]:
    """The parts of a multivalued slot, a JSON list or in TSV texts joined by ``|``, as they stand."""
    if isinstance(value, str):
        return [part for part in value.split("|") if part.strip()]
    return value if isinstance(value, list) else [value]


def _many(value: Any) -> list[str]:
    return [str(part).strip() for part in _parts(value) if has_value(part)]


def _first(value: Any) -> Any:
    return (value[0] if value else "") if isinstance(value, list) else value


def _one(row: Row, column: str, intake: Intake) -> str:
    value = _first(row.get(column))
    return intake.line(str(value), column, row.place) if has_value(value) else ""


def _category(names: list[str]) -> str:
    """The most specific of Biolink's categories, whose lists have no order.

    >>> _category(["biolink:NamedThing", "biolink:Gene", "biolink:GeneOrGeneProduct"])
    'Gene'
    """
    known = sorted({name.removeprefix("biolink:") for name in names})
    return min(known, key=lambda name: (name in _MIXINS, name in _GENERAL, name), default="NamedThing")


def _entity(row: Row, intake: Intake) -> Entity:
    identifier = intake.curie(str(row["id"]), row.place)
    name, definition, _ = (
        intake.value(_first(row.get(column)), column, row.place)
        for column in ("name", "description", "category")
    )
    same = [i for column in _SAME for i in _parts(row.get(column))]
    taxa = _many(row.get("in_taxon"))
    synonyms = {intake.line(text, "synonym", row.place) for text in _many(row.get("synonym"))}
    return Entity(
        id=identifier,
        name=name or identifier,
        category=_category(_many(row.get("category"))),
        synonyms=tuple(sorted(synonyms)),
        xrefs=tuple(x for x in intake.identifiers(same, row.place) if x != identifier),
        taxon=intake.curie(taxa[0], row.place) if taxa else "",
        definition=definition,
    )


def _statement(row: Row, intake: Intake) -> Statement | None:
    subject, object_ = (_end(row, end, intake) for end in ("subject", "object"))
    in_disease = _is_gene_to_disease(subject, object_)
    key = (in_disease, *map(row.get, _SAID))
    if (said := intake.repeated(key, lambda: _said(row, intake, in_disease=in_disease))) is None:
        return None
    predicate, aspect, stated = said
    cited = row.get("publications")
    return Statement(
        subject,
        predicate,
        object_,
        aspect,
        **stated,
        record=_one(row, "id", intake),
        publications=intake.papers(_parts(cited), row.place) if cited else (),
    )


def _end(row: Row, end: str, intake: Intake) -> str:
    return intake.repeated(("end", row[end]), lambda: intake.curie(_one(row, end, intake), row.place))


def _said(row: Row, intake: Intake, *, in_disease: bool) -> tuple[str, str, dict[str, str]] | None:
    """What an edge says apart from its ends, record and papers; ``in_disease``: from a gene to one."""
    relation, unsigned = _relation(row, intake)
    negated = _one(row, "negated", intake).lower()
    if negated not in _FALSE:
        if negated not in _TRUE:
            intake.notes.add("statement left out: negated or not?", negated, row.place)
            return None
        relation += " negated"
        if not intake.knows("biolink", relation):
            intake.notes.add("negated statement left out", relation, row.place)
            return None
    is_directed = relation.split()[0] in _DIRECTED
    aspect = _one(row, "object_aspect_qualifier", intake) if is_directed else ""
    mapped = intake.relation("biolink", relation, row.place, aspect=aspect)
    if relation in _CAUSE_DISEASE and in_disease:
        why = "sign left open: variants of the gene cause the disease"
        intake.notes.add(why, relation, row.place)
        unsigned = True
    source, also, level, agent = (_one(row, column, intake) for column in _SAID[-4:])
    stated = {
        "primary_knowledge_source": source or also or intake.source,
        "knowledge_level": level or NOT_PROVIDED,
        "agent_type": agent or NOT_PROVIDED,
        "relation": f"{relation} {aspect}".rstrip(),
    }
    return *(intake.unsigned(mapped) if unsigned else mapped), stated


def _is_gene_to_disease(subject: str, object_: str) -> bool:
    return subject.partition(":")[0] in _GENES and object_.partition(":")[0] in _DISEASES


def _relation(row: Row, intake: Intake) -> tuple[str, bool]:
    """The predicate with the direction that its qualifiers give, and whether they leave the sign open."""
    predicate = _one(row, "predicate", intake)
    relation = predicate if ":" in predicate else f"biolink:{predicate}"
    directions = sorted(set(_many(row.get("object_direction_qualifier"))))
    ahead = _many(row.get("subject_direction_qualifier"))
    if not directions and not ahead:
        return relation, False
    if relation not in _DIRECTED:
        why = "a direction qualifies a predicate that has its own"
    elif ahead or _one(row, "qualified_predicate", intake) not in _CAUSES:
        why = "qualifiers on the subject's side"
    elif len(directions) > 1:
        why = "qualified by several directions"
    else:
        return f"{relation} {directions[0]}", False
    intake.notes.add(f"direction left open: {why}", relation, row.place)
    return relation, True
