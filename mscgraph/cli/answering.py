"""The read commands, to be called by another part of the program: same names, same code, nothing printed.

The server makes its routes and its description from what the commands declare themselves, so that an answer
of the one is an answer of the other.
"""

from __future__ import annotations

import inspect
import re
import shlex
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.main import COMMANDS, main
from mscgraph.cli.output import BACKEND, GRAPH
from mscgraph.cli.streams import CAPTURED, Captured
from mscgraph.errors import QueryError
from mscgraph.serve.operation import Input, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.rdf import Backend

READ = (
    "stats", "find", "show", "findings", "associations", "evidence", "claim", "conflicts", "trials",
    "compare", "paths", "explain", "block", "mediators", "loops", "upstream", "downstream", "query",
    "export",
)  # fmt: skip
# Options that only a person at a terminal needs, and those that write files or ask other servers.
_LEFT_OUT = {
    "--json", "--wide", "--bib", "--endpoint", "--own-default-graph", "--allow-service", "--memory-limit",
    "--output",
}  # fmt: skip
_MOST = 1000  # answers that are listed
_MEDIA = {
    "json": "application/json", "tsv": "text/tab-separated-values", "csv": "text/csv",
    "markdown": "text/markdown", "text": "text/plain",
}  # fmt: skip


class _Asking:
    """A command, asked with values by the names of its parameters."""

    def __init__(self, command: click.Command, inputs: tuple[Input, ...]) -> None:
        self._command = command
        self._name = str(command.name)
        self._inputs = {one.name: one for one in inputs}

    def __call__(
        self,
        given: Mapping[str, Sequence[str]],
        *,
        kg: KnowledgeGraph,
        backend: Backend,
        time_limit: float,
    ) -> Captured:
        """Return what the command answers.

        Raises
        ------
        QueryError
            When a parameter is unknown, missing, or has a value that it does not take.
        MscGraphError
            As the command does.
        """
        heard = Captured(given="".join(given.get("sparql", ())))
        root = click.Context(main, info_name="mscgraph")
        root.meta.update({CAPTURED: heard, GRAPH: kg, BACKEND: backend})
        values = {name: list(value) for name, value in given.items() if value}
        self._check(values)
        flags = {name for name, one in self._inputs.items() if one.schema["type"] == "boolean"}
        values = {k: v for k, v in values.items() if k not in flags or v == ["true"]}
        if self._name == "export" and not values.keys() & {"format", "list"}:
            raise QueryError("export needs the parameter 'format', or list=true.")
        words = self._words(values, time_limit)
        try:
            if self._name == "export" and "list" not in values:
                with tempfile.TemporaryDirectory() as folder:
                    self._invoke([f"--output={folder}/mscgraph", *words], root)
                    heard.file = _content(Path(folder) / "mscgraph")
            else:
                self._invoke(words, root)
        except click.ClickException as error:
            raise QueryError(error.format_message()) from None
        return heard

    def _invoke(self, words: list[str], root: click.Context) -> None:
        with self._command.make_context(self._name, words, parent=root) as context:
            self._command.invoke(context)

    def _words(self, values: dict[str, list[str]], time_limit: float) -> list[str]:
        """The words of the command line that say the same."""
        if self._inputs.get("format", _NO_FORMAT).argument:  # export, whose format is what is asked for
            limited = "paths" in values
        else:
            limited = True
            values.setdefault("format", ["json"])
        if "time-limit" in self._inputs and limited:
            asked = values.get("time-limit", [str(time_limit)])[-1]
            values["time-limit"] = [asked if _is_below(asked, time_limit) else str(time_limit)]
        options: list[str] = [] if "format" in self._inputs else ["--json"]
        arguments: list[str] = []
        for one in self._inputs.values():
            if one.name in values:
                (arguments if one.argument else options).extend(_words_of(one, values[one.name]))
        if "sparql" in values:
            arguments = ["-"]
        return [*options, "--", *arguments]

    def _check(self, values: Mapping[str, Sequence[str]]) -> None:
        from mscgraph.text.names import nearest

        for name, given in values.items():
            if name not in self._inputs:
                near = nearest(name, self._inputs)
                hint = (
                    f"Did you mean: {', '.join(near)}?"
                    if near
                    else f"It takes: {', '.join(self._inputs)}."
                )
                raise QueryError(f"{self._name} has no parameter {name!r}. {hint}")
            schema = self._inputs[name].schema
            if schema["type"] != "array" and len(given) > 1:
                raise QueryError(f"The parameter {name!r} is given {len(given)} times.")
            if schema["type"] == "boolean" and given[0] not in ("true", "false"):
                raise QueryError(f"The parameter {name!r} is true or false, not {given[0]!r}.")
            if name == "count" and given[0].isdecimal() and int(given[0][:9]) > _MOST:
                raise QueryError(f"The parameter 'count' is {given[0]}; at most {_MOST:,} are listed.")
        for name, one in self._inputs.items():
            if one.required and name not in values:
                raise QueryError(f"{self._name} needs the parameter {name!r}.")


_NO_FORMAT = Input("format", {}, "")


def _words_of(one: Input, values: Sequence[str]) -> list[str]:
    """The words of the command line that give a parameter its values."""
    kind = one.schema["type"]
    if one.argument:
        return list(values)
    if kind == "boolean":
        return [f"--{one.name}"] if values[0] == "true" else []
    if "maxItems" in one.schema:  # one option of several values
        return [f"--{one.name}", *values]
    return [f"--{one.name}={value}" for value in values]


def _is_below(text: str, most: float) -> bool:
    try:
        return not float(text) > most
    except ValueError:
        return True  # the command says what is wrong with it


def operations() -> dict[str, Operation]:
    """Return every read command by its name."""
    context = click.Context(main, info_name="mscgraph")
    found = {}
    for name in READ:
        command = main.get_command(context, name)
        if command is not None:
            found[name] = _operation(name, command)
    return found


def _operation(name: str, command: click.Command) -> Operation:
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    lines = [line.strip() for p in paragraphs if p.startswith("\b") for line in p.split("\n")[1:]]
    words = [" ".join(p.split()) for p in paragraphs if not p.startswith("\b")]
    inputs = tuple(_inputs(name, command))
    formats = next((one.schema["enum"] for one in inputs if one.name == "format"), ["json"])
    media = {form: _MEDIA[form] for form in formats if form in _MEDIA}
    examples = (_example(command, inputs, line) for line in lines)
    return Operation(
        name, COMMANDS[name][1], "\n\n".join(words), inputs, media,
        tuple(example for example in examples if example is not None), _Asking(command, inputs),
    )  # fmt: skip


def _inputs(name: str, command: click.Command) -> Iterator[Input]:
    for parameter in command.params:
        shown = _shown(parameter)
        if f"--{shown}" in _LEFT_OUT:
            continue
        if name == "query" and shown == "file":
            text = "A SPARQL 1.1 query: SELECT, ASK, CONSTRUCT or DESCRIBE."
            yield Input("sparql", {"type": "string"}, text, required=False, argument=True)
            continue
        schema = _schema(parameter)
        argument = isinstance(parameter, click.Argument)
        text = getattr(parameter, "help", None) or _ARGUMENTS.get(shown, "")
        if name == "export" and shown == "format":
            from mscgraph.export.format_table import FORMATS

            schema["enum"] = list(FORMATS)
        elif shown == "format":
            schema["enum"] = [form for form in ("json", *schema["enum"]) if form != "table"]
            schema["enum"] = list(dict.fromkeys(schema["enum"]))
            schema["default"] = "json"
        elif shown == "count":
            schema["maximum"] = _MOST
        yield Input(shown, schema, text, required=parameter.required, argument=argument)


_ARGUMENTS = {
    "format": "The format to write.",
    "text": "A name, or a part of it.",
    "name": "An entity by any name, or the id of a paper, a trial, a finding or an association.",
    "association": "The id of an association, such as MSCGA:aaa6e12cc70f769a.",
    "source": "The entity that paths start from, by any name.",
    "target": "The entity that paths lead to, by any name.",
    "first": "An entity, by any name.",
    "second": "The entity that it is compared with, by any name.",
    "entity": "An entity, by any name.",
    "other": "A second entity: only what is between the two.",
}


def _shown(parameter: click.Parameter) -> str:
    """The name of a parameter on the command line."""
    if isinstance(parameter, click.Argument):
        return "format" if parameter.name == "form" else parameter.name or ""
    return max(parameter.opts, key=len).removeprefix("--")


def _schema(parameter: click.Parameter) -> dict[str, Any]:
    """What a parameter takes, as JSON Schema."""
    kind = parameter.type
    schema: dict[str, Any] = {"type": "string"}
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return {"type": "boolean", "default": False}
    if isinstance(kind, click.Choice):
        schema["enum"] = list(kind.choices)
    elif isinstance(kind, click.IntRange | click.FloatRange | type(click.INT)):
        schema["type"] = "number" if isinstance(kind, click.FloatRange) else "integer"
        if (least := getattr(kind, "min", None)) is not None:
            schema["exclusiveMinimum" if getattr(kind, "min_open", False) else "minimum"] = least
        if (most := getattr(kind, "max", None)) is not None:
            schema["maximum"] = most
    if isinstance(parameter.default, str | int | float):
        schema["default"] = parameter.default
    if parameter.nargs > 1:
        return {
            "type": "array",
            "items": schema,
            "minItems": parameter.nargs,
            "maxItems": parameter.nargs,
        }
    if getattr(parameter, "multiple", False):
        return {"type": "array", "items": schema}
    return schema


def _example(
    command: click.Command, inputs: tuple[Input, ...], line: str
) -> dict[str, list[str]] | None:
    """The values of a line of the help, by parameter; None where it asks for what no operation has."""
    found = re.fullmatch(rf"mscgraph {command.name} ?(.*)", line)
    if found is None:
        return None
    parser = click.Context(
        command, info_name=command.name, resilient_parsing=True, **main.context_settings
    )
    values, _, _ = command.make_parser(parser).parse_args(shlex.split(found[1]))
    names = {parameter.name: _shown(parameter) for parameter in command.params}
    known = {one.name for one in inputs}
    if values.get("endpoint"):
        return None
    example = {}
    for key, value in values.items():
        if names[key] in known and isinstance(value, str | bool | list | tuple):
            several = [value] if isinstance(value, str | bool) else value
            example[names[key]] = [str(v).lower() if v is True else str(v) for v in several]
    return example


def _content(place: Path) -> bytes:
    """What was written; of a folder a zip of its files, the same bytes for the same files."""
    if not place.is_dir():
        return place.read_bytes() if place.exists() else b""
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in place.rglob("*") if path.is_file()):
            name = file.relative_to(place).as_posix()
            archive.writestr(zipfile.ZipInfo(name), file.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
