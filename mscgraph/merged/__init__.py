"""The graph directory: a graph as Parquet, written in bounded memory, read without loading it.

``layout`` names the tables and columns; ``staging`` and ``assembling`` make a graph of statements and
findings, ``building`` writes it with ``writing``; ``manifest`` is what a directory says of itself;
``merging`` makes one graph of several; ``opening`` makes it a graph to ask, over ``store``.
"""

from mscgraph.merged.building import Built, build_graph, write_graph
from mscgraph.merged.database import MEMORY
from mscgraph.merged.manifest import Source as GraphSource
from mscgraph.merged.merging import merge_graphs
from mscgraph.merged.opening import MergedGraph, open_graph
from mscgraph.merged.statements import Note, NoteCounts, Notes, Statement
from mscgraph.merged.writing import silent

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
