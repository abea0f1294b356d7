"""From a question about the knowledge graph to typed paths with their evidence."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mscgraph.graph import keep_associations
from mscgraph.lazy import provided
from mscgraph.model import effect_word
from mscgraph.paths.conditions import open_search
from mscgraph.paths.path import Path, Step

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association
    from mscgraph.paths.conditions import ConditionKeywords, Conditions, PathSearch
    from mscgraph.paths.search import Edge, Found

__all__ = [
    "EFFECTS",
    "PathAnswer",
    "check_count",
    "check_wanted",
    "every_path",
    "find_paths",
    "keep_paths",
    "paths_of",
]

EFFECTS = {"increase": (1,), "decrease": (-1,), "unknown": (0,), "any": (-1, 0, 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PathAnswer:
    """The answer to one path question: what was asked, what was found, and whether that is all.

    ``complete`` covers the list and the verdict: when it is False, more paths exist than were counted, and
    better ones may; ``stopped`` says what ended the search: ``budget``, ``time`` or ``interrupt``
    (Ctrl-C). ``verdict`` counts all simple paths of at most ``max_length`` steps by net effect.
    ``covered_sources`` and ``covered_targets`` are what the two names stood for, subclasses included;
    ``matched_sources`` and ``matched_targets`` those of them at which the listed paths start and end.
    ``kg`` is the graph that was asked.

    Examples
    --------
    >>> import mscgraph as mg
    >>> answer = mg.find_paths(mg.load(), "MSC", "Th17 cell", k=2)
    >>> len(answer.paths), answer.complete
    (2, True)
    """

    source: str
    target: str
    covered_sources: tuple[str, ...] = ()
    covered_targets: tuple[str, ...] = ()
    matched_sources: tuple[str, ...]
    matched_targets: tuple[str, ...]
    effect: str
    k: int
    max_length: int
    filters: dict[str, Any]
    complete: bool
    stopped: str = ""
    verdict: dict[str, int]
    paths: tuple[Path, ...]
    kg: KnowledgeGraph | None = field(default=None, compare=False, repr=False)

    def _repr_html_(self) -> str | None:
        """The answer as a notebook shows it: its paths drawn, with all that speaks against them."""
        draw = provided("html")
        return draw(self) if draw and self.kg is not None else None

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def associations(self) -> tuple[Association, ...]:
        """The mechanism subgraph: the associations on its paths, each once, best path first."""
        steps = (step for path in self.paths for step in path.steps)
        return tuple({step.association.id: step.association for step in steps}.values())

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON-ready values, as ``mscgraph paths --json`` prints them."""
        return {
            "source": self.source,
            "target": self.target,
            "covered": {"sources": self.covered_sources, "targets": self.covered_targets},
            "matched": {"sources": self.matched_sources, "targets": self.matched_targets},
            "effect": self.effect,
            "k": self.k,
            "max_length": self.max_length,
            "filters": self.filters,
            "complete": self.complete,
            "stopped": self.stopped,
            "verdict": self.verdict,
            "paths": [path.to_dict() for path in self.paths],
        }


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
    """Find the k best supported signed paths from one entity to another.

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
        How many paths.
    **keywords
        The fields of :class:`mscgraph.Conditions`, such as ``max_length``, and those of
        :class:`mscgraph.paths.Limits`: ``budget``, ``time_limit`` and ``progress``.

    Returns
    -------
    PathAnswer
        In order of (cost, steps, ids); no path is an empty answer.

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
    and correlations are not walked; a read-out may end a path but is never passed through.

    Ctrl-C while it searches returns the best results so far, with ``complete=False``.
    """
    check_wanted("effect", effect, EFFECTS)
    check_count(k, "path")
    search = open_search(kg, conditions, keywords)
    start, end = kg.entity(source).id, kg.entity(target).id
    sources, targets = search.kinds(start), search.kinds(end)
    found = search.engine.search(sources, targets, k=k, signs=EFFECTS[effect])
    counts, stopped = _verdict(search, sources, targets, found)
    used = {edge.source for path in found.paths for edge in path[:1]}
    ends = {edge.target for path in found.paths for edge in path[-1:]}
    return PathAnswer(
        source=start,
        target=end,
        matched_sources=tuple(sorted(used)),
        matched_targets=tuple(sorted(ends)),
        effect=effect,
        k=k,
        max_length=search.conditions.max_length,
        filters=search.filters,
        complete=not stopped,
        verdict={effect_word(sign): counts[sign] for sign in (1, -1, 0)},
        paths=paths_of(search, found.paths),
        covered_sources=tuple(sorted(sources)),
        covered_targets=tuple(sorted(targets)),
        stopped=stopped,
        kg=kg,
    )


def _verdict(
    search: PathSearch, sources: Collection[str], targets: Collection[str], found: Found
) -> tuple[dict[int, int], str]:
    """All paths counted by net sign, at least those that were found; and what stopped search or count."""
    listed = dict.fromkeys((1, -1, 0), 0)
    for path in found.paths:
        listed[math.prod(edge.sign for edge in path)] += 1
    if found.stopped in {"time", "interrupt"}:
        return listed, found.stopped
    counted = search.engine.count(sources, targets)
    most = {sign: max(counted.counts[sign], listed[sign]) for sign in listed}
    return most, found.stopped or counted.stopped


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
    return keep_associations(kg.whole, answer.associations)


def paths_of(search: PathSearch, routes: Sequence[tuple[Edge, ...]]) -> tuple[Path, ...]:
    """The paths whose steps are these edges."""
    known = search.kg.fetch_associations(edge.id for edges in routes for edge in edges)
    if not search.conditions.damping:
        return tuple(Path(tuple(Step(known[edge.id]) for edge in edges)) for edges in routes)
    return tuple(
        Path(tuple(Step(a, e.cost - (a.grade.cost or 0)) for e in edges for a in (known[e.id],)))
        for edges in routes
    )


def every_path(
    search: PathSearch, sources: Collection[str], targets: Collection[str]
) -> tuple[tuple[Path, ...], str]:
    """All simple paths of a question, best first, and what stopped the search before it had them all."""
    found = search.engine.search(sources, targets, k=sys.maxsize)
    return paths_of(search, found.paths), found.stopped


def check_wanted(option: str, given: str, known: Iterable[str]) -> None:
    """Raise :class:`ValueError` when an option has none of its permitted values."""
    words = tuple(known)
    if given not in words:
        raise ValueError(f"{option} is {given!r}; write one of {', '.join(words)}")


def check_count(k: int, what: str) -> None:
    """Raise :class:`ValueError` when nothing is asked for."""
    if k < 1:
        raise ValueError(f"k is {k}; ask for at least one {what}")
