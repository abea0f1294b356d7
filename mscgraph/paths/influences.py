"""Everything that acts on an entity, or that it acts on: the best path each, by net effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.model import effect_word
from mscgraph.named_tuples import NamedTuple
from mscgraph.paths.answer import EFFECTS, Walked, check_count, check_wanted, with_evidence
from mscgraph.paths.conditions import open_search
from mscgraph.paths.deadline import TimeUp
from mscgraph.paths.demonstrated import demonstrated_paths
from mscgraph.paths.edges import detours
from mscgraph.paths.path import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Sign
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
    found = [*_demonstrated(search, members, upstream=direction == "upstream")]
    stopped = ""
    asked_for = frozenset[str]().union(*search.bounds.groups)

    def around(far: str) -> frozenset[str]:
        return detours(kg, (far,)) - asked_for

    try:
        for far, result in search.engine.influences(members, around, upstream=direction == "upstream"):
            found += [(far, way.sign, way) for way in map(Walked.of, result.paths)]
            stopped = stopped or result.stopped
            if stopped in {"time", "interrupt"}:
                break
    except KeyboardInterrupt:
        stopped = "interrupt"
    except TimeUp:
        stopped = "time"
    best: dict[tuple[str, Sign], _Found] = {}
    for one in sorted(found, key=lambda one: one[2].order):
        best.setdefault(one[:2], one)
    by_word = {effect_word(s): {far for far, sign in best if sign == s} for s in (1, -1, 0)}
    ranked = [one for one in best.values() if one[1] in EFFECTS[effect]][:k]
    paths = with_evidence(search, [way for _, _, way in ranked])
    return InfluenceAnswer(
        **search.answered(stopped, entity),
        direction=direction,
        effect=effect,
        verdict={word: len(entities) for word, entities in by_word.items()},
        both_ways=tuple(sorted(by_word["increase"] & by_word["decrease"])),
        influences=tuple(
            Influence(far, path, sign) for (far, sign, _), path in zip(ranked, paths, strict=True)
        ),
    )


_Found = tuple[str, "Sign", Walked]  # the far end, the net effect, and the way


def _demonstrated(search: PathSearch, members: frozenset[str], *, upstream: bool) -> Iterator[_Found]:
    """What single studies demonstrated: the far end, and the mediator between."""
    for path in demonstrated_paths(search, *((None, members) if upstream else (members, None))):
        far, way = path.source if upstream else path.target, Walked.of(path)
        if far not in members:
            yield far, path.sign, way
        if path.demonstrated is not None and path.demonstrated.mediator not in members:
            yield path.demonstrated.mediator, path.signs[1 if upstream else 0], way
