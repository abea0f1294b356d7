"""The engine for large graphs: a question's filters as masks over an index."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

from mscgraph.large.index.arrays import FACETS, build_index
from mscgraph.large.index.k_best import first_bound, growth, search_index, total_of
from mscgraph.large.index.path_counts import count_index
from mscgraph.large.index.reach import Reach
from mscgraph.large.index.row_reader import INFINITE, Damping
from mscgraph.large.index.states import StepMasks
from mscgraph.paths.edges import degrees_of
from mscgraph.paths.search import SIGNS, Found

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.large.index.arrays import Array, PathIndex
    from mscgraph.model import Edge
    from mscgraph.paths.deadline import Progress
    from mscgraph.paths.edges import StepFilter
    from mscgraph.paths.engines import Around, Ids, Signs
    from mscgraph.paths.search import Bounds, Counted


class GraphIndex:
    """The index of a graph, ready for questions: a :class:`mscgraph.paths.engines.Index`.

    ``part`` is the graph or slice that it lays out; ``whole`` is the graph in memory that this is a slice
    of: degrees and categories are those of the whole. Without it they are those of the index.
    """

    def __init__(
        self, index: PathIndex, part: KnowledgeGraph, whole: KnowledgeGraph | None = None
    ) -> None:
        self.index, self.part, self._whole = index, part, whole

    @property
    def knowledge_sources(self) -> list[str]:
        """The primary knowledge sources of its edges."""
        return [name for name in self.index.values["source"] if name]

    @property
    def categories(self) -> list[str]:
        """The categories of its entities."""
        if self._whole is not None:
            return sorted({entity.category for entity in self._whole.entities.values()})
        return [name for name in self.index.values["category"] if name]

    def best_of(self, identifier: str, most: int) -> tuple[list[str], int]:
        """The ids of the best supported steps out of an entity and into it, and how many there are."""
        index = self.index
        if (node := index.nodes.find(identifier)) < 0:
            return [], 0
        begin, end = index.forward[node : node + 2].tolist()
        first, last = index.backward[node : node + 2].tolist()
        loops = int((index.target[begin:end] == node).sum())  # which are in both rows
        best = np.append(np.arange(begin, min(end, begin + most)), index.edge[first:last][:most])
        best = np.unique(best)
        order = np.argsort(index.cost[best], kind="stable")[:most]
        return index.ids.several(best[order]), end - begin + last - first - loops

    def engine(self, steps: StepFilter, bounds: Bounds) -> IndexEngine:
        """The engine for one question: its filters as masks."""
        index = self.index
        walked = np.ones(index.labels.shape[1], bool)
        for facet, wanted in (
            ("predicate", steps.predicates),
            ("source", steps.knowledge_sources),
            ("grade", steps.letters),
        ):
            if wanted:
                good = np.array([value in wanted for value in index.values[facet]], bool)
                walked &= good[index.labels[2 + FACETS.index(facet)]]
        inside = None
        if steps.categories:
            known = index.values["category"]
            inside = np.array([name in steps.categories for name in known], bool)
        damping = None
        if steps.damping:
            degrees = None if self._whole is None else degrees_of(self._whole)
            damping = Damping.of(index, steps.damping, degrees)
        admitted, outside = (_sorted(index, ids) for ids in (steps.admitted, bounds.only_ends))
        masks = StepMasks(walked, inside, damping, admitted, outside, self._numbers(bounds))
        return IndexEngine(index, bounds, masks)

    def _numbers(self, bounds: Bounds) -> dict[str, int]:
        """The numbers of the edges that a question names, by id."""
        index = self.index
        named = {one for group in bounds.groups for one in group if index.nodes.find(one) < 0}
        known = self.part.fetch_associations(sorted(named)) if named else {}
        numbers: dict[str, int] = {}
        for edge in (known[one] for one in named if one in known):
            source, target = index.nodes.find(edge.subject), index.nodes.find(edge.object)
            if source >= 0:
                begin, end = index.forward[source : source + 2].tolist()
                parallel = begin + np.flatnonzero(index.target[begin:end] == target)
                numbers |= {index.ids[place]: place for place in parallel.tolist()}
        return {name: numbers[name] for name in named & numbers.keys()}


class IndexEngine:
    """The index under one question's conditions: a :class:`mscgraph.paths.engines.Engine`."""

    def __init__(self, index: PathIndex, bounds: Bounds, masks: StepMasks) -> None:
        self.index, self.bounds, self.masks = index, bounds, masks
        self.walked = np.ones(index.labels.shape[1], bool) if masks.walked is None else masks.walked

    def search(
        self, sources: Ids, targets: Ids, *, k: int, signs: Signs = SIGNS, routes: bool = False
    ) -> Found:
        """The k best paths, or of the k best routes the best path each."""
        kind = "routes" if routes else "paths"
        return search_index(
            self.index, sources, targets, self.bounds, self.masks, k=k, signs=signs, kind=kind
        )

    def steps(self, sources: Ids, targets: Ids) -> list[Edge]:
        """The edges from one of the sources to one of the targets."""
        index = self.index
        wanted = _sorted(index, targets)
        numbers: list[int] = []
        leaving: list[int] = []
        for node in _sorted(index, sources).tolist():
            places = np.arange(index.forward[node], index.forward[node + 1])
            target = index.target[places]
            keep = target == wanted if len(wanted) == 1 else np.isin(target, wanted)
            keep &= self.walked[index.label[places]]
            numbers += places[keep].tolist()
            leaving += [node] * int(keep.sum())
        edges = index.edges(numbers, leaving, self.masks.damping)
        return sorted(
            (e for e in edges if e.source != e.target), key=lambda e: (e.source, e.cost, e.id)
        )

    def loops(self, entity: str, *, k: int) -> Found:
        """The k best cycles through an entity; a read-out closes none."""
        masks = self.masks._replace(walked=self.walked & (self.index.labels[1] == 0))
        return search_index(self.index, {entity}, {entity}, self.bounds, masks, k=k, kind="loops")

    def count(self, sources: Ids, targets: Ids) -> Counted:
        """All paths, by net sign."""
        return count_index(self.index, sources, targets, self.bounds, self.masks)

    def influences(
        self, members: frozenset[str], around: Around, *, upstream: bool
    ) -> Iterator[tuple[str, Found]]:
        """The best path of each sign between the members and every entity, cheapest first."""
        index, numbers = self.index, _sorted(self.index, members)
        reach = Reach(index, self.bounds, self.masks, numbers, backward=upstream)
        barred = _sorted(index, self.bounds.only_ends)
        # by cost and ids; a walk has none, and goes before the paths of equal cost
        waiting: list[tuple[int, tuple[str, ...], int, int, Found | None]] = []

        def up_to(bound: int) -> Iterator[tuple[str, Found]]:
            """What is known to be the cheapest: a walk's place is taken by the path that it leads to."""
            while waiting and waiting[0][0] <= bound:
                cost, _, node, sign, found = heappop(waiting)
                far = index.nodes[node]
                if found is None:
                    outside = np.append(barred, _sorted(index, around(far)))
                    masks = self.masks._replace(outside=outside, first=cost)
                    sources, targets = ({far}, members) if upstream else (members, {far})
                    found = search_index(
                        index, sources, targets, self.bounds, masks, k=1, signs=(sign,)
                    )
                    if found.paths and found.complete:
                        (path,) = found.paths
                        ids = tuple([edge.id for edge in path])
                        heappush(waiting, (total_of(path), ids, node, sign, found))
                        continue
                yield far, found

        ends: tuple[list[int], list[int]] = (numbers.tolist(), [])
        ends = ends[::-1] if upstream else ends
        for bound, reached in reach.rounds(first_bound(index, *ends), lambda read: growth(read, 1)):
            for cost, node, sign in reached:
                heappush(waiting, (cost, (), node, sign, None))
            yield from up_to(bound)
        yield from up_to(INFINITE)


def _sorted(index: PathIndex, ids: Iterable[str]) -> Array:
    return np.array(sorted(index.nodes.numbers(ids)), np.int64)


def open_graph_index(
    kg: KnowledgeGraph,
    part: KnowledgeGraph,
    name: Hashable,
    progress: Callable[[Progress], object] | None,
) -> GraphIndex:
    """Open the index of a graph directory, or lay out a graph in memory; it is kept with the graph.

    This is the service "path index" of :mod:`mscgraph.paths.engines`.
    """
    kept = vars(kg).setdefault("path_indexes", {})
    if name not in kept:
        if part.graph_folder is not None:
            from mscgraph.large.directory.merged_graph import MergedGraph
            from mscgraph.large.index.index_builder import open_or_build

            content = part.store.manifest.content if isinstance(part, MergedGraph) else None
            opened = open_or_build(part.graph_folder, content=content, progress=progress)
            kept[name] = GraphIndex(opened, part)
            if isinstance(part, MergedGraph):
                part.read_rows_by({table: rows.fetch for table, rows in opened.rows.items()})
        else:
            kept[name] = GraphIndex(_laid_out(kg, part), part, kg)
    found: GraphIndex = kept[name]
    return found


def _laid_out(kg: KnowledgeGraph, part: KnowledgeGraph) -> PathIndex:
    steps = part.walkable
    facets = {
        "predicate": [a.predicate for a in steps],
        "grade": [a.letter for a in steps],
        "source": [a.knowledge_source for a in steps],
    }
    categories = {entity.id: entity.category for entity in kg.entities.values()}
    return build_index(steps, facets=facets, categories=categories)
