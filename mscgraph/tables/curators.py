"""What only the curators' tools and checks read: cue words, searches, second readings, rows withdrawn."""

# Annotations are evaluated, not kept as text: NamedTuple would compile the text of each.

from enum import Enum
from pathlib import Path

from mscgraph.errors import DataError
from mscgraph.named_tuples import NamedTuple
from mscgraph.tables.cells import CELLS, many, yes
from mscgraph.tables.folder import utf8_text


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


class Searches(NamedTuple):
    """The stored searches: queries of Europe PMC by name, and pairs of a condition and an intervention."""

    papers: dict[str, str]
    trials: tuple[tuple[str, str], ...]


def read_searches(folder: Path) -> Searches:
    """Read ``curation/searches.toml``; a folder need not have it.

    Raises
    ------
    DataError
        When it is no TOML, or an entry lacks what it needs.
    """
    import tomllib

    path, shown = folder / "curation" / "searches.toml", "ontology/curation/searches.toml"
    if not path.exists():
        return Searches({}, ())
    try:
        held = tomllib.loads(utf8_text(path, shown))
        return Searches(
            {str(one["name"]): str(one["query"]) for one in held.get("papers", ())},
            tuple((str(one["condition"]), str(one["intervention"])) for one in held.get("trials", ())),
        )
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DataError(f"not valid TOML: {error}", file=shown) from None
    except (KeyError, TypeError, AttributeError):
        form = "an entry of papers has name and query, one of trials condition and intervention"
        raise DataError(form, file=shown) from None


def _cue_kind(cell: str) -> CueKind:
    try:
        return CueKind(cell)
    except ValueError:
        kinds = ", ".join(kind.value for kind in CueKind)
        raise ValueError(f"{cell!r} is no kind of cue: write one of {kinds}") from None


CELLS[Cue] = {"kind": _cue_kind, "forms": many}
CELLS[Withdrawn] = {}
CELLS[SecondReading] = dict.fromkeys(("direction", "species", "significance", "amended"), yes)
