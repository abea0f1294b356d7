"""What every importer asks: the CURIE that an id is, our words for a relation, a place for notes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from mscgraph.errors import MissingExtra, NotFound
from mscgraph.large.directory import Notes
from mscgraph.model import Entity
from mscgraph.tables import read_prefix_synonyms, read_relations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import curies

    from mscgraph.graph import KnowledgeGraph

__all__ = ["NOT_PROVIDED", "UNNAMED", "Intake", "Mapped"]

NOT_PROVIDED = "not_provided"
UNNAMED = "NAME"  # the prefix of what a source names without an id


class Mapped(NamedTuple):
    """A source's relation in our words."""

    predicate: str
    aspect: str


class Intake:
    """The lexicon and prefixes that statements are taken in by, and the notes on what did not fit.

    Parameters
    ----------
    base
        The graph whose lexicon is used; its entities are what bare names may mean.
    source
        The infores CURIE for statements that name no primary knowledge source.
    progress
        Told how far the reading is.
    """

    def __init__(
        self,
        base: KnowledgeGraph,
        *,
        source: str = "",
        progress: Callable[[str, int, int | None], None],
    ) -> None:
        self.base = base
        self.source = source or NOT_PROVIDED
        self.progress = progress
        self.notes = Notes()
        self._relations = {key: row for key, (row, _) in read_relations(base.folder).items()}
        self._prefixes: dict[str, str | None] = {}
        self._mapped: dict[tuple[str, str, str], Mapped] = {}

    # -- identifiers --------------------------------------------------------------------------------

    @cached_property
    def _converter(self) -> curies.Converter:
        try:
            import curies
        except ImportError as error:
            raise MissingExtra(f'importing needs {error.name}: pip install "mscgraph[merge]"') from None
        ours = self.base.prefixes.namespaces
        others = [other for _, other in read_prefix_synonyms(self.base.folder)]
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
        if prefix not in self._prefixes:
            self._prefixes[prefix] = self._converter.standardize_prefix(prefix)
        standard = self._prefixes[prefix]
        if standard is None:
            self.notes.add("unknown prefix", prefix, f"{text} {place}".strip())
            standard = prefix
        head = local.partition(":")[0]
        if head and head != local and head.upper() == standard.upper():  # HGNC:HGNC:5962
            local = local[len(head) + 1 :]
        return (
            f"{standard}:{local}" if len(local.split()) == 1 else f"{standard}:{quote(local, safe=':')}"
        )

    def curies(self, texts: Iterable[str], place: str = "") -> tuple[str, ...]:
        """The CURIEs of several ids, without doubles, sorted."""
        return tuple(sorted({self.curie(text, place) for text in texts if text.strip()}))

    def named(self, name: str, place: str = "") -> str:
        """The id of something that a source only names: an entity of the lexicon's graph, or its own."""
        name = " ".join(name.split())
        try:
            return self.base.entity(name).id
        except NotFound:
            self.notes.add("name without an id", name, place)
            return f"{UNNAMED}:{quote(name, safe='')}"

    def meant(self, text: str, place: str = "") -> str:
        """The id of something that a source calls by a name or an id: names of our entities go first."""
        try:
            return self.base.entity(" ".join(text.split())).id
        except NotFound:
            return self.curie(text, place) if ":" in text else self.named(text, place)

    def entity(
        self, identifier: str, name: str, category: str = "", xrefs: Iterable[str] = ()
    ) -> Entity:
        """The node of an id: what our graph knows of it, else what the source calls it."""
        known = self.base.entities.get(identifier)
        return Entity(
            id=identifier,
            name=known.name if known else " ".join(name.split()) or identifier,
            category=known.category if known else category or "NamedThing",
            label=known.label if known else "",
            synonyms=known.synonyms if known else (),
            xrefs=tuple(sorted({*(known.xrefs if known else ()), *xrefs} - {identifier})),
            parents=(),
            part_of=(),
            derives_from=(),
            taxon=known.taxon if known else "",
            definition=known.definition if known else "",
        )

    # -- relations ----------------------------------------------------------------------------------

    def relation(self, source: str, relation: str, place: str, *, aspect: str = "") -> Mapped:
        """A source's relation in our words; what the mapping table lacks is noted and ``related_to``.

        ``aspect``, a Biolink aspect qualifier, replaces the table's where the lexicon has it.
        """
        key = source, relation, aspect
        if key not in self._mapped:
            row = self._relations.get((source, relation))
            mapped = Mapped("related_to", "activity_or_abundance")
            if row is not None:
                mapped = Mapped(row.predicate, self._aspects.get(aspect, row.aspect))
            self._mapped[key] = mapped
        if (source, relation) not in self._relations:
            self.notes.add("unknown relation", f"{source} {relation}", place)
        if aspect and aspect not in self._aspects:
            self.notes.add("unknown aspect", aspect, place)
        return self._mapped[key]

    def knows(self, source: str, relation: str) -> bool:
        """Whether the mapping table has a relation."""
        return (source, relation) in self._relations

    @cached_property
    def _aspects(self) -> dict[str, str]:
        named = {aspect.biolink: aspect.id for aspect in self.base.aspects.values() if aspect.biolink}
        return {**{name: name for name in self.base.aspects}, **named}
