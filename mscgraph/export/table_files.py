"""The tables as CSV, TSV, Parquet or an Excel workbook, and as the folder that Neo4j imports in bulk.

Their columns stand in one order, each described, and are named like the field that they hold. What is
worked out rather than curated (names of CURIEs, signs, grades, counts) is marked ``derived``, and is not
read back.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mscgraph.errors import MissingExtra
from mscgraph.export.part import (
    associations_by_id,
    data_rows,
    entities_of,
    facts,
    findings_of,
    hierarchy_of,
    plain,
    publications_of,
)
from mscgraph.graph import statements_of
from mscgraph.model import association_id
from mscgraph.named_tuples import NamedTuple
from mscgraph.schema import KEY, Entity, Finding, Publication, columns_of
from mscgraph.tables.rows import no_formula

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mscgraph.export.export import Written
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


def _described(table: str) -> dict[str, ExportColumn]:
    """The columns of a table that are not in the schema."""
    return {
        name: ExportColumn(name, kind, said, derived == "yes")
        for of, name, kind, derived, said in data_rows("columns")
        if of == table
    }


_MORE = _described("findings")
# What stands after a column of the schema.
_NAMES = {"subject": "subject_name", "object": "object_name"}
_AFTER = _NAMES | {"id": "association", "aspect": "counts"}


def _of(
    record: type, names: Iterable[str] = (), after: Mapping[str, str] | None = None
) -> Iterator[ExportColumn]:
    """Columns of a record's schema, all of them by default, and after some of them those derived."""
    for name in names or columns_of(record):
        column = columns_of(record)[name]
        kind = "list" if column.many else "flag" if column.kind == "flag" else "text"
        yield ExportColumn(name, kind, column.definition)
        if after and name in after:
            yield _MORE[after[name]]


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


_ID, *_GRADED = _described("associations").values()
STATEMENTS = Table(
    "statements", "What other sources state, under their licence.",
    tuple(_described("statements").values()), statements_of, _statement,
)  # fmt: skip
TABLES = (
    Table(
        "findings", "What one paper reports about one relation in one setting.",
        tuple(_of(Finding, after=_AFTER)), findings_of, _finding,
    ),
    Table(
        "associations", "All findings on one subject, predicate, object and aspect.",
        (_ID, *_of(Finding, KEY, _NAMES), *_GRADED), associations_by_id, _association,
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


# -- files --------------------------------------------------------------------------------------------


def _cell_text(value: object) -> str:
    """A value as the text of a cell: lists joined by ``|``, flags as true and false."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "|".join(item.replace("|", "¦") for item in value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)


def _barred(value: object) -> bool:
    return isinstance(value, list) and any("|" in item for item in value)


def _csv(rows: Iterable[Iterable[Any]], end: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows(rows)
    return text.getvalue()


def delimited(kg: KnowledgeGraph, form: str) -> Written:
    """Four tables and ``columns``, which describes theirs: CSV (RFC 4180), or TSV without quotes."""
    changed = {"formula": 0, "break": 0, "bar": 0}

    def cell(value: object) -> str:
        if isinstance(value, list):
            changed["bar"] += sum("|" in item for item in value)
        text = _cell_text(value)
        if form == "tsv" and any(c in text for c in "\t\n\r"):
            changed["break"] += 1
            text = re.sub(r"[\t\n\r]+", " ", text)
        safe = no_formula(text) if isinstance(value, str | list) else text
        changed["formula"] += safe != text
        return safe

    tables = {
        table.name: [[c.name for c in table.columns], *(map(cell, row) for row in table.rows(kg))]
        for table in tables_of(kg)
    }
    tables["columns"] = [map(_cell_text, row) for row in column_rows(kg)]
    files = {
        f"{name}.{form}": _csv(rows, "\r\n")
        if form == "csv"
        else "".join("\t".join(row) + "\n" for row in rows)
        for name, rows in tables.items()
    }
    return files, changed


_LONGEST = 32767  # characters in a cell
_MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(
    tzinfo=None
)  # a workbook has a date; ours has no clock


def workbook(kg: KnowledgeGraph, _form: str) -> Written:
    """A sheet that describes the columns, and one a table. All text is text, never a formula."""
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtra(
            'An Excel workbook needs XlsxWriter: pip install "mscgraph[xlsx]"', name="xlsxwriter"
        ) from error
    lost = {"long": 0, "bar": 0}
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        book.set_properties({"title": "mscgraph", "created": _MADE})
        bold = book.add_format({"bold": True})
        _sheet(book.add_worksheet("README"), bold, column_rows(kg), lost)
        for table in tables_of(kg):
            rows = [[column.name for column in table.columns], *table.rows(kg)]
            _sheet(book.add_worksheet(table.name), bold, rows, lost)
    return content.getvalue(), lost


def _sheet(sheet: Any, bold: Any, rows: list[list[Any]], lost: dict[str, int]) -> None:
    sheet.freeze_panes(1, 1)
    names, *rows = rows
    for place, name in enumerate(names):
        sheet.write_string(0, place, name, bold)
        sheet.set_column(place, place, 24)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, bool):
                sheet.write_boolean(number, place, value)
            elif isinstance(value, int | float):
                sheet.write_number(number, place, value)
            elif value not in (None, "", []):
                text = _cell_text(value)
                lost["long"] += len(text) > _LONGEST
                lost["bar"] += _barred(value)
                sheet.write_string(number, place, text[:_LONGEST])
    sheet.autofilter(0, 0, max(len(rows), 1), len(names) - 1)


def arrow() -> tuple[Any, Any]:
    """The modules ``pyarrow`` and ``pyarrow.parquet``; raise :class:`MissingExtra` without them."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtra(
            'Parquet needs pyarrow: pip install "mscgraph[large]"', name="pyarrow"
        ) from error
    return pa, pq


def parquet_files(kg: KnowledgeGraph, _form: str) -> Written:
    """One file a table; a field's metadata says what the column is."""
    pa, pq = arrow()
    types = {
        "text": pa.string(),
        "list": pa.list_(pa.string()),
        "flag": pa.bool_(),
        "whole number": pa.int64(),
        "number": pa.float64(),
    }
    files = {}
    for table in tables_of(kg):
        fields = [
            pa.field(name, types[kind], metadata={"description": said, "derived": str(derived).lower()})
            for name, kind, said, derived in table.columns
        ]
        columns = list(zip(*table.rows(kg), strict=True)) or [()] * len(fields)
        arrays = [pa.array(list(c), type=f.type) for c, f in zip(columns, fields, strict=True)]
        schema = pa.schema(fields, metadata={"description": table.description})
        content = io.BytesIO()
        pq.write_table(pa.Table.from_arrays(arrays, schema=schema), content, compression="zstd")
        files[f"{table.name}.parquet"] = content.getvalue()
    return files, {}


_TYPES = {
    "text": "",
    "list": ":string[]",
    "flag": ":boolean",
    "whole number": ":int",
    "number": ":float",
}
_LABELS = {
    "entities": "Entity",
    "publications": "Publication",
    "findings": "Finding",
    "statements": "Statement",
}
_ENDS = {"subject": ":START_ID", "object": ":END_ID", "predicate": ":TYPE"}
_SHORT = [":START_ID", ":TYPE", ":END_ID"]
_HIERARCHY = {"parents": "SUBCLASS_OF", "part_of": "PART_OF", "derives_from": "DERIVES_FROM"}
_LOAD = """\
#!/bin/sh
# Make a new database from these files, with Neo4j 5 or newer, while that database is stopped:
#   sh load.sh [name]
# An association is a relationship with its findings for and against; each finding is a node as well, with
# the id of its association as a property.
set -eu
cd "$(dirname "$0")"
exec neo4j-admin database import full "${1:-mscgraph}" \\
  --array-delimiter="|" --multiline-fields=true \\
  %s \\
  --relationships=associations.csv --relationships=hierarchy.csv --relationships=reported_in.csv
"""


def neo4j(kg: KnowledgeGraph, _form: str) -> Written:
    """CSV files with the headers that ``neo4j-admin database import`` reads, and ``load.sh``."""
    tables = {table.name: table for table in tables_of(kg)}
    files: dict[str, list[list[Any]]] = {}
    for name in [name for name in _LABELS if name in tables]:
        table, label = tables[name], _LABELS[name]
        files[name] = [
            ["id:ID", *(column.name + _TYPES[column.type] for column in table.columns[1:]), ":LABEL"]
        ]
        for record, row in zip(table.records(kg), table.rows(kg), strict=True):
            category = record.category if name == "entities" else ""
            files[name].append([*row, f"{label}|{category}" if category else label])
    load = _LOAD % " ".join(f"--nodes={name}.csv" for name in files)
    table = tables["associations"]
    said = ("supporting", "disputing", "other_settings")
    header = [_ENDS.get(column.name, column.name + _TYPES[column.type]) for column in table.columns]
    files["associations"] = [[*header, *(f"{side}_statements:string[]" for side in said)]]
    for edge, row in zip(table.records(kg), table.rows(kg), strict=True):
        row[header.index(":TYPE")] = edge.predicate.upper()
        files["associations"].append([*row, *(_statements(edge, side) for side in said)])
    hierarchy = hierarchy_of(kg, entities_of(kg))
    files["hierarchy"] = [_SHORT, *([one, _HIERARCHY[name], other] for one, name, other in hierarchy)]
    reported = sorted(kg.findings.items())
    files["reported_in"] = [_SHORT, *([key, "REPORTED_IN", f.publication] for key, f in reported)]
    bars = sum(_barred(value) for rows in files.values() for row in rows for value in row)
    made = {
        f"{name}.csv": _csv([map(_cell_text, row) for row in rows], "\n")
        for name, rows in files.items()
    }
    return made | {"load.sh": load}, {"bar": bars}


def _statements(edge: Association, side: str) -> list[str]:
    return [finding.statement for finding in sorted(getattr(edge, side), key=lambda f: f.id)]
