"""README, docs and notebooks are run as a reader runs them: on the shipped graph."""

from pathlib import Path

import pytest


@pytest.fixture(scope="module", autouse=True)
def default_ontology(root: Path) -> Path:
    """What the program reads here: the curated tables."""
    return root / "ontology"
