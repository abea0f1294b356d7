"""How much the graph holds: counts by kind, design, species and grade."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mscgraph.graph import category_counts, grade_counts
from mscgraph.graph.conflicts import find_conflicts, find_dependences
from mscgraph.graph.grading import independent_studies
from mscgraph.model import NOT_REPORTED, EvidenceLevel, PredicateKind
from mscgraph.tables.optional_tables import SecondReading, read_optional

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mscgraph.graph import KnowledgeGraph


def stats(kg: KnowledgeGraph) -> dict[str, Any]:
    """Return the counts that ``mscgraph stats`` prints, as JSON-ready values.

    ``null_or_not_significant`` counts null predicates and signed findings that missed significance;
    ``clinical`` findings are those seen in people, ``trials`` the studies behind them;
    ``conflicts`` are pairs of associations on which studies disagree, ``dependences`` the studies that saw
    both of such a pair, in two settings.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> mg.stats(kg)["findings"] == len(kg.findings)
    True
    """
    findings = list(kg.findings.values())
    nulls = {p.id for p in kg.predicates.values() if p.kind is PredicateKind.NULL}
    human, level = EvidenceLevel.HUMAN_OBSERVATIONAL, kg.rubric.evidence_level
    clinical = [f for f in findings if level(f.study_design) >= human]
    cited = {f.publication for f in findings}
    primary = {f.publication for f in findings if not kg.rubric.is_secondary(f.study_design)}
    return {
        "entities": len(kg.entities),
        "associations": len(kg.associations),
        "findings": len(findings),
        "publications": len(cited),
        "primary_publications": len(primary),
        "null_or_not_significant": sum(
            f.predicate in nulls or f.significance == "not_significant" for f in findings
        ),
        "clinical_findings": len(clinical),
        "trials": len(independent_studies(clinical, kg.rubric)),
        "conflicts": len(find_conflicts(kg)),
        "dependences": len(find_dependences(kg)),
        "anchored": sum(bool(f.anchor) for f in findings),
        "second_readings": sum(
            reading.finding in kg.findings for _, reading in read_optional(SecondReading, kg.folder)
        ),
        "reviewed_by_a_human": sum(bool(f.reviewed_by) for f in findings),
        "by_category": _ranked(category_counts(kg)),
        "by_predicate": _count(f.predicate for f in findings),
        "by_design": _count(f.study_design for f in findings),
        "by_species": _count(kg.name(t) for f in findings for t in (f.taxa or {NOT_REPORTED})),
        "by_grade": _ranked(grade_counts(kg)),
    }


def _count(values: Iterable[str]) -> dict[str, int]:
    """Counts, most frequent first, ties by name."""
    return _ranked(Counter(values))


def _ranked(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def data_version(kg: KnowledgeGraph) -> str:
    """Return twelve hex digits that change when a row of the tables does, of a slice as of its whole.

    Examples
    --------
    >>> import mscgraph as mg
    >>> len(data_version(mg.load()))
    12
    """
    if kg.graph_folder is not None:
        said = json.loads((kg.graph_folder / "manifest.json").read_text(encoding="utf-8"))
        return str(said["content"])[:12]
    digest = sha256()
    for file in sorted(kg.folder.rglob("*.tsv")):
        digest.update(file.relative_to(kg.folder).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:12]
