"""What we export without loss, KGX JSON Lines and Parquet, back into the graph that wrote it.

Findings, the records that they name, and the statements of others are read; associations and grades are
derived anew, so that a file cannot claim a grade that its findings do not earn.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from mscgraph.errors import DanglingReference, DataError
from mscgraph.export.kgx import KEPT, OWN, STATED, edges_of
from mscgraph.export.table_files import STATEMENTS, TABLES, arrow
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import Entity, Finding, KnowledgeSource, Place, Publication
from mscgraph.schema import KEY, Column, columns_of
from mscgraph.tables.folder import utf8_text
from mscgraph.tables.reading import dangling, dangling_key, read_tables
from mscgraph.text.curie import OpenPrefixes

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping

    from mscgraph.export.table_files import Table
    from mscgraph.tables.reading import Tables

_Record = TypeVar("_Record", Entity, Publication, Finding)
_Located = tuple[Place, "dict[str, Any]"]


def read_kgx(folder: str | os.PathLike[str]) -> KnowledgeGraph:
    """Read a graph from a folder that ``export(kg, "kgx-jsonl", folder)`` wrote.

    Our own edges are derived anew from the findings. Lists and texts come back as they were.

    Returns
    -------
    KnowledgeGraph
        The graph, equal to the one that was exported.

    Raises
    ------
    DataError
        When a file is missing or a line is broken, with file, line and reason; or when there are no
        findings, because the KGX is somebody else's.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> mg.read_kgx(mg.export(kg, "kgx-jsonl", "kgx").target) == kg
    True
    """
    place = Path(folder)
    entities, publications, stated = [], [], Counter[str]()
    for where, node in _lines(place / "nodes.jsonl"):
        kind = "Publication" if "biolink:Publication" in node.get("category", ()) else "Entity"
        values = {field: node[name] for field, name in KEPT[kind].items() if name in node}
        if kind == "Publication":
            publications.append((where, values))
        elif f"{OWN}category" in node:
            stated[node.get("id", "")] = node.get(STATED, 0)
            entities.append((where, values))
    findings = list(_lines(place / "findings.jsonl"))
    edges = list(_lines(place / "edges.jsonl"))
    statements = [(where, _statement(edge)) for where, edge in edges if f"{OWN}licence" in edge]
    kg = _graph_of(entities, publications, findings, statements)
    named = {finding for _, edge in edges for finding in edge.get("has_evidence", ())}
    wrong = named.symmetric_difference(kg.findings)
    wrong |= {edge.get("id") for _, edge in edges} ^ {edge["id"] for edge in edges_of(kg)}
    stated.subtract(edge["subject"] for _, edge in statements)
    wrong |= {key for key, count in stated.items() if count}
    if wrong:
        raise DataError(
            f"nodes, edges and findings do not belong together, such as {min(map(str, wrong))}: a line was "
            "lost or added; export it again",
            file=str(place / "edges.jsonl"),
        )
    return kg


def _statement(edge: dict[str, Any]) -> dict[str, Any]:
    """What another source states, from its edge, under the names of our columns."""
    own = {name.removeprefix(OWN): value for name, value in edge.items() if name.startswith(OWN)}
    relation = {"relation": edge["original_predicate"]} if "original_predicate" in edge else {}
    return {**edge, **own, **relation}


def _lines(path: Path) -> Iterator[_Located]:
    if not path.is_file():
        raise DataError(
            "cannot be read; a folder of kgx-jsonl holds nodes.jsonl, edges.jsonl and findings.jsonl",
            file=str(path),
        )
    lines = utf8_text(path).removesuffix("\n").split("\n")
    for number, line in enumerate(lines if any(lines) else (), start=1):
        where = Place(str(path), number)
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:  # also a number of too many digits
            raise DataError(f"broken JSON: {error}", **where._asdict()) from None
        if not isinstance(record, dict):
            raise DataError("a line is no JSON object", **where._asdict())
        yield where, record


def read_parquet(folder: str | os.PathLike[str]) -> KnowledgeGraph:
    """Read a graph from a folder that ``export(kg, "parquet", folder)`` wrote.

    Returns
    -------
    KnowledgeGraph
        The graph, equal to the one that was exported.

    Raises
    ------
    DataError
        When a file is missing, no Parquet, or lacks a column; with file, row and column.
    MissingExtra
        When pyarrow is not installed.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> mg.read_parquet(mg.export(kg, "parquet", "tables").target) == kg
    True
    """
    place = Path(folder)
    tables = {table.name: table for table in TABLES}
    kg = _graph_of(
        _rows(place, tables["entities"]),
        _rows(place, tables["publications"]),
        _rows(place, tables["findings"]),
        _rows(place, STATEMENTS) if (place / "statements.parquet").exists() else (),
    )
    written = {row["id"] for _, row in _rows(place, tables["associations"])}
    if written != set(kg.associations):
        raise DataError(
            f"it holds {len(written)} associations, where the findings and statements of the folder make "
            f"{len(kg.associations)}: rows or a file were lost; export it again",
            file=str(place / "associations.parquet"),
        )
    return kg


def _rows(folder: Path, table: Table) -> Iterator[_Located]:
    pa, pq = arrow()
    path = folder / f"{table.name}.parquet"
    keys = {"id", *(KEY if table is STATEMENTS else ())}
    wanted = [column.name for column in table.columns if not column.derived or column.name in keys]
    try:
        with pq.ParquetFile(path) as file:
            missing = [name for name in wanted if name not in file.schema_arrow.names]
            if missing:
                raise DataError(f"the column is missing: {', '.join(missing)}", file=str(path))
            rows: list[dict[str, Any]] = file.read(columns=wanted).to_pylist()
    except FileNotFoundError:
        raise DataError("the file is missing", file=str(path)) from None
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"no Parquet that can be read: {error}", file=str(path)) from None
    for number, row in enumerate(rows, start=1):
        yield Place(str(path), number), row


def _graph_of(
    entities: Iterable[_Located],
    publications: Iterable[_Located],
    findings: Iterable[_Located],
    statements: Iterable[_Located],
) -> KnowledgeGraph:
    """A graph of records by field name, with the sign lexicon, vocabulary and rubric of the program.

    ``statements`` are those of others: the key of an association, a knowledge source and its licence.
    """
    base = read_tables()
    places: dict[str, Place] = {}
    tables = base._replace(
        prefixes=OpenPrefixes(base.prefixes.namespaces),
        entities=_keyed(Entity, entities, places),
        publications=_keyed(Publication, publications, places),
        findings=_keyed(Finding, findings, places),
        places=places,
    )
    tables = tables._replace(**_stated(statements, tables))
    for finding in tables.findings.values():
        for column in dangling(finding, tables):
            value = getattr(finding, column.name)
            _dangle(f"{value!r} is not {_WHAT[column.names]}", column.name, value, places[finding.id])
    return KnowledgeGraph(tables)


def _keyed(
    kind: type[_Record], records: Iterable[_Located], places: dict[str, Place]
) -> dict[str, _Record]:
    """Records by id, sorted; what is absent is empty. Raises where an id is missing or stands twice."""
    found: dict[str, _Record] = {}
    for place, values in records:
        made = {name: _value(column, values, place) for name, column in columns_of(kind).items()}
        if not made["id"]:
            raise DataError("a record has no id", column="id", **place._asdict())
        record = kind(**made)
        if record.id in found:
            first = places[record.id]
            said = f"{record.id} stands here again; it was first used in {first.file}:{first.line}"
            raise DataError(said, column="id", value=record.id, **place._asdict())
        found[record.id], places[record.id] = record, place
    return dict(sorted(found.items()))


def _value(column: Column, values: Mapping[str, Any], place: Place) -> Any:
    value = values.get(column.name)
    if column.many:
        if value is not None and not (
            isinstance(value, list) and all(isinstance(item, str) for item in value)
        ):
            raise _wrong(place, column.name, value, "no list of texts")
        return tuple(value or ()) if column.kind != "studies" else _studies(column, value or (), place)
    kind, absent, said = (bool, False, "true or false") if column.kind == "flag" else (str, "", "text")
    found = values.get(column.name, absent)
    if not isinstance(found, kind):
        raise _wrong(place, column.name, found, f"no {said}")
    return found


def _studies(column: Column, items: Iterable[str], place: Place) -> tuple[tuple[int, str], ...]:
    parts = [item.partition(" ") for item in items]
    for count, _, design in parts:
        if not (count.isdecimal() and design):
            raise _wrong(place, column.name, count, "not a count before a study design")
    return tuple((int(count), design) for count, _, design in parts)


def _wrong(place: Place, column: str, value: object, said: str) -> DataError:
    return DataError(f"{value!r} is {said}", column=column, **place._asdict())


_SOURCE = {name: Column("text", "", name=name) for name in (*KEY, *KnowledgeSource._fields, "licence")}
_SOURCE["publications"] = _SOURCE["publications"]._replace(many=True)


def _stated(statements: Iterable[_Located], tables: Tables) -> dict[str, Any]:
    """What others state, by the key of the association, and the licence of each source."""
    stated: dict[Any, list[KnowledgeSource]] = {}
    licences = {}
    for place, row in statements:
        values = {name: _value(column, row, place) for name, column in _SOURCE.items()}
        key = tuple(values.pop(name) for name in KEY)
        licences[values["primary_knowledge_source"]] = values.pop("licence")
        for name, value in dangling_key(key, tables).items():
            _dangle(f"{value!r} is not described", name, value, place)
        stated.setdefault(key, []).append(KnowledgeSource(**values))
    held = {key: tuple(sorted(found)) for key, found in stated.items()}
    return {"stated": held, "licences": licences}


_WHAT = {
    "entities": "described as a node",
    "publications": "described as a publication",
    "predicates": "a predicate of the sign lexicon",
    "aspects": "an aspect of the sign lexicon",
    "designs": "a design of the rubric",
    "significance": "in the rubric",
    "comparison": "a comparison of the rubric",
}


def _dangle(said: str, column: str, value: str, place: Place) -> NoReturn:
    raise DanglingReference(said, column=column, value=value, **place._asdict())
