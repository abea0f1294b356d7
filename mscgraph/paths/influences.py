"""Everything that acts on an entity, or that it acts on: the best path each, by net effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mscgraph.model import effect_word
from mscgraph.paths.answer import EFFECTS, check_count, check_wanted, paths_of
from mscgraph.paths.conditions import PlainWalk, open_scope
from mscgraph.paths.path import path_order
from mscgraph.paths.search import Edge, Found, Network, TimeUp, remaining_costs, search

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.paths.conditions import Conditions, Scope
    from mscgraph.paths.path import Path
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
    stopped: str = ""

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
            "stopped": self.stopped,
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
        As for :func:`mscgraph.find_paths`, and so are the errors; ``budget`` holds for each path.

    Returns
    -------
    InfluenceAnswer
        In order of (cost, steps, ids) of the paths.

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
    check_wanted("effect", effect, EFFECTS)
    if k is not None:
        check_count(k, "influence")
    scope = open_scope(kg, **conditions)
    asked = kg.entity(entity).id
    members = scope.kinds(asked)
    routes: list[tuple[str, tuple[Edge, ...]]] = []
    stopped = ""
    try:
        for far, result in _walks(scope, members, direction):
            routes += [(far, edges) for edges in result.paths]
            stopped = stopped or result.stopped
            if stopped in {"time", "interrupt"}:
                break
    except KeyboardInterrupt:
        stopped = "interrupt"
    except TimeUp:
        stopped = "time"
    paths = paths_of(scope, [edges for _, edges in routes])
    found = [Influence(far, path) for (far, _), path in zip(routes, paths, strict=True)]
    by_word = {effect_word(s): {i.entity for i in found if i.path.sign == s} for s in (1, -1, 0)}
    ranked = sorted(
        (influence for influence in found if influence.path.sign in EFFECTS[effect]),
        key=lambda influence: path_order(influence.path),
    )
    return InfluenceAnswer(
        entity=asked,
        covered=tuple(sorted(members)),
        direction=direction,
        effect=effect,
        max_length=scope.options.max_length,
        filters=scope.filters,
        complete=not stopped,
        verdict={word: len(entities) for word, entities in by_word.items()},
        both_ways=tuple(sorted(by_word["increase"] & by_word["decrease"])),
        influences=tuple(ranked[:k]),
        stopped=stopped,
    )


def _walks(scope: Scope, members: frozenset[str], direction: str) -> Iterator[tuple[str, Found]]:
    """The best path of each sign between the members and every entity, where there is one."""
    walk = scope.walk
    if not isinstance(walk, PlainWalk):
        yield from walk.influences(members, upstream=direction == "upstream")
    elif direction == "upstream":
        yield from _upstream(walk, members)
    else:
        yield from _downstream(walk, members)


def _upstream(walk: PlainWalk, targets: frozenset[str]) -> Iterator[tuple[str, Found]]:
    for far in sorted(walk.network.leaving.keys() - targets):
        for sign in (1, -1, 0):
            yield far, walk.search({far}, targets, k=1, signs=(sign,))


def _downstream(walk: PlainWalk, sources: frozenset[str]) -> Iterator[tuple[str, Found]]:
    """The same on reversed edges.

    A read-out may end a path, so reversed it may only begin one: each entity searches from a copy that
    has all its incoming edges, and the entities themselves keep those that are no read-outs.
    """
    o = walk.options
    edges = {edge.id: edge for edge in walk.edges}
    network = Network(_reversed(edges.values()))
    guide = remaining_costs(network, sources, o.max_length, only_ends=walk.only_ends)
    for far in sorted({edge.target for edge in edges.values()} - sources - set(o.avoid)):
        for sign in (1, -1, 0):
            found = _cheapest(walk, network, guide, sources, far, sign)
            forward = [tuple(edges[edge.id] for edge in reversed(route)) for route in found.paths]
            yield far, found._replace(paths=tuple(sorted(forward, key=_order)[:1]))


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
    walk: PlainWalk,
    network: Network,
    guide: Remaining,
    sources: frozenset[str],
    far: str,
    sign: int,
) -> Found:
    """All cheapest routes from an entity's copy back to a source: ties are broken forwards, not here."""
    k, o = 4, walk.options
    while True:
        found = search(
            network, {_copy(far)}, sources, k=k, max_length=o.max_length, signs=(sign,),
            via=set(o.via) - {far}, avoid={*o.avoid, far}, only_ends=walk.only_ends, budget=o.budget,
            remaining=guide, watch=walk.watch,
        )  # fmt: skip
        first = [_order(route)[:2] == _order(found.paths[0])[:2] for route in found.paths]
        if len(first) < k or not all(first):
            return found
        k *= 2
