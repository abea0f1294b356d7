"""What services say of a paper, in one form whoever says it: its record, notices and text by section."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from mscgraph.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_TAG = re.compile(r"<(/?)([A-Za-z][\w:.-]*)(?:\s[^<>]*)?/?>")
_BLOCKS = {"p", "sec", "title", "h1", "h2", "h3", "h4", "br", "div", "list", "list-item", "abstract"}
_HEADING = re.compile(r"<(h4|(?:jats:)?title)(?:\s[^<>]*)?>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_LEFT_OUT = {"table-wrap", "fig", "fig-group", "disp-formula", "inline-formula", "tex-math", "fn-group"}


class Notice(NamedTuple):
    """An editorial notice ``id`` on a paper; ``kind`` is retraction, concern, correction or other."""

    kind: str
    id: str
    date: str
    source: str


class Section(NamedTuple):
    """A part of a paper, named as a row's locator does: ``title``, ``abstract:results``, ``discussion``."""

    name: str
    text: str


class PaperRecord(NamedTuple):
    """What one service says of a paper; what it does not say is empty.

    ``fetched`` is a date, as is ``published``; ``journals`` are the other forms of the journal's name;
    ``versions`` are the ids of other versions, such as the preprint.
    """

    source: str
    fetched: str
    pmid: str = ""
    pmcid: str = ""
    doi: str = ""
    title: str = ""
    authors: str = ""
    journal: str = ""
    year: str = ""
    licence: str = ""
    published: str = ""
    journals: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    sections: tuple[Section, ...] = ()
    is_preprint: bool = False
    is_open: bool = False

    @property
    def id(self) -> str:
        """The paper's id in the tables: PMID first, then DOI, then PubMed Central id."""
        number = self.pmcid.removeprefix("PMC")
        named = (("PMID", self.pmid), ("DOI", self.doi), ("PMC", number and f"PMC{number}"))
        return next((f"{prefix}:{local}" for prefix, local in named if local), "")


def field(value: Any, *keys: str | int) -> Any:
    """A value inside an answer, by names and places; None where the answer does not hold it."""
    for key in keys:
        if isinstance(key, str):
            value = value.get(key) if isinstance(value, dict) else None
        else:
            value = value[key] if isinstance(value, list) and len(value) > key else None
    return value


def identifiers(text: str) -> tuple[str, str]:
    """What kind of identifier a text is, and that bare: ``("pmid", "1")``; ``("", text)`` where none.

    >>> identifiers("PMID:12"), identifiers("https://doi.org/10.1000/A"), identifiers("PMC:PMC7")
    (('pmid', '12'), ('doi', '10.1000/a'), ('pmcid', 'PMC7'))
    """
    bare = text.strip()
    if doi := bare_doi(bare):
        return "doi", doi
    bare = re.sub(r"^(?:pmid|pmcid|pmc)\s*:\s*", "", bare, flags=re.IGNORECASE)
    if re.fullmatch(r"PMC[0-9]+", bare, re.IGNORECASE):
        return "pmcid", bare.upper()
    if re.fullmatch(r"[0-9]{1,9}", bare):
        return ("pmcid", f"PMC{bare}") if text.strip().lower().startswith("pmc") else ("pmid", bare)
    return "", text


def bare_doi(text: str) -> str:
    """A DOI without what stands before it, in small letters; empty where it is none."""
    bare = re.sub(r"^(?:doi\s*:\s*|https?://(?:dx\.)?doi\.org/)", "", text.strip(), flags=re.IGNORECASE)
    return bare.lower() if re.fullmatch(r"10\.[0-9.]+/\S+", bare) else ""


def plain_text(marked: object) -> str:
    r"""A text without tags and entities; blocks stand on lines of their own.

    >>> plain_text("<p>CD4<sup>+</sup> T cells, p &lt; 0.05.</p><p>More</p>")
    'CD4+ T cells, p < 0.05.\nMore'
    """
    text = _TAG.sub(
        lambda tag: "\n" if tag[2].rpartition(":")[2].lower() in _BLOCKS else "", str(marked or "")
    )
    lines = (" ".join(line.split()) for line in html.unescape(text).split("\n"))
    return "\n".join(line for line in lines if line)


def abstract_sections(marked: object) -> tuple[Section, ...]:
    """The parts of an abstract, by the headings in it: ``abstract``, ``abstract:results``."""
    text = str(marked or "")
    marks = list(_HEADING.finditer(text))
    starts = [(0, marks[0].start() if marks else len(text), "")]
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        starts.append((mark.end(), end, plain_text(mark[2])))
    found = ((_named("abstract", heading), plain_text(text[a:b])) for a, b, heading in starts)
    return tuple(Section(name, part) for name, part in found if part)


def _named(part: str, heading: str) -> str:
    heading = " ".join(heading.split()).strip(" .:").lower()
    return f"{part}:{heading}" if heading and heading != part else part


def sections_of_jats(article: Element) -> tuple[Section, ...]:
    """The abstract and the sections of an article in JATS, without tables, figures and references."""
    found: list[Section] = []
    for abstract in article.iterfind("./front/article-meta/abstract"):
        parts = abstract.findall("sec") or [abstract]
        found += [Section(_named("abstract", _title(part)), _prose(part)) for part in parts]
    body = article.find("body")
    for part in body if body is not None else ():
        if part.tag == "sec":
            found.append(
                Section(_named("", _title(part)).removeprefix(":") or "full text", _prose(part))
            )
        elif part.tag == "p":
            found.append(Section("full text", _prose(part)))
    return tuple(section for section in found if section.text)


def _title(part: Element) -> str:
    title = part.find("title")
    return "" if title is None else "".join(title.itertext())


def _prose(part: Element) -> str:
    """The paragraphs below an element, one a line."""
    lines = (" ".join("".join(_words(p)).split()) for p in _paragraphs(part))
    return "\n".join(line for line in lines if line)


def _paragraphs(part: Element) -> Iterator[Element]:
    if part.tag == "p":
        yield part
        return
    for child in part:
        if child.tag not in _LEFT_OUT:
            yield from _paragraphs(child)


def _words(part: Element) -> Iterator[str]:
    if part.tag not in _LEFT_OUT:
        yield part.text or ""
        for child in part:
            yield from _words(child)
            yield child.tail or ""
