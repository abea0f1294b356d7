"""What may stand between the ends of a path: no detour, no outcome, no tissue that a cell came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.graph import entities_with_roles
from mscgraph.model import Entity
from mscgraph.tables.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from mscgraph.graph import KnowledgeGraph

# A disease, a symptom, a clinical measure or a model of a disease ends a mechanism: what follows it is its
# course, not a step of the mechanism.
END_CATEGORIES = frozenset({"Disease", "PhenotypicFeature", "ClinicalAttribute"})
END_ROLES = frozenset({"disease", "outcome"})
_PRODUCT = "source_product"
_ID, _CATEGORY, _ROLE = map(Entity._fields.index, ("id", "category", "role"))


def may_pass(category: str, role: str, categories: Collection[str], through: Collection[str]) -> bool:
    """Whether an entity of a category and a role may stand between the ends of a path.

    ``categories`` are those that alone may, where there are any; ``through`` are categories and roles that
    may although they would end a path. What is named in one of them is not held back.
    """
    if categories and category not in categories:
        return False
    if category in through or role in through or category in categories:
        return True
    return category not in END_CATEGORIES and role not in END_ROLES


def only_ends(
    kg: KnowledgeGraph, categories: Collection[str], through: Collection[str]
) -> frozenset[str]:
    """Return the ids of the entities that by category or role may not stand between the ends."""
    seen: dict[tuple[str, str], bool] = {}
    barred = []
    for row in rows_of(kg.entities).values():
        said = (row[_CATEGORY], row[_ROLE])
        if said not in seen:
            seen[said] = may_pass(*said, categories, through)
        if not seen[said]:
            barred.append(row[_ID])
    return frozenset(barred)


def only_ends_by_role(
    kg: KnowledgeGraph, categories: Collection[str], through: Collection[str]
) -> frozenset[str]:
    """Return those of them whose role says so, which may be of any category."""
    return frozenset(
        entity.id
        for entity in entities_with_roles(kg, END_ROLES)
        if not may_pass(entity.category, entity.role, categories, through)
    )


def tissue_sources(kg: KnowledgeGraph) -> frozenset[str]:
    """Return the kinds of a cell product by tissue, such as BM-MSC: conditions of findings, not steps.

    They have the role of a product, as what they are a kind of has.
    """
    kept: frozenset[str] | None = vars(kg.whole).get("tissue_sources")
    if kept is None:
        products = {entity.id: entity for entity in entities_with_roles(kg, {_PRODUCT})}
        kept = frozenset(e.id for e in products.values() if not products.keys().isdisjoint(e.parents))
        vars(kg.whole)["tissue_sources"] = kept
    return kept


def detours(kg: KnowledgeGraph, ends: Iterable[str]) -> frozenset[str]:
    """Return the classes of the ends of a path, above and below them: a route does not come back to one."""
    return frozenset().union(*(kg.kinds_of(one) | kg.ancestors(one) for one in ends))
