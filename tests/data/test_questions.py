"""The stored questions, each answer reckoned a second time in Python from the records of the graph.

Each function below is named after its question and returns what the answer must hold, in some of its
columns, for the shipped data or any later one. It reads findings and associations, never RDF.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyoxigraph as ox
import pytest

import mscgraph as mg
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import Association, Finding, PredicateKind, association_id
from mscgraph.rdf.build import to_quads
from mscgraph.rdf.query import QueryResult, bind_parameters, load_questions, to_result

HUMAN = "NCBITaxon:9606"
MSC = "CL:0000134"
REVIEWS = {"narrative_review", "systematic_review", "meta_analysis"}
EMPTY: set[str] = set()

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Expectation:
    """What one question must answer: all its columns, those that are reckoned, and how."""

    columns: tuple[str, ...]
    keys: tuple[str, ...]
    rows: Callable[..., Iterable[Row]]
    others: tuple[dict[str, str], ...]


EXPECTED: dict[str, Expectation] = {}
Rows = Callable[..., Iterable[Row]]


def answers(columns: str, keys: str, *others: dict[str, str]) -> Callable[[Rows], Rows]:
    """Register what a question must answer, with its defaults and with other parameters."""

    def register(rows: Rows) -> Rows:
        name = rows.__name__.replace("_", "-")
        EXPECTED[name] = Expectation(tuple(columns.split()), tuple(keys.split()), rows, others)
        return rows

    return register


# -- the engine -------------------------------------------------------------------------------------


class Asker:
    """Asks stored questions of a store that is filled once."""

    def __init__(self, kg: KnowledgeGraph, *, backwards: bool = False) -> None:
        self.kg = kg
        self.store = ox.Store()
        quads = to_quads(kg)
        self.store.extend(reversed(quads) if backwards else quads)
        self.questions = load_questions(kg)

    def __call__(self, name: str, **parameters: str) -> QueryResult:
        sparql = bind_parameters(self.kg, self.questions[name], parameters)
        namespaces = self.kg.prefixes.namespaces
        found = self.store.query(sparql, prefixes=namespaces, use_default_graph_as_union=True)
        return to_result(self.kg, found)


def altered(kg: KnowledgeGraph) -> KnowledgeGraph:
    """The shipped graph with more of what is rare in it.

    Withdrawn papers, tendencies, read-outs, signed rows, primed cells, kinds of MSC as subjects.
    """

    def alter(place: int, f: Finding) -> Finding:
        return f._replace(
            subject="CL:0002568" if f.subject == MSC and place % 3 == 0 else f.subject,
            significance="not_significant" if place % 5 == 0 else f.significance,
            readout=f.readout or place % 2 == 0,
            reviewed_by="ORCID:0000-0002-1825-0097" if place % 7 == 0 else "",
            priming=("HGNC:5438", "none") if place % 4 == 0 else f.priming,
        )

    status = {0: "retracted", 1: "concern"}
    papers = {
        key: p._replace(status=status.get(place % 11, p.status))
        for place, (key, p) in enumerate(kg.publications.items())
    }
    findings = {key: alter(place, f) for place, (key, f) in enumerate(kg.findings.items())}
    return KnowledgeGraph(kg.tables._replace(publications=papers, findings=findings))


@pytest.fixture(scope="module")
def ask(kg: KnowledgeGraph) -> Asker:
    return Asker(kg)


@pytest.fixture(scope="module")
def ask_altered(kg: KnowledgeGraph) -> Asker:
    return Asker(altered(kg))


@pytest.fixture(scope="module")
def ask_backwards(kg: KnowledgeGraph) -> Asker:
    return Asker(kg, backwards=True)


def projected(result: QueryResult, keys: Iterable[str]) -> set[Row]:
    places = [result.columns.index(key) for key in keys]
    return {tuple(row[place] for place in places) for row in result.rows}


# -- what the records say ---------------------------------------------------------------------------


def term(column: str, value: str) -> str:
    return f"MSCGT:{column}.{value}"


def given(value: str) -> str | None:
    return None if value in ("", "not_reported") else value


def given_term(column: str, value: str) -> str | None:
    return None if value in ("", "not_reported") else term(column, value)


def kinds(kg: KnowledgeGraph, name: str) -> frozenset[str]:
    return kg.kinds_of(kg.entity(name).id)


def msc_products(kg: KnowledgeGraph) -> set[str]:
    """MSC, their kinds, and what derives from them."""
    found = {MSC}
    while True:
        more = {e.id for e in kg.entities.values() if found & {*e.parents, *e.derives_from}} - found
        if not more:
            return found
        found |= more


def of_msc(kg: KnowledgeGraph) -> list[Finding]:
    products = msc_products(kg)
    return [f for f in kg.findings.values() if f.subject in products]


def counts(kg: KnowledgeGraph, finding: Finding) -> bool:
    if kg.publications[finding.publication].status in {"retracted", "concern"}:
        return False
    null = kg.predicates[finding.predicate].kind is PredicateKind.NULL
    return null or finding.significance != "not_significant"


def sign_of(kg: KnowledgeGraph, finding: Finding) -> int | None:
    sign = kg.predicates[finding.predicate].sign
    return None if sign is None else sign * kg.aspects[finding.aspect].polarity


def supported(kg: KnowledgeGraph) -> list[Association]:
    return [a for a in kg.associations.values() if a.supporting]


def about(kg: KnowledgeGraph, name: str) -> list[Association]:
    focus = kinds(kg, name)
    return [a for a in supported(kg) if {a.subject, a.object} & focus]


def with_paper(associations: Iterable[Association]) -> Iterable[Row]:
    return ((a.id, f.publication) for a in associations for f in a.supporting)


def aid(finding: Finding) -> str:
    return association_id(*finding.key)


# -- questions on trials and people -----------------------------------------------------------------


@answers(
    "product product_name change significance timepoint study finding paper statement",
    "product change significance timepoint study finding paper",
    {"marker": "CXCL13"},
    {"marker": "CCL2"},
)
def csf_marker(kg: KnowledgeGraph, marker: str) -> Iterable[Row]:
    for f in of_msc(kg):
        if f.object == kg.entity(marker).id and f.specimen == "UBERON:0001359":
            significance = given_term("significance", f.significance)
            change = f"mscgraph:{f.predicate}"
            when, study = given(f.timepoint), given(f.study)
            yield f.subject, change, significance, when, study, f.id, f.publication


@answers(
    "marker marker_name change product_name significance p_value timepoint study finding paper",
    "marker marker_name change p_value study finding",
    {"specimen": "CSF"},
    {"specimen": "blood"},
)
def specimen_markers(kg: KnowledgeGraph, specimen: str) -> Iterable[Row]:
    for f in of_msc(kg):
        if f.specimen == kg.entity(specimen).id and f.host_taxon == HUMAN:
            change = f"mscgraph:{f.predicate}"
            yield f.object, kg.name(f.object), change, given(f.p_value), given(f.study), f.id


@answers(
    "study findings significant not_significant papers",
    "study findings significant not_significant papers",
)
def trials(kg: KnowledgeGraph) -> Iterable[Row]:
    for study in {f.study for f in kg.findings.values()} - {""}:
        own = [f for f in kg.findings.values() if f.study == study]
        tested = Counter(f.significance for f in own)
        yes, no = str(tested["significant"]), str(tested["not_significant"])
        yield study, str(len(own)), yes, no, str(len({f.publication for f in own}))


@answers(
    "finding subject_name predicate object_name aspect design timepoint comparator n significance "
    "p_value paper statement",
    "finding subject_name object_name design n significance",
    {"study": "NCT01933802"},
    {"study": "no such trial"},
)
def trial_findings(kg: KnowledgeGraph, study: str) -> Iterable[Row]:
    for f in kg.findings.values():
        if f.study == study:
            design, significance = (
                term("study_design", f.study_design),
                given_term("significance", f.significance),
            )
            yield f.id, kg.name(f.subject), kg.name(f.object), design, given(f.n), significance


@answers(
    "subject_name predicate object object_name aspect comparator significance p_value study finding "
    "paper statement",
    "predicate object significance finding paper",
)
def randomized_results(kg: KnowledgeGraph) -> Iterable[Row]:
    for f in kg.findings.values():
        if kg.rubric.evidence_level(f.study_design).name == "RANDOMIZED":
            significance = given_term("significance", f.significance)
            yield f"mscgraph:{f.predicate}", f.object, significance, f.id, f.publication


@answers(
    "product_name predicate measure_name design system route timepoint n significance study finding "
    "paper statement",
    "product_name predicate measure_name finding",
    {"outcome": "MS disability"},
    {"outcome": "Gd-enhancing lesion"},
)
def clinical_outcome(kg: KnowledgeGraph, outcome: str) -> Iterable[Row]:
    for f in of_msc(kg):
        if f.object in kinds(kg, outcome) and f.host_taxon == HUMAN:
            yield kg.name(f.subject), f"mscgraph:{f.predicate}", kg.name(f.object), f.id


@answers(
    "study event event_name predicate product_name design route n finding paper statement",
    "study event predicate finding",
)
def safety(kg: KnowledgeGraph) -> Iterable[Row]:
    events = {*kinds(kg, "adverse event"), *kinds(kg, "safety parameters"), *kinds(kg, "mortality")}
    signs = {
        f.object
        for f in kg.findings.values()
        if f.aspect == "incidence"
        and kg.entities[f.object].category in {"PhenotypicFeature", "Disease"}
    }
    for f in of_msc(kg):
        if f.object in events | signs - kinds(kg, "MS") and f.host_taxon == HUMAN:
            yield given(f.study), f.object, f"mscgraph:{f.predicate}", f.id


@answers(
    "marker marker_name relation outcome_name specimen system significance finding paper statement",
    "marker relation outcome_name finding",
)
def disability_markers(kg: KnowledgeGraph) -> Iterable[Row]:
    outcomes = kinds(kg, "MS disability") | kinds(kg, "disability progression")
    for f in kg.findings.values():
        if "correlated_with" in f.predicate or f.predicate == "biomarker_of":
            for marker, outcome in ((f.subject, f.object), (f.object, f.subject)):
                if outcome in outcomes:
                    yield marker, f"mscgraph:{f.predicate}", kg.name(outcome), f.id


# -- questions on mechanisms ------------------------------------------------------------------------


@answers(
    "mediator mediator_name product_name target target_name aspect species system finding paper "
    "statement",
    "mediator target finding paper",
    {"cell": "T cell"},
    {"cell": "B cell"},
)
def inhibiting_mediators(kg: KnowledgeGraph, cell: str) -> Iterable[Row]:
    for f in of_msc(kg):
        if f.object in kinds(kg, cell) and sign_of(kg, f) == -1 and counts(kg, f):
            for mediator in f.via:
                yield mediator, f.object, f.id, f.publication


@answers(
    "mediator mediator_name source_name makes made_grade made target_name aspect acts_grade acts "
    "against acts_paper",
    "mediator made acts against acts_paper",
    {"cell": "NK cell"},
)
def produced_and_acting(kg: KnowledgeGraph, cell: str) -> Iterable[Row]:
    products, targets = msc_products(kg), kinds(kg, cell)
    for made in supported(kg):
        if made.subject in products and made.predicate in {"produces", "expresses"}:
            for acts in supported(kg):
                if acts.subject == made.object and acts.object in targets and acts.sign == -1:
                    against = str(bool(made.disputing or acts.disputing)).lower()
                    for f in acts.supporting:
                        yield made.object, made.id, acts.id, against, f.publication


@answers(
    "object object_name relation product_name aspect grade studies association paper",
    "object relation grade association paper",
)
def made_by_msc(kg: KnowledgeGraph) -> Iterable[Row]:
    for f in of_msc(kg):
        if f.predicate.endswith(("produces", "expresses", "not_produce", "not_express")):
            letter = kg.associations[aid(f)].grade.letter
            grade = None if letter == "–" else letter
            yield f.object, f"mscgraph:{f.predicate}", grade, aid(f), f.publication


@answers(
    "actor_name predicate target target_name aspect sign grade studies association paper",
    "predicate target sign grade association paper",
    {"mediator": "IL-6"},
    {"mediator": "TGF-β"},
)
def mediator_targets(kg: KnowledgeGraph, mediator: str) -> Iterable[Row]:
    for f in kg.findings.values():
        sign = sign_of(kg, f)
        if f.subject in kinds(kg, mediator) and sign is not None and counts(kg, f):
            grade = kg.associations[aid(f)].grade.letter
            yield f"mscgraph:{f.predicate}", f.object, str(int(sign)), grade, aid(f), f.publication


Sides = tuple[list[Finding], list[Finding]]


def _rivals(kg: KnowledgeGraph) -> Iterable[Sides]:
    """The findings that count on both sides of each pair of relations that disagree."""
    sides: dict[tuple[str, str, str], dict[str, list[Finding]]] = defaultdict(dict)
    for f in kg.findings.values():
        if counts(kg, f):
            sides[f.subject, f.object, f.aspect].setdefault(f.predicate, []).append(f)
    for by_predicate in sides.values():
        for one in sorted(by_predicate):
            for other in sorted(by_predicate):
                if one < other and other in kg.predicates[one].disputes:
                    yield by_predicate[one], by_predicate[other]


def _is_one_study(f: Finding, g: Finding) -> bool:
    return f.publication == g.publication or bool(f.study and f.study == g.study)


def _comparable(f: Finding, g: Finding) -> bool:
    pairs = [
        (getattr(f, name), getattr(g, name))
        for name in ("specimen", "subject_cell", "object_cell", "object_state")
    ]
    return not any(given(a) and given(b) and a != b for a, b in pairs)


def _against(own: list[Finding], rivals: list[Finding]) -> list[Finding]:
    """Those of the rivals that dispute what one side says."""
    return [
        r
        for r in rivals
        if not any(_is_one_study(r, f) for f in own) and any(_comparable(r, f) for f in own)
    ]


def _moved(kg: KnowledgeGraph, entity: str, sign: int) -> Iterable[Row]:
    sides: dict[tuple[str, ...], list[Sides]] = defaultdict(list)
    for one, other in _rivals(kg):
        sides[one[0].key].append((one, other))
        sides[other[0].key].append((other, one))
    for f in kg.findings.values():
        if f.object in kinds(kg, entity) and sign_of(kg, f) == sign and counts(kg, f):
            against = [r for own, rivals in sides.get(f.key, ()) for r in _against(own, rivals)]
            yield f.subject, kg.name(f.object), str(len(against)), aid(f), f.publication


MOVED = "actor actor_name predicate target_name aspect grade studies against association paper"


@answers(MOVED, "actor target_name against association paper", {"entity": "T cell"}, {"entity": "BBB"})
def what_raises(kg: KnowledgeGraph, entity: str) -> Iterable[Row]:
    return _moved(kg, entity, +1)


@answers(MOVED, "actor target_name against association paper", {"entity": "EAE"}, {"entity": "BBB"})
def what_lowers(kg: KnowledgeGraph, entity: str) -> Iterable[Row]:
    return _moved(kg, entity, -1)


def _steps(kg: KnowledgeGraph) -> dict[str, list[Association]]:
    steps = defaultdict(list)
    for a in supported(kg):
        if a.sign is not None:
            steps[a.subject].append(a)
    return steps


def _acts(association: Association) -> bool:
    return any(not f.readout for f in association.supporting)


@answers(
    "change_1 middle middle_name change_2 net_sign grade_1 grade_2 step_1 step_2",
    "middle net_sign step_1 step_2",
    {"start": "MSC", "end": "Th17 cell"},
    {"start": "IL-17A", "end": "EAE"},
)
def two_steps(kg: KnowledgeGraph, start: str, end: str) -> Iterable[Row]:
    first, last, steps = kg.entity(start).id, kg.entity(end).id, _steps(kg)
    for one in filter(_acts, steps[first]):
        for two in steps[one.object]:
            if two.object == last and one.object not in {first, last}:
                net = one.sign * two.sign  # type: ignore[operator]
                yield one.object, str(int(net)), one.id, two.id


@answers(
    "first_name second_name net_sign grade_1 grade_2 grade_3 step_1 step_2 step_3",
    "net_sign step_1 step_2 step_3",
    {"start": "MSC", "end": "demyelination"},
)
def three_steps(kg: KnowledgeGraph, start: str, end: str) -> Iterable[Row]:
    first, last, steps = kg.entity(start).id, kg.entity(end).id, _steps(kg)
    for one in filter(_acts, steps[first]):
        for two in filter(_acts, steps[one.object]):
            for three in steps[two.object]:
                if three.object == last and len({first, one.object, two.object, last}) == 4:
                    net = one.sign * two.sign * three.sign  # type: ignore[operator]
                    yield str(int(net)), one.id, two.id, three.id


@answers(
    "actor actor_name category steps", "actor category steps", {"outcome": "EAE"}, {"outcome": "BBB"}
)
def reaching_outcome(kg: KnowledgeGraph, outcome: str) -> Iterable[Row]:
    goal = kg.entity(outcome).id
    before = defaultdict(set)
    for f in kg.findings.values():
        if kg.predicates[f.predicate].kind is PredicateKind.EFFECT and counts(kg, f):
            before[f.object].add(f.subject)
    seen, frontier = {goal}, {goal}
    for steps in (1, 2, 3):
        frontier = {actor for target in frontier for actor in before[target]} - seen
        seen |= frontier
        for actor in frontier:
            yield actor, f"biolink:{kg.entities[actor].category}", str(steps)


@answers(
    "factor factor_name predicate product_name species system significance finding paper statement",
    "factor predicate finding paper",
)
def licensing(kg: KnowledgeGraph) -> Iterable[Row]:
    for f in kg.findings.values():
        if f.aspect == "immunosuppressive_activity" and f.object in msc_products(kg):
            yield f.subject, f"mscgraph:{f.predicate}", f.id, f.publication


@answers(
    "priming priming_name subject_name predicate object_name aspect comparator species finding paper "
    "statement",
    "priming priming_name subject_name object_name comparator finding",
)
def primed_findings(kg: KnowledgeGraph) -> Iterable[Row]:
    for f in kg.findings.values():
        for priming in set(f.priming) & set(kg.entities):
            subject, object_ = kg.name(f.subject), kg.name(f.object)
            yield priming, kg.name(priming), subject, object_, given(f.comparator), f.id


# -- questions on agreement -------------------------------------------------------------------------


@answers(
    "speaks finding reported target_name aspect species system product specimen_name significance paper "
    "statement",
    "speaks finding reported target_name",
    {"subject": "MSC", "object": "T cell"},
    {"subject": "MSC", "object": "IL-10", "effect": "increase"},
    {"subject": "MSC", "object": "Treg", "effect": "increase"},
    {"subject": "IL-17A", "object": "EAE", "effect": "increase"},
)
def evidence_against(
    kg: KnowledgeGraph,
    subject: str,
    object: str,  # noqa: A002
    effect: str,
) -> Iterable[Row]:
    actor, targets = kg.entity(subject).id, kinds(kg, object)
    asked = {"increase": 1, "decrease": -1}[effect]
    for f in kg.findings.values():
        if f.subject != actor or f.object not in targets or not kg.counts(f):
            continue
        sign = kg.associations[association_id(*f.key)].sign
        if f.predicate != "has_no_effect_on" and (sign is None or sign != -asked):
            continue
        claims = [
            a
            for a in kg.associations.values()
            if (a.subject, a.object, a.sign) == (actor, f.object, asked)
        ]
        speaks = "in another aspect"
        if any(f in a.disputing for a in claims):
            speaks = "comparable"
        elif any(f in a.other_settings for a in claims):
            speaks = "in another setting"
        yield speaks, f.id, f"mscgraph:{f.predicate}", kg.name(f.object)


@answers(
    "actor_name predicate target_name aspect finding design species host system product route "
    "significance paper statement",
    "actor_name target_name finding species host route",
    {"subject": "MSC", "object": "T cell"},
    {"subject": "extracellular vesicle", "object": "EAE"},
)
def evidence(kg: KnowledgeGraph, subject: str, object: str) -> Iterable[Row]:  # noqa: A002
    for f in kg.findings.values():
        if f.subject in kinds(kg, subject) and f.object in kinds(kg, object):
            taxa = [kg.name(t) if given(t) else None for t in (f.taxon, f.host_taxon)]
            route = given_term("route", f.route)
            yield kg.name(f.subject), kg.name(f.object), f.id, *taxa, route


def _conflicts(kg: KnowledgeGraph) -> Iterable[Sides]:
    for one, other in _rivals(kg):
        first, second = _against(other, one), _against(one, other)
        here = [f for f in first if any(_comparable(f, g) for g in second)]
        there = [g for g in second if any(_comparable(f, g) for f in first)]
        if here and there:
            yield here, there


@answers(
    "subject_name first_claim second_claim object_name aspect first first_findings second "
    "second_findings",
    "subject_name first first_findings second second_findings",
)
def conflicts(kg: KnowledgeGraph) -> Iterable[Row]:
    for one, other in _conflicts(kg):
        name = kg.name(one[0].subject)
        yield name, aid(one[0]), str(len(one)), aid(other[0]), str(len(other))


@answers(
    "subject_name claim object_name aspect species host system design product route finding paper",
    "subject_name claim object_name finding",
    {"entity": "T cell"},
    {"entity": "EAE"},
)
def conflict_settings(kg: KnowledgeGraph, entity: str) -> Iterable[Row]:
    for one, other in _conflicts(kg):
        for f in (*one, *other):
            if {f.subject, f.object} & kinds(kg, entity):
                yield kg.name(f.subject), f"mscgraph:{f.predicate}", kg.name(f.object), f.id


@answers(
    "subject_name claim object_name aspect paper dose contact specimen object_cell object_state system "
    "timepoint finding otherwise statement",
    "subject_name claim object_name finding otherwise",
    {"entity": "T cell"},
    {"entity": "EAE"},
)
def dependences(kg: KnowledgeGraph, entity: str) -> Iterable[Row]:
    for one, other in _rivals(kg):
        pairs = [(f, g) for f in one for g in other if _is_one_study(f, g)]
        for f, g in (*pairs, *((g, f) for f, g in pairs)):
            if {f.subject, f.object} & kinds(kg, entity):
                yield kg.name(f.subject), f"mscgraph:{f.predicate}", kg.name(f.object), f.id, g.id


@answers(
    "finding subject_name predicate object_name aspect species system design paper statement",
    "finding subject_name predicate object_name",
    {"entity": "MSC"},
    {"entity": "T cell"},
)
def null_results(kg: KnowledgeGraph, entity: str) -> Iterable[Row]:
    for f in kg.findings.values():
        null = kg.predicates[f.predicate].kind is PredicateKind.NULL
        if null and {f.subject, f.object} & kinds(kg, entity):
            yield f.id, kg.name(f.subject), f"mscgraph:{f.predicate}", kg.name(f.object)


@answers(
    "finding subject_name predicate object_name aspect p_value design study paper statement",
    "finding predicate p_value study",
)
def only_tendencies(kg: KnowledgeGraph) -> Iterable[Row]:
    for f in kg.findings.values():
        effect = kg.predicates[f.predicate].kind is PredicateKind.EFFECT
        if effect and f.significance == "not_significant":
            yield f.id, f"mscgraph:{f.predicate}", given(f.p_value), given(f.study)


@answers(
    "mediator mediator_name target_name aspect object_cell evidence_type species system contested finding "
    "paper statement",
    "mediator target_name object_cell contested finding",
)
def ineffective_mediators(kg: KnowledgeGraph) -> Iterable[Row]:
    molecules = {"Protein", "ProteinFamily", "ChemicalEntity", "MicroRNA"}
    contested = {aid(f) for pair in _conflicts(kg) for side in pair for f in side}
    for f in kg.findings.values():
        if f.predicate == "has_no_effect_on" and kg.entities[f.subject].category in molecules:
            cell = kg.name(f.object_cell) if f.object_cell else None
            yield f.subject, kg.name(f.object), cell, str(aid(f) in contested).lower(), f.id


@answers(
    "target_name aspect predicate species species_name findings papers",
    "target_name aspect predicate species findings papers",
    {"object": "T cell"},
    {"subject": "extracellular vesicle", "object": "EAE"},
)
def species_comparison(kg: KnowledgeGraph, subject: str, object: str) -> Iterable[Row]:  # noqa: A002
    found = defaultdict(set)
    for f in kg.findings.values():
        if f.subject in kinds(kg, subject) and f.object in kinds(kg, object):
            for taxon in f.taxa:
                found[f.object, f.aspect, f.predicate, taxon].add((f.id, f.publication))
    for (target, aspect, predicate, taxon), pairs in found.items():
        papers = str(len({paper for _, paper in pairs}))
        what = (kg.name(target), term("aspect", aspect), f"mscgraph:{predicate}", taxon)
        yield *what, str(len(pairs)), papers


@answers(
    "effect target_name aspect product_name species host system object_cell route design finding paper "
    "statement",
    "effect target_name product_name finding paper",
    {"entity": "IL-17A"},
    {"entity": "T cell"},
)
def both_directions(kg: KnowledgeGraph, entity: str) -> Iterable[Row]:
    for f in of_msc(kg):
        sign = sign_of(kg, f)
        if f.object in kinds(kg, entity) and sign and counts(kg, f):
            effect = "raised" if sign > 0 else "lowered"
            yield effect, kg.name(f.object), kg.name(f.subject), f.id, f.publication


@answers(
    "outcome product_name aspect route timepoint priming donor_species host finding paper statement",
    "outcome product_name route finding",
)
def eae_outcome(kg: KnowledgeGraph) -> Iterable[Row]:
    words = {"decreases": "benefit", "increases": "harm", "has_no_effect_on": "no effect"}
    for f in of_msc(kg):
        course = f.object == kg.entity("EAE").id and f.aspect in {"severity", "incidence"}
        if course and f.predicate in words:
            route = given_term("route", f.route)
            yield words[f.predicate], kg.name(f.subject), route, f.id


# -- questions on how well a thing is supported -----------------------------------------------------

LISTED = "association subject_name predicate object_name aspect grade studies disputed paper"


@answers(LISTED, "association paper", {"entity": "EAE"})
def single_study(kg: KnowledgeGraph, entity: str) -> Iterable[Row]:
    def studies(a: Association) -> set[str]:
        primary = [f for f in a.supporting if f.study_design not in REVIEWS]
        return {f.study or f.publication for f in primary}

    return with_paper(a for a in about(kg, entity) if len(studies(a)) == 1)


@answers(LISTED, "association paper", {"entity": "MSC"})
def replicated(kg: KnowledgeGraph, entity: str) -> Iterable[Row]:
    for a in about(kg, entity):
        primary = [f for f in a.supporting if f.study_design not in REVIEWS]
        if len({f.study or f.publication for f in primary}) > 1:
            yield from with_paper([a])


def _designs(kg: KnowledgeGraph, entity: str, designs: set[str]) -> Iterable[Row]:
    only = [a for a in about(kg, entity) if {f.study_design for f in a.supporting} <= designs]
    return with_paper(only)


@answers(LISTED, "association paper", {"entity": "MSC"})
def only_animals(kg: KnowledgeGraph, entity: str) -> Iterable[Row]:
    return _designs(kg, entity, {"animal_model"})


@answers(LISTED, "association paper", {"entity": "MSC"})
def only_in_vitro(kg: KnowledgeGraph, entity: str) -> Iterable[Row]:
    return _designs(kg, entity, {"in_vitro", "ex_vivo"})


@answers(LISTED, "association paper", {"entity": "MS"})
def only_reviews(kg: KnowledgeGraph, entity: str) -> Iterable[Row]:
    return _designs(kg, entity, {d for d in kg.rubric.designs if kg.rubric.is_secondary(d)})


@answers(LISTED, "association grade disputed paper", {"entity": "Treg"})
def best_graded(kg: KnowledgeGraph, entity: str) -> Iterable[Row]:
    for a in about(kg, entity):
        for f in a.supporting:
            yield a.id, a.grade.letter, str(bool(a.disputing)).lower(), f.publication


# -- questions that count ---------------------------------------------------------------------------


def _grouped(pairs: Iterable[tuple[Row, Finding]]) -> Iterable[Row]:
    found = defaultdict(set)
    for key, f in pairs:
        found[key].add(f)
    for key, group in found.items():
        yield *key, str(len(group)), str(len({f.publication for f in group}))


@answers(
    "source source_name predicate target_name aspect findings papers",
    "source predicate target_name aspect findings papers",
    {"entity": "NK cell"},
)
def sources_compared(kg: KnowledgeGraph, entity: str) -> Iterable[Row]:
    return _grouped(
        ((source, f"mscgraph:{f.predicate}", kg.name(f.object), term("aspect", f.aspect)), f)
        for f in of_msc(kg)
        for source in f.msc_source
        if f.object in kinds(kg, entity) and given(source)
    )


@answers(
    "target_name aspect product predicate findings papers",
    "target_name aspect product predicate findings papers",
    {"entity": "EAE"},
)
def products_compared(kg: KnowledgeGraph, entity: str) -> Iterable[Row]:
    return _grouped(
        (
            (
                kg.name(f.object),
                term("aspect", f.aspect),
                term("product", f.product),
                f"mscgraph:{f.predicate}",
            ),
            f,
        )
        for f in of_msc(kg)
        if f.object in kinds(kg, entity) and given(f.product)
    )


@answers("kind kind_name findings papers", "kind findings papers", {"entity": "MSC"}, {"entity": "MS"})
def subclasses(kg: KnowledgeGraph, entity: str) -> Iterable[Row]:
    for kind in kinds(kg, entity):
        own = [f for f in kg.findings.values() if kind in (f.subject, f.object)]
        yield kind, str(len(own)), str(len({f.publication for f in own}))


@answers("paper title year design status findings", "paper title year design status findings")
def papers(kg: KnowledgeGraph) -> Iterable[Row]:
    for paper, count in Counter(f.publication for f in kg.findings.values()).items():
        p = kg.publications[paper]
        design, status = term("study_design", p.study_design), term("status", p.status)
        yield paper, given(p.title), given(p.year), design, status, str(count)


@answers(
    "finding subject_name predicate object_name aspect design system significance locator anchor "
    "statement",
    "finding subject_name object_name anchor",
    {"paper": "17951526"},
    {"paper": "10.1093/stcltm/szab017"},
)
def paper_findings(kg: KnowledgeGraph, paper: str) -> Iterable[Row]:
    for f in kg.findings.values():
        if f.publication == kg.publication(paper).id:
            yield f.id, kg.name(f.subject), kg.name(f.object), given(f.anchor)


@answers(
    "paper title status finding subject_name predicate object_name statement", "paper status finding"
)
def withdrawn_papers(kg: KnowledgeGraph) -> Iterable[Row]:
    for f in kg.findings.values():
        status = kg.publications[f.publication].status
        if status in {"retracted", "concern"}:
            yield f.publication, term("status", status), f.id


@answers("category findings reviewed unreviewed_share", "category findings reviewed")
def unreviewed(kg: KnowledgeGraph) -> Iterable[Row]:
    topics = defaultdict(list)
    for f in kg.findings.values():
        topics[kg.entities[f.object].category].append(f)
    for category, own in topics.items():
        yield f"biolink:{category}", str(len(own)), str(sum(bool(f.reviewed_by) for f in own))


@answers("review title design studies", "review title design studies")
def review_base(kg: KnowledgeGraph) -> Iterable[Row]:
    for p in kg.publications.values():
        for count, design in p.included_studies:
            yield p.id, given(p.title), term("study_design", design), str(count)


# -- the tests --------------------------------------------------------------------------------------


CASES = [
    pytest.param(name, given_, id=" ".join([name, *given_.values()]))
    for name in sorted(EXPECTED)
    for given_ in ({}, *EXPECTED[name].others)
]


def test_every_question_is_reckoned_here(ask: Asker) -> None:
    assert set(ask.questions) == set(EXPECTED)
    assert len(EXPECTED) > 25


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_question_has_a_title_parameters_and_a_total_order(ask: Asker, name: str) -> None:
    question = ask.questions[name]
    assert question.title != name
    assert len(question.title) > 20
    assert "ORDER BY" in question.text
    body = re.sub(r"^#.*$", "", question.text, flags=re.MULTILINE)
    assert set(re.findall(r"\$(\w+)", body)) == {p.name for p in question.parameters}
    for parameter in question.parameters:
        assert parameter.kind in {"entity", "term", "text"}
        assert parameter.default
        assert len(parameter.help) > 10
        # to SPARQL $x and ?x are one variable, to the program they are not
        assert f"?{parameter.name} " not in body


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_question_is_a_valid_query_by_itself(kg: KnowledgeGraph, ask: Asker, name: str) -> None:
    namespaces = "".join(f"PREFIX {p}: <{n}>\n" for p, n in kg.prefixes.namespaces.items())
    empty = ox.Store()
    assert not list(empty.query(namespaces + ask.questions[name].text))


@pytest.mark.parametrize(("name", "parameters"), CASES)
def test_the_answer_is_what_the_records_say(
    ask: Asker, ask_altered: Asker, name: str, parameters: dict[str, str]
) -> None:
    check_answer(ask, name, parameters)
    check_answer(ask_altered, name, parameters)


def check_answer(ask: Asker, name: str, parameters: dict[str, str]) -> None:
    expected = EXPECTED[name]
    result = ask(name, **parameters)
    values = {p.name: p.default for p in ask.questions[name].parameters} | parameters
    assert result.columns == expected.columns
    assert projected(result, expected.keys) == set(expected.rows(ask.kg, **values))
    assert len(set(result.rows)) == len(result.rows), "a join multiplies rows"


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_defaults_answer_something(ask: Asker, name: str) -> None:
    assert bool(ask(name).rows) == (name not in EMPTY)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_order_does_not_hang_on_the_store(ask: Asker, ask_backwards: Asker, name: str) -> None:
    assert ask(name).rows == ask_backwards(name).rows


def test_the_public_door_gives_the_same_answer(kg: KnowledgeGraph, ask: Asker) -> None:
    parameters = {"marker": "CXCL13"}
    assert mg.query(kg, "csf-marker", parameters=parameters) == ask("csf-marker", **parameters)


def test_a_name_is_shown_beside_an_id(kg: KnowledgeGraph, ask: Asker) -> None:
    """Wherever a column holds entities, its sibling holds their names."""
    for name, expected in EXPECTED.items():
        for label in (c for c in expected.columns if c.endswith("_name")):
            column = label.removesuffix("_name")
            if column in expected.columns:
                for identifier, shown in projected(ask(name), (column, label)):
                    assert shown == kg.name(identifier or ""), (name, identifier)


# Column of an answer → the field of the finding that it shows.
TEXTS = {
    "paper": "publication", "statement": "statement", "timepoint": "timepoint", "n": "n",
    "comparator": "comparator", "p_value": "p_value", "study": "study", "locator": "locator",
    "evidence_type": "evidence_type", "anchor": "anchor",
}  # fmt: skip
TERMS = {
    "design": "study_design", "system": "system", "product": "product", "route": "route",
    "significance": "significance", "aspect": "aspect",
}  # fmt: skip
NAMES = {
    "species": "taxon", "donor_species": "taxon", "host": "host_taxon", "object_cell": "object_cell",
    "specimen": "specimen", "subject_name": "subject", "actor_name": "subject",
    "product_name": "subject", "factor_name": "subject", "object_name": "object",
    "target_name": "object", "measure_name": "object", "event_name": "object",
}  # fmt: skip


def shown(kg: KnowledgeGraph, finding: Finding) -> dict[str, str | None]:
    predicate = f"mscgraph:{finding.predicate}"
    values: dict[str, str | None] = {"predicate": predicate, "change": predicate}
    values |= {column: given(getattr(finding, field)) for column, field in TEXTS.items()}
    values |= {c: given_term(field, getattr(finding, field)) for c, field in TERMS.items()}
    for column, field in NAMES.items():
        identifier = given(getattr(finding, field))
        values[column] = kg.name(identifier) if identifier else None
    return values


# Where a product column names the entity, and where the product is what was acted on.
OTHERWISE = {("csf-marker", "product"), ("licensing", "product_name")}


@pytest.mark.parametrize(("name", "parameters"), CASES)
def test_a_row_shows_its_finding_or_association_as_it_is(
    ask: Asker, ask_altered: Asker, name: str, parameters: dict[str, str]
) -> None:
    check_rows(ask, name, parameters)
    check_rows(ask_altered, name, parameters)


def check_rows(ask: Asker, name: str, parameters: dict[str, str]) -> None:
    kg = ask.kg
    result = ask(name, **parameters)
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    if "finding" in result.columns:
        for row in rows:
            values = shown(kg, kg.finding(row["finding"] or ""))
            same = {c for c in result.columns if c in values and (name, c) not in OTHERWISE}
            assert {c: row[c] for c in same} == {c: values[c] for c in same}
    elif "association" in result.columns:
        for row in rows:
            a = kg.association(row["association"] or "")
            values = {
                "subject_name": kg.name(a.subject), "actor_name": kg.name(a.subject),
                "product_name": kg.name(a.subject), "object_name": kg.name(a.object),
                "target_name": kg.name(a.object), "predicate": f"mscgraph:{a.predicate}",
                "aspect": term("aspect", a.aspect), "studies": str(a.grade.studies),
                "grade": a.grade.letter if a.supporting else None,
                "disputed": str(bool(a.disputing)).lower(),
            }  # fmt: skip
            assert {c: row[c] for c in row if c in values} == {c: values[c] for c in row if c in values}


def test_what_msc_do_includes_their_kinds_and_products(ask: Asker) -> None:
    for name, question in ask.questions.items():
        for line in question.text.splitlines():
            if "CL:0000134" in line:
                assert "(rdfs:subClassOf|mscgraph:derives_from)* CL:0000134" in line, name


def test_best_comes_first(kg: KnowledgeGraph, ask: Asker) -> None:
    for name in ("best-graded", "what-raises", "replicated"):
        result = ask(name)
        place = result.columns.index("association")
        costs = [kg.association(row[place] or "").grade.cost for row in result.rows]
        assert costs == sorted(costs)


def test_a_withdrawn_paper_is_found(ask_altered: Asker) -> None:
    statuses = {status for (status,) in projected(ask_altered("withdrawn-papers"), ("status",))}
    assert statuses == {"MSCGT:status.retracted", "MSCGT:status.concern"}


def test_the_share_of_unreviewed_rows(ask_altered: Asker) -> None:
    rows = ask_altered("unreviewed").rows
    assert any(reviewed != "0" for _, _, reviewed, _ in rows)
    for _, findings, reviewed, share in rows:
        assert float(share or "") == pytest.approx(1 - int(reviewed or "") / int(findings or ""))
