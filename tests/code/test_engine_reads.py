"""What the engine takes as it stands is what Python would make of it, and both readers read the same."""

import json
import math
import random
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.large.directory import Notes, open_graph
from mscgraph.large.directory.record_rows import keys_of
from mscgraph.large.importers.intake import PAPER, Intake
from mscgraph.large.importers.kgx import is_known
from mscgraph.large.importers.lines import NO_LOCAL, NO_VALUE
from mscgraph.large.importers.raw_records import says
from tests.code import small

LEXICON = small.graph()
PIECES = (
    *(
        "PMID:",
        "pmid:",
        "DOI:",
        "10.1000/",
        "PMC:",
        "PMC",
        "HGNC:",
        "hgnc:",
        "NCBIGene:",
        "FOO:",
        ":",
        "//",
    ),
    *(
        "|",
        ";",
        ",",
        "1",
        "007",
        "a",
        "B",
        "é",
        "α",
        " ",
        "  ",
        "\t",
        "\x0b",
        "\xa0",
        "-",
        "+",
        "alpha",
    ),
    *("omega ", "/", "(", ")", "¬", "%", *sorted(NO_VALUE), *sorted(NO_LOCAL)),
)
CELLS = st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8"), max_size=5).map("".join)


def taken(condition: str, cells: list[str]) -> list[str]:
    """The cells of which a condition in SQL on the column ``cell`` is true."""
    rows = [(cell,) for cell in cells if cell]
    with duckdb.connect() as base:
        base.execute("CREATE TABLE cells (cell VARCHAR)")
        if rows:
            base.executemany("INSERT INTO cells VALUES (?)", rows)
        return [row[0] for row in base.execute(f"FROM cells WHERE {condition}").fetchall()]


@given(st.lists(CELLS, max_size=40))
def test_what_stands_as_it_is_would_be_made_of_it(cells: list[str]) -> None:
    cells += ["HGNC:1", "PMID:1|PMID:22", "DOI:10.1000/x1", "two words"]
    intake = Intake(LEXICON, progress=lambda *_: None)
    texts = taken(says("cell"), cells)
    known = taken(is_known("cell", intake), cells)
    papers = taken(f"regexp_full_match(cell, '{PAPER}(\\|{PAPER})*')", cells)
    assert texts
    assert known
    assert papers
    assert [intake.value(cell, "cell", "") for cell in texts] == texts
    assert [intake.curie(intake.value(cell, "cell", "")) for cell in known] == known
    assert [intake.papers(cell.split("|"), "") for cell in papers] == [
        tuple(sorted(set(cell.split("|")))) for cell in papers
    ]
    assert list(intake.notes) == []


def rows(folder: Path) -> dict[str, list[str]]:
    with duckdb.connect() as base:
        return {
            table: list(map(str, base.execute(f"FROM '{folder / table}/*.parquet'").fetchall()))
            for table in ("nodes", "associations")
        }


@pytest.mark.parametrize("seed", range(3))
def test_both_readers_read_the_same(tmp_path: Path, seed: int) -> None:
    drawn = random.Random(seed)
    pieces = [piece for piece in PIECES if piece not in {"\t", "\x0b", ""}]

    def cell() -> str:
        return "".join(drawn.choices(pieces, k=drawn.choice((0, 1, 2, 2, 3))))

    ids = [cell() or "A:1" for _ in range(30)]
    columns = {
        "nodes": "id name synonym xref",
        "edges": "subject object predicate id publications negated",
    }
    texts = {
        "nodes": [(drawn.choice(ids), cell(), cell(), cell()) for _ in range(60)],
        "edges": [
            (
                drawn.choice(ids),
                drawn.choice(ids),
                "biolink:affects",
                cell(),
                cell(),
                drawn.choice("  t"),
            )
            for _ in range(200)
        ],
    }
    done = []
    for end in ("\n", "\r\n"):  # a file with CR is not plain
        for name, lines in texts.items():
            head = columns[name].replace(" ", "\t")
            said = end.join([head, *("\t".join(line) for line in lines), ""])
            (tmp_path / f"{name}.tsv").write_bytes(said.encode())
        files = [tmp_path / "nodes.tsv", tmp_path / "edges.tsv"]
        report = tmp_path / "report.tsv"
        built = mg.import_graph("kgx", files, tmp_path / "out", base=LEXICON, report=report)
        done.append((built.counts, report.read_text("utf-8"), rows(built.folder)))
    assert done[0] == done[1]
    assert done[0][0]["associations"]
    entities = open_graph(tmp_path / "out", base=LEXICON).entities
    with duckdb.connect() as base:
        keys = dict(base.execute(f"SELECT id, keys FROM '{tmp_path}/out/nodes/*.parquet'").fetchall())
    for one in entities.values():
        assert keys[one.id] == keys_of((one.id, one.name, one.label, *one.synonyms, *one.xrefs))


VALUES = st.recursive(
    CELLS
    | st.sampled_from(["PMID:1", 'DOI:10.1000/"x', "HGNC:1", "HGNC:2", "\x01", "\x01[1]", "a\\u0001"])
    | st.sampled_from([None, True, False, 0, -0.0, 1e22, 0.5, 3e-7, 10**17, 10**30, math.nan, "", []]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(CELLS, inner, max_size=2),
    max_leaves=4,
)
FIELDS = (
    "id",
    "publications",
    "negated",
    "knowledge_level",
    "primary_knowledge_source",
    "mine",
    "ours",
)
EDGES = st.fixed_dictionaries(
    {end: st.sampled_from(["HGNC:1", "HGNC:2", "odd one", "FOO:1"]) for end in ("subject", "object")}
    | {"predicate": st.sampled_from(["biolink:affects", "likes"])},
    optional=dict.fromkeys(FIELDS, VALUES)
    | {"publications": st.lists(st.sampled_from(["PMID:1", "PMID:22", "DOI:10.1000/x1", "p. 4"]))},
)
ODD_LINES = (
    *(
        "",
        " ",
        "[]",
        "{}",
        "7",
        '{"subject": "A:1"}',
        '{"id": "a", "id": "b"}',
        '{"mine": 1,}',
        "{} {}",
    ),
    *(
        '{"mine": "\\ud800"}',
        '{"mine": NaN}',
        '{"mine": nan}',
        '{"id": "\\u0000"}',
        "{'id': 1}",
        "{",
        '"',
    ),
    *(
        '{"mine": 01}',
        '{"mine": "\t"}',
        "\ufeff{}",
        '{"mine": {"a": 1, "a": 2}}',
        "null",
        "\x0b",
        "\u2028",
    ),
)


def read_both_ways(text: str) -> list[object]:
    """What is made of JSON Lines, as they stand and with CR, which only our reader takes."""
    done: list[object] = []
    with tempfile.TemporaryDirectory() as folder:
        nodes, file, report = (Path(folder) / name for name in ("n.tsv", "edges.jsonl", "report.tsv"))
        nodes.write_text("id\nHGNC:1\n", encoding="utf-8")
        for said in (text, f"{text}\n".replace("\n", "\r\n")):
            file.write_bytes(said.encode())
            try:
                built = mg.import_graph(
                    "kgx", [nodes, file], f"{folder}/o", base=LEXICON, report=report
                )
            except mg.DataError as error:
                done.append(str(error))
            else:
                done.append((built.counts, report.read_text("utf-8"), rows(built.folder)))
    return done


@pytest.mark.slow
@settings(max_examples=10, deadline=None, phases=[Phase.generate])
@given(st.lists(EDGES, min_size=1, max_size=8), st.booleans(), st.sampled_from(["", "\n", "\n\n"]))
def test_both_readers_read_the_same_json(edges: list[dict[str, Any]], is_ascii: bool, end: str) -> None:
    one, other = read_both_ways("\n".join(json.dumps(e, ensure_ascii=is_ascii) for e in edges) + end)
    assert one == other


@pytest.mark.parametrize("odd", ODD_LINES)
def test_what_is_odd_in_json_is_told_as_before(odd: str) -> None:
    edge = '{"subject": "HGNC:1", "predicate": "likes", "object": "HGNC:2", "id": "x"}'
    lines = [edge, f"{edge[:-1]}, {odd[1:]}" if odd.startswith("{") else odd, edge]
    one, other = read_both_ways("\n".join(lines))
    assert one == other


def test_a_note_counts_its_records_and_keeps_the_first(tmp_path: Path) -> None:
    notes = Notes()
    notes.stand_for(3, 1, 9)
    notes.add("unknown prefix", "FOO", "line 9")
    notes.stand_for(2, 1, 4)
    notes.add("unknown prefix", "FOO", "line 4")
    (note,) = notes
    assert (note.records, note.example) == (5, "line 4")


def test_the_contents_change_with_a_row_and_with_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "nodes.tsv").write_text("id\tname\nA:1\tone\nA:2\ttwo\n", encoding="utf-8")
    found = []
    for aspect in ("activity", "activity", "abundance"):
        edge = f"A:1\tbiolink:affects\tA:2\t{aspect}"
        head = "subject\tpredicate\tobject\tobject_aspect_qualifier"
        (tmp_path / "edges.tsv").write_text(f"{head}\n{edge}\n", encoding="utf-8")
        files = [tmp_path / "nodes.tsv", tmp_path / "edges.tsv"]
        built = mg.import_graph("kgx", files, tmp_path / "out", base=LEXICON)
        found.append(json.loads((built.folder / "manifest.json").read_text("utf-8"))["content"])
    assert found[0] == found[1] != found[2]
