"""A path, its steps, and the setting that they share or do not: what every answer is made of."""

# Annotations are evaluated, not kept as text: NamedTuple would compile the text of each.

import math
from collections.abc import Mapping
from typing import Any, Self, dataclass_transform

from mscgraph.model import Association, EvidenceLevel, Reason, Sign, effect_word
from mscgraph.named_tuples import NamedTuple


class Setting(NamedTuple):
    """Whether a path's steps were seen together.

    ``kind`` is ``publication`` (one paper reports every step), ``species`` (every step was seen in
    ``shared`` species) or ``stitched`` (no species covers all steps); ``parts`` gives, step by step, the
    species, or the papers that are shared.
    """

    kind: str
    shared: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]


class Step(NamedTuple):
    """One edge of a path: an association, walked forwards.

    ``damping`` is the penalty of its high-degree nodes.
    """

    association: Association
    damping: int = 0

    @property
    def sign(self) -> Sign:
        """The effect on the object itself, aspect counted in."""
        return self.association.sign if self.association.sign is not None else Sign.UNKNOWN

    @property
    def cost(self) -> int:
        """−log(strength) in micro-nats, and the penalty of its high-degree nodes."""
        return (self.association.grade.cost or 0) + self.damping

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What its cost is the sum of."""
        reasons = self.association.grade.reasons
        return (
            (*reasons, Reason("penalty of high-degree nodes", self.damping))
            if self.damping
            else reasons
        )

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
            "reasons": [{"text": r.text, "cost": r.cost} for r in self.reasons],
            "grade": edge.grade.letter,
            "studies": edge.grade.studies,
            "readout": edge.is_readout,
            "supporting": [finding.id for finding in edge.supporting],
            "disputing": [finding.id for finding in edge.disputing],
            "other_settings": [finding.id for finding in edge.other_settings],
        }


class Demonstrated(NamedTuple):
    """That an effect runs by way of a mediator, as single studies showed it by blocking or adding it.

    ``signs`` are those of source → mediator and of mediator → target, unknown where no association says
    so; ``association`` is the whole association that the findings are of.
    """

    mediator: str
    signs: tuple[Sign, Sign]
    association: Association


class Path(NamedTuple):
    """A sequence of steps from cause to outcome. Effect, cost, evidence and setting follow.

    A path that single studies demonstrated has one step, of the findings that show it, and a mediator.

    Examples
    --------
    >>> import mscgraph as mg
    >>> path = mg.find_paths(mg.load(), "IDO1", "Th17 cell").paths[0]
    >>> path.source, path.target, path.effect
    ('HGNC:6059', 'CL:0000899', 'decrease')
    >>> path.cost == sum(step.cost for step in path.steps)
    True
    """

    steps: tuple[Step, ...]
    demonstrated: Demonstrated | None = None

    def __repr__(self) -> str:
        arrows = ({1: "↑", -1: "↓", 0: "?"}[sign] for sign in self.signs)
        through = "".join(
            f" {arrow} {entity}" for arrow, entity in zip(arrows, self.entities[1:], strict=True)
        )
        how = ", demonstrated in a study" if self.demonstrated else ""
        return f"<Path {self.source}{through}: {self.effect}{how}; cost {self.cost / 1e6:.2f}>"

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
        if self.demonstrated is not None:
            return (self.source, self.demonstrated.mediator, self.target)
        return (self.source, *(step.association.object for step in self.steps))

    @property
    def signs(self) -> tuple[Sign, ...]:
        """The signs between its entities, in order."""
        if self.demonstrated is not None:
            return self.demonstrated.signs
        return tuple(step.sign for step in self.steps)

    @property
    def associations(self) -> tuple[Association, ...]:
        """The associations that it walks, each whole."""
        if self.demonstrated is not None:
            return (self.demonstrated.association,)
        return tuple(step.association for step in self.steps)

    @property
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

    @property
    def cost(self) -> int:
        """The sum of the steps' costs in micro-nats: less is better supported."""
        return sum(step.cost for step in self.steps)

    @property
    def strength(self) -> float:
        """exp(−cost), the product of its steps' strengths: at most 1."""
        return strength_of(self.cost)

    @property
    def weakest(self) -> Step:
        """The step that costs most: the link that a better study would help most."""
        return max(self.steps, key=lambda step: step.cost)

    @property
    def evidence_level(self) -> EvidenceLevel:
        """The weakest level of evidence: each step's best, the lowest of them."""
        return min(step.association.grade.evidence_level for step in self.steps)

    @property
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
            "entities": self.entities,
            "demonstrated": self.demonstrated is not None,
            "signs": ["?+-"[sign] for sign in self.signs],
            "effect": self.effect,
            "cost": self.cost,
            "strength": self.strength,
            "weakest": self.weakest.association.id,
            "evidence_level": self.evidence_level.name.lower(),
            "same_setting": self.setting.kind,
            "setting": {"shared": self.setting.shared, "parts": self.setting.parts},
            "steps": [step.to_dict() for step in self.steps],
        }


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Answer:
    """What a question about paths returned: fields that are given by keyword and never change.

    To two answers that are equal, and to what is printed, the graph that was asked (``kg``) is nothing.
    """

    # as a dataclass it would cost as much start-up as reading all tables of terms

    def __init__(self, **fields: Any) -> None:
        if fields.keys() != self.__annotations__.keys():
            raise TypeError(f"{type(self).__name__} takes {', '.join(self.__annotations__)}")
        vars(self).update(fields)

    def _replace(self, **fields: Any) -> Self:
        return type(self)(**(vars(self) | fields))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an answer never changes: {name} cannot be set")

    @property
    def _said(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__annotations__ if name != "kg"}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._said == getattr(other, "_said", None)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(_shown(*field) for field in self._said.items())})"

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON-ready values, as the command line prints them."""
        found: dict[str, Any] = {}
        for name, value in self._said.items():
            what, side, end = name.partition("_")
            if what in {"covered", "matched"} and side:
                found.setdefault(what, {})[end] = value
            else:
                found[name] = _ready(value)
        return found


_SHORT = 60  # characters: a list of paths or findings would fill the screen of who prints an answer


def _shown(name: str, value: Any) -> str:
    text = repr(value)
    if len(text) <= _SHORT:
        return f"{name}={text}"
    return f"{len(value)} {name}" if type(value) is tuple else f"{name}=…"


def _ready(value: Any) -> Any:
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_ready(one) for one in value]
    return value


def strength_of(cost: int) -> float:
    """exp(−cost) of a cost in micro-nats."""
    return math.exp(-cost / 1e6)


def path_order(path: Path) -> tuple[bool, int, int, tuple[str, ...]]:
    """What paths are listed by: demonstrated first, then cost, steps and ids."""
    ids = tuple(step.association.id for step in path.steps)
    if path.demonstrated is not None:
        return False, path.cost, 2, (path.demonstrated.mediator, *ids)
    return True, path.cost, len(ids), ids


class Route(NamedTuple):
    """A sequence of entities, and the paths along it: one a choice of relations and aspects.

    ``paths`` are the best that have the net effect asked for, best first; ``counts`` all of the route by
    net effect.
    """

    paths: tuple[Path, ...]
    counts: Mapping[str, int]

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {effect}" for effect, count in self.counts.items() if count)
        return f"<Route {' → '.join(self.entities)}: {counts}; the best is {self.best!r}>"

    @property
    def best(self) -> Path:
        """Its best path."""
        return self.paths[0]

    @property
    def entities(self) -> tuple[str, ...]:
        """The ids of its entities, in order."""
        return self.best.entities

    @property
    def is_demonstrated(self) -> bool:
        """Whether a single study showed the whole of it."""
        return self.best.demonstrated is not None

    def to_dict(self) -> dict[str, Any]:
        """The route as JSON-ready values."""
        return {
            "entities": self.entities,
            "demonstrated": self.is_demonstrated,
            "counts": dict(self.counts),
            "paths": [path.to_dict() for path in self.paths],
        }
