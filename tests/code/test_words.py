"""Plain English: words that a reader stops at stay out of docstrings, comments, messages and pages."""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What to write instead. Each is looked for as a whole word, in any case.
INSTEAD = {
    r"reckon\w*": "compute, estimate",
    r"tells?|telling|told": "says, shows; is called with; distinguish",
    r"dearer|dearest": "costs more; penalise",
    r"beside": "next to; in addition to; with",
    r"rooms?|doors?|walls?": "package, module; interface; boundary",
    r"foremost": "first; best",
    r"thereby|whence|thereof|wherein|hark\w*|lest|nought|sundry": "so; from where; in which",
    r"(leave|leaves|leaving) open": "does not say; is unknown",
    r"(go|goes|going) on": "continues",
    r"as it were": "nothing",
    r"thrice": "three times",
    r"kin": "others of its kind",
    r"errand": "task",
}
BANNED = re.compile("|".join(rf"\b(?:{word})\b" for word in INSTEAD), re.IGNORECASE)
# A word that stays where it is, with the reason.
ALLOWED = {"mscgraph/files.py beside": "the line by which folders that were written before are known"}


def prose_of(source: str) -> Iterator[tuple[int, str]]:
    """The lines of the comments and strings of a file of Python, with their numbers."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.COMMENT, tokenize.STRING):
            yield from enumerate(token.string.split("\n"), start=token.start[0])


def hard_words(lines: Iterator[tuple[int, str]], place: str) -> list[str]:
    """One line a word: where it stands, and the line."""
    return [
        f"{place}:{number}: {found[0]!r} in {line.strip()[:80]!r}"
        for number, line in lines
        for found in BANNED.finditer(line)
        if f"{place} {found[0]}" not in ALLOWED
    ]


def test_the_program_says_it_plainly(root: Path) -> None:
    found = [
        word
        for path in sorted((root / "mscgraph").rglob("*.py"))
        for word in hard_words(
            prose_of(path.read_text(encoding="utf-8")), path.relative_to(root).as_posix()
        )
    ]
    assert found == [], f"see INSTEAD: {len(found)} word(s) that a reader stops at"


def test_the_documentation_says_it_plainly(root: Path) -> None:
    pages = [*root.glob("*.md"), *(root / "docs").rglob("*.md"), *(root / "ontology").rglob("*.md")]
    assert len(pages) >= 10
    found = [
        word
        for page in sorted(pages)
        for word in hard_words(
            enumerate(page.read_text(encoding="utf-8").splitlines(), start=1),
            page.relative_to(root).as_posix(),
        )
    ]
    assert found == []


@pytest.mark.parametrize(
    "text", ["# reckoned", '"""It tells."""', 'print("goes on")', "x = 1  # beside it", "# Thereby"]
)
def test_a_hard_word_is_seen(text: str) -> None:
    assert len(hard_words(prose_of(text + "\n"), "a.py")) == 1


def test_names_and_plain_words_pass() -> None:
    assert hard_words(prose_of("beside = 1  # besides, retold\n"), "a.py") == []
