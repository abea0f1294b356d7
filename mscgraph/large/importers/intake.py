"""What every importer asks: the CURIE that an id is, our words for a relation, a place for notes."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from mscgraph.errors import MissingExtra, NotFound
from mscgraph.large.directory import Notes
from mscgraph.large.directory.staging import NOT_PROVIDED
from mscgraph.large.importers.lines import has_value
from mscgraph.model import Entity
from mscgraph.tables.optional_tables import OtherPrefix, read_optional, read_relations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import curies

    from mscgraph.graph import KnowledgeGraph


UNNAMED = "NAME"  # the prefix of what a source names without an id
_PUBMED = r"https?://(?:www\.ncbi\.nlm\.nih\.gov/pubmed|pubmed\.ncbi\.nlm\.nih\.gov)"
_PAPERS = (
    ("PMID", rf"(?:(?:pmid|pubmed|medline):?|{_PUBMED}/)?0*([1-9]\d{{0,8}})(?:\.0)?/?"),
    ("PMC:PMC", r"(?:(?:pmcid:|pmc:|https?://\S*/)?PMC|pmcid:|pmc:)([1-9]\d*)/?"),
    ("DOI", r"(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)"),
)  # fmt: skip
# a paper's CURIE as we write it
PAPER = r"(PMID:[1-9][0-9]{0,8}|PMC:PMC[1-9][0-9]*|DOI:10\.[0-9]{4,9}/[!-+\--:<-{}~]+)"


class Mapped(NamedTuple):
    """A source's relation in our words."""

    predicate: str
    aspect: str


class Intake:
    """The lexicon and prefixes that statements are taken in by, and the notes on what did not fit."""

    def __init__(
        self,
        base: KnowledgeGraph,
        *,
        source: str = "",
        progress: Callable[[str, int, int | None], None],
    ) -> None:
        self.base = base
        self.given_source = source
        self.source = source or NOT_PROVIDED
        self.progress = progress
        self.notes = Notes()
        self._relations = {key: row for key, (row, _) in read_relations(base.folder).items()}
        self._seen: set[str] = set()

    # -- identifiers --------------------------------------------------------------------------------

    @cached_property
    def _converter(self) -> curies.Converter:
        try:
            import curies
        except ImportError as error:
            raise MissingExtra(f'importing needs {error.name}: pip install "mscgraph[large]"') from None
        ours = self.base.prefixes.namespaces
        others = [other for _, other in read_optional(OtherPrefix, self.base.folder)]
        known = {other.prefix: other for other in others}
        return curies.Converter(
            [
                curies.Record(
                    prefix=prefix,
                    uri_prefix=ours.get(prefix) or known[prefix].namespace,
                    prefix_synonyms=list(known[prefix].synonyms) if prefix in known else [],
                )
                for prefix in sorted({*ours, *known})
            ]
        )

    @property
    def prefixes(self) -> list[str]:
        """The prefixes that are known, as we write them."""
        return [record.prefix for record in self._converter.records]

    def value(self, cell: object, what: str, place: str) -> str:
        """The text of a cell on one line; nothing, and a note, where it says that there is no value."""
        texts = self.values([cell], what, place)
        return self.line(texts[0], what, place) if texts else ""

    def line(self, text: str, what: str, place: str) -> str:
        """A text with single spaces for its white space; other white space inside of it is noted."""
        line = " ".join(text.split())
        if line != text.strip():
            self.notes.add("white space inside reduced to single spaces", what, place)
        return line

    def has_all(self, cells: Mapping[Any, object], place: str) -> bool:
        """Whether all these cells have a value; of a record that lacks one nothing can be taken."""
        lacking = [what for what, cell in cells.items() if not has_value(cell)]
        for what in lacking:
            self.notes.add("record left out: no value", f"{what} {cells[what]}", place)
        return not lacking

    def values(self, cells: Iterable[object], what: str, place: str) -> list[str]:
        """The texts of the cells that have a value; a note for each that says that it has none."""
        found = []
        for cell in cells:
            if has_value(cell):
                found.append(str(cell).strip())
            elif cell is not None and cell != "":
                self.notes.add("no value", f"{what} {cell}", place)
        return found

    def papers(self, texts: Iterable[object], place: str) -> tuple[str, ...]:
        """The CURIEs of papers, which are given as PubMed or PMC ids, DOIs, addresses or several in a cell.

        What is none of these is noted and left out.
        """
        found = set()
        for text in self.values(texts, "paper", place):
            for part in _single_papers(text):
                if paper := _paper(part):
                    found.add(paper)
                elif re.fullmatch(r"[A-Za-z][\w.]*:[^\s/]\S*", part):
                    found.add(self.curie(part, place))
                else:
                    self.notes.add("paper without an id that is known", part, place)
        return tuple(sorted(found))

    def curie(self, text: str, place: str = "") -> str:
        """The CURIE of an id, its prefix written as we write it: ``uniprot:P22301`` is UniProtKB:P22301.

        An IRI is contracted; an unknown prefix stays as it is and is noted; a text that is no CURIE becomes
        one of the prefix ``NAME``, and is noted.
        """
        text = text.strip()
        prefix, colon, local = text.partition(":")
        if not colon or not local or " " in prefix:
            return self.named(text, place)
        if local.startswith("//"):
            found: str | None = self._converter.compress(text)
            if found is not None:
                return found
            self.notes.add("address in no known namespace", text, place)
            return self.named(text, "")
        standard: str | None = self._converter.standardize_prefix(prefix)
        if standard is None:
            self.notes.add("unknown prefix", prefix, f"{text} {place}".strip())
            standard = prefix
        head = local.partition(":")[0]
        if head and head != local and head.upper() == standard.upper():  # HGNC:HGNC:5962
            local = local[len(head) + 1 :]
        return (
            f"{standard}:{local}" if len(local.split()) == 1 else f"{standard}:{quote(local, safe=':')}"
        )

    def identifiers(self, texts: Iterable[object], place: str = "") -> tuple[str, ...]:
        """The CURIEs of what an entity is said to be the same as, without doubles, sorted.

        What is no identifier is noted and left out: it is never identity.
        """
        found = set()
        for text in self.values(texts, "identifier", place):
            prefix, colon, local = text.partition(":")
            if not colon or not local or " " in prefix:
                self.notes.add("cross-reference that is no identifier", text, place)
            else:
                found.add(self.curie(text, place))
        return tuple(sorted(found))

    def named(self, name: str, place: str = "") -> str:
        """The id of something that a source only names: an entity of the lexicon's graph, or its own."""
        name = self.line(name, "name", place)
        try:
            return self.base.entity(name).id
        except NotFound:
            self.notes.add("name without an id", name, place)
            return f"{UNNAMED}:{quote(name, safe='')}"

    def meant(self, text: str, place: str = "") -> str:
        """The id of something that a source calls by a name or an id: names of our entities go first."""
        try:
            return self.base.entity(text).id
        except NotFound:
            return self.curie(text, place) if ":" in text else self.named(text, place)

    def entity(
        self, identifier: str, name: str, category: str = "", xrefs: Iterable[str] = ()
    ) -> Entity:
        """The node of an id: what our graph knows of it, else what the source calls it."""
        named = Entity(identifier, name or identifier, category or "NamedThing")
        known = self.base.entities.get(identifier, named)
        same = tuple(sorted({*known.xrefs, *xrefs} - {identifier}))
        return known._replace(xrefs=same, parents=(), part_of=(), derives_from=())

    def first(self, *entities: Entity) -> Iterator[Entity]:
        """Those of some entities that have not come up before."""
        for entity in entities:
            if entity.id not in self._seen:
                self._seen.add(entity.id)
                yield entity

    # -- relations ----------------------------------------------------------------------------------

    def relation(self, source: str, relation: str, place: str, *, aspect: str = "") -> Mapped:
        """A source's relation in our words; what the mapping table lacks is noted and ``related_to``.

        ``aspect``, a Biolink aspect qualifier, replaces the table's where the lexicon has it. With one that
        it lacks the sign is unknown: more of it may be less of the object.
        """
        row = self._relations.get((source, relation))
        mapped = Mapped("related_to", "activity_or_abundance")
        if row is None:
            self.notes.add("unknown relation", f"{source} {relation}", place)
        else:
            mapped = Mapped(row.predicate, self._aspects.get(aspect, row.aspect))
        if aspect and aspect not in self._aspects:
            self.notes.add("unknown aspect", aspect, place)
            mapped = self.unsigned(mapped)
        return mapped

    def ends(
        self, source: str, relation: str, subject: Entity, object_: Entity, *, place: str
    ) -> tuple[str, str, str, str]:
        """The first four fields of a statement: two entities, and a source's relation in our words."""
        predicate, aspect = self.relation(source, relation, place)
        return subject.id, predicate, object_.id, aspect

    def unsigned(self, mapped: Mapped) -> Mapped:
        """A relation whose direction is not known: what raises or lowers then only alters."""
        if self.base.predicates[mapped.predicate].sign:
            return Mapped("alters", mapped.aspect)
        return mapped

    def knows(self, source: str, relation: str) -> bool:
        """Whether the mapping table has a relation."""
        return (source, relation) in self._relations

    @cached_property
    def _aspects(self) -> dict[str, str]:
        named = {aspect.biolink: aspect.id for aspect in self.base.aspects.values() if aspect.biolink}
        return {**{name: name for name in self.base.aspects}, **named}


def _single_papers(text: str) -> Iterator[str]:
    """The parts of a cell with several papers; a DOI may hold the comma or semicolon that parts others."""
    for part in re.split(r"[|\s]+", text):
        pieces = [piece for piece in re.split("[;,]", part) if has_value(piece)]
        if len(pieces) > 1 and not all(map(_paper, pieces)) and _paper(part):
            pieces = [part]
        yield from pieces


def _paper(text: str) -> str | None:
    """The CURIE of a paper by its PubMed id, PMC id or DOI.

    >>> [_paper(text) for text in ("10704462.0", "pmc3031234", "https://doi.org/10.1000/x1", "p. 4")]
    ['PMID:10704462', 'PMC:PMC3031234', 'DOI:10.1000/x1', None]
    """
    for prefix, pattern in _PAPERS:
        if match := re.fullmatch(pattern, text, re.IGNORECASE):
            return f"{prefix}{'' if prefix == 'PMC:PMC' else ':'}{match[1]}"
    return None
