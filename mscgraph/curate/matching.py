"""Find known names in a running text: longest first, whole words, blind to hyphens and Greek spelling."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from mscgraph.text.names import mark_minus
from mscgraph.text.spelling import name_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = re.compile(r"(?:[^\W_]|\+)+")
# What may stand between two words of one name whatever the name's own spelling.
_LOOSE = re.compile(r"\s*[-‐‑‒–—/]?\s*")
_LONGEST_SYMBOL = 5


@dataclass(frozen=True, slots=True)
class Mention:
    """A known name in a text: where it stands, as it stands, and what it is a name of."""

    start: int
    end: int
    text: str
    value: str


class Matcher:
    """Names, each with what it stands for, made ready to be found in any number of texts.

    A text and the names are parted by :func:`mscgraph.text.spelling.name_pieces`, so ``TNFα`` finds
    ``TNF-alpha``, and ``placental MSCs`` the MSC of placenta; a minus after a marker is part of a name. A
    match begins and ends where words do; of two that overlap the longer wins. A short symbol without
    small letters (``IL-6``, ``MS``) is found only as it is written, up to a plural s, and a short word
    without capitals (``cat``) not as an acronym. Linear in the length of the text.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name, value in names:
            if key := "".join(_key(word) for word in _WORD.findall(name)):
                self._found[key].append((name, value))
        self._longest = max(map(len, self._found), default=0)

    def find(self, text: str) -> list[Mention]:
        """Return the mentions in ``text``, in order, none overlapping another."""
        taken: list[Mention] = []
        for mention in sorted(self._candidates(text), key=lambda m: (m.start - m.end, m.start)):
            if all(mention.end <= other.start or other.end <= mention.start for other in taken):
                taken.append(mention)
        return sorted(taken, key=lambda m: m.start)

    def _candidates(self, text: str) -> Iterable[Mention]:
        words = [(m.start(), m.end(), key) for m in _WORD.finditer(text) if (key := _key(m[0]))]
        for first, (start, _, _) in enumerate(words):
            folded = ""
            for last in range(first, len(words)):
                _, end, key = words[last]
                folded += key
                if len(folded) > self._longest:
                    break
                if folded not in self._found or _has_minus(text, end):
                    continue
                span, written = words[first : last + 1], text[start:end]
                for name, value in self._found[folded]:
                    if _one_name(text, span, name) and _same_case(name, written):
                        yield Mention(start, end, written, value)
                        break


def _one_name(text: str, span: list[tuple[int, int, str]], name: str) -> bool:
    """Whether the words stand together as one name does, and are no list, number or article."""
    for (_, end, one), (start, stop, other) in pairwise(span):
        between = text[end:start]
        if _has_minus(text, end):
            return False
        if between.isspace():
            if text[start:stop] == "a":
                return False
        elif not _LOOSE.fullmatch(between) and between not in name:
            return False
        if one[-1].isdigit() and other[0].isdigit() and between not in name:
            return False
    return True


def _key(word: str) -> str:
    return "".join(name_pieces(word))


def _has_minus(text: str, end: int) -> bool:
    """Whether a minus ends the word that ends there: CD4- T cells are no CD4 T cells."""
    return mark_minus(text[end - 1 : end + 3])[1:2] == "¬"


def _same_case(name: str, written: str) -> bool:
    letters = [c for c in name if c.isalpha()]
    if not letters or sum(c.isalnum() for c in name) > _LONGEST_SYMBOL:
        return True
    if not all(c.isascii() for c in letters):
        # IFN-γ is also written IFN-gamma or IFNg: only the Latin letters must be capitals
        return _capitals(written).startswith(_capitals(name))
    if not any(c.islower() and c.isascii() for c in letters):
        return not any(c.islower() and c.isascii() for c in written.removesuffix("s"))
    if not any(c.isupper() for c in letters):
        return not written.isupper()
    return True


def _capitals(text: str) -> str:
    return "".join(c for c in text if "A" <= c <= "Z")


# -- sentences --------------------------------------------------------------------------------------

_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9Α-Ωα-ω])|\n\s*\n")
_ABBREVIATION = re.compile(r"(?:\b(?:vs|e\.g|i\.e|al|Fig|Figs|approx|ca|cf|resp|no|i\.[vpcm]))\.$")
_LABEL = re.compile(r"[A-Z][A-Za-z /&]{2,40}:\s+(?=[A-Z0-9])")


def sentences(text: str) -> list[str]:
    """Split a text into sentences; a label in front ("RESULTS: ") is left off, a wrapped line joined.

    >>> sentences("RESULTS: IL-10 rose vs. controls. TNF fell.")
    ['IL-10 rose vs. controls.', 'TNF fell.']
    """
    parts: list[str] = []
    for part in _END.split(text):
        joined = " ".join(part.split())
        if parts and _ABBREVIATION.search(parts[-1]):
            parts[-1] += f" {joined}"
        elif joined:
            parts.append(joined)
    return [_LABEL.sub("", part, count=1) if _LABEL.match(part) else part for part in parts]
