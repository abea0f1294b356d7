"""What a mechanism figure holds: the mediators and cells by which one thing acts on another."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from mscgraph.errors import NotFound
from mscgraph.explain.words import counted
from mscgraph.render.drawing import Pair, pairs_of, part_in_words
from mscgraph.render.finding_words import citation
from mscgraph.render.placement import column_of
from mscgraph.render.verdict import KINDS, SUPPORTS, Kind, finding_kind, verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Finding

_DIRECTED = frozenset({"up", "down", "both", "mixed"})
_LINKS = frozenset({"factor", "receptor", "signal", "cell", "cue", "effect"})
_CARRIED = frozenset({"receptor", "signal"})  # they stand on or in the cell that they act on
_UNGRADED = 1 << 30
_MOST_CITED = 3


class Arrow(NamedTuple):
    """What the findings on a cause and a target say, and the papers on each side.

    ``kind``, ``mark``, ``counts`` and ``grade`` are those of the verdict; ``cost`` is that of the best
    graded association behind it, ``inferred`` says that only the whole was tested, by blocking or
    knocking out what stands between. ``aspect`` is what of the target changes in most supporting findings.
    """

    cause: str
    target: str
    kind: Kind
    mark: str
    counts: tuple[tuple[Kind, int], ...]
    grade: str
    supporting: tuple[str, ...]
    disputing: tuple[str, ...]
    cost: int
    inferred: bool = False
    aspect: str = ""

    @property
    def sides(self) -> str:
        """The counts of the sides of a relation that has several, such as ``3↓ 2↑``."""
        shown = [(kind, n) for kind, n in self.counts if kind.id in ("up", "down", "null")]
        return " ".join(f"{n}{kind.sign}" for kind, n in sorted(shown, key=lambda one: -one[1]))

    @property
    def counted(self) -> str:
        """How many findings say what, such as ``2 decrease ↓``."""
        return ", ".join(f"{n} {kind.words} {kind.sign}" for kind, n in self.counts)


@dataclass(frozen=True, slots=True)
class Lane:
    """One route of the figure: from the source through a mediator to a cell or to the target.

    ``inside`` is a receptor or signal of the target through which the mediator acts; ``within`` says that
    the source itself holds the mediator, such as an enzyme. ``demonstrated`` are the papers that showed
    the route whole, by blocking, knock-out or add-back.
    """

    mediator: str
    first: Arrow | None
    second: Arrow | None
    inside: str = ""
    third: Arrow | None = None
    demonstrated: tuple[str, ...] = ()
    within: bool = False

    @property
    def rank(self) -> tuple[int, int, str]:
        """Demonstrated first, by how many papers; then by what the steps cost."""
        return -len(self.demonstrated), sum(r.cost for r in self.relations), self.mediator

    @property
    def relations(self) -> list[Arrow]:
        """Its steps in order."""
        return [r for r in (self.first, self.second, self.third) if r]


@dataclass(frozen=True, slots=True)
class Branch:
    """A cell between source and target, with the lanes that reach it, and what it does to the target."""

    cell: str
    lanes: tuple[Lane, ...]
    out: Arrow


@dataclass(frozen=True, slots=True)
class Mechanism:
    """The contents of a figure: lanes to the target, branches through cells, and the direct test.

    ``relations`` are the arrows of all these, ``places`` where their effects on the target were seen, with
    counts; ``findings`` and ``papers`` are what is behind them, ``part`` which slice of the graph it is.
    """

    kg: KnowledgeGraph
    source: str
    target: str
    lanes: tuple[Lane, ...]
    branches: tuple[Branch, ...]
    direct: Arrow | None
    relations: tuple[Arrow, ...]
    places: tuple[str, ...]
    findings: int
    papers: tuple[str, ...]
    part: str


def mechanism(
    kg: KnowledgeGraph, source: str, target: str, *, lanes: int = 8, cells: int = 2
) -> Mechanism:
    """Return what a figure of how ``source`` acts on ``target`` holds; kinds of the source count as it.

    At most so many ``lanes`` lead through mediators that act on the target itself, and at most so many
    ``cells`` stand between the two. It raises :class:`NotFound` or :class:`AmbiguousName` for a name that
    fits nothing or several, and where nothing curated leads from one to the other.
    """
    return _Builder(kg, source, target).build(lanes, cells)


class _Builder:
    def __init__(self, kg: KnowledgeGraph, source: str, target: str) -> None:
        self.kg = kg
        self.source, self.target = kg.entity(source).id, kg.entity(target).id
        if self.source == self.target:
            raise NotFound(f"{kg.name(self.source)} cannot be both ends of a figure.")
        self.sources, self.targets = kg.kinds_of(self.source), kg.kinds_of(self.target)
        self.pairs: Mapping[Pair, Sequence[Association]] = pairs_of(kg.associations.values())
        self.of: dict[Pair, Arrow | None] = {}
        self.out: dict[str, list[Association]] = defaultdict(list)
        for (cause, end), found in self.pairs.items():
            if cause in self.sources and end not in self.sources:
                self.out[end] += found
                if end in self.targets and end != self.target:  # the direct test is of all its kinds
                    self.out[self.target] += found
        self.direct = self.relation(self.source, self.target)
        if self.direct is None and not self.out:
            raise NotFound(f"Nothing curated{self._part()} says what {kg.name(self.source)} acts on.")

    def _part(self) -> str:
        """What a slice holds, and how much on the source it leaves out: for a message of nothing found."""
        if self.kg.whole is self.kg:
            return ""
        known = sum(f.subject in self.sources for f in self.kg.whole.findings.values())
        return (
            f" under the filter, {part_in_words(self.kg)}, but {counted(known, 'finding')} without it,"
        )

    def _between(self, cause: str, target: str) -> Sequence[Association]:
        """The associations of two entities; from the source those of all its kinds."""
        held = self.out.get(target) if cause == self.source else self.pairs.get((cause, target))
        return held or ()

    def relation(self, cause: str, target: str) -> Arrow | None:
        """The relation of two entities; None where there is none."""
        if (cause, target) not in self.of:
            found = self._between(cause, target)
            self.of[cause, target] = self._relation(cause, target, found) if found else None
        return self.of[cause, target]

    def _relation(self, cause: str, target: str, found: Sequence[Association]) -> Arrow:
        said = verdict(self.kg, found)
        by_kind: dict[str, list[Finding]] = defaultdict(list)
        for finding in {f.id: f for a in found for f in a.findings}.values():
            by_kind[finding_kind(self.kg, finding)].append(finding)
        sides = SUPPORTS.get(said.kind.id, (said.kind.id,))
        if said.kind.id == "both":  # the smaller side is what speaks against
            sides = (max("down", "up", key=lambda side: len(by_kind[side])),)
        pro = [f for side in sides for f in by_kind[side]]
        contra = [f for side in {"up", "down", "null"} - set(sides) for f in by_kind[side]]
        costs = [a.grade.cost for a in found if a.sign is not None and a.grade.cost is not None]
        return Arrow(
            cause, target, said.kind, said.mark, said.counts, said.grade, _papers(pro), _papers(contra),
            min(costs, default=_UNGRADED), aspect=self._aspect(pro),
        )  # fmt: skip

    def _aspect(self, findings: Sequence[Finding]) -> str:
        """What of the target most findings are on; nothing where more of it is less of the target."""
        known = (self.kg.aspects[f.aspect] for f in findings)
        counted = Counter(aspect.label for aspect in known if aspect.polarity > 0)
        return min(counted, key=lambda label: (-counted[label], label), default="")

    def directed(self, cause: str, target: str) -> Arrow | None:
        found = self.relation(cause, target)
        return found if found and found.kind.id in _DIRECTED else None

    def build(self, most_lanes: int, most_cells: int) -> Mechanism:
        lanes = {lane.mediator: lane for lane in self._simple(self.target)}
        carried = sorted(self._carried(), key=lambda lane: (lane.rank, lane.inside))
        for lane in self._demonstrated(lanes):
            lanes[lane.mediator] = lane
        ranked = sorted(lanes.values(), key=lambda lane: lane.rank)
        cells = [lane for lane in ranked if self._role(lane.mediator) == "cell"]
        chosen = [lane for lane in ranked if self._role(lane.mediator) != "cell"][:most_lanes]
        branches = self._branches({lane.mediator for lane in chosen})[:most_cells]
        branched = {branch.cell for branch in branches}
        spare = [lane for lane in cells if lane.mediator not in branched]
        fresh = {lane.mediator: lane for lane in reversed(carried)}.values()
        chosen = [*chosen, *sorted(fresh, key=lambda lane: lane.rank), *spare][:most_lanes]
        if not chosen and not branches and self.direct is None:
            raise NotFound(
                f"No route of up to three steps leads from {self.kg.name(self.source)} to "
                f"{self.kg.name(self.target)}{self._part()}: ask mscgraph paths."
            )
        return self._finish(tuple(chosen), tuple(branches))

    def _finish(self, chosen: tuple[Lane, ...], branches: tuple[Branch, ...]) -> Mechanism:
        lanes = [*chosen, *(lane for branch in branches for lane in branch.lanes)]
        relations = [r for lane in lanes for r in lane.relations]
        relations += [branch.out for branch in branches] + ([self.direct] if self.direct else [])
        found = [f for ends in {(r.cause, r.target) for r in relations} for f in self._findings(*ends)]
        onto = [r.cause for r in relations if r.target == self.target]
        seen = Counter(self._place(f) for cause in onto for f in self._findings(cause, self.target))
        places = tuple(
            f"{place} ({n})" for place, n in seen.most_common(4) if place and 4 * n >= seen.total() // 3
        )
        return Mechanism(
            self.kg, self.source, self.target, chosen, branches, self.direct,
            tuple(relations), places, len({f.id for f in found}), _papers(found), part_in_words(self.kg),
        )  # fmt: skip

    def _findings(self, cause: str, target: str) -> Iterable[Finding]:
        return {f.id: f for a in self._between(cause, target) for f in a.findings}.values()

    def _may_link(self, entity: str, roles: Collection[str] = _LINKS) -> bool:
        kg = self.kg
        outside = entity not in self.sources and entity not in self.targets
        kin = kg.ancestors(self.target) | kg.ancestors(self.source)
        return outside and entity not in kin and self._role(entity) in roles

    def _role(self, entity: str) -> str:
        return column_of(self.kg.entities[entity])

    def _simple(self, end: str, roles: Collection[str] = _LINKS) -> Iterable[Lane]:
        """Routes by one mediator."""
        for mediator in self.out:
            if mediator == end or not self._may_link(mediator, roles):
                continue
            first, second = self.directed(self.source, mediator), self.directed(mediator, end)
            if first and second:
                yield Lane(mediator, first, second, within=self._within(mediator, first))

    def _carried(self) -> Iterable[Lane]:
        """Routes by a mediator and a receptor or signal of a target that is a cell."""
        for inside, end in self.pairs if self._role(self.target) == "cell" else ():
            third = self.directed(inside, end) if end == self.target else None
            if third and self._may_link(inside, _CARRIED):
                for lane in self._simple(inside, {"factor"}):
                    yield replace(lane, inside=inside, third=third)

    def _demonstrated(self, known: Mapping[str, Lane]) -> Iterable[Lane]:
        """Mediators that one study showed by blocking, knock-out or add-back."""
        shown: dict[str, list[Finding]] = defaultdict(list)
        for finding in self._findings(self.source, self.target):
            if self.kg.counts(finding) and finding_kind(self.kg, finding) in _DIRECTED:
                for entity in finding.via:
                    if entity in self.kg.entities and entity not in (self.source, self.target):
                        shown[entity].append(finding)
        for mediator, findings in shown.items():
            papers = _papers(findings)
            if mediator in known:
                yield replace(known[mediator], demonstrated=papers)
                continue
            first = self.directed(self.source, mediator)
            counts = Counter(finding_kind(self.kg, f) for f in findings)
            kind = KINDS["both" if len(counts) > 1 else next(iter(counts))]
            listed = tuple((KINDS[name], n) for name, n in sorted(counts.items()))
            mark = kind.sign if kind.id == "both" else ""
            whole = Arrow(
                mediator, self.target, kind, mark, listed, "–", papers, (), _UNGRADED, inferred=True
            )  # fmt: skip
            second = self.directed(mediator, self.target)
            within = self._within(mediator, first)
            yield Lane(mediator, first, second or whole, demonstrated=papers, within=within)

    def _branches(self, used: Collection[str]) -> list[Branch]:
        """Cells on which mediators, or the source itself, act and that act on the target."""
        found = []
        for cell, end in self.pairs:
            if end != self.target or not self._may_link(cell, {"cell"}):
                continue
            out, direct = self.directed(cell, self.target), self.directed(self.source, cell)
            lanes = self._simple(cell, _LINKS - {"cell"}) if out else ()
            fresh = sorted((e for e in lanes if e.mediator not in used), key=lambda lane: lane.rank)[:2]
            if direct:
                fresh = [Lane("", direct, None), *fresh]
            if out and fresh:
                found.append(Branch(cell, tuple(fresh), out))
        return sorted(found, key=lambda b: (b.out.cost + b.lanes[0].rank[1], b.cell))

    def _within(self, mediator: str, first: Arrow | None) -> bool:
        """Whether the source holds the mediator: an enzyme or signal that was measured in it."""
        if first is None or first.kind.id != "up" or self._role(self.source) != "source":
            return False
        if self.kg.entities[mediator].role not in ("enzyme", "intracellular_signal", "microrna"):
            return False
        cells = [f.object_cell for f in self._findings(self.source, mediator) if f.object_cell]
        return all(cell in self.sources for cell in cells)

    def _place(self, finding: Finding) -> str:
        """Where a finding was seen, in a word: the specimen first, then the system."""
        specimen = self.kg.name(finding.specimen).lower()
        for word, names in _PLACES.items():
            if any(name in specimen for name in names):
                return word
        if finding.system.endswith("culture"):
            return "culture"
        if "patients" in finding.system or finding.system == "healthy_volunteers":
            return "patients"
        return "animals" if finding.system not in ("", "not_reported") else ""


_PLACES = {
    "CNS": ("brain", "spinal", "central nervous", "cerebrospinal", "white matter", "hippocamp"),
    "blood": ("blood", "serum", "plasma"),
    "lymphoid tissue": ("spleen", "lymph", "thymus"),
}


def _papers(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(sorted({f.publication for f in findings}))


def cited(kg: KnowledgeGraph, papers: Sequence[str], most: int = _MOST_CITED) -> str:
    """Return papers as a reader knows them, oldest first: ``Aggarwal 2005, Németh 2009 and 2 more``."""
    known = sorted(
        (paper.year, citation(paper), paper.id) for paper in map(kg.publications.get, papers) if paper
    )
    # without a year a name alone says nothing: the id follows
    named = [(year, text if year or text in key else f"{text} ({key})") for year, text, key in known]
    words = list(dict.fromkeys(text for _, text in named))
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
