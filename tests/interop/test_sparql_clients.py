"""Foreign clients of the SPARQL endpoint: SPARQLWrapper, the SPARQLStore of rdflib, and one of npm."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, POST, RDFXML, TURTLE, XML, SPARQLWrapper

from mscgraph.rdf.query import query
from tests.code import small

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SELECT = "SELECT ?f WHERE { ?f a mscgraph:Finding } ORDER BY ?f"
KG = small.graph()
IRI = KG.prefixes.expand


@pytest.fixture(scope="module")
def endpoint(server: str) -> str:
    """The address of the endpoint of a server of the small graph."""
    return f"{server}/sparql"


@pytest.fixture(scope="module")
def expected() -> list[str]:
    return [IRI(str(row[0])) for row in query(KG, SELECT).rows]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # which SPARQLWrapper makes of RDF/XML
@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper_reads_every_form(endpoint: str, expected: list[str], method: str) -> None:
    client = SPARQLWrapper(endpoint)
    client.setMethod(method)
    client.setTimeout(60)
    client.setQuery(SELECT)
    client.setReturnFormat(JSON)
    found = client.query().convert()
    assert [row["f"]["value"] for row in found["results"]["bindings"]] == expected
    client.setReturnFormat(XML)
    assert len(client.query().convert().getElementsByTagName("result")) == len(expected)
    client.setQuery("ASK { ?f a mscgraph:Finding }")
    client.setReturnFormat(JSON)
    assert client.query().convert()["boolean"] is True
    client.setQuery("CONSTRUCT { ?f a mscgraph:Finding } WHERE { ?f a mscgraph:Finding }")
    for form in (TURTLE, RDFXML):
        client.setReturnFormat(form)
        graph = client.query().convert()
        if isinstance(graph, bytes):
            graph = rdflib.Graph().parse(data=graph, format="turtle")
        assert len(graph) == len(expected)


def test_sparqlstore_of_rdflib_is_a_graph(endpoint: str, expected: list[str]) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint))
    finding = rdflib.URIRef(IRI("mscgraph:Finding"))
    assert sorted(map(str, graph.subjects(rdflib.RDF.type, finding))) == expected
    assert (rdflib.URIRef(expected[0]), rdflib.RDF.type, finding) in graph
    assert len(list(graph.query(f"SELECT ?f WHERE {{ ?f a <{finding}> }}"))) == len(expected)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_client_of_npm_reads_the_same(
    endpoint: str, expected: list[str], method: str, node_package: Callable[[str], str], root: Path
) -> None:
    node = node_package("fetch-sparql-endpoint")
    typed = SELECT.replace("mscgraph:Finding", f"<{IRI('mscgraph:Finding')}>")
    run = subprocess.run(
        [node, "ask_sparql.js", method, endpoint, typed],
        capture_output=True, text=True, timeout=120, check=False, cwd=root / "tests" / "interop",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == expected
