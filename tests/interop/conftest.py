"""Other people's readers: a missing one skips with a reason, and fails where CI must not skip."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn

from mscgraph.cli.answering import operations
from mscgraph.graph import KnowledgeGraph, load
from mscgraph.serve import Served, web_application
from tests.code import small

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


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Where a server of the small graph answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        app = web_application(Served(small.graph(), operations()))
        running = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = threading.Thread(target=running.run, args=[[listening]], daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        running.should_exit = True
        thread.join(60)
