"""What reading a folder gives, with the rubric of the grades, whose numbers can be added up by hand."""

# Annotations are evaluated, not kept as text: the parsers of cells are chosen by them.
from collections.abc import Mapping
from typing import Any

from mscgraph.errors import DataError
from mscgraph.model import (
    OURS,
    Aspect,
    Entity,
    EvidenceLevel,
    Finding,
    KnowledgeSource,
    Place,
    Predicate,
    Publication,
    Term,
)
from mscgraph.named_tuples import NamedTuple
from mscgraph.tables.cells import Namespace
from mscgraph.text.curie import Prefixes

_MICRO = 1_000_000
_MOST = 1000  # nats


class Rubric(NamedTuple):
    """The numbers behind the grades, in micro-nats, as ``curation/rubric.toml`` has them.

    ``secondary`` are the designs that report other people's studies and so add none of their own.
    Two rubrics are never equal: what is remembered of one is found by it alone.
    """

    letters: tuple[tuple[str, int, str], ...]
    designs: Mapping[str, tuple[int, EvidenceLevel, bool]]
    secondary: frozenset[str]
    comparison: Mapping[str, int]
    preprint: int
    significance: Mapping[str, int]
    studies: tuple[int, ...]
    disputed: int

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    @classmethod
    def from_toml(cls, table: Mapping[str, Any], *, file: str = "rubric.toml") -> "Rubric":
        """Build a rubric from the parsed TOML; raise :class:`DataError` naming what is missing."""
        try:
            designs = {
                name: (
                    micro(line["cost"]),
                    EvidenceLevel[line["evidence_level"].upper()],
                    bool(line.get("secondary", False)),
                )
                for name, line in table["designs"].items()
            }
            return cls(
                letters=tuple(
                    (_text(line["letter"]), micro(line["at_most"]), _text(line["meaning"]))
                    for line in table["grades"]
                ),
                designs=designs,
                secondary=frozenset(name for name, made in designs.items() if made[2]),
                comparison={name: micro(cost) for name, cost in table["comparison"].items()},
                preprint=micro(table["status"]["preprint"]),
                significance={name: micro(cost) for name, cost in table["significance"].items()},
                studies=tuple(
                    micro(table["studies"][n]) for n in ("none", "one", "two", "three_or_more")
                ),
                disputed=micro(table["disputed"]["cost"]),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise DataError(f"the rubric lacks or misspells {error}", file=file) from error

    def experiment_cost(self, design: str, comparison: str, *, preprint: bool) -> int:
        """What one finding costs by how it was made: its design, its comparison, and being a preprint."""
        return self.designs[design][0] + self.comparison[comparison] + self.preprint * preprint

    def evidence_level(self, design: str) -> EvidenceLevel:
        """The place of a study design on the ladder of evidence."""
        return self.designs[design][1]

    def is_secondary(self, design: str) -> bool:
        """Whether a design reports other people's studies."""
        return design in self.secondary

    @property
    def letters_best_first(self) -> tuple[str, ...]:
        """The grade letters, best first."""
        return tuple(letter for letter, _, _ in self.letters)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"the text {value!r}")
    return value


def micro(nats: float) -> int:
    """Nats as whole micro-nats; a cost below nothing would make longer paths better than shorter ones."""
    if isinstance(nats, bool) or not 0 <= nats <= _MOST:
        raise ValueError(f"the cost {nats!r}: write a number from 0 to {_MOST}")
    return round(nats * _MICRO)


class Prefix(NamedTuple):
    """A prefix of CURIEs, and how the IRIs that it stands for begin."""

    prefix: str
    namespace: Namespace


class Tables(NamedTuple):
    """All that ``ontology/`` holds, parsed. ``places`` says where each record stands.

    ``stated`` are the statements of others, by the key of the association, in a graph that was read from an
    export, and ``licences`` those of each source, as far as they are known.
    """

    folder: str
    prefixes: Prefixes
    entities: Mapping[str, Entity]
    predicates: Mapping[str, Predicate]
    aspects: Mapping[str, Aspect]
    vocabulary: Mapping[str, Mapping[str, Term]]
    publications: Mapping[str, Publication]
    findings: Mapping[str, Finding]
    rubric: Rubric
    places: Mapping[str, Place] = {}
    stated: Mapping[tuple[str, str, str, str], tuple[KnowledgeSource, ...]] = {}
    licences: Mapping[str, str] = {}

    def licence_of(self, source: str) -> str:
        """The licence of what a knowledge source states: its own, else those of all that was imported."""
        known = {name: licence for name, licence in self.licences.items() if name != OURS}
        said = [f"{licence} ({name})" for name, licence in known.items() if licence]
        return known.get(source) or "; ".join(said) or "not stated"
