"""serve and mcp: the graph for browsers, programs, SPARQL clients and assistants."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from mscgraph.cli.options import command, option, time_option
from mscgraph.cli.output import graph

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from mscgraph.cli.streams import Invocation
    from mscgraph.serve import Settings


@command(
    "serve",
    option("--host", "The address to listen at.", default="127.0.0.1"),
    option("--port", "The port to listen at; 0 for any that is free.", type=click.IntRange(0, 65535),
        default=8000),
    option("--base", "Where people reach it, if not at that address.", default="", metavar="URL"),
    option("--store", "An Oxigraph store that answers SPARQL instead.", default="", metavar="DIR"),
    option("--workers", "Processes that answer.", type=click.IntRange(1, 64), default=1),
    time_option("The longest time that a question may take.", 10.0),
)  # fmt: skip
def serve_command(host: str, port: int, base: str, store: str, workers: int, time_limit: float) -> None:
    """Serve the graph: the site and explorer, the API, SPARQL, linked data, tools for assistants.

    To this machine alone unless --host says more. Read only: nothing is written, no other server is asked.
    SIGTERM stops it when what it is answering is answered.

    \b
    mscgraph serve
    mscgraph serve --port 8080 --workers 2
    mscgraph serve --host 0.0.0.0 --base https://example.org/mscgraph
    mscgraph --graph merged.graph serve
    """
    from mscgraph.serve import Settings
    from mscgraph.serve.application import run_server

    if base and not base.startswith(("https://", "http://")):
        raise click.UsageError(f"--base takes a web address, not {base!r}.")
    settings = Settings(base=base, hosts=(host,), store=store, time_limit=time_limit)
    make = partial(_application, click.get_current_context().obj, settings)
    run_server(make, host=host, port=port, workers=workers, grace=time_limit + 5)


def _application(asked: Invocation, settings: Settings) -> ASGIApp:
    """The application of one worker."""
    from mscgraph.cli.answering import operations
    from mscgraph.cli.main import main
    from mscgraph.serve import Served, web_application
    from mscgraph.serve.application import log_to_stderr

    log_to_stderr()
    with click.Context(main, obj=asked):
        return web_application(Served(graph(), operations(), settings))


@command("mcp")
def mcp_command() -> None:
    """Answer an assistant over standard input and output, by the Model Context Protocol.

    An assistant starts it by itself; its configuration names the program and "mcp". Each answer is short,
    has ids and papers, and says what speaks against. The same tools are at /mcp of the server.

    \b
    mscgraph mcp
    mscgraph --graph merged.graph mcp
    """
    from mscgraph.serve.assistant import run_stdio

    if sys.stdin.isatty():
        click.echo("Waiting for an assistant on standard input; end with Ctrl-D.", err=True)
    run_stdio(graph())
