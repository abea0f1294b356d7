"""Several graphs into one: entities meet by id and cross-reference, every statement keeps its source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mscgraph.errors import DataError
from mscgraph.graph import load
from mscgraph.large.directory.database import parquet
from mscgraph.large.directory.graph_writer import (
    CURATED,
    Built,
    Writing,
    add_graph,
    fill_graph_folder,
    finish,
)
from mscgraph.large.directory.manifest import TABLES
from mscgraph.large.directory.parquet_tables import Store
from mscgraph.large.directory.staging import Statement
from mscgraph.schema import Finding, columns_of

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from typing import Unpack

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.large.directory.graph_writer import WritingKeywords
    from mscgraph.large.directory.manifest import Source
    from mscgraph.large.directory.staging import Staging


_TABLES = ("nodes", "findings", "publications")
# Categories that can be the same thing; all others are the same only as themselves.
_KINDS = {
    "gene": (
        "Gene", "Protein", "GeneOrGeneProduct", "GeneProductMixin", "Polypeptide", "ProteinIsoform",
        "Transcript", "RNAProduct", "NoncodingRNAProduct", "MicroRNA",
    ),
    "family": ("ProteinFamily", "GeneFamily", "ProteinDomain"),
    "complex": ("MacromolecularComplex", "MacromolecularComplexMixin"),
    "chemical": (
        "ChemicalEntity", "SmallMolecule", "MolecularEntity", "Drug", "ChemicalMixture", "MolecularMixture",
        "ComplexMolecularMixture", "ProcessedMaterial", "Food", "EnvironmentalFoodContaminant",
    ),
    "disease": (
        "Disease", "PhenotypicFeature", "DiseaseOrPhenotypicFeature", "ClinicalFinding",
        "BehavioralFeature", "PathologicalProcess",
    ),
    "anatomy": (
        "AnatomicalEntity", "GrossAnatomicalStructure", "Cell", "CellLine", "CellularComponent",
        "PathologicalAnatomicalStructure",
    ),
    "process": (
        "BiologicalProcess", "BiologicalProcessOrActivity", "MolecularActivity", "Pathway",
        "PhysiologicalProcess", "Behavior",
    ),
}  # fmt: skip
_NOT_SAID = ("", "NamedThing", "Entity", "OntologyClass", "BiologicalEntity", "PhysicalEntity")
_NO_LOCAL = ("nan", "none", "null", "na", "n/a", "notermfound", "nocode", "unknown", "-", ".", "?")
_MACROS = (
    "CREATE MACRO kind_of(c) AS CASE "
    + " ".join(f"WHEN c IN {names} THEN '{kind}'" for kind, names in (*_KINDS.items(), ("", _NOT_SAID)))
    + " ELSE c END",
    "CREATE MACRO identifies(x) AS regexp_full_match(x, '[^\\s:]+:\\S+') AND lower(split_part(x, ':', 2)) "
    "NOT IN " + str(_NO_LOCAL),
)
_NODE_LISTS = ("parents", "part_of", "derives_from")
_NAMING = [c for c in columns_of(Finding).values() if c.kind in {"entity", "term or entity"}]
_NAMED = [column.name for column in _NAMING if not column.many]
_NAMED_LISTS = [column.name for column in _NAMING if column.many]


def merge_graphs(
    graphs: Sequence[str | os.PathLike[str]],
    folder: str | os.PathLike[str],
    *,
    base: KnowledgeGraph | None = None,
    **keywords: Unpack[WritingKeywords],
) -> Built:
    """Merge graph directories into one, in bounded memory, whole or not at all.

    An entity is the same as one of an earlier graph when it has its id, or when its id or one of its
    cross-references is the id or a cross-reference of exactly one earlier entity, of no other species and
    of a category that can be the same (a gene and its protein can, a gene and a disease cannot), which no
    other entity of its graph meets; the earlier one gives the id. Associations with one id become one: all
    statements keep their sources, findings stay findings and their grade goes first.

    Parameters
    ----------
    graphs
        Graph directories; ``"curated"`` names the graph that ships (or ``base``). The order says whose ids
        and names are kept.
    folder
        The graph directory to write.
    base
        The graph that ``"curated"`` stands for, whose lexicon and rubric are used.
    **keywords
        ``report``, a file for everything that did not fit, and for all associations that disagree;
        ``memory_limit`` and ``progress`` as in :func:`mscgraph.write_graph`.

    Returns
    -------
    Built
        The folder, and how many records of each kind it holds.

    Raises
    ------
    DataError
        When one of the graphs is no graph directory, or damaged.
    OutputError
        When the folder cannot be written. What stood there is untouched.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> _ = mg.write_graph(kg, "other.graph")
    >>> done = mg.merge_graphs(["curated", "other.graph"], "merged.graph")
    >>> done.counts["findings"] == len(kg.findings)
    True
    """
    base, how = base or load(), Writing(**keywords)
    if not graphs:
        raise DataError("name at least one graph directory, or curated")
    stores = [None if str(g) == "curated" else Store(Path(g)) for g in graphs]

    def fill(staging: Staging, beside: Path) -> Built:
        for statement in _MACROS:
            staging.run(statement)
        staging.run("CREATE TABLE alias (alias VARCHAR, id VARCHAR)")
        sources: list[Source] = []
        for number, (name, store) in enumerate(zip(graphs, stores, strict=True)):
            how.progress(f"merging {name}", number, len(stores))
            _arrive(staging, base, store)
            if store is not None:
                store.check_unchanged()
            _meet(staging, str(name))
            _rename(staging)
            _accept(staging, str(name))
            sources += [CURATED] if store is None else store.manifest.sources
        return finish(staging, beside, base=base, sources=_best(sources), how=how)

    return fill_graph_folder(folder, fill, memory_limit=how.memory_limit)


def _best(sources: Sequence[Source]) -> list[Source]:
    """One line a name: the one that says most."""
    found: dict[str, Source] = {}
    for source in sources:
        found[source.name] = max(found.get(source.name, source), source, key=lambda s: sum(map(len, s)))
    return list(found.values())


def _arrive(staging: Staging, base: KnowledgeGraph, store: Store | None) -> None:
    """Add a graph's tables to what is already merged."""
    for table in (*_TABLES, "said"):
        staging.run(f"DROP TABLE IF EXISTS arriving_{table}")
        staging.run(f"CREATE TABLE arriving_{table} AS FROM {table} LIMIT 0")
    if store is None:
        add_graph(staging, base, into="arriving_")
        return
    for table in _TABLES:
        columns = ", ".join(column.name for column in TABLES[table])
        source = parquet(store.folder, table)
        staging.run(f"INSERT INTO arriving_{table} BY NAME SELECT {columns} FROM {source}")
    fields = ", ".join(f"stated.{name}" for name in Statement._fields[4:])
    staging.run(
        f"INSERT INTO arriving_said BY NAME SELECT subject, predicate, object, aspect, {fields} FROM "
        "(SELECT subject, predicate, object, aspect, unnest(sources) AS stated FROM "
        f"{parquet(store.folder, 'associations')})"
    )


def _meet(staging: Staging, name: str) -> None:
    """Find which arriving entities are one that is there already."""
    staging.run("DROP TABLE IF EXISTS met")
    staging.run("DROP TABLE IF EXISTS hits")
    staging.run(
        "CREATE TABLE hits AS WITH called AS "
        "(SELECT id, taxon, category, unnest(list_distinct([id] || list_filter(xrefs, "
        "lambda x: identifies(x)))) AS alias FROM arriving_nodes) "
        "SELECT called.id, alias.id AS known, first(called.taxon) AS taxon, "
        "first(called.category) AS category FROM called "
        "JOIN alias USING (alias) GROUP BY called.id, alias.id"
    )
    staging.run("CREATE OR REPLACE TABLE same AS SELECT id FROM hits WHERE id = known")
    staging.run(
        "INSERT INTO notes SELECT 'cross-reference to an entity of its own, kept apart', id, 1, "
        "known || ' in ' || $1 FROM hits WHERE id IN (FROM same) AND id <> known",
        [name],
    )
    staging.run("DELETE FROM hits WHERE id IN (FROM same) AND id <> known")
    _part(
        staging, name, "same cross-reference, other species",
        "hits.taxon <> '' AND nodes.taxon <> '' AND hits.taxon <> nodes.taxon",
    )  # fmt: skip
    _part(
        staging, name, "same cross-reference, other kind of thing",
        "kind_of(hits.category) <> kind_of(nodes.category) "
        "AND kind_of(hits.category) <> '' AND kind_of(nodes.category) <> ''",
    )  # fmt: skip
    for kind, one, others in (
        ("cross-references of several entities", "id", "known"),
        ("several entities that cross-reference one", "known", "id"),
    ):
        staging.run(
            f"INSERT INTO notes SELECT $2, {one}, count(*), string_agg({others}, ' ' ORDER BY {others}) "
            f"|| ' in ' || $1 FROM hits GROUP BY {one} HAVING count(*) > 1",
            [name, kind],
        )
    staging.run(
        "CREATE TABLE met AS SELECT id, known FROM hits "
        "QUALIFY count(*) OVER (PARTITION BY id) = 1 AND count(*) OVER (PARTITION BY known) = 1"
    )
    staging.run("DELETE FROM met WHERE id = known")
    staging.run(
        "INSERT INTO notes "
        "SELECT 'entity united by cross-reference', id, 1, known || ' in ' || $1 FROM met",
        [name],
    )


def _part(staging: Staging, name: str, kind: str, condition: str) -> None:
    """Note and drop what only seems to meet; equal ids meet whatever they say."""
    staging.run(
        "CREATE OR REPLACE TABLE apart AS SELECT DISTINCT hits.id, hits.known FROM hits "
        f"JOIN nodes ON nodes.id = hits.known WHERE hits.id <> hits.known AND {condition}"
    )
    staging.run("INSERT INTO notes SELECT $2, id, 1, known || ' in ' || $1 FROM apart", [name, kind])
    staging.run("DELETE FROM hits USING apart a WHERE hits.id = a.id AND hits.known = a.known")


def _rename(staging: Staging) -> None:
    """Give what met its new id, wherever it is named; the old id stays as a cross-reference."""
    if not staging.number("SELECT count(*) FROM met"):
        return
    single = [("said", "subject"), ("said", "object"), *(("findings", name) for name in _NAMED)]
    for table, column in single:
        staging.run(
            f"UPDATE arriving_{table} SET {column} = met.known FROM met "
            f"WHERE arriving_{table}.{column} = met.id"
        )
    lists = [("findings", name) for name in _NAMED_LISTS] + [("nodes", name) for name in _NODE_LISTS]
    for table, column in lists:
        staging.run(
            f"UPDATE arriving_{table} AS t SET {column} = renamed.items FROM ("
            "SELECT named.id, tidy(list(coalesce(met.known, item))) AS items FROM "
            f"(SELECT id, unnest({column}) AS item FROM arriving_{table}) AS named "
            "LEFT JOIN met ON met.id = item GROUP BY named.id HAVING count(met.known) > 0"
            ") AS renamed WHERE t.id = renamed.id"
        )
    staging.run(
        "UPDATE arriving_nodes SET xrefs = tidy(xrefs || [met.id]), id = met.known "
        "FROM met WHERE arriving_nodes.id = met.id"
    )


def _accept(staging: Staging, name: str) -> None:
    """Join what arrived to what is there; of two findings with one id the first stays."""
    staging.run(
        "INSERT INTO alias SELECT DISTINCT unnest(list_distinct([id] || list_filter(xrefs, "
        "lambda x: identifies(x)))), id FROM arriving_nodes"
    )
    staging.run("CREATE OR REPLACE TABLE alias AS SELECT DISTINCT * FROM alias")
    staging.run("INSERT INTO nodes BY NAME FROM arriving_nodes")
    staging.run("INSERT INTO said BY NAME FROM arriving_said")
    for table in ("findings", "publications"):
        staging.run(
            f"INSERT INTO notes SELECT 'differs from the one of an earlier graph', a.id, 1, $1 "
            f"FROM arriving_{table} AS a JOIN {table} AS t USING (id) "
            "WHERE to_json(a)::VARCHAR <> to_json(t)::VARCHAR",
            [name],
        )
        staging.run(
            f"INSERT INTO {table} BY NAME SELECT * FROM arriving_{table} ANTI JOIN {table} USING (id)"
        )
