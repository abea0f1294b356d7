"""RDF that comes back: compressed, of unknown prefixes, with a line lost, or made to break a parser."""

import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest

import mscgraph as mg
from mscgraph.model import Entity
from mscgraph.rdf.formats import FORMATS, serialize
from mscgraph.rdf.limits import check_nesting

DEEP = 100_000
SUFFIXES = {
    "turtle": ".ttl", "trig": ".trig", "ntriples": ".nt", "nquads": ".nq", "rdfxml": ".rdf",
    "jsonld": ".jsonld",
}  # fmt: skip


@pytest.fixture(scope="module")
def some(kg: mg.KnowledgeGraph) -> mg.KnowledgeGraph:
    return mg.keep_matching(kg, object="Treg")


def test_compressed_rdf_is_read(some: mg.KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "a.ttl.gz").write_bytes(gzip.compress(serialize(some, "turtle")))
    assert mg.read_rdf(tmp_path / "a.ttl.gz").findings == some.findings


def test_an_id_of_an_unregistered_prefix_comes_back(some: mg.KnowledgeGraph, tmp_path: Path) -> None:
    text = serialize(some, "ntriples").decode()
    entity = next(iter(some.entities))
    label = next(
        line for line in text.splitlines() if some.entities[entity].name in line and "label" in line
    )
    iri = label.split(" ")[0]
    (tmp_path / "a.nt").write_text(text.replace(iri, "<https://bioregistry.io/OMIM:147%3C570>"))
    got = mg.read_rdf(tmp_path / "a.nt")
    assert isinstance(got.entities["OMIM:147<570"], Entity)
    assert b"https://bioregistry.io/OMIM:147%3C570" in serialize(got, "ntriples")


LOST = [
    "#type> <https://w3id.org/mscgraph/vocab/Finding>",
    "#type> <https://w3id.org/mscgraph/vocab/Entity>",
    "#type> <https://w3id.org/biolink/vocab/Publication>",
    "#type> <https://w3id.org/biolink/vocab/Cell>",
    "/publication> ", "/study_design> ", "/curated_by> ", "/statement> ", "/reports> ", "#subject> ",
    "#object> ", "/aspect> ", "rdf-schema#label> ", "/status> ",
]  # fmt: skip


@pytest.mark.parametrize("what", LOST)
def test_a_lost_line_is_told(what: str, some: mg.KnowledgeGraph, tmp_path: Path) -> None:
    lines = serialize(some, "nquads").decode().splitlines(keepends=True)
    of_records = [n for n, line in enumerate(lines) if what in line and "graph/ontology" not in line]
    place = of_records[len(of_records) // 2]
    (tmp_path / "a.nq").write_text("".join(lines[:place] + lines[place + 1 :]))
    with pytest.raises(mg.DataError):
        mg.read_rdf(tmp_path / "a.nq")


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_line_is_lost_in_silence(form: str, kg: mg.KnowledgeGraph, tmp_path: Path) -> None:
    lines = serialize(kg, form).splitlines(keepends=True)
    file = tmp_path / f"a{SUFFIXES[form]}"
    refused = 0
    for place in range(len(form), len(lines), len(lines) // 60):
        file.write_bytes(b"".join([*lines[:place], *lines[place + 1 :]]))
        try:
            read = mg.read_rdf(file)
        except mg.DataError as error:
            refused += file.name in str(error)
        else:
            assert read == kg, lines[place]
    assert refused > 20


def test_the_number_of_values_is_told(kg: mg.KnowledgeGraph, tmp_path: Path) -> None:
    lines = serialize(kg, "ntriples").decode().splitlines(keepends=True)
    dose = next(line for line in lines if "/vocab/dose>" in line and "/finding/" in line)
    (tmp_path / "a.nt").write_text("".join(line for line in lines if line != dose))
    with pytest.raises(
        mg.DataError, match=r"a\.nt: MSCGF:\d+ has (\d+) values where .* says (?!\1)\d+: a line"
    ):
        mg.read_rdf(tmp_path / "a.nt")


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".ttl", "<a:a> <b:b> " + "[<c:c> " * DEEP + "1" + "]" * DEEP + " ."),
        (".ttl", "<a:a> <b:b> " + "(" * DEEP + ")" * DEEP + " ."),
        (".ttl", "<a:a> <b:b> " + "<<( <a:a> <b:b> " * DEEP + "1" + " )>>" * DEEP + " ."),
        (".nt", "<a:a> <b:b> " + "<<( <a:a> <b:b> " * DEEP + '"1"' + " )>>" * DEEP + " .\n"),
        (".jsonld", '{"http://a/b":' * DEEP + "1" + "}" * DEEP),
        (".jsonld", "[" * DEEP + "]" * DEEP),
        (".rdf", "<a><b>" * DEEP + "</b></a>" * DEEP),
        (".rdf", '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><r>&b;</r>'),
        (".rdf", '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]><r>&a;</r>'),
    ],
    ids=[
        "blank nodes",
        "lists",
        "triples",
        "triples in lines",
        "objects",
        "arrays",
        "elements",
        "laughs",
        "file",
    ],
)
def test_what_would_break_a_parser_is_refused(suffix: str, text: str, tmp_path: Path) -> None:
    (tmp_path / f"deep{suffix}").write_text(text)
    with pytest.raises(mg.DataError, match=r"nested|entities"):
        mg.read_rdf(tmp_path / f"deep{suffix}")


def test_brackets_in_texts_are_no_nesting() -> None:
    text = b'<a:a> <b:(> "' + b"(" * 1000 + b'" . # ((((\n' * 300
    check_nesting(text, ox.RdfFormat.TURTLE, "x")
    check_nesting(b'["' + b"[" * 1000 + b'"]', ox.RdfFormat.JSON_LD, "x")


@pytest.mark.parametrize(
    "name", ["folder.ttl", "gone.ttl", "damaged.ttl.gz", "cut.ttl.gz", "text.ttl", "a.odd"]
)
def test_files_that_cannot_be_read(name: str, some: mg.KnowledgeGraph, tmp_path: Path) -> None:
    whole = gzip.compress(serialize(some, "turtle"))
    (tmp_path / "folder.ttl").mkdir()
    (tmp_path / "damaged.ttl.gz").write_bytes(whole[:500] + bytes(100) + whole[600:])
    (tmp_path / "cut.ttl.gz").write_bytes(whole[:-100])
    (tmp_path / "text.ttl").write_bytes(b"\xff\xfe<")
    with pytest.raises(mg.DataError, match=name.split(".", maxsplit=1)[0]):
        mg.read_rdf(tmp_path / name)
