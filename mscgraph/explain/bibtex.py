"""Publications as BibTeX, for people who cite what an answer rests on.

Written here rather than by a library: pybtex and bibtexparser leave the escaping to the caller, and it is
most of the work. Only what a :class:`Publication` holds is written.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mscgraph.model import Publication

HEAD = "% Written by mscgraph. Complete entries that lack authors from their doi or pmid.\n"
_NAMED = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#",
    "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", "–": "--", "—": "---", "‐": "-", "‑": "-", "−": "$-$",
    "‘": "`", "’": "'", "“": "``", "”": "''", "…": r"\ldots{}", "®": r"\textregistered{}",
    "™": r"\texttrademark{}", "±": r"$\pm$", "×": r"$\times$", "≥": r"$\geq$", "≤": r"$\leq$",
    "→": r"$\rightarrow$", "°": r"$^{\circ}$", "ß": r"{\ss}", "ø": r"{\o}", "Ø": r"{\O}", "æ": r"{\ae}",
    "Æ": r"{\AE}", "œ": r"{\oe}", "ł": r"{\l}", "Ł": r"{\L}", "ı": r"{\i}", "µ": r"$\mu$",
    "\u00a0": "~",
}  # fmt: skip
_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u",
    "\u0307": ".", "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d",
    "\u0327": "c", "\u0328": "k",
}  # fmt: skip
# Greek capitals that look like Latin ones have no command of their own.
_LOOK_ALIKE = {
    "Alpha": "A", "Beta": "B", "Epsilon": "E", "Zeta": "Z", "Eta": "H", "Iota": "I", "Kappa": "K",
    "Mu": "M", "Nu": "N", "Omicron": "O", "Rho": "P", "Tau": "T", "Chi": "X", "omicron": "o",
}  # fmt: skip


STATUS_NOTES = {
    "published": "",
    "preprint": "Preprint",
    "concern": "Expression of concern",
    "retracted": "Retracted",
}


def to_bibtex(publications: Iterable[Publication]) -> str:
    """Return BibTeX entries in the order given, in plain ASCII wherever TeX has a way to say it.

    Greek letters, accents and TeX's own characters are escaped; ``doi`` and ``url`` are left as they
    are, because styles read them verbatim. A title whose capitals matter keeps them.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> paper = kg.publication(kg.find_findings(object="Th17 cell")[0].publication)
    >>> "@article{" in mg.to_bibtex([paper])
    True
    """
    papers = {paper.id: paper for paper in publications}.values()
    entries: dict[str, str] = {}
    for paper in papers:
        key = _key(paper)
        while key in entries:
            key += "-"
        entries[key] = _entry(key, paper)
    return HEAD + "\n".join(entries.values())


def _entry(key: str, paper: Publication) -> str:
    note = STATUS_NOTES.get(paper.status, paper.status)
    if not paper.title:
        note = "; ".join(part for part in ("Title not held by the graph", note) if part)
    fields = {
        "author": " and ".join(map(_author, paper.author_names)),
        "title": f"{{{escaped(paper.title)}}}" if paper.title else "",
        "journal": escaped(paper.journal),
        "year": escaped(paper.year),
        "doi": _verbatim(paper.doi),
        "pmid": _verbatim(paper.pmid),
        "pmcid": _verbatim(paper.pmcid),
        "url": _verbatim(paper.url),
        "note": escaped(note),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    kind = "article" if paper.journal else "misc"
    return "\n".join([f"@{kind}{{{key},", *lines, "}\n"])


def _author(name: tuple[str, str]) -> str:
    """A person as BibTeX sorts one; a group in braces, so that its words are not taken for names."""
    family, initials = map(escaped, name)
    whole = not initials or "," in family or " and " in family
    return ", ".join(filter(None, (f"{{{family}}}" if whole else family, initials)))


def _key(paper: Publication) -> str:
    """The id as a citation key: letters, digits and ``-`` survive every BibTeX."""
    return re.sub(
        r"[^A-Za-z0-9-]+", "-", paper.id.replace("PMID:", "pmid").replace("DOI:", "doi-")
    ).strip("-")


def escaped(text: str) -> str:
    """Return a text as TeX writes it, in one line: any white space is a blank to TeX."""
    text = re.sub(r"[^\S\u00a0]+", " ", unicodedata.normalize("NFC", text))
    return "".join(map(_character, text))


def _character(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    if character.isascii():
        return character
    parts = unicodedata.normalize("NFD", character)
    letter, mark = parts[0], parts[1:]
    if letter.isascii() and mark in _ACCENTS:
        return f"{{\\{_ACCENTS[mark]}{{{letter}}}}}"
    words = unicodedata.name(character, "").split()
    if words[:1] == ["GREEK"] and words[2:3] == ["LETTER"] and len(words) == 4:  # noqa: PLR2004
        name = words[3].replace("LAMDA", "LAMBDA")
        name = name.lower() if words[1] == "SMALL" else name.capitalize()
        return f"$\\{name}$" if name not in _LOOK_ALIKE else f"${_LOOK_ALIKE[name]}$"
    return character


def _verbatim(text: str) -> str:
    """An address with the few characters that would break the braces or the line percent-encoded."""
    return re.sub(r"[\\{}%\s](?![0-9A-Fa-f]{2})|[\\{}\s]", lambda m: quote(m[0]), text)
