"""The group of commands, and the one place that turns errors into messages."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import click

from mscgraph import __version__
from mscgraph.cli.streams import Invocation, drop_output, safe_streams
from mscgraph.errors import MscGraphError, ValidationFailed

# command → (module of this package, one line of help): help for all costs the import of none.
COMMANDS = {
    "stats": ("lookup", "Count what the graph holds."),
    "find": ("lookup", "Find entities by a part of a name, symbol, synonym or id."),
    "show": ("lookup", "Show one entity and what is known of it."),
    "findings": ("evidence", "List findings, filtered."),
    "associations": ("evidence", "List associations, filtered, with grade and counts."),
    "evidence": ("evidence", "Show an association's grade, and the findings for and against."),
    "claim": ("evidence", "Check a claim: who reports it, who the opposite, under which conditions."),
    "conflicts": ("evidence", "List studies that disagree or saw both, and how settings differ."),
    "trials": ("evidence", "List trials and treated cohorts: what was given, what moved, harms."),
    "compare": ("evidence", "Compare what two entities do: shared, opposite, of one alone."),
    "paths": ("path_questions", "Find signed mechanism paths from one entity to another."),
    "explain": ("path_questions", "Explain paths on a page for a paper, with numbered references."),
    "block": ("path_questions", "Ask which paths would die if something did nothing."),
    "mediators": ("path_questions", "Rank what stands between two entities, and what cuts all paths."),
    "loops": ("path_questions", "Find signed feedback loops through an entity."),
    "upstream": ("path_questions", "List everything that raises or lowers an entity."),
    "downstream": ("path_questions", "List everything that an entity raises or lowers."),
    "index": ("large_graphs", "Build the path index of a graph directory."),
    "mine": ("large_graphs", "Find the best paths of all pairs of two lists, on a graph of any size."),
    "query": ("querying", "Ask in SPARQL, or ask a stored question."),
    "store": ("querying", "Put the graph into a SPARQL store, ask it, serve it."),
    "export": ("writing", "Write the graph, or a part of it, in a format of other tools."),
    "merge": ("large_graphs", "Merge graphs into one graph directory."),
    "import": ("large_graphs", "Take the statements of another source into a graph directory."),
    "page": ("writing", "Write one self-contained HTML page."),
    "figure": ("writing", "Draw the mechanisms between two entities as a figure for a paper."),
    "site": ("writing", "Write a static site: a page for every record, the explorer, the data."),
    "serve": ("serving", "Serve the graph to browsers, programs, SPARQL clients and assistants."),
    "mcp": ("serving", "Answer an assistant over standard input and output (MCP)."),
    "validate": ("curate", "Run every check and list all problems."),
    "format": ("curate", "Bring the tables into their canonical layout."),
    "anchor": ("curate", "Print the fingerprint of a sentence."),
    "verify": ("literature", "Look for publications' sentences in their texts."),
    "curate": ("curate", "Draft rows, list gaps and duplicates, review findings."),
    "diff": ("curate", "List what changed between two states of the graph."),
}


_TABLES_ONLY = frozenset(
    ("validate", "format", "anchor", "verify", "curate", "diff", "import", "merge")
)  # these ask the curated tables


class _Commands(click.Group):
    """Loads a command's module when it is called, and turns our errors into messages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"mscgraph.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from mscgraph.text.names import nearest

            near = nearest(args[0], COMMANDS)
            hint = f" Did you mean: {', '.join(near)}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        with safe_streams():
            return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except ValidationFailed as error:
            for problem in error.problems:
                click.echo(str(problem))
            click.echo(f"Error: {error}.", err=True)
        except MscGraphError as error:
            click.echo(f"Error: {error}", err=True)
        except BrokenPipeError:  # the reader, such as head, has gone: nothing is wrong
            drop_output()
        except Exception as error:
            if os.environ.get("MSCGRAPH_TRACEBACK"):
                raise
            drop_output()
            click.echo(f"Error: {_in_words(error)}", err=True)
        raise click.exceptions.Exit(1)


def _in_words(error: Exception) -> str:
    """What went wrong where no error of ours says it."""
    if isinstance(error, OSError):
        return ": ".join(str(part) for part in (error.filename, error.strerror or error) if part)
    if isinstance(error, RecursionError):
        return "something in the input is nested too deeply."
    if isinstance(error, MemoryError):
        return "there is not enough memory for this."
    if isinstance(error, UnicodeError):
        return f"a text holds what is no character: {getattr(error, 'reason', error)}."
    if isinstance(error, ValueError):
        return str(error)
    return (
        f"a fault of this program ({type(error).__name__}: {error}). Please report it, with the command; "
        "MSCGRAPH_TRACEBACK=1 shows where it happened."
    )


@click.command(cls=_Commands, name="mscgraph", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mscgraph")
@click.option(
    "--ontology",
    type=click.Path(exists=True, file_okay=False),
    help="Another ontology folder than the one that ships with the program; so does the environment "
    "variable MSCGRAPH_ONTOLOGY.",
)
@click.option(
    "--graph",
    "graph_folder",
    type=click.Path(exists=True, file_okay=False),
    help="A graph directory (from import or merge) instead of the graph that ships with the program.",
)
@click.pass_context
def main(ctx: click.Context, ontology: str | None, graph_folder: str | None) -> None:
    """How MSCs modulate immunity in multiple sclerosis, with the evidence for and against.

    \b
    mscgraph find IDO
    mscgraph paths MSC "Th17 cell" --effect decrease
    """
    ctx.obj = Invocation(ontology, graph_folder)
    if graph_folder and ctx.invoked_subcommand in _TABLES_ONLY:
        raise click.UsageError(
            f"{ctx.invoked_subcommand} does not read a graph directory: leave --graph away."
        )
