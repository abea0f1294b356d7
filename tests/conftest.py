"""Fixtures that every kind of test shares."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mscgraph.graph import KnowledgeGraph, load

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def kg() -> KnowledgeGraph:
    """The shipped graph."""
    return load()


@pytest.fixture(scope="session")
def rename(kg: KnowledgeGraph) -> Callable[[str], KnowledgeGraph]:
    """A small graph, with findings for and against, in which every free text is the given one."""
    about = ("CL:0000134", "CL:0000899")
    kept = {key: f for key, f in kg.findings.items() if (f.subject, f.object) == about}
    papers = {f.publication: kg.publications[f.publication] for f in kept.values()}

    def made(text: str) -> KnowledgeGraph:
        changes = {"name": text, "label": text, "definition": text, "synonyms": (text, text + "|")}
        entities = {i: rebuilt(kg.entities[i], parents=(), **changes) for i in about}
        findings = {i: rebuilt(f, statement=text, note=text, comparator=text) for i, f in kept.items()}
        titled = {i: rebuilt(paper, title=text, journal=text) for i, paper in papers.items()}
        return KnowledgeGraph(
            rebuilt(kg._tables, entities=entities, findings=findings, publications=titled, places={})
        )

    return made


def rebuilt(record: Any, **changes: object) -> Any:
    """The record with changes, whatever kind of record it is."""
    kind = type(record)
    names = inspect.signature(kind).parameters
    return kind(**{name: changes.get(name, getattr(record, name)) for name in names})
