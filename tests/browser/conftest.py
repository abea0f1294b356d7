"""A browser, and pages to open in it: of the shipped graph and of a larger invented one."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks.invented import invented_graph
from mscgraph.graph import KnowledgeGraph, load
from mscgraph.model import Finding, Publication
from mscgraph.page import write_page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AXE = Path(__file__).parents[1] / "interop" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def default_ontology(root: Path) -> Path:
    """What the program reads here: the curated tables."""
    return root / "ontology"


@pytest.fixture(scope="session")
def kg() -> KnowledgeGraph:
    """The shipped graph."""
    return load()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        message = f"no browser: none of {', '.join(BROWSERS)} is installed"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The checks of axe-core, to run in a page."""
    if not AXE.is_file():
        message = "npm's axe-core is not installed: make test installs it where npm is there"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return AXE.read_text(encoding="utf-8")


@dataclass
class Visit:
    """An open page and everything that it asked for or complained of."""

    page: Page
    file: Path
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, hash_: str = "") -> Page:
        self.page.goto("about:blank")
        self.requests.clear()
        self.page.goto(self.file.as_uri() + hash_)
        self.page.wait_for_selector("html[data-interactive]", state="attached")
        return self.page

    def settled(self) -> Page:
        """The page once it shows what its address asks for.

        Not by ``wait_for_function``: what it evaluates is a string, which the page's policy forbids, so it
        fails whenever the first look comes too early.
        """
        asked = self.page.evaluate("location.hash || '#'")
        expect(self.page.locator("html")).to_have_attribute("data-ready", asked)
        return self.page

    def move_to(self, hash_: str) -> Page:
        """The page at another address."""
        self.page.evaluate("(hash) => { location.hash = hash; }", hash_)
        return self.settled()


Visitor = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visitor]:
    contexts = []

    def start(file: Path, **options: Any) -> Visit:
        context = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
        contexts.append(context)
        found = Visit(context.new_page(), file)
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.on("console", lambda message: found.complaints.append(message.text))
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        return found

    yield start
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def shipped_page(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(kg, tmp_path_factory.mktemp("pages") / "shipped.html")


def invented(kg: KnowledgeGraph, *, findings: int, seed: int = 1) -> KnowledgeGraph:
    """The shipped entities with many invented findings: contradictions, nulls, every setting."""
    dice = random.Random(seed)
    pattern = next(iter(kg.findings.values()))
    entities = [e for e in kg.entities.values() if e.category not in ("OrganismTaxon", "Disease")]
    hubs = ["CL:0000134", "CL:0002540", "CL:0002570", "HGNC:5438", "CHEBI:15551", "CL:0000899"]
    names = sorted({*sorted(entity.id for entity in entities)[::4], *hubs})  # few, so that paths form
    papers = {
        f"PMID:{n}": Publication(
            id=f"PMID:{n}", pmid=str(n), pmcid="", doi="", title=f"Invented paper {n}", authors="",
            journal="Journal of Tests", year=str(2000 + n % 25), study_design="in_vitro",
            status="retracted" if n % 17 == 0 else "published", included_studies=(),
        )
        for n in range(1, 81)
    }  # fmt: skip
    pairs: list[tuple[str, str]] = []
    rows: dict[str, Finding] = {}
    for n in range(findings):
        if pairs and dice.random() < 0.45:
            pair = dice.choice(pairs)
        else:
            cause = dice.choice(hubs if dice.random() < 0.4 else names)
            target = dice.choice(names)
            if cause == target:
                continue
            pair = (cause, target)
            pairs.append(pair)
        rows[f"MSCGF:{n:07d}"] = pattern._replace(id=f"MSCGF:{n:07d}",
            subject=pair[0],
            object=pair[1],
            predicate=dice.choices(
                ["increases", "decreases", "has_no_effect_on", "alters", "produces", "expresses",
                 "positively_correlated_with"], [30, 24, 10, 6, 8, 4, 4])[0],
            aspect=dice.choice(["abundance", "activity", "proliferation", "apoptosis", "migration"]),
            readout=dice.random() < 0.1,
            publication=dice.choice(sorted(papers)),
            study_design=dice.choice(["in_vitro", "animal_model", "randomized_trial", "case_series"]),
            taxon=dice.choice(["NCBITaxon:9606", "NCBITaxon:10090", "not_reported"]),
            host_taxon="not_reported",
            system=dice.choice(["EAE", "co_culture", "MS_patients", "not_reported"]),
            msc_source=(dice.choice(["CL:0002540", "CL:0002570", "not_reported"]),),
            significance=dice.choice(["significant", "not_significant", "not_reported"]),
            n=str(dice.randrange(3, 90)),
            statement=f"Invented statement {n}.",
            reviewed_by="a reviewer" if dice.random() < 0.3 else "",
        )  # fmt: skip
    return KnowledgeGraph(kg.tables._replace(findings=rows, publications=papers, places={}))


@pytest.fixture(scope="session")
def large(kg: KnowledgeGraph) -> KnowledgeGraph:
    return invented(kg, findings=900)


@pytest.fixture(scope="session")
def large_page(large: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(large, tmp_path_factory.mktemp("pages") / "large.html")


@pytest.fixture(scope="session")
def small() -> KnowledgeGraph:
    return invented_graph(120, 420)


@pytest.fixture(scope="session")
def small_page(small: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(small, tmp_path_factory.mktemp("pages") / "small.html")
