"""Papers, quotes, line ends and confidence as other programs write them; and the rules of merging."""

import csv
from itertools import permutations
from pathlib import Path

import pytest

import mscgraph as mg
from tests.code.cases.small_files import kgx, signor, table, take


@pytest.mark.parametrize(
    ("cell", "papers"),
    [
        ("10704462", {"PMID:10704462"}),
        ("10704462.0", {"PMID:10704462"}),
        ("PMID:1;PMID:2", {"PMID:1", "PMID:2"}),
        ("1, 2", {"PMID:1", "PMID:2"}),
        ("PMC3031234", {"PMC:PMC3031234"}),
        ("doi:10.1016/S0140-6736(08)61620-X", {"DOI:10.1016/S0140-6736(08)61620-X"}),
        ("https://doi.org/10.1002/x;2-y", {"DOI:10.1002/x;2-y"}),
        ("https://pubmed.ncbi.nlm.nih.gov/77/", {"PMID:77"}),
        ("Other", set()),
        ("nan", set()),
    ],
)
def test_papers_by_any_id(cell: str, papers: set[str], tmp_path: Path) -> None:
    done = signor(tmp_path / "s.tsv", {"PMID": cell})
    assert done.papers == papers
    assert bool({"paper without an id that is known", "no value"} & set(done.notes)) == (not papers)
    assert kgx(tmp_path / "g", [], {"publications": cell}).papers == papers


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
@pytest.mark.parametrize("sentence", ['"one" two', "one\ntwo", "a\tb", 'it said ""', "plain"])
def test_quoted_cells_as_pandas_and_r_write_them(quoting: int, sentence: str, tmp_path: Path) -> None:
    done = signor(
        tmp_path / "s.tsv", {"SENTENCE": sentence}, {"EFFECT": "down-regulates"}, quoting=quoting
    )
    assert {a.predicate for a in done.kg.associations.values()} == {"increases", "decreases"}


@pytest.mark.parametrize("cell", ['"one" two', '"one', 'one"', '"'])
def test_a_cell_that_begins_with_a_quote(cell: str, tmp_path: Path) -> None:
    """miller#922: the quote is a letter."""
    done = signor(tmp_path / "ok.tsv", {"SENTENCE": "here"}, {"SENTENCE": "here", "PMID": "2"})
    text = (tmp_path / "ok.tsv").read_text(encoding="utf-8").replace("here", cell)
    (tmp_path / "s.tsv").write_text(text, encoding="utf-8")
    assert take("signor", tmp_path / "s.tsv").papers == done.papers == {"PMID:1", "PMID:2"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str, tmp_path: Path) -> None:
    """AudiAnnotate#202: Excel for Mac ends lines with a lone CR, and every row was lost."""
    signor(tmp_path / "ok.tsv", {"PMID": "1"}, {"PMID": "2"})
    text = (tmp_path / "ok.tsv").read_text(encoding="utf-8").replace("\n", end)
    (tmp_path / "s.tsv").write_bytes(text.encode())
    assert take("signor", tmp_path / "s.tsv").papers == {"PMID:1", "PMID:2"}


@pytest.mark.parametrize(
    ("confidence", "same"), [("", True), ("0.95", True), ("0.2", False), ("high", False), ("nan", True)]
)
def test_a_mapping_of_low_confidence_is_no_identity(
    confidence: str, same: bool, tmp_path: Path
) -> None:
    row = {
        "subject_id": "X:1", "predicate_id": "skos:exactMatch", "object_id": "HGNC:5438",
        "mapping_justification": "semapv:LexicalMatching", "confidence": confidence,
    }  # fmt: skip
    table(tmp_path / "m.tsv", [row])
    done = take("sssom", tmp_path / "m.tsv")
    assert ("X:1" in done.kg.entities) == same
    assert ("mapping of low confidence" in done.notes) == (not same)


IFNG = {"id": "HGNC:5438", "name": "IFNG", "category": "biolink:Protein"}


@pytest.mark.parametrize(
    ("nodes", "united"),
    [
        ([{"id": "NCBIGene:3458", "category": "biolink:Gene", "xref": "HGNC:5438"}], 1),
        ([{"id": "NCBIGene:3458", "category": "biolink:NamedThing", "xref": "HGNC:5438"}], 1),
        ([{"id": "OMIM:609135", "category": "biolink:Disease", "xref": "HGNC:5438"}], 0),
        (
            [
                {"id": "ENSEMBL:1", "category": "biolink:Gene", "xref": "HGNC:5438"},
                {"id": "OMIM:147570", "category": "biolink:Gene", "xref": "HGNC:5438"},
            ],
            0,
        ),
        (
            [
                {"id": "ENSEMBL:1", "category": "biolink:Gene", "xref": "HGNC:5438"},
                {"id": "OMIM:609135", "category": "biolink:Disease", "xref": "HGNC:5438"},
            ],
            1,
        ),
    ],
)
def test_only_what_can_be_one_thing_meets_in_any_order(
    nodes: list[dict[str, str]], united: int, tmp_path: Path
) -> None:
    """RTX-KG2#49, SciGraph#247, dipper#540: a disease became IFN-γ, or not, by the order."""
    graphs = [
        kgx(tmp_path / "a", [IFNG]).folder,
        kgx(tmp_path / "b", nodes, {"subject": nodes[0]["id"]}).folder,
    ]
    for number, order in enumerate(permutations(graphs)):
        done = mg.merge_graphs(order, tmp_path / f"m{number}")
        kg = mg.open_graph(done.folder)
        held = {e.id for e in kg.entities.values()}
        assert (
            sum(node["id"] in held for node in nodes) + ("HGNC:5438" in held) == len(nodes) + 1 - united
        )
        notes = {note.kind for note in done.notes}
        if not united:
            assert notes & {
                "same cross-reference, other kind of thing",
                "several entities that cross-reference one",
                "cross-references of several entities",
            }


def test_records_of_one_id_that_differ_are_reported(tmp_path: Path) -> None:
    nodes = [
        {"id": "HGNC:5438", "name": "IFNG", "category": "biolink:Gene"},
        {"id": "HGNC:5438", "name": "interferon", "category": "biolink:Disease"},
    ]
    assert kgx(tmp_path / "g", nodes).notes["records of one id differ"] == 4


def test_a_report_never_overwrites_what_is_imported(tmp_path: Path) -> None:
    file = tmp_path / "n.sif"
    file.write_text("MSC\tlikes\tCXCL9\n")
    with pytest.raises(mg.OutputError, match="would overwrite"):
        mg.import_graph("sif", [file], tmp_path / "g", report=tmp_path / "." / "n.sif")
    assert file.read_text() == "MSC\tlikes\tCXCL9\n"
