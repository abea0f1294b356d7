"""The shipped graph, for the tests of what is curated."""

from pathlib import Path

import pytest

from mscgraph.graph import KnowledgeGraph, load


@pytest.fixture(scope="module", autouse=True)
def default_ontology(root: Path) -> Path:
    """What the program reads here: the curated tables."""
    return root / "ontology"


@pytest.fixture(scope="session")
def kg() -> KnowledgeGraph:
    """The shipped graph."""
    return load()
