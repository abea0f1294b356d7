"""The description of the curated tables as Croissant 1.0, for catalogues of data sets.

Addresses of files are relative to a checkout.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from mscgraph.schema import Entity, Finding, Publication, columns_of

HOME = "https://w3id.org/mscgraph/"
TABLES = {
    "entities": ("terms/entities.tsv", Entity),
    "publications": ("curation/publications.tsv", Publication),
    "findings": ("curation/findings/*.tsv", Finding),
}
CONTEXT = {
    "@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/", "dct": "http://purl.org/dc/terms/",
    "citeAs": "cr:citeAs", "conformsTo": "dct:conformsTo", "column": "cr:column", "extract": "cr:extract",
    "field": "cr:field", "fileObject": "cr:fileObject", "fileSet": "cr:fileSet",
    "includes": "cr:includes", "recordSet": "cr:recordSet", "source": "cr:source",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
}  # fmt: skip


def croissant(folder: Path, version: str) -> str:
    """Return the description of the tables in ``folder`` as JSON-LD."""
    files: list[dict[str, Any]] = []
    records: list[dict[str, Any]] = []
    for name, (pattern, record) in TABLES.items():
        for path in sorted(folder.glob(pattern)):
            place = path.relative_to(folder).as_posix()
            files.append(
                {
                    "@type": "cr:FileObject", "@id": place, "name": place,
                    "contentUrl": f"ontology/{place}",
                    "encodingFormat": "text/tab-separated-values",
                    "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                }
            )  # fmt: skip
            title = name if "*" not in pattern else f"{name}-{path.stem}"
            records.append(
                {
                    "@type": "cr:RecordSet", "@id": title, "name": title,
                    "field": [
                        {
                            "@type": "cr:Field", "@id": f"{title}/{column.name}",
                            "name": column.name, "description": column.definition,
                            "dataType": "sc:Text",
                            "source": {
                                "fileObject": {"@id": place}, "extract": {"column": column.name},
                            },
                        }
                        for column in columns_of(record).values()
                    ],
                }
            )  # fmt: skip
    described = {
        "@context": CONTEXT, "@type": "sc:Dataset", "name": "mscgraph",
        "description": "How mesenchymal stem/stromal cells modulate immunity in multiple sclerosis: "
        "findings of papers with their settings, drafted by a program and not yet reviewed by a human.",
        "conformsTo": "http://mlcommons.org/croissant/1.0", "url": HOME, "version": version,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "citeAs": "The mscgraph authors: mscgraph, and the papers behind the findings",
        "creator": {"@type": "sc:Organization", "name": "The mscgraph authors"},
        "datePublished": "2026-11-28", "distribution": files, "recordSet": records,
    }  # fmt: skip
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"
