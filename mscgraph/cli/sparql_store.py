"""store: the graph in a SPARQL store on disk, or behind an endpoint."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.exchange import ask_with
from mscgraph.cli.options import json_option, query_limits, table_options
from mscgraph.cli.output import graph, print_json

if TYPE_CHECKING:
    from mscgraph.rdf import QueryLimits


@click.group("store")
def store_command() -> None:
    """Put the graph into a SPARQL store, ask it there, and serve it.

    \b
    mscgraph store load mscgraph.store
    mscgraph store query mscgraph.store --name csf-marker --set marker=NF-L
    mscgraph store serve-info mscgraph.store
    """


@store_command.command("load", short_help="Write the graph into a store in DIR, or at a URL.")
@click.argument("folder", metavar="DIR", required=False, type=click.Path())
@click.option("--endpoint", metavar="URL", help="The address of a Graph Store, such as …/store.")
@click.option("--update", is_flag=True, help="URL takes SPARQL Update instead, such as …/update.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=300.0,
    metavar="SECONDS",
    show_default=True,
    help="The longest time that one request may take.",
)
@click.pass_context
def load_command(
    ctx: click.Context,
    /,
    folder: str | None,
    endpoint: str | None,
    update: bool,
    time_limit: float,
) -> None:
    """Write the five named graphs into an Oxigraph store in DIR, or into the store of the server at URL.

    DIR is written whole or not at all. At URL each graph is put in the place of the one that was there
    (SPARQL 1.1 Graph Store Protocol): each whole or not at all, one after the other. With --update they
    are loaded next to the old ones (SPARQL 1.1 Update) and moved into their places by one last request:
    until it nothing is replaced, and a server that runs a request whole or not at all, as the standard
    asks, replaces all five or none.

    User and password or token come from the environment (MSCGRAPH_ENDPOINT_USER and _PASSWORD,
    _AUTH=digest where it is wanted, or _TOKEN) or from netrc.

    \b
    mscgraph store load mscgraph.store
    mscgraph store load --endpoint http://127.0.0.1:7878/store
    mscgraph store load --endpoint http://127.0.0.1:7878/update --update
    """
    from mscgraph.sparql import put_graphs, write_store

    if (folder is None) == (endpoint is None):
        raise click.UsageError("Give DIR, or --endpoint URL: one of the two.")
    if update and endpoint is None:
        raise click.UsageError("--update says how to load at --endpoint URL; give URL.")
    kg = graph(ctx)
    if endpoint is not None:
        put_graphs(kg, endpoint, update=update, progress=_tell, timeout=time_limit)
    else:
        for name, triples in write_store(kg, folder or "").items():
            _tell(name, triples)
        click.echo(f"wrote {folder}", err=True)


def _tell(name: str, triples: int) -> None:
    click.echo(f"{triples:>9,} triples  {name}")


@store_command.command("query", short_help="Ask the store in DIR in SPARQL.")
@click.argument("folder", metavar="DIR", type=click.Path())
@click.argument("file", required=False)
@click.option("--name", help="Ask a stored question instead.")
@click.option(
    "--set", "settings", multiple=True, metavar="PARAMETER=VALUE",
    help="A parameter of a stored question.",
)  # fmt: skip
@query_limits
@table_options
@click.pass_context
def store_query_command(
    ctx: click.Context,
    /,
    folder: str,
    file: str | None,
    name: str | None,
    settings: tuple[str, ...],
    limits: QueryLimits,
    form: str,
) -> None:
    """Ask the store in DIR in SPARQL 1.1 from FILE (- for standard input), or a stored question.

    \b
    mscgraph store query mscgraph.store --name csf-marker --set marker=NF-L
    echo "ASK { ?f a mscgraph:Finding }" | mscgraph store query mscgraph.store -
    """
    from mscgraph.sparql import open_store

    if (file is None) == (name is None):
        raise click.UsageError("Give a FILE, or --name: one of the two.")
    kg = graph(ctx)
    ask = partial(open_store(folder, kg=kg).query, limits=limits)
    ask_with(ask, file, name, settings, kg=kg, form=form)


@store_command.command("serve-info", short_help="Show what DIR holds, and how to serve it.")
@click.argument("folder", metavar="DIR", type=click.Path())
@json_option
@click.pass_context
def serve_info_command(ctx: click.Context, /, folder: str, as_json: bool) -> None:
    """Show what the store in DIR holds, and how to serve it as a SPARQL endpoint.

    \b
    mscgraph store serve-info mscgraph.store
    """
    from mscgraph.sparql import open_store, serve_line

    counts = open_store(folder, kg=graph(ctx)).counts()
    line, address = serve_line(folder), "http://127.0.0.1:7878/query"
    if as_json:
        told: dict[str, Any] = {"triples": counts, "serve": line, "query": address}
        return print_json(told)
    for name, triples in counts.items():
        _tell(name, triples)
    click.echo("\nServe it to this machine, read only, with Oxigraph (pip install oxigraph):\n")
    click.echo(f"  {line}\n\nand ask it there:\n")
    click.echo(f"  mscgraph query --name csf-marker --endpoint {address}")
    return None
