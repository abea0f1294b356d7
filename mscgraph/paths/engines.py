"""What a question is searched with: the plain engine, and the index of a graph that is too large for it.

Up to :data:`mscgraph.paths.conditions.LARGE` associations a question is searched in plain Python, by
:class:`PlainEngine`. A larger graph needs an index. Nothing here knows how one is made: who can make one
provides the service "path index", a function that opens the :class:`Index` of a
graph, which has an engine for each question. All engines give the same answers; a test compares them.

A graph that keeps its evidence on disk overrides :meth:`mscgraph.KnowledgeGraph.fetch_associations`, which
is asked once for all the associations of an answer.
"""

# Annotations are evaluated, not kept as text: NamedTuple would compile the text of each.

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from typing import TYPE_CHECKING

from mscgraph.lazy import provided
from mscgraph.model import Edge
from mscgraph.paths.edges import WalkedEdges
from mscgraph.paths.search import (
    SIGNS,
    Bounds,
    Counted,
    Found,
    Network,
    Remaining,
    count_paths,
    remaining_costs,
    search,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol, TypeAlias

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.paths.deadline import Progress
    from mscgraph.paths.edges import StepFilter

    Ids: TypeAlias = Collection[str]
    Signs: TypeAlias = Collection[int]
    Around: TypeAlias = Callable[[str], frozenset[str]]

    class Engine(Protocol):
        """Searches the paths of one question: its filters and bounds are already applied."""

        def search(
            self, sources: Ids, targets: Ids, *, k: int, signs: Signs = SIGNS, routes: bool = False
        ) -> Found:
            """Return the k best simple paths of a wanted net sign.

            With ``routes`` the best path of each of the k best routes: a route is a sequence of entities.
            """

        def steps(self, sources: Ids, targets: Ids) -> list[Edge]:
            """Return the edges that lead from one of the sources to one of the targets in one step."""

        def count(self, sources: Ids, targets: Ids) -> Counted:
            """Count all simple paths by net sign."""

        def loops(self, entity: str, *, k: int) -> Found:
            """Return the k best cycles through an entity; a read-out closes none."""

        def influences(
            self, members: frozenset[str], around: Around, *, upstream: bool
        ) -> Iterator[tuple[str, Found]]:
            """Yield the best path of each sign between the members and every entity, where there is one.

            ``around`` says of an entity at the far end what may not lie between: its classes.
            """

    class Index(Protocol):
        """A graph laid out for search, and the words that its edges and entities are labelled with."""

        @property
        def knowledge_sources(self) -> Sequence[str]:
            """The primary knowledge sources of its edges."""

        @property
        def categories(self) -> Sequence[str]:
            """The categories of its entities."""

        def engine(self, steps: StepFilter, bounds: Bounds) -> Engine:
            """Return what searches one question.

            Entities of other categories than ``steps.categories`` may only be ends, as what
            ``bounds.only_ends`` names.
            """


def index_for(
    kg: "KnowledgeGraph",
    part: "KnowledgeGraph",
    name: Hashable,
    progress: "Callable[[Progress], object] | None",
) -> "Index | None":
    """Open the index of the slice of a large graph that a question walks; None where nobody makes one.

    Parameters
    ----------
    kg
        The graph that was asked.
    part
        The slice of it in which findings support; the same graph where nothing is filtered by setting
        or year.
    name
        Names the slice: two questions of one graph that give the same name walk the same slice.
    progress
        Called with the progress.
    """
    opener = provided("path index")
    index: Index | None = opener(kg, part, name, progress) if opener else None
    return index


class PlainEngine:
    """The search in plain Python over one question's edges: the reference."""

    __slots__ = ("_asked", "_network", "bounds", "edges")

    def __init__(self, edges: Iterable[Edge], bounds: Bounds) -> None:
        self.edges = edges if isinstance(edges, WalkedEdges) else WalkedEdges.of(edges)
        self.bounds = bounds
        self._network: Network | None = None
        self._asked: dict[tuple[frozenset[str], frozenset[str]], tuple[Network, Remaining]] = {}

    @property
    def network(self) -> Network:
        """All edges, ready to search."""
        if self._network is None:
            self._network = Network(self.edges)
        return self._network

    def _between(self, sources: "Ids", targets: "Ids") -> tuple[Network, Remaining]:
        """The edges that may lie on a path from sources to targets, and the guide to these; made once."""
        ends = frozenset(sources), frozenset(targets)
        if ends not in self._asked:
            network = Network(self.edges.between(*ends, self.bounds))
            self._asked[ends] = network, self._guide(network, ends[1])
        return self._asked[ends]

    def _guide(self, network: Network, targets: frozenset[str]) -> Remaining:
        return remaining_costs(
            network, targets, self.bounds.max_length, only_ends=self.bounds.only_ends
        )

    def search(
        self, sources: "Ids", targets: "Ids", *, k: int, signs: "Signs" = SIGNS, routes: bool = False
    ) -> Found:
        """The k best paths, or routes."""
        try:
            network, guide = self._between(sources, targets)
        except KeyboardInterrupt:
            return Found((), complete=False, stopped="interrupt")
        # an edge that must be on the path is not to be dropped for a cheaper parallel one
        if routes and not self.bounds.via:
            network = network.cheapest()
        return search(
            network, sources, targets, self.bounds, k=k, signs=signs, remaining=guide, routes=routes
        )

    def steps(self, sources: "Ids", targets: "Ids") -> list[Edge]:
        """The edges from one of the sources to one of the targets: by source, cheapest first."""
        leaving = Network(self.edges.from_to(sources, targets)).leaving
        return [edge for source in sorted(leaving) for edge in leaving[source]]

    def count(self, sources: "Ids", targets: "Ids") -> Counted:
        """All paths, by net sign."""
        try:
            network, guide = self._between(sources, targets)
        except KeyboardInterrupt:
            return Counted(dict.fromkeys(SIGNS, 0), complete=False, stopped="interrupt")
        return count_paths(network, sources, targets, self.bounds, remaining=guide)

    def loops(self, entity: str, *, k: int) -> Found:
        """The k best cycles through an entity: paths to it from a copy that has its outgoing edges."""
        copy = _copy(entity)
        split = Network(
            edge._replace(source=copy) if edge.source == entity else edge
            for edge in self.edges
            if not edge.ends
        )
        found = search(split, {copy}, {entity}, self.bounds, k=k)
        real = (
            tuple(e._replace(source=entity) if e.source == copy else e for e in path)
            for path in found.paths
        )
        return found._replace(paths=tuple(real))

    def influences(
        self, members: frozenset[str], around: "Around", *, upstream: bool
    ) -> Iterator[tuple[str, Found]]:
        """The best path of each sign between the members and every entity, where there is one."""
        if not upstream:
            yield from self._downstream(members, around)
            return
        guide = self._guide(self.network, members)
        for far in sorted(self.network.leaving.keys() - members):
            bounds = self.bounds._replace(only_ends={*self.bounds.only_ends, *around(far)})
            for sign in (1, -1, 0):
                yield (
                    far,
                    search(self.network, {far}, members, bounds, k=1, signs=(sign,), remaining=guide),
                )

    def _downstream(self, sources: frozenset[str], around: "Around") -> Iterator[tuple[str, Found]]:
        """The same on reversed edges.

        A read-out may end a path, so reversed it may only begin one: each entity searches from a copy that
        has all its incoming edges, and the entities themselves keep those that are no read-outs.
        """
        edges = {edge.id: edge for edge in self.edges}
        network = Network(_reversed(edges.values()))
        guide = self._guide(network, sources)
        ends = {edge.target for edge in edges.values()} - sources - set(self.bounds.avoid)
        for far in sorted(ends):
            bounds = self.bounds._replace(
                via=[group for group in self.bounds.groups if far not in group],
                avoid={*self.bounds.avoid, far},
                only_ends={*self.bounds.only_ends, *around(far)},
            )
            for sign in (1, -1, 0):
                found = _cheapest(network, guide, ({_copy(far)}, sources), bounds, sign)
                forward = [tuple(edges[edge.id] for edge in reversed(route)) for route in found.paths]
                yield far, found._replace(paths=tuple(sorted(forward, key=_order)[:1]))


def _cheapest(
    network: Network,
    guide: Remaining,
    ends: tuple[Collection[str], Collection[str]],
    bounds: Bounds,
    sign: int,
) -> Found:
    """All cheapest routes between two ends: ties are broken forwards, not here."""
    k = 4
    while True:
        found = search(network, *ends, bounds, k=k, signs=(sign,), remaining=guide)
        first = [_order(route)[:2] == _order(found.paths[0])[:2] for route in found.paths]
        if len(first) < k or not all(first):
            return found
        k *= 2


def _copy(entity: str) -> str:
    return f"{entity} "  # no id ends in a space


def _reversed(edges: Iterable[Edge]) -> Iterator[Edge]:
    for edge in edges:
        turned = edge._replace(source=edge.target, target=edge.source, ends=False)
        if not edge.ends:
            yield turned
        if edge.source != edge.target:
            yield turned._replace(source=_copy(edge.target))


def _order(route: tuple[Edge, ...]) -> tuple[int, int, tuple[str, ...]]:
    return sum(edge.cost for edge in route), len(route), tuple(edge.id for edge in route)
