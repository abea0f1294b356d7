"""Answers in words: one model of an answer's text, and one writer for each format.

``explained`` holds the model; ``explanation`` makes it of paths, ``summaries`` of the other answers, both
from the phrases of ``words``; ``terminal`` and ``markdown`` write it, ``bibtex`` its references.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.lazy import homes, load_late

if TYPE_CHECKING:
    from mscgraph.explain.bibtex import to_bibtex
    from mscgraph.explain.explained import (
        Evidence,
        ExplainedPath,
        ExplainedStep,
        Listing,
        Reference,
    )
    from mscgraph.explain.explanation import Explanation, explain

HOMES = homes("""
bibtex to_bibtex
explained Evidence ExplainedPath ExplainedStep Listing Reference
explanation Explanation explain
""")

__all__ = [
    "Evidence",
    "ExplainedPath",
    "ExplainedStep",
    "Explanation",
    "Listing",
    "Reference",
    "explain",
    "to_bibtex",
]

if not TYPE_CHECKING:  # a checker then names what is misspelt
    __getattr__ = load_late(__name__, HOMES)
