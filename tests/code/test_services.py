"""Asking services: what comes of right answers; one sentence for each wrong one, and nothing kept of it."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.curate.fetching import fetch, fetch_all
from mscgraph.curate.services import client
from mscgraph.curate.services.bibliography import abstract_sections, identifiers, plain_text
from mscgraph.curate.services.client import Services
from mscgraph.curate.services.open_services import EUROPE_PMC, search_records
from mscgraph.errors import DataError, NotFound, OutputError, ServiceError
from tests.code.endpoints import fake, free_port
from tests.code.literature import JSON, NEW, OTHER, SENTENCE, StoppedClock, World, core, work

if TYPE_CHECKING:
    from collections.abc import Iterator

XML = {"Content-Type": "application/xml"}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with fake(world) as url:
        yield url


def asking(address: str, cache: Path, timeout: float = 20, **options: bool) -> Services:
    """Services behind one address, asked without waiting."""
    given = {"MSCGRAPH_SERVICES": address, "MSCGRAPH_MAIL": "curator@example.org"}
    return Services(cache, clock=StoppedClock(), environment=given, timeout=timeout, **options)


@pytest.fixture
def services(address: str, tmp_path: Path) -> Services:
    return asking(address, tmp_path / "cache")


# -- right answers ------------------------------------------------------------------------------------


def test_an_open_paper_comes_with_record_and_text_by_section(services: Services) -> None:
    paper = fetch(services, "PMID:1")
    (record,) = paper.records
    assert (record.pmid, record.pmcid, record.year, record.licence) == ("1", "PMC11", "2015", "cc by")
    assert (record.title, record.authors) == ("MSC and T cells in culture", "Doe J; Roe RR")
    assert record.journal == "Journal of invented results"
    assert [(s.name, s.text) for s in paper.sections] == [
        ("title", "MSC and T cells in culture"),
        ("abstract:results", f"{SENTENCE} {OTHER}"),
        ("results", "Cells grew [1]. α was seen."),
    ]
    assert paper.has_full_text
    assert paper.sources == "Europe PMC 2026-11-28"


@pytest.mark.parametrize("name", ["PMID:900", "900", "https://doi.org/10.1000/NEW", "DOI:10.1000/new"])
def test_a_paper_with_a_doi_comes_from_two_sources(services: Services, name: str) -> None:
    paper = fetch(services, name)
    assert [r.source for r in paper.records] == ["Europe PMC", "Crossref"]
    assert {r.doi for r in paper.records} == {"10.1000/new"}
    assert paper.records[1].authors == "Doe J; Roe RR"
    assert f"{NEW} CD4+ cells stayed." in "\n".join(section.text for section in paper.sections)


def test_what_europe_pmc_does_not_hold_crossref_may(services: Services) -> None:
    (record,) = fetch(services, "DOI:10.1000/2").records
    assert (record.source, record.year, record.published) == ("Crossref", "2026", "2026-11-02")
    assert record.licence == "cc by 4.0"
    with pytest.raises(NotFound, match="Neither Europe PMC nor Crossref knows PMID:77"):
        fetch(services, "PMID:77")


def test_another_identifier_leads_to_a_paper(services: Services, world: World) -> None:
    world.converter["10.1000/other"] = {"pmid": 1, "pmcid": "PMC11", "doi": "10.1000/other",
                                        "requested-id": "10.1000/other"}  # fmt: skip
    paper = fetch(services, "DOI:10.1000/other")
    assert paper.records[0].pmid == "1"
    assert "tool=mscgraph&email=curator%40example.org" in next(p for p in world.asked if "id-conv" in p)


def test_a_preprint_is_one(services: Services) -> None:
    (record,) = fetch(services, "DOI:10.1101/pre").records
    assert (record.is_preprint, record.journal, record.id) == (True, "bioRxiv", "DOI:10.1101/pre")


def test_all_pages_of_a_search_are_read_and_each_paper_once(services: Services, world: World) -> None:
    world.page = 1
    world.results.insert(1, world.results[0])
    assert [r.pmid for r in search_records(services, "MSC")] == ["1", "900", ""]


def test_a_page_that_comes_again_is_the_end(services: Services, world: World) -> None:
    page = json.dumps({"nextCursorMark": "A", "resultList": {"result": [core(id="1", pmid="1")]}})
    world.instead = [(200, JSON, page.encode())] * 9
    assert [r.pmid for r in search_records(services, "MSC")] == ["1"]
    assert len(world.asked) == 2


def test_services_are_told_who_asks_and_asked_slowly(services: Services, world: World) -> None:
    fetch(services, "PMID:900")
    fetch(services, "PMID:1")
    assert world.agents == {f"mscgraph/{mg.__version__} (mailto:curator@example.org)"}
    assert services.clock.waits == [0.2, 0.2]  # the second and third question to Europe PMC


# -- the cache ----------------------------------------------------------------------------------------


def test_what_was_fetched_is_not_asked_for_again(services: Services, world: World) -> None:
    first = fetch(services, "PMID:1")
    asked = len(world.asked)
    assert fetch(services, "PMID:1") == first
    assert len(world.asked) == asked
    assert fetch(services, "PMID:1", days=0) == first
    assert len(world.asked) == 2 * asked


def test_without_a_network_the_cache_answers(services: Services, tmp_path: Path) -> None:
    first = fetch(services, "PMID:1")
    assert fetch(asking("http://127.0.0.1:1", tmp_path / "cache", offline=True), "PMID:1") == first
    gone = asking(f"http://127.0.0.1:{free_port()}", tmp_path / "cache")
    assert fetch(gone, "PMID:1", days=0) == first
    assert all("cannot be reached" in n and n.endswith("on 2026-11-28 is used.") for n in gone.notes)
    with pytest.raises(ServiceError, match="Europe PMC was not asked, and its answer is not in"):
        fetch(asking("http://127.0.0.1:1", tmp_path / "empty", offline=True), "PMID:1")


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"fetched": 1}', b'{"fetched": "2026-01-01", "answer": {}}']
)
def test_a_damaged_file_of_the_cache_is_asked_for_again(
    services: Services, tmp_path: Path, damage: bytes
) -> None:
    first = fetch(services, "PMID:1")
    for file in (tmp_path / "cache").rglob("*.json"):
        file.write_bytes(damage)
    assert fetch(services, "PMID:1") == first


def test_a_run_that_broke_off_continues(services: Services, world: World) -> None:
    papers = ["PMID:1", "PMID:900", "PMID:77"]
    world.instead = []
    fetch(services, "PMID:1")
    world.instead = [(503, {}, b"")] * 4
    with pytest.raises(ServiceError, match="what was fetched is kept"):
        fetch_all(services, papers)
    world.asked.clear()
    steps: list[tuple[int, str]] = []
    found, without = fetch_all(services, papers, progress=lambda n, name: steps.append((n, name)))
    assert [p.id for p in found] == ["PMID:1", "PMID:900"]
    assert [p.id for p in without] == ["PMID:77"]
    assert not [path for path in world.asked if "EXT_ID%3A1+" in path]
    assert steps == [(0, "PMID:1"), (1, "PMID:900"), (2, "PMID:77"), (3, "")]


def test_a_cache_that_cannot_be_written_is_named(address: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OutputError, match=r"cannot write .*file"):
        fetch(asking(address, tmp_path / "file"), "PMID:1")


def test_the_cache_is_where_the_platform_keeps_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MSCGRAPH_CACHE", raising=False)
    assert client.cache_folder().parts[-1].lower() in {"mscgraph", "cache"}
    monkeypatch.setenv("MSCGRAPH_CACHE", "/somewhere")
    assert client.cache_folder() == Path("/somewhere")


# -- faults -------------------------------------------------------------------------------------------

WHOLE = json.dumps({"resultList": {"result": [core(id="1", pmid="1")]}}).encode()
BOMB = gzip.compress(b"[" * (80 << 20))
ANOTHER = json.dumps({"resultList": {"result": [core(id="2", pmid="2")]}}).encode()
PAGE = b"<html><head><style>p {}</style></head><body>Please log in</body></html>"
FAULTS = {
    "a page": ((200, {"Content-Type": "text/html"}, PAGE), "text/html where JSON was asked for"),
    "XML": ((200, XML, b"<a/>"), "application/xml where JSON was asked for"),
    "no type": ((200, {}, WHOLE), "no media type where JSON"),
    "cut": ((200, JSON | {"Content-Length": "99999"}, WHOLE), "broke off or is damaged"),
    "half": ((200, JSON, WHOLE[:40]), "JSON that is broken"),
    "no object": ((200, JSON, b"[1]"), "JSON that is broken"),
    "deep": ((200, JSON, b"[" * 200_000), "JSON that is broken"),
    "no UTF-8": ((200, JSON, b'{"a": "\xff"}'), "JSON that is broken"),
    "other id": ((200, JSON, ANOTHER), "answered with 2 where 1 was asked for"),
    "no list": ((200, JSON, b'{"resultList": 5}'), "answered without a list"),
    "gzip bomb": ((200, JSON | {"Content-Encoding": "gzip"}, BOMB), "more than 67,108,864 bytes"),
    "packed twice": ((200, JSON | {"Content-Encoding": "gzip, gzip"}, BOMB), "packed more than once"),
    "no gzip": ((200, JSON | {"Content-Encoding": "gzip"}, b"no"), "broke off or is damaged"),
    "forbidden": ((403, {}, PAGE), "answered 403, saying: Please log in"),
    "bad request": ((400, {}, b""), r"answered 400\.$"),
    "no such address": ((404, {}, PAGE), "answered 404, saying: Please log in"),
    "an error": ((500, {}, b"Oops"), "answered 500, saying: Oops. Run the same command again later"),
    "busy": ((429, {"Retry-After": "3600"}, b""), r"answered 429\. Run .* in 3600 s: what"),
    "private": ((302, {"Location": "http://10.0.0.1/admin?key=s"}, b""), "to http://10.0.0.1/admin, which"),
    "loopback": ((302, {"Location": "http://127.0.0.1:9/"}, b""), "to http://127.0.0.1:9/, which"),
    "metadata": ((302, {"Location": "http://169.254.169.254/"}, b""), "which is not its own address"),
    "file": ((302, {"Location": "file:///etc/passwd"}, b""), "which is not its own address"),
    "circle": ((302, {"Location": "/europe-pmc/search"}, b""), "redirects more than 5 times"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_sentence_and_nothing_is_kept(name: str, tmp_path: Path) -> None:
    answer, said = FAULTS[name]
    with fake(lambda _: answer) as url, pytest.raises(ServiceError, match=said) as caught:
        fetch(asking(url, tmp_path / "cache"), "PMID:1")
    text = str(caught.value)
    assert text.startswith("Europe PMC ")
    assert "\n" not in text
    assert "key=s" not in text
    assert not [p for p in (tmp_path / "cache").rglob("*") if p.is_file()]


def test_no_answer_in_time_and_no_network(tmp_path: Path) -> None:
    with fake(lambda _: None) as url, pytest.raises(ServiceError, match=r"no answer within 0.05 s"):
        fetch(asking(url, tmp_path, timeout=0.05), "PMID:1")
    gone = asking(f"http://127.0.0.1:{free_port()}", tmp_path)
    with pytest.raises(ServiceError, match="cannot be reached"):
        fetch(gone, "PMID:1")
    assert gone.clock.waits == []
    named = Services(
        tmp_path, clock=StoppedClock(), environment={"MSCGRAPH_SERVICES": "http://no.invalid"}
    )
    with pytest.raises(ServiceError, match=r"Europe PMC at http://no.invalid/europe-pmc: "):
        fetch(named, "PMID:1")


def test_a_connection_that_is_cut_is_tried_again(tmp_path: Path) -> None:
    tries: list[int] = []

    def answer(request: object) -> tuple[int, dict[str, str], bytes]:
        tries.append(1)
        return 200, JSON | ({"Content-Length": "9999"} if len(tries) < 4 else {}), WHOLE

    with fake(answer) as url:
        asked = asking(url, tmp_path)
        assert fetch(asked, "PMID:1").records[0].pmid == "1"
    assert asked.clock.waits == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("after", "wait"),
    [
        ("7", 7.0),
        ("Sat, 28 Nov 2026 12:00:30 GMT", 30.0),
        ("soon", 1.0),
        ("Sat, 28 Nov 1998 12:00:30 GMT", 1.0),
    ],
)
def test_a_service_that_asks_for_patience_gets_it(
    services: Services, world: World, after: str, wait: int
) -> None:
    world.instead = [(429, {"Retry-After": after}, b"")]
    assert fetch(services, "PMID:900").records[0].pmid == "900"
    assert services.clock.waits[0] == wait


def test_a_proxy_is_asked_where_one_is_named(
    world: World, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", address)
    assert fetch(asking("http://services.invalid", tmp_path), "PMID:900").records[0].pmid == "900"
    assert world.asked[0].startswith("http://services.invalid/europe-pmc/search?")
    monkeypatch.setenv("http_proxy", f"http://user:s3cret@127.0.0.1:{free_port()}")
    with pytest.raises(ServiceError, match=r"the proxy does not answer\. Check") as caught:
        fetch(asking("http://services.invalid", tmp_path / "other"), "PMID:900")
    assert "s3cret" not in str(caught.value)


def test_certificates_that_cannot_be_trusted_are_named(tmp_path: Path) -> None:
    with fake(lambda _: (200, {}, b"")) as url, pytest.raises(ServiceError, match="TLS failed"):
        fetch(asking(url.replace("http:", "https:"), tmp_path), "PMID:900")


def test_what_a_service_lacks_is_asked_for_again_after_a_month(
    services: Services, world: World
) -> None:
    held = world.works.pop("10.1000/new")
    assert len(fetch(services, "PMID:900").records) == 1
    world.works["10.1000/new"] = held
    assert len(fetch(services, "PMID:900").records) == 1
    services.clock.wait(31 * 24 * 3600)
    assert len(fetch(services, "PMID:900").records) == 2


def test_a_text_of_another_paper_and_one_that_declares_entities_are_refused(
    services: Services, world: World
) -> None:
    good = world.texts["PMC11"]
    for bad, said in (
        (good.replace("PMC11", "PMC12"), "a text that is not PMC11"),
        (good.replace("<article>", '<!DOCTYPE a [<!ENTITY x "y">]><article>'), "XML that is broken"),
        (good[:-30], "XML that is broken"),
    ):
        world.texts["PMC11"] = bad
        with pytest.raises(ServiceError, match=said):
            fetch(services, "PMID:1")
    world.texts["PMC11"] = good
    assert fetch(services, "PMID:1").has_full_text


def test_crossref_and_the_converter_may_answer_with_another_paper_too(
    services: Services, world: World
) -> None:
    world.works["10.1000/new"] = work(DOI="10.1000/old")
    with pytest.raises(ServiceError, match=r"answered with 10.1000/old where 10.1000/new"):
        fetch(services, "PMID:900")
    world.converter["10.1000/x"] = {"doi": "10.1000/y", "pmid": 1}
    with pytest.raises(ServiceError, match=r"NCBI's id converter answered with 10.1000/y"):
        fetch(services, "DOI:10.1000/x")


def test_a_redirect_within_the_service_is_followed_but_not_to_plain_http() -> None:
    asked = Services(Path(), environment={})
    base = EUROPE_PMC.address
    for own in ("https://www.ebi.ac.uk/europepmc/other", "https://europepmc.org/x"):
        assert asked.may_follow(EUROPE_PMC, base, own)
    for other in (
        "http://www.ebi.ac.uk/",
        "https://evil-ebi.ac.uk/",
        "https://ebi.ac.uk:8443/",
        "https://x.org/",
    ):
        assert not asked.may_follow(EUROPE_PMC, base, other)


# -- texts --------------------------------------------------------------------------------------------


def test_a_structured_abstract_is_read_by_its_headings() -> None:
    marked = "Before.<h4>Methods</h4> We grew <i>cells</i>.<h4>RESULTS: </h4>p &lt; 0.05."
    assert [tuple(s) for s in abstract_sections(marked)] == [
        ("abstract", "Before."),
        ("abstract:methods", "We grew cells."),
        ("abstract:results", "p < 0.05."),
    ]
    crossref = "<jats:title>Abstract</jats:title><jats:p>IL-10<jats:sub>2</jats:sub> rose.</jats:p>"
    assert [tuple(s) for s in abstract_sections(crossref)] == [("abstract", "IL-102 rose.")]
    assert plain_text("n < 5 and p > 3") == "n < 5 and p > 3"


@pytest.mark.parametrize("text", ["", "MSC", "PMID:", "10.1/", "PMID:12x", "doi:x"])
def test_what_is_no_identifier_is_refused(services: Services, text: str) -> None:
    assert identifiers(text)[0] == ""
    with pytest.raises(DataError, match="is no PMID, PubMed Central id or DOI"):
        fetch(services, text)


# -- the command --------------------------------------------------------------------------------------


def test_fetch_lists_what_came_and_says_what_did_not(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MSCGRAPH_SERVICES", address)
    monkeypatch.setattr(client, "Clock", StoppedClock)
    asked = ("curate", "fetch", "--cache", str(tmp_path / "cache"), "--format", "tsv")
    done = CliRunner().invoke(main, [*asked, "PMID:1", "PMID:77", "nonsense"])
    assert done.exit_code == 1
    assert done.stdout.splitlines()[1].split("\t")[:5] == [
        "PMID:1", "3", "yes", "cc by", "Europe PMC 2026-11-28",
    ]  # fmt: skip
    assert "PMID:77: Neither Europe PMC nor Crossref knows PMID:77" in done.stderr
    assert "nonsense: 'nonsense' is no PMID" in done.stderr
    done = CliRunner().invoke(main, [*asked, "--missing", "--offline"])
    assert done.exit_code == 1
    assert done.stdout.count("\n") == 2, "one paper of the graph was fetched"
    assert "PMID:3: Europe PMC was not asked" in done.stderr
    for wrong in ([], ["PMID:1", "--missing"]):
        assert CliRunner().invoke(main, [*asked, *wrong]).exit_code == 2
    monkeypatch.setenv("MSCGRAPH_SERVICES", f"http://127.0.0.1:{free_port()}")
    done = CliRunner().invoke(main, [*asked, "PMID:1", "--again"])
    assert (done.exit_code, done.stdout.count("\n")) == (0, 2)
    assert "cannot be reached" in done.stderr
    assert "What was fetched on 2026-11-28 is used." in done.stderr
    done = CliRunner().invoke(main, [*asked, "PMID:2"])
    assert done.exit_code == 1
    assert re.fullmatch(r"Error: Europe PMC at .* cannot be reached\..*\n", done.stderr)
