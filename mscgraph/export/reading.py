"""What readers of our own exchange formats share: records of any table made into a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from mscgraph.errors import DanglingReference, DataError
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import Entity, Finding, Place, Publication
from mscgraph.tables import Tables, read_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Located", "graph_of", "record_of"]

_Record = TypeVar("_Record", Entity, Publication, Finding)
Located = tuple[Place, "dict[str, Any]"]

_LISTS = {
    Entity: {"synonyms", "xrefs", "parents", "part_of", "derives_from"},
    Publication: {"included_studies"},
    Finding: {"via", "msc_source", "priming"},
}
_FLAGS = {"readout"}


def record_of(kind: type[_Record], values: Mapping[str, Any], place: Place) -> _Record:
    """Make a record from values by field name; what is absent is empty.

    Raises
    ------
    DataError
        When there is no id, or a value is of the wrong kind, with file, line and column.
    """
    made: dict[str, Any] = {}
    for name in kind.__match_args__:
        if name in _LISTS[kind]:
            made[name] = _list(name, values.get(name), place)
        elif name in _FLAGS:
            made[name] = _typed(name, values.get(name, False), bool, place)
        else:
            made[name] = _typed(name, values.get(name, ""), str, place)
    if not made["id"]:
        raise DataError("a record has no id", file=place.file, line=place.line, column="id")
    return kind(**made)


def _typed(name: str, value: object, kind: type, place: Place) -> object:
    if not isinstance(value, kind):
        raise DataError(
            f"{value!r} is no {'text' if kind is str else 'true or false'}",
            file=place.file,
            line=place.line,
            column=name,
        )
    return value


def _list(name: str, value: object, place: Place) -> tuple[Any, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise DataError(f"{value!r} is no list of texts", file=place.file, line=place.line, column=name)
    if name != "included_studies":
        return tuple(value)
    parts = [item.partition(" ") for item in value]
    for count, _, design in parts:
        if not (count.isdecimal() and design):
            raise DataError(
                f"{count!r} is not a count before a study design",
                file=place.file,
                line=place.line,
                column=name,
            )
    return tuple((int(count), design) for count, _, design in parts)


def graph_of(
    entities: Iterable[tuple[Place, Entity]],
    publications: Iterable[tuple[Place, Publication]],
    findings: Iterable[tuple[Place, Finding]],
) -> KnowledgeGraph:
    """Build a graph from records. Associations and grades are derived anew from the findings.

    The sign lexicon, vocabulary and rubric are those of the program.

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
    tables = Tables(
        folder=base.folder,
        prefixes=base.prefixes,
        entities=held[0],
        predicates=base.predicates,
        aspects=base.aspects,
        vocabulary=base.vocabulary,
        refinements=base.refinements,
        publications=held[1],
        findings=held[2],
        rubric=base.rubric,
        places=places,
    )
    for finding in tables.findings.values():
        _check(finding, tables)
    return KnowledgeGraph(tables)


def _keyed(records: Iterable[tuple[Place, Any]], places: dict[str, Place]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place, record in records:
        if record.id in found:
            first = places[record.id]
            raise DataError(
                f"{record.id} stands here again; it was first used in {first.file}:{first.line}",
                file=place.file,
                line=place.line,
                column="id",
                value=record.id,
            )
        found[record.id] = record
        places[record.id] = place
    return dict(sorted(found.items()))


def _check(finding: Finding, tables: Tables) -> None:
    for column, value, known, what in (
        ("subject", finding.subject, tables.entities, "described as a node"),
        ("object", finding.object, tables.entities, "described as a node"),
        ("publication", finding.publication, tables.publications, "described as a publication"),
        ("predicate", finding.predicate, tables.predicates, "a predicate of the sign lexicon"),
        ("aspect", finding.aspect, tables.aspects, "an aspect of the sign lexicon"),
        ("study_design", finding.study_design, tables.rubric.designs, "a design of the rubric"),
        ("significance", finding.significance, tables.rubric.significance, "in the rubric"),
    ):
        if value not in known:
            place = tables.places[finding.id]
            raise DanglingReference(
                f"{value!r} is not {what}", file=place.file, line=place.line, column=column, value=value
            )
