"""Signed mechanism paths: find them, count them, explain them, and ask what depends on whom.

``scope`` resolves what a question may walk, ``search`` is the exact search over plain edges, ``answer``
turns its result into the typed paths of ``records``. ``what_if``, ``loops`` and ``reach`` ask about all
paths at once; ``words`` and ``summaries`` say answers in plain text, ``discussion`` makes a page of one for
a paper, which ``typeset`` sets as text or Markdown.

Names are loaded when they are first used: a question about paths loads none of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.lazy import homes, load_late

if TYPE_CHECKING:
    from mscgraph.paths.answer import PathAnswer, find_paths, keep_paths
    from mscgraph.paths.discussion import (
        Evidence,
        ExplainedPath,
        ExplainedStep,
        Explanation,
        Reference,
        explain,
    )
    from mscgraph.paths.loops import LoopAnswer, find_loops
    from mscgraph.paths.reach import Influence, InfluenceAnswer, downstream, upstream
    from mscgraph.paths.records import Path, Setting, Step
    from mscgraph.paths.scope import Options
    from mscgraph.paths.summaries import describe
    from mscgraph.paths.what_if import (
        BlockAnswer,
        Mediator,
        MediatorAnswer,
        Verdict,
        block,
        rank_mediators,
    )
    from mscgraph.paths.words import explain_paths

_ROOMS = {
    "answer": ("PathAnswer", "find_paths", "keep_paths"),
    "records": ("Path", "Setting", "Step"),
    "scope": ("Options",),
    "summaries": ("describe",),
    "discussion": ("Evidence", "ExplainedPath", "ExplainedStep", "Explanation", "Reference", "explain"),
    "words": ("explain_paths",),
    "loops": ("LoopAnswer", "find_loops"),
    "reach": ("Influence", "InfluenceAnswer", "downstream", "upstream"),
    "what_if": ("BlockAnswer", "Mediator", "MediatorAnswer", "Verdict", "block", "rank_mediators"),
}

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
    "Options",
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

__getattr__ = load_late(__name__, homes(_ROOMS))
