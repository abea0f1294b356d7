"""The server in a browser: pages clean for axe, an explorer that answers as the file and asks for more."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest
import uvicorn
from playwright.sync_api import expect

from mscgraph.cli.answering import operations
from mscgraph.page import write_page
from mscgraph.serve import Served, web_application

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from mscgraph.graph import KnowledgeGraph

SPARQL = "SELECT ?f ?s WHERE { ?f mscgraph:statement ?s } LIMIT 3"


@pytest.fixture(scope="module")
def address(kg: KnowledgeGraph) -> Iterator[str]:
    """Where a server of the shipped graph answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        app = web_application(Served(kg, operations()))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = threading.Thread(target=server.run, args=[[listening]], daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(60)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "explorer.html",
        "entity/CL_0000899.html",
        "questions.html",
        "sparql",
        f"sparql?query={SPARQL}",
    ],
)
def test_axe_finds_nothing_on_what_is_served(
    browser: Browser, address: str, axe: str, path: str, scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}/{path}")
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    # that a name cut to its box is not the beginning of its label is so on the page as a file too
    assert {v["id"] for v in found["violations"]} <= {"label-content-name-mismatch"}
    context.close()


def test_the_served_explorer_answers_as_the_file_and_asks_for_more(
    browser: Browser, address: str, kg: KnowledgeGraph, tmp_path: Path
) -> None:
    place = "#from=CL:0000134&to=CL:0000899&effect=decrease"
    alone = browser.new_page()
    alone.goto(write_page(kg, tmp_path / "explorer.html").as_uri() + place)
    served = browser.new_page()
    served.goto(f"{address}/explorer.html{place}")
    expect(served.locator("#answer")).to_have_text(
        alone.locator("#answer").inner_text(), use_inner_text=True
    )
    assert alone.get_by_text("Ask the server's whole graph").count() == 0
    served.get_by_text("Ask the server's whole graph").click()
    expect(served.locator(".server-answer").first).to_contain_text("Th17 cell")
    served.fill("#path-from", "Th71 cell")
    served.get_by_text("Ask the server's whole graph").click()
    expect(served.locator(".server-answer").first).to_contain_text("Did you mean")
    served.goto(f"{address}/explorer.html#entity=CL:0000899")
    served.get_by_text("Neighbours on the server").click()
    expect(served.locator("#panel .server-answer")).to_contain_text("MSC")
    alone.close()
    served.close()
