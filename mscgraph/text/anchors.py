"""Anchors: fingerprints that tie a finding to a sentence without copying the sentence.

The fingerprint of a sentence is the first 16 hex digits of the SHA-256 of its normal form: Unicode
NFKC, lower case, every run of characters that are not letters or digits turned into one space, trimmed.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+|\n+")
_WIDEST_SENTENCE = 6


def _normal_form(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def anchor(sentence: str) -> str:
    """Return the fingerprint of a sentence: 16 lower-case hex digits.

    Typography does not matter, words do:

    Examples
    --------
    >>> import mscgraph as mg
    >>> mg.anchor("MSCs inhibit Th17 cells.") == mg.anchor("  mscs inhibit TH17-cells")
    True
    """
    return hashlib.sha256(_normal_form(sentence).encode()).hexdigest()[:16]


def anchors_in(text: str) -> dict[str, str]:
    """Map the fingerprint of every sentence that ``text`` may hold to that sentence.

    Where a sentence ends is often unclear ("vs. controls", "P < .05"), so up to six neighbouring
    fragments are also joined; a sentence is found if any reading of the text contains it. A label in
    front of a sentence ("RESULTS: ") may be part of it or not.
    """
    fragments = [part for part in _SENTENCE_END.split(text) if part and part.strip()]
    found: dict[str, str] = {}
    for first in range(len(fragments)):
        for last in range(first + 1, min(first + _WIDEST_SENTENCE, len(fragments)) + 1):
            sentence = " ".join(fragments[first:last])
            for reading in (sentence, *_without_label(sentence)):
                found.setdefault(anchor(reading), reading)
    return found


def _without_label(sentence: str) -> tuple[str, ...]:
    label, colon, rest = sentence.partition(":")
    return (rest.strip(),) if colon and len(label) <= 60 and rest.strip() else ()  # noqa: PLR2004
