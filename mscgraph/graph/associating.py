"""From findings to associations: what supports each, what speaks against it, its sign and its grade."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from mscgraph.graph.grading import grade, grade_stated
from mscgraph.model import (
    OURS,
    Association,
    Edge,
    Finding,
    PredicateKind,
    Publication,
    Sign,
    association_id,
)
from mscgraph.schema import KEY, NOT_REPORTED, WITHDRAWN, columns_of
from mscgraph.tables.rows import rows_of, whole_row

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from mscgraph.graph.grading import Row
    from mscgraph.model import Grade, KnowledgeSource, Predicate
    from mscgraph.tables.optional_tables import ExternalCosts
    from mscgraph.tables.reading import Tables

Key: TypeAlias = tuple[str, str, str, str]
_PREDICATE, _READOUT, _PUBLICATION, _STUDY, _DESIGN, _COMPARISON, _SIGNIFICANCE = map(
    Finding._fields.index,
    ("predicate", "readout", "publication", "study", "study_design", "comparison", "significance"),
)
_defining = itemgetter(
    *(Finding._fields.index(c.name) for c in columns_of(Finding).values() if c.defining)
)
_SILENT = ("", NOT_REPORTED)
_key_of = itemgetter(*map(Finding._fields.index, KEY))
_YES = ("yes", True)  # a flag of a finding, and the cell of its row
_STATUS = Publication._fields.index("status")


class Keyed(dict[Key, list[Any]]):
    """Findings, or the cells of their rows, by what an association is keyed by."""

    @cached_property
    def pairs(self) -> dict[str, dict[str, list[Key]]]:
        """The keys by subject and object."""
        found: dict[str, dict[str, list[Key]]] = {}
        for key in self:
            found.setdefault(key[0], {}).setdefault(key[2], []).append(key)
        return found

    def between(self, subject: str, object_: str) -> Iterator[Any]:
        """Those of one subject and object, of any predicate and aspect."""
        for key in self.pairs.get(subject, {}).get(object_, ()):
            yield from self[key]


def by_key(rows: Iterable[Row]) -> Keyed:
    """Return findings, or the cells of their rows, by what an association is keyed by."""
    grouped = Keyed()
    for row in rows:
        key: Any = _key_of(row)
        if key in grouped:
            grouped[key].append(row)
        else:
            grouped[key] = [row]
    return grouped


def are_comparable(one: Row, other: Row) -> bool:
    """Whether no defining setting of two findings, or of their rows, has two different stated values.

    A setting that one of the two does not report is no difference.
    """
    for first, second in zip(_defining(one), _defining(other), strict=True):
        if first != second and first not in _SILENT and second not in _SILENT:
            return False
    return True


def studies_of(findings: Iterable[Row]) -> frozenset[str]:
    """The papers, trials and cohorts of findings: two findings that share one are of one study."""
    return frozenset(name for row in findings for name in (row[_PUBLICATION], row[_STUDY]) if name)


class Associator:
    """Makes associations by the sign lexicon, the papers and the rubric of one set of tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._alone: dict[tuple[str, str, bool, str], Grade] = {}

    def associate(
        self, key: Key, own: Collection[Finding], everywhere: Mapping[Key, list[Finding]]
    ) -> Association:
        """Return the association of a key: its own findings, and what its rivals say from everywhere."""
        subject, predicate, object_, aspect = key
        supporting, disputing, other = self.sides(key, own, everywhere)
        return Association(
            id=association_id(*key),
            subject=subject,
            predicate=predicate,
            object=object_,
            aspect=aspect,
            sign=self.signs[predicate, aspect],
            supporting=tuple(supporting),
            disputing=tuple(sorted(disputing, key=lambda finding: finding.id)),
            inconclusive=tuple(f for f in own if not self.counts(f)),
            other_settings=tuple(sorted(other, key=lambda finding: finding.id)),
            grade=self.grade(supporting, disputing, len(other)),
        )

    def sides(
        self, key: Key, own: Iterable[Row], everywhere: Mapping[Key, list[Any]]
    ) -> tuple[list[Any], list[Any], list[Any]]:
        """What counts for an association, what against it, and what its rivals say in other settings.

        A rival's finding disputes it if its study is none of those that support the association, and if it
        is comparable with one finding that supports it, in a slice too one of the whole graph.
        """
        supporting = [row for row in own if self.counts(row)]
        rivals = [row for rival in self.rivals(key) for row in everywhere.get(rival, ())]
        against = [row for row in rivals if self.counts(row)]
        if not against:
            return supporting, [], []
        compared = [row for row in everywhere.get(key, own) if self.counts(row)]
        if not compared:  # nothing supports it, so no settings differ
            return supporting, against, []
        studies = studies_of(compared)
        disputing: list[Any] = []
        other: list[Any] = []
        for row in against:
            is_other = row[_PUBLICATION] in studies or row[_STUDY] in studies
            disputes = not is_other and any(are_comparable(row, one) for one in compared)
            (disputing if disputes else other).append(row)
        return supporting, disputing, other

    def rivals(self, key: Key) -> list[Key]:
        """The keys whose associations speak against one."""
        subject, predicate, object_, aspect = key
        return [(subject, rival, object_, aspect) for rival in self._disputed_by[predicate]]

    def grade(self, supporting: list[Any], disputing: list[Any], other: int = 0) -> Grade:
        """The grade of an association by what speaks for it, against it, and ``other`` not comparable."""
        rubric, preprints = self._tables.rubric, self._preprints
        if len(supporting) != 1 or disputing or other:
            return grade(supporting, disputing, rubric, other=other, preprints=preprints)
        (only,) = supporting  # as of most associations; they have few grades
        said = only[_DESIGN], only[_COMPARISON], only[_PUBLICATION] in preprints, only[_SIGNIFICANCE]
        if said not in self._alone:
            self._alone[said] = grade(supporting, disputing, rubric, preprints=preprints)
        return self._alone[said]

    def stated(self, made: Association, sources: tuple[KnowledgeSource, ...]) -> Association:
        """An association with what others state; they grade it where no finding supports it."""
        if not sources:
            return made
        if made.grade.cost is not None:
            return made._replace(sources=sources)
        graded = grade_stated(sources, made.disputing, self._tables.rubric, self._external)
        return made._replace(sources=sources, grade=graded)

    @cached_property
    def _external(self) -> ExternalCosts:
        from pathlib import Path

        from mscgraph.tables.optional_tables import read_external_costs

        return read_external_costs(Path(self._tables.folder))

    def counts(self, row: Row) -> bool:
        """Whether a finding, or its row, may support or dispute anything."""
        row = whole_row(row)
        is_missed = row[_SIGNIFICANCE] == "not_significant" and row[_PREDICATE] not in self._nulls
        return not is_missed and row[_PUBLICATION] not in self._withdrawn

    @cached_property
    def _withdrawn(self) -> frozenset[str]:
        return self._papers_of(WITHDRAWN)

    @cached_property
    def _preprints(self) -> frozenset[str]:
        return self._papers_of({"preprint"})

    def _papers_of(self, statuses: Collection[str]) -> frozenset[str]:
        papers = rows_of(self._tables.publications).items()
        return frozenset(key for key, row in papers if row[_STATUS] in statuses)

    @cached_property
    def _nulls(self) -> frozenset[str]:
        predicates = self._tables.predicates.values()
        return frozenset(p.id for p in predicates if p.kind is PredicateKind.NULL)

    @cached_property
    def _disputed_by(self) -> dict[str, tuple[str, ...]]:
        rivals: dict[str, list[str]] = {name: [] for name in self._tables.predicates}
        for name, predicate in self._tables.predicates.items():
            for disputed in predicate.disputes:
                rivals[disputed].append(name)
        return {name: tuple(found) for name, found in rivals.items()}

    @cached_property
    def signs(self) -> dict[tuple[str, str], Sign | None]:
        """The effect on the object itself, by predicate and aspect."""
        return {
            (p.id, a.id): None if p.sign is None else Sign(p.sign * a.polarity)
            for p in self._tables.predicates.values()
            for a in self._tables.aspects.values()
        }


class Associations(Mapping[str, Association]):
    """The associations of some findings by id, sorted by key; each is made when it is asked for.

    Parameters
    ----------
    tables
        Those of the whole graph.
    own, everywhere
        The findings, or their rows, of these associations and of the whole graph.
    stated
        What others state, by the key of the association.
    """

    def __init__(
        self,
        tables: Tables,
        own: Keyed,
        everywhere: Keyed,
        stated: Mapping[Key, tuple[KnowledgeSource, ...]],
    ) -> None:
        self._stated = stated
        self._findings = tables.findings
        self._predicates = tables.predicates
        self._associator = Associator(tables)
        self._own, self._everywhere = own, everywhere
        self._made: dict[str, Association] = {}
        self._edges: dict[Key, Edge | None] = {}
        self._key_of: dict[str, Key] = {}  # the few that an answer asks for are among them

    @cached_property
    def _keys(self) -> dict[str, Key]:
        return {association_id(*key): key for key in sorted({*self._own, *self._stated})}

    def __getitem__(self, identifier: str) -> Association:
        if identifier not in self._made:
            key = self._key_of.get(identifier) or self._keys[identifier]
            keys = (key, *self._associator.rivals(key))
            everywhere = {one: self._of(self._everywhere.get(one, ())) for one in keys}
            made = self._associator.associate(key, self._of(self._own.get(key, ())), everywhere)
            self._made[identifier] = self._associator.stated(made, self._stated.get(key, ()))
        return self._made[identifier]

    def _of(self, rows: Iterable[Row]) -> list[Finding]:
        """The findings of rows."""
        return [self._findings[row[0]] for row in rows]

    def identify(self, key: Key) -> str:
        """The id of the association of a key, which is then found without those of all others."""
        identifier = association_id(*key)
        self._key_of[identifier] = key
        return identifier

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys if self._stated else self._own)

    @property
    def holds_statements(self) -> bool:
        """Whether others state any of them."""
        return bool(self._stated)

    def walkable(self) -> Iterator[Edge]:
        """What a path may walk, from the rows alone: an effect that a finding that counts supports."""
        return (edge for key in sorted(self._own) if (edge := self.edge(key)))

    @property
    def pairs(self) -> dict[str, dict[str, list[Key]]]:
        """The keys that have findings by subject and object."""
        return self._own.pairs

    def edge(self, key: Key) -> Edge | None:
        """What a path may walk of a key: an effect that a finding that counts supports; else None."""
        if key[1] not in self._effects:
            return None
        if key not in self._edges:
            self._edges[key] = self._walked(key)
        return self._edges[key]

    def _walked(self, key: Key) -> Edge | None:
        subject, predicate, object_, aspect = key
        supporting, disputing, other = self._associator.sides(key, self._own[key], self._everywhere)
        if not supporting:
            return None
        identifier = self.identify(key)
        graded = self._associator.grade(supporting, disputing, len(other))
        acting = [row for row in supporting if row[_READOUT] not in _YES]
        sign = self._associator.signs[predicate, aspect]
        return Edge(
            subject, object_, int(sign or 0), graded.cost or 0, identifier, not acting,
            predicate, graded.letter, OURS,
        )  # fmt: skip

    @cached_property
    def _effects(self) -> frozenset[str]:
        predicates = self._predicates.values()
        return frozenset(p.id for p in predicates if p.kind is PredicateKind.EFFECT)


def identified(associations: Mapping[str, Association], key: Key) -> str:
    """Return the id of an association that there is; it is then found without the ids of all others."""
    if isinstance(associations, Associations):
        return associations.identify(key)
    return association_id(*key)


def made_of_rows(associations: Mapping[str, Association]) -> Associations | None:
    """Return associations whose edges can be made one by one, from rows: where others state none."""
    if isinstance(associations, Associations) and not associations.holds_statements:
        return associations
    return None


def walkable_of(
    associations: Mapping[str, Association], predicates: Mapping[str, Predicate]
) -> tuple[Edge, ...]:
    """Return what a path may walk of associations: effects with at least one finding that counts."""
    if (ours := made_of_rows(associations)) is not None:
        return tuple(ours.walkable())
    return tuple(
        Edge(
            a.subject, a.object, int(a.sign or 0), a.grade.cost or 0, a.id, a.is_readout,
            a.predicate, a.grade.letter,
            OURS if a.supporting or not a.sources else a.sources[0].primary_knowledge_source,
        )
        for a in associations.values()
        if a.grade.cost is not None and predicates[a.predicate].kind is PredicateKind.EFFECT
    )  # fmt: skip
