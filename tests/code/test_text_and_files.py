"""CURIEs, anchors, and writing whole or not at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.errors import CurieError
from mscgraph.files import write_whole
from mscgraph.graph import KnowledgeGraph
from mscgraph.text.anchors import anchor, anchors_in
from mscgraph.text.curie import Prefixes, split_curie


@pytest.mark.parametrize("wrong", ["CL", "CL:", ":1", "CL: 1", ""])
def test_what_is_no_curie_is_refused(wrong: str) -> None:
    with pytest.raises(CurieError, match="is not a CURIE"):
        split_curie(wrong)


def test_an_unknown_prefix_is_named() -> None:
    with pytest.raises(CurieError, match="unknown prefix 'XX'"):
        Prefixes({}).expand("XX:1")


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="%"), min_size=1))
def test_curies_survive_the_round_trip(local: str) -> None:
    prefixes = Prefixes({"DOI": "https://doi.org/"})
    iri = prefixes.expand(f"DOI:{local}")
    assert not set(iri) & set('<>"{}|\\^`')
    assert prefixes.contract(iri) == f"DOI:{local}"


def test_the_longest_namespace_wins(kg: KnowledgeGraph) -> None:
    for curie in (*kg.entities, *kg.publications, *kg.findings, *kg.associations):
        assert kg.prefixes.contract(kg.prefixes.expand(curie)) == curie


@given(st.text(), st.sampled_from([" ", "  ", "-", "\n", "/", " ."]))
def test_an_anchor_is_blind_to_typography(text: str, between: str) -> None:
    assert anchor(text.replace(" ", between) + ".") == anchor(text.replace(between, " "))


def test_an_anchor_is_made_as_written_down() -> None:
    # "mscs inhibit th17 cells", by sha256sum
    assert anchor("MSCs inhibit Th17-cells.") == "de72980275d8ea19"


def test_sentences_are_found_whatever_ends_them() -> None:
    text = "RESULTS: MSC lowered IL-17 (P < .05) vs. controls. It fell again.\nConclusion: none"
    found = anchors_in(text)
    for sentence in ("MSC lowered IL-17 (P < .05) vs. controls.", "It fell again.", "none"):
        assert anchor(sentence) in found
    assert anchor("MSC raised IL-17") not in found


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.ttl"
    write_whole(target, b"old")

    def fail(self: Path, other: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(mg.OutputError, match="No space left"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_targets_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(mg.OutputError, match="is a folder"):
        write_whole(tmp_path, b"")
    with pytest.raises(mg.OutputError, match="does not exist"):
        write_whole(tmp_path / "nowhere" / "x", b"")
