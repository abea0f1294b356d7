"""Bulk mining: the k best signed paths of all pairs of two lists, past memory and past one machine.

``plan`` is the one place of the SQL; ``on_duckdb`` and ``on_spark`` run it; ``folder`` opens a graph
directory, ``question`` checks what is asked, ``result`` writes and sums up, ``pairs`` puts them together.
"""

from mscgraph.large.mining.pairs import ENGINES, Mined, mine
from mscgraph.large.mining.result import MinedMediator, MinedSummary, summarize_mined

__all__ = ["ENGINES", "Mined", "MinedMediator", "MinedSummary", "mine", "summarize_mined"]
