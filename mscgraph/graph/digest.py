"""The shipped graph as it was last reckoned, kept beside the compiled modules and read in their stead.

Most questions need a hundredth of the graph: the digest holds every record by itself and makes those that
are asked for. It is what ``.pyc`` files are to modules: written on the first load into ``__pycache__`` (not
where Python may write no bytecode), tied to size and times of every table and of the code that reckons, and
made anew when any of them differs. Nothing but speed depends on it.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
import time
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mscgraph.model import (
    Aspect,
    Association,
    Entity,
    Finding,
    Grade,
    Place,
    Predicate,
    PredicateKind,
    Publication,
    Reason,
    Rung,
    Sign,
    Term,
    Walkable,
)
from mscgraph.tables import Refinement, Tables
from mscgraph.tables.rubric import Rubric
from mscgraph.text.curie import Prefixes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mscgraph.graph.knowledge import KnowledgeGraph

__all__ = ["Digest", "read_digest", "write_digest"]

Record = TypeVar("Record")
# A table that was changed a moment ago could change again and keep its time of change.
_SETTLED = 2_000_000_000


class Digest(NamedTuple):
    """A graph's tables, and what is reckoned from them; records are made when they are asked for."""

    tables: Tables
    associations: Mapping[str, Association]
    walkable: tuple[Walkable, ...]
    indexes: Mapping[str, dict[str, Any]]


class Rows(Mapping[str, Record]):
    """Records by id, each kept as bytes until it is asked for."""

    __slots__ = ("_made", "_make", "_stored")

    def __init__(self, stored: dict[str, bytes], make: Callable[[Any], Record]) -> None:
        self._stored = stored
        self._make = make
        self._made: dict[str, Record] = {}

    def __getitem__(self, key: str) -> Record:
        try:
            return self._made[key]
        except KeyError:
            record = self._made[key] = self._make(marshal.loads(self._stored[key]))  # noqa: S302
            return record

    def __contains__(self, key: object) -> bool:
        return key in self._stored

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)


class Places(Mapping[str, Place]):
    """Where records stand, all kept as one: only errors and checks ask."""

    def __init__(self, stored: bytes) -> None:
        self._stored = stored

    @cached_property
    def _places(self) -> dict[str, tuple[str, int]]:
        places: dict[str, tuple[str, int]] = marshal.loads(self._stored)  # noqa: S302
        return places

    def __getitem__(self, key: str) -> Place:
        return Place._make(self._places[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def read_digest(folder: str) -> Digest | None:
    """Return the digest of an ontology folder, or None where there is none that can be trusted."""
    try:
        with open(_place(), "rb") as file:  # noqa: PTH123 - pathlib costs a tenth of the start-up
            stored = marshal.loads(file.read())  # noqa: S302 - as trusted as the module beside it
        return _decode(stored) if stored["key"] == _key(folder) else None
    except (OSError, EOFError, ValueError, TypeError, LookupError):
        return None


def write_digest(kg: KnowledgeGraph) -> bool:
    """Keep the digest of a whole graph; return whether that was possible."""
    folder = str(kg.folder)
    key = _key(folder)
    newest = max(changed for _, _, changed, _ in key[3:])
    if sys.dont_write_bytecode or time.time_ns() - newest < _SETTLED:
        return False
    try:
        place = _place()
    except OSError:
        return False
    beside = f"{place}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120
        with open(beside, "xb") as file:  # noqa: PTH123
            marshal.dump({"key": key, **_encode(kg)}, file)
        os.replace(beside, place)  # noqa: PTH105
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(beside)  # noqa: PTH108
        return False
    return True


def _place() -> str:
    """Where Python keeps this module compiled: one place a version of Python and an installation."""
    cached = __spec__.cached
    if cached is None:
        raise OSError("there is no such place")
    return cached.removesuffix(".pyc") + ".graph"


def _key(folder: str) -> tuple[Any, ...]:
    """What a digest is tied to: the interpreter, and size and times of every file it came from."""
    package = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120
    rooms = ("", "graph", "tables")
    folders = [os.path.join(package, room) for room in rooms]  # noqa: PTH118
    folders += [os.path.join(folder, *names) for names in _FOLDERS]  # noqa: PTH118
    files = []
    for place in folders:
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".tsv", ".toml")):
                    stat = entry.stat()
                    files.append((entry.path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns))
    return (sys.version, marshal.version, folder, *sorted(files))


_FOLDERS = (("terms",), ("curation",), ("curation", "findings"))


def _encode(kg: KnowledgeGraph) -> dict[str, Any]:
    grades: dict[Grade, int] = {}
    associations = {
        a.id: marshal.dumps(
            (
                *(a.id, *a.key, None if a.sign is None else int(a.sign)),
                *(tuple(f.id for f in side) for side in (a.supporting, a.disputing, a.inconclusive)),
                grades.setdefault(a.grade, len(grades)),
            )
        )
        for a in kg.associations.values()
    }
    rubric = kg.rubric
    return {
        "folder": str(kg.folder),
        "prefixes": kg.prefixes.namespaces,
        "predicates": [_plain(p) for p in kg.predicates.values()],
        "aspects": [_plain(a) for a in kg.aspects.values()],
        "vocabulary": {c: [tuple(t) for t in terms.values()] for c, terms in kg.vocabulary.items()},
        "refinements": [tuple(r) for r in kg.refinements],
        "rubric": (
            rubric.letters,
            {name: (cost, int(rung), only) for name, (cost, rung, only) in rubric.designs.items()},
            dict(rubric.significance),
            rubric.studies,
            rubric.disputed,
        ),
        "entities": {key: marshal.dumps(tuple(e)) for key, e in kg.entities.items()},
        "publications": {key: marshal.dumps(tuple(p)) for key, p in kg.publications.items()},
        "findings": {key: marshal.dumps(tuple(f)) for key, f in kg.findings.items()},
        "places": marshal.dumps({key: tuple(p) for key, p in kg.places.items()}),
        "grades": [
            (*grade[:2], int(grade.rung), grade.studies, _plain(grade.reasons)) for grade in grades
        ],
        "associations": associations,
        "walkable": [_plain(row) for row in kg.walkable],
        "indexes": {name: marshal.dumps(dict(i)) for name, i in kg.name_indexes.items()},
    }


def _plain(record: Any) -> Any:
    """A record as marshal takes it: tuples, strings and numbers of no class of ours."""
    if isinstance(record, tuple):
        return tuple(map(_plain, record))
    if isinstance(record, Sign | Rung):
        return int(record)
    return record.value if isinstance(record, PredicateKind) else record


def _decode(stored: dict[str, Any]) -> Digest:
    letters, designs, significance, studies, disputed = stored["rubric"]
    findings = Rows(stored["findings"], Finding._make)
    tables = Tables(
        folder=stored["folder"],
        prefixes=Prefixes(stored["prefixes"]),
        entities=Rows(stored["entities"], Entity._make),
        predicates={row[0]: _predicate(row) for row in stored["predicates"]},
        aspects={row[0]: Aspect._make((*row[:2], Sign(row[2]), *row[3:])) for row in stored["aspects"]},
        vocabulary={
            column: {row[1]: Term._make(row) for row in terms}
            for column, terms in stored["vocabulary"].items()
        },
        refinements=tuple(map(Refinement._make, stored["refinements"])),
        publications=Rows(stored["publications"], Publication._make),
        findings=findings,
        rubric=Rubric(
            letters=letters,
            designs={name: (cost, Rung(rung), only) for name, (cost, rung, only) in designs.items()},
            significance=significance,
            studies=studies,
            disputed=disputed,
        ),
        places=Places(stored["places"]),
    )
    grades = stored["grades"]

    def association(row: tuple[Any, ...]) -> Association:
        letter, cost, rung, count, reasons = grades[row[9]]
        sides = [tuple(findings[key] for key in side) for side in row[6:9]]
        sign = None if row[5] is None else Sign(row[5])
        grade = Grade(letter, cost, Rung(rung), count, tuple(map(Reason._make, reasons)))
        return Association._make((*row[:5], sign, *sides, grade, ()))

    return Digest(
        tables,
        Rows(stored["associations"], association),
        tuple(map(Walkable._make, stored["walkable"])),
        Rows(stored["indexes"], dict),
    )


def _predicate(row: tuple[Any, ...]) -> Predicate:
    sign = None if row[3] is None else Sign(row[3])
    return Predicate._make((*row[:2], PredicateKind(row[2]), sign, *row[4:]))
