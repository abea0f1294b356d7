"""SPARQL is local and bounded (issue 12 A 7): FROM counts, SERVICE is refused, and every query ends."""

import http.server
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import mscgraph as mg
from mscgraph.curate.checks import validate
from mscgraph.rdf.build import Graph
from mscgraph.rdf.limits import has_keyword
from mscgraph.rdf.query import Asker, Parameter, Question
from mscgraph.sparql import open_store, write_store

LIMIT = 60
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


@pytest.fixture(scope="module")
def some(kg: mg.KnowledgeGraph) -> mg.KnowledgeGraph:
    return mg.keep_matching(kg, object="Treg")


@pytest.fixture(scope="module", params=["memory", "disk"])
def ask(
    request: pytest.FixtureRequest, some: mg.KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory
):
    """Ask the graph in memory, or in a store on disk."""
    if request.param == "memory":
        return lambda sparql, **options: mg.query(some, sparql, limits=mg.QueryLimits(**options))
    folder = tmp_path_factory.mktemp("store") / "store"
    write_store(some, folder)
    store = open_store(folder, kg=some)
    return lambda sparql, **options: store.query(sparql, limits=mg.QueryLimits(**options))


def test_from_counts(ask, some: mg.KnowledgeGraph) -> None:
    graph = some.prefixes.expand(Graph.FINDINGS.value)
    count = "SELECT (COUNT(*) AS ?n)"

    def number(sparql: str) -> int:
        return int(ask(sparql).rows[0][0])

    inside = number(f"{count} {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    assert 0 < inside < number(f"{count} {{ ?s ?p ?o }}")
    assert number(f"{count} FROM <{graph}> {{ ?s ?p ?o }}") == inside
    assert number(f"{count} FROM NAMED <{graph}> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == inside
    assert number(f"{count} FROM <http://nowhere.example/none> {{ ?s ?p ?o }}") == 0


@pytest.mark.parametrize(
    ("sparql", "has"),
    [
        ("SELECT * { SERVICE <http://a/> {} }", True),
        ("select*{service<http://a/>{}}", True),
        ("SELECT * { SERVICE SILENT ?where {} }", True),
        ("SELECT * { ?service ex:service 'SERVICE' } # SERVICE", False),
        ('SELECT * { ?s <http://a/SERVICE> """a " SERVICE"""@service }', False),
        ("PREFIX SERVICE: <http://a/> SELECT * { ?s SERVICE:x _:service }", False),
        ("SELECT * { ?s ?p ?o FILTER(?a<?b) SERVICE <http://a/> {} }", True),
        ("SELECT * { ?s ?p '\\'' . SERVICE <http://a/> {} }", True),
    ],
)
def test_the_keyword_is_seen(sparql: str, has: bool) -> None:
    assert has_keyword(sparql, "SERVICE") is has


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """An address, and what was asked there."""
    asked: list[str] = []
    body = b'{"head":{"vars":["x"]},"results":{"bindings":[]}}'

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 - the library asks for this name

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{served.server_address[1]}/x", asked
        served.shutdown()


def test_no_other_server_is_asked_unless_allowed(ask, server: tuple[str, list[str]]) -> None:
    address, asked = server
    sparql = f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?x }} }}"
    with pytest.raises(mg.QueryError, match="allow-service"):
        ask(sparql)
    assert asked == []
    assert ask(sparql, service=True).rows == ()
    assert asked == ["/x"]


def test_no_check_asks_another_server(
    kg: mg.KnowledgeGraph, tmp_path: Path, server: tuple[str, list[str]]
) -> None:
    address, asked = server
    folder = tmp_path / "ontology"
    subprocess.run(["cp", "-r", kg.folder, folder], check=True)
    place = folder / "checks" / "odd-violation.rq"
    place.write_text(f"SELECT ?focus ?message {{ SERVICE <{address}> {{ ?focus ?p ?message }} }}")
    (problem,) = validate(folder)
    assert problem.file == "checks/odd-violation.rq"
    assert "SERVICE" in problem.message
    assert asked == []


@pytest.mark.slow
def test_a_query_has_a_time(ask) -> None:
    with pytest.raises(mg.QueryError, match=r"longer than 0\.3 s"):
        ask(ENDLESS, seconds=0.3)


def test_a_query_has_a_memory(ask) -> None:
    with pytest.raises(mg.QueryError, match="memory"):
        ask(HUNGRY, memory="30MB", seconds=60)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { FILTER(" + "(" * 100_000 + "1" + ")" * 100_000 + ") }",
        "SELECT * { FILTER(" + "!" * 100_000 + "true) }",
        "SELECT (1" + "+1" * 100_000 + " AS ?x) {}",
        "SELECT * " + "{ " * 100_000 + "?s ?p ?o" + " }" * 100_000,
        "SELECT * { {?s ?p ?o}" + " UNION {?s ?p ?o}" * 100_000 + " } LIMIT 1",
    ],
    ids=["brackets", "not", "plus", "braces", "union"],
)
def test_a_deep_query_is_refused(ask, text: str) -> None:
    with pytest.raises(mg.QueryError):
        ask(text, seconds=5)


def test_errors_of_a_query_are_told_as_ever(ask) -> None:
    with pytest.raises(mg.QueryError, match="does not parse"):
        ask("SELEC * {}")


def test_ctrl_c_ends_a_query(tmp_path: Path) -> None:
    code = f"""
import signal, sys, threading
import mscgraph as mg
signal.signal(signal.SIGINT, signal.default_int_handler)
kg = mg.keep_matching(mg.load(), object="Treg")
print("asking", flush=True)
mg.query(kg, {ENDLESS!r})
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "asking\n"
        while child.poll() is None:
            child.send_signal(signal.SIGINT)
            try:
                child.wait(1)
            except subprocess.TimeoutExpired:
                continue
    assert child.returncode == -signal.SIGINT


@pytest.mark.parametrize("options", [{"seconds": 0}, {"seconds": float("nan")}, {"memory": "much"}])
def test_limits_that_are_none(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="write"):
        mg.QueryLimits(**options)


def test_a_value_is_never_taken_for_a_parameter(some: mg.KnowledgeGraph) -> None:
    parameters = (Parameter("a", "text", "", ""), Parameter("b", "text", "", ""))
    question = Question("t", "t", parameters, "SELECT ?x { BIND($a AS ?x) FILTER(?x != $b) }")
    given = {"a": "$b", "b": " AS ?y) BIND(23 AS ?x) } #"}
    assert Asker(some).ask(question, given).rows == (("$b",),)
