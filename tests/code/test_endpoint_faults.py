"""Endpoints that answer amiss, or not at all; and credentials, which show nowhere."""

import base64
import gzip
import logging
import os
import re
import socket
import traceback
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.errors import EndpointError, MissingExtra
from mscgraph.sparql import http
from tests.code.endpoints import Answer, fake

JSON = {"Content-Type": "application/sparql-results+json"}
YES = (200, JSON, b'{"head": {}, "boolean": true}')
ASK = "ASK { ?s ?p ?o }"
SELECT = "SELECT ?s { ?s ?p ?o }"
USER, SECRET = "somebody-known", "pass word/Geheim&ß"
TOKEN = "tok.en-0123456789"


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No credentials and no proxy from outside."""
    for name in list(os.environ):
        if name.startswith("MSCGRAPH_ENDPOINT_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NETRC", str(tmp_path / "no-netrc"))


def asked(url: str, sparql: str = ASK, timeout: float = 20) -> Any:
    with mg.open_endpoint(url, timeout=timeout) as endpoint:
        return endpoint.answer(sparql)


def fault(url: str, sparql: str = ASK, timeout: float = 20) -> str:
    with pytest.raises(EndpointError) as caught:
        asked(url, sparql, timeout)
    assert caught.value.__cause__ is None
    return str(caught.value)


@pytest.fixture(scope="module")
def small(kg: mg.KnowledgeGraph) -> mg.KnowledgeGraph:
    return mg.keep_matching(kg, object="NK cell", predicate="has_no_effect_on")


# -- faults -------------------------------------------------------------------------------------------

HTML = b"<html><style>p {}</style><body><h1>Welcome &amp; log\nin</h1></body></html>"
TRUNCATED = b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "uri", "val'
FAULTS: dict[str, tuple[Answer, str]] = {
    "a page": ((200, {"Content-Type": "text/html; charset=utf-8"}, HTML),
               "text/html where results were asked for.*begins: Welcome & log in$"),
    "no type": ((200, {}, b"hello"), "no media type where"),
    "other type": ((200, {"Content-Type": "text/turtle"}, b"<a:a> <a:b> <a:c> ."), "text/turtle where"),
    "truncated": ((200, JSON, TRUNCATED), "results that are broken or break off"),
    "empty": ((200, JSON, b""), "results that are broken"),
    "ask's answer": (YES, "results of another form of query"),
    "cut off": ((200, JSON | {"Content-Length": "900"}, TRUNCATED), "the answer broke off"),
    "bad gzip": ((200, JSON | {"Content-Encoding": "gzip"}, b"no gzip"), "broke off or is damaged"),
    "unauthorised": ((401, {}, b""), "answered 401. Set MSCGRAPH_ENDPOINT_USER"),
    "forbidden": ((403, {}, b""), "answered 403. Whoever asks"),
    "not found": ((404, {}, b"nope"), "answered 404, saying: nope Nothing is at"),
    "an error": ((500, {}, b"no\x1b[31m" + b"y" * 999), r"answered 500, saying: no \[31my*…$"),
    "busy": ((503, {}, b""), "answered 503. It is busy"),
    "moved nowhere": ((302, {}, b""), "answered 302"),
    "moved away": ((302, {"Location": "ftp://x.example/?k=v"}, b""), "to ftp://x.example/, which"),
    "moved with a password": ((307, {"Location": "http://u:pw@x.ex/"}, b""), "to http://x.ex/, which"),
    "moved in a circle": ((307, {"Location": "/"}, b""), "redirected more than 5 times"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_says_what_was_asked_and_what_came_back(name: str) -> None:
    answer, expected = FAULTS[name]
    with fake(lambda _: answer) as url:
        said = fault(f"{url}/sparql?apikey=s3cret-in-address", SELECT)
    assert said.startswith(f"SELECT at {url}/")
    assert re.search(expected, said)
    assert "s3cret" not in said
    assert "pw" not in said
    assert said.isprintable()


UPDATE_FAULTS = {
    "a page for everything": (
        (200, {"Content-Type": "text/html"}, HTML),
        "takes what is no update for one",
    ),
    "not found": ((404, {}, HTML), "answered 404, saying: .*Nothing is at that address"),
    "no such method": ((405, {}, b""), "answered 405. That address does not take this"),
    "no such text": ((415, {}, b""), "answered 415. That address does not take this"),
    "not built": ((501, {}, b""), "answered 501. That address does not take this"),
    "unauthorised": ((401, {}, b""), "answered 401. Set MSCGRAPH_ENDPOINT_USER"),
    "read only": ((403, {}, b"read only"), "answered 403, saying: read only Whoever asks"),
    "moved": ((307, {"Location": "/elsewhere"}, b""), "/elsewhere, which is not followed"),
}


@pytest.mark.parametrize("name", UPDATE_FAULTS)
def test_a_fault_of_an_update_says_so_and_that_nothing_was_replaced(
    name: str, small: mg.KnowledgeGraph
) -> None:
    answer, expected = UPDATE_FAULTS[name]
    with fake(lambda _: answer) as url, pytest.raises(EndpointError) as caught:
        mg.put_graphs(small, f"{url}/update?apikey=s3cret-in-address", update=True)
    said = str(caught.value)
    assert said.startswith(f"Update at {url}/update: ")
    assert re.search(expected, said)
    assert said.endswith("Nothing was replaced.")
    assert "s3cret" not in said


def test_a_slow_update_is_given_up(small: mg.KnowledgeGraph) -> None:
    with (
        fake(lambda _: None) as url,
        pytest.raises(EndpointError, match=r"no answer within 0.2 s.*Nothing"),
    ):
        mg.put_graphs(small, url, update=True, timeout=0.2)


def test_a_slow_answer_is_given_up() -> None:
    with fake(lambda _: None) as url:
        assert "no answer within 0.2 s" in fault(url, timeout=0.2)


def test_who_is_not_there_is_told() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/query"
        assert f"ASK at {url}: cannot be reached" in fault(url)
    assert "cannot be reached" in fault("http://no-such-host.invalid/query")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "query",
        "ftp://a.example/",
        "http://",
        "http://[::1/",
        "http://a:b/",
        "http://a b/",
        "file:///x",
    ],
)
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(EndpointError, match="address is none"):
        mg.open_endpoint(url)


def test_results_in_other_formats_are_read() -> None:
    xml = b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>true</boolean></sparql>'
    with fake(lambda _: (200, {"Content-Type": "application/sparql-results+xml"}, xml)) as url:
        assert asked(url) is True
    virtuoso = (
        b'{"head": {"vars": ["__ASK_RETVAL"]}, "results": {"bindings": [{"__ASK_RETVAL": {"type": '
        b'"typed-literal", "datatype": "http://www.w3.org/2001/XMLSchema#integer", "value": "0"}}]}}'
    )
    with fake(lambda _: (200, JSON, virtuoso)) as url:
        assert asked(url) is False
    packed = JSON | {"Content-Encoding": "gzip"}
    with fake(lambda _: (200, packed, gzip.compress(YES[2]))) as url:
        assert asked(url) is True


LITERAL = '{"s": {"type": "literal", "datatype": "http://www.w3.org/2001/XMLSchema#%s", "value": "%s"}}'
NUMBERS = {
    "6": "P6M", "12": "P1Y", "18": "P1Y6M", "1800.0": "PT30M", "7200.0": "PT2H", "90061.0": "P1DT1H1M1S",
    "2.90304e+07": "P336D", "8.64086e+08": "8.64086e+08", "0": "0", "P7D": "P7D",
}  # fmt: skip


def test_flags_and_durations_are_read_in_their_usual_form() -> None:
    def as_xml(value: str) -> bytes:
        literal = f'<literal datatype="http://www.w3.org/2001/XMLSchema#duration">{value}</literal>'
        return (
            '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="s"/></head>'
            f'<results><result><binding name="s">{literal}</binding></result></results></sparql>'
        ).encode()

    accepted: list[str] = []

    def reply(request: Any, kind: str, value: str) -> Answer:
        accepted.append(request.headers["Accept"])
        if "json" not in accepted[-1]:
            return 200, {"Content-Type": "application/sparql-results+xml"}, as_xml(value)
        # in JSON 1800 is half an hour or 150 years
        body = '{"head": {"vars": ["s"]}, "results": {"bindings": [%s]}}'
        shown = value.removesuffix(".0")
        return 200, JSON, (body % (LITERAL % (kind, shown))).encode()

    for number, expected in NUMBERS.items():
        accepted.clear()
        with fake(lambda request, number=number: reply(request, "duration", number)) as url:  # type: ignore[misc]
            assert asked(url, SELECT).rows[0][0].value == expected
        assert len(accepted) == 1 + (number != "P7D")
    with fake(lambda request: reply(request, "boolean", "1")) as url:
        assert str(asked(url, SELECT).rows[0][0]).startswith('"true"')
    triple = b'<a:a> <a:b> "1800.0"^^<http://www.w3.org/2001/XMLSchema#duration> .'
    with fake(lambda _: (200, {"Content-Type": "application/n-triples"}, triple)) as url:
        assert asked(url, "CONSTRUCT WHERE { ?s ?p ?o }")[0].object.value == "PT30M"


def test_distinct_rows_are_given_once() -> None:
    row = '{"s": {"type": "uri", "value": "http://a.example/"}}'
    body = f'{{"head": {{"vars": ["s"]}}, "results": {{"bindings": [{row}, {row}]}}}}'
    with fake(lambda _: (200, JSON, body.encode())) as url:
        assert len(asked(url, SELECT).rows) == 2
        assert len(asked(url, "PREFIX a: <a:a>\nselect distinct ?s { ?s ?p ?o }").rows) == 1


@pytest.mark.parametrize(
    ("sparql", "accept"),
    [
        (ASK, "application/sparql-results+json"),
        (SELECT, "application/sparql-results+json"),
        ("PREFIX select: <a:ask> # select\nCONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples"),
        ("BASE <http://a.example/>describe <a>", "application/n-triples"),
    ],
)
def test_the_accept_header_is_that_of_the_form(sparql: str, accept: str) -> None:
    seen = []
    with fake(lambda request: seen.append(request.headers["Accept"]) or (404, {}, b"")) as url:
        fault(url, sparql)
    assert seen[0].startswith(accept)


def test_without_requests_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "requests", None)
    with pytest.raises(MissingExtra, match=r"mscgraph\[endpoint\]"):
        mg.open_endpoint("http://127.0.0.1/query")


# -- credentials --------------------------------------------------------------------------------------


@pytest.fixture(params=["basic", "digest", "bearer", "netrc"])
def scheme(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Somebody who asks, in each of the ways."""
    if request.param == "bearer":
        monkeypatch.setenv("MSCGRAPH_ENDPOINT_TOKEN", TOKEN)
    elif request.param == "netrc":
        (tmp_path / "netrc").write_text(f'machine 127.0.0.1 login {USER} password "{SECRET}"\n')
        (tmp_path / "netrc").chmod(0o600)
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    else:
        monkeypatch.setenv("MSCGRAPH_ENDPOINT_USER", USER)
        monkeypatch.setenv("MSCGRAPH_ENDPOINT_PASSWORD", SECRET)
        monkeypatch.setenv("MSCGRAPH_ENDPOINT_AUTH", request.param)
    return str(request.param)


BASIC = base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
CHALLENGE = {"WWW-Authenticate": 'Digest realm="here", nonce="abc", qop="auth", algorithm=MD5'}


def signed(scheme: str, header: str | None) -> bool:
    if scheme == "digest":
        return (header or "").startswith(f'Digest username="{USER}"')
    return header == (f"Bearer {TOKEN}" if scheme == "bearer" else f"Basic {BASIC}")


def guarded(scheme: str, answer: Answer) -> Any:
    def reply(request: Any) -> Answer:
        header = request.headers["Authorization"]
        return answer if signed(scheme, header) else (401, CHALLENGE, b"")

    return reply


def test_each_scheme_signs(scheme: str, small: mg.KnowledgeGraph) -> None:
    with fake(guarded(scheme, YES)) as url:
        assert asked(url) is True
        assert asked(f"{url}/again") is True
    with fake(guarded(scheme, (201, {}, b""))) as url:
        assert len(mg.put_graphs(small, url)) == 5

    def updates(request: Any) -> Answer:
        return (
            (204, {}, b"")
            if request.body.split()[0] in {b"DROP", b"INSERT", b"MOVE"}
            else (400, {}, b"")
        )

    with fake(lambda request: guarded(scheme, updates(request))(request)) as url:
        assert len(mg.put_graphs(small, url, update=True)) == 5


def shown(error: BaseException, log: pytest.LogCaptureFixture, *more: object) -> str:
    text = "".join(traceback.format_exception(error))
    return "\n".join([text, repr(error), str(error), log.text, *map(str, more), *map(repr, more)])


def assert_hidden(text: str) -> None:
    for secret in (USER, SECRET, TOKEN, BASIC, "Geheim", "%2FGeheim"):
        assert secret not in text


def echo(request: Any, scheme: str) -> bytes:
    """A server tells back all that it was told, and in other forms."""
    told = TOKEN if scheme == "bearer" else f"{USER} {SECRET} pass%20word%2FGeheim%26%C3%9F {BASIC}"
    return f"{told} {request.headers} ".encode() * 3


@pytest.mark.parametrize(
    "kind", ["500", "401", "html", "broken", "slow", "circle", "away", "gone", "put", "update"]
)
def test_no_fault_shows_a_credential(
    scheme: str, kind: str, small: mg.KnowledgeGraph, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def reply(request: Any) -> Answer | None:
        header = request.headers["Authorization"]
        if not signed(scheme, header) and kind != "401":
            return 401, CHALLENGE, b""
        body = echo(request, scheme)
        given = TOKEN if scheme == "bearer" else USER
        away = {"Location": f"ftp://{given}@a.example/{given}?{given}"}
        told: dict[str, Answer | None] = {
            "500": (500, {}, body), "401": (401, {}, body), "broken": (200, JSON, body),
            "html": (200, {"Content-Type": "text/html"}, b"<p>" + body), "slow": None,
            "circle": (307, {"Location": "/"}, body), "away": (307, away, body), "put": (507, {}, body),
            "update": (507, {}, body),
        }  # fmt: skip
        return told[kind]

    url = "http://no-such-host.invalid/"
    with fake(reply) as here:
        url = url if kind == "gone" else here
        endpoint = mg.open_endpoint(url, timeout=0.3 if kind == "slow" else 20)
        put = partial(mg.put_graphs, small, update=kind == "update")
        with endpoint, pytest.raises(EndpointError) as caught:
            put(url) if kind in {"put", "update"} else endpoint.answer(SELECT)
        said = shown(caught.value, caplog, endpoint, endpoint.client, endpoint.client.credentials)
        assert_hidden(said)
        if kind not in {"put", "update"}:
            assert_hidden(CliRunner().invoke(main, ["query", "-", "--endpoint", url], input=" ").output)


def test_another_host_is_asked_without_credentials(scheme: str) -> None:
    seen: list[str | None] = []

    def other(request: Any) -> Answer:
        seen.append(request.headers["Authorization"])
        assert SELECT.replace(" ", "+").encode()[:6] in request.body
        return 401, CHALLENGE, b""

    # Another port is another host here, though netrc knows the machine.
    with fake(other) as there:
        home = {"Location": f"{there}/query"}
        with fake(guarded(scheme, (307, home, b""))) as url:
            assert f"SELECT at {there}/query: the server answered 401" in fault(url, SELECT)
    assert seen == [None]


def test_writing_follows_no_redirect(small: mg.KnowledgeGraph) -> None:
    with (
        fake(lambda _: (307, {"Location": "/elsewhere"}, b"")) as url,
        pytest.raises(EndpointError) as caught,
    ):
        mg.put_graphs(small, url)
    assert "/elsewhere, which is not followed" in str(caught.value)


def test_an_address_with_a_password_is_refused_unshown() -> None:
    url = f"http://{USER}:{TOKEN}@127.0.0.1:1/query"
    for arguments in (
        ["query", "--name", "conflicts", "--endpoint", url],
        ["paths", "MSC", "Treg", "--endpoint", url],
        ["store", "load", "--endpoint", url],
    ):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 1
        assert "MSCGRAPH_ENDPOINT_PASSWORD" in result.stderr
        assert_hidden(result.output)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"USER": USER}, "PASSWORD is not set"),
        ({"PASSWORD": SECRET}, "USER is not set"),
        ({"USER": USER, "PASSWORD": SECRET, "TOKEN": TOKEN}, "keep one way"),
        ({"USER": USER, "PASSWORD": SECRET, "AUTH": TOKEN}, "neither basic nor digest"),
        ({"USER": USER, "PASSWORD": f"{SECRET}\r\nX: y"}, "PASSWORD holds a line break"),
        ({"TOKEN": f"{TOKEN}\n{TOKEN}"}, "TOKEN holds a line break"),
        ({"TOKEN": f"{TOKEN}ß"}, "TOKEN holds a letter"),
    ],
)
def test_variables_that_cannot_be_are_told_unshown(given: dict[str, str], expected: str) -> None:
    environment = {f"MSCGRAPH_ENDPOINT_{name}": value for name, value in given.items()}
    with pytest.raises(EndpointError, match=expected) as caught:
        http.find_credentials("http://127.0.0.1/", environment)
    assert_hidden(str(caught.value))


def test_nobody_signs_nothing() -> None:
    seen: list[str | None] = []
    with fake(lambda request: seen.append(request.headers["Authorization"]) or YES) as url:
        assert asked(url) is True
    assert seen == [None]


def test_a_manifest_holds_no_credential(scheme: str, small: mg.KnowledgeGraph, tmp_path: Path) -> None:
    mg.write_store(small, tmp_path / "s")
    assert_hidden((tmp_path / "s" / "mscgraph-store.json").read_text())
