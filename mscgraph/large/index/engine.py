"""The engine for large graphs: a question's filters as masks over an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mscgraph.large.index.arrays import FACETS, build_index
from mscgraph.large.index.k_best import search_index
from mscgraph.large.index.path_counts import count_index
from mscgraph.large.index.row_reader import Damping, spread
from mscgraph.large.index.states import StepMasks
from mscgraph.paths.conditions import degrees_of, edge_of
from mscgraph.paths.search import SIGNS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.large.index.arrays import Array, PathIndex
    from mscgraph.paths.deadline import Progress
    from mscgraph.paths.engines import StepFilter
    from mscgraph.paths.search import Bounds, Counted, Found

__all__ = ["GraphIndex", "IndexEngine", "open_graph_index"]


class GraphIndex:
    """The index of a graph, ready for questions: a :class:`mscgraph.paths.engines.Index`.

    ``whole`` is the graph in memory that it is made of, or of a slice of: degrees and categories are those
    of the whole. Without it they are those of the index.
    """

    def __init__(self, index: PathIndex, whole: KnowledgeGraph | None = None) -> None:
        self.index, self._whole = index, whole

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
        return IndexEngine(index, bounds, StepMasks(walked, inside, damping))


class IndexEngine:
    """The index under one question's conditions: a :class:`mscgraph.paths.engines.Engine`."""

    def __init__(self, index: PathIndex, bounds: Bounds, masks: StepMasks) -> None:
        self.index, self.bounds, self.masks = index, bounds, masks
        self.walked = np.ones(index.labels.shape[1], bool) if masks.walked is None else masks.walked

    def search(
        self,
        sources: Collection[str],
        targets: Collection[str],
        *,
        k: int,
        signs: Collection[int] = SIGNS,
    ) -> Found:
        """The k best paths."""
        return search_index(self.index, sources, targets, self.bounds, self.masks, k=k, signs=signs)

    def loops(self, entity: str, *, k: int) -> Found:
        """The k best cycles through an entity; a read-out closes none."""
        masks = self.masks._replace(walked=self.walked & (self.index.labels[1] == 0))
        return search_index(self.index, {entity}, {entity}, self.bounds, masks, k=k, loops=True)

    def count(self, sources: Collection[str], targets: Collection[str]) -> Counted:
        """All paths, by net sign."""
        return count_index(self.index, sources, targets, self.bounds, self.masks)

    def influences(self, members: frozenset[str], *, upstream: bool) -> Iterator[tuple[str, Found]]:
        """The best path of each sign between the members and every entity within reach."""
        for number in self._within_reach(members, upstream=upstream).tolist():
            far = self.index.nodes[number]
            for sign in (1, -1, 0):
                ends = ({far}, members) if upstream else (members, {far})
                yield far, self.search(*ends, k=1, signs=(sign,))

    def _within_reach(self, members: frozenset[str], *, upstream: bool) -> Array:
        """The nodes from, or to, which a walk leads: all that a path can begin, or end, at."""
        index = self.index
        starts = index.backward if upstream else index.forward
        first = np.array(sorted(n for name in members if (n := index.nodes.find(name)) >= 0), np.int64)
        seen = np.zeros(len(index.nodes), bool)
        seen[first] = True
        rim = first
        for step in range(self.bounds.max_length):
            if step and self.masks.inside is not None:
                rim = rim[self.masks.inside[index.category[rim]]]
            begin = starts[rim]
            counts = starts[rim + 1] - begin
            if self.bounds.deadline is not None:
                self.bounds.deadline.check(int(counts.sum()))
            _, places = spread(begin, counts)
            edges = index.edge[places] if upstream else places
            far = (index.source if upstream else index.target)[places]
            far = np.unique(far[self.walked[index.label[edges]]])
            rim = far[~seen[far]].astype(np.int64)
            seen[rim] = True
        seen[first] = False
        return np.flatnonzero(seen)


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
            from mscgraph.large.index.index_folder import open_or_build

            kept[name] = GraphIndex(open_or_build(part.graph_folder, progress=progress))
        else:
            kept[name] = GraphIndex(_laid_out(kg, part), kg)
    found: GraphIndex = kept[name]
    return found


def _laid_out(kg: KnowledgeGraph, part: KnowledgeGraph) -> PathIndex:
    steps = part.walkable
    facets = {
        "predicate": [a.predicate for a in steps],
        "grade": [a.letter for a in steps],
        "source": [a.source for a in steps],
    }
    categories = {entity.id: entity.category for entity in kg.entities.values()}
    return build_index(map(edge_of, steps), facets=facets, categories=categories)
