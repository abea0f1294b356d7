"""The curator's tools beside drafts: gaps, duplicates, a human's signature, and what changed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.curate import GAP_KINDS
from mscgraph.curate.changes import changed_records
from mscgraph.curate.reviewing import checked_orcid, orcid_check_digit
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import Finding

PAPER = "PMID:9"
JOSIAH = "0000-0002-1825-0097"  # the example of orcid.org
OTHER = "0000-0001-5109-3700"


def with_findings(kg: KnowledgeGraph, *findings: Finding) -> KnowledgeGraph:
    """The graph with only these findings."""
    return KnowledgeGraph(kg.tables._replace(findings={f.id: f for f in findings}))


# -- gaps -------------------------------------------------------------------------------------------


def a_finding(kg: KnowledgeGraph, **wanted: object) -> Finding:
    return next(
        f
        for f in kg.findings.values()
        if kg.counts(f) and all(getattr(f, key) == value for key, value in wanted.items())
    )


@pytest.mark.parametrize(
    ("design", "kinds"),
    [
        ("in_vitro", {"single_study", "in_vitro_only"}),
        ("animal_model", {"single_study", "animal_only", "no_human_evidence"}),
        ("narrative_review", {"no_assay"}),
        ("randomized_trial", {"single_study"}),
    ],
)
def test_an_edge_that_rests_on_little_is_a_gap(
    kg: KnowledgeGraph, design: str, kinds: set[str]
) -> None:
    taxon = "NCBITaxon:10090" if design == "animal_model" else "NCBITaxon:9606"
    one = a_finding(kg, predicate="decreases", subject="CL:0000134")._replace(study_design=design,
                  taxon=taxon, host_taxon="not_reported", via=())  # fmt: skip
    small = with_findings(kg, one)
    (edge,) = small.associations
    assert {gap.kind for gap in mg.gaps(small) if gap.id == edge} == kinds


def test_a_second_study_fills_a_gap(kg: KnowledgeGraph) -> None:
    one = a_finding(kg, predicate="decreases", study="")
    second = next(p for p in kg.publications if p != one.publication)
    both = with_findings(kg, one, one._replace(id="MSCGF:9999999", publication=second))
    assert not mg.gaps(both, "single_study")
    assert mg.gaps(with_findings(kg, one), "single_study")


def test_a_mediator_that_acts_is_no_gap(kg: KnowledgeGraph) -> None:
    made = a_finding(kg, predicate="produces", subject="CL:0000134")
    acts = a_finding(kg, predicate="decreases")._replace(
        subject=made.object, object="CL:0000084", via=()
    )
    kinds = {gap.kind for gap in mg.gaps(with_findings(kg, made)) if gap.id == made.object}
    assert kinds == {"mediator_without_target"}
    assert not mg.gaps(with_findings(kg, made, acts), "mediator_without_target")


def test_what_leads_nowhere_and_what_is_never_named(kg: KnowledgeGraph) -> None:
    small = with_findings(kg, a_finding(kg, predicate="decreases")._replace(object="CL:0000084"))
    assert [gap.id for gap in mg.gaps(small, "no_outgoing_step")] == ["CL:0000084"]
    unnamed = {gap.id for gap in mg.gaps(small, "never_mentioned")}
    assert "CL:0000899" in unnamed
    assert not unnamed & {"CL:0000084", *kg.ancestors("CL:0000084")}


def test_each_kind_comes_in_its_order_and_alone(kg: KnowledgeGraph) -> None:
    everything = mg.gaps(kg)
    order = list(GAP_KINDS)
    assert [order.index(gap.kind) for gap in everything] == sorted(
        order.index(gap.kind) for gap in everything
    )
    for kind in order:
        assert mg.gaps(kg, kind) == [gap for gap in everything if gap.kind == kind]
    with pytest.raises(mg.NotFound, match="animal_only"):
        mg.gaps(kg, "animals_only")


# -- duplicates -------------------------------------------------------------------------------------


def test_a_row_that_only_leaves_something_open_may_be_the_same(kg: KnowledgeGraph) -> None:
    one = a_finding(kg, predicate="decreases")._replace(timepoint="P6M", note="")
    less = one._replace(id="MSCGF:9999999", timepoint="not_reported")
    (pair,) = (d for d in mg.duplicates(with_findings(kg, one, less)) if d.kind == "finding")
    assert {pair.first, pair.second} == {one.id, less.id}
    assert "timepoint" in pair.reason


@pytest.mark.parametrize(
    "other",
    [
        {"timepoint": "P1Y"},
        {"predicate": "increases"},
        {"note": "another dose"},
        {"object": "CL:0000236"},
    ],
)
def test_two_settings_are_two_findings(kg: KnowledgeGraph, other: dict[str, str]) -> None:
    one = a_finding(kg, predicate="decreases")._replace(timepoint="P6M", note="one dose")
    two = one._replace(id="MSCGF:9999999", **other)
    assert not [d for d in mg.duplicates(with_findings(kg, one, two)) if d.kind == "finding"]


@pytest.mark.parametrize(
    ("name", "alike", "same"),
    [
        ("oligodendrocyte", "oligodendrocytte", True),
        ("interleukin 6", "interleukin 8", False),
        ("demyelination", "remyelination", False),
        ("MDSCs", "ADSCs", False),
    ],
)
def test_names_that_differ_by_a_slip_may_be_one(
    kg: KnowledgeGraph, name: str, alike: str, *, same: bool
) -> None:
    empty = next(iter(kg.entities.values()))
    two = [
        empty._replace(id=f"MSCG:{n}", name=text, label="", synonyms=(), xrefs=(), parents=())
        for n, text in enumerate((name, alike))
    ]
    small = KnowledgeGraph(kg.tables._replace(entities={e.id: e for e in two}, findings={}))
    assert bool(mg.duplicates(small)) is same


def test_a_shared_cross_reference_is_told(kg: KnowledgeGraph) -> None:
    one = kg.entity("CXCL12")._replace(id="MSCG:twin", name="twin", label="", synonyms=())
    more = KnowledgeGraph(kg.tables._replace(entities={**kg.entities, one.id: one}))
    assert any(one.id in (d.first, d.second) for d in mg.duplicates(more)) is bool(one.xrefs)
    assert one.xrefs, "the example needs a cross-reference"


# -- review -----------------------------------------------------------------------------------------


@given(st.text("0123456789", min_size=15, max_size=15), st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_of_an_orcid_is_seen(digits: str, at: int, by: int) -> None:
    wrong = digits[:at] + str((int(digits[at]) + by) % 10) + digits[at + 1 :]
    assert orcid_check_digit(wrong) != orcid_check_digit(digits)


@given(st.text("0123456789", min_size=15, max_size=15), st.integers(0, 13))
def test_two_swapped_digits_of_an_orcid_are_seen(digits: str, at: int) -> None:
    swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    same = orcid_check_digit(swapped) == orcid_check_digit(digits)
    assert same == (digits[at] == digits[at + 1])


@pytest.mark.parametrize("orcid", [JOSIAH, OTHER, "0000-0002-1694-233X", "0000-0002-1694-233x"])
@pytest.mark.parametrize("before", ["", "ORCID:", "https://orcid.org/"])
def test_an_orcid_may_be_written_in_three_ways(orcid: str, before: str) -> None:
    assert checked_orcid(before + orcid) == f"ORCID:{orcid.upper()}"


@pytest.mark.parametrize("wrong", ["", "agent:reader", "0000-0002-1825-009", "٠٠٠٠-0002-1825-0097"])
def test_what_is_no_orcid_is_refused(copy: Path, wrong: str) -> None:
    with pytest.raises(mg.DataError, match="is no ORCID"):
        mg.review(copy, "MSCGF:0000001", wrong)


def test_a_signature_changes_one_cell(copy: Path) -> None:
    before = mg.load(copy)
    finding = mg.unreviewed(before)[0]
    tables = {p: p.read_bytes() for p in copy.rglob("*.tsv")}
    path = mg.review(copy, finding.id, JOSIAH)
    after = mg.load(copy)
    signed = after.findings[finding.id]
    assert signed == finding._replace(reviewed_by=f"ORCID:{JOSIAH}")
    assert finding.id not in {f.id for f in mg.unreviewed(after)}
    changed = [p for p, content in tables.items() if p.read_bytes() != content]
    assert changed == [path]
    lines = zip(tables[path].split(b"\n"), path.read_bytes().split(b"\n"), strict=True)
    assert sum(one != other for one, other in lines) == 1
    assert mg.format_tables(copy, write=False) == []


def test_a_row_is_signed_once_and_by_another(copy: Path) -> None:
    table = copy / "curation" / "findings" / "clinical.tsv"
    first, second = (f.id for f in mg.unreviewed(mg.load(copy), "clinical")[:2])
    lines = table.read_text(encoding="utf-8").split("\n")
    mine = [line.replace("agent:writer", f"ORCID:{JOSIAH}") if line.startswith(second) else line
            for line in lines]  # fmt: skip
    table.write_text("\n".join(mine), encoding="utf-8")
    mg.review(copy, first, JOSIAH)
    mg.review(copy, first, JOSIAH)
    with pytest.raises(mg.DataError, match="already reviewed"):
        mg.review(copy, first, OTHER)
    with pytest.raises(mg.DataError, match="another must review"):
        mg.review(copy, second, JOSIAH)
    mg.review(copy, second, OTHER)


def test_a_row_that_is_not_there_cannot_be_signed(copy: Path) -> None:
    with pytest.raises(mg.NotFound, match="MSCGF:9999999"):
        mg.review(copy, "MSCGF:9999999", JOSIAH)


def test_a_failed_signature_leaves_the_table(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = mg.unreviewed(mg.load(copy))[0]

    def fail(self: Path, other: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(mg.OutputError, match="No space left"):
        mg.review(copy, finding.id, JOSIAH)
    monkeypatch.undo()
    assert mg.load(copy).findings[finding.id].reviewed_by == ""


def test_unreviewed_rows_come_by_table(kg: KnowledgeGraph) -> None:
    clinical = mg.unreviewed(kg, "ontology/curation/findings/clinical.tsv")
    assert clinical == mg.unreviewed(kg, "clinical")
    assert {kg.places[f.id].file for f in clinical} == {"ontology/curation/findings/clinical.tsv"}
    with pytest.raises(mg.NotFound, match="Did you mean: clinical"):
        mg.unreviewed(kg, "clinicall")


@pytest.mark.slow
# -- diff -------------------------------------------------------------------------------------------
def test_nothing_differs_from_itself(kg: KnowledgeGraph, copy: Path) -> None:
    assert not mg.diff(kg, copy)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["ttl", "trig", "nt", "nq", "jsonld"])
def test_an_export_says_what_its_folder_says(kg: KnowledgeGraph, tmp_path: Path, suffix: str) -> None:
    names = {"ttl": "turtle", "nt": "ntriples", "nq": "nquads"}
    file = mg.write_rdf(kg, tmp_path / f"graph.{suffix}", names.get(suffix, suffix))
    changes = mg.diff(file, kg)
    assert not changes.findings
    assert not changes.entities
    assert not changes.answers


def test_a_change_is_told_with_its_column_and_its_answers(kg: KnowledgeGraph) -> None:
    kept, gone = kg.find_findings(object="NF-L")[:2]
    new = kept._replace(statement="Said in other words than before.")
    more = kept._replace(id="MSCGF:9999999")
    findings = {**kg.findings, new.id: new, more.id: more}
    del findings[gone.id]
    changes = mg.diff(kg, KnowledgeGraph(kg.tables._replace(findings=findings)))
    told = {(c.what, c.id) for c in changes.findings}
    assert told == {("changed", kept.id), ("withdrawn", gone.id), ("added", more.id)}
    (changed,) = (c for c in changes.findings if c.what == "changed")
    assert changed.columns == (("statement", kept.statement, new.statement),)
    assert not changes.entities
    assert "csf-marker" in {answer.question for answer in changes.answers}


def test_a_withdrawn_paper_and_an_unknown_name_are_told(kg: KnowledgeGraph) -> None:
    paper = kg.publications[PAPER]._replace(status="retracted")
    entities = {key: e for key, e in kg.entities.items() if e.name != "NF-L"}
    findings = {k: f for k, f in kg.findings.items() if f.object in entities and f.subject in entities}
    tables = kg.tables._replace(publications={**kg.publications, PAPER: paper}, entities=entities,
                     findings=findings)  # fmt: skip
    changes = mg.diff(kg, KnowledgeGraph(tables))
    assert [(c.id, c.columns) for c in changes.publications] == [
        (PAPER, (("status", "published", "retracted"),))
    ]
    assert [c.text for c in changes.entities] == ["NF-L"]
    (problem,) = (a.problem for a in changes.answers if a.question == "csf-marker")
    assert "NF-L" in problem


PUBLICATIONS = st.dictionaries(st.sampled_from("abcde"), st.sampled_from(["published", "retracted"]))


@given(PUBLICATIONS, PUBLICATIONS)
def test_changes_lead_from_the_old_state_to_the_new(
    kg: KnowledgeGraph, old: dict[str, str], new: dict[str, str]
) -> None:
    paper = kg.publications[PAPER]
    before, after = ({k: paper._replace(status=s) for k, s in d.items()} for d in (old, new))
    rebuilt = dict(old)
    for change in changed_records(before, after, lambda p: p.title):
        if change.what == "withdrawn":
            del rebuilt[change.id]
        else:
            rebuilt[change.id] = {c: v for c, _, v in change.columns}.get("status") or new[change.id]
    assert rebuilt == new
    assert not list(changed_records(before, before, lambda p: p.title))


@pytest.mark.parametrize(
    ("name", "said"), [("nowhere", "neither"), ("x.csv", "suffix"), ("x.ttl", "RDF")]
)
def test_a_side_that_cannot_be_read_is_named(tmp_path: Path, name: str, said: str) -> None:
    if name != "nowhere":
        (tmp_path / name).write_text("no RDF", encoding="utf-8")
    with pytest.raises(mg.DataError, match=said) as caught:
        mg.diff(tmp_path / name, tmp_path / name)
    assert name in str(caught.value)
