"""From findings to associations: what supports each, what speaks against it, its sign and its grade."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from mscgraph.graph.grading import grade
from mscgraph.model import OURS, Association, PredicateKind, Sign, Walkable, association_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mscgraph.model import Finding, Predicate
    from mscgraph.tables import Tables

__all__ = ["Associator", "Key", "by_key", "walkable_of"]

Key: TypeAlias = tuple[str, str, str, str]


def by_key(findings: Iterable[Finding]) -> dict[Key, list[Finding]]:
    """Return findings by what an association is keyed by."""
    grouped: dict[Key, list[Finding]] = defaultdict(list)
    for finding in findings:
        grouped[finding.key].append(finding)
    return dict(grouped)


class Associator:
    """Makes associations by the sign lexicon, the papers and the rubric of one set of tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def associate(
        self, key: Key, own: list[Finding], everywhere: Mapping[Key, list[Finding]]
    ) -> Association:
        """Return the association of a key: its own findings, and what disputes them from everywhere."""
        subject, predicate, object_, aspect = key
        counting = self._counting
        supporting = tuple(finding for finding in own if finding.id in counting)
        disputing = tuple(
            finding
            for rival in self._disputed_by[predicate]
            for finding in everywhere.get((subject, rival, object_, aspect), ())
            if finding.id in counting
        )
        return Association(
            id=association_id(*key),
            subject=subject,
            predicate=predicate,
            object=object_,
            aspect=aspect,
            sign=self._signs[predicate, aspect],
            supporting=supporting,
            disputing=tuple(sorted(disputing, key=lambda finding: finding.id)),
            inconclusive=tuple(f for f in own if f.id not in counting)
            if len(supporting) < len(own)
            else (),
            grade=grade(supporting, disputing, self._tables.rubric),
        )

    def counts(self, finding: Finding) -> bool:
        """Whether a finding may support or dispute anything."""
        if not self._tables.publications[finding.publication].counts:
            return False
        if self._tables.predicates[finding.predicate].kind is PredicateKind.NULL:
            return True
        return finding.significance != "not_significant"

    @cached_property
    def _counting(self) -> frozenset[str]:
        """The ids of all findings that count."""
        return frozenset(key for key, f in self._tables.findings.items() if self.counts(f))

    @cached_property
    def _disputed_by(self) -> dict[str, tuple[str, ...]]:
        rivals: dict[str, list[str]] = {name: [] for name in self._tables.predicates}
        for name, predicate in self._tables.predicates.items():
            for disputed in predicate.disputes:
                rivals[disputed].append(name)
        return {name: tuple(found) for name, found in rivals.items()}

    @cached_property
    def _signs(self) -> dict[tuple[str, str], Sign | None]:
        """The effect on the object itself, by predicate and aspect."""
        return {
            (p.id, a.id): None if p.sign is None else Sign(p.sign * a.polarity)
            for p in self._tables.predicates.values()
            for a in self._tables.aspects.values()
        }


def walkable_of(
    associations: Iterable[Association], predicates: Mapping[str, Predicate]
) -> tuple[Walkable, ...]:
    """Return what a path may walk of associations: effects with at least one finding that counts."""
    return tuple(
        Walkable(
            a.subject, a.object, int(a.sign or 0), a.grade.cost or 0, a.id, a.is_readout,
            a.predicate, a.grade.letter,
            OURS if a.supporting or not a.sources else a.sources[0].primary_knowledge_source,
        )
        for a in associations
        if a.grade.cost is not None and predicates[a.predicate].kind is PredicateKind.EFFECT
    )  # fmt: skip
