"""RDF: nothing is lost; Turtle and N-Triples hold the five named graphs as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.exchange.formats import Loss
from mscgraph.rdf import serialize

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph

__all__ = ["write"]


def write(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
    """Write the graph as RDF."""
    target.write_bytes(serialize(kg, form))
    stated = sum(bool(edge.sources) for edge in kg.associations.values())
    why = "RDF names who states it, not in which words and from which papers"
    return (Loss("Association.sources", stated, why),)
