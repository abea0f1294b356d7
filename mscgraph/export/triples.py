"""RDF: nothing is lost; Turtle, N-Triples and RDF/XML hold the five named graphs as one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mscgraph.export.format_table import Loss
from mscgraph.rdf import serialize

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph

__all__ = ["write"]

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(kg: KnowledgeGraph, target: Path, form: str, *, rdf12: bool = False) -> tuple[Loss, ...]:
    """Write the graph as RDF."""
    content = serialize(kg, form, rdf12=rdf12)
    if form != "rdfxml":
        target.write_bytes(content)
        return ()
    text, unwritable = _NOT_XML.subn("\ufffd", content.decode())
    target.write_bytes(text.replace("\r", "&#13;").encode())  # a bare one would be read as a line feed
    return (Loss("control characters", unwritable, "XML 1.0 cannot hold them"),)
