"""Other people's readers: a missing one skips with a reason, and fails where CI must not skip."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mscgraph.graph import KnowledgeGraph, load

HERE = Path(__file__).parent


@pytest.fixture(scope="module", autouse=True)
def default_ontology(root: Path) -> Path:
    """What the program reads here: the curated tables."""
    return root / "ontology"


@pytest.fixture(scope="session")
def kg() -> KnowledgeGraph:
    """The shipped graph."""
    return load()


@pytest.fixture(scope="session")
def missing() -> Callable[[str], None]:
    """Skip, or fail under ``CI=true``, saying what is missing."""

    def say(what: str) -> None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{what}, and under CI=true that is a failure")
        pytest.skip(what)

    return say


@pytest.fixture(scope="session")
def node_package(missing: Callable[[str], None]) -> Callable[[str], str]:
    """The path of node, if it is there with this npm package."""

    def find(package: str) -> str:
        node = shutil.which("node")
        if node is None:
            missing("node is not installed")
        elif not (HERE / "node_modules" / package).is_dir():
            missing(f"npm's {package} is not installed: make test installs it where npm is there")
        return str(node)

    return find
