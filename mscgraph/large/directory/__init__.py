"""The graph directory: a graph as Parquet, written in bounded memory, read without loading it.

``layout`` names the tables and columns; ``staging`` and ``assembling`` make a graph of statements and
findings, ``building`` writes it with ``writing``; ``manifest`` is what a directory says of itself;
``merging`` makes one graph of several; ``opening`` makes it a graph to ask, over ``store``.
"""

from mscgraph.large.directory.building import Built, build_graph, write_graph
from mscgraph.large.directory.database import MEMORY
from mscgraph.large.directory.manifest import Source as GraphSource
from mscgraph.large.directory.merging import merge_graphs
from mscgraph.large.directory.opening import MergedGraph, open_graph
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
