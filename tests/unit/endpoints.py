"""Endpoints on loopback for tests: Oxigraph's own server, and small ones that answer amiss."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

DEADLINE = 30


@contextlib.contextmanager
def oxigraph(folder: Path, *, read_only: bool = False) -> Iterator[str]:
    """A running server's address; it is ready when its port answers."""
    beside = Path(sys.executable).with_name("oxigraph")
    program = str(beside) if beside.exists() else shutil.which("oxigraph")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("the oxigraph program is not installed, and under CI=true that is a failure")
        pytest.skip("the oxigraph program is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = "serve-read-only" if read_only else "serve"
    server = subprocess.Popen(
        [program, command, "--location", str(folder), "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + DEADLINE
        while True:
            assert server.poll() is None, "the server ended"
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert time.monotonic() < until, "the server does not answer"
            threading.Event().wait(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(DEADLINE)


Answer = tuple[int, dict[str, str], bytes]


@contextlib.contextmanager
def fake(answer: Callable[[Any], Answer | None]) -> Iterator[str]:
    """A server that answers each request as told; None keeps it waiting until the server ends."""
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told = answer(self)
            if told is None:
                closing.wait(DEADLINE)
                return
            status, headers, body = told
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        do_PUT = do_GET = do_POST  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
