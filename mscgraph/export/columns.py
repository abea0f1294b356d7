"""The tables that csv, tsv, parquet, xlsx and neo4j write: their columns, in one order, each described.

A column is named like the field it holds. What is worked out rather than curated (names of CURIEs,
signs, grades, counts) is marked ``derived``, and is not read back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.export.part import (
    associations_by_id,
    entities_of,
    facts,
    findings_of,
    plain,
    publications_of,
)
from mscgraph.graph import statements_of
from mscgraph.model import association_id
from mscgraph.named_tuples import NamedTuple
from mscgraph.schema import KEY, Entity, Finding, Publication, columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.parts import Stated
    from mscgraph.model import Association


class ExportColumn(NamedTuple):
    """One column; ``type`` is ``text``, ``list`` (of texts), ``flag``, ``whole number`` or ``number``."""

    name: str
    type: str
    description: str
    derived: bool = False


class Table(NamedTuple):
    """One table: its columns, the records of a graph that are its rows, and a record's values by name."""

    name: str
    description: str
    columns: tuple[ExportColumn, ...]
    records: Callable[[KnowledgeGraph], Iterable[Any]]
    values: Callable[[KnowledgeGraph, Any], dict[str, Any]]

    def rows(self, kg: KnowledgeGraph) -> list[list[Any]]:
        """The rows of a graph, by id; lists as lists, what is unknown as None."""
        made = (self.values(kg, record) for record in self.records(kg))
        return [[plain(row[column.name]) for column in self.columns] for row in made]


def _derived(*rows: tuple[str, str, str]) -> tuple[ExportColumn, ...]:
    return tuple(ExportColumn(*row, derived=True) for row in rows)


_NAMES = {
    "subject": _derived(("subject_name", "text", "What papers call the subject.")),
    "object": _derived(("object_name", "text", "What papers call the object.")),
}
_AFTER = _NAMES | {
    "id": _derived(("association", "text", "Id of the association that it reports on.")),
    "aspect": _derived((
        "counts", "flag",
        "Whether it may support or dispute: not if retracted or a direction without significance.",
    )),
}  # fmt: skip
_SIGN = ("sign", "whole number", "Effect on the object itself: 1, -1, 0 unknown; empty: no effect.")


def _of(
    record: type, names: Iterable[str] = (), after: dict[str, tuple[ExportColumn, ...]] | None = None
) -> Iterator[ExportColumn]:
    """Columns of a record's schema, all of them by default, and after some of them those derived."""
    for name in names or columns_of(record):
        column = columns_of(record)[name]
        kind = "list" if column.many else "flag" if column.kind == "flag" else "text"
        yield ExportColumn(name, kind, column.definition)
        yield from (after or {}).get(name, ())


def _finding(kg: KnowledgeGraph, finding: Finding) -> dict[str, Any]:
    return finding._asdict() | {
        "association": association_id(*finding.key),
        "subject_name": kg.name(finding.subject),
        "object_name": kg.name(finding.object),
        "counts": kg.counts(finding),
    }


def _association(kg: KnowledgeGraph, edge: Association) -> dict[str, Any]:
    names = {"subject_name": kg.name(edge.subject), "object_name": kg.name(edge.object)}
    return edge._asdict() | names | facts(edge)


def _statement(_: KnowledgeGraph, stated: Stated) -> dict[str, Any]:
    return {
        **stated.source._asdict(),
        **dict(zip(KEY, stated.association.key, strict=True)),
        "sign": facts(stated.association)["sign"],
        "id": stated.id,
        "licence": stated.licence,
    }


_ASSOCIATIONS = (
    ExportColumn("id", "text", "Stable id, made from subject, predicate, object and aspect."),
    *_of(Finding, KEY, _NAMES),
    *_derived(
        _SIGN,
        ("grade", "text", "Letter of the grade, A best; – is no support."),
        ("cost", "whole number", "The grade as a cost, micro-nats; less is better."),
        ("strength", "number", "exp(-cost): 1 is best, 0 no support."),
        ("evidence_level", "text", "Best evidence."),
        ("studies", "whole number", "Independent studies behind it."),
        ("contested", "flag", "Whether findings stand on both sides."),
        ("supporting", "list", "Findings for it, by id."),
        ("disputing", "list", "Findings against it, by id."),
        ("inconclusive", "list", "Findings that do not count, by id."),
        ("other_settings", "list", "Findings that say otherwise and are not comparable, by id."),
        ("publications", "list", "Papers that report it, by id."),
        ("taxa", "list", "Species it was seen in."),
    ),
)
_STATED = (
    ExportColumn("id", "text", "Id of the statement: of its association, and a number."),
    *_derived(
        ("subject", "text", "What acts."),
        ("predicate", "text", "The relation."),
        ("object", "text", "What is acted on."),
        ("aspect", "text", "What of the object changes."),
        _SIGN,
    ),
    ExportColumn("primary_knowledge_source", "text", "Who states it, an infores CURIE."),
    ExportColumn("knowledge_level", "text", "Its Biolink knowledge level."),
    ExportColumn("agent_type", "text", "Its Biolink agent type."),
    ExportColumn("relation", "text", "What the source calls the relation."),
    ExportColumn("record", "text", "The source's own id of it."),
    ExportColumn("publications", "list", "The papers that the source names."),
    ExportColumn("licence", "text", "The licence of the source, not ours."),
)
STATEMENTS = Table(
    "statements", "What other sources state, under their licence.", _STATED, statements_of, _statement
)
TABLES = (
    Table(
        "findings", "What one paper reports about one relation in one setting.",
        tuple(_of(Finding, after=_AFTER)), findings_of, _finding,
    ),
    Table(
        "associations", "All findings on one subject, predicate, object and aspect.",
        _ASSOCIATIONS, associations_by_id, _association,
    ),
    Table(
        "entities", "Cells, molecules, processes, diseases, scores.",
        tuple(_of(Entity)), entities_of, lambda _, entity: entity._asdict(),
    ),
    Table(
        "publications", "The papers.",
        tuple(_of(Publication)), publications_of, lambda _, paper: paper._asdict(),
    ),
)  # fmt: skip


def tables_of(kg: KnowledgeGraph) -> tuple[Table, ...]:
    """The tables of a graph: in one with statements of others, these have one of their own."""
    return (*TABLES, STATEMENTS) if kg.stated else TABLES


def column_rows(kg: KnowledgeGraph) -> list[list[Any]]:
    """What each column of the tables of a graph is, as rows under a header."""
    return [
        ["table", "column", "type", "derived", "description"],
        *(
            [table.name, column.name, column.type, column.derived, column.description]
            for table in tables_of(kg)
            for column in table.columns
        ),
    ]
