"""npm's html-validate finds nothing wrong in the pages of the site, hostile names and all."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
VALIDATOR = HERE / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
# Every rule for documents and accessibility. Not asked for: a fingerprint on our own style sheet, which
# stands beside the page; and of the explorer a native list of choices where it draws a combobox, and the
# type of the one button that closes its dialog, which is what a button in a dialog's form does.
RULES = {
    "extends": ["html-validate:standard", "html-validate:document", "html-validate:a11y"],
    "rules": {"require-sri": "off"},
    "root": True,
}
EXPLORER = {("explorer.html", "prefer-native-element"), ("explorer.html", "no-implicit-button-type")}


@pytest.fixture(scope="module")
def node(node_package: Callable[[str], str]) -> str:
    return node_package("html-validate")


def complaints(node: str, rules: Path, pattern: str) -> list[str]:
    rules.write_text(json.dumps(RULES), encoding="utf-8")
    told = rules.with_name("told.json")  # a file: what it prints to a pipe may be cut off when it ends
    done = subprocess.run(
        [node, VALIDATOR, "--config", rules, "--formatter", f"json={told}", pattern],
        capture_output=True, cwd=HERE, check=False,
    )  # fmt: skip
    assert told.is_file(), done.stderr.decode()
    return [
        f"{Path(page['filePath']).name}:{found['line']}: {found['message']} [{found['ruleId']}]"
        for page in json.loads(told.read_text(encoding="utf-8"))
        for found in page["messages"]
        if (Path(page["filePath"]).name, found["ruleId"]) not in EXPLORER
    ]


def test_every_page_of_a_site_is_valid(hostile_site: Path, node: str, tmp_path: Path) -> None:
    assert complaints(node, tmp_path / "rules.json", f"{hostile_site}/**/*.html") == []


def test_a_broken_page_is_seen(node: str, tmp_path: Path) -> None:
    page = tmp_path / "broken.html"
    page.write_text("<!DOCTYPE html><html lang=en><title>x</title><p><div></p>", encoding="utf-8")
    assert complaints(node, tmp_path / "rules.json", str(page))
