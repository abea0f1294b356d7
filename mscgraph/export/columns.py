"""The four tables that csv, tsv, parquet and xlsx write: their columns, in one order, each described.

A column is named like the field it holds. What is worked out rather than curated (names beside CURIEs,
signs, grades, counts) is marked ``derived``, and is not read back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mscgraph.export.part import entities_of, findings_of, publications_of
from mscgraph.model import association_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mscgraph.graph import KnowledgeGraph

__all__ = ["TABLES", "Column", "Table"]


class Column(NamedTuple):
    """One column: its name, type, meaning, and its value for a record of a graph.

    ``type`` is ``text``, ``list`` (of texts), ``flag``, ``whole number`` or ``number``.
    """

    name: str
    type: str
    description: str
    value: Callable[[KnowledgeGraph, Any], object]
    derived: bool = False


class Table(NamedTuple):
    """One table: its name, what a row is, its columns, and the records of a graph that are its rows."""

    name: str
    description: str
    columns: tuple[Column, ...]
    records: Callable[[KnowledgeGraph], Iterable[Any]]

    def rows(self, kg: KnowledgeGraph) -> list[list[Any]]:
        """The rows of a graph, by id; lists as lists, what is unknown as None."""
        return [[column.value(kg, record) for column in self.columns] for record in self.records(kg)]


def _field(name: str, description: str, kind: str = "text") -> Column:
    def value(_: KnowledgeGraph, record: Any) -> object:
        found = getattr(record, name)
        return list(found) if isinstance(found, tuple) else found

    return Column(name, kind, description, value)


def _derived(
    name: str, kind: str, description: str, value: Callable[[KnowledgeGraph, Any], object]
) -> Column:
    return Column(name, kind, description, value, derived=True)


_FINDINGS = (
    _field("id", "Stable id of the finding."),
    _derived(
        "association",
        "text",
        "Id of the association that it reports on.",
        lambda _, f: association_id(*f.key),
    ),
    _field("subject", "CURIE of what acts."),
    _derived("subject_name", "text", "What papers call the subject.", lambda kg, f: kg.name(f.subject)),
    _field("predicate", "The relation, a word of the sign lexicon."),
    _field("object", "CURIE of what is acted on."),
    _derived("object_name", "text", "What papers call the object.", lambda kg, f: kg.name(f.object)),
    _field("aspect", "What of the object changes."),
    _derived(
        "counts",
        "flag",
        "Whether it may support or dispute: not if retracted or a direction without significance.",
        lambda kg, f: kg.counts(f),
    ),
    _field("in_cell", "CURIE of the cell in which the object was measured."),
    _field("readout", "Whether the object was only measured, as a marker.", "flag"),
    _field("via", "CURIEs of what the source shows to stand between.", "list"),
    _field("directness", "Whether the subject acts on the object itself: direct, indirect or unknown."),
    _field("publication", "Id of the paper that reports it."),
    _field("locator", "Where in the paper: abstract, table, figure."),
    _field("anchor", "Fingerprint of the sentence that it rests on."),
    _field("study_design", "How the study was made."),
    _field("evidence_type", "ECO term of the evidence."),
    _field("taxon", "Species of the subject, NCBITaxon."),
    _field("host_taxon", "Species of the recipient, NCBITaxon."),
    _field("system", "Culture, animal model or patient group."),
    _field("msc_source", "Tissue that the MSCs came from, CURIEs.", "list"),
    _field("donor", "Whose cells: autologous, allogeneic, xenogeneic."),
    _field("product", "What was given or tested: cells, vesicles, conditioned medium."),
    _field("priming", "What the cells were treated with before, CURIEs or words.", "list"),
    _field("route", "How it was given."),
    _field("specimen", "What was measured in, UBERON or CL."),
    _field("timepoint", "When it was measured, ISO 8601 duration."),
    _field("comparator", "What it was compared with."),
    _field("n", "How many, as printed."),
    _field("significance", "significant, not_significant, not_tested or not_reported."),
    _field("p_value", "The p value as printed."),
    _field("effect", "The size of the effect as printed."),
    _field("study", "Id of the trial or cohort, where papers share one."),
    _field("note", "A curator's remark."),
    _field("statement", "The finding in one sentence of the curator's words."),
    _field("curated_by", "Who wrote the row; agent: is a program."),
    _field("curated_on", "When the row was written."),
    _field("reviewed_by", "ORCID of who read the row beside its paper; empty: nobody has."),
)

_ASSOCIATIONS = (
    _field("id", "Stable id, made from subject, predicate, object and aspect."),
    _field("subject", "CURIE of what acts."),
    _derived("subject_name", "text", "What papers call the subject.", lambda kg, a: kg.name(a.subject)),
    _field("predicate", "The relation, a word of the sign lexicon."),
    _field("object", "CURIE of what is acted on."),
    _derived("object_name", "text", "What papers call the object.", lambda kg, a: kg.name(a.object)),
    _field("aspect", "What of the object changes."),
    _derived(
        "sign",
        "whole number",
        "Effect on the object itself: 1, -1, 0 unknown; empty: no effect.",
        lambda _, a: None if a.sign is None else int(a.sign),
    ),
    _derived(
        "grade", "text", "Letter of the grade, A best; – is no support.", lambda _, a: a.grade.letter
    ),
    _derived(
        "cost",
        "whole number",
        "The grade as a cost, micro-nats; less is better.",
        lambda _, a: a.grade.cost,
    ),
    _derived(
        "strength", "number", "exp(-cost): 1 is best, 0 no support.", lambda _, a: a.grade.strength
    ),
    _derived(
        "rung",
        "text",
        "Highest rung of the ladder of evidence.",
        lambda _, a: a.grade.rung.name.lower(),
    ),
    _derived("studies", "whole number", "Independent studies behind it.", lambda _, a: a.grade.studies),
    _derived("contested", "flag", "Whether findings stand on both sides.", lambda _, a: a.is_contested),
    _derived(
        "supporting", "list", "Findings for it, by id.", lambda _, a: sorted(f.id for f in a.supporting)
    ),
    _derived(
        "disputing",
        "list",
        "Findings against it, by id.",
        lambda _, a: sorted(f.id for f in a.disputing),
    ),
    _derived(
        "inconclusive",
        "list",
        "Findings that do not count, by id.",
        lambda _, a: sorted(f.id for f in a.inconclusive),
    ),
    _derived(
        "publications",
        "list",
        "Papers that report it, by id.",
        lambda _, a: sorted({f.publication for f in a.findings}),
    ),
    _derived(
        "taxa",
        "list",
        "Species it was seen in.",
        lambda _, a: sorted({t for f in a.findings for t in f.taxa}),
    ),
)

_ENTITIES = (
    _field("id", "CURIE."),
    _field("name", "What papers call it."),
    _field("category", "Biolink category."),
    _field("label", "What its ontology calls it."),
    _field("synonyms", "Other names.", "list"),
    _field("xrefs", "The same in other vocabularies, CURIEs.", "list"),
    _field("parents", "Superclasses, CURIEs.", "list"),
    _field("part_of", "Wholes, CURIEs.", "list"),
    _field("derives_from", "What it was made from, CURIEs.", "list"),
    _field("taxon", "Species, NCBITaxon."),
    _field("definition", "What it is."),
)

_PUBLICATIONS = (
    _field("id", "PMID, or DOI where there is none."),
    _field("pmid", "PubMed number."),
    _field("pmcid", "PubMed Central id."),
    _field("doi", "Digital object identifier."),
    _field("title", "Title."),
    _field("journal", "Journal."),
    _field("year", "Year of publication."),
    _field("study_design", "How the study was made."),
    _field("status", "published, preprint, concern or retracted."),
    Column(
        "included_studies",
        "list",
        "What a review rests on: counts and study designs.",
        lambda _, paper: [f"{count} {design}" for count, design in paper.included_studies],
    ),
)

TABLES = (
    Table(
        "findings", "What one paper reports about one relation in one setting.", _FINDINGS, findings_of
    ),
    Table(
        "associations",
        "All findings on one subject, predicate, object and aspect.",
        _ASSOCIATIONS,
        lambda kg: [edge for _, edge in sorted(kg.associations.items())],
    ),
    Table("entities", "Cells, molecules, processes, diseases, scores.", _ENTITIES, entities_of),
    Table("publications", "The papers.", _PUBLICATIONS, publications_of),
)
