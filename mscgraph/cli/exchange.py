"""query and export: the graph under SPARQL, and in the formats of other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mscgraph.cli.options import part_options, query_limits, selected, table_options
from mscgraph.cli.output import (
    BACKEND,
    graph,
    print_json,
    print_rows,
    read_text,
    say_stated,
    say_written,
)
from mscgraph.cli.streams import echo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.rdf import QueryLimits, QueryResult


@click.command("query")
@click.argument("file", required=False)
@click.option("--name", help="Ask a stored question instead.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PARAMETER=VALUE",
    help="A parameter of a stored question.",
)
@click.option("--list", "list_them", is_flag=True, help="List the stored questions.")
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL 1.1 endpoint instead.")
@click.option(
    "--own-default-graph",
    is_flag=True,
    help="Ask the endpoint's own default graph, not the union of our named graphs.",
)
@query_limits
@table_options
@click.pass_context
def query_command(
    ctx: click.Context,
    file: str | None,
    name: str | None,
    settings: tuple[str, ...],
    list_them: bool,
    endpoint: str | None,
    own_default_graph: bool,
    limits: QueryLimits,
    form: str,
) -> None:
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
    from mscgraph.rdf import Asker

    if sum((file is not None, name is not None, list_them)) != 1:
        raise click.UsageError("Give a FILE, or --name, or --list: one of the three.")
    if own_default_graph and endpoint is None:
        raise click.UsageError("--own-default-graph goes with --endpoint.")
    kg = graph(ctx)
    if list_them:
        return _list_questions(ctx, as_json=form == "json")
    if endpoint is None:
        if name is not None:
            say_stated(kg, "not asked: stored questions ask for findings; find them with a FILE")
        asker = Asker(ctx.meta.get(BACKEND, kg), limits)
        return ask_with(asker.query, file, name, settings, kg=kg, form=form)
    from mscgraph.sparql import open_endpoint

    options = {"own_default_graph": own_default_graph, "timeout": limits.seconds}
    with open_endpoint(endpoint, kg=kg, **options) as store:  # type: ignore[arg-type]
        return ask_with(store.query, file, name, settings, kg=kg, form=form)


def ask_with(
    ask: Callable[..., QueryResult],
    file: str | None,
    name: str | None,
    settings: tuple[str, ...],
    *,
    kg: KnowledgeGraph,
    form: str,
) -> None:
    """Ask what FILE holds, or the stored question, and print what comes back."""
    if file is None:
        return print_result(ask(name or "", parameters=pairs(settings)), kg=kg, form=form)
    if settings:
        raise click.UsageError("--set goes with --name.")
    return print_result(ask(read_text(file)), kg=kg, form=form)


def pairs(settings: tuple[str, ...]) -> dict[str, str]:
    """What ``--set`` says, by parameter."""
    found = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise click.UsageError(f"--set takes PARAMETER=VALUE, not {setting!r}.")
        found[key.strip()] = value.strip()
    return found


def _list_questions(ctx: click.Context, *, as_json: bool) -> None:
    from mscgraph.cli.output import as_json as to_json
    from mscgraph.rdf import load_questions

    questions = load_questions(graph(ctx)).values()
    if as_json:
        return print_json([to_json(question) for question in questions])
    for question in questions:
        echo(f"{question.name}: {question.title}")
        for parameter in question.parameters:
            echo(f"    --set {parameter.name}={parameter.default or '…'}  {parameter.help}")
    return None


def print_result(result: QueryResult, *, kg: KnowledgeGraph, form: str) -> None:
    """Print what a query returned, by its form."""
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
    return None


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


@click.command("export")
@click.argument("form", metavar="FORMAT", required=False)
@click.option("-o", "--output", help="The file or folder to write; - is standard output.")
@click.option("--rdf12", is_flag=True, help="RDF 1.2: each association reifies its triple.")
@part_options
@click.option("--list", "list_them", is_flag=True, help="List the formats and what opens them.")
@click.pass_context
def export_command(
    ctx: click.Context,
    /,
    form: str | None,
    output: str | None,
    rdf12: bool,
    list_them: bool,
    paths: tuple[str, str] | None,
    **part: Any,
) -> None:
    """Write the whole graph, or a part of it, in a format of other tools.

    What the format cannot hold is listed on standard error. Same input, same bytes.

    \b
    mscgraph export turtle -o mscgraph.ttl
    mscgraph export kgx -o th17 --paths MSC "Th17 cell"
    mscgraph export xlsx -o human.xlsx --taxon human --object Treg
    """
    from mscgraph.export import FORMATS, export, find_format

    if list_them:
        lines = [(f.name, "folder" if f.folder else "file", f.opens_in) for f in FORMATS.values()]
        return print_rows(("format", "writes", "opens in"), lines)
    if form is None or output is None:
        raise click.UsageError("Give a FORMAT and -o, or --list.")
    if output == "-" and find_format(form).folder:
        raise click.UsageError(f"{form} is several files: name a folder with -o.")
    if rdf12 and not find_format(form).rdf12:
        able = ", ".join(one.name for one in FORMATS.values() if one.rdf12)
        raise click.UsageError(f"{form} cannot say RDF 1.2; write one of {able}.")
    kg, answer = selected(graph(ctx), paths, part)
    if answer is not None:
        from mscgraph.paths import keep_paths

        kg = keep_paths(kg, answer)
    written = export(kg, form, output, rdf12=rdf12)
    say_written(written.target)
    for loss in written.losses:
        echo(f"lost: {loss.field} ({loss.records:,}): {loss.why}", err=True)
    return None
