"""The four tables that csv, tsv, parquet and xlsx write: their columns, in one order, each described.

A column is named like the field it holds. What is worked out rather than curated (names of CURIEs,
signs, grades, counts) is marked ``derived``, and is not read back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.export.part import entities_of, findings_of, publications_of
from mscgraph.graph import statements_of
from mscgraph.model import association_id
from mscgraph.named_tuples import NamedTuple
from mscgraph.schema import KEY, Entity, Finding, Publication, columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.schema import Column as SchemaColumn


class ExportColumn(NamedTuple):
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
    columns: tuple[ExportColumn, ...]
    records: Callable[[KnowledgeGraph], Iterable[Any]]

    def rows(self, kg: KnowledgeGraph) -> list[list[Any]]:
        """The rows of a graph, by id; lists as lists, what is unknown as None."""
        return [[column.value(kg, record) for column in self.columns] for record in self.records(kg)]


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _given(column: SchemaColumn) -> ExportColumn:
    """A column of the schema: lists as lists, flags as flags, all else as the text that it is."""
    name = column.name

    def value(_: KnowledgeGraph, record: Any) -> object:
        return _plain(getattr(record, name))

    def studies(_: KnowledgeGraph, record: Any) -> object:
        return [f"{count} {design}" for count, design in getattr(record, name)]

    kind = "list" if column.many else "flag" if column.kind == "flag" else "text"
    return ExportColumn(name, kind, column.definition, studies if column.kind == "studies" else value)


def _of_source(name: str) -> Callable[[KnowledgeGraph, Any], object]:
    return lambda _, stated: _plain(getattr(stated.source, name))


def _all_of(
    record: type, derived: Mapping[str, ExportColumn] | None = None
) -> tuple[ExportColumn, ...]:
    """All columns of a record, and after some of them one that is derived."""
    found: list[ExportColumn] = []
    for name, column in columns_of(record).items():
        found.append(_given(column))
        if derived and name in derived:
            found.append(derived[name])
    return tuple(found)


def _derived(
    *rows: tuple[str, str, str, Callable[[KnowledgeGraph, Any], object]],
) -> list[ExportColumn]:
    return [ExportColumn(*row, derived=True) for row in rows]


_ASSOCIATION, _SUBJECT_NAME, _OBJECT_NAME, _COUNTS = _derived(
    ("association", "text", "Id of the association that it reports on.",
     lambda _, f: association_id(*f.key)),
    ("subject_name", "text", "What papers call the subject.", lambda kg, row: kg.name(row.subject)),
    ("object_name", "text", "What papers call the object.", lambda kg, row: kg.name(row.object)),
    (
        "counts", "flag",
        "Whether it may support or dispute: not if retracted or a direction without significance.",
        lambda kg, f: kg.counts(f),
    ),
)  # fmt: skip
_NAMES = {"subject": _SUBJECT_NAME, "object": _OBJECT_NAME}
_FINDINGS = _all_of(Finding, {"id": _ASSOCIATION, **_NAMES, "aspect": _COUNTS})
_ASSOCIATIONS = (
    ExportColumn("id", "text", "Stable id, made from subject, predicate, object and aspect.",
                 lambda _, a: a.id),
    *(
        column
        for end in KEY
        for column in (_given(columns_of(Finding)[end]), _NAMES.get(end))
        if column is not None
    ),
    *_derived(
        ("sign", "whole number", "Effect on the object itself: 1, -1, 0 unknown; empty: no effect.",
         lambda _, a: None if a.sign is None else int(a.sign)),
        ("grade", "text", "Letter of the grade, A best; – is no support.", lambda _, a: a.grade.letter),
        ("cost", "whole number", "The grade as a cost, micro-nats; less is better.",
         lambda _, a: a.grade.cost),
        ("strength", "number", "exp(-cost): 1 is best, 0 no support.", lambda _, a: a.grade.strength),
        ("evidence_level", "text", "Best evidence.", lambda _, a: a.grade.evidence_level.name.lower()),
        ("studies", "whole number", "Independent studies behind it.", lambda _, a: a.grade.studies),
        ("contested", "flag", "Whether findings stand on both sides.", lambda _, a: a.is_contested),
        ("supporting", "list", "Findings for it, by id.", lambda _, a: sorted(f.id for f in a.supporting)),
        ("disputing", "list", "Findings against it, by id.",
         lambda _, a: sorted(f.id for f in a.disputing)),
        ("inconclusive", "list", "Findings that do not count, by id.",
         lambda _, a: sorted(f.id for f in a.inconclusive)),
        ("other_settings", "list", "Findings that say otherwise and are not comparable, by id.",
         lambda _, a: sorted(f.id for f in a.other_settings)),
        ("publications", "list", "Papers that report it, by id.",
         lambda _, a: sorted({f.publication for f in a.findings})),
        ("taxa", "list", "Species it was seen in.",
         lambda _, a: sorted({t for f in a.findings for t in f.taxa})),
    ),
)  # fmt: skip

_STATED = (
    ExportColumn("id", "text", "Id of the statement: of its association, and a number.", lambda _, s: s.id),
    *_derived(
        ("subject", "text", "What acts.", lambda _, s: s.association.subject),
        ("predicate", "text", "The relation.", lambda _, s: s.association.predicate),
        ("object", "text", "What is acted on.", lambda _, s: s.association.object),
        ("aspect", "text", "What of the object changes.", lambda _, s: s.association.aspect),
        ("sign", "whole number", "Effect on the object itself: 1, -1, 0 unknown; empty: no effect.",
         lambda _, s: None if s.association.sign is None else int(s.association.sign)),
    ),
    *(
        ExportColumn(name, kind, meaning, _of_source(name))
        for name, kind, meaning in (
            ("primary_knowledge_source", "text", "Who states it, an infores CURIE."),
            ("knowledge_level", "text", "Its Biolink knowledge level."),
            ("agent_type", "text", "Its Biolink agent type."),
            ("relation", "text", "What the source calls the relation."),
            ("record", "text", "The source's own id of it."),
            ("publications", "list", "The papers that the source names."),
        )
    ),
    ExportColumn("licence", "text", "The licence of the source, not ours.", lambda _, s: s.licence),
)  # fmt: skip
STATEMENTS = Table(
    "statements", "What other sources state, under their licence.", _STATED, statements_of
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
    Table("entities", "Cells, molecules, processes, diseases, scores.", _all_of(Entity), entities_of),
    Table("publications", "The papers.", _all_of(Publication), publications_of),
)


def tables_of(kg: KnowledgeGraph) -> tuple[Table, ...]:
    """The tables of a graph: in one with statements of others, these have one of their own."""
    return (*TABLES, STATEMENTS) if kg.stated else TABLES


def column_rows(kg: KnowledgeGraph) -> list[list[Any]]:
    """What each column of the tables of a graph is, as rows under a header."""
    head = ["table", "column", "type", "derived", "description"]
    tables = tables_of(kg)
    return [
        head,
        *([t.name, c.name, c.type, c.derived, c.description] for t in tables for c in t.columns),
    ]
