"""The review page: a small server on this machine alone, for one person, that shows rows and signs them.

It needs no extra and shares nothing with ``mscgraph.serve``, which is read-only and open to other pages;
this one writes. It listens on loopback, and answers only who knows the token in its address, asks it by
that address and, to change anything, sends from its own page.
"""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from mscgraph.curate.fetching import fetch
from mscgraph.curate.reviewing import checked_orcid, mend, review, review_row, sentence_of, withdraw
from mscgraph.errors import MscGraphError
from mscgraph.graph import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mscgraph.curate.services.client import Services

_ASSETS = Path(__file__).parent / "assets"
_FILES = {
    "": ("review.html", "text/html; charset=utf-8"),
    "review.js": ("review.js", "text/javascript; charset=utf-8"),
    "review.css": ("review.css", "text/css; charset=utf-8"),
}
_DONE = {"accept": "accepted", "mend": "mended", "reject": "rejected"}
_LARGEST = 1 << 16  # bytes of one request
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src "
    "'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class ReviewServer:
    """Serves the review of some rows of a folder, in that order, by one person, until it is closed.

    The sentences come from ``services``. Port 0 is any that is free.
    """

    def __init__(
        self, folder: Path, findings: Sequence[str], orcid: str, services: Services, *, port: int = 0
    ) -> None:
        self.folder = folder
        self.findings = list(findings)
        self.orcid = checked_orcid(orcid)
        self.services = services
        self.token = secrets.token_urlsafe(24)
        handler = type("Handler", (_Handler,), {"page": self})
        # With threads: browsers open connections ahead, and say nothing on them.
        self.server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.turn = Lock()
        self.done: dict[str, str] = {}

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def address(self) -> str:
        """The address to open; who knows it may sign."""
        return f"{self.origin}/{self.token}/"

    def run(self) -> None:
        """Serve until interrupted or shut down."""
        try:
            self.server.serve_forever(0.1)
        except KeyboardInterrupt:
            pass
        finally:
            self.server.server_close()

    # -- what is asked for --------------------------------------------------------------------------

    @cached_property
    def names(self) -> list[list[str]]:
        """The ids of all entities with their names."""
        return [[entity.id, entity.name] for entity in load(self.folder).entities.values()]

    def read(self, path: str) -> Any:
        """What a page may read; None where nothing is there."""
        if path == "rows":
            return {"orcid": self.orcid, "rows": [[key, self.done.get(key, "")] for key in self.findings],
                    "entities": self.names}  # fmt: skip
        kg = load(self.folder)  # as its tables are now
        key = path.removeprefix("rows/")
        if key not in self.findings or key not in kg.findings:
            return None
        finding = kg.findings[key]
        row = review_row(kg, finding) | {"done": self.done.get(key, ""), "text": None, "fault": ""}
        try:
            sections = fetch(self.services, kg.publications[finding.publication]).sections
        except MscGraphError as error:
            return row | {"fault": str(error)}
        found = sentence_of(kg, finding, sections)
        fault = "The sentence is not in the text that was fetched." if finding.anchor else "No anchor."
        return row | ({"text": found} if found else {"fault": fault})

    def act(self, path: str, given: dict[str, Any]) -> str:
        """Do what a person decided about a row, and return it in a word."""
        _, key, what = [*path.split("/"), "", ""][:3]
        if key not in self.findings or what not in _DONE:
            return ""
        if what == "accept":
            review(self.folder, key, self.orcid)
        elif what == "mend":
            cells = given.get("cells", {})
            mend(self.folder, key, {str(name): str(value) for name, value in cells.items()})
        else:
            withdraw(self.folder, key, str(given.get("reason", "")), str(given.get("into", "")))
        self.done[key] = _DONE[what]
        return self.done[key]


class _Handler(BaseHTTPRequestHandler):
    page: ReviewServer
    timeout = 30

    def do_GET(self) -> None:
        if (path := self.below()) in _FILES:
            name, media = _FILES[path]
            self.answer(200, (_ASSETS / name).read_bytes(), media)
        elif path is not None:
            self.tried(lambda: self.page.read(path))

    def do_POST(self) -> None:
        if (path := self.below()) is None:
            return None
        sent = self.headers.get("Origin") == self.page.origin
        if not sent or self.headers.get_content_type() != "application/json":
            return self.answer(403, b"only the page itself may change anything")
        size = self.headers.get("Content-Length", "")
        if not size.isdecimal() or int(size) > _LARGEST:
            return self.answer(413, b"too large")
        given: Any = None
        with suppress(ValueError, RecursionError):
            given = json.loads(self.rfile.read(int(size)))
        if not isinstance(given, dict) or not isinstance(given.get("cells", {}), dict):
            return self.answer(400, b"no JSON object")
        return self.tried(lambda: {"done": done} if (done := self.page.act(path, given)) else None)

    def below(self) -> str | None:
        """The path below the token; None where it was refused."""
        _, token, path = [*self.path.split("/", 2), "", ""][:3]
        host = self.headers.get("Host") == self.page.origin.removeprefix("http://")
        if host and secrets.compare_digest(token.encode(), self.page.token.encode()):
            return path
        self.answer(404, b"nothing here")
        return None

    def tried(self, make: Callable[[], Any]) -> None:
        """Answer with JSON, or with the sentence of an error of ours."""
        try:
            with self.page.turn:  # one after another
                status, value = 200, make()
            if value is None:
                status, value = 404, {"error": "No such row is under review."}
        except MscGraphError as error:
            status, value = 409, {"error": str(error)}
        self.answer(status, json.dumps(value, ensure_ascii=False).encode(), "application/json")

    def answer(self, status: int, body: bytes, media: str = "text/plain") -> None:
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the address holds the token."""
