"""The web application: what is found at which address."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mscgraph.errors import MscGraphError
from mscgraph.serve.api import api_routes
from mscgraph.serve.guard import Guard
from mscgraph.serve.live_pages import page_or_record, void
from mscgraph.serve.problems import Refused, problem, refusal
from mscgraph.serve.sparql_protocol import sparql_endpoint

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.applications import Starlette
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
    from starlette.routing import Route

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
    routes += [*tools.routes, Route("/{path:path}", partial(page_or_record, served))]
    app = Starlette(
        routes=routes,
        exception_handlers=dict.fromkeys(
            (HTTPException, MscGraphError, ValueError, Refused, Exception), unanswered
        ),
        lifespan=lambda _: _lifespan(served, tools),
    )
    return Guard(app, served.settings)


def _assistants_tools(served: Served) -> Starlette:
    """The tools for assistants, which answer at ``/mcp`` to those names of ours that are no addresses."""
    from mscgraph.serve.assistant import application

    own = urlsplit(served.settings.base).hostname
    hosts = [*served.settings.hosts, *([own] if own else ())]
    return application(served.kg, served.version, hosts, served.questions)


@asynccontextmanager
async def _lifespan(served: Served, tools: Starlette) -> AsyncIterator[None]:
    """What is done before the first request, and what the tools begin and end with."""
    threading.Thread(target=served.make_ready, daemon=True).start()
    async with tools.router.lifespan_context(tools):
        yield
