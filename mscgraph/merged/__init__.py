"""The graph directory: a graph as Parquet, written in bounded memory, read without loading it.

``layout`` names the tables and columns, ``building`` writes a graph, ``writing`` the parts, ``manifest``
what a directory says of itself; ``opening`` makes it a graph to ask, over ``store``.
"""

from mscgraph.merged.building import write_graph
from mscgraph.merged.opening import MergedGraph, open_graph

__all__ = ["MergedGraph", "open_graph", "write_graph"]
