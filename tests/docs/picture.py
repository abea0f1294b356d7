"""Draw docs/th17.svg anew with the page's own export: ``python -m tests.docs.picture``."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import mscgraph as mg

TARGET = Path(__file__).parents[2] / "docs" / "th17.svg"


def main() -> None:
    """Save the picture of one answer."""
    kg = mg.load()
    between = ["Protein", "ChemicalEntity", "Cell"]
    answer = mg.find_paths(
        kg, "MSC", "Th17 cell", k=30, max_length=2, avoid=["EAE"], categories=between
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = mg.write_page(kg, Path(folder) / "page.html", answer=answer)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-interactive]", state="attached")
        with page.expect_download() as saved:
            page.select_option("#export", "svg")
        saved.value.save_as(TARGET)
        browser.close()
    print(f"wrote {TARGET}")


if __name__ == "__main__":
    main()
