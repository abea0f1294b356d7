"""How results reach the terminal: JSON, tab-separated values, or columns fitted to its width."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.streams import overwrite_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph

__all__ = [
    "as_json",
    "folder",
    "graph",
    "print_json",
    "print_progress",
    "print_table",
    "print_text",
    "print_tsv",
    "read_text",
    "say_stated",
    "say_written",
    "terminal_width",
]


def graph(ctx: click.Context) -> KnowledgeGraph:
    """Load the graph that the command line names."""
    import gc

    from mscgraph.graph import load

    gc.disable()
    try:
        kg = load(ctx.obj)
    finally:
        gc.freeze()
        gc.enable()
    folder = ctx.meta.get("mscgraph.graph_folder")
    if folder is None:
        return kg
    from mscgraph.large.directory import open_graph

    return open_graph(folder, base=kg)


def folder(ctx: click.Context) -> Path | None:
    """The ontology folder that the command line names; None for the one that ships."""
    from pathlib import Path  # it costs a tenth of the start-up, and help needs none

    return Path(ctx.obj) if ctx.obj is not None else None


def read_text(file: Path | str) -> str:
    """A text file as the command line names it; raise :class:`DataError` where it is not UTF-8.

    ``-`` is standard input. The mark that some editors put before UTF-8 is no part of the text.
    """
    from pathlib import Path

    from mscgraph.errors import DataError

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
    if str(place) == "-":
        return
    parts = place.rglob("*") if place.is_dir() else [place]
    size = sum(part.stat().st_size for part in parts if part.is_file())
    click.echo(f"wrote {place} ({size:,} bytes)", err=True)


def as_json(record: Any) -> Any:
    """A record as JSON-ready values, by its fields."""
    from dataclasses import fields, is_dataclass
    from enum import Enum

    if isinstance(record, Enum):
        return record.name.lower()
    if hasattr(record, "_asdict"):
        return {name: as_json(value) for name, value in record._asdict().items()}
    if is_dataclass(record):
        return {f.name: as_json(getattr(record, f.name)) for f in fields(record)}
    if isinstance(record, list | tuple):
        return [as_json(item) for item in record]
    return record


def print_json(value: Any) -> None:
    """Print JSON, two spaces deep, Unicode as it is."""
    import json

    unicode = str(sys.stdout.encoding).lower().replace("-", "").startswith("utf")
    click.echo(json.dumps(value, ensure_ascii=not unicode, indent=2))


def print_tsv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print tab-separated values with a header."""
    for row in [columns, *rows]:
        click.echo("\t".join("" if cell is None else str(cell) for cell in row))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print columns, the last one wrapped to the terminal; to a file nothing is cut or wrapped."""
    if not columns:
        return
    cells = [[("" if cell is None else str(cell)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    room = terminal_width()
    left = sum(widths[:-1]) + 2 * (len(widths) - 1)
    for row in [list(columns), *cells]:
        head = "".join(f"{cell:<{width}}  " for cell, width in zip(row[:-1], widths, strict=False))
        for number, line in enumerate(_wrap(row[-1], room - left)):
            click.echo((head if number == 0 else " " * left) + line)


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


def print_text(text: str) -> None:
    """Print lines, wrapped to the terminal below where their last column begins; elsewhere as they are."""
    room = terminal_width()
    for line in text.rstrip("\n").split("\n") if room else [text.rstrip("\n")]:
        start = max(
            (place + 2 for place in range(len(line)) if line.startswith("  ", place)), default=0
        )
        start = start if start < room // 2 else len(line) - len(line.lstrip()) + 2
        first, *others = _wrap(line[start:], room - start)
        click.echo("\n".join([line[:start] + first, *(" " * start + other for other in others)]))


def terminal_width() -> int:
    """The columns of the terminal; 0 where there is none."""
    import shutil  # it brings four compressors along

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def _wrap(text: str, width: int) -> list[str]:
    if not _NARROWEST <= width < len(text):
        return [text]
    import textwrap

    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def say_stated(kg: KnowledgeGraph, what: str) -> None:
    """Say how many associations rest on other sources alone, where a command leaves them out."""
    from mscgraph.graph import stated_associations

    if alone := sum(not edge.findings for edge in stated_associations(kg)):
        click.echo(f"{alone} association(s) that only other sources state are {what}", err=True)
