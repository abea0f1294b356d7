"""The rubric of the grades: ``ontology/curation/rubric.toml``, whose numbers can be added up by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.errors import DataError
from mscgraph.model import EvidenceLevel

if TYPE_CHECKING:
    from collections.abc import Mapping

_MICRO = 1_000_000
_MOST = 1000  # nats


class Rubric:
    """The numbers behind the grades, all costs in micro-nats. Two rubrics are never equal."""

    __slots__ = (
        "comparison", "designs", "disputed", "letters", "preprint", "secondary", "significance", "studies",
    )  # fmt: skip

    def __init__(
        self,
        *,
        letters: tuple[tuple[str, int, str], ...],
        designs: Mapping[str, tuple[int, EvidenceLevel, bool]],
        comparison: Mapping[str, int],
        preprint: int,
        significance: Mapping[str, int],
        studies: tuple[int, int, int, int],
        disputed: int,
    ) -> None:
        self.letters = letters
        self.designs = designs
        self.secondary = frozenset(
            name for name, (_, _, is_secondary) in designs.items() if is_secondary
        )
        self.comparison = comparison
        self.preprint = preprint
        self.significance = significance
        self.studies = studies
        self.disputed = disputed

    @classmethod
    def from_toml(cls, table: Mapping[str, Any], *, file: str = "rubric.toml") -> Rubric:
        """Build a rubric from the parsed TOML; raise :class:`DataError` naming what is missing."""
        try:
            return cls(
                letters=tuple(
                    (_text(line["letter"]), _micro(line["at_most"]), _text(line["meaning"]))
                    for line in table["grades"]
                ),
                designs={
                    name: (
                        _micro(line["cost"]),
                        EvidenceLevel[line["evidence_level"].upper()],
                        bool(line.get("secondary", False)),
                    )
                    for name, line in table["designs"].items()
                },
                comparison={name: _micro(cost) for name, cost in table["comparison"].items()},
                preprint=_micro(table["status"]["preprint"]),
                significance={name: _micro(cost) for name, cost in table["significance"].items()},
                studies=(
                    _micro(table["studies"]["none"]),
                    _micro(table["studies"]["one"]),
                    _micro(table["studies"]["two"]),
                    _micro(table["studies"]["three_or_more"]),
                ),
                disputed=_micro(table["disputed"]["cost"]),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise DataError(f"the rubric lacks or misspells {error}", file=file) from error

    def experiment_cost(self, design: str, comparison: str, *, preprint: bool) -> int:
        """What one finding costs by how it was made: its design, its comparison, and being a preprint."""
        return (
            self.designs[design][0] + self.comparison[comparison] + (self.preprint if preprint else 0)
        )

    def evidence_level(self, design: str) -> EvidenceLevel:
        """The place of a study design on the ladder of evidence."""
        return self.designs[design][1]

    def is_secondary(self, design: str) -> bool:
        """Whether a design reports other people's studies and so adds none of its own."""
        return design in self.secondary

    @property
    def letters_best_first(self) -> tuple[str, ...]:
        """The grade letters, best first."""
        return tuple(letter for letter, _, _ in self.letters)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"the text {value!r}")
    return value


def _micro(nats: float) -> int:
    """Nats as whole micro-nats; a cost below nothing would make longer paths better than shorter ones."""
    if isinstance(nats, bool) or not 0 <= nats <= _MOST:
        raise ValueError(f"the cost {nats!r}: write a number from 0 to {_MOST}")
    return round(nats * _MICRO)
