"""KGX, nodes and edges, as TSV or JSON Lines (``.gz`` too): Biolink's graphs.

Predicates and qualifiers map through ``terms/relations.tsv``. A direction counts where Biolink's reading is
plain: ``affects`` or ``regulates``, qualified by ``causes`` or nothing, no direction on the subject's side.
Wherever else a direction is qualified, and where a gene causes a disease, which its variants do, the sign
is unknown, and noted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mscgraph.large.directory import Statement
from mscgraph.large.directory.record_rows import node_row
from mscgraph.large.directory.staging import NOT_PROVIDED
from mscgraph.large.importers.intake import PAPER
from mscgraph.large.importers.lines import has_value
from mscgraph.large.importers.raw_records import PLAIN, KeptColumns, RawRecords, first
from mscgraph.model import Entity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from mscgraph.large.directory.staging import Staging
    from mscgraph.large.importers.intake import Intake
    from mscgraph.large.importers.lines import Row


_SAME = ("xref", "same_as", "equivalent_identifiers")
_SAID = (
    "predicate", "qualified_predicate", "object_aspect_qualifier", "object_direction_qualifier",
    "subject_aspect_qualifier", "subject_direction_qualifier", "negated", "primary_knowledge_source",
    "knowledge_source", "knowledge_level", "agent_type",
)  # fmt: skip
_NODES = KeptColumns(
    ("id", "name", "category", "description", "synonym", "in_taxon", *_SAME), needed=("id",)
)
_EDGES = KeptColumns(
    ("id", "subject", "object", "publications", "category", *_SAID),
    needed=("subject", "predicate", "object"),
)
_NOTHING = ("",) * 6
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
_LOCAL = "[!-.0-9;-~]*[0-9][!-9;-~]*"  # of a CURIE that is taken as it stands: no second colon, no "//"
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


def read(files: Sequence[Path], intake: Intake) -> Callable[[Staging], None]:
    """What stages the nodes, then the edges: Python sees each distinct value of an edge once."""

    def stage(staging: Staging) -> None:
        nodes = RawRecords(staging, files[0], _NODES, intake, number=0)
        entities = (node_row(_entity(row, intake), intake.given_source) for row in nodes.rows())
        staging.add_rows("nodes", entities)
        staging.run("DROP TABLE raw")
        _stage_edges(RawRecords(staging, files[1], _EDGES, intake, number=1), staging, intake)
        staging.run("DROP TABLE raw")

    return stage


def _stage_edges(edges: RawRecords, staging: Staging, intake: Intake) -> None:
    """Put the statements of edges into ``said``."""
    known = f"({'|'.join(map(re.escape, intake.prefixes))}):{_LOCAL}"

    def curie(row: Row) -> str:
        (end,) = row
        return intake.curie(_one(row, end, intake), row.place)

    edges.replace("subject", known, curie)
    edges.replace("object", known, curie)
    in_disease = " AND ".join(
        f"split_part({end}, ':', 1) IN {tuple(sorted(prefixes))}"
        for end, prefixes in (("subject", _GENES), ("object", _DISEASES))
    )
    staging.run("ALTER TABLE raw ADD COLUMN in_disease VARCHAR")
    staging.run(
        f"UPDATE raw SET in_disease = 'true' WHERE {in_disease} AND regexp_matches(predicate, $1)",
        ["|".join(name.removeprefix("biolink:") for name in _CAUSE_DISEASE)],
    )
    said = [*(name for name in _SAID if name in edges.names), "in_disease"]
    fields = [*Statement._fields[1:2], *Statement._fields[3:8]]
    columns = dict.fromkeys((*said, *(f"our_{name}" for name in fields)), "VARCHAR")
    staging.make(
        "meanings", columns, ((*cells, *_said(row, intake)) for cells, row in edges.distinct(said))
    )
    same = " AND ".join(f"raw.{name} IS NOT DISTINCT FROM meanings.{name}" for name in said)
    if staging.number("SELECT count(*) FROM meanings WHERE our_predicate = ''"):
        staging.run(f"DELETE FROM raw USING meanings WHERE our_predicate = '' AND {same}")
    record = papers = "NULL"
    if "id" in edges.names:
        record = edges.replace("id", PLAIN, lambda row: _one(row, "id", intake))
    if "publications" in edges.names:
        papers = edges.replace(
            "publications", rf"{PAPER}(\|{PAPER})*", lambda row: "|".join(_papers(row, intake))
        )
    ours = ", ".join(f"our_{name} AS {name}" for name in fields)
    staging.run(
        f"INSERT INTO said BY NAME SELECT subject, object, {ours}, coalesce({record}, '') AS record, "
        f"list_sort(list_distinct(coalesce(string_split({papers}, '|'), []))) AS publications "
        f"FROM raw JOIN meanings ON {same}"
    )


def _parts(value: Any) -> list[Any]:
    """The parts of a multivalued slot, a JSON list or in TSV texts joined by ``|``, as they stand."""
    if isinstance(value, str):
        return [part for part in value.split("|") if part.strip()]
    return value if isinstance(value, list) else [value]


def _many(value: Any) -> list[str]:
    return [str(part).strip() for part in _parts(value) if has_value(part)]


def _one(row: Row, column: str, intake: Intake) -> str:
    value = first(row.get(column))
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
        intake.value(first(row.get(column)), column, row.place)
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


def _papers(row: Row, intake: Intake) -> tuple[str, ...]:
    cited = row["publications"]
    return intake.papers(_parts(cited), row.place) if cited else ()


def _said(row: Row, intake: Intake) -> tuple[str, ...]:
    """What an edge says apart from its ends, record and papers, in the order of a statement; or nothing."""
    relation, unsigned = _relation(row, intake)
    negated = _one(row, "negated", intake).lower()
    if negated not in _FALSE:
        if negated not in _TRUE:
            intake.notes.add("statement left out: negated or not?", negated, row.place)
            return _NOTHING
        relation += " negated"
        if not intake.knows("biolink", relation):
            intake.notes.add("negated statement left out", relation, row.place)
            return _NOTHING
    is_directed = relation.split()[0] in _DIRECTED
    aspect = _one(row, "object_aspect_qualifier", intake) if is_directed else ""
    mapped = intake.relation("biolink", relation, row.place, aspect=aspect)
    if relation in _CAUSE_DISEASE and row["in_disease"]:
        why = "sign left open: variants of the gene cause the disease"
        intake.notes.add(why, relation, row.place)
        unsigned = True
    source, also, level, agent = (_one(row, column, intake) for column in _SAID[-4:])
    return (
        *(intake.unsigned(mapped) if unsigned else mapped),
        source or also or intake.source,
        level or NOT_PROVIDED,
        agent or NOT_PROVIDED,
        f"{relation} {aspect}".rstrip(),
    )


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
