"""Endpoints on loopback for tests: Oxigraph's own server, Virtuoso, and small ones that answer amiss."""

import contextlib
import gc
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


def installed(program: str) -> str:
    """Where a server's program is; without it the test skips, and under CI=true it fails."""
    beside = Path(sys.executable).with_name(program)
    found = str(beside) if beside.exists() else shutil.which(program)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"the {program} program is not installed, and under CI=true that is a failure")
        pytest.skip(f"the {program} program is not installed")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    """Return as soon as a server's port answers."""
    until = time.monotonic() + DEADLINE
    while True:
        assert server.poll() is None, "the server ended"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert time.monotonic() < until, "the server does not answer"
        threading.Event().wait(0.02)


@contextlib.contextmanager
def oxigraph(folder: Path, *, read_only: bool = False) -> Iterator[str]:
    """A running server's address; it is ready when its port answers."""
    program, port = installed("oxigraph"), free_port()
    command = "serve-read-only" if read_only else "serve"
    server = subprocess.Popen(
        [program, command, "--location", str(folder), "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(DEADLINE)


# Small buffers, one thread a query, no checkpoints by the clock. The optimizer tries few of the plans that
# it tries by default: it compiles the stored questions in less than half the time.
VIRTUOSO_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 10
ThreadsPerQuery = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CheckpointInterval = 0
MaxOptimizeLayouts = 30
CaseMode = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 100000
"""


class Virtuoso:
    """A Virtuoso of its own in a folder, for which one user may write with digest authentication."""

    user, password = "loader", "secret-of-the-loader"

    def __init__(self, folder: Path) -> None:
        self.program, self.isql = installed("virtuoso-t"), installed("isql-vt")
        self.folder, self.sql, self.http = folder, free_port(), free_port()
        address = f"http://127.0.0.1:{self.http}"
        self.query, self.update = f"{address}/sparql", f"{address}/sparql-auth"
        self.store = f"{address}/sparql-graph-crud-auth"
        (folder / "virtuoso.ini").write_text(VIRTUOSO_INI.format(sql=self.sql, http=self.http))
        self.start()

    def start(self) -> None:
        self.server = subprocess.Popen(
            [self.program, "-f", "-c", "virtuoso.ini"],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(self.server, self.http)

    def run(self, sql: str) -> None:
        """Run SQL as the administrator, whom a new database knows by the password dba."""
        subprocess.run(
            [self.isql, f"127.0.0.1:{self.sql}", "dba", "dba", f"exec={sql}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=DEADLINE,
        )  # fmt: skip

    def restart(self) -> None:
        self.run("shutdown;")
        self.server.wait(DEADLINE)
        self.start()


@contextlib.contextmanager
def virtuoso(folder: Path) -> Iterator[Virtuoso]:
    """A running Virtuoso, empty."""
    running = Virtuoso(folder)
    try:
        running.run(
            f"USER_CREATE('{running.user}', '{running.password}'); GRANT SPARQL_UPDATE TO {running.user};"
        )
        yield running
    finally:
        running.server.kill()
        running.server.wait(DEADLINE)


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
    gc.collect()  # solutions of Oxigraph in garbage must not be dropped by the server's thread
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
