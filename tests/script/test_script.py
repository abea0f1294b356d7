"""The page's script in node: its own tests, on cases that Python made."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from mscgraph.render.verdict import FINDING_KINDS, kind_of, mark_of

pytestmark = pytest.mark.interop
HERE = Path(__file__).parent


def verdicts() -> list[dict[str, object]]:
    """Findings that pass a filter, all there are, and the verdict: small counts, where rules meet."""
    dice = random.Random(3)
    cases = []
    for _ in range(4000):
        whole = {kind: dice.choice([0, 0, 0, 1, 2, 3]) for kind in FINDING_KINDS}
        shown = {kind: dice.randint(0, count) for kind, count in whole.items()}
        if dice.random() < 0.5:
            shown = whole
        kind = kind_of(shown, whole)
        cases.append({"shown": shown, "whole": whole, "kind": kind, "mark": mark_of(kind, whole)})
    return cases


def test_nodes_own_tests_pass(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        if os.environ.get("CI") == "true":
            pytest.fail("node is not installed")
        pytest.skip("node is not installed")
    cases = tmp_path / "verdicts.json"
    cases.write_text(json.dumps(verdicts()), encoding="utf-8")
    done = subprocess.run(
        [node, "--test", str(HERE)],
        env=os.environ | {"VERDICTS": str(cases)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
