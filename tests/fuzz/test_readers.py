"""A few changed files a reader; ``make fuzz MINUTES=5`` changes them for as long as is wanted."""

import random

import pytest

from tests.fuzz.readers import TARGETS, change, fault

INPUTS = 5


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_a_changed_file_is_read_or_refused(name: str) -> None:
    assert [found for seed in range(INPUTS) if (found := fault(name, seed))] == []


def test_changes_are_those_of_the_seed() -> None:
    content = b"a\tb\nc\td\n"
    made = [change(content, random.Random(seed))[0] for seed in range(40)]
    assert made == [change(content, random.Random(seed))[0] for seed in range(40)]
    assert len(set(made)) > 30
