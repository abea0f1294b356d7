"""What the graph lacks: relations that rest on little, and entities that lead nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mscgraph.errors import NotFound
from mscgraph.explain.words import relation_in_words
from mscgraph.graph.conflicts import find_conflicts
from mscgraph.model import EvidenceLevel, PredicateKind
from mscgraph.schema import named_entities
from mscgraph.text.names import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association

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
        raise NotFound(
            f"No kind of gap is called {kind!r}.",
            suggestions=nearest(kind, _FINDERS) or tuple(_FINDERS),
        )
    return [
        Gap(name, identifier, text)
        for name, (_, find) in _FINDERS.items()
        if kind in (None, name)
        for identifier, text in sorted(set(find(kg)), key=lambda item: (item[1].lower(), item[0]))
    ]


def _where(kg: KnowledgeGraph, test: Callable[[Association], bool]) -> Found:
    """The effects that something supports and that pass a test."""
    for edge in kg.associations.values():
        if edge.supporting and edge.sign is not None and test(edge):
            yield edge.id, relation_in_words(kg, edge)


def _single_study(kg: KnowledgeGraph) -> Found:
    return _where(kg, lambda edge: edge.grade.studies == 1)


def _only_on(evidence_level: EvidenceLevel) -> Callable[[KnowledgeGraph], Found]:
    return lambda kg: _where(kg, lambda edge: edge.grade.evidence_level is evidence_level)


def _no_human(kg: KnowledgeGraph) -> Found:
    def unseen(edge: Association) -> bool:
        return edge.grade.evidence_level < EvidenceLevel.HUMAN_OBSERVATIONAL and not any(
            _HUMAN in finding.taxa for finding in edge.supporting
        )

    return _where(kg, unseen)


def _no_assay(kg: KnowledgeGraph) -> Found:
    return _where(kg, lambda edge: edge.grade.studies == 0)


def _unsupported(kg: KnowledgeGraph) -> Found:
    for edge in kg.associations.values():
        if not edge.supporting:
            yield edge.id, relation_in_words(kg, edge)


def _direction_open(kg: KnowledgeGraph) -> Found:
    """``alters`` where no association on the same two and aspect says in which direction."""
    signed = {(e.subject, e.object, e.aspect) for e in kg.associations.values() if e.sign}
    for edge in kg.associations.values():
        if edge.predicate == "alters" and (edge.subject, edge.object, edge.aspect) not in signed:
            yield edge.id, relation_in_words(kg, edge)


def _unexplained_conflict(kg: KnowledgeGraph) -> Found:
    for conflict in find_conflicts(kg):
        if not conflict.differences:
            one, other = (relation_in_words(kg, e) for e in (conflict.first, conflict.second))
            yield conflict.first.id, f"{one} / {other}"


def _acting(kg: KnowledgeGraph) -> set[str]:
    """The entities that have a supported effect on something, or of which a kind has."""
    acts = {e.subject for e in kg.associations.values() if e.supporting and _is_effect(kg, e)}
    return acts | {parent for entity in acts for parent in kg.ancestors(entity)}


def _is_effect(kg: KnowledgeGraph, edge: Association) -> bool:
    kind = kg.predicates[edge.predicate].kind
    return kind is PredicateKind.EFFECT and edge.predicate != "produces"


def _mediator_without_target(kg: KnowledgeGraph) -> Found:
    sources = kg.kinds_of(_MSC)
    sources |= {e.id for e in kg.entities.values() if sources & set(e.derives_from)}
    acting = _acting(kg)
    for edge in kg.associations.values():
        made = edge.predicate in ("produces", "expresses") and edge.supporting
        if made and edge.subject in sources and edge.object not in acting:
            yield (
                edge.object,
                f"{kg.name(edge.object)} is made by {kg.name(edge.subject)} and acts on nothing",
            )


def _no_outgoing_step(kg: KnowledgeGraph) -> Found:
    acting = _acting(kg)
    for edge in kg.associations.values():
        ends = kg.entities[edge.object].category in _ENDS
        if edge.supporting and _is_effect(kg, edge) and not ends and edge.object not in acting:
            yield edge.object, f"{kg.name(edge.object)} is acted on and leads nowhere"


def _never_mentioned(kg: KnowledgeGraph) -> Found:
    """Entities that neither a finding nor the hierarchy of a finding's entity uses."""
    used: set[str] = set()
    for f in kg.findings.values():
        used.update(value for _, value in named_entities(f))
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
                yield (
                    f.id,
                    f"{kg.name(mediator)} mediates an effect on {kg.name(f.object)}: no row of its own",
                )


_FINDERS: dict[str, tuple[str, Callable[[KnowledgeGraph], Found]]] = {
    "single_study": ("one independent study supports it", _single_study),
    "in_vitro_only": ("nothing above cell culture supports it", _only_on(EvidenceLevel.IN_VITRO)),
    "animal_only": ("nothing above animals supports it", _only_on(EvidenceLevel.ANIMAL)),
    "no_human_evidence": ("neither patients nor human cells showed it", _no_human),
    "no_assay": ("only reviews say so, no primary study is curated", _no_assay),
    "unsupported": ("no finding that counts supports it", _unsupported),
    "direction_open": ("no finding says in which direction", _direction_open),
    "unexplained_conflict": ("the settings of the two sides do not differ", _unexplained_conflict),
    "mediator_without_target": (
        "MSC or a product make it; it acts on nothing",
        _mediator_without_target,
    ),
    "mediator_without_row": ("a row's via names it; its own effect has no row", _unmatched_via),
    "no_outgoing_step": ("something acts on it; it acts on nothing", _no_outgoing_step),
    "never_mentioned": ("no finding names it", _never_mentioned),
}
GAP_KINDS = {name: text for name, (text, _) in _FINDERS.items()}
