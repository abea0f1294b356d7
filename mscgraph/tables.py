"""The only room that knows the files of ``ontology/``: rows ⇄ records, in one canonical layout.

The layout is tab-separated UTF-8: a header line, one record a line, lists joined by ``|``, no quoting,
rows sorted by their first column, one newline at the end. ``mscgraph format`` restores it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

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
    Sign,
    Term,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = [
    "Refinement",
    "Tables",
    "canonical",
    "example_files",
    "ontology_folder",
    "read_findings",
    "read_tables",
    "resource_text",
    "table_files",
    "text_of",
]

Record = TypeVar("Record")
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


def _rows(path: Path, columns: tuple[str, ...], *, shown: str) -> Iterator[tuple[int, list[str]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise TableError("the file is missing", file=shown) from None
    except UnicodeDecodeError as error:
        raise TableError(f"not UTF-8 at byte {error.start}: save it as UTF-8", file=shown) from None
    lines = text.split("\n")
    header = tuple(lines[0].rstrip("\r").split("\t"))
    if header != columns:
        raise TableError(_header_fault(header, columns), file=shown, line=1)
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            cells = line.rstrip("\r").split("\t")
            if len(cells) != len(columns):
                raise TableError(
                    f"{len(cells)} cells where the header has {len(columns)}; "
                    f"the last one read is {cells[-1][:40]!r}",
                    file=shown,
                    line=number,
                )
            yield number, cells


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


def _read(path: Path, record: type[Record], *, shown: str) -> Iterator[tuple[int, Record]]:
    columns = _columns(record)
    parsers = [(i, columns[i], _CELLS[record][columns[i]]) for i in range(len(columns))
               if columns[i] in _CELLS[record]]  # fmt: skip
    for number, cells in _rows(path, columns, shown=shown):
        values: list[Any] = cells
        for index, column, parse in parsers:
            try:
                values[index] = parse(cells[index])
            except ValueError as error:
                raise TableError(
                    str(error), file=shown, line=number, column=column, value=cells[index]
                ) from None
        yield number, record(*values)


def _read_keyed(
    path: Path, record: type[Record], places: dict[str, Place], *, shown: str
) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for number, item in _read(path, record, shown=shown):
        _add(found, item, Place(shown, number), places)
    return found


def _add(found: dict[str, Record], item: Record, place: Place, places: dict[str, Place]) -> None:
    key: str = item.id  # type: ignore[attr-defined]
    if key in found:
        first = places[key]
        raise TableError(
            f"{key} stands here again; it was first used in {first.file}:{first.line}. "
            "An id is never used twice",
            file=place.file,
            line=place.line,
            column="id",
            value=key,
        )
    found[key] = item
    places[key] = place


# -- reading ----------------------------------------------------------------------------------------


def read_tables(folder: Path | None = None) -> Tables:
    """Read a whole ontology folder (default: the one that ships with the program).

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
    places: dict[str, Place] = {}
    terms = folder / "terms"
    prefixes = {
        cells[0]: cells[1]
        for _, cells in _rows(
            terms / "prefixes.tsv", ("prefix", "namespace"), shown=_shown(folder, "prefixes")
        )
    }
    vocabulary: dict[str, dict[str, Term]] = {}
    for _, term in _read(terms / "vocabulary.tsv", Term, shown=_shown(folder, "vocabulary")):
        vocabulary.setdefault(term.column, {})[term.id] = term
    refinements = tuple(
        item
        for _, item in _read(
            terms / "refinements.tsv", Refinement, shown=_shown(folder, "refinements")
        )
    )
    tables = Tables(
        folder=folder,
        prefixes=Prefixes(prefixes),
        entities=_keyed(folder, "entities", Entity, places),
        predicates=_keyed(folder, "predicates", Predicate, places),
        aspects=_keyed(folder, "aspects", Aspect, places),
        vocabulary=vocabulary,
        refinements=refinements,
        publications=_read_keyed(
            folder / "curation" / "publications.tsv",
            Publication,
            places,
            shown=_name(folder, folder / "curation" / "publications.tsv"),
        ),
        findings={},
        rubric=_read_rubric(folder / "curation" / "rubric.toml", folder),
        places=places,
    )
    for path in sorted((folder / "curation" / "findings").glob("*.tsv")):
        read_findings(path, tables)
    return tables


def read_findings(path: Path, tables: Tables) -> None:
    """Read one findings table into ``tables``, checking that what its rows name exists."""
    shown = _name(tables.folder, path)
    for number, finding in _read(path, Finding, shown=shown):
        place = Place(shown, number)
        _add(tables.findings, finding, place, tables.places)
        fault = _dangling(finding, tables)
        if fault:
            column, value, table = fault
            raise DanglingReference(
                f"{value!r} is not in {table}; add it there or correct it here",
                file=shown,
                line=number,
                column=column,
                value=value,
            )


def _dangling(finding: Finding, tables: Tables) -> tuple[str, str, str] | None:
    entities = tables.entities
    if finding.subject not in entities:
        return "subject", finding.subject, "terms/entities.tsv"
    if finding.object not in entities:
        return "object", finding.object, "terms/entities.tsv"
    if finding.predicate not in tables.predicates:
        return "predicate", finding.predicate, "terms/predicates.tsv"
    if finding.aspect not in tables.aspects:
        return "aspect", finding.aspect, "terms/aspects.tsv"
    if finding.publication not in tables.publications:
        return "publication", finding.publication, "curation/publications.tsv"
    if finding.study_design not in tables.rubric.designs:
        return "study_design", finding.study_design, "curation/rubric.toml"
    if finding.significance not in tables.rubric.significance and (
        finding.significance != "not_significant"
    ):
        return "significance", finding.significance, "terms/vocabulary.tsv"
    return None


def _keyed(
    folder: Path, table: str, record: type[Record], places: dict[str, Place]
) -> dict[str, Record]:
    path = folder / "terms" / f"{table}.tsv"
    return _read_keyed(path, record, places, shown=_name(folder, path))


def _shown(folder: Path, table: str) -> str:
    return _name(folder, folder / "terms" / f"{table}.tsv")


def _name(folder: Path, path: Path) -> str:
    """The path as messages show it: ``ontology/…`` for the shipped folder, else as given."""
    try:
        return f"{folder.name}/{path.relative_to(folder).as_posix()}"
    except ValueError:
        return str(path)


def _read_rubric(path: Path, folder: Path) -> Rubric:
    import tomllib

    shown = _name(folder, path)
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


_ORDERED_LISTS = {"included_studies"}


def _tidy(header: list[str], index: int, cell: str) -> str:
    cell = " ".join(cell.split())
    name = header[index] if index < len(header) else ""
    if "|" in cell and name in _LIST_COLUMNS:
        parts: Iterable[str] = (part.strip() for part in cell.split("|"))
        return "|".join(sorted({part for part in parts if part}, key=lambda p: (p.lower(), p)))
    return cell


_LIST_COLUMNS = {
    name for cells in _CELLS.values() for name, parse in cells.items() if parse is _many
}
