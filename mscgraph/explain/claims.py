"""A claim held against the findings: what is reported for it and against it, and what that says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.explain.explained import Listing
from mscgraph.explain.words import (
    cite,
    conditions_in_words,
    counted,
    difference_in_words,
    route_in_words,
    setting_in_words,
    sources_in_words,
)
from mscgraph.graph.conflicts import differences
from mscgraph.graph.filtering import values_meant, words_of
from mscgraph.model import Finding, PredicateKind, association_id
from mscgraph.named_tuples import NamedTuple
from mscgraph.paths.answer import find_paths
from mscgraph.paths.conditions import Conditions, open_search, read_conditions
from mscgraph.paths.direct import direct_test, findings_between
from mscgraph.paths.edges import tissue_sources
from mscgraph.render.verdict import finding_kind, kind_of
from mscgraph.schema import columns_of
from mscgraph.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Predicate
    from mscgraph.paths.conditions import ConditionKeywords, PathSearch
    from mscgraph.paths.path import Route

# What a check can say, each with what it means.
VERDICTS = {
    "supported": "findings report it, and none the opposite",
    "contradicted": "what findings report speaks against it",
    "both": "findings report it, and findings report the opposite",
    "effect and no effect": "it was missed at least as often as it was seen",
    "hypothesis": "no study showed this route: it is put together from separate steps",
    "undecided": "something relates the two, but nothing that counts says this, its opposite or no effect",
    "not in the graph": "nothing is curated on this, which does not say whether it is true",
}
# The conditions that a claim may have; with via it is about a route.
CONDITIONS = ("via", "taxon", "system", "since", "min_grade", "exact")
_MOST_ROUTES = 5
# What a finding is to a claim, within its conditions or outside.
_SIDES = (
    "for", "opposite", "null", "other", "for, outside", "opposite, outside", "null, outside", "aspect",
)  # fmt: skip


class Claim(NamedTuple):
    """That one entity does something to another, by ids; ``aspect`` is empty where it names none."""

    subject: str
    predicate: str
    object: str
    aspect: str = ""


class ClaimCheck(NamedTuple):
    """A claim with the findings for and against it; ``verdict`` is one of :data:`VERDICTS`.

    ``supporting`` and ``contrary`` (the opposite, or no effect) meet the conditions and make the verdict;
    ``other`` meet them and say neither: direction open, a correlation, not significant, withdrawn.
    ``supporting_outside`` and ``contrary_outside`` do not meet them. ``other_aspect`` are those with a
    direction on another aspect than the one that is claimed: neither for nor against it. ``stated`` is what
    only others state; ``routes`` are the best ones where the claim is about a route. ``grade`` is the best
    letter among the associations that support it, ``–`` where none does.
    """

    claim: Claim
    verdict: str
    filters: dict[str, Any]
    supporting: tuple[Finding, ...]
    contrary: tuple[Finding, ...]
    other: tuple[Finding, ...]
    supporting_outside: tuple[Finding, ...]
    contrary_outside: tuple[Finding, ...]
    other_aspect: tuple[Finding, ...] = ()
    stated: tuple[Association, ...] = ()
    routes: tuple[Route, ...] = ()
    grade: str = "–"

    @property
    def meaning(self) -> str:
        """What the verdict means here, with what limits it."""
        said = VERDICTS[self.verdict]
        if self.verdict == "contradicted" and self.supporting:
            return said.replace("what findings report speaks", "most findings speak")
        if self.verdict == "supported" and self.contrary:
            return f"{said}, and {len(self.contrary)} report no effect"
        if self.verdict == "not in the graph" and (self.supporting_outside or self.contrary_outside):
            return said.replace("on this", "on this under these conditions")
        if self.verdict == "not in the graph" and self.other_aspect:
            return said.replace("on this", "on this aspect")
        return said

    @property
    def counts(self) -> str:
        """How many findings are for it, with a control group, against it, and not compared."""
        controlled = sum(one.comparison == "concurrent_control" for one in self.supporting)
        best = f", {controlled} of them with a concurrent control, best grade {self.grade}"
        apart = sum(one.comparison == "none" for one in self.other)
        return (
            f"{len(self.supporting)} for{best if self.supporting else ''}, {len(self.contrary)} against"
            f"{f', {apart} not compared' if apart else ''}"
        )

    def to_dict(self) -> dict[str, Any]:
        """The check as JSON-ready values: findings and associations by id."""
        value = {name: _ids(records) for name, records in self._asdict().items() if name not in _OWN}
        routes = [{"entities": route.entities, "effect": route.best.effect} for route in self.routes]
        head = {"claim": self.claim._asdict(), "verdict": self.verdict, "means": self.meaning}
        return {**head, "grade": self.grade, "filters": self.filters, **value, "routes": routes}


_OWN = {"claim", "verdict", "filters", "routes", "grade"}


def _ids(records: Iterable[Any]) -> list[str]:
    return [record.id for record in records]


def check_claim(
    kg: KnowledgeGraph,
    subject: str,
    relation: str,
    target: str,
    conditions: Conditions | None = None,
    *,
    aspect: str | None = None,
    **keywords: Unpack[ConditionKeywords],
) -> ClaimCheck:
    """Check a claim: who reports it, who the opposite or no effect, and what there is elsewhere.

    The verdict is that of every pair that is drawn: no vote, so one finding of the opposite makes it
    ``both``. What is not curated is not in the graph, which does not say whether it is true.

    Parameters
    ----------
    kg
        The graph.
    subject, target
        The two entities by any name; subclasses are covered. An MSC of a tissue means what cells of that
        tissue did, and a target that says an aspect, such as activated microglia, that aspect.
    relation
        A predicate such as ``decreases``, or a word for one such as ``lowers`` or ``has no effect on``.
    aspect
        What of the target changes, such as ``proliferation``; None for any, or what ``target`` says.
    conditions, **keywords
        Of :class:`mscgraph.Conditions` the fields ``taxon``, ``system``, ``since``, ``min_grade``,
        ``exact``, and ``via`` for a claim about a route: then findings must name it, and the paths are
        asked as well. ``time_limit`` and ``budget`` as for every question about paths.

    Returns
    -------
    ClaimCheck
        The verdict, the findings on each side within the conditions and outside, and the routes.

    Raises
    ------
    NotFound, AmbiguousName
        When a name or a word fits nothing, or several; with suggestions.
    ValueError
        When a condition is given that a claim cannot have, or a number is out of its range.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> mg.check_claim(kg, "MSC", "lowers", "Th17 cell").verdict
    'both'
    >>> found = mg.check_claim(kg, "MSC", "lowers", "Th17 cell", via=["PGE2"])
    >>> found.claim.predicate, [kg.entity("PGE2").id in finding.via for finding in found.supporting]
    ('decreases', [True])
    """
    asked, _ = read_conditions(conditions, keywords)
    for name, value in Conditions()._asdict().items():
        if name not in CONDITIONS and getattr(asked, name) != value:
            raise ValueError(f"{name} is no condition of a claim; it may have {', '.join(CONDITIONS)}")
    start, predicate = kg.entity(subject).id, kg.predicates[_word(kg, "predicate", relation)]
    own = {fold(predicate.id), fold(predicate.label)}
    if predicate.kind is PredicateKind.EFFECT and not predicate.sign and fold(relation) not in own:
        raise ValueError(
            f"{relation!r} says no direction: write increases, decreases, or {predicate.id} for either"
        )
    end, said = kg.named(target)
    aspect = _word(kg, "aspect", aspect) if aspect else said
    claim = Claim(start, predicate.id, end.id, aspect)
    search = open_search(kg, conditions, keywords, ends=(start, end.id))
    wider = kg.ancestors(start) if start in tissue_sources(kg) else frozenset()
    meets, side_of = _within(search, claim, wider), _side(kg, claim)
    tested = findings_between(kg.whole, kg.kinds_of(start) | wider, kg.kinds_of(end.id))
    found: dict[str, list[Finding]] = {}
    for finding in tested:
        place = side_of(finding) if meets(finding) else f"{side_of(finding)}, outside"
        if claim.aspect not in ("", finding.aspect) and not place.startswith("other"):
            place = "aspect"
        found.setdefault(place, []).append(finding)
    direct = direct_test(search, search.kinds(start), search.kinds(end.id))
    routes: tuple[Route, ...] = ()
    if asked.via:
        sign = (predicate.sign or 0) * (kg.aspects[aspect].polarity if aspect else 1)
        effect = {1: "increase", -1: "decrease"}.get(sign, "any")
        routes = find_paths(
            kg, start, end.id, conditions, effect=effect, k=_MOST_ROUTES, **keywords
        ).routes

    sides = {side: tuple(found.get(side, ())) for side in _SIDES}
    verdict = _verdict(predicate, {side: len(some) for side, some in sides.items()})
    if verdict == "not in the graph" and (routes or sides["other"] or direct.stated):
        put_together = routes and not any(route.is_demonstrated for route in routes)
        verdict = "hypothesis" if put_together else "undecided"
    letters = {
        search.kg.associations[association_id(*finding.key)].grade.letter for finding in sides["for"]
    }
    return ClaimCheck(
        claim,
        verdict,
        {name: value for name, value in search.filters.items() if value},
        sides["for"],
        sides["opposite"] + sides["null"],
        sides["other"],
        sides["for, outside"],
        sides["opposite, outside"] + sides["null, outside"],
        sides["aspect"],
        direct.stated,
        routes,
        next((letter for letter in kg.rubric.letters_best_first if letter in letters), "–"),
    )


def _word(kg: KnowledgeGraph, column: str, given: str) -> str:
    """The one value of a column that a word means."""
    meant = values_meant(column, given, words_of(kg.tables, columns_of(Finding)[column]))
    if len(meant) > 1:
        raise ValueError(f"{given!r} may mean {', '.join(sorted(meant))}: write one of these")
    return next(iter(meant))


def _within(search: PathSearch, claim: Claim, wider: frozenset[str]) -> Callable[[Finding], bool]:
    """A test that a finding meets the conditions; ``wider`` is what a tissue's MSC is a kind of."""
    kg, asked = search.kg, search.conditions
    kinds = kg.kinds_of(claim.subject)
    ends = search.kinds(claim.subject) | search.kinds(claim.object) | wider
    letters = kg.rubric.letters_best_first
    good = frozenset(letters[: letters.index(asked.min_grade) + 1] if asked.min_grade else ())

    def meets(finding: Finding) -> bool:
        shown = {*finding.via, finding.subject_cell, finding.object_cell}
        return (
            finding.id in kg.findings
            and claim.aspect in ("", finding.aspect)
            and {finding.subject, finding.object} <= ends
            and (finding.subject not in wider or not kinds.isdisjoint(finding.msc_source))
            and not any(group.isdisjoint(shown) for group in search.bounds.groups)
            and (not good or kg.associations[association_id(*finding.key)].grade.letter in good)
        )

    return meets


def _side(kg: KnowledgeGraph, claim: Claim) -> Callable[[Finding], str]:
    """What a finding is to a claim: ``for``, ``opposite``, ``null`` (no effect) or ``other``.

    Where relations have opposites the net effect on the object decides, as in every verdict, and within
    the aspect that is claimed the relation itself; otherwise the relation, and those it disputes.
    """
    predicate, kinds = kg.predicates[claim.predicate], kg.predicates
    polarity = kg.aspects[claim.aspect].polarity if claim.aspect else 1
    effect = predicate.kind is PredicateKind.EFFECT
    signed = effect and any(kinds[one].kind is PredicateKind.EFFECT for one in predicate.disputes)

    def of_effect(finding: Finding, kind: str) -> str:
        said, same = kinds[finding.predicate], finding.aspect == claim.aspect
        sign = int(said.sign or 0) if same else {"up": 1, "down": -1}.get(kind, 0)
        wanted = int(predicate.sign or 0) * (1 if same else polarity)
        if kind == "null":
            return "null" if wanted or not signed else "other"
        if said.kind is not PredicateKind.EFFECT or (signed and not sign * wanted):
            return "other"
        return "for" if not signed or sign == wanted else "opposite"

    def side_of(finding: Finding) -> str:
        kind, said = finding_kind(kg, finding), kinds[finding.predicate]
        if kind == "void":
            return "other"
        if effect and (signed or not predicate.sign):
            return of_effect(finding, kind)
        if finding.predicate == predicate.id:
            return "for"
        if finding.predicate in predicate.disputes or predicate.id in said.disputes:
            return "null" if said.kind is PredicateKind.NULL else "opposite"
        return "other"

    return side_of


def _verdict(predicate: Predicate, counts: Mapping[str, int]) -> str:
    """The verdict of a pair, seen from a claim."""
    if not counts["for"] + counts["opposite"] + counts["null"]:
        return "not in the graph"
    is_null = predicate.kind is PredicateKind.NULL
    own, against = ("null", "up") if is_null else ("up", "down")
    kind = kind_of({"null": counts["null"], own: counts["for"], against: counts["opposite"]})
    if kind == own:
        return "supported"
    if kind == "mixed" and counts["for"]:
        return "effect and no effect"
    return kind if kind == "both" else "contradicted"


def claim_in_words(kg: KnowledgeGraph, check: ClaimCheck, most: int = 5) -> list[Listing]:
    """A check as listings: the verdict, then each side; all against, of the others at most so many."""
    claim, means = check.claim, check.meaning
    conditions = [conditions_in_words(kg, check.filters)]
    if claim.subject in tissue_sources(kg):
        conditions.append(f"Findings on MSC count where the cells were {kg.name(claim.subject)}.")
    said = " ".join(filter(None, (f"{means[0].upper()}{means[1:]}.", *conditions)))
    listings = [
        Listing(f"{claimed_in_words(kg, claim)}: {check.verdict} ({check.counts})", ("",), ((said,),)),
        _listing(kg, "for", check.supporting, most),
        _listing(kg, "AGAINST", check.contrary),
        _listing(kg, "AGAINST, outside these conditions", check.contrary_outside, most),
        _listing(kg, "for, outside these conditions", check.supporting_outside, most),
        _listing(kg, "on another aspect: neither for nor against", check.other_aspect, most),
        _listing(kg, "neither: no direction, not compared, or not counted", check.other, most),
    ]
    if check.supporting and check.contrary:
        apart = differences(check.supporting, check.contrary)
        rows = tuple((difference_in_words(kg, one),) for one in apart)
        listings.append(Listing("the two sides differ in", ("",), rows or (("nothing curated",),)))
    stated = tuple((line,) for edge in check.stated for line in sources_in_words(edge))
    listings.append(Listing("stated by others, not read by us", ("",), stated))
    routes = tuple((route_line(kg, route),) for route in check.routes)
    listings.append(Listing("routes", ("",), routes))
    return [one for one in listings if one.rows]


def route_line(kg: KnowledgeGraph, route: Route) -> str:
    """The best path of a route, its net effect, and whether a study showed the whole of it."""
    shown = "demonstrated in a study" if route.is_demonstrated else "put together: a hypothesis"
    return f"{route_in_words(kg, route.best)}: {route.best.effect}, {shown}"


def claimed_in_words(kg: KnowledgeGraph, claim: Claim) -> str:
    """A claim as a sentence: ``MSC decreases Th17 cell (proliferation)``."""
    aspect = f" ({kg.aspects[claim.aspect].label})" if claim.aspect else ""
    label = kg.predicates[claim.predicate].label
    return f"{kg.name(claim.subject)} {label} {kg.name(claim.object)}{aspect}"


def _listing(
    kg: KnowledgeGraph, title: str, found: Sequence[Finding], most: int | None = None
) -> Listing:
    rows = tuple(
        (f.id, f"{f.statement} ({setting_in_words(kg, f)}) {cite(kg, f.publication)}")
        for f in found[:most]
    )
    more = (("", f"and {len(found) - len(rows)} more"),) if len(found) > len(rows) else ()
    papers = counted(len({f.publication for f in found}), "paper")
    return Listing(f"{title}: {counted(len(found), 'finding')} of {papers}", ("", ""), rows + more)
