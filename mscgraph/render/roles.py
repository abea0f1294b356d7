"""The columns of the picture: the biological role of every entity, from source to outcome.

The tables hold no role, because one entity plays several. The picture needs one place for each, so the
role is told from the category, the names, and which way the associations run. It decides where a box
stands and says nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from mscgraph.render.placement import box_width, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Entity
    from mscgraph.render.drawing import Contents, Pair

__all__ = ["ROLES", "place_by_role", "roles"]

ROLES: Mapping[str, str] = {
    "source": "Source: MSC and their products",
    "cue": "Cue that acts on MSC",
    "factor": "Factor, secreted or on the surface",
    "receptor": "Receptor",
    "signal": "Signal inside the cell",
    "cell": "Target cell",
    "effect": "Effect",
    "outcome": "Outcome or read-out",
}

_MSC = "CL:0000134"
_BY_CATEGORY = {
    "Treatment": "source",
    "ExposureEvent": "cue",
    "BiologicalProcess": "effect",
    "AnatomicalEntity": "effect",
    "ClinicalAttribute": "outcome",
    "Disease": "outcome",
    "OrganismTaxon": "outcome",
    "PhenotypicFeature": "outcome",
}
# Words of full names, which the synonyms of a protein spell out.
_SIGNAL = re.compile(
    r"transcription|kinase|signal transducer|nuclear factor|orphan receptor|forkhead|smad|"
    r"t-box|cytokine signaling|hypoxia.inducible factor|\bmtor\b|binding protein gata|cyclin",
    re.IGNORECASE,
)
_RECEPTOR = re.compile(r"\breceptor\b(?! antagonist)", re.IGNORECASE)
_SURFACE_OR_ENZYME = re.compile(r"ligand|antagonist|synthase|\bligase\b", re.IGNORECASE)


def roles(kg: KnowledgeGraph, contents: Contents) -> dict[str, str]:
    """Return the role of every entity of a drawing by id."""
    sources = {e for e in contents.entities if _is_source(kg, kg.entities[e])}
    to_source: Counter[str] = Counter()
    from_source: Counter[str] = Counter()
    leaving = {cause for cause, _ in contents.pairs}
    acted_on: set[str] = set()
    for (cause, target), found in contents.pairs.items():
        if any(a.sign for a in found):
            to_source[cause] += target in sources
        if any(a.sign == 1 for a in found):  # what MSC only lower they do not make
            from_source[target] += cause in sources
        if any(not finding.readout for a in found for finding in a.findings):
            acted_on.add(target)
    found_roles = {}
    for identifier in contents.entities:
        entity = kg.entities[identifier]
        role = "source" if identifier in sources else _by_kind(entity)
        if role is None:
            if identifier not in leaving and identifier not in acted_on:
                role = "outcome"
            elif to_source[identifier] > from_source[identifier]:
                role = "cue"
            else:
                role = "factor" if identifier in leaving or from_source[identifier] else "effect"
        found_roles[identifier] = role
    return found_roles


def place_by_role(
    kg: KnowledgeGraph, shown: Sequence[str], pairs: Iterable[Pair], role: Mapping[str, str]
) -> dict[str, tuple[int, int]]:
    """Return the middle of the box of every entity shown, in columns by role, in pixels."""
    columns = [[entity for entity in shown if role[entity] == name] for name in ROLES]
    return place(columns, pairs, {entity: box_width(kg.name(entity)) for entity in shown})


def _is_source(kg: KnowledgeGraph, entity: Entity) -> bool:
    origins = {entity.id, *entity.derives_from, *kg.ancestors(entity.id)}
    return _MSC in origins or _BY_CATEGORY.get(entity.category) == "source"


def _by_kind(entity: Entity) -> str | None:
    """The role by category and full name; None where only the associations can tell."""
    if entity.category == "Cell":
        return "cell"
    if entity.category in _BY_CATEGORY:
        return _BY_CATEGORY[entity.category]
    words = " | ".join((entity.name, entity.label, *entity.synonyms))
    if _SIGNAL.search(words):
        return "signal"
    if _RECEPTOR.search(words) and not _SURFACE_OR_ENZYME.search(words):
        return "receptor"
    return None
