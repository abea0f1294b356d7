"""A path, its steps, and the setting that they share or do not: what every answer is made of."""

# Annotations are evaluated, not kept as text: NamedTuple would compile the text of each.

import math
from typing import Any, NamedTuple

from mscgraph.model import Association, Reason, Rung, Sign, effect_word

__all__ = ["Path", "Setting", "Step", "path_order"]


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


class Path(NamedTuple):
    """A route from cause to outcome. Effect, cost, rung and setting follow from its steps.

    Examples
    --------
    >>> import mscgraph as mg
    >>> path = mg.find_paths(mg.load(), "IDO1", "Th17 cell").paths[0]
    >>> path.source, path.target, path.effect
    ('HGNC:6059', 'CL:0000899', 'decrease')
    >>> path.cost == sum(step.association.grade.cost for step in path.steps)
    True
    """

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
        return math.exp(-self.cost / 1e6)

    @property
    def weakest(self) -> Step:
        """The step that costs most: the link that a better study would help most."""
        return max(self.steps, key=lambda step: step.cost)

    @property
    def rung(self) -> Rung:
        """The weakest rung: each step's best evidence, the lowest of them."""
        return min(step.association.grade.rung for step in self.steps)

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
            "effect": self.effect,
            "cost": self.cost,
            "strength": self.strength,
            "weakest": self.weakest.association.id,
            "rung": self.rung.name.lower(),
            "same_setting": self.setting.kind,
            "setting": {"shared": self.setting.shared, "parts": self.setting.parts},
            "steps": [step.to_dict() for step in self.steps],
        }


def path_order(path: Path) -> tuple[int, int, tuple[str, ...]]:
    """What paths are listed by: cost, then steps, then ids."""
    return path.cost, len(path.steps), tuple(step.association.id for step in path.steps)
