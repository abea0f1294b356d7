"""What is mined for: the conditions of one question, checked, with every name already an id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mscgraph.errors import NotFound
from mscgraph.model import effect_word

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LETTERS", "MOST_STEPS", "MineQuestion", "check_question", "letters_from", "sign_of"]

MOST_STEPS = 4
LETTERS = ("A", "B", "C", "D")
_SIGNS: dict[str, int | None] = {"increase": 1, "decrease": -1, "unknown": 0, "any": None}


class MineQuestion(NamedTuple):
    """All pairs of ``sources`` and ``targets``, and what a path between them must be like.

    ``sign`` is the net sign wanted, None for any; ``damping`` what each doubling of a mediator's degree
    costs, in micro-nats; ``hop_cap`` how many edges out of, and into, one entity are followed. An
    empty tuple or string and a ``since`` or ``hop_cap`` of 0 ask for nothing.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    k: int = 10
    max_length: int = 3
    sign: int | None = None
    predicates: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    taxon: str = ""
    system: str = ""
    since: int = 0
    avoid: tuple[str, ...] = ()
    damping: int = 0
    hop_cap: int = 0

    def tables(self) -> Mapping[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]]:
        """What the plan reads beside the graph: name → columns and rows. Values never stand in SQL."""
        lists = {
            "sources": self.sources,
            "targets": self.targets,
            "wanted_predicates": self.predicates,
            "wanted_categories": self.categories,
            "wanted_letters": self.letters,
            "barred": self.avoid,
        }
        tables: dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
            name: (("id",), tuple((value,) for value in dict.fromkeys(values)))
            for name, values in lists.items()
        }
        tables["setting"] = (("taxon", "system"), ((self.taxon, self.system),))
        return tables

    def to_dict(self) -> dict[str, Any]:
        """The conditions as JSON-ready values; sources and targets are counted, not listed."""
        return {
            "sources": len(self.sources),
            "targets": len(self.targets),
            "k": self.k,
            "max_length": self.max_length,
            "effect": "any" if self.sign is None else effect_word(self.sign),
            "predicates": list(self.predicates),
            "categories": list(self.categories),
            "grades": list(self.letters),
            "taxon": self.taxon,
            "system": self.system,
            "since": self.since,
            "avoid": list(self.avoid),
            "damping": self.damping,
            "hop_cap": self.hop_cap,
        }


def check_question(question: MineQuestion) -> MineQuestion:
    """Return the question, or raise :class:`ValueError` naming the option that is out of its range."""
    if not 1 <= question.max_length <= MOST_STEPS:
        raise ValueError(f"max_length is {question.max_length}; write 1 to {MOST_STEPS}")
    if question.k < 1:
        raise ValueError(f"k is {question.k}; ask for at least one path a pair")
    if question.damping < 0:
        raise ValueError("damping is negative; write 0 or more nats for each doubling of a degree")
    if question.hop_cap < 0:
        raise ValueError(f"hop_cap is {question.hop_cap}; write how many edges may be followed, or 0")
    return question


def sign_of(effect: str) -> int | None:
    """The net sign of an effect; None for any."""
    if effect not in _SIGNS:
        raise ValueError(f"effect is {effect!r}; write one of {', '.join(_SIGNS)}")
    return _SIGNS[effect]


def letters_from(lowest: str | None) -> tuple[str, ...]:
    """The grade letters from the best down to ``lowest``; none asks for nothing."""
    if lowest is None:
        return ()
    if lowest.upper() not in LETTERS:
        raise NotFound(f"No grade is called {lowest!r}.", suggestions=LETTERS)
    return LETTERS[: LETTERS.index(lowest.upper()) + 1]
