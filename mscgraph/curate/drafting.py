"""Draft rows for a paper: who does what to whom in each sentence, as a proposal that a curator judges."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import TYPE_CHECKING

from mscgraph.curate.matching import Matcher, Mention, sentences
from mscgraph.graph.filtering import words_of
from mscgraph.model import Finding, PredicateKind
from mscgraph.schema import columns_of
from mscgraph.tables.optional_tables import CueKind, read_cues
from mscgraph.text.anchors import anchor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Publication

OPEN = "?"
_MSC = "CL:0000134"
_WIDEST_NEGATION = 4
_ROUTE = {"via", "through"}
_N = re.compile(r"\bn\s*=\s*(\d+)\b", re.IGNORECASE)
_P = re.compile(r"\bp\s*[=<>≤≥]\s*0?\.\d+", re.IGNORECASE)
_LINKS = {"and", "or", "as", "well", "both", "the", "score", "scores", "level", "levels"}
_FLUIDS = {"UBERON:0000178", "UBERON:0001359", "UBERON:0001969", "UBERON:0001977"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed finding. What is ``"?"`` is open; ``judge`` says what the words leave to a reader.

    ``study_design``, ``n`` and ``p_value`` are what the sentence itself says, and ``via`` what it names
    after "via" or "through". ``known`` holds the findings of the same paper that already relate the two;
    ``locator`` is the section.
    """

    publication: str
    subject: str = OPEN
    predicate: str = OPEN
    object: str = OPEN
    aspect: str = OPEN
    taxon: str = OPEN
    msc_source: str = OPEN
    specimen: str = OPEN
    cue: str = ""
    sentence: str = ""
    anchor: str = ""
    judge: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    locator: str = OPEN
    via: str = ""
    study_design: str = OPEN
    n: str = OPEN
    p_value: str = OPEN


def draft(kg: KnowledgeGraph, publication: str, text: str) -> list[Draft]:
    """Return the findings that a text of a publication, such as its abstract, may report, in its order.

    Entities are found by all their names, relations by the cue words of ``terms/cues.tsv``. A negated
    cue ("did not inhibit") proposes the null result. Nothing is written: each draft is a proposal to
    judge, and whatever the words do not say is ``"?"``. None is returned where no sentence says a known
    relation.

    Parameters
    ----------
    kg
        The graph whose entities are looked for.
    publication
        The paper, by PMID, PMCID or DOI; it must be in ``publications.tsv``.
    text
        The text as it stands in the paper.

    Raises
    ------
    NotFound
        When the graph has no such publication.

    Examples
    --------
    >>> import mscgraph as mg
    >>> text = "MSCs did not inhibit the proliferation of B cells."
    >>> kg = mg.load()
    >>> (row,) = mg.draft(kg, next(iter(kg.publications)), text)
    >>> row.predicate, row.aspect, row.judge
    ('has_no_effect_on', 'proliferation', ('negated: not',))
    """
    return draft_sections(kg, publication, [(OPEN, text)])


def draft_sections(
    kg: KnowledgeGraph, publication: str, sections: Iterable[tuple[str, str]]
) -> list[Draft]:
    """Return what :func:`draft` proposes for each section of a paper, named as its rows' locators do.

    A sentence that stands in several sections is drafted where it stands first.
    """
    paper = kg.publication(publication)
    reader = SentenceReader(kg)
    found: dict[Draft, Draft] = {}
    for name, text in sections:
        for sentence in sentences(text):
            for one in reader.drafts(paper, sentence):
                found.setdefault(one, replace(one, locator=name))
    return list(found.values())


def draft_row(kg: KnowledgeGraph, one: Draft) -> dict[str, str]:
    """Return a draft as a row in the layout of the findings, then its sentence and what is to judge.

    The last columns are no columns of the findings, so a row that nobody has judged is refused.
    """
    row = {
        name: column.open if column.open == "unknown" else OPEN
        for name, column in columns_of(Finding).items()
    }
    paper = kg.publications[one.publication]
    row |= {f.name: getattr(one, f.name) for f in fields(Draft) if f.name in row}
    if kg.rubric.is_secondary(paper.study_design):  # of other papers' experiments
        row["study_design"] = paper.study_design
    row |= {"reviewed_by": "", "cue": one.cue, "judge": "; ".join(one.judge)}
    return row | {"known": "|".join(one.known), "sentence": one.sentence}


class SentenceReader:
    """Matchers made once, and the reading of one sentence with them."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self.kg = kg
        self.cues = read_cues(kg.folder)
        entities = kg.entities.values()
        self.entities = Matcher((n, e.id) for e in entities for n in (e.name, e.label, *e.synonyms))
        self.words = Matcher((form, cue.id) for cue in self.cues.values() for form in cue.forms)
        aspects = (a for a in kg.aspects.values() if a.id != "activity_or_abundance")
        self.aspects = Matcher((name, a.id) for a in aspects for name in {a.label, a.id})
        designs = words_of(kg.tables, columns_of(Finding)["study_design"])
        self.designs = Matcher((word, min(meant)) for word, meant in designs.items() if len(meant) == 1)
        self.species = {e.id for e in entities if e.category == "OrganismTaxon"}
        msc = kg.kinds_of(_MSC)
        self.products = msc | {e.id for e in entities if msc & set(e.derives_from)}
        self.sources = {s for f in kg.findings.values() for s in f.msc_source} & msc - {_MSC}
        nulls = [p for p in kg.predicates.values() if p.kind is PredicateKind.NULL]
        nulls.sort(key=lambda p: -len(p.disputes))  # the narrowest wins
        self.null_of = {disputed: p.id for p in nulls for disputed in p.disputes}

    def drafts(self, paper: Publication, sentence: str) -> Iterator[Draft]:
        """What a sentence of a paper says, each relation as a draft."""
        named, words = self.read(sentence)
        setting = [n for n in named if n.value in _FLUIDS or n.value in self.species]
        via = self.via(sentence, named)
        actors = [n for n in named if n not in setting and n not in via]
        places = {n.value for n in setting}
        blank = Draft(
            publication=paper.id,
            taxon=_only(places - _FLUIDS),
            specimen=_only(places & _FLUIDS),
            sentence=sentence,
            anchor=anchor(sentence),
            via="|".join(sorted({n.value for n in via})),
            study_design=_only({w.value for w in self.designs.find(sentence)}),
            n=_only(set(_N.findall(sentence))),
            p_value=_only(set(_P.findall(sentence))),
        )
        found: set[tuple[str, str]] = set()
        for kind in (CueKind.RELATION, CueKind.INTERVENTION):
            for cue in (w for w in words if self.cues[w.value].kind is kind):
                for one in self._relation(blank, cue, words, actors):
                    if kind is CueKind.RELATION or (one.subject, one.object) not in found:
                        found.add((one.subject, one.object))
                        yield one

    def read(self, sentence: str) -> tuple[list[Mention], list[Mention]]:
        """The entities and the cue words of a sentence; a word of an entity's name is no cue.

        Only where a sentence has no other relation, "MSC induced Tregs" is not about induced Tregs.
        """
        named = self.entities.find(sentence)
        every = self.words.find(sentence)
        free = [w for w in every if not any(_overlap(w, n) for n in named)]
        if not any(self.cues[w.value].kind is CueKind.RELATION for w in free):
            verbs = {w.start: w for w in every if w.text.endswith("ed")}
            for at, mention in enumerate(named):
                if at and mention.start in verbs:
                    verb = verbs[mention.start]
                    for rest in self.entities.find(sentence[verb.end : mention.end]):
                        start = verb.end + rest.start
                        named[at] = Mention(start, mention.end, rest.text, rest.value)
                        free.append(verb)
        return named, free

    def via(self, sentence: str, named: list[Mention]) -> list[Mention]:
        """What "via" or "through" names as what the effect goes through, with what is listed with it."""
        found: list[Mention] = []
        for mention in named:
            linked = found and sentence[found[-1].end : mention.start].split() == ["and"]
            if linked or _ROUTE.intersection(_words(sentence[: mention.start])[-1:]):
                found.append(mention)
        return found

    def _relation(
        self, blank: Draft, cue: Mention, words: list[Mention], actors: list[Mention]
    ) -> Iterator[Draft]:
        sentence = blank.sentence
        predicate, judge = self._judged(sentence, cue, words)
        subjects, objects = self._sides(sentence, cue, actors)
        if self.cues[cue.value].kind is CueKind.RELATION and bool(subjects) is not bool(objects):
            # "Th17 cells were reduced": who did it stands elsewhere
            subjects, objects = [Mention(cue.start, cue.start, OPEN, OPEN)], objects or subjects
            judge = (*judge, "one side is not in the sentence")
        for subject, object_ in product(subjects, objects):
            actor, source = subject.value, OPEN
            if actor in self.sources:  # BM-MSC are MSC, from bone marrow
                actor, source = _MSC, actor
            if actor != object_.value:
                wanted = (blank.publication, actor, object_.value)
                rows = self.kg.findings.values()
                yield replace(
                    blank,
                    subject=actor,
                    predicate=predicate,
                    object=object_.value,
                    aspect=self._aspect(sentence, object_),
                    msc_source=source,
                    cue=cue.text,
                    judge=judge,
                    known=tuple(f.id for f in rows if (f.publication, f.subject, f.object) == wanted),
                )

    def _judged(self, sentence: str, cue: Mention, words: list[Mention]) -> tuple[str, tuple[str, ...]]:
        """The predicate that the cue and the words next to it propose, and what a reader must judge."""
        predicate, is_open = self.cues[cue.value].predicate or OPEN, False
        relations = [w.start for w in words if self.cues[w.value].kind is CueKind.RELATION]
        judge = []
        for word in words:
            kind = self.cues[word.value].kind
            # an intervention before the cue, with no other relation between; or the cue itself
            alone = word.start <= cue.start and not any(word.end <= r < cue.start for r in relations)
            if kind is CueKind.NEGATION and _negates(sentence, word, cue):
                predicate = self.null_of.get(predicate, predicate)
                judge.append(f"negated: {word.text}")
            elif kind is CueKind.INTERVENTION and alone:
                is_open = True
                judge.append(f"intervention: {word.text}")
        return OPEN if is_open else predicate, tuple(judge)

    def _sides(
        self, sentence: str, cue: Mention, actors: list[Mention]
    ) -> tuple[list[Mention], list[Mention]]:
        """Subjects and objects: before and after the cue, or the other way round with "by"."""
        before = [a for a in actors if a.end <= cue.start]
        after = [a for a in actors if a.start >= cue.end]
        if after and _words(sentence[cue.end : after[0].start])[:1] == ["by"]:
            return _chain(sentence, after), _chain(sentence, before[::-1])
        objects = _chain(sentence, after)
        agents = after[len(objects) :]
        nominal = _words(sentence[cue.end :])[:1] == ["of"]
        if nominal and agents and "by" in _words(sentence[objects[-1].end : agents[0].start])[:3]:
            return _chain(sentence, agents), objects
        subjects = _chain(sentence, before[::-1])
        products = [a for a in before[:1] if a.value in self.products]
        return list(dict.fromkeys([*subjects, *products])), objects

    def _aspect(self, sentence: str, object_: Mention) -> str:
        """The aspect that stands next to the object, else ``"?"``."""
        for found in self.aspects.find(sentence):
            gap = sentence[min(found.end, object_.end) : max(found.start, object_.start)]
            if not _overlap(found, object_) and set(_words(gap)) <= {"of", "the", "in", "and", "by"}:
                return found.value
        return OPEN


def _only(values: set[str]) -> str:
    return next(iter(values)) if len(values) == 1 else OPEN


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text).lower().split()


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def _negates(sentence: str, word: Mention, cue: Mention) -> bool:
    """Whether a negation stands shortly before the cue, with no stop between."""
    between = sentence[word.end : cue.start]
    return (
        word.end <= cue.start
        and len(_words(between)) <= _WIDEST_NEGATION
        and not any(stop in between for stop in ",;:")
        and not {"but", "only"} & set(_words(between))
    )


def _chain(sentence: str, mentions: list[Mention]) -> list[Mention]:
    """The first mention and those listed with it: "T cells, B cells and NK cells"."""
    chain = mentions[:1]
    for mention in mentions[1:]:
        one, other = sorted((chain[-1], mention), key=lambda m: m.start)
        between = sentence[one.end : other.start]
        links = _words(between)
        listed = {"and", "or", "as"} & set(links) or {",", "/"} & set(between)
        if not listed or not set(links) <= _LINKS:
            break
        chain.append(mention)
    return chain
