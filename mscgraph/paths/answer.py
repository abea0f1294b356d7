"""From a question about the knowledge graph to typed paths with their evidence."""

from __future__ import annotations

import math
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mscgraph.graph import keep_associations
from mscgraph.lazy import provided
from mscgraph.model import Sign, effect_word
from mscgraph.named_tuples import NamedTuple
from mscgraph.paths.conditions import open_search, read_conditions
from mscgraph.paths.demonstrated import demonstrated_paths
from mscgraph.paths.direct import DirectTest, direct_test
from mscgraph.paths.path import Answer, Path, Route, Step, path_order
from mscgraph.paths.search import Bounds, Network, count_paths
from mscgraph.paths.search import search as search_edges

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Edge
    from mscgraph.paths.conditions import ConditionKeywords, Conditions, PathSearch
    from mscgraph.paths.nearest import Hint
    from mscgraph.paths.search import Found

MOST_PATHS = 10  # of one route that are listed
EFFECTS = {"increase": (1,), "decrease": (-1,), "unknown": (0,), "any": (-1, 0, 1)}


class PathAnswer(Answer):
    """The answer to one path question: what was asked, what was found, and whether that is all.

    ``direct`` is what is known of source → target itself. ``routes`` are the mechanisms, the ``k`` best:
    those that single studies demonstrated first, then those that are put together from several.
    ``complete`` covers the list and the verdict: when it is False, more paths exist than were counted, and
    better ones may; ``stopped`` says what ended the search: ``budget``, ``time`` or ``interrupt``
    (Ctrl-C). ``verdict`` counts all simple paths of ``min_length`` to ``max_length`` steps by net effect,
    demonstrated ones included.
    ``covered_sources`` and ``covered_targets`` are what the two names stood for, subclasses included;
    ``matched_sources`` and ``matched_targets`` those of them at which the listed paths start and end.
    Where there is no route, ``nearest`` are the nearest questions that have an answer. ``kg`` is the graph
    that was asked.

    Examples
    --------
    >>> import mscgraph as mg
    >>> answer = mg.find_paths(mg.load(), "MSC", "Th17 cell", k=2)
    >>> len(answer.routes), answer.complete
    (2, True)
    """

    source: str
    target: str
    covered_sources: tuple[str, ...]
    covered_targets: tuple[str, ...]
    matched_sources: tuple[str, ...]
    matched_targets: tuple[str, ...]
    effect: str
    k: int
    min_length: int
    max_length: int
    filters: dict[str, Any]
    complete: bool
    stopped: str
    verdict: dict[str, int]
    direct: DirectTest
    routes: tuple[Route, ...]
    nearest: tuple[Hint, ...]
    kg: KnowledgeGraph

    def _repr_html_(self) -> str | None:
        """The answer as a notebook shows it: its paths drawn, with all that speaks against them."""
        draw = provided("html")
        return draw(self) if draw else None

    def __len__(self) -> int:
        return len(self.routes)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The paths along its routes, route by route."""
        return tuple(path for route in self.routes for path in route.paths)

    @property
    def associations(self) -> tuple[Association, ...]:
        """The mechanism subgraph: the associations on its paths, each once, best path first."""
        found = (association for path in self.paths for association in path.associations)
        return tuple({association.id: association for association in found}.values())


def find_paths(
    kg: KnowledgeGraph,
    source: str,
    target: str,
    conditions: Conditions | None = None,
    *,
    effect: str = "any",
    k: int = 10,
    **keywords: Unpack[ConditionKeywords],
) -> PathAnswer:
    """Find what is known of one entity's effect on another, and the k best routes that may explain it.

    The answer opens with the direct test. A route is a sequence of entities, with all its choices of
    relation and aspect as its paths; unless another ``min_length`` is asked for it has at least two steps.

    Parameters
    ----------
    kg
        The graph to search.
    source, target
        Entities by id, name, symbol or synonym. Their subclasses are covered too (a question about T
        cells finds Tregs) unless ``exact``.
    conditions
        What may be a step and what must lie on a path.
    effect
        The net effect wanted: ``increase``, ``decrease``, ``unknown`` or ``any``.
    k
        How many routes.
    **keywords
        The fields of :class:`mscgraph.Conditions`, such as ``max_length``, and those of
        :class:`mscgraph.paths.Limits`: ``budget``, ``time_limit`` and ``progress``.

    Returns
    -------
    PathAnswer
        Routes demonstrated in one study first, then by (cost, steps, ids) of their best paths; no route is
        an empty answer.

    Raises
    ------
    NotFound, AmbiguousName
        When a name or a condition fits nothing, or several entities; with suggestions.
    ValueError
        When a number is out of its range.

    Examples
    --------
    >>> import mscgraph as mg
    >>> answer = mg.find_paths(mg.load(), "MSC", "Th17 cell", effect="decrease")
    >>> answer.paths[0].effect
    'decrease'

    Notes
    -----
    Walked are associations with a causal predicate and at least one finding that counts. Null results
    and correlations are not walked; a read-out may end a path but is never passed through. A route does not
    come back to the classes of its ends, and passes through no disease, symptom, clinical measure or model
    of a disease (see ``through`` of :class:`mscgraph.Conditions`) and no tissue that MSC came from.

    Ctrl-C while it searches returns the best results so far, with ``complete=False``.
    """
    check_wanted("effect", effect, EFFECTS)
    check_count(k, "route")
    start, end = kg.entity(source).id, kg.entity(target).id
    search = open_search(kg, conditions, keywords, ends=(start, end), mechanisms=True)
    sources, targets = search.kinds(start), search.kinds(end)
    shown = demonstrated_paths(search, sources, targets)
    found = search.engine.search(sources, targets, k=k, signs=EFFECTS[effect], routes=True)
    routes = _routes(search, shown, found, k, EFFECTS[effect])
    counts, stopped = _verdict(search, sources, targets, found, shown)
    for word, sign in (("increase", 1), ("decrease", -1), ("unknown", 0)):
        counts[sign] = max(counts[sign], sum(route.counts[word] for route in routes))
    verdict = {effect_word(sign): counts[sign] for sign in (1, -1, 0)}
    nearest: tuple[Hint, ...] = ()
    if not routes and not stopped:
        from mscgraph.paths.nearest import nearest_questions

        given, _ = read_conditions(conditions, keywords)
        asked = search.conditions._replace(min_length=given.min_length)
        otherwise = [word for word, count in verdict.items() if count]
        nearest = nearest_questions(kg, (start, end), asked, effect, otherwise)
    return PathAnswer(
        **search.answered(stopped, start, end),
        matched_sources=tuple(sorted({route.entities[0] for route in routes})),
        matched_targets=tuple(sorted({route.entities[-1] for route in routes})),
        effect=effect,
        k=k,
        min_length=search.bounds.min_length,
        verdict=verdict,
        direct=direct_test(search, sources, targets),
        routes=routes,
        nearest=nearest,
        kg=kg,
    )


def _routes(
    search: PathSearch, shown: Iterable[Path], found: Found, k: int, signs: Collection[int]
) -> tuple[Route, ...]:
    """The k best routes: those demonstrated, then those that were found, each with its best paths."""
    by_route: dict[tuple[str, ...], list[Path]] = {}
    for path in shown:
        if path.sign in signs:
            by_route.setdefault(path.entities, []).append(path)
    for edges in found.paths:
        by_route.setdefault((edges[0].source, *(edge.target for edge in edges)), [])
    chosen = list(by_route.items())[:k]
    along = {entities: _along(search, entities, signs) for entities, _ in chosen}
    known = search.kg.fetch_associations(
        edge.id for paths, _ in along.values() for edges in paths for edge in edges
    )
    routes = []
    for entities, demonstrated in chosen:
        stitched, counts = along[entities]
        total = dict(counts)
        for path in (path for path in shown if path.entities == entities):
            total[path.effect] += 1
        paths = (*demonstrated, *paths_of(search, stitched, known))
        routes.append(Route(paths[:MOST_PATHS], total))
    return tuple(routes)


def _along(
    search: PathSearch, entities: Sequence[str], signs: Collection[int]
) -> tuple[Sequence[tuple[Edge, ...]], dict[str, int]]:
    """The best paths along a route with a wanted sign, and how many there are by net effect."""
    edges: list[Edge] = []
    counts = {1: 1, -1: 0, 0: 0}
    bounds = search.bounds
    length = len(entities) - 1
    for place, (source, target) in enumerate(pairwise(entities)):
        last = place == length - 1
        steps = [e for e in search.engine.steps({source}, {target}) if last or not e.ends]
        edges += steps
        counts = {
            sign: sum(counts[s] for s in counts for e in steps if s * e.sign == sign) for sign in counts
        }
    if not bounds.min_length <= length <= bounds.max_length:
        return (), dict.fromkeys(map(effect_word, counts), 0)
    within = Bounds(length, bounds.via, min_length=length)
    ends = {entities[0]}, {entities[-1]}
    found = search_edges(Network(edges), *ends, within, k=MOST_PATHS, signs=signs)
    if bounds.via:  # by some of the edges alone what must lie on a path may lie on it
        counts = count_paths(Network(edges), *ends, within).counts
    return found.paths, {effect_word(sign): count for sign, count in counts.items()}


def _verdict(
    search: PathSearch,
    sources: Collection[str],
    targets: Collection[str],
    found: Found,
    shown: Sequence[Path],
) -> tuple[dict[int, int], str]:
    """All paths counted by net sign, at least those that were found; and what stopped search or count."""
    listed = dict.fromkeys((1, -1, 0), 0)
    for edges in found.paths:
        listed[math.prod(edge.sign for edge in edges)] += 1
    stopped = found.stopped
    if stopped not in {"time", "interrupt"}:
        counted = search.engine.count(sources, targets)
        listed = {sign: max(counted.counts[sign], listed[sign]) for sign in listed}
        stopped = stopped or counted.stopped
    for path in shown:
        listed[path.sign] += 1
    return listed, stopped


def keep_paths(kg: KnowledgeGraph, answer: PathAnswer) -> KnowledgeGraph:
    """Return the slice that a path answer is made of, with all that speaks against it.

    Draw it, export it, or ask on in it.

    Parameters
    ----------
    kg
        The graph to take the slice from.
    answer
        The answer of :func:`find_paths`.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> slice = mg.keep_paths(kg, mg.find_paths(kg, "MSC", "Th17 cell"))
    >>> len(slice.findings) < len(kg.findings)
    True
    """
    walked = {edge.id: edge for edge in (*answer.associations, *answer.direct.associations)}
    return keep_associations(kg.whole, walked.values())


def paths_of(
    search: PathSearch,
    routes: Sequence[tuple[Edge, ...]],
    known: Mapping[str, Association] | None = None,
) -> tuple[Path, ...]:
    """The paths whose steps are these edges; ``known`` are the associations where they have been read."""
    if known is None:
        known = search.kg.fetch_associations(edge.id for edges in routes for edge in edges)
    if not search.conditions.damping:
        return tuple(Path(tuple(Step(known[edge.id]) for edge in edges)) for edges in routes)
    return tuple(
        Path(tuple(Step(a, e.cost - (a.grade.cost or 0)) for e in edges for a in (known[e.id],)))
        for edges in routes
    )


class Walked(NamedTuple):
    """A path that was found, before its evidence is fetched: of many, only those listed need it."""

    entities: tuple[str, ...]
    sign: Sign
    cost: int
    made_of: Path | tuple[Edge, ...]

    @classmethod
    def of(cls, made_of: Path | tuple[Edge, ...]) -> Walked:
        """What a path, or its edges, say of it."""
        if isinstance(made_of, Path):
            return cls(made_of.entities, made_of.sign, made_of.cost, made_of)
        entities = (made_of[0].source, *[edge.target for edge in made_of])
        sign = math.prod([edge.sign for edge in made_of])
        return cls(entities, Sign(sign), sum([edge.cost for edge in made_of]), made_of)

    @property
    def order(self) -> tuple[int, int, tuple[str, ...]]:
        """Cost, steps and ids."""
        if isinstance(self.made_of, Path):
            return path_order(self.made_of)[1:]
        return self.cost, len(self.made_of), tuple([edge.id for edge in self.made_of])


def with_evidence(search: PathSearch, walked: Iterable[Walked]) -> tuple[Path, ...]:
    """The paths with their evidence, which is fetched for all of them at once."""
    made = [one.made_of for one in walked]
    stitched = iter(paths_of(search, [edges for edges in made if not isinstance(edges, Path)]))
    return tuple(one if isinstance(one, Path) else next(stitched) for one in made)


def every_path(
    search: PathSearch, sources: Collection[str], targets: Collection[str]
) -> tuple[list[Walked], str]:
    """All simple paths of a question, best first, and what stopped the search before it had them all.

    Those that single studies demonstrated come first.
    """
    shown = demonstrated_paths(search, sources, targets)
    found = search.engine.search(sources, targets, k=sys.maxsize)
    return [*map(Walked.of, shown), *map(Walked.of, found.paths)], found.stopped


def check_wanted(option: str, given: str, known: Iterable[str]) -> None:
    """Raise :class:`ValueError` when an option has none of its permitted values."""
    words = tuple(known)
    if given not in words:
        raise ValueError(f"{option} is {given!r}; write one of {', '.join(words)}")


def check_count(k: int, what: str) -> None:
    """Raise :class:`ValueError` when nothing is asked for."""
    if k < 1:
        raise ValueError(f"k is {k}; ask for at least one {what}")
