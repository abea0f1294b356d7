"""The grade of what others state and we have not read: by what each source says of itself."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mscgraph.graph.grading import independent_studies
from mscgraph.model import Grade, Reason, Rung

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mscgraph.model import Finding, KnowledgeSource
    from mscgraph.tables import ExternalCosts
    from mscgraph.tables.rubric import Rubric

__all__ = ["against", "external_grade", "leading"]


def leading(sources: Sequence[KnowledgeSource], costs: ExternalCosts) -> KnowledgeSource:
    """The statement that costs least; of equal ones the first by name of its source."""
    return min(
        sources,
        key=lambda s: (
            costs.cost(s.knowledge_level, s.agent_type),
            s.primary_knowledge_source,
            s.knowledge_level,
            s.agent_type,
        ),
    )


def external_grade(
    sources: Sequence[KnowledgeSource],
    disputing: Sequence[Finding],
    rubric: Rubric,
    costs: ExternalCosts,
) -> Grade:
    """Grade an association that no finding of ours supports.

    Costs add up: knowledge level + agent type of the cheapest statement + share of our findings against.
    The numbers stand in the section ``external`` of ``ontology/curation/rubric.toml``.
    """
    first = leading(sources, costs)
    base = costs.cost(first.knowledge_level, first.agent_type)
    return _graded(
        rubric, first.primary_knowledge_source, first.knowledge_level, first.agent_type, base,
        len(disputing), against(disputing, rubric),
    )  # fmt: skip


def against(disputing: Sequence[Finding], rubric: Rubric) -> int:
    """What our findings against an external statement cost it, as if it were one study."""
    if not disputing:
        return 0
    studies = max(len(independent_studies(disputing, rubric)), 1)
    return round(rubric.disputed * studies / (studies + 1))


@lru_cache(maxsize=4096)
def _graded(
    rubric: Rubric, source: str, level: str, agent: str, base: int, disputing: int, contra: int
) -> Grade:
    said = f"{source} states it ({level.replace('_', ' ')}, {agent.replace('_', ' ')})"
    reasons = [Reason(f"not graded by us: {said}", base)]
    if disputing:
        what = "1 finding" if disputing == 1 else f"{disputing} findings"
        reasons.append(Reason(f"against it: {what}", contra))
    cost = base + contra
    letter = next(letter for letter, at_most, _ in rubric.letters if cost <= at_most)
    return Grade(letter, cost, Rung.STATEMENT, 0, tuple(reasons))
