"""What may be a step and what must lie on a path: one record, and the same errors everywhere."""

from collections.abc import Callable
from typing import Any

import pytest

import mscgraph as mg
from mscgraph.paths.conditions import ConditionKeywords, Conditions, Limits

ASKED: dict[str, Callable[..., Any]] = {
    "find_paths": lambda kg, *c, **q: mg.find_paths(kg, "MSC", "Th17 cell", *c, **q),
    "block": lambda kg, *c, **q: mg.block(kg, "MSC", "Th17 cell", *c, without="IDO1", **q),
    "mediators": lambda kg, *c, **q: mg.mediators(kg, "MSC", "Th17 cell", *c, **q),
    "find_loops": lambda kg, *c, **q: mg.find_loops(kg, "IDO1", *c, **q),
    "upstream": lambda kg, *c, **q: mg.upstream(kg, "Th17 cell", *c, **q),
    "downstream": lambda kg, *c, **q: mg.downstream(kg, "IDO1", *c, **q),
}
MISSPELT = [
    ({"predicates": ["increse"]}, "increases"),
    ({"categories": ["Protien"]}, "Protein"),
    ({"knowledge_sources": ["infores:mscgrap"]}, "infores:mscgraph"),
    ({"taxon": "huma"}, "human"),
    ({"taxon": "IDO1"}, "no species"),
    ({"system": "EAEE"}, "EAE"),
    ({"min_grade": "E"}, "A, B, C, D"),
    ({"via": ["IDO11"]}, "IDO1"),
    ({"avoid": ["IDO11"]}, "IDO1"),
]


def test_the_keywords_are_the_fields_of_the_records() -> None:
    assert tuple(ConditionKeywords.__annotations__) == Conditions._fields + Limits._fields


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize(("wrong", "said"), MISSPELT, ids=lambda value: str(value)[:30])
def test_a_misspelt_condition_is_an_error(
    kg: mg.KnowledgeGraph, question: str, wrong: dict[str, Any], said: str
) -> None:
    for asked in (
        lambda: ASKED[question](kg, **wrong),
        lambda: ASKED[question](kg, Conditions(**wrong)),
    ):
        with pytest.raises(mg.NotFound, match=said):
            asked()


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize("wrong", [{"max_length": 9}, {"damping": -1}, {"time_limit": 0}])
def test_a_number_out_of_range_is_an_error(
    kg: mg.KnowledgeGraph, question: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="write"):
        ASKED[question](kg, **wrong)


@pytest.mark.parametrize("question", ASKED)
def test_a_record_and_keywords_ask_the_same(kg: mg.KnowledgeGraph, question: str) -> None:
    record = Conditions(max_length=2, predicates=("increases",), categories=("biolink:protein",))
    by_record = ASKED[question](kg, record, predicates="decreases").to_dict()
    by_keywords = ASKED[question](
        kg, max_length=2, predicates=["decreases"], categories=["PROTEIN"]
    ).to_dict()
    assert by_record == by_keywords
    assert by_record["filters"]["predicates"] == ["decreases"]
    assert by_record["filters"]["categories"] == ["Protein"]
