"""Statements of other sources into a graph directory.

A reader yields entities and statements; ``intake`` gives every one of them the same prefixes, the same
mapping of relations (``terms/relations.tsv``) and a place for notes; the frame here writes the directory
whole or not at all.
"""

from mscgraph.large.importers.importer import IMPORTERS, import_graph

__all__ = ["IMPORTERS", "import_graph"]
