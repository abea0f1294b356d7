"""The knowledge graph: load it, look things up by id, name or synonym, slice it, walk its hierarchy."""

from mscgraph.graph.knowledge import KnowledgeGraph, load
from mscgraph.graph.parts import (
    associations_of,
    associations_shown,
    best_associations_of,
    category_counts,
    contested_associations,
    entities_with_roles,
    entity_roles,
    grade_counts,
    keep_associations,
    keep_matching,
    stated_associations,
    statements_of,
)

__all__ = [
    "KnowledgeGraph", "associations_of", "associations_shown", "best_associations_of",
    "category_counts", "contested_associations", "entities_with_roles", "entity_roles", "grade_counts",
    "keep_associations", "keep_matching", "load", "stated_associations", "statements_of",
]  # fmt: skip
