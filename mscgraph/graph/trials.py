"""Trials and treated cohorts: what was given to whom, against what, and what moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.graph.parts import entities_with_roles, sense_of
from mscgraph.model import NOT_REPORTED, PredicateKind
from mscgraph.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mscgraph.graph.knowledge import KnowledgeGraph
    from mscgraph.model import Finding

# Study designs in which patients were treated, the strongest first.
_DESIGNS = (
    "phase_3", "randomized_trial", "nonrandomized_trial", "phase_2", "phase_1_2", "phase_1",
    "single_arm_trial", "case_series",
)  # fmt: skip
_ADVERSE = ("MSCG:adverse_event", "MSCG:safety_laboratory_parameter")
_HARMS = frozenset({"PhenotypicFeature", "Disease"})
_PRIMARY = "primary end point"


class Outcome(NamedTuple):
    """What a trial saw of one entity: all its findings that say the same of it.

    ``sense`` is ``increase``, ``decrease``, ``unknown``, ``no effect``, ``observation`` (seen, held against
    nothing), ``not seen``, ``trend`` (a direction that missed significance) or ``other``. ``is_harm`` says
    that it was followed as an adverse event, ``is_primary`` that the paper calls it its primary end point.
    """

    entity: str
    sense: str
    findings: tuple[Finding, ...]
    is_harm: bool
    is_primary: bool

    @property
    def is_met(self) -> bool:
        """Whether an effect was shown: what is asked of a primary end point."""
        return self.sense in {"increase", "decrease", "unknown"}

    def to_dict(self) -> dict[str, Any]:
        """The outcome as JSON-ready values."""
        return self._asdict() | {"findings": [finding.id for finding in self.findings]}


class Trial(NamedTuple):
    """A trial, or a cohort that was treated: one registry entry, or one paper where none is known.

    Examples
    --------
    >>> import mscgraph as mg
    >>> trials = mg.find_trials(mg.load())
    >>> {trial.primary for trial in trials} <= {"", "met", "missed", "partly met"}
    True
    """

    study: str
    design: str
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def n(self) -> int | None:
        """The most patients that one of its findings compares; None where none says."""
        return max((int(f.n) for f in self.findings if f.n.isdigit()), default=None)

    @property
    def publications(self) -> tuple[str, ...]:
        """The ids of its papers."""
        return self.values("publication")

    @property
    def primary(self) -> str:
        """``met``, ``missed`` or ``partly met``; empty where no finding is of a primary end point."""
        met = {outcome.is_met for outcome in self.outcomes if outcome.is_primary}
        return "" if not met else ("missed", "met", "partly met")[met.pop() if len(met) == 1 else 2]

    def values(self, column: str) -> tuple[str, ...]:
        """What its findings report in a column, each value once; what only went along is left out."""
        found: dict[str, None] = {}
        told = [f for o in self.outcomes if o.sense != "other" for f in o.findings]
        for finding in told or self.findings:
            value = getattr(finding, column)
            found |= dict.fromkeys((value,) if isinstance(value, str) else value)
        return tuple(value for value in found if value not in ("", NOT_REPORTED))

    def to_dict(self) -> dict[str, Any]:
        """The trial as JSON-ready values, ids as CURIEs."""
        columns = (
            "subject", "msc_source", "product", "donor", "route", "dose", "system", "comparison",
            "comparator",
        )  # fmt: skip
        return {
            "study": self.study,
            "design": self.design,
            **{column: self.values(column) for column in columns},
            "n": self.n,
            "primary_end_point": self.primary,
            "outcomes": [outcome.to_dict() for outcome in self.outcomes],
            "publications": self.publications,
            "findings": [finding.id for finding in self.findings],
        }


def find_trials(
    kg: KnowledgeGraph, *, system: str | None = "MS_patients", **filters: str | None
) -> list[Trial]:
    """Return the trials and treated cohorts, those of MSC products and of the strongest design first.

    Parameters
    ----------
    kg
        The graph.
    system
        The patients: MS of any course unless another group is named, such as ``GvHD``; None for all.
    **filters
        Those of :meth:`mscgraph.KnowledgeGraph.find_findings`, and ``study``, an id in a registry. A trial
        is returned whole where one of its findings passes.

    Returns
    -------
    list of Trial
        One a registry entry; a paper without one is a cohort of its own.

    Raises
    ------
    NotFound
        When a filter names nothing that exists, with suggestions.

    Examples
    --------
    >>> import mscgraph as mg
    >>> trials = mg.find_trials(mg.load(), source="BM-MSC", design="randomized_trial")
    >>> all(trial.design for trial in trials)
    True
    """
    study = filters.pop("study", None)
    passing = {
        f.cohort for f in kg.find_findings(system=system, **filters) if f.study_design in _DESIGNS
    }
    if study is not None:
        passing = {cohort for cohort in passing if cohort.casefold() == study.casefold()}
    cohorts: dict[str, list[Finding]] = {}
    for finding in kg.findings.values():
        if finding.cohort in passing and finding.study_design in _DESIGNS:
            cohorts.setdefault(finding.cohort, []).append(finding)
    products = {entity.id for entity in entities_with_roles(kg, {"source_product"})}
    trials = [_trial(kg, cohort, findings) for cohort, findings in cohorts.items()]
    return sorted(
        trials,
        key=lambda t: (
            products.isdisjoint(t.values("subject")), _DESIGNS.index(t.design), -(t.n or 0), t.study,
        ),
    )  # fmt: skip


def _trial(kg: KnowledgeGraph, cohort: str, findings: list[Finding]) -> Trial:
    outcomes: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        outcomes.setdefault((finding.object, _sense(kg, finding)), []).append(finding)
    return Trial(
        cohort,
        min((finding.study_design for finding in findings), key=_DESIGNS.index),
        tuple(findings),
        tuple(
            Outcome(entity, sense, tuple(some), _is_harm(kg, entity, some), _is_primary(some))
            for (entity, sense), some in outcomes.items()
        ),
    )


def _sense(kg: KnowledgeGraph, finding: Finding) -> str:
    if finding.predicate == "not_followed_by":
        return "not seen"
    if finding.significance == "not_significant" and kg.predicates[finding.predicate].sign is not None:
        return "trend"
    sense = sense_of(kg, finding)
    return "other" if sense == "correlation" else sense


def _is_harm(kg: KnowledgeGraph, entity: str, findings: Iterable[Finding]) -> bool:
    """Whether it was followed as an adverse event: such an event, or a symptom or disease only seen."""
    if {entity, *kg.ancestors(entity)}.intersection(_ADVERSE):
        return True
    seen = all(kg.predicates[f.predicate].kind is PredicateKind.OBSERVATION for f in findings)
    return seen and kg.entities[entity].category in _HARMS


def _is_primary(findings: Iterable[Finding]) -> bool:
    """Whether a finding says that it is of the primary end point, in its note or its statement."""
    return any(_PRIMARY in f"{f.note} {f.statement}" for f in findings)
