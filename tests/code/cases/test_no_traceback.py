"""The job cannot be finished (issue 12 D): one line says what is wrong, where, and what to do."""

import io
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.cli.output import print_json
from mscgraph.cli.streams import safe_streams
from mscgraph.curate.checks import validate
from tests.code import small

LIMIT = 60


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "fault of this program" not in result.stderr
    return result.exit_code, result.stderr


@pytest.fixture
def ontology(kg: mg.KnowledgeGraph, tmp_path: Path) -> Path:
    """A copy of the ontology folder, whose files may be changed."""
    folder = tmp_path / "ontology"
    for path in sorted(kg.folder.rglob("*")):
        if path.is_file():
            target = folder / path.relative_to(kg.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, target)
    return folder


def change(path: Path, old: bytes, new: bytes) -> None:
    text = path.read_bytes()
    assert old in text
    path.unlink()  # not the file that it is linked to
    path.write_bytes(text.replace(old, new, 1))


@pytest.mark.parametrize(
    "name", ["terms/entities.tsv", "curation/rubric.toml", "curation/publications.tsv"]
)
@pytest.mark.parametrize("fault", ["utf-16", "folder", "gone", "byte"])
def test_a_table_that_cannot_be_read(name: str, fault: str, ontology: Path) -> None:
    path = ontology / name
    text = path.read_bytes()
    path.unlink()
    if fault == "folder":
        path.mkdir()
    elif fault != "gone":
        path.write_bytes(text.decode().encode("utf-16") if fault == "utf-16" else text + b"# \xff\n")
    said = [problem.message for problem in validate(ontology) if problem.file == f"ontology/{name}"]
    words = {"utf-16": "not UTF-8", "byte": "not UTF-8", "folder": "cannot be read", "gone": "missing"}
    assert any(words[fault] in message for message in said)
    for command in ("stats", "validate", "format"):
        if (command, fault) != ("format", "gone") and not (
            command == "format" and name.endswith("toml")
        ):
            assert run("--ontology", str(ontology), command)[0] == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"cost = 1.5", b"cost = -1.5"),
        (b"at_most = 0.5", b"at_most = inf"),
        (b"at_most = 0.5", b"at_most = nan"),
        (b'letter = "A"', b"letter = 1979-05-27"),
        (b"cost = 1.5", b"cost = " + b"[" * 5000),
    ],
)
def test_a_rubric_of_odd_values(old: bytes, new: bytes, ontology: Path) -> None:
    change(ontology / "curation" / "rubric.toml", old, new)
    (problem,) = validate(ontology)
    assert "rubric.toml" in problem.file
    assert run("--ontology", str(ontology), "stats")[0] == 1


def test_a_prefix_whose_namespace_begins_no_iri(ontology: Path) -> None:
    change(ontology / "terms" / "prefixes.tsv", b"http://purl.obolibrary.org/obo/OBI_", b"OBI")
    assert any("begins no IRI" in str(problem) for problem in validate(ontology))


def test_a_folder_without_shapes_or_checks(ontology: Path) -> None:
    for path in [*(ontology / "shapes").iterdir(), *(ontology / "checks").iterdir()]:
        path.unlink()
    said = [str(problem) for problem in validate(ontology)]
    assert [("no shapes" in line, "no checks" in line) for line in said] == [
        (False, True),
        (True, False),
    ]


def test_a_check_that_does_not_parse(ontology: Path) -> None:
    (ontology / "checks" / "odd-violation.rq").write_text("SELEC")
    (problem,) = validate(ontology)
    assert problem.file == "checks/odd-violation.rq"


def parents(ontology: Path, rows: dict[str, str]) -> None:
    path = ontology / "terms" / "entities.tsv"
    header, *lines = path.read_text().rstrip("\n").split("\n")
    place = header.split("\t").index("parents")
    cells = [line.split("\t") for line in lines]
    for row in cells:
        row[place] = rows.get(row[0], row[place])
    path.unlink()
    path.write_text("\n".join([header, *("\t".join(row) for row in cells)]) + "\n")


def test_a_circle_of_superclasses_is_found_and_survived(ontology: Path) -> None:
    parents(ontology, {"CL:0000134": "CL:0000899", "CL:0000899": "CL:0000134"})
    assert any("a circle" in str(problem) for problem in validate(ontology))
    kg = mg.load(ontology)
    assert kg.entity("MSC").id not in kg.ancestors("CL:0000134")
    assert mg.find_paths(kg, "MSC", "IDO1", k=1, max_length=1) is not None


def test_a_parent_that_no_table_holds_is_found_and_survived(ontology: Path, tmp_path: Path) -> None:
    parents(ontology, {"CL:0000134": "NO:123"})
    assert any("NO:123" in str(problem) for problem in validate(ontology))
    for arguments in (
        ("show", "MSC"),
        ("findings", "--object", "MSC"),
        ("paths", "MSC", "IDO1", "-k", "1", "--max-length", "1"),
        ("page", "-o", str(tmp_path / "x.html"), "--focus", "MSC"),
        ("export", "kgx", "-o", str(tmp_path / "kgx")),
    ):
        assert run("--ontology", str(ontology), *arguments)[0] == 0, arguments


def test_a_ladder_of_superclasses_takes_no_time(kg: mg.KnowledgeGraph) -> None:
    from mscgraph.graph.entities import EntityDirectory

    rungs = 200
    one = kg.entity("MSC")
    entities = {
        f"X:{2 * level + side}": one._replace(
            id=f"X:{2 * level + side}",
            parents=(f"X:{2 * level - 2}", f"X:{2 * level - 1}") if level else (),
        )
        for level in range(rungs)
        for side in (0, 1)
    }
    directory = EntityDirectory(entities, kg.aspects)
    assert len(directory.ancestors(f"X:{2 * rungs - 1}")) == 2 * rungs - 2
    assert len(directory.kinds_of("X:0")) == 2 * rungs - 1


@pytest.mark.parametrize("text", ["SELECT * {}", "\ufeffASK { ?s ?p ?o }"])
def test_queries_that_are_fine(text: str, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text(text, encoding="utf-8")
    assert run("query", str(tmp_path / "q.rq"))[0] == 0


def test_queries_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_bytes(b'ASK { ?s ?p "\xff" }')
    assert run("query", str(tmp_path / "q.rq")) == (
        1,
        f"Error: {tmp_path}/q.rq: not UTF-8 at byte 13: save it as UTF-8\n",
    )
    assert run("query", str(tmp_path))[0] == 1
    assert run("query", str(tmp_path / "nothing.rq"))[0] == 1


@pytest.mark.parametrize(
    "text",
    [
        '[{"type":"Activation","subj":{"name":"a","db_refs":{}},"obj":{"name":"b","db_refs":{}},"evidence":[1]}]',
        '[{"type":"Activation","subj":{"name":"a","db_refs":{}},"obj":{"name":"b","db_refs":{}},"evidence":5}]',
        '[{"type":"Activation","n":' + "9" * 5000 + "}]",
        "[" * 100_000,
        '[{"type":"Activation","subj":{"name":"\\ud800","db_refs":{}},"obj":{"name":"b","db_refs":{}}}]',
    ],
    ids=["evidence is a number", "evidence is no list", "digits", "brackets", "half a character"],
)
def test_malformed_indra(text: str, tmp_path: Path) -> None:
    (tmp_path / "e.json").write_text(text)
    code, said = run("import", "indra", str(tmp_path / "e.json"), "-o", str(tmp_path / "g"))
    assert code == 1
    assert "e.json" in said


def test_ids_that_no_iri_holds(tmp_path: Path) -> None:
    (tmp_path / "i.sif").write_text('A:1\tinhibits\tB"<>{}:x\n')
    assert run("import", "sif", str(tmp_path / "i.sif"), "-o", str(tmp_path / "g"))[0] == 0
    target = tmp_path / "g.nt"
    assert run("--graph", str(tmp_path / "g"), "export", "ntriples", "-o", str(target))[0] == 0
    assert "B%22%3C%3E%7B%7D:x" in target.read_text()


@pytest.mark.parametrize("arguments", [("--damping", "nan"), ("--time-limit", "nan")])
def test_no_number_is_a_message(arguments: tuple[str, str]) -> None:
    code, said = run("paths", "MSC", "EAE", *arguments)
    assert code in (1, 2)
    assert "nan" in said


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "ascii"])
@pytest.mark.parametrize("arguments", [("show", "IFN-γ"), ("stats", "--json")])
def test_a_code_page_that_lacks_a_character(encoding: str, arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mscgraph", *arguments],
        env={**os.environ, "PYTHONIOENCODING": encoding}, capture_output=True, check=False, timeout=LIMIT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode("utf-8" if encoding == "ascii" else encoding)
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [("stats",), ("findings", "--json"), ("export", "sif", "-o", "-")]
)
def test_a_full_disk_behind_standard_output(arguments: tuple[str, ...]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mscgraph", *arguments],
            stdout=full, stderr=subprocess.PIPE, check=False, timeout=LIMIT,
        )  # fmt: skip
    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_no_name_commands_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with safe_streams():
        print("a\x1b[2Jb\x9bc\u202ed\te\n", end="")
        print("\x1b]0;title\x07", file=sys.stderr)
        print_json({"name": "\x1b[31m"})
    out, err = capsys.readouterr()
    assert out.startswith("a\\u001B[2Jb\\u009Bc\\u202Ed\te\n")
    assert err == "\\u001B]0;title\\u0007\n"
    assert "\x1b" not in out


@pytest.mark.parametrize("form", ["graphml", "gexf", "gml"])
def test_networkx_writes_the_graph_in_its_own_formats(form: str, kg: mg.KnowledgeGraph) -> None:
    import networkx as nx

    target = io.BytesIO()
    getattr(nx, f"write_{form}")(mg.to_networkx(kg), target)
    assert target.getvalue()


def test_records_and_graphs_pickle_on_every_load(kg: mg.KnowledgeGraph) -> None:
    for graph in (mg.load(), mg.load()):
        answer = mg.find_paths(graph, "MSC", "Treg", k=1, max_length=1)
        for thing in (graph, answer, next(iter(graph.associations.values()))):
            assert type(pickle.loads(pickle.dumps(thing))) is type(thing)


@pytest.mark.parametrize("line", ["[" * 100_000, '{"id": ' + "9" * 10_000 + "}"])
def test_records_nested_or_long_beyond_reason(line: str, tmp_path: Path) -> None:
    mg.export(small.graph(), "kgx-jsonl", tmp_path / "k")
    (tmp_path / "k/nodes.jsonl").write_text(line + "\n")
    with pytest.raises(mg.DataError, match="broken JSON"):
        mg.read_kgx(tmp_path / "k")
