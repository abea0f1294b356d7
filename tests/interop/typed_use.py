# pyright: strict
"""Uses of the public interface as type checkers see them: read by mypy and pyright, never run."""

from collections.abc import Mapping
from pathlib import Path
from typing import assert_type

import pandas as pd

import mscgraph as mg
from mscgraph.curate import Gap
from mscgraph.export import Export
from mscgraph.large.mining import Mined

kg = mg.load()
assert_type(kg, mg.KnowledgeGraph)
assert_type(kg.entities, Mapping[str, mg.Entity])
assert_type(kg.findings, Mapping[str, mg.Finding])
assert_type(kg.associations, Mapping[str, mg.Association])
assert_type(kg.publications, Mapping[str, mg.Publication])
assert_type(kg.entity("Th17").name, str)
assert_type([finding.reviewed_by for finding in kg.findings.values()], list[str])
assert_type(kg.keep_settings(design="animal_model"), mg.KnowledgeGraph)
assert_type("IDO" in kg, bool)

answer = mg.find_paths(kg, "MSC", "Th17 cell", effect="decrease", via=["PGE2"], max_length=2)
assert_type(answer, mg.PathAnswer)
for route in answer.routes:
    assert_type(route.best, mg.Path)
    for step in route.best.steps:
        assert_type(step.association.supporting, tuple[mg.Finding, ...])
        assert_type(step.association.grade, mg.Grade)
wanted = mg.Conditions(max_length=3, avoid=["IL-6"])
assert_type(mg.find_paths(kg, "MSC", "Treg", wanted), mg.PathAnswer)
assert_type(mg.keep_paths(kg, answer), mg.KnowledgeGraph)
assert_type(mg.explain(kg, answer), mg.Explanation)
assert_type(str(mg.explain(kg, mg.block(kg, "MSC", "Treg", without="IDO"))), str)

assert_type(mg.find_conflicts(kg), list[mg.Conflict])
assert_type(mg.find_trials(kg), list[mg.Trial])
assert_type(mg.compare(kg, "MSC", "IDO"), mg.Comparison)
assert_type(mg.gaps(kg), list[Gap])
assert_type(mg.validate(), list[mg.Problem])

assert_type(mg.to_frame(kg), pd.DataFrame)
assert_type(mg.from_networkx(kg, mg.to_networkx(kg)), mg.KnowledgeGraph)
assert_type(mg.query(kg, "evidence").rows, tuple[tuple[str | None, ...], ...])
assert_type(mg.export(kg, "sif", Path("mscgraph.sif")), Export)
assert_type(mg.mine("large.graph", ["MSC"], ["Treg"], "mined"), Mined)

try:
    kg.entity("Th71")
except mg.NotFound as error:
    assert_type(error.suggestions, tuple[str, ...])
except mg.ValidationFailed as error:
    assert_type(error.problems, tuple[mg.Problem, ...])

# Mistakes that a checker must name: an ignore that nothing needs is an error in both.
mg.find_paths(kg, "MSC", "Treg", avoids=["IL-6"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
mg.find_paths(kg, "MSC")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
mg.load_graph()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
kg.findings["MSCGF:0000001"].predicate = "increases"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
