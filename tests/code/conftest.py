"""What only the code tests share: no curated row is open to them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ONTOLOGY = Path(__file__).parents[2] / "ontology"
CURATED = tuple(
    str(ONTOLOGY / name)
    for name in (
        "curation/findings",
        "curation/publications.tsv",
        "curation/second_reading.tsv",
        "terms/entities.tsv",
    )
)
GUARDED: list[str] = []  # the module of code tests that runs, if any


def refuse_curated_rows(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and GUARDED and str(arguments[0]).startswith(CURATED):
        raise AssertionError(
            f"{GUARDED[-1]} reads {arguments[0]}: code tests run on tests/code/small; what is said of "
            "curated rows belongs into tests/data"
        )


sys.addaudithook(refuse_curated_rows)


@pytest.fixture(scope="module", autouse=True)
def without_curated_rows(request: pytest.FixtureRequest) -> Iterator[None]:
    """Opening a curated table fails, so that no row that a curator adds or withdraws breaks a code test."""
    GUARDED.append(request.module.__name__)
    yield
    GUARDED.pop()
