"""Files that would take all memory or time, or that say two things at once, are refused with a sentence."""

import gzip
from pathlib import Path

import pytest

import mscgraph as mg

HEADER = b"subject\tpredicate\tobject\nA:1\tbiolink:affects\t"


@pytest.mark.parametrize(
    ("form", "files", "message"),
    [
        ("sif", {"a.sif.gz": b"a" * (70 << 20)}, r"a\.sif\.gz:1: the line is longer than 67,108,864"),
        ("sif", {"a.sif": b"a\tb\tc\rx" + b"a" * (70 << 20)}, r"a\.sif:2: the line is longer"),
        ("kgx", {"n.tsv": b"id\nA:1\n", "e.tsv.gz": HEADER + b"a" * (70 << 20)}, r"e\.tsv\.gz:2: the line"),
        ("indra", {"i.json.gz": b"[\n" * (10 << 20)}, r"i\.json\.gz:1: the JSON is nested too deeply"),
        ("indra", {"i.json": b"[\n\xff]"}, r"i\.json:2: not UTF-8"),
        ("indra", {"i.json": b'[{"type": "Activation",\n "type": "Inhibition"}]'}, "a key stands twice"),
        ("kgx", {"n.jsonl": b'{"id":"A:1","id":"A:2"}', "e.jsonl": b""}, r"n\.jsonl:1: .*stands twice"),
    ],
    ids=["line", "line after CR", "table", "brackets", "no text", "key", "key of a line"],
)  # fmt: skip
def test_what_is_no_file_to_read_is_refused(
    form: str, files: dict[str, bytes], message: str, kg: mg.KnowledgeGraph, tmp_path: Path
) -> None:
    for name, content in files.items():
        packed = gzip.compress(content, 1) if name.endswith(".gz") else content
        (tmp_path / name).write_bytes(packed)
    with pytest.raises(mg.DataError, match=message):
        mg.import_graph(form, [tmp_path / name for name in files], tmp_path / "out.graph", base=kg)
    assert not (tmp_path / "out.graph").exists()


def test_a_mapping_between_two_of_ours_unites_nothing_and_is_told(
    kg: mg.KnowledgeGraph, tmp_path: Path
) -> None:
    row = "HGNC:6059\tskos:exactMatch\tHGNC:5962\tsemapv:ManualMappingCuration\n"
    head = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
    (tmp_path / "m.sssom.tsv").write_text(head + row)
    mg.import_graph("sssom", [tmp_path / "m.sssom.tsv"], tmp_path / "m", base=kg)
    done = mg.merge_graphs(["curated", tmp_path / "m"], tmp_path / "all", base=kg)
    assert {"HGNC:6059", "HGNC:5962"} <= set(mg.open_graph(done.folder, base=kg).entities)
    (note,) = [n for n in done.notes if n.kind == "cross-reference to an entity of its own, kept apart"]
    assert note.first[0].what == "HGNC:6059"
