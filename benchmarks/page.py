"""The page in a headless browser: size, opening, frames, clicks, filters, search and paths, by graph.

``python -m benchmarks.page [--graphs shipped 5000 20000]``; prints a table and writes
``build/bench/page.json`` and ``page.md``. A figure counts from the input event to the second frame after
it, so drawing is in it. Frames are those that the page was given while every frame moved the picture.
Nothing here is asserted by the suite.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.invented import invented_graph
from mscgraph.graph import KnowledgeGraph, load
from mscgraph.page import write_page
from mscgraph.paths import find_paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

RUNS = 24
COMPARED = 6
GRAPHS = {"shipped": (0, 0), "5000": (5_000, 20_000), "20000": (20_000, 100_000)}
TARGETS = {
    "shipped": {"kB": 600, "interactive": 600},
    "5000": {"kB": 1500, "interactive": 1000},
    "20000": {"kB": 5000, "interactive": 2500, "path": 100},
}
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")

# Runs `act`, and answers with the milliseconds until what it changed has been drawn.
DRAWN = """async (act) => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame();
  await new Promise((done) => setTimeout(done, 30));
  const start = performance.now();
  act();
  const root = document.documentElement.dataset;
  do await frame(); while (root.ready !== (location.hash || "#"));
  await frame();
  return performance.now() - start;
}"""
CLICK = f"""(n) => ({DRAWN})(() => {{
  const all = [...document.querySelectorAll("#lines .line")];
  const hit = all[(n * 7) % all.length].querySelector(".hit");
  for (const kind of ["pointerdown", "pointerup"]) {{
    hit.dispatchEvent(new PointerEvent(kind, {{ bubbles: true }}));
  }}
  hit.dispatchEvent(new MouseEvent("click", {{ bubbles: true }}));
}})"""
FILTER = f"""(n) => ({DRAWN})(() => {{
  const all = document.querySelectorAll("#facets input");
  all[((n >> 1) * 3) % all.length].click();
}})"""
SEARCH = f"""(text) => ({DRAWN})(() => {{
  const field = document.getElementById("search");
  field.value = text;
  field.dispatchEvent(new InputEvent("input", {{ bubbles: true }}));
}})"""
PATHS = """([from, to, max]) => {
  const start = performance.now();
  const { paths } = mscgraph.findPaths(from, to, { max });
  return [performance.now() - start, paths.length];
}"""
ANSWER = """([from, to]) => {
  const { complete, verdict, paths } = mscgraph.findPaths(from, to, { max: 4 });
  return [complete, verdict, paths.map((path) => path.map((a) => mscgraph.associations.id[a]))];
}"""
FRAMES = """(kind) => new Promise((done) => {
  const graph = document.getElementById("graph");
  const box = document.getElementById("canvas").getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const at = (n) => ({
    bubbles: true, cancelable: true, pointerId: 1, isPrimary: true, buttons: 1, button: 0,
    clientX: x + 150 * Math.sin(n / 9), clientY: y + 90 * Math.cos(n / 7) });
  const target = document.querySelector("#graph .column-head") ?? graph;
  if (kind === "pan") target.dispatchEvent(new PointerEvent("pointerdown", at(0)));
  let n = 0;
  let start = 0;
  const step = (now) => {
    if (n === 5) start = now;
    n += 1;
    if (kind === "pan") target.dispatchEvent(new PointerEvent("pointermove", at(n)));
    else target.dispatchEvent(new WheelEvent("wheel", { ...at(n), deltaY: n % 40 < 20 ? -24 : 24 }));
    if (now - start < 2000 || n < 20) requestAnimationFrame(step);
    else {
      if (kind === "pan") target.dispatchEvent(new PointerEvent("pointerup", at(n)));
      done(1000 * (n - 6) / (now - start));
    }
  };
  requestAnimationFrame(step);
})"""


def p95(values: list[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    return sorted(values)[min(len(values) - 1, round(0.95 * len(values)))]


def opened(browser: Browser, file: Path, seen: dict[str, int]) -> Page:
    """A fresh page that is ready, everything it asks for and complains of counted."""
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()

    def count(what: str) -> Callable[[Any], None]:
        return lambda _: seen.__setitem__(what, seen[what] + 1)

    page.on("request", lambda request: request.url != file.as_uri() and count("requests")(request))
    page.on("console", count("console messages"))
    page.on("pageerror", count("console messages"))
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-interactive]", state="attached")
    return page


def measure(browser: Browser, file: Path, kg: KnowledgeGraph) -> dict[str, Any]:
    """All figures of one page, times in milliseconds."""
    seen = {"requests": 0, "console messages": 0}
    ready = []
    for _ in range(RUNS):
        page = opened(browser, file, seen)
        ready.append(float(page.evaluate("document.documentElement.dataset.interactive")))
        page.context.close()
    page = opened(browser, file, seen)
    dice = random.Random(5)
    names = [e.name for e in dice.sample(sorted(kg.entities.values(), key=lambda e: e.id), RUNS)]
    figures: dict[str, Any] = {"kB": file.stat().st_size / 1000, "interactive": ready}
    figures["pan"] = [page.evaluate(FRAMES, "pan") for _ in range(3)]
    figures["zoom"] = [page.evaluate(FRAMES, "zoom") for _ in range(3)]
    figures["click"] = [page.evaluate(CLICK, n) for n in range(RUNS)]
    figures["search"] = [page.evaluate(SEARCH, name[: 2 + n % 4]) for n, name in enumerate(names)]
    page.keyboard.press("Escape")
    figures["filter"] = [page.evaluate(FILTER, n) for n in range(RUNS)]
    pairs = [(dice.choice(starts(kg)), dice.choice(ends(kg)), 5) for _ in range(RUNS)]
    at = {identifier: n for n, identifier in enumerate(sorted(kg.entities))}
    page.evaluate(PATHS, [at[pairs[0][0]], at[pairs[0][1]], 5])
    asked = [page.evaluate(PATHS, [at[a], at[b], steps]) for a, b, steps in pairs]
    figures["path"] = [milliseconds for milliseconds, _ in asked]
    figures["found"] = sum(bool(count) for _, count in asked)
    compared = pairs[:COMPARED]
    same = [page.evaluate(ANSWER, [at[a], at[b]]) == engine(kg, a, b) for a, b, _ in compared]
    figures["same answers"] = sum(same)
    page.context.close()
    return figures | seen


def engine(kg: KnowledgeGraph, source: str, target: str) -> list[Any]:
    """What ``mscgraph.find_paths`` answers, as the page does."""
    found = find_paths(kg, source, target, max_length=4)
    verdict = [found.verdict[word] for word in ("increase", "decrease", "unknown")]
    return [found.complete, verdict, [[s.association.id for s in path.steps] for path in found.paths]]


def starts(kg: KnowledgeGraph) -> list[str]:
    """The causes of the graph, those of many relations often."""
    return [a.subject for a in kg.associations.values()]


def ends(kg: KnowledgeGraph) -> list[str]:
    """The targets of the graph, those of many relations often."""
    return [a.object for a in kg.associations.values()]


def row(name: str, figures: dict[str, Any]) -> list[str]:
    """A line of the table: medians and 95th percentiles."""
    pair = {k: f"{statistics.median(figures[k]):.0f} / {p95(figures[k]):.0f}" for k in
            ("interactive", "click", "filter", "search", "path")}  # fmt: skip
    frames = [f"{statistics.median(figures[k]):.0f}" for k in ("pan", "zoom")]
    return [
        name, f"{figures['kB']:.0f}", pair["interactive"], *frames, pair["click"], pair["filter"],
        pair["search"], pair["path"], f"{figures['same answers']} of {COMPARED}",
        str(figures["requests"]), str(figures["console messages"]),
    ]  # fmt: skip


HEAD = ["graph", "kB", "interactive", "pan fps", "zoom fps", "click", "filter", "search", "path ≤ 5",
        "as the engine",
        "requests", "console"]  # fmt: skip


def main() -> None:
    """Measure, print the table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graphs", nargs="*", default=list(GRAPHS), choices=list(GRAPHS))
    parser.add_argument("--keep", action="store_true", help="keep pages that are already written")
    asked = parser.parse_args()
    out = Path("build/bench")
    out.mkdir(parents=True, exist_ok=True)
    program = shutil.which("chromium") or shutil.which("google-chrome")
    rows = [HEAD, ["---"] * len(HEAD)]
    found: dict[str, Any] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        for name in asked.graphs:
            entities, associations = GRAPHS[name]
            kg = invented_graph(entities, associations) if entities else load()
            file = (out / f"page-{name}.html").absolute()
            started = time.perf_counter()
            if not (asked.keep and file.exists()):
                write_page(kg, file)
            label = ", ".join(
                f"{len(getattr(kg, what)):,} {what}"
                for what in ("entities", "associations", "findings")
            )
            found[name] = measure(browser, file, kg) | {
                "graph": label, "target": TARGETS[name], "written in": time.perf_counter() - started
            }  # fmt: skip
            rows.append(row(f"{name}: {label}", found[name]))
            print(" | ".join(rows[-1]), flush=True)
        version = browser.version
        browser.close()
    note = (
        f"Milliseconds, median / p95 of {RUNS}. Chromium {version}, no GPU, {os.cpu_count()} cores, "
        f"{platform.machine()}, load average {os.getloadavg()[1]:.1f}."
    )
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    print(f"\n{table}\n\n{note}")
    (out / "page.md").write_text(f"{table}\n\n{note}\n", encoding="utf-8")
    (out / "page.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
