"""Readers that share no code with ours agree on what our RDF, our ontology and our shapes say."""

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

import mscgraph as mg
from mscgraph.graph import KnowledgeGraph
from mscgraph.rdf.build import to_quads
from mscgraph.rdf.formats import serialize
from mscgraph.rdf.shapes import find_violations, finding_shapes
from mscgraph.tables.folder import ontology_folder
from tests.code.small import example_files

HERE = Path(__file__).parent
SYNTAXES = {"turtle": "ttl", "trig": "trig", "ntriples": "nt", "nquads": "nq"}


def quads(text: bytes) -> set[ox.Quad]:
    return set(ox.parse(text, format=ox.RdfFormat.N_QUADS))


@pytest.fixture(scope="module")
def dataset(kg: KnowledgeGraph) -> set[ox.Quad]:
    return set(to_quads(kg))


def expected(dataset: set[ox.Quad], form: str) -> set[ox.Quad]:
    """Turtle and N-Triples hold the same triples in one graph."""
    if form in ("turtle", "ntriples"):
        return {ox.Quad(*quad.triple) for quad in dataset}
    return dataset


@pytest.mark.parametrize("form", ["turtle", "trig"])
def test_n3_js_reads_the_same(
    kg: KnowledgeGraph, dataset: set[ox.Quad], form: str, node_package: Callable[[str], str]
) -> None:
    node = node_package("n3")
    names = {"turtle": "Turtle", "trig": "TriG"}
    done = subprocess.run(
        [node, "read_rdf.js", names[form]], input=serialize(kg, form), capture_output=True, cwd=HERE,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert quads(done.stdout) == expected(dataset, form)


@pytest.mark.parametrize("form", SYNTAXES)
def test_the_oxigraph_program_reads_the_same(
    kg: KnowledgeGraph, dataset: set[ox.Quad], form: str, tmp_path: Path, missing: Callable[[str], None]
) -> None:
    beside = Path(sys.executable).with_name("oxigraph")
    program = str(beside) if beside.exists() else shutil.which("oxigraph")
    if program is None:
        missing("the oxigraph program is not installed")
    ours, theirs = tmp_path / f"ours.{SYNTAXES[form]}", tmp_path / "theirs.nq"
    ours.write_bytes(serialize(kg, form))
    subprocess.run(
        [str(program), "convert", "--from-file", str(ours), "--to-file", str(theirs)], check=True
    )
    assert quads(theirs.read_bytes()) == expected(dataset, form)


# -- SHACL ------------------------------------------------------------------------------------------


def refused(kg: KnowledgeGraph, quads: list[ox.Quad], tmp_path: Path) -> tuple[Counter[str], ...]:
    """Whose shapes are broken how often at which node: by pyshacl, as we call it, and by rudof."""
    import pyrudof

    ours = Counter(
        f"{v.check} {v.focus}"
        for v in find_violations(quads, kg.prefixes.namespaces)
        if v.check.endswith("-shape")
    )
    triples = tmp_path / "data.nt"
    triples.write_bytes(
        ox.serialize({quad.triple for quad in quads}, format=ox.RdfFormat.N_TRIPLES) or b""
    )
    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(triples, pyrudof.RDFFormat.NTriples)
    theirs: Counter[str] = Counter()
    for shapes in sorted((ontology_folder() / "shapes").glob("*.ttl")):
        whole = tmp_path / shapes.name
        made = finding_shapes(kg.prefixes.namespaces) if shapes.stem == "finding" else ""
        whole.write_text(shapes.read_text("utf-8") + made, encoding="utf-8")
        rudof.read_shacl(whole, pyrudof.ShaclFormat.Turtle)
        for entry in rudof.validate_shacl():
            theirs[f"{shapes.stem}-shape {str(entry.focus_node).strip('<>')}"] += 1
    return ours, theirs


def test_two_shacl_engines_pass_the_graph(
    kg: KnowledgeGraph, dataset: set[ox.Quad], tmp_path: Path
) -> None:
    assert refused(kg, list(dataset), tmp_path) == (Counter(), Counter())


@pytest.mark.parametrize("path", example_files("invalid", "*-shape.*.trig"), ids=lambda p: p.stem)
def test_two_shacl_engines_refuse_the_same(
    kg: KnowledgeGraph, dataset: set[ox.Quad], path: Path, tmp_path: Path
) -> None:
    vocabulary = [q for q in dataset if q.graph_name.value.endswith("/ontology")]
    broken = [*ox.parse(path.read_bytes(), format=ox.RdfFormat.TRIG), *vocabulary]
    ours, theirs = refused(kg, broken, tmp_path)
    assert set(ours) == set(theirs)
    assert ours


# -- OWL --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ontology(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[object]]:
    """The axioms of our ontology by their kind, as horned-owl reads them."""
    import pyhornedowl

    text = (ontology_folder() / "terms" / "mscgraph.ttl").read_bytes()
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    path = tmp_path_factory.mktemp("owl") / "mscgraph.rdf"
    path.write_bytes(ox.serialize(triples, format=ox.RdfFormat.RDF_XML) or b"")
    axioms: dict[str, list[object]] = {}
    for annotated in pyhornedowl.open_ontology(str(path), "rdf").get_components():
        axioms.setdefault(type(annotated.component).__name__, []).append(annotated.component)
    return axioms


def names(axioms: list[object]) -> set[str]:
    """The one IRI of each declaration."""
    return {re.findall(r"<([^>]+)>", str(axiom))[0] for axiom in axioms}


def test_the_ontology_is_owl_2_dl(ontology: dict[str, list[object]]) -> None:
    """Every axiom is one that DL allows, and every name in it is declared as just one kind of property."""
    known = {
        "OntologyID", "OntologyAnnotation", "AnnotationAssertion", "DeclareClass",
        "DeclareObjectProperty", "DeclareDataProperty", "DeclareAnnotationProperty", "SubClassOf",
        "SubObjectPropertyOf", "SymmetricObjectProperty",
    }  # fmt: skip
    assert set(ontology) <= known, "an axiom of another kind: a name that is used but not declared?"
    classes = names(ontology["DeclareClass"])
    kinds = {
        kind: names(ontology[f"Declare{kind}"])
        for kind in ("ObjectProperty", "DataProperty", "AnnotationProperty")
    }
    assert sum(map(len, kinds.values())) == len(set().union(*kinds.values())), "one kind a property"
    reserved = ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2002/07/owl#")
    assert not [n for n in classes.union(*kinds.values()) if n.startswith(reserved)]
    for kind, declared in (("SubClassOf", classes), ("SubObjectPropertyOf", kinds["ObjectProperty"])):
        used = {iri for axiom in ontology[kind] for iri in re.findall(r"<([^>]+)>", str(axiom))}
        assert used <= declared, f"{kind} names what is not declared: {sorted(used - declared)}"


# -- rdflib's traps ---------------------------------------------------------------------------------


def test_rdflib_cannot_update_the_default_graph_of_a_dataset(kg: KnowledgeGraph) -> None:
    """Its INSERT DATA fails there, whatever the store; a named graph, and ``add``, do work."""
    from mscgraph.rdf.formats import to_rdf

    dataset = to_rdf(kg.keep_findings(lambda finding: False))
    with pytest.raises(ValueError, match="not enough values to unpack"):
        dataset.update("INSERT DATA { <http://a/a> <http://a/b> <http://a/c> }")
    dataset.update("INSERT DATA { GRAPH <http://a/g> { <http://a/a> <http://a/b> <http://a/c> } }")
    name = rdflib.URIRef("http://a/d")
    dataset.add((name, name, name))
    assert (name, name, name) in dataset
    assert len(dataset.graph("http://a/g")) == 1


def test_rdflib_parses_no_update_of_ours(
    kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """rdflib parses updates in superlinear time: a dataset is filled, written and read without one."""

    def refuse(*_: object) -> None:
        pytest.fail("rdflib was given an update to parse")

    for module in ("rdflib.plugins.sparql.parser", "rdflib.plugins.sparql.processor"):
        monkeypatch.setattr(f"{module}.parseUpdate", refuse)
    part = kg.keep_settings(taxon="human")
    assert mg.from_rdf(mg.to_rdf(part)).findings == part.findings
    written = mg.write_rdf(part, tmp_path / "part.trig", "trig")
    assert mg.read_rdf(written).findings == part.findings
    with pytest.raises(pytest.fail.Exception):
        mg.to_rdf(part).update("INSERT DATA { <http://a/a> <http://a/b> <http://a/c> }")
