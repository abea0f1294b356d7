"""The papers as RIS and CSL-JSON, read by others."""

import json
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import rispy

from mscgraph.errors import DataError
from mscgraph.export import export
from mscgraph.graph import KnowledgeGraph

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from citeproc.source.json import CiteProcJSON

HOSTILE = '<i>"Quoted"</i> \\ back\\slash & {braces} ER  - TY  - 😀 é'


def cited(kg: KnowledgeGraph) -> list[str]:
    return sorted({finding.publication for finding in kg.findings.values()})


def test_ris_comes_back(kg: KnowledgeGraph, tmp_path: Path) -> None:
    entries = rispy.loads(export(kg, "ris", tmp_path / "p.ris").target.read_text(encoding="utf-8"))
    assert [entry["id"] for entry in entries] == cited(kg)
    for entry in entries:
        paper = kg.publications[entry["id"]]
        assert entry.get("title", "") == paper.title
        assert entry.get("journal_name", "") == paper.journal
        assert entry.get("year", "") == paper.year
        assert entry.get("doi", "") == paper.doi
        assert entry.get("custom2", "") == paper.pmcid
        assert entry.get("accession_number", "") == (paper.pmid and f"PMID:{paper.pmid}")
        assert entry["urls"] == [paper.url]
        assert entry["authors"] == ["Tester, A."]


def test_csl_comes_back(kg: KnowledgeGraph, tmp_path: Path) -> None:
    items = json.loads(export(kg, "csl-json", tmp_path / "p.json").target.read_bytes())
    assert [item["id"] for item in items] == cited(kg)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # citeproc warns of a field or type that it does not know
        read = CiteProcJSON(items)
    for key in cited(kg):
        paper, entry = kg.publications[key], read[key.lower()]
        assert str(entry.get("title", "")) == paper.title
        assert str(entry.get("container_title", "")) == paper.journal
        assert str(entry["issued"].year if "issued" in entry else "") == paper.year
        assert [(name.family, name.given) for name in entry["author"]] == [("Tester", "A.")]


def test_hostile_titles(rename: Callable[[str], KnowledgeGraph], tmp_path: Path) -> None:
    small = rename(HOSTILE)
    entries = rispy.loads(export(small, "ris", tmp_path / "p.ris").target.read_text(encoding="utf-8"))
    assert [entry["title"] for entry in entries] == [HOSTILE] * len(cited(small))
    items = json.loads(export(small, "csl-json", tmp_path / "p.json").target.read_bytes())
    assert {item["title"] for item in items} == {HOSTILE}


def test_a_line_break_is_refused(rename: Callable[[str], KnowledgeGraph], tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line break"):
        export(rename("one\nER  - "), "ris", tmp_path / "p.ris")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("form", "text"), [("ris", ""), ("csl-json", "[]\n")])
def test_an_empty_graph(kg: KnowledgeGraph, form: str, text: str, tmp_path: Path) -> None:
    nothing = kg.keep_findings(lambda finding: False)
    done = export(nothing, form, tmp_path / "p")
    assert done.target.read_text(encoding="utf-8") == text
    assert [loss.field for loss in done.losses] == ["Entity"]


@pytest.mark.parametrize("form", ["ris", "csl-json"])
def test_two_builds_are_the_same_bytes(kg: KnowledgeGraph, form: str, tmp_path: Path) -> None:
    one, two = (export(kg, form, tmp_path / name).target.read_bytes() for name in ("one", "two"))
    assert one == two
