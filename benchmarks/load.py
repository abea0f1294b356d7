"""The server under load, on loopback: 50 path questions a second, 200 at once, endless queries, a stop.

``python -m benchmarks.load [SECONDS]``; prints what came back, how long it took, the memory of the server,
and the load of the machine, without which no figure means anything.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import mscgraph as mg

RATE = 50
ENDS = (
    "MSC",
    "Th17 cell",
    "EAE",
    "Treg",
    "IDO1",
    "PGE2",
    "NK cell",
    "macrophage",
    "microglia",
    "IL-10",
    "MSC-EV",
)
HOSTILE = (
    "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "SELECT * WHERE { ?a (!<x:x>|^(!<x:x>))* ?b . ?b (!<x:x>|^(!<x:x>))* ?c } ORDER BY ?c",
    "SELECT DISTINCT ?a ?c WHERE { ?a ?p ?b . ?c ?q ?d . FILTER(STR(?b) < STR(?d)) }",
)


class Came(NamedTuple):
    """What came back: the status, or what happened instead, and after how many seconds."""

    status: str
    seconds: float


class Server:
    """A running server, the questions that are asked of it, and its memory."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "mscgraph", "serve", "--port", "0"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        self.port = int(self.process.stderr.readline().strip(" /\n").rpartition(":")[2])
        # the log is read by nobody here, and must not fill its pipe
        subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL)
        kg = mg.load()
        self.names = sorted(
            {kg.name(end) for a in kg.associations.values() for end in (a.subject, a.object)}
        )
        self.random = random.Random(18)

    def question(self) -> str:
        ends = [self.random.choice(ENDS if self.random.random() < 0.7 else self.names) for _ in "ab"]
        return "/api/paths?" + urlencode({"source": ends[0], "target": ends[1]})

    def megabytes(self) -> int:
        said = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(re.findall(r"VmRSS:\s+(\d+)", said)[0]) // 1024

    async def get(self, target: str) -> Came:
        begun = time.monotonic()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(
                f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
            )
            answer = await asyncio.wait_for(reader.read(), 120)
            writer.close()
        except OSError as error:
            return Came(type(error).__name__, time.monotonic() - begun)
        head, _, body = answer.partition(b"\r\n\r\n")
        size = re.search(rb"content-length: (\d+)", head)
        whole = size is not None and int(size[1]) == len(body)
        return Came(head[9:12].decode() if whole else "cut short", time.monotonic() - begun)

    async def steady(self, seconds: float) -> list[Came]:
        begun, asked = time.monotonic(), []
        for number in range(int(RATE * seconds)):
            await asyncio.sleep(max(0.0, begun + number / RATE - time.monotonic()))
            asked.append(asyncio.create_task(self.get(self.question())))
        return list(await asyncio.gather(*asked))


def show(name: str, came: list[Came]) -> None:
    times = sorted(one.seconds for one in came if one.status == "200")
    at = (
        [f"{1000 * times[int(part * (len(times) - 1))]:.0f}" for part in (0.5, 0.95, 1)]
        if times
        else []
    )
    counts = dict(Counter(one.status for one in came))
    said = f"{' / '.join(at)} ms (median, p95, longest); load {os.getloadavg()[0]:.1f}"
    print(f"{name}: {counts}; answered in {said}")


async def measure(seconds: float) -> None:
    server = Server()
    await server.get("/sparql?query=ASK%7B%7D")
    before = server.megabytes()
    show(f"{RATE} a second for {seconds:.0f} s", await server.steady(seconds))
    print(f"memory: {before} MB before, {server.megabytes()} MB after")
    show(
        "200 at once", list(await asyncio.gather(*(server.get(server.question()) for _ in range(200))))
    )
    queries = [f"/sparql?{urlencode({'query': HOSTILE[at % len(HOSTILE)]})}" for at in range(20)]
    hostile = [asyncio.create_task(server.get(query)) for query in queries]
    await asyncio.sleep(0.5)
    paths, short = [], []
    while not all(one.done() for one in hostile):
        paths.append(await server.get(server.question()))
        short.append(await server.get("/sparql?query=ASK%7B%7D"))
    show("20 queries without end", list(await asyncio.gather(*hostile)))
    show("path questions next to them", paths)
    show("short queries next to them", short)
    asked = asyncio.create_task(server.steady(6))
    await asyncio.sleep(3)
    server.process.send_signal(signal.SIGTERM)
    show("SIGTERM under load", await asked)
    server.process.wait(60)


if __name__ == "__main__":
    asyncio.run(measure(float(sys.argv[1]) if len(sys.argv) > 1 else 120))
