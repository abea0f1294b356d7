"""The blocks of the pages; ``python -m tests.docs.outputs`` writes the outputs of README and notebooks."""

from __future__ import annotations

import re
import shlex
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import nbformat
from click.testing import CliRunner
from nbclient import NotebookClient

from mscgraph.cli import main, output

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted(page for page in (ROOT / "docs").rglob("*.md") if page.parent.name != "generated"),
]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WIDTH = 100
_LARGEST = 50_000  # characters: a whole page in a cell would be most of the repository


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def commands(page: Path) -> list[tuple[str, list[str]]]:
    """The shell lines of a page that call the program, each with the output that the page shows."""
    found: list[tuple[str, list[str]]] = []
    for block in blocks(page, "console"):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:].partition("  #")[0], []))
            else:
                found[-1][1].append(line)
    return [(line, output) for line, output in found if "mscgraph " in line]


def shown(line: str) -> tuple[int, str]:
    """The exit code of a shell line, and its output in a terminal of :data:`WIDTH` columns."""
    before, _, after = line.rpartition("|")
    text = shlex.split(before)[1] if before else None
    invoke = partial(CliRunner().invoke, main, shlex.split(after)[1:], input=text)
    # In a thread of its own: a browser of the same worker keeps a loop in the main one.
    with patch.object(output, "terminal_width", lambda: WIDTH), ThreadPoolExecutor(1) as other:
        result = other.submit(invoke).result()
    return result.exit_code, result.output


def rewrite(page: Path) -> None:
    """Put today's output below each line that shows one, without its references."""
    text = page.read_text(encoding="utf-8")
    for line, before in commands(page):
        if before:
            lines = takewhile(lambda one: one != "References", shown(line)[1].splitlines())
            kept = "\n".join(lines).rstrip()
            text = text.replace("\n".join([f"$ {line}", *before]), f"$ {line}\n{kept}\n…")
    page.write_text(text, encoding="utf-8", newline="\n")


def executed(path: Path, folder: Path) -> Any:
    """A notebook with the outputs of today, run in a folder; a page that draws itself is left out."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for made in cell.get("outputs", ()):
            if len(made.get("data", {}).get("text/html", "")) > _LARGEST:
                del made.data["text/html"]
    notebook.metadata.pop("language_info", None)
    return notebook


if __name__ == "__main__":
    rewrite(ROOT / "README.md")
    for path in NOTEBOOKS:
        with TemporaryDirectory() as folder:
            nbformat.write(executed(path, Path(folder)), path)
