"""Feedback: signed cycles through an entity."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from mscgraph.model import Sign
from mscgraph.paths.answer import Walked, check_count, check_wanted, with_evidence
from mscgraph.paths.conditions import open_search
from mscgraph.paths.path import Answer

if TYPE_CHECKING:
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.paths.conditions import ConditionKeywords, Conditions
    from mscgraph.paths.path import Path

LOOPS = {"reinforcing": (1,), "damping": (-1,), "unknown": (0,), "any": (-1, 0, 1)}


def loop_word(sign: Sign) -> str:
    """Return ``"reinforcing"``, ``"damping"`` or ``"unknown"`` for a loop's net sign."""
    return ("unknown", "reinforcing", "damping")[sign]


class LoopAnswer(Answer):
    """Feedback cycles through an entity, best supported first.

    A loop is a path that ends where it started and visits nothing else twice: more of the entity leads
    to more of it (reinforcing), to less (damping), or its direction is unknown. ``verdict`` counts all of
    at most ``max_length`` steps.
    """

    entity: str
    covered: tuple[str, ...]
    kind: str
    k: int
    max_length: int
    filters: dict[str, Any]
    complete: bool
    stopped: str
    verdict: dict[str, int]
    loops: tuple[Path, ...]

    def __len__(self) -> int:
        return len(self.loops)

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON-ready values, as ``mscgraph loops --json`` prints them."""
        loops = [{"kind": loop_word(loop.sign), **loop.to_dict()} for loop in self.loops]
        return super().to_dict() | {"loops": loops}


def find_loops(
    kg: KnowledgeGraph,
    entity: str,
    conditions: Conditions | None = None,
    *,
    kind: str = "any",
    k: int = 10,
    **keywords: Unpack[ConditionKeywords],
) -> LoopAnswer:
    """Find the k best supported feedback loops through an entity.

    Parameters
    ----------
    kg
        The graph to search.
    entity
        By any name; loops through its subclasses are found too unless ``exact``.
    conditions, **keywords
        As for :func:`mscgraph.find_paths`, and so are the errors.
    kind
        ``reinforcing`` (net +), ``damping`` (net −), ``unknown`` or ``any``.
    k
        How many are listed.

    Returns
    -------
    LoopAnswer
        Each loop starts and ends at the entity; a loop through two of its subclasses is listed once.

    Examples
    --------
    >>> import mscgraph as mg
    >>> answer = mg.find_loops(mg.load(), "IFN-γ", kind="damping")
    >>> all(loop.source == loop.target for loop in answer.loops)
    True

    Notes
    -----
    A read-out closes no loop: what was only measured is not known to act.
    """
    check_wanted("kind", kind, LOOPS)
    check_count(k, "loop")
    start = kg.entity(entity).id
    search = open_search(kg, conditions, keywords, ends=(start,))
    found: dict[frozenset[str], Walked] = {}
    stopped = ""
    for member in sorted(search.kinds(start)):
        through = search.engine.loops(member, k=sys.maxsize)
        for edges in through.paths:
            found.setdefault(frozenset([edge.id for edge in edges]), Walked.of(edges))
        stopped = stopped or through.stopped
        if stopped in {"time", "interrupt"}:
            break
    ranked = sorted(found.values(), key=lambda loop: loop.order)
    listed = [loop for loop in ranked if loop.sign in LOOPS[kind]][:k]
    return LoopAnswer(
        **search.answered(stopped, start),
        kind=kind,
        k=k,
        verdict={loop_word(Sign(s)): sum(loop.sign == s for loop in ranked) for s in (1, -1, 0)},
        loops=with_evidence(search, listed),
    )
