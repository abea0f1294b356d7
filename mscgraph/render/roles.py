"""The columns of the picture: where an entity stands between source and outcome, by its curated role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.render.placement import box_width, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Entity

# The columns from left to right.
ROLES: Mapping[str, str] = {
    "source": "Source",
    "cue": "Cue or drug",
    "factor": "Mediator",
    "receptor": "Receptor",
    "signal": "Signal in the cell",
    "cell": "Target cell",
    "effect": "Process or structure",
    "outcome": "Outcome or disease",
}
_COLUMNS = {
    "source_product": "source",
    "licensing_cue": "cue", "drug": "cue",
    "secreted_factor": "factor", "surface_molecule": "factor", "enzyme": "factor", "microrna": "factor",
    "receptor": "receptor",
    "intracellular_signal": "signal",
    "cell": "cell",
    "process": "effect", "structure": "effect", "anatomy": "effect", "other": "effect",
    "outcome": "outcome", "disease": "outcome", "species": "outcome",
}  # fmt: skip
# Of an entity without a role, as graphs from elsewhere have them.
_BY_CATEGORY = {
    "Treatment": "source", "ExposureEvent": "cue", "Cell": "cell", "BiologicalProcess": "effect",
    "AnatomicalEntity": "effect", "ClinicalAttribute": "outcome", "Disease": "outcome",
    "OrganismTaxon": "outcome", "PhenotypicFeature": "outcome",
}  # fmt: skip


def column_of(entity: Entity) -> str:
    """Return the column in which an entity stands, a key of :data:`ROLES`."""
    return _COLUMNS.get(entity.role) or _BY_CATEGORY.get(entity.category, "factor")


def role_words(kg: KnowledgeGraph, entity: Entity) -> str:
    """Return what an entity is in the mechanisms: its curated role, or the head of its column."""
    term = kg.vocabulary.get("role", {}).get(entity.role)
    return term.label if term else ROLES[column_of(entity)]


def place_by_role(
    kg: KnowledgeGraph, shown: Sequence[str], pairs: Iterable[tuple[str, str]]
) -> dict[str, tuple[int, int]]:
    """Return the middle of the box of every entity shown, in columns by role, in pixels."""
    columns: dict[str, list[str]] = {name: [] for name in ROLES}
    for entity in shown:
        columns[column_of(kg.entities[entity])].append(entity)
    return place(list(columns.values()), pairs, {e: box_width(kg.name(e)) for e in shown})
