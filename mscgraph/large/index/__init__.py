"""The index for graphs too large for the plain search: built once, kept in a folder, memory-mapped.

``walk`` is the engine that a question is asked of: it turns options into masks. ``layout`` and ``names``
hold the arrays, ``question`` what is asked, ``narrow`` reduces the graph to what lies on walks within a
bound, ``best`` finds the paths there, ``tally`` counts all of them; ``store`` writes and opens a folder,
``building`` fills one from a graph directory, ``directory`` decides when. Only this package of
:mod:`mscgraph.paths` loads numpy, and nothing loads this package until a graph is large.
"""

from mscgraph.large.index.best import search_index
from mscgraph.large.index.layout import Columns, Names, PathIndex, build_index
from mscgraph.large.index.store import open_index, write_index

__all__ = ["Columns", "Names", "PathIndex", "build_index", "open_index", "search_index", "write_index"]
