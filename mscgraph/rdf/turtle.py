"""Which columns become triples of which graph: what building and reading share.

A finding's column ``route`` is the property ``mscgraph:route``, so that somebody who knows the tables
knows the graph. A value that is the column's default ("not reported", or nothing) has no triple.
"""

from __future__ import annotations

from enum import Enum

from mscgraph.schema import KEY, Entity, Finding, Publication, columns_of

# Kinds of columns whose values are IRIs, and those whose values are SKOS concepts of the vocabulary.
IRIS = ("entity", "CURIE", "publication")
TERMS = ("term", "term or entity")


# How many values a finding, entity or publication has, its types among them.
VALUE_COUNT = "mscgraph:value_count"


# What others state: the fields of a KnowledgeSource, and the licence of its source.
STATED = {
    "primary_knowledge_source": "biolink:primary_knowledge_source",
    "knowledge_level": "biolink:knowledge_level",
    "agent_type": "biolink:agent_type",
    "relation": "mscgraph:original_relation",
    "record": "mscgraph:record",
    "publications": "mscgraph:cites",
}
LICENCE = "dcterms:license"


class Graph(Enum):
    """The named graphs of the dataset, as CURIEs."""

    DIRECT = "MSCGG:direct"
    ASSOCIATIONS = "MSCGG:associations"
    FINDINGS = "MSCGG:findings"
    ENTITIES = "MSCGG:entities"
    ONTOLOGY = "MSCGG:ontology"


_FINDING, _ENTITY, _PUBLICATION = map(columns_of, (Finding, Entity, Publication))

# The subject, predicate, object and aspect of a finding are those of the association that it reports on.
FINDING_COLUMNS = tuple(c for name, c in _FINDING.items() if name not in {"id", *KEY})

# Structural relations: columns of an entity whose triples lie in the direct graph.
DIRECT = tuple(_ENTITY[name] for name in ("parents", "part_of", "derives_from"))
ENTITY_COLUMNS = tuple(
    c for c in _ENTITY.values() if c.name not in {"id", "category"} and c not in DIRECT
)
PUBLICATION_COLUMNS = tuple(c for n, c in _PUBLICATION.items() if n not in {"id", "included_studies"})


def term_curie(column: str, value: str) -> str:
    """The CURIE of a vocabulary value, such as ``MSCGT:route.intrathecal``.

    ``host_taxon`` and the like never come here; a column that shares its vocabulary with another, such
    as a publication's study design with a finding's, shares its terms.
    """
    return f"MSCGT:{column}.{value}"
