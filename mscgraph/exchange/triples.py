"""RDF: nothing is lost; Turtle, N-Triples and RDF/XML hold the five named graphs as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.rdf import serialize

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.exchange.formats import Loss
    from mscgraph.graph import KnowledgeGraph

__all__ = ["write"]


def write(kg: KnowledgeGraph, target: Path, form: str, *, rdf12: bool = False) -> tuple[Loss, ...]:
    """Write the graph as RDF."""
    target.write_bytes(serialize(kg, form, rdf12=rdf12))
    return ()
