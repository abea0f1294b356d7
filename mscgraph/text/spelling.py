"""Names as people say them: other spellings, plurals, orders of words, and what says an aspect of a thing.

Two names are one where their keys are equal. A key forgets only what makes no other thing: British
spelling, plurals, ``human``, ``-derived``, the order of words, and which synonym stands inside a longer
name. Letters, digits, ``+`` and ``-`` stay, so a name with a word too many, such as ``anti-``, finds
nothing.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import combining, normalize

from mscgraph.text.names import mark_minus, plain_greek

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

# What is the same word, in British spelling or as an adjective; what a general noun may follow (IDO enzyme,
# Treg cells, MS patients), by category; and which aspect an adjective or noun says.
_SAID: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_bytes())
_FILLERS = frozenset(_SAID["fillers"])
_SIGNS = (
    (re.compile(r"(?<=[\w])[ -]?\(?(?:positive|pos)\b\)?"), "+"),
    (re.compile(r"(?<=[\w])[ -]?\(?(?:negative|neg)\b\)?"), "¬"),
    (re.compile(r"(?<=[\w])\(\+\)"), "+"),
    (re.compile(r"(?<=[\w])\([-−]\)"), "¬"),
    (re.compile(r"\s+[-−]/[-−¬]"), "¬¬"),
    (re.compile(r"['’]|(?<=\d)s\b"), ""),  # ILC2s
)
_PIECE = re.compile(r"[^\W\d_]+[+¬]*|\d+[+¬]*")
_MOST_MEANINGS = 6
# What a name may lack of one that is a member of its family: galectin-1, miR-181a, neurofilament light.
_MEMBER = re.compile(r"\d{1,2}|[a-z]\d?|light|heavy")
_SHORTEST = 3


def name_pieces(name: str) -> tuple[str, ...]:
    """Part a name into pieces: runs of letters or digits, in one spelling and number, without fillers.

    Examples
    --------
    >>> name_pieces("human bone marrow-derived MSCs"), name_pieces("CD4(+) T cells")
    (('bone', 'marrow', 'msc'), ('cd', '4+', 't', 'cell'))
    """
    text = mark_minus(name)
    for pattern, sign in _SIGNS:
        text = pattern.sub(sign, text)
    text = "".join(c for c in normalize("NFKD", text) if not combining(c))
    pieces = [_piece(part) for part in _PIECE.findall(text)]
    return tuple(p for p in pieces if p not in _FILLERS) or tuple(pieces)


def _piece(part: str) -> str:
    """A piece without plural and in American spelling."""
    if part in _SAID["roman"]:
        return str(_SAID["roman"][part])
    word = part.lower()
    if part.endswith("s") and (len(part) > _SHORTEST or part[:2].isupper()):
        if word.endswith("ies"):
            word = word[:-3] + "y"
        elif word.endswith("uses"):
            word = word[:-2]
        elif not word.endswith(("ss", "us", "is")):
            word = word[:-1]
    word = word.replace("aem", "em")
    word = _SAID["words"].get(word, word)
    for start, other in _SAID["starts"]:
        word = other + word.removeprefix(start) if word.startswith(start) else word
    for ending, other in _SAID["endings"]:
        word = word.removesuffix(ending) + other if word.endswith(ending) else word
    return plain_greek(word)


class NameIndex:
    """Finds what a name means where no table has it as it was typed.

    It is made of the id, category and names of each entity, and what returns the superclasses of an id.
    """

    def __init__(
        self,
        names: Iterable[tuple[str, str, Iterable[str]]],
        ancestors: Callable[[str], frozenset[str]],
    ) -> None:
        self._ancestors = ancestors
        self._category: dict[str, str] = {}
        self._phrases: dict[str, str] = {}  # pieces in their order, joined
        parted = []
        for identifier, category, texts in names:
            self._category[identifier] = category
            for pieces in {name_pieces(text) for text in texts if text}:
                for form in _forms(pieces) if category == "Cell" else (pieces,):
                    parted.append((identifier, form))
                    self._phrases.setdefault("".join(form), identifier)
        self._simple = {
            "".join(pieces): identifier
            for identifier, pieces in parted
            if tuple(self._names_inside(pieces, self._phrases)) == pieces
        }
        self._keys: dict[str, dict[str, None]] = defaultdict(dict)
        for identifier, pieces in parted:
            for key in self._keys_of(pieces):
                self._keys[key][identifier] = None

    def _keys_of(self, pieces: tuple[str, ...]) -> tuple[str, ...]:
        """The keys of a name: its pieces in order, in any order, and with ids for the names inside."""
        inside = [self._names_inside(pieces, names) for names in (self._phrases, self._simple)]
        return "".join(pieces), *(" ".join(sorted(parts)) for parts in (pieces, *inside))

    def _names_inside(self, pieces: tuple[str, ...], names: Mapping[str, str]) -> Iterator[str]:
        """The pieces, each run that is a name of an entity replaced by its id: longest first."""
        start = 0
        while start < len(pieces):
            for end in range(len(pieces), start, -1):
                phrase = "".join(pieces[start:end])
                if end - start < len(pieces) and len(phrase) > 1 and phrase in names:
                    yield names[phrase]
                    start = end
                    break
            else:
                yield pieces[start]
                start += 1

    def find(self, name: str) -> tuple[str, ...]:
        """Return the ids that a name means; several where it is ambiguous."""
        return self._whole(name) or self._twice(name) or self._general(name) or self._family(name)

    def _whole(self, name: str) -> tuple[str, ...]:
        pieces = name_pieces(name)
        for key in self._keys_of(pieces) if pieces else ():
            if found := self._keys.get(key):
                return tuple(found)
        if re.match(r"h[A-Z]{2}", name):  # human
            return self._whole(name[1:])
        return ()

    def _twice(self, name: str) -> tuple[str, ...]:
        """What is named twice: hepatocyte growth factor (HGF), CCL5/RANTES."""
        said = re.fullmatch(r"([^()]+)\(([^()]+)\)", name.strip()) or re.fullmatch(
            r"([^/]+)/([^/]+)", name
        )
        both = [self._whole(part.strip()) for part in said.groups()] if said else []
        return both[0] if both and both[0] == both[1] else ()

    def _general(self, name: str) -> tuple[str, ...]:
        """A name before a general noun, such as Th17 lymphocytes, which are lymphocytes."""
        words = name.split()
        for at in range(len(words) - 1, 0, -1):
            found = self._whole(" ".join(words[:at]))
            noun = " ".join(words[at:])
            kinds = _SAID["nouns"].get("".join(name_pieces(noun)), ())
            classes = frozenset(self._whole(noun))
            if len(found) == 1 and (
                self._category[found[0]] in kinds or classes & self._ancestors(found[0])
            ):
                return found
        return ()

    def _family(self, name: str) -> tuple[str, ...]:
        """The members of a family that is no entity: galectin is galectin-1, -3 and -9."""
        wanted = "".join(name_pieces(name))
        if len(wanted) < _SHORTEST:
            return ()
        members: dict[str, None] = {}
        for phrase, identifier in self._phrases.items():
            rest = phrase.removeprefix(wanted)
            if rest != phrase and _MEMBER.fullmatch(rest) and not (rest[0] + wanted[-1]).isdigit():
                members[identifier] = None
        return tuple(sorted(members)) if 1 < len(members) <= _MOST_MEANINGS else ()


def _forms(pieces: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """How else a cell is called: CD14 cell for CD14+ cell; Th17 and natural killer, but not T and nerve."""
    yield pieces
    if "+" in "".join(pieces):
        yield tuple(piece.rstrip("+") for piece in pieces)
    if pieces[-1] == "cell" and (len(pieces) > 2 or not "".join(pieces[:-1]).isalpha()):  # noqa: PLR2004
        yield pieces[:-1]


def split_aspect(name: str, aspects: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Part a name into what it names and the aspect that it says, in each way that it may be read.

    Examples
    --------
    >>> list(split_aspect("activated microglia", {"activation": None}))
    [('microglia', 'activation')]
    >>> list(split_aspect("proliferation of T cells", {"proliferation": None}))
    [('T cells', 'proliferation')]
    """
    words = name.split()
    said = {aspect.replace("_", " "): aspect for aspect in aspects}
    said |= {word: aspect for word, aspect in _SAID["other_words"].items() if aspect in aspects}
    for at in range(1, len(words)):
        first, rest = " ".join(words[:at]).lower(), words[at:]
        if at == 1 and (aspect := _SAID["adjectives"].get(first)) in aspects:
            yield " ".join(rest), aspect
        if first in said and rest[1:] and rest[0].lower() in {"of", "by", "in"}:
            yield " ".join(rest[1:]), said[first]
        if (last := " ".join(rest).lower()) in said:
            yield " ".join(words[:at]), said[last]
