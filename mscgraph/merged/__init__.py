"""The graph directory: a graph as Parquet, written in bounded memory, read without loading it.

``layout`` names the tables and columns, ``building`` writes a graph, ``writing`` the parts, ``manifest``
what a directory says of itself.
"""

from mscgraph.merged.building import write_graph

__all__ = ["write_graph"]
