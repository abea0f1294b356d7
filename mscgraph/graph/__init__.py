"""The knowledge graph: load it, look things up by id, name or synonym, slice it, walk its hierarchy."""

from mscgraph.graph.knowledge import KnowledgeGraph, load
from mscgraph.graph.slices import keep_matching

__all__ = ["KnowledgeGraph", "keep_matching", "load"]
