"""The graph directory: a graph as Parquet, written in bounded memory, read without loading it.

``parquet_columns`` names the tables and columns; ``staging`` and ``assembling`` make a graph of statements
and findings, ``graph_writer`` writes it with ``writing``; ``manifest`` describes a directory; ``merging``
makes one graph of several; ``merged_graph`` is the graph to ask, over ``parquet_tables``.
"""

from mscgraph.large.directory.database import MEMORY
from mscgraph.large.directory.graph_writer import Built, build_graph, write_graph
from mscgraph.large.directory.manifest import Source as GraphSource
from mscgraph.large.directory.merged_graph import MergedGraph, open_graph
from mscgraph.large.directory.merging import merge_graphs
from mscgraph.large.directory.statements import Note, NoteCounts, Notes, Statement
from mscgraph.large.directory.writing import silent

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
