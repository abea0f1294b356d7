"""The index for graphs too large for the plain search: built once, kept in a folder, memory-mapped.

``engine`` turns the conditions of a question into masks. ``arrays`` hold the graph, ``states`` what is
searched; ``narrowing`` reduces the graph to what lies on walks within a bound, ``k_best`` finds the paths
there, ``path_counts`` counts all of them. ``index_files`` writes and opens a folder, ``index_builder``
fills one from a graph directory where none fits. Nothing loads this package, and numpy with it, until a
graph is large.
"""

from mscgraph.large.index.arrays import Columns, Names, PathIndex, build_index
from mscgraph.large.index.index_files import open_index, write_index
from mscgraph.large.index.k_best import search_index

__all__ = ["Columns", "Names", "PathIndex", "build_index", "open_index", "search_index", "write_index"]
