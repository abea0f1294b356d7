"""The curated graph as a graph directory, for mining without a merged one."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from mscgraph.mining.folder import FORMAT, VERSION
from mscgraph.names import fold

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph

__all__ = ["write_for_mining"]


def write_for_mining(kg: KnowledgeGraph, folder: Path) -> Path:
    """Write what mining reads of a graph, or of a slice of it, into an empty folder."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    text, texts = pa.string(), pa.list_(pa.string())
    nodes = [
        {
            "id": e.id,
            "name": e.name,
            "category": e.category,
            "keys": sorted({fold(t) for t in (e.id, e.name, e.label, *e.synonyms, *e.xrefs) if t}),
        }
        for _, e in sorted(kg.entities.items())
    ]
    shape = [("id", text), ("name", text), ("category", text), ("keys", texts)]
    tables = {"nodes": pa.Table.from_pylist(nodes, schema=pa.schema(shape))}
    shape = [
        ("id", text), ("subject", text), ("predicate", text), ("object", text), ("sign", pa.int8()),
        ("cost", pa.int32()), ("ends", pa.bool_()), ("grade", text), ("year", pa.int16()), ("taxa", texts),
        ("systems", texts),
    ]  # fmt: skip
    tables["associations"] = pa.Table.from_pylist(_edges(kg), schema=pa.schema(shape))
    digest = hashlib.sha256()
    for name, table in tables.items():
        (folder / name).mkdir()
        pq.write_table(table, folder / name / "part-00000.parquet")
        digest.update(repr(table.to_pylist()).encode())
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "content": digest.hexdigest(),
        "counts": {name: table.num_rows for name, table in tables.items()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest) + "\n", encoding="utf-8")
    return folder


def _edges(kg: KnowledgeGraph) -> list[dict[str, Any]]:
    rows = []
    for _, a in sorted(kg.associations.items()):
        years = [y for f in a.supporting if (y := kg.publications[f.publication].year).isdigit()]
        rows.append(
            {
                "id": a.id,
                "subject": a.subject,
                "predicate": a.predicate,
                "object": a.object,
                "sign": None if a.sign is None else int(a.sign),
                "cost": a.grade.cost,
                "ends": a.is_readout,
                "grade": a.grade.letter,
                "year": max(map(int, years), default=None),
                "taxa": sorted({taxon for f in a.supporting for taxon in f.taxa}),
                "systems": sorted({f.system for f in a.supporting}),
            }
        )
    return rows
