"""The papers behind a graph or a slice, for people who cite what an answer rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.explain.bibtex import to_bibtex
from mscgraph.export.formats import Loss

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph

__all__ = ["write"]


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write the publications that the graph's findings come from."""
    del form
    cited = sorted({finding.publication for finding in kg.findings.values()})
    target.write_text(to_bibtex(kg.publications[key] for key in cited), encoding="utf-8", newline="\n")
    why = "a bibliography holds papers, not what they say"
    return (
        Loss("Finding", len(kg.findings), why),
        Loss("Association", len(kg.associations), why),
        Loss("Entity", len(kg.entities), why),
    )
