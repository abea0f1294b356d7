"""Sources that are tables: SIGNOR and OmniPath, a relation a row; SIF; and SSSOM, a mapping a row.

What a sign word means stands in ``terms/relations.tsv``; here stands what a column means. A direction that
OmniPath's resources dispute is no direction; they stand in ``record``. SIF names no source and no papers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.large.directory import Statement
from mscgraph.large.directory.staging import NOT_PROVIDED
from mscgraph.large.importers.intake import Mapped
from mscgraph.large.importers.lines import Row, has_value, read_lines, table_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mscgraph.large.importers.intake import Intake
    from mscgraph.model import Entity


_SIGNOR = (
    "ENTITYA", "TYPEA", "IDA", "DATABASEA", "ENTITYB", "TYPEB", "IDB", "DATABASEB", "EFFECT", "PMID",
)  # fmt: skip
SIGNOR_KINDS = {
    "chemical": "ChemicalEntity",
    "complex": "MacromolecularComplex",
    "mirna": "MicroRNA",
    "phenotype": "PhenotypicFeature",
    "protein": "Protein",
    "proteinfamily": "ProteinFamily",
    "smallmolecule": "ChemicalEntity",
    "stimulus": "ExposureEvent",
}
_OMNIPATH = ("source", "target", "is_directed", "is_stimulation", "is_inhibition")
OMNIPATH_KINDS = {  # the prefix of ids that have none, and the category
    "protein": ("UniProtKB", "Protein"),
    "mirna": ("MIRBASE", "MicroRNA"),
    "small_molecule": ("PUBCHEM.COMPOUND", "ChemicalEntity"),
    "drug": ("PUBCHEM.COMPOUND", "ChemicalEntity"),
    "complex": ("", "MacromolecularComplex"),
    "lncrna": ("", "RNAProduct"),
}
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_SIF_HEADERS = ("interaction", "interaction type", "relation", "relationship", "sign", "effect")
_SIF_SIGNS = {"1": "increases", "+1": "increases", "+": "increases", "-1": "decreases"}  # CARNIVAL's
_SSSOM = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_SAME = ("skos:exactMatch", "owl:equivalentClass", "owl:sameAs")
_SURE = 0.8


def read_signor(files: Sequence[Path], intake: Intake) -> Iterator[Entity | Statement]:
    """SIGNOR's causal relations, as its download page gives them."""
    for row in table_rows(files[0], _SIGNOR, intake.progress):
        ends = [_signor_entity(row, side, intake) for side in "AB"]
        row.need("EFFECT")
        effect, mechanism = row["EFFECT"].strip(), intake.value(row.get("MECHANISM"), "", row.place)
        yield from intake.first(*ends)
        yield Statement(
            *intake.ends("signor", effect, *ends, place=row.place),
            "infores:signor",
            knowledge_level="knowledge_assertion",
            agent_type="manual_agent",
            relation=f"{effect} by {mechanism}" if mechanism else effect,
            record=intake.value(row.get("SIGNOR_ID"), "SIGNOR_ID", row.place),
            publications=intake.papers([row["PMID"]], row.place),
        )


def _signor_entity(row: Row, side: str, intake: Intake) -> Entity:
    name, identifier, database = (
        intake.value(row[f"{column}{side}"], column, row.place)
        for column in ("ENTITY", "ID", "DATABASE")
    )
    identifier = identifier.removeprefix("CID:").strip()
    given = f"{database}:{identifier}" if identifier and database else ""
    if not (given or name):
        raise row.fault("it is empty", f"ENTITY{side}")
    found = intake.curie(given, row.place) if given else intake.named(name, row.place)
    return intake.entity(found, name, SIGNOR_KINDS.get(row[f"TYPE{side}"].strip(), ""))


def read_omnipath(files: Sequence[Path], intake: Intake) -> Iterator[Entity | Statement]:
    """OmniPath's interactions, as its web service gives them."""
    for row in table_rows(files[0], _OMNIPATH, intake.progress):
        ends = [_omnipath_entity(row, side, intake) for side in _OMNIPATH[:2]]
        yield from intake.first(*ends)
        relation = _omnipath_relation(row)
        typed = f"{relation} {row.get('type', '').strip()}".strip()
        known = typed if intake.knows("omnipath", typed) else relation
        references = [part.strip() for part in row.get("references", "").split(";")]
        papers = intake.papers(map(_without_resource, references), row.place)
        yield Statement(
            *intake.ends("omnipath", known, *ends, place=row.place),
            "infores:omnipath",
            knowledge_level="knowledge_assertion" if papers else NOT_PROVIDED,
            relation=typed,
            record=intake.value(row.get("sources", ""), "sources", row.place),
            publications=papers,
        )


def _omnipath_entity(row: Row, side: str, intake: Intake) -> Entity:
    identifier = intake.value(row[side], side, row.place)
    if not identifier:
        raise row.fault("it is empty", side)
    name = intake.value(row.get(f"{side}_genesymbol", ""), "name", row.place) or identifier
    kind = row.get(f"entity_type_{side}", "").strip() or "protein"
    prefix, category = OMNIPATH_KINDS.get(kind, ("", ""))
    given = f"{prefix}:{identifier}" if prefix and ":" not in identifier else identifier
    return intake.entity(intake.curie(given, row.place), name, category)


def _omnipath_relation(row: Row) -> str:
    for column in _OMNIPATH[2:]:
        if row[column].strip().lower() not in _FLAGS:
            raise row.fault(f"{row[column]!r} is neither True nor False", column)
    directed, *signed = (_FLAGS[row[column].strip().lower()] for column in _OMNIPATH[2:])
    signs = [w for w, is_so in zip(("stimulation", "inhibition"), signed, strict=True) if is_so]
    return " and ".join(signs) or ("directed" if directed else "undirected")


def _without_resource(paper: str) -> str:
    """A paper of ``SIGNOR:10704462;KEGG:;…`` without its resource, which may name none."""
    return paper if paper.startswith("http") or ":" not in paper else paper.partition(":")[2]


def read_sif(files: Sequence[Path], intake: Intake) -> Iterator[Entity | Statement]:
    """SIF: subject, relation and objects a line, by tabs or else by spaces; names or CURIEs."""
    ids: dict[str, str] = {}
    for number, line in read_lines(files[0], intake.progress):
        row = Row(files[0], number, {})
        cells = [cell.strip() for cell in (line.rstrip().split("\t") if "\t" in line else line.split())]
        if not any(cells):
            continue
        if len(cells) == 2:  # noqa: PLR2004 - neither an entity nor a relation
            raise row.fault("2 cells: a line is one entity, or subject, relation and objects")
        if number == 1 and cells[1:2] and cells[1].lower() in _SIF_HEADERS:
            intake.notes.add("header left out", " ".join(cells), row.place)
            continue
        if not intake.has_all(dict(enumerate(cells)), row.place):
            continue
        if len(cells) == 1:
            intake.notes.add("entity without a relation", cells[0], row.place)
        for name in (cells[0], *cells[2:]):
            if name not in ids:
                said = intake.line(name, "name", row.place)
                ids[name] = intake.meant(said, row.place)
                yield intake.entity(ids[name], said)
        for name in cells[2:]:
            predicate, aspect = _sif_relation(cells[1], row.place, intake)
            ends = ids[cells[0]], predicate, ids[name], aspect
            yield Statement(*ends, intake.source, relation=cells[1])


def _sif_relation(relation: str, place: str, intake: Intake) -> Mapped:
    """One of ours with its aspect, as our own export writes it; a sign; or one of the mapping table."""
    predicate, bar, rest = relation.partition("|")
    aspect = rest.partition("|")[0]
    if bar and predicate in intake.base.predicates and aspect in intake.base.aspects:
        return Mapped(predicate, aspect)
    if relation in _SIF_SIGNS and not intake.knows("sif", relation):
        return Mapped(_SIF_SIGNS[relation], "activity_or_abundance")
    return intake.relation("sif", relation, place)


def read_sssom(files: Sequence[Path], intake: Intake) -> Iterator[Entity]:
    """SSSOM: mappings that say "the same" become cross-references, by which graphs meet in a merge.

    Broader, narrower and related matches are no identity, nor is a mapping that is negated, or of a
    confidence below 0.8: they are noted.
    """
    for row in table_rows(files[0], _SSSOM, intake.progress, comment="#"):
        row.need(*_SSSOM)
        if not intake.has_all({column: row[column] for column in _SSSOM}, row.place):
            continue
        relation = f"{row.get('predicate_modifier', '')} {row['predicate_id']}".strip()
        if relation not in _SAME:
            intake.notes.add("mapping that is no identity", relation, row.place)
        elif not _is_sure(row.get("confidence", "")):
            intake.notes.add("mapping of low confidence", row["confidence"].strip(), row.place)
        else:
            subject = intake.curie(row["subject_id"], row.place)
            label = intake.value(row.get("subject_label"), "subject_label", row.place)
            same = intake.identifiers([row["object_id"]], row.place)
            yield intake.entity(subject, label, xrefs=same)


def _is_sure(confidence: str) -> bool:
    """Whether a mapping is surer than not; one that gives no confidence is held for sure."""
    try:
        return not has_value(confidence) or _SURE <= float(confidence) <= 1
    except ValueError:
        return False
