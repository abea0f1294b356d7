"""From a question about the knowledge graph to typed paths with their evidence."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mscgraph.graph import keep_associations
from mscgraph.model import Rung, Sign, effect_word
from mscgraph.paths.scope import open_scope
from mscgraph.paths.search import count_paths, remaining_costs, search

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association
    from mscgraph.paths.scope import Scope
    from mscgraph.paths.search import Edge, Network

__all__ = ["Path", "PathAnswer", "Setting", "Step", "every_path", "find_paths", "keep_paths", "path_of"]

EFFECTS = {"increase": (1,), "decrease": (-1,), "unknown": (0,), "any": (-1, 0, 1)}


@dataclass(frozen=True, slots=True)
class Setting:
    """Whether a path's steps were seen together.

    ``kind`` is ``publication`` (one paper reports every step), ``species`` (every step was seen in
    ``shared`` species) or ``stitched`` (no species covers all steps); ``parts`` gives, step by step, the
    species, or the papers that are shared.
    """

    kind: str
    shared: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One edge of a path: an association, walked forwards."""

    association: Association

    @property
    def sign(self) -> Sign:
        """The effect on the object itself, aspect counted in."""
        return self.association.sign if self.association.sign is not None else Sign.UNKNOWN

    @property
    def cost(self) -> int:
        """−log(strength) in micro-nats."""
        return self.association.grade.cost or 0

    def to_dict(self) -> dict[str, Any]:
        """The step as JSON-ready values, ids as CURIEs."""
        edge = self.association
        return {
            "association": edge.id,
            "subject": edge.subject,
            "predicate": edge.predicate,
            "object": edge.object,
            "aspect": edge.aspect,
            "sign": {1: "+", -1: "-", 0: "?"}[self.sign],
            "cost": self.cost,
            "reasons": [{"text": r.text, "cost": r.cost} for r in edge.grade.reasons],
            "grade": edge.grade.letter,
            "studies": edge.grade.studies,
            "readout": edge.is_readout,
            "supporting": [finding.id for finding in edge.supporting],
            "disputing": [finding.id for finding in edge.disputing],
        }


@dataclass(frozen=True)
class Path:
    """A route from cause to outcome. Effect, cost, rung and setting follow from its steps."""

    steps: tuple[Step, ...]

    @property
    def source(self) -> str:
        """The id of the entity where it starts."""
        return self.steps[0].association.subject

    @property
    def target(self) -> str:
        """The id of the entity where it ends."""
        return self.steps[-1].association.object

    @property
    def entities(self) -> tuple[str, ...]:
        """The ids of all entities on it, in order."""
        return (self.source, *(step.association.object for step in self.steps))

    @cached_property
    def sign(self) -> Sign:
        """The product of the steps' signs; one unknown makes it unknown."""
        product = 1
        for step in self.steps:
            product *= step.sign
        return Sign(product)

    @property
    def effect(self) -> str:
        """``increase``, ``decrease`` or ``unknown``: a product of signs is a hypothesis."""
        return effect_word(self.sign)

    @cached_property
    def cost(self) -> int:
        """The sum of the steps' costs in micro-nats: less is better supported."""
        return sum(step.cost for step in self.steps)

    @property
    def strength(self) -> float:
        """exp(−cost), the product of its steps' strengths: at most 1."""
        return math.exp(-self.cost / 1e6)

    @property
    def weakest(self) -> Step:
        """The step that costs most: the link that a better study would help most."""
        return max(self.steps, key=lambda step: step.cost)

    @property
    def rung(self) -> Rung:
        """The weakest rung: each step's best evidence, the lowest of them."""
        return min(step.association.grade.rung for step in self.steps)

    @cached_property
    def setting(self) -> Setting:
        """Whether one paper, or one species, covers all steps."""
        papers = [{f.publication for f in s.association.supporting} for s in self.steps]
        one_paper = set.intersection(*papers)
        if one_paper:
            shared = tuple(sorted(one_paper))
            return Setting("publication", shared, tuple(shared for _ in self.steps))
        taxa = [set().union(*(f.taxa for f in s.association.supporting)) for s in self.steps]
        parts = tuple(tuple(sorted(species)) for species in taxa)
        common = tuple(sorted(set.intersection(*taxa)))
        return Setting("species" if common else "stitched", common, parts)

    def to_dict(self) -> dict[str, Any]:
        """The path as JSON-ready values."""
        return {
            "effect": self.effect,
            "cost": self.cost,
            "strength": self.strength,
            "weakest": self.weakest.association.id,
            "rung": self.rung.name.lower(),
            "same_setting": self.setting.kind,
            "setting": {"shared": self.setting.shared, "parts": self.setting.parts},
            "steps": [step.to_dict() for step in self.steps],
        }


@dataclass(frozen=True, slots=True)
class PathAnswer:
    """The answer to one path question: what was asked, what was found, and whether that is all.

    ``complete`` covers the list and the verdict: when the work budget ran out it is False, and better
    paths may exist. ``verdict`` counts all simple paths of at most ``max_length`` steps by net effect.
    ``covered_sources`` and ``covered_targets`` are what the two names stood for, subclasses included;
    ``sources`` and ``targets`` those of them at which the listed paths start and end.
    """

    source: str
    target: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    effect: str
    k: int
    max_length: int
    filters: dict[str, Any]
    complete: bool
    verdict: dict[str, int]
    paths: tuple[Path, ...]
    covered_sources: tuple[str, ...] = ()
    covered_targets: tuple[str, ...] = ()

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
            "matched": {"sources": self.sources, "targets": self.targets},
            "effect": self.effect,
            "k": self.k,
            "max_length": self.max_length,
            "filters": self.filters,
            "complete": self.complete,
            "verdict": self.verdict,
            "paths": [path.to_dict() for path in self.paths],
        }


def find_paths(  # noqa: PLR0913 - one keyword an option of the command line
    kg: KnowledgeGraph,
    source: str,
    target: str,
    *,
    effect: str = "any",
    k: int = 10,
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
) -> PathAnswer:
    """Find the k best supported signed paths from one entity to another.

    Parameters
    ----------
    kg
        The graph to search.
    source, target
        Entities by id, name, symbol or synonym. Their subclasses are covered too (a question about T
        cells finds Tregs) unless ``exact``.
    effect
        The net effect wanted: ``increase``, ``decrease``, ``unknown`` or ``any``.
    k, max_length
        How many paths, of at most how many steps (1 to 8).
    via, avoid
        Entities that must all lie on a path, or must not.
    taxon, system
        Only findings made in that species or system support a step; what speaks against it is shown
        from everywhere.
    since
        Only findings published in this year or later support a step; a paper of unknown year does not.
    predicates
        Only these relations may be steps, such as ``increases`` and ``decreases``.
    min_grade
        The lowest letter that a step may have.
    budget
        Partial paths to expand, and edges to follow when counting, before giving up with
        ``complete=False``.

    Returns
    -------
    PathAnswer
        In order of (cost, steps, ids); no path is an empty answer.

    Raises
    ------
    NotFound, AmbiguousName
        When a name fits nothing, or several entities.
    ValueError
        When an option is out of its range.

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
    """
    _check_options(effect, k)
    scope = open_scope(
        kg, max_length=max_length, via=via, avoid=avoid, taxon=taxon, system=system, since=since,
        predicates=predicates, min_grade=min_grade, exact=exact, budget=budget,
    )  # fmt: skip
    start, end = kg.entity(source).id, kg.entity(target).id
    sources, targets = scope.kinds(start), scope.kinds(end)
    network = scope.network
    guide = remaining_costs(network, targets, max_length)
    found = search(
        network, sources, targets, k=k, max_length=max_length, signs=EFFECTS[effect],
        via=scope.via, avoid=scope.avoid, budget=budget, remaining=guide,
    )  # fmt: skip
    counts, counted = count_paths(
        network, sources, targets, max_length=max_length, via=scope.via, avoid=scope.avoid,
        budget=budget, remaining=guide,
    )  # fmt: skip
    used = {edge.source for path in found.paths for edge in path[:1]}
    ends = {edge.target for path in found.paths for edge in path[-1:]}
    return PathAnswer(
        source=start,
        target=end,
        sources=tuple(sorted(used)),
        targets=tuple(sorted(ends)),
        effect=effect,
        k=k,
        max_length=max_length,
        filters=scope.filters,
        complete=found.complete and counted,
        verdict={effect_word(sign): counts[sign] for sign in (1, -1, 0)},
        paths=tuple(path_of(scope, edges) for edges in found.paths),
        covered_sources=tuple(sorted(sources)),
        covered_targets=tuple(sorted(targets)),
    )


def keep_paths(kg: KnowledgeGraph, answer: PathAnswer) -> KnowledgeGraph:
    """Return the slice that a path answer is made of, with all that speaks against it.

    Draw it, export it, or ask on in it.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> slice = mg.keep_paths(kg, mg.find_paths(kg, "MSC", "Th17 cell"))
    >>> len(slice.findings) < len(kg.findings)
    True
    """
    return keep_associations(kg.whole, answer.associations)


def path_of(scope: Scope, edges: Iterable[Edge]) -> Path:
    """The path whose steps are these edges."""
    return Path(tuple(Step(scope.kg.associations[edge.id]) for edge in edges))


def every_path(
    scope: Scope, network: Network, sources: Collection[str], targets: Collection[str]
) -> tuple[tuple[Path, ...], bool]:
    """All simple paths within the scope, best first, and whether the budget sufficed for all."""
    found = search(
        network, sources, targets, k=sys.maxsize, max_length=scope.max_length,
        via=scope.via, avoid=scope.avoid, budget=scope.budget,
    )  # fmt: skip
    return tuple(path_of(scope, edges) for edges in found.paths), found.complete


def _check_options(effect: str, k: int) -> None:
    if effect not in EFFECTS:
        raise ValueError(f"effect is {effect!r}; write one of {', '.join(EFFECTS)}")
    if k < 1:
        raise ValueError(f"k is {k}; ask for at least one path")
