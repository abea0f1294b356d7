"""The graph as RDF: datasets out and in, SPARQL, SHACL.

Oxigraph does the work; the public functions take and return datasets of rdflib, which Python users know.
``build`` says which column becomes which property and makes quads, ``read`` goes the other way, ``formats``
writes files, ``describe`` what is published besides them, ``query`` asks, within ``limits``, and ``shapes``
checks.
"""

from mscgraph.rdf.query import load_questions

__all__ = ["load_questions"]
