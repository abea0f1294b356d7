"""The only room that knows the files of ``ontology/``: rows ⇄ records, in one canonical layout.

The layout is tab-separated UTF-8: a header line, one record a line, lists joined by ``|``, no quoting,
rows sorted by their first column, one newline at the end. ``mscgraph format`` restores it.

``folder`` says which files there are, ``cells`` turns cells into values and back, ``rows`` reads any table,
``reading`` all of them together, ``layout`` writes.
"""

from mscgraph.tables.cells import text_of
from mscgraph.tables.external import (
    ExternalCosts,
    OtherPrefix,
    Relation,
    read_external_costs,
    read_prefix_synonyms,
    read_relations,
)
from mscgraph.tables.folder import example_files, ontology_folder, resource_text, table_files
from mscgraph.tables.layout import canonical, replace_cell
from mscgraph.tables.reading import read_cues, read_second_readings, read_tables
from mscgraph.tables.records import Refinement, Tables

__all__ = [
    "ExternalCosts",
    "OtherPrefix",
    "Refinement",
    "Relation",
    "Tables",
    "canonical",
    "example_files",
    "ontology_folder",
    "read_cues",
    "read_external_costs",
    "read_prefix_synonyms",
    "read_relations",
    "read_second_readings",
    "read_tables",
    "replace_cell",
    "resource_text",
    "table_files",
    "text_of",
]
