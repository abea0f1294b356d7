"""RDF out and in: the same bytes twice, the same graph in every syntax, read by others than its writer."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import Entity, Finding, Publication
from mscgraph.rdf.build import (
    DIRECT,
    ENTITY_COLUMNS,
    FINDING_COLUMNS,
    PUBLICATION_COLUMNS,
    Graph,
    to_quads,
)
from mscgraph.rdf.formats import FORMATS, RDF12, serialize
from mscgraph.rdf.shapes import find_violations, to_rdflib
from mscgraph.tables.folder import resource_text
from tests.code.small import example_files

SUFFIX = {
    "turtle": ".ttl", "trig": ".trig", "ntriples": ".nt", "nquads": ".nq", "rdfxml": ".rdf",
    "jsonld": ".jsonld",
}  # fmt: skip
RDFLIB = {
    "turtle": "turtle", "trig": "trig", "ntriples": "nt", "nquads": "nquads", "rdfxml": "xml",
    "jsonld": "json-ld",
}  # fmt: skip


@pytest.fixture(scope="module")
def written(kg: KnowledgeGraph) -> dict[str, bytes]:
    return {name: serialize(kg, name) for name in FORMATS}


def triples_by_oxigraph(text: bytes, name: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(text, format=FORMATS[name][0])}


def triples_by_rdflib(text: bytes, name: str) -> rdflib.Graph:
    union = rdflib.Graph()
    if FORMATS[name][1]:
        dataset = rdflib.Dataset()
        dataset.parse(data=text, format=RDFLIB[name])
        for s, p, o, _ in dataset.quads():
            union.add((s, p, o))
    else:
        union.parse(data=text, format=RDFLIB[name])
    return union


@pytest.mark.parametrize("name", FORMATS)
def test_two_builds_are_the_same_bytes(
    kg: KnowledgeGraph, written: dict[str, bytes], name: str
) -> None:
    assert serialize(mg.load(kg.folder), name) == written[name]


def canonical(triples: set[ox.Triple]) -> set[ox.Quad]:
    """The graph after canonicalisation, so that blank nodes could not hide a difference."""
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def test_all_syntaxes_are_one_graph_for_oxigraph(written: dict[str, bytes]) -> None:
    graphs = [canonical(triples_by_oxigraph(text, name)) for name, text in written.items()]
    assert all(graph == graphs[0] for graph in graphs)
    assert len(graphs[0]) > 1000


def test_all_syntaxes_are_one_graph_for_rdflib(written: dict[str, bytes]) -> None:
    graphs = {name: set(triples_by_rdflib(text, name)) for name, text in written.items()}
    assert all(graph == graphs["turtle"] for graph in graphs.values())
    assert len(graphs["turtle"]) == len(triples_by_oxigraph(written["turtle"], "turtle"))


def test_named_graphs_survive(kg: KnowledgeGraph, written: dict[str, bytes]) -> None:
    quads = set(to_quads(kg))
    for name in ("trig", "nquads", "jsonld"):
        assert set(ox.parse(written[name], format=FORMATS[name][0])) == quads


def test_no_blank_nodes(kg: KnowledgeGraph) -> None:
    for quad in to_quads(kg):
        assert not isinstance(quad.subject, ox.BlankNode)
        assert not isinstance(quad.object, ox.BlankNode)


@pytest.mark.parametrize("name", FORMATS)
def test_the_graph_comes_back(kg: KnowledgeGraph, name: str, tmp_path: Path) -> None:
    path = mg.write_rdf(kg, tmp_path / f"graph{SUFFIX[name]}", name)
    assert mg.read_rdf(path) == kg


def test_the_graph_comes_back_from_rdflib(kg: KnowledgeGraph) -> None:
    assert mg.from_rdf(mg.to_rdf(kg)) == kg


@pytest.mark.parametrize("name", RDF12)
def test_rdf_12_names_each_triple_and_asserts_none(
    kg: KnowledgeGraph, written: dict[str, bytes], name: str, tmp_path: Path
) -> None:
    text = serialize(kg, name, rdf12=True)
    more = triples_by_oxigraph(text, name) - triples_by_oxigraph(written[name], name)
    assert {kg.prefixes.contract(t.subject.value) for t in more} == set(kg.associations)
    for triple in more:
        edge = kg.associations[kg.prefixes.contract(triple.subject.value)]
        assert triple.predicate.value.endswith("#reifies")
        terms = (edge.subject, f"mscgraph:{edge.predicate}", edge.object)
        assert triple.object == ox.Triple(*(ox.NamedNode(kg.prefixes.expand(t)) for t in terms))
    path = tmp_path / f"graph{SUFFIX[name]}"
    path.write_bytes(text)
    assert mg.read_rdf(path) == kg


def test_a_format_without_triple_terms_refuses_rdf_12(kg: KnowledgeGraph) -> None:
    for name in set(FORMATS) - set(RDF12):
        with pytest.raises(ValueError, match=r"RDF 1\.2; write one of turtle"):
            serialize(kg, name, rdf12=True)


settings_text = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1
).filter(lambda t: t.strip() and t != "not_reported")


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=settings_text, flag=st.booleans(), n=st.integers(1, 10**6))
def test_any_text_comes_back(kg: KnowledgeGraph, text: str, flag: bool, n: int) -> None:
    base = kg.findings["MSCGF:0000001"]
    changed = base._replace(statement=text, note=text, comparator=text, readout=flag, n=str(n),
        via=("CL:0000815",), priming=("none",), timepoint="P6M", p_value="<0.001",
    )  # fmt: skip
    entities = {i: kg.entities[i]._replace(parents=()) for i in (base.subject, base.object)}
    few = {base.publication: kg.publications[base.publication]}
    tables = kg.tables._replace(entities=entities, publications=few, findings={base.id: changed})
    small = KnowledgeGraph(tables)
    assert mg.from_rdf(mg.to_rdf(small)) == small


def test_every_column_has_a_property() -> None:
    """A column added to a record and forgotten here would be lost on export."""
    key = {"id", "subject", "predicate", "object", "aspect"}
    assert {c.name for c in FINDING_COLUMNS} == set(Finding._fields) - key
    assert {c.name for c in (*ENTITY_COLUMNS, *DIRECT)} == (set(Entity._fields) - {"id", "category"})
    assert {c.name for c in PUBLICATION_COLUMNS} == (
        set(Publication._fields) - {"id", "included_studies"}
    )


def test_direct_triples_are_effects_and_structure_with_support(kg: KnowledgeGraph) -> None:
    direct = {q.triple for q in to_quads(kg) if q.graph_name.value.endswith("/direct")}
    walked = [t for t in direct if "/vocab/" in t.predicate.value]
    assert walked
    for triple in walked:
        name = kg.prefixes.contract(triple.predicate.value).removeprefix("mscgraph:")
        assert kg.predicates[name].kind.value not in {"null", "correlation"}


def test_a_retracted_paper_makes_no_direct_triple(kg: KnowledgeGraph) -> None:
    papers = {key: p._replace(status="retracted") for key, p in kg.publications.items()}
    retracted = KnowledgeGraph(kg.tables._replace(publications=papers))
    direct = [q for q in to_quads(retracted) if q.graph_name.value.endswith("/direct")]
    assert not [q for q in direct if q.predicate.value.endswith(("increases", "decreases", "alters"))]


def test_the_vocabulary_defines_every_property_that_is_used(kg: KnowledgeGraph) -> None:
    own = kg.prefixes.namespaces["mscgraph"]
    used = {t.value for q in to_quads(kg) for t in q.triple if isinstance(t, ox.NamedNode)}
    ontology = ox.NamedNode(kg.prefixes.expand(Graph.ONTOLOGY.value))
    graph = rdflib.Graph()
    for quad in to_quads(kg):
        if quad.graph_name == ontology:
            graph.add(tuple(map(to_rdflib, quad.triple)))
    defined = {str(subject) for subject in graph.subjects()}
    assert {iri for iri in used if iri.startswith(own)} <= defined
    for subject in set(graph.subjects()):
        if str(subject).startswith(own) and str(subject) != own:  # terms of others are only declared
            assert graph.value(subject, rdflib.RDFS.label), subject
            assert graph.value(subject, rdflib.SKOS.definition), subject


def test_vocabulary_and_lexicon_say_the_same(kg: KnowledgeGraph) -> None:
    text = resource_text("terms", "*.ttl")["mscgraph"]
    graph = rdflib.Graph().parse(data=text, format="turtle")
    for predicate in kg.predicates.values():
        if predicate.id == "subclass_of":
            continue  # it is rdfs:subClassOf itself
        node = rdflib.URIRef(kg.prefixes.expand(f"mscgraph:{predicate.id}"))
        assert str(graph.value(node, rdflib.RDFS.label)) == predicate.label
        assert str(graph.value(node, rdflib.SKOS.definition)) == predicate.definition
        if predicate.ro:
            above = set(graph.objects(node, rdflib.RDFS.subPropertyOf))
            assert rdflib.URIRef(kg.prefixes.expand(predicate.ro)) in above


# -- shapes and checks ------------------------------------------------------------------------------


def violations(kg: KnowledgeGraph, path: Path) -> set[str]:
    vocabulary = [q for q in to_quads(kg) if q.graph_name.value.endswith("/ontology")]
    quads = [*ox.parse(path.read_bytes(), format=ox.RdfFormat.TRIG), *vocabulary]
    return {v.check for v in find_violations(quads, kg.prefixes.namespaces)}


def test_there_are_fixtures_on_both_sides() -> None:
    assert example_files("valid", "*.trig")
    assert len(example_files("invalid", "*.trig")) > 15


@pytest.mark.parametrize("path", example_files("valid", "*.trig"), ids=lambda p: p.stem)
def test_a_valid_fixture_passes(kg: KnowledgeGraph, path: Path) -> None:
    assert violations(kg, path) == set()


@pytest.mark.parametrize("path", example_files("invalid", "*.trig"), ids=lambda p: p.stem)
def test_an_invalid_fixture_is_refused_by_the_rule_it_is_named_after(
    kg: KnowledgeGraph, path: Path
) -> None:
    assert path.stem.partition(".")[0] in violations(kg, path)


def test_every_rule_has_a_fixture_that_it_refuses() -> None:
    rules = {name.removesuffix("-violation") for name in resource_text("checks", "*.rq")}
    rules |= {f"{name}-shape" for name in resource_text("shapes", "*.ttl")}
    assert rules == {path.stem.partition(".")[0] for path in example_files("invalid", "*.trig")}


# -- wrong input ------------------------------------------------------------------------------------


def test_broken_rdf_names_file_and_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("@prefix a: <http://a/> .\na:b a:c", encoding="utf-8")
    with pytest.raises(mg.DataError, match=re.escape("broken.ttl:2")):
        mg.read_rdf(broken)
    with pytest.raises(mg.DataError, match="the file is missing"):
        mg.read_rdf(tmp_path / "absent.ttl")
    with pytest.raises(mg.DataError, match="unknown suffix"):
        mg.read_rdf(tmp_path / "graph.owl")


def test_an_unknown_format_is_suggested(kg: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(mg.NotFound, match="turtle"):
        mg.write_rdf(kg, tmp_path / "x", "turtel")


# -- SPARQL -----------------------------------------------------------------------------------------


def test_the_four_forms(kg: KnowledgeGraph) -> None:
    rows = mg.query(kg, "SELECT ?name WHERE { CL:0000134 rdfs:label ?name }").rows
    assert rows == (("MSC",),)
    assert mg.query(kg, "ASK { CL:0000134 a mscgraph:Entity }").answer is True
    turtle = mg.query(kg, "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH MSCGG:direct { ?s ?p ?o } }").turtle
    assert len(rdflib.Graph().parse(data=turtle, format="turtle")) > 10
    described = mg.query(kg, "DESCRIBE CL:0000134").turtle
    assert "mesenchymal stem cell" in described


def test_a_broken_query_says_where(kg: KnowledgeGraph) -> None:
    with pytest.raises(mg.QueryError, match=r"2:\d+|line 2"):
        mg.query(kg, "SELECT ?s WHERE {\n ?s ?p }")


def test_an_unknown_question_is_an_error(kg: KnowledgeGraph) -> None:
    with pytest.raises(mg.NotFound, match="stored question"):
        mg.query(kg, "no-such-question")


def test_rdflib_can_ask_the_dataset(kg: KnowledgeGraph) -> None:
    (row,) = mg.to_rdf(kg).query("SELECT (COUNT(?f) AS ?n) WHERE { ?f a mscgraph:Finding }")
    assert int(row.n) == len(kg.findings)
