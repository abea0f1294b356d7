"""Odd spellings of ids, names, paths and numbers, through import, merge and every export, and back.

Nothing may change that the export does not list under what it lost. A batch is made from its seed; a long
run is ``python -m tests.code.cases.test_spellings 25``, of so many batches.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import mscgraph as mg
from mscgraph.export import FORMATS, export
from mscgraph.export.table_files import tables_of
from mscgraph.model import NOT_REPORTED
from mscgraph.schema import columns_of
from tests.code import small
from tests.code.cases import plain_readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow

SIZE = 40  # spellings a batch
PLAIN = "abzAZ019._-"
ODD = [
    *"%#?&=+@!$*~^`'\"<>{}[]()|\\/,;:¦", "%3C", "%25", "%3c", "%7C", "ß", "é", "e\u0301",
    "İ", "κ", "−", "⁻", "中", "🧬", "\u202e", "\u00a0", "\u200b", "\ufeff", "'s", "&amp;",
    "<b>", "${x}", "\\u0041", "\\|", "__", "]]>", "<!--", "-->", "1e5", "007", "0x1F",
    "1,5", ".5", "1/2", "-1", "+1", "٣", "½", "NaN", "true",
]  # fmt: skip
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\u2028", "\x0b", "\x1f"]
CALM = [" ", "\u00a0"]  # formats of one line a record refuse the others, and all that is with them
ALONE = [
    "nan",
    "None",
    "NULL",
    "NA",
    "-",
    "=1+1",
    "@x",
    "+x",
    "'",
    '"',
    "\\",
    "|",
    "#",
    "0",
    "1e400",
    "-0",
    "1_000",
]
TEXT_KINDS = ("text", "whole number", "year", "date", "duration")
SUFFIXES = {
    "turtle": ".ttl", "trig": ".trig", "ntriples": ".nt", "nquads": ".nq", "rdfxml": ".rdf",
    "jsonld": ".jsonld",
}  # fmt: skip


def spelling(dice: random.Random, spaces: list[str]) -> str:
    parts = [*PLAIN, *ODD, *ODD, *spaces]
    if spaces and dice.random() < 0.15:
        return dice.choice(ALONE)
    return "".join(dice.choice(parts) for _ in range(dice.randint(1, 8)))


def local_id(dice: random.Random, taken: set[str]) -> str:
    """What may stand in a CURIE: no white space; with a letter that nothing folds away."""
    while True:
        text = dice.choice("abc") + re.sub(r"\s|[\u200b\ufeff\u202e]", "", spelling(dice, [])) + "z"
        if text.lower() not in taken:
            taken.add(text.lower())
            return text


def spelled(kg: mg.KnowledgeGraph, dice: random.Random, spaces: list[str]) -> mg.KnowledgeGraph:
    """The small graph with odd spellings in all its texts."""

    def changed(record: Any) -> Any:
        values = {}
        for name, column in columns_of(type(record)).items():
            if column.kind not in TEXT_KINDS or name in {"id", "category"} or dice.random() < 0.4:
                continue
            if column.many:
                values[name] = tuple(
                    sorted({spelling(dice, spaces) for _ in range(3)}, key=lambda t: (t.lower(), t))
                )
            elif getattr(record, name) not in ("", NOT_REPORTED) or dice.random() < 0.3:
                values[name] = spelling(dice, spaces)
        return record._replace(**values)

    def all_of(records: Any) -> Any:
        return {key: changed(record) for key, record in sorted(records.items())}

    tables = kg.tables
    return mg.KnowledgeGraph(
        tables._replace(
            entities=all_of(tables.entities),
            publications=all_of(tables.publications),
            findings=all_of(tables.findings),
        )
    )


def imported(
    folder: Path, base: mg.KnowledgeGraph, dice: random.Random, spaces: list[str]
) -> tuple[Path, dict[str, str]]:
    """A graph directory made from KGX JSON Lines of odd ids, names, papers and records; id → name."""
    taken: set[str] = set()
    names = {f"X:{local_id(dice, taken)}": f"n{i}{spelling(dice, spaces)}n" for i in range(SIZE)}
    ids = list(names)
    nodes = [
        {"id": key, "name": name, "category": ["biolink:Gene"], "description": spelling(dice, spaces),
         "synonym": [f"s{i}{spelling(dice, spaces)}s"]}
        for i, (key, name) in enumerate(names.items())
    ]  # fmt: skip
    edges = [
        {"id": spelling(dice, spaces), "subject": key, "object": ids[i - 1],
         "predicate": "biolink:affects", "qualified_predicate": "biolink:causes",
         "object_direction_qualifier": dice.choice(("increased", "decreased")),
         "publications": [f"DOI:10.1/{local_id(dice, set())}"],
         "primary_knowledge_source": f"infores:{i % 3}"}
        for i, key in enumerate(ids)
    ]  # fmt: skip
    for name, records in (("nodes", nodes), ("edges", edges)):
        (folder / f"{name}.jsonl").write_text(
            "".join(json.dumps(r) + "\n" for r in records), encoding="utf-8"
        )
    odd = re.sub(r"[\\/]", "_", local_id(dice, set()))
    target = folder / f"{odd}.graph"
    mg.import_graph(
        "kgx",
        [folder / "nodes.jsonl", folder / "edges.jsonl"],
        target,
        base=base,
        licence="<odd> & licence",
    )
    return target, names


# -- what each format gives back ----------------------------------------------------------------------


def rdf(kg: mg.KnowledgeGraph, target: Path, form: str) -> Iterator[str]:
    yield from differences(kg, mg.read_rdf(target))


def differences(kg: mg.KnowledgeGraph, back: mg.KnowledgeGraph) -> Iterator[str]:
    for what in ("entities", "publications", "findings", "stated"):
        one, other = dict(getattr(kg, what)), dict(getattr(back, what))
        for key in sorted({*one, *other}):
            if one.get(key) != other.get(key):
                yield f"{what}: {one.get(key)!r} became {other.get(key)!r}"


def ours(kg: mg.KnowledgeGraph, target: Path, form: str) -> Iterator[str]:
    yield from differences(kg, (mg.read_kgx if form == "kgx-jsonl" else mg.read_parquet)(target))


def cells(kg: mg.KnowledgeGraph, target: Path, form: str) -> Iterator[str]:
    """Tables, cell by cell, as text."""
    for table in tables_of(kg):
        wanted = [[shown(value) for value in row] for row in table.rows(kg)]
        if form == "xlsx":
            import openpyxl
            from openpyxl.utils.escape import unescape

            sheet = openpyxl.load_workbook(io.BytesIO(target.read_bytes()))[table.name]
            got = [[unescape(shown(c.value)) for c in row] for row in sheet.iter_rows(min_row=2)]
        elif form == "csv":
            with (target / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
                got = list(csv.reader(file))[1:]
        else:
            text = (target / f"{table.name}.tsv").read_bytes().decode()
            got = [line.split("\t") for line in text.removesuffix("\n").split("\n")[1:]]
        yield from pairs(wanted, got)


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "|".join(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)


def as_text(value: Any) -> str:
    return str(value) if isinstance(value, float) else shown(value)


def pairs(wanted: list[list[str]], got: list[list[str]]) -> Iterator[str]:
    if len(wanted) != len(got):
        yield f"{len(wanted)} rows became {len(got)}"
    for one, other in zip(wanted, got, strict=False):
        if one != other:  # a record counts once
            yield next(
                (f"{a!r} became {b!r}" for a, b in zip(one, other, strict=False) if a != b),
                f"{one} {other}",
            )


def network_rows(kg: mg.KnowledgeGraph) -> tuple[dict[str, Any], dict[str, Any]]:
    from mscgraph.export.network import network

    net = network(kg)
    return {row["id"]: row for row in net.nodes}, {row["id"]: row for row in net.edges}


def drawn(kg: mg.KnowledgeGraph, target: Path, form: str) -> Iterator[str]:
    """Networks, attribute by attribute, as the readers of networkx and JSON find them."""
    nodes, edges = network_rows(kg)
    found_nodes, found_edges = {"cx2": cx2, "cyjs": cyjs}.get(form, by_networkx)(target, form)
    for wanted, got in ((nodes, found_nodes), (edges, found_edges)):
        for key in sorted({*wanted, *got}):
            for name, value in wanted.get(key, {"id": "nothing"}).items():
                flat = value if form in {"cx2", "cyjs"} else joined(value)
                other = got.get(key, {}).get(name)
                if flat not in ([], "", other) and not (
                    isinstance(flat, float) and flat == float(other)
                ):
                    yield f"{key} {name}: {flat!r} became {other!r}"


def joined(value: Any) -> Any:
    if isinstance(value, list):
        return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in value)
    return value


def cx2(target: Path, form: str) -> tuple[dict[str, Any], dict[str, Any]]:
    parts = {
        name: value for part in json.loads(target.read_text("utf-8")) for name, value in part.items()
    }
    nodes = {node["v"]["represents"]: {**node["v"], "id": node["v"]["id"]} for node in parts["nodes"]}
    return nodes, {edge["v"]["id"]: edge["v"] for edge in parts["edges"]}


def cyjs(target: Path, form: str) -> tuple[dict[str, Any], dict[str, Any]]:
    elements = json.loads(target.read_text("utf-8"))["elements"]
    return (
        {e["data"]["id"]: e["data"] for e in elements["nodes"]},
        {e["data"]["id"]: e["data"] for e in elements["edges"]},
    )


def by_networkx(target: Path, form: str) -> tuple[dict[str, Any], dict[str, Any]]:
    import networkx as nx

    graph = (nx.read_graphml if form == "graphml" else nx.read_gexf)(target)
    nodes = {key: {**data, "id": key} for key, data in graph.nodes(data=True)}
    edges = {d["id"]: {**d, "subject": s, "object": o} for s, o, d in graph.edges(data=True)}
    return nodes, edges


def kgx_table(kg: mg.KnowledgeGraph, target: Path, form: str) -> Iterator[str]:

    from mscgraph.export.kgx import edges_of, nodes_of

    for name, records in (("nodes", nodes_of(kg)), ("edges", edges_of(kg))):
        header, *lines = (target / f"{name}.tsv").read_bytes().decode().removesuffix("\n").split("\n")
        columns = header.split("\t")
        yield from pairs(
            [[as_text(record.get(column)) for column in columns] for record in records],
            [line.split("\t") for line in lines],
        )


def papers(kg: mg.KnowledgeGraph, target: Path, form: str) -> Iterator[str]:
    for item in json.loads(target.read_text("utf-8")):
        paper = kg.publications.get(item["id"])
        if paper and (item.get("title", ""), item.get("DOI", "")) != (paper.title, paper.doi):
            yield f"{paper!r} became {item!r}"


READERS: dict[str, Callable[[mg.KnowledgeGraph, Path, str], Iterator[str]]] = {
    **dict.fromkeys(SUFFIXES, rdf),
    **dict.fromkeys(("kgx-jsonl", "parquet"), ours),
    **dict.fromkeys(("csv", "tsv", "xlsx"), cells),
    **dict.fromkeys(("cx2", "cyjs", "graphml", "gexf"), drawn),
    "kgx": kgx_table,
    "csl-json": papers,
    **plain_readers.READERS,
}


def check(seed: int) -> list[str]:
    """Everything that a batch changed and no export listed."""
    dice = random.Random(seed)
    faults: list[str] = []
    spaces = CALM if seed % 2 else SPACES
    base = spelled(small.graph(), dice, spaces)
    with tempfile.TemporaryDirectory(prefix="spell é %41 #") as place:
        folder = Path(place)
        other, names = imported(folder, base, dice, spaces)
        graph = mg.open_graph(other, base=base)
        lost = {key: name for key, name in names.items() if key not in graph.entities}
        faults += [f"import lost {key!r}" for key in lost]
        faults += [
            f"import made {graph.entities[key].name!r} of {name!r}"
            for key, name in names.items()
            if key not in lost and graph.entities[key].name != " ".join(name.split())
        ]
        mg.merge_graphs(["curated", other], folder / "merged |.graph", base=base)
        merged = mg.open_graph(folder / "merged |.graph", base=base)
        faults += [
            f"merge: {what}"
            for what in differences(base, merged)
            if not what.startswith(("entities: None", "stated"))
        ]
        if graph.stated != merged.stated:
            faults.append("merge: statements changed")
        for form in FORMATS.values():
            target = folder / f"out ß'{form.name}{SUFFIXES.get(form.name, '')}"
            try:
                done = export(merged, form.name, target)
            except mg.DataError as error:  # names record, column and character
                faults += [] if "hold" in str(error) else [f"{form.name}: {error}"]
                continue
            if form.name in READERS:
                listed = sum(loss.records for loss in done.losses if not loss.field[:1].isupper())
                changed = list(READERS[form.name](merged, target, form.name))
                if len(changed) > listed:
                    faults += [
                        f"{form.name} ({listed} listed, {len(changed)} changed): {c}"
                        for c in changed[-5:]
                    ]
    return faults


@pytest.mark.parametrize("seed", range(2))
def test_no_spelling_changes_unlisted(seed: int) -> None:
    assert check(seed) == []


if __name__ == "__main__":
    found = [fault for seed in range(int(sys.argv[1])) for fault in check(seed)]
    print(f"{int(sys.argv[1]) * SIZE} spellings, {len(found)} changed unlisted", *found[:40], sep="\n")
    sys.exit(bool(found))
