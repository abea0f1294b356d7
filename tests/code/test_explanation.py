"""A page for a paper: nothing that speaks against is lost, sums add up, and BibTeX reads back."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.explain.explained import nats

QUESTIONS = [("MSC", "Th17 cell"), ("MSC", "EAE"), ("IFN-γ", "EAE")]


@pytest.fixture(scope="module", params=QUESTIONS, ids=" ".join)
def page(kg: mg.KnowledgeGraph, request: pytest.FixtureRequest) -> mg.Explanation:
    return mg.explain(kg, mg.find_paths(kg, *request.param, k=12))


def test_all_that_speaks_against_is_told(page: mg.Explanation) -> None:
    for text in (page.to_text(), page.to_markdown()):
        bare = text.replace("\\", "")
        for path in page.paths:
            for step in path.steps:
                assert step.step.association.id in text
                for evidence in step.disputing:
                    told = f"{evidence.finding.statement} ({evidence.setting}) [{evidence.reference}]"
                    assert told in bare


def test_every_number_has_its_reference_and_every_reference_is_cited(page: mg.Explanation) -> None:
    assert [r.number for r in page.references] == list(range(1, len(page.references) + 1))
    body, _, listed = page.to_text(everything=True).partition("\nReferences\n")
    cited = {int(n) for n in re.findall(r"\[(\d+)\]", body)}
    assert cited == {int(n) for n in re.findall(r"^\[(\d+)\]", listed, re.MULTILINE)}
    short = page.to_text().partition("\nReferences\n")[0]
    runs = re.findall(r"more \[([^]]+)\]", short)
    spoken = {int(n) for n in re.findall(r"\[(\d+)\]", short)}
    for run in ", ".join(runs).split(", "):
        if run:
            first, _, last = run.partition("–")
            spoken |= set(range(int(first), int(last or first) + 1))
    assert spoken == cited, "what is not listed is still cited"


def test_sums_add_up_as_printed(page: mg.Explanation) -> None:
    text = page.to_text()
    sums = re.findall(r"cost ([\d.]+) = (.+)", text)
    assert len(sums) == sum(len(path.steps) for path in page.paths)
    for total, parts in sums:
        assert sum(map(Decimal, re.findall(r"(?:^|\+ )([\d.]+) \(", parts))) == Decimal(total)
    for total, parts in re.findall(r"and ([\d.]+) = ([\d.+ ]+)\.$", text, re.MULTILINE):
        assert sum(map(Decimal, parts.split(" + "))) == Decimal(total)


def test_the_weakest_link_costs_most(page: mg.Explanation) -> None:
    for path in page.paths:
        costs = [step.step.cost for step in path.steps]
        assert costs[path.weakest - 1] == max(costs)
        assert sum(costs) == path.path.cost
    value = page.to_dict()
    for path in value["paths"]:
        for step in path["steps"]:
            assert sum(reason["cost"] for reason in step["reasons"]) == step["cost"]
        assert sum(step["cost"] for step in path["steps"]) == path["cost"]


@given(st.integers(0, 20_000_000))
def test_nats_lose_nothing(cost: int) -> None:
    assert Decimal(nats(cost)) * 1_000_000 == cost


def test_markdown_sees_no_markup_in_statements(kg: mg.KnowledgeGraph) -> None:
    answer = mg.find_paths(kg, "MSC", "Th17 cell", k=1)
    page = mg.explain(kg, answer)
    (path,) = page.paths
    (step,) = path.steps
    finding = step.supporting[0].finding._replace(statement="*a* <b> `c` _d_ | e")
    step = step._replace(supporting=(step.supporting[0]._replace(finding=finding),))
    text = page._replace(paths=(path._replace(steps=(step,)),)).to_markdown()
    assert r"\*a\* \<b\> \`c\` \_d\_ \| e" in text


def test_no_path_is_explained_too(kg: mg.KnowledgeGraph) -> None:
    page = mg.explain(kg, mg.find_paths(kg, "CSF", "MSC"))
    assert "No mechanism was found" in page.to_text()
    assert "No mechanism was found" in page.to_markdown()
    assert page.to_dict()["references"] == []


def test_the_command_prints_what_the_function_says(kg: mg.KnowledgeGraph, tmp_path: Path) -> None:
    page = mg.explain(kg, mg.find_paths(kg, "MSC", "Th17 cell", k=3))
    bib = tmp_path / "references.bib"

    def run(*more: str) -> str:
        arguments = ("explain", "MSC", "Th17 cell", "-k", "3", *more)
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
        return result.stdout

    assert run("--bib", str(bib)) == page.to_text()
    assert bib.read_text(encoding="utf-8") == page.to_bibtex()
    assert run("--format", "markdown", "--all") == page.to_markdown(everything=True)
    assert json.loads(run("--format", "json")) == json.loads(json.dumps(page.to_dict()))


# -- BibTeX -----------------------------------------------------------------------------------------


def read_bibtex(text: str) -> dict[str, dict[str, str]]:
    """A reader as strict as BibTeX: braces balance however they are escaped, keys are plain."""
    entries = {}
    for kind, key, body in re.findall(
        r"^@(\w+)\{([A-Za-z0-9-]+),\n(.*?)^\}$", text, re.MULTILINE | re.DOTALL
    ):
        fields = dict(re.findall(r"^  (\w+) = \{(.*)\},$", body, re.MULTILINE))
        assert len(fields) == len(body.splitlines()), body
        for value in fields.values():
            depth = 0
            for character in value:
                depth += {"{": 1, "}": -1}.get(character, 0)
                assert depth >= 0, value
            assert depth == 0, value
        assert key not in entries
        entries[key] = {"kind": kind, **fields}
    return entries


def test_every_publication_as_bibtex(kg: mg.KnowledgeGraph) -> None:
    text = mg.to_bibtex(kg.publications.values())
    entries = read_bibtex(text)
    assert len(entries) == len(kg.publications) == text.count("\n@")
    for paper, entry in zip(kg.publications.values(), entries.values(), strict=True):
        assert entry.get("doi", "") == paper.doi
        assert entry["url"] == paper.url
        assert ("title" in entry) == bool(paper.title)
        for name in ("title", "journal", "note"):
            value = re.sub(r"\\[&%$#_]|\$[^$]*\$", "", entry.get(name, ""))
            assert not re.search(r"[&%$#]", value), value
            assert value.isascii(), value


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1))
def test_any_title_survives(kg_paper: mg.Publication, title: str) -> None:
    (entry,) = read_bibtex(mg.to_bibtex([kg_paper._replace(title=title, journal="")])).values()
    assert entry["kind"] == "misc"


@pytest.fixture(scope="session")
def kg_paper(kg: mg.KnowledgeGraph) -> mg.Publication:
    return next(iter(kg.publications.values()))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("IFN-γ & 50% {x}", r"IFN-$\gamma$ \& 50\% \textbraceleft{}x\textbraceright{}"),
        ("Köln – naïve", r"K{\"{o}}ln -- na{\"{i}}ve"),
        ("TGF-Β1 Δ_2 # $", r"TGF-$B$1 $\Delta$\_2 \# \$"),
        ("a\\b~c^d<e", r"a\textbackslash{}b\textasciitilde{}c\textasciicircum{}d\textless{}e"),
    ],
)
def test_tex_characters_are_escaped(kg_paper: mg.Publication, written: str, expected: str) -> None:
    (entry,) = read_bibtex(mg.to_bibtex([kg_paper._replace(title=written)])).values()
    assert entry["title"] == f"{{{expected}}}"


def test_two_papers_with_one_key_are_told_apart(kg_paper: mg.Publication) -> None:
    papers = [kg_paper._replace(id="DOI:10.1/a_b"), kg_paper._replace(id="DOI:10.1/a.b")]
    assert len(read_bibtex(mg.to_bibtex(papers))) == 2
    assert len(read_bibtex(mg.to_bibtex([papers[0], papers[0]]))) == 1


# -- the mechanism subgraph -------------------------------------------------------------------------


def test_the_slice_of_an_answer_holds_it_and_what_speaks_against(kg: mg.KnowledgeGraph) -> None:
    answer = mg.find_paths(kg, "MSC", "Th17 cell", k=12)
    part = mg.keep_paths(kg, answer)
    for association in answer.associations:
        assert part.associations[association.id] == association
    against = {f.id for a in answer.associations for f in a.disputing}
    assert against
    assert against <= part.findings.keys()
    assert mg.find_paths(part, "MSC", "Th17 cell", k=12).paths == answer.paths


def test_the_slice_is_exported(kg: mg.KnowledgeGraph, tmp_path: Path) -> None:
    target = tmp_path / "th17.trig"
    arguments = ("export", "trig", "-o", str(target), "--paths", "MSC", "Th17 cell")
    assert CliRunner().invoke(main, arguments).exit_code == 0
    part = mg.keep_paths(kg, mg.find_paths(kg, "MSC", "Th17 cell"))
    assert mg.read_rdf(target).findings == part.findings
