"""What an association says in Biolink's words: the one mapping, which RDF and KGX share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.model import Sign
from mscgraph.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

    from mscgraph.model import Aspect, Predicate

KNOWLEDGE_SOURCE = "infores:mscgraph"

# The most cautious first: an edge is as little reviewed as its least reviewed finding.
_AGENTS = ("text_mining_agent", "manual_validation_of_automated_agent", "manual_agent")


class BiolinkStatement(NamedTuple):
    """An association in Biolink: a predicate and its qualifiers, ``""`` where there is none."""

    predicate: str
    negated: bool
    qualified_predicate: str
    object_aspect_qualifier: str
    object_direction_qualifier: str


def statement(predicate: Predicate, aspect: Aspect) -> BiolinkStatement:
    """Return what a predicate and an aspect amount to in Biolink.

    Biolink has no word for some aspects, such as apoptosis. "Decreased" alone would then be read as less
    of the object, so the direction is given only where more of the aspect is more of the object.

    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> statement(kg.predicates["decreases"], kg.aspects["secretion"]).object_direction_qualifier
    'decreased'
    >>> statement(kg.predicates["decreases"], kg.aspects["apoptosis"]).object_direction_qualifier
    ''
    """
    readable = bool(aspect.biolink) or aspect.polarity is Sign.POSITIVE
    direction = predicate.biolink_direction if readable else ""
    return BiolinkStatement(
        predicate=predicate.biolink,
        negated=predicate.negated,
        qualified_predicate="biolink:causes" if direction else "",
        object_aspect_qualifier=aspect.biolink,
        object_direction_qualifier=direction,
    )


def agent_type(found: Collection[str]) -> str:
    """Return the one agent type of an edge from those of its findings, the most cautious.

    >>> agent_type({"manual_agent", "text_mining_agent"})
    'text_mining_agent'
    """
    return next((agent for agent in _AGENTS if agent in found), "not_provided")
