"""Filters of findings: what a question names, resolved to tests that a finding passes or not."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

from mscgraph.errors import NotFound
from mscgraph.model import NOT_REPORTED
from mscgraph.schema import filters
from mscgraph.text.names import fold, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import TypeAlias

    from mscgraph.graph.knowledge import KnowledgeGraph
    from mscgraph.model import Aspect, Finding, Predicate, Term
    from mscgraph.schema import Column
    from mscgraph.tables.reading import Tables

    Test: TypeAlias = Callable[[Finding], bool]


def finding_tests(kg: KnowledgeGraph, given: Mapping[str, str | None]) -> list[Test]:
    """Return the tests of the filters given: those of :meth:`~mscgraph.KnowledgeGraph.find_findings`.

    Raises
    ------
    NotFound
        When there is no such filter, or it names nothing that exists, with suggestions.
    """
    known = filters()
    tests = []
    for name, value in with_aspect(kg, given).items():
        if value is not None:
            columns = known[one_of_known("filter", name, known)]
            test = _test(columns, _wanted(kg, columns[0], value))
            tests.append(_or_source(kg, value, test) if name == "subject" else test)
    return tests


def with_aspect(kg: KnowledgeGraph, given: Mapping[str, str | None]) -> Mapping[str, str | None]:
    """Filters of which an object that says an aspect, such as activated microglia, is parted in two."""
    if (said := given.get("object")) and not given.get("aspect"):
        entity, aspect = kg.named(said)
        if aspect:
            return {**given, "object": entity.id, "aspect": aspect}
    return given


def _or_source(kg: KnowledgeGraph, given: str, test: Test) -> Test:
    """That test, or that the subject came from a tissue: of AD-MSC, what MSC did that came from fat.

    The tissue that an MSC came from is a setting, so a finding names its subject MSC.
    """
    tissue = kg.entity(given).id
    kinds, wider = kg.kinds_of(tissue), kg.ancestors(tissue)
    return lambda finding: (
        test(finding) or (finding.subject in wider and not kinds.isdisjoint(finding.msc_source))
    )


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


def _wanted(kg: KnowledgeGraph, column: Column, given: str) -> frozenset[str | bool]:
    """The values of a column that a filter's value means; a name means the entity and its subclasses."""
    if given == NOT_REPORTED and column.is_silent:
        return frozenset({given})
    if column.kind == "publication":
        found = [paper.id for paper in kg.find_publications(given)]
        return frozenset(found or [kg.publication(given).id])
    terms = kg.tables.vocabulary.get(column.name, {})
    if column.kind == "entity" or (column.kind == "term or entity" and given not in terms):
        return kg.kinds_of(
            _tissue_msc(kg, given) if column.name == "msc_source" else kg.entity(given).id
        )
    if column.kind == "flag":
        return frozenset({one_of_known(column.label, given, ("yes", "no")) == "yes"})
    meant = values_meant(column.label, given, words_of(kg.tables, column))
    return meant.union(*(_narrower(kg, terms, value) for value in meant))


def _tissue_msc(kg: KnowledgeGraph, given: str) -> str:
    """The MSC of a tissue, named by itself or by the tissue: AD-MSC, fat."""
    with suppress(NotFound):
        if (found := kg.entity(given)).category.endswith("Cell"):
            return found.id
    with suppress(NotFound):
        return kg.entity(f"{given} MSC").id
    return kg.entity(given).id


def _narrower(kg: KnowledgeGraph, terms: Mapping[str, Term], known: str) -> Iterable[str]:
    """The terms whose entities are kinds of a term's entity: progressive MS patients are MS patients."""
    if known not in terms or not (above := terms[known].maps_to):
        return ()
    kinds = kg.kinds_of(above)
    return (term.id for term in terms.values() if term.maps_to in kinds)


def words_of(tables: Tables, column: Column) -> dict[str, frozenset[str]]:
    """Each word that a filter may ask for a column by, with the values that it means.

    Of a vocabulary these are id, label and the everyday words of ``also``, of which several values may
    share one, such as in vitro. Of the predicates the cues of ``cues.tsv`` are among them.
    """
    words: dict[str, set[str]] = defaultdict(set)
    for value, said in _said_of(tables, column):
        for word in said:
            words[word].add(value)
    return {word: frozenset(values) for word, values in words.items()}


def _said_of(tables: Tables, column: Column) -> Iterator[tuple[str, Iterable[str]]]:
    """The values of a column, each with words for it."""
    known: Mapping[str, Predicate | Aspect | Term] = tables.vocabulary.get(column.name, {})
    if column.kind in {"predicate", "aspect"}:
        known = tables.predicates if column.kind == "predicate" else tables.aspects
    for value, term in known.items():
        yield value, (value, term.label, *getattr(term, "also", ()))
    if column.kind == "predicate":
        from pathlib import Path

        from mscgraph.tables.optional_tables import CueKind, read_cues

        cues = read_cues(Path(tables.folder)).values()
        yield from ((cue.predicate, cue.forms) for cue in cues if cue.kind is CueKind.RELATION)
    if not known:
        for finding in tables.findings.values():
            value = getattr(finding, column.name)
            yield from ((one, (one,)) for one in (value if column.many else (value,)) if one)
    if column.is_silent:
        yield NOT_REPORTED, (NOT_REPORTED,)


def values_meant(what: str, given: str, words: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the values that a word means; raise :class:`NotFound` with suggestions."""
    for key in (fold, _in_pieces):
        if found := [values for word, values in words.items() if key(word) == key(given)]:
            return frozenset().union(*found)
    raise NotFound(
        f"No {what} is called {given!r}.",
        suggestions=nearest(given, words) or sorted(frozenset().union(*words.values())),
    )


def _in_pieces(word: str) -> str:
    from mscgraph.text.spelling import name_pieces  # only for what is not said as it stands

    return " ".join(name_pieces(word))


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


# -- where a look-up finds nothing ------------------------------------------------------------------

_MOST = 3


def nearest_known(kg: KnowledgeGraph, identifier: str) -> list[str]:
    """Return entities with findings near one without: called alike, or its classes.

    Examples
    --------
    >>> import mscgraph as mg
    >>> nearest_known(mg.load(), "CL:0000134")
    []
    """
    known = {end for f in kg.findings.values() for end in (f.subject, f.object, *f.msc_source, *f.via)}
    if not known.isdisjoint(kg.kinds_of(identifier)):
        return []
    entity = kg.entities[identifier]
    alike = [e.id for e in kg.find_entities(entity.name) if e.category == entity.category]
    classes = sorted(kg.ancestors(identifier), key=lambda one: (len(kg.kinds_of(one)), one))
    near = dict.fromkeys((*alike, *classes))
    return [one for one in near if not known.isdisjoint(kg.kinds_of(one))][:_MOST]


def wider_filters(
    kg: KnowledgeGraph, given: Mapping[str, str | None]
) -> list[tuple[dict[str, str], int]]:
    """Return wider filters that find something where the given ones find nothing, each with how much.

    One filter is left away, or names the class of what it names; narrowest first.
    """
    asked = {name: value for name, value in given.items() if value is not None}
    found = [(wider, len(kg.find_findings(**wider))) for wider in _wider(kg, asked)]
    return sorted((one for one in found if one[1]), key=lambda one: one[1])[:_MOST]


def _wider(kg: KnowledgeGraph, asked: dict[str, str]) -> Iterator[dict[str, str]]:
    for name in asked if len(asked) > 1 else ():
        yield {other: value for other, value in asked.items() if other != name}
    for name in ("subject", "object"):
        if name in asked:
            entity, _ = kg.named(asked[name])
            near = nearest_known(kg, entity.id)
            for wider in dict.fromkeys((*near, *(p for p in entity.parents if p in kg.entities))):
                yield asked | {name: kg.name(wider)}
