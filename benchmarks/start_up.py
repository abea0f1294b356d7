"""Start-up as ratios to a bare interpreter: medians of interleaved runs, so that both see the same load.

Modules are compiled first, as an installer does.

``python -m benchmarks.start_up``; writes ``build/bench/start_up.json`` and prints it as a table.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 15
BARE = [sys.executable, "-c", "pass"]
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
PROGRAM = [sys.executable, "-m", "mscgraph"]
COMMANDS = {
    "import mscgraph": ([sys.executable, "-c", "import mscgraph"], None),
    "mscgraph --help": ([*PROGRAM, "--help"], 5),
    "mscgraph paths MSC 'Th17 cell'": (
        [*PROGRAM, "paths", "MSC", "Th17 cell"],
        8,
    ),
    "import click": ([sys.executable, "-c", "import click"], None),
    "mscgraph find IDO": ([*PROGRAM, "find", "IDO"], None),
}


def seconds(command: list[str]) -> float:
    """The wall time of one run of a command."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=ENVIRONMENT)
    return time.perf_counter() - start


def main() -> None:
    """Measure, print the table, write the figures."""
    runs: dict[str, list[float]] = {name: [] for name in COMMANDS}
    bare: list[float] = []
    for command, _ in COMMANDS.values():
        seconds(command)
    for _ in range(ROUNDS):
        bare.append(seconds(BARE))
        for name, (command, _) in COMMANDS.items():
            runs[name].append(seconds(command))
    base = statistics.median(bare)
    print(f"bare interpreter: {base * 1000:.1f} ms (median of {ROUNDS})")
    figures = {}
    for name, (_, target) in COMMANDS.items():
        ratio = statistics.median(runs[name]) / base
        figures[name] = {"ratio": round(ratio, 2), "target": target}
        print(f"{ratio:5.1f}×  {name}" + (f"  (target {target}×)" if target else ""))
    out = Path("build/bench")
    out.mkdir(parents=True, exist_ok=True)
    (out / "start_up.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
