"""What says nothing is no value, and what is not understood has no sign; both are counted."""

from pathlib import Path

import pytest

import mscgraph as mg
from mscgraph.large.importers.lines import has_value
from mscgraph.text.names import fold
from tests.code.cases.small_files import kgx, signor, take

RAISED = {"object_aspect_qualifier": "activity", "object_direction_qualifier": "increased"}
UP, DOWN, OPEN = (f"HGNC:5438 {p} HGNC:7098" for p in ("increases", "decreases", "alters"))


@pytest.mark.parametrize("cell", ["nan", "None", "NULL", "NA", "N/A", "-", ".", "sssom:NoTermFound"])
def test_no_value_is_no_identity_and_no_name(cell: str, tmp_path: Path) -> None:
    """monarch-app#660, RTX#563, sssom#381: two genes with an xref of "nan" became one."""
    graphs = []
    for number, name in ((7157, "TP53"), (672, "BRCA1")):
        node = {"id": f"NCBIGene:{number}", "name": name, "category": "biolink:Gene", "xref": cell}
        other = {"id": "NCBIGene:1", "name": cell, "category": cell}
        edge = {
            "subject": node["id"], "object": "NCBIGene:1", "publications": cell, "knowledge_level": cell,
            "object_direction_qualifier": cell, "negated": cell,
        }  # fmt: skip
        done = kgx(tmp_path / name, [node, other], edge)
        assert done.notes["no value"] >= 2
        assert (done.papers, done.kg.entity("NCBIGene:1").name) == (set(), "NCBIGene:1")
        assert done.said == {f"NCBIGene:{number} alters NCBIGene:1"}
        graphs.append(done.folder)
    merged = mg.open_graph(mg.merge_graphs(graphs, tmp_path / "merged").folder)
    assert {"TP53", "BRCA1"} <= {entity.name for entity in merged.entities.values()}
    left_out = kgx(tmp_path / "partner", [], {"object": cell})
    assert (left_out.said, left_out.notes) == (set(), {"record left out: no value": 1})


def test_an_empty_prefix_or_local_part_identifies_nothing(tmp_path: Path) -> None:
    xrefs = "HGNC:nan|HGNC:|some text|MTH:NOCODE|HGNC:5438"
    done = kgx(tmp_path / "g", [{"id": "NCBIGene:3458", "name": "IFNG", "xref": xrefs}])
    assert done.kg.entities["NCBIGene:3458"].xrefs == ("HGNC:5438",)
    assert done.notes["cross-reference that is no identifier"] == 1
    assert done.notes["no value"] == 3


@pytest.mark.parametrize("cell", ["HGNC:nan", "HGNC:None", "KEGG.PATHWAY:N/A", "HGNC:-", "HGNC:"])
def test_a_prefix_before_no_value_is_no_entity_and_no_paper(cell: str, tmp_path: Path) -> None:
    """What ``f"HGNC:{x}"`` makes of an empty cell would be one gene of many statements."""
    done = kgx(tmp_path / "kgx", [], {"object": cell})
    assert (done.said, done.notes) == (set(), {"record left out: no value": 1})
    assert kgx(tmp_path / "papers", [], {"publications": cell}).papers == set()
    (tmp_path / "net.sif").write_text(f"IL-6\tinhibits\t{cell}\n", encoding="utf-8")
    assert take("sif", tmp_path / "net.sif").notes == {"record left out: no value": 1}
    with pytest.raises(mg.DataError, match=r"s\.tsv:2: column ENTITYB: it is empty"):
        signor(tmp_path / "s.tsv", {"IDB": cell, "ENTITYB": cell})


def test_agents_without_name_and_id_are_not_one_agent(tmp_path: Path) -> None:
    agent = '{"name": "nan", "db_refs": {"HGNC": "nan"}}'
    text = f'[{{"type": "Activation", "subj": {agent}, "obj": {agent}, "evidence": []}}]'
    (tmp_path / "s.json").write_text(text, encoding="utf-8")
    done = take("indra", tmp_path / "s.json")
    assert (done.kg.entities, done.notes["statement without two agents"]) == ({}, 1)


def test_white_space_inside_of_values_is_reduced_and_counted(tmp_path: Path) -> None:
    node = {
        "id": "NCBIGene:3458",
        "name": " IFN  gamma ",
        "description": "a\u00a0 b",
        "synonym": "x|y  z",
    }
    done = kgx(tmp_path / "kgx", [node])
    entity = done.kg.entities["NCBIGene:3458"]
    assert (entity.name, entity.definition, entity.synonyms) == ("IFN gamma", "a b", ("x", "y z"))
    kind = "white space inside reduced to single spaces"
    assert done.notes[kind] == 3
    (tmp_path / "net.sif").write_text("no  such thing\tinhibits\tIL-10\n", encoding="utf-8")
    assert take("sif", tmp_path / "net.sif").notes[kind] == 1


def test_sodium_is_a_value() -> None:
    assert has_value("Na")
    assert has_value(0)
    assert not has_value(float("nan"))


@pytest.mark.parametrize(
    ("negated", "said"),
    [("", UP), ("False", UP), ("0.0", UP), *((flag, None) for flag in ("1.0", "t", "T", "Y", "on", "TRUE")),
     ("perhaps", None)],
)  # fmt: skip
def test_negation_is_read_or_the_statement_left_out(
    negated: str, said: str | None, tmp_path: Path
) -> None:
    """ReasonerAPI#407: a negation that is written otherwise was taken as asserted."""
    done = kgx(tmp_path / "g", [], {**RAISED, "negated": negated})
    assert done.said == ({said} if said else set())
    assert bool(done.notes) == (said is None) or set(done.notes) == {"named without a node record"}
    assert any("left out" in kind for kind in done.notes) == (said is None)


@pytest.mark.parametrize(
    ("edge", "said", "note"),
    [
        (RAISED, UP, ""),
        ({**RAISED, "object_direction_qualifier": "increased|decreased"}, OPEN, "direction left open"),
        ({**RAISED, "subject_direction_qualifier": "decreased"}, OPEN, "direction left open"),
        (
            {"predicate": "biolink:causes", "object_direction_qualifier": "decreased"},
            OPEN,
            "direction left",
        ),
        (
            {"predicate": "biolink:negatively_regulates", "subject_direction_qualifier": "decreased"},
            OPEN,
            "direction left open",
        ),
        ({"predicate": "biolink:negatively_regulates"}, DOWN, ""),
        ({**RAISED, "object_aspect_qualifier": "hydrolysis"}, OPEN, "unknown aspect"),
        ({**RAISED, "object_aspect_qualifier": "metabolic_processing"}, OPEN, "unknown aspect"),
    ],
)
def test_a_sign_is_given_or_left_open(
    edge: dict[str, str], said: str, note: str, tmp_path: Path
) -> None:
    """biolink#1661, #1049, #1206: qualifiers outside affects, and aspects that turn a sign."""
    done = kgx(tmp_path / "g", [], edge)
    assert done.said == {said}
    assert any(kind.startswith(note) for kind in done.notes if note) == bool(note)


@pytest.mark.parametrize("predicate", ["causes", "contributes_to", "predisposes_to_condition"])
def test_a_gene_whose_variants_cause_a_disease_does_not_raise_it(
    predicate: str, tmp_path: Path
) -> None:
    """RTX#235: FOXP3 does not raise IPEX syndrome, its loss does."""
    edge = {"predicate": f"biolink:{predicate}", "subject": "HGNC:6106", "object": "MONDO:0010580"}
    done = kgx(tmp_path / "g", [], edge)
    assert done.said == {"HGNC:6106 alters MONDO:0010580"}
    drug = kgx(tmp_path / "h", [], edge | {"subject": "CHEBI:1"})
    assert "alters" not in str(drug.said)


@pytest.mark.parametrize("names", [("A", "B", "C"), ("C", "A", "B")])
def test_the_most_specific_category_counts(names: tuple[str, ...], tmp_path: Path) -> None:
    words = {"A": "biolink:NamedThing", "B": "biolink:Gene", "C": "biolink:GeneOrGeneProduct"}
    node = {"id": "HGNC:5438", "category": "|".join(words[name] for name in names)}
    assert kgx(tmp_path / "g", [node]).kg.entities["HGNC:5438"].category == "Gene"


def test_a_reader_that_is_not_known_is_not_called_manual(tmp_path: Path) -> None:
    """indra#1393, #1487."""
    agents = '"subj":{"name":"S","db_refs":{}},"obj":{"name":"CXCL9","db_refs":{"HGNC":"7098"}}'
    readers = {"reach": "text_mining_agent", "signor": "manual_agent", "my_llm": "not_provided"}
    for reader, agent in readers.items():
        file = tmp_path / f"{reader}.json"
        file.write_text(f'[{{"type":"Activation",{agents},"evidence":[{{"source_api":"{reader}"}}]}}]')
        done = take("indra", file)
        [edge] = done.kg.associations.values()
        assert edge.sources[0].agent_type == agent
        assert ("reader or database that is not known" in done.notes) == (reader == "my_llm")


@pytest.mark.parametrize(
    "state", ['"mutations":[{"position":"600"}]', '"activity":{"is_active":false}']
)
def test_an_agent_that_is_altered_has_no_sign(state: str, tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    file.write_text(
        f'[{{"type":"Activation","subj":{{"name":"S","db_refs":{{}},{state}}},'
        '"obj":{"name":"CXCL9","db_refs":{"HGNC":"7098"}}}]'
    )
    assert next(iter(take("indra", file).kg.associations.values())).predicate == "alters"


def test_our_own_sif_comes_back_with_its_signs(kg: mg.KnowledgeGraph, tmp_path: Path) -> None:
    """GRNsight#305."""
    mg.export(kg, "sif", tmp_path / "own.sif")
    back = take("sif", tmp_path / "own.sif").kg
    effects = {i: a.sign for i, a in kg.associations.items() if a.supporting}
    assert {i: back.associations[i].sign for i in effects if i in back.associations} == effects
    assert len(back.associations) == len(kg.associations)


def test_a_signed_sif_with_a_header(tmp_path: Path) -> None:
    """CARNIVAL's network files."""
    (tmp_path / "c.sif").write_text("source\tinteraction\ttarget\nIFNG\t1\tCXCL9\nIL4\t-1\tCXCL9\n")
    done = take("sif", tmp_path / "c.sif")
    assert sorted(a.predicate for a in done.kg.associations.values()) == ["decreases", "increases"]
    assert done.notes["header left out"] == 1


@pytest.mark.parametrize("name", ["CD4⁻ T cell", "CD8- T cell", "IL-6-/-", "IL-6 −/−", "CD4 ⁻"])
def test_a_minus_is_part_of_a_name(name: str, kg: mg.KnowledgeGraph, tmp_path: Path) -> None:
    """reach#607, opentargets#996."""
    with pytest.raises(mg.NotFound):
        kg.entity(name.replace("CD4 ⁻", "CD4⁻"))
    (tmp_path / "n.sif").write_text(f"MSC\tinhibits\t{name.replace(' ', '_')}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("one", "other"),
    [("T-cell", "T cell"), ("pro-inflammatory", "proinflammatory"), ("TNF−α", "TNF-alpha"),
     ("E-/L-selectin", "E/L selectin")],
)  # fmt: skip
def test_a_hyphen_is_not_a_minus(one: str, other: str) -> None:
    assert fold(one) == fold(other)
