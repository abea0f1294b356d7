"""Standard output and error of the command line: any character can be printed, none commands a terminal."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING, Any, TextIO, cast

import click

from mscgraph.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.rdf.query import Backend

# Control characters but tab and line feed, and those that turn the direction of text.
_COMMANDS = (
    *range(9),
    *range(11, 32),
    *range(127, 160),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
)
_VISIBLE = {character: f"\\u{character:04X}" for character in _COMMANDS}


class _Plain:
    """A stream that writes control characters visibly, as JSON and Turtle escape them too."""

    def __init__(self, stream: TextIO) -> None:
        self.behind = stream

    def __getattr__(self, name: str) -> object:
        return getattr(self.behind, name)

    def write(self, text: str) -> int:
        lines = (  # to look for what is not printable is fast, to translate is not
            line if line.replace("\t", "").isprintable() else line.translate(_VISIBLE)
            for line in text.split("\n")
        )
        return self.behind.write("\n".join(lines))


@contextlib.contextmanager
def safe_streams() -> Iterator[None]:
    """Let every character be printed, whatever the code page, and no name reach a terminal as a command.

    What is redirected is UTF-8 unless PYTHONIOENCODING says otherwise; a character that an encoding lacks
    becomes a question mark. ASCII alone is taken for no choice.
    """
    out, err = sys.stdout, sys.stderr
    for stream in (out, err):
        if isinstance(stream, io.TextIOWrapper):
            chosen = os.environ.get("PYTHONIOENCODING") or stream.isatty()
            if not chosen or stream.encoding.lower() in {"ascii", "us-ascii", "ansi_x3.4-1968"}:
                stream.reconfigure(encoding="utf-8")  # of ASCII click makes UTF-8 too
            stream.reconfigure(errors="replace")
    sys.stdout, sys.stderr = (cast("TextIO", _Plain(stream)) for stream in (out, err))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err


def terminal() -> TextIO:
    """Standard error as it is, for what this program itself draws there, such as a progress bar."""
    return getattr(sys.stderr, "behind", sys.stderr)


def overwrite_line(text: str) -> None:
    """Show a line on standard error that the next one overwrites."""
    stream = terminal()
    stream.write(f"\r{text.translate(dict.fromkeys(_COMMANDS, ' ')):<79}\r")
    stream.flush()


def drop_output() -> None:
    """Let what standard output cannot take, such as of a full disk, vanish when the program ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Captured:
    """What a command says where another part of the program calls it; nothing of it is printed.

    ``value`` is what ``--json`` prints, ``lines`` are the lines of a table in tsv or csv, made as they are
    read, ``text`` is any other output, ``notes`` are what goes to standard error, ``file`` is what was
    written. ``given`` is what the command reads as standard input.
    """

    def __init__(self, given: str = "") -> None:
        self.given = given
        self.value: Any = None
        self.lines: Iterable[str] = ()
        self.file = b""
        self.text: list[str] = []
        self.notes: list[str] = []


class Invocation(NamedTuple):
    """What a command is called with, apart from its own options: the object of its context.

    Where another part of the program calls it, that gives the graph and what runs SPARQL, and hears it.
    """

    ontology: str | None = None
    folder: str | None = None
    graph: KnowledgeGraph | None = None
    backend: Backend | None = None
    heard: Captured | None = None


def invocation() -> Invocation:
    """What the command that runs in this thread is called with."""
    context = click.get_current_context(silent=True)
    asked: Invocation | None = context.find_object(Invocation) if context else None
    return asked or Invocation()


def captured() -> Captured | None:
    """What hears the command that runs in this thread; None where it prints."""
    return invocation().heard


def echo(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """Print, or say it to the part of the program that called the command."""
    heard = captured()
    if heard is None:
        click.echo(text, err=err, nl=nl)
    else:
        (heard.notes if err else heard.text).append(text + "\n" * nl)
