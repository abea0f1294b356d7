"""From a question about the knowledge graph to typed paths with their evidence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mscgraph.errors import NotFound
from mscgraph.model import PredicateKind, Rung, Sign, effect_word
from mscgraph.paths.search import Edge, Network, count_paths, remaining_costs, search

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association

__all__ = ["Path", "PathAnswer", "Setting", "Step", "find_paths"]

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

    def __len__(self) -> int:
        return len(self.paths)

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON-ready values, as ``mscgraph paths --json`` prints them."""
        return {
            "source": self.source,
            "target": self.target,
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
    _check_options(effect, k, max_length)
    start, end = kg.entity(source).id, kg.entity(target).id
    sources = frozenset({start}) if exact else kg.kinds_of(start)
    targets = frozenset({end}) if exact else kg.kinds_of(end)
    must = [kg.entity(name).id for name in via]
    barred = [kg.entity(name).id for name in avoid]
    scope = kg.keep_settings(taxon=taxon, system=system) if taxon or system else kg
    walked = list(_walkable(scope, _letters(scope, min_grade)))
    network = Network(
        Edge(a.subject, a.object, int(a.sign or 0), a.grade.cost or 0, a.id, a.is_readout)
        for a in walked
    )
    guide = remaining_costs(network, targets, max_length)
    found = search(
        network, sources, targets, k=k, max_length=max_length, signs=EFFECTS[effect],
        via=must, avoid=barred, budget=budget, remaining=guide,
    )  # fmt: skip
    counts, counted = count_paths(
        network, sources, targets, max_length=max_length, via=must, avoid=barred, budget=budget,
        remaining=guide,
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
        filters={
            "via": must,
            "avoid": barred,
            "taxon": taxon,
            "system": system,
            "min_grade": min_grade,
            "exact": exact,
        },
        complete=found.complete and counted,
        verdict={effect_word(sign): counts[sign] for sign in (1, -1, 0)},
        paths=tuple(
            Path(tuple(Step(scope.associations[edge.id]) for edge in path)) for path in found.paths
        ),
    )


MOST_STEPS = 8


def _check_options(effect: str, k: int, max_length: int) -> None:
    if effect not in EFFECTS:
        raise ValueError(f"effect is {effect!r}; write one of {', '.join(EFFECTS)}")
    if k < 1:
        raise ValueError(f"k is {k}; ask for at least one path")
    if not 1 <= max_length <= MOST_STEPS:
        raise ValueError(f"max_length is {max_length}; write 1 to {MOST_STEPS}")


def _letters(kg: KnowledgeGraph, min_grade: str | None) -> frozenset[str]:
    letters = kg.rubric.letters_best_first
    if min_grade is None:
        return frozenset(letters)
    if min_grade.upper() not in letters:
        raise NotFound(f"No grade is called {min_grade!r}.", suggestions=letters)
    return frozenset(letters[: letters.index(min_grade.upper()) + 1])


def _walkable(kg: KnowledgeGraph, letters: frozenset[str]) -> Iterable[Association]:
    for association in kg.associations.values():
        is_effect = kg.predicates[association.predicate].kind is PredicateKind.EFFECT
        if is_effect and association.supporting and association.grade.letter in letters:
            yield association
