"""What reading a folder gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.curie import Prefixes
    from mscgraph.grading import Rubric
    from mscgraph.model import Aspect, Entity, Finding, Place, Predicate, Publication, Term

__all__ = ["Refinement", "Tables"]


@dataclass(frozen=True, slots=True)
class Refinement:
    """The signed RO relation that a predicate amounts to once aspect and directness are known."""

    predicate: str
    aspect: str
    directness: str
    ro: str
    label: str


@dataclass(frozen=True, slots=True)
class Tables:
    """All that ``ontology/`` holds, parsed. ``places`` tells where each record stands."""

    folder: Path
    prefixes: Prefixes
    entities: dict[str, Entity]
    predicates: dict[str, Predicate]
    aspects: dict[str, Aspect]
    vocabulary: dict[str, dict[str, Term]]
    refinements: tuple[Refinement, ...]
    publications: dict[str, Publication]
    findings: dict[str, Finding]
    rubric: Rubric
    places: dict[str, Place] = field(default_factory=dict)
