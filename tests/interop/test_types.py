"""What type checkers say of the public interface: the same examples, read by mypy and by npm's pyright."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
USES = HERE / "typed_use.py"


def test_mypy_sees_the_public_types(root: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path, USES],
        capture_output=True, text=True, cwd=root, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_pyright_sees_the_public_types(root: Path, node_package: Callable[[str], str]) -> None:
    node = node_package("pyright")
    checker = HERE / "node_modules" / "pyright" / "index.js"
    done = subprocess.run(
        [node, checker, "--warnings", "--pythonpath", sys.executable, USES],
        capture_output=True, text=True, cwd=root, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
