"""Signed mechanism paths: find them, count them, explain them, and ask what depends on whom.

``scope`` resolves what a question may walk, ``search`` is the exact search over plain edges, ``answer``
turns its result into typed paths. ``what_if``, ``loops`` and ``reach`` ask about all paths at once;
``explain`` and ``describe`` put answers into words, ``discussion`` makes a page of one for a paper, which
``typeset`` sets as text or Markdown.
"""

from mscgraph.paths.answer import Path, PathAnswer, Setting, Step, find_paths, keep_paths
from mscgraph.paths.describe import describe
from mscgraph.paths.discussion import (
    Evidence,
    ExplainedPath,
    ExplainedStep,
    Explanation,
    Reference,
    explain,
)
from mscgraph.paths.explain import explain_paths
from mscgraph.paths.loops import LoopAnswer, find_loops
from mscgraph.paths.reach import Influence, InfluenceAnswer, downstream, upstream
from mscgraph.paths.what_if import BlockAnswer, Mediator, MediatorAnswer, Verdict, block, rank_mediators

__all__ = [
    "BlockAnswer",
    "Evidence",
    "ExplainedPath",
    "ExplainedStep",
    "Explanation",
    "Influence",
    "InfluenceAnswer",
    "LoopAnswer",
    "Mediator",
    "MediatorAnswer",
    "Path",
    "PathAnswer",
    "Reference",
    "Setting",
    "Step",
    "Verdict",
    "block",
    "describe",
    "downstream",
    "explain",
    "explain_paths",
    "find_loops",
    "find_paths",
    "keep_paths",
    "rank_mediators",
    "upstream",
]
