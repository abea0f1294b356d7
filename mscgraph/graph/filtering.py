"""Filters of findings: what a question names, resolved to tests that a finding passes or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.errors import NotFound
from mscgraph.model import NOT_REPORTED
from mscgraph.schema import filters
from mscgraph.text.names import fold, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Protocol, TypeAlias

    from mscgraph.model import Entity, Finding, Publication, Term
    from mscgraph.schema import Column
    from mscgraph.tables import Tables

    Test: TypeAlias = Callable[[Finding], bool]

    class Named(Protocol):
        """A graph in which names are looked up."""

        @property
        def tables(self) -> Tables:
            """What it was made of."""

        def entity(self, name: str) -> Entity:
            """The entity of a name."""

        def publication(self, identifier: str) -> Publication:
            """The paper of an id."""

        def kinds_of(self, identifier: str) -> frozenset[str]:
            """An entity and its subclasses."""

        def ancestors(self, identifier: str) -> frozenset[str]:
            """The superclasses of an entity."""


__all__ = ["finding_tests", "one_of_known"]


def finding_tests(kg: Named, given: Mapping[str, str | None]) -> list[Test]:
    """Return the tests of the filters given: those of :meth:`~mscgraph.KnowledgeGraph.find_findings`.

    Raises
    ------
    NotFound
        When there is no such filter, or it names nothing that exists, with suggestions.
    """
    known = filters()
    tests = []
    for name, value in given.items():
        if value is not None:
            columns = known[one_of_known("filter", name, known)]
            test = _test(columns, _wanted(kg, columns[0], value))
            of_source = _source_test(kg, value) if name == "subject" else None
            tests.append(_either(test, of_source) if of_source else test)
    return tests


def _source_test(kg: Named, given: str) -> Test:
    """A test that the subject came from a tissue: of AD-MSC, what MSC did that came from fat.

    The tissue that an MSC came from is a setting, so a finding names its subject MSC.
    """
    tissue = kg.entity(given).id
    kinds, wider = kg.kinds_of(tissue), kg.ancestors(tissue)
    return lambda finding: finding.subject in wider and not kinds.isdisjoint(finding.msc_source)


def _either(one: Test, other: Test) -> Test:
    return lambda finding: one(finding) or other(finding)


def _test(columns: tuple[Column, ...], wanted: frozenset[str | bool]) -> Test:
    """A test that one of the columns holds one of the values."""
    fields = [(column.name, column.many) for column in columns]

    def test(finding: Finding) -> bool:
        for name, many in fields:
            value = getattr(finding, name)
            if not wanted.isdisjoint(value) if many else value in wanted:
                return True
        return False

    return test


def _wanted(kg: Named, column: Column, given: str) -> frozenset[str | bool]:
    """The values of a column that a filter's value means; a name means the entity and its subclasses."""
    if given == NOT_REPORTED and column.is_silent:
        return frozenset({given})
    if column.kind == "publication":
        return frozenset({kg.publication(given).id})
    terms = kg.tables.vocabulary.get(column.name, {})
    if column.kind == "entity" or (column.kind == "term or entity" and given not in terms):
        return kg.kinds_of(kg.entity(given).id)
    known = one_of_known(column.label, given, _known(kg, column))
    if column.kind == "flag":
        return frozenset({known == "yes"})
    return frozenset({known, *_narrower(kg, terms, known)})


def _narrower(kg: Named, terms: Mapping[str, Term], known: str) -> Iterable[str]:
    """The terms whose entities are kinds of a term's entity: progressive MS patients are MS patients."""
    if known not in terms or not (above := terms[known].maps_to):
        return ()
    kinds = kg.kinds_of(above)
    return (term.id for term in terms.values() if term.maps_to in kinds)


def _known(kg: Named, column: Column) -> Iterable[str]:
    """The values that a filter may ask for: of a lexicon, of the vocabulary, or those that there are."""
    if column.kind in {"predicate", "aspect"}:
        return kg.tables.predicates if column.kind == "predicate" else kg.tables.aspects
    if column.kind == "flag":
        return "yes", "no"
    if column.kind in {"term", "term or entity"}:
        return *kg.tables.vocabulary[column.name], *([NOT_REPORTED] if column.is_silent else [])
    found = (getattr(finding, column.name) for finding in kg.tables.findings.values())
    return sorted({one for value in found for one in (value if column.many else (value,))} - {""})


def one_of_known(what: str, given: str, known: Iterable[str]) -> str:
    """Return the known name that ``given`` folds to; raise :class:`NotFound` with suggestions."""
    folded = {fold(name): name for name in known}
    try:
        return folded[fold(given)]
    except KeyError:
        raise NotFound(
            f"No {what} is called {given!r}.",
            suggestions=nearest(given, folded.values()) or list(folded.values()),
        ) from None
