"""The curated tables have no problem that a check can find; each failure names file, line and repair."""

from pathlib import Path

import mscgraph as mg
from mscgraph.graph import KnowledgeGraph
from mscgraph.tables.folder import table_files
from mscgraph.tables.formatting import canonical


def test_no_check_finds_a_problem() -> None:
    problems = [problem for problem in mg.validate() if problem.severity == "error"]
    assert not problems, "\n" + "\n".join(map(str, problems))


def test_every_kind_of_evidence_has_a_name(kg: KnowledgeGraph) -> None:
    used = {finding.evidence_type for finding in kg.findings.values()}
    missing = sorted(used - kg.vocabulary["evidence_type"].keys())
    assert not missing, f"add to ontology/terms/vocabulary.tsv with the label that ECO gives: {missing}"


def test_every_table_is_in_the_canonical_layout(root: Path) -> None:
    wrong = [
        p
        for p in table_files(root / "ontology")
        if canonical(p.read_text("utf-8")) != p.read_text("utf-8")
    ]
    assert not wrong, f"run mscgraph format: {', '.join(map(str, wrong))}"
