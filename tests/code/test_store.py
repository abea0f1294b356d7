"""The graph in a store on disk, and behind Oxigraph's own server: the same answers as in memory."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.errors import AmbiguousName, DataError, EndpointError, NotFound, OutputError, QueryError
from mscgraph.graph import KnowledgeGraph
from mscgraph.rdf.build import Graph, to_quads
from mscgraph.rdf.query import Asker, Solutions, ask_store
from mscgraph.rdf.read import from_quads
from mscgraph.sparql import Endpoint, LocalStore
from mscgraph.sparql.asking import Asked
from tests.code.endpoints import fake, oxigraph

pytestmark = pytest.mark.slow

QUESTIONS = ("csf-marker", "conflicts", "subclasses", "two-steps", "best-graded")
FORMS = {
    "SELECT ?name { CL:0000134 rdfs:label ?name }": "select",
    "# PREFIX x:\nPREFIX a: <http://a.example/#x>\nask { GRAPH MSCGG:findings { ?f ?p ?o } }": "ask",
    "CONSTRUCT { ?s rdfs:label ?o } WHERE { ?s rdfs:label ?o }": "graph",
    "DESCRIBE CL:0000134": "graph",
    "SELECT ?f FROM MSCGG:findings { ?f a mscgraph:Finding } ORDER BY ?f LIMIT 3": "select",
}


@pytest.fixture(scope="module")
def back(kg: KnowledgeGraph) -> KnowledgeGraph:
    """The shipped graph read back from RDF, which keeps no order of findings."""
    return mg.from_rdf(mg.to_rdf(kg))


@pytest.fixture(scope="module")
def memory(kg: KnowledgeGraph) -> Asker:
    return Asker(kg)


@pytest.fixture(scope="module")
def quads(kg: KnowledgeGraph) -> list[ox.Quad]:
    return to_quads(kg)


@pytest.fixture(scope="module")
def part(kg: KnowledgeGraph) -> KnowledgeGraph:
    return mg.keep_matching(kg, object="NK cell")


@pytest.fixture(scope="module")
def folder(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stores") / "mscgraph.store"
    assert set(mg.write_store(kg, path)) == {kg.prefixes.expand(graph.value) for graph in Graph}
    return path


@pytest.fixture(scope="module")
def local(folder: Path) -> LocalStore:
    return mg.open_store(folder)


@pytest.fixture(scope="module")
def server(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that was empty, loaded by the Graph Store Protocol."""
    with oxigraph(tmp_path_factory.mktemp("served")) as address:
        mg.put_graphs(kg, f"{address}/store")
        yield address


@pytest.fixture(scope="module")
def endpoint(server: str) -> Iterator[Endpoint]:
    with mg.open_endpoint(f"{server}/query") as opened:
        yield opened


def run(*arguments: str, text: str | None = None) -> Any:
    return CliRunner().invoke(main, arguments, input=text)


# -- queries ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS)
def test_stored_questions_are_answered_alike(
    memory: Asker, local: LocalStore, endpoint: Endpoint, question: str
) -> None:
    expected = memory.query(question)
    for store in (local, endpoint):
        found = store.query(question)
        assert found.columns == expected.columns
        assert sorted(found.rows, key=str) == sorted(expected.rows, key=str)
    assert expected.rows


@pytest.mark.parametrize(("sparql", "form"), FORMS.items())
def test_every_form_of_query_is_answered_alike(
    memory: Asker, local: LocalStore, endpoint: Endpoint, sparql: str, form: str
) -> None:
    expected = memory.query(sparql)
    assert expected.form == form
    assert local.query(sparql) == expected
    assert endpoint.query(sparql) == expected


def test_a_served_store_on_disk_can_still_be_read(
    folder: Path, part: KnowledgeGraph, quads: list[ox.Quad]
) -> None:
    with (
        oxigraph(folder, read_only=True) as address,
        mg.open_endpoint(f"{address}/query") as served,
    ):
        counts = mg.open_store(folder).counts()
        assert sum(counts.values()) == len(quads)
        assert served.query("ASK { ?f a mscgraph:Finding }").answer is True
        with pytest.raises(EndpointError, match=r"PUT of the graph direct .* answered 4"):
            mg.put_graphs(part, f"{address}/store")


def test_parameters_take_names_of_the_store(local: LocalStore, endpoint: Endpoint) -> None:
    for store in (local, endpoint):
        rows = store.query("csf-marker", parameters={"marker": "nf-l"}).rows
        assert rows == store.query("csf-marker", parameters={"marker": "HGNC:7739"}).rows
        with pytest.raises(NotFound):
            store.query("csf-marker", parameters={"marker": "nothing of the kind"})


@pytest.mark.parametrize("sparql", ["", "CLEAR ALL", "INSERT DATA { <a:a> <a:b> <a:c> }", "{}"])
def test_nothing_but_queries_is_sent(sparql: str) -> None:
    with mg.open_endpoint("http://127.0.0.1:1/query") as nowhere, pytest.raises(QueryError):
        nowhere.answer(sparql)


def test_a_query_that_does_not_parse_is_refused_with_the_servers_words(
    local: LocalStore, endpoint: Endpoint
) -> None:
    with pytest.raises(QueryError, match="does not parse"):
        local.query("SELECT * WHERE { ?s ?p }")
    with pytest.raises(EndpointError, match=r"SELECT at http://127.*answered 400, saying: .*error"):
        endpoint.query("SELECT * WHERE { ?s ?p }")


def test_the_default_graph_is_ours_unless_the_endpoints_own_is_asked(server: str) -> None:
    with mg.open_endpoint(f"{server}/query", own_default_graph=True) as own:
        assert own.query("ASK { ?f a mscgraph:Finding }").answer is False
        assert own.query("ASK { GRAPH MSCGG:findings { ?f a mscgraph:Finding } }").answer is True


# -- loading by SPARQL Update --------------------------------------------------------------------------


def held(address: str) -> set[ox.Quad]:
    """All that a server holds in named graphs."""
    with mg.open_endpoint(f"{address}/query", own_default_graph=True) as asked:
        found = asked.answer("SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
    assert isinstance(found, Solutions)
    return {ox.Quad(*row) for row in found.rows}


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that is loaded by SPARQL Update."""
    with oxigraph(tmp_path_factory.mktemp("updated")) as address:
        yield address


def test_an_update_leaves_what_was_loaded_and_nothing_else(
    kg: KnowledgeGraph, part: KnowledgeGraph, quads: list[ox.Quad], updated: str
) -> None:
    told = run("store", "load", "--endpoint", f"{updated}/update", "--update")
    assert told.exit_code == 0
    assert "graph/findings" in told.stdout
    assert held(updated) == set(quads)
    said: list[tuple[str, int]] = []
    counts = mg.put_graphs(
        part, f"{updated}/update", update=True, progress=lambda *one: said.append(one)
    )
    assert dict(said) == counts
    assert held(updated) == set(to_quads(part))


def test_what_a_text_holds_does_not_end_it(part: KnowledgeGraph, updated: str) -> None:
    one = next(iter(part.findings.values()))
    odd = 'a"b\\c \\u0041 {x} ?y <z> \n\t\r # $s \u2028 \U0001f600 ä'
    changed = part.findings | {one.id: one._replace(note=odd)}
    written = KnowledgeGraph(part.tables._replace(findings=changed))
    mg.put_graphs(written, f"{updated}/update", update=True)
    assert from_quads(held(updated), "the server").findings[one.id].note == odd


def test_a_blank_node_stays_one_node(
    part: KnowledgeGraph, updated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, link = ox.BlankNode(), ox.NamedNode("http://a.example/x")
    graph = ox.NamedNode(part.prefixes.expand(Graph.ONTOLOGY.value))
    names = [ox.NamedNode(f"http://a.example/{number}") for number in range(8)]
    chain = [ox.Quad(node, link, name, graph) for name in names]
    chain += [ox.Quad(name, link, node, graph) for name in names]
    chain += [ox.Quad(name, link, name, graph) for name in names]
    monkeypatch.setattr("mscgraph.sparql.loading.to_quads", lambda _: chain)
    monkeypatch.setattr("mscgraph.sparql.loading.BATCH", 3)
    assert sum(mg.put_graphs(part, f"{updated}/update", update=True).values()) == len(chain)
    found = held(updated)
    assert len(found) == len(chain)
    assert len({q.subject for q in found if isinstance(q.subject, ox.BlankNode)}) == 1


@pytest.mark.parametrize("broken", ["DROP", "INSERT", "MOVE"])
def test_an_update_that_breaks_off_replaces_nothing_before_the_last_request(
    kg: KnowledgeGraph, part: KnowledgeGraph, updated: str, broken: str
) -> None:
    """All requests reach a real server but one, which a full disk refuses."""
    import requests

    other = mg.keep_matching(kg, object="EDSS score")
    mg.put_graphs(part, f"{updated}/update", update=True)
    before, refused = held(updated), []

    def passed_on(request: Any) -> tuple[int, dict[str, str], bytes]:
        if request.body.startswith(broken.encode()) and (
            broken != "INSERT" or b"findings" in request.body
        ):
            refused.append(request.body)
            if len(refused) == 1:
                return 507, {}, b"the disk is full"
        reply = requests.post(
            f"{updated}/update", request.body, headers={"Content-Type": request.headers["Content-Type"]},
            timeout=30,
        )  # fmt: skip
        return reply.status_code, {}, reply.content

    with fake(passed_on) as url, pytest.raises(EndpointError) as caught:
        mg.put_graphs(other, url, update=True)
    assert "answered 507, saying: the disk is full" in str(caught.value)
    after = held(updated)
    if broken == "MOVE":
        assert "Whether some of the graphs were replaced is not known" in str(caught.value)
        assert before <= after  # this server ran nothing of it; what was loaded beside is still there
        mg.put_graphs(part, f"{updated}/update", update=True)
        assert held(updated) == before
    else:
        assert str(caught.value).endswith("Nothing was replaced.")
        assert after == before


def test_addresses_that_take_no_update_are_told(
    part: KnowledgeGraph, server: str, folder: Path
) -> None:
    for path in ("query", "store"):
        with pytest.raises(EndpointError, match=r"Update at .* answered 4.*Nothing was replaced"):
            mg.put_graphs(part, f"{server}/{path}", update=True)
    with oxigraph(folder, read_only=True) as address, pytest.raises(EndpointError, match="answered 4"):
        mg.put_graphs(part, f"{address}/update", update=True)
    assert run("store", "load", str(folder), "--update").exit_code == 2


# -- paths --------------------------------------------------------------------------------------------

CONDITIONS: tuple[dict[str, Any], ...] = (
    {"max_length": 4},
    {"max_length": 1},
    {"max_length": 2, "taxon": "human"},
    {"max_length": 1, "damping": 0.4},
    {"max_length": 3, "avoid": ["IDO1"], "since": 2012},
    {"max_length": 3, "via": ["PGE2"]},
    {"max_length": 3, "exact": True, "effect": "decrease", "min_grade": "C"},
    {"max_length": 3, "categories": ["protein"], "predicates": ["increases", "decreases"]},
)


@pytest.mark.parametrize("conditions", CONDITIONS)
def test_paths_are_those_of_the_whole_graph(
    back: KnowledgeGraph, local: LocalStore, conditions: dict[str, Any]
) -> None:
    names = sorted({edge.target for edge in back.walkable})
    chosen = random.Random(str(conditions)).sample(names, 1)
    for source, target in (("IDO1", "Treg"), ("MSC", chosen[0]))[conditions["max_length"] > 2 :]:
        found = local.find_paths(source, target, **conditions)
        expected = mg.find_paths(back, source, target, **conditions).to_dict()
        assert found.to_dict() == expected | {"nearest": []}  # of those a store is asked nothing


def test_paths_over_the_wire_are_the_same(
    kg: KnowledgeGraph, back: KnowledgeGraph, endpoint: Endpoint
) -> None:
    found = endpoint.find_paths("MSC", "EAE", effect="decrease", max_length=3)
    expected = mg.find_paths(kg, "MSC", "EAE", effect="decrease", max_length=3)
    assert (
        found.to_dict() == mg.find_paths(back, "MSC", "EAE", effect="decrease", max_length=3).to_dict()
    )
    assert found.verdict == expected.verdict
    assert [path.entities for path in found.paths] == [path.entities for path in expected.paths]
    assert [path.cost for path in found.paths] == [path.cost for path in expected.paths]
    assert any(step.association.disputing for path in found.paths for step in path.steps)


class Cutting(Asked):
    """A store in memory whose server cuts long answers and says so nowhere."""

    place = "the cutting store"

    def __init__(self, quads: list[ox.Quad], most: int) -> None:
        super().__init__()
        self.store, self.most, self.asked = ox.Store(), most, 0
        self.store.bulk_extend(quads)

    def answer(self, sparql: str, limits: object = None) -> Any:
        self.asked += 1
        found = ask_store(lambda: self.store, sparql, self.prefixes)
        return found._replace(rows=found.rows[: self.most]) if isinstance(found, Solutions) else found


def test_answers_that_are_cut_short_are_asked_again_in_parts(
    quads: list[ox.Quad], back: KnowledgeGraph
) -> None:
    found = Cutting(quads, 400).find_paths("IDO1", "Treg", max_length=2)
    expected = mg.find_paths(back, "IDO1", "Treg", max_length=2).to_dict()
    assert found.to_dict() == expected | {"nearest": []}
    with pytest.raises(EndpointError, match=r"gave 5 of .* rows: it cuts"):
        Cutting(quads, 5).find_paths("IDO1", "Treg", max_length=2)


def test_a_flag_that_a_server_writes_as_1_stays_set(quads: list[ox.Quad], back: KnowledgeGraph) -> None:
    def rewritten(quad: ox.Quad) -> ox.Quad:
        if not isinstance(quad.object, ox.Literal) or quad.object.value != "true":
            return quad
        return ox.Quad(quad.subject, quad.predicate, ox.Literal("1", datatype=quad.object.datatype))

    assert any(finding.readout for finding in back.findings.values())
    assert from_quads([rewritten(quad) for quad in quads], "a server") == back


def test_too_much_between_is_said(local: LocalStore) -> None:
    with pytest.raises(EndpointError, match="More than 20 relations"):
        local.find_paths("MSC", "EAE", largest=20)
    with pytest.raises(ValueError, match="max_length is 9"):
        local.find_paths("MSC", "EAE", max_length=9)


def test_names_that_only_the_store_knows(kg: KnowledgeGraph) -> None:
    quads: list[ox.Quad] = []
    label, kind = kg.prefixes.expand("rdfs:label"), kg.prefixes.expand("rdf:type")
    entity = ox.NamedNode(kg.prefixes.expand("mscgraph:Entity"))
    for number in (1, 2):
        node = ox.NamedNode(kg.prefixes.expand(f"HGNC:99999{number}"))
        quads += [
            ox.Quad(node, ox.NamedNode(kind), entity),
            ox.Quad(node, ox.NamedNode(label), ox.Literal('Twin "quoted"' if number == 1 else "Other")),
            ox.Quad(node, ox.NamedNode(kg.prefixes.expand("skos:altLabel")), ox.Literal("both")),
        ]
    store = Cutting(quads, 10_000)
    assert store.entity('tWIN "Quoted"').id == "HGNC:999991"
    assert store.entity("HGNC:999992").name == "Other"
    with pytest.raises(AmbiguousName):
        store.entity("both")
    with pytest.raises(NotFound):
        Cutting([], 10).entity("MSC")


# -- the store on disk ----------------------------------------------------------------------------------


def test_a_store_is_written_whole_or_not_at_all(
    kg: KnowledgeGraph, part: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "s"
    mg.write_store(part, target)
    before = mg.open_store(target).counts()

    class Full:
        def __or__(self, _: object) -> dict[str, object]:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("mscgraph.sparql.local.FORMAT", Full())
    with pytest.raises(OutputError, match="No space left"):
        mg.write_store(part, target)
    monkeypatch.undo()
    assert mg.open_store(target).counts() == before
    assert [path.name for path in tmp_path.iterdir()] == ["s"]
    mg.write_store(mg.keep_matching(kg, object="Treg"), target)
    assert mg.open_store(target).counts() != before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    with pytest.raises(OutputError, match="did not write"):
        mg.write_store(part, tmp_path / "mine")


def test_what_is_no_store_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no Oxigraph store is here"):
        mg.open_store(tmp_path / "missing")
    assert not (tmp_path / "missing").exists()
    (tmp_path / "CURRENT").write_text("nonsense")
    with pytest.raises(DataError, match="damaged"):
        mg.open_store(tmp_path)
    (tmp_path / "mscgraph-store.json").write_text('{"version": 2}')
    with pytest.raises(DataError, match="version 2"):
        mg.open_store(tmp_path)
    (tmp_path / "mscgraph-store.json").write_text("[")
    with pytest.raises(DataError, match="damaged"):
        mg.open_store(tmp_path)


# -- the command line -----------------------------------------------------------------------------------


def test_the_commands(kg: KnowledgeGraph, tmp_path: Path) -> None:
    target = str(tmp_path / "a store")
    assert "triples" in run("store", "load", target).stdout
    asked = run("store", "query", target, "--name", "csf-marker", "--set", "marker=NF-L", "--json")
    assert json.loads(asked.stdout)["rows"]
    assert run("store", "query", target, "-", text="ASK { ?f a mscgraph:Finding }").stdout == "yes\n"
    info = run("store", "serve-info", target)
    assert f"oxigraph serve-read-only --location '{target}'" in info.stdout
    assert json.loads(run("store", "serve-info", target, "--json").stdout)["triples"]
    assert run("store", "load").exit_code == 2
    assert run("store", "query", target).exit_code == 2
    assert run("query", "--name", "conflicts", "--own-default-graph").exit_code == 2
    assert run("store", "query", str(tmp_path), "--name", "conflicts").exit_code == 1


def test_the_commands_on_an_endpoint(server: str) -> None:
    assert "graph/findings" in run("store", "load", "--endpoint", f"{server}/store").stdout
    url = f"{server}/query"
    asked = run("query", "-", "--endpoint", url, text="SELECT ?n { CL:0000134 rdfs:label ?n }")
    assert asked.stdout == "n\nMSC\n"
    arguments = ("paths", "IDO1", "Treg", "--max-length", "2", "--endpoint", url)
    assert "IDO1" in run(*arguments).stdout
    wrong = run("store", "load", "--endpoint", url)
    assert wrong.exit_code == 1
    assert "PUT of the graph direct at" in wrong.stderr
    assert "Nothing was replaced before it" in wrong.stderr


def test_a_load_that_stops_halfway_says_what_was_replaced(part: KnowledgeGraph) -> None:
    def third(request: Any) -> tuple[int, dict[str, str], bytes]:
        return (507, {}, b"the disk is full") if "graph%2Ffindings" in request.path else (204, {}, b"")

    with fake(third) as url, pytest.raises(EndpointError) as caught:
        mg.put_graphs(part, url)
    assert "answered 507, saying: the disk is full" in str(caught.value)
    assert "Replaced before it: direct, associations; load again." in str(caught.value)
    assert caught.value.status == 507
