"""Parts of a graph that can stand alone: what was asked for, and all that speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mscgraph.graph.knowledge import KnowledgeGraph

__all__ = ["keep_matching"]


def keep_matching(kg: KnowledgeGraph, **filters: str | None) -> KnowledgeGraph:
    """Return the slice of the findings that pass filters, with the findings that say otherwise.

    Parameters
    ----------
    kg
        The graph, or a slice of it that is cut down further.
    **filters
        Those of :meth:`~mscgraph.KnowledgeGraph.find_findings`: subject, predicate, object, aspect,
        publication, taxon, system, design. What says otherwise than the findings that pass is kept
        from everywhere, also where the filters would hide it.

    Raises
    ------
    NotFound
        When a filter names nothing that exists, with suggestions.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> len(mg.keep_matching(kg, taxon="human").findings) < len(kg.findings)
    True
    """
    passed = frozenset(finding.id for finding in kg.find_findings(**filters))
    narrow = kg.keep_findings(lambda finding: finding.id in passed)
    against = {f.id for edge in narrow.associations.values() for f in edge.contrary}
    return kg.whole.keep_findings(lambda finding: finding.id in passed or finding.id in against)
