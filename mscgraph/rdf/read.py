"""From RDF back to the graph: the inverse of ``build``, for every syntax we write.

Entities, publications and findings are read; associations, grades and direct triples are derived anew, so
a file cannot claim a grade that its findings do not earn. The sign lexicon, vocabulary and rubric are those
of the program.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pyoxigraph as ox

from mscgraph.errors import CurieError, DanglingReference, DataError
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import Entity, Finding, KnowledgeSource, Place, Publication
from mscgraph.rdf.turtle import (
    DIRECT,
    ENTITY_COLUMNS,
    FINDING_COLUMNS,
    LICENCE,
    PUBLICATION_COLUMNS,
    STATED,
    TERMS,
    VALUE_COUNT,
)
from mscgraph.rdf.untrusted import check_nesting, read_bytes
from mscgraph.schema import KEY, columns_of, named_entities
from mscgraph.tables.reading import dangling, dangling_key, read_tables
from mscgraph.text.curie import OpenPrefixes

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping

    import rdflib

    from mscgraph.schema import Column
    from mscgraph.tables.reading import Tables

_SUFFIXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}

_Record = TypeVar("_Record")
_Values = dict[str, dict[str, list["ox.NamedNode | ox.Literal"]]]


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
    from mscgraph.rdf.terms import from_rdflib

    rows = dataset.quads() if hasattr(dataset, "quads") else dataset
    quads = (
        ox.Quad(from_rdflib(s), from_rdflib(p), from_rdflib(o))  # type: ignore[arg-type]
        for s, p, o, *_ in rows
    )
    return from_quads(quads, "RDF dataset")


def from_quads(quads: Iterable[ox.Quad], source: str, *, whole: bool = False) -> KnowledgeGraph:
    """Build a graph from Oxigraph's quads; ``source`` is what an error says they are from.

    Of a ``whole`` graph every record that another names must be there, and nothing is left unread.
    """
    shipped = read_tables()
    base = shipped._replace(prefixes=OpenPrefixes(shipped.prefixes.namespaces))
    reader = _Reader(quads, base, source, whole=whole)
    entities = {e.id: e for e in reader.entities()}
    publications = {p.id: p for p in reader.publications()}
    findings = {f.id: f for f in reader.findings()}
    stated = reader.statements()
    tables = base._replace(
        entities=dict(sorted(entities.items())),
        publications=dict(sorted(publications.items())),
        findings=dict(sorted(findings.items())),
        places={key: Place(source, 0) for key in (*entities, *publications, *findings)},
        stated=stated,
        licences=reader.licences,
    )
    if whole:
        reader.check(tables)
    return KnowledgeGraph(tables)


class _Reader:
    """Values by subject and property, and records made from them."""

    def __init__(
        self, quads: Iterable[ox.Quad], tables: Tables, source: str, *, whole: bool = False
    ) -> None:
        self.tables = tables
        self.source = source
        self.licences: dict[str, str] = {}
        # IRI of a record → the properties whose values are counted
        self.counted: dict[str, tuple[str, ...]] = {}
        self.values: _Values = defaultdict(lambda: defaultdict(list))
        for quad in quads:
            terms = quad.subject, quad.object
            if whole and any(isinstance(term, ox.BlankNode) for term in terms):
                raise DataError(
                    f"a record has lost its id: {quad.predicate} is said of a blank node", file=source
                )
            if isinstance(quad.subject, ox.NamedNode) and not isinstance(
                quad.object, ox.BlankNode | ox.Triple
            ):
                found = self.values[quad.subject.value][quad.predicate.value]
                if quad.object not in found:
                    found.append(quad.object)

    def expand(self, curie: str) -> str:
        return self.tables.prefixes.expand(curie)

    def curie(self, iri: str) -> str:
        try:
            return self.tables.prefixes.contract(iri)
        except CurieError as error:
            raise DataError(error.message, file=self.source, value=iri) from None

    def of_type(self, curie: str) -> Iterator[str]:
        wanted = ox.NamedNode(self.expand(curie))
        kind = self.expand("rdf:type")
        for subject, values in sorted(self.values.items()):
            if wanted in values.get(kind, ()):
                yield subject

    def record(
        self, kind: type[_Record], subject: str, columns: tuple[Column, ...], given: dict[str, Any]
    ) -> _Record:
        values: dict[str, Any] = dict(given)
        apart = {Publication: "mscgraph:includes", Finding: "mscgraph:reports"}.get(kind)
        self.counted[subject] = (*(column.rdf for column in columns), *filter(None, [apart]))
        for column in columns:
            found = [
                self.text(column, term)
                for term in self.values[subject].get(self.expand(column.rdf), ())
            ]
            if column.many:
                default = (column.absent,) if column.absent else ()
                values[column.name] = tuple(sorted(found, key=lambda t: (t.lower(), t))) or default
            elif column.kind == "flag":
                values[column.name] = found in (["true"], ["1"])  # XSD's two ways; Virtuoso writes 1
            elif len(found) > 1:
                raise DataError(
                    f"{self.curie(subject)} has {len(found)} values where one is allowed",
                    file=self.source,
                    column=column.name,
                )
            else:
                values[column.name] = found[0] if found else column.absent
        return kind(**{name: values[name] for name in kind._fields})  # type: ignore[attr-defined]

    def text(self, column: Column, term: ox.NamedNode | ox.Literal) -> str:
        if isinstance(term, ox.Literal):
            return term.value
        curie = self.curie(term.value)
        if column.kind in TERMS and curie.startswith("MSCGT:"):
            return curie.partition(".")[2]
        return curie

    def entities(self) -> Iterator[Entity]:
        for subject in self.of_type("mscgraph:Entity"):
            types = [
                self.curie(t.value).removeprefix("biolink:")
                for t in self.values[subject][self.expand("rdf:type")]
                if t.value.startswith(self.expand("biolink:x")[:-1])
            ]
            given = {"id": self.curie(subject), "category": types[0] if types else ""}
            yield self.record(Entity, subject, (*ENTITY_COLUMNS, *DIRECT), given)

    def publications(self) -> Iterator[Publication]:
        for subject in self.of_type("biolink:Publication"):
            parts = [
                self.included(part.value)
                for part in self.values[subject].get(self.expand("mscgraph:includes"), ())
            ]
            given = {"id": self.curie(subject), "included_studies": _review_order(parts)}
            yield self.record(Publication, subject, PUBLICATION_COLUMNS, given)

    def included(self, part: str) -> tuple[int, str]:
        values = self.values[part]
        counts = values.get(self.expand("mscgraph:study_count"), [])
        designs = values.get(self.expand("mscgraph:study_design"), [])
        if len(counts) != 1 or len(designs) != 1 or not counts[0].value.isdigit():
            message = f"{self.curie(part)} needs one count of studies and one design"
            raise DataError(message, file=self.source)
        return int(counts[0].value), self.curie(designs[0].value).partition(".")[2]

    def check(self, tables: Tables) -> None:
        """Raise where a record lacks something, names what is not there, or has lost its type."""
        for entity in tables.entities.values():
            self.check_filled(entity)
            for name in ("parents", "part_of", "derives_from"):
                for other in getattr(entity, name):
                    self.expect(other, tables.entities, entity.id, name)
        for publication in tables.publications.values():
            self.check_filled(publication)
        for finding in tables.findings.values():
            self.check_finding(finding, tables)
        for key in tables.stated:
            for name, value in dangling_key(key, tables).items():
                self.expect(value, {}, "a statement", name)
        self.check_counts()

    def check_finding(self, finding: Finding, tables: Tables) -> None:
        self.check_filled(finding)
        for column in dangling(finding, tables):
            self.expect(getattr(finding, column.name), {}, finding.id, column.name)
        for name, value in named_entities(finding):
            if value not in tables.vocabulary.get(name, ()):
                self.expect(value, tables.entities, finding.id, name)

    def check_filled(self, record: Entity | Publication | Finding) -> None:
        for name, column in columns_of(type(record)).items():
            if column.required and getattr(record, name) == "":
                self.expect("", {}, record.id, name)

    def check_counts(self) -> None:
        """Raise where a record has not as many values as it says that it was written with."""
        count = self.expand(VALUE_COUNT)
        for subject, values in self.values.items():
            written = [term.value for term in values.get(count, ())]
            if written and subject not in self.counted:
                raise DataError(f"{subject} has lost its type, or what names it", file=self.source)
            if subject in self.counted:
                names = {"rdf:type", *self.counted[subject]}
                found = sum(len(values.get(self.expand(name), ())) for name in names)
                if written != [str(found)]:
                    said = " and ".join(written) or "no number"
                    raise DataError(
                        f"{self.curie(subject)} has {found} values where {VALUE_COUNT} says {said}: a line "
                        "was lost or added, or another version wrote the file; export it again",
                        file=self.source,
                    )

    def expect(self, value: str, known: Mapping[str, object], record: str, column: str) -> None:
        if value not in known:
            said = f"{value!r} is not described" if value else "a value is missing"
            raise DanglingReference(f"{record}: {said}", file=self.source, column=column, value=value)

    def findings(self) -> Iterator[Finding]:
        for subject in self.of_type("mscgraph:Finding"):
            given = {"id": self.curie(subject), **self.key(subject)}
            yield self.record(Finding, subject, FINDING_COLUMNS, given)

    def statements(self) -> dict[Any, tuple[KnowledgeSource, ...]]:
        """What others state, by the key of the association; their licences are noted."""
        stated = {}
        for subject in sorted(self.values):
            if parts := self.values[subject].get(self.expand("mscgraph:stated_by")):
                key = self.key_of(subject, "a statement")
                sources = sorted(self.statement(part.value) for part in parts)
                stated[tuple(key[name] for name in KEY)] = tuple(sources)
        return stated

    def statement(self, part: str) -> KnowledgeSource:
        values = self.values[part]
        self.counted[part] = (*STATED.values(), LICENCE)
        held = {name: values.get(self.expand(property_), []) for name, property_ in STATED.items()}
        papers = sorted(self.curie(paper.value) for paper in held.pop("publications"))
        texts = {name: "".join(term.value for term in found) for name, found in held.items()}
        for licence in values.get(self.expand(LICENCE), ()):
            self.licences[texts["primary_knowledge_source"]] = licence.value
        return KnowledgeSource(publications=tuple(papers), **texts)

    def key(self, subject: str) -> dict[str, str]:
        """The association's key, from the association that the finding reports on."""
        reports = self.values[subject].get(self.expand("mscgraph:reports"), ())
        if len(reports) != 1:
            raise DataError(
                f"{self.curie(subject)} reports on {len(reports)} associations; it must be one",
                file=self.source,
            )
        return self.key_of(reports[0].value, self.curie(subject))

    def key_of(self, association: str, reporter: str) -> dict[str, str]:
        edge = self.values.get(association, {})
        key = {}
        for name in KEY:
            curie = columns_of(Finding)[name].rdf
            found = edge.get(self.expand(curie), ())
            if len(found) != 1:
                raise DataError(
                    f"{self.curie(association)}, on which {reporter} reports, has "
                    f"{len(found)} values for {curie}; it must be one",
                    file=self.source,
                )
            key[name] = self.curie(found[0].value)
        key["predicate"] = key["predicate"].removeprefix("mscgraph:")
        key["aspect"] = key["aspect"].removeprefix("MSCGT:aspect.")
        return key


def _review_order(parts: list[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    """RDF has no order: the parts of an evidence base come as the canonical layout sorts them."""
    return tuple(sorted(parts, key=lambda part: f"{part[0]} {part[1]}"))
