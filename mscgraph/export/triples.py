"""RDF: nothing is lost; Turtle, N-Triples and RDF/XML hold the five named graphs as one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mscgraph.export.format_table import Loss
from mscgraph.rdf import describe, nanopublications, serialize

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(kg: KnowledgeGraph, target: Path, form: str, *, rdf12: bool = False) -> tuple[Loss, ...]:
    """Write the graph as RDF, or what publishes it elsewhere: its description, and nanopublications."""
    if form in {"void", "nanopub"}:
        return _publish(kg, target, form)
    content = serialize(kg, form, rdf12=rdf12)
    if form != "rdfxml":
        target.write_bytes(content)
        return ()
    text, unwritable = _NOT_XML.subn("\ufffd", content.decode())
    target.write_bytes(text.replace("\r", "&#13;").encode())  # a bare one would be read as a line feed
    return (Loss("control characters", unwritable, "XML 1.0 cannot hold them"),)


def _publish(kg: KnowledgeGraph, target: Path, form: str) -> tuple[Loss, ...]:
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
