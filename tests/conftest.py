"""Fixtures that every kind of test shares."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from mscgraph.graph import KnowledgeGraph
from mscgraph.site import write_site
from tests.code import small

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

# How fast a busy machine makes examples is no fault of what they test.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

ROOT = Path(__file__).parents[1]
# Seconds for one test with its fixtures: ten times what the slowest takes on a free machine.
LIMIT = 300


def pytest_configure() -> None:
    """Hear SIGINT, which a shell lets a job in the background ignore, so that children hear it too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """End a test that waits for ever, with a traceback that shows where."""

    def too_long(*_: object) -> None:
        pytest.fail(f"{item.nodeid} took more than {LIMIT} s")

    signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, LIMIT, 10)  # again, where the end of a test waits too
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="module", autouse=True)
def default_ontology() -> Iterator[Path]:
    """What the program reads where no folder is named: the small graph's, also in child processes."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MSCGRAPH_ONTOLOGY", str(small.folder()))
        yield small.folder()


@pytest.fixture(scope="session")
def kg() -> KnowledgeGraph:
    """The small graph of ``tests/code/small``; no curated row is in it."""
    return small.graph()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """An ontology folder of the small graph that a test may change."""
    return small.write(tmp_path / "ontology")


@pytest.fixture(scope="session")
def rename() -> Callable[[str], KnowledgeGraph]:
    """A small graph, with findings for and against, in which every free text is the given one."""
    kg = small.graph()
    about = ("CL:0000134", "CL:0000899")
    kept = {key: f for key, f in kg.findings.items() if (f.subject, f.object) == about}
    papers = {f.publication: kg.publications[f.publication] for f in kept.values()}

    def made(text: str) -> KnowledgeGraph:
        changes = {"name": text, "label": text, "definition": text, "synonyms": (text, text + "|")}
        entities = {i: kg.entities[i]._replace(parents=(), **changes) for i in about}
        findings = {i: f._replace(statement=text, note=text, comparator=text) for i, f in kept.items()}
        titled = {i: paper._replace(title=text, journal=text) for i, paper in papers.items()}
        return KnowledgeGraph(
            kg.tables._replace(entities=entities, findings=findings, publications=titled, places={})
        )

    return made


HOSTILE = '</script><script>alert("x")</script><img src=x onerror=alert(1)> & "quoted" \'single\''


@pytest.fixture(scope="session")
def hostile() -> KnowledgeGraph:
    """A contested part of the small graph, with names that mean harm and ids that are odd."""
    kg = small.graph()
    findings = {f.id: f for f in kg.find_findings(object="Th17 cell")[:40]}
    pattern = next(iter(findings.values()))
    odd = {
        "DOI:10.1/a/b<c>:d": "https://doi.org/10.1/a/b",
        "MSCG:Odd": "mixed case",
        "MSCG:odd": "the same in lower case",
        "FPLX:../../etc/passwd": "a path",
        "HGNC:" + "9" * 300: "longer than a file name may be",
    }
    entity = next(iter(kg.entities.values()))
    entities = dict(kg.entities)
    for identifier, name in odd.items():
        entities[identifier] = entity._replace(
            id=identifier, name=f"{name} {HOSTILE}", synonyms=(HOSTILE, "عربي 🧬"), parents=(),
            xrefs=("HGNC:\"><script>alert(1)</script>",), definition=HOSTILE,
            part_of=(), derives_from=(), taxon="",
        )  # fmt: skip
    papers = dict(kg.publications)
    for number, status in enumerate(("retracted", "concern", "preprint"), 1):
        key = f"DOI:10.9999/{status}?<{number}>"
        papers[key] = kg.publications[pattern.publication]._replace(id=key, pmid="", pmcid="", doi=key[4:],
            title=f"{status} {HOSTILE}", status=status,
        )  # fmt: skip
    rows = list(odd)
    for number, (paper, predicate) in enumerate(
        (paper, predicate)
        for paper in list(papers)[-3:]
        for predicate in ("increases", "decreases", "has_no_effect_on")
    ):
        key = f"MSCGF:88{number:05d}"
        findings[key] = pattern._replace(
            id=key, predicate=predicate, publication=paper, subject=rows[number % 2],
            object=rows[2 + number % 3], statement=f"{HOSTILE} {number}", note="=SUM(A1)\tB",
            # a trial that a registry knows, one by a name that means harm, cohorts known by their papers
            study_design=("phase_2", "in_vitro")[number % 2], comparator=HOSTILE,
            study={1: "NCT00000001", 3: f"../{HOSTILE}"}.get(number, ""),
        )  # fmt: skip
    used = {end for f in findings.values() for end in (f.subject, f.object, f.taxon, f.host_taxon)}
    used |= {up for e in used & set(kg.entities) for up in kg.ancestors(e)}
    kept = {key: value for key, value in entities.items() if key in used}
    cited = {f.publication for f in findings.values()}
    held = {key: value for key, value in papers.items() if key in cited}
    tables = kg.tables._replace(entities=kept, publications=held, findings=findings, places={})
    return KnowledgeGraph(tables)


@pytest.fixture(scope="session")
def hostile_site(hostile: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the small hostile graph."""
    return write_site(hostile, tmp_path_factory.mktemp("sites") / "site")
