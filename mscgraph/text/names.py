"""Names as people type them: folding, so that nfkb finds NF-κB, and suggestions for near misses."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from mscgraph.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

T = TypeVar("T")

# Papers write TNF-α, TNF-alpha, TNFα and TNF-a for one thing. Spelled-out and single-letter Latin forms
# both fold to the letter.
_GREEK = {
    "α": "a", "β": "b", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "θ": "th", "κ": "k", "λ": "l", "μ": "m",
    "µ": "m", "ω": "o",
}  # fmt: skip
SPELLED = {
    "alpha": "a", "beta": "b", "gamma": "g", "delta": "d", "epsilon": "e", "zeta": "z", "theta": "th",
    "kappa": "k", "lambda": "l", "omega": "o",
}  # fmt: skip
_ENDINGS = tuple(SPELLED)


# a minus after a marker, not a hyphen between words; NFKD makes a minus of the raised one, which is none
@cache
def _minus() -> re.Pattern[str]:
    return re.compile(r"(?<=[\w/])(?:[⁻₋]|[-‐‑–−](?=[\s,;)\]]|/[-+⁻−]|$))")


def fold(name: str) -> str:
    """Fold case, hyphens, spaces, accents and Greek letters away.

    A plus or a minus that ends a word is part of the name: what lacks a marker or a gene is another thing.

    >>> fold("NF-κB"), fold("nf kappa b"), fold("Natural Killer cell")
    ('nfkb', 'nfkb', 'naturalkillercell')
    >>> fold("CD4+ T cell"), fold("CD4⁻ T cell"), fold("IL-6-/-")
    ('cd4+tcell', 'cd4¬tcell', 'il6¬¬')
    """
    name = mark_minus(name)
    if name.isascii():
        words = name.translate(_ASCII).split()
    else:
        from unicodedata import combining, normalize

        lowered = normalize("NFKD", name.lower())
        text = "".join(c for c in lowered if not combining(c))
        words = "".join(c if c.isalnum() or c in "+¬" else " " for c in text).split()
    return "".join(map(plain_greek, words))


# What each ASCII character folds to: letters, digits and plus stay, all else parts words.
_ASCII = "".join(c.lower() if c.isalnum() or c == "+" else " " for c in map(chr, range(128)))


def mark_minus(name: str) -> str:
    """A name with ¬ for each minus, which is part of it: a hyphen is not."""
    return _minus().sub("¬", name)


def plain_greek(word: str) -> str:
    """A word of small letters whose Greek letters, and one spelled out at its end, are Latin."""
    if not word.isascii():
        word = "".join(_GREEK.get(c, c) for c in word)
    if not word.endswith(_ENDINGS):
        return word
    for spelled, letter in SPELLED.items():
        if word.endswith(spelled):
            return word.removesuffix(spelled) + letter
    return word


def nearest(wanted: str, names: Iterable[str], *, at_most: int = 5) -> list[str]:
    """Return up to ``at_most`` of ``names`` that resemble ``wanted``, best first."""
    from rapidfuzz import fuzz, process  # a near miss is rare; its cost is paid only then

    folded: dict[str, str] = {}
    for name in names:
        folded.setdefault(fold(name), name)
    key = fold(wanted)
    inside = sorted((f for f in folded if len(key) > 2 and key in f), key=len)  # noqa: PLR2004
    ranked = process.extract(key, sorted(folded), scorer=fuzz.ratio, limit=at_most, score_cutoff=60)
    close = [found for found, *_ in ranked]
    return [folded[f] for f in dict.fromkeys([*close, *inside])][:at_most]


def pick(name: str, known: Mapping[str, T], said: str) -> T:
    """Return what a name stands for; raise :class:`NotFound` with the names nearest to it, or all."""
    if name not in known:
        raise NotFound(said, suggestions=nearest(name, known) or tuple(known))
    return known[name]
