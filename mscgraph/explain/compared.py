"""Trials, comparisons, and what studies disagree on, in words: short tables."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from mscgraph.explain.explained import Listing
from mscgraph.explain.words import (
    cite,
    counted,
    dependence_in_words,
    relation_in_words,
    setting_in_words,
)
from mscgraph.graph.comparison import RELATIONS
from mscgraph.graph.conflicts import Conflict
from mscgraph.model import NOT_REPORTED, PredicateKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.comparison import Compared, Comparison
    from mscgraph.graph.conflicts import Dependence
    from mscgraph.graph.trials import Outcome, Trial
    from mscgraph.model import Association, Finding

_ARROWS = {"increase": "↑", "decrease": "↓", "unknown": "?", "no effect": "○"}
_LEGEND = "↑ raises in so many findings, ↓ lowers, ? changes, ○ no effect"
_UNITS = {"Y": "y", "M": "mo", "W": "wk", "D": "d", "H": "h"}


def trial_in_words(kg: KnowledgeGraph, trial: Trial) -> Listing:
    """A trial as a short table: what was given, against what, what moved, and what harmed."""
    row = trial_row(kg, trial)
    head = " · ".join(row[name] for name in ("study", "design", "patients") if row[name])
    lines = tuple((name, text) for name, text in row.items() if text and name in _LINES)
    papers = tuple(("paper", cite(kg, paper)) for paper in trial.publications)
    return Listing(head, ("", ""), lines + papers)


_LINES = (
    "tested", "given", "n", "against", "end point", "better", "worse", "changed", "no effect", "trend",
    "seen after", "not seen", "harms", "no harm seen", "other",
)  # fmt: skip
COLUMNS = ("study", "design", "patients", *_LINES, "papers")


def trial_row(kg: KnowledgeGraph, trial: Trial) -> dict[str, str]:
    """A trial as one row of text under :data:`COLUMNS`; what is not reported is empty."""

    def said(column: str) -> str:
        terms = kg.vocabulary.get(column, {})
        return ", ".join(terms[v].label if v in terms else kg.name(v) for v in trial.values(column))

    kinds = {"living cells", "no MSC product in the row"}
    given = (said("msc_source"), said("donor"), *{said("product")}.difference(kinds))
    product = [one for one in given if one]
    tested = f"{said('subject')} ({'; '.join(product)})" if product else said("subject")
    if trial.values("product") == ("not_applicable",):
        tested += ": arrows say what it does, also where it was blocked"
    primary = [outcome for outcome in trial.outcomes if outcome.is_primary]
    rows: dict[str, list[Outcome]] = {}
    for outcome in trial.outcomes:
        rows.setdefault(_place(kg, outcome), []).append(outcome)
    return {
        "study": trial.study,
        "design": kg.vocabulary["study_design"][trial.design].label,
        "patients": said("system"),
        "tested": tested,
        "given": "; ".join(filter(None, (said("route"), said("dose")))),
        "n": str(trial.n or ""),
        "against": said("comparator") or said("comparison").replace("none", "nothing"),
        "end point": f"{trial.primary}: {_outcomes(kg, primary)}" if primary else "",
        **{name: _outcomes(kg, rows.get(name, ())) for name in _LINES[5:]},
        "papers": " ".join(trial.publications),
    }


def _place(kg: KnowledgeGraph, outcome: Outcome) -> str:
    """Which line of a trial an outcome stands in."""
    if outcome.sense in {"increase", "decrease"} and (more_is := kg.entities[outcome.entity].more_is):
        return "better" if (more_is == "better") == (outcome.sense == "increase") else "worse"
    return _PLACES[outcome.sense][outcome.is_harm]


_PLACES = {
    "increase": ("changed", "changed"),
    "decrease": ("changed", "changed"),
    "unknown": ("changed", "changed"),
    "observation": ("seen after", "harms"),
    "not seen": ("not seen", "no harm seen"),
    "no effect": ("no effect", "no effect"),
    "trend": ("trend", "trend"),
    "other": ("other", "other"),
    "not counted": ("other", "other"),
}


def _outcomes(kg: KnowledgeGraph, outcomes: Iterable[Outcome]) -> str:
    """Outcomes with where and when they were seen: ``EDSS score ↓ (1 mo, 6 mo)``."""
    said = []
    for outcome in outcomes:
        signs = {_sign(kg, finding) for finding in outcome.findings}
        arrow = {"{1}": "↑", "{-1}": "↓", "{0}": "?"}.get(str(signs), "")
        aspects = {kg.aspects[f.aspect].label for f in outcome.findings if f.aspect not in _PLAIN}
        where = {kg.name(f.specimen) for f in outcome.findings if ":" in f.specimen}
        when = {_time(f.timepoint) for f in outcome.findings} - {""}
        details = ", ".join([*sorted(aspects), *sorted(where), *sorted(when, key=_length)])
        said.append(f"{kg.name(outcome.entity)} {arrow}".rstrip() + f" ({details})" * bool(details))
    return ", ".join(said)


_PLAIN = {"abundance", "activity_or_abundance", "severity", "incidence", "expression", "secretion"}


def _sign(kg: KnowledgeGraph, finding: Finding) -> int | None:
    """The direction that a finding reports, significant or not; None where it reports none."""
    sign = kg.predicates[finding.predicate].sign
    return None if sign is None else int(sign) * int(kg.aspects[finding.aspect].polarity)


def _time(duration: str) -> str:
    """An ISO 8601 duration in short words: ``P1Y6M`` is ``1 y 6 mo``."""
    return " ".join(f"{n} {_UNITS[unit]}" for n, unit in re.findall(r"(\d+)([YMWDH])", duration))


def _length(time: str) -> tuple[int, int]:
    number, unit = time.split()[:2]
    return ("h", "d", "wk", "mo", "y").index(unit), int(number)


_TITLES = {
    "opposite": "Opposite",
    "one alone has an effect": "One alone has an effect",
    "both lower": "Shared: both lower",
    "both raise": "Shared: both raise",
    "neither has an effect": "Shared: neither has an effect",
    "unclear": "Unclear: findings differ among themselves",
    "only first": "Only {first} was tested on",
    "only second": "Only {second} was tested on",
}


def compared_in_words(kg: KnowledgeGraph, found: Comparison, most: int) -> Iterator[Listing]:
    """Return a comparison, a table for each way in which two entities relate, ``most`` rows each."""
    first, second = kg.name(found.first), kg.name(found.second)
    yield Listing(f"What do {first} and {second} share, and where do they differ?", (), ())
    number = counted(len(found.studies), "study has", "studies have")
    yield Listing(f"{number} findings of both. {_LEGEND}.", (), ())
    for is_via in (False, True):
        rows = [row for row in found.rows if row.is_via is is_via]
        if is_via and rows:
            yield Listing("Effects of others, shown to run by way of them", (), ())
        for relation in RELATIONS:
            some = [row for row in rows if row.relation == relation]
            if some:
                title = _TITLES[relation].format(first=first, second=second)
                cells = [_compared(kg, row) for row in some[:most]]
                if rest := some[most:]:
                    cells.append(("", "", f"and {len(rest)} more"))
                yield Listing(f"{title} ({len(some)})", (first, second, "on"), tuple(cells))


def _compared(kg: KnowledgeGraph, row: Compared) -> tuple[str, str, str]:
    sides = (row.first_counts, row.second_counts)
    one, other = (" ".join(f"{_ARROWS[sense]}{n}" for sense, n in side.items()) for side in sides)
    return one or "–", other or "–", kg.name(row.entity)


_MOST_SETTINGS = 4


class _Contested:
    """All that is contested of one subject, object and aspect."""

    def __init__(self) -> None:
        self.sides: dict[str, tuple[Association, dict[str, Finding]]] = {}  # by predicate
        self.studies: dict[str, Dependence] = {}
        self.disagree = False

    def add(self, pair: Conflict | Dependence) -> None:
        """Take what a pair has on either side."""
        sides = (pair.first, pair.first_findings), (pair.second, pair.second_findings)
        for edge, findings in sides:
            _, known = self.sides.setdefault(edge.predicate, (edge, {}))
            known.update((finding.id, finding) for finding in findings)
        if isinstance(pair, Conflict):
            self.disagree = True
        else:
            self.studies.setdefault(pair.study, pair)

    @property
    def rank(self) -> tuple[bool, int]:
        """What studies disagree on first, the most findings first."""
        return not self.disagree, -sum(len(findings) for _, findings in self.sides.values())


def contested_in_words(
    kg: KnowledgeGraph, found: Iterable[Conflict | Dependence], *, sentences: bool
) -> list[Listing]:
    """Return what is contested, one after the other: how often each side was seen in which setting.

    With ``sentences`` all settings are listed, and what each finding says, once.
    """
    groups: dict[tuple[str, str, str], _Contested] = {}
    for pair in found:
        key = (pair.first.subject, pair.first.object, pair.first.aspect)
        groups.setdefault(key, _Contested()).add(pair)
    ranked = sorted(groups.values(), key=lambda group: group.rank)
    return [part for group in ranked for part in _parts(kg, group, sentences=sentences) if part.rows]


def _parts(kg: KnowledgeGraph, group: _Contested, *, sentences: bool) -> Iterator[Listing]:
    """Head and settings, the studies that saw both, and what each finding says."""
    sides = [(edge, list(found.values())) for _, (edge, found) in sorted(group.sides.items())]
    edge = sides[0][0]
    said = [f"{_label(kg, e)} {len(f)} (grade {e.grade.letter})" for e, f in sides]
    kinds = ["studies disagree"] if group.disagree else []
    if group.studies:
        kinds.append(f"{counted(len(group.studies), 'study', 'studies')} saw both")
    pair = f"{kg.name(edge.subject)} → {kg.name(edge.object)} ({kg.aspects[edge.aspect].label})"
    title = f"{pair}: {', '.join(said)}; {', '.join(kinds)}"
    labelled = {_label(kg, e): findings for e, findings in sides}
    yield _settings(kg, title, labelled, most=None if sentences else _MOST_SETTINGS)
    notes = (dependence_in_words(kg, study) for study in group.studies.values())
    yield Listing("", ("",), tuple((note,) for note in notes))
    for one, findings in sides if sentences else ():
        rows = tuple(
            (f.id, f"{f.statement} ({setting_in_words(kg, f)}) {f.publication}") for f in findings
        )
        yield Listing(f"{relation_in_words(kg, one)} [{one.id}]", ("", ""), rows)


def _label(kg: KnowledgeGraph, edge: Association) -> str:
    predicate = kg.predicates[edge.predicate]
    return "no effect" if predicate.kind is PredicateKind.NULL else predicate.label.partition(" (")[0]


def _settings(
    kg: KnowledgeGraph, title: str, sides: dict[str, list[Finding]], most: int | None
) -> Listing:
    """How many findings of each side were seen in each setting, those that both saw first."""
    seen: dict[str, Counter[str]] = {}
    for label, findings in sides.items():
        for finding in findings:
            seen.setdefault(_setting(kg, finding), Counter())[label] += 1
    ranked = sorted(seen.items(), key=lambda item: (-len(item[1]), -item[1].total(), item[0]))
    if rest := ranked[most:] if most else []:
        ranked[most:] = [(f"{len(rest)} other settings", sum((tally for _, tally in rest), Counter()))]
    rows = [
        (*(str(tally[label] or "–") for label in sides), setting or "not reported")
        for setting, tally in ranked
    ]
    return Listing(title, (*sides, "seen in"), tuple(rows))


def _setting(kg: KnowledgeGraph, finding: Finding) -> str:
    """Species, system, source and dose of a finding."""
    species = "+".join(sorted(map(kg.name, finding.taxa)))
    system = "" if finding.system == NOT_REPORTED else kg.vocabulary["system"][finding.system].label
    source = "+".join(kg.name(one) for one in finding.msc_source if one != NOT_REPORTED)
    dose = "" if finding.dose == NOT_REPORTED else finding.dose
    return "; ".join(filter(None, (species, system, source, dose)))
