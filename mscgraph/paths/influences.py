"""Everything that acts on an entity, or that it acts on: the best path each, by net effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.model import effect_word
from mscgraph.named_tuples import NamedTuple
from mscgraph.paths.answer import EFFECTS, check_count, check_wanted, paths_of
from mscgraph.paths.between import detours
from mscgraph.paths.conditions import open_search
from mscgraph.paths.deadline import TimeUp
from mscgraph.paths.demonstrated import demonstrated_paths
from mscgraph.paths.path import Answer, path_order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Edge, Sign
    from mscgraph.paths.conditions import ConditionKeywords, Conditions, PathSearch
    from mscgraph.paths.path import Path


class Influence(NamedTuple):
    """One entity at the far end, and the best path of one net effect between it and what was asked.

    ``sign`` is that effect. Where the path was demonstrated and the entity is its mediator it is that of
    the half of the path between the two.
    """

    entity: str
    path: Path
    sign: Sign

    @property
    def effect(self) -> str:
        """The net effect: ``increase``, ``decrease`` or ``unknown``."""
        return effect_word(self.sign)

    def to_dict(self) -> dict[str, Any]:
        """The influence as JSON-ready values."""
        return {"entity": self.entity, "effect": self.effect, "path": self.path.to_dict()}


class InfluenceAnswer(Answer):
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
    stopped: str
    verdict: dict[str, int]
    both_ways: tuple[str, ...]
    influences: tuple[Influence, ...]

    def __len__(self) -> int:
        return len(self.influences)


def upstream(
    kg: KnowledgeGraph,
    entity: str,
    conditions: Conditions | None = None,
    *,
    effect: str = "any",
    k: int | None = None,
    **keywords: Unpack[ConditionKeywords],
) -> InfluenceAnswer:
    """Find everything that raises or lowers an entity, with the best path each.

    Parameters
    ----------
    kg
        The graph to search.
    entity
        What is acted on, by any name; its subclasses too unless ``exact``.
    conditions, **keywords
        As for :func:`mscgraph.find_paths`, and so are the errors; ``budget`` holds for each path.
    effect
        ``increase`` (what raises it), ``decrease``, ``unknown`` or ``any``.
    k
        How many influences are listed; all of them unless given.

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
    return _influences((kg, entity, "upstream"), conditions, effect, k, keywords)


def downstream(
    kg: KnowledgeGraph,
    entity: str,
    conditions: Conditions | None = None,
    *,
    effect: str = "any",
    k: int | None = None,
    **keywords: Unpack[ConditionKeywords],
) -> InfluenceAnswer:
    """Find everything that an entity raises or lowers, with the best path each.

    Parameters
    ----------
    entity
        What acts, by any name; its subclasses too unless ``exact``.
    kg, conditions, effect, k, **keywords
        As for :func:`mscgraph.upstream`, and so are the errors and the order.

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
    return _influences((kg, entity, "downstream"), conditions, effect, k, keywords)


def _influences(
    asked: tuple[KnowledgeGraph, str, str],
    conditions: Conditions | None,
    effect: str,
    k: int | None,
    keywords: ConditionKeywords,
) -> InfluenceAnswer:
    kg, name, direction = asked
    check_wanted("effect", effect, EFFECTS)
    if k is not None:
        check_count(k, "influence")
    entity = kg.entity(name).id
    search = open_search(kg, conditions, keywords, ends=(entity,))
    members = search.kinds(entity)
    routes: list[tuple[str, tuple[Edge, ...]]] = []
    stopped = ""
    asked_for = frozenset[str]().union(*search.bounds.groups)

    def around(far: str) -> frozenset[str]:
        return detours(kg, (far,)) - asked_for

    try:
        for far, result in search.engine.influences(members, around, upstream=direction == "upstream"):
            routes += [(far, edges) for edges in result.paths]
            stopped = stopped or result.stopped
            if stopped in {"time", "interrupt"}:
                break
    except KeyboardInterrupt:
        stopped = "interrupt"
    except TimeUp:
        stopped = "time"
    paths = paths_of(search, [edges for _, edges in routes])
    found = _best(
        [
            *(Influence(far, path, path.sign) for (far, _), path in zip(routes, paths, strict=True)),
            *_demonstrated(search, members, upstream=direction == "upstream"),
        ]
    )
    by_word = {effect_word(s): {i.entity for i in found if i.sign == s} for s in (1, -1, 0)}
    ranked = sorted((influence for influence in found if influence.sign in EFFECTS[effect]), key=_order)
    return InfluenceAnswer(
        entity=entity,
        covered=tuple(sorted(members)),
        direction=direction,
        effect=effect,
        max_length=search.conditions.max_length,
        filters=search.filters,
        complete=not stopped,
        verdict={word: len(entities) for word, entities in by_word.items()},
        both_ways=tuple(sorted(by_word["increase"] & by_word["decrease"])),
        influences=tuple(ranked[:k]),
        stopped=stopped,
    )


def _demonstrated(
    search: PathSearch, members: frozenset[str], *, upstream: bool
) -> Iterator[Influence]:
    """What single studies demonstrated: the far end, and the mediator between."""
    for path in demonstrated_paths(search, *((None, members) if upstream else (members, None))):
        far = path.source if upstream else path.target
        if far not in members:
            yield Influence(far, path, path.sign)
        if path.demonstrated is not None and path.demonstrated.mediator not in members:
            yield Influence(path.demonstrated.mediator, path, path.signs[1 if upstream else 0])


def _best(found: list[Influence]) -> list[Influence]:
    """The best influence of each entity and net effect."""
    best: dict[tuple[str, Sign], Influence] = {}
    for influence in sorted(found, key=_order):
        best.setdefault((influence.entity, influence.sign), influence)
    return list(best.values())


def _order(influence: Influence) -> tuple[int, int, tuple[str, ...]]:
    """By cost, steps and ids: of one entity the better supported path, demonstrated or not."""
    return path_order(influence.path)[1:]
