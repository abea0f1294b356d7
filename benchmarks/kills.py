"""Kills writers at random moments, and counts what is half written, absent, left over, or not theirs.

``python -m benchmarks.kills [KILLS [SEED]]``: SIGKILL so often, spread over every command that writes,
then SIGTERM and Ctrl-C an eighth each, then eight writers and readers of one target at once. The small
graph of the code tests is written; after every kill the target must be a whole one, old or new, and after
the next run nothing but targets and the user's own files may be there.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import mscgraph as mg
from tests.code import small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# what users keep beside a target, with the names that older temporary files had
USERS = (
    ".config.old", ".kg.ttl.1.part", ".kgx.old/notes.txt", ".mscgraph-notes/notes.txt",
    ".mscgraph-0123456789abcdef/notes.txt", "kg.ttl.bak", "kgx-notes.txt",
)  # fmt: skip


class Command(NamedTuple):
    """A command that writes ``target``; ``whole`` raises where a reader does not get all of it."""

    name: str
    target: str
    arguments: tuple[str, ...]
    whole: Callable[[Path], object]


def _file(path: Path) -> bytes:
    return path.read_bytes()


def _folder(path: Path) -> dict[str, bytes]:
    return {str(p.relative_to(path)): p.read_bytes() for p in sorted(path.rglob("*")) if p.is_file()}


def _graph(path: Path) -> tuple[int, int]:
    kg = mg.open_graph(path)
    return len(kg.associations), sum(1 for _ in kg.entities)


def _index(path: Path) -> object:
    kg = mg.open_graph(path.parent)
    return [p.cost for p in mg.find_paths(kg, "MSC", "Th17 cell", max_length=2, k=3).paths]


def _store(path: Path) -> object:
    return mg.open_store(path).query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows


COMMANDS = (
    Command("export file", "kg.ttl", ("export", "turtle", "-o", "kg.ttl"), _file),
    Command("export folder", "kgx", ("export", "kgx", "-o", "kgx"), _folder),
    Command("page", "page.html", ("page", "-o", "page.html"), _file),
    Command("site", "site", ("site", "-o", "site"), _folder),
    Command(
        "import", "imported", ("import", "kgx", "nodes.tsv", "edges.tsv", "-o", "imported"), _graph
    ),
    Command("merge", "merged", ("merge", "curated", "other", "-o", "merged"), _graph),
    Command("index", "indexed/index", ("--graph", "indexed", "index"), _index),
    Command("store load", "store", ("store", "load", "store"), _store),
)


def forked(act: Callable[[], object]) -> int:
    """Start something in a process of its own, silent, and return its number."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        signal.signal(
            signal.SIGINT, signal.default_int_handler
        )  # ignored where a shell starts us with &
        act()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except KeyboardInterrupt:
        code = 130
    finally:
        os._exit(code)


def run(arguments: tuple[str, ...]) -> int:
    """Start a command line."""
    from mscgraph.cli import main

    return forked(lambda: main(list(arguments), prog_name="mscgraph"))


def ended(process: int) -> int:
    """Wait for a process; its exit code, or the negative signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def seen(command: Command) -> str:
    """What a reader sees: ``whole``, ``half`` or ``absent``; the reading is done by another process."""
    path = Path(command.target)
    if not path.exists():
        return "absent"
    return "half" if ended(forked(lambda: _expect(command))) else "whole"


def _expect(command: Command) -> None:
    found = json.dumps(command.whole(Path(command.target)), default=lambda value: value.hex())
    known = Path("..", "known", command.name)
    if not known.exists():
        known.write_text(found)
    if known.read_text() != found:
        raise ValueError(command.name)


def left_over() -> list[str]:
    """All that is there and neither a target, an input, nor the user's."""
    ours = {c.target.split("/")[0] for c in COMMANDS} | {"nodes.tsv", "edges.tsv", "other"}
    users = {name.split("/")[0] for name in USERS}
    inside = [p.name for p in Path("indexed").iterdir() if p.name.startswith(".")]
    return [*sorted({p.name for p in Path().iterdir()} - ours - users), *inside]


def harmed() -> list[str]:
    """The user's files that are no longer what they were."""
    return [name for name in USERS if not Path(name).is_file() or Path(name).read_text() != name]


@contextlib.contextmanager
def prepared() -> Iterator[None]:
    """A folder with inputs, every target once, and the user's own files."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ["MSCGRAPH_ONTOLOGY"] = str(small.write(root / "ontology"))
        for name in ("known", "work", "temporary"):
            (root / name).mkdir()
        tempfile.tempdir = os.environ["TMPDIR"] = str(root / "temporary")
        sources = Path(mg.__file__).parents[1] / "tests/code/sources"
        for name in ("nodes.tsv", "edges.tsv"):
            shutil.copy(sources / name, root / "work" / name)
        with contextlib.chdir(root / "work"):
            for name in USERS:
                Path(name).parent.mkdir(exist_ok=True)
                Path(name).write_text(name)
            _must("import", "kgx", "nodes.tsv", "edges.tsv", "-o", "other")
            _must("merge", "curated", "other", "-o", "indexed")
            for command in COMMANDS:
                _must(*command.arguments)
                if seen(command) != "whole":
                    raise SystemExit(f"{command.name} cannot be read back")
            yield


def _must(*arguments: str) -> None:
    if ended(run(arguments)):
        raise SystemExit(f"failed: {' '.join(arguments)}")


def kill(number: int, times: int, chance: random.Random) -> None:
    """End each command so often by a signal, at moments spread over its run, and print what was found."""
    for command in COMMANDS:
        begun = time.perf_counter()
        _must(*command.arguments)
        length = time.perf_counter() - begun
        found: Counter[str] = Counter()
        for _ in range(times):
            process = run(command.arguments)
            time.sleep(chance.uniform(0, 1.05) * length)
            os.kill(process, number)
            found["ended by it" if ended(process) else "was done"] += 1
            found[seen(command)] += 1
            found["left-overs at once"] = max(found["left-overs at once"], len(left_over()))
        if number != signal.SIGKILL:
            found["left-overs"] += len(left_over())
        _must(*command.arguments)
        _must(*COMMANDS[0].arguments)  # the next run that writes there
        found["left-overs after the next run"] += len(left_over())
        found["in TMPDIR"] += len([*Path("../temporary").iterdir()])
        found["user's files harmed"] += len(harmed())
        _say(f"{signal.Signals(number).name} {command.name}", found)


def crowd(rounds: int) -> None:
    """Eight writers and eight readers of one target at once."""
    for command in COMMANDS:
        found: Counter[str] = Counter()
        for _ in range(rounds):
            writers = [run(command.arguments) for _ in range(8)]
            readers = [forked(lambda: _expect(command)) for _ in range(8)]  # noqa: B023 - forked at once
            found.update("written" if not ended(p) else "refused" for p in writers)
            found.update("read" if not ended(p) else "not read" for p in readers)
        found[seen(command)] += 1
        found["left-overs"] += len(left_over())
        found["user's files harmed"] += len(harmed())
        _say(f"eight at once: {command.name}", found)


def _say(what: str, found: Counter[str]) -> None:
    print(f"{what}: {', '.join(f'{n} {name}' for name, n in found.items())}", flush=True)


def main() -> None:
    """Run all of it."""
    import duckdb
    import pyarrow.parquet
    import pyoxigraph

    del duckdb, pyarrow, pyoxigraph  # loaded before the processes part, so that each starts at once
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    chance = random.Random(seed)
    each = -(-kills // len(COMMANDS))
    with prepared():
        kill(signal.SIGKILL, each, chance)
        for number in (signal.SIGTERM, signal.SIGINT):
            kill(number, -(-each // 8), chance)
        crowd(3)


if __name__ == "__main__":
    main()
