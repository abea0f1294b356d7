"""Cells into values and back: what each column of each record is made of."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Any

from mscgraph.model import (
    Aspect,
    Entity,
    Finding,
    Predicate,
    PredicateKind,
    Publication,
    Sign,
    Term,
)
from mscgraph.schema import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable

_SIGNS = {"+": Sign.POSITIVE, "-": Sign.NEGATIVE, "?": Sign.UNKNOWN}


def many(cell: str) -> tuple[str, ...]:
    """The parts of a list."""
    return tuple(cell.split("|")) if cell else ()


def yes(cell: str) -> bool:
    """A flag."""
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


def included(cell: str) -> tuple[tuple[int, str], ...]:
    """The evidence base of a review: counts and study designs."""
    pairs = []
    for part in many(cell):
        count, space, design = part.partition(" ")
        if not (count.isdigit() and space and design):
            raise ValueError(f"{part!r} is not a count and a study design, such as '2 case_series'")
        pairs.append((int(count), design))
    return tuple(pairs)


def _parsers(record: type) -> dict[str, Callable[[str], Any]]:
    """What turns cells of a record's columns into values, where the value is no text."""
    return {
        name: included if column.kind == "studies" else many if column.many else yes
        for name, column in columns_of(record).items()
        if column.many or column.kind == "flag"
    }


CELLS: dict[type, dict[str, Callable[[str], Any]]] = {
    Predicate: {
        "kind": _kind,
        "sign": _sign,
        "disputes": many,
        "symmetric": yes,
        "negated": yes,
    },
    Aspect: {"polarity": _polarity},
    Term: {"also": many},
    **{record: _parsers(record) for record in (Entity, Publication, Finding)},
}


def text_of(value: object) -> str:
    """The cell of a field's value: the inverse of parsing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sign):
        return {sign: cell for cell, sign in _SIGNS.items()}[value]
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return "|".join(f"{v[0]} {v[1]}" if isinstance(v, tuple) else str(v) for v in value)
    return "" if value is None else str(value)


_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def no_formula(text: str) -> str:
    """A text that no spreadsheet runs: what begins like a formula and is no number gets an apostrophe.

    >>> no_formula("=1+1"), no_formula("-0.5"), no_formula("IL-6")
    ("'=1+1", '-0.5', 'IL-6')
    """
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") and not _NUMBER.fullmatch(text) else text
