"""Reviewing on the page: who may ask, and what accepting, mending and rejecting leave in the tables."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
import requests
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.curate import review_page
from mscgraph.curate.review_page import ReviewServer
from mscgraph.curate.services.client import Services
from tests.code.endpoints import fake
from tests.code.literature import OTHER, SENTENCE, StoppedClock, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORCID = "0000-0002-1825-0097"
ONE, TWO, ELSEWHERE = "MSCGF:0000001", "MSCGF:0000015", "MSCGF:0000002"
PATIENCE = 30


@pytest.fixture
def page(copy: Path, tmp_path: Path) -> Iterator[ReviewServer]:
    with fake(World()) as url:
        services = Services(
            tmp_path / "cache", clock=StoppedClock(), environment={"MSCGRAPH_SERVICES": url}
        )
        server = ReviewServer(copy, [ONE, TWO, ELSEWHERE], ORCID, services)
        thread = threading.Thread(target=server.run)
        thread.start()
        yield server
        server.server.shutdown()
        thread.join(PATIENCE)


def asked(page: ReviewServer, path: str, body: Any = None, **headers: str) -> requests.Response:
    """An answer to what the page itself would ask."""
    url = f"{page.address}{path}"
    with requests.Session() as session:
        session.trust_env = False
        if body is None:
            return session.get(url, headers=headers, timeout=PATIENCE)
        own = {"Origin": page.origin, "Content-Type": "application/json"} | headers
        data = body if isinstance(body, str) else requests.compat.json.dumps(body)
        return session.post(url, data=data, headers=own, timeout=PATIENCE)


# -- what is shown ------------------------------------------------------------------------------------


def test_a_row_is_shown_next_to_its_sentence(page: ReviewServer) -> None:
    assert asked(page, "rows").json()["rows"] == [[ONE, ""], [TWO, ""], [ELSEWHERE, ""]]
    row = asked(page, f"rows/{ONE}").json()
    assert (row["statement"], row["locator"]) == (
        "With MSC fewer T cells became Th17 cells; blocking PGE2 undid it.", "abstract",
    )  # fmt: skip
    assert "Th17 cell" in row["relation"]
    assert row["text"] == {
        "before": "", "sentence": SENTENCE, "after": f" {OTHER}", "place": "abstract:results",
    }  # fmt: skip
    assert row["place"].startswith("ontology/curation/findings/cells.tsv:")
    cells = {cell["name"]: cell for cell in row["cells"]}
    assert not {"id", "publication", "reviewed_by", "curated_by"} & set(cells)
    assert "in_vitro" in cells["study_design"]["choices"]
    other = asked(page, f"rows/{ELSEWHERE}").json()
    assert (other["text"], "Neither Europe PMC" in other["fault"]) == (None, True)
    assert asked(page, "rows/MSCGF:0000003").status_code == 404, "it is not under review"
    for name, media in (
        ("", "text/html"),
        ("review.js", "text/javascript"),
        ("review.css", "text/css"),
    ):
        reply = asked(page, name)
        assert reply.headers["Content-Type"].startswith(media)
        assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
        assert reply.headers["Referrer-Policy"] == "no-referrer"


# -- who may ask --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Host": "evil.example:1"}, 404), ({"Origin": "https://evil.example"}, 403),
     ({"Origin": "null"}, 403), ({"Content-Type": "text/plain"}, 403),
     ({"Content-Type": "application/x-www-form-urlencoded"}, 403)],
)  # fmt: skip
def test_another_page_cannot_sign(
    page: ReviewServer, copy: Path, headers: dict[str, str], status: int
) -> None:
    assert asked(page, f"rows/{ONE}/accept", {}, **headers).status_code == status
    assert mg.load(copy).findings[ONE].reviewed_by == ""


def test_without_the_token_nothing_is_said(page: ReviewServer, copy: Path) -> None:
    for path in ("/", "/rows", f"/{'x' * len(page.token)}/rows", f"/{page.token[:-1]}/rows", "//rows"):
        with requests.Session() as session:
            session.trust_env = False
            assert session.get(page.origin + path, timeout=PATIENCE).status_code == 404
    for body in ("[]", "{", '{"cells": 1}', "[" * 10_000):
        assert asked(page, f"rows/{ONE}/accept", body).status_code == 400
    assert asked(page, f"rows/{ONE}/accept", "x" * 70_000).status_code == 413
    for path in ("rows/MSCGF:0000003/accept", f"rows/{ONE}/sign", f"rows/{ONE}", "../x"):
        assert asked(page, path, {}).status_code == 404
    assert page.server.server_address[0] == "127.0.0.1"
    assert all(not finding.reviewed_by for finding in mg.load(copy).findings.values())


# -- what is done -------------------------------------------------------------------------------------


def test_accepting_signs_once(page: ReviewServer, copy: Path) -> None:
    assert asked(page, f"rows/{ONE}/accept", {}).json() == {"done": "accepted"}
    assert mg.load(copy).findings[ONE].reviewed_by == f"ORCID:{ORCID}"
    assert asked(page, "rows").json()["rows"][0] == [ONE, "accepted"]
    refused = asked(page, f"rows/{ONE}/mend", {"cells": {"note": "x"}})
    assert refused.status_code == 409
    assert "was reviewed by" in refused.json()["error"]


def test_mending_changes_cells_and_signs_nothing(page: ReviewServer, copy: Path) -> None:
    table = copy / "curation" / "findings" / "cells.tsv"
    before = mg.load(copy).findings[ONE]
    cells = {"note": "two donors", "study_design": "animal_model"}
    assert asked(page, f"rows/{ONE}/mend", {"cells": cells}).json() == {"done": "mended"}
    assert mg.load(copy).findings[ONE] == before._replace(**cells)
    assert mg.format_tables(copy, write=False) == []
    held = table.read_bytes()
    for wrong, said in (
        ({"study_design": "guess"}, "study_design"),
        ({"object": "CL:9999999"}, "object"),
        ({"readout": "perhaps"}, "neither yes nor no"),
        ({"reviewed_by": f"ORCID:{ORCID}"}, "reviewed_by"),
        ({"id": "MSCGF:1"}, "id"),
        ({"nonsense": "1"}, "nonsense"),
    ):
        reply = asked(page, f"rows/{ONE}/mend", {"cells": wrong})
        assert reply.status_code == 409
        assert said in reply.json()["error"]
        assert table.read_bytes() == held


def test_rejecting_withdraws_with_a_reason(page: ReviewServer, copy: Path) -> None:
    assert "say why" in asked(page, f"rows/{ONE}/reject", {"reason": " "}).json()["error"]
    wrong = asked(page, f"rows/{ONE}/reject", {"reason": "double", "into": ONE})
    assert "No other row" in wrong.json()["error"]
    given = {"reason": "the text says\tnothing of it", "into": ELSEWHERE}
    assert asked(page, f"rows/{ONE}/reject", given).json() == {"done": "rejected"}
    kg = mg.load(copy)
    assert ONE not in kg.findings
    gone = (copy / "curation" / "withdrawn.tsv").read_text(encoding="utf-8")
    assert f"{ONE}\t{ELSEWHERE}\tthe text says nothing of it\n" in gone
    assert not [problem for problem in mg.validate(copy) if problem.severity == "error"]
    assert asked(page, f"rows/{ONE}").status_code == 404


def test_nobody_signs_a_row_of_their_own(page: ReviewServer, copy: Path) -> None:
    table = copy / "curation" / "findings" / "cells.tsv"
    table.write_text(table.read_text().replace("agent:writer", f"ORCID:{ORCID}"))
    assert "another must review it" in asked(page, f"rows/{ONE}/accept", {}).json()["error"]


# -- the command --------------------------------------------------------------------------------------


def test_the_command_prints_the_address_and_what_was_done(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[ReviewServer] = []

    def run(server: ReviewServer) -> None:
        started.append(server)
        server.act(f"rows/{server.findings[0]}/accept", {})
        server.server.server_close()

    monkeypatch.setattr(review_page.ReviewServer, "run", run)
    line = ["--ontology", str(copy), "curate", "review", "--topic", "cells", "--next", "2", "--page"]
    done = CliRunner().invoke(main, [*line, "--orcid", ORCID])
    assert done.exit_code == 0, done.output
    assert f"2 finding(s) to review at {started[0].address}" in done.stderr
    assert "1 accepted" in done.stderr
    assert CliRunner().invoke(main, line).exit_code == 2
    assert CliRunner().invoke(main, [*line, "--orcid", "0000-0002-1825-0098"]).exit_code == 1
