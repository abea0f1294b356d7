"""The only package that knows the files of ``ontology/``: rows ⇄ records, in one canonical layout.

The layout is tab-separated UTF-8: a header line, one record a line, lists joined by ``|``, no quoting,
rows sorted by their first column, one newline at the end. ``mscgraph format`` restores it.

``folder`` says which files there are, ``cells`` turns cells into values and back, ``rows`` reads any table,
``reading`` all of them together, ``layout`` writes.

Names are loaded when they are first used: a question loads no writer of tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.lazy import homes, load_late

if TYPE_CHECKING:
    from mscgraph.tables.cells import text_of
    from mscgraph.tables.contents import Tables
    from mscgraph.tables.curators import Cue, CueKind, Searches, SecondReading, Withdrawn, read_searches
    from mscgraph.tables.folder import (
        example_files,
        ontology_folder,
        resource_text,
        shipped_folder,
        table_files,
        utf8_text,
    )
    from mscgraph.tables.formatting import add_row, canonical, change_cells, describe_columns
    from mscgraph.tables.other_sources import (
        ExternalCosts,
        OtherPrefix,
        Relation,
        read_external_costs,
        read_prefix_synonyms,
        read_relations,
    )
    from mscgraph.tables.reading import (
        dangling,
        dangling_key,
        read_cues,
        read_second_readings,
        read_tables,
        read_withdrawn,
    )

HOMES = homes(
    {
        "cells": "text_of",
        "curators": "Cue CueKind Searches SecondReading Withdrawn read_searches",
        "other_sources": (
            "ExternalCosts OtherPrefix Relation read_external_costs read_prefix_synonyms read_relations"
        ),
        "folder": "example_files ontology_folder resource_text shipped_folder table_files utf8_text",
        "formatting": "add_row canonical change_cells describe_columns",
        "reading": "dangling dangling_key read_cues read_second_readings read_tables read_withdrawn",
        "contents": "Tables",
    }
)

__all__ = [
    "Cue",
    "CueKind",
    "ExternalCosts",
    "OtherPrefix",
    "Relation",
    "Searches",
    "SecondReading",
    "Tables",
    "Withdrawn",
    "add_row",
    "canonical",
    "change_cells",
    "dangling",
    "dangling_key",
    "describe_columns",
    "example_files",
    "ontology_folder",
    "read_cues",
    "read_external_costs",
    "read_prefix_synonyms",
    "read_relations",
    "read_searches",
    "read_second_readings",
    "read_tables",
    "read_withdrawn",
    "resource_text",
    "shipped_folder",
    "table_files",
    "text_of",
    "utf8_text",
]

if not TYPE_CHECKING:  # a checker then names what is misspelt
    __getattr__ = load_late(__name__, HOMES)
