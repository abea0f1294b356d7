"""The server: its API says what the command line says, refuses in words, and bounds what it does."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import shlex
import signal
import subprocess
import sys
import threading
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.cli.answering import operations
from mscgraph.errors import MscGraphError, QueryError
from mscgraph.serve import Served, Settings, web_application
from mscgraph.serve.application import LOG
from mscgraph.site import write_site
from mscgraph.sparql import write_store
from tests.code.cases.small_files import kgx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph


@pytest.fixture(scope="module")
def served(kg: KnowledgeGraph) -> Served:
    return Served(kg, operations(), Settings(time_limit=20, base="https://example.org/graph"))


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[TestClient]:
    with TestClient(web_application(served), base_url="http://localhost") as client:
        yield client


# -- the API is the command line ----------------------------------------------------------------------

QUESTIONS = [
    "stats", "find IDO", "find MSC --kind entity --format tsv", "show MSC", "show PMID:1",
    "findings --subject MSC", "findings --taxon human --format csv", "findings --format markdown",
    "associations --object 'Th17 cell'", "associations --format tsv", "conflicts",
    "conflicts MSC 'Th17 cell'", "claim MSC lowers 'Th17 cell' --taxon human", "claim 'MSCs lower Tregs'",
    "trials", "trials --format text", "compare BM-MSC AD-MSC --taxon human",
    "paths MSC 'Th17 cell' --effect decrease", "paths MSC EAE --via IDO --max-length 3 --exact",
    "paths MSC EAE --as-graph", "paths MSC EAE --format markdown", "explain MSC 'Th17 cell' -k 2",
    "explain MSC 'Th17 cell' --format text --all", "block MSC 'Th17 cell' --without PGE2 --without IDO1",
    "mediators MSC 'Th17 cell'", "loops MSC", "upstream EAE", "downstream MSC -k 3",
    "query --list", "query --name papers", "query --name csf-marker --set marker=NF-L --format csv",
]  # fmt: skip


def asked(line: str) -> dict[str, list[str]]:
    """The parameters of a line of the command line, read by the API's own names."""
    name, *words = shlex.split(line.replace("-k ", "--count "))
    inputs = operations()[name].inputs
    kinds = {one.name: one.schema["type"] for one in inputs}
    arguments = [one.name for one in inputs if one.argument]
    given: dict[str, list[str]] = {}
    if name == "claim" and len(words) == 1:
        return {"sentence": words}
    while words:
        word = words.pop(0)
        if not word.startswith("--"):
            given[arguments.pop(0)] = [word]
        elif kinds[word[2:]] == "boolean":
            given[word[2:]] = ["true"]
        else:
            given.setdefault(word[2:], []).append(words.pop(0))
    return given


@pytest.mark.parametrize("line", QUESTIONS)
def test_the_api_answers_as_the_command_line(client: TestClient, line: str) -> None:
    name, *words = shlex.split(line)
    command = words if "--format" in words else [*words, "--json"]
    expected = CliRunner().invoke(main, [name, *command])
    assert expected.exit_code == 0, expected.output
    found = client.get(f"/api/{name}", params=asked(line))
    assert found.status_code == 200, found.text
    assert found.text == expected.stdout


def test_an_export_is_the_file_that_the_command_line_writes(client: TestClient) -> None:
    for form in ("turtle", "sif"):
        expected = CliRunner().invoke(main, ["export", form, "-o", "-", "--taxon", "human"])
        found = client.get("/api/export", params={"format": form, "taxon": "human"})
        assert found.content == expected.stdout_bytes
    folder = client.get("/api/export", params={"format": "kgx", "paths": ["MSC", "EAE"]})
    assert folder.headers["content-type"] == "application/zip"
    assert {"format", "writes"} <= client.get("/api/export?list=true").json()[0].keys()


def test_every_read_command_is_described_with_its_parameters(client: TestClient) -> None:
    said = client.get("/api/openapi.json").json()
    assert said["openapi"] == "3.1.0"
    assert said["servers"] == [{"url": "https://example.org/graph"}]
    names = {p["name"] for p in said["paths"]["/api/paths"]["get"]["parameters"]}
    assert {"source", "target", "max-length", "via", "time-limit", "format"} <= names
    assert not names & {"endpoint", "json", "bib"}
    source = said["paths"]["/api/paths"]["get"]["parameters"][0]
    assert source["required"]
    assert source["examples"]["1"]["value"] == "MSC"
    claim = {p["name"]: p for p in said["paths"]["/api/claim"]["get"]["parameters"]}
    assert list(claim)[:4] == ["subject", "sentence", "relation", "target"]
    assert claim["sentence"]["examples"]["1"]["value"].startswith("MSCs lower")
    assert all(p["description"] for p in claim.values())


@pytest.mark.parametrize("path", ["/api", "/api/"])
def test_the_operations_are_listed(client: TestClient, served: Served, path: str) -> None:
    found = client.get(path).json()
    assert [one["name"] for one in found["operations"]] == list(served.operations)
    assert found["description"] == "https://example.org/graph/api/openapi.json"
    assert found["operations"][0]["address"] == "https://example.org/graph/api/stats"
    moved = client.get("/openapi.json", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (307, found["description"])


HOSTILE_STARTS = [
    "", "-", "--", "=", "@", "-o", "--out=", "--output=", "--bib=", "--endpoint=", "--graph=",
    "--ontology=", "--help", "--version", "\0", "--\0",
]  # fmt: skip
NOT_SET = [
    "output", "--output", "-o", "o", "out", "--out", "bib", "endpoint", "ontology", "graph", "graph-folder",
    "file", "form", "json", "as_json", "memory-limit", "allow-service",
]  # fmt: skip


@pytest.mark.parametrize("name", operations())
def test_no_value_of_a_request_is_read_as_an_option(
    kg: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Whatever a value is, it reaches the command under its own name or not at all; no file changes."""
    monkeypatch.chdir(tmp_path)
    command = main.get_command(click.Context(main), name)
    assert command is not None
    run, heard = command.callback, []
    assert run is not None

    def hear(*args: Any, **keywords: Any) -> Any:
        heard.append(keywords)
        return run(*args, **keywords)

    monkeypatch.setattr(command, "callback", hear)
    operation = operations()[name]
    value = st.builds(
        lambda start, end: f"{start}{tmp_path}/EVIL{end}", st.sampled_from(HOSTILE_STARTS), st.text()
    )
    usual = st.sampled_from(["MSC", "Th17 cell", "true", "turtle", "kgx", "json", "--help"])
    names = st.sampled_from([one.name for one in operation.inputs] or NOT_SET)
    named = st.dictionaries(names, st.lists(value | usual, min_size=1, max_size=3), max_size=2)
    needed = {
        one.name: st.lists(value | usual, min_size=1, max_size=1)
        for one in operation.inputs
        if one.required
    }
    if name == "export":
        needed["format"] = st.sampled_from([["turtle"], ["kgx"]])
        needed["paths"] = st.builds(lambda more: ["MSC", "EAE", *more], st.lists(value, max_size=1))

    @settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries(needed), st.just({}) | named)
    def ask(required: dict[str, list[str]], more: dict[str, list[str]]) -> None:
        request = more | required
        heard.clear()
        with contextlib.suppress(MscGraphError):
            operation.ask(request, kg=kg, backend=kg, time_limit=1)
        for keywords in heard:
            own = {p.name: request.get(shown_name(p), []) for p in command.params}
            own["subject"] = own.get("subject", []) + request.get("sentence", [])
            for key, said in keywords.items():
                texts = [said] if isinstance(said, str) else said if isinstance(said, tuple) else []
                assert all(text in own[key] for text in texts if "EVIL" in str(text))
            assert "EVIL" not in str(keywords.get("output"))
        assert not [*tmp_path.iterdir()]

    ask()
    for refused in NOT_SET:
        if refused not in {one.name for one in operation.inputs}:
            with pytest.raises(QueryError, match="has no parameter"):
                operation.ask({refused: [f"{tmp_path}/EVIL"]}, kg=kg, backend=kg, time_limit=1)


def shown_name(parameter: click.Parameter) -> str:
    """What the API calls a parameter of a command."""
    if isinstance(parameter, click.Argument):
        return {"form": "format", "file": "sparql"}.get(str(parameter.name), str(parameter.name))
    return max(parameter.opts, key=len).removeprefix("--")


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/api/paths?source=MSC&target=Th71 cell", 404, "No entity is called 'Th71 cell'"),
        ("/api/paths?source=MSC", 400, "needs the parameter 'target'"),
        ("/api/paths?source=MSC&target=EAE&max_length=2", 400, "Did you mean: max-length"),
        ("/api/paths?source=MSC&target=EAE&count=0", 400, "not in the range"),
        ("/api/paths?source=MSC&target=EAE&count=1001", 400, "at most 1,000"),
        ("/api/paths?source=MSC&target=EAE&exact=maybe", 400, "true or false"),
        ("/api/paths?source=MSC&target=EAE&min-grade=", 404, "grade"),
        ("/api/claim?sentence=", 400, "no claim of the form"),
        ("/api/claim?subject=MSC", 400, "'relation' and 'target', or 'sentence' alone"),
        ("/api/claim?subject=MSC&target=EAE", 400, "'target' only with 'relation'"),
        ("/api/claim?sentence=MSCs lower Tregs&subject=MSC", 400, "or 'sentence' alone"),
        ("/api/claim", 400, "or 'sentence' alone"),
        ("/api/export", 400, "needs the parameter 'format'"),
        ("/api/paths?source=MSC&source=EAE&target=EAE", 400, "given 2 times"),
        ("/api/paths?source=MSC&target=EAE&endpoint=http://a", 400, "no parameter 'endpoint'"),
        ("/api/export?format=turtle&output=/tmp/x", 400, "no parameter 'output'"),
        ("/api/findings?taxon=humam", 404, "humam"),
        ("/api/findings?limit=0", 400, "from 1 to 10,000"),
        ("/api/query?sparql=SELEC *", 400, "does not parse"),
        ("/api/query?sparql=ASK {SERVICE <http://a/> {}}", 400, "SERVICE"),
        ("/api/query", 400, "Give a"),
        ("/api/query?name=papers&set=x", 400, "set takes PARAMETER=VALUE"),
        ("/api/export?format=turtle&effect=increase", 400, "effect goes with paths."),
        ("/api/export?format=turtle&paths=MSC", 400, "paths takes 2 values, not 1"),
        (
            "/api/export?format=turtle&paths=MSC&paths=EAE&paths=Treg",
            400,
            "paths takes 2 values, not 3",
        ),
        ("/api/export?format=turtle&paths=MSC&paths=--help", 404, "No entity is called '--help'"),
        ("/api/paths?source=--version&target=-h", 404, "No entity is called '--version'"),
        ("/api/paths?source=MSC&target=EAE&time-limit=nan", 400, "time_limit is nan"),
        ("/api/paths?source=MSC&target=EAE&max-length=0", 400, "Invalid value for 'max-length': 0 is"),
        ("/api/paths?source=MSC&target=EAE&count=1_001", 400, "at most 1,000"),
        ("/api/conflicts?other=MSC", 400, "takes 'other' only with 'entity'"),
        ("/api/find?text=MS%00C", 400, "NUL"),
        ("/api/stats?output=x", 400, "It takes: none."),
        ("/nothing", 404, "Nothing is at /nothing"),
    ],
)
def test_what_is_wrong_is_said(client: TestClient, address: str, status: int, words: str) -> None:
    found = client.get(address)
    assert found.headers["content-type"] == "application/problem+json"
    assert found.status_code == found.json()["status"] == status
    assert words in found.json()["detail"]


def test_a_misspelt_name_has_suggestions(client: TestClient) -> None:
    found = client.get("/api/show", params={"name": "Th71 cell"}).json()
    assert "Th17 cell" in found["suggestions"]


def test_lists_have_pages(client: TestClient) -> None:
    whole = client.get("/api/findings").json()
    address, seen = "/api/findings?limit=20", []
    while address:
        found = client.get(address)
        seen += found.json()
        assert found.headers["x-total-count"] == str(len(whole))
        following = re.search(r'<([^>]*)>; rel="next"', found.headers.get("link", ""))
        address = following[1] if following else ""
    assert seen == whole
    lines = client.get("/api/findings?format=tsv").text.splitlines()
    part = client.get("/api/findings?format=tsv&limit=2&offset=3").text.splitlines()
    assert part == [lines[0], *lines[4:6]]
    rows = client.get("/api/query?name=papers&limit=2").json()["rows"]
    assert rows == client.get("/api/query?name=papers").json()["rows"][:2]


def test_what_was_read_is_not_sent_again(client: TestClient, served: Served) -> None:
    tag = client.get("/api/stats").headers["etag"]
    assert served.version in tag
    again = client.get("/api/stats", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/api/stats", headers={"If-None-Match": '"other"'}).status_code == 200


def test_many_ask_at_the_same_time(client: TestClient) -> None:
    """Each gets its own answer, whatever the others ask."""
    names = ["MSC", "EAE", "IDO1", "PGE2", "Treg", "CSF"] * 4
    found: dict[int, str] = {}

    def ask(at: int) -> None:
        found[at] = client.get("/api/show", params={"name": names[at]}).json()["name"]

    threads = [threading.Thread(target=ask, args=[at]) for at in range(len(names))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [found[at] for at in range(len(names))] == names


# -- who may ask, and how much --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("127.0.0.1:8000", 200), ("[::1]:8000", 200), ("example.org", 200),
     ("evil.example", 421), ("localhost.evil.example", 421), ("[", 421), ("", 421)],
)  # fmt: skip
def test_the_host_is_checked(client: TestClient, host: str, status: int) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == status


def test_what_is_too_long_is_refused(client: TestClient) -> None:
    assert client.get("/api/find", params={"text": "x" * 40_000}).status_code == 414
    assert client.post("/health", content=b"x" * 1_000_001).status_code == 413


def test_headers_keep_a_page_to_itself(client: TestClient) -> None:
    found = client.get("/api/stats", headers={"Origin": "https://other.example"}).headers
    assert found["access-control-allow-origin"] == "*"
    assert found["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in found["content-security-policy"]
    asked = {"Origin": "https://other.example", "Access-Control-Request-Method": "GET"}
    assert client.options("/api/stats", headers=asked).status_code == 204


TOOL_CALL = {
    "jsonrpc": "2.0", "id": 1, "method": "tools/call",
    "params": {"name": "find", "arguments": {"text": "MSC"}},
}  # fmt: skip


def test_who_comes_too_late_is_asked_to_come_again(kg: KnowledgeGraph) -> None:
    served = Served(kg, operations())
    served.questions = type(served.questions)(1, waiting=0)
    begun, free = threading.Event(), threading.Event()
    slow = served.operations["stats"]

    def wait(*_: object, **__: object) -> object:
        begun.set()
        free.wait(60)
        return type("Said", (), {"value": {}, "lines": (), "text": [], "notes": [], "file": b""})()

    slow.ask = wait  # type: ignore[method-assign]
    with TestClient(web_application(served), base_url="http://localhost") as client:
        first = threading.Thread(target=lambda: client.get("/api/stats"))
        first.start()
        assert begun.wait(60)
        found = client.get("/api/show?name=MSC")
        tool = client.post("/mcp", json=TOOL_CALL, headers={"Accept": "application/json"})
        free.set()
        first.join(60)
        assert tool.json()["result"]["isError"], "tools wait for the same turns"
        assert "busy: ask again" in tool.text
        assert found.status_code == 503
        assert int(found.headers["retry-after"]) >= 1
        assert client.get("/api/show?name=MSC").status_code == 200
        tool = client.post("/mcp", json=TOOL_CALL, headers={"Accept": "application/json"})
        assert not tool.json()["result"]["isError"]


def test_the_log_names_nobody(client: TestClient) -> None:
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    ear = Ear()
    LOG.addHandler(ear)
    LOG.setLevel("INFO")
    try:
        client.get("/api/find?text=secret", headers={"User-Agent": "somebody"})
    finally:
        LOG.removeHandler(ear)
    said = json.loads(heard[-1])
    assert said.keys() == {"time", "method", "path", "status", "ms", "bytes"}
    assert "secret" not in heard[-1]


# -- SPARQL ---------------------------------------------------------------------------------------------

SELECT = "SELECT ?f WHERE { ?f a mscgraph:Finding } ORDER BY ?f LIMIT 2"
DIRECT = {"Content-Type": "application/sparql-query"}
UPDATE = {"Content-Type": "application/sparql-update"}
CONSTRUCT = "CONSTRUCT { ?f a mscgraph:Finding } WHERE { ?f a mscgraph:Finding }"


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        (SELECT, "application/sparql-results+json", "application/sparql-results+json"),
        (SELECT, "application/sparql-results+xml, */*;q=0.1", "application/sparql-results+xml"),
        (SELECT, "text/csv", "text/csv"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values"),
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "text/html,*/*;q=0.8", "text/html"),
        ("ASK {}", "application/json", "application/json"),
        (CONSTRUCT, "text/turtle", "text/turtle"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        ("CONSTRUCT { <0000001> a <b> } {}", "text/turtle", "text/turtle"),  # relative to the endpoint
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/n-triples;q=0.5, image/png", "application/n-triples"),
        ("DESCRIBE <http://purl.obolibrary.org/obo/CL_0000134>", "", "text/turtle"),
    ],
)
def test_an_answer_comes_in_the_form_that_is_liked_best(
    client: TestClient, query: str, accept: str, media: str
) -> None:
    found = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert found.status_code == 200, found.text
    assert found.headers["content-type"].partition(";")[0] == media
    assert found.headers["vary"] == "Accept"
    assert "0000001" in found.text or "ASK" in query or "DESCRIBE" in query


def test_the_three_ways_of_the_protocol_give_one_answer(client: TestClient) -> None:
    expected = client.get("/sparql", params={"query": SELECT}).json()
    assert len(expected["results"]["bindings"]) == 2
    assert client.post("/sparql", data={"query": SELECT}).json() == expected
    direct = {"Content-Type": "application/sparql-query; charset=utf-8"}
    assert client.post("/sparql", content=SELECT.encode(), headers=direct).json() == expected


def test_a_request_may_name_its_graphs(client: TestClient) -> None:
    query = {"query": "SELECT (COUNT(*) AS ?n) WHERE { ?f a mscgraph:Finding }"}

    def count(**dataset: str) -> int:
        named = {key.replace("_", "-"): value for key, value in dataset.items()}
        found = client.get("/sparql", params=query | named).json()["results"]["bindings"]
        return int(found[0]["n"]["value"])

    graph = "https://w3id.org/mscgraph/graph/"
    assert count() == count(default_graph_uri=f"{graph}findings") == 49
    assert count(default_graph_uri=f"{graph}entities") == 0
    assert count(named_graph_uri=f"{graph}findings") == 0


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"method": "GET", "params": [("query", "ASK {}"), ("query", "ASK {}")]}, 400),
        ({"method": "GET", "params": {"query": "SELECT"}}, 400),
        ({"method": "GET", "params": {"query": "ASK { SERVICE <http://127.0.0.1:1/> {} }"}}, 400),
        ({"method": "GET", "params": {"query": "ASK {}", "default-graph-uri": "no iri"}}, 400),
        ({"method": "GET", "params": {"update": "CLEAR ALL"}}, 403),
        ({"method": "GET", "params": {"query": "ASK {}"}, "headers": {"Accept": "image/png"}}, 406),
        ({"method": "PUT", "params": {"query": "ASK {}"}}, 405),
        ({"method": "POST", "content": b"ASK {}"}, 415),
        ({"method": "POST", "data": {"update": "CLEAR ALL"}}, 403),
        ({"method": "POST", "data": {"other": "ASK {}"}}, 400),
        ({"method": "POST", "content": b"CLEAR ALL", "headers": UPDATE}, 403),
        ({"method": "POST", "content": b"ASK { \xff }", "headers": DIRECT}, 400),
        ({"method": "POST", "content": b"LOAD <file:///etc/passwd>", "headers": DIRECT}, 400),
    ],
)  # fmt: skip
def test_what_the_protocol_refuses_is_refused(
    client: TestClient, request_: dict[str, Any], status: int
) -> None:
    found = client.request(url="/sparql", **request_)
    assert found.status_code == status, found.text
    assert found.headers["content-type"] == "application/problem+json"


HOSTILE = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def test_a_query_without_end_is_ended_and_others_are_answered(kg: KnowledgeGraph) -> None:
    served = Served(kg, operations(), Settings(time_limit=1))
    with TestClient(web_application(served), base_url="http://localhost") as client:
        found: list[int] = []

        def ask() -> None:
            found.append(client.get("/sparql", params={"query": HOSTILE}).status_code)

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        assert client.get("/api/show?name=MSC").status_code == 200
        for thread in threads:
            thread.join(60)
        assert found == [422] * 3


def test_a_store_on_disk_answers(kg: KnowledgeGraph, tmp_path: Path) -> None:
    write_store(kg, tmp_path / "store")
    served = Served(kg, operations(), Settings(store=str(tmp_path / "store")))
    with TestClient(web_application(served), base_url="http://localhost") as client:
        found = client.get("/sparql", params={"query": SELECT}).json()
        assert len(found["results"]["bindings"]) == 2
        assert client.get("/api/query?name=papers").status_code == 200


def test_of_a_large_graph_there_are_pages_around_entities(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mscgraph.large.directory.parquet_tables.FEW", 0)
    kg = mg.open_graph(kgx(tmp_path / "g", []).folder)
    with TestClient(web_application(Served(kg, operations())), base_url="http://localhost") as client:
        page = client.get("/entity/HGNC:5438")
        assert page.status_code == 200
        assert "the best supported association around HGNC:5438" in page.text
        assert "connect-src" in page.text
        assert client.get("/entity/HGNC:1").status_code == 404
        assert client.get("/api/paths?source=HGNC:5438&target=HGNC:7098").status_code == 200
        for path in ("/", "/explorer.html", "/.well-known/void", "/sparql?query=ASK {}"):
            refused = client.get(path)
            assert refused.status_code == 404
            assert "too large for a site" in refused.json()["detail"]


def test_the_service_is_described_and_people_get_a_form(client: TestClient) -> None:
    assert client.head("/sparql").status_code == 200
    said = client.get("/sparql", headers={"Accept": "text/turtle"})
    triples = list(ox.parse(said.content, format=ox.RdfFormat.TURTLE))
    assert any("SPARQL11Query" in str(triple) for triple in triples)
    assert any("https://example.org/graph/sparql" in str(triple) for triple in triples)
    page = client.get("/sparql", headers={"Accept": "text/html"})
    assert "<form" in page.text
    shown = client.get("/sparql", params={"query": SELECT}, headers={"Accept": "text/html"})
    assert "2 rows" in shown.text
    wrong = client.get("/sparql", params={"query": "SELECT <b>"}, headers={"Accept": "text/html"})
    assert (wrong.status_code, "<b>" in wrong.text) == (400, False)


# -- pages and records ----------------------------------------------------------------------------------


SERVED = b" connect-src &#39;self&#39;;"


def test_every_page_is_that_of_the_static_site(
    client: TestClient, kg: KnowledgeGraph, tmp_path: Path
) -> None:
    folder = write_site(kg, tmp_path / "site", address="https://example.org/graph")
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".mscgraph"]
    assert len(files) > 100
    for file in files:
        found = client.get(f"/{quote(file.relative_to(folder).as_posix())}")
        content = found.content
        if file.name == "explorer.html":  # served, it may ask the server that it comes from
            assert content.count(SERVED) == 1
            content = content.replace(SERVED, b"")
        assert content == file.read_bytes(), file
    assert client.get("/").content == (folder / "index.html").read_bytes()


RECORDS = ["/entity/CL:0000134", "/finding/0000001", "/publication/PMID:1"]


@pytest.mark.parametrize("path", [*RECORDS, "/association/"])
def test_a_record_resolves_at_its_id(client: TestClient, kg: KnowledgeGraph, path: str) -> None:
    path = (
        path
        if path in RECORDS
        else f"/association/{next(iter(kg.associations)).removeprefix('MSCGA:')}"
    )
    page = client.get(path, headers={"Accept": "text/html"}, follow_redirects=False)
    assert page.status_code == 303
    assert page.headers["location"].startswith("https://example.org/graph/")
    assert (
        client.get(page.headers["location"].removeprefix("https://example.org/graph")).status_code
        == 200
    )
    for media, form in (
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-quads", ox.RdfFormat.N_QUADS),
    ):
        found = client.get(path, headers={"Accept": media})
        assert found.headers["content-type"].partition(";")[0] == media
        local = path.rpartition("/")[2].rpartition(":")[2]
        assert any(local in str(quad.subject) for quad in ox.parse(found.content, format=form))
    for media in ("application/ld+json", "application/json", "application/json, */*;q=0.1"):
        said = client.get(path, headers={"Accept": media})
        assert said.headers["content-type"] == media.partition(",")[0]
        assert "@context" in said.json()
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406


def test_our_terms_resolve_too_and_what_is_none_does_not(client: TestClient) -> None:
    assert client.get("/vocab/Finding", headers={"Accept": "text/turtle"}).status_code == 200
    for path in ("/finding/9999999", "/entity/CL:1", "/association/x", "/../etc/passwd", "/entity/"):
        assert client.get(path).status_code == 404


def test_the_data_set_is_described_at_the_well_known_place(client: TestClient) -> None:
    said = {
        str(t) for t in ox.parse(client.get("/.well-known/void").content, format=ox.RdfFormat.TURTLE)
    }
    assert any("void#sparqlEndpoint" in t and "https://example.org/graph/sparql" in t for t in said)
    assert any("void#triples" in t for t in said)


# -- a process ------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_process_serves_and_stops_when_asked(workers: str) -> None:
    command = [sys.executable, "-m", "mscgraph", "serve", "--port", "0", "--workers", workers]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            address = process.stderr.readline().split()[-1]
            with urllib.request.urlopen(f"{address}api/stats", timeout=60) as found:
                assert json.load(found)["entities"] == 32
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) in (0, -signal.SIGTERM)
        finally:
            process.kill()
