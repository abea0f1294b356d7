"""query and store: the graph under SPARQL, here, on disk, or behind an endpoint."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

import mscgraph as mg
from mscgraph.cli.options import (
    command,
    flag,
    json_option,
    memory_option,
    option,
    table_options,
    time_option,
    together,
)
from mscgraph.cli.output import graph, print_json, print_rows, read_text, say_stated
from mscgraph.cli.streams import echo, invocation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.rdf.query import QueryResult

_STORED = together(
    option("--name", "Ask a stored question instead."),
    option(
        "--set settings", "A parameter of a stored question.", multiple=True, metavar="PARAMETER=VALUE"
    ),
)
_LIMITS = together(
    time_option("The longest time that the query may take.", 300.0),
    memory_option("2GB", "The most memory that the query may take in addition to the graph."),
    flag("--allow-service", "Let it ask other servers by SERVICE."),
)
_STORE = click.argument("folder", metavar="DIR", type=click.Path())


@command(
    "query", "[file]", _STORED,
    flag("--list list_them", "List the stored questions."),
    option("--endpoint", "Ask this SPARQL 1.1 endpoint instead.", metavar="URL"),
    flag("--own-default-graph",
        "Ask the endpoint's own default graph, not the union of our named graphs."),
    _LIMITS, table_options,
)  # fmt: skip
def query_command(list_them: bool, endpoint: str | None, own_default_graph: bool, **asked: Any) -> None:
    """Ask in SPARQL 1.1 (SELECT, ASK, CONSTRUCT, DESCRIBE) from FILE, or - for standard input.

    A table shows names with the ids of entities and papers; the other formats have what was asked for.

    \b
    mscgraph query --list
    mscgraph query --name csf-marker --set marker=NF-L
    echo "ASK { ?f a mscgraph:Finding }" | mscgraph query -
    mscgraph query --name csf-marker --endpoint http://127.0.0.1:7878/query

    An endpoint's user and password or token come from the environment (MSCGRAPH_ENDPOINT_USER and
    _PASSWORD, _AUTH=digest where it is wanted, or _TOKEN) or from netrc.
    """
    from mscgraph.rdf.query import Asker

    if sum((asked["file"] is not None, asked["name"] is not None, list_them)) != 1:
        raise click.UsageError("Give a FILE, or --name, or --list: one of the three.")
    if own_default_graph and endpoint is None:
        raise click.UsageError("--own-default-graph goes with --endpoint.")
    limits, kg = _limits(asked), graph()
    if list_them:
        return _list_questions(kg, as_json=asked["form"] == "json")
    if endpoint is None:
        if asked["name"] is not None:
            say_stated(kg, "not asked: stored questions ask for findings; find them with a FILE")
        asker = Asker(invocation().backend or kg, limits)
        return _ask(asker.query, kg, **asked)
    options: dict[str, Any] = {"own_default_graph": own_default_graph, "timeout": limits.seconds}
    with mg.open_endpoint(endpoint, kg=kg, **options) as store:
        return _ask(store.query, kg, **asked)


def _limits(asked: dict[str, Any]) -> mg.QueryLimits:
    """What a query may take and do, taken out of what is asked."""
    names = ("time_limit", "memory_limit", "allow_service")
    return mg.QueryLimits(*(asked.pop(name) for name in names))


def _ask(
    ask: Callable[..., QueryResult],
    kg: KnowledgeGraph,
    *,
    file: str | None,
    name: str | None,
    settings: tuple[str, ...],
    form: str,
) -> None:
    """Ask what FILE holds, or the stored question, and print what comes back."""
    if file is None:
        return _print_result(kg, ask(name or "", parameters=_pairs(settings)), form)
    if settings:
        raise click.UsageError("--set goes with --name.")
    return _print_result(kg, ask(read_text(file)), form)


def _pairs(settings: tuple[str, ...]) -> dict[str, str]:
    """What ``--set`` says, by parameter."""
    found = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise click.UsageError(f"--set takes PARAMETER=VALUE, not {setting!r}.")
        found[key.strip()] = value.strip()
    return found


def _list_questions(kg: KnowledgeGraph, *, as_json: bool) -> None:
    from mscgraph.rdf.query import load_questions

    questions = list(load_questions(kg).values())
    if as_json:
        return print_json(questions)
    for question in questions:
        echo(f"{question.name}: {question.title}")
        for parameter in question.parameters:
            echo(f"    --set {parameter.name}={parameter.default or '…'}  {parameter.help}")


def _print_result(kg: KnowledgeGraph, result: QueryResult, form: str) -> None:
    if form == "json":
        return print_json(result.to_dict())
    if result.form == "select":
        named = form in {"table", "markdown"}
        rows = [_named(kg, row) for row in result.rows] if named else result.rows
        print_rows(result.columns, rows, form)
        echo(f"{len(result.rows)} row(s)", err=True)
    elif result.form == "ask":
        echo("yes" if result.answer else "no")
    else:
        echo(result.turtle, nl=False)


def _named(kg: KnowledgeGraph, row: Sequence[str | None]) -> list[str]:
    """A row with the names of its ids, unless another cell holds them, and labels for our terms."""
    from mscgraph.render.finding_words import citation

    def named(cell: str) -> str:
        prefix, _, local = cell.partition(":")
        if prefix == "MSCGT":
            column, _, value = local.partition(".")
            terms = kg.aspects if column == "aspect" else kg.vocabulary.get(column, {})
            return terms[value].label if value in terms else cell
        if prefix == "mscgraph" and local in kg.predicates:
            return kg.predicates[local].label
        paper = kg.publications.get(cell)
        name = citation(paper) if paper else kg.name(cell)
        return cell if name in row else f"{cell} ({name})"

    return [named(cell) if cell and ":" in cell else cell or "" for cell in row]


@click.group("store")
def store_command() -> None:
    """Put the graph into a SPARQL store, ask it there, and serve it.

    \b
    mscgraph store load mscgraph.store
    mscgraph store query mscgraph.store --name csf-marker --set marker=NF-L
    mscgraph store serve-info mscgraph.store
    """


@command(
    "load",
    click.argument("folder", metavar="DIR", required=False, type=click.Path()),
    option("--endpoint", "The address of a Graph Store, such as …/store.", metavar="URL"),
    flag("--update", "URL takes SPARQL Update instead, such as …/update."),
    time_option("The longest time that one request may take.", 300.0),
    short_help="Write the graph into a store in DIR, or at a URL.", group=store_command,
)  # fmt: skip
def load_command(folder: str | None, endpoint: str | None, update: bool, time_limit: float) -> None:
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
    if (folder is None) == (endpoint is None):
        raise click.UsageError("Give DIR, or --endpoint URL: one of the two.")
    if update and endpoint is None:
        raise click.UsageError("--update says how to load at --endpoint URL; give URL.")
    kg = graph()
    if endpoint is not None:
        mg.put_graphs(kg, endpoint, update=update, progress=_tell, timeout=time_limit)
    else:
        for name, triples in mg.write_store(kg, folder or "").items():
            _tell(name, triples)
        click.echo(f"wrote {folder}", err=True)


def _tell(name: str, triples: int) -> None:
    click.echo(f"{triples:>9,} triples  {name}")


@command(
    "query", _STORE, "[file]", _STORED,
    _LIMITS, table_options, short_help="Ask the store in DIR in SPARQL.", group=store_command,
)  # fmt: skip
def store_query_command(folder: str, **asked: Any) -> None:
    """Ask the store in DIR in SPARQL 1.1 from FILE (- for standard input), or a stored question.

    \b
    mscgraph store query mscgraph.store --name csf-marker --set marker=NF-L
    echo "ASK { ?f a mscgraph:Finding }" | mscgraph store query mscgraph.store -
    """
    if (asked["file"] is None) == (asked["name"] is None):
        raise click.UsageError("Give a FILE, or --name: one of the two.")
    limits, kg = _limits(asked), graph()
    _ask(partial(mg.open_store(folder, kg=kg).query, limits=limits), kg, **asked)


@command(
    "serve-info", _STORE, json_option,
    short_help="Show what DIR holds, and how to serve it.", group=store_command,
)  # fmt: skip
def serve_info_command(folder: str, as_json: bool) -> None:
    """Show what the store in DIR holds, and how to serve it as a SPARQL endpoint.

    \b
    mscgraph store serve-info mscgraph.store
    """
    from mscgraph.sparql import serve_line

    counts = mg.open_store(folder, kg=graph()).counts()
    line, address = serve_line(folder), "http://127.0.0.1:7878/query"
    if as_json:
        return print_json({"triples": counts, "serve": line, "query": address})
    for name, triples in counts.items():
        _tell(name, triples)
    click.echo("\nServe it to this machine, read only, with Oxigraph (pip install oxigraph):\n")
    click.echo(f"  {line}\n\nand ask it there:\n")
    click.echo(f"  mscgraph query --name csf-marker --endpoint {address}")
