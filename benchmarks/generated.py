"""The generated graph of ``benchmarks.paths`` as a user has it: KGX, or a graph directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import mscgraph as mg
from benchmarks.paths import graph
from mscgraph.large.directory.database import connect, quoted
from mscgraph.large.directory.manifest import (
    MARK,
    PART_ROWS,
    TABLES,
    Source,
    arrow_schema,
    write_manifest,
)

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

ROW_GROUP = 32_768
SOURCE = "infores:generated"
VERBS = ("decreases", "alters", "increases")  # by sign + 1
STATED = {"knowledge_level": "knowledge_assertion", "agent_type": "manual_agent"}


def write_directory(folder: Path, edges: int) -> Path:
    """Write the graph as a directory that every command reads, as an import would.

    Costs are those of the generator, over the whole range: an import has a handful. Edges that state the
    same are one association, so that a few are fewer than were asked for.
    """
    fields = ", ".join(f"{name} := {quoted(value)}" for name, value in STATED.items())
    kept = ("subject", "predicate", "object", "aspect", "sign", "cost", "ends", "grade", "year")
    key = "concat_ws(chr(9), subject, predicate, object, aspect)"
    said = {
        "nodes": {"id": "id", "name": "id", "category": "category", "keys": "[lower(id)]"},
        "associations": {
            **{name: name for name in kept},
            "id": f"'MSCGA:' || substr(sha256({key}), 1, 16)",
            "taxa": "[taxon]",
            "systems": "['in_vitro']",
            "primary_knowledge_source": quoted(SOURCE),
            **{name: quoted(value) for name, value in STATED.items()},
            "sources": f"[struct_pack(primary_knowledge_source := {quoted(SOURCE)}, {fields}, "
            "relation := predicate, record := record, publications := []::VARCHAR[])]",
        },
        "findings": {},
        "publications": {},
    }
    counts = {}
    for table in TABLES:
        (folder / table).mkdir(parents=True)
    with connect(spill=folder / "spill", memory_limit="4GB") as base:
        _stage(base, edges)
        base.execute(
            "CREATE TABLE once AS SELECT * FROM drawn_associations QUALIFY row_number() OVER"
            " (PARTITION BY subject, predicate, object, aspect ORDER BY record) = 1"
        )
        base.execute("DROP TABLE drawn_associations")
        base.execute("ALTER TABLE once RENAME TO drawn_associations")
        for table, known in said.items():
            names = ", ".join(known.get(c.name, _nothing(c.kind)) for c in TABLES[table])
            base.register("empty", arrow_schema(table).empty_table())
            base.execute(f"CREATE TABLE {table} AS FROM empty")
            if known:
                base.execute(f"INSERT INTO {table} SELECT {names} FROM drawn_{table}")
            counts[table] = _write(base, folder / table, table)
            base.execute(f"DROP TABLE {table}")
    (folder / MARK).touch()
    write_manifest(folder, content=f"generated {edges}", counts=counts, sources=[Source(SOURCE)])
    return folder


def write_kgx(folder: Path, edges: int) -> tuple[Path, Path]:
    """Write the graph as KGX, nodes and edges as TSV."""
    files = folder / "nodes.tsv", folder / "edges.tsv"
    direction = "CASE sign WHEN 1 THEN 'increased' WHEN -1 THEN 'decreased' END"
    stated = ", ".join(f"{quoted(value)} AS {name}" for name, value in STATED.items())
    columns = (
        "record AS id, subject, 'biolink:affects' AS predicate, object, "
        f"{direction} AS object_direction_qualifier, aspect AS object_aspect_qualifier, "
        f"{quoted(SOURCE)} AS primary_knowledge_source, {stated}"
    )
    queries = (
        "SELECT id, id AS name, 'biolink:' || category AS category FROM drawn_nodes",
        f"SELECT {columns} FROM drawn_associations",
    )
    with connect(spill=folder / "spill", memory_limit="4GB") as base:
        _stage(base, edges)
        for file, query in zip(files, queries, strict=True):
            base.execute(f"COPY ({query}) TO {quoted(file)} (FORMAT csv, DELIMITER '\t', HEADER)")
    return files


def _stage(base: duckdb.DuckDBPyConnection, edges: int) -> None:
    """Draw the graph into the tables ``drawn_nodes`` and ``drawn_associations``."""
    import pyarrow as pa

    columns = graph(edges)
    rng = np.random.default_rng(edges)
    nodes = pa.array([columns.nodes[number] for number in range(len(columns.nodes))])
    rising = sorted(name for name, aspect in mg.load().aspects.items() if aspect.polarity > 0)

    def drawn(values: Any, count: int = edges) -> pa.Array:
        return pa.array(values).take(pa.array(rng.integers(0, len(values), count)))

    base.register(
        "arriving",
        pa.table({"id": nodes, "category": drawn(["Cell", "Gene", "Pathway"], len(nodes))}),
    )
    base.execute("CREATE TABLE drawn_nodes AS SELECT * FROM arriving")
    arriving = {
        "record": pa.array([columns.ids[number] for number in range(edges)]),
        "subject": nodes.take(pa.array(columns.source)),
        "predicate": pa.array(VERBS).take(pa.array(columns.sign + 1)),
        "object": nodes.take(pa.array(columns.target)),
        "aspect": pa.array(rising[:12]).take(pa.array(columns.facets["predicate"])),
        "sign": pa.array(columns.sign),
        "cost": pa.array(columns.cost.astype(np.int32)),
        "ends": pa.array(rng.random(edges) < 0.05),
        "grade": drawn(list("ABCD")),
        "year": drawn(np.arange(1990, 2026, dtype=np.int16)),
        "taxon": drawn(["NCBITaxon:9606", "NCBITaxon:10090"]),
    }
    base.register("arriving", pa.table(arriving))
    base.execute("CREATE TABLE drawn_associations AS SELECT * FROM arriving")
    base.unregister("arriving")


def _nothing(kind: str) -> str:
    return {"text": "''", "texts": "[]", "sources": "[]", "flag": "false"}.get(kind, "0")


def _write(base: duckdb.DuckDBPyConnection, folder: Path, table: str) -> int:
    """Write a table sorted by its id, a part for every million rows, and return how many there are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = arrow_schema(table)
    rows = part = 0
    writer = pq.ParquetWriter(folder / "part-00000.parquet", schema, compression="zstd")
    for batch in base.sql(f"SELECT * FROM {table} ORDER BY id").to_arrow_reader(ROW_GROUP):
        if rows + len(batch) > (part + 1) * PART_ROWS:
            writer.close()
            part += 1
            file = folder / f"part-{part:05}.parquet"
            writer = pq.ParquetWriter(file, schema, compression="zstd")
        writer.write_table(pa.Table.from_batches([batch]).cast(schema))
        rows += len(batch)
    writer.close()
    return rows
