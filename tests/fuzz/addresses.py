"""The address of a page, in a browser: what it asks for is shown, or the page says that it is not."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from urllib.parse import parse_qsl

import mscgraph as mg
from tests.code import small

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PROGRAM = next(filter(None, map(shutil.which, BROWSERS)), None)
PLAIN = "\n".join((
    "#from=CL:0000134&to=CL:0000899&max=3&effect=decrease&k=90&path=2&via=HGNC:6059&taxon=human&least=C",
    "#view=table&species=mouse&species=rat&grade=A&contested=1&all=1", "#line=CL:0000134|CL:0000899",
    "#view=compare&one=CL:0000134&other=CL:0000899", "#entity=CL:0000134&focus=CL:0000899&steps=2",
    "#from=CL:0000134&to=CL:0000899&avoid=HGNC:6059&design=in+vitro&source=not+reported&view=matrix",
))  # fmt: skip
FILTERS = frozenset(("direction", "grade", "species", "system", "design", "source", "curation"))
NAMES = frozenset((
    "view", "one", "other", "entity", "line", "focus", "steps", "from", "to", "max", "effect", "k", "path",
    "via", "avoid", "taxon", "least", "all", "contested",
))  # fmt: skip
DEFAULTS = {
    "view": "graph", "steps": "1", "max": "4", "effect": "any", "k": "30", "all": "0", "contested": "0",
}  # fmt: skip
_SHOWN = """async (hash) => {
    location.hash = hash;
    await new Promise((done) => setTimeout(done, 0));
    while (document.documentElement.dataset.ready !== (location.hash || "#") && !window.broken)
        await new Promise((done) => setTimeout(done, 5));
    const text = (id) => document.getElementById(id).textContent;
    return [location.hash, text("gone"), text("summary"),
            document.querySelector("#views [aria-pressed=true]").id];
}"""


class _Page(Thread):
    """The page of the small graph in a browser, driven from a thread of its own beside other browsers."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.asked: SimpleQueue[str | None] = SimpleQueue()
        self.answered: SimpleQueue[tuple[list[str], list[str]]] = SimpleQueue()
        self.start()
        atexit.register(self.close)

    def run(self) -> None:
        from playwright.sync_api import sync_playwright

        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, sync_playwright() as playwright:
            file = mg.write_page(small.graph(), Path(folder) / "p.html")
            browser = playwright.chromium.launch(
                executable_path=PROGRAM, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page()
            complaints: list[str] = []
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(file.as_uri())
            page.evaluate("addEventListener('error', () => { window.broken = true; })")
            while (address := self.asked.get()) is not None:
                complaints.clear()
                self.answered.put((page.evaluate(_SHOWN, address), list(complaints)))
            browser.close()

    def at(self, address: str) -> tuple[list[str], list[str]]:
        """What the page shows at an address, and what its script complains of."""
        self.asked.put(address)
        return self.answered.get()

    def close(self) -> None:
        self.asked.put(None)
        self.join(10)


@cache
def _page() -> _Page:
    return _Page()


def follow(file: Path) -> None:
    """Open each address of a file; AssertionError where the script fails or a wish is lost in silence."""
    for address in file.read_bytes().decode(errors="replace").split("\n"):
        (taken, gone, summary, view), complaints = _page().at(address.strip())
        assert not complaints, f"{address!r}: {complaints}"
        seen: dict[str, str] = {}
        for name, value in parse_qsl(taken.removeprefix("#"), errors="replace"):
            said = (
                f"{name}={value} says",
                f"{value} is not in",
                f"{value.replace('|', ' to ', 1)} is in",
            )
            if DEFAULTS.get(name) == value or any(words in gone for words in said):
                continue
            if name in FILTERS:
                assert value in summary, f"{address!r}: {name}={value} is lost: {summary!r}, {gone!r}"
                continue
            now = {"all": "1", "contested": "1", "view": view.removeprefix("show-")}.get(name, value)
            if name not in {"via", "avoid"}:
                now = seen.setdefault(name, now)
            assert name in NAMES, f"{address!r}: {name}={value} is lost: {gone!r}"
            assert now == value, f"{address!r}: {name}={value} is lost to {now}: {gone!r}"
