"""Signed mechanism paths: find them, count them, and ask what depends on whom.

``conditions`` resolves what a question may walk, ``engines`` says what it is searched with, ``search`` is
the exact search over plain edges, ``answer`` turns its result into the typed paths of ``path``.
``interventions``, ``loops`` and ``influences`` ask about all paths at once.

Names are loaded when they are first used: a question about paths loads none of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.lazy import homes, load_late

if TYPE_CHECKING:
    from mscgraph.paths.answer import PathAnswer, find_paths, keep_paths
    from mscgraph.paths.conditions import Conditions, Limits
    from mscgraph.paths.influences import Influence, InfluenceAnswer, downstream, upstream
    from mscgraph.paths.interventions import (
        BlockAnswer,
        Mediator,
        MediatorAnswer,
        Totals,
        block,
        mediators,
    )
    from mscgraph.paths.loops import LoopAnswer, find_loops
    from mscgraph.paths.path import Path, Setting, Step

HOMES = homes("""
answer PathAnswer find_paths keep_paths
conditions Conditions Limits
influences Influence InfluenceAnswer downstream upstream
interventions BlockAnswer Mediator MediatorAnswer Totals block mediators
loops LoopAnswer find_loops
path Path Setting Step
""")

__all__ = [
    "BlockAnswer", "Conditions", "Influence", "InfluenceAnswer", "Limits", "LoopAnswer", "Mediator",
    "MediatorAnswer", "Path", "PathAnswer", "Setting", "Step", "Totals", "block", "downstream",
    "find_loops", "find_paths", "keep_paths", "mediators", "upstream",
]  # fmt: skip

if not TYPE_CHECKING:  # a checker then names what is misspelt
    __getattr__ = load_late(__name__, HOMES)
