"""The engine for large graphs: a question's filters as masks over an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mscgraph.large.index.best import search_index
from mscgraph.large.index.layout import FACETS, build_index
from mscgraph.large.index.rows import Damping
from mscgraph.large.index.tally import count_index
from mscgraph.paths.conditions import degrees_of, edge_of
from mscgraph.paths.search import SIGNS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.large.index.layout import Array, PathIndex
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
        return IndexEngine(index, bounds, walked, inside, damping)


class IndexEngine:
    """The index under one question's conditions.

    ``walked`` says of each label whether its edges may be steps, ``inside`` of each category whether its
    entities may stand between the ends.
    """

    def __init__(
        self,
        index: PathIndex,
        bounds: Bounds,
        walked: Array,
        inside: Array | None,
        damping: Damping | None,
    ) -> None:
        self.index, self.bounds, self.walked = index, bounds, walked
        self.inside, self.damping = inside, damping

    def search(
        self,
        sources: Collection[str],
        targets: Collection[str],
        *,
        k: int,
        signs: Collection[int] = SIGNS,
    ) -> Found:
        """The k best paths."""
        return self._search(sources, targets, k, signs, self.walked, loops=False)

    def loops(self, entity: str, *, k: int) -> Found:
        """The k best cycles through an entity; a read-out closes none."""
        walked = self.walked & (self.index.labels[1] == 0)
        return self._search({entity}, {entity}, k, SIGNS, walked, loops=True)

    def count(self, sources: Collection[str], targets: Collection[str]) -> Counted:
        """All paths, by net sign."""
        o = self.bounds
        return count_index(
            self.index, sources, targets, max_length=o.max_length, via=o.via, avoid=o.avoid,
            walked=self.walked, inside=self.inside, budget=o.budget, deadline=o.deadline,
        )  # fmt: skip

    def influences(self, members: frozenset[str], *, upstream: bool) -> Iterator[tuple[str, Found]]:
        """The best path of each sign between the members and every entity within reach."""
        for number in self._within_reach(members, upstream=upstream).tolist():
            far = self.index.nodes[number]
            for sign in (1, -1, 0):
                ends = ({far}, members) if upstream else (members, {far})
                yield far, self.search(*ends, k=1, signs=(sign,))

    def _search(
        self,
        sources: Collection[str],
        targets: Collection[str],
        k: int,
        signs: Collection[int],
        walked: Array,
        *,
        loops: bool,
    ) -> Found:
        o = self.bounds
        return search_index(
            self.index, sources, targets, k=k, max_length=o.max_length, signs=signs, via=o.via,
            avoid=o.avoid, walked=walked, inside=self.inside, damping=self.damping, budget=o.budget,
            deadline=o.deadline, loops=loops,
        )  # fmt: skip

    def _within_reach(self, members: frozenset[str], *, upstream: bool) -> Array:
        """The nodes from, or to, which a walk leads: all that a path can begin, or end, at."""
        index = self.index
        starts = index.backward if upstream else index.forward
        first = np.array(sorted(n for name in members if (n := index.nodes.find(name)) >= 0), np.int64)
        seen = np.zeros(len(index.nodes), bool)
        seen[first] = True
        rim = first
        for step in range(self.bounds.max_length):
            if step and self.inside is not None:
                rim = rim[self.inside[index.category[rim]]]
            begin = starts[rim]
            counts = starts[rim + 1] - begin
            if self.bounds.deadline is not None:
                self.bounds.deadline.check(int(counts.sum()))
            places = np.arange(int(counts.sum())) + np.repeat(
                begin - np.cumsum(counts) + counts, counts
            )
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
            from mscgraph.large.index.directory import open_or_build

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
