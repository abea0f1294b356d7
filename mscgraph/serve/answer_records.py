"""The records that answers to assistants are made of: findings, associations, routes, what is contested.

Every text of the graph is quoted; ids and counts stand as they are.
"""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

from mscgraph.explain.words import (
    SENSES_IN_WORDS,
    cite,
    counted,
    difference_in_words,
    finding_in_words,
    relation_in_words,
    setting_in_words,
    sources_in_words,
)
from mscgraph.render.finding_words import citation
from mscgraph.serve.quoting import identifier, quotation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mscgraph.explain.explained import Evidence, ExplainedPath, ExplainedStep
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.conflicts import Conflict, Dependence, Difference
    from mscgraph.model import Association, Entity, Finding
    from mscgraph.paths.answer import PathAnswer

__all__ = [
    "association_record",
    "by_turns",
    "contested_record",
    "differences_quoted",
    "direct_records",
    "direct_said",
    "entity_record",
    "quoted_finding",
    "route_record",
    "stated_records",
]


def quoted_finding(
    kg: KnowledgeGraph, finding: Finding, *, detail: bool, **more: Any
) -> dict[str, Any]:
    """A finding: what it says, where it was seen, and its paper."""
    record = {
        "finding": identifier(finding.id),
        **more,
        "says": quotation(finding.statement),
        "setting": quotation(setting_in_words(kg, finding)),
        "paper": _paper(kg, finding.publication, detail=detail),
    }
    if detail:
        record["relation"] = quotation(finding_in_words(kg, finding))
    return record


def _paper(kg: KnowledgeGraph, publication: str, *, detail: bool) -> str:
    known = kg.publications.get(publication)
    if detail or known is None:
        return f"{identifier(publication)} {quotation(cite(kg, publication))}"
    name = citation(known)
    said = "" if name.startswith(publication) else f" {quotation(name)}"
    status = "" if known.status == "published" else f" [{known.status.upper()}]"
    return f"{identifier(publication)}{said}{status}"


def stated_records(edges: Iterable[Association]) -> list[dict[str, Any]]:
    """What other sources state of associations."""
    lines = (line for edge in edges for line in sources_in_words(edge))
    return [{"stated_by_others_not_read_by_us": quotation(line)} for line in lines]


def differences_quoted(kg: KnowledgeGraph, found: Iterable[Difference], most: int | None) -> list[str]:
    """The settings in which two sides differ."""
    return [quotation(difference_in_words(kg, one), 160) for one in list(found)[:most]]


def by_turns(sides: Mapping[str, Sequence[Finding]]) -> list[tuple[str, Finding]]:
    """Findings by turns from each side, so that the first page shows all sides."""
    rows = ([(side, finding) for finding in found] for side, found in sides.items())
    return [one for one in chain.from_iterable(zip_longest(*rows)) if one is not None]


def association_record(kg: KnowledgeGraph, edge: Association) -> dict[str, Any]:
    """A relation with its grade and how many findings stand on each side."""
    return {
        "association": edge.id,
        "says": quotation(relation_in_words(kg, edge)),
        "grade": edge.grade.letter,
        "for": len(edge.supporting),
        "against": len(edge.disputing),
        **({"other_settings": len(edge.other_settings)} if edge.other_settings else {}),
        **(
            {"stated_by": [quotation(one) for one in sources_in_words(edge)[:3]]}
            if edge.sources
            else {}
        ),
    }


def entity_record(entity: Entity) -> dict[str, Any]:
    """An entity by its id, with its first names."""
    return {
        "entity": identifier(entity.id),
        "name": quotation(entity.name, 100),
        "category": identifier(entity.category),
        "synonyms": [quotation(name, 100) for name in entity.synonyms[:6]],
    }


def direct_said(kg: KnowledgeGraph, found: PathAnswer) -> str:
    """How often the effect of source on target was tested, and what was seen."""
    pair = f"{quotation(kg.name(found.source))} → {quotation(kg.name(found.target))}"
    findings = found.direct.findings
    if not findings:
        return f"{pair}: no direct test is curated."
    papers = counted(len({finding.publication for finding in findings}), "paper")
    senses = "; ".join(
        f"{SENSES_IN_WORDS[tested.sense]}: {len(tested.findings)}"
        + (f" and {len(tested.outside)} outside the conditions" if tested.outside else "")
        for tested in found.direct.senses
    )
    return f"{pair} tested directly in {counted(len(findings), 'finding')} of {papers} ({senses})."


def direct_records(kg: KnowledgeGraph, found: PathAnswer) -> list[dict[str, Any]]:
    """One finding of each thing that the direct test says."""
    records = []
    for tested in found.direct.senses:
        shown = (tested.findings or tested.outside)[0]
        said = {
            "direct_test": SENSES_IN_WORDS[tested.sense],
            "findings": len(tested.findings) + len(tested.outside),
            **({} if tested.findings else {"outside_the_conditions": True}),
        }
        records.append({**said, "such_as": quoted_finding(kg, shown, detail=False)})
    return records


def route_record(path: ExplainedPath, *, detail: bool) -> dict[str, Any]:
    """The best path of a route, step by step, with what speaks for and against each."""
    shown = path.path.demonstrated is not None
    record = {
        "route": quotation(path.route),
        "effect": path.path.effect,
        "shown": "demonstrated in a study" if shown else "put together: a hypothesis",
        "weakest_evidence": path.path.evidence_level.words,
        "steps": [_step(step, detail=detail) for step in path.steps],
    }
    if detail and path.setting:
        record["seen_together"] = quotation(path.setting)
    if path.others:
        against = counted(path.against_others, "finding")
        record["other_paths"] = f"{len(path.others)} more along this route, {against} against them"
    return record


def _step(step: ExplainedStep, *, detail: bool) -> dict[str, Any]:
    most, most_against = (4, 8) if detail else (1, 1)
    edge = step.step.association
    against = _some(step.disputing, most_against, detail=detail)
    record: dict[str, Any] = {
        "association": edge.id,
        "says": quotation(step.relation),
        "grade": edge.grade.letter,
        "for": _some(step.supporting, most, detail=detail),
        "against": against or ["nothing comparable is curated"],
    }
    if step.other_settings:
        record["otherwise_in_other_settings"] = len(step.other_settings)
    if step.elsewhere:
        record["against_elsewhere"] = quotation(step.elsewhere, 400 if detail else 120)
    if step.disputing:
        record["differ_in"] = [quotation(one, 120) for one in step.apart[: 6 if detail else 2]]
    if step.stated:
        record["stated_by"] = [quotation(one) for one in step.stated[:2]]
    return record


def _some(found: Sequence[Evidence], most: int, *, detail: bool) -> list[Any]:
    rows: list[Any] = []
    for one in found[:most]:
        said = {"finding": identifier(one.finding.id), "says": quotation(one.finding.statement)}
        if detail:
            said["setting"] = quotation(one.setting)
        rows.append({**said, "paper": identifier(one.finding.publication)})
    return rows + ([f"and {len(found) - most} more"] if len(found) > most else [])


def contested_record(
    kg: KnowledgeGraph, pair: Conflict | Dependence, *, detail: bool
) -> dict[str, Any]:
    """What studies disagree on, or one study saw both ways, and the settings that differ."""
    study = getattr(pair, "study", "")
    sides = ((pair.first, pair.first_findings), (pair.second, pair.second_findings))
    return {
        "kind": f"one study saw both: {_paper(kg, study, detail=False)}"
        if study
        else "studies disagree",
        "sides": [
            {
                "association": edge.id,
                "says": quotation(relation_in_words(kg, edge)),
                "grade": edge.grade.letter,
                "findings": len(some),
                "such_as": [
                    quoted_finding(kg, f, detail=False)
                    if detail
                    else f"{identifier(f.id)} {identifier(f.publication)}"
                    for f in some[: 6 if detail else 3]
                ],
            }
            for edge, some in sides
        ],
        "differ_in": differences_quoted(kg, pair.differences, None if detail else 3)
        or ["no setting that is curated"],
    }
