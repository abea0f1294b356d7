"""Columns as bytes: what makes a page of a hundred thousand relations fit into a mail.

A block of data is the length of a JSON text, the JSON text, and the bytes of the columns that it refers to,
all deflated. Whole numbers stand as planes of bytes (all lowest bytes, then the next), risen columns as
differences, texts as UTF-8 after their lengths. The page holds the block in printable characters, thirteen
bits in two of them, for a browser reads a file as text; ``assets/unpack.js`` is the other side.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["Few", "Texts", "Whole", "few", "from_letters", "lay_out", "pack", "to_letters", "unpack"]

# All printable ASCII but what could end or escape anything in a page: < > &.
_LETTERS = "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) not in "<>&")
_GROUP, _BITS = 13, 13  # 13 bytes are 8 groups of 13 bits


@dataclass(frozen=True, slots=True)
class Whole:
    """A column of whole numbers that are not negative; ``rising`` where none is below the one before it."""

    values: Sequence[int]
    rising: bool = False


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts that are mostly different and read one at a time."""

    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class Few:
    """A column in which few values repeat: those values, and which of them stands where."""

    values: Sequence[Any]
    at: Sequence[int]


def few(items: Iterable[Any], word: Callable[[Any], Any] | None = None) -> Few:
    """A column of repeating values, the most frequent first; ``word`` turns each into what is written."""
    held = list(items)
    counted = Counter(held)
    values = sorted(counted, key=lambda value: -counted[value])  # stable: the first seen goes first
    at = {value: i for i, value in enumerate(values)}
    return Few([word(v) for v in values] if word else values, [at[item] for item in held])


def pack(data: dict[str, Any]) -> bytes:
    """Return data with columns as one deflated block: the same data gives the same bytes."""
    return zlib.compress(lay_out(data), 9)


def lay_out(data: dict[str, Any]) -> bytes:
    """Return the block before it is deflated: what a fingerprint of the data is taken of."""
    sections: list[bytes] = []
    header = json.dumps(_described(data, sections), ensure_ascii=False, separators=(",", ":")).encode()
    return len(header).to_bytes(4, "little") + header + b"".join(sections)


def _described(value: Any, sections: list[bytes]) -> Any:
    match value:
        case Whole(values, rising):
            return _whole(values, sections, rising=rising)
        case Few(values, at):
            return {"values": list(values), **_whole(at, sections)}
        case Texts(values):
            encoded = [text.encode("utf-8", "surrogatepass") for text in values]
            lengths = _whole([len(text) for text in encoded], sections)
            sections.append(b"".join(encoded))
            return {"lengths": lengths, "size": len(sections[-1])}
        case dict():
            return {key: _described(inner, sections) for key, inner in value.items()}
        case _:
            return value


def _whole(values: Sequence[int], sections: list[bytes], *, rising: bool = False) -> dict[str, Any]:
    numbers = [*values[:1], *(b - a for a, b in pairwise(values))] if rising else values
    width = max((max(numbers, default=0).bit_length() + 7) // 8, 1)
    sections += [bytes(number >> 8 * plane & 255 for number in numbers) for plane in range(width)]
    return {"count": len(values), "width": width, "rising": rising}


def unpack(block: bytes) -> dict[str, Any]:
    """Return what :func:`pack` was given, every column as a list."""
    plain = zlib.decompress(block)
    start = 4 + int.from_bytes(plain[:4], "little")
    data, _ = _read(json.loads(plain[4:start]), plain, start)
    found: dict[str, Any] = data
    return found


def _read(value: Any, plain: bytes, at: int) -> tuple[Any, int]:
    if not isinstance(value, dict):
        return value, at
    if "lengths" in value and "size" in value:
        lengths, at = _read(value["lengths"], plain, at)
        texts = []
        for length in lengths:
            texts.append(plain[at : at + length].decode("utf-8", "surrogatepass"))
            at += length
        return texts, at
    if "width" in value and "rising" in value:
        count, width = value["count"], value["width"]
        planes = [plain[at + plane * count : at + (plane + 1) * count] for plane in range(width)]
        numbers = [
            sum(byte << 8 * i for i, byte in enumerate(group)) for group in zip(*planes, strict=True)
        ]
        if value["rising"]:
            numbers = list(accumulate(numbers))
        if "values" in value:
            return [value["values"][number] for number in numbers], at + width * count
        return numbers, at + width * count
    found = {}
    for key, inner in value.items():
        found[key], at = _read(inner, plain, at)
    return found, at


def to_letters(block: bytes) -> str:
    """Return bytes as printable characters, 16 bits for 13: a fourteenth less than base64 takes.

    >>> from_letters(to_letters(b"MSC"))
    b'MSC'
    """
    pairs = [a + b for a in _LETTERS for b in _LETTERS][: 1 << _BITS]
    padded = block + bytes(-len(block) % _GROUP)
    mask, shifts = (1 << _BITS) - 1, range(7 * _BITS, -1, -_BITS)
    written = []
    for start in range(0, len(padded), _GROUP):
        number = int.from_bytes(padded[start : start + _GROUP], "big")
        written += [pairs[number >> shift & mask] for shift in shifts]
    return f"{len(block)} " + "".join(written)


def from_letters(text: str) -> bytes:
    """Return the bytes that :func:`to_letters` wrote."""
    length, _, letters = text.partition(" ")
    at = {letter: i for i, letter in enumerate(_LETTERS)}
    found = bytearray()
    for start in range(0, len(letters), 16):
        number = 0
        for i in range(start, start + 16, 2):
            number = number << _BITS | at[letters[i]] * len(_LETTERS) + at[letters[i + 1]]
        found += number.to_bytes(_GROUP, "big")
    return bytes(found[: int(length)])
