"""Invented graphs of any size for the page's measurements: the shipped vocabulary, made-up entities.

Ends are drawn by a Zipf-like weight, so that there are hubs, and pairs repeat, so that findings disagree.
Statements are sentences of some twenty words put together from parts, which compress better than prose
does: a page of prose of this size is larger.
"""

from __future__ import annotations

import random
from bisect import bisect
from itertools import accumulate

from mscgraph.graph import KnowledgeGraph, load
from mscgraph.model import Entity, Finding, Publication

__all__ = ["invented_graph"]

CATEGORIES = ("Protein", "Protein", "Protein", "Cell", "SmallMolecule", "BiologicalProcess", "Disease")
SYLLABLES = (
    "ra", "to", "mi", "cel", "dor", "ven", "lu", "pax", "sin", "tho", "gly", "ker", "os", "fi", "bra", "nu"
)  # fmt: skip
SEEN = (
    "was seen in",
    "was measured in",
    "was reported for",
    "held in",
    "was confirmed in",
    "was tested in",
)
WITH = (
    "cultures kept for three days", "mice killed at the peak", "patients at six months", "sorted cells",
    "spleen and lymph node", "the spinal cord", "stimulated blood cells", "supernatants", "a second cohort",
)  # fmt: skip
EFFECTS = (
    "increases",
    "decreases",
    "has_no_effect_on",
    "alters",
    "produces",
    "positively_correlated_with",
)


def invented_graph(entities: int, associations: int, *, seed: int = 1) -> KnowledgeGraph:
    """Return a graph of this many entities and associations, with 1.2 findings an association."""
    kg = load()
    dice = random.Random(seed)
    taxa = {e.id: e for e in kg.entities.values() if e.category == "OrganismTaxon"}
    held = {e.id: e for e in (_entity(n, dice) for n in range(entities - len(taxa)))}
    papers = {p.id: p for p in (_paper(n) for n in range(max(40, associations // 12)))}
    findings = _findings(kg, held, sorted(papers), associations, dice)
    return KnowledgeGraph(
        kg.tables._replace(entities=held | taxa, publications=papers, findings=findings, places={})
    )


def _entity(n: int, dice: random.Random) -> Entity:
    name = "".join(dice.choices(SYLLABLES, k=3)).capitalize() + f"-{n % 97}"
    category = CATEGORIES[n % len(CATEGORIES)]
    return Entity(
        id=f"INVENTED:{n:06d}", name=name, category=category, label=f"{name} {category.lower()} {n}",
        synonyms=tuple(f"{dice.choice(SYLLABLES).upper()}{n}{letter}" for letter in "AB"),
        xrefs=(), parents=(), part_of=(), derives_from=(), taxon="not_reported", definition="",
    )  # fmt: skip


def _paper(n: int) -> Publication:
    number = str(20_000_000 + 37 * n)
    return Publication(
        id=f"PMID:{number}", pmid=number, pmcid="", doi="", title=f"Invented paper {n} on cells",
        authors="", journal=f"Journal {n % 60}", year=str(1995 + n % 30), study_design="in_vitro",
        status="retracted" if n % 97 == 0 else "published", included_studies=(),
    )  # fmt: skip


def _findings(
    kg: KnowledgeGraph,
    held: dict[str, Entity],
    papers: list[str],
    associations: int,
    dice: random.Random,
) -> dict[str, Finding]:
    pattern = next(iter(kg.findings.values()))
    names = list(held)
    cumulated = list(accumulate((n + 4.0) ** -0.6 for n in range(len(names))))
    dice.shuffle(names)

    def draw() -> str:
        return names[min(bisect(cumulated, dice.random() * cumulated[-1]), len(names) - 1)]

    keys: dict[tuple[str, str, str, str], None] = {}
    pair = ("", "")
    while len(keys) < associations:
        if not keys or dice.random() < 0.75:
            pair = (draw(), draw())
        predicate = dice.choices(EFFECTS, (30, 24, 10, 6, 8, 4))[0]
        aspect = dice.choice(("abundance", "activity", "proliferation", "apoptosis"))
        if pair[0] != pair[1]:
            keys[pair[0], predicate, pair[1], aspect] = None
    rows = [key for key in keys for _ in range(1 + (dice.random() < 0.15) + (dice.random() < 0.05))]
    dice.shuffle(rows)  # the order of papers is not that of relations
    found = {}
    for n, (subject, predicate, object_, aspect) in enumerate(rows):
        identifier = f"MSCGF:{n:07d}"
        design = dice.choice(("in_vitro", "animal_model", "phase_2", "case_series", "randomized_trial"))
        place = f"{dice.choice(SEEN)} {dice.choice(WITH)} ({dice.randrange(3, 60)} samples)"
        found[identifier] = pattern._replace(
            id=identifier, subject=subject, predicate=predicate, object=object_, aspect=aspect,
            object_cell="", via=(), readout=dice.random() < 0.1, publication=dice.choice(papers),
            study_design=design, study="",
            taxon=dice.choice(("NCBITaxon:9606", "NCBITaxon:10090", "not_reported")),
            host_taxon="not_reported", system=dice.choice(("EAE", "co_culture", "not_reported")),
            msc_source=(dice.choice(("CL:0002540", "CL:0002570", "not_reported")),),
            significance=dice.choice(("significant", "significant", "not_significant", "not_reported")),
            n=str(dice.randrange(3, 60)), p_value="not_reported", effect="", note="",
            statement=f"{held[subject].name} {predicate.replace('_', ' ')} the {aspect} of "
            f"{held[object_].name}; this {place}.",
            reviewed_by="a reviewer" if dice.random() < 0.2 else "",
        )  # fmt: skip
    return found
