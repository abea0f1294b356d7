"""The read commands, to be called by another part of the program: same names, same code, nothing printed.

The server makes its routes and its description from what the commands declare themselves, so that an answer
of the one is an answer of the other.
"""

from __future__ import annotations

import inspect
import re
import shlex
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.main import COMMANDS, main
from mscgraph.cli.streams import Captured, Invocation
from mscgraph.errors import QueryError
from mscgraph.text.names import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.rdf.query import Backend

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
_CLAIM = {"subject", "relation", "target", "sentence"}
_MOST = 1000  # answers that are listed
_MEDIA = {
    "json": "application/json", "tsv": "text/tab-separated-values", "csv": "text/csv",
    "markdown": "text/markdown", "text": "text/plain",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter: its names in the API and in the command, what it takes (JSON Schema), its help."""

    name: str
    keyword: str
    schema: dict[str, Any]
    help: str = ""
    required: bool = False
    argument: bool = False


class Operation:
    """A read command: what it takes and answers in, the examples of its help, and how to ask it.

    ``media`` are the media types of its answers by the name of the format; empty where the command writes
    files. ``examples`` are values by parameter.
    """

    def __init__(self, name: str, command: click.Command) -> None:
        self.name, self.summary, self._command = name, COMMANDS[name][1], command
        paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
        self.description = "\n\n".join(
            " ".join(p.split()) for p in paragraphs if not p.startswith("\b")
        )
        self.inputs = tuple(_inputs(name, command))
        self._inputs = {one.name: one for one in self.inputs}
        formats = self._inputs["format"].schema["enum"] if "format" in self._inputs else ["json"]
        self.media = {form: _MEDIA[form] for form in formats if form in _MEDIA}
        lines = [line.strip() for p in paragraphs if p.startswith("\b") for line in p.split("\n")[1:]]
        found = map(self._example, lines)
        self.examples = tuple(example for example in found if example is not None)

    def ask(
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
        asked = Invocation(graph=kg, backend=backend, heard=heard)
        root = click.Context(main, info_name="mscgraph", obj=asked)
        self._check(given)
        values = self._values(given)
        try:
            if self.name == "export" and not values.get("list_them"):
                with tempfile.TemporaryDirectory() as folder:
                    values["output"] = f"{folder}/mscgraph"
                    self._invoke(values, root, time_limit if "paths" in values else None)
                    heard.file = _content(Path(folder) / "mscgraph")
            else:
                self._invoke(values, root, time_limit)
        except click.BadParameter as error:
            name = _shown(error.param) if error.param else "parameter"
            raise QueryError(f"Invalid value for {name!r}: {error.message}") from None
        except click.ClickException as error:
            raise QueryError(self._without_dashes(error.format_message())) from None
        except (click.exceptions.Exit, click.Abort):
            raise QueryError(f"{self.name} ended without an answer.") from None
        return heard

    def _invoke(self, values: dict[str, Any], root: click.Context, time_limit: float | None) -> None:
        """Run the command; the values are its defaults, so that none is ever read as an option."""
        with self._command.make_context(self.name, [], parent=root, default_map=values) as context:
            asked = context.params
            if (asked.get("k") or 0) > _MOST:
                raise QueryError(
                    f"The parameter 'count' is {asked['k']}; at most {_MOST:,} are listed."
                )
            if time_limit is not None and "time_limit" in asked:
                wanted = asked["time_limit"] or time_limit
                asked["time_limit"] = min(wanted, time_limit)  # in this order nan stays, and is refused
            self._command.invoke(context)

    def _values(self, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """The values that are given, by the keywords of the command."""
        values: dict[str, Any] = {"as_json": True}
        if "format" in self._inputs and not self._inputs["format"].argument:
            values["form"] = "json"
        for name, texts in given.items():
            one = self._inputs[name]
            kind = one.schema["type"]
            first = "-" if name == "sparql" else texts[0]  # a query is read as standard input is
            values[one.keyword] = {"array": tuple(texts), "boolean": first == "true"}.get(kind, first)
        return values

    def _example(self, line: str) -> dict[str, list[str]] | None:
        """The values of a line of the help, by parameter; None where it asks for what the API has not."""
        found = re.fullmatch(rf"mscgraph {self.name} ?(.*)", line)
        if found is None:
            return None
        context = click.Context(
            self._command, info_name=self.name, resilient_parsing=True, **main.context_settings
        )
        values, _, _ = self._command.make_parser(context).parse_args(shlex.split(found[1]))
        if values.get("endpoint"):
            return None
        names = {one.keyword: one.name for one in reversed(self.inputs)}
        if self.name == "claim" and not isinstance(values.get("relation"), str):
            names["subject"] = "sentence"
        example = {}
        for key, value in values.items():
            if key in names and isinstance(value, str | bool | list | tuple):
                several = [value] if isinstance(value, str | bool) else value
                example[names[key]] = [str(v).lower() if v is True else str(v) for v in several]
        return example

    def _without_dashes(self, text: str) -> str:
        """A message with the parameters called as here."""
        names = "|".join(sorted(self._inputs, key=len, reverse=True))
        return re.sub(rf"--({names})\b", r"\1", text).replace("FILE", "sparql")

    def _check(self, given: Mapping[str, Sequence[str]]) -> None:
        for name, texts in given.items():
            if name not in self._inputs:
                near = nearest(name, self._inputs)
                known = f"It takes: {', '.join(self._inputs) or 'none'}."
                hint = f"Did you mean: {', '.join(near)}?" if near else known
                raise QueryError(f"{self.name} has no parameter {name!r}. {hint}")
            _check_values(name, self._inputs[name].schema, texts)
        for name, one in self._inputs.items():
            if one.required and name not in given:
                raise QueryError(f"{self.name} needs the parameter {name!r}.")
        places = [name for name, one in self._inputs.items() if one.argument]
        for before, after in pairwise(places):
            if after in given and before not in given:
                raise QueryError(f"{self.name} takes {after!r} only with {before!r}.")
        if self.name == "export" and "format" not in given and given.get("list") != ["true"]:
            raise QueryError("export needs the parameter 'format', or list=true.")
        if self.name == "claim" and given.keys() & _CLAIM not in (_CLAIM - {"sentence"}, {"sentence"}):
            raise QueryError("claim needs 'subject', 'relation' and 'target', or 'sentence' alone.")


def _check_values(name: str, schema: Mapping[str, Any], texts: Sequence[str]) -> None:
    if schema["type"] != "array" and len(texts) != 1:
        raise QueryError(f"The parameter {name!r} is given {len(texts)} times.")
    wanted = schema.get("minItems", len(texts))
    if len(texts) != wanted:
        raise QueryError(f"{name} takes {wanted} values, not {len(texts)}: repeat the parameter.")
    if any("\0" in text for text in texts):
        raise QueryError(f"The parameter {name!r} holds a NUL character (%00).")
    if schema["type"] == "boolean" and texts[0] not in ("true", "false"):
        raise QueryError(f"The parameter {name!r} is true or false, not {texts[0]!r}.")


def operations() -> dict[str, Operation]:
    """Return every read command by its name."""
    context = click.Context(main, info_name="mscgraph")
    commands = {name: main.get_command(context, name) for name in READ}
    return {name: Operation(name, command) for name, command in commands.items() if command is not None}


def _inputs(name: str, command: click.Command) -> Iterator[Input]:
    for parameter in command.params:
        shown, argument = _shown(parameter), isinstance(parameter, click.Argument)
        if f"--{shown}" in _LEFT_OUT or isinstance(parameter.type, click.Path | click.File):
            continue
        schema, required = _schema(parameter), parameter.required
        if name == "export" and shown == "format":
            from mscgraph.export.export import FORMATS

            schema["enum"] = list(FORMATS)
        elif shown == "format":
            forms = dict.fromkeys(("json", *schema["enum"]))
            schema |= {"enum": [form for form in forms if form != "table"], "default": "json"}
        elif shown == "count":
            schema["maximum"] = _MOST
        elif name == "query" and shown == "file":
            shown = "sparql"
        elif name == "claim" and shown == "subject":
            required = False
        text = getattr(parameter, "help", None) or ""
        yield Input(shown, str(parameter.name), schema, text, required=required, argument=argument)
        if name == "claim" and shown == "subject":
            yield Input("sentence", "subject", {"type": "string"})


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
    count = parameter.nargs
    if count > 1:
        return {"type": "array", "items": schema, "minItems": count, "maxItems": count}
    return {"type": "array", "items": schema} if getattr(parameter, "multiple", False) else schema


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
