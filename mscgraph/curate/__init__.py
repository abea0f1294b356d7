"""The curator's tools: draft rows, show gaps and duplicates, sign reviews, compare two states.

``drafting`` reads a paper's text by ``matching``, ``claim_reading`` a claim; ``missing`` lists what the
graph lacks and what stands in it twice; ``reviewing`` writes what a reviewer decides; ``changes`` compares.
"""

from mscgraph.curate.changes import AnswerChange, Change, Changes, diff
from mscgraph.curate.claim_reading import read_claims
from mscgraph.curate.drafting import Draft, draft, draft_row, draft_sections
from mscgraph.curate.missing import GAP_KINDS, Duplicate, Gap, duplicates, gaps
from mscgraph.curate.reviewing import checked_orcid, review, unreviewed, verify_anchors

__all__ = [
    "GAP_KINDS", "AnswerChange", "Change", "Changes", "Draft", "Duplicate", "Gap", "checked_orcid", "diff",
    "draft", "draft_row", "draft_sections", "duplicates", "gaps", "read_claims", "review", "unreviewed",
    "verify_anchors",
]  # fmt: skip
