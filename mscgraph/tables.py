"""The only room that knows the files of ``ontology/``: rows ⇄ records, in one canonical layout.

The layout is tab-separated UTF-8: a header line, one record a line, lists joined by ``|``, no quoting,
rows sorted by their first column, one newline at the end. ``mscgraph format`` restores it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from mscgraph.curie import Prefixes
from mscgraph.errors import DanglingReference, DataError, TableError
from mscgraph.grading import Rubric
from mscgraph.model import (
    Aspect,
    Entity,
    Finding,
    Place,
    Predicate,
    PredicateKind,
    Publication,
    SecondReading,
    Sign,
    Term,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "Refinement",
    "Tables",
    "canonical",
    "example_files",
    "ontology_folder",
    "read_second_readings",
    "read_tables",
    "resource_text",
    "table_files",
    "text_of",
]

Record = TypeVar("Record")
Report = Callable[[DataError], None]
_SIGNS = {"+": Sign.POSITIVE, "-": Sign.NEGATIVE, "?": Sign.UNKNOWN}


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


def ontology_folder() -> Path:
    """The folder of the knowledge that ships with the program: in the wheel, else in the checkout."""
    installed = Path(__file__).parent / "ontology"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "ontology"


def table_files(folder: Path) -> list[Path]:
    """Every table of an ontology folder, in reading order."""
    terms = folder / "terms"
    curation = folder / "curation"
    return [
        *(terms / f"{name}.tsv" for name in _TERM_TABLES),
        curation / "publications.tsv",
        curation / "second_reading.tsv",
        *sorted((curation / "findings").glob("*.tsv")),
    ]


_TERM_TABLES = ("prefixes", "predicates", "aspects", "vocabulary", "refinements", "entities")


def example_files(kind: str, pattern: str, *, folder: Path | None = None) -> list[Path]:
    """The fixtures under ``examples/valid`` or ``examples/invalid`` that match a glob pattern."""
    return sorted(((folder or ontology_folder()) / "examples" / kind).glob(pattern))


def resource_text(kind: str, pattern: str, *, folder: Path | None = None) -> dict[str, str]:
    """The texts under ``queries``, ``checks``, ``shapes`` or ``terms`` by stem, sorted."""
    files = sorted(((folder or ontology_folder()) / kind).glob(pattern))
    return {path.stem: path.read_text(encoding="utf-8") for path in files}


# -- cells ------------------------------------------------------------------------------------------


def _many(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _yes(cell: str) -> bool:
    if cell not in ("yes", "no"):
        raise ValueError(f"{cell!r} is neither yes nor no")
    return cell == "yes"


def _sign(cell: str) -> Sign | None:
    if cell and cell not in _SIGNS:
        raise ValueError(f"{cell!r} is no sign: write +, -, ? or nothing")
    return _SIGNS[cell] if cell else None


def _polarity(cell: str) -> Sign:
    sign = _sign(cell)
    if sign is None:
        raise ValueError("an aspect needs a polarity: +, - or ?")
    return sign


def _kind(cell: str) -> PredicateKind:
    try:
        return PredicateKind(cell)
    except ValueError:
        kinds = ", ".join(kind.value for kind in PredicateKind)
        raise ValueError(f"{cell!r} is no kind of predicate: write one of {kinds}") from None


def _included(cell: str) -> tuple[tuple[int, str], ...]:
    pairs = []
    for part in _many(cell):
        count, space, design = part.partition(" ")
        if not (count.isdigit() and space and design):
            raise ValueError(f"{part!r} is not a count and a study design, such as '2 case_series'")
        pairs.append((int(count), design))
    return tuple(pairs)


_CELLS: dict[type, dict[str, Callable[[str], Any]]] = {
    Entity: dict.fromkeys(("synonyms", "xrefs", "parents", "part_of", "derives_from"), _many),
    Predicate: {
        "kind": _kind,
        "sign": _sign,
        "disputes": _many,
        "symmetric": _yes,
        "negated": _yes,
    },
    Aspect: {"polarity": _polarity},
    Term: {},
    Refinement: {},
    Publication: {"included_studies": _included},
    SecondReading: dict.fromkeys(("direction", "species", "significance", "amended"), _yes),
    Finding: {"readout": _yes} | dict.fromkeys(("via", "msc_source", "priming"), _many),
}


def text_of(value: object) -> str:
    """The cell of a field's value: the inverse of parsing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sign):
        return {sign: cell for cell, sign in _SIGNS.items()}[value]
    if isinstance(value, PredicateKind):
        return value.value
    if isinstance(value, tuple):
        return "|".join(f"{v[0]} {v[1]}" if isinstance(v, tuple) else str(v) for v in value)
    return "" if value is None else str(value)


# -- rows -------------------------------------------------------------------------------------------


def _raise(error: DataError) -> NoReturn:
    raise error


def _rows(
    path: Path, columns: tuple[str, ...], *, shown: str, report: Report
) -> Iterator[tuple[int, list[str]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return report(TableError("the file is missing", file=shown))
    except UnicodeDecodeError as error:
        return report(TableError(f"not UTF-8 at byte {error.start}: save it as UTF-8", file=shown))
    lines = text.split("\n")
    header = tuple(lines[0].rstrip("\r").split("\t"))
    if header != columns:
        return report(TableError(_header_fault(header, columns), file=shown, line=1))
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            cells = line.rstrip("\r").split("\t")
            if len(cells) == len(columns):
                yield number, cells
            else:
                report(
                    TableError(
                        f"{len(cells)} cells where the header has {len(columns)}; "
                        f"the last one read is {cells[-1][:40]!r}",
                        file=shown,
                        line=number,
                    )
                )


def _header_fault(header: tuple[str, ...], columns: tuple[str, ...]) -> str:
    missing = [name for name in columns if name not in header]
    unknown = [name for name in header if name not in columns]
    if missing or unknown:
        parts = [f"missing {', '.join(missing)}"] if missing else []
        parts += [f"unknown {', '.join(repr(name) for name in unknown)}"] if unknown else []
        return f"the header is wrong: {'; '.join(parts)}"
    return f"the columns are out of order: write {', '.join(columns)}"


def _columns(record: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(record))


def _read(
    path: Path, record: type[Record], *, shown: str, report: Report
) -> Iterator[tuple[int, Record]]:
    columns = _columns(record)
    parsers = [(i, _CELLS[record][name]) for i, name in enumerate(columns) if name in _CELLS[record]]
    for number, cells in _rows(path, columns, shown=shown, report=report):
        values: list[Any] = cells.copy()
        try:
            for index, parse in parsers:
                values[index] = parse(cells[index])
        except ValueError:
            for index, parse in parsers:
                _report_cell(cells[index], parse, Place(shown, number), columns[index], report)
        else:
            yield number, record(*values)


def _report_cell(
    cell: str, parse: Callable[[str], Any], place: Place, column: str, report: Report
) -> None:
    try:
        parse(cell)
    except ValueError as error:
        report(TableError(str(error), file=place.file, line=place.line, column=column, value=cell))


class _Reading:
    """One reading of a folder: where records stand, and what to do with a fault."""

    def __init__(self, folder: Path, report: Report) -> None:
        self.folder = folder
        self.report = report
        self.places: dict[str, Place] = {}

    def name(self, path: Path) -> str:
        """The path as messages show it: below the name of the ontology folder."""
        try:
            return f"{self.folder.name}/{path.relative_to(self.folder).as_posix()}"
        except ValueError:
            return str(path)

    def rows(self, path: Path, record: type[Record]) -> Iterator[tuple[Place, Record]]:
        """The records of a table with their places."""
        shown = self.name(path)
        for number, item in _read(path, record, shown=shown, report=self.report):
            yield Place(shown, number), item

    def keyed(self, path: Path, record: type[Record]) -> dict[str, Record]:
        """The records of a table by id."""
        found: dict[str, Record] = {}
        for place, item in self.rows(path, record):
            self.add(found, item, place)
        return found

    def add(self, found: dict[str, Record], item: Record, place: Place) -> None:
        """Put a record under its id; report an id that is used twice."""
        key: str = item.id  # type: ignore[attr-defined]
        if key in found:
            first = self.places[key]
            self.report(
                TableError(
                    f"{key} stands here again; it was first used in {first.file}:{first.line}. "
                    "An id is never used twice",
                    file=place.file,
                    line=place.line,
                    column="id",
                    value=key,
                )
            )
            return
        found[key] = item
        self.places[key] = place


# -- reading ----------------------------------------------------------------------------------------


def read_tables(folder: Path | None = None, *, report: Report = _raise) -> Tables:
    """Read a whole ontology folder (default: the one that ships with the program).

    Parameters
    ----------
    folder
        A folder with ``terms/`` and ``curation/``.
    report
        What to do with a fault: raise it (default), or take it and let the reading go on without the
        faulty row.

    Raises
    ------
    TableError
        On a malformed table, with file, line and column.
    DanglingReference
        When a finding names an entity, predicate, aspect or publication that no table holds.
    """
    folder = folder or ontology_folder()
    if not (folder / "terms").is_dir():
        raise TableError("not an ontology folder: it has no folder terms/", file=str(folder))
    reading = _Reading(folder, report)
    terms, curation = folder / "terms", folder / "curation"
    vocabulary: dict[str, dict[str, Term]] = {}
    for _, term in reading.rows(terms / "vocabulary.tsv", Term):
        vocabulary.setdefault(term.column, {})[term.id] = term
    tables = Tables(
        folder=folder,
        prefixes=_read_prefixes(reading),
        entities=reading.keyed(terms / "entities.tsv", Entity),
        predicates=reading.keyed(terms / "predicates.tsv", Predicate),
        aspects=reading.keyed(terms / "aspects.tsv", Aspect),
        vocabulary=vocabulary,
        refinements=tuple(r for _, r in reading.rows(terms / "refinements.tsv", Refinement)),
        publications=reading.keyed(curation / "publications.tsv", Publication),
        findings={},
        rubric=_read_rubric(curation / "rubric.toml", reading.name(curation / "rubric.toml")),
        places=reading.places,
    )
    for path in sorted((curation / "findings").glob("*.tsv")):
        _read_findings(path, tables, reading)
    return tables


def read_second_readings(folder: Path, *, report: Report = _raise) -> list[tuple[Place, SecondReading]]:
    """Read which findings a second reader has read, with their places.

    Apart from :func:`read_tables`, because only a check and a count ask for it.
    """
    reading = _Reading(folder, report)
    return list(reading.rows(folder / "curation" / "second_reading.tsv", SecondReading))


def _read_prefixes(reading: _Reading) -> Prefixes:
    path = reading.folder / "terms" / "prefixes.tsv"
    rows = _rows(path, ("prefix", "namespace"), shown=reading.name(path), report=reading.report)
    return Prefixes({cells[0]: cells[1] for _, cells in rows})


def _read_findings(path: Path, tables: Tables, reading: _Reading) -> None:
    for place, finding in reading.rows(path, Finding):
        if _is_grounded(finding, tables):
            reading.add(tables.findings, finding, place)
            continue
        faults = [
            DanglingReference(
                f"{value!r} is not in {table}; add it there or correct it here",
                file=place.file,
                line=place.line,
                column=column,
                value=value,
            )
            for column, value, table in _dangling(finding, tables)
        ]
        for fault in faults:
            reading.report(fault)


def _is_grounded(finding: Finding, tables: Tables) -> bool:
    """Whether nothing dangles: the quick test, for the many rows that are right."""
    return (
        finding.subject in tables.entities
        and finding.object in tables.entities
        and finding.predicate in tables.predicates
        and finding.aspect in tables.aspects
        and finding.publication in tables.publications
        and finding.study_design in tables.rubric.designs
        and finding.significance in tables.rubric.significance
    )


def _dangling(finding: Finding, tables: Tables) -> Iterator[tuple[str, str, str]]:
    """What a finding names that no table holds: column, value, and the table it should be in."""
    for column, value, known, table in (
        ("subject", finding.subject, tables.entities, "terms/entities.tsv"),
        ("object", finding.object, tables.entities, "terms/entities.tsv"),
        ("predicate", finding.predicate, tables.predicates, "terms/predicates.tsv"),
        ("aspect", finding.aspect, tables.aspects, "terms/aspects.tsv"),
        ("publication", finding.publication, tables.publications, "curation/publications.tsv"),
        ("study_design", finding.study_design, tables.rubric.designs, "curation/rubric.toml"),
        ("significance", finding.significance, tables.rubric.significance, "curation/rubric.toml"),
    ):
        if value not in known:
            yield column, value, table


def _read_rubric(path: Path, shown: str) -> Rubric:
    import tomllib

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TableError("the file is missing", file=shown) from None
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"not valid TOML: {error}", file=shown) from None
    return Rubric.from_toml(table, file=shown)


# -- layout -----------------------------------------------------------------------------------------


def canonical(text: str) -> str:
    """Return a table's text in the canonical layout: trimmed cells, sorted rows, one final newline.

    Lists are sorted too, so that two curators write the same bytes. Rows that are not whole are kept
    as they are: nothing is lost by formatting.
    """
    lines = [line.rstrip("\r") for line in text.split("\n")]
    header = lines[0].split("\t")
    rows = [line.split("\t") for line in lines[1:] if line.strip()]
    rows = [[_tidy(header, i, cell) for i, cell in enumerate(row)] for row in rows]
    rows.sort(key=lambda row: row[:2])
    return "".join("\t".join(row) + "\n" for row in [header, *rows])


def _tidy(header: list[str], index: int, cell: str) -> str:
    cell = " ".join(cell.split())
    name = header[index] if index < len(header) else ""
    if "|" in cell and name in _LIST_COLUMNS:
        parts: Iterable[str] = (part.strip() for part in cell.split("|"))
        return "|".join(sorted({part for part in parts if part}, key=lambda p: (p.lower(), p)))
    return cell


_LIST_COLUMNS = {
    name for cells in _CELLS.values() for name, parse in cells.items() if parse in (_many, _included)
}
