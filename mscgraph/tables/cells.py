"""Cells into values and back: what each column of each record is made of."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NewType

from mscgraph.model import PredicateKind, Sign
from mscgraph.text.curie import is_namespace

if TYPE_CHECKING:
    from collections.abc import Callable

Namespace = NewType("Namespace", str)
_SIGNS = {"+": Sign.POSITIVE, "-": Sign.NEGATIVE, "?": Sign.UNKNOWN}


def many(cell: str) -> tuple[str, ...]:
    """The parts of a list."""
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


def one_of(kinds: type[Enum], of: str, cell: str) -> Enum:
    """One of the kinds of something."""
    try:
        return kinds(cell)
    except ValueError:
        known = ", ".join(kind.value for kind in kinds)
        raise ValueError(f"{cell!r} is no kind of {of}: write one of {known}") from None


def _namespace(cell: str) -> str:
    if not is_namespace(cell):
        raise ValueError(f"{cell!r} begins no IRI: write it whole, such as http://example.org/")
    return cell


def included(cell: str) -> tuple[tuple[int, str], ...]:
    """The evidence base of a review: counts and study designs."""
    pairs = []
    for part in many(cell):
        count, space, design = part.partition(" ")
        if not (count.isdigit() and space and design):
            raise ValueError(f"{part!r} is not a count and a study design, such as '2 case_series'")
        pairs.append((int(count), design))
    return tuple(pairs)


# By the type of a record's field.
PARSERS: dict[Any, Callable[[str], Any]] = {
    tuple[str, ...]: many,
    tuple[tuple[int, str], ...]: included,
    bool: _yes,
    Sign: _polarity,
    Sign | None: _sign,
    Namespace: _namespace,
    PredicateKind: partial(one_of, PredicateKind, "predicate"),
}


@cache
def parsers(record: type) -> dict[str, Callable[[str], Any]]:
    """What turns cells of a record's columns into values, where the value is no text."""
    kinds = {
        name: kind.__origin__ if hasattr(kind, "__metadata__") else kind
        for name, kind in record.__annotations__.items()
    }
    return {name: PARSERS[kind] for name, kind in kinds.items() if kind in PARSERS}


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
