"""The engine for large graphs: a question's options as masks over an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mscgraph.large.index.best import search_index
from mscgraph.large.index.layout import FACETS, build_index
from mscgraph.large.index.rows import Damping
from mscgraph.large.index.tally import count_index
from mscgraph.paths.conditions import (
    SIGNS,
    category_of,
    degrees_of,
    edge_of,
    letters_of,
    listed,
    one_of,
    source_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.large.index.layout import Array, PathIndex
    from mscgraph.paths.conditions import Options
    from mscgraph.paths.deadline import Watch
    from mscgraph.paths.search import Counted, Found

__all__ = ["IndexWalk", "walk_directory", "walk_slice"]


class IndexWalk:
    """The index under one question's conditions.

    ``walked`` tells of each label whether its edges may be steps, ``inside`` of each category whether its
    entities may stand between the ends.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - a record
        self,
        index: PathIndex,
        options: Options,
        walked: Array,
        inside: Array | None,
        damping: Damping | None,
        watch: Watch | None,
    ) -> None:
        self.index, self.options, self.walked = index, options, walked
        self.inside, self.damping, self.watch = inside, damping, watch

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
        o = self.options
        return count_index(
            self.index, sources, targets, max_length=o.max_length, via=o.via, avoid=o.avoid,
            walked=self.walked, inside=self.inside, budget=o.budget, watch=self.watch,
        )  # fmt: skip

    def influences(self, members: frozenset[str], *, upstream: bool) -> Iterator[tuple[str, Found]]:
        """The best path of each sign between the members and every entity within reach."""
        for number in self._within_reach(members, upstream=upstream).tolist():
            far = self.index.nodes[number]
            for sign in (1, -1, 0):
                ends = ({far}, members) if upstream else (members, {far})
                yield far, self.search(*ends, k=1, signs=(sign,))

    def _search(  # noqa: PLR0913 - one call for paths and loops
        self,
        sources: Collection[str],
        targets: Collection[str],
        k: int,
        signs: Collection[int],
        walked: Array,
        *,
        loops: bool,
    ) -> Found:
        o = self.options
        return search_index(
            self.index, sources, targets, k=k, max_length=o.max_length, signs=signs, via=o.via,
            avoid=o.avoid, walked=walked, inside=self.inside, damping=self.damping, budget=o.budget,
            watch=self.watch, loops=loops,
        )  # fmt: skip

    def _within_reach(self, members: frozenset[str], *, upstream: bool) -> Array:
        """The nodes from, or to, which a walk leads: all that a path can begin, or end, at."""
        index = self.index
        starts = index.backward if upstream else index.forward
        first = np.array(sorted(n for name in members if (n := index.nodes.find(name)) >= 0), np.int64)
        seen = np.zeros(len(index.nodes), bool)
        seen[first] = True
        rim = first
        for step in range(self.options.max_length):
            if step and self.inside is not None:
                rim = rim[self.inside[index.category[rim]]]
            begin = starts[rim]
            counts = starts[rim + 1] - begin
            if self.watch is not None:
                self.watch.look(int(counts.sum()))
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


def walk_slice(
    kg: KnowledgeGraph, part: KnowledgeGraph, options: Options, watch: Watch | None
) -> IndexWalk:
    """The engine for a slice of a graph in memory. Its index is kept with the graph."""
    kept = vars(kg).setdefault("path_indexes", {})
    key = (options.taxon, options.system, options.since)
    if key not in kept:
        steps = part.walkable
        facets = {
            "predicate": [a.predicate for a in steps],
            "grade": [a.letter for a in steps],
            "source": [a.source for a in steps],
        }
        categories = {entity.id: entity.category for entity in kg.entities.values()}
        kept[key] = build_index(map(edge_of, steps), facets=facets, categories=categories)
    index: PathIndex = kept[key]
    damping = Damping.of(index, options.damping, degrees_of(kg)) if options.damping else None
    walked = np.ones(index.labels.shape[1], bool)
    _keep(index, walked, "predicate", options.predicates or None)
    _keep(index, walked, "source", options.sources or None)
    if options.min_grade is not None:
        _keep(index, walked, "grade", letters_of(kg, options.min_grade))
    return IndexWalk(index, options, walked, _inside(index, options), damping, watch)


def walk_directory(
    kg: KnowledgeGraph, options: Options, watch: Watch | None
) -> tuple[IndexWalk, Options]:
    """The engine for a graph directory, and the options as the directory's words say them."""
    index = _index_of(kg, options)
    known = index.values
    predicates = [
        one_of("predicate that a path can walk", name, [p for p in known["predicate"] if p])
        for name in listed(options.predicates)
    ]
    sources = [source_of(name, [s for s in known["source"] if s]) for name in listed(options.sources)]
    categories = [
        category_of(name, [c for c in known["category"] if c]) for name in listed(options.categories)
    ]
    resolved = options._replace(predicates=predicates, sources=sources, categories=categories)
    walked = np.ones(index.labels.shape[1], bool)
    _keep(index, walked, "predicate", predicates or None)
    _keep(index, walked, "source", sources or None)
    if options.min_grade is not None:
        _keep(index, walked, "grade", letters_of(kg, options.min_grade))
    damping = Damping.of(index, options.damping) if options.damping else None
    return IndexWalk(index, resolved, walked, _inside(index, resolved), damping, watch), resolved


def _keep(index: PathIndex, walked: Array, facet: str, wanted: Collection[Any] | None) -> None:
    """Take out of ``walked`` the labels whose facet is none of the wanted values; None wants all."""
    if wanted is not None:
        good = np.array([value in wanted for value in index.values[facet]], bool)
        walked &= good[index.labels[2 + FACETS.index(facet)]]


def _inside(index: PathIndex, options: Options) -> Array | None:
    if not options.categories:
        return None
    return np.array([name in options.categories for name in index.values["category"]], bool)


def _index_of(kg: KnowledgeGraph, options: Options) -> PathIndex:
    """The index of a graph directory, kept with the graph."""
    kept = vars(kg).setdefault("path_indexes", {})
    if "directory" not in kept:
        from mscgraph.large.index.directory import open_or_build

        kept["directory"] = open_or_build(_folder(kg), progress=options.progress)
    index: PathIndex = kept["directory"]
    return index


def _folder(kg: KnowledgeGraph) -> str:
    folder: str = getattr(kg, "graph_folder")  # noqa: B009 - only a graph that is read from one has it
    return folder
