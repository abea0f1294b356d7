"""The command-line reference, made from the commands themselves.

``python -m mscgraph.cli.reference > docs/command-line.md`` writes it; a test says when it is out of date.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import click

from mscgraph.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator


def reference() -> str:
    """Return the reference as Markdown: usage, help, examples and options of every command."""
    context = click.Context(main, info_name="mscgraph", terminal_width=10_000, **main.context_settings)
    head = "# Command-line reference\n\nMade by `python -m mscgraph.cli.reference`; do not edit."
    return "\n\n".join([head, *_command(main, context)]) + "\n"


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    path = context.command_path
    yield f"## {path}" if " " not in path or path.count(" ") == 1 else f"### {path}"
    yield f"`{path} {' '.join(command.collect_usage_pieces(context))}`"
    yield from _paragraphs(command.help or "")
    rows = [
        record
        for parameter in command.get_params(context)
        if isinstance(parameter, click.Option) and (record := parameter.get_help_record(context))
    ]
    lines = [
        "| option | what it does |",
        "|---|---|",
        *(f"| `{_cell(name)}` | {_cell(text)} |" for name, text in rows),
    ]
    yield "\n".join(lines)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            part = command.get_command(context, name)
            if part is not None:
                yield from _command(part, click.Context(part, info_name=name, parent=context))


def _paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a help text; one that click keeps as it is holds examples."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if paragraph.startswith("\b"):
            yield "```sh\n" + paragraph.removeprefix("\b").strip() + "\n```"
        else:
            yield " ".join(paragraph.split())


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    click.echo(reference(), nl=False)
