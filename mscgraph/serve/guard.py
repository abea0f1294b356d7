"""What stands before every request: which hosts, which sizes, headers, who may read, and the log."""

from __future__ import annotations

import ipaddress
import json
import logging
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mscgraph.serve.problems import problem, refusal

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import Any

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from mscgraph.serve.served import Settings

__all__ = ["LOG", "Guard"]

LOG = logging.getLogger("mscgraph.serve")
MOST_BODY = 1_000_000  # bytes
MOST_QUERY = 32_000
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


class Guard:
    """An application behind its checks.

    ``/mcp`` is not open to pages of other origins; everything else may be read by them.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        own = urlsplit(settings.base).hostname
        self._hosts = {"localhost", *settings.hosts, *([own] if own else ())}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begun, status, size = time.monotonic(), 0, 0
        shared = not scope["path"].startswith("/mcp")

        async def answer(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_headers(message, shared=shared)
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            refused = self._refused(scope)
            await (refused or self._app)(scope, _bounded(receive), answer)
        except Exception as error:
            if status not in (0, 500):
                raise  # an answer that broke off must not look whole
            if status == 0:
                await refusal(error)(scope, receive, answer)
            if status == 500:  # noqa: PLR2004
                LOG.exception("a request failed")
        finally:
            LOG.info(
                json.dumps(
                    {
                        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                        "method": scope["method"],
                        "path": scope["path"],
                        "status": status,
                        "ms": round((time.monotonic() - begun) * 1000),
                        "bytes": size,
                    }
                )
            )
        return None

    def _refused(self, scope: Scope) -> ASGIApp | None:
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        if not self._is_ours(host):
            return problem(421, f"This server is not called {host!r}.")
        if len(scope["query_string"]) > MOST_QUERY or len(scope["path"]) > MOST_QUERY:
            return problem(414, f"The address is longer than {MOST_QUERY:,} characters.")
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > MOST_BODY:
            return problem(413, f"The body is longer than {MOST_BODY:,} bytes.")
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            return _preflight(headers)
        return None

    def _is_ours(self, host: str) -> bool:
        """Whether a host is one of ours: a name that somebody else points at us is not."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self._hosts:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def _preflight(headers: MutableMapping[bytes, bytes]) -> ASGIApp:
    from starlette.responses import Response

    del headers
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Methods": "GET, HEAD, POST",
            "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
            "Access-Control-Max-Age": "86400",
        },
    )


def _with_headers(message: Message, *, shared: bool) -> list[tuple[bytes, bytes]]:
    held: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
    names = {name.lower(): value for name, value in held}
    page = names.get(b"content-type", b"").startswith(b"text/html")
    more = (
        _HEADERS | {b"content-security-policy": _PAGE if page else _OTHER} | (_OPEN if shared else {})
    )
    return held + [(name, value) for name, value in more.items() if name not in names]


def _bounded(receive: Receive) -> Receive:
    """What is received, up to the longest body."""
    taken = 0

    async def bounded() -> Any:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MOST_BODY:
            from mscgraph.serve.problems import Refused

            raise Refused(413, f"The body is longer than {MOST_BODY:,} bytes.")
        return message

    return bounded
