"""Bulk mining: the k best signed paths of all pairs of two lists, past memory and past one machine.

``plan`` is the one place of the SQL; ``duckdb_engine`` and ``spark_engine`` run it; ``mining_folder`` opens
a graph directory, ``mining_question`` checks what is asked, ``mined_paths`` writes and sums up,
``all_pairs`` puts them together.
"""

from mscgraph.large.mining.all_pairs import ENGINES, Mined, mine
from mscgraph.large.mining.mined_paths import MinedMediator, MinedSummary, summarize_mined

__all__ = ["ENGINES", "Mined", "MinedMediator", "MinedSummary", "mine", "summarize_mined"]
