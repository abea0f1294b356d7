"""What a question may walk: its filters resolved to ids, and the plain network that is searched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from mscgraph.errors import NotFound
from mscgraph.model import PredicateKind
from mscgraph.names import nearest
from mscgraph.paths.search import Edge, Network

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association

__all__ = ["MOST_STEPS", "Conditions", "Scope", "open_scope"]

MOST_STEPS = 8


class Conditions(TypedDict, total=False):
    """The keywords that every question about paths takes; :func:`find_paths` explains each."""

    max_length: int
    via: Sequence[str]
    avoid: Sequence[str]
    taxon: str | None
    system: str | None
    since: int | None
    predicates: Sequence[str]
    min_grade: str | None
    exact: bool
    budget: int


@dataclass(frozen=True, slots=True)
class Scope:
    """The slice that a question walks: names resolved, edges chosen.

    ``kg`` is the slice in which findings support; ``walked`` are its associations that may be steps.
    """

    kg: KnowledgeGraph
    walked: tuple[Association, ...]
    max_length: int
    via: tuple[str, ...]
    avoid: tuple[str, ...]
    exact: bool
    budget: int
    filters: dict[str, Any]

    @property
    def edges(self) -> Iterable[Edge]:
        """The walked associations as the search takes them."""
        for a in self.walked:
            yield Edge(
                a.subject, a.object, int(a.sign or 0), a.grade.cost or 0, a.id, ends=a.is_readout
            )

    @property
    def network(self) -> Network:
        """The walked associations, ready to search."""
        return Network(self.edges)

    def kinds(self, identifier: str) -> frozenset[str]:
        """What an entity stands for: itself and its subclasses, or itself alone where exact."""
        return frozenset({identifier}) if self.exact else self.kg.kinds_of(identifier)


def open_scope(  # noqa: PLR0913 - one keyword a condition
    kg: KnowledgeGraph,
    *,
    max_length: int = 4,
    via: Sequence[str] = (),
    avoid: Sequence[str] = (),
    taxon: str | None = None,
    system: str | None = None,
    since: int | None = None,
    predicates: Sequence[str] = (),
    min_grade: str | None = None,
    exact: bool = False,
    budget: int = 1_000_000,
) -> Scope:
    """Resolve the conditions of a question; see :func:`mscgraph.paths.answer.find_paths`."""
    if not 1 <= max_length <= MOST_STEPS:
        raise ValueError(f"max_length is {max_length}; write 1 to {MOST_STEPS}")
    must = tuple(kg.entity(name).id for name in via)
    barred = tuple(kg.entity(name).id for name in avoid)
    allowed = [_predicate(kg, name) for name in predicates]
    scope = kg.keep_settings(taxon=taxon, system=system) if taxon or system else kg
    if since is not None:
        # a paper of unknown year is not known to be recent
        recent = {p.id for p in kg.publications.values() if p.year.isdigit() and int(p.year) >= since}
        scope = scope.keep_findings(lambda finding: finding.publication in recent)
    letters = _letters(kg, min_grade)
    return Scope(
        kg=scope,
        walked=tuple(_walkable(scope, letters, allowed)),
        max_length=max_length,
        via=must,
        avoid=barred,
        exact=exact,
        budget=budget,
        filters={
            "via": list(must),
            "avoid": list(barred),
            "taxon": taxon,
            "system": system,
            "since": since,
            "predicates": allowed,
            "min_grade": min_grade,
            "exact": exact,
        },
    )


def _predicate(kg: KnowledgeGraph, name: str) -> str:
    effects = [p.id for p in kg.predicates.values() if p.kind is PredicateKind.EFFECT]
    if name not in effects:
        raise NotFound(
            f"No predicate that a path can walk is called {name!r}.",
            suggestions=nearest(name, effects) or effects,
        )
    return name


def _letters(kg: KnowledgeGraph, min_grade: str | None) -> frozenset[str]:
    letters = kg.rubric.letters_best_first
    if min_grade is None:
        return frozenset(letters)
    if min_grade.upper() not in letters:
        raise NotFound(f"No grade is called {min_grade!r}.", suggestions=letters)
    return frozenset(letters[: letters.index(min_grade.upper()) + 1])


def _walkable(
    kg: KnowledgeGraph, letters: frozenset[str], allowed: Collection[str]
) -> Iterable[Association]:
    for association in kg.associations.values():
        is_effect = kg.predicates[association.predicate].kind is PredicateKind.EFFECT
        wanted = not allowed or association.predicate in allowed
        supported = association.grade.cost is not None
        if is_effect and wanted and supported and association.grade.letter in letters:
            yield association
