"""Literals in their usual form, where a server keeps a value and not the text that was loaded.

Virtuoso writes a flag as 1 or 0, which XSD allows, and a duration as a number, which it does not: years and
months as a number of months, days and times as one of seconds. In XML and in N-Triples a whole number is
months and one with a point or an exponent is seconds; in JSON the two look alike.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from mscgraph.rdf import Solutions

if TYPE_CHECKING:
    from mscgraph.rdf import Answer

__all__ = ["has_numbers_for_durations", "in_usual_form"]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_BOOLEAN, _DURATION = ox.NamedNode(f"{_XSD}boolean"), ox.NamedNode(f"{_XSD}duration")
_FLAGS = {"1": "true", "0": "false"}
_NUMBER = re.compile(r"\d+(\.\d+)?(e\+?\d+)?")
_DAY = 86_400


def has_numbers_for_durations(found: Answer) -> bool:
    """Return whether a SELECT's rows hold a duration that is written as a number."""
    return isinstance(found, Solutions) and any(
        isinstance(term, ox.Literal)
        and term.datatype == _DURATION
        and _NUMBER.fullmatch(term.value) is not None
        for row in found.rows
        for term in row
    )


def in_usual_form(found: Answer) -> Answer:
    """Return an answer with its flags as true and false, and its durations as ISO 8601 writes them."""
    if isinstance(found, Solutions):
        return found._replace(rows=[tuple(_term(term) for term in row) for row in found.rows])
    if isinstance(found, bool):
        return found
    return [ox.Triple(t.subject, t.predicate, _term(t.object)) for t in found]


def _term(term: Any) -> Any:
    if not isinstance(term, ox.Literal):
        return term
    if term.datatype == _BOOLEAN:
        return ox.Literal(_FLAGS.get(term.value, term.value), datatype=_BOOLEAN)
    if term.datatype == _DURATION and _NUMBER.fullmatch(term.value):
        return ox.Literal(_duration(term.value), datatype=_DURATION)
    return term


def _duration(number: str) -> str:
    """The shortest form of months or seconds; a number that was rounded stays as it is."""
    if number.isdigit():
        years, months = divmod(int(number), 12)
        text = "".join(f"{n}{unit}" for n, unit in ((years, "Y"), (months, "M")) if n)
        return f"P{text}" if text else number
    seconds = float(number)
    if not seconds.is_integer() or ("e" in number and seconds % _DAY):
        return number
    days, rest = divmod(int(seconds), _DAY)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    day = f"{days}D" if days else ""
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if n)
    return f"P{day}" + (f"T{time}" if time else "") if day or time else number
