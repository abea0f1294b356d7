"""The curated tables have no problem that a check can find; each failure names file, line and repair."""

from pathlib import Path

import mscgraph as mg
from mscgraph.tables import canonical, table_files


def test_no_check_finds_a_problem() -> None:
    problems = [problem for problem in mg.validate() if problem.severity == "error"]
    assert not problems, "\n" + "\n".join(map(str, problems))


def test_every_table_is_in_the_canonical_layout(root: Path) -> None:
    wrong = [
        p
        for p in table_files(root / "ontology")
        if canonical(p.read_text("utf-8")) != p.read_text("utf-8")
    ]
    assert not wrong, f"run mscgraph format: {', '.join(map(str, wrong))}"
