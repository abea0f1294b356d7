"""What only curators' tools, checks and importers read, and what most of an ontology folder may lack."""

# Annotations are evaluated, not kept as text: the parsers of cells are chosen by them.

from collections.abc import Mapping
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from mscgraph.errors import DataError
from mscgraph.model import Place, Predicate
from mscgraph.named_tuples import NamedTuple
from mscgraph.tables.folder import ontology_folder, read_toml
from mscgraph.tables.reading import micro
from mscgraph.tables.rows import PARSERS, Reading, Record, Report, one_of, raise_it


class CueKind(str, Enum):
    """What a cue word means: a relation, that it was not seen, or an intervention on it."""

    RELATION = "relation"
    NEGATION = "negation"
    INTERVENTION = "intervention"


PARSERS[CueKind] = partial(one_of, CueKind, "cue")


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
    """Whether a second reader, who saw only the text, wrote the same; ``amended``: then the row changed."""

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


class Relation(NamedTuple):
    """What a source's relation is in our words; ``sign`` repeats what predicate and aspect amount to."""

    source: str
    relation: str
    predicate: str
    aspect: str
    sign: str
    note: str


class OtherPrefix(NamedTuple):
    """How else sources write a prefix; with ``namespace`` where ``terms/prefixes.tsv`` does not hold it."""

    prefix: str
    namespace: str
    synonyms: tuple[str, ...]


_FILES: dict[type, str] = {
    SecondReading: "curation/second_reading.tsv",
    Withdrawn: "curation/withdrawn.tsv",
    Relation: "terms/relations.tsv",
    OtherPrefix: "terms/prefix_synonyms.tsv",
}


def read_optional(
    record: type[Record], folder: Path | None = None, *, report: Report = raise_it
) -> list[tuple[Place, Record]]:
    """Read one of these tables with the place of each line; second readings alone may not be absent.

    Apart from :func:`read_tables`, because only checks, counts and importers ask for them.
    """
    folder, file = folder or ontology_folder(), _FILES[record]
    if record is not SecondReading and not (folder / file).is_file():
        return []
    return list(Reading(folder, report).records(record, file))


def read_relations(
    folder: Path | None = None, *, report: Report = raise_it
) -> dict[tuple[str, str], tuple[Relation, Place]]:
    """Read ``terms/relations.tsv`` by (source, relation), with the place of each line."""
    found: dict[tuple[str, str], tuple[Relation, Place]] = {}
    for place, row in read_optional(Relation, folder, report=report):
        first = found.setdefault((row.source, row.relation), (row, place))[1]
        if first is not place:
            used = f"it was first used in line {first.line}"
            message = f"{row.relation!r} of {row.source} stands here again; {used}"
            Reading("", report).fault(place, message, "relation", row.relation)
    return found


def read_cues(folder: Path | None = None, *, report: Report = raise_it) -> dict[str, Cue]:
    """Read the cue words of an ontology folder by id, faults as in :func:`read_tables`.

    They are no part of the knowledge, so a graph is read without them: an older folder has none.
    """
    reading = Reading(folder or ontology_folder(), report)
    predicates = reading.keyed(Predicate, "terms/predicates.tsv")
    cues = dict(reading.keyed(Cue, "terms/cues.tsv"))
    for cue in cues.values():
        wanted = cue.kind is CueKind.RELATION
        if wanted and cue.predicate not in predicates:
            message = f"{cue.predicate!r} is not in terms/predicates.tsv; correct it here"
        elif not wanted and cue.predicate:
            message = f"a cue of the kind {cue.kind.value} has no predicate"
        elif not cue.forms:
            message = "a cue without forms is never found"
        else:
            continue
        reading.fault(reading.places[cue.id], message, value=cue.id)
    return cues


class Searches(NamedTuple):
    """The stored searches: queries of Europe PMC by name, and pairs of a condition and an intervention."""

    papers: dict[str, str]
    trials: tuple[tuple[str, str], ...]


def read_searches(folder: Path) -> Searches:
    """Read ``curation/searches.toml``; a folder need not have it.

    Raise :class:`DataError` where it is no TOML, or an entry lacks what it needs.
    """
    path, shown = folder / "curation" / "searches.toml", "ontology/curation/searches.toml"
    if not path.exists():
        return Searches({}, ())
    held = read_toml(path, shown)
    try:
        return Searches(
            {str(one["name"]): str(one["query"]) for one in held.get("papers", ())},
            tuple((str(one["condition"]), str(one["intervention"])) for one in held.get("trials", ())),
        )
    except (KeyError, TypeError, AttributeError):
        form = "an entry of papers has name and query, one of trials condition and intervention"
        raise DataError(form, file=shown) from None


class ExternalCosts(NamedTuple):
    """The section ``external`` of the rubric, in micro-nats: what a source says of itself adds up."""

    knowledge_level: Mapping[str, int]
    agent_type: Mapping[str, int]

    def cost(self, knowledge_level: str, agent_type: str) -> int:
        """The cost of a statement; what the rubric does not know counts as not provided."""
        given = zip(self, (knowledge_level, agent_type), strict=True)
        return sum(costs.get(name, costs["not_provided"]) for costs, name in given)


def read_external_costs(folder: Path | None = None) -> ExternalCosts:
    """Read the section ``external`` of ``curation/rubric.toml``.

    Raise :class:`DataError` where the file or the section is missing or misspelt.
    """
    path = (folder or ontology_folder()) / "curation" / "rubric.toml"
    held: Any = read_toml(path)
    try:
        costs = ExternalCosts(
            *({name: micro(nats) for name, nats in held["external"][part].items()}
              for part in ExternalCosts._fields)
        )  # fmt: skip
        costs.cost("not_provided", "not_provided")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DataError(f"the section [external] lacks or misspells {error}", file=str(path)) from None
    return costs
