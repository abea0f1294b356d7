"""Everything that acts on an entity, or that it acts on: the best path each, by net effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mscgraph.model import effect_word
from mscgraph.paths.answer import EFFECTS, Path, path_of
from mscgraph.paths.scope import open_scope
from mscgraph.paths.search import Edge, Network, remaining_costs, search

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.paths.scope import Conditions, Scope
    from mscgraph.paths.search import Remaining

__all__ = ["Influence", "InfluenceAnswer", "downstream", "upstream"]


@dataclass(frozen=True, slots=True)
class Influence:
    """One entity at the far end, and the best path of one net effect between it and what was asked."""

    entity: str
    path: Path

    @property
    def effect(self) -> str:
        """The net effect of the path: ``increase``, ``decrease`` or ``unknown``."""
        return self.path.effect

    def to_dict(self) -> dict[str, Any]:
        """The influence as JSON-ready values."""
        return {"entity": self.entity, "effect": self.effect, "path": self.path.to_dict()}


@dataclass(frozen=True, slots=True)
class InfluenceAnswer:
    """What acts on an entity (upstream) or what it acts on (downstream), best supported first.

    There is one influence an entity and net effect. ``verdict`` counts the entities by net effect;
    one that has paths of both signs counts under both and is named in ``both_ways``.
    """

    entity: str
    covered: tuple[str, ...]
    direction: str
    effect: str
    max_length: int
    filters: dict[str, Any]
    complete: bool
    verdict: dict[str, int]
    both_ways: tuple[str, ...]
    influences: tuple[Influence, ...]

    def __len__(self) -> int:
        return len(self.influences)

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON-ready values, as ``mscgraph upstream --json`` prints them."""
        return {
            "entity": self.entity,
            "covered": self.covered,
            "direction": self.direction,
            "effect": self.effect,
            "max_length": self.max_length,
            "filters": self.filters,
            "complete": self.complete,
            "verdict": self.verdict,
            "both_ways": self.both_ways,
            "influences": [influence.to_dict() for influence in self.influences],
        }


def upstream(
    kg: KnowledgeGraph,
    entity: str,
    *,
    effect: str = "any",
    k: int | None = None,
    **conditions: Unpack[Conditions],
) -> InfluenceAnswer:
    """Find everything that raises or lowers an entity, with the best path each.

    Parameters
    ----------
    kg
        The graph to search.
    entity
        What is acted on, by any name; its subclasses too unless ``exact``.
    effect
        ``increase`` (what raises it), ``decrease``, ``unknown`` or ``any``.
    k
        How many influences are listed; all of them unless given.
    **conditions
        As for :func:`mscgraph.find_paths`; ``budget`` holds for each path.

    Returns
    -------
    InfluenceAnswer
        In order of (cost, steps, ids) of the paths.

    Raises
    ------
    NotFound, AmbiguousName
        When a name fits nothing, or several entities.
    ValueError
        When an option is out of its range.

    Examples
    --------
    >>> import mscgraph as mg
    >>> answer = mg.upstream(mg.load(), "Th17 cell", effect="decrease", max_length=2)
    >>> {influence.effect for influence in answer.influences}
    {'decrease'}
    """
    return _reach(kg, entity, "upstream", effect, k, **conditions)


def downstream(
    kg: KnowledgeGraph,
    entity: str,
    *,
    effect: str = "any",
    k: int | None = None,
    **conditions: Unpack[Conditions],
) -> InfluenceAnswer:
    """Find everything that an entity raises or lowers, with the best path each.

    Parameters, errors and order are those of :func:`mscgraph.upstream`; here ``entity`` is what acts.

    Returns
    -------
    InfluenceAnswer
        One influence an entity that is reached and net effect.

    Examples
    --------
    >>> import mscgraph as mg
    >>> answer = mg.downstream(mg.load(), "IDO1", max_length=2)
    >>> {influence.path.source for influence in answer.influences}
    {'HGNC:6059'}
    """
    return _reach(kg, entity, "downstream", effect, k, **conditions)


def _reach(
    kg: KnowledgeGraph,
    entity: str,
    direction: str,
    effect: str,
    k: int | None,
    **conditions: Unpack[Conditions],
) -> InfluenceAnswer:
    if effect not in EFFECTS:
        raise ValueError(f"effect is {effect!r}; write one of {', '.join(EFFECTS)}")
    if k is not None and k < 1:
        raise ValueError(f"k is {k}; ask for at least one influence")
    scope = open_scope(kg, **conditions)
    asked = kg.entity(entity).id
    walk = _upstream if direction == "upstream" else _downstream
    routes, complete = walk(scope, scope.kinds(asked))
    found = [Influence(far, path_of(scope, edges)) for far, edges in routes]
    by_word = {effect_word(s): {i.entity for i in found if i.path.sign == s} for s in (1, -1, 0)}
    ranked = sorted(
        (influence for influence in found if influence.path.sign in EFFECTS[effect]),
        key=lambda i: (i.path.cost, len(i.path.steps), [s.association.id for s in i.path.steps]),
    )
    return InfluenceAnswer(
        entity=asked,
        covered=tuple(sorted(scope.kinds(asked))),
        direction=direction,
        effect=effect,
        max_length=scope.max_length,
        filters=scope.filters,
        complete=complete,
        verdict={word: len(entities) for word, entities in by_word.items()},
        both_ways=tuple(sorted(by_word["increase"] & by_word["decrease"])),
        influences=tuple(ranked[:k]),
    )


_Routes = list[tuple[str, tuple[Edge, ...]]]


def _upstream(scope: Scope, targets: frozenset[str]) -> tuple[_Routes, bool]:
    """The best path of each sign from every entity, by one guide for all."""
    network = scope.network
    guide = remaining_costs(network, targets, scope.max_length)
    routes: _Routes = []
    complete = True
    for far in sorted(network.leaving.keys() - targets):
        for sign in (1, -1, 0):
            found = search(
                network, {far}, targets, k=1, max_length=scope.max_length, signs=(sign,),
                via=scope.via, avoid=scope.avoid, budget=scope.budget, remaining=guide,
            )  # fmt: skip
            complete &= found.complete
            routes += [(far, edges) for edges in found.paths]
    return routes, complete


def _downstream(scope: Scope, sources: frozenset[str]) -> tuple[_Routes, bool]:
    """The same on reversed edges.

    A read-out may end a path, so reversed it may only begin one: each entity searches from a copy that
    has all its incoming edges, and the entities themselves keep those that are no read-outs.
    """
    edges = {edge.id: edge for edge in scope.edges}
    network = Network(_reversed(edges.values()))
    guide = remaining_costs(network, sources, scope.max_length)
    routes: _Routes = []
    complete = True
    for far in sorted({edge.target for edge in edges.values()} - sources - set(scope.avoid)):
        for sign in (1, -1, 0):
            ties, proven = _cheapest(scope, network, guide, sources, far, sign)
            complete &= proven
            forward = [tuple(edges[edge.id] for edge in reversed(route)) for route in ties]
            if forward:
                routes.append((far, min(forward, key=_order)))
    return routes, complete


def _reversed(edges: Iterable[Edge]) -> Iterator[Edge]:
    for edge in edges:
        turned = edge._replace(source=edge.target, target=edge.source, ends=False)
        if not edge.ends:
            yield turned
        if edge.source != edge.target:
            yield turned._replace(source=_copy(edge.target))


def _copy(entity: str) -> str:
    return f"{entity} "  # no id ends in a space


def _order(route: tuple[Edge, ...]) -> tuple[int, int, tuple[str, ...]]:
    return sum(edge.cost for edge in route), len(route), tuple(edge.id for edge in route)


def _cheapest(  # noqa: PLR0913, PLR0917 - one search of many that share all but the last three
    scope: Scope,
    network: Network,
    guide: Remaining,
    sources: frozenset[str],
    far: str,
    sign: int,
) -> tuple[list[tuple[Edge, ...]], bool]:
    """All cheapest routes from an entity's copy back to a source: ties are broken forwards, not here."""
    k = 4
    while True:
        found = search(
            network, {_copy(far)}, sources, k=k, max_length=scope.max_length, signs=(sign,),
            via=set(scope.via) - {far}, avoid={*scope.avoid, far}, budget=scope.budget, remaining=guide,
        )  # fmt: skip
        first = [_order(route)[:2] == _order(found.paths[0])[:2] for route in found.paths]
        if len(first) < k or not all(first):
            return list(found.paths), found.complete
        k *= 2
