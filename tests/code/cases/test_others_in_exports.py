"""Statements of other sources are never passed on as ours, under our licence (issue 12 A 5)."""

from pathlib import Path

import pytest

import mscgraph as mg
from mscgraph.export import FORMATS, export

SOURCE = "infores:strict"
NODES = "id\tname\tcategory\nHGNC:5438\tIFNG\tbiolink:Gene\nX:7098\tCXCL99\tbiolink:Gene\n"
EDGES = (
    "id\tsubject\tpredicate\tobject\tprimary_knowledge_source\tpublications\n"
    f"e1\tHGNC:5438\tbiolink:affects\tX:7098\t{SOURCE}\tPMID:12345678\n"
)


@pytest.fixture(scope="module")
def merged(kg: mg.KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> mg.KnowledgeGraph:
    folder = tmp_path_factory.mktemp("merged")
    (folder / "nodes.tsv").write_text(NODES)
    (folder / "edges.tsv").write_text(EDGES)
    mg.import_graph(
        "kgx",
        [folder / "nodes.tsv", folder / "edges.tsv"],
        folder / "other",
        licence="CC-BY-NC-4.0",
        base=kg,
    )
    mg.merge_graphs(["curated", folder / "other"], folder / "merged", base=kg)
    return mg.open_graph(folder / "merged", base=kg)


@pytest.mark.parametrize("form", FORMATS)
def test_they_are_kept_with_their_source_or_left_out_with_a_word(
    form: str, merged: mg.KnowledgeGraph, tmp_path: Path
) -> None:
    (edge,) = [edge for edge in merged.associations.values() if edge.sources]
    done = export(merged, form, tmp_path / "out")
    (loss,) = [loss for loss in done.losses if loss.field == "Association.sources"]
    assert loss.records == 1
    files = (
        [done.target] if done.target.is_file() else [p for p in done.target.rglob("*") if p.is_file()]
    )
    text = b"".join(path.read_bytes() for path in files)
    if FORMATS[form].module == "triples":
        assert SOURCE.encode() in text
    else:
        assert SOURCE.encode() not in text
        assert edge.id.encode() not in text
