"""KGX, nodes and edges, as TSV, JSON Lines (``.gz`` too) or Parquet: Biolink's graphs.

Predicates and qualifiers map through ``terms/relations.tsv``. A direction counts where Biolink's reading is
plain: ``affects`` or ``regulates``, qualified by ``causes`` or nothing, no direction on the subject's side.
Wherever else a direction is qualified, and where a gene causes a disease, which its variants do, the sign
is unknown, and noted.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from mscgraph.large.directory import Statement
from mscgraph.large.directory.database import quoted
from mscgraph.large.directory.node_keys import add_nodes
from mscgraph.large.directory.staging import NOT_PROVIDED
from mscgraph.large.importers.intake import PAPER
from mscgraph.large.importers.lines import has_value
from mscgraph.large.importers.raw_records import MARK, KeptColumns, RawRecords, first, says

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
    """What stages the nodes, then the edges: Python sees each distinct value once."""

    def stage(staging: Staging) -> None:
        for number, (columns, put) in enumerate(((_NODES, _stage_nodes), (_EDGES, _stage_edges))):
            put(RawRecords(staging, files[number], columns, intake, number=number), staging, intake)
            staging.run("DROP TABLE raw")

    return stage


def _stage_nodes(nodes: RawRecords, staging: Staging, intake: Intake) -> None:
    """Put the entities into ``nodes``, in their order."""

    def text(row: Row) -> str:
        ((name, cell),) = row.items()
        return intake.value(first(cell), name, row.place)

    def category(row: Row) -> str:
        text(row)
        return _category(_many(row["category"]))

    def taxon(row: Row) -> str:
        taxa = _many(row["in_taxon"])
        return intake.curie(taxa[0], row.place) if taxa else ""

    def synonyms(row: Row) -> str:
        found = {intake.line(text, "synonym", row.place) for text in _many(row["synonym"])}
        return json.dumps(sorted(found))

    def identifiers(row: Row) -> str:
        (cell,) = row.values()
        return json.dumps(intake.identifiers(_parts(cell), row.place))

    nodes.replace("id", is_known("id", intake), lambda row: intake.curie(str(row["id"]), row.place))
    same = " || ".join(_listed(nodes.replace(name, "false", identifiers)) for name in _SAME)
    known = {
        **dict.fromkeys(("role", "label", "more_is"), "''"),
        **dict.fromkeys(("parents", "part_of", "derives_from"), "[]"),
        "name": f"coalesce(nullif({nodes.replace('name', says('name'), text)}, ''), id)",
        "category": f"coalesce({nodes.replace('category', 'false', category)}, 'NamedThing')",
        "definition": f"coalesce({nodes.replace('description', says('description'), text)}, '')",
        "taxon": f"coalesce({nodes.replace('in_taxon', is_known('in_taxon', intake), taxon)}, '')",
        "synonyms": _listed(nodes.replace("synonym", "false", synonyms)),
        "xrefs": f"list_filter(list_sort(list_distinct({same})), lambda x: x <> id)",
    }
    values = ", ".join(f"{value} AS {name}" for name, value in known.items())
    staging.run(f"CREATE TABLE entities AS SELECT {nodes.line} AS line, id, {values} FROM raw")
    add_nodes(staging, intake.given_source)


def is_known(name: str, intake: Intake) -> str:
    """The SQL that is true of a CURIE which is taken as it stands: no second colon, no ``//``."""
    prefixes = "|".join(map(re.escape, intake.prefixes))
    return f"regexp_full_match({name}, '({prefixes}):[!-.0-9;-~]*[0-9][!-9;-~]*')"


def _listed(cell: str) -> str:
    return f"""coalesce(from_json({cell}, '["VARCHAR"]'), [])"""


def _stage_edges(edges: RawRecords, staging: Staging, intake: Intake) -> None:
    """Put the statements of edges into ``said``."""

    def text(row: Row) -> str:
        (name,) = row
        return _one(row, name, intake)

    def papers(row: Row) -> str:
        cited = row["publications"]
        return "|".join(intake.papers(_parts(cited), row.place)) if cited else ""

    for end in ("subject", "object"):
        edges.replace(end, is_known(end, intake), lambda row: intake.curie(text(row), row.place))
    in_disease = " AND ".join(
        f"split_part({end}, ':', 1) IN {tuple(sorted(prefixes))}"
        for end, prefixes in (("subject", _GENES), ("object", _DISEASES))
    )
    staging.run("ALTER TABLE raw ADD COLUMN in_disease VARCHAR")
    causes = quoted("|".join(name.removeprefix("biolink:") for name in _CAUSE_DISEASE))
    staging.run(
        "UPDATE raw SET in_disease = 'true' WHERE predicate IN (SELECT predicate FROM (SELECT DISTINCT "
        f"predicate FROM raw) WHERE regexp_matches(predicate, {causes})) AND {in_disease}"
    )
    said = [*(name for name in _SAID if name in edges.names), "in_disease"]
    fields = [*Statement._fields[1:2], *Statement._fields[3:8]]
    columns = dict.fromkeys((*said, *(f"our_{name}" for name in fields)), "VARCHAR")
    meanings = ((*cells, *_said(row, intake)) for cells, row in edges.distinct(said))
    staging.make("meanings", columns, meanings)
    same = " AND ".join(f"raw.{name} IS NOT DISTINCT FROM meanings.{name}" for name in said)
    if staging.number("SELECT count(*) FROM meanings WHERE our_predicate = ''"):
        staging.run(f"DELETE FROM raw USING meanings WHERE our_predicate = '' AND {same}")
    are_papers = f"regexp_full_match(publications, '{PAPER}(\\|{PAPER})*')"
    paper = f'"{PAPER}"'
    listed = f"regexp_full_match(publications, {quoted(MARK)} || '\\[{paper}(,{paper})*\\]')"
    are_papers += f" OR {listed} AND NOT contains(publications, '\\')"
    record = edges.replace("id", says("id"), text)
    cited = edges.replace("publications", are_papers, papers)
    if cited in edges.names:  # a list of papers stands as a text with bars between does
        bars = f"""replace({cited}[4:-3], '","', '|')"""
        cited = f"if(starts_with({cited}, {quoted(MARK)}), {bars}, {cited})"
    ours = ", ".join(f"our_{name} AS {name}" for name in fields)
    staging.run(
        f"INSERT INTO said BY NAME SELECT subject, object, {ours}, "
        f"coalesce({record}, '') AS record, coalesce(papers(string_split("
        f"nullif({cited}, ''), '|')), []) AS publications "
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
