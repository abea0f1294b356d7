"""A knowledge graph as the page reads it: columns of plain values, every repeated value once.

Everything refers to entities, associations, findings and publications by their place in the columns.
Associations stand in the order of (cause, target), findings in that of their associations, so both are
mostly told by counting. What follows from the rest is left out and made again in the page: ids of
associations, which findings support or dispute one, the address of a paper in PubMed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mscgraph.model import NOT_REPORTED, PredicateKind, Rung
from mscgraph.page.packing import Few, Texts, Whole, few
from mscgraph.render.roles import ROLES
from mscgraph.render.verdict import KINDS, WIDTHS, finding_kind
from mscgraph.schema import shown_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Entity, Finding
    from mscgraph.render.contents import Contents

__all__ = ["page_data"]

Columns = dict[str, Any]

# Columns that the page asks for by name; every other one that is shown is a label and a text to it.
_NAMED = {
    "study_design", "system", "significance", "msc_source", "priming", "via", "in_cell",
    "evidence_type",
}  # fmt: skip
_TEXTS = {c.name: c.label for c in shown_columns() if c.name not in _NAMED}
_SILENT = {"", NOT_REPORTED, "not_applicable", "unknown"}


def page_data(kg: KnowledgeGraph, contents: Contents, roles: Mapping[str, str]) -> Columns:
    """Return everything that the page knows, ready for :func:`mscgraph.page.packing.pack`."""
    entity_at = {identifier: i for i, identifier in enumerate(contents.entities)}
    association_at = {a.key: i for i, a in enumerate(contents.associations)}
    findings, outside = _findings_of(contents, association_at)
    papers = sorted({finding.publication for finding in findings})
    paper_at = {identifier: i for i, identifier in enumerate(papers)}
    return {
        "roles": ROLES,
        "kinds": {kind.id: {"sign": kind.sign, "label": kind.words} for kind in KINDS.values()},
        "widths": WIDTHS,
        "letters": kg.rubric.letters_best_first,
        "meanings": dict(letter[::2] for letter in kg.rubric.letters),
        "rungs": [rung.words for rung in Rung],
        "rubric": _rubric(kg),
        "predicates": _predicates(kg),
        "aspects": {name: aspect.label for name, aspect in kg.aspects.items()},
        "taxa": {taxon: kg.name(taxon) for taxon in sorted({t for f in findings for t in f.taxa})},
        "settings": list(_TEXTS.values()),
        "namespaces": _namespaces(kg, contents),
        "entities": _entities(kg, contents, roles, entity_at),
        "associations": _associations(contents, entity_at),
        "findings": _findings(kg, findings, outside, association_at, paper_at),
        "publications": _publications(kg, papers),
        "start": _start(contents, entity_at, {a.id: i for i, a in enumerate(contents.associations)}),
    }


def _findings_of(
    contents: Contents, association_at: Mapping[tuple[str, str, str, str], int]
) -> tuple[list[Finding], frozenset[str]]:
    """All findings for and against in the order of their associations; those that a slice left out."""
    own = {f.id: f for a in contents.associations for f in a.findings}
    # a rival from the whole graph may also be disputed by what the part says nothing of
    against = {f.id: f for a in contents.associations for f in a.disputing if f.key in association_at}
    found = sorted({**own, **against}.values(), key=lambda f: (association_at[f.key], f.id))
    return found, frozenset(against.keys() - own.keys())


def _rubric(kg: KnowledgeGraph) -> Columns:
    """The numbers behind the grades: the page grades anew when a path question names a species."""
    rubric = kg.rubric
    return {
        "letters": [(letter, at_most) for letter, at_most, _ in rubric.letters],
        "designs": {
            name: (cost, int(rung), other) for name, (cost, rung, other) in rubric.designs.items()
        },
        "significance": dict(rubric.significance),
        "studies": rubric.studies,
        "disputed": rubric.disputed,
    }


def _predicates(kg: KnowledgeGraph) -> Columns:
    """What each predicate is called, whether it states an effect, and which ones dispute it."""
    return {
        name: {
            "label": predicate.label.rstrip(","),
            "effect": predicate.kind is PredicateKind.EFFECT,
            "rivals": [rival.id for rival in kg.predicates.values() if name in rival.disputes],
        }
        for name, predicate in kg.predicates.items()
    }


def _entities(
    kg: KnowledgeGraph, contents: Contents, roles: Mapping[str, str], entity_at: Mapping[str, int]
) -> Columns:
    held = [kg.entities[identifier] for identifier in contents.entities]
    names = list(ROLES)

    def column(value: Callable[[Entity], Any]) -> Few:
        return few(value(entity) for entity in held)

    return {
        "id": [entity.id for entity in held],
        "name": [entity.name for entity in held],
        "category": column(lambda e: e.category),
        "label": column(lambda e: "" if e.label == e.name else e.label),
        "synonyms": column(lambda e: tuple(s for s in e.synonyms if s not in (e.name, e.label))),
        "xrefs": column(lambda e: tuple(e.xrefs)),
        "definition": column(lambda e: e.definition),
        "role": column(lambda e: names.index(roles[e.id])),
        "ancestors": column(
            lambda e: tuple(sorted(entity_at[a] for a in kg.ancestors(e.id) if a in entity_at))
        ),
    }


def _namespaces(kg: KnowledgeGraph, contents: Contents) -> dict[str, str]:
    """The namespaces of the identifiers: the page makes addresses from them."""
    used = {identifier.partition(":")[0] for identifier in contents.entities}
    return {prefix: iri for prefix, iri in kg.prefixes.namespaces.items() if prefix in used}


def _associations(contents: Contents, entity_at: Mapping[str, int]) -> Columns:
    held = contents.associations
    return {
        "subject": Whole([entity_at[a.subject] for a in held], rising=True),
        "object": Whole([entity_at[a.object] for a in held]),
        "kind": few((a.predicate, a.aspect, int(a.sign or 0)) for a in held),
        "grading": few(
            (g.letter, g.cost or 0, int(g.rung), g.studies, tuple((r.text, r.cost) for r in g.reasons))
            for g in (a.grade for a in held)
        ),
        "own": few(a.id in contents.own for a in held),
    }


def _findings(
    kg: KnowledgeGraph,
    held: Sequence[Finding],
    outside: frozenset[str],
    association_at: Mapping[tuple[str, str, str, str], int],
    paper_at: Mapping[str, int],
) -> Columns:
    def column(value: Callable[[Finding], Any]) -> Few:
        return few(value(finding) for finding in held)

    def word(name: str, value: str) -> str:
        term = kg.vocabulary.get(name, {}).get(value)
        return term.label if term else kg.name(value)

    def words(name: str, values: Iterable[str]) -> tuple[str, ...]:
        return tuple(word(name, value) for value in values if value not in _SILENT)

    def setting(name: str) -> Few:
        return few(
            (getattr(f, name) for f in held),
            lambda value: ", ".join(words(name, value if isinstance(value, tuple) else [value])),
        )

    def known(name: str, say: Callable[[str], str]) -> Few:
        """A column of ids, each with what it is called on the page."""
        return few((getattr(f, name) for f in held), lambda value: (value, say(value)))

    def called(taxa: tuple[str, str]) -> tuple[str, ...]:
        return tuple(sorted(kg.name(taxon) for taxon in set(taxa) - {NOT_REPORTED}))

    return {
        "id": _numbered([finding.id for finding in held]),
        "association": Whole([association_at[f.key] for f in held], rising=True),
        "publication": Whole([paper_at[f.publication] for f in held]),
        "direction": column(lambda f: finding_kind(kg, f)),
        "outside": column(lambda f: int(f.id in outside)),
        "cohort": column(lambda f: f.study),
        **_statements(kg, held),
        "species": few(((f.taxon, f.host_taxon) for f in held), lambda taxa: (taxa, called(taxa))),
        "system": known("system", lambda value: "".join(words("system", [value]))),
        "significance": known("significance", lambda value: "".join(words("significance", [value]))),
        "design": known("study_design", lambda value: word("study_design", value)),
        "source": column(lambda f: words("msc_source", f.msc_source)),
        "priming": column(lambda f: words("priming", f.priming)),
        "via": column(lambda f: words("via", f.via)),
        "cell": setting("in_cell"),
        "method": setting("evidence_type"),
        "readout": column(lambda f: int(f.readout)),
        "curation": column(_curation),
        "settings": {label: setting(name) for name, label in _TEXTS.items()},
    }


def _numbered(ids: Sequence[str]) -> Any:
    """Ids that are one prefix and numbers of one width as numbers; any others as they are."""
    found = [re.fullmatch(r"(.*?)(\d{1,15})", identifier) for identifier in ids]
    prefixes = {(match[1], len(match[2])) for match in found if match}
    if len(prefixes) != 1 or not all(found):
        return {"texts": Texts(ids)}
    ((prefix, digits),) = prefixes
    return {
        "prefix": prefix,
        "digits": digits,
        "numbers": Whole([int(match[2]) for match in found if match]),
    }


def _statements(kg: KnowledgeGraph, held: Sequence[Finding]) -> Columns:
    """The statements, with the names of cause and target as a sign each unless a text has such signs."""
    signs = ("\x01", "\x02")
    named = not any(sign in finding.statement for finding in held for sign in signs)

    def shortened(finding: Finding) -> str:
        text = finding.statement
        for sign, end in zip(signs, (finding.subject, finding.object), strict=True):
            name = kg.entities[end].name
            text = text.replace(name, sign) if name and not set(signs).intersection(name) else text
        return text

    return {
        "named": named,
        "statement": Texts([shortened(f) if named else f.statement for f in held]),
    }


def _curation(finding: Finding) -> str:
    if finding.reviewed_by:
        return "reviewed by a person"
    by_program = finding.curated_by.startswith("agent:")
    return "curated by a program, not yet reviewed" if by_program else "curated by a person"


def _publications(kg: KnowledgeGraph, papers: Sequence[str]) -> Columns:
    held = [kg.publications[identifier] for identifier in papers]
    return {
        "id": papers,
        "title": Texts([paper.title for paper in held]),
        "journal": few(paper.journal for paper in held),
        "year": few(paper.year for paper in held),
        "status": few(paper.status for paper in held),
        "doi": Texts([paper.doi for paper in held]),
        # that of PubMed follows from the id
        "url": Texts(["" if paper.id == f"PMID:{paper.pmid}" else paper.url for paper in held]),
    }


def _start(
    contents: Contents, entity_at: Mapping[str, int], association_at: Mapping[str, int]
) -> dict[str, Any]:
    """What the page opens on when its address asks for nothing."""
    start: dict[str, Any] = {}
    if contents.focus is not None:
        start["entity"] = entity_at[contents.focus]
    if contents.answer is not None:
        answer = contents.answer
        start["answer"] = {
            "from": entity_at[answer.source],
            "to": entity_at[answer.target],
            "complete": answer.complete,
            "verdict": [answer.verdict[word] for word in ("increase", "decrease", "unknown")],
            "length": answer.max_length,
            "paths": [
                [association_at[step.association.id] for step in path.steps] for path in answer.paths
            ],
        }
    return start
