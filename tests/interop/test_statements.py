"""BEL read by PyBEL, and INDRA's JSON held against the part of INDRA's schema that it uses.

INDRA itself asks for ndex2 2.0, in which there is no CX2, so that it cannot be installed beside what reads
our CX2. The schema below is our own short form of what INDRA publishes for these statement types.
"""

import json
import logging
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mscgraph.errors import DataError
from mscgraph.export import export
from mscgraph.graph import KnowledgeGraph
from mscgraph.model import NOT_REPORTED, Finding, PredicateKind

Rename = Callable[[str], KnowledgeGraph]
TEXT = {"type": "string", "minLength": 1}
IDS = {"type": "object", "minProperties": 1, "additionalProperties": TEXT}
AGENT = {
    "type": "object",
    "properties": {"name": TEXT, "db_refs": IDS},
    "required": ["name", "db_refs"],
    "additionalProperties": False,
}
CONTEXT = {
    "type": "object",
    "properties": {"type": {"const": "bio"}, "species": AGENT, "cell_type": AGENT},
    "required": ["type"],
    "additionalProperties": False,
}
EVIDENCE = {
    "type": "object",
    "properties": {
        "source_api": TEXT,
        "source_id": TEXT,
        "pmid": TEXT,
        "text_refs": IDS,
        "annotations": {"type": "object"},
        "epistemics": {
            "type": "object",
            "properties": {"negated": {"const": True}, "direct": {"type": "boolean"}},
            "additionalProperties": False,
        },
        "context": CONTEXT,
    },
    "required": ["source_api", "source_id", "annotations"],
    "additionalProperties": False,
}
KINDS = ["IncreaseAmount", "DecreaseAmount", "Activation", "Inhibition"]
STATEMENTS = {
    "$schema": "http://json-schema.org/draft-06/schema#",
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "type": {"enum": KINDS},
            "id": {"type": "string", "pattern": "^MSCGA:[0-9a-f]{16}$"},
            "subj": AGENT,
            "obj": AGENT,
            "obj_activity": {"const": "activity"},
            "evidence": {"type": "array", "items": EVIDENCE, "minItems": 1},
        },
        "required": ["type", "id", "subj", "obj", "evidence"],
        "additionalProperties": False,
    },
}
SIGNS = dict(zip(KINDS, (1, -1, 1, -1), strict=True))


@pytest.fixture(scope="module", autouse=True)
def no_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """PyBEL makes itself a folder and a database when it is loaded: not in anybody's home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSTOW_HOME", str(tmp_path_factory.mktemp("pystow")))
        yield


@pytest.fixture(scope="module")
def some(kg: KnowledgeGraph) -> KnowledgeGraph:
    """A tenth of the findings, and the rare aspects: what a test has time for."""
    rare = {"degradation", "phosphorylation"}
    return kg.keep_findings(lambda finding: finding.id[-1] == "5" or finding.aspect in rare)


def write(kg: KnowledgeGraph, form: str, folder: Path) -> tuple[str, dict[str, int]]:
    done = export(kg, form, folder / f"graph.{form}")
    return done.target.read_text(encoding="utf-8"), {loss.field: loss.records for loss in done.losses}


# -- INDRA ------------------------------------------------------------------------------------------


def test_indra_statements_fit_the_schema(kg: KnowledgeGraph, tmp_path: Path) -> None:
    statements = json.loads(write(kg, "indra", tmp_path)[0])
    jsonschema.Draft6Validator(STATEMENTS).validate(statements)
    assert len(statements) > 900


def test_indra_holds_every_signed_effect_and_says_what_it_leaves(
    kg: KnowledgeGraph, tmp_path: Path
) -> None:
    text, losses = write(kg, "indra", tmp_path)
    found = {statement["id"]: statement for statement in json.loads(text)}
    signed = {a.id for a in kg.associations.values() if a.sign and a.supporting}
    assert found.keys() == signed
    for identifier, statement in found.items():
        association = kg.associations[identifier]
        assert SIGNS[statement["type"]] == association.sign
        names = kg.name(association.subject), kg.name(association.object)
        assert (statement["subj"]["name"], statement["obj"]["name"]) == names
        negated = {
            e["source_id"]: e.get("epistemics", {}).get("negated", False) for e in statement["evidence"]
        }
        null = {
            f.id: True
            for f in association.disputing
            if kg.predicates[f.predicate].kind is PredicateKind.NULL
        }
        assert negated == {f.id: False for f in association.supporting} | null
    held = {e["source_id"] for s in found.values() for e in s["evidence"]}
    assert losses["Finding"] == len(kg.findings.keys() - held)
    left = sum(n for field, n in losses.items() if field.startswith("Association "))
    nulls = [loss for loss in losses if loss == "Association, null"]
    left += losses["Association, correlation or description"] + losses[nulls[0]]
    assert left == len(kg.associations) - len(found)


def test_indra_annotations_are_the_finding(kg: KnowledgeGraph, tmp_path: Path) -> None:
    for statement in json.loads(write(kg, "indra", tmp_path)[0]):
        for evidence in statement["evidence"]:
            finding, notes = kg.findings[evidence["source_id"]], evidence["annotations"]
            for name in set(Finding.__annotations__) - {"id"}:
                value = getattr(finding, name)
                ours = list(value) if isinstance(value, tuple) else value
                assert notes.get(name, ours) == ours
                assert name in notes or value in ("", NOT_REPORTED, (), (NOT_REPORTED,))
            assert "text" not in evidence, "the sentence is ours and no quotation"
            assert evidence.get("pmid", "") == kg.publications[finding.publication].pmid


# -- BEL --------------------------------------------------------------------------------------------


def read_bel(text: str) -> tuple[dict[str, tuple[Any, Any, dict[str, Any]]], list[Any]]:
    """Finding → subject, object and data of its edge, as PyBEL reads the script; and its warnings."""
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyBEL loads SQLAlchemy in an old way
            from pybel import BELGraph
            from pybel.io.line_utils import parse_lines

            graph = BELGraph()
            parse_lines(graph, text.split("\n"))
    finally:
        logging.disable(logging.NOTSET)
    found = {}
    for subject, object_, data in graph.edges(data=True):
        if data.get("annotations"):
            (finding,) = data["annotations"]["Finding"]
            found.setdefault(finding.identifier, (subject, object_, data))
    return found, graph.warnings


def curie(node: Any) -> str:
    return f"{node.namespace}:{node.identifier}"


def unescaped(text: str) -> str:
    """PyBEL keeps the backslashes of an evidence line."""
    return text.replace('\\"', '"').replace("\\\\", "\\")


CAUSAL = {"increases": 1, "decreases": -1, "regulates": 0}


def test_bel_is_read_without_a_warning_and_says_the_same(some: KnowledgeGraph, tmp_path: Path) -> None:
    text, losses = write(some, "bel", tmp_path)
    found, complaints = read_bel(text)
    assert not complaints
    assert len(some.findings) - len(found) == (
        losses["Finding with a predicate that BEL lacks"] + losses.get("Finding, inconclusive", 0)
    )
    aspects = set()
    own = {association.key: association for association in some.associations.values()}
    for identifier, (subject, object_, data) in found.items():
        finding = some.findings[identifier]
        association = own[finding.key]
        notes = {name: entry[0].identifier for name, entry in data["annotations"].items()}
        assert notes["Association"] == association.id
        assert notes["Predicate"] == finding.predicate
        assert notes.get("Aspect", "") == finding.aspect
        assert {curie(subject), curie(object_)} == {finding.subject, finding.object}
        assert unescaped(data["evidence"]) == finding.statement
        paper = some.publications[finding.publication]
        assert data["citation"].identifier in (
            paper.pmid,
            paper.pmcid,
            paper.doi,
            paper.title,
            paper.url,
        )
        changed = data.get("target_modifier") or getattr(object_, "variants", None)
        aspects.add(finding.aspect if changed else "")
        if association.sign is not None:
            predicate = some.predicates[finding.predicate]
            assert CAUSAL[data["relation"]] == (predicate.sign if changed else association.sign)
            assert (curie(subject), curie(object_)) == (finding.subject, finding.object)
        else:
            assert data["relation"] in {
                "causesNoChange", "positiveCorrelation", "negativeCorrelation", "noCorrelation"
            }  # fmt: skip
    assert {"secretion", "phosphorylation", "activity"} <= aspects


line = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1).filter(str.strip)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=line)
@example('a "quoted" \\ back\\\\slash ; # {x} [y] (z), ! 😀 \\"')
@example("SET Evidence = {UNSET ALL}")
@example("// # ends with a backslash \\")
def test_any_line_of_text_stays_in_its_place(rename: Rename, tmp_path: Path, text: str) -> None:
    small = rename(text)
    found, complaints = read_bel(write(small, "bel", tmp_path)[0])
    assert not complaints
    counting = [f for a in small.associations.values() for f in a.supporting]
    # PyBEL keeps one of two statements that differ in annotations only; here all sentences are the same.
    assert {small.findings[i].publication for i in found} == {f.publication for f in counting}
    for identifier, (subject, _, data) in found.items():
        assert unescaped(data["evidence"]) == text
        assert curie(subject) == small.findings[identifier].subject


@pytest.mark.parametrize("text", ["two\nlines", "a\tb", "a\0b", "a\u2028b"])
def test_what_no_line_of_bel_can_hold_is_refused(rename: Rename, tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match="line break or control character"):
        export(rename(text), "bel", tmp_path / "graph.bel")
    assert not list(tmp_path.iterdir())


# -- both -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["bel", "indra"])
def test_an_empty_graph_and_the_same_bytes(kg: KnowledgeGraph, tmp_path: Path, form: str) -> None:
    text, _ = write(kg.keep_findings(lambda finding: False), form, tmp_path)
    assert json.loads(text) == [] if form == "indra" else read_bel(text) == ({}, [])
    assert write(kg, form, tmp_path) == write(kg, form, tmp_path)
