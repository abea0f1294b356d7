r"""BEL script 2.1: what the Biological Expression Language can say, one finding a statement.

An aspect becomes a function where BEL has one (``sec()``, ``deg()``, ``act()``, ``pmod(Ph)``) and the
relation is then the finding's own; elsewhere the relation is the effect on the object itself, so that more
apoptosis of a population is written as less of it. Predicate and aspect accompany each statement as
annotations, with the id of the finding and of its association. The evidence line is our own sentence, never
the paper's. Namespaces are patterns: nothing has to be fetched to read the script.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mscgraph.export.export import Loss, Written
from mscgraph.export.part import associations_by_id, filled, one_line
from mscgraph.model import NOT_REPORTED

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Entity, Finding

# Category → BEL function; what is not here is an abundance, a().
_FUNCTIONS = {
    "BiologicalProcess": "bp",
    "Cell": "pop",
    "ClinicalAttribute": "bp",
    "Disease": "path",
    "MicroRNA": "m",
    "OrganismTaxon": "pop",
    "PhenotypicFeature": "path",
    "Protein": "p",
    "ProteinFamily": "p",
}
_MOLECULES = frozenset({"p", "m", "a"})
_CAUSAL = {1: "increases", -1: "decreases", 0: "regulates"}
_RELATIONS = {
    "biomarker_of": "biomarkerFor",
    "has_no_effect_on": "causesNoChange",
    "negatively_correlated_with": "negativeCorrelation",
    "not_correlated_with": "noCorrelation",
    "part_of": "partOf",
    "positively_correlated_with": "positiveCorrelation",
    "subclass_of": "isA",
}
_ANNOTATIONS = (
    "Association", "Finding", "Predicate", "Aspect", "Grade", "Contested", "Species", "HostSpecies",
    "System", "StudyDesign", "EvidenceType", "CellType", "Directness", "Significance", "Readout",
)  # fmt: skip
_HEAD = """\
SET DOCUMENT Name = "mscgraph"
SET DOCUMENT Version = "1.0.0"
SET DOCUMENT Description = "How mesenchymal stem/stromal cells modulate immunity in multiple sclerosis"
SET DOCUMENT Authors = "mscgraph"
SET DOCUMENT ContactInfo = "see the project"
SET DOCUMENT Licenses = "CC BY 4.0"
"""


def bel(kg: KnowledgeGraph, _form: str) -> Written:
    """The findings that count, in the order of their associations' ids and their own."""
    blocks: list[str] = []
    namespaces: set[str] = set()
    silent = inconclusive = unsaid = 0
    for edge in associations_by_id(kg):
        said = _said(kg, edge)
        unsaid += said is None or not edge.supporting
        if said is None:
            silent += len(edge.findings)
            continue
        inconclusive += len(edge.inconclusive)
        if edge.supporting:
            namespaces |= {end.partition(":")[0] for end in (edge.subject, edge.object)}
        blocks += (_block(kg, edge, finding, said) for finding in edge.supporting)
    defined = [f'DEFINE NAMESPACE {name} AS PATTERN ".+"\n' for name in sorted(namespaces)]
    defined += [f'DEFINE ANNOTATION {name} AS PATTERN ".+"\n' for name in _ANNOTATIONS]
    losses = {
        "Association": (unsaid, "BEL has no word for it, or nothing that counts supports it"),
        "Finding with a predicate that BEL lacks": (silent, "BEL has no word for it"),
        "Finding, inconclusive": (inconclusive, "a statement asserts"),
        "Finding, other columns": (len(blocks), "only the annotations that the script defines"),
        "Grade.cost, .reasons": (len(kg.associations), "a statement has the letter as an annotation"),
        "Entity but name, id and kind": (len(kg.entities), "a term is a function of a name"),
        "Publication.journal, .year, .status": (
            len(kg.publications),
            "a citation is a title and an id",
        ),
    }
    text = "".join([_HEAD, *defined, *(blocks or ["UNSET ALL\n"])])
    return text, tuple(Loss(what, *said) for what, said in losses.items())


def _said(kg: KnowledgeGraph, association: Association) -> str | None:
    """The statement without citation; None where BEL has no word for it."""
    subject = _term(kg.entities[association.subject])
    bare = _term(kg.entities[association.object])
    changed = _aspect(bare, association.aspect)
    if association.sign is None:
        relation = _RELATIONS.get(association.predicate)
    else:
        own = kg.predicates[association.predicate].sign
        relation = _CAUSAL[int((own if changed != bare else association.sign) or 0)]
    return None if relation is None else f"{subject} {relation} {changed}"


def _term(entity: Entity) -> str:
    prefix, _, local = entity.id.partition(":")
    function = _FUNCTIONS.get(entity.category, "a")
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
