"""Grades added up by hand, with a rubric of round numbers of its own: each term, each limit, each word."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

import mscgraph as mg
from mscgraph.graph.grading import cost_against_stated, grade, grade_stated, independent_studies
from mscgraph.model import EvidenceLevel, KnowledgeSource
from mscgraph.tables.optional_tables import ExternalCosts
from mscgraph.tables.reading import Rubric

RUBRIC = Rubric.from_toml(
    tomllib.loads(
        """
        grades = [
            { letter = "A", at_most = 1.0, meaning = "best" },
            { letter = "B", at_most = 2.0, meaning = "middling" },
            { letter = "C", at_most = 2.2, meaning = "weak" },
            { letter = "D", at_most = 2.3, meaning = "the rest" },
        ]
        [designs]
        trial = { cost = 0.5, evidence_level = "randomized" }
        animal_model = { cost = 0.8, evidence_level = "animal" }
        in_vitro = { cost = 1.0, evidence_level = "in_vitro" }
        narrative_review = { cost = 1.4, evidence_level = "statement", secondary = true }
        [comparison]
        concurrent_control = 0.0
        baseline = 0.2
        [status]
        preprint = 0.3
        [significance]
        significant = 0.0
        not_reported = 0.2
        [studies]
        none = 0.7
        one = 0.4
        two = 0.1
        three_or_more = 0.05
        [disputed]
        cost = 1.2
        """
    )
)
MICRO = 1_000_000


def finding(number: int, **columns: str) -> mg.Finding:
    values: dict[str, Any] = dict.fromkeys(mg.Finding._fields, "")
    values |= {"id": f"MSCGF:{number}", "publication": f"PMID:{number}", "study_design": "in_vitro"}
    values |= {"comparison": "concurrent_control", "significance": "significant"}
    return mg.Finding(**(values | columns))


def nats(made: mg.Grade) -> float:
    assert made.cost is not None
    assert made.cost == sum(reason.cost for reason in made.reasons)
    return made.cost / MICRO


@pytest.mark.parametrize(
    ("studies", "cost", "letter", "words"),
    [
        (1, 1.4, "B", "1 independent study"),
        (2, 1.1, "B", "2 independent studies"),
        (3, 1.05, "B", "3 independent studies"),
        (4, 1.05, "B", "4 independent studies"),
    ],
)
def test_studies_add_up(studies: int, cost: float, letter: str, words: str) -> None:
    made = grade([finding(n) for n in range(studies)], [], RUBRIC)
    assert nats(made) == cost
    assert made.letter == letter
    assert made.studies == studies
    assert made.reasons[-1].text == words


@pytest.mark.parametrize(
    ("against", "cost", "words"),
    [
        # 1.0 + 0.4 for one study, and 1.2 times the share of the studies against
        ([finding(9)], 1.4 + 1.2 * 1 / 2, "against it: 1 finding of 1 independent study"),
        (
            [finding(8), finding(9)],
            1.4 + 1.2 * 2 / 3,
            "against it: 2 findings of 2 independent studies",
        ),
        (
            [finding(9, id="a"), finding(9, id="b")],
            2.0,
            "against it: 2 findings of 1 independent study",
        ),
        ([finding(9, study_design="narrative_review")], 2.0, "against it: 1 finding of reviews"),
    ],
)
def test_the_share_of_studies_against_costs(against: list[mg.Finding], cost: float, words: str) -> None:
    made = grade([finding(1)], against, RUBRIC)
    assert nats(made) == pytest.approx(cost, abs=1e-6)
    assert made.reasons[-1].text == words


def test_three_against_one_and_one_against_three() -> None:
    three, one = [finding(n) for n in (1, 2, 3)], [finding(9)]
    assert nats(grade(three, one, RUBRIC)) == pytest.approx(1.05 + 1.2 / 4, abs=1e-6)
    assert nats(grade(one, three, RUBRIC)) == pytest.approx(1.4 + 1.2 * 3 / 4, abs=1e-6)


def test_reviews_alone_weigh_as_one_study_on_either_side() -> None:
    review = finding(1, study_design="narrative_review")
    assert nats(made := grade([review], [], RUBRIC)) == 2.1
    assert made.studies == 0
    assert made.reasons[-1].text == "only reviews say so, no primary study is curated"
    against = nats(grade([review], [finding(9)], RUBRIC))
    assert against == pytest.approx(2.1 + 1.2 / 2, abs=1e-6)


def test_a_letter_holds_its_limit_and_the_last_holds_the_rest() -> None:
    best = finding(1, study_design="trial")
    assert nats(made := grade([best], [], RUBRIC)) == 0.9
    assert (made.letter, made.evidence_level) == ("A", EvidenceLevel.RANDOMIZED)
    limit = [
        finding(1, comparison="baseline", significance="not_reported", study_design="animal_model")
    ]
    assert nats(made := grade(limit, [], RUBRIC)) == 1.6
    assert made.letter == "B"
    exact = grade([finding(1)], [finding(9)], RUBRIC)
    assert (nats(exact), exact.letter) == (2.0, "B")
    worst = grade(
        [finding(1, study_design="narrative_review")], [finding(n) for n in range(2, 99)], RUBRIC
    )
    assert nats(worst) > 2.3
    assert worst.letter == "D"


def test_the_best_experiment_counts_as_a_whole_and_the_highest_evidence_level() -> None:
    early = finding(1, study_design="trial", comparison="baseline")  # 0.5 + 0.2 + 0.3 as a preprint
    animal = finding(2, study_design="animal_model", significance="not_reported")  # 0.8
    made = grade([early, animal], [], RUBRIC, preprints={"PMID:1"})
    assert nats(made) == pytest.approx(0.8 + 0.0 + 0.1, abs=1e-6)
    assert made.evidence_level is EvidenceLevel.RANDOMIZED
    assert [reason.text for reason in made.reasons] == [
        "best design: animal model", "significance: significant", "2 independent studies",
    ]  # fmt: skip
    alone = grade([early], [], RUBRIC, preprints={"PMID:1"})
    assert [reason.cost / MICRO for reason in alone.reasons] == [0.5, 0.2, 0.3, 0.0, 0.4]
    assert [reason.text for reason in alone.reasons][1:3] == [
        "compared with: baseline", "a preprint, not yet reviewed by peers",
    ]  # fmt: skip


def test_nothing_for_it_is_no_grade() -> None:
    made = grade([], [finding(1)], RUBRIC)
    assert (made.letter, made.cost, made.studies) == ("–", None, 0)
    assert made.evidence_level is EvidenceLevel.STATEMENT
    assert made.reasons == (("no finding that counts supports it", 0),)


def test_what_is_not_comparable_is_counted_and_free() -> None:
    assert nats(grade([finding(1)], [], RUBRIC)) == nats(grade([finding(1)], [], RUBRIC, other=2))
    said = [grade([finding(1)], [], RUBRIC, other=n).reasons[-1].text for n in (1, 2)]
    rest = "of the same study or in another setting"
    assert said == [f"not comparable: 1 finding {rest}", f"not comparable: 2 findings {rest}"]


def test_a_trial_is_one_study_and_a_review_none() -> None:
    rows = [finding(1, study="NCT0"), finding(2, study="NCT0"), finding(3)]
    rows.append(finding(4, study_design="narrative_review"))
    assert independent_studies(rows, RUBRIC) == {"NCT0", "PMID:3"}


LEVELS = {"knowledge_assertion": 1_800_000, "prediction": 2_800_000, "not_provided": 2_400_000}
COSTS = ExternalCosts(LEVELS, {"manual_agent": 0, "not_provided": 300_000})


def source(name: str, level: str, agent: str) -> KnowledgeSource:
    return KnowledgeSource(f"infores:{name}", level, agent, "", "", ())


def test_what_others_state_costs_what_the_cheapest_says_of_itself() -> None:
    said = [source("a", "prediction", "manual_agent"), source("b", "knowledge_assertion", "unheard_of")]
    made = grade_stated(said, [], RUBRIC, COSTS)
    assert nats(made) == 2.1
    assert (made.letter, made.evidence_level, made.studies) == ("C", EvidenceLevel.STATEMENT, 0)
    text = "not graded by us: infores:b states it (knowledge assertion, unheard of)"
    assert [reason.text for reason in made.reasons] == [text]
    two = [source("b", "prediction", "manual_agent"), source("a", "prediction", "manual_agent")]
    assert "infores:a" in grade_stated(two, [], RUBRIC, COSTS).reasons[0].text


def test_our_findings_against_a_statement_cost_as_against_one_study() -> None:
    said = [source("a", "knowledge_assertion", "manual_agent")]
    against = [finding(1), finding(2)]
    made = grade_stated(said, against, RUBRIC, COSTS)
    assert nats(made) == pytest.approx(1.8 + 1.2 * 2 / 3, abs=1e-6)
    assert made.reasons[-1].text == "against it: 2 findings"
    assert cost_against_stated([], RUBRIC) == 0
    assert cost_against_stated(against[:1], RUBRIC) == 600_000
