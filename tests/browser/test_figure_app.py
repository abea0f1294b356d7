"""The figure of the assistants as a page in a chat: drawn, with the evidence of a route on demand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from mcp.client import Client
from playwright.sync_api import Browser, Page, expect

from mscgraph.serve.assistant import assistant_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mscgraph.graph import KnowledgeGraph

# What a host does: hold the page in a frame of no origin, answer it, hand on what the tool returned.
HOST = """({html, input, result, answer}) => {
  const frame = Object.assign(document.createElement("iframe"), {srcdoc: html, width: 800, height: 900});
  frame.setAttribute("sandbox", "allow-scripts");
  window.said = [];
  addEventListener("message", ({data}) => {
    window.said.push(data);
    const say = (message) => frame.contentWindow.postMessage({jsonrpc: "2.0", ...message}, "*");
    if (data.method === "ui/initialize") say({id: data.id, result: {protocolVersion: "2026-01-26"}});
    if (data.method === "tools/call") say({id: data.id, result: answer});
    if (data.method === "ui/notifications/initialized") {
      say({method: "ui/notifications/tool-input", params: {arguments: input}});
      say({method: "ui/notifications/tool-result", params: result});
    }
  });
  document.body.append(frame);
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


def test_the_app_draws_and_shows_both_sides_of_a_route(
    kg: KnowledgeGraph, page: Page, axe: str
) -> None:
    asked = {"source": "MSC", "target": "Th17 cell"}

    async def ask() -> tuple[str, dict[str, Any], dict[str, Any], list[str]]:
        async with Client(assistant_server(kg, "v1")) as client:
            (tool,) = (t for t in (await client.list_tools()).tools if t.name == "figure")
            address = tool.meta["ui"]["resourceUri"]
            (content,) = (await client.read_resource(address)).contents
            assert content.mime_type == "text/html;profile=mcp-app"
            drawn = await client.call_tool("figure", asked)
            via = drawn.structured_content["items"][0]["via"]
            found = await client.call_tool("mechanisms", {**asked, "via": via})
            return (
                content.text,
                *(r.model_dump(mode="json", by_alias=True) for r in (drawn, found)),
                via,
            )

    with ThreadPoolExecutor(1) as other:  # the browser's thread runs a loop of its own
        html, result, answer, via = other.submit(anyio.run, ask).result()
    result["structuredContent"]["items"][1]["route"] = "«<img src=x onerror=alert(1)>»"
    page.set_content("<!doctype html><title>chat</title>")
    page.evaluate(HOST, {"html": html, "input": asked, "result": result, "answer": answer})
    app = page.frame_locator("iframe")
    expect(app.locator("img")).to_have_js_property("complete", True)
    assert app.locator("img").evaluate("image => image.naturalWidth") == 1600
    buttons = app.locator("#routes button")
    expect(buttons).to_have_count(len(result["structuredContent"]["items"]))
    assert app.locator("#routes img").count() == 0
    buttons.first.click()
    expect(app.locator("#routes p.against").first).to_contain_text("against: ")
    (call,) = (one for one in page.evaluate("said") if one.get("method") == "tools/call")
    assert call["params"] == {"name": "mechanisms", "arguments": {**asked, "via": via}}
    app.locator("#zoom").click()
    expect(app.locator("img")).to_have_class("whole")
    frame = page.frames[1]
    frame.evaluate(axe)
    assert frame.evaluate("axe.run().then(({violations}) => violations.map(({id}) => id))") == []
