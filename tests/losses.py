"""The table of what each format cannot hold, made by writing the graph in every one."""

import tempfile
from pathlib import Path

import mscgraph
from mscgraph.export import FORMATS, Loss, export
from mscgraph.graph import KnowledgeGraph, load

PAGE = Path(mscgraph.__file__).parent / "export" / "LOSSES.md"
_HEAD = """\
# What each format cannot hold

Made by writing the shipped graph in every format: `make losses`. A test compares. `mscgraph export` prints,
on standard error, how many records each loss concerned in the graph or part that it wrote.

| format | writes | opens in | cannot hold |
|---|---|---|---|
"""


def loss_table(kg: KnowledgeGraph) -> str:
    """Return the table as Markdown, without counts, so that it changes only when a format does."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for form in FORMATS.values():
            losses = export(kg, form.name, Path(folder) / form.name).possible
            cell = "<br>".join(map(_in_words, losses)) or "nothing lost"
            kind = "folder" if form.folder else "file"
            lines.append(f"| `{form.name}` | {kind} | {form.opens_in} | {cell} |\n")
    return _HEAD + "".join(lines)


def _in_words(loss: Loss) -> str:
    none = "" if loss.records else " (none in the shipped graph)"
    return f"{loss.field}{none}: {loss.why}".replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(loss_table(load()), encoding="utf-8", newline="\n")
