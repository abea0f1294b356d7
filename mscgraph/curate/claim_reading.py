"""A claim read from one plain sentence, with what drafts the rows of a paper: no second parser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mscgraph.curate.drafting import OPEN, SentenceReader
from mscgraph.errors import DataError
from mscgraph.explain.words import paper_of
from mscgraph.tables import read_cues

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph

_ROUTE = {"via", "through"}


def read_claims(kg: KnowledgeGraph, sentence: str) -> list[dict[str, Any]]:
    """Read the claims of a sentence, each as the arguments of :func:`mscgraph.check_claim`.

    A species becomes the condition ``taxon``, and what "via" or "through" names ``via``. Nothing that the
    sentence names is left out in silence.

    Parameters
    ----------
    kg
        The graph whose names are looked for.
    sentence
        What is claimed, in the words of an abstract.

    Raises
    ------
    DataError
        When the sentence says no relation of two things that are known, or more than a claim holds.

    Examples
    --------
    >>> import mscgraph as mg
    >>> read_claims(mg.load(), "MSCs lower Th17 cells in humans.")
    [{'subject': 'MSC', 'relation': 'decreases', 'target': 'Th17 cell', 'taxon': 'human'}]
    """
    reader = SentenceReader(kg, read_cues(kg.folder))
    named, _ = reader.read(sentence)
    drafts = list(reader.drafts(paper_of(kg, ""), sentence))
    if not drafts or any(OPEN in (d.subject, d.predicate, d.object) for d in drafts):
        raise DataError(
            "no claim of the form 'MSC decreases Th17 cell' was read from the sentence, in which "
            f"{', '.join(mention.text for mention in named) or 'nothing'} is known: give subject, relation "
            "and target apart"
        )
    via = [m for m in named if _ROUTE.intersection(sentence[: m.start].lower().split()[-1:])]
    claims = []
    for one in drafts:
        said = {"taxon": one.taxon, "aspect": one.aspect}
        claim = {
            "subject": kg.name(one.subject if one.msc_source == OPEN else one.msc_source),
            "relation": one.predicate,
            "target": kg.name(one.object),
            **{name: kg.name(value) for name, value in said.items() if value != OPEN},
        }
        claims.append(claim | ({"via": [kg.name(mention.value) for mention in via]} if via else {}))
    used = {value for d in drafts for value in (d.subject, d.msc_source, d.object, d.taxon)}
    used |= {mention.value for mention in via}
    if left := [mention.text for mention in named if mention.value not in used]:
        raise DataError(
            f"the sentence also names {', '.join(left)}: give subject, relation and target apart, and this "
            "as a condition"
        )
    return claims
