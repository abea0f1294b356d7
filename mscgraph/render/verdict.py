"""What the findings on a cause and a target say together: the one verdict of everything that draws.

The explorer's script comes to the same verdict from the findings that its filters let pass
(``page/assets/verdict.js``); a test compares the two. It is never a vote: two directions are contradicting
however many findings stand on each side, and an effect that was missed as often as it was seen has no
direction. A filter, and a slice is one, makes the verdict from what passes; what speaks against it from
outside is a mark. What was seen without comparison neither supports nor disputes.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mscgraph.model import PredicateKind
from mscgraph.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Finding, Predicate


class Kind(NamedTuple):
    """What findings say of a cause and a target: a sign, words, and the look of the line.

    ``colour`` is that of the page in daylight, which people who are blind to red and green can distinguish;
    ``dashes`` are in pixels, none for a solid line. Sign is never colour alone: dashes and the end of a
    line differ too.
    """

    id: str
    sign: str
    words: str
    colour: str = "#5a6570"
    dashes: tuple[int, ...] = ()


# In the order in which they are listed: what needs most attention first.
KINDS: Mapping[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind("both", "±", "contradicting", "#8a1a72", (9, 3, 2, 3)),
        Kind("mixed", "◐", "effect and no effect", "#00695c", (12, 3, 2, 3, 2, 3)),
        Kind("up", "↑", "increase", "#0a5cb3"),
        Kind("down", "↓", "decrease", "#a83a00", (7, 4)),
        Kind("null", "○", "no significant effect", dashes=(2, 3)),
        Kind("open", "?", "direction not stated"),
        Kind("correlation", "~", "correlation"),
        Kind("observation", "›", "seen without comparison", dashes=(1, 4)),
        Kind("description", "·", "description, no effect claimed"),
        Kind("void", "×", "not counted (not significant or retracted)", dashes=(1, 5)),
    )
}
# The kinds of single findings, in the order in which a verdict counts them.
FINDING_KINDS = tuple(name for name in KINDS if name not in ("both", "mixed"))
# The width of a line in pixels, by the best grade of what supports it.
WIDTHS: Mapping[str, float] = {"A": 4.2, "B": 3.2, "C": 2.2, "D": 1.4}
# The findings that support a verdict: the best grade among theirs is that of the line.
SUPPORTS: Mapping[str, tuple[str, ...]] = {"both": ("up", "down"), "mixed": ("up", "down", "open")}
_PLAIN = {
    PredicateKind.NULL: "null",
    PredicateKind.CORRELATION: "correlation",
    PredicateKind.DESCRIPTION: "description",
    PredicateKind.OBSERVATION: "observation",
    PredicateKind.STRUCTURE: "description",
}


class Verdict(NamedTuple):
    """What all findings on a cause and a target say together, never only what most of them say.

    ``counts`` holds each kind that has findings, so a side is never left out, and ``outside`` those that
    the filter of a slice left out; ``mark`` is the sign of what speaks against the kind, also from outside,
    and of what is no single direction; ``grade`` is the best letter among the associations that support the
    kind, ``–`` where there is none; ``meaning`` is benefit or harm, where the direction says so.
    """

    kind: Kind
    counts: tuple[tuple[Kind, int], ...]
    mark: str
    grade: str
    outside: tuple[tuple[Kind, int], ...] = ()
    meaning: str = ""

    @property
    def words(self) -> str:
        """All sides with their counts: ``↓ 5 decrease, ○ 2 no significant effect``."""
        return ", ".join(f"{kind.sign} {count} {kind.words}" for kind, count in self.counts)


def association_kind(kg: KnowledgeGraph, association: Association) -> str:
    """Return the kind of what an association states."""
    return _kind(kg.predicates[association.predicate], association.sign)


def finding_kind(kg: KnowledgeGraph, finding: Finding) -> str:
    """Return the kind of what a finding says; ``void`` where it does not count."""
    if not kg.counts(finding):
        return "void"
    predicate = kg.predicates[finding.predicate]
    return _kind(predicate, (predicate.sign or 0) * kg.aspects[finding.aspect].polarity)


def _kind(predicate: Predicate, sign: int | None) -> str:
    return _PLAIN.get(predicate.kind) or ("open", "up", "down")[sign or 0]


def kind_of(shown: Mapping[str, int]) -> str:
    """Return the kind of a verdict from how many findings of each kind pass.

    >>> kind_of({"up": 2, "null": 1})
    'up'
    >>> kind_of({"up": 2, "null": 2})
    'mixed'
    >>> kind_of({"up": 9, "down": 1})
    'both'
    """
    up, down, null, undirected = (shown.get(kind, 0) for kind in ("up", "down", "null", "open"))
    if up and down:
        return "both"
    effect = up or down or undirected
    if effect and null >= effect:
        return "mixed"
    order = ("up", "down", "open") if effect else FINDING_KINDS
    return next((kind for kind in order if shown.get(kind)), "void")


def mark_of(kind: str, whole: Mapping[str, int]) -> str:
    """Return the mark on a line: the sign of what there is against its kind, whatever a filter hides.

    >>> mark_of("up", {"up": 2, "down": 1})
    '±'
    """
    if kind not in ("both", "mixed", "up", "down", "null", "open"):
        return ""
    sides = [side for side in ("up", "down") if whole.get(side) or side == kind]
    if kind == "both" or len(sides) > 1:
        return KINDS["both"].sign
    if kind == "mixed":
        return KINDS["mixed"].sign
    if sides and kind in ("null", "open"):
        return KINDS[sides[0]].sign
    return KINDS["null"].sign if kind != "null" and whole.get("null") else ""


def meaning_of(kind: str, more_is: str) -> str:
    """Return what a direction means for the patient, by whether more of the target is better or worse.

    >>> meaning_of("down", "worse")
    'benefit'
    """
    if kind not in ("up", "down") or more_is not in ("better", "worse"):
        return ""
    return "benefit" if (kind == "up") == (more_is == "better") else "harm"


def verdict(kg: KnowledgeGraph, associations: Iterable[Association]) -> Verdict:
    """Return what the associations between one cause and one target say together.

    Of a slice, the findings in it make the verdict. Those that it left out, those that say otherwise and
    those of rivals in the whole graph, are counted apart: they are why it may have a mark.

    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> verdict(kg, [a for a in kg.associations.values() if a.sign == 1][:1]).counts[0][0].id
    'up'
    """
    held = list(associations)
    findings = {f.id: f for a in held for f in (*a.findings, *a.contrary)}
    own = findings if kg.whole is kg else {i: f for i, f in findings.items() if i in kg.findings}
    whole, counts = (Counter(finding_kind(kg, f) for f in some.values()) for some in (findings, own))
    kind = kind_of(counts)
    supports = SUPPORTS.get(kind, (kind,))
    letters = {
        a.grade.letter
        for a in held
        if association_kind(kg, a) in supports and any(f.id in own for f in a.supporting)
    }
    best = next((letter for letter in kg.rubric.letters_best_first if letter in letters), "–")
    more_is = kg.entities[held[0].object].more_is if held else ""
    return Verdict(
        KINDS[kind], _listed(counts), mark_of(kind, whole), best, _listed(whole - counts),
        meaning_of(kind, more_is),
    )  # fmt: skip


def _listed(counts: Mapping[str, int]) -> tuple[tuple[Kind, int], ...]:
    return tuple((KINDS[name], counts[name]) for name in FINDING_KINDS if counts.get(name))
