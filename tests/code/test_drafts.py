"""Drafts: names and relation words are found in a text, and what they propose is left to judge."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.curate import draft_row
from mscgraph.curate.matching import Matcher, sentences
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import Finding
from mscgraph.tables.optional_tables import read_cues
from mscgraph.text.anchors import anchors_in

PAPER = "PMID:9"


def said(kg: KnowledgeGraph, text: str) -> set[tuple[str, str, str, str]]:
    return {
        (kg.name(d.subject), d.predicate, kg.name(d.object), d.aspect)
        for d in mg.draft(kg, PAPER, text)
    }


# -- matching ---------------------------------------------------------------------------------------

NAMES = {
    "IL-1": "IL-1", "IL-17": "IL-17", "IL-6": "IL-6", "TNF-alpha": "TNF", "MS": "MS", "NET": "NET",
    "cat": "cat", "T cell": "T cell", "CD4+ T cell": "CD4 T cell", "indoleamine 2,3-dioxygenase": "IDO",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TNFα, TNF-α and TNF alpha", ["TNF", "TNF", "TNF"]),
        ("CD4+ T cells", ["CD4 T cell"]),
        ("T cells, not beT cells", ["T cell"]),
        ("IL6 but not il-6", ["IL-6"]),
        ("ms of a net, MS and a NET", ["MS", "NET"]),
        ("a cat, no CAT", ["cat"]),
        ("IL-1 7 days later; IL-1, 7; IL-1 a", ["IL-1"] * 3),
        ("indoleamine-2,3-dioxygenase", ["IDO"]),
        ("TNF; alpha", []),
        ("", []),
    ],
)
def test_names_are_found_as_papers_write_them(text: str, found: list[str]) -> None:
    mentions = Matcher(NAMES.items()).find(text)
    assert [m.value for m in mentions] == found
    assert all(text[m.start : m.end] == m.text for m in mentions)


@given(st.lists(st.sampled_from(sorted(NAMES))))
def test_every_name_in_a_list_is_found(names: list[str]) -> None:
    found = Matcher(NAMES.items()).find("; ".join(names))
    assert [m.value for m in found] == [NAMES[name] for name in names]


@given(st.text(alphabet="IL-1 7αTNFcel+,;", max_size=60))
def test_mentions_never_overlap(text: str) -> None:
    found = Matcher(NAMES.items()).find(text)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_no_name_finds_nothing() -> None:
    assert Matcher([]).find("MSC") == []


def test_sentences_end_where_they_end() -> None:
    text = "RESULTS: MSC (0.5 vs. 2.0) rose\nagain, cf. Fig. 2. It fell (p < .05). il-6 did not."
    assert sentences(text) == [
        "MSC (0.5 vs. 2.0) rose again, cf. Fig. 2.", "It fell (p < .05). il-6 did not."
    ]  # fmt: skip


# -- drafts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("MSCs suppress T cells.", ("MSC", "decreases", "T cell", "?")),
        ("MSC increased the proliferation of Tregs.", ("MSC", "increases", "Treg", "proliferation")),
        ("MSC increased Treg proliferation.", ("MSC", "increases", "Treg", "proliferation")),
        ("PGE2 is secreted by MSCs.", ("MSC", "produces", "PGE2", "?")),
        ("Inhibition of NK cells by PGE2 was seen.", ("PGE2", "decreases", "NK cell", "?")),
        ("MSC did not inhibit B cells.", ("MSC", "has_no_effect_on", "B cell", "?")),
        ("MSC had no effect on B cells.", ("MSC", "has_no_effect_on", "B cell", "?")),
        ("MSC did not secrete IL-10.", ("MSC", "does_not_produce", "IL-10", "?")),
        ("MSCs induced regulatory T cells.", ("MSC", "increases", "Treg", "?")),
        ("MSCs inhibited induced Tregs.", ("MSC", "decreases", "induced Treg", "?")),
        ("Th17 cells were reduced.", ("?", "decreases", "Th17 cell", "?")),
        ("MSC lowered IL-10, restoring B cells.", ("MSC", "decreases", "IL-10", "?")),
        ("Blocking PGE2 restored NK cells.", ("PGE2", "?", "NK cell", "?")),
    ],
)
def test_a_sentence_becomes_a_draft(kg: KnowledgeGraph, text: str, row: tuple[str, ...]) -> None:
    assert row in said(kg, text)


def test_all_things_listed_are_drafted(kg: KnowledgeGraph) -> None:
    rows = said(kg, "MSC inhibited T cells, B cells and NK cells.")
    assert {row[2] for row in rows} == {"T cell", "B cell", "NK cell"}


def test_an_intervention_is_left_to_judge(kg: KnowledgeGraph) -> None:
    (one,) = mg.draft(kg, PAPER, "Neutralizing IL-10 increased T cells.")
    assert one.predicate == "?"
    assert one.judge == ("intervention: Neutralizing",)


@pytest.mark.parametrize(
    "text",
    ["MSC never increased Treg cells.", "MSC don’t increase Treg.", "Nobody saw MSC increase Treg."],
)
def test_every_negation_proposes_the_null_result(kg: KnowledgeGraph, text: str) -> None:
    (one,) = mg.draft(kg, PAPER, text)
    assert one.predicate == "has_no_effect_on"
    assert one.judge[0].startswith("negated: ")


def test_a_negation_behind_a_stop_is_another_matter(kg: KnowledgeGraph) -> None:
    (one,) = mg.draft(kg, PAPER, "Did not die, but MSC inhibited B cells.")
    assert (one.predicate, one.judge) == ("decreases", ())


def test_species_fluid_and_source_are_proposed(kg: KnowledgeGraph) -> None:
    (one,) = mg.draft(kg, PAPER, "In mice, bone marrow-derived MSC increased IL-10 in the CSF.")
    assert kg.name(one.subject) == "MSC"
    assert [kg.name(i) for i in (one.msc_source, one.taxon, one.specimen)] == ["BM-MSC", "mouse", "CSF"]


def test_the_design_is_that_of_the_sentence_not_of_the_paper(kg: KnowledgeGraph) -> None:
    """A paper of experiments in vitro and in EAE: what a sentence does not say is left open."""
    text = (
        "In vitro, MSC inhibited T cells. In mice with EAE, MSC reduced NF-L. In vivo MSC raised IL-10."
    )
    paper = next(p.id for p in kg.publications.values() if p.study_design == "in_vitro")
    rows = [draft_row(kg, one) for one in mg.draft(kg, paper, text)]
    designs = {
        kg.name(row["object"]): row["study_design"] for row in rows if row["subject"][:3] == "CL:"
    }
    assert designs == {"T cell": "in_vitro", "NF-L": "?", "IL-10": "animal_model"}
    assert kg.rubric.is_secondary(kg.publication(PAPER).study_design)
    assert {draft_row(kg, one)["study_design"] for one in mg.draft(kg, PAPER, text)} == {
        kg.publication(PAPER).study_design
    }


def test_what_an_effect_went_through_and_its_numbers_are_proposed(kg: KnowledgeGraph) -> None:
    (one,) = mg.draft(kg, PAPER, "MSC suppressed T cells through PGE2 and IDO1 (n = 10, P = 0.03).")
    row = draft_row(kg, one)
    assert [kg.name(i) for i in row["via"].split("|")] == ["PGE2", "IDO1"]
    assert (row["n"], row["p_value"], kg.name(row["object"])) == ("10", "P = 0.03", "T cell")
    (one,) = mg.draft(kg, PAPER, "Via PGE2, MSC suppressed T cells (n = 10, p < 0.05; n = 8, p = .2).")
    assert (kg.name(one.subject), kg.name(one.via), one.n, one.p_value) == ("MSC", "PGE2", "?", "?")
    (one,) = mg.draft(kg, PAPER, "MSC suppressed T cells.")
    assert (one.via, one.n, one.p_value) == ("", "?", "?")


def test_a_null_result_without_a_subject_is_drafted_with_a_remark(kg: KnowledgeGraph) -> None:
    (one,) = mg.draft(kg, PAPER, "IL-10 was not changed.")
    assert (one.subject, one.predicate, kg.name(one.object)) == ("?", "has_no_effect_on", "IL-10")
    assert one.judge == ("one side is not in the sentence",)


def test_what_the_paper_already_has_is_told(kg: KnowledgeGraph) -> None:
    row = next(
        f for f in kg.find_findings(publication=PAPER, object="NF-L") if f.subject == "CL:0000134"
    )
    (one,) = mg.draft(kg, PAPER, "MSC altered NF-L.")
    assert row.id in one.known


SENTENCES = [
    "RESULTS: MSC inhibited T cells (p < .05) vs. controls.", "PGE2 lowered TNF-α, e.g. in mice.",
    "Nothing is said here.", "IL-10 was secreted by\nMSCs.", "MSC did not inhibit B cells!",
]  # fmt: skip


@settings(deadline=None, max_examples=30)  # each example makes the matcher anew
@given(st.lists(st.sampled_from(SENTENCES), max_size=6), st.sampled_from([" ", "\n", "\n\n"]))
def test_the_anchor_of_a_draft_stands_in_the_text(
    kg: KnowledgeGraph, parts: list[str], between: str
) -> None:
    text = between.join(parts)
    assert {d.anchor for d in mg.draft(kg, PAPER, text)} <= set(anchors_in(text))


def test_an_unknown_paper_is_refused(kg: KnowledgeGraph) -> None:
    with pytest.raises(mg.NotFound, match="No publication"):
        mg.draft(kg, "PMID:0", "MSC inhibited T cells.")


def test_an_unjudged_row_cannot_be_curated(kg: KnowledgeGraph, copy: Path) -> None:
    (one,) = mg.draft(kg, PAPER, "MSC inhibited T cells.")
    row = draft_row(kg, one)
    columns = list(Finding._fields)
    assert list(row) == [*columns, "cue", "judge", "known", "sentence"]
    added = copy / "curation" / "findings" / "zz_draft.tsv"
    for kept in (list(row), columns):
        lines = ("\t".join(kept), "\t".join(row[c] for c in kept))
        added.write_text("\n".join(lines) + "\n", encoding="utf-8")
        assert [p for p in mg.validate(copy) if p.check == "table" and p.file.endswith(added.name)]


def test_a_faulty_cue_is_named_with_its_place(copy: Path) -> None:
    table = copy / "terms" / "cues.tsv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("\tdecreases\t", "\tlowers\t", 1), encoding="utf-8")
    (problem,) = [p for p in mg.validate(copy) if p.check == "table"]
    assert (problem.file, problem.line) == ("ontology/terms/cues.tsv", 2)
    assert "'lowers'" in problem.message


def test_no_form_belongs_to_two_cues() -> None:
    forms = [form for cue in read_cues().values() for form in cue.forms]
    assert len(forms) == len(set(forms))


def test_a_graph_older_than_the_cues_is_still_read(copy: Path) -> None:
    (copy / "terms" / "cues.tsv").unlink()
    assert mg.load(copy).findings
    assert any("missing" in problem.message for problem in mg.validate(copy))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("MSCs inhibited CD4- T cells.", {"CL:0000134", "CL:0000084"}),
        ("MSCs inhibited IL-6-/- cells and IL-10-/- cells.", {"CL:0000134"}),
    ],
)
def test_names_are_read_as_everywhere_and_a_minus_is_part_of_one(
    kg: KnowledgeGraph, text: str, named: set[str]
) -> None:
    names = ((n, e.id) for e in kg.entities.values() for n in (e.name, e.label, *e.synonyms))
    assert {mention.value for mention in Matcher(names).find(text)} == named
