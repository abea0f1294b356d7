"""What an ontology folder holds, and how it is read, with what rows name in one another.

The numbers of the rubric can be added up by hand.
"""

# Annotations are evaluated, not kept as text: the parsers of cells are chosen by them.

import os
from collections.abc import Mapping
from typing import Any

from mscgraph.errors import DanglingReference, DataError, TableError
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
)  # fmt: skip
from mscgraph.named_tuples import NamedTuple
from mscgraph.schema import KEY, Column, columns_of
from mscgraph.tables.folder import default_folder, finding_tables, is_ontology, read_toml
from mscgraph.tables.rows import Namespace, Reading, Report, TableRows, column_values, raise_it, rows_of
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
            rubric = cls(
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
        if not rubric.letters:
            raise DataError("the rubric has no grades", file=file)
        return rubric

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


def read_tables(folder: str | os.PathLike[str] | None = None, *, report: Report = raise_it) -> Tables:
    """Read a whole ontology folder (default: the one that ships with the program).

    ``report`` gets each fault: it raises it (default), or takes it, and the faulty row is left out.

    Raises
    ------
    TableError
        On a malformed table, with file, line and column.
    DanglingReference
        When a finding names an entity, predicate, aspect or publication that no table holds.
    """
    reading = Reading(folder or default_folder(), report)
    if not is_ontology(reading.folder):
        raise TableError("not an ontology folder: it has no folder terms/", file=reading.folder)
    vocabulary: dict[str, dict[str, Term]] = {}
    for _, term in reading.records(Term, "terms/vocabulary.tsv"):
        vocabulary.setdefault(term.column, {})[term.id] = term
    shown = reading.name("curation/rubric.toml")
    findings = TableRows(Finding)
    tables = Tables(
        folder=reading.folder,
        prefixes=Prefixes(dict(row for _, row in reading.records(Prefix, "terms/prefixes.tsv"))),
        entities=reading.keyed(Entity, "terms/entities.tsv"),
        predicates=dict(reading.keyed(Predicate, "terms/predicates.tsv")),
        aspects=dict(reading.keyed(Aspect, "terms/aspects.tsv")),
        vocabulary=vocabulary,
        publications=reading.keyed(Publication, "curation/publications.tsv"),
        findings=findings,
        rubric=Rubric.from_toml(read_toml(f"{reading.folder}/curation/rubric.toml", shown), file=shown),
        places=reading.places,
    )
    for name in finding_tables(reading.folder):
        reading.keyed(Finding, f"curation/findings/{name}", findings)
    _leave_out_dangling(tables, findings, reading)
    return tables


def _leave_out_dangling(tables: Tables, findings: TableRows[Finding], reading: Reading) -> None:
    """Report the findings that name what a graph cannot do without and no table holds, and drop them."""
    known = {column: _held(tables, column.names) for column in _NAMING}
    places = {column: Finding._fields.index(column.name) for column in known}
    rows, width = findings.cells.values(), len(Finding._fields)
    if all(
        column_values(rows, places[one], width) <= rows_of(held).keys() for one, held in known.items()
    ):
        return
    for key in list(findings):
        place = reading.places[key]
        for column in (faults := dangling(findings[key], tables)):
            value = getattr(findings[key], column.name)
            file = _FILES.get(column.names, "curation/rubric.toml")
            message = f"{value!r} is not in {file}; add it there or correct it here"
            reading.report(
                DanglingReference(
                    message, file=place.file, line=place.line, column=column.name, value=value
                )
            )
        if faults:
            del findings.cells[key], reading.places.lines[key]


# What a column names is in one of these tables, else in the rubric.
_FILES = {
    "entities": "terms/entities.tsv",
    "predicates": "terms/predicates.tsv",
    "aspects": "terms/aspects.tsv",
    "publications": "curation/publications.tsv",
}
_NAMING = tuple(column for column in columns_of(Finding).values() if column.names)


def dangling(finding: Finding, tables: Tables) -> list[Column]:
    """Return the columns in which a finding names what no table holds and a graph cannot do without."""
    return [
        column for column in _NAMING if getattr(finding, column.name) not in _held(tables, column.names)
    ]


def dangling_key(key: tuple[str, str, str, str], tables: Tables) -> dict[str, str]:
    """Return the columns of an association's key in which it names what no table holds, with the values."""
    held = (tables.entities, tables.predicates, tables.entities, tables.aspects)
    return {
        name: value for name, value, known in zip(KEY, key, held, strict=True) if value not in known
    }


def _held(tables: Tables, names: str) -> Mapping[str, Any]:
    held: Mapping[str, Any] = getattr(tables if names in _FILES else tables.rubric, names)
    return held
