"""What only the curators' tools and checks read: cue words, second readings of rows, rows withdrawn."""

# Annotations are evaluated, not kept as text: NamedTuple would compile the text of each.

from enum import Enum
from typing import NamedTuple

from mscgraph.tables.cells import CELLS, many, yes

__all__ = ["Cue", "CueKind", "SecondReading", "Withdrawn"]


class CueKind(str, Enum):
    """What a cue word means to a curator: a relation, that it was not seen, or an intervention on it."""

    RELATION = "relation"
    NEGATION = "negation"
    INTERVENTION = "intervention"


class Cue(NamedTuple):
    """A word of a paper's sentence that points to a predicate, with the forms in which it stands.

    A negation and an intervention ("blocking") have no predicate: they change what the relation next to
    them says, in a way that only a reader can judge.
    """

    id: str
    kind: CueKind
    predicate: str
    forms: tuple[str, ...]
    note: str


class SecondReading(NamedTuple):
    """Whether a second reader, who saw only the source's text, wrote the same as the row says.

    ``amended`` says that the row was changed after the two readings were settled on the text.
    """

    finding: str
    batch: str
    reader: str
    direction: bool
    species: bool
    significance: bool
    amended: bool


class Withdrawn(NamedTuple):
    """A finding that is no more: the one that it was merged into, if any, and why."""

    id: str
    into: str
    reason: str


def _cue_kind(cell: str) -> CueKind:
    try:
        return CueKind(cell)
    except ValueError:
        kinds = ", ".join(kind.value for kind in CueKind)
        raise ValueError(f"{cell!r} is no kind of cue: write one of {kinds}") from None


CELLS[Cue] = {"kind": _cue_kind, "forms": many}
CELLS[Withdrawn] = {}
CELLS[SecondReading] = dict.fromkeys(("direction", "species", "significance", "amended"), yes)
