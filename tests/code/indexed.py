"""Asking the path index with the conditions of a question as keywords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.large.index import k_best, path_counts
from mscgraph.large.index.states import StepMasks
from mscgraph.paths.search import Bounds

if TYPE_CHECKING:
    from collections.abc import Collection

    from mscgraph.large.index import PathIndex
    from mscgraph.paths.search import Counted, Found

ASKED = ("k", "signs", "kind")


def search_index(
    index: PathIndex, sources: Collection[str], targets: Collection[str], **conditions: Any
) -> Found:
    """The best paths; keywords are fields of ``Bounds`` and ``StepMasks``, or k, signs and kind."""
    asked = {name: conditions.pop(name) for name in ASKED if name in conditions}
    return k_best.search_index(index, sources, targets, *records(conditions), **asked)


def count_index(
    index: PathIndex, sources: Collection[str], targets: Collection[str], **conditions: Any
) -> Counted:
    """All paths by net sign, with such keywords."""
    return path_counts.count_index(index, sources, targets, *records(conditions))


def records(conditions: dict[str, Any]) -> tuple[Bounds, StepMasks]:
    """The conditions by the record that holds each."""
    masks = {name: conditions.pop(name) for name in StepMasks._fields if name in conditions}
    return Bounds(**conditions), StepMasks(**masks)
