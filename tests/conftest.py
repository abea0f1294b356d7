"""Fixtures that every kind of test shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscgraph.graph import KnowledgeGraph, load

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def kg() -> KnowledgeGraph:
    """The shipped graph."""
    return load()
