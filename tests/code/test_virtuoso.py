"""Virtuoso as the awkward second server: loaded in both ways, it answers as the graph in memory does.

One server for the whole file, which is why it is a file of its own. It is Debian's 7.2.5: without
``virtuoso-opensource-7-bin`` the tests skip, under CI=true they fail.
"""

import random
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.errors import EndpointError
from mscgraph.graph import KnowledgeGraph
from mscgraph.rdf.build import Graph, to_quads
from mscgraph.rdf.query import Asker, Solutions, load_questions
from mscgraph.rdf.read import from_quads
from mscgraph.sparql import Endpoint
from tests.code import small
from tests.code.endpoints import Virtuoso, virtuoso

pytestmark = pytest.mark.slow

PAIRS = 20
QUESTIONS = load_questions(small.graph())
# A path such as rdfs:subClassOf* beside other patterns is answered right under some plans, and under others
# with rows lost or mixed up (its open issue 704). Which plan it takes depends on its statistics, so on any
# finding that is added, and on no word of ours: these questions must be answered, and may differ.
BY_PLAN = {name for name, question in QUESTIONS.items() if "* " in question.text}


@pytest.fixture(scope="module")
def part(kg: KnowledgeGraph) -> KnowledgeGraph:
    """Few findings, with durations of years, months and days, and read-outs."""
    return mg.keep_matching(kg, object="EDSS score")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MSCGRAPH_ENDPOINT_USER", server.user)
        patch.setenv("MSCGRAPH_ENDPOINT_PASSWORD", server.password)
        patch.setenv("MSCGRAPH_ENDPOINT_AUTH", "digest")
        yield server


def triples(kg: KnowledgeGraph, url: str) -> set[ox.Quad]:
    """All that the server holds of our named graphs."""
    found: set[ox.Quad] = set()
    with mg.open_endpoint(url) as asked:
        for graph in Graph:
            node = ox.NamedNode(kg.prefixes.expand(graph.value))
            rows = asked.answer(f"SELECT ?s ?p ?o WHERE {{ GRAPH {node} {{ ?s ?p ?o }} }}")
            assert isinstance(rows, Solutions)
            found |= {ox.Quad(s, p, o, node) for s, p, o in rows.rows}
    return found


@pytest.fixture(scope="module")
def by_update(part: KnowledgeGraph, running: Virtuoso) -> set[ox.Quad]:
    """What a part of the graph, loaded by SPARQL Update into an empty server, is read as."""
    mg.put_graphs(part, running.update, update=True)
    return triples(part, running.query)


@pytest.fixture(scope="module")
def server(running: Virtuoso, by_update: set[ox.Quad]) -> Virtuoso:
    """The server with the whole graph, put in place of the part by the Graph Store Protocol."""
    assert by_update
    done = CliRunner().invoke(main, ["store", "load", "--endpoint", running.store])
    assert done.exit_code == 0, done.output
    running.restart()  # until then it answers paths from the statistics of the empty server: its issue 929
    return running


@pytest.fixture(scope="module")
def endpoint(server: Virtuoso) -> Iterator[Endpoint]:
    with mg.open_endpoint(server.query) as opened:
        yield opened


@pytest.fixture(scope="module")
def memory(kg: KnowledgeGraph) -> Asker:
    return Asker(kg)


def test_what_was_loaded_by_update_is_read_as_it_was(
    part: KnowledgeGraph, by_update: set[ox.Quad]
) -> None:
    assert by_update == set(to_quads(part))
    assert {"P1Y6M", "P6M", "P84D"} <= {found.timepoint for found in part.findings.values()}


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_stored_questions_are_answered_alike(memory: Asker, endpoint: Endpoint, question: str) -> None:
    expected, found = memory.query(question), endpoint.query(question)
    assert found.columns == expected.columns
    alike = sorted(found.rows, key=str) == sorted(expected.rows, key=str)
    if question in BY_PLAN and not alike:
        pytest.xfail("Virtuoso answers a path beside other patterns right or wrong, by its plan")
    assert alike


def test_paths_are_those_of_the_whole_graph(kg: KnowledgeGraph, endpoint: Endpoint) -> None:
    back = from_quads(to_quads(kg), "memory")
    edges = sorted({(edge.source, edge.target) for edge in back.walkable})
    chosen = random.Random(929)
    found_any = 0
    for number in range(PAIRS):
        source, target = chosen.choice(edges)[0], chosen.choice(edges)[1]
        length = 3 if number == 5 else 1 + number % 2
        found = endpoint.find_paths(source, target, max_length=length)
        expected = mg.find_paths(back, source, target, max_length=length)
        # of what is near a question, an endpoint is asked nothing
        assert found.to_dict() == expected.to_dict() | {"nearest": []}
        found_any += bool(found.paths)
    assert found_any >= PAIRS // 4


def test_who_may_not_write_is_told(
    part: KnowledgeGraph, server: Virtuoso, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MSCGRAPH_ENDPOINT_PASSWORD", "another-password")
    for url, update in ((server.store, False), (server.update, True)):
        with pytest.raises(EndpointError, match=r"answered 401.*Nothing was replaced") as caught:
            mg.put_graphs(part, url, update=update)
        assert "another-password" not in str(caught.value)
    with pytest.raises(EndpointError, match="Nothing was replaced"):  # where nobody may update
        mg.put_graphs(part, server.query, update=True)
