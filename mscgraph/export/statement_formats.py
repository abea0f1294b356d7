"""Statements as INDRA and the Biological Expression Language (BEL) make them; their words are in a file.

INDRA: signed effects as JSON, with an evidence for each finding that counts.
An effect that raises or lowers how much of the object there is becomes ``IncreaseAmount`` or
``DecreaseAmount``, any other ``Activation`` or ``Inhibition``; its sign is the effect on the object itself,
so that more apoptosis of a cell is less of that cell. A null result on the same subject, object and aspect
is an evidence of the statement that it disputes, with ``negated`` in its epistemics, as INDRA's readers
mark it. INDRA holds a paper's own words in ``text``: ours are no quotation, and stand in ``annotations``
with all other columns of the finding.

BEL script 2.1: what BEL can say, one finding a statement.
An aspect becomes a function where BEL has one (``sec()``, ``deg()``, ``act()``, ``pmod(Ph)``) and the
relation is then the finding's own; elsewhere the relation is the effect on the object itself, so that more
apoptosis of a population is written as less of it. Predicate and aspect accompany each statement as
annotations, with the id of the finding and of its association. The evidence line is our own sentence, never
the paper's. Namespaces are patterns: nothing has to be fetched to read the script.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from mscgraph.export.part import HERE, associations_by_id, filled, one_line
from mscgraph.graph import statements_of
from mscgraph.model import NOT_REPORTED, PredicateKind

if TYPE_CHECKING:
    from mscgraph.export.export import Written
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.parts import Stated
    from mscgraph.model import Association, Entity, Finding

# Of INDRA: aspects that are amounts, names of databases and whether it writes their prefix before the
# identifier, names of papers' ids. Of BEL: the head of a script, its annotations, category → function (what
# is not there is an abundance, a()), predicate → relation.
_WORDS: dict[str, dict[str, Any]] = json.loads((HERE / "statement_formats.json").read_bytes())
_INDRA, _BEL = _WORDS["indra"], _WORDS["bel"]
_TYPES = {
    (True, 1): "IncreaseAmount",
    (True, -1): "DecreaseAmount",
    (False, 1): "Activation",
    (False, -1): "Inhibition",
}
_CAUSAL = {1: "increases", -1: "decreases", 0: "regulates"}
_MOLECULES = frozenset({"p", "m", "a"})
_OWN_NAMESPACE = "MSCG"


def indra(kg: KnowledgeGraph, _form: str) -> Written:
    """A list of statements, one a line, in the order of the ids of their associations."""
    said: list[Association] = []
    left: list[Association] = []
    for edge in associations_by_id(kg):
        says = bool(edge.sign and (edge.supporting or edge.sources))
        (said if says else left).append(edge)
    statements = [_statement(kg, edge) for edge in said]
    written = {evidence["source_id"] for one in statements for evidence in one["evidence"]}
    text = ",\n".join(json.dumps(one, ensure_ascii=True) for one in statements)
    missing = Counter(_missing(kg, edge) for edge in left)
    return f"[\n{text}\n]\n" if text else "[]\n", {
        **{what: missing[what] for what in ("sign", "support", "effect", "word")},
        "unsaid": sum(len(edge.sources) for edge in left),
        "silent": sum(identifier not in written for identifier in kg.findings),
        "said": len(said),
        "contradicted": sum(
            any(not _is_null(kg, f) for f in edge.disputing) for edge in said if edge.supporting
        ),
    }


def _missing(kg: KnowledgeGraph, edge: Association) -> str:
    """What an association lacks of a statement."""
    kind = kg.predicates[edge.predicate].kind
    if kind is PredicateKind.EFFECT:
        return "sign" if edge.supporting or edge.sources else "support"
    return "effect" if kind is PredicateKind.NULL else "word"


def _is_null(kg: KnowledgeGraph, finding: Finding) -> bool:
    return kg.predicates[finding.predicate].kind is PredicateKind.NULL


def _statement(kg: KnowledgeGraph, edge: Association) -> dict[str, Any]:
    of_amount = edge.aspect in _INDRA["amounts"] or edge.predicate == "produces"
    return {
        "type": _TYPES[of_amount, int(edge.sign or 0)],
        "id": edge.id,
        "subj": _agent(kg, edge.subject),
        "obj": _agent(kg, edge.object),
        **({} if of_amount else {"obj_activity": "activity"}),
        "evidence": [
            *(_evidence(kg, finding, {}) for finding in edge.supporting),
            *(_evidence(kg, f, {"negated": True}) for f in edge.disputing if _is_null(kg, f)),
            *(_stated(stated) for stated in statements_of(kg, [edge])),
        ],
    }


def _agent(kg: KnowledgeGraph, curie: str) -> dict[str, Any]:
    """A name with INDRA's ids; our own entities have none, and their ids stand in the annotations."""
    name = kg.entities[curie].name
    prefix, _, local = curie.partition(":")
    database, with_prefix = _INDRA["databases"].get(prefix, (prefix, False))
    own = prefix == _OWN_NAMESPACE
    return {
        "name": name,
        "db_refs": {"TEXT": name} if own else {database: curie if with_prefix else local},
    }


def _stated(stated: Stated) -> dict[str, Any]:
    """What another source states, as evidence of it: its papers and its licence."""
    source = stated.source
    papers = [paper.partition(":") for paper in source.publications]
    kinds = _INDRA["papers"]
    references = {kinds[prefix]: local for prefix, _, local in reversed(papers) if prefix in kinds}
    held = source._asdict() | {"publications": list(source.publications), "licence": stated.licence}
    return filled({
        "source_api": source.primary_knowledge_source,
        "source_id": stated.id,
        "pmid": references.get("PMID", ""),
        "text_refs": references,
        "annotations": filled(held),
    })  # fmt: skip


def _evidence(kg: KnowledgeGraph, finding: Finding, epistemics: dict[str, bool]) -> dict[str, Any]:
    paper = kg.publications[finding.publication]
    empty = ("", NOT_REPORTED, (), (NOT_REPORTED,))
    named = {"cell_type": finding.object_cell, "species": finding.taxon}
    context = {name: _agent(kg, curie) for name, curie in named.items() if curie in kg.entities}
    return filled({
        "source_api": "mscgraph",
        "source_id": finding.id,
        "pmid": paper.pmid,
        "text_refs": filled({"PMID": paper.pmid, "PMCID": paper.pmcid, "DOI": paper.doi}),
        "annotations": {
            name: value
            for name, value in finding._asdict().items()
            if name != "id" and value not in empty
        },
        "epistemics": epistemics,
        "context": context and context | {"type": "bio"},
    })  # fmt: skip


# -- BEL ---------------------------------------------------------------------------------------------


def bel(kg: KnowledgeGraph, _form: str) -> Written:
    """The findings that count, in the order of their associations' ids and their own."""
    blocks: list[str] = []
    namespaces: set[str] = set()
    silent = inconclusive = unsaid = 0
    for edge in associations_by_id(kg):
        said = _bel_said(kg, edge)
        unsaid += said is None or not edge.supporting
        if said is None:
            silent += len(edge.findings)
            continue
        inconclusive += len(edge.inconclusive)
        if edge.supporting:
            namespaces |= {end.partition(":")[0] for end in (edge.subject, edge.object)}
        blocks += (_block(kg, edge, finding, said) for finding in edge.supporting)
    defined = [f'DEFINE NAMESPACE {name} AS PATTERN ".+"\n' for name in sorted(namespaces)]
    defined += [f'DEFINE ANNOTATION {name} AS PATTERN ".+"\n' for name in _BEL["annotations"]]
    text = "".join([*(f"{line}\n" for line in _BEL["head"]), *defined, *(blocks or ["UNSET ALL\n"])])
    counts = {"unsaid": unsaid, "silent": silent, "inconclusive": inconclusive, "said": len(blocks)}
    return text, counts


def _bel_said(kg: KnowledgeGraph, association: Association) -> str | None:
    """The statement without citation; None where BEL has no word for it."""
    subject = _term(kg.entities[association.subject])
    bare = _term(kg.entities[association.object])
    changed = _aspect(bare, association.aspect)
    if association.sign is None:
        relation = _BEL["relations"].get(association.predicate)
    else:
        own = kg.predicates[association.predicate].sign
        relation = _CAUSAL[int((own if changed != bare else association.sign) or 0)]
    return None if relation is None else f"{subject} {relation} {changed}"


def _term(entity: Entity) -> str:
    prefix, _, local = entity.id.partition(":")
    function = _BEL["functions"].get(entity.category, "a")
    identifier = local if re.fullmatch(r"[A-Za-z0-9_]+", local) else _quoted(local, entity.id)
    return f"{function}({prefix}:{identifier} ! {_quoted(entity.name, entity.id)})"


def _aspect(term: str, aspect: str) -> str:
    """The term with what changes of it, where BEL has a function for that."""
    function = term.partition("(")[0]
    if aspect in {"secretion", "degradation"} and function in _MOLECULES:
        return f"{aspect[:3]}({term})"
    if aspect == "activity" and function == "p":
        return f"act({term})"
    if aspect == "phosphorylation" and function == "p":
        return f"{term[:-1]}, pmod(Ph))"
    return term


def _block(kg: KnowledgeGraph, edge: Association, finding: Finding, said: str) -> str:
    paper = kg.publications[finding.publication]
    references = {"PubMed": paper.pmid, "PubMed Central": paper.pmcid, "DOI": paper.doi}
    kind, reference = next(iter(filled(references).items()), ("Other", paper.id))
    cited = [kind, paper.title, reference] if paper.title else [kind, reference]
    held = {
        "Association": edge.id,
        "Finding": finding.id,
        "Predicate": finding.predicate,
        "Aspect": finding.aspect,
        "Grade": edge.grade.letter,
        "Contested": "yes" if edge.is_contested else "no",
        "Species": finding.taxon,
        "HostSpecies": finding.host_taxon,
        "System": finding.system,
        "StudyDesign": finding.study_design,
        "EvidenceType": finding.evidence_type,
        "CellType": finding.object_cell,
        "Significance": finding.significance,
        "Readout": "yes" if finding.readout else "no",
    }
    relation = kg.predicates[finding.predicate].label
    plain = f"{kg.name(finding.subject)} {relation} {kg.name(finding.object)}"
    lines = [
        f"\nSET Citation = {{{', '.join(_quoted(part, paper.id) for part in cited)}}}",
        f"SET Evidence = {_quoted(finding.statement or plain, finding.id)}",
        *(
            f"SET {name} = {_quoted(value, finding.id)}"
            for name, value in held.items()
            if value not in ("", NOT_REPORTED)
        ),
        said,
        "UNSET ALL\n",
    ]
    return "\n".join(lines)


def _quoted(text: str, whose: str) -> str:
    escaped = one_line(text, whose, "a line of BEL").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
