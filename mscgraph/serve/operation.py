"""A read command of the command line, as the server is given it: what it takes, and how to ask it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.rdf import Backend

__all__ = ["Heard", "Input", "Operation"]


class Heard(Protocol):
    """What a command answered: a value for JSON, the lines of a table, text, a file, and notes."""

    value: Any
    lines: Iterable[str]
    text: list[str]
    notes: list[str]
    file: bytes


class Asking(Protocol):
    """How an operation is asked: values by parameter, the graph, what runs SPARQL, and the longest time."""

    def __call__(
        self,
        given: Mapping[str, Sequence[str]],
        *,
        kg: KnowledgeGraph,
        backend: Backend,
        time_limit: float,
    ) -> Heard: ...


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter: its name on the command line, what it takes (JSON Schema), its help."""

    name: str
    schema: Mapping[str, Any]
    help: str
    required: bool = False
    argument: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """A read command.

    ``media`` are the media types of its answers by the name of the format; empty where the command writes
    files. ``examples`` are those of its help, as values by parameter.
    """

    name: str
    summary: str
    description: str
    inputs: tuple[Input, ...]
    media: Mapping[str, str]
    examples: tuple[Mapping[str, Sequence[str]], ...]
    ask: Asking
