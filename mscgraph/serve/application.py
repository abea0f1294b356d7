"""The web application: what is found at which address."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from mscgraph.errors import MscGraphError
from mscgraph.serve.api import api_routes
from mscgraph.serve.guard import Guard
from mscgraph.serve.live_pages import page_or_record, void
from mscgraph.serve.problems import Refused, problem, refusal
from mscgraph.serve.sparql_protocol import sparql_endpoint

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from mscgraph.serve.served import Served

__all__ = ["web_application"]


def web_application(served: Served) -> ASGIApp:
    """Return the whole server as an ASGI application."""
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.responses import JSONResponse
    from starlette.routing import Mount, Route

    async def health(request: Request) -> Response:
        del request
        return JSONResponse({"status": "ok", "data_version": served.version})

    async def unanswered(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):
            detail = (
                f"Nothing is at {request.url.path}." if error.status_code == 404 else error.detail  # noqa: PLR2004
            )
            return problem(error.status_code, detail, headers=error.headers)
        return refusal(error)

    routes: list[BaseRoute] = [
        Route("/health", health),
        *api_routes(served),
        Route("/sparql", partial(sparql_endpoint, served), methods=["GET", "POST"]),
        Route("/.well-known/void", partial(void, served)),
    ]
    tools = _assistants_tools(served)
    if tools is not None:
        routes.append(Mount("/mcp", app=tools))
    routes.append(Route("/{path:path}", partial(page_or_record, served)))
    app = Starlette(
        routes=routes,
        exception_handlers=dict.fromkeys(
            (HTTPException, MscGraphError, ValueError, Refused, Exception), unanswered
        ),
        lifespan=lambda _: _lifespan(served, tools),
    )
    return Guard(app, served.settings)


def _assistants_tools(served: Served) -> ASGIApp | None:
    """The tools for assistants, where they can be had."""
    name = "mscgraph.serve.assistant"
    if find_spec(name) is None:
        return None
    app: ASGIApp = import_module(name).application(served.kg)
    return app


@asynccontextmanager
async def _lifespan(served: Served, tools: ASGIApp | None) -> AsyncIterator[None]:
    """What is done before the first request; a mount alone would not begin what is mounted."""
    threading.Thread(target=served.make_ready, daemon=True).start()
    router = getattr(tools, "router", None)
    if router is None:
        yield
    else:
        async with router.lifespan_context(tools):
            yield
