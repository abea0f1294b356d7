"""The graph directory: a graph as Parquet, written in bounded memory, read without loading it.

``manifest`` names the tables and columns and describes a directory; ``staging`` and ``assembling`` make a
graph of statements and findings, ``graph_writer`` writes it; ``merging`` makes one graph of several;
``merged_graph`` is the graph to ask, over ``parquet_tables``.
"""

from mscgraph.large.directory.database import MEMORY
from mscgraph.large.directory.graph_writer import Built, build_graph, silent, write_graph
from mscgraph.large.directory.manifest import Source as GraphSource
from mscgraph.large.directory.merged_graph import MergedGraph, open_graph
from mscgraph.large.directory.merging import merge_graphs
from mscgraph.large.directory.staging import Note, NoteCounts, Notes, Statement

__all__ = [
    "MEMORY",
    "Built",
    "GraphSource",
    "MergedGraph",
    "Note",
    "NoteCounts",
    "Notes",
    "Statement",
    "build_graph",
    "merge_graphs",
    "open_graph",
    "silent",
    "write_graph",
]
