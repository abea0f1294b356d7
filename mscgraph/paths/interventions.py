"""What depends on whom: paths that die when an entity is blocked, mediators by the strength they carry.

Both look at all simple paths within the budget. A path's strength is exp(−cost); the strength of a set of
paths is the sum. It ranks; it is no probability. What single studies demonstrated counts as a path.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mscgraph.model import Sign, effect_word
from mscgraph.named_tuples import NamedTuple
from mscgraph.paths.answer import EFFECTS, check_wanted, every_path, with_evidence
from mscgraph.paths.conditions import open_search
from mscgraph.paths.path import Answer, strength_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.paths.answer import Walked
    from mscgraph.paths.conditions import ConditionKeywords, Conditions
    from mscgraph.paths.path import Path


class Totals(NamedTuple):
    """A set of paths by net effect: how many, and their summed strength."""

    counts: dict[str, int]
    strength: dict[str, float]

    @classmethod
    def of(cls, paths: Iterable[Walked]) -> Totals:
        """Count and add up."""
        costs: dict[Sign, list[int]] = {Sign(sign): [] for sign in (1, -1, 0)}
        for path in paths:
            costs[path.sign].append(path.cost)
        return cls(
            {effect_word(sign): len(some) for sign, some in costs.items()},
            {effect_word(s): math.fsum(map(strength_of, some)) for s, some in costs.items()},
        )

    @property
    def total(self) -> int:
        """How many paths there are."""
        return sum(self.counts.values())

    @property
    def total_strength(self) -> float:
        """The summed strength of all of them."""
        return math.fsum(self.strength.values())

    def to_dict(self) -> dict[str, Any]:
        """Counts and strength by net effect, as JSON-ready values."""
        return {"counts": self.counts, "strength": self.strength}


class BlockAnswer(Answer):
    """What would be left if some entities did nothing: a hypothesis drawn from the curated paths.

    ``blocked`` are the entities with their subclasses. ``before`` = ``lost`` + ``after``, over all
    simple paths of at most ``max_length`` steps; ``died`` and ``remaining`` list the k best of each.
    """

    source: str
    target: str
    covered_sources: tuple[str, ...]
    covered_targets: tuple[str, ...]
    entities: tuple[str, ...]
    blocked: tuple[str, ...]
    k: int
    max_length: int
    filters: dict[str, Any]
    complete: bool
    stopped: str
    before: Totals
    lost: Totals
    after: Totals
    died: tuple[Path, ...]
    remaining: tuple[Path, ...]


def block(
    kg: KnowledgeGraph,
    source: str,
    target: str,
    conditions: Conditions | None = None,
    *,
    without: str | Sequence[str],
    k: int = 10,
    **keywords: Unpack[ConditionKeywords],
) -> BlockAnswer:
    """Ask what would remain of the paths if some entities were blocked, such as by a knock-out.

    Parameters
    ----------
    kg
        The graph to search.
    source, target
        Where the paths start and end.
    conditions, **keywords
        As for :func:`mscgraph.find_paths`.
    without
        What is blocked, by any name; subclasses are blocked too unless ``exact``.
    k
        How many of the paths that die, and of those that remain, are listed.

    Returns
    -------
    BlockAnswer
        ``before``, ``lost`` and ``after`` by net effect, with the best paths of each.

    Raises
    ------
    NotFound, AmbiguousName
        When a name fits nothing, or several entities.

    Examples
    --------
    >>> import mscgraph as mg
    >>> answer = mg.block(mg.load(), "MSC", "Th17 cell", without=["IDO1", "TSG-6"], max_length=2)
    >>> answer.before.total == answer.lost.total + answer.after.total
    True

    Notes
    -----
    Blocking takes an entity off every path. It knows nothing of dose, compensation or time: what it says
    is where to look, not what will happen.
    """
    start, end = kg.entity(source).id, kg.entity(target).id
    search = open_search(kg, conditions, keywords, ends=(start, end))
    named = [without] if isinstance(without, str) else without
    asked = tuple(dict.fromkeys(kg.entity(name).id for name in named))
    blocked = frozenset().union(*(search.kinds(identifier) for identifier in asked))
    paths, stopped = every_path(search, search.kinds(start), search.kinds(end))
    died = [path for path in paths if not blocked.isdisjoint(path.entities)]
    remaining = [path for path in paths if blocked.isdisjoint(path.entities)]
    return BlockAnswer(
        **search.answered(stopped, start, end),
        entities=asked,
        blocked=tuple(sorted(blocked)),
        k=k,
        before=Totals.of(paths),
        lost=Totals.of(died),
        after=Totals.of(remaining),
        died=with_evidence(search, died[:k]),
        remaining=with_evidence(search, remaining[:k]),
    )


class Mediator(NamedTuple):
    """An entity between the ends: the share of all path strength that passes through it, by effect."""

    entity: str
    share: float
    through: Totals

    def to_dict(self) -> dict[str, Any]:
        """The mediator as JSON-ready values."""
        return {"entity": self.entity, "share": self.share, "through": self.through.to_dict()}


class MediatorAnswer(Answer):
    """Mediators between two entities, those that carry most first, and a set that cuts all paths.

    ``verdict`` covers all simple paths of at most ``max_length`` steps; the rest only those with the net
    ``effect`` asked for. ``direct`` are those without a mediator: nothing can cut them. ``cut``, of a
    complete answer, is a smallest set of mediators that lies on every route through the found paths' steps,
    however long; ``cut_is_smallest`` says whether as many found paths share no mediator, which proves that
    no smaller set cuts the paths of at most ``max_length`` steps.
    """

    source: str
    target: str
    covered_sources: tuple[str, ...]
    covered_targets: tuple[str, ...]
    effect: str
    max_length: int
    filters: dict[str, Any]
    complete: bool
    stopped: str
    verdict: Totals
    direct: Totals
    mediators: tuple[Mediator, ...]
    cut: tuple[str, ...]
    cut_is_smallest: bool


def mediators(
    kg: KnowledgeGraph,
    source: str,
    target: str,
    conditions: Conditions | None = None,
    *,
    effect: str = "any",
    **keywords: Unpack[ConditionKeywords],
) -> MediatorAnswer:
    """Rank what stands between two entities by the share of path strength that passes through it.

    Parameters
    ----------
    kg
        The graph to search.
    source, target
        Where the paths start and end; what they stand for is no mediator.
    conditions, **keywords
        As for :func:`mscgraph.find_paths`.
    effect
        Only paths of this net effect: ``increase``, ``decrease``, ``unknown`` or ``any``.

    Returns
    -------
    MediatorAnswer
        Mediators by falling share, each with paths and strength by net effect; and the cut.

    Raises
    ------
    NotFound, AmbiguousName
        When a name fits nothing, or several entities.

    Examples
    --------
    >>> import mscgraph as mg
    >>> answer = mg.mediators(mg.load(), "MSC", "Th17 cell", max_length=2)
    >>> answer.mediators[0].share <= 1
    True

    Notes
    -----
    Shares do not add up to 1: a path of three steps has two mediators, a direct one has none. The cut is
    networkx's minimum node cut of the union of the found paths (Menger); with a bound on length a
    smaller set may do, which is why there is ``cut_is_smallest``.
    """
    check_wanted("effect", effect, EFFECTS)
    start, end = kg.entity(source).id, kg.entity(target).id
    search = open_search(kg, conditions, keywords, ends=(start, end))
    ends = search.kinds(start) | search.kinds(end)
    paths, stopped = every_path(search, search.kinds(start), search.kinds(end))
    verdict = Totals.of(paths)
    paths = [path for path in paths if path.sign in EFFECTS[effect]]
    through: dict[str, list[Walked]] = defaultdict(list)
    direct = []
    for path in paths:
        between = [entity for entity in path.entities if entity not in ends]
        for entity in between:
            through[entity].append(path)
        if not between:
            direct.append(path)
    whole = Totals.of(paths).total_strength
    totals = {entity: Totals.of(some) for entity, some in through.items()}
    ranked = [Mediator(e, some.total_strength / whole, some) for e, some in totals.items()]
    routes = [r for p in paths if (r := tuple(e for e in p.entities if e not in ends))]
    # what cuts the paths that were found need not cut those that were not
    cut = () if stopped else _cut([p.entities for p in paths], search.kinds(start), search.kinds(end))
    return MediatorAnswer(
        **search.answered(stopped, start, end),
        effect=effect,
        verdict=verdict,
        direct=Totals.of(direct),
        mediators=tuple(sorted(ranked, key=lambda m: (-m.share, m.entity))),
        cut=cut,
        cut_is_smallest=not stopped and _disjoint(routes) == len(cut),
    )


def _cut(
    routes: Iterable[tuple[str, ...]], sources: frozenset[str], targets: frozenset[str]
) -> tuple[str, ...]:
    """The fewest mediators on every route through the union of the routes, ends taken as one each."""
    import networkx as nx

    union: nx.DiGraph[str] = nx.DiGraph()
    union.add_nodes_from(("", "."))
    ends = dict.fromkeys(targets, ".") | dict.fromkeys(sources, "")
    for route in routes:
        # a route's own ends by their place: an entity may be source and target at once
        names = ["", *(ends.get(entity, entity) for entity in route[1:-1]), "."]
        union.add_edges_from(pairwise(names))
    if union.has_edge("", "."):
        union.remove_edge("", ".")
    if not nx.has_path(union, "", "."):
        return ()
    return tuple(sorted(nx.minimum_node_cut(union, "", ".")))


def _disjoint(routes: Iterable[tuple[str, ...]]) -> int:
    """How many routes that share no mediator are picked, shortest first: no cut is smaller."""
    used: set[str] = set()
    picked = 0
    for route in sorted(routes, key=lambda route: (len(route), route)):
        if used.isdisjoint(route):
            used.update(route)
            picked += 1
    return picked
