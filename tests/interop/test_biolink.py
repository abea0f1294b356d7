"""What we write as KGX is valid by the pydantic model that Biolink ships, and nothing dangles."""

import json
import re
import warnings
from pathlib import Path
from typing import Any

import pytest

import mscgraph as mg
from mscgraph.graph import KnowledgeGraph
from mscgraph.large.importers import indra, tabular
from mscgraph.tables.folder import resource_text

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the package's own code, when it is first read
    from biolink_model.datamodel import pydanticmodel_v2 as biolink


class QualifiedAssociation(biolink.Association):
    """Biolink has qualified associations of genes, chemicals and diseases, and none of cells.

    A plain association with the same qualifier slots, as its other classes declare them.
    """

    object_aspect_qualifier: biolink.GeneOrGeneProductOrChemicalEntityAspectEnum | None = None
    object_direction_qualifier: biolink.DirectionQualifierEnum | None = None
    qualified_predicate: str | None = None


def check(record: dict[str, Any]) -> object:
    """Validate what is Biolink's; what is ours carries a prefix of ours."""
    theirs = {key: value for key, value in record.items() if not key.startswith("mscgraph_")}
    (category,) = record["category"]
    name = category.removeprefix("biolink:")
    model = QualifiedAssociation if name == "Association" else getattr(biolink, name)
    return model.model_validate(theirs)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def table(path: Path) -> list[dict[str, Any]]:
    """A KGX TSV, as KGX reads it: lists where Biolink's slot is one."""
    header, *rows = (line.split("\t") for line in path.read_text(encoding="utf-8").split("\n")[:-1])
    lists = {
        name
        for kind in (biolink.Association, biolink.Cell, biolink.Publication)
        for name, field in kind.model_fields.items()
        if "list[" in str(field.annotation)
    }
    return [
        {
            key: cell.split("|") if key in lists else cell
            for key, cell in zip(header, row, strict=True)
            if cell
        }
        for row in rows
    ]


Written = tuple[list[dict[str, Any]], list[dict[str, Any]]]


def nodes_and_edges(kg: KnowledgeGraph, form: str, folder: Path) -> Written:
    mg.export(kg, form, folder)
    read, suffix = (table, "tsv") if form == "kgx" else (lines, "jsonl")
    return read(folder / f"nodes.{suffix}"), read(folder / f"edges.{suffix}")


@pytest.fixture(scope="module", params=["kgx", "kgx-jsonl"])
def written(
    kg: KnowledgeGraph, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Written:
    return nodes_and_edges(kg, request.param, tmp_path_factory.mktemp("kgx") / "out")


def test_every_node_and_edge_is_valid(written: Written) -> None:
    for record in (*written[0], *written[1]):
        check(record)


def is_biolinks(category: str) -> bool:
    """Whether a category is the name of a class of Biolink that a thing of the world may have."""
    found = getattr(biolink, category, None)
    return (
        isinstance(found, type)
        and issubclass(found, biolink.NamedThing)
        and found.model_fields["category"].default == [f"biolink:{category}"]
    )


def shape_categories() -> set[str]:
    """The categories that the shape of entities lets pass."""
    listed = re.findall(r"biolink:(\w+)", resource_text("shapes", "*.ttl")["entity"])
    return set(listed)


def importers_categories() -> set[str]:
    """The categories that readers of other sources give."""
    given = {*tabular.SIGNOR_KINDS.values(), *indra.GROUNDINGS.values()}
    return (given | {category for _, category in tabular.OMNIPATH_KINDS.values()}) - {""}


def test_every_category_is_biolinks(kg: KnowledgeGraph) -> None:
    held = {entity.category for entity in kg.entities.values()}
    assert held == shape_categories()
    wrong = sorted(name for name in held | importers_categories() if not is_biolinks(name))
    assert wrong == []


@pytest.mark.parametrize("name", ["Exposure", "NoSuchThing", "Association", "OntologyClass"])
def test_what_biolink_does_not_have_is_seen(name: str) -> None:
    assert not is_biolinks(name)


def test_rdf_and_kgx_give_an_entity_one_category(kg: KnowledgeGraph, written: Written) -> None:
    types = "PREFIX mscgraph: <https://w3id.org/mscgraph/vocab/> SELECT ?entity ?category WHERE "
    types += "{ ?entity a mscgraph:Entity , ?category FILTER(?category != mscgraph:Entity) }"
    in_rdf = set(mg.query(kg, types).rows)
    nodes = [node for node in written[0] if node["id"] in kg.entities]
    assert in_rdf == {(node["id"], category) for node in nodes for category in node["category"]}
    assert len(in_rdf) == len(kg.entities)


def test_a_wrong_record_is_refused(written: Written) -> None:
    edge = written[1][0]
    for wrong in (
        {"knowledge_level": "hearsay"},
        {"no_slot": "x"},
        {"object_direction_qualifier": "up"},
    ):
        with pytest.raises(ValueError, match="validation error"):
            check(edge | wrong)


def test_predicates_are_biolinks(written: Written) -> None:
    """The model takes any text for most predicates; its own list of them is in one of its classes."""
    field = biolink.ChemicalEntityToBiologicalProcessAssociation.model_fields["predicate"]
    known = {*field.annotation.__args__, "biolink:subclass_of", "biolink:related_to"}
    used = {edge["predicate"] for edge in written[1]}
    assert used <= known
    assert len(used) > 10


@pytest.mark.parametrize(
    "filters",
    [{}, {"system": "EAE"}, {"object": "Treg"}, {"predicate": "increases"}, {"design": "phase_1"}],
    ids=str,
)
def test_nothing_dangles(kg: KnowledgeGraph, filters: dict[str, str], tmp_path: Path) -> None:
    part = mg.keep_matching(kg, **filters) if filters else kg
    nodes, edges = nodes_and_edges(part, "kgx-jsonl", tmp_path / "out")
    names = {node["id"] for node in nodes}
    assert len(names) == len(nodes)
    assert len({edge["id"] for edge in edges}) == len(edges)
    for edge in edges:
        assert {edge["subject"], edge["object"], *edge.get("publications", [])} <= names
        assert set(edge.get("has_evidence", [])) <= kg.findings.keys()


def test_only_a_treatment_is_studied_to_treat(written: Written) -> None:
    nodes, edges = written
    category = {node["id"]: node["category"][0] for node in nodes}
    treats = [edge for edge in edges if edge["predicate"].endswith("clinical_trials_for")]
    assert {edge["predicate"] for edge in treats} == {
        "biolink:in_clinical_trials_for", "biolink:in_preclinical_trials_for",
    }  # fmt: skip
    for edge in treats:
        assert category[edge["subject"]] == "biolink:Treatment"
        assert category[edge["object"]] == "biolink:Disease"
    assert "biolink:treats" not in {edge["predicate"] for edge in edges}
