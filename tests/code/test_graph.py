"""Look-up, slices, associations and conflicts."""

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.errors import TableError
from mscgraph.explain.compared import contested_in_words
from mscgraph.graph import KnowledgeGraph
from mscgraph.text.names import fold


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("CL:0000134", "MSC"),
        ("cl:0000134", "MSC"),
        ("mesenchymal stromal cells", "MSC"),
        ("MCP-1", "CCL2"),
        ("mcp1", "CCL2"),
        ("SDF-1", "CXCL12"),
        ("neurofilament light chain", "NF-L"),
        ("TH-17", "Th17 cell"),
        ("Expanded Disability Status Scale", "EDSS score"),
    ],
)
def test_an_entity_is_found_by_any_name(kg: KnowledgeGraph, asked: str, name: str) -> None:
    assert kg.entity(asked).name == name


def test_a_near_miss_is_suggested(kg: KnowledgeGraph) -> None:
    with pytest.raises(mg.NotFound, match="Th17") as caught:
        kg.entity("Th71")
    assert any("Th17" in suggestion for suggestion in caught.value.suggestions)


def test_an_ambiguous_name_lists_its_candidates(kg: KnowledgeGraph) -> None:
    tables = kg.tables
    treg = tables.entities["CL:0000815"]
    shared = treg._replace(id="MSCG:another", name="another", label="", synonyms=("Treg cells shared",))
    both = treg._replace(synonyms=(*treg.synonyms, "Treg cells shared"))
    doubled = KnowledgeGraph(
        tables._replace(entities={**tables.entities, treg.id: both, shared.id: shared})
    )
    with pytest.raises(mg.AmbiguousName, match="may be any of") as caught:
        doubled.entity("treg cells shared")
    assert len(caught.value.suggestions) == 2


@given(st.text())
def test_folding_is_idempotent_and_blind_to_case(text: str) -> None:
    assert fold(fold(text)) == fold(text) or not text.isascii()
    if text.isascii():
        assert fold(text.upper()) == fold(text)


def test_greek_letters_fold() -> None:
    assert fold("TNF-α") == fold("TNF-alpha") == fold("TNFα") == "tnfa"
    assert fold("NF-κB") == fold("NF kappa B") == "nfkb"


def test_a_question_about_a_class_covers_its_kinds(kg: KnowledgeGraph) -> None:
    treg = kg.entity("Treg").id
    assert treg in kg.kinds_of(kg.entity("T cell").id)
    assert kg.entity("T cell").id in kg.ancestors(treg)
    found = kg.find_findings(object="T cell")
    assert any(finding.object == treg for finding in found)


@pytest.mark.parametrize(
    "wrong",
    [{"predicate": "tickles"}, {"system": "petri dish"}, {"design": "guess"}, {"taxon": "martian"}],
)
def test_a_misspelt_filter_is_an_error(kg: KnowledgeGraph, wrong: dict) -> None:
    with pytest.raises(mg.NotFound):
        kg.find_findings(**wrong)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ({"predicate": "inhibits"}, {"predicate": "decreases"}),
        ({"design": "rct"}, {"design": "randomized_trial"}),
        ({"aspect": "polarisation"}, {"aspect": "polarization"}),
        ({"object": "T cell proliferation"}, {"object": "T cell", "aspect": "proliferation"}),
    ],
)
def test_a_filter_takes_everyday_words(
    kg: KnowledgeGraph, asked: dict[str, str], meant: dict[str, str]
) -> None:
    assert kg.find_findings(**asked) == kg.find_findings(**meant)


def test_one_word_may_mean_several_values(kg: KnowledgeGraph) -> None:
    findings = sorted(kg.findings)
    course = (
        "MS_patients",
        "progressive_MS_patients",
        "RRMS_patients",
        "SPMS_patients",
        "PPMS_patients",
    )
    changed = {
        key: kg.findings[key]._replace(system=system)
        for key, system in zip(findings, (*course, "EAE"), strict=False)
    }
    other = KnowledgeGraph(kg.tables._replace(findings={**kg.findings, **changed}))

    def found(system: str) -> set[str]:
        return {finding.id for finding in other.find_findings(system=system)} & set(findings[:6])

    assert found("patients") == set(findings[:5])
    assert found("MS patients") == found("MS_patients") == found("MS")
    assert found("SPMS") == {findings[3]}
    for system in ("patients", "in vivo"):
        part = mg.find_paths(other, "MSC", "Th17 cell", system=system)
        assert part.filters["system"] == system


def with_findings(kg: KnowledgeGraph, *findings: mg.Finding, **publications: str) -> KnowledgeGraph:
    """The shipped lexicon with other findings; keywords give the status of a paper by id suffix."""
    base = next(iter(kg.publications.values()))
    papers = {f.publication for f in findings}
    made = {p: base._replace(id=p, status=publications.get(p[-1], "published")) for p in papers}
    return KnowledgeGraph(kg.tables._replace(findings={f.id: f for f in findings}, publications=made))


def finding(kg: KnowledgeGraph, number: int, **changes: object) -> mg.Finding:
    base = next(f for f in kg.findings.values() if f.id == "MSCGF:0000001")
    given = {
        "id": f"MSCGF:{number}",
        "publication": f"PMID:{number}",
        "study_design": "in_vitro",
    } | changes
    return base._replace(**given)


def test_support_dispute_and_trend_are_kept_apart(kg: KnowledgeGraph) -> None:
    small = with_findings(
        kg,
        finding(kg, 1, significance="significant"),
        finding(kg, 2, predicate="increases", taxon="NCBITaxon:10090"),
        finding(kg, 3, predicate="has_no_effect_on", significance="not_significant"),
        finding(kg, 4, significance="not_significant"),
    )
    lowered = next(a for a in small.associations.values() if a.predicate == "decreases")
    assert [f.id for f in lowered.supporting] == ["MSCGF:1"]
    assert [f.id for f in lowered.disputing] == ["MSCGF:2", "MSCGF:3"]
    assert [f.id for f in lowered.inconclusive] == ["MSCGF:4"]
    assert lowered.is_contested
    pairs = mg.find_conflicts(small)
    assert len(pairs) == 3  # each of the three directions against each other
    taxa = [d for pair in pairs for d in pair.differences if d.setting == "taxon"]
    assert taxa


def test_only_comparable_findings_of_other_studies_dispute(kg: KnowledgeGraph) -> None:
    """A stated specimen, cell or state that differs parts findings; a silent one and a dose do not."""
    small = with_findings(
        kg,
        finding(kg, 1, specimen="UBERON:0001359", dose="1:10"),
        finding(kg, 2, predicate="increases", specimen="UBERON:0001969", dose="1:10"),
        finding(kg, 3, predicate="increases", dose="1:100"),
        finding(kg, 4, predicate="has_no_effect_on", publication="PMID:1", dose="1:1000"),
        finding(kg, 5, predicate="has_no_effect_on", study="NCT1", specimen="UBERON:0001359"),
        finding(kg, 6, study="NCT1", specimen="UBERON:0001969"),
    )
    lowered = next(a for a in small.associations.values() if a.predicate == "decreases")
    assert [f.id for f in lowered.supporting] == ["MSCGF:1", "MSCGF:6"]
    assert [f.id for f in lowered.disputing] == ["MSCGF:2", "MSCGF:3"]  # 2 by way of 6
    assert [f.id for f in lowered.other_settings] == ["MSCGF:4", "MSCGF:5"]
    assert lowered.grade.reasons[-1].text.startswith("not comparable: 2 findings")
    assert lowered.grade.reasons[-1].cost == 0
    only = small.keep_findings(lambda f: f.id == "MSCGF:1")
    (alone,) = only.associations.values()
    assert (alone.disputing, alone.other_settings) == (lowered.disputing, lowered.other_settings)
    part = mg.keep_matching(small, predicate="decreases")
    assert {"MSCGF:3", "MSCGF:4", "MSCGF:5"} <= part.findings.keys()


def test_a_rival_disputes_what_nothing_supports(kg: KnowledgeGraph) -> None:
    small = with_findings(
        kg,
        finding(kg, 1, significance="not_significant"),
        finding(kg, 2, predicate="increases", publication="PMID:1"),
    )
    lowered = next(a for a in small.associations.values() if a.predicate == "decreases")
    assert [f.id for f in lowered.disputing] == ["MSCGF:2"]


def test_no_study_is_on_both_sides_of_a_conflict(kg: KnowledgeGraph) -> None:
    small = with_findings(
        kg,
        finding(kg, 1, dose="1:10"),
        finding(kg, 2, dose="1:100", publication="PMID:1", predicate="has_no_effect_on"),
        finding(kg, 3),
        finding(kg, 4, predicate="has_no_effect_on"),
        finding(kg, 5, predicate="has_no_effect_on", object_state="naive"),
        finding(kg, 6, object_state="activated"),
    )
    (conflict,) = mg.find_conflicts(small, "Th17 cell")
    assert [f.id for f in conflict.first_findings] == ["MSCGF:3", "MSCGF:6"]
    assert [f.id for f in conflict.second_findings] == ["MSCGF:4", "MSCGF:5"]
    (dependence,) = mg.find_dependences(small)
    assert conflict.dependences == (dependence,)
    assert dependence.study == "PMID:1"
    assert [d.setting for d in dependence.differences] == ["dose"]
    assert mg.find_dependences(small, "B cell") == mg.find_conflicts(small, "B cell") == []
    for ends in (("MSC", "Th17 cell"), ("Th17 cell", "MSC")):
        assert mg.find_conflicts(small, *ends) == [conflict]
        assert mg.find_dependences(small, *ends) == [dependence]
    assert mg.find_conflicts(small, "Th17 cell", "IDO1") == []
    short = contested_in_words(small, [conflict, dependence], sentences=False)
    assert "studies disagree, 1 study saw both" in short[0].title
    assert sum(int(row[0]) for row in short[0].rows if row[0].isdigit()) == 3
    text = str(contested_in_words(small, [conflict, dependence], sentences=True))
    assert [text.count(f"'{one}'") for one in small.findings] == [1] * len(small.findings)


def test_sides_of_a_conflict_are_comparable(kg: KnowledgeGraph) -> None:
    small = with_findings(
        kg,
        finding(kg, 1, specimen="UBERON:0001359"),
        finding(kg, 2, specimen="UBERON:0001969", predicate="increases"),
    )
    assert mg.find_conflicts(small) == []
    assert not any(a.is_contested for a in small.associations.values())


def test_an_expressed_thing_is_disputed_by_a_null(kg: KnowledgeGraph) -> None:
    for claim in ("produces", "expresses", "capable_of"):
        small = with_findings(
            kg, finding(kg, 1, predicate=claim), finding(kg, 2, predicate="has_no_effect_on")
        )
        (conflict,) = mg.find_conflicts(small)
        assert {conflict.first.predicate, conflict.second.predicate} == {claim, "has_no_effect_on"}


def test_a_retracted_paper_counts_for_nothing(kg: KnowledgeGraph) -> None:
    for status in ("retracted", "concern"):
        small = with_findings(kg, finding(kg, 1), **{"1": status})
        (edge,) = small.associations.values()
        assert edge.supporting == ()
        assert [f.id for f in edge.inconclusive] == ["MSCGF:1"]
        assert edge.grade.letter == "–"
        assert mg.find_paths(small, "MSC", "Th17 cell").paths == ()


def test_one_trial_in_two_papers_is_one_study(kg: KnowledgeGraph) -> None:
    twice = with_findings(kg, finding(kg, 1, study="NCT0"), finding(kg, 2, study="NCT0"))
    (edge,) = twice.associations.values()
    assert edge.grade.studies == 1


def test_a_review_adds_no_study(kg: KnowledgeGraph) -> None:
    small = with_findings(kg, finding(kg, 1), finding(kg, 2, study_design="narrative_review"))
    (edge,) = small.associations.values()
    assert edge.grade.studies == 1


def test_more_apoptosis_is_less_of_the_cell(kg: KnowledgeGraph) -> None:
    small = with_findings(kg, finding(kg, 1, predicate="increases", aspect="apoptosis"))
    answer = mg.find_paths(small, "MSC", "Th17 cell")
    assert [path.effect for path in answer.paths] == ["decrease"]


def test_reasons_add_up_to_the_cost(kg: KnowledgeGraph) -> None:
    for edge in kg.associations.values():
        if edge.grade.cost is not None:
            assert sum(reason.cost for reason in edge.grade.reasons) == edge.grade.cost


def test_null_results_and_correlations_are_not_walked(kg: KnowledgeGraph) -> None:
    for predicate in ("has_no_effect_on", "positively_correlated_with", "biomarker_of"):
        small = with_findings(kg, finding(kg, 1, predicate=predicate))
        assert mg.find_paths(small, "MSC", "Th17 cell").paths == ()


def test_loading_and_asking_writes_nothing(copy: Path) -> None:
    """No cache: what a question needs is read each time, and a row that is edited is seen at once."""

    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}

    before = files()
    mg.find_paths(mg.load(copy), "MSC", "Th17 cell")
    assert files() == before
    table = next((copy / "curation" / "findings").glob("*.tsv"))
    table.write_text(table.read_text(encoding="utf-8").replace("\tdecreases\t", "\tincreases\t"))
    predicates = {finding.predicate for finding in mg.load(copy).findings.values()}
    assert "increases" in predicates


def test_a_faulty_row_is_refused_though_nobody_asks_for_it(copy: Path) -> None:
    table = next((copy / "curation" / "findings").glob("*.tsv"))
    header, first, *rest = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text(header + first.replace("\tno\t", "\tperhaps\t", 1) + "".join(rest))
    with pytest.raises(TableError, match="'perhaps' is neither yes nor no"):
        mg.load(copy)


def test_a_graph_is_what_networkx_and_pandas_users_expect(kg: mg.KnowledgeGraph) -> None:
    graph = kg.to_networkx()
    assert len(kg) == len(kg.entities) == len(list(kg))
    assert "MSC" in kg
    assert "CL:0000134" in kg
    assert "no such thing" not in kg
    assert 7 not in kg
    assert kg.keep_findings(lambda finding: False), "a graph without findings is a graph"
    supported = {(a.subject, a.object) for a in kg.associations.values() if a.supporting}
    for node in graph:
        assert kg.neighbors(node) == sorted({end for start, end in supported if start == node})
    assert list(kg.to_frame().index) == list(kg.findings)


def test_networkx_gives_back_what_it_was_given(kg: mg.KnowledgeGraph) -> None:
    assert mg.from_networkx(kg, kg.to_networkx()).associations == kg.associations
    some = kg.to_networkx(list(kg.associations.values())[:2])
    assert {*list(kg.associations)[:2]} <= {*mg.from_networkx(kg, some).associations}
    some.add_edge("a", "b", key="MSCGA:none")
    with pytest.raises(mg.NotFound, match="MSCGA:none"):
        mg.from_networkx(kg, some)


@pytest.mark.parametrize("asked", [False, True], ids=["fresh", "asked"])
def test_what_a_user_holds_pickles(copy: Path, asked: bool) -> None:
    kg = mg.load(copy)
    if asked:
        assert kg.walkable
    answer = mg.find_paths(kg, "MSC", "Th17 cell")
    held = [kg, answer, *kg.findings.values(), *kg.associations.values(), *kg.entities.values()]
    back = pickle.loads(pickle.dumps(held))
    assert back == held
    assert mg.find_paths(back[0], "MSC", "Th17 cell") == answer
    again = mg.load(copy)
    assert pickle.loads(pickle.dumps(again)) == kg == again


def test_records_are_read_at_one_look(kg: mg.KnowledgeGraph) -> None:
    for records in (kg.findings, kg.associations, kg.entities, kg.publications):
        for key, record in records.items():
            assert key in repr(record)
            assert len(repr(record)) < 400


def test_answers_are_read_at_one_look(kg: mg.KnowledgeGraph) -> None:
    answer = mg.find_paths(kg, "MSC", "Th17 cell")
    assert f"{len(answer.routes)} routes" in repr(answer) or len(answer.routes) < 2
    for part in (answer, *answer.routes, *answer.paths):
        assert len(repr(part)) < 700
    path = answer.paths[0]
    assert all(entity in repr(path) for entity in path.entities)
    assert f"{path.effect}" in repr(path)
    assert f"cost {path.cost / 1e6:.2f}" in repr(path)


def test_a_change_from_baseline_and_a_preprint_pay_for_it(kg: KnowledgeGraph) -> None:
    """A preprint keeps its design and level of evidence; the cheapest experiment as a whole counts."""

    def reasons(status: str, *findings: mg.Finding) -> dict[str, int]:
        (edge,) = with_findings(kg, *findings, **{"1": status}).associations.values()
        assert sum(reason.cost for reason in edge.grade.reasons) == edge.grade.cost
        return dict(edge.grade.reasons)

    arm = {"study_design": "single_arm_trial", "comparison": "baseline"}
    alone = reasons("published", finding(kg, 1, **arm))
    early = reasons("preprint", finding(kg, 1, **arm))
    assert alone["compared with: baseline"] > 0
    assert early.keys() - alone.keys() == {"a preprint, not yet reviewed by peers"}
    assert early["best design: single arm trial"] == alone["best design: single arm trial"]
    both = reasons("preprint", finding(kg, 1, **arm), finding(kg, 2, **arm))
    assert "a preprint, not yet reviewed by peers" not in both  # the reviewed one counts


def test_the_ladder_of_evidence_orders_the_costs(kg: KnowledgeGraph) -> None:
    made = [
        ("randomized_trial", "concurrent_control"), ("nonrandomized_trial", "concurrent_control"),
        ("single_arm_trial", "baseline"), ("case_series", "none"), ("in_vitro", "concurrent_control"),
    ]  # fmt: skip
    costs = [kg.rubric.experiment_cost(*one, preprint=False) for one in made]
    assert costs == sorted(costs)


def test_an_msc_of_a_tissue_is_a_subject_and_a_source(kg: KnowledgeGraph) -> None:
    found = [f.id for f in kg.find_findings(subject="AD-MSC")]
    assert found == ["MSCGF:0000021", "MSCGF:0000025"]  # of MSC that came from fat, and of AD-MSC
    assert [f.id for f in kg.find_findings(source="AD-MSC")] == ["MSCGF:0000021"]
    assert "MSCGF:0000021" not in {f.id for f in kg.find_findings(subject="Treg")}
