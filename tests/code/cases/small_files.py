"""Small files of other sources, imported as people do it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import mscgraph as mg

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.large.directory import Built

SIGNOR = (
    "ENTITYA", "TYPEA", "IDA", "DATABASEA", "ENTITYB", "TYPEB", "IDB", "DATABASEB", "EFFECT", "PMID",
    "SENTENCE",
)  # fmt: skip


class Imported:
    """What an import wrote: the graph, and its notes by kind."""

    def __init__(self, done: Built) -> None:
        self.kg = mg.open_graph(done.folder)
        self.folder = done.folder
        self.notes = {note.kind: note.records for note in done.notes}

    @property
    def said(self) -> set[str]:
        """The associations as subject, predicate and object."""
        return {f"{a.subject} {a.predicate} {a.object}" for a in self.kg.associations.values()}

    @property
    def papers(self) -> set[str]:
        """The papers of all statements."""
        sources = (s for a in self.kg.associations.values() for s in a.sources)
        return {paper for source in sources for paper in source.publications}


def kgx(folder: Path, nodes: list[dict[str, str]], *edges: dict[str, str]) -> Imported:
    """Import a KGX graph; edges are of IFNG on CXCL9 unless they say something else."""
    ends = {"subject": "HGNC:5438", "predicate": "biolink:affects", "object": "HGNC:7098"}
    folder.mkdir(exist_ok=True)
    table(folder / "nodes.tsv", nodes or [{"id": "HGNC:5438"}])
    table(folder / "edges.tsv", [ends | edge for edge in edges] or [ends])
    return take("kgx", folder / "nodes.tsv", folder / "edges.tsv")


def table(file: Path, rows: list[dict[str, str]]) -> None:
    """Write rows as tab-separated values."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = ["\t".join(columns), *("\t".join(row.get(c, "") for c in columns) for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def signor(file: Path, *rows: dict[str, str], quoting: int = csv.QUOTE_MINIMAL) -> Imported:
    """Import SIGNOR rows of IFNG on CXCL9, written as pandas or R write them."""
    plain = dict(zip(SIGNOR, (
        "IFNG", "protein", "P01579", "UNIPROT", "CXCL9", "protein", "Q07325", "UNIPROT", "up-regulates",
        "1", "",
    ), strict=True))  # fmt: skip
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, SIGNOR, delimiter="\t", quoting=quoting, lineterminator="\n")
        writer.writeheader()
        writer.writerows(plain | row for row in rows)
    return take("signor", file)


def take(form: str, *files: Path) -> Imported:
    """Import files beside themselves."""
    return Imported(mg.import_graph(form, files, files[0].with_name(f"{files[0].stem}.graph")))
