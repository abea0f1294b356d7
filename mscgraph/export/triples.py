"""RDF: nothing is lost; Turtle, N-Triples and RDF/XML hold the five named graphs as one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mscgraph.rdf.describe import describe, nanopublications
from mscgraph.rdf.formats import serialize

if TYPE_CHECKING:
    from mscgraph.export.export import Written
    from mscgraph.graph import KnowledgeGraph

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rdf(kg: KnowledgeGraph, form: str, *, rdf12: bool = False) -> Written:
    """The graph in a syntax of RDF."""
    content = serialize(kg, form, rdf12=rdf12)
    if form != "rdfxml":
        return content, {}
    text, unwritable = _NOT_XML.subn("\ufffd", content.decode())
    # a bare carriage return would be read as a line feed
    return text.replace("\r", "&#13;"), {"unwritable": unwritable}


def void(kg: KnowledgeGraph, _form: str) -> Written:
    """VoID, DCAT and PROV as Turtle."""
    return describe(kg), {}


def nanopub(kg: KnowledgeGraph, _form: str) -> Written:
    """One TriG file an association, named after its id."""
    unsupported = sum(not edge.supporting for edge in kg.associations.values())
    files = {f"{key.replace(':', '_')}.trig": text for key, text in nanopublications(kg)}
    return files, {"unsupported": unsupported}
