"""What readers of our own exchange formats share: records of any table made into a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from mscgraph.errors import DanglingReference, DataError
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import Entity, Finding, KnowledgeSource, Place, Publication
from mscgraph.schema import KEY, Column, columns_of
from mscgraph.tables.reading import dangling, dangling_key, read_tables
from mscgraph.text.curie import OpenPrefixes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mscgraph.tables.contents import Tables

_Record = TypeVar("_Record", Entity, Publication, Finding)
Located = tuple[Place, "dict[str, Any]"]


def record_of(kind: type[_Record], values: Mapping[str, Any], place: Place) -> _Record:
    """Make a record from values by field name; what is absent is empty.

    Raises
    ------
    DataError
        When there is no id, or a value is of the wrong kind, with file, line and column.
    """
    made = {name: _value(column, values, place) for name, column in columns_of(kind).items()}
    if not made["id"]:
        raise DataError("a record has no id", column="id", **place._asdict())
    return kind(**made)


def _value(column: Column, values: Mapping[str, Any], place: Place) -> Any:
    value = values.get(column.name)
    if column.many and (value is None or _are_texts(value)):
        return tuple(value or ()) if column.kind != "studies" else _studies(column, value or (), place)
    if column.many:
        raise _wrong(place, column.name, value, "no list of texts")
    kind, absent, said = (bool, False, "true or false") if column.kind == "flag" else (str, "", "text")
    found = values.get(column.name, absent)
    if not isinstance(found, kind):
        raise _wrong(place, column.name, found, f"no {said}")
    return found


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _studies(column: Column, items: Iterable[str], place: Place) -> tuple[tuple[int, str], ...]:
    parts = [item.partition(" ") for item in items]
    for count, _, design in parts:
        if not (count.isdecimal() and design):
            raise _wrong(place, column.name, count, "not a count before a study design")
    return tuple((int(count), design) for count, _, design in parts)


def _wrong(place: Place, column: str, value: object, said: str) -> DataError:
    return DataError(f"{value!r} is {said}", column=column, **place._asdict())


def graph_of(
    entities: Iterable[tuple[Place, Entity]],
    publications: Iterable[tuple[Place, Publication]],
    findings: Iterable[tuple[Place, Finding]],
    statements: Iterable[Located] = (),
) -> KnowledgeGraph:
    """Build a graph from records. Associations and grades are derived anew from the findings.

    ``statements`` are those of others: the key of an association, a knowledge source and its licence. The
    sign lexicon, vocabulary and rubric are those of the program.

    Raises
    ------
    DataError
        When an id stands twice.
    DanglingReference
        When a finding names something that no record describes.
    """
    base = read_tables()
    places: dict[str, Place] = {}
    held = [_keyed(records, places) for records in (entities, publications, findings)]
    tables = base._replace(
        prefixes=OpenPrefixes(base.prefixes.namespaces),
        entities=held[0],
        publications=held[1],
        findings=held[2],
        places=places,
    )
    tables = tables._replace(**_stated(statements, tables))
    for finding in tables.findings.values():
        _check(finding, tables)
    return KnowledgeGraph(tables)


_SOURCE = {name: Column("text", "", name=name) for name in (*KEY, *KnowledgeSource._fields, "licence")}
_SOURCE["publications"] = _SOURCE["publications"]._replace(many=True)


def _stated(statements: Iterable[Located], tables: Tables) -> dict[str, Any]:
    """What others state, by the key of the association, and the licence of each source."""
    stated: dict[Any, list[KnowledgeSource]] = {}
    licences = {}
    for place, row in statements:
        values = {name: _value(column, row, place) for name, column in _SOURCE.items()}
        key = tuple(values.pop(name) for name in KEY)
        licences[values["primary_knowledge_source"]] = values.pop("licence")
        for name, value in dangling_key(key, tables).items():
            said = f"{value!r} is not described"
            raise DanglingReference(said, column=name, value=value, **place._asdict())
        stated.setdefault(key, []).append(KnowledgeSource(**values))
    return {
        "stated": {key: tuple(sorted(found)) for key, found in stated.items()},
        "licences": licences,
    }


def _keyed(records: Iterable[tuple[Place, Any]], places: dict[str, Place]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place, record in records:
        if record.id in found:
            first = places[record.id]
            raise DataError(
                f"{record.id} stands here again; it was first used in {first.file}:{first.line}",
                column="id",
                value=record.id,
                **place._asdict(),
            )
        found[record.id] = record
        places[record.id] = place
    return dict(sorted(found.items()))


_WHAT = {
    "entities": "described as a node",
    "publications": "described as a publication",
    "predicates": "a predicate of the sign lexicon",
    "aspects": "an aspect of the sign lexicon",
    "designs": "a design of the rubric",
    "significance": "in the rubric",
    "comparison": "a comparison of the rubric",
}


def _check(finding: Finding, tables: Tables) -> None:
    for column in dangling(finding, tables):
        place, value = tables.places[finding.id], getattr(finding, column.name)
        raise DanglingReference(
            f"{value!r} is not {_WHAT[column.names]}",
            column=column.name,
            value=value,
            **place._asdict(),
        )
