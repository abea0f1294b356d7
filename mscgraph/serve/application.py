"""The web application: what is at which address, what stands before every request, and how it is run."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import sys
import threading
import time
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.supervisors import Multiprocess

from mscgraph.errors import MscGraphError
from mscgraph.serve.api import api_routes
from mscgraph.serve.assistant import application
from mscgraph.serve.live_pages import page_or_record, void
from mscgraph.serve.problems import Refused, problem, refusal
from mscgraph.serve.sparql_protocol import sparql_endpoint

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Callable
    from typing import Any

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from mscgraph.serve.served import Served, Settings

LOG = logging.getLogger("mscgraph.serve")
_LAST = 0.25  # seconds
_MOST_BODY = 1_000_000  # bytes
_MOST_QUERY = 32_000
_TOO_LONG = f"The body is longer than {_MOST_BODY:,} bytes."
_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}
# Pages say themselves what they may load; what is no page may load nothing.
_PAGE, _OTHER = b"frame-ancestors 'none'", b"default-src 'none'; frame-ancestors 'none'"
_OPEN = {
    b"access-control-allow-origin": b"*",
    b"access-control-expose-headers": b"ETag, Link, X-Total-Count, Mscgraph-Notes, Retry-After",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def web_application(served: Served) -> ASGIApp:
    """Return the whole server as an ASGI application."""
    names = _names(served.settings)
    tools = application(served.kg, served.version, names, served.questions)

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "data_version": served.version})

    async def unanswered(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            return refusal(error)
        nothing = error.status_code == 404  # noqa: PLR2004
        detail = f"Nothing is at {request.url.path}." if nothing else error.detail
        return problem(error.status_code, detail, headers=error.headers)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        threading.Thread(target=served.make_ready, daemon=True).start()
        async with tools.router.lifespan_context(tools):
            yield

    app = Starlette(
        routes=[
            Route("/health", health),
            *api_routes(served),
            Route("/sparql", partial(sparql_endpoint, served), methods=["GET", "POST"]),
            Route("/.well-known/void", partial(void, served)),
            *tools.routes,
            Route("/{path:path}", partial(page_or_record, served)),
        ],
        exception_handlers=dict.fromkeys(
            (HTTPException, MscGraphError, ValueError, Refused, Exception), unanswered
        ),
        lifespan=lifespan,
    )
    return _Guard(app, names)


def _names(settings: Settings) -> list[str]:
    """The names by which the server is called, in addition to those of this machine."""
    own = urlsplit(settings.base).hostname
    return [*settings.hosts, *([own] if own else ())]


class _Guard:
    """An application behind its checks.

    ``/mcp`` is not open to pages of other origins; everything else may be read by them.
    """

    def __init__(self, app: ASGIApp, names: list[str]) -> None:
        self._app = app
        self._hosts = {"localhost", *names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begun, status, size, taken = time.monotonic(), 0, 0, 0
        shared = not scope["path"].startswith("/mcp")

        async def bounded() -> Any:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > _MOST_BODY:
                raise Refused(413, _TOO_LONG)
            return message

        async def answer(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_headers(message, shared=shared)
            size += len(message.get("body", b""))
            await send(message)

        try:
            await (self._refused(scope) or self._app)(scope, bounded, answer)
        except Exception as error:
            if status not in (0, 500):
                raise  # an answer that broke off must not look whole
            if status == 0:
                await refusal(error)(scope, receive, answer)
            if status == 500:  # noqa: PLR2004
                LOG.exception("a request failed")
        finally:
            said = {
                "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "ms": round((time.monotonic() - begun) * 1000),
                "bytes": size,
            }
            LOG.info(json.dumps(said))

    def _refused(self, scope: Scope) -> ASGIApp | None:
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        if not self._is_ours(host):
            return problem(421, f"This server is not called {host!r}.")
        if len(scope["query_string"]) > _MOST_QUERY or len(scope["path"]) > _MOST_QUERY:
            return problem(414, f"The address is longer than {_MOST_QUERY:,} characters.")
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > _MOST_BODY:
            return problem(413, _TOO_LONG)
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            return Response(status_code=204, headers=_PREFLIGHT)
        return None

    def _is_ours(self, host: str) -> bool:
        """Whether a host is one of ours: a name that somebody else points at us is not."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
            return name in self._hosts or bool(ipaddress.ip_address(name))
        except ValueError:
            return False


def _with_headers(message: Message, *, shared: bool) -> list[tuple[bytes, bytes]]:
    held: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
    names = {name.lower(): value for name, value in held}
    page = names.get(b"content-type", b"").startswith(b"text/html")
    policy = {b"content-security-policy": _PAGE if page else _OTHER}
    more = _HEADERS | policy | (_OPEN if shared else {})
    return held + [(name, value) for name, value in more.items() if name not in names]


def run_server(
    make: Callable[[], ASGIApp], *, host: str, port: int, workers: int, grace: float
) -> None:
    """Serve until the process is asked to stop; what has been accepted by then is answered.

    ``make`` makes the application in each worker, and has to pickle where there are several. Port 0 is any
    that is free; ``grace`` is how many seconds a stop waits for what is being answered.
    """
    log_to_stderr()
    config = uvicorn.Config(
        make, factory=True, host=host, port=port, workers=workers, log_config=None, access_log=False,
        server_header=False, timeout_graceful_shutdown=round(grace), h11_max_incomplete_event_size=65_536,
    )  # fmt: skip
    bound = config.bind_socket()
    bound.listen(config.backlog)  # from here on who comes waits, and is answered
    shown = f"[{host}]" if ":" in host else host
    LOG.info("mscgraph at http://%s:%s/", shown, bound.getsockname()[1])

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            for listening in self.servers:
                listening.close()
            await asyncio.sleep(_LAST)  # what has been sent by now is read, and answered
            await super().shutdown(sockets)

    if workers > 1:
        Multiprocess(config, sockets=[bound]).run()
    else:
        Server(config).run(sockets=[bound])


def log_to_stderr() -> None:
    """Write what the server says to standard error, a line each."""
    if not LOG.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        LOG.addHandler(handler)
        LOG.setLevel(logging.INFO)
        LOG.propagate = False
