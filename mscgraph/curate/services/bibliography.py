"""What services say of a paper, in one form whoever says it: its record, notices and text by section."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from mscgraph.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from xml.etree.ElementTree import Element

    Check = Callable[[Any], str]

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


def string(value: Any, *keys: str | int) -> str:
    """A text inside an answer; empty where the answer does not hold it."""
    return str(field(value, *keys) or "")


def needs_list(*keys: str) -> Check:
    """A check: the answer holds a list."""
    said = f"answered without a list of {keys[-1].removesuffix('s')}s"
    return lambda answer: "" if isinstance(field(answer, *keys), list) else said


def other_id(found: str, wanted: str) -> str:
    """What is wrong with an answer that is about something else."""
    same = found.lower() == wanted.lower()
    return "" if same else f"answered with {found} where {wanted} was asked for"


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
    plain = _TAG.sub(
        lambda tag: "\n" if tag[2].rpartition(":")[2].lower() in _BLOCKS else "", str(marked or "")
    )
    return _lines(html.unescape(plain).split("\n"))


def _lines(lines: Iterable[str]) -> str:
    """Lines with single spaces, the empty ones left out."""
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def abstract_sections(marked: object) -> tuple[Section, ...]:
    """The parts of an abstract, by the headings in it: ``abstract``, ``abstract:results``."""
    first, *rest = _HEADING.split(str(marked or ""))
    parts = [("", first), *zip(map(plain_text, rest[1::3]), rest[2::3], strict=True)]
    found = (Section(_named("abstract", heading), plain_text(part)) for heading, part in parts)
    return tuple(section for section in found if section.text)


def _named(part: str, heading: str) -> str:
    heading = " ".join(heading.split()).strip(" .:").lower()
    return f"{part}:{heading}" if heading and heading != part else part


def sections_of_jats(article: Element) -> tuple[Section, ...]:
    """The abstract and the sections of an article in JATS, without tables, figures and references."""
    found: list[Section] = []
    for abstract in article.iterfind("./front/article-meta/abstract"):
        parts = abstract.findall("sec") or [abstract]
        found += [Section(_named("abstract", _title(part)), _prose(part)) for part in parts]
    for part in article.iterfind("./body/*"):
        if part.tag in {"sec", "p"}:
            named = _named("", _title(part)).removeprefix(":")
            found.append(Section(named or "full text", _prose(part)))
    return tuple(section for section in found if section.text)


def _title(part: Element) -> str:
    title = part.find("title")
    return "" if title is None else "".join(title.itertext())


def _prose(part: Element) -> str:
    """The paragraphs below an element, one a line."""
    return _lines("".join(_words(p)) for p in _paragraphs(part))


def _paragraphs(part: Element) -> Iterator[Element]:
    if part.tag == "p":
        yield part
    else:
        for child in part:
            if child.tag not in _LEFT_OUT:
                yield from _paragraphs(child)


def _words(part: Element) -> Iterator[str]:
    if part.tag not in _LEFT_OUT:
        yield part.text or ""
        for child in part:
            yield from _words(child)
            yield child.tail or ""
