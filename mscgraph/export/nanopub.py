"""Nanopublications, unsigned: each association that something supports, with what is for and against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.export.formats import Loss
from mscgraph.rdf import nanopublications

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph

__all__ = ["write"]


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write one TriG file an association, named after its id."""
    del form
    target.mkdir(exist_ok=True)
    for key, text in nanopublications(kg):
        (target / f"{key.replace(':', '_')}.trig").write_bytes(text)
    unsupported = sum(not edge.supporting for edge in kg.associations.values())
    why = "a nanopublication asserts one association; only its id, and papers' ids, are in it"
    return (
        Loss(
            "Association",
            unsupported,
            "a nanopublication asserts, and nothing supports it",
        ),
        Loss("Entity", len(kg.entities), why),
        Loss("Publication", len(kg.publications), why),
    )
