"""The small graph of the code tests: its three tables stand beside this file, one screen each.

They hold what differs from row to row; every other column of a finding is filled in here, so a new column
of the shipped tables asks for no change. The lexicon (predicates, aspects, vocabulary, rubric, shapes,
queries) is the shipped one. No curated row is read, and the findings are invented.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import mscgraph as mg
from mscgraph.model import Entity, Finding, Publication
from mscgraph.schema import columns_of
from mscgraph.tables.formatting import canonical

HERE = Path(__file__).parent
SHIPPED = HERE.parents[2] / "ontology"
OWN = ("entities.tsv", "publications.tsv", "second_reading.tsv", "withdrawn.tsv", "findings")
ALWAYS = {
    "aspect": "activity_or_abundance", "locator": "table 1",
    "evidence_type": "ECO:0001565", "product": "cells", "curated_by": "agent:writer",
    "curated_on": "2026-01-31",
}  # fmt: skip
WITHDRAWN = "id\tinto\treason\nMSCGF:0000900\tMSCGF:0000001\tthe same result, stored twice\n"
SECOND_READING = "finding\tbatch\treader\tdirection\tspecies\tsignificance\tamended\n"


def example_files(kind: str, pattern: str) -> list[Path]:
    """The fixtures under ``examples/valid`` or ``examples/invalid`` that match a glob pattern."""
    return sorted((SHIPPED / "examples" / kind).glob(pattern))


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the tables beside this file."""
    header, *lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    columns = header.split("\t")
    return [dict(zip(columns, line.split("\t"), strict=True)) for line in lines]


def table(columns: tuple[str, ...], records: list[dict[str, str]]) -> str:
    lines = ["\t".join(record.get(name, "") for name in columns) for record in records]
    return canonical("\n".join(["\t".join(columns), *lines]))


def finding(row: dict[str, str], ids: dict[str, str]) -> dict[str, str]:
    """A row of the small table as a whole row of a table of findings."""
    more = dict(part.split("=", 1) for part in row["other"].split(";") if part)
    if "sentence" in more:
        more |= {"anchor": mg.anchor(more.pop("sentence")), "locator": "abstract"}
    made = {name: column.open for name, column in columns_of(Finding).items()} | ALWAYS
    made |= {key: value for key, value in row.items() if value and key in made} | more
    if made["study_design"].endswith("review"):
        made["evidence_type"] = "ECO:0000304"
    names = {name: made[name] for name in ("subject", "object", "via", "taxon")}
    return (
        made | {"id": f"MSCGF:{int(row['number']):07}"} | {k: ids.get(v, v) for k, v in names.items()}
    )


def write(place: Path) -> Path:
    """Write the small graph as a whole ontology folder."""
    shutil.copytree(SHIPPED, place, ignore=shutil.ignore_patterns(*OWN))
    entities, findings = rows("entities.tsv"), rows("findings.tsv")
    ids = {entity["name"]: entity["id"] for entity in entities}
    texts = {
        "terms/entities.tsv": table(Entity._fields, entities),
        "curation/publications.tsv": table(
            Publication._fields, [{"authors": "Tester A", **row} for row in rows("publications.tsv")]
        ),
        "curation/second_reading.tsv": SECOND_READING
        + "MSCGF:0000001\tcells\tagent:reader\tyes\tno\tyes\tno\n",
    }
    texts["curation/withdrawn.tsv"] = WITHDRAWN
    for name in sorted({row["table"] for row in findings}):
        own = [finding(row, ids) for row in findings if row["table"] == name]
        texts[f"curation/findings/{name}.tsv"] = table(Finding._fields, own)
    (place / "curation" / "findings").mkdir()
    for name, text in texts.items():
        (place / name).write_text(text, encoding="utf-8", newline="\n")
    return place


def faulty(path: Path) -> str:
    """A faulty table of ``ontology/examples``, with the columns that findings were given after it."""
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n")]
    if set(lines[0]) <= set(Finding._fields):
        for place, column in enumerate(columns_of(Finding).values()):
            if column.name not in lines[0]:
                for line in lines[1:-1]:
                    line.insert(place, column.open)
                lines[0].insert(place, column.name)
    text = "\n".join("\t".join(line) for line in lines)
    return text.replace("PMID:40734866", "PMID:9").replace("PMID:1\t", "PMID:0\t")


@cache
def folder() -> Path:
    """The ontology folder of the small graph, written once a process; nobody may change it."""
    place = tempfile.TemporaryDirectory(prefix="small-")
    atexit.register(place.cleanup)
    return write(Path(place.name) / "ontology")


@cache
def graph() -> mg.KnowledgeGraph:
    """The small graph."""
    return mg.load(folder())
