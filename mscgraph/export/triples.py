"""RDF: nothing is lost; Turtle, N-Triples and RDF/XML hold the five named graphs as one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mscgraph.export.export import Loss, Written
from mscgraph.rdf import describe, nanopublications, serialize

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rdf(kg: KnowledgeGraph, form: str, *, rdf12: bool = False) -> Written:
    """The graph in a syntax of RDF."""
    content = serialize(kg, form, rdf12=rdf12)
    if form != "rdfxml":
        return content, ()
    text, unwritable = _NOT_XML.subn("\ufffd", content.decode())
    losses = (Loss("control characters", unwritable, "XML 1.0 cannot hold them"),)
    return text.replace("\r", "&#13;"), losses  # a bare one would be read as a line feed


def void(kg: KnowledgeGraph, _form: str) -> Written:
    """VoID, DCAT and PROV as Turtle."""
    counts = {
        "Finding": len(kg.findings),
        "Association": len(kg.associations),
        "Entity": len(kg.entities),
    }
    why = "a description of the data set, to publish with the RDF"
    return describe(kg), tuple(Loss(what, count, why) for what, count in counts.items())


def nanopub(kg: KnowledgeGraph, _form: str) -> Written:
    """One TriG file an association, named after its id."""
    unsupported = sum(not edge.supporting for edge in kg.associations.values())
    why = "a nanopublication asserts one association; only its id, and papers' ids, are in it"
    return {f"{key.replace(':', '_')}.trig": text for key, text in nanopublications(kg)}, (
        Loss("Association", unsupported, "a nanopublication asserts, and nothing supports it"),
        Loss("Entity", len(kg.entities), why),
        Loss("Publication", len(kg.publications), why),
    )
