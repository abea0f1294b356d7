"""What studies disagree on, in words: in which settings each side was seen, then who says what."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mscgraph.explain.explained import Listing
from mscgraph.explain.words import (
    counted,
    dependence_in_words,
    relation_in_words,
    setting_in_words,
)
from mscgraph.graph.conflicts import Conflict
from mscgraph.model import NOT_REPORTED, PredicateKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.conflicts import Dependence
    from mscgraph.model import Association, Finding

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
        rows = _sentences(kg, findings)
        yield Listing(f"{relation_in_words(kg, one)} [{one.id}]", ("", ""), rows)


def _sentences(kg: KnowledgeGraph, findings: Sequence[Finding]) -> tuple[tuple[str, str], ...]:
    return tuple((f.id, f"{f.statement} ({setting_in_words(kg, f)}) {f.publication}") for f in findings)


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
