"""A description of the data set for catalogues: it holds counts and sources, none of the knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.export.formats import Loss
from mscgraph.rdf import describe

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph

__all__ = ["write"]


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write VoID, DCAT and PROV as Turtle."""
    del form
    target.write_bytes(describe(kg))
    why = "a description of the data set, to publish with the RDF"
    return (
        Loss("Finding", len(kg.findings), why),
        Loss("Association", len(kg.associations), why),
        Loss("Entity", len(kg.entities), why),
    )
