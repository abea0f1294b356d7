"""An endpoint that drips, never ends, nests or sends pages made to be slow: an error within the timeout."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.sparql.http import Client
from mscgraph.web import WebReply

JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nConnection: close\r\n\r\n"
HEAD = b'{"head":{"vars":["x"]},"results":{"bindings":'
DEEP = 200_000
HTML = {"Content-Type": "text/html"}


def drip(connection: socket.socket, what: bytes, stop: threading.Event) -> None:
    while not stop.wait(0.05):
        connection.sendall(what)


def head_drips(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-A: ")
    drip(connection, b"a", stop)


def body_drips(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(JSON)
    drip(connection, b" ", stop)


def never_ends(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(JSON)
    while not stop.is_set():
        connection.sendall(b" " * (1 << 20))


def nests(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(JSON + HEAD + b"[" * DEEP)


def half_a_character(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(JSON + HEAD + b'[{"x":{"type":"literal","value":"\\ud800"}}]}}')


@pytest.fixture
def served() -> Iterator[Callable[[Callable[..., None]], str]]:
    stop = threading.Event()
    listening = []

    def serve(answer: Callable[..., None]) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        listening.append(server)

        def run() -> None:
            try:
                connection, _ = server.accept()
                with connection:
                    connection.recv(1 << 16)
                    answer(connection, stop)
            except OSError:
                pass  # who asked has gone

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{server.getsockname()[1]}/query"

    yield serve
    stop.set()
    for server in listening:
        server.close()


@pytest.mark.parametrize("answer", [head_drips, body_drips, never_ends, nests, half_a_character])
def test_it_is_an_error_in_time(answer, served, kg: mg.KnowledgeGraph) -> None:
    failed: list[type[BaseException]] = []

    def ask() -> None:
        with mg.open_endpoint(served(answer), timeout=1, kg=kg) as endpoint:
            try:
                endpoint.query("SELECT ?x { ?x ?p ?o }")
            except Exception as error:
                failed.append(
                    type(error)
                )  # an error itself would hold what Oxigraph lets no other thread end

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(60)
    assert failed == [mg.EndpointError]


@pytest.mark.parametrize("command", ["paths MSC Treg", "query --name conflicts", "store load"])
def test_every_command_that_asks_has_a_time_limit(command: str, served) -> None:
    url = served(body_drips)
    done = CliRunner().invoke(main, [*command.split(), "--time-limit", "1", "--endpoint", url])
    assert done.exit_code == 1
    assert "no answer within 1 s. Ask for less, or allow more time." in done.stderr


@pytest.mark.parametrize("page", ["<script", "<", "<script></script ", "&#", "<style><", "<!--"])
def test_a_page_is_cleaned_in_one_pass(page: str) -> None:
    client = Client("http://127.0.0.1:1/x", timeout=1)
    words = {}
    for size in (1 << 14, 1 << 20):
        reply = WebReply(200, HTML, (page * (size // len(page))).encode())
        begun = time.process_time()
        client.words(reply)
        words[size] = time.process_time() - begun
    # 64 times the text: quadratic cleaning takes 4,096 times as long, hours for some of these
    assert words[1 << 20] < 1000 * max(words[1 << 14], 0.001)


def test_a_page_in_words() -> None:
    client = Client("http://127.0.0.1:1/x", timeout=1)
    page = b"<html><style>a { b }</style><script>if (a < b) { x }</script><b>It</b> is &lt;down&gt;.<br"
    assert client.words(WebReply(200, HTML, page)) == "It is <down>."
