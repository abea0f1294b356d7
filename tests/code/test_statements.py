"""Whatever is said comes back: no statement is lost or signed anew on its way through the tables."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.graph import KnowledgeGraph
from mscgraph.large.directory import Notes, Statement, build_graph, open_graph
from mscgraph.model import KnowledgeSource, Sign, association_id
from tests.code import small

pytestmark = pytest.mark.slow

LEXICON = small.graph()
STRUCTURE = {"subclass_of", "part_of", "derives_from"}
LEVELS = ["knowledge_assertion", "prediction", "not_provided", "a level that nobody knows"]
AGENTS = ["manual_agent", "text_mining_agent", "not_provided", "an agent that nobody knows"]

statements = st.builds(
    Statement,
    subject=st.sampled_from(["CL:0000134", "HGNC:5962", "X:1"]),
    predicate=st.sampled_from(sorted(set(LEXICON.predicates) - STRUCTURE)),
    object=st.sampled_from(["CL:0000899", "HGNC:5438", "X:'2"]),
    aspect=st.sampled_from(["abundance", "apoptosis", "migration"]),
    primary_knowledge_source=st.sampled_from(["infores:a", "infores:b"]),
    knowledge_level=st.sampled_from(LEVELS),
    agent_type=st.sampled_from(AGENTS),
    relation=st.sampled_from(["r", "s | t", "ü\u2028"]),
    record=st.sampled_from(["", "1"]),
    publications=st.sets(st.sampled_from(["PMID:1", "PMID:2", "DOI:10.1/a b"])).map(
        lambda ids: tuple(sorted(ids))
    ),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(said=st.lists(statements, max_size=12))
def test_every_statement_comes_back_with_its_sign_and_its_grade(said: list[Statement]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "said.graph"
        build_graph(target, base=LEXICON, items=said, notes=Notes())
        graph = open_graph(target, base=LEXICON)
        found = {
            (e.subject, e.predicate, e.object, e.aspect, *source_fields(source))
            for e in graph.associations.values()
            for source in e.sources
        }
        assert found == {tuple(statement) for statement in said}
        for edge in graph.associations.values():
            assert edge.id == association_id(*edge.key)
            sign = LEXICON.predicates[edge.predicate].sign
            polarity = LEXICON.aspects[edge.aspect].polarity
            assert edge.sign == (None if sign is None else Sign(sign * polarity))
        rows = graph.store.ask("SELECT id, cost, grade, sign, publications FROM associations")
        for key, cost, letter, sign, papers in rows:
            edge = graph.associations[key]
            assert (cost, letter, sign) == (edge.grade.cost, edge.grade.letter, edge.sign)
            assert papers == sorted({p for source in edge.sources for p in source.publications})
        assert set(graph.entities) == {end for s in said for end in (s.subject, s.object)}


def source_fields(source: KnowledgeSource) -> tuple[object, ...]:
    return (
        source.primary_knowledge_source, source.knowledge_level, source.agent_type, source.relation,
        source.record, source.publications,
    )  # fmt: skip


# predicate, qualified predicate, direction of the object, direction of the subject, negated → ours, sign
READINGS = (
    ("biolink:affects", "biolink:causes", "increased", "", "", "increases", 1),
    ("affects", "", "downregulated", "", "", "decreases", -1),
    ("biolink:affects", "biolink:caused_by", "increased", "", "", "alters", 0),
    ("biolink:affects", "biolink:causes", "increased", "decreased", "", "alters", 0),
    ("biolink:affects", "biolink:causes", "", "", "", "alters", 0),
    ("biolink:regulates", "biolink:causes", "sideways", "", "", "related_to", None),
    ("biolink:interacts_with", "", "increased", "", "", "related_to", None),
    ("biolink:ameliorates_condition", "", "", "", "", "decreases", -1),
    ("biolink:treats", "", "", "", "", "related_to", None),
    ("biolink:affects", "", "", "", "true", "has_no_effect_on", None),
    ("biolink:expresses", "", "", "", "True", "does_not_express", None),
    ("biolink:correlated_with", "", "", "", "true", "not_correlated_with", None),
    ("biolink:affects", "biolink:causes", "increased", "", "true", None, None),
    ("biolink:treats", "", "", "", "true", None, None),
)
HEADER = (
    "subject", "object", "predicate", "qualified_predicate", "object_direction_qualifier",
    "subject_direction_qualifier", "negated",
)  # fmt: skip


def test_a_direction_counts_only_where_it_is_plain(kg: KnowledgeGraph, tmp_path: Path) -> None:
    rows = [(f"A:{n}", "B:1", *reading[:5]) for n, reading in enumerate(READINGS)]
    (tmp_path / "n.tsv").write_text("id\nB:1\n", encoding="utf-8")
    lines = ["\t".join(row) + "\n" for row in (HEADER, *rows)]
    (tmp_path / "e.tsv").write_text("".join(lines), encoding="utf-8")
    files = [tmp_path / "n.tsv", tmp_path / "e.tsv"]
    done = mg.import_graph("kgx", files, tmp_path / "x.graph", base=kg)
    graph = open_graph(done.folder, base=kg)
    found = {e.subject: (e.predicate, e.sign) for e in graph.associations.values()}
    for number, (*_, predicate, sign) in enumerate(READINGS):
        expected = None if predicate is None else (predicate, sign)
        assert found.get(f"A:{number}") == expected, READINGS[number]
    left_out = next(kind for kind in done.notes if kind.kind == "negated statement left out")
    assert left_out.records == 2
