"""Records behave as those of ``typing.NamedTuple`` do."""

import pickle
import typing
from collections.abc import Callable
from typing import Any

import pytest

from mscgraph import named_tuples
from mscgraph.model import Place, Term

Plain = typing.NamedTuple("Term", [(name, str) for name in Term._fields])
Plain.__new__.__defaults__ = ((),)
VALUES = ("column", "id", "label", "maps", "definition")
SAME: dict[str, Callable[[Any], object]] = {
    "repr": lambda kind: repr(kind(*VALUES)),
    "tuple": lambda kind: tuple(kind(*VALUES)),
    "default": lambda kind: kind(*VALUES).also,
    "keywords": lambda kind: tuple(kind(**dict(zip(kind._fields, VALUES, strict=False)))),
    "dict": lambda kind: kind(*VALUES)._asdict(),
    "replaced": lambda kind: tuple(kind(*VALUES)._replace(id="other")),
    "made": lambda kind: tuple(kind._make([*VALUES, ()])),
    "fields": lambda kind: (kind._fields, kind.__match_args__),
    "doc of a field": lambda kind: kind.label.__doc__,
}
FAULTS: dict[str, Callable[[Any], object]] = {
    "too few": lambda kind: kind("column"),
    "too many": lambda kind: kind(*range(9)),
    "unknown": lambda kind: kind(*VALUES)._replace(other=1),
    "too few made": lambda kind: kind._make(["column"]),
}


@pytest.mark.parametrize("what", SAME)
def test_a_record_does_what_the_standard_one_does(what: str) -> None:
    assert SAME[what](Term) == SAME[what](Plain)


@pytest.mark.parametrize("what", FAULTS)
def test_a_record_refuses_what_the_standard_one_refuses(what: str) -> None:
    with pytest.raises((TypeError, ValueError)) as expected:
        FAULTS[what](Plain)
    with pytest.raises(expected.type):
        FAULTS[what](Term)


def test_a_record_is_a_plain_tuple_that_pickles() -> None:
    place = Place("cells.tsv", 7)
    assert pickle.loads(pickle.dumps(place)) == place == ("cells.tsv", 7)
    assert type(place) is Place
    assert not hasattr(place, "__dict__")
    assert type(named_tuples.NamedTuple).__name__ != "type"
