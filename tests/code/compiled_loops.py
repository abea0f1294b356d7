"""Asking the path index with its compiled loops, which a process takes up after many questions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from mscgraph.large.index import PathIndex, best, quick, search_index
from mscgraph.paths.search import Found


@contextmanager
def compiled() -> Iterator[None]:
    """Every question to an index goes to the compiled loops."""
    if not quick.prepare():
        pytest.fail("numba, of the dev group, does not work here")
    with patch.object(best, "compiled_loops", lambda _: quick._Loops.module):
        yield


def search_compiled(index: PathIndex, *ends: Any, **conditions: Any) -> Found:
    """``search_index`` by the compiled loops."""
    with compiled():
        return search_index(index, *ends, **conditions)
