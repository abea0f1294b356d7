"""The knowledge graph: load it, look things up by id, name or synonym, slice it, walk its hierarchy."""

from mscgraph.graph.knowledge import KnowledgeGraph, load

__all__ = ["KnowledgeGraph", "load"]
