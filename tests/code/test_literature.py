"""What a curator does with what services say: records completed, retractions seen, sentences verified."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.curate.services import client
from tests.code.endpoints import fake
from tests.code.literature import OTHER, SENTENCE, StoppedClock, World, core, jats, study, work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Run = Callable[..., Result]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def run(world: World, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A command of curate on a folder that may change, among services that know what ``world`` knows."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(client, "Clock", StoppedClock)
    monkeypatch.setenv("MSCGRAPH_CACHE", str(tmp_path / "cache"))
    with fake(world) as url:
        monkeypatch.setenv("MSCGRAPH_SERVICES", url)

        def called(*arguments: str, code: int = 0) -> Result:
            done = CliRunner().invoke(main, ["--ontology", str(copy), "curate", *arguments])
            assert done.exit_code == code, done.output
            return done

        yield called


def table(done: Result) -> list[list[str]]:
    return [line.split("\t") for line in done.stdout.splitlines()[1:]]


# -- complete -----------------------------------------------------------------------------------------


def test_a_record_is_completed_where_all_agree_and_only_when_asked(
    run: Run, world: World, copy: Path
) -> None:
    path = copy / "curation" / "publications.tsv"
    before = path.read_bytes()
    world.results += [
        core(id="8", pmid="8", doi="10.1000/8", title="Mediators in <i>mice</i>.", pubYear="2015"),
        core(id="2", pmid="2", doi="10.1000/2", title="MSC in mice with EAE.", pubYear="2011"),
    ]
    world.works["10.1000/8"] = work(
        DOI="10.1000/8", title=["Mediators in mice"], issued={"date-parts": [[2015, 1]]}
    )
    world.works["10.1000/2"]["issued"] = {"date-parts": [[2012]]}
    done = run("complete", "PMID:8", "PMID:2", "--format", "tsv")
    assert table(done) == [
        ["PMID:8", "doi", "fill", "", "10.1000/8", "Europe PMC, Crossref"],
        ["PMID:8", "authors", "differ", "Tester A", "Doe J; Roe RR", "Europe PMC, Crossref"],
        ["PMID:8", "journal", "fill", "", "Journal of invented results", "Europe PMC, Crossref"],
        ["PMID:8", "licence", "fill", "", "cc by 4.0", "Crossref"],
        ["PMID:2", "authors", "differ", "Tester A", "Doe J; Roe RR", "Europe PMC, Crossref"],
        ["PMID:2", "journal", "differ", "Journal of Tests", "Journal of invented results",
         "Europe PMC, Crossref"],
        ["PMID:2", "year", "differ", "2011", "2012", "Crossref"],
        ["PMID:2", "licence", "fill", "", "cc by 4.0", "Crossref"],
    ]  # fmt: skip
    assert "4 cell(s) to write with --write, 4 to decide" in done.stderr
    assert path.read_bytes() == before
    run("complete", "PMID:8", "PMID:2", "--write")
    paper = mg.load(copy).publications["PMID:8"]
    assert (paper.doi, paper.journal, paper.licence, paper.authors) == (
        "10.1000/8", "Journal of invented results", "cc by 4.0", "Tester A",
    )  # fmt: skip
    changed = zip(before.split(b"\n"), path.read_bytes().split(b"\n"), strict=True)
    assert sum(one != other for one, other in changed) == 2
    assert mg.format_tables(copy, write=False) == []


def test_without_names_it_takes_the_papers_that_lack_something(run: Run, world: World) -> None:
    done = run("complete", "--format", "tsv", code=1)
    asked = {path for path in world.asked if "EXT_ID%3A8+" in path}
    assert asked, "PMID:8 has no journal"
    assert not [path for path in world.asked if "EXT_ID%3A3+" in path], "PMID:3 is complete"
    assert "PMID:8: Neither Europe PMC nor Crossref knows PMID:8" in done.stderr


def test_services_that_disagree_are_shown_and_nothing_is_decided(
    run: Run, world: World, copy: Path
) -> None:
    world.works["10.1000/new"] |= {"title": ["Quite another title"], "author": [{"name": "The Group"}]}
    said = {row[1]: row[2:] for row in table(run("complete", "PMID:900", "--format", "tsv"))}
    assert said["title"] == [
        "disagree", "", "MSC and NK cells: a made-up result / Quite another title", "Europe PMC / Crossref",
    ]  # fmt: skip
    assert said["authors"][2] == "Doe J; Roe RR / The Group"
    assert said["year"] == ["fill", "", "2026", "Europe PMC, Crossref"]
    run("complete", "PMID:900", "--design", "in_vitro", "--write")
    paper = mg.load(copy).publications["PMID:900"]
    assert (paper.title, paper.authors, paper.year) == ("", "", "2026")


def test_a_new_paper_gets_a_row_with_the_design_that_a_person_says(
    run: Run, world: World, copy: Path
) -> None:
    assert (
        "PMID:900 is new: say its study design" in run("complete", "PMID:900", "--write", code=1).stderr
    )
    wrong = run("complete", "PMID:900", "--write", "--design", "in_vitr", code=1)
    assert "Did you mean: in_vitro" in wrong.stderr
    assert "PMID:900" not in mg.load(copy).publications
    run("complete", "PMID:900", "DOI:10.1101/pre", "--write", "--design", "in_vitro")
    papers = mg.load(copy).publications
    paper = papers["PMID:900"]
    assert paper == paper._replace(pmid="900", doi="10.1000/new", year="2026", study_design="in_vitro",
        title="MSC and NK cells: a made-up result", authors="Doe J; Roe RR", status="published",
        journal="Journal of invented results", licence="cc by")  # fmt: skip
    assert (papers["DOI:10.1101/pre"].status, papers["DOI:10.1101/pre"].journal) == (
        "preprint",
        "bioRxiv",
    )
    assert mg.format_tables(copy, write=False) == []
    assert table(run("complete", "PMID:900", "--format", "tsv")) == []


def test_nothing_is_half_written_when_a_service_fails(run: Run, world: World, copy: Path) -> None:
    path = copy / "curation" / "publications.tsv"
    before = path.read_bytes()
    run("fetch", "PMID:900")
    world.instead = [(500, {}, b"")] * 4
    done = run("complete", "PMID:900", "PMID:8", "--write", "--design", "in_vitro", code=1)
    assert "Error: Europe PMC answered 500. Run the same command again later" in done.stderr
    assert path.read_bytes() == before


# -- status -------------------------------------------------------------------------------------------

NOTICE = {"id": "901", "source": "MED", "reference": "J Invent Res. 2026", "type": "Retraction in"}


def test_a_retraction_is_told_with_what_hangs_on_it(run: Run, world: World, copy: Path) -> None:
    world.results[0] |= {
        "commentCorrectionList": {"commentCorrection": [NOTICE]},
        "pubTypeList": {"pubType": ["Retracted Publication", "Journal Article"]},
    }
    done = run("status", "PMID:1", "--format", "json", code=1)
    (row,) = json.loads(done.stdout)
    kg = mg.load(copy)
    hanging = {f.id for f in kg.findings.values() if f.publication == "PMID:1"}
    assert set(row["findings"].split()) == hanging
    assert (row["notice"], row["new"], row["by"]) == ("retraction PMID:901", "new", "Europe PMC")
    alone = {a.id for a in kg.associations.values()
             if a.supporting and {f.publication for f in a.supporting} == {"PMID:1"}}  # fmt: skip
    assert alone
    assert set(row["unsupported"].split()) == alone
    assert {"papers", "withdrawn-papers"} <= set(row["answers"].split())
    place = kg.places["PMID:1"]
    assert f"write retracted into the column status, {place.file}:{place.line}" in done.stderr
    assert json.loads(run("status", "PMID:1", "--format", "json", code=1).stdout)[0]["new"] == ""
    table_of = copy / "curation" / "publications.tsv"
    lines = table_of.read_text().split("\n")
    lines[place.line - 1] = lines[place.line - 1].replace("published", "retracted")
    table_of.write_text("\n".join(lines))
    assert "write retracted" not in run("status", "PMID:1").stderr


@pytest.mark.parametrize(
    ("kind", "status", "shown"),
    [("expression_of_concern", "concern", "concern"), ("withdrawal", "retracted", "retraction"),
     ("correction", "", "correction"), ("new_version", "", "other")],
)  # fmt: skip
def test_crossref_says_it_from_either_end(
    run: Run, world: World, kind: str, status: str, shown: str
) -> None:
    day = {"date-parts": [[2026, 3, 4]]}
    update = {"type": kind, "label": kind.title(), "source": "publisher", "updated": day}
    code = 1 if status else 0
    world.results.append(core(id="2", pmid="2", doi="10.1000/2"))
    world.updates["10.1000/2"] = [work(DOI="10.1000/notice", **{"update-to": [
        {"DOI": "10.1000/2"} | update, {"DOI": "10.1000/others"} | update]})]  # fmt: skip
    (row,) = table(run("status", "PMID:2", "--format", "tsv", code=code))
    assert (row[1], row[2], row[7]) == (f"{shown} DOI:10.1000/notice", "new", "Crossref")
    watch = {"DOI": "10.1000/notice", "source": "retraction-watch", "record-id": "7"}
    world.works["10.1000/2"]["updated-by"] = [update | watch]
    for file in (Path(os.environ["MSCGRAPH_CACHE"]) / "crossref").iterdir():
        file.unlink()
    (row,) = table(run("status", "PMID:2", "--format", "tsv", code=code))
    assert (row[1], row[2]) == (f"{shown} DOI:10.1000/notice", "")
    assert row[7] == "Retraction Watch by Crossref, Crossref"


def test_a_notice_is_no_paper_that_was_retracted(run: Run, world: World) -> None:
    world.results[0] |= {
        "commentCorrectionList": {"commentCorrection": [NOTICE | {"type": "Retraction of"},
                                                        NOTICE | {"type": "Comment in"}]},
        "pubTypeList": {"pubType": ["Retraction of Publication", "Expression of Concern"]},
    }  # fmt: skip
    assert "0 of 1 paper(s) have a notice" in run("status", "PMID:1").stderr


def test_one_paper_that_cannot_be_asked_of_does_not_hide_the_others(run: Run, world: World) -> None:
    world.results[0] |= {"commentCorrectionList": {"commentCorrection": [NOTICE]}}
    world.instead = [(200, {"Content-Type": "application/json"}, b"{}")]
    done = run("status", "PMID:3", "PMID:1", "--format", "tsv", code=1)
    assert "PMID:3: Europe PMC answered without a list of results" in done.stderr
    assert [row[0] for row in table(done)] == ["PMID:1"]


# -- verify -------------------------------------------------------------------------------------------


def verified(done: Result) -> dict[str, tuple[str, str]]:
    return {row["finding"]: (row["where"], row["place"]) for row in json.loads(done.stdout)}


def test_a_sentence_is_found_where_the_row_says_or_elsewhere_or_not(run: Run, world: World) -> None:
    one = "MSCGF:0000001"
    assert verified(run("verify", "PMID:1", "--json"))[one] == ("found", "abstract:results")
    again = ("fetch", "PMID:1", "--again")
    world.results[0]["abstractText"] = f"Another abstract. {OTHER}"
    world.texts["PMC11"] = jats("PMC11", "Another one.", discussion=f"First. {SENTENCE} Last.")
    run(*again)
    done = run("verify", "PMID:1")
    assert verified(run("verify", "PMID:1", "--json"))[one] == ("elsewhere", "discussion")
    assert f"found   {one}" in done.stdout
    assert "[discussion]" in done.stdout
    assert SENTENCE in done.stdout
    world.texts["PMC11"] = jats("PMC11", "Another one.")
    run(*again)
    assert verified(run("verify", "PMID:1", "--json", code=1))[one] == ("not found", "")
    assert f"MISSING {one}" in run("verify", "PMID:1", code=1).stdout
    link = {"id": "PPR7", "source": "PPR", "type": "Preprint of"}
    world.results[0]["commentCorrectionList"] = {"commentCorrection": [link]}
    world.results[2]["abstractText"] = SENTENCE
    run(*again)
    assert verified(run("verify", "PMID:1", "--json"))[one] == ("elsewhere", "PPR7, abstract")
    del world.results[0]["abstractText"], world.texts["PMC11"]
    run(*again)
    assert verified(run("verify", "PMID:1", "--json"))[one] == ("no text", "")


def test_all_papers_are_verified_in_a_table(run: Run, world: World) -> None:
    done = run("verify", "--all", code=1)
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()[1:]}
    assert rows["PMID:1"] == ["2", "0", "0", "0"]
    assert "sentences stand in the text." in done.stdout
    assert all(": Neither Europe PMC nor Crossref knows" in line for line in done.stderr.splitlines())
    asked = len(world.asked)
    run("verify", "--all", "--offline", code=1)
    assert len(world.asked) == asked


def test_texts_in_a_folder_are_verified_without_any_service(
    run: Run, world: World, tmp_path: Path
) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "PMID-1.txt").write_text(f"A beginning. {SENTENCE} {OTHER}")
    done = run("verify", "--all", "--text", str(tmp_path / "texts"))
    assert "PMID:1" in done.stdout
    assert not world.asked
    (tmp_path / "texts" / "PMID-1.txt").write_text("A beginning.")
    assert (
        "MISSING MSCGF:0000001"
        in run("verify", "--all", "--text", str(tmp_path / "texts"), code=1).stdout
    )
    run("verify", code=2)
    run("verify", "PMID:1", "--all", code=2)


# -- watch and trials ---------------------------------------------------------------------------------


def test_new_papers_are_ranked_by_what_they_touch(run: Run, world: World, copy: Path) -> None:
    world.results += [
        core(id="902", pmid="902", title="MSC raise Th17 cells again.", abstractText="Nothing more."),
        core(id="903", pmid="903", title="Of mice."),
        core(id="4", pmid="4", title="MSC and Th17 cells, known already."),
    ]
    kg = mg.load(copy)
    rows = json.loads(run("watch", "--format", "json").stdout)
    assert {row["id"] for row in rows} == {"PMID:900", "PMID:902", "PMID:903", "DOI:10.1101/pre"}
    first = rows[0]
    assert first["id"] == "PMID:902"
    touched = {a.id for a in kg.associations.values()
               if (kg.name(a.subject), kg.name(a.object)) == ("MSC", "Th17 cell")}  # fmt: skip
    assert touched < set(first["associations"])
    wider = {kg.associations[key].object for key in set(first["associations"]) - touched}
    assert wider <= set(kg.ancestors("CL:0000899")), "what is known of T cells bears on Th17 cells"
    conflicting = {e.id for c in mg.find_conflicts(kg) for e in (c.first, c.second)}
    every = set(first["associations"])
    assert set(first["conflicts"]) == every & conflicting != set()
    assert set(first["single_studies"]) == every & {g.id for g in mg.gaps(kg, "single_study")}
    assert first["searches"] == [
        "MSC in MS and EAE",
        "MSC and immune cells",
        "MSC vesicles and immunity",
    ]
    assert [row["id"] for row in rows if row["is_preprint"]] == ["DOI:10.1101/pre"]
    assert "CREATION_DATE%3A%5B2026-08-30+TO+2026-11-28%5D" in world.asked[0]


def test_the_next_look_begins_where_the_last_ended_unless_it_failed(run: Run, world: World) -> None:
    world.instead = [(429, {"Retry-After": "999"}, b"")]
    assert "in 999 s" in run("watch", code=1).stderr
    world.asked.clear()
    run("watch")
    assert "%5B2026-08-30+TO" in world.asked[0]
    world.asked.clear()
    done = run("watch", "--format", "markdown", "-k", "1")
    assert "%5B2026-11-28+TO" in world.asked[0]
    assert done.stdout.startswith("| paper | published | touches |")
    assert done.stdout.count("\n") == 3
    world.asked.clear()
    run("watch", "--since", "2026-01-02")
    assert "%5B2026-01-02+TO" in world.asked[0]


def test_searches_that_are_no_searches_are_named(run: Run, copy: Path) -> None:
    path = copy / "curation" / "searches.toml"
    path.write_text("[[papers]]\nname = 'x'\n")
    assert "searches.toml: an entry of papers has name and query" in run("watch", code=1).stderr
    assert "searches.toml" in {Path(p.file).name for p in mg.validate(copy)}
    path.write_text("[[papers")
    assert "searches.toml: not valid TOML" in run("watch", code=1).stderr
    path.unlink()
    assert "0 new paper(s)" in run("watch").stderr


@pytest.fixture
def nct(copy: Path) -> str:
    """The id of the small graph's trial, as long as the registry's are."""
    for path in (copy / "curation" / "findings").iterdir():
        path.write_text(path.read_text().replace("\tNCT1\t", "\tNCT00000001\t"))
    return "NCT00000001"


def test_trials_come_with_arms_results_and_what_changed(run: Run, world: World, nct: str) -> None:
    world.studies = [study(nct), study("NCT90000001"), study("NCT90000002"), study("NCT90000001")]
    world.page = 1
    rows = {row[0]: row[1:] for row in table(run("trials", "--format", "tsv"))}
    assert set(rows) == {nct, "NCT90000001", "NCT90000002"}
    assert rows[nct][0] == "new"
    assert int(rows[nct][1]) > 0
    assert rows[nct][2:8] == [
        "completed", "PHASE1/PHASE2", "24 actual", "", "2026-10-01", "Cells: Biological: MSC; Sham",
    ]  # fmt: skip
    assert rows["NCT90000001"][1] == "0"
    for file in (Path(os.environ["MSCGRAPH_CACHE"]) / "clinical-trials").iterdir():
        file.unlink()
    world.studies[0]["hasResults"] = True
    world.studies[0]["protocolSection"]["statusModule"] |= {
        "overallStatus": "TERMINATED", "resultsFirstPostDateStruct": {"date": "2026-11-20"},
    }  # fmt: skip
    rows = {row[0]: row[1:] for row in table(run("trials", "--format", "tsv"))}
    assert (rows[nct][0], rows[nct][2], rows[nct][5]) == ("status, results", "terminated", "2026-11-20")
    assert rows["NCT90000001"][0] == ""


def test_trials_of_other_registries_are_named(run: Run) -> None:
    assert "NCT1 is not registered at ClinicalTrials.gov" in run("trials").stderr


def test_a_trial_that_the_registry_lacks_or_confuses(run: Run, world: World, nct: str) -> None:
    done = run("trials", "--format", "tsv")
    assert table(done)[0][3] == "not registered"
    for file in (Path(os.environ["MSCGRAPH_CACHE"]) / "clinical-trials").iterdir():
        file.unlink()
    world.instead = [
        (200, {"Content-Type": "application/json"}, json.dumps(study("NCT99999999")).encode())
    ]
    assert "ClinicalTrials.gov answered with NCT99999999 where" in run("trials", code=1).stderr


# -- drafts -------------------------------------------------------------------------------------------


def test_drafts_of_the_fetched_text_say_their_section(run: Run, world: World) -> None:
    world.results[0]["title"] = "MSC inhibited B cells."
    world.texts["PMC11"] = jats("PMC11", SENTENCE, results=f"{SENTENCE} MSCs did not inhibit B cells.")
    header, *rows = (
        line.split("\t") for line in run("draft", "--publication", "PMID:1").stdout.splitlines()
    )
    every = [dict(zip(header, row, strict=True)) for row in rows]
    found = [row for row in every if row["sentence"] != OTHER]
    assert [(row["locator"], row["sentence"]) for row in found] == [
        ("title", "MSC inhibited B cells"),
        ("abstract:results", SENTENCE),
        ("results", "MSCs did not inhibit B cells."),
    ]
    assert found[1]["anchor"] == mg.anchor(SENTENCE)
    assert found[2]["predicate"] == "has_no_effect_on"


def test_a_damaged_memory_is_as_none(run: Run, tmp_path: Path) -> None:
    for text in ("{", "[]", '{"papers": "soon", "trials": 1}', '{"papers": 1, "trials": {"NCT1": 1}}'):
        (tmp_path / "cache").mkdir(exist_ok=True)
        for name in ("watched", "notices"):
            (tmp_path / "cache" / f"{name}.json").write_text(text)
        run("watch")
        run("trials")
        run("status", "PMID:1")
