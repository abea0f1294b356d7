"""A folder that Neo4j imports in bulk: nodes, relationships with their evidence, and the command."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from mscgraph.export.columns import ExportColumn, tables_of
from mscgraph.export.delimited import cell_text
from mscgraph.export.format_table import Loss
from mscgraph.export.part import entities_of, hierarchy_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association

_TYPES = {
    "text": "",
    "list": ":string[]",
    "flag": ":boolean",
    "whole number": ":int",
    "number": ":float",
}
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
  --nodes=entities.csv --nodes=publications.csv --nodes=findings.csv \\
  --relationships=associations.csv --relationships=hierarchy.csv --relationships=reported_in.csv
"""


def _statements(side: str) -> ExportColumn:
    def value(_: KnowledgeGraph, edge: Association) -> list[str]:
        return [f.statement for f in sorted(getattr(edge, side), key=lambda f: f.id)]

    return ExportColumn(f"{side}_statements", "list", "What they say.", value, derived=True)


_EVIDENCE = tuple(map(_statements, ("supporting", "disputing", "other_settings")))


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write the CSV files with headers that ``neo4j-admin database import`` reads, and ``load.sh``."""
    del form
    target.mkdir(exist_ok=True)
    tables = {table.name: table for table in tables_of(kg)}
    bars = 0
    nodes = [("entities", "Entity"), ("publications", "Publication"), ("findings", "Finding")]
    load = _LOAD
    if kg.stated:
        nodes.append(("statements", "Statement"))
        load = load.replace("--nodes=findings.csv", "--nodes=findings.csv --nodes=statements.csv")
    for name, label in nodes:
        table = tables[name]
        header = ["id:ID", *(c.name + _TYPES[c.type] for c in table.columns[1:]), ":LABEL"]
        labels = [
            f"{label}|{record.category}" if name == "entities" and record.category else label
            for record in table.records(kg)
        ]
        rows = [[*row, label] for row, label in zip(table.rows(kg), labels, strict=True)]
        bars += _write(target / f"{name}.csv", header, rows)
    ends = {"subject": ":START_ID", "object": ":END_ID", "predicate": ":TYPE"}
    columns = (*tables["associations"].columns, *_EVIDENCE)
    rows = [
        [c.value(kg, edge).upper() if c.name == "predicate" else c.value(kg, edge) for c in columns]  # type: ignore[attr-defined]
        for edge in tables["associations"].records(kg)
    ]
    header = [ends.get(c.name, c.name + _TYPES[c.type]) for c in columns]
    bars += _write(target / "associations.csv", header, rows)
    short = [":START_ID", ":TYPE", ":END_ID"]
    hierarchy = [
        [one, _HIERARCHY[column], other] for one, column, other in hierarchy_of(kg, entities_of(kg))
    ]
    _write(target / "hierarchy.csv", short, hierarchy)
    reported = [
        [key, "REPORTED_IN", finding.publication] for key, finding in sorted(kg.findings.items())
    ]
    _write(target / "reported_in.csv", short, reported)
    (target / "load.sh").write_text(load, encoding="utf-8", newline="\n")
    return (Loss("bars in an item of a list", bars, "arrays are joined by |, so they are written ¦"),)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    bars = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            bars += sum(isinstance(v, list) and any("|" in item for item in v) for v in row)
            writer.writerow([cell_text(value) for value in row])
    return bars
