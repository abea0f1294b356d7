"""What a question may walk: its options resolved to ids, and the engine that searches.

Two engines give one answer: the plain search for graphs of up to ``LARGE`` edges, the index for larger ones
and for graph directories. Nothing in an answer tells which one it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mscgraph.errors import NotFound
from mscgraph.model import OURS, PredicateKind
from mscgraph.paths.search import (
    Counted,
    Edge,
    Found,
    Network,
    count_paths,
    hub_penalty,
    remaining_costs,
    search,
)
from mscgraph.text.names import fold, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import TypedDict, Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.large.index.walk import IndexWalk
    from mscgraph.model import Walkable
    from mscgraph.paths.deadline import Progress, Watch
    from mscgraph.paths.search import Remaining

    class Conditions(TypedDict, total=False):
        """The keywords of :class:`Options`, as every question about paths takes them."""

        max_length: int
        via: Sequence[str]
        avoid: Sequence[str]
        taxon: str | None
        system: str | None
        since: int | None
        predicates: Sequence[str]
        categories: Sequence[str]
        sources: Sequence[str]
        min_grade: str | None
        exact: bool
        damping: float
        budget: int
        time_limit: float | None
        progress: Callable[[Progress], object] | None


__all__ = ["LARGE", "MOST_STEPS", "Options", "PlainWalk", "Scope", "open_scope"]

MOST_STEPS = 8
LARGE = 10_000
SIGNS = (-1, 0, 1)


class Options(NamedTuple):
    """The conditions that every question about paths takes as keywords.

    ``max_length``
        How many steps a path has at most, 1 to 8.
    ``via``, ``avoid``
        Entities that must all lie on a path, in any order, or must not.
    ``taxon``, ``system``
        Only findings made in that species or system support a step; what speaks against it is shown from
        everywhere.
    ``since``
        Only findings published in this year or later support a step; a paper of unknown year does not.
    ``predicates``
        Only these relations may be steps, such as ``increases`` and ``decreases``.
    ``categories``
        Only entities of these categories, such as ``Protein``, may stand between the ends.
    ``sources``
        Only associations of these primary knowledge sources may be steps, such as ``infores:mscgraph``.
    ``min_grade``
        The lowest letter that a step may have.
    ``exact``
        Do not cover the subclasses of what is asked for.
    ``damping``
        How much hubs are damped: each step costs damping · ln(degree) more for the edges that leave where
        it starts, and for those that enter where it ends. 0 is off; 0.4 is usual.
    ``budget``
        Partial paths to expand, and edges to follow when counting, before giving up with
        ``complete=False``.
    ``time_limit``
        Seconds after which what is proven by then is returned, with ``complete=False``.
    ``progress``
        Called now and then with a :class:`~mscgraph.paths.deadline.Progress`.
    """

    max_length: int = 4
    via: Sequence[str] = ()
    avoid: Sequence[str] = ()
    taxon: str | None = None
    system: str | None = None
    since: int | None = None
    predicates: Sequence[str] = ()
    categories: Sequence[str] = ()
    sources: Sequence[str] = ()
    min_grade: str | None = None
    exact: bool = False
    damping: float = 0.0
    budget: int = 1_000_000
    time_limit: float | None = None
    progress: Callable[[Progress], object] | None = None


class Scope(NamedTuple):
    """A question's options resolved, and what answers it.

    ``kg`` is the slice in which findings support; ``walk`` the engine; ``filters`` what an answer says of
    the conditions.
    """

    kg: KnowledgeGraph
    walk: PlainWalk | IndexWalk
    options: Options
    filters: dict[str, Any]

    def kinds(self, identifier: str) -> frozenset[str]:
        """What an entity stands for: itself and its subclasses, or itself alone where exact."""
        return frozenset({identifier}) if self.options.exact else self.kg.kinds_of(identifier)


class PlainWalk:
    """The plain search over one question's edges."""

    __slots__ = ("_guides", "_network", "edges", "only_ends", "options", "watch")

    def __init__(
        self,
        edges: Iterable[Edge],
        options: Options,
        only_ends: Collection[str] = (),
        watch: Watch | None = None,
    ) -> None:
        self.edges = tuple(edges)
        self.options, self.only_ends, self.watch = options, only_ends, watch
        self._network: Network | None = None
        self._guides: dict[frozenset[str], Remaining] = {}

    @property
    def network(self) -> Network:
        """The edges, ready to search."""
        if self._network is None:
            self._network = Network(self.edges)
        return self._network

    def search(
        self,
        sources: Collection[str],
        targets: Collection[str],
        *,
        k: int,
        signs: Collection[int] = SIGNS,
    ) -> Found:
        """The k best paths."""
        o = self.options
        try:
            guide = self._guide(frozenset(targets))
        except KeyboardInterrupt:
            return Found((), complete=False, stopped="interrupt")
        return search(
            self.network, sources, targets, k=k, max_length=o.max_length, signs=signs, via=o.via,
            avoid=o.avoid, only_ends=self.only_ends, budget=o.budget, watch=self.watch, remaining=guide,
        )  # fmt: skip

    def count(self, sources: Collection[str], targets: Collection[str]) -> Counted:
        """All paths, by net sign."""
        o = self.options
        try:
            guide = self._guide(frozenset(targets))
        except KeyboardInterrupt:
            return Counted(dict.fromkeys(SIGNS, 0), complete=False, stopped="interrupt")
        return count_paths(
            self.network, sources, targets, max_length=o.max_length, via=o.via, avoid=o.avoid,
            only_ends=self.only_ends, budget=o.budget, watch=self.watch, remaining=guide,
        )  # fmt: skip

    def loops(self, entity: str, *, k: int) -> Found:
        """The k best cycles through an entity: paths to it from a copy that has its outgoing edges."""
        o, copy = self.options, f"{entity} "  # no id ends in a space
        split = Network(_split(self.edges, entity, copy))
        found = search(
            split, {copy}, {entity}, k=k, max_length=o.max_length, via=o.via, avoid=o.avoid,
            only_ends=self.only_ends, budget=o.budget, watch=self.watch,
        )  # fmt: skip
        real = (
            tuple(e._replace(source=entity) if e.source == copy else e for e in path)
            for path in found.paths
        )
        return found._replace(paths=tuple(real))

    def _guide(self, targets: frozenset[str]) -> Remaining:
        """The guide to some targets, made once."""
        if targets not in self._guides:
            o = self.options
            self._guides[targets] = remaining_costs(
                self.network, targets, o.max_length, only_ends=self.only_ends
            )
        return self._guides[targets]


def _split(edges: Iterable[Edge], entity: str, copy: str) -> Iterator[Edge]:
    for edge in edges:
        if not edge.ends:
            yield edge._replace(source=copy) if edge.source == entity else edge


def open_scope(kg: KnowledgeGraph, **conditions: Unpack[Conditions]) -> Scope:
    """Resolve the conditions of a question, :class:`Options`, and choose the engine.

    Raises
    ------
    NotFound, AmbiguousName
        When a condition names nothing that exists, or several entities.
    ValueError
        When one is out of its range.
    """
    options = Options(**conditions)
    _check(options)
    options = options._replace(
        via=tuple(kg.entity(name).id for name in listed(options.via)),
        avoid=tuple(kg.entity(name).id for name in listed(options.avoid)),
    )
    watch = None
    if options.time_limit is not None or options.progress is not None:
        from mscgraph.paths.deadline import Watch

        watch = Watch(options.time_limit, options.progress)
    # what others state has no setting and no year: a part by these is curated, small, and graded anew
    curated = options.taxon or options.system or options.since is not None
    if kg.graph_folder is not None and not curated:
        from mscgraph.large.index.walk import walk_directory

        walk, resolved = walk_directory(kg, options, watch)
        return Scope(kg, walk, resolved, _filters(options, resolved))
    part = _slice(kg, options)
    resolved = options._replace(
        predicates=[_predicate(kg, name) for name in listed(options.predicates)],
        categories=[category_of(name, _categories(kg)) for name in listed(options.categories)],
        sources=[source_of(name, _sources(part)) for name in listed(options.sources)],
        min_grade=None if options.min_grade is None else letters_of(kg, options.min_grade)[-1],
    )
    if len(part.walkable) > LARGE:
        from mscgraph.large.index.walk import walk_slice

        return Scope(part, walk_slice(kg, part, resolved, watch), resolved, _filters(options, resolved))
    plain = PlainWalk(_edges(kg, part, resolved), resolved, _only_ends(kg, resolved), watch)
    return Scope(part, plain, resolved, _filters(options, resolved))


def _check(options: Options) -> None:
    if not 1 <= options.max_length <= MOST_STEPS:
        raise ValueError(f"max_length is {options.max_length}; write 1 to {MOST_STEPS}")
    if not 0 <= options.damping <= 10:  # noqa: PLR2004
        raise ValueError(f"damping is {options.damping}; write 0 (off) to 10")
    if options.time_limit is not None and not options.time_limit > 0:
        raise ValueError(f"time_limit is {options.time_limit}; write seconds above 0")


def listed(names: str | Sequence[str]) -> Sequence[str]:
    """Names as a sequence, where somebody gave one."""
    return (names,) if isinstance(names, str) else names


def _filters(options: Options, resolved: Options) -> dict[str, Any]:
    """What an answer says of the conditions."""
    return {
        "via": list(resolved.via),
        "avoid": list(resolved.avoid),
        "taxon": options.taxon,
        "system": options.system,
        "since": options.since,
        "predicates": list(resolved.predicates),
        "categories": list(resolved.categories),
        "sources": list(resolved.sources),
        "min_grade": options.min_grade,
        "exact": options.exact,
        "damping": options.damping,
    }


def _slice(kg: KnowledgeGraph, options: Options) -> KnowledgeGraph:
    """The findings that may support a step, graded anew."""
    part = kg
    if options.taxon or options.system:
        part = kg.keep_settings(taxon=options.taxon, system=options.system)
    since = options.since
    if since is not None:
        # a paper of unknown year is not known to be recent
        recent = {p.id for p in kg.publications.values() if p.year.isdigit() and int(p.year) >= since}
        part = part.keep_findings(lambda finding: finding.publication in recent)
    return part


def edge_of(row: Walkable) -> Edge:
    """A walkable association as the search takes it."""
    return Edge._make(row[:6])


def _edges(kg: KnowledgeGraph, part: KnowledgeGraph, options: Options) -> Iterator[Edge]:
    """The edges of a slice that may be steps."""
    letters = frozenset(letters_of(kg, options.min_grade))
    damp = _damper(kg, options.damping) if options.damping else None
    for row in part.walkable:
        if options.predicates and row.predicate not in options.predicates:
            continue
        if row.letter not in letters:
            continue
        if options.sources and row.source not in options.sources:
            continue
        edge = edge_of(row)
        yield edge if damp is None else edge._replace(cost=edge.cost + damp(edge))


def degrees_of(kg: KnowledgeGraph) -> tuple[dict[str, int], dict[str, int]]:
    """How many edges leave, and enter, each entity of a graph, whatever a question filters."""
    leaving: dict[str, int] = {}
    entering: dict[str, int] = {}
    for row in kg.walkable:
        leaving[row.subject] = leaving.get(row.subject, 0) + 1
        entering[row.object] = entering.get(row.object, 0) + 1
    return leaving, entering


def _damper(kg: KnowledgeGraph, damping: float) -> Callable[[Edge], int]:
    leaving, entering = degrees_of(kg)
    return lambda edge: (
        hub_penalty(leaving[edge.source], damping) + hub_penalty(entering[edge.target], damping)
    )


def _categories(kg: KnowledgeGraph) -> list[str]:
    return sorted({entity.category for entity in kg.entities.values()})


def _sources(kg: KnowledgeGraph) -> list[str]:
    return sorted({row.source for row in kg.walkable} | {OURS})


def _only_ends(kg: KnowledgeGraph, options: Options) -> frozenset[str]:
    if not options.categories:
        return frozenset()
    return frozenset(e.id for e in kg.entities.values() if e.category not in options.categories)


def _predicate(kg: KnowledgeGraph, name: str) -> str:
    effects = [p.id for p in kg.predicates.values() if p.kind is PredicateKind.EFFECT]
    return one_of("predicate that a path can walk", name, effects)


def one_of(what: str, name: str, known: Sequence[str]) -> str:
    """A name as given, if it is known; :class:`NotFound` with suggestions otherwise."""
    if name not in known:
        raise NotFound(f"No {what} is called {name!r}.", suggestions=nearest(name, known) or known)
    return name


def category_of(name: str, known: Sequence[str]) -> str:
    """A category by its name, with or without ``biolink:``, whatever its case."""
    wanted = fold(name.removeprefix("biolink:"))
    same = [category for category in known if fold(category.removeprefix("biolink:")) == wanted]
    return same[0] if same else one_of("category of entities", name, known)


def source_of(name: str, known: Sequence[str]) -> str:
    """A knowledge source by its name, with or without ``infores:``."""
    return one_of("knowledge source", name if name in known else f"infores:{name}", known)


def letters_of(kg: KnowledgeGraph, min_grade: str | None) -> tuple[str, ...]:
    """The grades that are good enough, best first."""
    letters = kg.rubric.letters_best_first
    if min_grade is None:
        return tuple(letters)
    if min_grade.upper() not in letters:
        raise NotFound(f"No grade is called {min_grade!r}.", suggestions=letters)
    return tuple(letters[: letters.index(min_grade.upper()) + 1])
