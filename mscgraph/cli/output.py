"""How results reach the terminal: JSON, tab-separated values, or columns fitted to its width."""

from __future__ import annotations

import os
import sys
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NoReturn

import click

from mscgraph.cli.streams import captured, echo, invocation, overwrite_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from mscgraph.explain.explained import Listing
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Finding


def graph() -> KnowledgeGraph:
    """Load the graph that the command line names."""
    asked = invocation()
    if asked.graph is not None:
        return asked.graph
    import gc

    import mscgraph as mg

    gc.disable()
    try:
        kg = mg.load(asked.ontology)
    finally:
        gc.freeze()
        gc.enable()
    return kg if asked.folder is None else mg.open_graph(asked.folder, base=kg)


def ontology() -> Path | None:
    """The ontology folder that the command line names; None for the one that ships."""
    from pathlib import Path  # it costs a tenth of the start-up, and help needs none

    named = invocation().ontology
    return None if named is None else Path(named)


def end(*, failed: bool) -> NoReturn:
    """End the command: with exit code 1 where it found what it looks for."""
    raise click.exceptions.Exit(int(failed))


def read_text(file: Path | str) -> str:
    """A text file as the command line names it; raise :class:`DataError` where it is not UTF-8.

    ``-`` is standard input. The mark that some editors put before UTF-8 is no part of the text.
    """
    from pathlib import Path

    from mscgraph.errors import DataError

    if (heard := captured()) is not None:
        return heard.given
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read().decode("utf-8-sig")
        return Path(file).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 at byte {error.start}: save it as UTF-8", file=str(file)) from None
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", file=str(file)) from None


def say_written(place: Path) -> None:
    """Say which file or folder was written and its size; nothing of standard output, which is read."""
    if str(place) == "-" or captured() is not None:
        return
    parts = place.rglob("*") if place.is_dir() else [place]
    size = sum(part.stat().st_size for part in parts if part.is_file())
    echo(f"wrote {place} ({size:,} bytes)", err=True)


def jsonable(record: Any) -> Any:
    """A record as JSON-ready values, by its fields."""
    from dataclasses import fields, is_dataclass
    from enum import Enum

    if isinstance(record, Enum):
        return record.name.lower()
    if hasattr(record, "_asdict"):
        return {name: jsonable(value) for name, value in record._asdict().items()}
    if is_dataclass(record):
        return {f.name: jsonable(getattr(record, f.name)) for f in fields(record)}
    if isinstance(record, list | tuple):
        return [jsonable(item) for item in record]
    return record


def print_json(value: Any) -> None:
    """Print a value, or records by their fields, as JSON: two spaces deep, Unicode as it is."""
    value = jsonable(value)
    if (heard := captured()) is not None:
        heard.value = value
        return
    import json

    unicode = str(sys.stdout.encoding).lower().replace("-", "").startswith("utf")
    echo(json.dumps(value, ensure_ascii=not unicode, indent=2))


def print_rows(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    form: str = "table",
    records: Sequence[Any] | None = None,
) -> None:
    """Print rows as a table, tsv, csv, json or markdown; as JSON the records, where they say more.

    A table is fitted to the terminal; where there is none nothing is wrapped. In tsv and csv is no formula.
    """
    heard = captured()
    if form == "json" or (form == "table" and heard is not None):
        return print_json(records or [dict(zip(columns, row, strict=True)) for row in rows])
    if form in {"tsv", "csv"}:
        lines = _delimited(columns, rows, "\t" if form == "tsv" else ",")
        if heard is not None:
            heard.lines = lines
            return None
        return echo("".join(lines), nl=False)
    cells = [[_line(cell) for cell in row] for row in (columns, *rows)]
    if form == "table":
        return _print_table(cells) if columns else None
    cells = [[cell.replace("|", "\\|") for cell in row] for row in cells]
    cells.insert(1, ["---"] * len(columns))
    return echo("\n".join(f"| {' | '.join(row)} |" for row in cells))


def _delimited(
    columns: Sequence[str], rows: Iterable[Sequence[object]], separator: str
) -> Iterator[str]:
    """The lines of a table of tsv or csv, each made when it is asked for."""
    import csv
    import io

    from mscgraph.tables.rows import no_formula

    for row in (columns, *rows):
        cells = [no_formula(_line(cell)) for cell in row]
        if separator == "\t":
            yield "\t".join(cells) + "\n"
        else:
            text = io.StringIO(newline="")
            csv.writer(text, lineterminator="\n").writerow(cells)
            yield text.getvalue()


def _line(cell: object) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _print_table(rows: list[list[str]]) -> None:
    """Columns as wide as they need; at a terminal wrapped, what does not fit below each row."""
    rows[0] = [name.replace("_", " ") for name in rows[0]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    longest = [max(map(len, " ".join(column).split())) for column in zip(*rows, strict=True)]
    room, fitting, gap = terminal_width(), len(widths), 2
    texts = {name for name, width in zip(rows[0], widths, strict=True) if width > _TEXT}
    while (
        room
        and fitting > gap
        and rows[0][fitting - 1] in texts
        and room - sum(widths[: fitting - 1]) < _TEXT
    ):
        fitting -= 1  # a sentence in a narrow column is hard to read
    while room and fitting > gap and sum(longest[:fitting]) + gap * (fitting - 1) > room:
        fitting -= 1
    del widths[fitting:]
    while room and sum(widths) + gap * (fitting - 1) > room and widths != longest[:fitting]:
        widest = max((w, at) for at, w in enumerate(widths) if w > longest[at])[1]
        widths[widest] -= 1
    for row in rows:
        parts = [_wrapped(cell, width if room else 0) for cell, width in zip(row, widths, strict=False)]
        for pieces in zip_longest(*parts, fillvalue=""):
            padded = (f"{piece:<{width}}" for piece, width in zip(pieces, widths, strict=True))
            echo((" " * gap).join(padded).rstrip())
        named = zip(rows[0][fitting:], row[fitting:], strict=True)
        rest = [
            text if name in texts or text == name else f"{name} {text}" for name, text in named if text
        ]
        for line in _wrapped(" · ".join(rest), room - 4) if rest else ():
            echo(f"    {line}")


def _wrapped(text: str, width: int) -> list[str]:
    if not 0 < width < len(text):
        return [text]
    import textwrap

    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def print_progress() -> Callable[[Any], None]:
    """What shows a person at a terminal how far a question has come, once a second, after a second."""
    last = 0.0

    def show(progress: Any) -> None:
        nonlocal last
        if progress.seconds - last >= 1:
            last = progress.seconds
            overwrite_line(str(progress))

    return show


_NARROWEST = 20
_TEXT = 40  # what a sentence needs fitting other columns


def print_text(text: str) -> None:
    """Print lines, wrapped to the terminal below where their last column begins; elsewhere as they are."""
    room = terminal_width()
    if not room:
        return echo(text.rstrip("\n"))
    for line in text.rstrip("\n").split("\n"):
        start = max(
            (place + 2 for place in range(len(line)) if line.startswith("  ", place)), default=0
        )
        start = start if start < room // 2 else len(line) - len(line.lstrip()) + 2
        width = max(room - start, _NARROWEST)
        first, *others = _wrapped(line[start:], width) or [""]
        echo("\n".join([line[:start] + first, *(" " * start + other for other in others)]))


def print_listings(listings: Iterable[Listing]) -> None:
    """Print parts of an answer, with a line between them."""
    from mscgraph.explain.written import listing_text

    print_text("\n\n".join(map(listing_text, listings)))


def terminal_width() -> int:
    """The columns of the terminal; 0 where there is none."""
    if captured() is not None:
        return 0
    try:  # shutil would bring four compressors along
        return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else 0
    except OSError:
        return 0


def say_stated(kg: KnowledgeGraph, what: str) -> None:
    """Say how many associations rest on other sources alone, where a command leaves them out."""
    from mscgraph.graph import stated_associations

    if alone := sum(not edge.findings for edge in stated_associations(kg)):
        echo(f"{alone} association(s) that only other sources state are {what}", err=True)


def association_counts(
    found: Sequence[Association],
) -> tuple[tuple[str, ...], list[tuple[str, int, int, int]]]:
    """How well associations are supported: the columns, and a row of each."""
    rows = [(a.grade.letter, a.grade.studies, len(a.supporting), len(a.disputing)) for a in found]
    return ("grade", "studies", "for", "against"), rows


def print_associations(
    kg: KnowledgeGraph,
    found: Sequence[Association],
    form: str = "table",
    *,
    wide: bool = False,
    more: Mapping[str, Sequence[object]] | None = None,
) -> None:
    """Print associations as a table, each with how well it is supported; ``more`` are other columns."""
    from mscgraph.explain.words import relation_in_words
    from mscgraph.render.finding_words import value_words

    columns, counts = association_counts(found)
    more = dict(more or {})
    if wide:
        for name in ("study_design", "taxon"):
            sets = [{v for f in a.findings for v in _values(f, name)} for a in found]
            more[name.replace("_", " ")] = [", ".join(value_words(kg, name, sorted(s))) for s in sets]
        years = [
            sorted({kg.publications[f.publication].year for f in a.findings} - {""}) for a in found
        ]
        more["years"] = ["–".join(dict.fromkeys((y[0], y[-1]))) if y else "" for y in years]
    rows = [
        (a.id, *count, *(values[at] for values in more.values()), relation_in_words(kg, a))
        for at, (a, count) in enumerate(zip(found, counts, strict=True))
    ]
    print_rows(("association", *columns, *more, "relation"), rows, form)


def _values(finding: Finding, column: str) -> Iterable[str]:
    return finding.taxa if column == "taxon" else (getattr(finding, column),)


def say_wider(kg: KnowledgeGraph, command: str, filters: Mapping[str, str | None]) -> None:
    """Say what wider filters would give where these find nothing, each as a command to copy."""
    import shlex

    from mscgraph.graph.filtering import wider_filters

    for wider, count in wider_filters(kg, filters):
        words = [word for name, value in wider.items() for word in (f"--{name}", shlex.quote(value))]
        echo(f"{count} finding(s): mscgraph {command} {' '.join(words)}", err=True)
