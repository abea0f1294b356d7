"""What the graph lacks (relations that rest on little, entities that lead nowhere) or may hold twice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

from mscgraph.errors import NotFound
from mscgraph.explain.words import relation_in_words
from mscgraph.graph.conflicts import find_conflicts
from mscgraph.model import NOT_REPORTED, EvidenceLevel, PredicateKind
from mscgraph.schema import named_entities, settings
from mscgraph.text.names import fold, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Entity, Finding

    # ids of associations, entities or findings, each with what is missing in words
    Found = Iterator[tuple[str, str]]

_MSC = "CL:0000134"
_HUMAN = "NCBITaxon:9606"
_MOLECULES = {"Protein", "ProteinFamily", "ChemicalEntity", "MicroRNA"}
_ENDS = {"ClinicalAttribute", "Disease", "PhenotypicFeature", "BiologicalProcess", "OrganismTaxon",
         "AnatomicalEntity"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing: its kind, the association or entity, and that in words."""

    kind: str
    id: str
    text: str


def gaps(kg: KnowledgeGraph, kind: str | None = None) -> list[Gap]:
    """Return what the graph lacks, in the order of :data:`GAP_KINDS`; with ``kind``, only that.

    Parameters
    ----------
    kg
        The graph to look through.
    kind
        One of :data:`GAP_KINDS`, such as ``"single_study"``.

    Raises
    ------
    NotFound
        When there is no such kind, with suggestions.

    Examples
    --------
    >>> import mscgraph as mg
    >>> {gap.kind for gap in mg.gaps(mg.load(), "single_study")}
    {'single_study'}
    """
    if kind is not None and kind not in _FINDERS:
        near = nearest(kind, _FINDERS) or tuple(_FINDERS)
        raise NotFound(f"No kind of gap is called {kind!r}.", suggestions=near)
    return [
        Gap(name, identifier, text)
        for name, (_, find) in _FINDERS.items()
        if kind in (None, name)
        for identifier, text in sorted(set(find(kg)), key=lambda item: (item[1].lower(), item[0]))
    ]


def _edges(kg: KnowledgeGraph, test: Callable[[Association], bool]) -> Found:
    """The associations that pass a test."""
    return ((edge.id, relation_in_words(kg, edge)) for edge in kg.associations.values() if test(edge))


def _effects(kg: KnowledgeGraph, test: Callable[[Association], bool]) -> Found:
    """The effects that something supports and that pass a test."""
    return _edges(kg, lambda edge: bool(edge.supporting) and edge.sign is not None and test(edge))


def _direction_open(kg: KnowledgeGraph) -> Found:
    """``alters`` where no association on the same two and aspect says in which direction."""
    signed = {(e.subject, e.object, e.aspect) for e in kg.associations.values() if e.sign}
    return _edges(
        kg, lambda e: e.predicate == "alters" and (e.subject, e.object, e.aspect) not in signed
    )


def _unexplained_conflict(kg: KnowledgeGraph) -> Found:
    for conflict in find_conflicts(kg):
        if not conflict.differences:
            one, other = (relation_in_words(kg, e) for e in (conflict.first, conflict.second))
            yield conflict.first.id, f"{one} / {other}"


def _shown_effects(kg: KnowledgeGraph) -> list[Association]:
    """The supported effects, production left out."""
    return [edge for edge in kg.associations.values() if edge.supporting and _is_effect(kg, edge)]


def _is_effect(kg: KnowledgeGraph, edge: Association) -> bool:
    kind = kg.predicates[edge.predicate].kind
    return kind is PredicateKind.EFFECT and edge.predicate != "produces"


def _acting(kg: KnowledgeGraph) -> set[str]:
    """The entities that have a supported effect on something, or of which a kind has."""
    acts = {edge.subject for edge in _shown_effects(kg)}
    return acts | {parent for entity in acts for parent in kg.ancestors(entity)}


def _mediator_without_target(kg: KnowledgeGraph) -> Found:
    sources = kg.kinds_of(_MSC)
    sources |= {e.id for e in kg.entities.values() if sources & set(e.derives_from)}
    acting = _acting(kg)
    for edge in kg.associations.values():
        made = edge.predicate in ("produces", "expresses") and edge.supporting
        if made and edge.subject in sources and edge.object not in acting:
            said = f"{kg.name(edge.object)} is made by {kg.name(edge.subject)} and acts on nothing"
            yield edge.object, said


def _no_outgoing_step(kg: KnowledgeGraph) -> Found:
    acting = _acting(kg)
    for edge in _shown_effects(kg):
        if edge.object not in acting and kg.entities[edge.object].category not in _ENDS:
            yield edge.object, f"{kg.name(edge.object)} is acted on and leads nowhere"


def _never_mentioned(kg: KnowledgeGraph) -> Found:
    """Entities that neither a finding nor the hierarchy of a finding's entity uses."""
    used = {value for finding in kg.findings.values() for _, value in named_entities(finding)}
    used |= {parent for entity in used & set(kg.entities) for parent in kg.ancestors(entity)}
    for entity in kg.entities.values():
        if entity.id not in used:
            yield entity.id, f"no finding names {entity.name}"


def _unmatched_via(kg: KnowledgeGraph) -> Found:
    """Mediators that a row names in ``via`` and that no row shows to act on the same object."""
    effects = {(e.subject, e.object) for e in kg.associations.values() if _is_effect(kg, e)}
    for f in kg.findings.values():
        for mediator in f.via:
            known = any((kind, f.object) in effects for kind in kg.kinds_of(mediator))
            if mediator in kg.entities and kg.entities[mediator].category in _MOLECULES and not known:
                effect = f"{kg.name(mediator)} mediates an effect on {kg.name(f.object)}"
                yield f.id, f"{effect}: no row of its own"


_TESTS: dict[str, tuple[str, Callable[[Association], bool]]] = {
    "single_study": ("one independent study supports it", lambda edge: edge.grade.studies == 1),
    "in_vitro_only": (
        "nothing above cell culture supports it",
        lambda edge: edge.grade.evidence_level is EvidenceLevel.IN_VITRO,
    ),
    "animal_only": (
        "nothing above animals supports it",
        lambda edge: edge.grade.evidence_level is EvidenceLevel.ANIMAL,
    ),
    "no_human_evidence": (
        "neither patients nor human cells showed it",
        lambda edge: edge.grade.evidence_level < EvidenceLevel.HUMAN_OBSERVATIONAL
        and not any(_HUMAN in finding.taxa for finding in edge.supporting),
    ),
    "no_assay": (
        "only reviews say so, no primary study is curated", lambda edge: edge.grade.studies == 0
    ),
}  # fmt: skip
_FINDERS: dict[str, tuple[str, Callable[[KnowledgeGraph], Found]]] = {
    **{name: (text, partial(_effects, test=test)) for name, (text, test) in _TESTS.items()},
    "unsupported": (
        "no finding that counts supports it", partial(_edges, test=lambda edge: not edge.supporting)
    ),
    "direction_open": ("no finding says in which direction", _direction_open),
    "unexplained_conflict": ("the settings of the two sides do not differ", _unexplained_conflict),
    "mediator_without_target": ("MSC or a product make it; it acts on nothing", _mediator_without_target),
    "mediator_without_row": ("a row's via names it; its own effect has no row", _unmatched_via),
    "no_outgoing_step": ("something acts on it; it acts on nothing", _no_outgoing_step),
    "never_mentioned": ("no finding names it", _never_mentioned),
}  # fmt: skip
GAP_KINDS = {name: text for name, (text, _) in _FINDERS.items()}


# -- duplicates -------------------------------------------------------------------------------------

_SHORTEST_WORD = 7
_COMPARED = (*(column.name for column in settings()), "via", "note", "n", "study")
_OPEN = ("", NOT_REPORTED, (), (NOT_REPORTED,))


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two records that may be one: ``kind`` is ``"finding"`` or ``"entity"``, ``reason`` says why."""

    kind: str
    first: str
    second: str
    reason: str


def duplicates(kg: KnowledgeGraph) -> list[Duplicate]:
    """Return the pairs of findings and of entities that may be one, for a curator to judge.

    Two findings may be one when the same paper reports the same relation, and each setting is equal or
    reported by one of them only. Two entities may be one when they share a label or a cross-reference,
    or when names of theirs differ by one letter of a long word.

    Parameters
    ----------
    kg
        The graph to look through.

    Examples
    --------
    >>> import mscgraph as mg
    >>> all(pair.first < pair.second for pair in mg.duplicates(mg.load()))
    True
    """
    pairs = {*_same_findings(kg), *_same_entities(kg.entities.values())}
    return sorted(pairs, key=lambda d: (d.kind != "finding", d.first, d.second, d.reason))


def _same_findings(kg: KnowledgeGraph) -> Iterator[Duplicate]:
    groups: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for finding in kg.findings.values():
        groups[finding.publication, *finding.key].append(finding)
    for found in groups.values():
        for one, other in combinations(sorted(found, key=lambda f: f.id), 2):
            apart = [c for c in _COMPARED if getattr(one, c) != getattr(other, c)]
            if all(getattr(one, c) in _OPEN or getattr(other, c) in _OPEN for c in apart):
                said = ", ".join(c.replace("_", " ") for c in apart)
                reason = f"one of the two does not say: {said}" if said else "no setting differs"
                yield Duplicate("finding", one.id, other.id, f"same paper and relation; {reason}")


def _same_entities(entities: Iterable[Entity]) -> Iterator[Duplicate]:
    owners: dict[str, set[str]] = defaultdict(set)
    named: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for entity in entities:
        for shared in (*entity.xrefs, *filter(None, [fold(entity.label)])):
            owners[shared].add(entity.id)
        for name in {entity.name, entity.label, *entity.synonyms} - {""}:
            folded = fold(name)
            for at in range(
                len(folded) + 1
            ):  # equal names, and those that differ by one letter, share a key
                named[folded[:at] + folded[at + 1 :]].add((entity.id, name))
    for shared, found in owners.items():
        for one, other in combinations(sorted(found), 2):
            what = "cross-reference" if ":" in shared else "label"
            yield Duplicate("entity", one, other, f"the same {what}: {shared}")
    slips: dict[tuple[str, ...], Duplicate] = {}
    for group in named.values():
        for (one, name), (other, alike) in combinations(sorted(group), 2):
            if one != other and _is_slip(name, alike):
                slip = Duplicate("entity", one, other, f"{name!r} is nearly {alike!r}")
                slips.setdefault((one, other, fold(name), fold(alike)), slip)
    yield from slips.values()


def _is_slip(name: str, alike: str) -> bool:
    """Whether two names differ inside one long word, by a letter.

    IL-6 is not IL-8, nor TNF-α TNF-β, nor is demyelination remyelination.
    """
    one, other = ([fold(w) for w in _words(n)] for n in (name, alike))
    differ = [(a, b) for a, b in zip(one, other, strict=False) if a != b]
    if len(one) != len(other) or len(differ) != 1:
        return False
    a, b = differ[0]
    return a[0] == b[0] and min(len(a), len(b)) >= _SHORTEST_WORD and (a + b).isalpha()


def _words(name: str) -> list[str]:
    return "".join(c if c.isalnum() or c == "+" else " " for c in name).split()
