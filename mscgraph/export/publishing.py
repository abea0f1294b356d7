"""What publishes the graph elsewhere: its description for catalogues, and nanopublications, unsigned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.export.format_table import Loss
from mscgraph.rdf import describe, nanopublications

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph

__all__ = ["write"]


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write VoID, DCAT and PROV as Turtle; or one TriG file an association, named after its id."""
    if form == "void":
        target.write_bytes(describe(kg))
        why = "a description of the data set, to publish with the RDF"
        return (
            Loss("Finding", len(kg.findings), why),
            Loss("Association", len(kg.associations), why),
            Loss("Entity", len(kg.entities), why),
        )
    target.mkdir(exist_ok=True)
    for key, text in nanopublications(kg):
        (target / f"{key.replace(':', '_')}.trig").write_bytes(text)
    unsupported = sum(not edge.supporting for edge in kg.associations.values())
    why = "a nanopublication asserts one association; only its id, and papers' ids, are in it"
    return (
        Loss("Association", unsupported, "a nanopublication asserts, and nothing supports it"),
        Loss("Entity", len(kg.entities), why),
        Loss("Publication", len(kg.publications), why),
    )
