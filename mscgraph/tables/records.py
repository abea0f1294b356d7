"""What reading a folder gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.curie import Prefixes
    from mscgraph.grading import Rubric
    from mscgraph.model import Aspect, Entity, Finding, Place, Predicate, Publication, Term

__all__ = ["Refinement", "Tables"]


class Refinement(NamedTuple):
    """The signed RO relation that a predicate amounts to once aspect and directness are known."""

    predicate: str
    aspect: str
    directness: str
    ro: str
    label: str


class Tables(NamedTuple):
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
    places: dict[str, Place]
