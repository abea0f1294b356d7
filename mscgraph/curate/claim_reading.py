"""A claim read from one plain sentence, with what drafts the rows of a paper: no second parser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mscgraph.curate.drafting import OPEN, SentenceReader
from mscgraph.errors import DataError
from mscgraph.explain.words import paper_of
from mscgraph.model import PredicateKind
from mscgraph.tables.optional_tables import CueKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mscgraph.curate.drafting import Draft
    from mscgraph.curate.matching import Mention
    from mscgraph.graph import KnowledgeGraph

# Words that change nothing of what a sentence claims: all others must be understood.
_FUNCTION_WORDS = set(
    "via through a an the of in on by and both is are was were be been being do does did "  # noqa: SIM905
    "has have had can cell cells level levels score scores".split()
)
_WORD = re.compile(r"[^\s.,;:!?()\"-]+")
_APART = "give subject, relation and target apart, such as MSC decreases 'Th17 cell'"


def read_claims(kg: KnowledgeGraph, sentence: str) -> list[dict[str, Any]]:
    """Read the claim of a sentence, as the arguments of :func:`mscgraph.check_claim`.

    A species becomes the condition ``taxon``, and what "via" or "through" names ``via``. Of one subject
    and several targets that are listed, each is a claim. Nothing that the sentence says is left out in
    silence: what is not understood, negated, without direction or ambiguous is a :class:`DataError`.

    Examples
    --------
    >>> import mscgraph as mg
    >>> read_claims(mg.load(), "MSCs lower Th17 cells in humans.")
    [{'subject': 'MSC', 'relation': 'decreases', 'target': 'Th17 cell', 'taxon': 'human'}]
    """
    reader = SentenceReader(kg)
    named, words = reader.read(sentence)
    drafts = list(reader.drafts(paper_of(kg, ""), sentence))
    cue = _one_relation(reader, sentence, words, drafts)
    drafts = [d for d in drafts if cue and d.cue == cue.text]
    if not drafts or any(OPEN in (d.subject, d.predicate, d.object) for d in drafts):
        raise DataError(
            "no claim of the form 'MSC decreases Th17 cell' was read from the sentence, in which "
            f"{', '.join(mention.text for mention in named) or 'nothing'} is known: give subject, relation "
            "and target apart"
        )
    aspects = [a for a in reader.aspects.find(sentence) if a.value == drafts[0].aspect]
    _refuse_open_meaning(kg, drafts, left=_not_understood(sentence, [*named, *words, *aspects]))
    via = reader.via(sentence, named)
    used = {value for d in drafts for value in (d.subject, d.msc_source, d.object, d.taxon)}
    used |= {mention.value for mention in via}
    if also := [mention.text for mention in named if mention.value not in used]:
        raise DataError(
            f"the sentence also names {', '.join(also)}: give subject, relation and target apart, and this "
            "as a condition"
        )
    claims = []
    for one in drafts:
        settings = {"taxon": one.taxon, "aspect": one.aspect}
        claim: dict[str, Any] = {
            "subject": kg.name(_actor(one)),
            "relation": one.predicate,
            "target": kg.name(one.object),
            **{name: kg.name(value) for name, value in settings.items() if value != OPEN},
        }
        if via:
            claim["via"] = [kg.name(mention.value) for mention in via]
        if claim not in claims:
            claims.append(claim)
    return claims


def _actor(one: Draft) -> str:
    return one.subject if one.msc_source == OPEN else one.msc_source


def _one_relation(
    reader: SentenceReader, sentence: str, words: list[Mention], drafts: list[Draft]
) -> Mention | None:
    """The word that says the relation, if there is one; a negation or a second relation is refused."""
    if negations := [w.text for w in words if reader.cues[w.value].kind is CueKind.NEGATION and drafts]:
        raise DataError(
            f"the sentence is negated ({_quoted(negations)}), a claim of no effect: ask for it without "
            "the negation and read both sides, or give subject, has_no_effect_on and target apart"
        )
    # The noun of a relation may be an aspect: MSC reduce the secretion of IL-10.
    said = {d.aspect for d in drafts}
    nouns = {a.start for a in reader.aspects.find(sentence) if a.value in said}
    cues = [w for w in words if w.start not in nouns] or words
    if len(cues) > 1:
        relations = _quoted(cue.text for cue in cues)
        raise DataError(f"the sentence has more than one relation ({relations}): {_APART}")
    return cues[0] if cues else None


def _refuse_open_meaning(kg: KnowledgeGraph, drafts: list[Draft], *, left: list[str]) -> None:
    if left:
        raise DataError(
            f"of the sentence {_quoted(left)} is not understood: leave it out if the claim holds without "
            f"it, or {_APART}"
        )
    predicate = kg.predicates[drafts[0].predicate]
    if predicate.kind is PredicateKind.EFFECT and not predicate.sign:
        raise DataError(
            f"{drafts[0].cue!r} says no direction: write increases or decreases, or give subject, "
            f"{predicate.id} and target apart to ask for either"
        )
    if len({d.aspect for d in drafts}) > 1:
        raise DataError(f"the sentence may say the aspect of one target or of all: {_APART}")
    if len(subjects := {kg.name(_actor(d)) for d in drafts}) > 1:
        several = ", ".join(sorted(subjects))
        raise DataError(f"the sentence may have several subjects ({several}): {_APART}")


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(map(repr, words))


def _not_understood(sentence: str, understood: Iterable[Mention]) -> list[str]:
    """The words that no mention covers and that are no function words, in the order of the sentence."""
    for one in understood:
        sentence = sentence[: one.start] + " " * (one.end - one.start) + sentence[one.end :]
    return [word for word in _WORD.findall(sentence) if word.lower() not in _FUNCTION_WORDS]
