"""Builds the index of a graph directory and is killed at chosen moments; prints what the next start does.

``python -m tests.code.killed_builds DIR [MOMENTS]``: every operation on a file in DIR is a moment;
MOMENTS of them are chosen, evenly. With ``--clock`` SIGKILL comes at random times instead. Each build is a
process of its own; nothing here is asserted, the test reads what is printed.
"""

from __future__ import annotations

import json
import logging
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb  # noqa: F401 - loaded before the processes part, so that each starts at once
import pyarrow as pa  # noqa: F401 - likewise

from mscgraph.large.index.index_builder import open_or_build, refresh
from mscgraph.large.index.k_best import search_index

if TYPE_CHECKING:
    from collections.abc import Callable

EVENTS = (
    "open",
    "os.rename",
    "os.mkdir",
    "os.remove",
    "os.rmdir",
    "os.chmod",
    "os.listdir",
    "os.scandir",
)


def in_a_process(act: Callable[[], None]) -> int:
    """Run in a forked process; return its exit code, or the negative signal that killed it."""
    child = os.fork()
    if not child:
        try:
            act()
        except BaseException as error:
            print(json.dumps({"failed": repr(error)}), flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def hooked(folder: Path, at: int) -> None:
    """Kill this process at a moment; at 0, count the moments and print their number."""
    seen = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in EVENTS and str(folder) in str(arguments[0]):
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    refresh(folder)
    print(json.dumps({"moments": seen}), flush=True)


def next_start(folder: Path, killed: object, old: bool) -> None:
    """What the next start does: what it says, how many edges it finds, what lies in the folder then."""
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("mscgraph").addHandler(handler)
    index = open_or_build(folder)
    paths = search_index(index, {"A"}, {"F"}, k=3).paths
    print(
        json.dumps(
            {"killed": killed, "old": old, "said": said, "edges": len(index), "paths": len(paths)}
        ),
        flush=True,
    )


def prepare(folder: Path, before: Path | None) -> None:
    """The folder as before: no index, or one of other content."""
    for left in (folder / "index", *folder.glob(".index.*")):
        shutil.rmtree(left, ignore_errors=True)
    if before is not None:
        shutil.copytree(before, folder / "index")


def build_before(folder: Path) -> Path:
    """An index of other content, beside the directory."""
    manifest = folder / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(json.dumps({**json.loads(text), "content": "before"}), encoding="utf-8")
    in_a_process(lambda: print(json.dumps({"before": refresh(folder)}), flush=True))
    manifest.write_text(text, encoding="utf-8")
    return (folder / "index").rename(folder.parent / "before")


def moments_of(folder: Path) -> int:
    """How many moments a build has."""
    reader, writer = os.pipe()

    def count_moments() -> None:
        os.dup2(writer, 1)
        hooked(folder, 0)

    in_a_process(count_moments)
    moments: int = json.loads(os.read(reader, 1000))["moments"]
    return moments


def main() -> None:
    """Kill and start again, as often as asked."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 50
    if "--clock" in sys.argv:
        by_clock(folder, count)
        return
    for before in (None, build_before(folder)):
        prepare(folder, before)
        moments = moments_of(folder)
        some = count // 2
        for number in range(some):
            at = 1 + number * (moments - 1) // (some - 1)
            prepare(folder, before)
            code = in_a_process(lambda at=at: hooked(folder, at))
            if code == -signal.SIGKILL:
                in_a_process(lambda at=at, old=before is not None: next_start(folder, at, old))


def by_clock(folder: Path, count: int) -> None:
    """SIGKILL at random moments of the time that a build takes."""
    before = build_before(folder)
    begun = time.monotonic()
    in_a_process(lambda: print(json.dumps({"built": refresh(folder)}), flush=True))
    takes = time.monotonic() - begun
    rng = random.Random(0)
    for number in range(count):
        old = number % 2 == 0
        prepare(folder, before if old else None)
        child = os.fork()
        if not child:
            refresh(folder)
            os._exit(0)
        moment = rng.uniform(0, takes)
        time.sleep(moment)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        in_a_process(lambda moment=moment, old=old: next_start(folder, round(moment, 3), old))


if __name__ == "__main__":
    main()
