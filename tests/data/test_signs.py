"""Our signs against those of RO and Biolink, held here as they stand in RO 2026-08 and Biolink 4.4.4."""

import pytest

from mscgraph.graph import KnowledgeGraph
from mscgraph.model import PredicateKind, Sign

# RO's signed relations with its own labels; note that 0002407 is positive and 0002409 negative.
RO = {
    "RO:0011009": "directly positively regulates quantity of",
    "RO:0011010": "directly negatively regulates quantity of",
    "RO:0002450": "directly positively regulates activity of",
    "RO:0002449": "directly negatively regulates activity of",
    "RO:0011024": "indirectly positively regulates quantity of",
    "RO:0011023": "indirectly negatively regulates quantity of",
    "RO:0011013": "indirectly positively regulates activity of",
    "RO:0011016": "indirectly negatively regulates activity of",
    "RO:0002407": "indirectly positively regulates",
    "RO:0002409": "indirectly negatively regulates",
    "RO:0017003": "positively correlated with",
    "RO:0017004": "negatively correlated with",
}
# Relations that bear no sign of their own.
RO_UNSIGNED = {
    "RO:0002566": "causally influences",
    "RO:0003000": "produces",
    "RO:0002292": "expresses",
    "RO:0002607": "is marker for",
    "RO:0002215": "capable of",
    "RO:0002200": "has phenotype",
    "RO:0001000": "derives from",
    "BFO:0000050": "part of",
    "rdfs:subClassOf": "subclass of",
}
BIOLINK_DIRECTION = {"increased": 1, "upregulated": 1, "decreased": -1, "downregulated": -1}
BIOLINK_PREDICATES = {
    "affects", "produces", "was_tested_for_effect_on", "expresses", "positively_correlated_with",
    "negatively_correlated_with", "correlated_with", "biomarker_for", "capable_of", "has_phenotype",
    "part_of", "derives_from", "subclass_of", "related_to",
}  # fmt: skip


def ro_sign(label: str) -> int:
    return 1 if "positively" in label else -1 if "negatively" in label else 0


def test_predicates_have_the_sign_of_ro_and_biolink(kg: KnowledgeGraph) -> None:
    for predicate in kg.predicates.values():
        if predicate.ro in RO:
            positive = "positively" in predicate.id
            assert ro_sign(RO[predicate.ro]) == (1 if positive else -1)
        else:
            assert predicate.ro in {*RO_UNSIGNED, ""}
        if predicate.biolink_direction:
            assert predicate.sign == BIOLINK_DIRECTION[predicate.biolink_direction]
        assert predicate.biolink.removeprefix("biolink:") in BIOLINK_PREDICATES


def test_only_effects_have_a_sign(kg: KnowledgeGraph) -> None:
    for predicate in kg.predicates.values():
        assert (predicate.sign is not None) == (predicate.kind is PredicateKind.EFFECT)


def test_disputes_are_mutual_and_never_between_like_signs(kg: KnowledgeGraph) -> None:
    for predicate in kg.predicates.values():
        for name in predicate.disputes:
            other = kg.predicates[name]
            assert predicate.id in other.disputes
            assert predicate.sign is None or predicate.sign != other.sign


@pytest.mark.parametrize(
    ("aspect", "polarity"),
    [("proliferation", 1), ("apoptosis", -1), ("permeability", -1), ("migration", 0), ("severity", 1)],
)
def test_polarity_of_aspects(kg: KnowledgeGraph, aspect: str, polarity: int) -> None:
    assert kg.aspects[aspect].polarity == Sign(polarity)
