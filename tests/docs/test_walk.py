"""The tutorial of a paper, walked line by line from the search to the signed row, on a made-up paper."""

from __future__ import annotations

import re
import shlex
import shutil
import threading
from typing import TYPE_CHECKING

import click
import pytest
import requests
from click.testing import CliRunner, Result

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.curate.review_page import ReviewServer
from mscgraph.curate.services import client
from mscgraph.schema import columns_of
from tests.code.endpoints import fake
from tests.code.literature import StoppedClock, World, core, work
from tests.docs.outputs import ROOT, blocks

if TYPE_CHECKING:
    from pathlib import Path

PAPER, DOI = "PMID:99900001", "10.5555/made.up"
SENTENCE = "MSCs decreased the proliferation of NK cells in co-culture."
PATIENCE = 60
WRITER = "ORCID:0000-0001-5109-3700"


def made_up() -> World:
    world = World()
    world.results = [
        core(id="99900001", pmid="99900001", doi=DOI, title="A made-up study of MSC and NK cells.",
             abstractText=f"<h4>Methods</h4>We grew cells.<h4>Results</h4>{SENTENCE}"),
    ]  # fmt: skip
    world.works = {DOI: work(DOI=DOI, title=["A made-up study of MSC and NK cells"])}
    return world


def judged(drafts: str, folder: Path) -> str:
    """The id of the row that a curator makes of a draft: each ? is filled in, in the table of NK cells."""
    header, *lines = (line.split("\t") for line in drafts.splitlines())
    (draft,) = (
        row for line in lines if (row := dict(zip(header, line, strict=True)))["sentence"] == SENTENCE
    )
    said = {"id": "MSCGF:9990001", "evidence_type": "ECO:0001565", "system": "co_culture",
            "product": "cells", "comparison": "concurrent_control", "readout": "no",
            "significance": "not_reported", "statement": "With MSC, NK cells proliferated less.",
            "curated_by": WRITER, "curated_on": "2026-11-28", "taxon": "NCBITaxon:9606"}  # fmt: skip
    cells = {
        name: said.get(name, draft[name] if draft[name] != "?" else column.open)
        for name, column in columns_of(mg.Finding).items()
    }
    assert (cells["subject"], cells["predicate"], cells["aspect"]) == (
        "CL:0000134", "decreases", "proliferation",
    )  # fmt: skip
    assert cells["locator"] == "abstract:results"
    table = folder / "curation" / "findings" / "nk_cells.tsv"
    with table.open("a", encoding="utf-8") as file:
        file.write("\t".join(cells.values()) + "\n")
    return cells["id"]


def reviewed_by_hand(server: ReviewServer) -> None:
    """What a person does on the page: read the row next to its sentence, and accept it."""
    thread = threading.Thread(target=server.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        with requests.Session() as session:
            session.trust_env = False
            row = session.get(f"{server.address}rows/MSCGF:9990001", timeout=PATIENCE).json()
            assert row["text"]["sentence"] == SENTENCE
            own = {"Origin": server.origin}
            url = f"{server.address}rows/MSCGF:9990001/accept"
            assert session.post(url, json={}, headers=own, timeout=PATIENCE).json() == {
                "done": "accepted"
            }
    finally:
        server.server.shutdown()
        thread.join(PATIENCE)
        server.server.server_close()


@pytest.mark.slow
def test_the_tutorial_leads_from_the_search_to_a_signed_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ontology"
    shutil.copytree(ROOT / "ontology", folder)
    monkeypatch.setenv("MSCGRAPH_ONTOLOGY", str(folder))
    monkeypatch.setenv("MSCGRAPH_CACHE", str(tmp_path / "cache"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(client, "Clock", StoppedClock)
    monkeypatch.setattr(ReviewServer, "run", reviewed_by_hand)
    opened: list[str] = []
    monkeypatch.setattr(click, "launch", opened.append)
    lines = "\n".join(blocks(ROOT / "docs" / "tutorials" / "a-paper.md", "sh")).splitlines()
    walked = [line for line in lines if line.startswith("mscgraph ")]
    results: dict[str, Result] = {}
    with fake(made_up()) as url:
        monkeypatch.setenv("MSCGRAPH_SERVICES", url)
        for line in walked:
            done = CliRunner().invoke(main, shlex.split(line)[1:])
            assert done.exit_code == 0, f"{line}\n{done.output}"
            assert done.output, line
            results[line] = done
            if " draft " in line:
                finding = judged(done.stdout, folder)
    assert len(walked) == len(results) + 1, "validate stands there twice"
    watched, drafted = walked[0], next(line for line in walked if " draft " in line)
    assert re.search(rf"{PAPER} +2026-11-02", results[watched].stdout)
    assert "?" in results[drafted].stdout
    signed = mg.load(folder).findings[finding]
    assert signed.reviewed_by == "ORCID:0000-0002-1825-0097"
    assert mg.load(folder).publications[PAPER].doi == DOI
    assert opened[0].startswith("http://127.0.0.1:")
