"""Small graphs with every sort of evidence that a filter may ask for, and a directory of tables of them."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

import mscgraph as mg
from mscgraph.large.directory.manifest import FORMAT, VERSION, arrow_schema
from mscgraph.large.directory.record_rows import node_row
from mscgraph.model import Entity

if TYPE_CHECKING:
    from pathlib import Path

NODES = "ABCDEF"
CATEGORIES = {**dict.fromkeys("ABC", "Protein"), "D": "Disease", **dict.fromkeys("EF", "Cell")}
TAXA = ("NCBITaxon:9606", "NCBITaxon:10090")
SYSTEMS = ("EAE", "co_culture")
YEARS = ("2001", "2015", "")
ROW = st.tuples(
    st.sampled_from(NODES),
    st.sampled_from(("increases", "decreases", "alters", "has_no_effect_on")),
    st.sampled_from(NODES),
    st.sampled_from(("in_vitro", "animal_model")),
    st.booleans(),
    st.sampled_from(TAXA),
    st.sampled_from(SYSTEMS),
    st.sampled_from(YEARS),
    st.lists(st.sampled_from(NODES), max_size=2, unique=True).map(tuple),
    st.sampled_from(("", "", *NODES)),
)
ROWS = st.lists(ROW, min_size=4, max_size=30)
QUESTIONS = st.fixed_dictionaries(
    {"k": st.integers(1, 6), "max_length": st.integers(1, 4)},
    optional={
        "effect": st.sampled_from(("increase", "decrease", "unknown")),
        "via": st.lists(st.sampled_from(NODES), max_size=2, unique=True),
        "avoid": st.lists(st.sampled_from(NODES), max_size=1),
        "taxon": st.sampled_from(TAXA),
        "system": st.sampled_from(SYSTEMS),
        "since": st.sampled_from((2000, 2010, 2020)),
        "predicates": st.lists(st.sampled_from(("increases", "decreases", "alters")), max_size=2),
        "categories": st.lists(st.sampled_from(("Protein", "biolink:Cell")), max_size=1),
        "through": st.just(["Disease"]),
        "min_length": st.just(1),
        "knowledge_sources": st.sampled_from(([], ["mscgraph"])),
        "min_grade": st.sampled_from("ABCD"),
        "exact": st.booleans(),
        "damping": st.sampled_from((0.0, 0.4, 2.0)),
    },
)


def small_graph(kg: mg.KnowledgeGraph, rows: list[tuple[Any, ...]]) -> mg.KnowledgeGraph:
    """Entities A to F, where F is a kind of E; a finding a row; the shipped lexicon and rubric."""
    tables = kg.tables
    entity, finding = next(iter(tables.entities.values())), next(iter(tables.findings.values()))
    paper = next(iter(tables.publications.values()))
    bare = entity._replace(
        synonyms=(), xrefs=(), parents=(), label="", part_of=(), derives_from=(), taxon="", role="other"
    )
    entities = {
        n: bare._replace(id=n, name=n, category=c, parents=("E",) if n == "F" else ())
        for n, c in CATEGORIES.items()
    } | {t: bare._replace(id=t, name=t, category="OrganismTaxon") for t in TAXA}
    papers = {
        f"PMID:{year or 0}": paper._replace(id=f"PMID:{year or 0}", year=year, status="published")
        for year in YEARS
    }
    findings = {
        f"f{i:02}": finding._replace(id=f"f{i:02}", subject=s, predicate=p, object=o, aspect="abundance",
            study_design=design, readout=readout, study=f"s{i}", significance="significant",
            taxon=taxon, host_taxon="not_reported", system=system,
            publication=f"PMID:{year or 0}", via=more[0] if more else (), subject_cell="",
            object_cell=more[1] if more else "",
        )
        for i, (s, p, o, design, readout, taxon, system, year, *more) in enumerate(rows)
    }  # fmt: skip
    return mg.KnowledgeGraph(tables._replace(entities=entities, findings=findings, publications=papers))


class DirectoryGraph(mg.KnowledgeGraph):
    """A graph in memory that says that it is read from a directory."""

    graph_folder: Path | None = None


def write_directory(kg: mg.KnowledgeGraph, folder: Path) -> DirectoryGraph:
    """Write the columns of a graph directory that an index is built from."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    years = {p.id: int(p.year) for p in kg.publications.values() if p.year.isdigit()}
    edges = sorted(kg.associations.values(), key=lambda a: a.id)
    nodes = sorted(kg.entities.values(), key=lambda e: e.id)
    texts = pa.list_(pa.string())
    tables = {
        "nodes": {
            name: pa.array(
                [node_row(e)[name] for e in nodes], arrow_schema("nodes").field(name).type
            )
            for name in Entity._fields
        },
        "associations": {
            "id": [a.id for a in edges],
            "subject": [a.subject for a in edges],
            "predicate": [a.predicate for a in edges],
            "object": [a.object for a in edges],
            "aspect": [a.aspect for a in edges],
            "sources": pa.array([[] for _ in edges], arrow_schema("associations").field("sources").type),
            "sign": pa.array([None if a.sign is None else int(a.sign) for a in edges], pa.int8()),
            "cost": pa.array([a.grade.cost for a in edges], pa.int32()),
            "ends": [a.is_readout for a in edges],
            "grade": [a.grade.letter for a in edges],
            "year": pa.array(
                [max([years.get(f.publication, 0) for f in a.supporting] or [0]) or None for a in edges],
                pa.int16(),
            ),
            "taxa": pa.array([sorted({t for f in a.supporting for t in f.taxa}) for a in edges], texts),
            "systems": pa.array([sorted({f.system for f in a.supporting}) for a in edges], texts),
            "primary_knowledge_source": ["infores:mscgraph" for _ in edges],
        },
    }  # fmt: skip
    for name, columns in tables.items():
        (folder / name).mkdir(parents=True)
        pq.write_table(pa.table(columns), folder / name / "part-00000.parquet")
    content = sha256(repr(tables["associations"]).encode()).hexdigest()
    (folder / "manifest.json").write_text(
        json.dumps({"format": FORMAT, "version": VERSION, "content": content}), encoding="utf-8"
    )
    graph = DirectoryGraph(kg.tables)
    graph.graph_folder = folder
    return graph
