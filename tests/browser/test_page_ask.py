"""The box that takes names and questions: what it understood, what it did not, and what is shown then."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Visit, Visitor
    from playwright.sync_api import Page
DOWN = "#asked .parts button"


def typed(visited: Visit, text: str) -> Page:
    visited.page.fill("#search", text)
    return visited.page


def asks(page: Page) -> dict[str, list[str]]:
    return parse_qs(page.evaluate("location.hash.slice(1)"))


def test_a_question_is_shown_as_understood_and_asked_by_enter(
    visit: Visitor, shipped_page: Path
) -> None:
    visited = visit(shipped_page)
    visited.open("#grade=A")
    page = typed(visited, "do MSC lower Th17 in human via IL-10?")
    parts = [text.removesuffix(" ✕") for text in page.locator(DOWN).all_inner_texts()]
    assert parts == ["MSC", "Th17 cell", "lowers", "via IL-10", "human"]
    assert page.get_attribute("#search", "aria-expanded") == "false"
    assert page.inner_text("#search-said").startswith("Understood: MSC → Th17 cell, lowers")
    page.press("#search", "Enter")
    visited.settled()
    assert asks(page) == {
        "from": ["CL:0000134"], "to": ["CL:0000899"], "effect": ["decrease"], "via": ["HGNC:5962"],
        "taxon": ["NCBITaxon:9606"], "species": ["human"],
    }  # fmt: skip
    assert "MSC → Th17 cell, lowers, via IL-10, human" in page.inner_text("#said")
    assert page.evaluate("document.activeElement.id") == "answer"
    assert visited.complaints == []
    assert visited.requests == [shipped_page.as_uri()]


def test_each_part_is_left_out_by_keyboard(visit: Visitor, shipped_page: Path) -> None:
    visited = visit(shipped_page)
    visited.open()
    page = typed(visited, "human MSC lower human Th17 cells in EAE")
    page.press("#search", "Enter")
    visited.settled()
    for name, left in (("human", "MSC lower Th17 cells in EAE"), ("lowers", "MSC Th17 cells in EAE")):
        page.get_by_role("button", name=f"Leave out {name}").focus()
        page.keyboard.press("Enter")
        assert page.input_value("#search") == left
        assert page.evaluate("document.activeElement.id") == "search"
        visited.settled()  # what is left is shown at once, since it had been asked
    assert asks(page) == {"from": ["CL:0000134"], "to": ["CL:0000899"], "system": ["EAE"]}
    page.press("#search", "Escape")
    assert page.locator("#asked").is_hidden()


def test_what_is_not_understood_is_said_before_anything_is_shown(
    visit: Visitor, shipped_page: Path
) -> None:
    visited = visit(shipped_page)
    visited.open()
    page = typed(visited, "does MSC lower Th71?")
    assert "Not understood: “Th71”" in page.inner_text("#asked")
    page.press("#search", "Enter")
    assert asks(page) == {}
    assert page.evaluate("document.activeElement.textContent") == "Th1 cell"
    page.keyboard.press("Enter")
    assert page.input_value("#search") == "does MSC lower Th1 cell"
    page.press("#search", "Enter")
    visited.settled()
    assert asks(page) == {"from": ["CL:0000134"], "to": ["CL:0000545"], "effect": ["decrease"]}


def test_not_lower_shows_what_speaks_against_lowering(visit: Visitor, shipped_page: Path) -> None:
    visited = visit(shipped_page)
    visited.open()
    page = typed(visited, "do MSC not lower Th17?")
    page.press("#search", "Enter")
    visited.settled()
    asked = asks(page)
    assert page.evaluate("document.activeElement.id") == "panel-title"
    assert asked == {
        "line": ["CL:0000134|CL:0000899"], "direction": ["increase", "no significant effect"],
    }  # fmt: skip
    assert "outside the filters there are" in page.inner_text("#verdict")
    assert "decrease" in page.inner_text("#verdict")


def test_questions_of_one_end_of_none_and_of_views(visit: Visitor, shipped_page: Path) -> None:
    visited = visit(shipped_page)
    visited.open()
    wanted = {
        "what lowers Th17?": {
            "focus": ["CL:0000899"], "entity": ["CL:0000899"], "direction": ["decrease"],
        },
        "where do findings contradict each other": {"contested": ["1"]},
        "which trials": {"view": ["trials"]},
        "MSC vs PGE2 in mice": {
            "view": ["compare"], "one": ["CL:0000134"], "other": ["CHEBI:15551"], "species": ["mouse"],
        },
        "what was seen in randomised trials": {"design": ["randomised trial"]},
    }  # fmt: skip
    for text, hash_ in wanted.items():
        page = typed(visited, text)
        page.press("#search", "Enter")
        visited.settled()
        assert asks(page) == hash_, text


def test_an_earlier_question_leaves_no_condition_in_the_form(
    visit: Visitor, shipped_page: Path
) -> None:
    visited = visit(shipped_page)
    visited.open()
    for text in ("MSC -> NK cell via PGE2 without IL-10 in mice in 3 steps", "MSC lower Th17"):
        page = typed(visited, text)
        page.press("#search", "Enter")
        visited.settled()
    wanted = asks(page)
    assert "via" not in wanted
    page.click("#find-paths")
    visited.settled()
    assert asks(page) == wanted
    page.fill("#path-via", "PGE2")  # what is typed and not yet asked outlives a filter
    page.check("#contested")
    visited.settled()
    assert page.input_value("#path-via") == "PGE2"


def test_a_name_that_is_chosen_leaves_a_comparison(visit: Visitor, shipped_page: Path) -> None:
    visited = visit(shipped_page)
    visited.open()
    for text in ("compare MSC and MSC-EV", "Th17 cell"):
        page = typed(visited, text)
        page.press("#search", "Enter")
        visited.settled()
    assert {"view", "one", "other"}.isdisjoint(asks(page))
    assert asks(page)["entity"] == ["CL:0000899"]
    assert page.locator("#graph-view").is_visible()


def test_a_stored_question_is_named_with_its_command(visit: Visitor, shipped_page: Path) -> None:
    visited = visit(shipped_page)
    visited.open()
    page = typed(visited, "what do MSC secrete?")
    assert "Copy: mscgraph query --name made-by-msc" in page.inner_text("#asked")
    page = typed(visited, "MSC")
    assert page.locator("#asked").is_hidden()
    assert page.locator("#results li").count() > 1
