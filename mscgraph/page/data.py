"""A knowledge graph as the page reads it: columns of plain values, every repeated value once.

Everything refers to entities, associations, findings and publications by their place in the columns.
Associations stand in the order of (cause, target), findings in that of their ids, in which neighbours are
alike and pack best. A column in which few values repeat holds those values, and a code for each row;
``assets/data.js`` reads both. What follows from the rest is left out: which findings support or dispute an
association, what a paper is cited as, its DOI and address where its id says them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mscgraph.explain.bibtex import HEAD, escaped
from mscgraph.explain.compared import COLUMNS as TRIAL_COLUMNS
from mscgraph.explain.compared import trial_row
from mscgraph.graph.trials import find_trials
from mscgraph.model import NOT_REPORTED, EvidenceLevel, PredicateKind
from mscgraph.paths.edges import may_pass, tissue_sources
from mscgraph.rdf.query import load_questions
from mscgraph.render.drawing import OPENING, OPENING_FEEDBACK, OPENING_PAIRS
from mscgraph.render.finding_words import curation_words, value_words
from mscgraph.render.placement import ROLES, column_of, role_words
from mscgraph.render.verdict import KINDS, WIDTHS, finding_kind
from mscgraph.schema import shown_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Finding, Publication
    from mscgraph.paths.path import Route
    from mscgraph.render.drawing import Contents


Columns = dict[str, Any]

# Columns that the page asks for by name; every other one that is shown is a label and a text to it.
_NAMED = {
    "study_design", "system", "significance", "msc_source", "priming", "via", "object_cell",
    "evidence_type",
}  # fmt: skip
_TEXTS = {c.name: c.label for c in shown_columns() if c.name not in _NAMED}
NAME_SIGNS = ("\x01", "\x02")
_MORE_IS = {"better": 1, "worse": -1}


def page_data(kg: KnowledgeGraph, contents: Contents) -> Columns:
    """Return everything that the page knows, as JSON holds it; the same graph gives the same columns."""
    entity_at = _places(contents.entities)
    association_at = {a.key: i for i, a in enumerate(contents.associations)}
    findings, outside = _findings_of(contents, association_at)
    finding_at = _places(f.id for f in findings)
    papers = sorted({finding.publication for finding in findings})
    paper_at = _places(papers)
    part = kg.whole is not kg
    prefixes = {identifier.partition(":")[0] for identifier in contents.entities}
    return {
        "roles": ROLES,
        "kinds": {kind.id: {"sign": kind.sign, "label": kind.words} for kind in KINDS.values()},
        "widths": WIDTHS,
        "opening": {
            "columns": [OPENING[name] for name in ROLES],
            "pairs": OPENING_PAIRS,
            "feedback": OPENING_FEEDBACK,
        },
        "letters": kg.rubric.letters_best_first,
        "meanings": dict(letter[::2] for letter in kg.rubric.letters),
        "evidence_levels": [evidence_level.words for evidence_level in EvidenceLevel],
        "rubric": _rubric(kg),
        "predicates": _predicates(kg),
        "aspects": {name: aspect.label for name, aspect in kg.aspects.items()},
        "taxa": {taxon: kg.name(taxon) for taxon in sorted({t for f in findings for t in f.taxa})},
        "labels": _TEXTS,
        # the page makes addresses from them
        "namespaces": {p: iri for p, iri in kg.prefixes.namespaces.items() if p in prefixes},
        "entities": _entities(kg, contents, entity_at),
        "associations": _associations(contents, entity_at),
        "findings": {
            "association": [association_at[f.key] for f in findings],
            "publication": [paper_at[f.publication] for f in findings],
            "outside": [i for i, f in enumerate(findings) if f.id in outside],
            "beyond": [i for i, f in enumerate(findings) if part and f.id not in kg.findings],
            **_findings(kg, findings),
            "mediators": _column(_held(f.via, entity_at) for f in findings),
            "cells": _column(_held((f.subject_cell, f.object_cell), entity_at) for f in findings),
        },
        # What says otherwise and is not comparable: findings by association, where there are any.
        "other_settings": {
            i: _held([f.id for f in a.other_settings], finding_at)
            for i, a in enumerate(contents.associations)
            if a.other_settings
        },
        "publications": _publications(kg, papers),
        "bibtex_head": HEAD,
        "tex": _tex(kg, papers),
        "trials": _trials(kg, finding_at),
        "stored": [{"name": n, "title": q.title} for n, q in sorted(load_questions(kg).items())],
        "reviewed": sum(bool(f.reviewed_by) for f in findings),
        **_stated_by(contents),
        "start": _start(contents, entity_at),
    }


def _places(ids: Iterable[str]) -> dict[str, int]:
    return {identifier: i for i, identifier in enumerate(ids)}


def _held(named: Iterable[str], at: Mapping[str, int]) -> tuple[int, ...]:
    """The places of records; of those that the page does not hold nothing."""
    return tuple(at[name] for name in named if name in at)


def _findings_of(
    contents: Contents, association_at: Mapping[tuple[str, str, str, str], int]
) -> tuple[list[Finding], frozenset[str]]:
    """All findings for and against in the order of their ids; those that a slice left out."""
    own = {f.id: f for a in contents.associations for f in a.findings}
    # a rival from the whole graph may also be disputed by what the part says nothing of
    against = {f.id: f for a in contents.associations for f in a.contrary if f.key in association_at}
    found = sorted({**own, **against}.values(), key=lambda f: f.id)
    return found, frozenset(against.keys() - own.keys())


def _rubric(kg: KnowledgeGraph) -> Columns:
    """The numbers behind the grades: the page grades anew when a path question names a species."""
    rubric = kg.rubric
    return {
        "letters": [letter[:2] for letter in rubric.letters],
        "designs": {name: (cost, int(e), other) for name, (cost, e, other) in rubric.designs.items()},
        "significance": dict(rubric.significance),
        "studies": rubric.studies,
        "disputed": rubric.disputed,
    }


def _predicates(kg: KnowledgeGraph) -> Columns:
    """What each predicate is called, what kind it is, and which ones dispute it."""
    return {
        name: {
            "label": predicate.label.rstrip(","),
            "effect": predicate.kind is PredicateKind.EFFECT,
            "symmetric": predicate.symmetric,
            "rivals": [rival.id for rival in kg.predicates.values() if name in rival.disputes],
        }
        for name, predicate in kg.predicates.items()
    }


def _fields(held: Sequence[Any], *names: str) -> Columns:
    return {name: [getattr(one, name) for one in held] for name in names}


def _entities(kg: KnowledgeGraph, contents: Contents, entity_at: Mapping[str, int]) -> Columns:
    held = [kg.entities[identifier] for identifier in contents.entities]
    names, tissues = list(ROLES), tissue_sources(kg)
    passed = (may_pass(e.category, e.role, (), ()) and e.id not in tissues for e in held)
    return {
        **_fields(held, "id", "name", "category"),
        "label": ["" if e.label == e.name else e.label for e in held],
        "synonyms": [[s for s in e.synonyms if s not in (e.name, e.label)] for e in held],
        **_fields(held, "xrefs", "definition"),
        "role": [names.index(column_of(e)) for e in held],
        "plays": _column(role_words(kg, e) for e in held),
        # those that may be ends of a path but lie between none
        "ends_only": [i for i, passes in enumerate(passed) if not passes],
        "more": [_MORE_IS.get(e.more_is, 0) for e in held],
        "ancestors": [sorted(_held(kg.ancestors(e.id), entity_at)) for e in held],
    }


def _associations(contents: Contents, entity_at: Mapping[str, int]) -> Columns:
    held = contents.associations
    grades = (a.grade for a in held)
    return {
        **_fields(held, "id"),
        "subject": [entity_at[a.subject] for a in held],
        "object": [entity_at[a.object] for a in held],
        "kind": _column((a.predicate, a.aspect, int(a.sign or 0)) for a in held),
        "grading": _column(
            (g.letter, g.cost or 0, int(g.evidence_level), g.studies, tuple(map(tuple, g.reasons)))
            for g in grades
        ),
        "foreign": [i for i, a in enumerate(held) if a.id not in contents.own],
    }


def _ids(ids: Sequence[str]) -> Any:
    """Ids that count up by one scheme as how far each is from the one before; others as they are."""
    schemes = {re.sub(r"[0-9]+$", lambda digits: "#" * len(digits[0]), one) for one in ids}
    stem = min(schemes, default="").rstrip("#")
    if len(schemes) != 1 or stem in schemes:
        return list(ids)
    numbers = [int(one.removeprefix(stem)) for one in ids]
    steps = [b - a for a, b in pairwise((0, *numbers))]
    return {"stem": stem, "width": len(ids[0]) - len(stem), "steps": steps}


def _column(items: Iterable[Any], say: Callable[[Any], Any] = lambda value: value) -> Columns:
    """A column of repeating values, the most frequent first; ``say`` turns each into what is written."""
    held = list(items)
    values = [value for value, _ in Counter(held).most_common()]  # of equals, the first seen goes first
    code = {value: i for i, value in enumerate(values)}
    return {"values": [say(value) for value in values], "codes": [code[item] for item in held]}


def _findings(kg: KnowledgeGraph, held: Sequence[Finding]) -> Columns:
    def derived(value: Callable[[Finding], Any]) -> Columns:
        return _column(value(finding) for finding in held)

    def words(
        name: str, say: Callable[[Any, tuple[str, ...]], Any] = lambda _, words: words
    ) -> Columns:
        """A column, and how each of its values and what it is called stands on the page."""
        values = (getattr(finding, name) for finding in held)
        return _column(values, lambda value: say(value, value_words(kg, name, value)))

    text = partial(words, say=lambda _, words: ", ".join(words))
    known = partial(words, say=lambda value, words: (value, "".join(words)))

    def species(taxa: tuple[str, str]) -> tuple[tuple[str, str], list[str]]:
        return taxa, sorted(kg.name(taxon) for taxon in set(taxa) - {NOT_REPORTED})

    return {
        "id": _ids([f.id for f in held]),
        **_statements(kg, held),
        "direction": derived(lambda f: finding_kind(kg, f)),
        "cohort": derived(lambda f: f.study),
        "species": _column(((f.taxon, f.host_taxon) for f in held), species),
        "system": known("system"),
        "significance": known("significance"),
        "design": known("study_design"),
        "cost": derived(lambda f: _experiment_cost(kg, f)),
        "source": words("msc_source"),
        "priming": words("priming"),
        "via": words("via"),
        "cell": text("object_cell"),
        "method": text("evidence_type"),
        "readout": derived(lambda f: int(f.readout)),
        "curation": derived(curation_words),
        "settings": {name: text(name) for name in _TEXTS},
    }


def _experiment_cost(kg: KnowledgeGraph, finding: Finding) -> int:
    is_preprint = kg.publications[finding.publication].status == "preprint"
    return kg.rubric.experiment_cost(finding.study_design, finding.comparison, preprint=is_preprint)


def _statements(kg: KnowledgeGraph, held: Sequence[Finding]) -> Columns:
    """The statements, with a sign each for the names of cause and target, unless a text has such signs.

    Statements repeat the names so often that a large page is a fifth smaller without them.
    """
    if any(sign in finding.statement for finding in held for sign in NAME_SIGNS):
        return {**_fields(held, "statement"), "signs": []}
    texts = []
    for finding in held:
        text = finding.statement
        for sign, end in zip(NAME_SIGNS, (finding.subject, finding.object), strict=True):
            name = kg.name(end)
            text = text.replace(name, sign) if name and not set(NAME_SIGNS) & set(name) else text
        texts.append(text)
    return {"statement": texts, "signs": NAME_SIGNS}


def _publications(kg: KnowledgeGraph, papers: Sequence[str]) -> Columns:
    held = [kg.publications[identifier] for identifier in papers]
    return {
        **_fields(held, "id", "title", "journal", "year", "authors"),
        "pmid": ["" if paper.id == f"PMID:{paper.pmid}" else paper.pmid for paper in held],
        **_fields(held, "pmcid", "status"),
        "doi": ["" if paper.id == f"DOI:{paper.doi}" else paper.doi for paper in held],
        "url": ["" if paper.url == _own_address(paper) else paper.url for paper in held],
    }


def _own_address(paper: Publication) -> str:
    """The address that the script makes of an id."""
    kind, _, number = paper.id.partition(":")
    addresses = {"PMID": "https://pubmed.ncbi.nlm.nih.gov/{}/", "DOI": "https://doi.org/{}"}
    return addresses.get(kind, "").format(number)


def _tex(kg: KnowledgeGraph, papers: Sequence[str]) -> dict[str, str]:
    """How TeX writes the characters of the papers that it writes otherwise."""
    texts = (text for paper in papers for text in kg.publications[paper] if isinstance(text, str))
    used = {character for text in texts for character in unicodedata.normalize("NFC", text)}
    return {c: written for c in sorted(used) if (written := escaped(c)) != c}


def _trials(kg: KnowledgeGraph, finding_at: Mapping[str, int]) -> Columns:
    """The trials of the findings on the page, as ``mscgraph trials`` lists them."""
    rows = [
        {"cells": [row[c] for c in TRIAL_COLUMNS], "findings": places}
        for trial in find_trials(kg, system=None)
        if (places := _held((f.id for f in trial.findings), finding_at))
        for row in [trial_row(kg, trial)]
    ]
    return {"columns": TRIAL_COLUMNS, "rows": rows}


def _stated_by(contents: Contents) -> Columns:
    """The sources of what no finding is about, by association, where there is any."""
    alone = {
        i: sorted({source.primary_knowledge_source for source in a.sources})
        for i, a in enumerate(contents.associations)
        if not a.findings
    }
    return {"stated_by": alone} if alone else {}


def _start(contents: Contents, entity_at: Mapping[str, int]) -> dict[str, Any]:
    """What the page opens on when its address asks for nothing."""
    if contents.focus is not None:
        return {"entity": entity_at[contents.focus]}
    if (answer := contents.answer) is None:
        return {}
    association_at = _places(a.id for a in contents.associations)
    found = {
        "from": entity_at[answer.source],
        "to": entity_at[answer.target],
        "complete": answer.complete,
        "verdict": [answer.verdict[word] for word in ("increase", "decrease", "unknown")],
        "length": answer.max_length,
        "routes": [_route(route, entity_at, association_at) for route in answer.routes],
    }
    return {"answer": found}


def _route(
    route: Route, entity_at: Mapping[str, int], association_at: Mapping[str, int]
) -> dict[str, Any]:
    """A route as the page's own path finder returns it."""
    entities = [entity_at[entity] for entity in route.entities]
    return {
        "entities": entities,
        "mediator": entities[1] if route.is_demonstrated else None,
        "shown": sum(path.demonstrated is not None for path in route.paths),
        "counts": [route.counts[word] for word in ("decrease", "unknown", "increase")],
        "paths": [[association_at[step.association.id] for step in path.steps] for path in route.paths],
    }
