"""The command line is a contract: every command is helped, documented, run, and clear about wrong input."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.cli.main import COMMANDS
from mscgraph.graph import KnowledgeGraph


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=text)


def ok(*arguments: str, text: str | None = None) -> str:
    result = run(*arguments, text=text)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def some_association(kg: KnowledgeGraph) -> str:
    return next(iter(kg.associations))


@pytest.fixture(scope="module")
def reference() -> str:
    """Made in a fresh interpreter: click keeps a command's help option as its first caller saw it."""
    return subprocess.run(
        [sys.executable, "-m", "mscgraph.cli.reference"],
        capture_output=True, text=True, encoding="utf-8", env=os.environ | {"PYTHONUTF8": "1"},
        check=True,
    ).stdout  # fmt: skip


def test_every_command_shows_an_example_and_the_reference_is_up_to_date(
    root: Path, reference: str
) -> None:
    for section in reference.split("\n#")[1:]:
        name = section.split("mscgraph", 1)[1].splitlines()[0].strip()
        assert re.search(rf"```sh\n(.*\n)*.*mscgraph .*{name}", section), f"an example for {name!r}"
    for command in COMMANDS:
        assert f"\n## mscgraph {command}\n" in reference
    written = (root / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert written == reference, (
        "write it again: python -m mscgraph.cli.reference > docs/command-line.md"
    )


def test_commands_about_paths_share_their_options(reference: str) -> None:
    sections = {s.split("\n")[0].split()[-1]: s for s in reference.split("\n## ")[1:]}
    shared = re.findall(r"^\| `--(?:via|avoid|taxon|since|category|damping|exact|time-limit).*$",
                        sections["paths"], re.MULTILINE)  # fmt: skip
    assert len(shared) == 8
    asked = "explain block mediators loops upstream downstream mine page export"
    for name in asked.split():
        found = [line for line in sections[name].splitlines() if line in shared]
        assert found == shared, name


def test_help_lists_every_command() -> None:
    text = ok("--help")
    assert all(re.search(rf"^  {command}\b", text, re.MULTILINE) for command in COMMANDS)
    assert ok("--version").strip().endswith(mg.__version__)


def test_module_and_script_are_one() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mscgraph", "anchor", "a"], capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == mg.anchor("a")


@pytest.mark.parametrize(
    "arguments",
    [
        ("stats", "--json"),
        ("find", "IDO", "--json"),
        ("show", "MSC", "--json"),
        ("findings", "--object", "Treg", "--json"),
        ("findings", "--object", "Treg", "--format", "json"),
        ("associations", "--subject", "MSC", "--json"),
        ("paths", "MSC", "Th17 cell", "--json"),
        ("paths", "MSC", "Th17 cell", "--as-graph", "--json"),
        ("block", "MSC", "Treg", "--without", "IDO1", "--max-length", "2", "--json"),
        ("mediators", "MSC", "Treg", "--max-length", "2", "--json"),
        ("loops", "IL-10", "--max-length", "3", "--json"),
        ("upstream", "Treg", "--max-length", "2", "--json"),
        ("downstream", "IDO1", "--max-length", "2", "--json"),
        ("conflicts", "--json"),
        ("query", "--list", "--json"),
        ("query", "--name", "csf-marker", "--json"),
        ("validate", "--json"),
        ("anchor", "a", "--json"),
        ("curate", "gaps", "--json"),
        ("curate", "gaps", "--kind", "no_assay", "--json"),
        ("curate", "duplicates", "--json"),
        ("curate", "review", "--json", "--next", "2"),
    ],
)
def test_json_is_json(arguments: tuple[str, ...]) -> None:
    json.loads(ok(*arguments))


def test_stats_count_what_is_there(kg: KnowledgeGraph) -> None:
    counts = json.loads(ok("stats", "--json"))
    assert counts["findings"] == len(kg.findings) == sum(counts["by_predicate"].values())
    assert counts["associations"] == sum(counts["by_grade"].values())
    assert "findings" in ok("stats")


def test_find_and_show() -> None:
    assert "CXCL12" in ok("find", "sdf-1")
    assert "CXCL12" in ok("show", "SDF-1")
    nothing = run("find", "zzzzzz")
    assert nothing.exit_code == 0
    assert "Nothing is called" in nothing.stderr


def test_findings_as_tsv_are_the_rows_of_the_tables(kg: KnowledgeGraph) -> None:
    lines = ok("findings", "--format", "tsv").splitlines()
    assert len(lines) == len(kg.findings) + 1
    assert lines[0].split("\t")[0] == "id"


def test_evidence_shows_both_sides(some_association: str) -> None:
    text = ok("evidence", some_association)
    assert "for:" in text
    assert "AGAINST:" in text
    assert json.loads(ok("evidence", some_association, "--json"))["id"] == some_association


def test_paths_in_words_and_as_json_agree(kg: KnowledgeGraph) -> None:
    arguments = ("paths", "MSC", "Th17 cell", "--effect", "decrease", "-k", "2", "--max-length", "3")
    value = json.loads(ok(*arguments, "--json"))
    expected = mg.find_paths(kg, "MSC", "Th17 cell", effect="decrease", k=2, max_length=3)
    assert value == json.loads(json.dumps(expected.to_dict()))
    text = ok(*arguments)
    for route in value["routes"]:
        assert all(step["association"] in text for step in route["paths"][0]["steps"])
    assert "References" in text


def test_query_from_standard_input() -> None:
    assert ok("query", "-", text="ASK { CL:0000134 a mscgraph:Entity }").strip() == "yes"
    assert "MSC" in ok("query", "-", text="SELECT ?n WHERE { CL:0000134 rdfs:label ?n }")
    assert "@prefix" in ok("query", "-", text="CONSTRUCT WHERE { ?s rdfs:subClassOf ?o }")


@pytest.mark.parametrize("form", ["turtle", "trig", "nquads", "ntriples", "jsonld"])
def test_export_to_a_file_and_to_standard_output(form: str, tmp_path: Path) -> None:
    target = tmp_path / "out"
    ok("export", form, "-o", str(target))
    result = run("export", form, "-o", "-")
    assert result.stdout_bytes == target.read_bytes()


def test_format_and_validate_are_clean() -> None:
    assert "No problem" in ok("validate")
    assert "canonical" in ok("format", "--check")


def test_verify_tells_found_from_missing(kg: KnowledgeGraph, tmp_path: Path) -> None:
    text = tmp_path / "abstract.txt"
    text.write_text("Nothing of the kind stands here.", encoding="utf-8")
    result = run("verify", "PMID:1", "--text", str(text))
    assert result.exit_code == 1
    assert "MISSING" in result.output


def test_draft_prints_rows_to_judge(tmp_path: Path) -> None:
    text = tmp_path / "abstract.txt"
    text.write_text("MSCs did not inhibit B cells.", encoding="utf-8")
    arguments = ("curate", "draft", "--publication", "PMID:9", "--text", str(text))
    header, row = (line.split("\t") for line in ok(*arguments).splitlines())
    cells = dict(zip(header, row, strict=True))
    assert (cells["predicate"], cells["object"]) == ("has_no_effect_on", "CL:0000236")
    assert cells["id"] == cells["statement"] == "?"
    assert cells["anchor"] == mg.anchor("MSCs did not inhibit B cells.")
    assert [one["cue"] for one in json.loads(ok(*arguments, "--json"))] == ["inhibit"]


def test_gaps_and_duplicates_in_words() -> None:
    assert "acts on nothing" in ok("curate", "gaps", "--kind", "mediator_without_target")
    assert ok("curate", "duplicates").startswith("kind")


def test_review_lists_without_an_orcid(kg: KnowledgeGraph) -> None:
    text = ok("curate", "review", "--topic", "clinical.tsv", "--next", "3")
    assert len(text.splitlines()) == 4
    first = mg.unreviewed(kg, "clinical")[0]
    assert first.id in text
    assert f"clinical.tsv:{kg.places[first.id].line}" in text


@pytest.mark.slow
def test_review_signs_what_a_human_says_is_right(copy: Path) -> None:
    folder = copy
    first, second, *_ = mg.unreviewed(mg.load(folder), "clinical")
    review = ("--ontology", str(folder), "curate", "review", "--topic", "clinical")
    result = run(*review, "--orcid", "0000-0002-1825-0097", text="perhaps\nn\ny\nskip\nquit\n")
    assert result.exit_code == 0, result.output
    assert first.statement in result.output
    assert f"clinical.tsv:{mg.load(folder).places[first.id].line}" in result.output
    assert "https://" in result.output
    after = mg.load(folder)
    assert after.findings[second.id].reviewed_by == "ORCID:0000-0002-1825-0097"
    assert sum(bool(f.reviewed_by) for f in after.findings.values()) == 1


def test_diff_tells_what_changed(default_ontology: Path, copy: Path) -> None:
    assert "Nothing changed" in ok("diff", str(default_ontology.parent), str(copy))
    table = copy / "curation" / "findings" / "reviews.tsv"
    lines = table.read_text(encoding="utf-8").splitlines()
    row = next(line for line in lines if "\tHGNC:7739\t" in line)
    table.write_text("".join(f"{line}\n" for line in lines if line != row), encoding="utf-8")
    text = ok("diff", str(default_ontology), str(copy))
    assert "findings: 0 added, 0 changed, 1 withdrawn" in text
    assert f"- {row.split(chr(9))[0]}" in text
    assert "question csf-marker: 0 row(s) gained, 1 lost" in text
    value = json.loads(ok("diff", str(copy), str(default_ontology), "--json"))
    assert [change["what"] for change in value["findings"]] == ["added"]


# -- wrong input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("paths", "MSC", "Th71"), 1, "No entity is called 'Th71'. Did you mean"),
        (("show", "zzzzzz"), 1, "No entity is called"),
        (("evidence", "MSCGA:0"), 1, "No association has the id"),
        (("findings", "--system", "EAEE"), 1, "No system is called 'EAEE'. Did you mean: EAE"),
        (("findings", "--publication", "0"), 1, "No publication is known"),
        (("paths", "MSC", "Treg", "--min-grade", "Q"), 1, "Did you mean: A, B, C, D"),
        (("paths", "MSC", "Treg", "--effect", "up"), 2, "'increase', 'decrease'"),
        (("paths", "MSC", "Treg", "--max-length", "99"), 2, "1<=x<=8"),
        (("paths", "MSC", "Treg", "--predicate", "increeses"), 1, "Did you mean: increases"),
        (("block", "MSC", "Treg"), 2, "Missing option '--without'"),
        (("block", "MSC", "Treg", "--without", "IDO9"), 1, "No entity is called 'IDO9'"),
        (("loops", "MSC", "--kind", "odd"), 2, "'reinforcing', 'damping'"),
        (("export", "turtel", "-o", "-"), 1, "Did you mean: turtle"),
        (("export", "turtle", "-o", "/nowhere/x.ttl"), 1, "does not exist"),
        (("query",), 2, "Give a FILE, or --name, or --list"),
        (("query", "--name", "nonsense"), 1, "No stored question"),
        (("query", "--name", "csf-marker", "--set", "marker"), 2, "PARAMETER=VALUE"),
        (("query", "--name", "csf-marker", "--set", "x=y"), 1, "has no parameter x"),
        (("verify", "PMID:0", "--text", __file__), 1, "No publication is known"),
        (("anchor", "..."), 2, "no letter or digit"),
        (("curate", "draft", "--publication", "PMID:0", "--text", __file__), 1, "No publication"),
        (("curate", "draft", "--publication", "x", "--text", "/nowhere"), 2, "does not exist"),
        (("curate", "draft", "--text", __file__), 2, "--publication"),
        (("curate", "drafts"), 2, "drafts"),
        (("curate", "gaps", "--kind", "animals_only"), 1, "Did you mean: animal_only"),
        (("curate", "review", "--topic", "clinicall"), 1, "Did you mean: clinical"),
        (("curate", "review", "--orcid", "0000-0002-1825-0098"), 1, "its last digit should be 7"),
        (("curate", "review", "--orcid", "agent:me"), 1, "is no ORCID"),
        (("curate", "review", "--orcid", "0000-0002-1825-0097", "--json"), 2, "one of the two"),
        (("curate", "review", "--next", "0"), 2, "x>=1"),
        (("diff", "/nowhere", "/nowhere"), 1, "neither a folder nor a file"),
        (("diff", __file__, __file__), 1, "unknown suffix '.py'"),
        (("diff", "/tmp"), 2, "NEW"),
        (("pahts",), 2, "Did you mean: paths"),
        (("page", "-o", "/nowhere/x.html"), 1, "does not exist"),
        (("page", "-o", "x", "--focus", "MSC", "--paths", "MSC", "Treg"), 2, "not both"),
    ],
)
def test_wrong_input_gets_a_clear_sentence(arguments: tuple[str, ...], code: int, said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_a_text_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    text = tmp_path / "abstract.txt"
    text.write_bytes(b"MSC \xff")
    for command in (("verify", "PMID:9"), ("curate", "draft", "--publication", "PMID:9")):
        result = run(*command, "--text", str(text))
        assert result.exit_code == 1
        assert "abstract.txt: not UTF-8 at byte 4" in result.stderr


def test_a_broken_query_says_where(tmp_path: Path) -> None:
    result = run("query", "-", text="SELECT ?s WHERE {\n?s ?p }")
    assert result.exit_code == 1
    assert "does not parse" in result.stderr
    assert "2:" in result.stderr


def test_a_malformed_row_is_named_by_file_line_and_column(copy: Path) -> None:
    table = copy / "curation" / "findings" / "reviews.tsv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("\tyes\t", "\tperhaps\t", 1), encoding="utf-8"
    )
    result = run("--ontology", str(copy), "stats")
    assert result.exit_code == 1
    assert re.search(r"reviews\.tsv:\d+: column readout: 'perhaps'", result.stderr)


def test_a_closed_pipe_is_no_error() -> None:
    script = f"{sys.executable} -m mscgraph findings --format tsv | head -1"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("id\t")
    assert "Traceback" not in done.stderr
