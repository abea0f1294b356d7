"""The notebooks run from top to bottom, show what they print today, and go through the public door only."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.docs.outputs import NOTEBOOKS, executed


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_shows_what_it_prints_today(path: Path, tmp_path: Path) -> None:
    assert printed(nbformat.read(path, as_version=4)) == printed(executed(path, tmp_path)), (
        "make outputs"
    )


def printed(notebook: Any) -> list[str]:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return [output.get("text") or output.data["text/plain"] for output in outputs]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_uses_the_public_door(path: Path) -> None:
    text = "\n".join(c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code")
    assert "import mscgraph as mg" in text
    assert not re.search(r"from mscgraph|import mscgraph\.", text)
