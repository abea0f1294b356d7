"""RDF, SIF, SSSOM, SIGNOR, OmniPath and INDRA: small made-up files in the columns of the real ones."""

import json
from pathlib import Path
from typing import Any

import pytest

import mscgraph as mg
from mscgraph.curate.checks import validate
from mscgraph.graph import KnowledgeGraph
from mscgraph.large.directory import Built
from mscgraph.tables.optional_tables import OtherPrefix, read_optional, read_relations

SIGNOR = (
    "ENTITYA", "TYPEA", "IDA", "DATABASEA", "ENTITYB", "TYPEB", "IDB", "DATABASEB", "EFFECT", "MECHANISM",
    "TAX_ID", "PMID", "DIRECT", "SENTENCE", "SIGNOR_ID",
)  # fmt: skip
OMNIPATH = (
    "source", "target", "source_genesymbol", "target_genesymbol", "is_directed", "is_stimulation",
    "is_inhibition", "sources", "references", "type", "entity_type_source", "entity_type_target",
)  # fmt: skip
IL10 = ("IL10", "protein", "P22301", "UNIPROT")
IFNG = ("IFNG", "protein", "P01579", "UNIPROT")


def table(path: Path, header: tuple[str, ...], *rows: tuple[str, ...]) -> Path:
    path.write_text("".join("\t".join(row) + "\n" for row in (header, *rows)), encoding="utf-8")
    return path


def take(kg: KnowledgeGraph, form: str, file: Path, **options: Any) -> tuple[mg.MergedGraph, Built]:
    done = mg.import_graph(form, [file], file.parent / f"{form}.graph", base=kg, **options)
    return mg.open_graph(done.folder, base=kg), done


def said(graph: KnowledgeGraph) -> set[tuple[str, str, str, str, int | None]]:
    return {(e.subject, e.predicate, e.object, e.aspect, e.sign) for e in graph.associations.values()}


def noted(done: Built) -> dict[str, set[str]]:
    return {kind.kind: {note.what for note in kind.first} for kind in done.notes}


@pytest.mark.parametrize("suffix", ["ttl", "trig", "nt", "nq", "jsonld"])
def test_our_own_rdf_comes_back_whole(kg: KnowledgeGraph, tmp_path: Path, suffix: str) -> None:
    part = mg.keep_paths(kg, mg.find_paths(kg, "MSC", "Th17 cell", k=3))
    names = {"ttl": "turtle", "nt": "ntriples", "nq": "nquads"}
    file = mg.export(part, names.get(suffix, suffix), tmp_path / f"part.{suffix}").target
    back, _ = take(kg, "rdf", file)
    assert back == part
    assert set(back.associations) == set(part.associations)


def test_sif_names_are_looked_up_or_kept(kg: KnowledgeGraph, tmp_path: Path) -> None:
    file = tmp_path / "net.sif"
    file.write_text(
        "IL-10\tinhibits\tIFN-γ\tno such thing\nloner\n\nHGNC:5438 likes IL-10\n", encoding="utf-8"
    )
    graph, done = take(kg, "sif", file, knowledge_source="infores:lab", licence="CC0-1.0", release="3")
    assert said(graph) == {
        ("HGNC:5962", "decreases", "HGNC:5438", "activity", -1),
        ("HGNC:5962", "decreases", "NAME:no%20such%20thing", "activity", -1),
        ("HGNC:5438", "related_to", "HGNC:5962", "activity_or_abundance", None),
    }
    assert graph.entity("no such thing").id == "NAME:no%20such%20thing"
    assert graph.entity("loner").name == "loner"
    assert noted(done) == {
        "name without an id": {"no such thing", "loner"},
        "unknown relation": {"sif likes"},
        "entity without a relation": {"loner"},
    }
    source = graph.manifest.sources[0]
    assert (source.name, source.licence, source.version) == ("infores:lab", "CC0-1.0", "3")
    file.write_text("a\tb\n", encoding="utf-8")
    with pytest.raises(mg.DataError, match=r"net\.sif:1: 2 cells"):
        take(kg, "sif", file)
    file.write_text("IL-10\t\tIFN-γ\tIL-6\n\tIL-10\tincreases\tIL-6\n", encoding="utf-8")
    graph, done = take(kg, "sif", file)
    assert (said(graph), noted(done)) == (set(), {"record left out: no value": {"0 ", "1 "}})


def test_sssom_mappings_let_graphs_meet(kg: KnowledgeGraph, tmp_path: Path) -> None:
    header = ("subject_id", "predicate_id", "object_id", "mapping_justification", "predicate_modifier")
    file = table(
        tmp_path / "m.sssom.tsv",
        header,
        ("ENTREZ:3586", "skos:exactMatch", "hgnc:5962", "semapv:ManualMappingCuration", ""),
        ("ENTREZ:1", "skos:broadMatch", "hgnc:5", "semapv:ManualMappingCuration", ""),
        ("ENTREZ:2", "skos:exactMatch", "hgnc:6", "semapv:ManualMappingCuration", "Not"),
    )
    file.write_text("#curie_map: {}\n" + file.read_text("utf-8"), encoding="utf-8")
    graph, done = take(kg, "sssom", file)
    assert {e.id: e.xrefs for e in graph.entities.values()} == {"NCBIGene:3586": ("HGNC:5962",)}
    assert noted(done)["mapping that is no identity"] == {"skos:broadMatch", "Not skos:exactMatch"}
    (tmp_path / "x.sif").write_text("NCBIGene:3586\tinhibits\tHGNC:5438\n", encoding="utf-8")
    other = mg.import_graph("sif", [tmp_path / "x.sif"], tmp_path / "x.graph", base=kg)
    merged = mg.merge_graphs(["curated", done.folder, other.folder], tmp_path / "m.graph", base=kg)
    edges = mg.open_graph(merged.folder, base=kg).find_associations(subject="IL-10", object="IFN-γ")
    assert any(edge.sources for edge in edges)
    table(file, header, ("a:1", "", "b:1", "x", ""))
    with pytest.raises(mg.DataError, match=r"m\.sssom\.tsv:2: column predicate_id: it is empty"):
        take(kg, "sssom", file)


def test_signor_keeps_effect_mechanism_and_paper(kg: KnowledgeGraph, tmp_path: Path) -> None:
    def row(a: tuple[str, ...], b: tuple[str, ...], effect: str, sentence: str = "") -> tuple[str, ...]:
        return (*a, *b, effect, "binding", "9606", "10704462", "YES", sentence, "SIGNOR-1")

    complex_ = ("AP1", "complex", "SIGNOR-C154", "SIGNOR")
    drug = ("NSC", "chemical", "CID:923", "PUBCHEM")
    chebi = ("ATP", "smallmolecule", "CHEBI:15422", "ChEBI")
    stress = ("stress", "stimulus", "", "")
    file = table(
        tmp_path / "s.tsv",
        SIGNOR,
        row(IL10, IFNG, "down-regulates quantity by repression", '"said ""so"", they say"'),
        row(chebi, IFNG, "up-regulates activity"),
        row(drug, IFNG, "unknown"),
        row(IFNG, complex_, "form complex"),
        row(stress, IFNG, "teleports"),
    )
    graph, done = take(kg, "signor", file)
    ifng = "UniProtKB:P01579"
    assert said(graph) == {
        ("UniProtKB:P22301", "decreases", ifng, "expression", -1),
        ("CHEBI:15422", "increases", ifng, "activity", 1),
        ("PUBCHEM.COMPOUND:923", "alters", ifng, "activity_or_abundance", 0),
        ("NAME:stress", "related_to", ifng, "activity_or_abundance", None),
    }
    assert graph.entities[ifng].part_of == ("SIGNOR:SIGNOR-C154",)
    assert graph.entities["SIGNOR:SIGNOR-C154"].category == "MacromolecularComplex"
    edge = next(e for e in graph.associations.values() if e.predicate == "decreases")
    (source,) = edge.sources
    assert source.primary_knowledge_source == "infores:signor"
    assert source.relation == "down-regulates quantity by repression by binding"
    assert (source.record, source.publications) == ("SIGNOR-1", ("PMID:10704462",))
    assert (source.knowledge_level, source.agent_type) == ("knowledge_assertion", "manual_agent")
    assert noted(done) == {
        "name without an id": {"stress"},
        "unknown relation": {"signor teleports"},
    }


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((*IL10, *IFNG, "", "", "", "", "", "", ""), r"s\.tsv:2: column EFFECT: it is empty"),
        (
            ("", "protein", "", "", *IFNG, "unknown", *[""] * 6),
            r"s\.tsv:2: column ENTITYA: it is empty",
        ),
        ((*IL10, *IFNG), r"s\.tsv:2: 8 cells where the header has 15"),
        ((*IL10, *IFNG, '"unknown'), r"s\.tsv:2: a quoted cell does not end"),
    ],
)
def test_malformed_signor(
    kg: KnowledgeGraph, tmp_path: Path, row: tuple[str, ...], message: str
) -> None:
    with pytest.raises(mg.DataError, match=message):
        take(kg, "signor", table(tmp_path / "s.tsv", SIGNOR, row))


def test_omnipath_takes_a_direction_only_where_its_resources_agree(
    kg: KnowledgeGraph, tmp_path: Path
) -> None:
    def row(
        a: str, flags: str, kind: str = "post_translational", what: str = "protein"
    ) -> tuple[str, ...]:
        yes = ["True" if flag == "1" else "False" for flag in flags]
        papers = "SIGNOR:10704462;KEGG:;TRIP:77"
        return (a, "P01579", "sym", "IFNG", *yes, "SIGNOR;KEGG", papers, kind, what, "protein")

    file = table(
        tmp_path / "o.tsv",
        OMNIPATH,
        row("P1", "110", "transcriptional"),
        row("P2", "101"),
        row("P3", "111"),
        row("P4", "100"),
        row("P5", "000"),
        row("MIMAT0000062", "101", "post_transcriptional", "mirna"),
        row("COMPLEX:P1_P2", "110", "unheard_of", "complex"),
    )
    graph, done = take(kg, "omnipath", file)
    assert {(s.partition(":")[2], p, a, sign) for s, p, _, a, sign in said(graph)} == {
        ("P1", "increases", "expression", 1),
        ("P2", "decreases", "activity", -1),
        ("P3", "alters", "activity", 0),
        ("P4", "alters", "activity", 0),
        ("P5", "related_to", "activity_or_abundance", None),
        ("MIMAT0000062", "decreases", "expression", -1),
        ("P1_P2", "increases", "activity_or_abundance", 1),
    }
    source = next(iter(graph.associations.values())).sources[0]
    assert source.primary_knowledge_source == "infores:omnipath"
    assert source.publications == ("PMID:10704462", "PMID:77")
    assert source.record == "SIGNOR;KEGG"
    assert noted(done) == {"unknown prefix": {"COMPLEX"}}
    wrong = (*row("P1", "110")[:4], "maybe", *row("P1", "110")[5:])
    with pytest.raises(mg.DataError, match=r"o\.tsv:2: column is_directed: 'maybe' is neither"):
        take(kg, "omnipath", table(tmp_path / "o.tsv", OMNIPATH, wrong))


def agent(name: str, **refs: str) -> dict[str, Any]:
    return {"name": name, "db_refs": refs}


def test_indra_tells_readers_from_databases(kg: KnowledgeGraph, tmp_path: Path) -> None:
    il10, ifng = agent("IL10", HGNC="5962", UP="P22301", TEXT="x"), agent("IFNG", HGNC="5438")
    atp = agent("ATP", CHEBI="CHEBI:15422")
    evidence = [
        {"source_api": "reach", "pmid": "1"},
        {"source_api": "reach", "pmid": "2", "epistemics": {"negated": True}},
        {"source_api": "signor", "pmid": "3"},
    ]
    up, down = {"delta": {"polarity": 1}}, {"delta": {"polarity": -1}}
    statements = [
        {"type": "Inhibition", "subj": il10, "obj": ifng, "evidence": evidence, "matches_hash": "-7"},
        {"type": "Phosphorylation", "enz": None, "sub": ifng, "id": "a"},
        {"type": "Complex", "members": [ifng, il10, atp], "id": "b"},
        {"type": "Influence", "subj": up | {"concept": il10}, "obj": down | {"concept": atp}},
        {"type": "Translocation", "agent": il10},
        {"type": "Gef", "gef": agent("thing"), "ras": ifng},
    ]
    file = tmp_path / "i.json"
    file.write_text(json.dumps(statements), encoding="utf-8")
    graph, done = take(kg, "indra", file)
    pairs = {("HGNC:5438", "HGNC:5962"), ("HGNC:5962", "CHEBI:15422"), ("HGNC:5438", "CHEBI:15422")}
    assert said(graph) == {
        ("HGNC:5962", "decreases", "HGNC:5438", "activity", -1),
        ("HGNC:5962", "decreases", "CHEBI:15422", "activity_or_abundance", -1),
        ("NAME:thing", "increases", "HGNC:5438", "activity", 1),
        *((a, "related_to", b, "activity_or_abundance", None) for a, b in map(sorted, pairs)),
    }
    edge = next(
        e for e in graph.associations.values() if e.predicate == "decreases" and e.aspect == "activity"
    )
    assert [(s.agent_type, s.publications, s.record) for s in edge.sources] == [
        ("manual_agent", ("PMID:3",), "-7"),
        ("text_mining_agent", ("PMID:1",), "-7"),
    ]
    assert noted(done) == {
        "name without an id": {"thing"},
        "negated evidence left out": {"Inhibition"},
        "statement without two agents": {"Phosphorylation", "Translocation"},
    }
    assert graph.entities["HGNC:5962"].xrefs == ("UniProtKB:P22301",)
    file.write_text(json.dumps({"statements": {"-7": statements[0]}}), encoding="utf-8")
    assert len(take(kg, "indra", file)[0].associations) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[\n{"type": }]', r"i\.json:2: not JSON"),
        ('"text"', "neither a list of statements"),
        ("[3]", "statement 1 is no object with a type"),
        (
            '[{"type": "Complex", "members": [{"name": "a"}]}]',
            "statement 1 has an agent without db_refs",
        ),
    ],
)
def test_malformed_indra(kg: KnowledgeGraph, tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "i.json").write_text(content, encoding="utf-8")
    with pytest.raises(mg.DataError, match=message):
        take(kg, "indra", tmp_path / "i.json")


# -- the tables by which they are taken in -----------------------------------------------------------


def test_no_mapping_signs_what_its_source_leaves_open(kg: KnowledgeGraph) -> None:
    signs = {key: row.sign for key, (row, _) in read_relations().items()}
    for open_relation in (
        ("biolink", "biolink:affects"), ("biolink", "biolink:interacts_with"), ("signor", "unknown"),
        ("omnipath", "stimulation and inhibition"), ("omnipath", "directed"), ("indra", "Complex"),
    ):  # fmt: skip
        assert signs[open_relation] in {"", "?"}
    for key, sign in signs.items():
        words = key[1].lower()
        if sign == "+":
            assert not any(w in words for w in ("down", "decrease", "inhibit", "negative"))
        if sign == "-":
            assert not any(w in words for w in ("up-", "increase", "stimul", "positive", "activation"))


def test_prefix_synonyms_are_one_to_one(kg: KnowledgeGraph) -> None:
    synonyms = [s for _, other in read_optional(OtherPrefix) for s in other.synonyms]
    assert len(synonyms) == len(set(synonyms))
    assert not set(synonyms) & set(kg.prefixes.namespaces)


WRONG = (
    ("relations", "signor\tx1\tcures\tactivity\t+\t", "'cures' is not in terms/predicates.tsv"),
    ("relations", "signor\tx2\tincreases\tsmell\t+\t", "'smell' is not in terms/aspects.tsv"),
    ("relations", "signor\tx3\tincreases\tapoptosis\t+\t", "increases and apoptosis give '-'"),
    ("relations", "signor\tunknown\talters\tactivity\t?\t", "'unknown' of signor stands here again"),
    ("relations", "signor\tx4\talters", "3 cells where the header has 6"),
    ("prefix_synonyms", "XX\t\tx", "column namespace: of XX it stands in"),
    ("prefix_synonyms", "XY\thttps://x.org/\tgo", "'go' already means GO"),
)


def test_a_wrong_mapping_is_a_problem_with_its_line(copy: Path) -> None:
    expected = []
    for table_name, line, message in WRONG:
        file = copy / "terms" / f"{table_name}.tsv"
        text = file.read_text("utf-8")
        file.write_text(text + line + "\n", encoding="utf-8")
        expected.append((f"ontology/terms/{table_name}.tsv", text.count("\n") + 1, message))
    rubric = copy / "curation" / "rubric.toml"
    rubric.write_text(rubric.read_text("utf-8").replace("[external.agent_type]", "[other]"), "utf-8")
    # a misspelt finding keeps the slow stages away: they have nothing to say on these tables
    topic = copy / "curation" / "findings" / "cells.tsv"
    topic.write_text(topic.read_text("utf-8") + "broken\n", encoding="utf-8")
    found = [p for p in validate(copy) if p.check != "layout" and "cells" not in p.file]
    for file_name, number, message in expected:
        assert any(p.file == file_name and p.line == number and message in p.message for p in found)
    assert any("[external] lacks or misspells 'agent_type'" in p.message for p in found)
    assert len(found) == len(WRONG) + 1
