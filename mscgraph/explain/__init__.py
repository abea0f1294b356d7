"""Answers in words: one model of an answer's text, and one writer for each format.

``explained`` holds the model; ``explanation`` makes it of paths, ``summaries`` of the other answers, both
from the phrases of ``words``; ``written`` writes it as text and Markdown, ``bibtex`` its references.
``compared`` says what trials, comparisons and conflicts show, ``claims`` checks a claim.
"""

from typing import TYPE_CHECKING

from mscgraph.lazy import homes, load_late

if not TYPE_CHECKING:  # a checker takes them from their modules
    __getattr__ = load_late(
        __name__,
        homes("""
bibtex to_bibtex
explained Evidence ExplainedPath ExplainedStep Explanation Listing Reference
explanation explain
"""),
    )
