"""From RDF back to the graph: the inverse of ``build``, for every syntax we write.

Entities, publications and findings are read; associations, grades and direct triples are derived anew, so
a file cannot claim a grade that its findings do not earn. The sign lexicon, vocabulary and rubric are those
of the program.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import pyoxigraph as ox

from mscgraph.errors import CurieError, DanglingReference, DataError
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import Entity, Finding, KnowledgeSource, Place, Publication
from mscgraph.rdf.build import (
    DIRECT,
    ENTITY_COLUMNS,
    FINDING_COLUMNS,
    LICENCE,
    PUBLICATION_COLUMNS,
    STATED,
    TERMS,
    VALUE_COUNT,
)
from mscgraph.rdf.formats import FORMATS
from mscgraph.rdf.limits import check_nesting, read_bytes
from mscgraph.schema import KEY, columns_of, named_entities
from mscgraph.tables.reading import dangling, dangling_key, read_tables
from mscgraph.text.curie import OpenPrefixes

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping

    import rdflib
    from rdflib.term import Node

    from mscgraph.schema import Column
    from mscgraph.tables.reading import Tables

_SUFFIXES = {f".{form.file_extension}": form for form, _ in FORMATS.values()}
_COUNTED_TOO = {"rdf:type", "mscgraph:includes", "mscgraph:reports"}
_HIERARCHY = tuple(column.name for column in DIRECT)
_Record = TypeVar("_Record", Entity, Publication, Finding)
_Term: TypeAlias = "ox.NamedNode | ox.Literal"


def read_rdf(path: str | os.PathLike[str]) -> KnowledgeGraph:
    """Read a graph from a file that :func:`mscgraph.write_rdf` wrote, in any of its syntaxes.

    The file may end in ``.gz``. Every record that another names must be there, with as many values as were
    written.

    Returns
    -------
    KnowledgeGraph
        The graph, equal to the one that was written.

    Raises
    ------
    DataError
        When the file cannot be read, its suffix is unknown, its syntax is broken (with the line), or a
        record lacks what such a record needs.
    DanglingReference
        When a record names another that the file does not describe.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> mg.read_rdf(mg.write_rdf(kg, "mscgraph.ttl", "turtle")) == kg
    True
    """
    file = Path(path)
    suffix = (file.with_suffix("") if file.suffix == ".gz" else file).suffix
    if suffix not in _SUFFIXES:
        known = ", ".join(_SUFFIXES)
        raise DataError(
            f"unknown suffix {suffix!r}; expected one of {known}, or one of them and .gz",
            file=str(file),
        )
    text = read_bytes(file)
    check_nesting(text, _SUFFIXES[suffix], str(file))
    try:
        quads = list(ox.parse(text, format=_SUFFIXES[suffix]))
    except SyntaxError as error:
        raise DataError(f"broken RDF: {error.msg}", file=str(file), line=error.lineno) from None
    except ValueError as error:
        raise DataError(f"broken RDF: {error}", file=str(file)) from None
    return from_quads(quads, str(file), whole=True)


def from_rdf(dataset: rdflib.Dataset | rdflib.Graph) -> KnowledgeGraph:
    """Build a graph from an rdflib Dataset or Graph, as :func:`mscgraph.to_rdf` makes it.

    Returns
    -------
    KnowledgeGraph
        The graph, with the lexicon and rubric of the shipped one.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> mg.from_rdf(mg.to_rdf(kg)) == kg
    True
    """
    rows = dataset.quads() if hasattr(dataset, "quads") else dataset
    quads = (ox.Quad(*map(_from_rdflib, row[:3])) for row in rows)
    return from_quads(quads, "RDF dataset")


def _from_rdflib(term: Node) -> Any:
    """Oxigraph's term for rdflib's."""
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    if not isinstance(term, rdflib.Literal):
        raise TypeError(f"Oxigraph has no term for {term!r}")
    if term.language:
        return ox.Literal(str(term), language=term.language)
    if term.datatype:
        return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)))
    return ox.Literal(str(term))


def from_quads(quads: Iterable[ox.Quad], source: str, *, whole: bool = False) -> KnowledgeGraph:
    """Build a graph from Oxigraph's quads; ``source`` is what an error says they are from.

    Of a ``whole`` graph every record that another names must be there, and nothing is left unread.
    """
    shipped = read_tables()
    base = shipped._replace(prefixes=OpenPrefixes(shipped.prefixes.namespaces))
    reader = _Reader(quads, base, source, whole=whole)
    entities = _by_id(reader.entities())
    publications = _by_id(reader.publications())
    findings = _by_id(reader.findings())
    tables = base._replace(
        entities=entities,
        publications=publications,
        findings=findings,
        places={key: Place(source, 0) for key in (*entities, *publications, *findings)},
        stated=reader.statements(),
        licences=reader.licences,
    )
    if whole:
        reader.check(tables)
    return KnowledgeGraph(tables)


def _by_id(records: Iterable[_Record]) -> dict[str, _Record]:
    return {record.id: record for record in sorted(records, key=lambda record: record.id)}


class _Reader:
    """Values by subject and property, and records made from them."""

    def __init__(self, quads: Iterable[ox.Quad], tables: Tables, source: str, *, whole: bool) -> None:
        self.tables = tables
        self.source = source
        self.licences: dict[str, str] = {}
        # IRI of a record → the properties whose values are counted
        self.counted: dict[str, set[str]] = {}
        self.values: dict[str, dict[str, list[_Term]]] = defaultdict(lambda: defaultdict(list))
        for quad in quads:
            terms = quad.subject, quad.object
            if whole and any(isinstance(term, ox.BlankNode) for term in terms):
                raise self.wrong(f"a record has lost its id: {quad.predicate} is said of a blank node")
            if isinstance(quad.subject, ox.NamedNode) and not isinstance(
                quad.object, ox.BlankNode | ox.Triple
            ):
                found = self.values[quad.subject.value][quad.predicate.value]
                if quad.object not in found:
                    found.append(quad.object)

    def wrong(self, said: str, **where: Any) -> DataError:
        return DataError(said, file=self.source, **where)

    def expand(self, curie: str) -> str:
        return self.tables.prefixes.expand(curie)

    def curie(self, iri: str) -> str:
        try:
            return self.tables.prefixes.contract(iri)
        except CurieError as error:
            raise self.wrong(error.message, value=iri) from None

    def said(self, subject: str, curie: str) -> list[_Term]:
        """The values of a property."""
        return self.values.get(subject, {}).get(self.expand(curie), [])

    def of_type(self, curie: str) -> list[str]:
        wanted = ox.NamedNode(self.expand(curie))
        return [one for one in sorted(self.values) if wanted in self.said(one, "rdf:type")]

    def record(
        self, kind: type[_Record], subject: str, columns: Iterable[Column], given: dict[str, Any]
    ) -> _Record:
        values = {"id": self.curie(subject), **given}
        self.counted[subject] = {column.rdf for column in columns} | _COUNTED_TOO
        for column in columns:
            found = [self.text(column, term) for term in self.said(subject, column.rdf)]
            if column.many:
                default = (column.absent,) if column.absent else ()
                values[column.name] = tuple(sorted(found, key=lambda t: (t.lower(), t))) or default
            elif column.kind == "flag":
                values[column.name] = found in (["true"], ["1"])  # XSD's two ways; Virtuoso writes 1
            elif len(found) > 1:
                said = f"{self.curie(subject)} has {len(found)} values where one is allowed"
                raise self.wrong(said, column=column.name)
            else:
                values[column.name] = found[0] if found else column.absent
        return kind(**values)

    def text(self, column: Column, term: _Term) -> str:
        if isinstance(term, ox.Literal):
            return term.value
        curie = self.curie(term.value)
        if column.kind in TERMS and curie.startswith("MSCGT:"):
            return curie.partition(".")[2]
        return curie

    def entities(self) -> Iterator[Entity]:
        biolink = self.expand("biolink:x")[:-1]
        for subject in self.of_type("mscgraph:Entity"):
            types = [t.value for t in self.said(subject, "rdf:type") if t.value.startswith(biolink)]
            category = self.curie(types[0]).removeprefix("biolink:") if types else ""
            yield self.record(Entity, subject, (*ENTITY_COLUMNS, *DIRECT), {"category": category})

    def publications(self) -> Iterator[Publication]:
        for subject in self.of_type("biolink:Publication"):
            parts = [self.included(part.value) for part in self.said(subject, "mscgraph:includes")]
            # RDF has no order: the parts of an evidence base come as the canonical layout sorts them
            parts.sort(key=lambda part: f"{part[0]} {part[1]}")
            given = {"included_studies": tuple(parts)}
            yield self.record(Publication, subject, PUBLICATION_COLUMNS, given)

    def included(self, part: str) -> tuple[int, str]:
        counts = self.said(part, "mscgraph:study_count")
        designs = self.said(part, "mscgraph:study_design")
        if len(counts) != 1 or len(designs) != 1 or not counts[0].value.isdigit():
            raise self.wrong(f"{self.curie(part)} needs one count of studies and one design")
        return int(counts[0].value), self.curie(designs[0].value).partition(".")[2]

    def findings(self) -> Iterator[Finding]:
        for subject in self.of_type("mscgraph:Finding"):
            reports = self.said(subject, "mscgraph:reports")
            if len(reports) != 1:
                raise self.wrong(
                    f"{self.curie(subject)} reports on {len(reports)} associations; it must be one"
                )
            key = self.key_of(reports[0].value, self.curie(subject))
            yield self.record(Finding, subject, FINDING_COLUMNS, key)

    def key_of(self, association: str, reporter: str) -> dict[str, str]:
        key = {}
        for name in KEY:
            property_ = columns_of(Finding)[name].rdf
            found = self.said(association, property_)
            if len(found) != 1:
                raise self.wrong(
                    f"{self.curie(association)}, on which {reporter} reports, has "
                    f"{len(found)} values for {property_}; it must be one"
                )
            key[name] = self.curie(found[0].value)
        key["predicate"] = key["predicate"].removeprefix("mscgraph:")
        key["aspect"] = key["aspect"].removeprefix("MSCGT:aspect.")
        return key

    def statements(self) -> dict[Any, tuple[KnowledgeSource, ...]]:
        """What others state, by the key of the association; their licences are noted."""
        stated = {}
        for subject in sorted(self.values):
            if parts := self.said(subject, "mscgraph:stated_by"):
                key = self.key_of(subject, "a statement")
                sources = sorted(self.statement(part.value) for part in parts)
                stated[tuple(key[name] for name in KEY)] = tuple(sources)
        return stated

    def statement(self, part: str) -> KnowledgeSource:
        self.counted[part] = {"rdf:type", *STATED.values(), LICENCE}
        held = {name: self.said(part, property_) for name, property_ in STATED.items()}
        papers = sorted(self.curie(paper.value) for paper in held.pop("publications"))
        texts = {name: "".join(term.value for term in found) for name, found in held.items()}
        for licence in self.said(part, LICENCE):
            self.licences[texts["primary_knowledge_source"]] = licence.value
        return KnowledgeSource(publications=tuple(papers), **texts)

    def check(self, tables: Tables) -> None:
        """Raise where a record lacks something, names what is not there, or has lost its type."""
        for value, record, column in chain(_empty(tables), _unknown(tables)):
            said = f"{value!r} is not described" if value else "a value is missing"
            raise DanglingReference(f"{record}: {said}", file=self.source, column=column, value=value)
        self.check_counts()

    def check_counts(self) -> None:
        """Raise where a record has not as many values as it says that it was written with."""
        for subject in self.values:
            written = [term.value for term in self.said(subject, VALUE_COUNT)]
            if written and subject not in self.counted:
                raise self.wrong(f"{subject} has lost its type, or what names it")
            if subject in self.counted:
                found = sum(len(self.said(subject, name)) for name in self.counted[subject])
                if written != [str(found)]:
                    said = " and ".join(written) or "no number"
                    raise self.wrong(
                        f"{self.curie(subject)} has {found} values where {VALUE_COUNT} says {said}: a line "
                        "was lost or added, or another version wrote the file; export it again"
                    )


# Where a record lacks something, and where it names what is not there: value, record and column.


def _empty(tables: Tables) -> Iterator[tuple[str, str, str]]:
    kinds: tuple[Mapping[str, Any], ...] = (tables.entities, tables.publications, tables.findings)
    for record in chain.from_iterable(kind.values() for kind in kinds):
        for name, column in columns_of(type(record)).items():
            if column.required and getattr(record, name) == "":
                yield "", record.id, name


def _unknown(tables: Tables) -> Iterator[tuple[str, str, str]]:
    for entity in tables.entities.values():
        for name in _HIERARCHY:
            others = getattr(entity, name)
            yield from ((other, entity.id, name) for other in others if other not in tables.entities)
    for finding in tables.findings.values():
        for column in dangling(finding, tables):
            yield getattr(finding, column.name), finding.id, column.name
        for name, value in named_entities(finding):
            if value not in tables.vocabulary.get(name, ()) and value not in tables.entities:
                yield value, finding.id, name
    for key in tables.stated:
        yield from ((value, "a statement", name) for name, value in dangling_key(key, tables).items())
