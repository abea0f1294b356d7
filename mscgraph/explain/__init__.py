"""Answers in words: plain text, Markdown, JSON and the references behind them.

``words`` says an answer step by step, ``summaries`` says what hangs on whom, ``discussion`` makes a page of
an answer for a paper, which ``typeset`` sets as text or Markdown; ``bibtex`` writes the references.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.lazy import homes, load_late

if TYPE_CHECKING:
    from mscgraph.explain.bibtex import to_bibtex
    from mscgraph.explain.discussion import (
        Evidence,
        ExplainedPath,
        ExplainedStep,
        Explanation,
        Reference,
        explain,
    )
    from mscgraph.explain.summaries import describe
    from mscgraph.explain.words import explain_paths

_ROOMS = {
    "bibtex": ("to_bibtex",),
    "discussion": ("Evidence", "ExplainedPath", "ExplainedStep", "Explanation", "Reference", "explain"),
    "summaries": ("describe",),
    "words": ("explain_paths",),
}

__all__ = [
    "Evidence",
    "ExplainedPath",
    "ExplainedStep",
    "Explanation",
    "Reference",
    "describe",
    "explain",
    "explain_paths",
    "to_bibtex",
]

__getattr__ = load_late(__name__, homes(_ROOMS))
