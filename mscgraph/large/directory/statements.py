"""What an importer hands over: statements of others, entities, and notes on what did not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["NOT_PROVIDED", "Note", "NoteCounts", "Notes", "Statement"]

NOT_PROVIDED = "not_provided"


class Statement(NamedTuple):
    """What one source says about one relation, in our words and in its own."""

    subject: str
    predicate: str
    object: str
    aspect: str
    primary_knowledge_source: str
    knowledge_level: str = NOT_PROVIDED
    agent_type: str = NOT_PROVIDED
    relation: str = ""
    record: str = ""
    publications: tuple[str, ...] = ()


class Note(NamedTuple):
    """Something of an input that could not be taken as it stood: what, how often, and an example."""

    kind: str
    what: str
    records: int
    example: str


class NoteCounts(NamedTuple):
    """All notes of one kind: how many things, in how many records, and the first of them."""

    kind: str
    things: int
    records: int
    first: tuple[Note, ...]


class Notes:
    """Counts notes by kind and thing, with the first example of each.

    >>> notes = Notes()
    >>> notes.add("unknown relation", "likes", "edges.tsv:2")
    >>> notes.add("unknown relation", "likes", "edges.tsv:3")
    >>> list(notes)
    [Note(kind='unknown relation', what='likes', records=2, example='edges.tsv:2')]
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[int, str]] = {}

    def add(self, kind: str, what: str, example: str = "") -> None:
        """Note one record."""
        records, first = self._found.get((kind, what), (0, example))
        self._found[kind, what] = records + 1, first

    def __iter__(self) -> Iterator[Note]:
        for (kind, what), (records, example) in sorted(self._found.items()):
            yield Note(kind, what, records, example)
